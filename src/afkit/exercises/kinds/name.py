"""Name: one person, organisation or state, in any spelling or script that the facts know."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, ClassVar

from afkit.exercises.kinds.base import (
    FormError,
    KeyCellError,
    Kind,
    Mark,
    Seal,
    Spec,
    Variant,
    misfits,
    quoted,
    texts,
)
from afkit.facts import names, tables
from afkit.facts.schema import Actor

if TYPE_CHECKING:
    from afkit.exercises.answer import Json

__all__ = ["Name", "known_id", "meaning", "meant", "others", "spellings"]


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

    def example(self, key: Spec) -> Json:
        """The name of the first right actor."""
        return names.actor(texts(key["answer"], "answer")[0]).name

    def forms(self, answer: Json, spec: Spec, seal: Seal) -> list[str]:
        """The id of the actor that is named."""
        return [meaning(answer).id]

    def wrong(self, key: Spec) -> Iterator[Variant]:
        """Namesakes, other actors, and a name that nobody bears."""
        yield from misfits()
        right = texts(key["answer"], "answer")
        for other in others(right):
            yield Variant(f"{other.id} instead", other.name)

    def same(self, key: Spec) -> Iterator[Variant]:
        """Every spelling and script of every right actor that nobody else goes by."""
        for each in texts(key["answer"], "answer"):
            yield from spellings(names.actor(each))


def others(right: list[str]) -> list[Actor]:
    """Actors to be mistaken for the right ones: those who share a word of the name, then others."""
    known = [each for each in tables.records(Actor) if each.id not in right]
    words = {word for each in right for word in each.split("-") if len(word) > 3}
    return sorted(known, key=lambda each: (not words & set(each.id.split("-")), each.id))[:8]


def spellings(who: Actor) -> Iterator[Variant]:
    """An actor's name as others may write it: capitals, scripts, aliases, the id."""
    yield Variant("capitals", who.name.upper())
    yield Variant("with blanks", f"  {who.name}  ")
    yield Variant("id", who.id)
    for what, name in (("Dari", who.name_fa), ("Pashto", who.name_ps)):
        if name and [each.id for each in names.bearers(name)] in ([], [who.id]):
            yield Variant(what, name)
    for name in who.aliases:
        if [each.id for each in names.bearers(name)] in ([], [who.id]):
            yield Variant("alias", name)


def meant(answer: Json, right: list[str], seal: Seal) -> Actor:
    """The actor that an answer names, given what is right.

    Raises
    ------
    FormError
        If it names nobody or several; or if it is a family name whose usual bearer is wrong while
        another bearer is right: the student may have meant either.
    """
    who = meaning(answer)
    if names.fold(str(answer)) in (names.fold(who.name), names.fold(who.id)):
        return who
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
