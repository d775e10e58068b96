"""Tables of ``data/`` in, typed records and DataFrames out; each error with file and row.

Reading a table refuses it whole if one cell is wrong; whether the tables fit together is the
business of :mod:`.consistency`.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar, cast

from afkit import kit
from afkit.facts.dates import Edtf
from afkit.facts.schema import TABLES, Column, Row, Span, columns

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["DataError", "Problem", "article", "frame", "records", "references", "stamp"]

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
    return cast("tuple[R, ...]", _read(*_file(table, root)))


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
    return MappingProxyType(_read_references(path, path.stat().st_mtime_ns))


def stamp(root: Path | None = None) -> tuple[int, ...]:
    """Numbers that change with the files of ``data/``: so long, what was made of them is good."""
    folder = (root or kit.find()) / "data"
    return tuple(path.stat().st_mtime_ns for path in sorted(folder.iterdir()))


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
    if table not in TABLES:
        raise ValueError(f"there is no table '{table}'; the tables are {', '.join(TABLES)}")
    return _frame(*_file(table, root)).copy()


def _file(table: str, root: Path | None) -> tuple[str, Path, int]:
    """A table's name, its file, and a number that changes with the file."""
    path = (root or kit.find()) / "data" / f"{table}.csv"
    if not path.is_file():
        raise DataError([Problem(f"data/{path.name}", "the file", "no such file", "a CSV table")])
    return table, path, path.stat().st_mtime_ns


@lru_cache(maxsize=32)
def _frame(table: str, path: Path, changed: int) -> pd.DataFrame:
    import pandas as pd

    rows = _read(table, path, changed)
    cells: dict[str, Any] = {}
    for each in columns(TABLES[table]):
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
        with path.open(encoding="utf-8-sig", newline="") as stream:  # Excel marks its UTF-8
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
        found += [Problem(file, where, *each) for each in _date_problems(item)]
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


def _date_problems(item: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name in ("issued", "accessed"):
        stated = item.get(name, {"date-parts": [[]]})
        days = stated.get("date-parts") if isinstance(stated, dict) else None
        one = days[0] if isinstance(days, list) and len(days) == 1 else None
        if not isinstance(one, list) or any(type(part) is not int for part in one):
            yield f"{name} {stated!r}", '{"date-parts": [[2021, 8, 19]]}'
