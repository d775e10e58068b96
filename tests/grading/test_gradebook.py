"""The gradebook: whole or nothing, marks that are never lost, one grader at a time."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from afkit.grading.gradebook import Entry, Gradebook, Manual, Stored
from afkit.grading.records import GradingError, Ran
from afkit.grading.score import Item

ESSAY = Item("q2", "essay", "ready", 0, 8, "", "My words.", marking=True)
ITEMS = (Item("q1", "choice", "partly", 0.5, 1, "Half.", ["a"]), ESSAY)
RAN = Ran(answers={"q1": ["a"], "q2": "My words."}, notes=("Cell 3 took too long.",), seconds=0.5)
ENTRY = Entry(
    "amina", "01", "amina.ipynb", 1, "2026-11-27T10:00:00+00:00", 0.0, "abc", "release", "keys-1",
    "", ("Question 1 was put back.",), ({"cell_type": "markdown", "source": "سلام"},), RAN, ITEMS,
)  # fmt: skip


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "class.sqlite"


def only(book: Gradebook) -> Stored:
    (found,) = book.submissions("01")
    return found


def test_what_is_written_is_read_again(path: Path) -> None:
    with Gradebook(path, grading=True) as book:
        book.add(ENTRY)
    with Gradebook(path) as book:
        found = only(book)
        assert found.items == ITEMS
        assert (found.score, found.most, found.status) == (0.5, 9, "needs-marking")
        assert (found.repaired, found.notes) == (ENTRY.repaired, RAN.notes)
        assert book.page(found.id) == ([dict(ENTRY.cells[0])], [])
        assert book.ran(found.id).answers == RAN.answers
        assert book.units() == ["01"]


def test_a_refused_answer_is_kept_with_its_words(path: Path) -> None:
    ran = Ran(answers={"q2": "x"}, refused={"q1": "a value of type object"})
    with Gradebook(path) as book:
        book.add(replace(ENTRY, ran=ran))
        assert book.ran(only(book).id) == ran


def test_an_entry_that_cannot_be_written_leaves_nothing(path: Path) -> None:
    bad = replace(ENTRY, items=(*ITEMS, replace(ESSAY, points=None)))  # type: ignore[arg-type]
    with Gradebook(path) as book:
        with pytest.raises(sqlite3.IntegrityError):
            book.add(bad)
        assert list(book.submissions("01")) == []
        book.add(ENTRY)
        assert only(book).items == ITEMS


def test_a_new_attempt_counts_and_the_old_one_stays(path: Path) -> None:
    with Gradebook(path) as book:
        book.add(ENTRY)
        book.add(replace(ENTRY, sha256="def", attempt=2, items=(replace(ITEMS[0], points=1),)))
        assert (only(book).attempt, only(book).score) == (2, 1)
        assert len(book.history("01", "amina")) == 3


def test_the_same_submission_again_is_one_submission_and_no_new_mark(path: Path) -> None:
    with Gradebook(path) as book:
        book.add(ENTRY)
        first = only(book).id
        book.add(ENTRY)
        assert only(book).id == first
        assert len(book.history("01", "amina")) == 2


def test_a_regrade_is_a_new_row_and_the_newest_counts(path: Path) -> None:
    with Gradebook(path) as book:
        book.add(ENTRY)
        book.remark(only(book).id, (replace(ITEMS[0], points=1, status="right"), ESSAY), "keys-2")
        found = only(book)
        assert (found.score, found.keys) == (1, "keys-2")
        told = [(question, who, points) for _, question, who, points in book.history("01", "amina")]
        assert ("q1", "keys keys-1", 0.5) in told
        assert ("q1", "keys keys-2", 1) in told


def by_hand(**changed: object) -> Manual:
    made = Manual("amina", "01", "q2", "My words.", {"form": 3}, 6, "Clear.", "Ms Noor")
    return replace(made, **changed)  # type: ignore[arg-type]


def test_a_mark_by_hand_counts_and_is_kept_across_a_regrade(path: Path) -> None:
    with Gradebook(path) as book:
        book.add(ENTRY)
        book.mark_by_hand(by_hand())
        assert (only(book).score, only(book).status) == (6.5, "graded")
        book.remark(only(book).id, ITEMS, "keys-2")
        found = only(book)
        assert (found.score, found.status) == (6.5, "graded")
        assert found.items[1].message == "Clear."
        assert found.manual["q2"].levels == {"form": 3}


def test_a_mark_by_hand_is_for_the_words_that_were_read(path: Path) -> None:
    with Gradebook(path) as book:
        book.add(ENTRY)
        book.mark_by_hand(by_hand())
        ran = replace(RAN, answers={"q1": ["a"], "q2": "Other words."})
        other = (ITEMS[0], replace(ESSAY, answer="Other words."))
        book.add(replace(ENTRY, sha256="def", attempt=2, ran=ran, items=other))
        assert (only(book).score, only(book).status) == (0.5, "needs-marking")


def test_the_last_mark_by_hand_can_be_taken_back(path: Path) -> None:
    with Gradebook(path) as book:
        book.add(ENTRY)
        book.mark_by_hand(by_hand())
        book.mark_by_hand(by_hand(points=8, levels={"form": 4}))
        assert only(book).score == 8.5
        assert book.undo_by_hand("01", "amina", "q2")
        assert only(book).score == 6.5
        assert book.undo_by_hand("01", "amina", "q2")
        assert not book.undo_by_hand("01", "amina", "q2")
        assert only(book).status == "needs-marking"


def test_comments_come_back_with_the_most_used_first(path: Path) -> None:
    with Gradebook(path) as book:
        for words in ("Name the source.", "Clear.", "Clear.", "  "):
            book.mark_by_hand(by_hand(comment=words))
        assert book.comments("01", "q2") == ["Clear.", "Name the source."]
        assert book.comments("01", "q3") == []


def test_a_failed_submission_has_a_reason_and_no_points(path: Path) -> None:
    with Gradebook(path) as book:
        book.add(replace(ENTRY, reason="is empty", items=(), ran=Ran()))
        assert (only(book).status, only(book).score) == ("failed", 0)


def test_a_second_grader_is_refused_while_readers_come_in(path: Path) -> None:
    with Gradebook(path, grading=True) as book:
        book.add(ENTRY)
        with pytest.raises(GradingError, match="another grader is writing"):
            Gradebook(path, grading=True)
        with Gradebook(path) as reader:
            assert only(reader).student == "amina"
    with Gradebook(path, grading=True):
        pass


@pytest.mark.parametrize("content", [b"not a database, just text " * 50, b"PK\x03\x04" * 500])
def test_another_file_is_refused_and_left_as_it_is(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(GradingError, match="is no gradebook"):
        Gradebook(path)
    assert path.read_bytes() == content


def test_a_database_of_another_program_is_refused(path: Path) -> None:
    with sqlite3.connect(path) as base:
        base.execute("CREATE TABLE grades (name TEXT)")
    base.close()
    with pytest.raises(GradingError, match="found tables of another program"):
        Gradebook(path)


def test_a_gradebook_of_a_later_version_is_refused(path: Path) -> None:
    Gradebook(path).close()
    with sqlite3.connect(path) as base:
        base.execute("PRAGMA user_version = 9")
    base.close()
    with pytest.raises(GradingError, match="found version 9"):
        Gradebook(path)
