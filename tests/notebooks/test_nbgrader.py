"""nbgrader itself on what ``afkit build --nbgrader`` writes: three students, points as expected."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from nbgrader.api import Gradebook

from afkit.cli import main
from tests.conftest import first_unit_only

SMALL_KIT = Path(__file__).resolve().parents[1] / "fixtures" / "kit"
RIGHT = {
    "q1": '"a"',
    "q2": '"2021-08-19"',
    "q3": '"Amin Rahmani"',
    "q4": '["Amina Rahmani", "Amin Rahmani"]',
    "q5": "118",
    "q6": '"One two three four five six seven eight nine ten sheep [@valley-2020-register]."',
}
STUDENTS = {
    "right": RIGHT,
    "partly": {"q1": '"b"', "q2": '"August 2021"', "q4": '["Amina Rahmani"]', "q5": "1/0"},
    "empty": {},
}


def nbgrader(folder: Path, *arguments: str) -> None:
    """Run nbgrader in a course folder, with nobody's settings."""
    free = {name: value for name, value in os.environ.items() if not name.startswith("AFKIT")}
    # nbgrader calls 'alembic', which lies beside Python.
    free["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), free["PATH"]])
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", *arguments],
        cwd=folder, env={**free, "HOME": str(folder)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def submit(course: Path, student: str, answers: dict[str, str]) -> None:
    """Hand in the released assignment with answers; the manifest is forged, which must not help."""
    folder = course / "submitted" / student / "01"
    shutil.copytree(course / "release" / "01", folder)
    path = folder / "01-one.ipynb"
    notebook = json.loads(path.read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        name, _, part = cell["id"].partition("-")
        if part == "answer" and name in answers:
            cell["source"] = f"{name} = {answers[name]}"
    path.write_text(json.dumps(notebook), encoding="utf-8")
    (folder / "01-one.manifest.json").write_text("{}", encoding="utf-8")


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course of nbgrader after one round: written, released, handed in, graded."""
    folder = tmp_path_factory.mktemp("nbgrader")
    kit, course = folder / "kit", folder / "course"
    shutil.copytree(SMALL_KIT, kit)
    first_unit_only(kit)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AFKIT_ROOT", str(kit))
        made = CliRunner().invoke(
            main, ["build", "--nbgrader", str(course), "--course-id", "small"]
        )
    assert made.exit_code == 0, made.output
    nbgrader(course, "generate_assignment", "01")
    for student, answers in STUDENTS.items():
        submit(course, student, answers)
    nbgrader(course, "autograde", "01")
    return course


@pytest.fixture(scope="module")
def grades(course: Path) -> dict[str, dict[str, tuple[float | None, float, bool]]]:
    """Of each student's cells: points had, points to be had, whether a person must look."""
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}", "small") as book:
        return {
            each.student.id: {
                grade.name: (grade.auto_score, grade.max_score, grade.needs_manual_grade)
                for notebook in each.notebooks
                for grade in notebook.grades
            }
            for each in book.assignment_submissions("01")
        }


def test_a_right_submission_has_every_point_and_an_essay_to_mark(grades: dict[str, Any]) -> None:
    assert grades["right"] == {
        "q1-check": (1, 1, False),
        "q2-check": (2, 2, False),
        "q3-check": (1, 1, False),
        "q4-check": (2, 2, False),
        "q5-check": (1, 1, False),
        "q6-answer": (None, 4, True),
    }


def test_a_partly_right_submission_has_the_points_of_its_parts(grades: dict[str, Any]) -> None:
    assert grades["partly"] == {
        "q1-check": (0, 1, False),
        "q2-check": (1, 2, False),
        "q3-check": (0, 1, False),
        "q4-check": (1, 2, False),
        "q5-check": (0, 1, False),
        "q6-answer": (0, 4, False),
    }


def test_an_empty_submission_has_no_points_and_nothing_to_mark(grades: dict[str, Any]) -> None:
    found = grades["empty"]
    assert [cell[0] for cell in found.values()] == [0] * 6
    assert not any(cell[2] for cell in found.values())


def test_students_get_neither_solutions_nor_tests(course: Path) -> None:
    release = course / "release" / "01"
    names = {path.name for path in release.iterdir()}
    assert names == {"01-one.ipynb", "01-one.manifest.json", "kit.toml", "data", "readings"}
    text = (release / "01-one.ipynb").read_text(encoding="utf-8")
    for secret in ("SOLUTION", "HIDDEN", "Points(", "NotImplementedError", "Amin Rahmany", "118"):
        assert secret not in text
    cells = {each["id"]: "".join(each["source"]) for each in json.loads(text)["cells"]}
    assert cells["q4-check"] == 'check("q4", q4)'
    assert cells["q4-answer"].splitlines()[0] == "q4 = ..."


def test_what_was_said_to_a_partly_right_answer_stands_in_the_graded_notebook(course: Path) -> None:
    path = course / "autograded" / "partly" / "01" / "01-one.ipynb"
    cells = {each["id"]: each for each in json.loads(path.read_text(encoding="utf-8"))["cells"]}
    told = json.dumps(cells["q4-check"]["outputs"])
    assert "q4: partly, 1 of 2 points. Right: Amina Rahmani. 1 still missing." in told
