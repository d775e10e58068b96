"""Many submissions in, a gradebook filled and a row for each out: assemble, run, score, keep.

Marks depend on nothing but the submission and the keys: not on the number of workers, nor on the
order, nor on how often the batch was killed and taken up again.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from afkit.exercises import author
from afkit.grading.assemble import Release, assemble, release
from afkit.grading.gradebook import Entry, Gradebook, Stored
from afkit.grading.records import (
    Assembled,
    GradingError,
    Habits,
    Job,
    Ran,
    Submission,
    SubmissionError,
)
from afkit.grading.score import Item, Keys, keys, quick, score, with_cases

if TYPE_CHECKING:
    from afkit import kit

__all__ = ["Row", "Task", "grade", "regrade", "row"]

Run = Callable[[Job], Ran]


@dataclass(frozen=True, slots=True)
class Row:
    """What a batch says of one submission; ``status`` is graded, needs-marking or failed."""

    student: str
    unit: str
    score: float
    max: float
    status: str
    reason: str
    repaired: tuple[str, ...]
    seconds: float

    def as_json(self) -> dict[str, Any]:
        """The row as an object of JSON."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Task:
    """A unit to be graded: the exercise as released, its keys, and what names this release."""

    release: Release
    keys: Keys
    name: str
    habits: Habits = Habits()

    @classmethod
    def of(cls, course: kit.Kit, unit: kit.Unit) -> Task:
        """The task of a unit.

        Raises
        ------
        GradingError
            If the unit cannot be graded.
        """
        found = keys(course, unit)
        released = release(course, unit, seal_with=quick)
        cases = [list(spec.get("cases", ())) for spec in found.specs]
        told = json.dumps([[_text(cell) for cell in released.cells], cases], default=str)
        solution = author.read(course.root / unit.solution, course.root)
        code = [each["source"] for each in solution["cells"] if each["cell_type"] == "code"]
        habits = Habits(released.opening, frozenset(re.findall(r"\w+", "\n".join(code))))
        return cls(released, found, hashlib.sha256(told.encode()).hexdigest()[:32], habits)


def _text(cell: Any) -> list[str]:  # noqa: ANN401  a cell of nbformat
    return [str(cell["id"]), str(cell["cell_type"]), str(cell["source"])]


def grade(
    task: Task,
    submissions: Iterable[Submission],
    book: Gradebook,
    run: Run,
    *,
    workers: int = 1,
    resume: bool = False,
) -> Iterator[Row]:
    """Grade submissions into a gradebook; yields a row for each as soon as it is written.

    Parameters
    ----------
    run
        Runs a job in a sandbox; called from ``workers`` threads at once.
    resume
        Pass over what the gradebook has already from the same bytes and the same release: its run
        is used again, and its marks too, unless the keys have changed since.
    """
    known = _known(book, task) if resume else {}
    unread = iter(submissions)
    waiting: set[Future[Entry]] = set()
    with ThreadPoolExecutor(workers, thread_name_prefix="grade") as threads:
        try:
            while True:
                while len(waiting) < 2 * workers:
                    handed_in = next(unread, None)
                    if handed_in is None:
                        break
                    waiting.add(threads.submit(_entry, task, handed_in, run, known))
                if not waiting:
                    return
                done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                for each in done:
                    yield _kept(book, task, each.result(), known)
        finally:
            for each in waiting:
                each.cancel()


def regrade(task: Task, book: Gradebook) -> Iterator[Row]:
    """Score anew what was run before, with the keys as they are now; nothing is run."""
    for stored in list(book.submissions(task.keys.unit)):
        _rescore(task, book, stored)
    for stored in book.submissions(task.keys.unit):
        yield row(stored, task.keys.most)


def _rescore(task: Task, book: Gradebook, stored: Stored) -> bool:
    """Mark a run anew if the keys have changed since; whether they had."""
    changed = not stored.reason and stored.keys != task.keys.fingerprint
    if changed:
        book.remark(stored.id, score(task.keys, book.ran(stored.id)), task.keys.fingerprint)
    return changed


def row(stored: Stored, most: float) -> Row:
    """The row of a submission that the gradebook has; ``most`` are the points of the exercise."""
    return Row(
        stored.student,
        stored.unit,
        stored.score,
        stored.most or most,
        stored.status,
        stored.reason,
        stored.repaired,
        round(stored.seconds, 3),
    )


def _known(book: Gradebook, task: Task) -> dict[tuple[str, str], Stored]:
    """What the gradebook has of this release, by student and bytes."""
    return {
        (each.student, each.sha256): each
        for each in book.submissions(task.keys.unit)
        if each.release == task.name
    }


def _kept(book: Gradebook, task: Task, entry: Entry, known: dict[tuple[str, str], Stored]) -> Row:
    stored = known.get((entry.student, entry.sha256))
    if stored is None:
        book.add(entry)
        points = round(sum(each.points for each in entry.items), 2)
        marking = any(each.marking for each in entry.items)
        status = "failed" if entry.reason else "needs-marking" if marking else "graded"
        most = sum(each.most for each in entry.items) or task.keys.most
        return Row(
            entry.student, entry.unit, points, most, status, entry.reason, entry.repaired,
            round(entry.ran.seconds, 3),
        )  # fmt: skip
    if _rescore(task, book, stored):
        stored = book.submission(stored.id)
    return row(stored, task.keys.most)


def _assembled(task: Task, data: bytes) -> tuple[Assembled, str]:
    """The submission put together, or why it cannot be."""
    try:
        return assemble(task.release, data), ""
    except GradingError as error:
        return Assembled((), Job(())), str(error)


def _run(task: Task, assembled: Assembled, run: Run) -> tuple[Ran, tuple[Item, ...], str]:
    """Run and score; what is wrong with the machine, and not with the work, ends the batch."""
    try:
        ran = run(with_cases(assembled.job, task.keys))
    except SubmissionError as error:
        return Ran(), (), str(error)
    return ran, score(task.keys, ran), ""


def _entry(
    task: Task, handed_in: Submission, run: Run, known: dict[tuple[str, str], Stored]
) -> Entry:
    """One submission, read, put together, run and scored; whatever happens, there is an entry."""
    reason, data = handed_in.reason, b""
    if not reason:
        try:
            data = handed_in.read()
        except (OSError, GradingError) as error:
            reason = f"cannot be read: {error}"
    name = hashlib.sha256(data or reason.encode()).hexdigest()
    ran, items = Ran(), tuple[Item, ...]()
    assembled = Assembled((), Job(()))
    if not reason and (handed_in.student, name) not in known:
        try:
            assembled, reason = _assembled(task, data)
            if not reason:
                ran, items, reason = _run(task, assembled, run)
        except (GradingError, OSError):
            raise  # the machine is in trouble, not the work: all would fail
        except Exception as error:  # one notebook must not stop a class
            reason = f"the grader failed on it ({type(error).__name__}); please report this"
    return Entry(
        handed_in.student, handed_in.unit, handed_in.path, handed_in.attempt, handed_in.submitted,
        handed_in.late, name, task.name, task.keys.fingerprint, reason, assembled.repaired,
        assembled.cells, ran, items,
    )  # fmt: skip
