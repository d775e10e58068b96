"""Text, evidence, plot and function: what earns points, what does not, and nothing raises."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from afkit.exercises.answer import encode
from afkit.exercises.check import Check
from afkit.exercises.kinds import KINDS
from afkit.exercises.kinds.base import FormError, KeyCellError, sealer
from afkit.facts import tables

SEAL = sealer("a salt", "q1")
Key = dict[str, Any]

KEYS: list[tuple[str, Key]] = [
    ("text", {"answer": ["attribution"]}),
    ("text", {"holds": ["valley", "river", ["pass", "tunnel"]], "without": ["desert"]}),
    ("text", {"answer": ["the Salang tunnel", "Salang tunnel"], "most_words": 5}),
    ("evidence", {"answer": ["city-2021-paper", "valley-2020-register"], "least": 2}),
    ("evidence", {"answer": ["city-2021-paper"], "least": 1}),
    (
        "evidence",
        {"answer": ["city-2021-paper"], "least": 1, "against": ["valley-2020-register"]},
    ),
    ("plot", {"answer": {"opium": [8.0, 185.0, 224.0]}, "chart": "line", "labels": True}),
    (
        "plot",
        {
            "answer": {"1": [1.5, 2.5, 3.5, 4.5]}, "x": [2001, 2002, 2003, 2004], "decimals": 1,
            "units": "hectares", "title": True, "source": True,
        },
    ),
    ("plot", {"answer": {"a": [1, 2, 3], "b": [3, 2, 1]}, "chart": ["bar", "barh"]}),
    (
        "function",
        {"cases": [{"input": [n], "output": n * n} for n in (2, 3, 5, 7)], "shown": 2},
    ),
    (
        "function",
        {"cases": [{"input": [w], "output": w.upper()} for w in ("a", "bc", "def")], "shown": 1},
    ),
    (
        "function",
        {
            "cases": [{"input": [n, 3], "output": n / 3} for n in (1, 2, 4, 8)],
            "shown": 2, "decimals": 3,
        },
    ),
]  # fmt: skip
each_key = pytest.mark.parametrize(("name", "key"), KEYS)


@pytest.fixture(autouse=True)
def _kit(small_kit: object) -> None:
    """References are those of the small kit."""


def share(name: str, key: Key, answer: Any) -> float:  # noqa: ANN401
    kind = KINDS[name]
    try:
        return kind.mark(encode(answer), kind.seal(key, SEAL), SEAL).share
    except FormError:
        return 0.0


@each_key
def test_the_example_earns_all(name: str, key: Key) -> None:
    assert share(name, key, KINDS[name].example(key)) == 1


@each_key
def test_every_mistake_costs_points(name: str, key: Key) -> None:
    made = list(KINDS[name].wrong(key))
    assert len(made) >= 8
    assert [each for each in made if share(name, key, each.answer) == 1] == []


@each_key
def test_every_right_form_is_taken(name: str, key: Key) -> None:
    made = list(KINDS[name].same(key))
    assert len(made) >= 3
    assert [each for each in made if share(name, key, each.answer) < 1] == []


@each_key
def test_the_seal_is_not_the_answer(name: str, key: Key) -> None:
    sealed = repr(KINDS[name].seal(key, SEAL))
    secrets = [
        "attribution",
        "river",
        "Salang",
        "city-2021",
        "valley-2020",
        "185.0",
        "DEF",
        "2.666",
    ]
    assert [each for each in secrets if each in sealed] == []


BROKEN: list[tuple[str, Key]] = [
    ("text", {}),
    ("text", {"holds": []}),
    ("evidence", {"answer": []}),
    ("evidence", {"answer": ["nobody-0000"]}),
    ("evidence", {"answer": ["city-2021-paper"], "least": 2}),
    ("plot", {"answer": {}}),
    ("plot", {"answer": {"a": ["x"]}}),
    ("function", {"cases": []}),
    ("function", {"cases": [{"input": [1]}]}),
]


@pytest.mark.parametrize(("name", "key"), BROKEN)
def test_a_key_that_cannot_be_used_is_refused(name: str, key: Key) -> None:
    with pytest.raises(KeyCellError):
        KINDS[name].seal(key, SEAL)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(
        st.sampled_from(["plot", "series", "outputs", "errors", "x", "y", "label", "kind"])
        | st.text(max_size=5),
        inner,
        max_size=4,
    ),
    max_leaves=12,
)  # fmt: skip


@settings(max_examples=150, deadline=None, derandomize=True)
@given(answer=JSON, at=st.integers(0, len(KEYS) - 1))
def test_any_answer_earns_a_share_or_a_word_on_its_form(answer: Any, at: int) -> None:  # noqa: ANN401
    name, key = KEYS[at]
    kind = KINDS[name]
    try:
        mark = kind.mark(encode(answer), SEALED[at], SEAL)
    except FormError:
        return
    assert 0 <= mark.share <= 1


SEALED: list[Any] = []


@pytest.fixture(autouse=True)
def _sealed(_kit: None) -> None:
    if not SEALED:
        SEALED.extend(KINDS[name].seal(key, SEAL) for name, key in KEYS)


def test_two_papers_of_one_publisher_are_not_independent(real_kit: object) -> None:
    listed = sorted(tables.references())[:40]
    key = {"answer": listed, "least": 2, "independent": True}
    known = tables.references()
    of: dict[str, list[str]] = {}
    for name in listed:
        of.setdefault(str(known[name].get("container-title", name)), []).append(name)
    one, same = next(each[:2] for each in of.values() if len(each) > 1)
    other = next(each[0] for each in of.values() if one not in each)
    assert share("evidence", key, [one, same]) < 1
    assert share("evidence", key, [one, other]) == 1


def test_an_axes_is_read_as_data() -> None:
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots()
    axes.plot([2001, 2002, 2003], [8, 185, 224], label="opium")
    axes.set(xlabel="year", ylabel="tonnes")
    key = {"answer": {"opium": [8.0, 185.0, 224.0]}, "chart": "line", "labels": True}
    assert share("plot", key, axes) == 1
    axes.set(ylabel="")
    assert 0 < share("plot", key, axes) < 1
    plt.close(figure)


def test_a_function_is_called_by_the_check() -> None:
    key = {"cases": [{"input": [n], "output": n * n} for n in (2, 3, 5)], "shown": 2}
    sealed = KINDS["function"].seal(key, SEAL)
    question = {"id": "q1", "kind": "function", "points": 2, "key": sealed}
    check = Check({"unit": "01", "salt": "a salt", "questions": [question]})
    assert check.feedback("q1", lambda n: n**2).points > 0
    assert check.feedback("q1", lambda n: n + 1).points == 0
    broken = check.feedback("q1", lambda n: n / 0)
    assert broken.points == 0
    assert "ZeroDivisionError" in broken.message
    assert "Traceback" not in broken.message
