"""pytest's junit file of a student's notebooks in, points for each question out.

Classroom CI runs exercises under nbval in strict mode; this says what that run means in points. The
notebook says which cell checks which question, the manifest beside it how many points there are.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

from afkit.exercises.author import AuthorError, Notebook, read
from afkit.exercises.check import exercise

if TYPE_CHECKING:
    from afkit import kit

__all__ = ["NotebookReport", "ReportError", "Row", "as_json", "as_markdown", "read_junit", "totals"]

TEACHER = "for your teacher"
OPEN = "not answered yet"
MOST_MESSAGE = 500
# pytest writes the escape character as #x1B, which XML cannot hold.
_COLOURS = re.compile(r"(?:#x1B|\x1b)\[[0-9;]*m")
_TOLD = re.compile(
    r"^NotFullMarksError: (?P<question>\w+): (?P<status>partly|not yet|not answered yet)"
    r"(?:, (?P<points>[0-9.]+) of [0-9.]+ points?)?\.(?P<message>.*)",
    re.MULTILINE | re.DOTALL,
)
_ERROR = re.compile(r"^(?:\w*(?:Error|Exception|Interrupt)\b|Cell \d+: Timeout).*", re.MULTILINE)


class ReportError(ValueError):
    """A file that no points can be read from; the message says what was found and expected."""


@dataclass(frozen=True, slots=True)
class Row:
    """What a student has for one question; what a teacher marks has no points here."""

    question: str
    status: str
    points: float
    most: float
    message: str
    by_teacher: bool = False


@dataclass(frozen=True, slots=True)
class NotebookReport:
    """The questions of one notebook; ``reason`` says why it could not be run, if it could not."""

    notebook: str
    unit: str
    rows: tuple[Row, ...]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class _Verdict:
    """nbval's verdict on one cell."""

    passed: bool
    text: str = ""


def read_junit(file: Path, course: kit.Kit) -> list[NotebookReport]:
    """The points of every exercise of a kit that a junit file tells of.

    Raises
    ------
    ReportError
        If the file is no junit file, or tells of no exercise of the kit.
    afkit.kit.KitError
        If an exercise has no manifest.
    """
    found: dict[str, dict[str, _Verdict]] = {}
    for case in _cases(file):
        # A notebook that could not be read stands there as a test of its own, without cells.
        place = case.get("classname") or case.get("name") or ""
        cells = found.setdefault(place, {})
        cells[case.get("name", "") if case.get("classname") else ""] = _verdict(case)
    reports = []
    exercises = [unit for unit in course.units if unit.exercise]
    for unit in exercises:
        dotted = unit.exercise.replace("/", ".")
        places = [each for each in found if each == dotted or each.endswith(f".{dotted}")]
        if len(places) > 1:
            told = " and ".join(places)
            raise ReportError(f"{file}: {told} are both {unit.exercise}; run one kit at a time")
        reports += [_notebook(course, unit, found[each]) for each in places]
    if not reports:
        expected = ", ".join(unit.exercise for unit in exercises) or "nothing: the kit has none"
        raise ReportError(
            f"{file} tells of no exercise of this kit; found {', '.join(sorted(found))}, "
            f"expected {expected}"
        )
    return reports


def totals(rows: Iterable[Row]) -> dict[str, float]:
    """Points had, points to be had from the machine, and points that a teacher gives."""
    sums = {"points": 0.0, "most": 0.0, "for_teacher": 0.0}
    for row in rows:
        sums["points"] += row.points
        sums["for_teacher" if row.by_teacher else "most"] += row.most
    return {name: round(value, 2) for name, value in sums.items()}


def as_json(reports: Iterable[NotebookReport]) -> dict[str, Any]:
    """Reports as one JSON object."""
    listed = list(reports)
    return {
        "notebooks": [
            {
                "notebook": each.notebook,
                "unit": each.unit,
                **({"reason": each.reason} if each.reason else {}),
                "questions": [
                    {
                        "question": row.question,
                        "status": row.status,
                        "points": row.points,
                        "most": row.most,
                        "by_teacher": row.by_teacher,
                        "message": row.message,
                    }
                    for row in each.rows
                ],
                **totals(each.rows),
            }
            for each in listed
        ],
        **totals(row for each in listed for row in each.rows),
    }


def as_markdown(reports: Iterable[NotebookReport]) -> str:
    """Reports as Markdown tables, for the summary of a CI step."""
    lines: list[str] = []
    for each in reports:
        lines += [f"### {_plain(each.notebook)}", ""]
        lines += [_plain(each.reason), ""] if each.reason else []
        lines += ["| question | status | points | most | message |", "|---|---|--:|--:|---|"]
        for row in each.rows:
            cells = (row.question, row.status, shown(row), f"{row.most:g}", _plain(row.message))
            lines.append(f"| {' | '.join(cells)} |")
        lines += ["", f"**{said(totals(each.rows))}**", ""]
    return "\n".join(lines) + "\n"


def shown(row: Row) -> str:
    """The points of a row as a table shows them: a dash where a teacher gives them."""
    return "–" if row.by_teacher else f"{row.points:g}"


def said(sums: Mapping[str, float]) -> str:
    """Totals as a line: ``4 of 7 points; 4 points more are for your teacher to give``."""
    line = f"{sums['points']:g} of {sums['most']:g} points"
    more = sums["for_teacher"]
    return f"{line}; {more:g} more are for your teacher to give" if more else line


def _cases(file: Path) -> list[ET.Element]:
    expected = "expected the file that pytest writes with --junitxml"
    try:
        root = ET.fromstring(file.read_bytes())  # noqa: S314  expat itself stops entity bombs
    except OSError as error:
        why = error.strerror or str(error)
        raise ReportError(f"{file} cannot be read ({why}); {expected}") from None
    except (ET.ParseError, ValueError, LookupError) as error:
        raise ReportError(f"{file} is no XML ({error}); {expected}") from None
    if root.tag not in {"testsuites", "testsuite"}:
        raise ReportError(f"{file} holds <{root.tag}>; {expected}")
    cases = list(root.iter("testcase"))
    if not cases:
        raise ReportError(f"{file} holds no test; was 'pytest --nbval-lax' given the exercises?")
    return cases


def _verdict(case: ET.Element) -> _Verdict:
    bad = next((each for each in case if each.tag in ("failure", "error", "skipped")), None)
    if bad is None:
        return _Verdict(passed=True)
    return _Verdict(passed=False, text=_COLOURS.sub("", bad.text or bad.get("message") or ""))


def _notebook(course: kit.Kit, unit: kit.Unit, cells: Mapping[str, _Verdict]) -> NotebookReport:
    questions = exercise(unit.id, course.root).questions
    notebook: Notebook = {"cells": []}
    reason = ""
    try:
        notebook = read(course.root / unit.exercise, course.root)
    except AuthorError as error:
        reason = str(error)
    if "" in cells and not reason:
        errors = re.findall(r"^E +(.*)", cells[""].text, re.MULTILINE)
        why = _short(errors[-1] if errors else cells[""].text)
        reason = f"{unit.exercise} could not be run ({why}); restore it or make it anew"
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    rows = tuple(
        _row(name, spec, code, {} if reason else cells) for name, spec in questions.items()
    )
    return NotebookReport(unit.exercise, unit.id, rows, reason)


def _row(
    name: str, spec: Mapping[str, Any], code: list[dict[str, Any]], cells: Mapping[str, _Verdict]
) -> Row:
    most, by_teacher = float(spec["points"]), spec["kind"] == "essay"
    status, points, message = _standing(name, spec, code, cells)
    if by_teacher:
        points, status = 0, TEACHER if status == "right" else status
    return Row(name, status, round(min(points, 1) * most, 2), most, _short(message), by_teacher)


def _standing(
    name: str, spec: Mapping[str, Any], code: list[dict[str, Any]], cells: Mapping[str, _Verdict]
) -> tuple[str, float, str]:
    """Status, share of the points and message of one question."""
    if not cells:
        return OPEN, 0, ""
    place, changed = _check_cell(name, code)
    verdict = cells.get(f"Cell {place}")
    if verdict is None:
        told = "was not run" if place is not None else "was changed" if changed else "is missing"
        return OPEN, 0, f'its check cell {told}; expected check("{name}", {name})'
    if verdict.passed:
        return "right", 1, ""
    said = list(_TOLD.finditer(verdict.text))
    if said and said[-1]["question"] == name:
        status = said[-1]["status"]
        had = float(said[-1]["points"] or 0) if status == "partly" else 0
        return status, had / float(spec["points"]), said[-1]["message"]
    return "not yet", 0, _why(name, code, cells, verdict)


def _why(
    name: str, code: list[dict[str, Any]], cells: Mapping[str, _Verdict], verdict: _Verdict
) -> str:
    """What stopped a check: an error in the answer above it, or one of its own."""
    for at, cell in enumerate(code):
        before = cells.get(f"Cell {at}")
        if cell.get("id") == f"{name}-answer" and before and not before.passed:
            return f"the answer does not run: {_error(before.text)}"
    return f"the check does not run: {_error(verdict.text)}"


def _check_cell(name: str, code: list[dict[str, Any]]) -> tuple[int | None, bool]:
    """Which code cell checks a question, and whether the cell that should do so was changed."""
    checks = [at for at, cell in enumerate(code) if _checks(cell["source"]) == name]
    own = [at for at, cell in enumerate(code) if cell.get("id") == f"{name}-check"]
    best = [at for at in checks if at in own] or checks[-1:]
    return (best[0] if best else None), bool(own)


def _checks(source: str) -> str:
    """The question that a cell checks with its last statement, or ``""``."""
    try:
        body = ast.parse(source).body
    except (SyntaxError, ValueError):
        return ""
    match body[-1:]:
        case [ast.Expr(ast.Call(ast.Name("check"), [ast.Constant(str() as question), *_]))]:
            return question
    return ""


def _error(text: str) -> str:
    """The line in which a traceback says what went wrong."""
    errors = _ERROR.findall(text)
    return errors[-1] if errors else text


def _short(text: str) -> str:
    """A text on one line, and not longer than a table can take."""
    line = " ".join(text.split())
    return line if len(line) <= MOST_MESSAGE else f"{line[: MOST_MESSAGE - 3]}..."


def _plain(text: str) -> str:
    """A text that Markdown takes to the letter, also inside a table."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return re.sub(r"([\\`*_\[\]|~])", r"\\\1", escaped)
