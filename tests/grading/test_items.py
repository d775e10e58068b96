"""How each question did, against numbers worked out by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from afkit.grading.gradebook import Stored
from afkit.grading.items import describe, figure, frame
from afkit.grading.score import Item


def stored(number: int, *items: Item, reason: str = "") -> Stored:
    return Stored(
        number, f"s{number}", "01", "p", 1, "", 0, "", "", "", reason, (), (), "", 0.1, 0.1, "",
        items, {},
    )  # fmt: skip


def item(question: str, points: float, answer: object = "x") -> Item:
    status = "right" if points == 1 else "partly" if points else "not yet"
    return Item(question, "choice", status, points, 1, "", answer)  # type: ignore[arg-type]


def test_difficulty_and_discrimination_are_means_and_correlations() -> None:
    # q1 sorts exactly as the rest does, q2 the other way round, q3 is right for everybody.
    rows = [
        stored(n, item("q1", n >= 5), item("q2", n < 5), item("q3", 1), item("q4", n >= 5))
        for n in range(10)
    ]
    by_name = {each.question: each for each in describe(rows)}
    assert by_name["q1"].difficulty == 0.5
    # The rest of q1: q2 + q3 + q4, which is 2 for everybody.
    assert by_name["q1"].discrimination is None
    assert by_name["q2"].discrimination == pytest.approx(-1)
    assert (by_name["q3"].difficulty, by_name["q3"].discrimination) == (1, None)


def test_too_few_submissions_have_no_discrimination() -> None:
    rows = [stored(n, item("q1", n % 2), item("q2", n % 2)) for n in range(9)]
    assert {each.discrimination for each in describe(rows)} == {None}


def test_the_most_common_mistakes_are_counted() -> None:
    answers = ["b", "b", "c", ["a", "d"], "b", "y" * 200]
    rows = [stored(n, item("q1", 0, answer)) for n, answer in enumerate(answers)]
    rows.append(stored(9, item("q1", 1, "a")))
    (found,) = describe(rows)
    assert found.mistakes[0] == ("b", 3)
    assert ('["a", "d"]', 1) in found.mistakes
    assert all(len(answer) <= 80 for answer, _ in found.mistakes)
    assert found.shares == {"not yet": 6, "right": 1}


def test_a_mistake_does_nothing_to_a_terminal() -> None:
    (found,) = describe([stored(1, item("q1", 0, "a\x1b[2J\x9b31m\u202eb"))])
    assert found.mistakes == (("a [2J 31m b", 1),)


def test_failed_submissions_and_unmarked_answers_are_left_out() -> None:
    essay = Item("q1", "essay", "ready", 0, 8, "", "Words.", marking=True)
    marked = replace(essay, status="marked", points=6, marking=False)
    rows = [stored(1, essay), stored(2, marked), stored(3, reason="is empty")]
    (found,) = describe(rows)
    assert (found.submissions, found.difficulty, found.mistakes) == (2, 0.75, ())


def test_table_and_picture_hold_every_question() -> None:
    rows = [stored(n, item("q1", n % 2), item("q2", n % 3 == 0)) for n in range(12)]
    found = describe(rows)
    assert list(frame(found).index) == ["q1", "q2"]
    (axes,) = figure(found).axes
    assert [label.get_text() for label in axes.get_yticklabels()] == ["q1", "q2"]
    assert frame([]).empty
