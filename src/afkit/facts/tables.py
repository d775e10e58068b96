"""Tables of ``data/`` in, typed records and DataFrames out; each error with file and row.

Reading a table refuses it whole if one cell is wrong. :func:`problems` looks at all together:
ids that nothing defines, references that are missing, spans that no longer match the article.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

from afkit import kit
from afkit.facts.dates import Edtf
from afkit.facts.schema import TABLES, Column, Mention, Point, Row, Span, columns

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["DataError", "Problem", "article", "frame", "problems", "records", "references"]

REFERENCES = "references.json"
ARTICLE_BEGINS, ARTICLE_ENDS = "<!-- article begins -->\n\n", "\n\n<!-- article ends -->"
SOURCE_KINDS = ("primary", "institutional", "scholarly", "news", "reference", "exhibit")

R = TypeVar("R", bound=Row)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in the data: where it stands, what was found, what was expected."""

    file: str
    row: str
    found: str
    expected: str

    def __str__(self) -> str:
        return f"{self.file}, {self.row}: found {self.found}; expected {self.expected}"


class DataError(Exception):
    """A file of ``data/`` cannot be used; the message lists every problem in it."""

    def __init__(self, found: Sequence[Problem]) -> None:
        self.problems = tuple(found)
        super().__init__("\n".join(map(str, found)))


def records(record: type[R], root: Path | None = None) -> tuple[R, ...]:
    """All rows of a table as records of type ``record``, in file order.

    Raises
    ------
    DataError
        If the file is missing, is not UTF-8 CSV with the table's header, or holds a wrong cell.
    """
    table = next(name for name, each in TABLES.items() if each is record)
    path = (root or kit.find()) / "data" / f"{table}.csv"
    if not path.is_file():
        raise DataError([Problem(f"data/{path.name}", "the file", "no such file", "a CSV table")])
    return cast("tuple[R, ...]", _read(table, path, path.stat().st_mtime_ns))


def references(root: Path | None = None) -> Mapping[str, dict[str, Any]]:
    """The references of ``data/references.json`` (CSL-JSON) by id.

    Raises
    ------
    DataError
        If the file is missing, is no JSON array of CSL items, or repeats an id.
    """
    path = (root or kit.find()) / "data" / REFERENCES
    if not path.is_file():
        raise DataError([Problem(f"data/{REFERENCES}", "the file", "no such file", "CSL-JSON")])
    return _read_references(path, path.stat().st_mtime_ns)


def article(root: Path | None = None) -> str:
    """The text of the kit's article to the letter, without the notes that stand around it.

    Raises
    ------
    DataError
        If the file does not hold the two lines between which the text stands.
    """
    course = kit.load(root)
    try:
        text = (course.root / course.article).read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise DataError([Problem(course.article, "the file", str(error), "UTF-8")]) from None
    _, begins, rest = text.partition(ARTICLE_BEGINS)
    inside, ends, _ = rest.partition(ARTICLE_ENDS)
    if not (begins and ends):
        expected = f"the text between '{ARTICLE_BEGINS.strip()}' and '{ARTICLE_ENDS.strip()}'"
        raise DataError([Problem(course.article, "the file", "no article text", expected)])
    return inside


def frame(table: str, root: Path | None = None) -> pd.DataFrame:
    """A table as a DataFrame, indexed by id, with the columns of the CSV file.

    Lists become tuples. Each EDTF column ``date`` also gives ``date_first`` and ``date_last``
    (``datetime64``, missing at an open end); in tables of spans in time the pairs are ``from`` and
    ``to``, ``born`` and ``died``.

    Parameters
    ----------
    table
        A table's name, as in ``data/``: ``events``, ``actors``, ...

    Raises
    ------
    ValueError
        If there is no such table.
    DataError
        If the table cannot be read.
    """
    import pandas as pd

    if table not in TABLES:
        raise ValueError(f"there is no table '{table}'; the tables are {', '.join(TABLES)}")
    record = TABLES[table]
    rows = records(record, root)
    cells: dict[str, Any] = {}
    for each in columns(record):
        values = [getattr(row, each.attribute) for row in rows]
        if not _is_edtf(each):
            dates = each.cell.type == "date"
            cells[each.name] = pd.to_datetime(pd.Series(values)) if dates else values
            continue
        cells[each.name] = [value.text if value else "" for value in values]
        for end in ("first", "last"):
            days = [getattr(value, end) if value else None for value in values]
            cells[f"{each.name}_{end}"] = pd.to_datetime(pd.Series(days, dtype="object"))
    return pd.DataFrame(cells).set_index("id")


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
    return found


def _is_edtf(each: Column) -> bool:
    return each.cell.read is Edtf


@lru_cache(maxsize=64)
def _read(table: str, path: Path, _changed: int) -> tuple[Row, ...]:
    file, record = f"data/{path.name}", TABLES[table]
    head = [each.name for each in columns(record)]
    found: list[Problem] = []
    rows: list[Row] = []
    seen: dict[str, int] = {}
    try:
        with path.open(encoding="utf-8", newline="") as stream:
            lines = list(csv.reader(stream, strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise DataError([Problem(file, "the file", str(error), "UTF-8 CSV")]) from None
    if not lines or lines[0] != head:
        got = ", ".join(lines[0]) if lines else "an empty file"
        raise DataError([Problem(file, "row 1", got, f"the header {', '.join(head)}")])
    for number, line in enumerate(lines[1:], start=2):
        name = line[0] if line else ""
        where = f"row {number} ({name})"
        if len(line) != len(head):
            found.append(Problem(file, where, f"{len(line)} cells", f"{len(head)} cells"))
            continue
        if name in seen:
            found.append(Problem(file, where, f"the id of row {seen[name]} again", "a new id"))
        seen[name] = number
        values, wrong = _cells(record, line)
        found += [Problem(file, where, *each) for each in wrong]
        if not wrong:
            rows.append(record(**values))
    if found:
        raise DataError(found)
    return tuple(rows)


def _cells(record: type[Row], line: list[str]) -> tuple[dict[str, Any], list[tuple[str, str]]]:
    values: dict[str, Any] = {}
    wrong: list[tuple[str, str]] = []
    for each, raw in zip(columns(record), line, strict=True):
        # A quoted span keeps its blanks: prefix and suffix are matched to the letter.
        text = raw if issubclass(record, Span) else raw.strip()
        values[each.attribute] = each.cell.empty
        if not text:
            if each.required:
                wrong.append((f"'{each.name}' blank", each.cell.expected))
            continue
        try:
            value = each.cell.read(text)
        except (ValueError, KeyError) as error:
            reason = f" ({error})" if _is_edtf(each) else ""
            wrong.append((f"{each.name} '{text}'{reason}", each.cell.expected))
            continue
        wrong += [
            (f"{each.name} '{choice}'", f"one of {', '.join(each.choices)}")
            for choice in (value if isinstance(value, tuple) else (value,))
            if each.choices and choice not in each.choices
        ]
        values[each.attribute] = value
    return values, wrong


@lru_cache(maxsize=4)
def _read_references(path: Path, _changed: int) -> dict[str, dict[str, Any]]:
    file = f"data/{path.name}"
    try:
        items = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise DataError([Problem(file, "the file", str(error), "CSL-JSON")]) from None
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise DataError([Problem(file, "the file", "other JSON", "an array of CSL-JSON items")])
    found: list[Problem] = []
    by_id: dict[str, dict[str, Any]] = {}
    for number, item in enumerate(items, start=1):
        name = str(item.get("id", ""))
        where = f"item {number} ({name})"
        if name in by_id:
            found.append(Problem(file, where, "an id that is there before", "a new id"))
        by_id[name] = item
        found += [
            Problem(file, where, f"no '{need}'", "a text")
            for need in ("id", "type", "title", "URL")
            if not isinstance(item.get(need), str) or not item[need]
        ]
        custom = item.get("custom")
        kind = custom.get("kind") if isinstance(custom, dict) else None
        if kind not in SOURCE_KINDS:
            found.append(
                Problem(file, where, f"kind '{kind}'", f"one of {', '.join(SOURCE_KINDS)}")
            )
    if found:
        raise DataError(found)
    return by_id


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
    if row.interval:
        start, end = (getattr(row, name) for name in row.interval)
        if start and end and start.first and end.last and start.first > end.last:
            names = {each.attribute: each.name for each in columns(type(row))}
            first, last = (names[name] for name in row.interval)
            yield f"{first} {start} after {last} {end}", f"{first} not later than {last}"
    if row.confidence == "high" and len(row.sources) < 2:
        yield "confidence high with one source", "two independent references, or medium"
    if row.confidence == "disputed" and not row.note:
        yield "a disputed row without a note", "a note that says who says what"


def _span_problems(root: Path, tables: Mapping[str, Sequence[Row]]) -> Iterator[Problem]:
    try:
        text = article(root)
    except (DataError, kit.KitError, OSError) as error:
        yield Problem("the article", "the file", str(error), "the article between its two marks")
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
    for line, row in enumerate(tables.get("series", ()), start=2):
        assert isinstance(row, Point)  # noqa: S101  for the type checker
        where = ("data/series.csv", f"row {line} ({row.id})")
        if row.series in units and row.unit != units[row.series]:
            yield Problem(*where, f"unit '{row.unit}'", f"'{units[row.series]}', as in series_meta")
        values = (row.value, row.low, row.high)
        if all(value is None for value in values):
            yield Problem(*where, "no value and no range", "a value, or low and high")
        bounds = [value for value in (row.low, row.value, row.high) if value is not None]
        if bounds != sorted(bounds):
            yield Problem(*where, f"low, value, high {bounds}", "numbers in rising order")
