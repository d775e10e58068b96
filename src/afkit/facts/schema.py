"""One frozen record type per table of ``data/``: what each column holds and what it refers to.

This module is the only place that knows the columns. Reading and cross-checks (:mod:`.tables`),
``data/datapackage.json`` and the data dictionary all follow it.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from typing import Any, ClassVar

from afkit.facts.dates import Edtf

__all__ = ["TABLES", "Cell", "Column", "Row", "columns"]


@dataclass(frozen=True, slots=True)
class Cell:
    """A kind of cell: how its text is read, what is expected, and its Table Schema type.

    ``read`` turns the text of a filled cell into a value and raises ``ValueError`` with what was
    expected. ``empty`` is the value of a blank cell.
    """

    read: Callable[[str], object]
    expected: str
    type: str
    empty: object = None


def _word(text: str) -> str:
    if not all(
        part.isalnum() and part.isascii() and part == part.lower() for part in text.split("-")
    ):
        raise ValueError
    return text


def _number(text: str) -> float:
    if not re.fullmatch(r"-?[0-9]{1,15}(\.[0-9]+)?", text):
        raise ValueError
    return float(text)


def _day(text: str) -> dt.date:
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        raise ValueError
    return dt.date.fromisoformat(text)


def _truth(text: str) -> bool:
    return {"true": True, "false": False}[text]


def _split(text: str) -> tuple[str, ...]:
    parts = tuple(part.strip() for part in text.split(";"))
    if not all(parts) or len(set(parts)) < len(parts):
        raise ValueError
    return parts


def _pairs(text: str) -> tuple[tuple[str, str], ...]:
    pairs = tuple(tuple(_word(half) for half in part.split(":")) for part in _split(text))
    if any(len(pair) != 2 for pair in pairs):
        raise ValueError
    return pairs  # type: ignore[return-value]  # every pair has two halves, as just checked


def _wikidata(text: str) -> str:
    if not (text[:1] == "Q" and text[1:].isdigit()):
        raise ValueError
    return text


TEXT = Cell(str, "text", "string", "")
ID = Cell(_word, "an id in kebab-case, like 'ahmad-massoud'", "string", "")
IDS = Cell(
    lambda text: tuple(map(_word, _split(text))), "ids separated by '; ', none twice", "string", ()
)
WORDS = Cell(_split, "entries separated by '; ', none twice", "string", ())
PAIRS = Cell(_pairs, "id:role pairs separated by '; '", "string", ())
EDTF = Cell(
    Edtf, "an EDTF date like 2001-09-09, 2013-04, 2001-11~ or 2021-08-12/2021-08-13", "string"
)
DAY = Cell(_day, "a day as YYYY-MM-DD", "date")
NUMBER = Cell(_number, "a number", "number")
TRUTH = Cell(_truth, "true or false", "boolean", False)
WIKIDATA = Cell(_wikidata, "a Wikidata id like Q42", "string", "")


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its header in the CSV file and what its cells may hold."""

    name: str
    attribute: str
    cell: Cell
    doc: str
    required: bool
    refers: str
    choices: tuple[str, ...]


def column(
    cell: Cell,
    doc: str,
    *,
    name: str = "",
    required: bool = False,
    refers: str = "",
    choices: str = "",
) -> Any:  # noqa: ANN401  what dataclasses.field() gives
    """Declare a column; ``refers`` names a table, ``choices`` the words that are allowed."""
    return field(
        metadata={
            "cell": cell,
            "doc": doc,
            "name": name,
            "required": required,
            "refers": refers,
            "choices": tuple(choices.split()),
        }
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What every fact carries: an id, the references that support it, and how sure it is."""

    id: str = column(ID, "unique in its table", required=True)
    sources: tuple[str, ...] = column(
        IDS, "references that were opened and support the row", required=True, refers="references"
    )
    confidence: str = column(
        TEXT,
        "high: two independent references; medium: one; disputed: references disagree, see note",
        required=True,
        choices="high medium disputed",
    )
    note: str = column(TEXT, "who says what, and anything a careful reader should know")

    interval: ClassVar[tuple[str, str] | None] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Event(Row):
    """Something that happened, and when the public could know of it."""

    date: Edtf = column(EDTF, "when it happened", required=True)
    known_from: dt.date | None = column(DAY, "when it became public, if later than the event")
    title: str = column(TEXT, "short title", required=True)
    summary: str = column(TEXT, "one to three neutral sentences", required=True)
    themes: tuple[str, ...] = column(
        WORDS,
        "what it is about",
        required=True,
        choices="military diplomacy politics elections law rights women civilians displacement "
        "economy aid drugs media neighbours united-nations terrorism",
    )
    place: str = column(ID, "where", refers="places")
    actors: tuple[tuple[str, str], ...] = column(PAIRS, "who, and in what part", refers="actors")


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor(Row):
    """A person, an organisation or a state that acts in the story."""

    kind: str = column(
        TEXT, "what sort of actor", required=True, choices="person organisation state"
    )
    name: str = column(TEXT, "house spelling in Latin letters", required=True)
    name_fa: str = column(TEXT, "name in Dari script")
    name_ps: str = column(TEXT, "name in Pashto script")
    aliases: tuple[str, ...] = column(WORDS, "other spellings, transliterations and names")
    born: Edtf | None = column(EDTF, "born, or founded")
    died: Edtf | None = column(EDTF, "died, or dissolved")
    wikidata: str = column(WIKIDATA, "Wikidata item, where it was seen")
    summary: str = column(TEXT, "who, and why here", required=True)

    interval = ("born", "died")


@dataclass(frozen=True, slots=True, kw_only=True)
class Role(Row):
    """A title that an actor held, or claimed, over a time."""

    actor: str = column(ID, "who", required=True, refers="actors")
    title: str = column(TEXT, "the title", required=True)
    organisation: str = column(ID, "of what", refers="actors")
    start: Edtf | None = column(EDTF, "from when", name="from")
    end: Edtf | None = column(EDTF, "until when", name="to")
    claimed: bool = column(TRUTH, "true when the title was claimed but not generally recognised")

    interval = ("start", "end")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tie(Row):
    """A relation between two actors, read as ``a`` KIND ``b``."""

    a: str = column(ID, "one actor", required=True, refers="actors")
    b: str = column(ID, "the other actor", required=True, refers="actors")
    kind: str = column(
        TEXT,
        "kin, allied, opposed and negotiates hold both ways",
        required=True,
        choices="member commands kin allied opposed negotiates supports succeeds",
    )
    start: Edtf | None = column(EDTF, "from when", name="from")
    end: Edtf | None = column(EDTF, "until when", name="to")

    interval = ("start", "end")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place(Row):
    """A place; the provinces' outlines are in ``provinces.geojson``, keyed by ``iso``."""

    kind: str = column(
        TEXT, "what sort of place", required=True,
        choices="country province district city valley other",
    )  # fmt: skip
    name: str = column(TEXT, "house spelling in Latin letters", required=True)
    name_fa: str = column(TEXT, "name in Dari script")
    name_ps: str = column(TEXT, "name in Pashto script")
    aliases: tuple[str, ...] = column(WORDS, "other spellings and names")
    iso: str = column(TEXT, "ISO 3166-2 code, provinces only")
    country: str = column(TEXT, "ISO 3166-1 alpha-2 code of the country", required=True)
    province: str = column(ID, "the province it lies in", refers="places")
    capital: str = column(ID, "its capital", refers="places")
    neighbours: tuple[str, ...] = column(IDS, "provinces that share a border", refers="places")
    lat: float | None = column(NUMBER, "latitude in degrees north, WGS 84")
    lon: float | None = column(NUMBER, "longitude in degrees east, WGS 84")
    created: Edtf | None = column(EDTF, "when a province was created", name="from")


@dataclass(frozen=True, slots=True, kw_only=True)
class Control(Row):
    """Who held a place from a date on, and who says so."""

    place: str = column(ID, "the place", required=True, refers="places")
    date: Edtf = column(EDTF, "from when, or when it was reported", required=True)
    controller: str = column(ID, "the actor in control", required=True, refers="actors")
    status: str = column(TEXT, "how firmly", required=True, choices="held contested reported")
    reported_by: str = column(TEXT, "who reports it", required=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesMeta(Row):
    """What a series of numbers counts, and what it leaves out."""

    title: str = column(TEXT, "title", required=True)
    definition: str = column(TEXT, "what exactly is counted", required=True)
    unit: str = column(TEXT, "unit of every value", required=True)
    publisher: str = column(TEXT, "who publishes it", required=True)
    leaves_out: str = column(TEXT, "what is not counted", required=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Point(Row):
    """One value of a series; ``low`` and ``high`` bound it where the source gives a range."""

    series: str = column(ID, "the series", required=True, refers="series_meta")
    place: str = column(ID, "the province it counts; blank for the country", refers="places")
    date: Edtf = column(EDTF, "the day or period it stands for", required=True)
    known_from: dt.date | None = column(
        DAY, "when it became public, if that is known; else the end of its time"
    )
    value: float | None = column(NUMBER, "the value; blank where only a range is given")
    low: float | None = column(NUMBER, "lower bound")
    high: float | None = column(NUMBER, "upper bound")
    unit: str = column(TEXT, "unit, as in series_meta", required=True)

    @property
    def known(self) -> dt.date:
        """The first day on which the value could be known: no year has a number before its end."""
        return self.known_from or self.date.last or dt.date.max

    @property
    def words(self) -> str:
        """The value, or else its range: ``144,018``, ``0 to 100``, ``at least 200``."""
        low, value, high = (
            "" if each is None else f"{each:,.10g}" for each in (self.low, self.value, self.high)
        )
        if value or low == high:
            return value or low
        if low and high:
            return f"{low} to {high}"
        return f"at least {low}" if low else f"at most {high}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Span(Row):
    """Words of the article, as a W3C Web Annotation TextQuoteSelector."""

    exact: str = column(TEXT, "the words, to the letter", required=True)
    prefix: str = column(TEXT, "the words just before, where needed to be unique")
    suffix: str = column(TEXT, "the words just after, where needed to be unique")


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim(Span):
    """Something that the article says, whose voice says it, and what the evidence says."""

    claim: str = column(TEXT, "the claim in a few words", required=True)
    voice: str = column(ID, "an actor, or 'desk' for the unsigned reporter", required=True)
    speech: str = column(
        TEXT, "in quotation marks, reported, or the desk's own words", required=True,
        choices="direct indirect own",
    )  # fmt: skip
    type: str = column(
        TEXT,
        "what sort of statement it is",
        required=True,
        choices="fact attribution quotation appeal opinion forecast cause framing gloss convention "
        "provenance silence",
    )
    verdict: str = column(
        TEXT, "what the evidence says", required=True,
        choices="supported imprecise disputed wrong as-of not-checkable",
    )  # fmt: skip
    as_of: dt.date = column(DAY, "the day for which the verdict holds", required=True)
    explanation: str = column(TEXT, "what is right, what is not, how we know", required=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention(Span):
    """Words of the article that stand for one actor, place, date or event."""

    actor: str = column(ID, "the actor meant", refers="actors")
    place: str = column(ID, "the place meant", refers="places")
    date: Edtf | None = column(EDTF, "the date meant")
    event: str = column(ID, "the event meant", refers="events")


@dataclass(frozen=True, slots=True, kw_only=True)
class Term(Row):
    """A word that a student may not know."""

    term: str = column(TEXT, "the term in Latin letters", required=True)
    language: str = column(TEXT, "language it comes from, ISO 639-1", required=True)
    script: str = column(TEXT, "the term in its own script, where that is not Latin")
    pronunciation: str = column(TEXT, "plain respelling, the stressed syllable in capitals")
    definition: str = column(TEXT, "what it means here, in plain English", required=True)


#: The tables of a kit: file stem in ``data/`` and record type.
TABLES: dict[str, type[Row]] = {
    "events": Event,
    "actors": Actor,
    "roles": Role,
    "ties": Tie,
    "places": Place,
    "control": Control,
    "series_meta": SeriesMeta,
    "series": Point,
    "claims": Claim,
    "mentions": Mention,
    "glossary": Term,
}


def columns(record: type[Row]) -> tuple[Column, ...]:
    """The columns of a record type in the order of the CSV header: sources come last."""
    if record not in _COLUMNS:
        _COLUMNS[record] = _declared(record)
    return _COLUMNS[record]


_COLUMNS: dict[type[Row], tuple[Column, ...]] = {}


def _declared(record: type[Row]) -> tuple[Column, ...]:
    tail = ("sources", "confidence", "note")
    named = {each.name: each for each in fields(record)}
    order = ["id", *(name for name in named if name not in ("id", *tail)), *tail]
    return tuple(
        Column(
            name=named[name].metadata["name"] or name,
            attribute=name,
            cell=named[name].metadata["cell"],
            doc=named[name].metadata["doc"],
            required=named[name].metadata["required"],
            refers=named[name].metadata["refers"],
            choices=named[name].metadata["choices"],
        )
        for name in order
    )
