"""What every kind of question does: read an answer, seal a key, compare the two.

A *key* is what the author wrote: a mapping read from the key cell. *Sealing* turns it into what a
student may hold: options and limits as they are, right answers only as salted, stretched hashes.
An answer is read into *tokens*, texts with one spelling for each meaning (an actor's id, an ISO
date), and a token is right if its hash is in the seal.
"""

from __future__ import annotations

import hashlib
import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias

if TYPE_CHECKING:
    from afkit.exercises.answer import Json

__all__ = [
    "ROUNDS",
    "FormError",
    "KeyCellError",
    "Kind",
    "Mark",
    "Seal",
    "Sealer",
    "Spec",
    "Variant",
    "counted",
    "misfits",
    "quoted",
    "sealer",
    "shortened",
    "texts",
]

Seal: TypeAlias = Callable[[str], str]
#: From the salt of a build and a question's id, what seals the tokens of that question.
Sealer: TypeAlias = Callable[[str, str], Seal]
Spec: TypeAlias = Mapping[str, Any]

ROUNDS = 4000  # about 2 ms a token: nothing for a check, a delay for a dictionary


class FormError(ValueError):
    """An answer of the wrong form; the message continues "qN expects ..."."""


class KeyCellError(ValueError):
    """A key that its kind cannot use; the message says what is missing or wrong."""


@dataclass(frozen=True, slots=True)
class Mark:
    """How right an answer is: ``share`` of the points in [0, 1] and what to say about it."""

    share: float
    message: str


@dataclass(frozen=True, slots=True)
class Variant:
    """An answer that a kind makes from a key to try the question, and what was done to it."""

    what: str
    answer: Json


def sealer(salt: str, question: str) -> Seal:
    """A function that seals tokens for one question of one build."""

    def seal(token: str) -> str:
        salted = f"{salt}:{question}".encode()
        return hashlib.pbkdf2_hmac("sha256", token.encode(), salted, ROUNDS, 12).hex()

    return seal


class Kind(ABC):
    """A kind of question. Instances hold no state.

    ``options`` names what an author may write in a key besides the entries that all keys share,
    with the type it must have; ``needs`` names those that must be there.
    """

    name: ClassVar[str]
    expects: ClassVar[str]
    options: ClassVar[Mapping[str, type | tuple[type, ...]]] = {}
    needs: ClassVar[tuple[str, ...]] = ("answer",)
    #: What stands after ``qN =`` in the student's copy.
    stub: ClassVar[str] = "..."

    @abstractmethod
    def seal(self, key: Spec, seal: Seal) -> dict[str, Any]:
        """What the manifest may hold of a key.

        Raises
        ------
        KeyCellError
            If the key cannot be used.
        """

    @abstractmethod
    def mark(self, answer: Json, spec: Spec, seal: Seal) -> Mark:
        """Compare an answer with a sealed key.

        Raises
        ------
        FormError
            If the answer is of the wrong form for this kind.
        """

    def example(self, key: Spec) -> Json:
        """A right answer, as a student would write it: by default the key's own."""
        answer: Json = key["answer"]
        return answer

    def forms(self, answer: Json, spec: Spec, seal: Seal) -> list[str]:
        """Texts by which a hint knows an answer: the whole in one spelling, then each part.

        The first stands for all of the answer; the others are what :meth:`part` gives for its
        parts, in their order.

        Raises
        ------
        FormError
            If the answer is of the wrong form for this kind.
        """
        return [json.dumps(answer, ensure_ascii=False, sort_keys=True)]

    def part(self, part: Json, spec: Spec) -> str:
        """The form of one part of an answer: of an element, a pair, a cell.

        Raises
        ------
        FormError
            If answers of this kind have no parts, or none like this.
        """
        raise FormError(f"answer = ..., as answers of kind {self.name} have no parts")

    @abstractmethod
    def wrong(self, key: Spec) -> Iterator[Variant]:
        """Systematic mistakes in answering a key, none of which may earn full marks.

        At least eight for every key that has room for so many.
        """

    @abstractmethod
    def same(self, key: Spec) -> Iterator[Variant]:
        """Other ways to write the right answer, which must all earn full marks; three or more."""

    def control(self, spec: Spec) -> dict[str, Any]:
        """How to answer without code: ``{"as": "choice", ...}``; what :mod:`..ask` can show.

        ``as`` is one of ``choice``, ``choices``, ``text``, ``day``, ``lines`` (a list, one a line),
        ``long``, ``order``, ``grid`` (``rows`` and ``columns`` or ``options``); an empty mapping
        means that the question needs code.
        """
        return {"as": "text"}


def misfits() -> Iterator[Variant]:
    """Answers that are of no use to any question."""
    yield Variant("empty list", [])
    yield Variant("empty mapping", {})
    yield Variant("a truth value", True)
    yield Variant("nonsense text", "??? nobody knows ???")
    yield Variant("an impossible number", -987654321)
    yield Variant("lists in lists", [[["a"], []]])
    yield Variant("a mapping of nonsense", {"a": None, "b": [1]})


def quoted(answer: Json) -> str:
    """An answer in a student's words: ``the text 'Thursday'``, ``a list of 3``; never long."""
    match answer:
        case bool():
            return str(answer)
        case int() | float():
            return f"the number {shortened(str(answer))}"
        case str():
            return f"the text '{shortened(answer)}'"
        case list():
            return f"a list of {len(answer)}"
        case dict():
            return f"a mapping of {len(answer)}"
    return "nothing"


def shortened(text: str) -> str:
    """A text for a message: its beginning, if it is long."""
    return text if len(text) <= 60 else text[:57] + "..."


def counted(number: int, word: str) -> str:
    """``1 word``, ``2 words``."""
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


def texts(entries: object, what: str) -> list[str]:
    """An entry of a key that is one text or a list of texts, as a list, none of them blank.

    Raises
    ------
    KeyCellError
        If it is empty or holds something else.
    """
    listed: list[object] = entries if isinstance(entries, list) else [entries]
    found = [each for each in listed if isinstance(each, str) and each.strip()]
    if not listed or len(found) < len(listed):
        raise KeyCellError(f"{what} {entries!r}; expected texts in quotes, at least one")
    return found
