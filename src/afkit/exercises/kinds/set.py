"""Set: several names or letters in any order, each once."""

from __future__ import annotations

from typing import Any, ClassVar

from afkit.exercises.answer import Json
from afkit.exercises.kinds.base import FormError, KeyCellError, Kind, Mark, Seal, Spec, quoted
from afkit.exercises.kinds.name import known_id, meaning
from afkit.facts.names import fold

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
        tokens = [known_id(each) if of == "names" else fold(str(each)) for each in key["answer"]]
        if not tokens or len(set(tokens)) < len(tokens):
            raise KeyCellError("answer is empty or holds an element twice")
        return {"of": of, "right": sorted(map(seal, tokens))}

    def mark(self, answer: Json, spec: Spec, seal: Seal) -> Mark:
        """Right elements less those that do not belong, as a share of the right ones."""
        if not isinstance(answer, list):
            raise FormError(f"a list, like ['...', '...']; you gave {quoted(answer)}")
        given: dict[str, str] = {}
        for each in answer:
            if not isinstance(each, str):
                raise FormError(f"texts in quotes inside the list; you gave {quoted(each)}")
            if spec["of"] == "names":
                who = meaning(each)
                given[who.id] = who.name
            else:
                given[fold(each)] = each
        right = [shown for token, shown in given.items() if seal(token) in spec["right"]]
        wrong = [shown for shown in given.values() if shown not in right]
        asked = len(spec["right"])
        share = max(0, len(right) - len(wrong)) / asked
        said = []
        if right:
            said.append(f"Right: {', '.join(right)}.")
        if wrong:
            said.append(f"Does not belong here: {', '.join(wrong)}.")
        if len(right) < asked:
            said.append(f"{asked - len(right)} still missing.")
        return Mark(share, "" if share == 1 else " ".join(said))
