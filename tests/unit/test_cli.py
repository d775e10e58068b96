"""The ``afkit`` command: what it says, what it returns, and that nobody sees a traceback."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from afkit import cli, kit
from afkit.exercises import author, verify
from afkit.exercises.verify import CellResult, NotebookResult

FILE = "solutions/01-one.ipynb"
EXERCISE = "exercises/01-one.ipynb"
LESSON = "notebooks/01-one.ipynb"
Edit = Callable[[str, str, str], None]


def afkit(*arguments: str) -> Result:
    """One run of the command."""
    return CliRunner().invoke(cli.main, arguments, prog_name="afkit")


def stopped(result: Result) -> str:
    """What a run that failed said; it must have ended with exit status 1 and no traceback."""
    assert result.exit_code == 1
    assert isinstance(result.exception, SystemExit), repr(result.exception)
    assert "Traceback" not in result.output
    return result.stderr.lstrip()


def executed(course: kit.Kit, paths: Iterable[Path]) -> list[NotebookResult]:
    """Results as if every cell of these notebooks had passed."""
    results = []
    for path in paths:
        cells = author.read(path, course.root)["cells"]
        passed = [
            CellResult(number, cell["id"], passed=True)
            for number, cell in enumerate(cells, start=1)
            if cell["cell_type"] == "code"
        ]
        results.append(NotebookResult(path.relative_to(course.root).as_posix(), passed))
    return results


@pytest.fixture
def fail(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Take execution out of ``afkit check``; cells named to the function fail, the rest pass."""
    failing: dict[tuple[str, str], str] = {}
    strictness: list[bool] = []

    def run(
        course: kit.Kit, paths: Iterable[Path], *, strict: bool, step: verify.Step
    ) -> list[NotebookResult]:
        strictness.append(strict)
        results = executed(course, paths)
        for result in results:
            assert strict == result.path.startswith("solutions/")
            for place, cell in enumerate(result.cells):
                step()
                reason = failing.get((result.path, cell.id))
                if reason:
                    result.cells[place] = CellResult(cell.number, cell.id, False, reason)
        return results

    def name(path: str, cell: str, reason: str) -> None:
        failing[path, cell] = reason

    monkeypatch.setattr(verify, "run", run)
    return name


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], ["Students:", "Authors:", "lab", "build", "check"]),
        (["lab"], ["JupyterLab", "--no-browser"]),
        (["build"], ["--check", "--run", "exercises/", "solutions/"]),
        (["check"], ["--json", "[UNITS]...", "Exit status 0 only if all is well."]),
    ],
)
@pytest.mark.parametrize("flag", ["--help", "-h"])
def test_every_command_explains_itself(arguments: list[str], words: list[str], flag: str) -> None:
    result = afkit(*arguments, flag)
    assert result.exit_code == 0
    assert not [word for word in words if word not in result.output]


def test_help_needs_no_kit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AFKIT_ROOT", str(tmp_path))
    assert afkit("check", "--help").exit_code == 0


def test_the_version_is_told() -> None:
    result = afkit("--version")
    assert result.exit_code == 0
    assert result.output.startswith("afkit, version ")


@pytest.mark.parametrize("command", ["lab", "build", "check"])
def test_without_a_kit_the_command_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.setenv("AFKIT_ROOT", str(tmp_path))
    said = stopped(afkit(command))
    assert said.startswith("no kit.toml in ")
    assert "set AFKIT_ROOT to the kit's folder" in said


@pytest.mark.parametrize("command", ["lab", "build", "check"])
def test_a_damaged_page_is_named(small_kit: Path, edit: Edit, command: str) -> None:
    edit("kit.toml", "minutes = 10", "minutes = ten")
    assert stopped(afkit(command)).startswith("kit.toml is not readable TOML")


@pytest.mark.parametrize("arguments", [["build"], ["build", "--check"]])
def test_a_kit_in_step_is_said_to_be(small_kit: Path, arguments: list[str]) -> None:
    result = afkit(*arguments)
    assert (result.exit_code, result.output) == (0, "everything is in step\n")


def test_build_lists_what_it_wrote(small_kit: Path, edit: Edit) -> None:
    edit(EXERCISE, '"When does she speak?"', '"When?"')
    result = afkit("build")
    assert (result.exit_code, result.stdout) == (0, f"written      {EXERCISE}\n")
    assert afkit("build", "--check").exit_code == 0


def test_build_check_lists_what_is_out_of_date_and_writes_nothing(
    small_kit: Path, edit: Edit
) -> None:
    edit(EXERCISE, '"When does she speak?"', '"When?"')
    edit(LESSON, '"execution_count": null', '"execution_count": 2')
    before = (small_kit / EXERCISE).read_bytes()
    result = afkit("build", "--check")
    said = stopped(result)
    assert result.stdout.splitlines() == [
        f"out of date  {LESSON}: not in normal form",
        f"out of date  {EXERCISE}: not what {FILE} makes",
    ]
    assert said == "2 files are out of date; 'afkit build' makes them anew\n"
    assert (small_kit / EXERCISE).read_bytes() == before


def test_build_check_counts_one_file_as_one(small_kit: Path, edit: Edit) -> None:
    edit(EXERCISE, '"When does she speak?"', '"When?"')
    assert "1 files" not in stopped(afkit("build", "--check"))


@pytest.mark.parametrize("arguments", [["build"], ["build", "--check"], ["check"]])
@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('kind = \\"name\\"', 'kind = \\"nome\\"', f"{FILE}, cell 14: kind 'nome'; expected"),
        ('"nbformat": 4', '"nbformat": 3', f"{FILE}: nbformat 3; open and save it in JupyterLab"),
        ('"cells": [', '"cells": ', f"{FILE} is no notebook"),
        ("amina-speaks/date", "amina-sings/date", f"{FILE}, cell 10: fact 'events/amina-sings"),
    ],
)  # fmt: skip
def test_an_authors_mistake_is_told_without_a_traceback(
    edit: Edit, arguments: list[str], old: str, new: str, said: str
) -> None:
    edit(FILE, old, new)
    assert stopped(afkit(*arguments)).startswith(said)


@pytest.mark.parametrize("arguments", [["build"], ["build", "--check"]])
def test_facts_that_cannot_be_read_stop_a_build(edit: Edit, arguments: list[str]) -> None:
    edit("data/events.csv", "amina-speaks,2021-08-19", "amina-speaks,19.8.2021")
    said = stopped(afkit(*arguments))
    assert said.startswith("data/events.csv, row 2 (amina-speaks)")
    assert "'19.8.2021'" in said


def test_check_says_one_json_object_and_nothing_else(
    small_kit: Path, fail: Callable[..., None]
) -> None:
    result = afkit("check", "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout) == {
        "notebooks": {"passed": 3, "failed": 0},
        "questions": {"total": 6, "graded_full": 6},
        "data_errors": 0,
    }
    assert result.stderr == ""


def test_check_shows_a_table_for_people(small_kit: Path, fail: Callable[..., None]) -> None:
    result = afkit("check", "01")
    assert result.exit_code == 0
    assert not [name for name in (LESSON, EXERCISE, FILE) if name not in result.stdout]
    assert "FAILED" not in result.stdout
    assert "6 of 6 questions are answered in full by their own solution" in result.stdout


def test_check_names_file_cell_and_reason_of_a_failure(
    small_kit: Path, fail: Callable[..., None]
) -> None:
    fail(LESSON, "one-02", "NameError: name 'afkit' is not defined")
    fail(FILE, "q2-check", "NotFullMarksError: q2: not yet")
    result = afkit("check", "--json")
    assert stopped(result).splitlines() == [
        f"{LESSON}, cell 2 (one-02): NameError: name 'afkit' is not defined",
        f"{FILE}, cell 9 (q2-check): NotFullMarksError: q2: not yet",
    ]
    assert json.loads(result.stdout) == {
        "notebooks": {"passed": 1, "failed": 2},
        "questions": {"total": 6, "graded_full": 5},
        "data_errors": 0,
    }
    shown = afkit("check")
    assert shown.stdout.count("FAILED") == 2
    assert "5 of 6 questions" in shown.stdout


def test_an_answer_cell_that_fails_does_not_count_as_its_question(
    small_kit: Path, fail: Callable[..., None]
) -> None:
    fail(EXERCISE, "q1-check", "mismatch")
    fail(FILE, "q1-answer", "SyntaxError")
    result = afkit("check", "--json")
    assert json.loads(result.stdout)["questions"] == {"total": 6, "graded_full": 6}
    assert result.exit_code == 1


def test_check_counts_an_exercise_edited_by_hand_as_failed(
    edit: Edit, fail: Callable[..., None]
) -> None:
    edit(EXERCISE, '"When does she speak?"', '"When?"')
    result = afkit("check", "--json")
    said = stopped(result)
    assert f"{EXERCISE}: not what {FILE} makes" in said
    assert "afkit build" in said
    assert json.loads(result.stdout)["notebooks"] == {"passed": 2, "failed": 1}


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("exercises/01-one.manifest.json", '"points": 4', '"points": 5'),
        ("data/datapackage.json", '"resources"', '"resource"'),
    ],
)
def test_check_fails_for_other_made_files_too(
    edit: Edit, fail: Callable[..., None], file: str, old: str, new: str
) -> None:
    edit(file, old, new)
    said = stopped(afkit("check"))
    assert said.startswith(f"{file}: not what ")
    assert said.endswith("; run 'afkit build'\n")


def test_check_counts_and_lists_mistakes_in_the_facts(
    edit: Edit, fail: Callable[..., None]
) -> None:
    edit("data/roles.csv", "amina-speaker,amina-rahmani", "amina-speaker,nobody")
    edit("data/mentions.csv", "this Thursday", "this Friday")
    result = afkit("check", "--json")
    roles, mentions = stopped(result).splitlines()
    assert roles.startswith("data/roles.csv, row 2 (amina-speaker): ")
    assert "'nobody'" in roles
    assert mentions.startswith("data/mentions.csv, row 3 (mention-day): ")
    assert "'this Friday' 0 times in the article" in mentions
    assert json.loads(result.stdout)["data_errors"] == 2


def test_a_broken_notebook_beside_broken_facts_gives_no_traceback(
    edit: Edit, fail: Callable[..., None]
) -> None:
    edit("data/roles.csv", "amina-speaker,amina-rahmani", "amina-speaker,nobody")
    edit(LESSON, '"nbformat": 4', '"nbformat": 3')
    assert f"{LESSON}: nbformat 3" in stopped(afkit("check"))


@pytest.mark.parametrize("text", ["", "{}"])
def test_a_damaged_manifest_gives_no_traceback(
    small_kit: Path, fail: Callable[..., None], text: str
) -> None:
    (small_kit / "exercises" / "01-one.manifest.json").write_text(text, encoding="utf-8")
    assert "exercises/01-one.manifest.json: not what" in stopped(afkit("check"))


def test_a_lost_manifest_is_said_to_be_lost(small_kit: Path, fail: Callable[..., None]) -> None:
    (small_kit / "exercises" / "01-one.manifest.json").unlink()
    assert "exercises/01-one.manifest.json: not there yet" in stopped(afkit("check"))


def test_an_unknown_unit_lists_those_there_are(small_kit: Path) -> None:
    said = stopped(afkit("check", "99"))
    assert said == "kit.toml: there is no unit '99'; the units are 01\n"


def test_a_students_bundle_without_solutions_has_nothing_to_grade(
    small_kit: Path, fail: Callable[..., None]
) -> None:
    (small_kit / FILE).unlink()
    (small_kit / "solutions").rmdir()
    result = afkit("check", "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout) == {
        "notebooks": {"passed": 2, "failed": 0},
        "questions": {"total": 0, "graded_full": 0},
        "data_errors": 0,
    }


def test_a_notebook_fails_with_its_cells_or_with_a_reason() -> None:
    good, bad = CellResult(1, "a", passed=True), CellResult(2, "b", passed=False, reason="no")
    assert NotebookResult("n").passed
    assert NotebookResult("n", [good]).passed
    assert not NotebookResult("n", [good, bad]).passed
    assert not NotebookResult("n", [good], "only 1 of 2 cells were executed").passed


def test_no_notebooks_need_no_process(small_kit: Path) -> None:
    assert verify.run(kit.load(), [], strict=True, step=lambda: None) == []


def test_code_cells_are_counted_without_text_and_keys(small_kit: Path) -> None:
    assert verify.code_cells(small_kit / FILE, small_kit) == 13


@pytest.mark.parametrize(
    ("report", "reason"),
    [
        ("", ""),
        ("\x1b[91mCell 3: Cell execution caused an exception\x1b[0m\nmore", "Cell 3: Cell exec"),
        ("Traceback\nNameError: name 'x' is not defined\n", "NameError: name 'x' is not defined"),
        ("ValueError: first\nKeyError: 'last'\n  more", "KeyError: 'last'"),
        ("Cell 1: Cell outputs differ\n mismatch 'text/plain'\n", "mismatch 'text/plain'"),
    ],
)  # fmt: skip
def test_the_telling_line_of_a_report_is_found(report: str, reason: str) -> None:
    found = verify._reason(report)
    assert found.startswith(reason)
    assert "\x1b" not in found
