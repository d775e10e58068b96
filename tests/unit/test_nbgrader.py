"""Source assignments for nbgrader, without nbgrader: cells, files, points, refusals."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from afkit import kit
from afkit.cli import main
from afkit.exercises import nbgrader
from afkit.exercises.author import AuthorError, read, student_copy
from afkit.exercises.check import NotFullMarksError
from tests.conftest import first_unit_only

SMALL_KIT = Path(__file__).resolve().parents[1] / "fixtures" / "kit"
SOLUTION = "solutions/01-one.ipynb"
Edit = Callable[[str, str], None]


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> kit.Kit:
    """A copy of the small kit."""
    root = tmp_path / "kit"
    shutil.copytree(SMALL_KIT, root)
    first_unit_only(root)
    monkeypatch.setenv("AFKIT_ROOT", str(root))
    return kit.load(root)


@pytest.fixture
def cells(course: kit.Kit) -> dict[str, dict[str, Any]]:
    """The cells of the source notebook, by id."""
    made = nbgrader.source_notebook(read(course.root / SOLUTION, course.root), "01")
    return {cell["id"]: cell for cell in made["cells"]}


def told(cell: dict[str, Any]) -> dict[str, Any]:
    """What nbgrader reads of a cell, without its id and type."""
    meta = dict(cell["metadata"]["nbgrader"])
    assert meta.pop("grade_id") == cell["id"]
    assert meta.pop("cell_type") == cell["cell_type"]
    assert meta.pop("schema_version") == 3
    assert meta.pop("task") is False
    return meta


def test_cells_have_the_metadata_that_nbgrader_reads(cells: dict[str, dict[str, Any]]) -> None:
    locked = {"grade": False, "solution": False, "locked": True}
    free = {"grade": False, "solution": True, "locked": False}
    assert "nbgrader" not in cells["ex-01"]["metadata"]
    assert told(cells["ex-02"]) == locked, "the cell that makes 'check'"
    assert told(cells["q4-prompt"]) == locked
    assert told(cells["q4-answer"]) == free
    assert told(cells["q4-check"]) == {**locked, "grade": True, "points": 2}
    assert told(cells["q6-answer"]) == {**free, "grade": True, "points": 4}
    assert told(cells["q6-check"]) == locked


def test_keys_and_the_teachers_cells_stay_behind(cells: dict[str, dict[str, Any]]) -> None:
    assert not [each for each in cells if each.endswith("-key")]
    assert "ex-27" not in cells
    assert all(not cell.get("outputs") for cell in cells.values())
    assert not any(
        "nbval-check-output" in cell["metadata"].get("tags", ()) for cell in cells.values()
    )


def test_answers_keep_their_marks_under_a_stub(cells: dict[str, dict[str, Any]]) -> None:
    assert cells["q4-answer"]["source"].splitlines() == [
        "q4 = ...",
        "### BEGIN SOLUTION",
        'q4 = {"Amina Rahmani", "Amin Rahmani"}',
        "### END SOLUTION",
    ]
    assert cells["q6-answer"]["source"].startswith('q6 = """\n\n"""\n### BEGIN SOLUTION\n')


def test_tests_end_with_the_check_that_students_see(cells: dict[str, dict[str, Any]]) -> None:
    lines = cells["q5-check"]["source"].splitlines()
    assert (lines[0], lines[-2]) == ("### BEGIN HIDDEN TESTS", "### END HIDDEN TESTS")
    assert lines[-1] == 'check("q5", q5)'
    assert cells["q6-check"]["source"] == 'check("q6", q6)', "a person marks it"


@pytest.mark.parametrize(
    ("question", "answer", "points"),
    [("q1", "a", 1), ("q4", ["Amina Rahmani"], 1), ("q4", ["Amin Rahmani", "Amina Rahmani"], 2)],
)
def test_points_are_a_number_under_the_reply(
    course: kit.Kit, capsys: pytest.CaptureFixture[str], question: str, answer: object, points: int
) -> None:
    assert nbgrader.Points("01", course.root)(question, answer) == points
    assert capsys.readouterr().out.startswith(f"{question}: ")


@pytest.mark.parametrize(
    ("question", "answer"), [("q1", "b"), ("q1", ...), ("q4", ["nobody"]), ("q9", "a")]
)
def test_what_earns_nothing_raises(course: kit.Kit, question: str, answer: object) -> None:
    with pytest.raises(NotFullMarksError, match=f"^{question}: not"):
        nbgrader.Points("01", course.root)(question, answer)


@pytest.mark.parametrize("answer", ["too short", "one " * 11 + "sheep [@valley-2020-register]"])
def test_an_essay_is_left_to_a_person(course: kit.Kit, answer: str) -> None:
    assert nbgrader.Points("01", course.root)("q6", answer) is None


def test_strict_mode_costs_no_partial_points(
    course: kit.Kit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AFKIT_STRICT", "1")
    assert nbgrader.Points("01", course.root)("q2", "August 2021") == 1


def test_an_assignment_is_a_kit_of_one_unit(course: kit.Kit, tmp_path: Path) -> None:
    nbgrader.export(course, tmp_path / "course")
    folder = tmp_path / "course" / "source" / "01"
    made = kit.load(folder)
    unit, old = made.units[0], course.units[0]
    assert (made.title, made.article, made.perspective) == (
        course.title, course.article, course.perspective,
    )  # fmt: skip
    assert len(made.units) == 1
    assert (unit.exercise, unit.lesson) == ("01-one.ipynb", "01-one.ipynb")
    assert (unit.id, unit.objectives, unit.readings) == (old.id, old.objectives, old.readings)
    _, manifest = student_copy(read(course.root / SOLUTION, course.root), "01", SOLUTION)
    laid = (folder / "01-one.manifest.json").read_text(encoding="utf-8")
    assert json.loads(laid) == manifest
    assert laid == (course.root / "exercises/01-one.manifest.json").read_text(encoding="utf-8")


def test_settings_are_written_once(course: kit.Kit, tmp_path: Path) -> None:
    target = tmp_path / "course"
    config = target / "nbgrader_config.py"
    assert config in nbgrader.export(course, target)
    assert 'course_id = "a-small-kit"' in config.read_text(encoding="utf-8")
    config.write_text("mine\n", encoding="utf-8")
    assert config not in nbgrader.export(course, target, "other")
    assert config.read_text(encoding="utf-8") == "mine\n"


def test_a_solution_that_cannot_be_used_writes_nothing(course: kit.Kit, tmp_path: Path) -> None:
    path = course.root / SOLUTION
    text = path.read_text(encoding="utf-8")
    assert text.count('kind = \\"number\\"') == 1
    path.write_text(text.replace('kind = \\"number\\"', 'kind = \\"riddle\\"'), encoding="utf-8")
    with pytest.raises(AuthorError, match="riddle"):
        nbgrader.export(course, tmp_path / "course")
    assert not (tmp_path / "course").exists()


def afkit(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments, prog_name="afkit")


def test_the_command_names_what_it_wrote(course: kit.Kit, tmp_path: Path) -> None:
    target = tmp_path / "course"
    result = afkit("build", "--nbgrader", str(target), "--course-id", "history-9")
    assert result.exit_code == 0, result.output
    assert f"written      {target / 'source' / '01' / '01-one.ipynb'}\n" in result.stdout
    assert "history-9" in (target / "nbgrader_config.py").read_text(encoding="utf-8")


def test_a_file_in_the_way_is_named(course: kit.Kit, tmp_path: Path) -> None:
    (tmp_path / "course").write_text("", encoding="utf-8")
    result = afkit("build", "--nbgrader", str(tmp_path / "course"))
    assert result.exit_code == 1
    assert isinstance(result.exception, SystemExit), repr(result.exception)
    assert "cannot be written" in result.stderr


@pytest.mark.parametrize("arguments", [("--check", "--nbgrader", "x"), ("--course-id", "x")])
def test_options_that_do_not_go_together_are_refused(
    course: kit.Kit, arguments: tuple[str, ...]
) -> None:
    result = afkit("build", *arguments)
    assert result.exit_code == 2
    assert "--nbgrader goes without --check" in result.stderr
