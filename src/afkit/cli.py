"""The ``afkit`` command: lab, facts, build, check, handout, new-unit, report."""

from __future__ import annotations

import csv
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from afkit import kit
from afkit.exercises import author, mutate, nbgrader, report, scaffold, verify
from afkit.exercises.check import exercise
from afkit.facts import audit, consistency, names, tables
from afkit.facts.schema import TABLES, columns
from afkit.grading.commands import COMMANDS
from afkit.printing import handout, lesson

__all__ = ["main"]

_TALK = Console(stderr=True)
#: Columns that a table on a screen has no room for; CSV and JSON have them all.
LONG = frozenset(
    {"summary", "explanation", "definition", "note", "sources", "prefix", "suffix", "aliases"}
    | {"actors", "themes", "neighbours", "leaves_out", "wikidata"}
)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="afkit")
def main() -> None:
    """A teaching kit: one article of 19 August 2021 as a door to Afghanistan 2001-2021.

    \b
    Students:  afkit lab            open the lessons in JupyterLab
               afkit facts events   look things up in the tables
    Authors:   afkit build          make exercises/ from solutions/
               afkit check          prove that every notebook runs and every solution grades in full
               afkit new-unit       make the files of a new unit
               afkit handout        make lessons and readings for paper
    Classes:   afkit assign         what students get of some units
               afkit grade          submissions in, a gradebook out
               afkit report         say in points what a run of classroom CI found
    """  # noqa: D301  \b is click's mark for lines to be kept


@main.command(context_settings={"ignore_unknown_options": True})
@click.argument("jupyter_options", nargs=-1, type=click.UNPROCESSED)
def lab(jupyter_options: tuple[str, ...]) -> None:
    """Open the kit in JupyterLab, on its first lesson.

    Options are passed on: 'afkit lab --no-browser --port 9000'.
    """
    from jupyterlab.labapp import LabApp

    course = _course()
    # JupyterLab asks for news from the network at its first start; a lesson needs none.
    calm = [str(Path(__file__).with_name("lab")), os.environ.get("JUPYTER_CONFIG_PATH", "")]
    os.environ["JUPYTER_CONFIG_PATH"] = os.pathsep.join(filter(None, calm))
    options = [
        f"--notebook-dir={course.root}",
        f"--LabApp.default_url=/lab/tree/{course.units[0].lesson}",
    ]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        options.append("--allow-root")  # containers have no other user
    LabApp.launch_instance([*options, *jupyter_options])


@main.command()
@click.argument("table", required=False, type=click.Choice(list(TABLES)), metavar="[TABLE]")
@click.option("--year", type=int, help="Rows whose time touches this year.")
@click.option("--theme", default="", help="Events with this theme, such as elections.")
@click.option("--actor", default="", help="Rows that name this person or body, in any spelling.")
@click.option("--words", default="", help="Rows in which these words stand.")
@click.option("--format", "form", type=click.Choice(["table", "csv", "json"]), default="table")
@click.option("--audit", "as_audit", is_flag=True, help="Counts by year, theme, source, sureness.")
def facts(  # noqa: PLR0917  click passes options by name
    table: str | None,
    year: int | None,
    theme: str,
    actor: str,
    words: str,
    form: str,
    as_audit: bool,
) -> None:
    """Look things up in a TABLE of data/, or audit them all.

    \b
    Tables:    events actors roles ties places control series series_meta claims mentions glossary
    Examples:  afkit facts events --year 2014 --theme elections
               afkit facts roles --actor Masood --format csv
               afkit facts --audit
    """  # noqa: D301  \b is click's mark for lines to be kept
    course = _course()
    try:
        if as_audit:
            _show_audit(audit.audit(course.root), form)
            return
        if table is None:
            _stop("name a table, or say --audit; 'afkit facts --help' lists the tables")
        who = names.actor(actor, course.root).id if actor else ""
        rows = audit.select(
            TABLES[table], year=year, theme=theme, actor=who, words=words, root=course.root
        )
    except (tables.DataError, LookupError) as error:
        _stop(str(error))
    _show_rows(rows, [each.name for each in columns(TABLES[table])], form)


@main.command()
@click.option(
    "--check", is_flag=True, help="Write nothing; exit 1 with a list if anything is out of date."
)
@click.option(
    "--run", is_flag=True, help="Execute every solution to renew the outputs of its checks."
)
@click.option(
    "--nbgrader", "course_folder", type=click.Path(path_type=Path), metavar="DIR",
    help="Then write source assignments for nbgrader into DIR/source.",
)  # fmt: skip
@click.option("--course-id", default="", help="With --nbgrader: what nbgrader calls the course.")
def build(check: bool, run: bool, course_folder: Path | None, course_id: str) -> None:
    """Make exercises/ from solutions/, and bring every notebook into normal form.

    \b
    Also made: data/datapackage.json, data/layout.json, docs/data-dictionary.md, docs/glossary.md.
    Example:   edit solutions/01-who-is-speaking.ipynb in JupyterLab, save it, then: afkit build
    """  # noqa: D301  \b is click's mark for lines to be kept
    if (check and course_folder) or (course_id and not course_folder):
        raise click.UsageError("--nbgrader goes without --check, and --course-id with --nbgrader")
    course = _course()
    try:
        changes = author.build(course, check=check, run=run, step=_TALK.print)
        made = nbgrader.export(course, course_folder, course_id) if course_folder else []
    except (author.AuthorError, tables.DataError) as error:
        _stop(str(error))
    except OSError as error:
        _stop(f"{error.filename} cannot be written: {error.strerror}")
    for change in changes:
        click.echo(f"out of date  {change}" if check else f"written      {change.path}")
    if check and changes:
        files = "1 file is" if len(changes) == 1 else f"{len(changes)} files are"
        _stop(f"{files} out of date; 'afkit build' makes them anew")
    for path in made:
        click.echo(f"written      {path}")
    if not changes:
        click.echo("everything is in step")


@main.command()
@click.argument("units", nargs=-1)
@click.option(
    "--mutations", is_flag=True, help="Try the questions instead, with hundreds of wrong answers."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of a table.")
def check(units: tuple[str, ...], mutations: bool, as_json: bool) -> None:
    """Prove the kit: data consistent, notebooks run, solutions grade in full.

    UNITS are ids like 01; none means all. Exit status 0 only if all is well. With --mutations no
    notebook runs: each question is given systematic mistakes, which must cost points, and other
    ways to write the right answer, which must not.
    """
    course = _course()
    if mutations:
        _try_questions(course, units, as_json)
    try:
        chosen = [course.unit(name) for name in units] or list(course.units)
        data = consistency.problems(course.root)
        # With facts that cannot be read, nothing can be said about what is made from them.
        changes = [] if data else author.build(course, check=True)
        results = _run_notebooks(course, chosen)
    except (kit.KitError, author.AuthorError) as error:
        _stop(str(error))
    stale = {each.path: f"{each.reason}; run 'afkit build'" for each in changes}
    for result in results:
        result.reason = result.reason or stale.pop(result.path, "")
    total, full = _questions(course, chosen, results)
    failed = sum(not result.passed for result in results)
    if as_json:
        said = {
            "notebooks": {"passed": len(results) - failed, "failed": failed},
            "questions": {"total": total, "graded_full": full},
            "data_errors": len(data),
        }
        click.echo(json.dumps(said))
    else:
        _show(results, total, full)
    for line in _complaints(data, stale, results):
        click.echo(line, err=True)
    sys.exit(bool(failed or data or stale or full < total))


def _try_questions(course: kit.Kit, units: tuple[str, ...], as_json: bool) -> NoReturn:
    try:
        chosen = [course.unit(name) for name in units] or list(course.units)
        with _progress("questions") as step:
            found = mutate.trials(course, chosen, step)
    except (kit.KitError, author.AuthorError, tables.DataError) as error:
        _stop(str(error))
    totals = {
        "questions": len(found),
        "mutants": sum(each.mutants for each in found),
        "survivors": sum(len(each.survivors) for each in found),
        "equivalents": sum(each.equivalents for each in found),
        "equivalents_refused": sum(len(each.refused) for each in found),
        "hints_missed": sum(len(each.unhinted) for each in found),
    }
    if as_json:
        click.echo(json.dumps(totals))
    else:
        table = Table(title="Questions under trial")
        head = ("unit", "question", "kind", "mistakes", "survivors", "right forms", "refused", "")
        for name in head:
            table.add_column(name, justify="right" if name in head[3:7] else "left")
        for each in found:
            table.add_row(
                each.unit, each.question, each.kind, str(each.mutants), str(len(each.survivors)),
                str(each.equivalents), str(len(each.refused)), "ok" if each.passed else "see below",
            )  # fmt: skip
        Console().print(table)
        click.echo(
            ", ".join(f"{number} {word.replace('_', ' ')}" for word, number in totals.items())
        )
    for each in found:
        for line in each.complaints():
            click.echo(line, err=True)
    sys.exit(not all(each.passed for each in found))


@main.command("handout")
@click.argument("units", nargs=-1)
@click.option(
    "--to", "folder", type=click.Path(path_type=Path, file_okay=False), metavar="DIR",
    help="Where to write them; without it, the kit's own handouts/.",
)  # fmt: skip
@click.option(
    "--check", is_flag=True, help="Write nothing; exit 1 with a list if anything is out of date."
)
def handout_(units: tuple[str, ...], folder: Path | None, check: bool) -> None:
    """Make lessons and readings for paper: one HTML file each, to open and print.

    UNITS are ids like 01; none means all. Every lesson runs, for its pictures and tables; that
    takes a minute or two. With --check no lesson runs: it compares what people wrote.

    \b
    Example:   afkit handout 01 --to /tmp/unit-01
    """  # noqa: D301  \b is click's mark for lines to be kept
    course = _course()
    target = folder or course.root / handout.FOLDER
    if check:
        if units:
            raise click.UsageError("--check looks at all units; name none")
        behind = handout.check(course, target)
        for line in behind:
            click.echo(f"out of date  {line}")
        if behind:
            _stop("'afkit handout' makes them anew")
        click.echo("everything is in step")
        return
    try:
        chosen = [course.unit(name) for name in units]
        with _progress("hand-outs", len(handout.handouts(course, chosen))) as step:
            made = handout.make(course, chosen, step)
    except (kit.KitError, author.AuthorError, lesson.LessonError, LookupError) as error:
        _stop(str(error))
    for path in handout.write(made, target, whole=not units):
        click.echo(f"{'written ' if path.is_file() else 'removed '}     {path.name}")


@main.command("new-unit")
@click.argument("unit")
@click.argument("title")
def new_unit(unit: str, title: str) -> None:
    """Make the files of a new unit, which run at once and wait to be filled.

    \b
    Example:   afkit new-unit 16 "Who counts the votes?"
    """  # noqa: D301  \b is click's mark for lines to be kept
    course = _course()
    try:
        made = scaffold.new_unit(course, unit, title)
    except (scaffold.ScaffoldError, author.AuthorError, tables.DataError, kit.KitError) as error:
        _stop(str(error))
    except OSError as error:
        _stop(f"{error.filename} cannot be written: {error.strerror}; nothing was made")
    for path in made:
        click.echo(f"written      {path.relative_to(course.root).as_posix()}")
    click.echo(f"Fill them, run 'afkit build', then 'afkit check {unit}'.")


@main.command("report")
@click.argument("junit", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of a table.")
@click.option(
    "--summary", type=click.Path(path_type=Path), help="Append the table to this file, as Markdown."
)
def report_(junit: Path, as_json: bool, summary: Path | None) -> None:
    """Say in points what a strict run of pytest --nbval-lax found; JUNIT is its --junitxml file.

    \b
    Example:   AFKIT_STRICT=1 pytest --nbval-lax --junitxml=junit.xml exercises
               afkit report junit.xml
    """  # noqa: D301  \b is click's mark for lines to be kept
    try:
        found = report.read_junit(junit, _course())
        if summary:
            with summary.open("a", encoding="utf-8") as stream:
                stream.write(report.as_markdown(found))
    except (report.ReportError, kit.KitError) as error:
        _stop(str(error))
    except OSError as error:
        _stop(f"{summary} cannot be written: {error.strerror}")
    if as_json:
        click.echo(json.dumps(report.as_json(found), ensure_ascii=False))
        return
    for each in found:
        table = Table("question", "status", "points", "most", "message", title=each.notebook)
        for row in each.rows:
            cells = (row.question, row.status, report.shown(row), f"{row.most:g}", row.message)
            table.add_row(*map(Text, cells))
        Console().print(table)
        if each.reason:
            click.echo(each.reason)
        click.echo(report.said(report.totals(each.rows)))


def _course() -> kit.Kit:
    try:
        return kit.load()
    except kit.KitError as error:
        _stop(str(error))


def _stop(message: str) -> NoReturn:
    click.echo(message, err=True)
    sys.exit(1)


def _show_rows(rows: list[dict[str, Any]], head: list[str], form: str) -> None:
    """Rows as people, spreadsheets or scripts want them; the table leaves out the long columns."""
    if form == "json":
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    texts = [[audit.as_text(cell) for cell in row.values()] for row in rows]
    if form == "csv":
        csv.writer(sys.stdout, lineterminator="\n").writerows([head, *texts])
        return
    filled = [place for place in range(len(head)) if any(row[place] for row in texts)]
    shown = [place for place in filled if head[place] not in LONG]
    table = Table(title=f"{len(rows)} rows")
    for place in shown:
        table.add_column(head[place], overflow="fold", no_wrap=head[place] == "id")
    for row in texts:
        table.add_row(*(row[place] for place in shown))
    Console().print(table)


def _show_audit(found: audit.Audit, form: str) -> None:
    counts = found.as_json()
    if form == "json":
        click.echo(json.dumps(counts, ensure_ascii=False))
        return
    flat = [
        (part, word, n)
        for part, each in counts.items()
        if part != "single"
        for word, n in each.items()
    ]
    flat += [("single", each, 1) for each in found.single]
    if form == "csv":
        csv.writer(sys.stdout, lineterminator="\n").writerows([("part", "word", "number"), *flat])
        return
    for part, each in counts.items():
        if part != "single":
            table = Table(part, "number", "share")
            for word, number in each.items():
                table.add_row(word, str(number), f"{number / sum(each.values()):.0%}")
            Console().print(table)
    click.echo(f"{len(found.single)} rows rest on one source:")
    click.echo("\n".join(found.single))


def _run_notebooks(course: kit.Kit, units: list[kit.Unit]) -> list[verify.NotebookResult]:
    names = [name for unit in units for name in (unit.lesson, unit.exercise) if name]
    plain = [course.root / name for name in names if (course.root / name).is_file()]
    strict = [course.root / unit.solution for unit in units if unit.solution]
    strict = [path for path in strict if path.is_file()]
    paths = [*plain, *strict]
    cells = sum(verify.code_cells(path, course.root) for path in paths)
    with _progress(f"cells of {len(paths)} notebooks", cells) as step:
        return [
            *verify.run(course, plain, strict=False, step=step),
            *verify.run(course, strict, strict=True, step=step),
        ]


@contextmanager
def _progress(what: str, total: int | None = None) -> Iterator[verify.Step]:
    look = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    hidden = not _TALK.is_terminal
    with Progress(*look, console=_TALK, transient=True, disable=hidden) as bar:
        task = bar.add_task(what, total=total)
        yield lambda: bar.advance(task)


def _questions(
    course: kit.Kit, units: list[kit.Unit], results: list[verify.NotebookResult]
) -> tuple[int, int]:
    """How many questions there are, and how many their own solution answers in full."""
    passed = {(result.path, cell.id) for result in results for cell in result.cells if cell.passed}
    total = full = 0
    for unit in units:
        if not unit.solution or not (course.root / unit.solution).is_file():
            continue
        try:
            questions = exercise(unit.id, course.root).questions
        except kit.KitError:
            continue  # the missing manifest is among the files out of date
        total += len(questions)
        full += sum((unit.solution, f"{name}-check") in passed for name in questions)
    return total, full


def _show(results: list[verify.NotebookResult], total: int, full: int) -> None:
    table = Table("notebook", "cells", "failed", "result")
    for result in results:
        failed = sum(not cell.passed for cell in result.cells)
        table.add_row(
            result.path, str(len(result.cells)), str(failed), "ok" if result.passed else "FAILED"
        )
    Console().print(table)
    click.echo(f"{full} of {total} questions are answered in full by their own solution")


def _complaints(
    data: list[tables.Problem], stale: dict[str, str], results: list[verify.NotebookResult]
) -> Iterator[str]:
    yield from map(str, data)
    yield from (f"{path}: {reason}" for path, reason in stale.items())
    for result in results:
        if result.reason:
            yield f"{result.path}: {result.reason}"
        for cell in result.cells:
            if not cell.passed:
                yield f"{result.path}, cell {cell.number} ({cell.id}): {cell.reason}"


for _command in COMMANDS:
    main.add_command(_command)
