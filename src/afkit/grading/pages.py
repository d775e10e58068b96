"""A gradebook in; a feedback page for each of its students out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from afkit.grading import feedback
from afkit.grading.marking import HIGHEST, PLAIN_RUBRIC
from afkit.grading.records import Assembled, Job, Ran, Step

if TYPE_CHECKING:
    from afkit import kit
    from afkit.grading.batch import Task
    from afkit.grading.gradebook import Gradebook, Stored
    from afkit.grading.score import Item

__all__ = ["page", "write"]


def write(
    course: kit.Kit, task: Task, book: Gradebook, listed: Sequence[Stored], to: Path
) -> Iterator[Path]:
    """Write a page for each of the listed submissions; yields each path when it is written."""
    totals = tuple(
        each.score
        for each in book.submissions(task.keys.unit)
        if not each.reason and each.status == "graded"
    )
    to.mkdir(parents=True, exist_ok=True)
    for stored in listed:
        yield feedback.write(page(course, task, book, stored, totals), to)


def page(
    course: kit.Kit, task: Task, book: Gradebook, stored: Stored, totals: tuple[float, ...]
) -> feedback.Page:
    """What one student is told; ``totals`` are the points of the whole class."""
    unit = course.unit(stored.unit)
    cells, outputs = book.page(stored.id)
    shown, ends = _shown(task, cells, outputs)
    prompts = _prompts(task)
    return feedback.Page(
        student=stored.student,
        unit=unit.id,
        title=unit.title,
        items=tuple(_item(task, stored, each, prompts) for each in stored.items),
        cells=shown,
        ends=ends,
        notes=stored.notes,
        repaired=stored.repaired,
        distribution=totals if stored.status == "graded" else (),
        reason=stored.reason,
        course=course.title,
        submitted=stored.submitted,
        late=stored.late,
    )


def _shown(
    task: Task, cells: Sequence[Mapping[str, Any]], outputs: Sequence[Sequence[Mapping[str, Any]]]
) -> tuple[tuple[Mapping[str, Any], ...], dict[str, str]]:
    """The stored cells with the outputs of the run, and which question each check ends."""
    checks = {cell: name for cell, (name, part) in task.release.parts.items() if part == "check"}
    steps = tuple(
        Step(str(cell["source"]), str(cell["id"]), checks.get(str(cell["id"]), ""))
        for cell in cells
        if cell["cell_type"] == "code"
    )
    ran = Ran(outputs=tuple(map(tuple, outputs)))
    return feedback.shown(Assembled(tuple(cells), Job(steps)), ran)


def _prompts(task: Task) -> dict[str, str]:
    return {
        name: str(cell["source"])
        for cell in task.release.cells
        for name, part in (task.release.parts.get(str(cell["id"]), ("", "")),)
        if part == "prompt"
    }


def _item(task: Task, stored: Stored, item: Item, prompts: Mapping[str, str]) -> feedback.Item:
    manual = stored.manual.get(item.question)
    rubric: tuple[feedback.Level, ...] = ()
    if manual is not None:
        spec = next(each for each in task.keys.specs if each["id"] == item.question)
        levels = spec.get("rubric", PLAIN_RUBRIC)
        rubric = tuple(
            feedback.Level(name, _words(levels.get(name, ()), at))
            for name, at in manual.levels.items()
        )
    status = "waiting" if item.marking else item.status
    return feedback.Item(
        item.question,
        status,
        None if item.marking else item.points,
        item.most,
        "" if manual is not None else item.message,
        prompt=prompts.get(item.question, ""),
        rubric=rubric,
        comment=manual.comment if manual is not None else "",
    )


def _words(told: Sequence[str], level: int) -> str:
    """A level of the rubric as a student reads it."""
    words = told[level - 1] if 0 < level <= len(told) else ""
    return f"{level} of {HIGHEST}{f': {words}' if words else ''}"
