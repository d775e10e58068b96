"""All tables together in; what does not fit out: unknown ids, time backwards, lost spans.

What rows say against each other is the business of :mod:`.agreement` and :mod:`.borders`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from afkit import kit
from afkit.facts.agreement import disagreements
from afkit.facts.borders import border_problems
from afkit.facts.schema import TABLES, Event, Mention, Place, Point, Row, Span, columns
from afkit.facts.tables import REFERENCES, DataError, Problem, article, records, references

__all__ = ["problems"]


def problems(root: Path | None = None) -> list[Problem]:
    """Everything that is wrong in ``data/`` and in the article's spans; empty if all is well."""
    folder = root or kit.find()
    found: list[Problem] = []
    tables: dict[str, tuple[Row, ...]] = {}
    for name, record in TABLES.items():
        try:
            tables[name] = records(record, folder)
        except DataError as error:
            found += error.problems
    known: dict[str, frozenset[str]] = {
        name: frozenset(row.id for row in rows) for name, rows in tables.items()
    }
    try:
        known["references"] = frozenset(references(folder))
    except DataError as error:
        found += error.problems
    for name, rows in tables.items():
        for line, row in enumerate(rows, start=2):
            where = (f"data/{name}.csv", f"row {line} ({row.id})")
            found += [Problem(*where, *each) for each in _row_problems(row, known)]
    found += _span_problems(folder, tables)
    found += _series_problems(tables)
    found += disagreements(tables)
    found += border_problems(tables.get("places", ()), folder)
    return found


def _row_problems(row: Row, known: Mapping[str, frozenset[str]]) -> Iterator[tuple[str, str]]:
    for each in columns(type(row)):
        value = getattr(row, each.attribute)
        if each.refers not in known or not value:
            continue
        for entry in value if isinstance(value, tuple) else (value,):
            name = entry[0] if isinstance(entry, tuple) else entry
            if name not in known[each.refers]:
                where = REFERENCES if each.refers == "references" else f"{each.refers}.csv"
                yield f"{each.name} '{name}'", f"an id that data/{where} defines"
    yield from _time_problems(row)
    if isinstance(row, Place):
        yield from _place_problems(row)
    if row.confidence == "high" and len(row.sources) < 2:
        yield "confidence high with one source", "two independent references, or medium"
    if row.confidence == "disputed" and not row.note:
        yield "a disputed row without a note", "a note that says who says what"


def _time_problems(row: Row) -> Iterator[tuple[str, str]]:
    if row.interval:
        start, end = (getattr(row, name) for name in row.interval)
        if start and end and start.first and end.last and start.first > end.last:
            names = {each.attribute: each.name for each in columns(type(row))}
            first, last = (names[name] for name in row.interval)
            yield f"{first} {start} after {last} {end}", f"{first} not later than {last}"
    if isinstance(row, Event) and row.known_from:
        begins = row.date.first
        if begins and row.known_from < begins:
            yield f"known_from {row.known_from} before {row.date}", "the same day or a later one"


def _place_problems(row: Place) -> Iterator[tuple[str, str]]:
    if (row.lat is None) != (row.lon is None):
        yield "one of lat and lon", "both, or neither"
    if abs(row.lat or 0) > 90 or abs(row.lon or 0) > 180:
        yield f"lat {row.lat}, lon {row.lon}", "degrees: lat from -90 to 90, lon from -180 to 180"
    if not re.fullmatch("[A-Z]{2}", row.country):
        yield f"country '{row.country}'", "two capital letters, ISO 3166-1"


def _span_problems(root: Path, tables: Mapping[str, Sequence[Row]]) -> Iterator[Problem]:
    try:
        text = article(root)
    except DataError as error:
        yield from error.problems
        return
    except kit.KitError as error:
        yield Problem(kit.PAGE, "the file", str(error), "a page that can be read")
        return
    actors = {row.id for row in tables["actors"]} | {"desk"} if "actors" in tables else None
    for name in ("claims", "mentions"):
        for line, row in enumerate(tables.get(name, ()), start=2):
            where = (f"data/{name}.csv", f"row {line} ({row.id})")
            assert isinstance(row, Span)  # noqa: S101  for the type checker: both tables hold spans
            times = text.count(row.prefix + row.exact + row.suffix)
            if times != 1:
                quote = row.prefix + row.exact + row.suffix
                expected = "words that stand in the article exactly once; lengthen prefix or suffix"
                yield Problem(*where, f"'{quote}' {times} times in the article", expected)
            if isinstance(row, Mention):
                meant = [each for each in (row.actor, row.place, row.date, row.event) if each]
                if len(meant) != 1:
                    yield Problem(
                        *where, f"{len(meant)} meanings", "one: actor, place, date or event"
                    )
            elif actors and getattr(row, "voice", "desk") not in actors:
                found = f"voice '{getattr(row, 'voice', '')}'"
                yield Problem(*where, found, "'desk' or an id that data/actors.csv defines")


def _series_problems(tables: Mapping[str, Sequence[Row]]) -> Iterator[Problem]:
    units = {row.id: getattr(row, "unit", "") for row in tables.get("series_meta", ())}
    places = {row.id: row for row in tables.get("places", ()) if isinstance(row, Place)}
    first: dict[str, Point] = {}
    seen: dict[tuple[str, str, str], str] = {}
    for line, row in enumerate(tables.get("series", ()), start=2):
        assert isinstance(row, Point)  # noqa: S101  for the type checker
        where = ("data/series.csv", f"row {line} ({row.id})")
        if row.series in units and row.unit != units[row.series]:
            yield Problem(*where, f"unit '{row.unit}'", f"'{units[row.series]}', as in series_meta")
        if all(value is None for value in (row.value, row.low, row.high)):
            yield Problem(*where, "no value and no range", "a value, or low and high")
        bounds = [value for value in (row.low, row.value, row.high) if value is not None]
        if bounds != sorted(bounds):
            yield Problem(*where, f"low, value, high {bounds}", "numbers in rising order")
        begins = row.date.first
        if row.known_from and begins and row.known_from < begins:
            found = f"known_from {row.known_from} before {row.date}"
            yield Problem(*where, found, "the same day or a later one")
        if bool(row.place) != bool(first.setdefault(row.series, row).place):
            found = f"place '{row.place}' beside '{first[row.series].place}' of the same series"
            yield Problem(*where, found, "a place in every row of a series, or in none")
        if row.place in places:
            yield from (Problem(*where, *each) for each in _province_problems(row, places))
            key = (row.series, row.place, row.date.text)
            if key in seen:
                yield Problem(*where, f"{row.place} of {row.date} again", f"one row, {seen[key]}")
            seen[key] = row.id


def _province_problems(row: Point, places: Mapping[str, Place]) -> Iterator[tuple[str, str]]:
    place = places[row.place]
    if place.kind != "province":
        yield f"place '{place.id}', a {place.kind}", "a province, or blank for the country"
    end, made = row.date.last, place.created and place.created.first
    if end and made and end < made and not row.note:
        found = f"{row.date}, before {place.id} was made ({place.created})"
        yield found, "a note that says within which borders"
