"""``afkit report``: junit files as pytest writes them, and files that are none."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

import pytest
from click.testing import CliRunner, Result

from afkit import kit
from afkit.cli import main
from afkit.exercises import report
from afkit.exercises.check import NotFullMarksError, exercise
from tests.conftest import first_unit_only

SMALL_KIT = Path(__file__).resolve().parents[1] / "fixtures" / "kit"
EXERCISE = "exercises/01-one.ipynb"
CHECKS = {"q1": 2, "q2": 4, "q3": 6, "q4": 8, "q5": 10, "q6": 12}


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> kit.Kit:
    """A student's repository: the small kit without solutions."""
    root = tmp_path / "kit"
    shutil.copytree(SMALL_KIT, root, ignore=shutil.ignore_patterns("solutions"))
    first_unit_only(root)
    monkeypatch.setenv("AFKIT_ROOT", str(root))
    return kit.load(root)


def junit(course: kit.Kit, failures: dict[str, str], place: str = "exercises.01-one.ipynb") -> Path:
    """A junit file in which the checks of these questions failed with these errors."""
    failed = {CHECKS[name]: error for name, error in failures.items()}
    cases = ""
    for number in range(13):
        bad = ""
        if number in failed:
            text = f"#x1B[91mfailed#x1B[0m\nTraceback\n#x1B[31m{failed[number]}\n"
            text = text.replace("Error: ", "Error#x1B[39m: ")
            bad = f"<failure message='short'>{escape(text)}</failure>"
        cases += f"<testcase classname={quoteattr(place)} name='Cell {number}'>{bad}</testcase>"
    file = course.root / "junit.xml"
    file.write_text(f"<testsuites><testsuite>{cases}</testsuite></testsuites>", encoding="utf-8")
    return file


def strict(question: str, answer: object) -> str:
    """The last line of the traceback of a strict check."""
    said = exercise("01", SMALL_KIT).feedback(question, answer).text
    return f"{NotFullMarksError.__name__}: {said}"


def rows(course: kit.Kit, file: Path) -> dict[str, report.Row]:
    (found,) = report.read_junit(file, course)
    return {row.question: row for row in found.rows}


def edit(course: kit.Kit, change: Callable[[dict[str, str]], bool]) -> None:
    """Change or (False) drop cells of the exercise."""
    path = course.root / EXERCISE
    notebook = json.loads(path.read_text(encoding="utf-8"))
    before = json.dumps(notebook)
    notebook["cells"] = [cell for cell in notebook["cells"] if change(cell)]
    assert json.dumps(notebook) != before
    path.write_text(json.dumps(notebook), encoding="utf-8")


@pytest.mark.parametrize(
    ("question", "answer", "status", "points"),
    [
        ("q4", ["Amina Rahmani"], "partly", 1),
        ("q4", ["nobody"], "not yet", 0),
        ("q2", "August 2021", "partly", 1),
        ("q1", ..., "not answered yet", 0),
        ("q6", "too short", "not yet", 0),
    ],
)
def test_what_a_strict_check_says_is_understood(
    course: kit.Kit, question: str, answer: object, status: str, points: float
) -> None:
    feedback = exercise("01", SMALL_KIT).feedback(question, answer)
    assert (feedback.status, feedback.points) == (status, points), "the case itself"
    row = rows(course, junit(course, {question: strict(question, answer)}))[question]
    assert (row.status, row.points, row.most) == (status, points, feedback.most)
    assert row.message == feedback.message


def test_checks_that_pass_have_their_points_and_essays_wait_for_the_teacher(
    course: kit.Kit,
) -> None:
    found = rows(course, junit(course, {}))
    assert [(row.status, row.points) for row in found.values()] == [
        ("right", 1), ("right", 2), ("right", 1), ("right", 2), ("right", 1),
        ("for your teacher", 0),
    ]  # fmt: skip
    assert report.totals(found.values()) == {"points": 7, "most": 7, "for_teacher": 4}


@pytest.mark.parametrize(
    "error",
    [
        "NotFullMarksError: q4: partly, 99 of 2 points. Mine.",
        "NotFullMarksError: q1: partly, 2 of 2 points.",
        "NotFullMarksError: q4: not yet, 2 of 2 points.",
    ],
)
def test_no_text_gives_more_than_there_is(course: kit.Kit, error: str) -> None:
    row = rows(course, junit(course, {"q4": error}))["q4"]
    assert row.points == (2 if "99" in error else 0)


def test_a_check_without_its_cell_is_not_answered(course: kit.Kit) -> None:
    edit(course, lambda cell: cell["id"] != "q6-check")
    row = rows(course, junit(course, {}))["q6"]
    assert (row.status, row.message) == (
        "not answered yet", 'its check cell is missing; expected check("q6", q6)',
    )  # fmt: skip


@pytest.mark.parametrize("source", ["pass", 'check("q2", q2)', "def (", 'check("q1", q1) or 1'])
def test_a_changed_check_cell_earns_nothing(course: kit.Kit, source: str) -> None:
    def change(cell: dict[str, str]) -> bool:
        if cell["id"] == "q1-check":
            cell["source"] = source
        return True

    edit(course, change)
    row = rows(course, junit(course, {}))["q1"]
    assert (row.status, row.points) == ("not answered yet", 0)
    assert "was changed" in row.message


def test_cells_that_lost_their_ids_are_known_by_their_text(course: kit.Kit) -> None:
    def change(cell: dict[str, str]) -> bool:
        cell["id"] = f"new-{cell['id'][::-1]}"
        return True

    edit(course, change)
    found = rows(course, junit(course, {"q4": strict("q4", ["Amina Rahmani"])}))
    assert (found["q1"].points, found["q4"].points) == (1, 1)


def test_cells_before_a_check_may_come_and_go(course: kit.Kit) -> None:
    edit(course, lambda cell: cell["id"] != "q1-answer")
    found = rows(course, junit(course, {"q4": "Error: nothing checked here any more"}))
    assert found["q4"].status == "right", "its check is now one cell earlier"


def test_a_check_that_was_not_run_is_not_answered(course: kit.Kit) -> None:
    file = junit(course, {})
    text = file.read_text(encoding="utf-8")
    assert text.count("'Cell 8'") == 1
    file.write_text(text.replace("'Cell 8'", "'Cell 88'"), encoding="utf-8")
    row = rows(course, file)["q4"]
    assert (row.status, row.points) == ("not answered yet", 0)
    assert row.message.startswith("its check cell was not run")


def test_an_error_of_the_check_itself_is_told(course: kit.Kit) -> None:
    row = rows(course, junit(course, {"q5": "NameError: name 'q5' is not defined"}))["q5"]
    assert (row.status, row.points) == ("not yet", 0)
    assert row.message == "the check does not run: NameError: name 'q5' is not defined"


def test_a_kit_in_a_folder_of_the_repository_is_found(course: kit.Kit) -> None:
    file = junit(course, {}, place="course.one.exercises.01-one.ipynb")
    assert rows(course, file)["q1"].points == 1


def test_markdown_keeps_a_students_text_a_text(course: kit.Kit) -> None:
    error = "NotFullMarksError: q3: not yet, 0 of 1 point. No '<b>a|b</b> [x](y)' here."
    text = report.as_markdown(report.read_junit(junit(course, {"q3": error}), course))
    assert r"No '&lt;b&gt;a\|b&lt;/b&gt; \[x\](y)' here." in text


@pytest.fixture
def run(course: kit.Kit, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """The command, in the student's repository."""
    monkeypatch.chdir(course.root)
    monkeypatch.delenv("AFKIT_ROOT", raising=False)

    def afkit(*arguments: str) -> Result:
        return CliRunner().invoke(main, ["report", *arguments], prog_name="afkit")

    return afkit


def test_the_command_prints_a_table_and_totals(course: kit.Kit, run: Callable[..., Result]) -> None:
    junit(course, {"q4": strict("q4", ["Amina Rahmani"])})
    result = run("junit.xml")
    assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    (q4,) = [line for line in lines if "│ q4 " in line]
    assert [cell.strip() for cell in q4.split("│")][1:5] == ["q4", "partly", "1", "2"]
    assert lines[-1] == "6 of 7 points; 4 more are for your teacher to give"


def test_the_summary_is_appended(course: kit.Kit, run: Callable[..., Result]) -> None:
    junit(course, {})
    summary = course.root / "summary.md"
    summary.write_text("before\n", encoding="utf-8")
    result = run("junit.xml", "--json", "--summary", "summary.md")
    assert json.loads(result.stdout)["points"] == 7
    text = summary.read_text(encoding="utf-8")
    assert text.startswith("before\n### exercises/01-one.ipynb\n")
    assert "| q6 | for your teacher | – | 4 |" in text


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "junit.xml cannot be read (No such file or directory); expected"),
        ("", "junit.xml is no XML"),
        ("{}", "junit.xml is no XML"),
        ("<html/>", "junit.xml holds <html>; expected the file that pytest writes"),
        ("<testsuites/>", "junit.xml holds no test;"),
        (
            "<testsuite><testcase classname='tests.unit' name='test_a'/></testsuite>",
            f"tells of no exercise of this kit; found tests.unit, expected {EXERCISE}",
        ),
        (
            "<testsuite><testcase classname='a.exercises.01-one.ipynb' name='Cell 0'/>"
            "<testcase classname='b.exercises.01-one.ipynb' name='Cell 0'/></testsuite>",
            "run one kit at a time",
        ),
    ],
)
def test_a_file_that_is_no_report_is_named(
    course: kit.Kit, run: Callable[..., Result], content: str | None, said: str
) -> None:
    if content is not None:
        (course.root / "junit.xml").write_text(content, encoding="utf-8")
    result = run("junit.xml")
    assert result.exit_code == 1
    assert isinstance(result.exception, SystemExit), repr(result.exception)
    assert said in result.stderr


def test_a_summary_that_cannot_be_written_is_named(
    course: kit.Kit, run: Callable[..., Result]
) -> None:
    junit(course, {})
    result = run("junit.xml", "--summary", "no-such-folder/summary.md")
    assert result.exit_code == 1
    assert isinstance(result.exception, SystemExit), repr(result.exception)
    assert "no-such-folder/summary.md cannot be written" in result.stderr
