"""Name: one person, organisation or state, in any spelling or script that the facts know."""

from __future__ import annotations

from typing import Any, ClassVar

from afkit.exercises.answer import Json
from afkit.exercises.kinds.base import FormError, KeyCellError, Kind, Mark, Seal, Spec, quoted, texts
from afkit.facts import names
from afkit.facts.schema import Actor

__all__ = ["Name", "known_id", "meant"]


class Name(Kind):
    """``answer = "ahmad-massoud"``: an actor's id, or a list where several are right."""

    name = "name"
    expects = "a name"
    options: ClassVar = {"answer": (str, list)}

    def seal(self, key: Spec, seal: Seal) -> dict[str, Any]:
        """The ids of the right actors, sealed."""
        return {"right": sorted(seal(known_id(each)) for each in texts(key["answer"], "answer"))}

    def mark(self, answer: Json, spec: Spec, seal: Seal) -> Mark:
        """Full if the name means a right actor."""
        who = meant(answer, spec["right"], seal)
        if seal(who.id) in spec["right"]:
            return Mark(1.0, "")
        return Mark(0.0, f"You named {who.name}. That is not the answer.")


def meant(answer: Json, right: list[str], seal: Seal) -> Actor:
    """The actor that an answer names, given what is right.

    Raises
    ------
    FormError
        If it names nobody or several; or if it is a family name whose usual bearer is wrong while
        another bearer is right: the student may have meant either.
    """
    who = meaning(answer)
    others = names.bearers(str(answer))
    if seal(who.id) not in right and any(seal(each.id) in right for each in others):
        shared = ", ".join(each.name for each in others)
        raise FormError(f"a full name: several people are called '{answer}' ({shared})")
    return who


def known_id(name: str) -> str:
    """An actor's id from a key, checked.

    Raises
    ------
    KeyCellError
        If no actor has it.
    """
    try:
        who = names.actor(name)
    except LookupError as error:
        raise KeyCellError(str(error)) from None
    if who.id != name:
        raise KeyCellError(f"'{name}' is a name; write the id, '{who.id}'")
    return name


def meaning(answer: Json) -> Actor:
    """The one actor that an answer names.

    Raises
    ------
    FormError
        If it is no text, or a name that nobody or several go by.
    """
    if not isinstance(answer, str):
        raise FormError(f"a name in quotes; you gave {quoted(answer)}")
    try:
        return names.actor(answer)
    except LookupError as error:
        said = str(error) if len(answer) <= 60 else "nobody goes by such a long name"
        raise FormError(f"a name: {said}") from None
