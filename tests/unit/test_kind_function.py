"""Function: how it is tried, what it is told, what a manifest tells of hidden inputs."""

from __future__ import annotations

import contextlib
import json
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from afkit.exercises import hints
from afkit.exercises.answer import Json, encode
from afkit.exercises.kinds import KINDS
from afkit.exercises.kinds.base import FormError, KeyCellError, Mark, sealer
from afkit.exercises.kinds.function import NOT_TRIED, call, hidden, secrets

SEAL = sealer("salt", "q1")
KIND = KINDS["function"]
Key = dict[str, Any]
MOST_SEALS = 24  # of about 2 ms each

ADD: Key = {
    "cases": [
        {"input": [1, 2], "output": 3}, {"input": [2, 2.5], "output": 4.5},
        {"input": [40, 2], "output": 42}, {"input": [-1, 1], "output": 0},
    ],
}  # fmt: skip
UPPER: Key = {"cases": [{"input": ["kabul"], "output": "KABUL"}]}
MIXED: Key = {
    "cases": [
        {"input": [[1, 2]], "output": [2, 1]}, {"input": [], "output": {"n": 0}},
        {"input": ["x"], "output": True}, {"input": ["hidden words"], "output": False},
    ],
    "shown": 3,
}  # fmt: skip
ROUND: Key = {"cases": [{"input": [1, 3], "output": 0.33}], "decimals": 2}
KEYS = {"add": ADD, "upper": UPPER, "mixed": MIXED, "round": ROUND}

BAD_KEYS: list[tuple[Key, str]] = [
    ({"cases": []}, "cases; expected 1 to 50"),
    ({"cases": [{"input": [1], "output": 1}] * 51}, "cases; expected 1 to 50"),
    ({"cases": [1]}, "case 1; expected a table with input and output"),
    ({"cases": [{"input": [1]}]}, "case 1; expected a table with input and output"),
    ({"cases": [*ADD["cases"], {"input": 3, "output": 3}]}, "case 5: input 3; expected a list"),
    ({"cases": [{"input": [1], "output": object()}]}, "case 1: a value of type object"),
    ({"cases": [{"input": [1], "output": "x" * 3000}]}, "case 1: a very long result"),
    ({"cases": [{"input": [1], "output": None}]}, "case 1: output is blank"),
    ({**ADD, "shown": 0}, "shown 0; expected 1 to 4"),
    ({**ADD, "shown": 5}, "shown 5; expected 1 to 4"),
    ({**ADD, "decimals": -1}, "decimals -1; expected 0 to 12"),
]
NAME = "a function: its name, without brackets after it"
FORMS: list[tuple[str, object, str]] = [
    ("add", 3, f"{NAME}; you gave the number 3"),
    ("add", [3, 4.5], f"{NAME}; you gave a list of 2"),
    ("add", {"outputs": 3}, f"{NAME}; you gave a mapping of 1"),
    ("add", {"outputs": [3, 4.5], "errors": 3}, NAME),
    ("add", {"outputs": [3, 4.5], "errors": [3, None]}, NAME),
    ("add", {"outputs": [3]}, "a function that is tried on every input"),
    ("add", {"outputs": [3, 4.5], "errors": [None]}, "a function that is tried on every input"),
]
LESS: list[tuple[str, object, float, str]] = [
    ("add", {"outputs": [3, 5]}, 1 / 2, "Right for 1 of 2 inputs. With 2, 2.5: it gave 5, which"),
    ("add", {"outputs": ["3", 4.5]}, 1 / 2, "With 1, 2: it gave '3', a text; expected a number."),
    ("add", {"outputs": [True, 4.5]}, 1 / 2, "it gave True, True or False; expected a number."),
    ("add", {"outputs": [None, 4.5]}, 1 / 2, "it gave nothing back; a function gives back what"),
    ("add", {"outputs": [3, 4.5, 42, 1]}, 3 / 4, "Right for 1 of 2 hidden inputs."),
    (
        "add", {"outputs": [3, None], "errors": [None, "TypeError: no"]}, 1 / 2,
        "With 2, 2.5: TypeError: no.",
    ),
    ("upper", {"outputs": ["kabul"]}, 0, "With 'kabul': it gave 'kabul', which is not right."),
    ("mixed", {"outputs": [[1, 2], [], True]}, 1 / 3, "Called with nothing: it gave [], a list"),
    ("round", {"outputs": [0.34]}, 0, "With 1, 3: it gave 0.34, which is not right."),
]  # fmt: skip

_json = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**256) + 1, 2**256 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text()
    | st.sampled_from([3, "error", "x" * 3000, "\ud800"]),
    lambda inner: (
        st.lists(inner)
        | st.dictionaries(st.text(), inner)
        | st.fixed_dictionaries(
            {"outputs": st.lists(inner, min_size=1, max_size=4)},
            optional={"errors": st.lists(st.none() | st.text(), min_size=1, max_size=4)},
        )
    ),
    max_leaves=8,
)


def quick(token: str) -> str:
    """A seal for many tries: as strict about its token as the real one, without the delay."""
    return token.encode("utf-8", "surrogatepass").hex()


def mark(key: Key, answer: object) -> Mark:
    """What is said to an answer as a student writes it."""
    return KIND.mark(encode(answer), KIND.seal(key, SEAL), SEAL)


@pytest.mark.parametrize("name", KEYS)
def test_every_mistake_costs_and_every_other_right_form_does_not(
    small_kit: Path, name: str
) -> None:
    key = KEYS[name]
    spec = KIND.seal(key, quick)
    assert KIND.mark(encode(KIND.example(key)), spec, quick) == Mark(1.0, "")
    wrong, same = list(KIND.wrong(key)), list(KIND.same(key))
    assert len(wrong) >= 8
    assert len(same) >= 3
    for each in wrong:
        try:
            given_ = KIND.mark(encode(each.answer), spec, quick)
        except FormError:
            continue
        assert given_.share < 1, each
        assert given_.message
    for each in same:
        assert KIND.mark(encode(each.answer), spec, quick) == Mark(1.0, ""), each


@pytest.mark.parametrize("name", KEYS)
def test_a_seal_is_json_and_the_same_each_time(small_kit: Path, name: str) -> None:
    made = json.dumps(KIND.seal(KEYS[name], SEAL))
    assert made == json.dumps(KIND.seal(KEYS[name], SEAL))


@pytest.mark.parametrize(("key", "said"), BAD_KEYS)
def test_a_key_that_cannot_be_used_is_refused_in_words(
    small_kit: Path, key: Key, said: str
) -> None:
    with pytest.raises(KeyCellError) as caught:
        KIND.seal(key, quick)
    assert said in str(caught.value)


@pytest.mark.parametrize(("name", "answer", "said"), FORMS)
def test_a_wrong_form_is_answered_in_a_students_words(
    small_kit: Path, name: str, answer: object, said: str
) -> None:
    with pytest.raises(FormError) as caught:
        mark(KEYS[name], answer)
    assert said in str(caught.value)


@pytest.mark.parametrize(("name", "answer", "share", "said"), LESS)
def test_what_is_not_quite_right_earns_its_share_and_a_word(
    small_kit: Path, name: str, answer: object, share: float, said: str
) -> None:
    given_ = mark(KEYS[name], answer)
    assert given_.share == pytest.approx(share)
    assert said in given_.message


@settings(
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=120,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(answer=_json)
@pytest.mark.parametrize("name", KEYS)
def test_any_json_earns_a_share_or_a_word_on_its_form(
    small_kit: Path, name: str, answer: Json
) -> None:
    spec = KIND.seal(KEYS[name], quick)
    try:
        KIND.forms(answer, spec, quick)
        given_ = KIND.mark(answer, spec, quick)
    except FormError:
        return
    assert 0 <= given_.share <= 1
    assert bool(given_.message) == (given_.share < 1)


@settings(
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=120,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(part=_json)
def test_any_json_is_a_part_or_gets_a_word(small_kit: Path, part: Json) -> None:
    spec = KIND.seal(next(iter(KEYS.values())), quick)
    with contextlib.suppress(FormError):
        assert isinstance(KIND.part(part, spec), str)


def test_a_check_is_quick(small_kit: Path) -> None:
    tried = 0

    def counting(token: str) -> str:
        nonlocal tried
        tried += 1
        return quick(token)

    for key in KEYS.values():
        spec = KIND.seal(key, counting)
        for each in [*KIND.wrong(key), *KIND.same(key)]:
            tried = 0
            with contextlib.suppress(FormError):
                KIND.mark(encode(each.answer), spec, counting)
            assert tried <= MOST_SEALS, each


def tried(key: Key, function: Any, **more: float) -> dict[str, Json]:
    return call(function, KIND.seal(key, quick)["cases"], **more)


def add(one: float, other: float) -> float:
    return one + other


def broken(one: float, other: float) -> float:
    """Right only for the inputs that are shown."""
    return {3: 3, 4.5: 4.5}.get(one + other, 0)


def test_a_right_function_earns_full_marks() -> None:
    assert tried(ADD, add) == {"outputs": [3, 4.5], "errors": [None, None]}
    assert mark(ADD, tried(ADD, add)) == Mark(1.0, "")
    assert mark(ROUND, tried(ROUND, lambda one, other: one / other)) == Mark(1.0, "")
    assert mark(UPPER, tried(UPPER, str.upper)) == Mark(1.0, "")


def test_what_goes_wrong_is_an_error_in_one_line() -> None:
    def lines(*_: object) -> None:
        raise ValueError("one\n  two\tthree " + "x" * 500)

    def leaves(*_: object) -> None:
        raise SystemExit(3)

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    class MuteError(Exception):
        def __str__(self) -> str:
            raise RuntimeError

    def mute(*_: object) -> None:
        raise MuteError

    def deep(*arguments: object) -> object:
        return deep(*arguments)

    for function, said in [
        (lines, "ValueError: one two three xxx"), (leaves, "SystemExit: 3"),
        (interrupted, "KeyboardInterrupt"), (mute, "MuteError"), (deep, "RecursionError: maximum"),
        (lambda one: one, "TypeError: "), (lambda *_: object(), "it gave a value of type object"),
        (lambda *_: float("nan"), "it gave a number that is not finite"),
        (lambda *_: "x" * 9999, "it gave a very long result"),
        (lambda *_: [[[[[[[[1]]]]]]]], "it gave an answer that is too long or too deeply nested"),
        (7, "TypeError: 'int' object is not callable"),
    ]:  # fmt: skip
        given_ = tried(ADD, function)
        errors = given_["errors"]
        assert isinstance(errors, list)
        assert given_["outputs"] == [None, None]
        assert all(str(each).startswith(said) for each in errors), errors
        assert all("\n" not in str(each) and len(str(each)) <= 160 for each in errors)
        assert encode(given_) == given_
        assert mark(ADD, given_).share == 0


def test_an_endless_loop_is_stopped_and_nothing_more_is_tried() -> None:
    def endless(*_: object) -> None:
        while True:
            pass

    before, start = threading.active_count(), time.perf_counter()
    given_ = tried(ADD, endless, seconds=0.2)
    assert time.perf_counter() - start < 3
    assert given_["errors"] == ["no result within 0.2 seconds; does a loop never end?", NOT_TRIED]
    time.sleep(0.2)
    assert threading.active_count() == before


def test_inputs_are_copies_and_prints_are_not_shown(capsys: pytest.CaptureFixture[str]) -> None:
    spec = KIND.seal(MIXED, quick)

    def clearing(*arguments: object) -> None:
        print("loud")
        for each in arguments:
            if isinstance(each, list):
                each.clear()

    call(clearing, spec["cases"])
    assert spec["cases"][0]["input"] == [[1, 2]]
    assert capsys.readouterr().out == ""


def test_without_threads_it_runs_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", refuse)
    assert tried(ADD, add)["outputs"] == [3, 4.5]


def test_the_manifest_shows_only_what_is_shown() -> None:
    for key, secret in [(MIXED, ["hidden words"]), (ADD, ["42", "40"]), (UPPER, ["KABUL"])]:
        spec = KIND.seal(key, SEAL)
        assert "output" not in json.dumps(spec["cases"])
        made = json.dumps({**spec, "right": [], "locked": ""})
        assert not [each for each in secret if each in made]
    assert secrets(ADD) == [3, 4.5, 42, 0, 40, 2, -1, 1]


def test_right_outputs_open_the_hidden_inputs_and_others_do_not() -> None:
    spec = KIND.seal(ADD, SEAL)
    assert hidden(spec, [3.0, 4.5], SEAL) == [[40, 2], [-1, 1]]
    assert hidden(spec, [3, 4.4], SEAL) == []
    assert hidden(spec, [None, None], SEAL) == []
    assert hidden(spec, [3, 4.5], sealer("salt", "q2")) == []
    assert hidden(KIND.seal(UPPER, SEAL), ["KABUL"], SEAL) == []


def test_a_grader_tries_hidden_inputs_too() -> None:
    spec = KIND.seal(ADD, SEAL)
    more = hidden(spec, [3, 4.5], SEAL)
    assert KIND.mark(call(add, [*spec["cases"], *more]), spec, SEAL) == Mark(1.0, "")
    assert KIND.mark(call(broken, spec["cases"]), spec, SEAL) == Mark(1.0, "")
    told = KIND.mark(call(broken, [*spec["cases"], *more]), spec, SEAL)
    assert told.share == 3 / 4
    assert told.message == "Right for 2 of 2 inputs. Right for 1 of 2 hidden inputs."


def test_the_lock_does_not_tell_how_many_inputs_it_holds() -> None:
    two = KIND.seal(ADD, quick)["locked"]
    one = KIND.seal({"cases": ADD["cases"][:3]}, quick)["locked"]
    assert len(one) == len(two) > 0


def test_hints_answer_to_an_output_and_to_an_error() -> None:
    key: Key = {
        **ADD,
        "hints": [
            {"holds": 2, "say": "You multiply."},
            {"holds": "error TypeError", "say": "How many things does it take?"},
            {"answer": {"outputs": [-1, -0.5]}, "say": "You subtract."},
        ],
    }
    spec = KIND.seal(key, SEAL)
    locked = hints.lock(KIND, key, spec, SEAL)
    tried: list[tuple[Any, str]] = [
        (lambda one, other: one * other, "You multiply."),
        (lambda one: one, "How many things does it take?"),
        (lambda one, other: one - other, "You subtract."),
    ]
    for function, said in tried:
        found = hints.find(locked, KIND.forms(call(function, spec["cases"]), spec, SEAL), SEAL)
        assert found is not None
        assert found.say == said


@pytest.mark.parametrize("hint", [{"holds": 3.0}, {"answer": {"outputs": [3, 4.5]}}])
def test_a_hint_to_what_is_right_is_refused(hint: Key) -> None:
    key = {**ADD, "hints": [{**hint, "say": "No."}]}
    with pytest.raises(KeyCellError, match="speaks to what is right"):
        hints.lock(KIND, key, KIND.seal(key, SEAL), SEAL)


def test_a_function_needs_code() -> None:
    assert KIND.control(KIND.seal(ADD, quick)) == {}
