"""Order: things to be put in a row, by time, by size, from cause to effect."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import combinations, pairwise
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
    shortened,
    texts,
)
from afkit.exercises.kinds.name import known_id, meaning, spellings
from afkit.facts.names import actor, bearers, fold

if TYPE_CHECKING:
    from afkit.exercises.answer import Json

__all__ = ["Order", "known", "labelled"]

FEWEST, MOST = 2, 12
_BREAKS = re.compile(r"\s*(?:[\n,;]|->|→)\s*")


class Order(Kind):
    """``answer = ["b", "c", "a"]``, letters of ``items = { a = "...", b = "..." }``.

    Without items: ``of = "names"`` (actor ids) or ``of = "words"`` (texts). What is to be ordered
    stands in the open, shuffled; of the order, each pair is sealed on its own.

    Each pair in the right order counts; each the wrong way round takes a right one away.
    """

    name = "order"
    expects = "a list in the right order, in square brackets"
    options: ClassVar = {"answer": list, "items": dict, "of": str}

    def seal(self, key: Spec, seal: Seal) -> dict[str, Any]:
        """What is to be ordered in the open, in an order that tells nothing; each pair sealed."""
        of = _of(key)
        listed = texts(key["answer"], "answer") if key["answer"] else []
        if of == "items":
            items = labelled(key["items"], "items")
            right = listed
            if set(right) != set(items):
                raise KeyCellError(f"answer {listed!r}; expected every letter of items, each once")
        elif of == "names":
            right = [known_id(each) for each in listed]
            items = {each: actor(each).name for each in right}
        else:
            right = [fold(each) for each in listed]
            items = dict(zip(right, listed, strict=True))
            if not all(right) or any(_BREAKS.search(each.strip()) for each in listed):
                raise KeyCellError(f"answer {listed!r}; expected words, no commas or lines in them")
        if not FEWEST <= len(right) <= MOST or len(set(right)) < len(right):
            raise KeyCellError(f"answer; expected {FEWEST} to {MOST} elements, each once")
        if of == "items" and len(right) > FEWEST and right == sorted(right):
            raise KeyCellError("answer is in the order of its letters; give the letters anew")
        shown = sorted(items, key=lambda each: seal(f"place:{each}"))
        return {
            "of": of,
            "items": [[each, items[each]] for each in shown],
            "right": sorted(seal(_pair(*each)) for each in combinations(right, 2)),
        }

    def mark(self, answer: Json, spec: Spec, seal: Seal) -> Mark:
        """Pairs in the right order less those the wrong way round, as a share of all pairs.

        An element that is missing, or stands in two places, is in no pair.
        """
        given, items = _read(answer, spec), dict(spec["items"])
        times = Counter(given)
        once = [each for each in times if times[each] == 1]
        fits = {each: seal(_pair(*each)) in spec["right"] for each in combinations(once, 2)}
        right, asked = sum(fits.values()), len(spec["right"])
        swapped = sum(not fits[each] for each in pairwise(once))
        said = [f"{right} of {asked} pairs are in the right order."] if fits and asked > 1 else []
        if swapped == 1:
            said.append("One pair of neighbours is the wrong way round.")
        elif swapped:
            said.append(f"{swapped} pairs of neighbours are the wrong way round.")
        for what, found in (
            ("Missing", [each for each in items if each not in times]),
            ("More than once", [each for each in times if times[each] > 1]),
        ):
            if found:
                said.append(f"{what}: {', '.join(_label(each, spec, items) for each in found)}.")
        share = max(0, right - (len(fits) - right)) / asked
        return Mark(share, "" if share == 1 else " ".join(said))

    def example(self, key: Spec) -> Json:
        """The right order: letters or words as they are, names in full."""
        return [actor(each).name if _of(key) == "names" else each for each in key["answer"]]

    def forms(self, answer: Json, spec: Spec, seal: Seal) -> list[str]:
        """The whole order, then its pairs, neighbours first."""
        given = _read(answer, spec)
        once = list(dict.fromkeys(given))
        pairs = [_pair(*each) for each in (*pairwise(once), *combinations(once, 2))]
        return [f"all: {'<'.join(given)}", *dict.fromkeys(pairs)]

    def part(self, part: Json, spec: Spec) -> str:
        """A pair as it stands in the answer, the earlier first: ``"b<a"``."""
        sides = part.split("<") if isinstance(part, str) else []
        if len(sides) != 2:
            raise FormError(f"a pair, like 'b<a'; found {quoted(part)}")
        one, other = (_item(each.strip(), spec) for each in sides)
        if one == other:
            raise FormError(f"a pair of two, like 'b<a'; found {quoted(part)}")
        return _pair(one, other)

    def wrong(self, key: Spec) -> Iterator[Variant]:
        """Neighbours swapped, backwards, one moved, missing, twice, unknown, a lone element."""
        yield from misfits()
        right = self.example(key)
        assert isinstance(right, list)  # noqa: S101  for the type checker
        for place in range(len(right) - 1):
            one, other = right[place : place + 2]
            swapped = [*right[:place], other, one, *right[place + 2 :]]
            yield Variant(f"{one} and {other} swapped", swapped)
        yield Variant("backwards", right[::-1])
        yield Variant("the first at the end", [*right[1:], right[0]])
        yield Variant("the last at the beginning", [right[-1], *right[:-1]])
        for place, each in enumerate(right):
            yield Variant(f"without {each}", right[:place] + right[place + 1 :])
            yield Variant(f"{each} twice", [*right, each])
        yield Variant("something unknown as well", [*right, "no such thing"])
        yield Variant("only the first", right[0])
        yield Variant("places in place of things", list(range(1, len(right) + 1)))
        yield Variant("a mapping of places", {str(each): n for n, each in enumerate(right, 1)})

    def same(self, key: Spec) -> Iterator[Variant]:
        """In one text, one a line, in capitals, in an item's words, in other spellings."""
        right = [str(each) for each in key["answer"]]
        yield Variant("as in the key", list(right))
        yield Variant("capitals", [each.upper() for each in right])
        yield Variant("with blanks", [f"  {each} " for each in right])
        yield Variant("in one text", ", ".join(right))
        yield Variant("one a line", "\n".join(right))
        if _of(key) == "items":
            yield Variant("in brackets", [f"({each})" for each in right])
            yield Variant("the items' words", [key["items"][each] for each in right])
        if _of(key) == "names":
            for place, each in enumerate(right):
                for spelling in spellings(actor(each)):
                    answer: list[Json] = [*right[:place], spelling.answer, *right[place + 1 :]]
                    yield Variant(f"{each}: {spelling.what}", answer)

    def control(self, spec: Spec) -> dict[str, Any]:
        """Things to be moved up and down, shuffled at first."""
        return {"as": "order", "items": dict(spec["items"])}


def labelled(table: Mapping[str, Any], what: str) -> dict[str, str]:
    """A table of a key that gives each letter or short id a text, checked.

    Raises
    ------
    KeyCellError
        If an id is no plain small one, a text is blank, or one could be taken for another.
    """
    meanings: dict[str, str] = {}
    for each, words in table.items():
        if not re.fullmatch(r"[a-z0-9][a-z0-9_-]*", each):
            raise KeyCellError(f"{what}: '{each}'; expected small letters, digits and hyphens")
        if not isinstance(words, str) or not fold(words):
            raise KeyCellError(f"{what}: {each} = {words!r}; expected a text")
        for plain in (fold(each), fold(words)):
            if meanings.setdefault(plain, each) != each:
                raise KeyCellError(f"{what}: '{plain}' can mean {meanings[plain]} and {each}")
    return dict(table)


def known(text: Json, items: Mapping[str, str]) -> str | None:
    """The id that a student means by it or by its text, if it is one of these."""
    if isinstance(text, bool) or not isinstance(text, str | int):
        return None
    plain = fold(str(text))
    fits = (each for each, words in items.items() if plain in (fold(each), fold(words)))
    return next(fits, None)


def _of(key: Spec) -> str:
    of = str(key.get("of", "items" if "items" in key else "names"))
    if of not in ("items", "names", "words"):
        raise KeyCellError(f"of '{of}'; expected items, names or words")
    if (of == "items") != ("items" in key):
        raise KeyCellError("items; expected a table [items], or of = names or words without one")
    return of


def _pair(earlier: str, later: str) -> str:
    return f"{earlier}<{later}"


def _label(each: str, spec: Spec, items: Mapping[str, str]) -> str:
    return each if spec["of"] == "items" else shortened(items[each])


def _read(answer: Json, spec: Spec) -> list[str]:
    """The ids of an answer in their order, as often as they are named."""
    given: Json = answer
    if isinstance(answer, str):
        lines = answer.strip().split("\n")
        parts = lines if len(lines) > 1 else _BREAKS.split(answer)
        given = [each.strip() for each in parts if each.strip()]
        letters = list(answer.strip().casefold())
        if len(given) == 1 and set(letters) <= {each for each, _ in spec["items"]}:
            given = list(letters)
    if not isinstance(given, list) or (isinstance(answer, str) and len(given) < 2):
        raise FormError(f"a list in order, like ['...', '...']; you gave {quoted(answer)}")
    if len(given) > 3 * MOST:
        asked = counted(len(spec["items"]), "element")
        raise FormError(f"a list of {asked}; you gave {quoted(given)}")
    return [_item(each, spec) for each in given]


def _item(given: Json, spec: Spec) -> str:
    items = dict(spec["items"])
    if not isinstance(given, str):
        raise FormError(f"texts in quotes inside the list; you gave {quoted(given)}")
    found = known(given, items)
    if found is None and spec["of"] == "names":
        fits = [who.id for who in bearers(given) if who.id in items]
        found = fits[0] if len(fits) == 1 else meaning(given).id
    if found not in items:
        letters = f"letters ({', '.join(sorted(items))})"
        what = letters if spec["of"] == "items" else "what is to be ordered"
        raise FormError(f"only {what} in the list; you gave {quoted(given)}")
    return str(found)
