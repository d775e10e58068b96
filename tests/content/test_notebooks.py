"""The kit's own notebooks: whole, tidy, built alike, readable by everyone. Nothing is executed."""

from __future__ import annotations

import ast
import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import nbformat
import pytest

from afkit import kit
from afkit.exercises import author
from afkit.exercises.check import exercise
from afkit.facts import tables

ROOT = Path(__file__).resolve().parents[2]
KIT = kit.load(ROOT)
MOST_LINES = 11
COMPARED = "nbval-check-output"
#: Methods that draw: what they draw must be shown through afkit.show.
DRAWING = {
    "subplots",
    "figure",
    "plot",
    "bar",
    "barh",
    "hist",
    "scatter",
    "imshow",
    "pie",
    "boxplot",
}

Cell = dict[str, Any]
LESSONS = [unit.lesson for unit in KIT.units]
EXERCISES = [unit.exercise for unit in KIT.units if unit.exercise]
SOLUTIONS = [unit.solution for unit in KIT.units if unit.solution]
QUESTIONS = [
    pytest.param(unit, question, id=f"{unit.id}-{name}")
    for unit in KIT.units
    if unit.exercise
    for name, question in exercise(unit.id, ROOT).questions.items()
]
each_lesson = pytest.mark.parametrize("unit", KIT.units, ids=lambda unit: unit.id)
each_exercise = pytest.mark.parametrize(
    "unit", [unit for unit in KIT.units if unit.exercise], ids=lambda unit: unit.id
)
each_notebook = pytest.mark.parametrize("file", [*LESSONS, *EXERCISES, *SOLUTIONS])
each_question = pytest.mark.parametrize(("unit", "question"), QUESTIONS)


@cache
def cells(file: str) -> list[Cell]:
    """The cells of a notebook, each source as one text."""
    found: list[Cell] = author.read(ROOT / file, ROOT)["cells"]
    return found


def text(file: str) -> str:
    """All that a reader of a notebook reads, without its outputs."""
    return "\n\n".join(cell["source"] for cell in cells(file))


def header(file: str) -> dict[str, str]:
    """The table at the head of a lesson."""
    return dict(
        re.findall(r"^\| \*\*(.+?)\*\* \| (.+?) \|$", cells(file)[0]["source"], re.MULTILINE)
    )


def prompt(unit: kit.Unit, question: dict[str, Any]) -> str:
    """What a question asks, as students read it."""
    (found,) = [
        cell["source"] for cell in cells(unit.exercise) if cell["id"] == question["cells"]["prompt"]
    ]
    return str(found)


def tags(cell: Cell) -> list[str]:
    return list(cell["metadata"].get("tags", []))


def test_every_notebook_belongs_to_a_unit() -> None:
    there = {
        path.relative_to(ROOT).as_posix()
        for room in ("notebooks", "exercises", "solutions")
        for path in (ROOT / room).glob("*.ipynb")
    }
    assert there == {*LESSONS, *EXERCISES, *SOLUTIONS}


def test_notebooks_and_manifests_are_in_normal_form_and_made_from_their_solutions(
    real_kit: Path,
) -> None:
    changes = author.build(kit.load(real_kit), check=True)
    notebooks = (".ipynb", ".manifest.json")
    assert [str(each) for each in changes if each.path.endswith(notebooks)] == []


@each_notebook
def test_every_notebook_is_valid(file: str) -> None:
    notebook = json.loads((ROOT / file).read_text(encoding="utf-8"))
    nbformat.validate(notebook)
    assert (notebook["nbformat"], notebook["nbformat_minor"]) == (4, 5)


@each_notebook
def test_outputs_stand_only_under_checks(file: str) -> None:
    for cell in cells(file):
        if cell.get("outputs"):
            assert COMPARED in tags(cell) or cell["id"].endswith("-check"), cell["id"]
            assert cell["source"].startswith("check("), cell["id"]


@each_notebook
def test_code_is_python_that_can_be_read(file: str) -> None:
    for cell in cells(file):
        if cell["cell_type"] == "code":
            ast.parse(cell["source"])


@pytest.mark.parametrize("file", [*LESSONS, *EXERCISES])
def test_code_cells_are_short(file: str) -> None:
    long = {
        cell["id"]: len(cell["source"].splitlines())
        for cell in cells(file)
        if cell["cell_type"] == "code" and len(cell["source"].splitlines()) > MOST_LINES
    }
    assert long == {}


@each_lesson
def test_a_lesson_opens_with_its_number_title_and_question(unit: kit.Unit) -> None:
    assert cells(unit.lesson)[0]["source"].startswith(f"# Unit {unit.id} · {unit.title}\n")
    assert header(unit.lesson)["Question"] == unit.question


@each_lesson
def test_a_lesson_says_how_long_it_takes_as_the_course_does(unit: kit.Unit) -> None:
    said = re.search(r"(\d+) minutes", header(unit.lesson)["Time"])
    assert said
    assert int(said[1]) == unit.minutes


@each_lesson
def test_the_steps_of_a_lesson_take_no_longer_than_the_lesson(unit: kit.Unit) -> None:
    timed = r"^(?:#|\*\*Exit).*\((?:[^()]*, )?(\d+) minutes\)"
    steps = re.findall(timed, text(unit.lesson), re.MULTILINE)
    assert sum(map(int, steps)) <= unit.minutes


@each_lesson
def test_a_lesson_says_what_is_needed_and_what_it_gives(unit: kit.Unit) -> None:
    head = header(unit.lesson)
    assert head["You need"].strip()
    assert head["After this unit you can"] == "; ".join(unit.objectives)


@each_lesson
def test_a_lesson_ends_with_key_points_exit_question_and_what_next(unit: kit.Unit) -> None:
    last = cells(unit.lesson)[-1]["source"]
    points, exit_question, next_unit = (
        last.find(words) for words in ("## Key points\n", "**Exit question", "**What next.**")
    )
    assert 0 <= points < exit_question < next_unit
    assert 3 <= len(re.findall(r"^- ", last, re.MULTILINE)) <= 7
    assert unit.exercise in last


@each_notebook
def test_drawings_are_shown_with_words_for_who_does_not_see_them(file: str) -> None:
    for cell in cells(file):
        if cell["cell_type"] != "code":
            continue
        calls = [node for node in ast.walk(ast.parse(cell["source"])) if isinstance(node, ast.Call)]
        names = {node.func.attr for node in calls if isinstance(node.func, ast.Attribute)}
        shown = [node for node in calls if ast.unparse(node.func) == "afkit.show"]
        assert bool(shown) == bool(names & DRAWING), cell["id"]
        for node in shown:
            words = {each.arg: ast.unparse(each.value) for each in node.keywords}
            assert words.get("alt", "").strip("f'\" "), cell["id"]


@each_notebook
def test_pictures_in_text_have_words_too(file: str) -> None:
    for cell in cells(file):
        assert "attachment:" not in cell["source"], cell["id"]
        pictures = re.findall(r"!\[(.*?)\]\(", cell["source"])
        assert all(words.strip() for words in pictures), cell["id"]
        for tag in re.findall(r"<img\b[^>]*>", cell["source"]):
            assert re.search(r'\balt="[^"]+"', tag), cell["id"]


@each_exercise
def test_an_exercise_holds_nothing_of_the_cells_for_teachers(unit: kit.Unit) -> None:
    theirs = [cell for cell in cells(unit.solution) if {"solution-only", "key"} & set(tags(cell))]
    student = (ROOT / unit.exercise).read_text(encoding="utf-8")
    manifest = (ROOT / unit.exercise).with_suffix(".manifest.json").read_text(encoding="utf-8")
    for cell in theirs:
        if "solution-only" in tags(cell):
            secrets = [line for line in cell["source"].splitlines() if line.strip()]
        else:
            secrets = re.findall(r"^answer = .*$", cell["source"], re.MULTILINE)
        for line in secrets:
            quoted = json.dumps(line, ensure_ascii=False)[1:-1]
            assert quoted not in student + manifest, cell["id"]


@each_exercise
def test_an_exercise_holds_no_line_of_an_answer(unit: kit.Unit) -> None:
    open_lines = {line for cell in cells(unit.exercise) for line in cell["source"].splitlines()}
    marked = re.compile(rf"{author.BEGIN}\n(.*?)\n{author.END}", re.DOTALL)
    solved = [part for cell in cells(unit.solution) for part in marked.findall(cell["source"])]
    assert len(solved) >= len(exercise(unit.id, ROOT).questions)
    for part in solved:
        told = {line for line in part.splitlines() if line.strip()} & open_lines
        assert told <= {f'q{n} = """' for n in range(1, 100)} | {'"""'}


@each_exercise
def test_an_exercise_has_no_raw_cell_and_no_tag_for_teachers(unit: kit.Unit) -> None:
    assert "raw" not in {cell["cell_type"] for cell in cells(unit.exercise)}
    assert {tag for cell in cells(unit.exercise) for tag in tags(cell)} <= {COMPARED}


@each_exercise
def test_stored_checks_of_a_solution_show_full_marks(unit: kit.Unit) -> None:
    said = {
        cell["id"]: cell["outputs"][0]["data"]["text/plain"]
        for cell in cells(unit.solution)
        if cell["source"].startswith("check(")
    }
    assert len(said) == len(exercise(unit.id, ROOT).questions)
    for name, words in said.items():
        assert re.match(r"q\d+: (right, (\S+) of \2 points?\.|ready for your teacher)", words), name


@each_question
def test_a_question_serves_an_objective_of_its_unit(
    unit: kit.Unit, question: dict[str, Any]
) -> None:
    assert question["objective"] in unit.objectives


@each_question
def test_a_question_says_what_it_is_worth(unit: kit.Unit, question: dict[str, Any]) -> None:
    number, points = question["id"].removeprefix("q"), question["points"]
    worth = f"{points} point" if points == 1 else f"{points} points"
    assert prompt(unit, question).startswith(f"**Question {number} ({worth}")


@each_question
def test_options_that_students_read_are_those_of_the_key(
    unit: kit.Unit, question: dict[str, Any]
) -> None:
    read = dict(re.findall(r"^- \*\*(\w)\*\* (.+)$", prompt(unit, question), re.MULTILINE))
    assert read == question["key"].get("options", {})


@each_question
def test_a_written_question_shows_its_rubric_and_its_limits(
    unit: kit.Unit, question: dict[str, Any]
) -> None:
    if question["kind"] != "essay":
        assert "rubric" not in question["key"]
        return
    asked, key = prompt(unit, question), question["key"]
    assert f"{key['min_words']} to {key['max_words']} words" in asked
    for criterion, levels in key["rubric"].items():
        assert f"| **{criterion.capitalize()}** | {' | '.join(reversed(levels))} |" in asked
    for cited in re.findall(r"\[@([a-z0-9-]+)\]", asked):
        assert cited in tables.references(ROOT)


def test_unit_01_has_enough_questions_of_every_kind() -> None:
    kinds = [question["kind"] for question in exercise("01", ROOT).questions.values()]
    assert {"choice", "date", "name", "set", "number", "essay"} <= set(kinds)
    assert len(kinds) - kinds.count("essay") >= 8
    assert kinds.count("essay") == 1
