"""Choice: one letter, or several where several are right."""

from __future__ import annotations

import re
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
    counted,
    misfits,
    quoted,
)

if TYPE_CHECKING:
    from afkit.exercises.answer import Json

__all__ = ["Choice"]


class Choice(Kind):
    """``options = { a = "...", b = "..." }`` and ``answer = "b"``, or ``answer = ["a", "c"]``.

    With several right, each right letter adds its part and each wrong one takes its part away, so
    that taking all options earns nothing.
    """

    name = "choice"
    expects = "the letter of an option"
    options: ClassVar = {"answer": (str, list), "options": dict}
    needs = ("answer", "options")

    def seal(self, key: Spec, seal: Seal) -> dict[str, Any]:
        """Options in the open, right letters sealed, and whether several are asked for."""
        answer, options = key["answer"], key["options"]
        words = [each.casefold() if isinstance(each, str) else "" for each in options.values()]
        if not all(words) or len(set(words)) < len(words) or any(o != o.lower() for o in options):
            raise KeyCellError("options; expected small letters, each with a text of its own")
        right = answer if isinstance(answer, list) else [answer]
        known = [each for each in right if isinstance(each, str) and each in options]
        if not known or len(set(known)) < len(right):
            raise KeyCellError(f"answer {answer!r}; expected letters of options, each once")
        return {
            "options": dict(key["options"]),
            "several": isinstance(answer, list),
            "right": sorted(map(seal, right)),
        }

    def mark(self, answer: Json, spec: Spec, seal: Seal) -> Mark:
        """One letter: right or not. Several: taking all options earns nothing."""
        letters = _letters(answer, spec)
        right = sum(seal(letter) in spec["right"] for letter in letters)
        if not spec["several"]:
            return Mark(float(right), "" if right else "That is not what the evidence shows.")
        wrong, all_right = len(letters) - right, len(spec["right"])
        all_wrong = len(spec["options"]) - all_right
        share = max(0.0, right / all_right - (wrong / all_wrong if wrong else 0))
        verb = "is" if right == 1 else "are"
        message = f"{right} of your {counted(len(letters), 'letter')} {verb} right."
        if not letters:
            message = "You chose no letter."
        if not wrong and right < all_right:
            message += " There are more."
        return Mark(share, "" if share == 1 else message)

    def forms(self, answer: Json, spec: Spec, seal: Seal) -> list[str]:
        """The letters in order; of several, also each letter."""
        letters = _letters(answer, spec)
        return ["".join(sorted(letters)), *(letters if spec["several"] else [])]

    def part(self, part: Json, spec: Spec) -> str:
        """A letter among several."""
        if not spec["several"] or part not in spec["options"]:
            raise FormError(f"one letter of several right ones; found {quoted(part)}")
        return str(part)

    def wrong(self, key: Spec) -> Iterator[Variant]:
        """Other letters; of several, one missing, one too many, all, and the wrong ones only."""
        yield from misfits()
        options, answer = list(key["options"]), key["answer"]
        right = answer if isinstance(answer, list) else [answer]
        others = [each for each in options if each not in right]
        if not isinstance(answer, list):
            for each in others:
                yield Variant(f"{each} instead of {answer}", each)
            yield Variant("all letters", list(options))
            return
        for each in right:
            yield Variant(f"without {each}", [other for other in right if other != each])
        for each in others:
            yield Variant(f"{each} as well", [*right, each])
            yield Variant(f"{each} instead of {right[0]}", [each, *right[1:]])
        if others:
            yield Variant("all letters", list(options))
            yield Variant("only what is wrong", list(others))

    def same(self, key: Spec) -> Iterator[Variant]:
        """Capitals, brackets, the option's own words; several in any order."""
        answer, options = key["answer"], key["options"]
        if not isinstance(answer, list):
            yield Variant("capital", answer.upper())
            yield Variant("in brackets", f"({answer})")
            yield Variant("the option's words", options[answer])
            yield Variant("in a list", [answer])
            return
        yield Variant("backwards", list(reversed(answer)))
        yield Variant("in one text", ", ".join(answer))
        yield Variant("the options' words", [options[each] for each in answer])
        yield Variant("one letter twice", [*answer, answer[0]])

    def control(self, spec: Spec) -> dict[str, Any]:
        """Radio buttons, or boxes to tick where several are asked for."""
        return {"as": "choices" if spec["several"] else "choice", "options": dict(spec["options"])}


def _letters(answer: Json, spec: Spec) -> list[str]:
    options: dict[str, str] = spec["options"]
    asked = "a list of letters, like ['a', 'b']" if spec["several"] else "one letter in quotes"
    given = answer if isinstance(answer, list) else [answer]
    found: list[str] = []
    for each in given:
        for letter in _read(each, options) if isinstance(each, str) else [""]:
            if letter not in options:
                raise FormError(f"{asked} ({', '.join(options)}); you gave {quoted(each)}")
            found.append(letter)
    if not spec["several"] and len(set(found)) != 1:
        raise FormError(f"{asked} ({', '.join(options)}); you gave {quoted(answer)}")
    return list(dict.fromkeys(found))


def _read(text: str, options: dict[str, str]) -> list[str]:
    """Letters in a text: an option's own words, ``b``, ``(b)``, ``a, c`` or ``ac``."""
    plain = text.strip().casefold()
    for letter, words in options.items():
        if plain == words.casefold():
            return [letter]
    parts = re.findall(r"\w+", plain)
    if len(parts) == 1 and parts[0] not in options and set(parts[0]) <= set(options):
        return list(parts[0])
    return parts or [""]
