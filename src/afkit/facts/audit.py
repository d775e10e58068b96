"""The tables in; counts that show what is thin, one-sided or rests on a single source out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from afkit import kit
from afkit.facts import tables
from afkit.facts.dates import Edtf
from afkit.facts.schema import TABLES, Event, Row, columns

__all__ = ["Audit", "as_text", "audit", "select"]


@dataclass(frozen=True, slots=True)
class Audit:
    """What :func:`audit` counts; every mapping is from a word to a number of rows or references.

    ``perspective`` sorts references by where their publisher is: the country the course is about
    (by the word for it in ``kit.toml``), ``regional``, ``UN``, ``other`` or ``unknown``. ``single``
    lists the rows that rest on one source, as ``table/id``.
    """

    rows: Mapping[str, int]
    years: Mapping[str, int]
    themes: Mapping[str, int]
    confidence: Mapping[str, int]
    kinds: Mapping[str, int]
    perspective: Mapping[str, int]
    single: Sequence[str]

    def as_json(self) -> dict[str, Any]:
        """The audit as plain mappings and lists."""
        return {name: _plain(getattr(self, name)) for name in self.__slots__}


def audit(root: Path | None = None) -> Audit:
    """Count the facts by year, theme, confidence, kind of source and perspective.

    An event of several years counts in the year in which it begins. Only references that some row
    cites are counted.

    Raises
    ------
    DataError
        If a table cannot be read.
    afkit.kit.KitError
        If ``kit.toml`` cannot be read.
    """
    rows = {name: tables.records(record, root) for name, record in TABLES.items()}
    known = tables.references(root)
    everything = [(name, row) for name, table in rows.items() for row in table]
    cited = {source for _, row in everything for source in row.sources if source in known}
    view = kit.load(root).perspective
    events = [row for row in rows["events"] if isinstance(row, Event)]
    return Audit(
        rows={name: len(table) for name, table in rows.items()},
        years=_count(str(_year(event.date)) for event in events),
        themes=_count(theme for event in events for theme in event.themes),
        confidence=_count(row.confidence for _, row in everything),
        kinds=_count(known[each]["custom"]["kind"] for each in cited),
        perspective=_count(_perspective(known[each], view) for each in cited),
        single=[f"{name}/{row.id}" for name, row in everything if len(row.sources) == 1],
    )


def select(
    record: type[Row],
    *,
    year: int | None = None,
    theme: str = "",
    actor: str = "",
    words: str = "",
    root: Path | None = None,
) -> list[dict[str, Any]]:
    """Rows of a table as plain mappings, narrowed down; columns as in the CSV file.

    Parameters
    ----------
    record
        The table's record type.
    year
        Rows whose date, or whose time from start to end, touches this year.
    theme
        Events with this theme.
    actor
        Rows that name the actor with this id in any column.
    words
        Rows in which these words stand in any column, in upper or lower case.
    """
    chosen = []
    for row in tables.records(record, root):
        cells = {each.name: getattr(row, each.attribute) for each in columns(record)}
        plain = {name: _json(value) for name, value in cells.items()}
        kept = (
            (year is None or _touches(row, year))
            and (not theme or theme in cells.get("themes", ()))
            and (not actor or any(_names(value, actor) for value in cells.values()))
            and words.casefold() in " ".join(map(as_text, plain.values())).casefold()
        )
        if kept:
            chosen.append(plain)
    return chosen


def as_text(cell: object) -> str:
    """A cell of :func:`select` as the CSV file writes it: lists joined, nothing for a blank."""
    if isinstance(cell, list):
        return "; ".join(cell)
    if isinstance(cell, bool):
        return str(cell).lower()
    return "" if cell is None else str(cell)


def _count(words: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(words).items()))


def _year(day: Edtf) -> int:
    bound = day.first or day.last
    return bound.year if bound else 0


def _touches(row: Row, year: int) -> bool:
    dates = [getattr(row, name, None) for name in row.interval or ("date", "date")]
    if not any(isinstance(each, Edtf) for each in dates):
        return False
    start, end = (each if isinstance(each, Edtf) else None for each in dates)
    first = start.first.year if start and start.first else year
    last = end.last.year if end and end.last else year
    return first <= year <= last


def _perspective(reference: Mapping[str, Any], view: kit.Perspective) -> str:
    country = str(reference["custom"].get("country", ""))
    if country in view.own:
        return view.label
    if country in view.regional:
        return "regional"
    return {"UN": "UN", "": "unknown", "ZZ": "unknown"}.get(country, "other")


def _names(value: object, actor: str) -> bool:
    if isinstance(value, tuple):
        return any(_names(each, actor) for each in value)
    return value == actor


def _json(value: object) -> Any:  # noqa: ANN401  JSON has no narrower type
    if isinstance(value, bool | int | float | str) or value is None:
        return value
    if isinstance(value, tuple):
        return [":".join(each) if isinstance(each, tuple) else each for each in value]
    return str(value)


def _plain(value: Mapping[str, int] | Sequence[str]) -> object:
    return dict(value) if isinstance(value, Mapping) else list(value)
