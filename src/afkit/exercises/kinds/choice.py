"""Choice: one letter, or several where several are right."""

from __future__ import annotations

from typing import Any, ClassVar

from afkit.exercises.answer import Json
from afkit.exercises.kinds.base import FormError, KeyCellError, Kind, Mark, Seal, Spec, quoted

__all__ = ["Choice"]


class Choice(Kind):
    """``options = { a = "...", b = "..." }`` and ``answer = "b"``, or ``answer = ["a", "c"]``.

    With several right, each right letter counts and each wrong one takes a right one away.
    """

    name = "choice"
    expects = "the letter of an option"
    options: ClassVar = {"answer": (str, list), "options": dict}
    needs = ("answer", "options")

    def seal(self, key: Spec, seal: Seal) -> dict[str, Any]:
        """Options in the open, right letters sealed, and whether several are asked for."""
        answer = key["answer"]
        right = answer if isinstance(answer, list) else [answer]
        unknown = [each for each in right if each not in key["options"]]
        if unknown or not right or len(set(right)) < len(right):
            raise KeyCellError(f"answer {answer!r}; expected letters of options, each once")
        return {
            "options": dict(key["options"]),
            "several": isinstance(answer, list),
            "right": sorted(map(seal, right)),
        }

    def mark(self, answer: Json, spec: Spec, seal: Seal) -> Mark:
        """Right letters less wrong ones, as a share of the right ones."""
        letters = _letters(answer, spec)
        right = sum(seal(letter) in spec["right"] for letter in letters)
        if not spec["several"]:
            return Mark(float(right), "" if right else "That is not what the evidence shows.")
        wrong, all_of_them = len(letters) - right, len(spec["right"])
        share = max(0, right - wrong) / all_of_them
        message = f"{right} of your {len(letters)} letters {'is' if right == 1 else 'are'} right."
        if not wrong and right < all_of_them:
            message += " There are more."
        return Mark(share, "" if share == 1 else message)


def _letters(answer: Json, spec: Spec) -> list[str]:
    options: dict[str, str] = spec["options"]
    by_text = {text.casefold(): letter for letter, text in options.items()}
    letters = ", ".join(options)
    if isinstance(answer, list) and not spec["several"]:
        raise FormError(f"one letter ({letters}); you gave {quoted(answer)}")
    found: list[str] = []
    for each in answer if isinstance(answer, list) else [answer]:
        text = each.strip().casefold() if isinstance(each, str) else ""
        letter = text if text in options else by_text.get(text)
        if letter is None:
            raise FormError(f"a letter ({letters}) in quotes; you gave {quoted(each)}")
        if letter not in found:
            found.append(letter)
    return found
