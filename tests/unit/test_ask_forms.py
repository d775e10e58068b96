"""Answering with controls: the same feedback as by code, for every form of control."""

from __future__ import annotations

import datetime as dt
from typing import Any, cast

import ipywidgets as widgets
import pytest

from afkit.exercises import ask as ask_module
from afkit.exercises.ask import Ask
from afkit.exercises.check import Check, exercise
from afkit.exercises.kinds import KINDS
from afkit.exercises.kinds.base import sealer

SAMPLES: dict[str, dict[str, Any]] = {
    "choice": {"answer": "b", "options": {"a": "one", "b": "two"}},
    "choices": {"answer": ["a", "c"], "options": {"a": "one", "b": "two", "c": "three"}},
    "date": {"answer": "2021-08-19"},
    "number": {"answer": 42},
    "set": {"answer": ["river", "pass"], "of": "words"},
    "order": {"answer": ["b", "a", "c"], "items": {"a": "one", "b": "two", "c": "three"}},
    "mapping": {
        "answer": {"a": "x", "b": "y"}, "items": {"a": "one", "b": "two"},
        "categories": {"x": "left", "y": "right"},
    },
    "essay": {"min_words": 3, "max_words": 9},
    "text": {"answer": ["attribution"]},
}  # fmt: skip


def check_of(name: str) -> tuple[Check, dict[str, Any], str]:
    kind = "choice" if name == "choices" else name
    key = SAMPLES[name]
    sealed = KINDS[kind].seal(key, sealer("salt", "q1"))
    question = {"id": "q1", "kind": kind, "points": 2, "key": sealed}
    return Check({"unit": "01", "salt": "salt", "questions": [question]}), key, kind


@pytest.mark.parametrize("name", SAMPLES)
def test_controls_that_are_filled_in_give_the_feedback_of_the_check(
    small_kit: object, name: str
) -> None:
    check, key, kind = check_of(name)
    right = KINDS[kind].example(key)
    asked = check.ask("q1", right)
    assert check.feedback("q1", asked.answer).full
    wrong = next(each.answer for each in KINDS[kind].wrong(key) if type(each.answer) is type(right))
    given = check.ask("q1", wrong).answer
    assert not check.feedback("q1", given).full


def test_the_twins_are_the_same_each_time(small_kit: object) -> None:
    check, _, _ = check_of("choices")
    first, second = (check.ask("q1")._repr_mimebundle_() for _ in range(2))
    assert first["text/plain"] == second["text/plain"]
    assert first["text/html"] == second["text/html"]
    assert "tick all that are right" in first["text/plain"]


def test_a_question_that_needs_code_says_so(small_kit: object) -> None:
    cases = [{"input": [n], "output": n} for n in (1, 2, 3)]
    sealed = KINDS["function"].seal({"cases": cases, "shown": 1}, sealer("salt", "q1"))
    question = {"id": "q1", "kind": "function", "points": 1, "key": sealed}
    check = Check({"unit": "01", "salt": "salt", "questions": [question]})
    assert "needs Python" in repr(check.ask("q1"))


def test_in_strict_mode_it_counts_like_a_check(
    real_kit: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AFKIT_STRICT", "1")
    asked = exercise("01").ask("q2", "c")
    assert isinstance(asked, Ask)
    assert asked.feedback.status == "right"
    with pytest.raises(AssertionError, match="q2"):
        exercise("01").ask("q2", "a")


def test_what_the_controls_hold_counts_where_a_check_gets_no_answer(small_kit: object) -> None:
    check, key, _ = check_of("choice")
    asked = check.ask("q1")
    assert isinstance(asked, Ask)
    assert check("q1", ...).status == "not answered yet"
    fill(asked, "a")
    first = asked.feedback
    assert first.status == "not yet"
    assert check("q1", ...) == first
    assert check("q1", key["answer"]).full
    fill(asked, key["answer"])
    assert check("q1", ...).full
    assert check.progress == {"q1": "right"}


def test_controls_that_were_filled_in_from_the_start_count_too(small_kit: object) -> None:
    check, key, _ = check_of("choice")
    check.ask("q1", key["answer"])
    assert check("q1", None).full


def test_what_the_student_wrote_comes_before_what_the_controls_hold(small_kit: object) -> None:
    check, key, _ = check_of("choice")
    check.ask("q1", key["answer"])
    assert check("q1", "a").status == "not yet"


def fill(asked: Ask, answer: str) -> None:
    """What the mouse does: choose an answer and press the button."""
    assert asked._form
    asked._form.fill(answer)
    asked.press()


def test_a_day_can_be_chosen_from_a_calendar(small_kit: object) -> None:
    check, _, _ = check_of("date")
    asked = check.ask("q1")
    assert isinstance(asked, Ask)
    (calendar,) = (each for each in asked.box.children if isinstance(each, widgets.DatePicker))
    calendar.value = dt.date(2021, 8, 19)
    assert asked.answer == "2021-08-19"
    asked.press()
    assert asked.feedback.status == "right"
    calendar.value = None
    assert asked.answer == "2021-08-19"


def test_a_year_has_no_calendar(small_kit: object) -> None:
    sealed = KINDS["date"].seal({"answer": "2021", "precision": "year"}, sealer("salt", "q1"))
    question = {"id": "q1", "kind": "date", "points": 1, "key": sealed}
    asked = Check({"unit": "01", "salt": "salt", "questions": [question]}).ask("q1")
    assert isinstance(asked, Ask)
    assert not any(isinstance(each, widgets.DatePicker) for each in asked.box.children)


def page(asked: Ask) -> tuple[list[Any], list[str]]:
    """What the fields of a page hold for these controls, and the names of its buttons."""
    fields: list[Any] = []
    buttons = []
    for each in ask_module._controls(asked.box):
        if isinstance(each, widgets.RadioButtons):
            fields += [each.index == at for at, _ in enumerate(each.options)]
        elif isinstance(each, widgets.Dropdown):
            fields.append(each.index)
        elif isinstance(each, widgets.Button):
            buttons.append(each.description)
        elif isinstance(each, widgets.DatePicker):
            fields.append(str(each.value or ""))
        elif isinstance(each, widgets.Checkbox | widgets.Text | widgets.Textarea):
            fields.append(each.value)
    return fields, buttons


def click(asked: Ask, fields: list[Any], name: str) -> None:
    content = {"shown": fields, "clicked": page(asked)[1].index(name)}
    asked._frame._handle_custom_msg(content, [])


@pytest.mark.parametrize("name", SAMPLES)
def test_a_click_takes_along_what_the_page_shows(small_kit: object, name: str) -> None:
    check, key, kind = check_of(name)
    asked, filled = check.ask("q1"), check.ask("q1", KINDS[kind].example(key))
    assert isinstance(asked, Ask)
    assert isinstance(filled, Ask)
    if name == "order":
        wanted = cast("list[str]", filled.answer)
        while (now := cast("list[str]", asked.answer)) != wanted:
            misplaced = next(each for at, each in enumerate(wanted) if now[at] != each)
            click(asked, [], f"Move {now.index(misplaced) + 1} up")
    click(asked, page(filled)[0], "Check")
    assert asked.answer == filled.answer
    assert asked.feedback == filled.feedback
    assert asked.feedback.full


def test_a_click_after_a_day_was_chosen_takes_it_along(small_kit: object) -> None:
    check, _, _ = check_of("date")
    asked = check.ask("q1")
    assert isinstance(asked, Ask)
    click(asked, ["", "2021-08-19"], "Check")
    assert asked.feedback.full
    click(asked, ["18 August 2021", "2021-08-19"], "Check")
    assert asked.answer == "18 August 2021"
