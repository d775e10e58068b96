"""Essay: a written answer; its form is checked here, its content is marked by a person."""

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
    texts,
)
from afkit.facts import tables
from afkit.facts.names import fold

if TYPE_CHECKING:
    from afkit.exercises.answer import Json

__all__ = ["Essay"]


class Essay(Kind):
    """``min_words``, ``max_words``, ``cites`` (how many references, as ``[@id]``) and ``terms``."""

    name = "essay"
    expects = "a text between three quotation marks"
    options: ClassVar = {
        "min_words": int,
        "max_words": int,
        "cites": int,
        "terms": list,
        "rubric": dict,
    }
    needs = ("min_words", "max_words")
    stub = '"""\n\n"""'

    def seal(self, key: Spec, seal: Seal) -> dict[str, Any]:
        """Limits and rubric in the open: nothing here is secret."""
        if not 0 < key["min_words"] < key["max_words"]:
            raise KeyCellError("expected 0 < min_words < max_words")
        if key.get("cites", 0) < 0:
            raise KeyCellError("cites must not be below 0")
        if key.get("terms"):
            texts(key["terms"], "terms")
        shown = {name: key[name] for name in ("min_words", "max_words", "rubric") if name in key}
        return {**shown, "cites": key.get("cites", 0), "terms": key.get("terms", [])}

    def mark(self, answer: Json, spec: Spec, seal: Seal) -> Mark:
        """Full if length, citations and terms are as asked; the message says what is missing."""
        if not isinstance(answer, str):
            raise FormError(f"a text; you gave {quoted(answer)}")
        cited = re.findall(r"@([a-z0-9-]+)", answer)
        words = len(re.findall(r"\w[\w'’-]*", re.sub(r"\[@[^\]]*\]", "", answer)))
        missing = [
            *_length(words, spec["min_words"], spec["max_words"]),
            *_citations(cited, spec["cites"]),
            *(
                f"Use the term '{term}'."
                for term in spec["terms"]
                if f" {fold(term)} " not in f" {fold(answer)} "
            ),
        ]
        asked = 1 + bool(spec["cites"]) + len(spec["terms"])
        return Mark(max(0, asked - len(missing)) / asked, " ".join(missing))

    def example(self, key: Spec) -> Json:
        """A text of the asked form, with nothing to say."""
        return _filled(key["min_words"], key.get("cites", 0), key.get("terms", []))

    def wrong(self, key: Spec) -> Iterator[Variant]:
        """Too short, too long, a term or a reference missing, references that do not exist."""
        yield from misfits()
        least, most = key["min_words"], key["max_words"]
        cites, terms = key.get("cites", 0), key.get("terms", [])
        yield Variant("too short", _filled(max(1, least // 2 - len(terms)), cites, terms))
        yield Variant("too long", _filled(most + 1, cites, terms))
        for each in terms:
            left = [other for other in terms if other != each]
            yield Variant(f"without '{each}'", _filled(least + 2, cites, left))
        if cites:
            yield Variant("one reference fewer", _filled(least, cites - 1, terms))
            yield Variant("an unknown reference", _filled(least, cites, terms) + " [@nobody-0000]")

    def same(self, key: Spec) -> Iterator[Variant]:
        """Longer, in paragraphs, in capitals."""
        least, most = key["min_words"], key["max_words"]
        cites, terms = key.get("cites", 0), key.get("terms", [])
        yield Variant("as long as may be", _filled(most - 2 * len(terms), cites, terms))
        yield Variant("in paragraphs", _filled(least, cites, terms).replace(". ", ".\n\n"))
        yield Variant("terms in capitals", _filled(least, cites, [each.upper() for each in terms]))

    def control(self, spec: Spec) -> dict[str, Any]:
        """A tall box."""
        return {"as": "long"}


def _filled(words: int, cites: int, terms: list[str]) -> str:
    """A text of ``words`` words or a few more, with references and terms."""
    cited = "".join(f" [@{each}]" for each in sorted(tables.references())[:cites])
    said = " ".join(terms)
    rest = max(0, words - len(said.split()))
    return (
        " ".join([said, *(f"word{'.' if each % 9 == 0 else ''}" for each in range(rest))]) + cited
    )


def _length(words: int, least: int, most: int) -> list[str]:
    if words < least:
        return [f"{counted(words, 'word')} so far; write at least {least}."]
    if words > most:
        return [f"{counted(words, 'word')}; at most {most} are asked. What can go?"]
    return []


def _citations(cited: list[str], asked: int) -> list[str]:
    known = tables.references()
    unknown = sorted({each for each in cited if each not in known})
    if unknown:
        return [f"No reference is called {', '.join(unknown)}; copy the id from the reading."]
    if len(set(cited)) < asked:
        least = counted(asked, "reference")
        return [f"Cite at least {least} as [@id]; you cite {len(set(cited))}."]
    return []
