"""A text and the rows that quote it in; where each stands, and who speaks each word, out.

A claim or mention names its words by a quote that stands in the text exactly once. The text is cut
at every boundary of a span, so that spans may overlap freely. Who speaks is told by the *innermost*
claim: the shortest one that covers a piece.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeVar

from afkit.facts import tables
from afkit.facts.schema import Actor, Claim, Mention, Row, Span

__all__ = [
    "DESK",
    "Block",
    "Placed",
    "Voice",
    "blocks",
    "by_id",
    "innermost",
    "named",
    "pieces",
    "place",
    "refuse_shared_ids",
    "speaker",
    "voices",
    "words",
]

DESK = "desk"
DESK_NAME = "Desk (unsigned reporter)"
#: Looks that the style sheets tell apart; further voices begin again and keep their own letters.
LOOKS = 6

R = TypeVar("R", bound=Row)


@dataclass(frozen=True, slots=True)
class Placed:
    """A claim or mention and the characters that it covers: ``text[start:end]``."""

    row: Claim | Mention
    start: int
    end: int

    @property
    def layer(self) -> str:
        """The layer that shows a mention; ``""`` for a claim, which is always there."""
        if isinstance(self.row, Claim):
            return ""
        if self.row.actor:
            return "people"
        return "places" if self.row.place else "dates"


@dataclass(frozen=True, slots=True)
class Block:
    """A headline, subheading or paragraph of the article."""

    role: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Voice:
    """Who asserts things in the article: an actor's id or ``desk``, a name, a letter, a look."""

    id: str
    name: str
    mark: str
    look: int


def place(text: str, table: str, rows: Sequence[Claim | Mention]) -> tuple[Placed, ...]:
    """Rows with the characters that they cover, in the order of the text.

    Raises
    ------
    DataError
        If the words of a row do not stand in the text exactly once.
    """
    placed, found = [], []
    for line, row in enumerate(rows, start=2):
        quote = row.prefix + row.exact + row.suffix
        if (times := text.count(quote)) != 1:
            where = (f"data/{table}.csv", f"row {line} ({row.id})")
            there = f"'{quote}' {times} times in the article"
            expected = "words that stand in the article exactly once; lengthen prefix or suffix"
            found.append(tables.Problem(*where, there, expected))
            continue
        start = text.index(quote) + len(row.prefix)
        placed.append(Placed(row, start, start + len(row.exact)))
    if found:
        raise tables.DataError(found)
    return tuple(sorted(placed, key=lambda each: (each.start, -each.end, each.row.id)))


def refuse_shared_ids(claims: Iterable[Placed], mentions: Iterable[Placed]) -> None:
    """Refuse an id that a claim and a mention share: a selection would mean both."""
    both = {each.row.id for each in claims} & {each.row.id for each in mentions}
    if both:
        where = ("data/mentions.csv", f"the rows {', '.join(sorted(both))}")
        expected = "ids that data/claims.csv does not use, so that 'selected' can mean one"
        raise tables.DataError([tables.Problem(*where, "ids of claims", expected)])


def voices(claims: Sequence[Placed], actors: Mapping[str, Actor]) -> tuple[Voice, ...]:
    """The desk and then the others as the text brings them in, each with a letter of its own."""
    found = [Voice(DESK, DESK_NAME, "D", 0)]
    for placed in claims:
        row = placed.row
        if not isinstance(row, Claim) or row.voice in {each.id for each in found}:
            continue
        name = named(actors, row.voice, row).name
        initials = "".join(word[0] for word in name.split()).upper()
        taken = {each.mark for each in found}
        free = [mark for mark in (initials[-1], initials) if mark not in taken]
        mark = free[0] if free else str(len(found))
        found.append(Voice(row.voice, name, mark, len(found) % LOOKS))
    return tuple(found)


def blocks(text: str) -> tuple[Block, ...]:
    """What stands between blank lines: the headline, then paragraphs and subheadings."""
    found = [(each.start(), each.end()) for each in re.finditer(r"\S(?:.|\n(?!\s*\n))*", text)]
    return tuple(Block(_role(text, each, found), *each) for each in found)


def _role(text: str, block: tuple[int, int], blocks: Sequence[tuple[int, int]]) -> str:
    if block == blocks[0]:
        return "headline"
    # A text without marks for headings: a short line that no stop ends, and that text follows.
    words = text[slice(*block)]
    short = len(words.split()) <= 10 and block != blocks[-1]
    return "subheading" if short and not re.search(r":|[.!?…]\W*$", words) else "paragraph"


def innermost(spans: Iterable[Placed], start: int) -> list[Placed]:
    """The spans that cover a character, the shortest first; of two alike, the claim."""
    covering = [each for each in spans if each.start <= start < each.end]
    return sorted(covering, key=lambda each: (each.end - each.start, each.layer, each.row.id))


def pieces(text: str, block: Block, spans: Sequence[Placed]) -> list[dict[str, Any]]:
    """A block cut at every boundary; each piece with the ids of its spans, the innermost first."""
    ends = {end for each in spans for end in (each.start, each.end)}
    inside = {end for end in ends if block.start < end < block.end}
    return [
        {"text": text[start:end], "spans": [each.row.id for each in innermost(spans, start)]}
        for start, end in pairwise(sorted({block.start, block.end} | inside))
    ]


def words(text: str, block: Block) -> Iterator[int]:
    """Where each word of a block begins: its first letter or digit, or else its first sign."""
    for found in re.finditer(r"\S+", text[block.start : block.end]):
        letter = re.search(r"[^\W_]", found.group())
        yield block.start + found.start() + (letter.start() if letter else 0)


def speaker(text: str, claims: Iterable[Placed], start: int) -> tuple[str, str]:
    """Voice and speech of the word whose first letter is at ``start``."""
    row = next((each.row for each in innermost(claims, start)), None)
    if not isinstance(row, Claim):
        return DESK, "own"
    if row.speech == "own":
        return row.voice, "own"
    quoted = text.rfind("“", 0, start) > text.rfind("”", 0, start)
    return row.voice, "direct" if quoted else "indirect"


def named(rows: Mapping[str, R], name: str, row: Span) -> R:
    """The row that a span names; a DataError where there is none."""
    if name not in rows:
        table = "claims" if isinstance(row, Claim) else "mentions"
        where = (f"data/{table}.csv", f"row {row.id}")
        raise tables.DataError([tables.Problem(*where, f"'{name}'", "an id that data/ defines")])
    return rows[name]


def by_id(record: type[R], root: Path) -> dict[str, R]:
    """The rows of a table by their ids."""
    return {row.id: row for row in tables.records(record, root)}
