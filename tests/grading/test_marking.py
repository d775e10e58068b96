"""Written answers marked by a person: without names, by keyboard, with undo; marks that stay."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from afkit import kit
from afkit.grading.gradebook import Gradebook
from afkit.grading.marking import Desk, Session, marking
from afkit.grading.records import GradingError, Ran
from afkit.grading.score import Item
from tests.conftest import ROOT
from tests.grading.test_gradebook import ENTRY

QUESTION = "q12"
STUDENTS = ("amina", "bashir", "chaman")


def item(text: object) -> Item:
    return Item(QUESTION, "essay", "ready", 0, 8, "", text, marking=True)  # type: ignore[arg-type]


@pytest.fixture
def path(tmp_path: Path, real_kit: Path) -> Path:
    found = tmp_path / "class.sqlite"
    with Gradebook(found, grading=True) as book:
        for number, student in enumerate(STUDENTS):
            text = f"Words of answer {number}.\n\nA <b>second</b> part."
            ran = Ran(answers={QUESTION: text})
            made = replace(ENTRY, student=student, sha256=student, ran=ran, items=(item(text),))
            book.add(made)
        blank = Item(QUESTION, "essay", "not answered yet", 0, 8, "", None)
        book.add(replace(ENTRY, student="dina", sha256="d", ran=Ran(), items=(blank,)))
    return found


@pytest.fixture
def session(path: Path) -> Iterator[Session]:
    with Gradebook(path) as book:
        yield Session(book, kit.load(ROOT), "01", QUESTION, "Ms Noor")


def scores(path: Path) -> dict[str, float]:
    with Gradebook(path) as book:
        return {each.student: each.score for each in book.submissions("01")}


def test_blank_answers_need_no_marking(session: Session) -> None:
    assert {each.student for each in session.answers} == set(STUDENTS)
    assert session.marked == 0


def test_points_are_the_share_of_the_highest_levels(session: Session) -> None:
    assert session.points(session.levels("4 4 4 4")) == 8
    assert session.points(session.levels("3233")) == 5.5
    assert session.points(session.levels("0000")) == 0


@pytest.mark.parametrize("digits", ["", "432", "43215", "4 3 2 5", "abcd", "٤٤٤٤"])
def test_other_lines_are_refused_with_the_rows(session: Session, digits: str) -> None:
    with pytest.raises(GradingError, match="4 digits from 0 to 4: sourcing, corroboration"):
        session.levels(digits)


def test_marks_comments_and_undo_reach_the_gradebook(session: Session, path: Path) -> None:
    first, second = session.answers[0].student, session.answers[1].student
    session.mark(0, session.levels("4444"), "Clear.")
    session.mark(1, session.levels("2222"), "Name the hands.")
    session.mark(1, session.levels("3333"), "Clear.")
    assert scores(path) | {} == {**dict.fromkeys((*STUDENTS, "dina"), 0), first: 8, second: 6}
    assert session.comments() == ["Clear.", "Name the hands."]
    assert session.undo() == 1
    assert scores(path)[second] == 4
    assert session.next_unmarked(0) == 2
    session.undo()
    session.undo()
    assert (session.undo(), session.marked) == (None, 0)


def test_the_desk_shows_answers_without_names_and_escapes_them(session: Session) -> None:
    desk = Desk(session)
    shown = desk._answer.value
    assert not any(name in shown + desk._where.value for name in STUDENTS)
    assert "&lt;b&gt;second&lt;/b&gt;" in shown
    assert "Anchor answers" in str(desk.children[1].children[1].titles)


def test_digits_and_enter_keep_a_mark_and_go_on(session: Session, path: Path) -> None:
    desk = Desk(session)
    student = session.answers[desk.place].student
    desk._line.value = "4 3 4 3"
    assert scores(path)[student] == 7
    assert desk.place == 1
    assert "1 of 3 marked" in desk._where.value
    desk._line.value = "44"
    assert "expected 4 digits" in desk._said.value
    desk.keep()
    assert "Choose a level for: sourcing" in desk._said.value
    desk.undo()
    assert (desk.place, session.marked) == (0, 0)


def test_all_marked_says_so(session: Session) -> None:
    desk = Desk(session)
    for _ in STUDENTS:
        desk._line.value = "4444"
    assert "All answers have a mark." in desk._said.value
    assert repr(desk) == "Marking question q12 of unit 01: 3 of 3 answers marked"


def test_the_first_written_question_is_taken(path: Path) -> None:
    assert marking(path, "01").session.question == QUESTION


@pytest.mark.parametrize(
    ("unit", "question", "said"),
    [
        ("01", "q1", "those of unit 01 are q12"),
        ("00", "", "those of unit 00 are none"),
        ("02", "q12", "nobody answered question q12 of 02"),
    ],
)
def test_what_cannot_be_marked_is_said(path: Path, unit: str, question: str, said: str) -> None:
    with pytest.raises(GradingError, match=said):
        marking(path, unit, question)


def test_a_gradebook_that_is_not_there_is_not_made(tmp_path: Path, real_kit: Path) -> None:
    with pytest.raises(GradingError, match="'afkit grade' makes it"):
        marking(tmp_path / "none.sqlite", "01")
    assert not (tmp_path / "none.sqlite").exists()
