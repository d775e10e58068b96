"""An id and a title in; the files of a new unit out, whole and running, for an author to fill.

The unit is made in memory, checks included, before the first file is written. If one file cannot
be written, those before it are taken away again.
"""

from __future__ import annotations

import json
import re
import tomllib
import unicodedata
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from afkit import kit
from afkit.exercises.author import (
    BEGIN,
    COMPARED,
    END,
    KEY,
    TEACHER_ONLY,
    Cell,
    Notebook,
    dump,
    normalise,
    student_copy,
    write,
)
from afkit.exercises.check import Check

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["ScaffoldError", "new_unit"]

MOST_TITLE, MOST_SLUG = 80, 50
MINUTES = 45
QUESTION = "What do you want to find out?"
OBJECTIVES = (
    "say which file holds what (replace this)",
    "find a date in a text (replace this)",
    "count (replace this)",
)


class ScaffoldError(ValueError):
    """A unit that cannot be made; the message says why, and nothing was written."""


def new_unit(course: kit.Kit, unit: str, title: str) -> list[Path]:
    """Write a new unit: entry in ``kit.toml``, lesson, reading, solution, exercise, teacher's page.

    Parameters
    ----------
    unit
        Two digits that no unit has yet.
    title
        One line, at most 80 characters.

    Returns
    -------
    list of Path
        What was written, ``kit.toml`` last.

    Raises
    ------
    ScaffoldError
        If the id is in use or is none, the title is blank, or a file is there already.
    OSError
        If a file cannot be written; then none is.
    """
    title = " ".join(title.split())
    if not re.fullmatch(r"[0-9]{2}", unit):
        raise ScaffoldError(f"id '{unit}'; expected two digits, such as 16")
    if not title or len(title) > MOST_TITLE or not title.isprintable():
        raise ScaffoldError(f"title '{title}'; expected one line of 1 to {MOST_TITLE} characters")
    for each in course.units:
        if each.id == unit:
            known = ", ".join(other.id for other in course.units)
            raise ScaffoldError(f"unit {unit} is there already ({each.title}); in use: {known}")
    stem = f"{unit}-{_slug(title)}"
    files = _files(course, unit, title, stem)
    for name in files:
        if (course.root / name).exists():
            raise ScaffoldError(f"{name} is there already; move it, or take another title")
    page = course.root / kit.PAGE
    before = page.read_text(encoding="utf-8")
    after = f"{before.rstrip()}\n\n{_entry(unit, title, stem)}"
    try:
        tomllib.loads(after)
    except tomllib.TOMLDecodeError as error:
        raise ScaffoldError(f"{kit.PAGE} takes no [[unit]] at its end: {error}") from None
    _write_all({course.root / name: text for name, text in files.items()}, page, before, after)
    return [*(course.root / name for name in files), page]


def _write_all(files: Mapping[Path, str], page: Path, before: str, after: str) -> None:
    """Write files and then the page, and see whether the kit can be read; else undo it all."""
    folders = [
        folder
        for path in files
        for folder in path.parents
        if folder.is_relative_to(page.parent) and not folder.exists()
    ]
    written: list[Path] = []
    try:
        for path, text in files.items():
            written.append(path)
            write(path, text)
        write(page, after)
        kit.load(page.parent)
    except BaseException:
        for path in written:
            path.unlink(missing_ok=True)
        for folder in sorted(set(folders), reverse=True):
            if folder.is_dir() and not any(folder.iterdir()):
                folder.rmdir()
        if page.read_text(encoding="utf-8") != before:
            write(page, before)
        raise


def _slug(title: str) -> str:
    """A title as part of a file's name: small Latin letters, digits, hyphens."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", plain.replace("'", ""))
    return words[:MOST_SLUG].strip("-") or "unit"


def _entry(unit: str, title: str, stem: str) -> str:
    """The unit's table in ``kit.toml``; a text or number of JSON is one of TOML too."""
    objectives = "".join(f"  {json.dumps(each)},\n" for each in OBJECTIVES)
    return f"""\
[[unit]]
id = "{unit}"
title = {json.dumps(title, ensure_ascii=False)}
question = "{QUESTION}"
minutes = {MINUTES}
difficulty = "introductory"
objectives = [
{objectives}]
prior_knowledge = "Say what students must know or have done before."
lesson = "notebooks/{stem}.ipynb"
readings = ["readings/{stem}.md"]
exercise = "exercises/{stem}.ipynb"
solution = "solutions/{stem}.ipynb"
content_notes = "Say what hard things are named, and how much is shown."
"""


def _files(course: kit.Kit, unit: str, title: str, stem: str) -> dict[str, str]:
    """Every file but ``kit.toml``: name and text."""
    solution, exercise, manifest = _exercise(course, unit, title, stem)
    sealed = json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True)
    return {
        f"readings/{stem}.md": _reading(course, unit, title),
        f"notebooks/{stem}.ipynb": dump(_lesson(unit, title, stem)),
        f"solutions/{stem}.ipynb": dump(solution),
        f"exercises/{stem}.ipynb": dump(exercise),
        f"exercises/{stem}.manifest.json": f"{sealed}\n",
        f"docs/instructors/{stem}.md": _instructors(unit, title, stem),
    }


def _cell(kind: str, cell_id: str, source: str, *tags: str) -> Cell:
    made: Cell = {"cell_type": kind, "id": cell_id, "source": source.strip("\n")}
    made["metadata"] = {"tags": list(tags)} if tags else {}
    return made | ({"execution_count": None, "outputs": []} if kind == "code" else {})


def _notebook(cells: Iterable[Cell]) -> Notebook:
    made: Notebook = {"cells": list(cells), "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    return normalise(made)


def _lesson(unit: str, title: str, stem: str) -> Notebook:
    return _notebook(
        [
            _cell(
                "markdown",
                "opening",
                f"""
# Unit {unit} · {title}

| | |
|---|---|
| **Question** | {QUESTION} |
| **Time** | {MINUTES} minutes |
| **You need** | Say what students must know or have done before. |
| **After this unit you can** | {"; ".join(OBJECTIVES)} |

**Content note.** Say what hard things are named, and how much is shown.
""",
            ),
            _cell(
                "markdown",
                "read",
                """
## 1 · Read (10 minutes)

One step, one thought. Write what students do, then what they look for.
""",
            ),
            _cell(
                "code",
                "reading",
                f"""
import afkit

afkit.reading("{stem}")
""",
            ),
            _cell(
                "markdown",
                "think",
                """
<details><summary><b>Think.</b> Put a question here that the cell above answers.</summary>

Put a good answer here.
</details>
""",
            ),
            _cell(
                "markdown",
                "closing",
                f"""
## Key points

- One sentence that students should still know next year.
- A second one.
- A third one.

**Exit question (3 minutes).** One question that shows whether the lesson has arrived.

**What next.** The exercise: `exercises/{stem}.ipynb`.
""",
            ),
        ]
    )


def _exercise(
    course: kit.Kit, unit: str, title: str, stem: str
) -> tuple[Notebook, Notebook, dict[str, Any]]:
    """Solution with the outputs of its checks, student's copy, manifest."""
    cells = [
        _cell("markdown", "opening", f"""
# Unit {unit} · Exercise: {title}

Three questions. Write each answer in place of the three dots, run the cell (**Shift + Enter**),
then run the `check` below it.

Would you rather click than write? Put the line `check.ask("q1")` below `q1 = ...`, with the number
of the question, and run the cell.
"""),
        _cell("code", "start", f"""
import afkit

check = afkit.exercise("{unit}")
"""),
    ]  # fmt: skip
    answers = {"q1": "b", "q2": course.published, "q3": 3}
    for number, (prompt, key) in enumerate(_questions(course), start=1):
        name = f"q{number}"
        shown = json.dumps(answers[name])
        about = f'id = "{name}"\npoints = 1\nobjective = "{OBJECTIVES[number - 1]}"\ndifficulty = 1'
        cells += [
            _cell("markdown", f"{name}-prompt", f"**Question {number} (1 point).** {prompt}"),
            _cell("code", f"{name}-answer", f"{BEGIN}\n{name} = {shown}\n{END}"),
            _cell("code", f"{name}-check", f'check("{name}", {name})', COMPARED),
            _cell("raw", f"{name}-key", f"{about}\n{key}", KEY),
        ]
    cells += [
        _cell("markdown", "markers", """
**For markers.** Students never get this cell: put common misreadings here, and model answers.
""", TEACHER_ONLY),
        _cell("markdown", "progress-words", "**How far are you?** Run this cell at any time."),
        _cell("code", "progress", "check"),
        _cell("markdown", "done", "**Done?** Save the notebook. Your teacher collects the file."),
    ]  # fmt: skip
    file = f"solutions/{stem}.ipynb"
    solution = _notebook(cells)
    exercise, manifest = student_copy(solution, unit, file)
    check = Check(manifest)
    for cell in cells:
        name, _, part = cell["id"].partition("-")
        if name in answers and part == "check":
            data = check.feedback(name, answers[name])._repr_mimebundle_()
            cell["outputs"] = [{"output_type": "execute_result", "metadata": {}, "data": data,
                                "execution_count": None}]  # fmt: skip
    return _notebook(cells), exercise, manifest


def _questions(course: kit.Kit) -> list[tuple[str, str]]:
    """Prompt and key of the three worked questions: a choice, a date, a number."""
    options = {
        "a": "in the folder of the exercises",
        "b": "in the folder of the solutions",
        "c": "in the folder of the readings",
    }
    listed = "\n".join(f"- **{letter}** {text}" for letter, text in options.items())
    table = "\n".join(f'{letter} = "{text}"' for letter, text in options.items())
    return [
        (
            f"Where does an author write a question and its answer?\n\n{listed}",
            f'kind = "choice"\nanswer = "b"\nlook = "the reading"\n\n[options]\n{table}',
        ),
        (
            "On which day was the article of this course published? "
            "Write day, month and year in any usual way.",
            f'kind = "date"\nanswer = "{course.published}"\nprecision = "day"\n'
            'look = "the reading"',
        ),
        (
            "How many questions does this exercise have? Write a number.",
            'kind = "number"\nanswer = 3\nlook = "the top of this page"',
        ),
    ]


def _reading(course: kit.Kit, unit: str, title: str) -> str:
    return f"""\
# {title}

*Unit {unit} · about 5 minutes*

## Before you read

Ask for one guess, written down before the text is read.

## What this page is for

This page is a frame: put your text in place of it.
The article of this course was published on {course.published}. An author writes a question
and its answer in the folder of the solutions; `afkit build` makes the exercise from it.

Cite each source by its id in `data/references.json`, in square brackets after an at sign.

## Think about it

1. A question whose answer stands in the text.
2. A question whose answer does not.
"""


def _instructors(unit: str, title: str, stem: str) -> str:
    return f"""\
# Unit {unit}, {title}

Lesson `notebooks/{stem}.ipynb`, reading `readings/{stem}.md`,
exercise `exercises/{stem}.ipynb`; answers in `solutions/{stem}.ipynb`.

## Materials and marks

What must lie on the tables. **Marks.** 3 points checked by machine.

## Background

What a teacher from another field needs to know, and the rows of `data/` that say so.

## Plan

| minutes | {MINUTES}-minute plan |
|---|---|
| 0-5 | Hook |
| 5-35 | Steps of the lesson |
| 35-45 | Exit question, and what next |

## Exit question, a good reply

Write one.

## Discussion

A question on which reasonable people differ, and how the class takes turns.

## Think prompts, in brief

The answers, in a sentence each.

## Misconceptions to expect

List three.

## Differentiation

*Easier:* what to leave out. *Harder:* where to go on. *Without computers:* what works on paper.

## Standards

Which lines of which framework, and in which step.

## Care

Whom this may hurt, and a way round it.
"""
