"""What the check under an answer says, what it emits, and what strict mode raises."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from afkit import kit
from afkit.exercises.answer import MIME
from afkit.exercises.author import blind
from afkit.exercises.check import Check, Feedback, NotFullMarksError, exercise

ESSAY = "One two three four five six seven eight nine sheep [@valley-2020-register]."
OPEN = (..., None, "", "   ", "\n\n")


@pytest.fixture
def check(small_kit: Path, monkeypatch: pytest.MonkeyPatch) -> Check:
    """The small kit's check, in a student's mode."""
    monkeypatch.delenv("AFKIT_STRICT", raising=False)
    return exercise("01")


@pytest.fixture
def strict(check: Check, monkeypatch: pytest.MonkeyPatch) -> Check:
    monkeypatch.setenv("AFKIT_STRICT", "1")
    return check


RIGHT: list[tuple[str, object]] = [
    ("q1", "a"),
    ("q2", "19 August 2021"),
    ("q3", "Amin Rahmany"),
    ("q4", {"Amina Rahmani", "Amin Rahmani"}),
    ("q5", 120),
]
NOT_RIGHT: list[tuple[str, object]] = [
    ("q1", "b"),
    ("q1", "z"),
    ("q2", "August 2021"),
    ("q2", object()),
    ("q4", ["Amina Rahmani"]),
    ("q5", float("nan")),
    ("q6", "Too short."),
]


@pytest.mark.parametrize(
    ("question", "answer", "status", "points", "text"),
    [
        ("q1", "a", "right", 1, "q1: right, 1 of 1 point."),
        ("q2", "2021-08-19", "right", 2, "q2: right, 2 of 2 points."),
        (
            "q2", "August 2021", "partly", 1,
            "q2: partly, 1 of 2 points. The month is right. Now give the day.",
        ),
        (
            "q4", ["Amin Rahmany"], "partly", 1,
            "q4: partly, 1 of 2 points. Right: Amin Rahmani. 1 still missing.",
        ),
        (
            "q1", "b", "not yet", 0,
            "q1: not yet, 0 of 1 point. That is not what the evidence shows.",
        ),
        (
            "q1", "z", "not yet", 0,
            "q1: not yet, 0 of 1 point. "
            "q1 expects one letter in quotes (a, b); you gave the text 'z'.",
        ),
        (
            "q2", 2021, "not yet", 0,
            "q2: not yet, 0 of 2 points. "
            "q2 expects a date; you gave the number 2021. Put it in quotes.",
        ),
        (
            "q3", len, "not yet", 0,
            "q3: not yet, 0 of 1 point. "
            "q3 expects a name; you gave a value of type builtin_function_or_method.",
        ),
        ("q3", ..., "not answered yet", 0, "q3: not answered yet."),
        ("q6", ESSAY, "ready", 0, "q6: ready for your teacher, who marks it (4 points)."),
        (
            "q6", "One sheep [@city-2021-paper]", "not yet", 0,
            "q6: not yet, 0 of 4 points. 2 words so far; write at least 10.",
        ),
    ],
)  # fmt: skip
def test_feedback_says_status_points_and_what_to_do(
    check: Check, question: str, answer: object, status: str, points: float, text: str
) -> None:
    feedback = check(question, answer)
    assert (feedback.status, feedback.points) == (status, points)
    assert feedback.text == repr(feedback) == text


@pytest.mark.parametrize(("question", "answer"), RIGHT)
def test_right_answers_are_full(check: Check, question: str, answer: object) -> None:
    feedback = check(question, answer)
    assert feedback.full
    assert feedback.points == feedback.most == check.questions[question]["points"]


def test_points_of_a_share_are_rounded_to_cents(check: Check) -> None:
    spec = {**check.questions["q4"], "points": 1}
    third = {**spec["key"], "right": [*spec["key"]["right"], "x"]}
    one = Check({"unit": "01", "salt": check._salt, "questions": [{**spec, "key": third}]})
    assert one("q4", ["Amina Rahmani"]).points == 0.33


@pytest.mark.parametrize("answer", OPEN)
@pytest.mark.parametrize("question", ["q1", "q2", "q3", "q4", "q5", "q6"])
def test_an_open_question_is_no_mistake(check: Check, question: str, answer: object) -> None:
    feedback = check(question, answer)
    assert feedback.text == f"{question}: not answered yet."
    assert feedback.answer is None


@pytest.mark.parametrize(
    ("question", "answer", "told"),
    [("q1", "b", True), ("q2", "2021", True), ("q1", "a", False), ("q1", ..., False)],
)
def test_a_place_to_look_again_is_told_only_with_what_is_not_right(
    check: Check, question: str, answer: object, told: bool
) -> None:
    spec = {**check.questions[question], "look": "step 2 of the lesson"}
    one = Check({"unit": "01", "salt": check._salt, "questions": [spec]})
    assert ("Look again: step 2 of the lesson." in one(question, answer).text) is told


def test_a_check_without_an_answer_is_open(check: Check) -> None:
    assert check("q1").status == "not answered yet"


def test_an_unknown_question_lists_those_there_are(check: Check) -> None:
    feedback = check("q9", "a")
    assert not feedback.full
    assert "There is no question 'q9' here; there are q1, q2, q3, q4, q5, q6." in feedback.text
    assert "0 of 0" not in feedback.text


@pytest.mark.parametrize("question", [["Amina"], {"q1": "a"}, 1, None])
def test_an_answer_in_place_of_the_question_gets_a_sentence(check: Check, question: Any) -> None:
    assert "There is no question" in check(question).text


class Sly:
    def __eq__(self, other: object) -> bool:
        return True

    def __hash__(self) -> int:
        return 0

    def __repr__(self) -> str:
        raise RuntimeError("looked at")


WRONG_TYPES = [
    object(), Sly(), Sly, len, 1j, b"a", range(2), [object()], {1: {2: Sly()}}, [[[]]], 7, 2.5,
    True, {}, [], {"a": "b"}, ["a", 1], float("inf"), 10**90, "x" * 100_001, [0] * 10_001, "\ud800",
    "1e9999999", "[@nobody]", pd.DataFrame({"a": [1]}), pd.Series([1, 2]), pd.NaT,
]  # fmt: skip


@pytest.mark.parametrize("answer", WRONG_TYPES, ids=lambda each: type(each).__name__)
@pytest.mark.parametrize("question", ["q1", "q2", "q3", "q4", "q5", "q6"])
def test_no_answer_of_whatever_type_raises(check: Check, question: str, answer: object) -> None:
    feedback = check.feedback(question, answer)
    assert feedback.status == "not yet"
    assert feedback.points == 0
    assert feedback.message
    json.dumps(feedback._repr_mimebundle_(), allow_nan=False)


@pytest.mark.parametrize("answer", OPEN)
def test_strict_mode_raises_for_a_missing_answer(strict: Check, answer: object) -> None:
    with pytest.raises(NotFullMarksError, match=r"^q1: not answered yet\.$"):
        strict("q1", answer)


@pytest.mark.parametrize(
    ("question", "answer"), NOT_RIGHT, ids=lambda each: repr(each).partition(" at 0x")[0]
)
def test_strict_mode_raises_what_the_feedback_says(
    strict: Check, question: str, answer: object
) -> None:
    with pytest.raises(NotFullMarksError) as caught:
        strict(question, answer)
    assert str(caught.value) == strict.feedback(question, answer).text


def test_strict_mode_raises_for_an_unknown_question(strict: Check) -> None:
    with pytest.raises(NotFullMarksError, match="no question 'q9'"):
        strict("q9", "a")


@pytest.mark.parametrize(("question", "answer"), [*RIGHT, ("q6", ESSAY)])
def test_strict_mode_lets_full_answers_pass(strict: Check, question: str, answer: object) -> None:
    assert strict(question, answer).full


@pytest.mark.parametrize("value", ["0", "", "no"])
def test_other_values_of_the_variable_are_not_strict(
    check: Check, monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("AFKIT_STRICT", value)
    assert check("q1", "b").status == "not yet"


@pytest.mark.parametrize(("question", "answer"), [*RIGHT, *NOT_RIGHT[:5], ("q6", ESSAY)])
def test_a_notebook_gets_text_html_and_the_answer(
    check: Check, question: str, answer: object
) -> None:
    feedback = check(question, answer)
    bundle = feedback._repr_mimebundle_(include=None, exclude=None)
    assert set(bundle) == {"text/plain", "text/html", MIME}
    assert bundle["text/plain"] == feedback.text
    assert 'role="status"' in bundle["text/html"]
    assert bundle[MIME] == {"question": question, "answer": feedback.answer}
    json.dumps(bundle)


@pytest.mark.parametrize(
    ("question", "answer", "wire"),
    [
        ("q1", "b", "b"),
        ("q4", {"Amina", "Amin"}, ["Amin", "Amina"]),
        ("q2", pd.Timestamp("2021-08-19"), "2021-08-19"),
        ("q3", 7, 7),
        ("q3", object(), None),
        ("q1", ..., None),
    ],
)
def test_the_answer_travels_even_if_it_is_wrong(
    check: Check, question: str, answer: object, wire: object
) -> None:
    assert check(question, answer)._repr_mimebundle_()[MIME]["answer"] == wire


def test_the_same_answer_gives_the_same_bundle(small_kit: Path) -> None:
    answer = {"Amina Rahmani", "Amin Rahmani", "Valley Council"}
    first, second = (exercise("01").feedback("q4", answer) for _ in range(2))
    assert json.dumps(first._repr_mimebundle_()) == json.dumps(second._repr_mimebundle_())


@pytest.mark.parametrize("question", ["q1", "q2", "q3"])
def test_what_students_write_is_escaped_in_html(check: Check, question: str) -> None:
    html = check(question, "<script>alert('&')</script>")._repr_mimebundle_()["text/html"]
    assert "<script" not in html
    assert "&lt;script&gt;alert(&#x27;&amp;&#x27;)&lt;/script&gt;" in html


def test_a_questions_name_is_escaped_in_html(check: Check) -> None:
    html = check("<b>", 1)._repr_mimebundle_()["text/html"]
    assert "<b>" not in html


def test_every_status_has_a_sign_for_the_eye_that_is_not_read_aloud() -> None:
    for status in ("right", "partly", "not yet", "not answered yet", "ready"):
        html = Feedback("q1", status, 0, 1, "")._repr_mimebundle_()["text/html"]
        assert '<span aria-hidden="true">' in html


def test_the_check_introduces_itself(check: Check) -> None:
    assert repr(check).startswith("Exercise 01: 0 of 6 questions in full, 0 of 7 points. … q1 not")


def test_the_keys_of_a_check_tell_no_answer(check: Check) -> None:
    told = json.dumps([each["key"] for each in check.questions.values()], ensure_ascii=False)
    for secret in ("2021-08", "rahmani", "118", '"120"'):
        assert secret not in told


def test_an_exercise_is_found_by_id_or_file(small_kit: Path) -> None:
    assert list(exercise("01").questions) == list(exercise("01-one", small_kit).questions)


def test_an_unknown_unit_is_named(small_kit: Path) -> None:
    with pytest.raises(kit.KitError, match="there is no unit '99'; the units are 01"):
        exercise("99")


def test_a_unit_without_exercise_says_so(edit: Callable[[str, str, str], None]) -> None:
    lines = 'exercise = "exercises/01-one.ipynb"\nsolution = "solutions/01-one.ipynb"\n'
    edit("kit.toml", lines, "")
    with pytest.raises(kit.KitError, match="unit 01 has no exercise"):
        exercise("01")


def test_an_exercise_that_was_never_built_says_who_builds_it(small_kit: Path) -> None:
    (small_kit / "exercises" / "01-one.manifest.json").unlink()
    with pytest.raises(
        kit.KitError, match=r"^exercises/01-one\.manifest\.json is not there; .*build"
    ):
        exercise("01")


@pytest.mark.parametrize("text", ["", "{", "[]", "{}"])
def test_a_damaged_manifest_is_named(small_kit: Path, text: str) -> None:
    (small_kit / "exercises" / "01-one.manifest.json").write_text(text, encoding="utf-8")
    with pytest.raises(kit.KitError, match=r"exercises/01-one\.manifest\.json"):
        exercise("01")


def test_no_kit_says_how_to_find_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AFKIT_ROOT", str(tmp_path))
    with pytest.raises(kit.KitError, match=r"no kit\.toml in .*; open a notebook inside the kit"):
        exercise("01")


@pytest.mark.parametrize(
    "answer", [*OPEN, "a", "z", 3.5, len, object(), float("nan"), ["a", {1: 2}]]
)
def test_without_a_key_answers_are_kept_and_nothing_is_said_about_them(
    small_kit: Path, monkeypatch: pytest.MonkeyPatch, answer: object
) -> None:
    monkeypatch.setenv("AFKIT_STRICT", "1")
    (path,) = small_kit.glob("exercises/01*.manifest.json")
    whole = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(blind(whole)), encoding="utf-8")
    check = exercise("01")
    for question in check.questions:
        for said in (check(question, answer), check.ask(question, answer)):
            assert isinstance(said, Feedback)
            assert said.status in ("kept", "not answered yet")
            assert said.points == 0
            assert said.status != "kept" or said.text == f"{question}: kept for your teacher."
            assert said._repr_mimebundle_()["text/plain"] == said.text
    assert "Exercise 01" in repr(check)


def test_a_blind_manifest_holds_nothing_of_keys_hints_or_salt(small_kit: Path) -> None:
    (path,) = small_kit.glob("exercises/01*.manifest.json")
    whole = json.loads(path.read_text(encoding="utf-8"))
    made = blind(whole)
    assert [each["id"] for each in made["questions"]] == [each["id"] for each in whole["questions"]]
    text = json.dumps(made)
    assert whole["salt"] not in text
    for each in whole["questions"]:
        assert json.dumps(each["key"]) not in text
    for each in made["questions"]:
        assert set(each) == {"id", "kind", "points", "objective", "difficulty", "cells"}
    assert "key" in whole["questions"][0], "the whole manifest is left as it was"
