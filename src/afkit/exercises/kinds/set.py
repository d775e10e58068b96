"""Set: several names or letters in any order, each once."""

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
from afkit.exercises.kinds.name import known_id, meaning, meant, others, spellings
from afkit.facts.names import actor, fold

if TYPE_CHECKING:
    from afkit.exercises.answer import Json

__all__ = ["Set"]


class Set(Kind):
    """``answer = [...]`` and ``of = "names"`` (actor ids) or ``of = "words"`` (texts).

    Each right element counts; each that does not belong takes a right one away.
    """

    name = "set"
    expects = "several answers in square brackets, separated by commas"
    options: ClassVar = {"answer": list, "of": str}

    def seal(self, key: Spec, seal: Seal) -> dict[str, Any]:
        """What the elements are, in the open; the right ones sealed."""
        of = key.get("of", "names")
        if of not in ("names", "words"):
            raise KeyCellError(f"of '{of}'; expected names or words")
        answers = texts(key["answer"], "answer") if key["answer"] else []
        tokens = [known_id(each) if of == "names" else fold(each) for each in answers]
        if not all(tokens):
            raise KeyCellError(f"answer {answers!r}; expected words with letters or digits")
        if not tokens or len(set(tokens)) < len(tokens):
            raise KeyCellError("answer is empty or holds an element twice")
        return {"of": of, "right": sorted(map(seal, tokens))}

    def mark(self, answer: Json, spec: Spec, seal: Seal) -> Mark:
        """Right elements less those that do not belong, as a share of the right ones.

        An element that cannot be read, such as a name that several people bear, counts for nothing.
        """
        if not isinstance(answer, list):
            raise FormError(f"a list, like ['...', '...']; you gave {quoted(answer)}")
        right: dict[str, str] = {}
        wrong: dict[str, str] = {}
        unclear: list[str] = []
        for each in answer:
            try:
                token, shown = self._token(each, spec, seal)
            except FormError as error:
                unclear.append(str(error))
                continue
            (right if seal(token) in spec["right"] else wrong)[token] = shown
        asked = len(spec["right"])
        said = [f"Right: {', '.join(right.values())}."] if right else []
        if wrong:
            said.append(f"Does not belong here: {', '.join(wrong.values())}.")
        if len(right) < asked:
            said.append(f"{asked - len(right)} still missing.")
        said += [f"Expected {each}." for each in unclear]
        share = max(0, len(right) - len(wrong)) / asked
        return Mark(share, "" if share == 1 else " ".join(said))

    def example(self, key: Spec) -> Json:
        """The right elements: names in full, words as they are."""
        named = key.get("of", "names") == "names"
        return [actor(each).name if named else each for each in key["answer"]]

    def forms(self, answer: Json, spec: Spec, seal: Seal) -> list[str]:
        """All elements in order, then each."""
        if not isinstance(answer, list):
            raise FormError(f"a list, like ['...', '...']; you gave {quoted(answer)}")
        found: list[str] = []
        for each in answer:
            try:
                found.append(self.part(each, spec))
            except FormError:
                continue
        return [" + ".join(sorted(set(found))), *found]

    def part(self, part: Json, spec: Spec) -> str:
        """An element: the id of the actor that is named, or the word in one spelling."""
        if spec["of"] == "words" and isinstance(part, str):
            return fold(part)
        return meaning(part).id

    def wrong(self, key: Spec) -> Iterator[Variant]:
        """One missing, one too many, one changed, nothing, a text instead of a list."""
        yield from misfits()
        right = self.example(key)
        assert isinstance(right, list)  # noqa: S101  for the type checker
        named = key.get("of", "names") == "names"
        strange = [each.name for each in others(key["answer"])] if named else ["zebra", "quagga"]
        for place, each in enumerate(right):
            rest = right[:place] + right[place + 1 :]
            yield Variant(f"without {each}", rest)
            yield Variant(f"{strange[0]} instead of {each}", [*rest, strange[0]])
        for each in strange:
            yield Variant(f"{each} as well", [*right, each])
        yield Variant("all and everybody", [*right, *strange])

    def same(self, key: Spec) -> Iterator[Variant]:
        """Backwards, one twice, in other spellings and scripts."""
        right = self.example(key)
        assert isinstance(right, list)  # noqa: S101  for the type checker
        yield Variant("backwards", right[::-1])
        yield Variant("one twice", [*right, right[0]])
        yield Variant("capitals", [str(each).upper() for each in right])
        if key.get("of", "names") == "names":
            for place, each in enumerate(key["answer"]):
                for spelling in spellings(actor(each)):
                    yield Variant(
                        f"{each}: {spelling.what}",
                        [*right[:place], spelling.answer, *right[place + 1 :]],
                    )

    def control(self, spec: Spec) -> dict[str, Any]:
        """A box with one element a line."""
        return {"as": "lines"}

    def _token(self, element: Json, spec: Spec, seal: Seal) -> tuple[str, str]:
        if not isinstance(element, str):
            raise FormError(f"texts in quotes inside the list; you gave {quoted(element)}")
        if spec["of"] == "words":
            return fold(element), element
        who = meant(element, spec["right"], seal)
        return who.id, who.name
