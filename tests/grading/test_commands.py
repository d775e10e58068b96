"""The commands of a class, as a teacher types them: from what students get to what Canvas reads."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from afkit.cli import main
from afkit.grading.gradebook import Gradebook, Manual
from tests.conftest import SMALL_KIT
from tests.grading import classroom

COUNT = 6


@pytest.fixture(scope="module", autouse=True)
def _fixture_kit() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AFKIT_ROOT", str(SMALL_KIT))
        yield


def afkit(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(each) for each in arguments], prog_name="afkit")


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A class that was graded: six students and a text that somebody handed in."""
    folder = tmp_path_factory.mktemp("room")
    classroom.hand_in(SMALL_KIT, folder / "submitted", COUNT)
    bad = folder / "submitted" / "zz-text" / "02"
    bad.mkdir(parents=True)
    (bad / "work.ipynb").write_text("print(1)", encoding="utf-8")
    result = grade(folder)
    assert result.exit_code == 0, result.output
    (folder / "graded.jsonl").write_text(result.stdout, encoding="utf-8")
    return folder


def grade(folder: Path, *more: object) -> Result:
    where = ("--unit", "02", "--gradebook", folder / "class.sqlite")
    return afkit("grade", folder / "submitted", *where, "--workers", 2, "--json", *more)


def rows(text: str) -> dict[str, dict[str, object]]:
    return {row["student"]: row for row in map(json.loads, text.splitlines())}


def test_grading_tells_one_object_for_each_submission(room: Path) -> None:
    found = rows((room / "graded.jsonl").read_text(encoding="utf-8"))
    assert len(found) == COUNT + 1
    assert set(found["student-000"]) == {
        "student", "unit", "score", "max", "status", "reason", "repaired", "seconds",
    }  # fmt: skip
    first, bad = found["student-000"], found["zz-text"]
    assert (first["score"], first["max"], first["status"]) == (26, 30, "needs-marking")
    assert (bad["score"], bad["max"], bad["status"]) == (0, 30, "failed")
    assert "hand in the .ipynb" in str(bad["reason"])


def test_resuming_says_the_same_again(room: Path) -> None:
    again = grade(room, "--resume")
    assert again.exit_code == 0, again.output
    assert rows(again.stdout) == rows((room / "graded.jsonl").read_text(encoding="utf-8"))


def test_a_regrade_says_the_same_without_a_run(room: Path) -> None:
    result = afkit("regrade", "--unit", "02", "--gradebook", room / "class.sqlite", "--json")
    assert result.exit_code == 0, result.output
    assert rows(result.stdout) == rows((room / "graded.jsonl").read_text(encoding="utf-8"))


def test_the_table_counts_what_is_left_to_do(room: Path) -> None:
    result = afkit("regrade", "--unit", "02", "--gradebook", room / "class.sqlite")
    assert "student-000" in result.stdout
    assert "failed         1" in result.stdout


def test_feedback_is_a_page_for_each_student_and_holds_no_other(room: Path) -> None:
    result = afkit(
        "feedback", "--unit", "02", "--gradebook", room / "class.sqlite", "--to", room / "pages"
    )
    assert result.exit_code == 0, result.output
    pages = {path.stem: path.read_text(encoding="utf-8") for path in (room / "pages").iterdir()}
    assert len(pages) == COUNT + 1
    for name, text in pages.items():
        assert name in text
        assert not any(other in text for other in pages if other != name)
    assert "Your work could not be graded" in pages["zz-text"]
    assert "For the teacher." not in "".join(pages.values())


def test_a_page_shows_rubric_and_comment_of_a_mark_by_hand(room: Path) -> None:
    path = room / "class.sqlite"
    with Gradebook(path) as book:
        (first, *_) = book.submissions("02")
        (essay,) = (each for each in first.items if each.question == "q15")
        text = str(essay.answer)
        book.mark_by_hand(
            Manual(first.student, "02", "q15", text, {"answer": 3}, 3, "Say *which* sheep.")
        )
    result = afkit(
        "feedback", "--unit", "02", "--gradebook", path, "--to", room / "one", "--student",
        "student-000",
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    (page,) = (room / "one").iterdir()
    shown = page.read_text(encoding="utf-8")
    assert "3 of 4: good" in shown
    assert "Say <em>which</em> sheep." in shown
    assert "29 of 30 points" in shown
    with Gradebook(path) as book:
        assert book.undo_by_hand("02", "student-000", "q15")


@pytest.mark.parametrize("form", ["csv", "json", "canvas", "moodle", "nbgrader"])
def test_marks_are_written_for_every_reader(room: Path, form: str) -> None:
    to = room / f"marks-{form}"
    result = afkit(
        "export", "--unit", "02", "--gradebook", room / "class.sqlite", "--format", form, "--to", to
    )
    assert result.exit_code == 0, result.output
    text = to.read_text(encoding="utf-8-sig")
    if form == "json":
        assert len(json.loads(text)) == COUNT + 1
    else:
        assert len(text.splitlines()) >= 1
    if form in ("csv", "nbgrader"):
        assert "student-000" in text


def test_canvas_gets_its_own_file_back_with_marks_in_it(room: Path) -> None:
    exported = room / "canvas.csv"
    exported.write_text(
        "Student,ID,SIS User ID,SIS Login ID,Section,Unit 02 (77)\n"
        "    Points Possible,,,,,30\n"
        'Zero,1,,student-005,S,\n"Somebody, Else",2,,other,S,\n',
        encoding="utf-8",
    )
    result = afkit(
        "export", "--unit", "02", "--gradebook", room / "class.sqlite", "--format", "canvas",
        "--fill", exported, "--column", "Unit 02 (77)", "--to", room / "filled.csv",
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    score = rows((room / "graded.jsonl").read_text(encoding="utf-8"))["student-005"]
    filled = (room / "filled.csv").read_text(encoding="utf-8")
    if score["status"] == "graded":
        assert f"Zero,1,,student-005,S,{score['score']:g}" in filled
    assert '"Somebody, Else",2,,other,S,\n' in filled
    assert "not in the file: " in result.stderr


def test_items_tell_every_question_and_draw_them(room: Path) -> None:
    where = ("--unit", "02", "--gradebook", room / "class.sqlite")
    result = afkit("items", *where, "--json", "--plot", room / "items.svg")
    assert result.exit_code == 0, result.output
    found = [json.loads(line) for line in result.stdout.splitlines()]
    assert [each["question"] for each in found] == [f"q{n}" for n in range(1, 16)]
    assert all(each["submissions"] == COUNT for each in found)
    assert (room / "items.svg").read_text(encoding="utf-8").count("<svg") == 1
    assert "q15" in afkit("items", *where).stdout


def test_marking_opens_on_a_notebook_that_names_its_gradebook(room: Path) -> None:
    result = afkit(
        "mark", "--unit", "02", "--gradebook", room / "class.sqlite", "--to", room / "mark.ipynb"
    )
    assert result.exit_code == 0, result.output
    assert "answers marked" in result.stdout
    assert str(room / "class.sqlite") in (room / "mark.ipynb").read_text(encoding="utf-8")


def test_students_get_a_bundle_without_solutions(tmp_path: Path) -> None:
    result = afkit("assign", "02", "--to", tmp_path / "bundle")
    assert result.exit_code == 0, result.output
    names = {path.name for path in (tmp_path / "bundle").rglob("*")}
    assert "02-every-kind.ipynb" in names
    assert not {"solutions", "tests", "01-one.ipynb"} & names


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["grade", "nowhere", "--unit", "02", "--gradebook", "g"], "nowhere"),
        (["grade", ".", "--unit", "09", "--gradebook", "g"], "there is no unit '09'"),
        (["regrade", "--unit", "02", "--gradebook", "g"], "'afkit grade' makes it"),
        (["feedback", "--unit", "02", "--gradebook", "g", "--to", "f"], "'afkit grade' makes it"),
        (["export", "--gradebook", "g", "--to", "f"], "'afkit grade' makes it"),
        (["items", "--unit", "02", "--gradebook", "g"], "'afkit grade' makes it"),
        (["mark", "--unit", "02", "--gradebook", "g"], "'afkit grade' makes it"),
        (["assign", "77", "--to", "b"], "there is no unit '77'"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_line_and_nothing_is_made(
    arguments: list[str], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = afkit(*arguments)
    assert result.exit_code == 1
    assert isinstance(result.exception, SystemExit), repr(result.exception)
    assert said in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_student_has_no_page(room: Path, tmp_path: Path) -> None:
    result = afkit(
        "feedback", "--unit", "02", "--gradebook", room / "class.sqlite", "--to", tmp_path / "f",
        "--student", "nobody",
    )  # fmt: skip
    assert result.exit_code == 1
    assert "no submission of unit 02 by 'nobody'" in result.stderr
