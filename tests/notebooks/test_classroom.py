"""Classroom CI on a student's repository: the commands of README and CI files, run as they stand.

The steps that install the kit are left out: the kit that is under test is installed already.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from afkit.exercises.answer import MIME
from tests.conftest import first_unit_only

ROOT = Path(__file__).resolve().parents[2]
CLASSROOM = ROOT / "deploy" / "classroom"
SMALL_KIT = ROOT / "tests" / "fixtures" / "kit"
EXERCISE = "exercises/01-one.ipynb"
RIGHT = {
    "q1": '"a"',
    "q2": '"2021-08-19"',
    "q3": '"Amin Rahmani"',
    "q4": '["Amina Rahmani", "Amin Rahmani"]',
    "q5": "118",
    "q6": '"One two three four five six seven eight nine ten sheep [@valley-2020-register]."',
}


def sh(command: str, folder: Path, **more: str) -> None:
    """Run a command as a CI runner does: bash, stopping at the first mistake."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    free = {name: value for name, value in os.environ.items() if not name.startswith("AFKIT")}
    done = subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", command],
        cwd=folder, env={**free, "PATH": path, **more}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"


def github(repository: Path) -> Path:
    """Run the job of the workflow; the step summary."""
    workflow = yaml.safe_load((repository / ".github/workflows/points.yml").read_text())
    summary = repository / "summary.md"
    for step in workflow["jobs"]["points"]["steps"]:
        if "run" in step and step["name"] != "Install the kit":
            sh(step["run"], repository, GITHUB_STEP_SUMMARY=str(summary), **step.get("env", {}))
    return summary


def gitlab(repository: Path) -> Path:
    """Run the script of the job; its table in Markdown."""
    job = yaml.safe_load((repository / ".gitlab-ci.yml").read_text())["points"]
    sh("\n".join(job["script"]), repository, **job["variables"])
    return repository / "points.md"


@dataclass(frozen=True)
class Points:
    """What a run of CI left behind."""

    said: dict[str, Any]
    summary: str

    @property
    def by_question(self) -> dict[str, tuple[str, float]]:
        rows = [row for each in self.said["notebooks"] for row in each["questions"]]
        return {row["question"]: (row["status"], row["points"]) for row in rows}

    def message(self, question: str) -> str:
        rows = [row for each in self.said["notebooks"] for row in each["questions"]]
        (row,) = [row for row in rows if row["question"] == question]
        return str(row["message"])


@pytest.fixture(scope="module")
def assignment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An assignment repository, made with the commands of README.md from the small kit."""
    folder = tmp_path_factory.mktemp("teacher")
    shutil.copytree(SMALL_KIT, folder / "kit")
    first_unit_only(folder / "kit")
    shutil.copytree(CLASSROOM, folder / "kit" / "deploy" / "classroom")
    blocks = re.findall(r"```sh\n(.*?)```", (CLASSROOM / "README.md").read_text(), re.DOTALL)
    (making,) = [each for each in blocks if "mkdir" in each]
    sh(making, folder / "kit")
    return folder / "assignment"


def answered(notebook: Path, answers: dict[str, str]) -> None:
    """Write answers into a notebook as a student does, without running any cell."""
    made = json.loads(notebook.read_text(encoding="utf-8"))
    for cell in made["cells"]:
        name, _, part = cell["id"].partition("-")
        if part == "answer" and name in answers:
            cell["source"] = f"{name} = {answers[name]}"
    notebook.write_text(json.dumps(made), encoding="utf-8")


@pytest.fixture(scope="module")
def pushed(assignment: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Points]:
    """Push a student's answers, and run CI on them."""

    def push(
        answers: dict[str, str],
        ci: Callable[[Path], Path] = github,
        then: Callable[[Path], None] = lambda _: None,
    ) -> Points:
        repository = tmp_path_factory.mktemp("student") / "repository"
        shutil.copytree(assignment, repository)
        answered(repository / EXERCISE, answers)
        then(repository / EXERCISE)
        summary = ci(repository)
        said = json.loads((repository / "points.json").read_text(encoding="utf-8"))
        return Points(said, summary.read_text(encoding="utf-8"))

    return push


def test_the_assignment_holds_no_solution(assignment: Path) -> None:
    names = {path.name for path in assignment.iterdir()}
    assert names == {
        ".github", ".gitlab-ci.yml", "kit.toml", "readings", "data", "notebooks", "exercises",
    }  # fmt: skip


@pytest.mark.parametrize("ci", [github, gitlab])
def test_an_untouched_notebook_has_no_points_and_no_failure(
    pushed: Callable[..., Points], ci: Callable[[Path], Path]
) -> None:
    points = pushed({}, ci)
    assert points.by_question == dict.fromkeys(RIGHT, ("not answered yet", 0))
    assert "**0 of 7 points; 4 more are for your teacher to give**" in points.summary


@pytest.fixture(scope="module")
def half_done(pushed: Callable[..., Points]) -> Points:
    """Two right, one partly right, one that does not run, one wrong, one left open."""
    return pushed(
        {"q1": '"a"', "q2": "1/0", "q3": '"Amina"', "q4": '["Amina Rahmani"]', "q6": '"Sheep."'}
    )


def test_half_done_work_has_the_points_of_its_parts(half_done: Points) -> None:
    assert half_done.by_question == {
        "q1": ("right", 1),
        "q2": ("not yet", 0),
        "q3": ("not yet", 0),
        "q4": ("partly", 1),
        "q5": ("not answered yet", 0),
        "q6": ("not yet", 0),
    }
    assert (half_done.said["points"], half_done.said["most"]) == (2, 7)


def test_what_was_said_in_the_notebook_is_said_again(half_done: Points) -> None:
    assert half_done.message("q4") == "Right: Amina Rahmani. 1 still missing."
    assert "write at least 10" in half_done.message("q6")
    assert half_done.message("q2").endswith("does not run: ZeroDivisionError: division by zero")
    assert "| q4 | partly | 1 | 2 | Right: Amina Rahmani. 1 still missing. |" in half_done.summary


@pytest.mark.parametrize("ci", [github, gitlab])
def test_right_answers_whose_checks_were_never_run_have_all_points(
    pushed: Callable[..., Points], ci: Callable[[Path], Path]
) -> None:
    points = pushed(RIGHT, ci)
    assert points.by_question == {
        "q1": ("right", 1),
        "q2": ("right", 2),
        "q3": ("right", 1),
        "q4": ("right", 2),
        "q5": ("right", 1),
        "q6": ("for your teacher", 0),
    }
    assert "**7 of 7 points; 4 more are for your teacher to give**" in points.summary


def test_a_stale_reply_in_the_file_changes_nothing(pushed: Callable[..., Points]) -> None:
    def stale(notebook: Path) -> None:
        text = notebook.read_text(encoding="utf-8")
        assert text.count("q1: not answered yet.") == 2
        notebook.write_text(text.replace("q1: not answered yet.", "q1: right, 1 of 1 point."))

    points = pushed({"q1": '"b"', "q2": RIGHT["q2"]}, then=stale)
    found = [points.by_question[name] for name in ("q1", "q2")]
    assert found == [("not yet", 0), ("right", 2)], "stored: right, not answered yet"


def test_answers_given_with_controls_count_though_no_page_is_open(
    pushed: Callable[..., Points],
) -> None:
    def controls(notebook: Path) -> None:
        made = json.loads(notebook.read_text(encoding="utf-8"))
        for name, answer in (("q1", "a"), ("q4", ["Amina Rahmani"])):
            at = next(n for n, cell in enumerate(made["cells"]) if cell["id"] == f"{name}-check")
            wire = {"question": name, "answer": answer}
            output = {"output_type": "display_data", "metadata": {}, "data": {MIME: wire}}
            asked = {
                "cell_type": "code", "id": f"{name}-asked", "metadata": {}, "execution_count": 1,
                "source": f'check.ask("{name}")', "outputs": [output],
            }  # fmt: skip
            made["cells"].insert(at, asked)
        notebook.write_text(json.dumps(made), encoding="utf-8")

    points = pushed({}, then=controls)
    found = [points.by_question[name] for name in ("q1", "q4", "q2")]
    assert found == [("right", 1), ("partly", 1), ("not answered yet", 0)]


def test_a_notebook_that_git_merged_badly_is_named_and_the_run_goes_on(
    pushed: Callable[..., Points],
) -> None:
    def merged(notebook: Path) -> None:
        notebook.write_text("<<<<<<< HEAD\n" + notebook.read_text(encoding="utf-8"))

    points = pushed(RIGHT, then=merged)
    assert points.by_question == dict.fromkeys(RIGHT, ("not answered yet", 0))
    (notebook,) = points.said["notebooks"]
    assert notebook["reason"].startswith(f"{EXERCISE} is no notebook")
    assert f"{EXERCISE} is no notebook" in points.summary
