"""A known mistake in, what a good teacher says to it out; readable only with the mistake itself.

A hint is locked with the wrong answer that it speaks to: whoever reads the manifest learns neither
the hint nor the mistake, and from both together nothing about the right answer.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import shake_256
from typing import Any

from afkit.exercises.answer import AnswerError, encode
from afkit.exercises.kinds.base import FormError, KeyCellError, Kind, Seal, Spec

__all__ = ["Hint", "find", "lock", "read"]

ENTRIES = ("answer", "holds", "say", "again")
PADDED = 160  # bytes: hints of usual length all look the same
SPLIT = "\x1f"


@dataclass(frozen=True, slots=True)
class Hint:
    """What to say to a mistake, and what to say when it is made once more."""

    say: str
    again: str = ""


def read(key: Spec) -> list[Mapping[str, Any]]:
    """The hints of a key as the author wrote them, each with ``say`` and what it answers to.

    Raises
    ------
    KeyCellError
        If one lacks an entry, has an unknown one, or answers to two things at once.
    """
    found: list[Mapping[str, Any]] = []
    for number, hint in enumerate(key.get("hints", ()), start=1):
        if not isinstance(hint, dict) or not set(hint) <= set(ENTRIES):
            raise KeyCellError(f"hint {number}; expected a table with {', '.join(ENTRIES)}")
        if ("answer" in hint) == ("holds" in hint):
            raise KeyCellError(
                f"hint {number}; expected either answer (all of it) or holds (a part)"
            )
        if not all(isinstance(hint.get(name, ""), str) for name in ("say", "again")):
            raise KeyCellError(f"hint {number}: say and again are texts in quotes")
        if not hint.get("say", "").strip():
            raise KeyCellError(f'hint {number} says nothing; write say = "..."')
        found.append(hint)
    return found


def lock(kind: Kind, key: Spec, spec: Spec, seal: Seal) -> list[dict[str, str]]:
    """The hints of a key as a manifest may hold them.

    Raises
    ------
    KeyCellError
        If a hint cannot be used, speaks to what is in fact right, or to the same as another.
    """
    locked: dict[str, dict[str, str]] = {}
    for number, hint in enumerate(read(key), start=1):
        try:
            form = _form(kind, hint, spec, seal)
        except (AnswerError, FormError) as error:
            raise KeyCellError(f"hint {number}: expected {error}") from None
        if _right(kind, key, hint, spec, seal):
            raise KeyCellError(f"hint {number} speaks to what is right")
        at = seal(f"at:{form}")
        if at in locked:
            raise KeyCellError(f"hint {number} speaks to the same mistake as another")
        text = SPLIT.join((hint["say"], hint.get("again", ""))).encode().ljust(PADDED)
        locked[at] = {"at": at, "said": b64encode(_mask(text, form, seal)).decode()}
    return [locked[at] for at in sorted(locked)]


def find(locked: Sequence[Mapping[str, str]], forms: Iterable[str], seal: Seal) -> Hint | None:
    """The first hint that answers to one of the forms of an answer."""
    by_place = {each["at"]: each["said"] for each in locked}
    for form in forms if by_place else ():
        said = by_place.get(seal(f"at:{form}"))
        if said:
            text = _mask(b64decode(said), form, seal).decode().rstrip()
            say, _, again = text.partition(SPLIT)
            return Hint(say, again.strip())
    return None


def _form(kind: Kind, hint: Mapping[str, Any], spec: Spec, seal: Seal) -> str:
    if "holds" in hint:
        return kind.part(encode(hint["holds"]), spec)
    return kind.forms(encode(hint["answer"]), spec, seal)[0]


def _right(kind: Kind, key: Spec, hint: Mapping[str, Any], spec: Spec, seal: Seal) -> bool:
    if "holds" in hint:
        best = kind.forms(encode(kind.example(key)), spec, seal)
        return kind.part(encode(hint["holds"]), spec) in best
    return kind.mark(encode(hint["answer"]), spec, seal).share == 1


def _mask(text: bytes, form: str, seal: Seal) -> bytes:
    stream = shake_256(seal(f"say:{form}").encode()).digest(len(text))
    return bytes(one ^ other for one, other in zip(text, stream, strict=True))
