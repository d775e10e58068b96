"""The commands with which a class is graded: from what students get to the marks of all."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from afkit import kit
from afkit.exercises import author
from afkit.grading import batch, bundle, collect, items, sandbox
from afkit.grading.gradebook import Gradebook
from afkit.grading.records import GradingError, Limits
from afkit.grading.runner import Pool

__all__ = ["COMMANDS"]

MIB = 1 << 20
_USUAL = Limits()
_OUT = Console()
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
    except OSError as error:
        _stop(f"{error.filename or 'a file'}: {error.strerror or error}")


def _book(path: Path) -> Gradebook:
    if not path.is_file():
        raise GradingError(f"{path} is not there; 'afkit grade' makes it")
    return Gradebook(path)


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
@click.option("--resume", is_flag=True, help="Pass over what the gradebook has already.")
@click.option("--due", type=click.DateTime(), help="When it was due, in UTC; lateness is recorded.")
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
        course = kit.load()
        named = course.unit(unit)
        task = batch.Task.of(course, named)
        handed_in = collect.collect(source, course, named, due=due and due.replace(tzinfo=UTC))
        if not handed_in:
            raise GradingError(f"{source} holds no submission of unit {named.id}")
        # A refusal of the sandbox must come before anything is written.
        if not cluster:
            sandbox.choose(kept)
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
            far = stack.enter_context(Cluster(cluster, folder / "kit", limits, kept))
            run, number = far.run, workers or 2 * far.workers
        else:
            run = stack.enter_context(Pool(number, folder / "kit", limits, kept)).run
        rows = batch.grade(task, handed_in, book, run, workers=number, resume=resume)
        _rows(rows, len(handed_in), as_json)


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
        if not gradebook.is_file():
            raise GradingError(f"{gradebook} is not there; 'afkit grade' makes it")
        with Gradebook(gradebook, grading=True) as book:
            count = sum(1 for _ in book.submissions(task.keys.unit))
            _rows(batch.regrade(task, book), count, as_json)


def _rows(rows: Iterable[batch.Row], count: int, as_json: bool) -> None:
    """Show progress, then the rows: one JSON object each as they come, or a table at the end."""
    shown: list[batch.Row] = []
    columns = (
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(),
    )  # fmt: skip
    with Progress(*columns, console=_TALK, transient=True) as progress:
        bar = progress.add_task("graded", total=count)
        for each in rows:
            progress.advance(bar)
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


COMMANDS: tuple[click.Command, ...] = (assign, grade, regrade, statistics)
