"""Evidence: the references that support a claim, by their ids."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import urlsplit

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
    shortened,
    texts,
)
from afkit.facts import tables
from afkit.facts.names import fold

if TYPE_CHECKING:
    from afkit.exercises.answer import Json

__all__ = ["Evidence"]

MOST_NAMED, MOST_LISTED = 12, 200
MOST_CORRECTED = 1  # of unknown ids; to look up close ones takes time


class Evidence(Kind):
    """``answer = ["ref-id", ...]`` (all that support the claim), ``least = 2`` of them are asked.

    ``against`` names references that contradict the claim; ``independent = true`` asks for two of
    different publishers. Each right reference counts until there are enough; each that does not
    support the claim takes a right one away.
    """

    name = "evidence"
    expects = "ids of references in square brackets, like ['...', '...']"
    options: ClassVar = {"answer": list, "least": int, "against": list, "independent": bool}

    def seal(self, key: Spec, seal: Seal) -> dict[str, Any]:
        """How many are asked for in the open; which ones sealed."""
        right, against, least = _key(key)
        return {
            "least": least,
            "independent": bool(key.get("independent", False)),
            "right": sorted(map(seal, right)),
            "against": sorted(map(seal, against)),
        }

    def mark(self, answer: Json, spec: Spec, seal: Seal) -> Mark:
        """References that support the claim, less those that do not, as a share of those asked."""
        known = tables.references()
        ids = _ids(answer)
        unknown = [each for each in ids if each not in known]
        sealed = {each: seal(each) for each in ids if each in known}
        right = [each for each, token in sealed.items() if token in spec["right"]]
        against = [each for each, token in sealed.items() if token in spec["against"]]
        strange = [each for each in sealed if each not in right and each not in against]
        least = spec["least"]
        counting = min(len(right), least)
        together = spec["independent"] and len(right) > 1 and not _independent(right, known)
        if together:
            counting = min(counting, least - 1)
        share = max(0, counting - len(against) - len(strange)) / (least + len(unknown))
        if share == 1:
            return Mark(1.0, "")
        said = [f"These support the claim: {', '.join(right)}."] if right else []
        said += [f"{each} says something else: it speaks against the claim." for each in against]
        if strange:
            said.append(f"Does not speak to this claim: {', '.join(strange)}.")
        said += _corrections(unknown, known)
        if together:
            said.append("They come from one publisher: look for one of another.")
        if len(right) < least:
            said.append(f"{counted(least, 'reference')} asked, {least - len(right)} still missing.")
        return Mark(share, " ".join(said))

    def example(self, key: Spec) -> list[Json]:
        """As many as are asked for, two independent ones among them if need be."""
        right, _, least = _key(key)
        if not key.get("independent"):
            best: list[Json] = [*right[:least]]
            return best
        first = next(pair for pair in combinations(right, 2) if _apart(*pair, tables.references()))
        return list([*first, *(each for each in right if each not in first)][:least])

    def forms(self, answer: Json, spec: Spec, seal: Seal) -> list[str]:
        """All ids in order, then each."""
        ids = _ids(answer)
        return [" + ".join(sorted(ids)), *ids]

    def part(self, part: Json, spec: Spec) -> str:
        """The id of a reference."""
        ids = _ids(part) if isinstance(part, str) else []
        if len(ids) != 1 or ids[0] not in tables.references():
            raise FormError(f"the id of one reference; found {quoted(part)}")
        return ids[0]

    def wrong(self, key: Spec) -> Iterator[Variant]:
        """One missing, one invented, one that says nothing of it, one that speaks against it."""
        yield from misfits()
        right, against, least = _key(key)
        best = self.example(key)
        assert isinstance(best, list)  # noqa: S101  for the type checker
        others = sorted({*tables.references()} - {*right, *against})[:3]
        for place, each in enumerate(best):
            rest = best[:place] + best[place + 1 :]
            yield Variant(f"without {each}", rest)
            yield Variant(f"{each} misspelt", [*rest, f"{each}-x"])
            if others:
                yield Variant(f"{others[0]} instead of {each}", [*rest, others[0]])
        for each in [*against, *others]:
            yield Variant(f"{each} as well", [*best, each])
        yield Variant("an invented one as well", [*best, "nobody-0000"])
        if against:
            yield Variant("only what speaks against it", list(against))
        if key.get("independent"):
            known = tables.references()
            for pair in combinations(right, 2):
                if least == 2 and not _apart(*pair, known):
                    yield Variant("two of one publisher", list(pair))

    def same(self, key: Spec) -> Iterator[Variant]:
        """Backwards, as citations, in one text, one twice, all that are right."""
        best = self.example(key)
        assert isinstance(best, list)  # noqa: S101  for the type checker
        right, _, _ = _key(key)
        yield Variant("backwards", best[::-1])
        yield Variant("as citations", [f"[@{each}]" for each in best])
        yield Variant("in one citation", f"[{'; '.join(f'@{each}' for each in best)}]")
        yield Variant("one twice", [*best, best[0]])
        if len(right) <= MOST_NAMED:
            yield Variant("all that are right", list(right))

    def control(self, spec: Spec) -> dict[str, Any]:
        """A box with one id a line."""
        return {"as": "lines"}


def _key(key: Spec) -> tuple[list[str], list[str], int]:
    """Ids that support the claim, ids that contradict it, and how many are asked for."""
    right = texts(key["answer"], "answer")
    against = texts(key["against"], "against") if key.get("against") else []
    known = tables.references()
    unknown = [each for each in (*right, *against) if each not in known]
    if unknown:
        close = " ".join(_corrections(unknown[:1], known))
        raise KeyCellError(f"found '{unknown[0]}'; expected ids of data/references.json. {close}")
    if len({*right, *against}) < len(right) + len(against):
        raise KeyCellError("answer and against; expected each reference once")
    if max(len(right), len(against)) > MOST_LISTED:
        raise KeyCellError(f"answer and against; expected at most {MOST_LISTED} references each")
    least = key.get("least", 2 if key.get("independent") else 1)
    if not 0 < least <= min(len(right), MOST_NAMED):
        raise KeyCellError(f"least {least}; expected 1 to {min(len(right), MOST_NAMED)}")
    if key.get("independent") and (least < 2 or not _independent(right, known)):
        raise KeyCellError("independent; expected least = 2 or more, and two different publishers")
    return right, against, least


def _ids(answer: Json) -> list[str]:
    """The ids in a list of ids and citations, or in one text of them, each once."""
    given = answer if isinstance(answer, list) else [answer]
    if not given or not all(isinstance(each, str) for each in given):
        raise FormError(f"ids of references, like ['...', '...']; you gave {_what(answer)}")
    found: dict[str, None] = {}
    for each in map(str, given):
        ids = re.findall(r"[\w.:-]+", each[:2000].replace("@", " ").casefold())
        if not ids:
            raise FormError(f"ids of references; you gave {quoted(each)}")
        found |= dict.fromkeys(ids)
    if len(found) > MOST_NAMED:
        raise FormError(f"at most {MOST_NAMED} references; you gave {len(found)}. Choose the best.")
    return list(found)


def _what(answer: Json) -> str:
    listed = answer if isinstance(answer, list) else []
    strange = [each for each in listed if not isinstance(each, str)]
    return f"{quoted(strange[0])} in the list" if strange else quoted(answer)


def _corrections(unknown: list[str], known: Mapping[str, object]) -> list[str]:
    from difflib import get_close_matches

    said = []
    for place, each in enumerate(unknown):
        looked = place < MOST_CORRECTED and len(each) < 80
        close = get_close_matches(each, known, n=2) if looked else []
        hint = f"did you mean {' or '.join(close)}?" if close else "copy the id from the reading."
        said.append(f"No reference is called '{shortened(each)}'; {hint}")
    return said


def _independent(ids: list[str], known: Mapping[str, Mapping[str, Any]]) -> bool:
    return any(_apart(one, other, known) for one, other in combinations(ids, 2))


def _apart(one: str, other: str, known: Mapping[str, Mapping[str, Any]]) -> bool:
    """Whether no publisher or journal stands behind both references."""
    return not _houses(known[one]) & _houses(known[other])


def _houses(item: Mapping[str, Any]) -> set[str]:
    named = {fold(str(item.get(name) or "")) for name in ("publisher", "container-title")} - {""}
    return named or {fold(urlsplit(str(item.get("URL", ""))).netloc.removeprefix("www."))}
