"""Solution notebooks in, source assignments of nbgrader out, with tests that give points.

nbgrader takes the number that a test cell shows as points, so inside hidden lines the ``check`` of
a notebook becomes one that gives a number: :class:`Points`. nbgrader itself is not needed here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from afkit.exercises.author import (
    BEGIN,
    COMPARED,
    KERNEL,
    KEY,
    TEACHER_ONLY,
    Cell,
    Notebook,
    dump,
    read,
    student_copy,
    write,
)
from afkit.exercises.check import Check, NotFullMarksError, exercise
from afkit.exercises.kinds import KINDS

if TYPE_CHECKING:
    from afkit import kit

__all__ = ["Points", "export", "source_notebook"]

SCHEMA = 3
PARTS = ("prompt", "answer", "check")
CONFIG = "nbgrader_config.py"
STUB = "# Write your answer in place of the three dots, or between the quotation marks."
HIDDEN = """\
### BEGIN HIDDEN TESTS
import afkit.exercises.nbgrader
check = afkit.exercises.nbgrader.Points("{unit}")
### END HIDDEN TESTS
"""


class Points:
    """A check as nbgrader's tests need it: full and partial points as a number, else an error."""

    def __init__(self, unit: str, root: Path | None = None) -> None:
        self._check: Check = exercise(unit, root)

    def __call__(self, question: str, answer: object = ...) -> float | None:
        """The points of an answer, under what there is to say to it; nothing for an essay.

        Raises
        ------
        NotFullMarksError
            If it earns nothing: nbgrader gives no points to a test that raises.
        """
        from IPython.display import display

        feedback = self._check.feedback(question, answer)
        by_hand = self._check.questions.get(question, {}).get("kind") == "essay"
        if not (feedback.full or feedback.points or by_hand):
            raise NotFullMarksError(feedback.text)
        display(feedback)  # type: ignore[no-untyped-call]  # IPython's own
        return None if by_hand else feedback.points


def export(course: kit.Kit, target: Path, course_id: str = "") -> list[Path]:
    """Write a source assignment for each unit that has an exercise, and what its checks need.

    Everything is computed before the first file is written. An ``nbgrader_config.py`` that is there
    already is left as it is.

    Parameters
    ----------
    target
        The course folder of nbgrader; assignments go into ``source/UNIT``.
    course_id
        The id of the course; made from the kit's title if it is empty.

    Returns
    -------
    list of Path
        What was written.

    Raises
    ------
    AuthorError
        If a solution cannot be used.
    """
    files: dict[Path, str] = {}
    for unit in course.units:
        solution = course.root / unit.solution
        if not unit.solution or not solution.is_file():
            continue
        folder = target / "source" / unit.id
        name = Path(unit.exercise).stem
        notebook = read(solution, course.root)
        _, manifest = student_copy(notebook, unit.id, unit.solution)
        files[folder / f"{name}.ipynb"] = dump(source_notebook(notebook, unit.id))
        made = json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True)
        files[folder / f"{name}.manifest.json"] = f"{made}\n"
        files[folder / "kit.toml"] = _page(course, unit, f"{name}.ipynb")
        for path in _needed(course, unit):
            files[folder / path.relative_to(course.root)] = path.read_text(encoding="utf-8")
    config = target / CONFIG
    if not config.exists():
        slug = re.sub(r"[^a-z0-9]+", "-", course.title.lower()).strip("-")
        files[config] = _config(course_id or slug or "afkit")
    for path, text in files.items():
        write(path, text)
    return list(files)


def source_notebook(solution: Notebook, unit: str) -> Notebook:
    """A solution notebook in normal form as nbgrader's source: metadata, hidden tests, no keys.

    Prompts are locked, answers are solution cells, checks are tests with points. The answer to an
    essay is graded by hand, and its check is only locked.
    """
    kinds = {
        key["id"]: (str(key["kind"]), float(key["points"]))
        for key in student_copy(solution, unit, f"unit {unit}")[1]["questions"]
    }
    cells = []
    for cell in solution["cells"]:
        tags = set(cell["metadata"].get("tags", []))
        if {KEY, TEACHER_ONLY} & tags:
            continue
        name, _, part = cell["id"].partition("-")
        if name not in kinds or part not in PARTS:
            name, part = "", ""
        kind, points = kinds.get(name, ("", 0.0))
        left = sorted(tags - {COMPARED})
        made: Cell = {
            "cell_type": cell["cell_type"],
            "id": cell["id"],
            "metadata": {"tags": left} if left else {},
            "source": _source(cell["source"], unit, name, part, kind),
        }
        if cell.get("attachments"):
            made["attachments"] = cell["attachments"]
        if cell["cell_type"] == "code":
            made |= {"execution_count": None, "outputs": []}
        if name or "afkit.exercise(" in cell["source"]:
            told = _nbgrader(part, kind, points)
            told |= {"grade_id": cell["id"], "cell_type": cell["cell_type"]}
            made["metadata"]["nbgrader"] = told
        cells.append(made)
    metadata = {"kernelspec": KERNEL, "language_info": {"name": "python"}}
    return {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


def _nbgrader(part: str, kind: str, points: float) -> dict[str, Any]:
    """The metadata of a cell, but for its id."""
    by_hand = part == "answer" and kind == "essay"
    by_test = part == "check" and kind != "essay"
    return {
        "schema_version": SCHEMA,
        "grade": by_hand or by_test,
        "solution": part == "answer",
        "locked": part != "answer",
        "task": False,
        **({"points": points} if by_hand or by_test else {}),
    }


def _source(source: str, unit: str, name: str, part: str, kind: str) -> str:
    """A cell's text: with a stub above the solution, and hidden lines above a test."""
    if part == "check" and kind != "essay":
        return HIDDEN.format(unit=unit) + source.rstrip("\n")
    if part == "answer":
        lines = source.rstrip().splitlines()
        at = next(place for place, line in enumerate(lines) if line.strip() == BEGIN)
        return "\n".join([*lines[:at], f"{name} = {KINDS[kind].stub}", *lines[at:]])
    return source.rstrip("\n")


def _needed(course: kit.Kit, unit: kit.Unit) -> Iterator[Path]:
    """What lies beside an assignment: facts, the article, the unit's readings."""
    yield from sorted(path for path in (course.root / "data").iterdir() if path.is_file())
    for name in dict.fromkeys((course.article, *unit.readings)):
        yield course.root / name


def _page(course: kit.Kit, unit: kit.Unit, notebook: str) -> str:
    """A ``kit.toml`` with this unit alone; nbgrader brings no other notebook to students."""

    def line(name: str, value: str | int | tuple[str, ...]) -> str:
        # A text, list or number of JSON is one of TOML too.
        held = list(value) if isinstance(value, tuple) else value
        return f"{name} = {json.dumps(held, ensure_ascii=False)}\n"

    page = "# Made by 'afkit build --nbgrader' for this assignment alone.\n\n[kit]\n"
    page += line("title", course.title) + line("article", course.article)
    page += line("published", course.published)
    page += line("begins", course.begins) if course.begins else ""
    page += "\n[perspective]\n" + line("label", course.perspective.label)
    page += line("own", course.perspective.own) + line("regional", course.perspective.regional)
    page += "\n[[unit]]\n"
    for name in ("id", "title", "question", "minutes", "difficulty", "objectives"):
        page += line(name, getattr(unit, name))
    page += line("prior_knowledge", unit.prior_knowledge) + line("lesson", notebook)
    page += line("readings", unit.readings) + line("exercise", notebook)
    page += line("solution", f"solutions/{notebook}") + line("content_notes", unit.content_notes)
    return page


def _config(course_id: str) -> str:
    return f"""\
# nbgrader's settings for this course; afkit wrote them once and leaves your changes alone.
c = get_config()

c.CourseDirectory.course_id = {json.dumps(course_id)}

# The kit's answers have a line of their own, 'q1 = ...', so nothing needs to raise an error.
c.ClearSolutions.code_stub = {{"python": {json.dumps(STUB)}}}
"""
