"""Marks as plain rows in; the files that spreadsheets, Canvas, Moodle and nbgrader read out.

The files of Canvas and Moodle are best filled in: what a learning platform exported goes in, and
comes back with marks in one column and every other cell as it was.
"""

from __future__ import annotations

import csv
import html
import io
import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from afkit.exercises import author
from afkit.grading.records import GradingError

__all__ = [
    "Filled",
    "Row",
    "as_canvas",
    "as_csv",
    "as_json",
    "as_moodle",
    "as_nbgrader",
    "fill_canvas",
    "fill_moodle",
    "write",
]

T = TypeVar("T")

#: What spreadsheets take for the beginning of a formula.
FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
#: Of what cannot be seen, what a text needs: line ends, and the joiners of Persian and Pashto.
KEPT = "\n\t\u200c\u200d"
CANVAS = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")
POINTS_POSSIBLE = "    Points Possible"
READ_ONLY = "(read only)"
MOODLE = (
    "Identifier",
    "Full name",
    "Email address",
    "Status",
    "Grade",
    "Maximum Grade",
    "Grade can be changed",
    "Last modified (submission)",
    "Last modified (grade)",
    "Feedback comments",
)
NBGRADER = (
    "assignment",
    "duedate",
    "timestamp",
    "student_id",
    "last_name",
    "first_name",
    "email",
    "raw_score",
    "late_submission_penalty",
    "score",
    "max_score",
)
GRADED = "graded"


@dataclass(frozen=True, slots=True)
class Row:
    """The marks of one student for one unit.

    ``scores`` maps each question to its points, ``None`` while a teacher has not marked it;
    ``score`` is their sum before ``penalty`` is taken off. ``status`` is ``graded``,
    ``needs-marking`` or ``failed``. ``submitted`` and ``due`` are ISO 8601 in UTC, ``late`` is in
    seconds.
    """

    student: str
    unit: str
    score: float | None
    most: float
    status: str = GRADED
    name: str = ""
    email: str = ""
    scores: Mapping[str, float | None] = field(default_factory=dict)
    submitted: str = ""
    due: str = ""
    late: float = 0.0
    penalty: float = 0.0
    comment: str = ""
    reason: str = ""

    @property
    def final(self) -> float | None:
        """The points that count: without the penalty, never below zero; ``None`` if open."""
        if self.score is None or self.status != GRADED:
            return None
        return max(0.0, self.score - self.penalty)


@dataclass(frozen=True, slots=True)
class Filled:
    """A platform's file with marks in it, and what a teacher should know about it.

    ``missing`` are students of ours that the file does not have, ``open`` those of the file that
    have no mark yet; neither is changed.
    """

    text: str
    filled: int
    missing: tuple[str, ...] = ()
    open: tuple[str, ...] = ()


def as_csv(rows: Iterable[Row]) -> str:
    """A table with one row for each student and unit, and a column for each question."""
    listed = list(rows)
    questions = sorted({name for row in listed for name in row.scores}, key=_by_number)
    head = ["student", "name", "email", "unit", "status", "score", "penalty", "final", "max"]
    head += ["submitted", "late_seconds", "reason", "comment", *questions]
    table = [
        [
            *(_safe(each) for each in (row.student, row.name, row.email, row.unit, row.status)),
            *map(_number, (row.score, row.penalty, row.final, row.most)),
            row.submitted,
            _number(row.late),
            _safe(row.reason),
            _safe(row.comment),
            *(_number(row.scores.get(name)) for name in questions),
        ]
        for row in listed
    ]
    return _table([list(map(_safe, head)), *table])


def as_json(rows: Iterable[Row]) -> str:
    """A list of objects with the names of :class:`Row`, and ``final``."""
    names = ("student", "name", "email", "unit", "status", "score", "penalty", "final", "most")
    more = ("submitted", "due", "late", "reason", "comment")
    found = [
        {**{name: getattr(row, name) for name in (*names, *more)}, "scores": dict(row.scores)}
        for row in rows
    ]
    return json.dumps(found, ensure_ascii=False, indent=1) + "\n"


def as_canvas(rows: Iterable[Row], column: str) -> str:
    """A gradebook for Canvas's import with one assignment, such as ``"Unit 01 (12345)"``.

    Students are found by the number of Canvas in their name (``NAME_12345``); who has none is found
    by login. Better take a file that Canvas exported and :func:`fill_canvas`.
    """
    listed = list(rows)
    most = max((row.most for row in listed), default=0.0)
    table = [[*CANVAS, column], [POINTS_POSSIBLE, "", "", "", "", _number(most)]]
    for row in listed:
        number = _identity(row.student)
        login = "" if number else _safe(row.student)
        shown = _safe(row.name or row.student)
        table.append([shown, number, "", login, "", _number(row.final)])
    return _table(table)


def fill_canvas(exported: str, rows: Iterable[Row], assignment: str) -> Filled:
    """Marks put into a gradebook that Canvas exported.

    Students are found by ID, SIS ID or login, else by a name that only one of them has. Who is
    excused (``EX``) stays so.

    Parameters
    ----------
    exported
        The text of the file.
    assignment
        The column: as it stands there, ``"Unit 01 (12345)"``; its name, or its number alone.

    Raises
    ------
    GradingError
        If this is no gradebook of Canvas, or the column is not there, twice, or read-only.
    """
    sheet = _read(exported)
    head = sheet.head
    names = 2 if head[:2] == ["LastName", "FirstName"] else 1
    if names == 1 and head[:1] != ["Student"]:
        raise GradingError(
            f"this is no gradebook of Canvas: it begins with '{', '.join(head)[:80]}'; expected "
            f"'{', '.join(CANVAS)}'. In Canvas choose Grades > Export"
        )
    column = _column(head, assignment)
    points = next((row for row in sheet.rows[:3] if "Points Possible" in row[0]), None)
    if points is None:
        raise GradingError("the row 'Points Possible' is missing; export the gradebook again")
    if READ_ONLY in points[column]:
        raise GradingError(f"Canvas works out '{head[column]}' itself; name an assignment's column")
    ids = [head.index(each) for each in CANVAS[1:4] if each in head]

    def fill(row: list[str], mark: Row) -> bool:
        if row[column].strip().upper() == "EX" or mark.final is None:
            return False
        row[column] = _number(mark.final)
        return True

    students = [
        _Student(row, " ".join(row[:names]), tuple(row[at] for at in ids), ", ".join(row[:names]))
        for row in sheet.rows[sheet.rows.index(points) + 1 :]
    ]
    return _filled(sheet, students, list(rows), fill)


def as_moodle(rows: Iterable[Row]) -> str:
    """A grading worksheet for Moodle, for students whose name ends in Moodle's number.

    Better take the worksheet that Moodle offers and :func:`fill_moodle`.
    """
    table = [list(MOODLE)]
    for row in rows:
        number = _identity(row.student)
        if number:
            name = _safe(row.name or row.student.rpartition("_")[0])
            marks = [_number(row.final), _number(row.most)]
            end = ["Yes", "-", "-", _safe(row.comment)]
            table.append([f"Participant {number}", name, _safe(row.email), "", *marks, *end])
    return _table(table)


def fill_moodle(worksheet: str, rows: Iterable[Row]) -> Filled:
    """Marks, and comments where the worksheet has a column for them, put into Moodle's worksheet.

    Students are found by Moodle's number or by email, else by a name that only one of them has.

    Raises
    ------
    GradingError
        If this is no worksheet, or the unit's points are not its maximum grade.
    """
    sheet = _read(worksheet)
    at = {name: sheet.head.index(name) for name in MOODLE if name in sheet.head}
    for name in ("Identifier", "Grade", "Last modified (grade)"):
        if name not in at:
            raise GradingError(
                f"the column '{name}' is missing; found '{', '.join(sheet.head)[:200]}'. "
                "Set Moodle to English, then choose 'Download grading worksheet' at the assignment"
            )
    listed = list(rows)
    tops = [row[at["Maximum Grade"]] for row in sheet.rows if "Maximum Grade" in at]
    comma = any(re.fullmatch(r"\d+,\d+", top) for top in tops)
    for most in filter(None, map(_read_number, tops)):
        wrong = next((each for each in listed if each.most != most), None)
        if wrong:
            raise GradingError(
                f"Moodle's maximum grade is {most:g}, and unit {wrong.unit} has {wrong.most:g} "
                "points; set the assignment's maximum grade to that and download the worksheet "
                "again"
            )

    def fill(row: list[str], mark: Row) -> bool:
        if mark.final is None or row[at.get("Grade can be changed", 0)] == "No":
            return False
        grade = _number(mark.final)
        row[at["Grade"]] = grade.replace(".", ",") if comma else grade
        if mark.comment and "Feedback comments" in at:
            row[at["Feedback comments"]] = _as_html(mark.comment)
        return True

    def student(row: list[str]) -> _Student:
        name = row[at["Full name"]] if "Full name" in at else ""
        email = row[at["Email address"]] if "Email address" in at else ""
        identifier = row[at["Identifier"]]
        return _Student(row, name, (re.sub(r"^\D*", "", identifier), email), name or identifier)

    return _filled(sheet, [student(row) for row in sheet.rows], listed, fill)


def as_nbgrader(rows: Iterable[Row]) -> str:
    """A table with the columns of ``nbgrader export``; what is open counts nothing there."""
    table = [list(NBGRADER)]
    for row in rows:
        first, last = _names(row.name)
        table.append(
            [
                _safe(row.unit),
                _nbgrader_time(row.due),
                _nbgrader_time(row.submitted),
                *map(_safe, (row.student, last, first, row.email)),
                f"{float(row.score or 0)}",
                f"{float(row.penalty)}",
                f"{max(0.0, (row.score or 0) - row.penalty)}",
                f"{float(row.most)}",
            ]
        )
    return _table(table)


def write(text: str, path: Path, *, mark: bool = False) -> None:
    """Write an export whole or not at all.

    ``mark`` sets the sign before it by which Excel knows UTF-8; learning platforms need none.
    """
    author.write(path, "\ufeff" + text if mark and not text.startswith("\ufeff") else text)


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A platform's table, and how it was written."""

    head: list[str]
    rows: list[list[str]]
    begin: str
    separator: str
    ending: str

    def text(self) -> str:
        made = io.StringIO()
        writer = csv.writer(made, delimiter=self.separator, lineterminator=self.ending)
        writer.writerows([self.head, *self.rows])
        return self.begin + made.getvalue()


@dataclass(frozen=True, slots=True)
class _Student:
    """A row of a platform's table: the name and the ids by which its student may be known."""

    row: list[str]
    name: str
    ids: tuple[str, ...]
    shown: str


def _read(text: str) -> _Sheet:
    begin = "\ufeff" if text.startswith("\ufeff") else ""
    plain = text.removeprefix(begin)
    first = plain.partition("\n")[0]
    separator = ";" if first.count(";") > first.count(",") else ","
    try:
        table = list(csv.reader(io.StringIO(plain, newline=""), delimiter=separator, strict=True))
    except csv.Error as error:
        raise GradingError(f"this is no CSV file ({error}); export it again") from None
    if not table or not table[0]:
        raise GradingError("the file is empty; export it again")
    head = [each.strip() for each in table[0]]
    for number, row in enumerate(table[1:], start=2):
        if row and len(row) != len(head):
            raise GradingError(
                f"row {number} has {len(row)} cells, and the head has {len(head)}; export it again "
                "and do not save it in a spreadsheet before"
            )
    ending = "\r\n" if first.endswith("\r") else "\n"
    return _Sheet(table[0], [row for row in table[1:] if row], begin, separator, ending)


def _filled(
    sheet: _Sheet,
    students: list[_Student],
    marks: list[Row],
    fill: Callable[[list[str], Row], bool],
) -> Filled:
    """Put each mark into the row of its student, and say what found no other half."""
    by_id = {key: mark for mark in marks for key in _ids(mark)}
    by_name = _once((_name(mark.name), mark) for mark in marks)
    alone = _once((_name(each.name), each) for each in students)
    found: set[int] = set()
    waiting: list[str] = []
    number = 0
    for each in students:
        mark = next((by_id[key] for key in map(_plain, each.ids) if key in by_id), None)
        if mark is None and alone.get(_name(each.name)) is each:
            mark = by_name.get(_name(each.name))
        if mark is None or not fill(each.row, mark):
            waiting.append(each.shown.strip())
        else:
            number += 1
        if mark is not None:
            found.add(id(mark))
    missing = tuple(mark.student for mark in marks if id(mark) not in found)
    return Filled(sheet.text(), number, missing, tuple(waiting))


def _once(pairs: Iterable[tuple[str, T]]) -> dict[str, T]:
    """Pairs whose name no other has; a blank one counts as none."""
    made: dict[str, T] = {}
    twice: set[str] = set()
    for name, each in pairs:
        if name in made:
            twice.add(name)
        made[name] = each
    return {name: each for name, each in made.items() if name and name not in twice}


def _ids(mark: Row) -> list[str]:
    keys = [_identity(mark.student), mark.student, mark.email]
    return [_plain(each) for each in keys if each]


def _identity(student: str) -> str:
    """The number of Canvas or Moodle at the end of a student's name."""
    found = re.search(r"_(\d+)$", student)
    return found[1] if found else ""


def _plain(text: str) -> str:
    return text.strip().casefold()


def _name(text: str) -> str:
    """A name in the same form whichever part of it comes first."""
    return " ".join(sorted(re.findall(r"[^\W_]+", text.casefold())))


def _names(name: str) -> tuple[str, str]:
    """First and last name, from ``Last, First`` or ``First Last``."""
    if "," in name:
        last, _, first = name.partition(",")
        return first.strip(), last.strip()
    first, _, last = name.strip().rpartition(" ")
    return first, last


def _column(head: list[str], assignment: str) -> int:
    wanted = assignment.strip()
    parts = [(each.strip(), re.fullmatch(r"(.*) \((\d+)\)", each.strip())) for each in head]
    named = [
        at
        for at, (whole, found) in enumerate(parts)
        if wanted == whole or (found and wanted in found.groups())
    ]
    if len(named) == 1:
        return named[0]
    columns = ", ".join(each for each in head if re.search(r"\(\d+\)$", each)) or "none"
    said = "stands there more than once" if named else "is not there"
    raise GradingError(f"the column '{wanted}' {said}; assignments are: {columns}")


def _table(rows: Iterable[Iterable[str]]) -> str:
    made = io.StringIO()
    # All in quotes: where a semicolon separates, a comma or semicolon inside must not either.
    csv.writer(made, lineterminator="\n", quoting=csv.QUOTE_ALL).writerows(rows)
    return made.getvalue()


def _safe(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    plain = "".join(each for each in text if each.isprintable() or each in KEPT)
    return f"'{plain}" if plain.lstrip().startswith(FORMULAS) or plain[:1] in FORMULAS else plain


def _as_html(text: str) -> str:
    """A comment as Moodle's editor has it; what begins like a formula begins with a mark."""
    return "<br>".join(html.escape(line, quote=False) for line in _safe(text).splitlines())


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.4f}".rstrip("0").rstrip(".")


def _read_number(text: str) -> float | None:
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return None


def _by_number(name: str) -> tuple[int, str]:
    found = re.fullmatch(r"q(\d+)", name)
    return (int(found[1]) if found else 10_000, name)


def _nbgrader_time(text: str) -> str:
    """A time as nbgrader writes it: in UTC, without saying so."""
    return text.replace("T", " ").removesuffix("+00:00").removesuffix("Z")
