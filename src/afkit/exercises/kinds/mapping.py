"""Mapping: each thing to be put under the category that it belongs to."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import Any, ClassVar

from afkit.exercises.answer import Json, is_blank
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
    shortened,
)
from afkit.exercises.kinds.order import known, labelled

__all__ = ["Classification"]

MOST = 60


class Classification(Kind):
    """``answer = { a = "x" }``: for each of ``items``, one of ``categories``.

    Both are tables of ids and texts and stay in the open; each right pair is sealed on its own and
    counts by itself.
    """

    name = "mapping"
    expects = "a category for each item, in curly brackets"
    options: ClassVar = {"answer": dict, "items": dict, "categories": dict}
    needs = ("answer", "items", "categories")

    def seal(self, key: Spec, seal: Seal) -> dict[str, Any]:
        """Items and categories in the open; every right pair sealed."""
        items, categories = (labelled(key[what], what) for what in ("items", "categories"))
        if not 0 < len(items) <= MOST or not 1 < len(categories) <= MOST:
            raise KeyCellError(f"expected 1 to {MOST} items and 2 to {MOST} categories")
        answer = key["answer"]
        if set(answer) != set(items):
            raise KeyCellError(f"answer for {', '.join(answer)}; expected one for every item")
        for item, category in answer.items():
            if not isinstance(category, str) or category not in categories:
                raise KeyCellError(f"answer: {item} = {category!r}; expected an id of categories")
        right = [seal(_pair(item, category)) for item, category in answer.items()]
        return {"items": items, "categories": categories, "right": sorted(right)}

    def mark(self, answer: Json, spec: Spec, seal: Seal) -> Mark:
        """Each item under its category counts the same."""
        given, items = _read(answer, spec), spec["items"]
        wrong = [
            shortened(items[item].removesuffix("."))
            for item, category in given.items()
            if seal(_pair(item, category)) not in spec["right"]
        ]
        left = [shortened(items[each].removesuffix(".")) for each in items if each not in given]
        right = len(given) - len(wrong)
        said = [f"{right} of {len(items)} {'is' if right == 1 else 'are'} right."]
        said += [f"Not right: {'; '.join(wrong)}."] if wrong else []
        said += [f"Still open: {'; '.join(left)}."] if left else []
        share = right / len(items)
        return Mark(share, "" if share == 1 else " ".join(said))

    def forms(self, answer: Json, spec: Spec, seal: Seal) -> list[str]:
        """All pairs in order, then each."""
        pairs = [_pair(*each) for each in _read(answer, spec).items()]
        return [f"all: {'; '.join(sorted(pairs))}", *pairs]

    def part(self, part: Json, spec: Spec) -> str:
        """An item and its category: ``"item = category"``, by ids or texts."""
        text = part if isinstance(part, str) else ""
        for sign in re.finditer("=", text):
            item = known(text[: sign.start()], spec["items"])
            category = known(text[sign.end() :], spec["categories"])
            if item and category:
                return _pair(item, category)
        raise FormError(f"'item = category', both of them known; found {quoted(part)}")

    def wrong(self, key: Spec) -> Iterator[Variant]:
        """One in another category, two exchanged, one left out, one too many, all in one."""
        yield from misfits()
        answer: dict[str, Json] = dict(key["answer"])
        for place, item in enumerate(answer):
            others = [each for each in key["categories"] if each != answer[item]]
            other = others[place % len(others)]
            yield Variant(f"{item} under {other}", {**answer, item: other})
            yield Variant(
                f"without {item}", {each: answer[each] for each in answer if each != item}
            )
            yield Variant(f"{item} left open", {**answer, item: None})
        for one, other in combinations(answer, 2):
            swapped = {**answer, one: answer[other], other: answer[one]}
            if swapped != answer:
                yield Variant(f"{one} and {other} exchanged", swapped)
        for category in key["categories"]:
            if set(answer.values()) != {category}:
                yield Variant(f"all under {category}", dict.fromkeys(answer, category))
        first = next(iter(answer))
        yield Variant("an unknown item as well", {**answer, "no such item": answer[first]})
        yield Variant("an unknown category", {**answer, first: "no such category"})
        yield Variant("two categories for one", {**answer, first: list(key["categories"])})
        yield Variant("only the categories", list(answer.values()))
        exchanged: dict[str, Json] = {str(answer[item]): item for item in answer}
        if not any(known(each, key["items"]) for each in exchanged):
            yield Variant("categories first", exchanged)

    def same(self, key: Spec) -> Iterator[Variant]:
        """Backwards, texts for ids, in capitals and with blanks."""
        answer, items, categories = key["answer"], key["items"], key["categories"]
        yield Variant("backwards", dict(reversed(answer.items())))
        yield Variant("items' texts", {items[each]: answer[each] for each in answer})
        yield Variant("categories' texts", {each: categories[answer[each]] for each in answer})
        yield Variant("texts", {items[each]: categories[answer[each]] for each in answer})
        yield Variant("capitals", {each.upper(): answer[each].upper() for each in answer})
        yield Variant("blanks", {f" {each} ": f" {categories[answer[each]]} " for each in answer})

    def control(self, spec: Spec) -> dict[str, Any]:
        """A grid: a row for each item, one category to be chosen in it."""
        return {"as": "grid", "rows": dict(spec["items"]), "options": dict(spec["categories"])}


def _pair(item: str, category: str) -> str:
    return f"{item}={category}"


def _ids(table: Mapping[str, str]) -> str:
    return shortened(", ".join(table))


def _read(answer: Json, spec: Spec) -> dict[str, str]:
    """Item and category of all that the student has put anywhere."""
    items, categories = spec["items"], spec["categories"]
    if not isinstance(answer, dict):
        raise FormError(
            f"a mapping in curly brackets, like {{'...': '...'}}; you gave {quoted(answer)}"
        )
    found: dict[str, str] = {}
    for what, where in answer.items():
        item = known(what, items)
        if item is None:
            raise FormError(f"items of the question ({_ids(items)}); you gave {quoted(what)}")
        if is_blank(where):
            continue
        category = known(where, categories)
        if category is None:
            raise FormError(
                f"one category ({_ids(categories)}) for '{item}'; you gave {quoted(where)}"
            )
        if found.setdefault(item, category) != category:
            raise FormError(f"one category for '{item}'; you gave two")
    return found
