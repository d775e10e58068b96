"""Table: rows and columns that students find, filter or count themselves."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from typing import Any, ClassVar, TypeAlias

from afkit.exercises.answer import AnswerError, Json, encode
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
)
from afkit.facts.names import fold

__all__ = ["Table"]

MOST_CELLS = 200
MOST_DECIMALS, MOST_DIGITS, NOISE = 6, 15, 6
SEP = "\x1f"
_GROUPED = re.compile(r"[+-]?\d{1,3}([,\s]\d{3})+(\.\d+)?")
_NUMBER = re.compile(r"[+-]?\d{1,40}(\.\d{1,40})?")

Row: TypeAlias = dict[str, Json]


@dataclass(frozen=True, slots=True)
class _Read:
    """An answer's rows under the names that the question gives its columns."""

    rows: list[Row]
    missing: list[str]
    extra: list[str]


class Table(Kind):
    """``answer = [{ town = "...", dead = 3 }, ...]`` and ``columns = ["town", "dead"]``.

    ``key = "town"`` names the column by which rows are matched; without it, one that tells all rows
    apart is taken. ``ordered = true`` matches rows by their place. ``decimals`` is to what numbers
    are rounded: by default, to as many as the key has. Every right cell is sealed on its own, with
    its row and column, and counts the same; extra rows and columns take away.
    """

    name = "table"
    expects = "a table: a DataFrame, or a list of rows"
    options: ClassVar = {
        "answer": list, "columns": list, "key": str, "ordered": bool, "decimals": int,
    }  # fmt: skip
    needs = ("answer", "columns")

    def seal(self, key: Spec, seal: Seal) -> dict[str, Any]:
        """Columns, the number of rows and what they are matched by in the open; cells sealed."""
        columns, rows = _columns(key["columns"]), _key_rows(key)
        decimals = _decimals(key, rows)
        ordered = bool(key.get("ordered", False))
        if ordered and "key" in key:
            raise KeyCellError("key and ordered; expected one of the two")
        if len(columns) * len(rows) > MOST_CELLS:
            raise KeyCellError(f"answer; expected at most {MOST_CELLS} cells")
        made = [{name: _cell(row.get(name), decimals) for name in columns} for row in rows]
        if not all(any(row.values()) for row in made):
            raise KeyCellError("answer; expected no row that is blank throughout")
        by = [] if ordered else _by(key, columns, rows, made)
        right = [
            _at(place, name, row[name])
            for place, row in zip(_places(made, by), made, strict=True)
            for name in columns
        ]
        return {
            "columns": columns,
            "by": by,
            "decimals": decimals,
            "rows": len(rows),
            "right": sorted(map(seal, right)),
            **({"whole": sorted({seal(_whole(row, columns)) for row in made})} if ordered else {}),
        }

    def mark(self, answer: Json, spec: Spec, seal: Seal) -> Mark:
        """Right cells, less a row's worth for each row too many, as a share of all cells.

        A column too many makes the table larger, and so each right cell a smaller share.
        """
        read, asked, columns = _read(answer, spec["columns"]), spec["rows"], spec["columns"]
        given = len(read.rows)
        said = []
        if read.missing:
            said.append(f"Missing columns: {_listed(read.missing)}.")
        if read.extra:
            said.append(
                f"Not asked for: {counted(len(read.extra), 'column')} ({_listed(read.extra)})."
            )
        if given != asked:
            said.append(f"{counted(given, 'row')}; {asked} {'is' if asked == 1 else 'are'} asked.")
        if given >= 2 * asked:  # as many to take away as can be right
            return Mark(0.0, " ".join(said))
        right, told = self._compare(read.rows, spec, seal)
        right -= max(0, given - asked) * len(columns)
        share = max(0, right) / (asked * (len(columns) + len(read.extra)))
        return Mark(share, "" if share == 1 else " ".join([*said, *told]))

    def example(self, key: Spec) -> Json:
        """The rows of the key."""
        return encode(key["answer"])

    def forms(self, answer: Json, spec: Spec, seal: Seal) -> list[str]:
        """All rows, then each cell with its row, then each cell with its column alone."""
        columns, by = spec["columns"], spec["by"]
        made = _tokens(_read(answer, columns).rows, spec)
        wholes = [_whole(row, columns) for row in made]
        near = made[: 2 * spec["rows"]]
        cells = [
            _at(place, name, row[name])
            for place, row in zip(_places(near, by), near, strict=True)
            for name in row
        ]
        loose = [_loose(name, row[name]) for row in near for name in row]
        whole = "\x1e".join(sorted(wholes) if by else wholes)
        return [f"all{SEP}{whole}", *dict.fromkeys([*cells, *loose])]

    def part(self, part: Json, spec: Spec) -> str:
        """A cell: ``{ dead = 3 }`` in any row, ``{ town = "...", dead = 3 }`` in that one."""
        if not isinstance(part, dict) or not part:
            raise FormError(f"a cell, like {{ column = value }}; found {quoted(part)}")
        read = _read([part], spec["columns"])
        if read.extra or not read.rows:
            raise FormError(f"columns of the table ({_listed(spec['columns'])})")
        cells, by = _tokens(read.rows, spec)[0], spec["by"]
        others = [name for name in cells if name not in by]
        if len(cells) == 1:
            return _loose(*next(iter(cells.items())))
        if not by or not set(by) < set(cells) or len(others) != 1:
            named = f", or one and its row's {_listed(by)}" if by else ""
            raise FormError(f"one cell{named}; found {quoted(part)}")
        return _at(_places([cells], by)[0], others[0], cells[others[0]])

    def wrong(self, key: Spec) -> Iterator[Variant]:
        """A row or column missing or too many, cells changed or exchanged, names exchanged."""
        yield from misfits()
        columns = _columns(key["columns"])
        rows = [{name: row.get(name) for name in columns} for row in _key_rows(key)]
        decimals = _decimals(key, rows)
        ordered = bool(key.get("ordered", False))
        yield from _wrong_shape(rows, columns)
        for place, row in enumerate(rows):
            name = columns[-1 - place % len(columns)]
            changed: Row = {**row, name: _other(row[name], decimals)}
            yield Variant(f"row {place + 1}: another {name}", _replaced(rows, place, changed))
            if not _blank(row[name]):
                blank: Row = {**row, name: ""}
                yield Variant(f"row {place + 1}: no {name}", _replaced(rows, place, blank))
        for what, made in _exchanged(rows, columns):
            if not _alike(made, rows, decimals, ordered=ordered):
                yield Variant(what, _json(made))

    def same(self, key: Spec) -> Iterator[Variant]:
        """Columns in another order, by columns, rows as lists, in capitals, numbers as texts."""
        columns = _columns(key["columns"])
        rows = [{name: row.get(name) for name in columns} for row in _key_rows(key)]
        yield Variant("columns backwards", [dict(reversed(row.items())) for row in rows])
        yield Variant("by columns", {name: [row[name] for row in rows] for name in columns})
        yield Variant("rows as lists", [list(row.values()) for row in rows])
        yield Variant("capitals", [{name.upper(): row[name] for name in row} for row in rows])
        yield Variant("as texts", [{name: _text(row[name]) for name in row} for row in rows])
        yield Variant("a blank row below", [*rows, dict.fromkeys(columns, "")])
        if not key.get("ordered", False):
            yield Variant("rows backwards", _json(rows[::-1]))

    def control(self, spec: Spec) -> dict[str, Any]:
        """A grid of cells to be filled under the names of the columns."""
        return {"as": "grid", "columns": list(spec["columns"])}

    def _compare(self, rows: list[Row], spec: Spec, seal: Seal) -> tuple[int, list[str]]:
        """How many cells are right, and what to say of rows and columns that are not."""
        by, right = spec["by"], 0
        made = _tokens(rows, spec)
        wrong: Counter[str] = Counter()
        strange = wrong_rows = 0
        for number, (place, row) in enumerate(zip(_places(made, by), made, strict=True), start=1):
            named = [name for name in by if name in row]
            if len(named) < len(by) or not all(_fits(place, name, row, spec, seal) for name in by):
                strange += bool(by)
                wrong_rows += 1
                if by:
                    continue
            if not by and number > spec["rows"]:
                continue
            fits = {name: name in by or _fits(place, name, row, spec, seal) for name in row}
            right += sum(fits.values())
            wrong.update(name for name, fit in fits.items() if not fit)
            wrong_rows += not all(fits.values())
        told = []
        if strange:
            told.append(
                f"{counted(strange, 'row')} not among those asked (matched by {_listed(by)})."
            )
        whole = spec.get("whole", [])
        if wrong_rows and whole and len(rows) == spec["rows"]:
            columns = spec["columns"]
            if all(seal(_whole(row, columns)) in whole for row in made):
                return right, ["Each row is one of those asked; look at their order."]
        told += [f"Column {name}: {counted(count, 'wrong cell')}." for name, count in wrong.items()]
        if wrong_rows:
            verb = "is" if wrong_rows == 1 else "are"
            told.append(f"{counted(wrong_rows, 'row')} {verb} not right.")
        return right, told


def _fits(place: str, name: str, row: Mapping[str, str], spec: Spec, seal: Seal) -> bool:
    return seal(_at(place, name, row[name])) in spec["right"]


def _at(place: str, name: str, token: str) -> str:
    return SEP.join(("cell", place, name, token))


def _loose(name: str, token: str) -> str:
    return SEP.join(("in", name, token))


def _whole(row: Mapping[str, str], columns: Iterable[str]) -> str:
    return SEP.join(("row", *(row.get(name, "") for name in columns)))


def _places(rows: Sequence[Mapping[str, str]], by: Sequence[str]) -> list[str]:
    """What tells each row: its place, or its cells in some columns and which such row it is."""
    if not by:
        return [str(place) for place in range(len(rows))]
    seen: Counter[str] = Counter()
    found = []
    for row in rows:
        named = SEP.join(row.get(name, "") for name in by)
        found.append(f"{named}#{seen[named]}")
        seen[named] += 1
    return found


def _tokens(rows: Iterable[Row], spec: Spec) -> list[dict[str, str]]:
    decimals = spec["decimals"]
    return [{name: _cell(row[name], decimals) for name in row} for row in rows]


def _cell(value: Json, decimals: int) -> str:
    """A cell in one spelling."""
    if value is None:
        return ""
    if isinstance(value, list | dict):
        raise FormError(f"one text, number or date in each cell; you gave {quoted(value)}")
    number = _number(value)
    if number is not None:
        return f"n:{_rounded(number, decimals)}"
    text = str(value)
    plain = fold(text) or text.strip().encode(errors="replace").decode()
    return f"t:{plain}" if plain else ""


def _number(value: Json) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    if not isinstance(value, str):
        return Decimal(str(value))
    text = value[:90].strip().replace("−", "-").removesuffix("%").rstrip()
    if _GROUPED.fullmatch(text):
        text = re.sub(r"[,\s]", "", text)
    return Decimal(text) if len(value) < 90 and _NUMBER.fullmatch(text) else None


def _rounded(value: Decimal, decimals: int) -> str:
    if value and value.adjusted() >= MOST_DIGITS:
        return f"{value:E}"
    # First the noise of computing goes, which can push a half to either side.
    quiet = value.quantize(Decimal(1).scaleb(-max(decimals, 0) - NOISE), ROUND_HALF_UP)
    plain = quiet.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    return f"{plain or abs(plain):f}"


def _read(answer: Json, columns: Sequence[str]) -> _Read:
    """Rows from records, lists or columns, with the cells that the question asks for.

    Raises
    ------
    FormError
        If the answer is no table.
    """
    known = {fold(name): name for name in columns}
    rows: list[Row] = []
    found: dict[str, None] = {}
    extra: dict[str, None] = {}
    for record in _records(answer, columns):
        row: Row = {}
        for given, value in record.items():
            name = known.get(fold(given))
            if name is None or name in row:
                extra[given] = None
            else:
                row[name] = value
        if any(not _blank(value) for value in record.values()):
            rows.append(row)
            found |= dict.fromkeys(row)
    for row in rows:
        for value in row.values():
            if isinstance(value, list | dict):
                _cell(value, 0)
        for name in found:
            row.setdefault(name, None)
    return _Read(rows, [name for name in columns if name not in found], list(extra))


def _records(answer: Json, columns: Sequence[str]) -> list[Row]:
    if isinstance(answer, dict):
        lists = [each for each in answer.values() if isinstance(each, list)]
        if not lists or len(lists) < len(answer) or len({len(each) for each in lists}) > 1:
            raise FormError("columns of the same length, like {'...': [...], '...': [...]}")
        return [dict(zip(answer, cells, strict=True)) for cells in zip(*lists, strict=True)]
    if not isinstance(answer, list):
        raise FormError(f"a DataFrame or a list of rows; you gave {quoted(answer)}")
    rows: list[Row] = []
    for each in answer:
        if isinstance(each, list) and len(each) == len(columns):
            rows.append(dict(zip(columns, each, strict=True)))
        elif isinstance(each, dict):
            rows.append(each)
        else:
            asked = counted(len(columns), "column")
            raise FormError(f"rows of {asked} ({_listed(columns)}); you gave {quoted(each)}")
    return rows


def _blank(value: Json) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def _listed(names: Sequence[str]) -> str:
    return shortened(", ".join(names))


def _columns(columns: Sequence[Any]) -> list[str]:
    found = [each for each in columns if isinstance(each, str) and fold(each)]
    if not found or len(found) < len(columns) or len(set(map(fold, found))) < len(found):
        raise KeyCellError(f"columns {columns!r}; expected texts, each another one")
    return found


def _key_rows(key: Spec) -> list[Row]:
    try:
        rows = encode(key["answer"])
    except AnswerError as error:
        raise KeyCellError(f"answer holds {error}") from None
    found = [each for each in rows if isinstance(each, dict)] if isinstance(rows, list) else []
    if not found or not isinstance(rows, list) or len(found) < len(rows):
        raise KeyCellError("answer; expected rows, each { column = value, ... }")
    for number, row in enumerate(found, start=1):
        if not set(row) <= set(key["columns"]):
            unknown = ", ".join(each for each in row if each not in key["columns"])
            raise KeyCellError(f"answer, row {number}: {unknown} is not in columns")
        if any(isinstance(each, list | dict) for each in row.values()):
            raise KeyCellError(f"answer, row {number}; expected texts, numbers and dates")
        sizes = [each.adjusted() for each in map(_number, row.values()) if each]
        if any(size >= MOST_DIGITS for size in sizes):
            raise KeyCellError(f"answer, row {number}; expected numbers of ordinary size")
    return found


def _decimals(key: Spec, rows: Iterable[Row]) -> int:
    if "decimals" in key:
        decimals = int(key["decimals"])
        if not -MOST_DECIMALS <= decimals <= MOST_DECIMALS:
            raise KeyCellError(f"decimals {decimals}; expected -{MOST_DECIMALS} to {MOST_DECIMALS}")
        return decimals
    numbers = [_number(each) for row in rows for each in row.values()]
    exponents = [each.normalize().as_tuple().exponent for each in numbers if each is not None]
    most = max((-each for each in exponents if isinstance(each, int)), default=0)
    return min(max(most, 0), MOST_DECIMALS)


def _by(
    key: Spec, columns: list[str], rows: Sequence[Row], made: Sequence[Mapping[str, str]]
) -> list[str]:
    """The columns whose cells tell a row: the key's, or the first that tell all rows apart."""

    def distinct(names: Sequence[str]) -> bool:
        return len({tuple(row[name] for name in names) for row in made}) == len(made)

    if "key" in key:
        name = key["key"]
        if name not in columns or not distinct([name]) or not all(row[name] for row in made):
            raise KeyCellError(f"key '{name}'; expected a column with another value in every row")
        return [name]
    # A text is less often mistaken than a number.
    words = sorted(
        columns, key=lambda name: any(_number(row.get(name)) is not None for row in rows)
    )
    several = (columns[:count] for count in range(2, len(columns)))
    return next(
        (each for each in (*([name] for name in words), *several) if distinct(each)), columns
    )


def _wrong_shape(rows: list[Row], columns: list[str]) -> Iterator[Variant]:
    for place in range(len(rows)):
        yield Variant(f"without row {place + 1}", _json(rows[:place] + rows[place + 1 :]))
    for name in columns:
        rest = [{each: row[each] for each in row if each != name} for row in rows]
        yield Variant(f"without column {name}", _json(rest))
    yield Variant("a row twice", _json([*rows, rows[0]]))
    yield Variant("a row too many", _json([*rows, dict.fromkeys(columns, "no such row")]))
    yield Variant("all rows twice", _json([*rows, *rows]))
    yield Variant("a column too many", [{**row, "no such column": 1} for row in rows])
    yield Variant("other names of columns", [{f"{n} no": row[n] for n in row} for row in rows])
    yield Variant("only the names of columns", _json(columns))
    yield Variant("only a column", [row[columns[0]] for row in rows])


def _exchanged(rows: list[Row], columns: list[str]) -> Iterator[tuple[str, list[Row]]]:
    """Neighbouring cells, the names of neighbouring columns, and the order turned round."""
    for name in columns:
        for place, (one, other) in enumerate(pairwise(rows)):
            pair: list[Row] = [{**one, name: other[name]}, {**other, name: one[name]}]
            made = [*rows[:place], *pair, *rows[place + 2 :]]
            yield f"{name} of rows {place + 1} and {place + 2} exchanged", made
    for first, second in pairwise(columns):
        named = {first: second, second: first}
        made = [{each: row[named.get(each, each)] for each in columns} for row in rows]
        yield f"names of {first} and {second} exchanged", made
    yield "backwards", rows[::-1]


def _replaced(rows: list[Row], place: int, row: Row) -> Json:
    return _json([*rows[:place], row, *rows[place + 1 :]])


def _alike(one: list[Row], other: list[Row], decimals: int, *, ordered: bool) -> bool:
    """Whether two tables with the same columns are the same answer."""
    first, second = (
        [[_cell(value, decimals) for value in row.values()] for row in rows]
        for rows in (one, other)
    )
    return first == second if ordered else sorted(first) == sorted(second)


def _other(value: Json, decimals: int) -> Json:
    number = _number(value)
    if number is None:
        return "another value"
    return float(number + Decimal(1).scaleb(-decimals))


def _text(value: Json) -> Json:
    """A cell as it is typed into a grid."""
    if value is None or isinstance(value, str):
        return value
    number = _number(value)
    return str(value).upper() if number is None else f"{number:f}"


def _json(rows: Sequence[Any]) -> Json:
    return list(rows)
