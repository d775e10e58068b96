"""The commands with which a class is graded: from what students get to the marks of all."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, TypeVar

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from afkit import kit
from afkit.exercises import author
from afkit.grading import batch, bundle, collect, items, sandbox
from afkit.grading import export as marks
from afkit.grading.gradebook import Gradebook
from afkit.grading.records import GradingError, Limits
from afkit.grading.runner import Loader, Pool

if TYPE_CHECKING:
    from afkit.grading.gradebook import Stored

__all__ = ["COMMANDS"]

T = TypeVar("T")

MIB = 1 << 20
_USUAL = Limits()
#: Names and answers are other people's: what looks like markup in them is none.
_OUT = Console(markup=False, emoji=False, highlight=False)
_TALK = Console(stderr=True)
_FILE = click.Path(path_type=Path)
_GRADEBOOK = click.option(
    "--gradebook", type=_FILE, required=True, metavar="FILE", help="The gradebook, an SQLite file."
)
_UNIT = click.option("--unit", required=True, help="Which unit, such as 01.")
_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON object a row.")


def _stop(words: str) -> NoReturn:
    click.echo(words, err=True)
    sys.exit(1)


@contextmanager
def _told() -> Iterator[None]:
    """Mistakes of people as one line, without a traceback."""
    try:
        yield
    except (GradingError, kit.KitError, author.AuthorError) as error:
        _stop(str(error))
    except BrokenPipeError:
        raise  # whoever read the output has gone: click ends quietly
    except OSError as error:
        _stop(f"{error.filename or 'a file'}: {error.strerror or error}")


def _book(path: Path, *, grading: bool = False) -> Gradebook:
    if not path.is_file():
        raise GradingError(f"{path} is not there; 'afkit grade' makes it")
    return Gradebook(path, grading=grading)


@click.command()
@click.argument("units", nargs=-1, required=True)
@click.option("--to", type=_FILE, required=True, metavar="DIR|ZIP", help="Where to write it.")
def assign(units: tuple[str, ...], to: Path) -> None:
    """Write what students get: lessons, readings, exercises and data, never a solution.

    \b
    Example:   afkit assign 01 02 --to first-weeks.zip
    The same kit gives the same bytes.
    """  # noqa: D301  \b is click's mark for lines to be kept
    with _told():
        course = kit.load()
        made = bundle.assign(course, [course.unit(each) for each in units], to)
    click.echo(f"written      {to}: {len(made)} files")


@click.command()
@click.argument("source", type=_FILE)
@_UNIT
@_GRADEBOOK
@click.option("--workers", type=click.IntRange(1, 256), help="Sandboxes at once (all cores).")
@click.option(
    "--cluster", metavar="ADDRESS", help="Run on a Dask cluster, such as tcp://HOST:8786."
)
@click.option(
    "--feedback", "pages_to", type=_FILE, metavar="DIR", help="Write the feedback pages, too."
)
@click.option("--resume", is_flag=True, help="Pass over what the gradebook has already.")
@click.option(
    "--due",
    type=click.DateTime(["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S"]),
    help="When it was due, in UTC; lateness is recorded.",
)
@click.option("--wait", type=float, default=0.0, help="Seconds to wait for another grader.")
@click.option(
    "--isolation", type=click.Choice(["auto", "namespaces", "landlock"]), default="auto",
    help="How submitted code is kept in; auto takes the best there is.",
)  # fmt: skip
@click.option(
    "--trust-submissions", is_flag=True,
    help="Run submitted code without any sandbox; the gradebook records it.",
)  # fmt: skip
@click.option("--cpu", type=float, default=_USUAL.cpu, help="Seconds of processor (30).")
@click.option("--wall", type=float, default=_USUAL.wall, help="Seconds in all (60).")
@click.option("--memory", type=int, default=_USUAL.memory // MIB, help="MiB of memory (1024).")
@click.option("--processes", type=int, default=_USUAL.processes, help="Processes (32).")
@click.option("--output", type=int, default=_USUAL.output // MIB, help="MiB of output (16).")
@click.option("--files", type=int, default=_USUAL.files // MIB, help="MiB of files (64).")
@_JSON
def grade(  # noqa: PLR0917  click passes options by name
    source: Path,
    unit: str,
    gradebook: Path,
    workers: int | None,
    cluster: str | None,
    pages_to: Path | None,
    resume: bool,
    due: datetime | None,
    wait: float,
    isolation: str,
    trust_submissions: bool,
    cpu: float,
    wall: float,
    memory: int,
    processes: int,
    output: int,
    files: int,
    as_json: bool,
) -> None:
    """Grade what students handed in: a folder or a zip, as nbgrader, Canvas or Moodle makes it.

    \b
    Examples:  afkit grade submitted/ --unit 01 --gradebook class.sqlite
               afkit grade moodle.zip --unit 01 --gradebook class.sqlite --due 2026-12-01T22:00
    Taking up a batch that was stopped: the same command with --resume.
    Submitted code runs in a sandbox without network, keys or other students' work.
    """  # noqa: D301  \b is click's mark for lines to be kept
    limits = Limits(cpu, wall, memory * MIB, processes, output * MIB, files * MIB)
    kept = "none" if trust_submissions else isolation
    with _told(), ExitStack() as stack:
        # Its libraries are loaded while the keys are read here.
        loader = None if cluster else stack.enter_context(closing(Loader()))
        course = kit.load()
        named = course.unit(unit)
        task = batch.Task.of(course, named)
        handed_in = collect.collect(source, course, named, due=due and due.replace(tzinfo=UTC))
        if not handed_in:
            raise GradingError(f"{source} holds no submission of unit {named.id}")
        # A refusal of the sandbox must come before anything is written.
        if loader:
            sandbox.choose(kept, loader.offered)
        book = stack.enter_context(Gradebook(gradebook, grading=True, wait=wait))
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="afkit-")))
        bundle.sandbox_bundle(course, [named], folder / "kit", blind=author.blind)
        number = workers or os.cpu_count() or 1
        if cluster:
            try:
                from afkit.grading.cluster import Cluster
            except ImportError:
                raise GradingError(
                    "--cluster needs dask.distributed: pip install 'afkit[cluster]'"
                ) from None
            far = Cluster(cluster, folder / "kit", limits, kept, habits=task.habits)
            run, number = stack.enter_context(far).run, workers or far.at_once
        else:
            pool = Pool(number, folder / "kit", limits, kept, loader=loader, habits=task.habits)
            run = stack.enter_context(pool).run
        rows = batch.grade(task, handed_in, book, run, workers=number, resume=resume)
        _rows(rows, len(handed_in), as_json)
        if pages_to is not None:
            _pages(course, task, book, pages_to)


def _pages(
    course: kit.Kit, task: batch.Task, book: Gradebook, to: Path, student: str | None = None
) -> None:
    """Write the feedback page of each student, or of one."""
    from afkit.grading import pages

    listed = [row for row in book.submissions(task.keys.unit) if student in (None, row.student)]
    if not listed:
        whom = f"'{student}'" if student else "anybody"
        raise GradingError(f"{book.path} has no submission of unit {task.keys.unit} by {whom}")
    for _ in _watched(pages.write(course, task, book, listed, to), len(listed), "written"):
        pass
    count = f"{len(listed)} {'page' if len(listed) == 1 else 'pages'}"
    click.echo(f"written      {to}: {count}", err=True)


@click.command()
@_UNIT
@_GRADEBOOK
@_JSON
def regrade(unit: str, gradebook: Path, as_json: bool) -> None:
    """Score anew with the keys as they are now; no submission is run again.

    \b
    Example:   mend a key in solutions/, then: afkit regrade --unit 01 --gradebook class.sqlite
    Earlier marks are kept as history; marks and comments by hand stay.
    """  # noqa: D301  \b is click's mark for lines to be kept
    with _told():
        course = kit.load()
        task = batch.Task.of(course, course.unit(unit))
        with _book(gradebook, grading=True) as book:
            count = sum(1 for _ in book.submissions(task.keys.unit))
            _rows(batch.regrade(task, book), count, as_json)


def _watched(each: Iterable[T], count: int, word: str) -> Iterator[T]:
    """The same things, with a bar of progress while they come."""
    columns = (
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(),
    )  # fmt: skip
    with Progress(*columns, console=_TALK, transient=True) as progress:
        yield from progress.track(each, total=count, description=word)


def _rows(rows: Iterable[batch.Row], count: int, as_json: bool) -> None:
    """Show progress, then the rows: one JSON object each as they come, or a table at the end."""
    shown: list[batch.Row] = []
    for each in _watched(rows, count, "graded"):
        if as_json:
            click.echo(json.dumps(each.as_json(), ensure_ascii=False))
        shown.append(each)
    if as_json:
        return
    table = Table("student", "points", "of", "status", "repaired", "reason")
    for each in sorted(shown, key=lambda row: row.student):
        table.add_row(
            each.student, f"{each.score:g}", f"{each.max:g}", each.status,
            str(len(each.repaired) or ""), each.reason,
        )  # fmt: skip
    _OUT.print(table)
    for status in ("graded", "needs-marking", "failed"):
        number = sum(each.status == status for each in shown)
        if number:
            click.echo(f"{status:14} {number}")


@click.command("items")
@_UNIT
@_GRADEBOOK
@click.option("--plot", type=_FILE, metavar="FILE", help="Draw them too, as .svg, .png or .pdf.")
@_JSON
def statistics(unit: str, gradebook: Path, plot: Path | None, as_json: bool) -> None:
    """How each question did: difficulty, discrimination, the most common mistakes.

    \b
    Example:   afkit items --unit 01 --gradebook class.sqlite --plot items.svg
    A mistake that many made and that has no hint yet is a candidate for one.
    """  # noqa: D301  \b is click's mark for lines to be kept
    with _told(), _book(gradebook) as book:
        found = items.describe(book.submissions(kit.load().unit(unit).id))
        if not found:
            raise GradingError(f"{gradebook} has no graded submission of unit {unit}")
        if plot:
            items.figure(found).savefig(plot)
    for each in found if as_json else ():
        click.echo(json.dumps(each.as_json(), ensure_ascii=False))
    if as_json:
        return
    table = Table(
        "question", "kind", "difficulty", "discrimination", "right", "most common mistakes"
    )
    for each in found:
        told = "" if each.discrimination is None else f"{each.discrimination:.2f}"
        mistakes = "\n".join(f"{count} x {answer}" for answer, count in each.mistakes[:3])
        right = f"{each.shares.get('right', 0)} of {each.submissions}"
        table.add_row(each.question, each.kind, f"{each.difficulty:.2f}", told, right, mistakes)
    _OUT.print(table)


@click.command()
@_UNIT
@_GRADEBOOK
@click.option("--to", type=_FILE, required=True, metavar="DIR", help="Where the pages go.")
@click.option("--student", help="Only this student's page.")
def feedback(unit: str, gradebook: Path, to: Path, student: str | None) -> None:
    """Write a page for each student: their work, what was right, what to look at again.

    \b
    Example:   afkit feedback --unit 01 --gradebook class.sqlite --to feedback/
    A page holds nothing of others but how the class did, without names.
    """  # noqa: D301  \b is click's mark for lines to be kept
    with _told(), _book(gradebook) as book:
        course = kit.load()
        _pages(course, batch.Task.of(course, course.unit(unit)), book, to, student)


@click.command()
@click.option("--unit", "units", multiple=True, help="Which units; without it, all there are.")
@_GRADEBOOK
@click.option(
    "--format", "form", default="csv",
    type=click.Choice(["csv", "json", "canvas", "moodle", "nbgrader"]), help="For whom.",
)  # fmt: skip
@click.option("--to", type=_FILE, required=True, metavar="FILE", help="The file to write.")
@click.option(
    "--fill", type=_FILE, metavar="FILE",
    help="What Canvas or Moodle exported; the marks are put into it.",
)  # fmt: skip
@click.option("--column", help="The column of Canvas, such as 'Unit 01 (12345)'.")
def export(  # noqa: PLR0917  click passes options by name
    units: tuple[str, ...],
    gradebook: Path,
    form: str,
    to: Path,
    fill: Path | None,
    column: str | None,
) -> None:
    """Write the marks as a file that a spreadsheet or a learning platform reads.

    \b
    Examples:  afkit export --gradebook class.sqlite --to marks.csv
               afkit export --unit 01 --gradebook class.sqlite --format canvas
                   --fill canvas-export.csv --column "Unit 01 (12345)" --to for-canvas.csv
    """  # noqa: D301  \b is click's mark for lines to be kept
    with _told(), _book(gradebook) as book:
        chosen = [kit.load().unit(each).id for each in units] or book.units()
        rows = [_exported(each) for unit in chosen for each in book.submissions(unit)]
        if not rows:
            raise GradingError(
                f"{gradebook} has no submission of {', '.join(chosen) or 'any unit'}"
            )
        if form in ("canvas", "moodle") and len(chosen) > 1:
            raise GradingError(f"--format {form} takes one --unit; found {', '.join(chosen)}")
        text, said = _formed(rows, form, fill, column or f"Unit {chosen[0]}")
        marks.write(text, to, mark=form == "csv")
    for each in said:
        click.echo(each, err=True)
    click.echo(f"written      {to}: {len(rows)} {'row' if len(rows) == 1 else 'rows'}")


def _exported(stored: Stored) -> marks.Row:
    waiting = {each.question for each in stored.items if each.marking}
    return marks.Row(
        stored.student,
        stored.unit,
        None if stored.reason else stored.score,
        stored.most,
        stored.status,
        scores={
            each.question: None if each.question in waiting else each.points
            for each in stored.items
        },
        submitted=stored.submitted,
        late=stored.late,
        reason=stored.reason,
    )


def _formed(
    rows: list[marks.Row], form: str, fill: Path | None, column: str
) -> tuple[str, list[str]]:
    """The text of an export, and what the teacher should know about it."""
    if fill is None:
        plain: dict[str, Callable[[], str]] = {
            "csv": lambda: marks.as_csv(rows),
            "json": lambda: marks.as_json(rows),
            "canvas": lambda: marks.as_canvas(rows, column),
            "moodle": lambda: marks.as_moodle(rows),
            "nbgrader": lambda: marks.as_nbgrader(rows),
        }
        return plain[form](), []
    if form not in ("canvas", "moodle"):
        raise GradingError("--fill goes with --format canvas or moodle")
    exported = fill.read_text(encoding="utf-8-sig")
    if form == "canvas":
        filled = marks.fill_canvas(exported, rows, column)
    else:
        filled = marks.fill_moodle(exported, rows)
    said = [f"{filled.filled} marks put in"]
    said += [f"not in the file: {', '.join(filled.missing)}"] if filled.missing else []
    said += [f"still without a mark: {', '.join(filled.open)}"] if filled.open else []
    return filled.text, said


@click.command()
@_UNIT
@_GRADEBOOK
@click.option("--question", default="", help="Which one, if the unit has several.")
@click.option("--marker", default="", help="Your name; kept with each mark.")
@click.option("--to", type=_FILE, metavar="FILE", help="Only write the notebook there.")
@click.argument("jupyter", nargs=-1, type=click.UNPROCESSED)
def mark(  # noqa: PLR0917  click passes options by name
    unit: str,
    gradebook: Path,
    question: str,
    marker: str,
    to: Path | None,
    jupyter: tuple[str, ...],
) -> None:
    """Mark written answers in JupyterLab: without names, one question across all students.

    \b
    Example:   afkit mark --unit 01 --gradebook class.sqlite --marker "Ms Noor"
    What comes after -- goes to JupyterLab, such as: -- --no-browser
    """  # noqa: D301  \b is click's mark for lines to be kept
    from afkit.grading import marking

    with _told():
        desk = marking.marking(gradebook, unit, question, marker)
        page = marking.notebook(gradebook, desk.session)
        if to is not None:
            author.write(to, page)
            click.echo(f"written      {to}: {desk!r}")
            return
        with tempfile.TemporaryDirectory(prefix="afkit-mark-") as folder:
            name = f"marking-{desk.session.unit}-{desk.session.question}.ipynb"
            author.write(Path(folder) / name, page)
            command = [sys.executable, "-m", "jupyterlab", f"--notebook-dir={folder}"]
            command += [f"--LabApp.default_url=/lab/tree/{name}", *jupyter]
            told = {**os.environ, "AFKIT_ROOT": str(kit.load().root)}
            sys.exit(subprocess.run(command, env=told, check=False).returncode)  # noqa: S603


COMMANDS: tuple[click.Command, ...] = (
    assign, grade, regrade, mark, feedback, export, statistics,
)  # fmt: skip
