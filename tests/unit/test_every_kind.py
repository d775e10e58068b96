"""Ten thousand values of any type, each given to a question of every kind: always a fair reply."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import matplotlib.pyplot as plt
import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from afkit.exercises.check import Check, exercise
from afkit.exercises.kinds import KINDS
from afkit.exercises.kinds.function import call

STATUSES = {"right", "partly", "not yet", "not answered yet", "ready"}
VALUES = 10_000


class Everything:
    """An object that agrees with everybody, has every attribute, and fails when it is used."""

    def __eq__(self, other: object) -> bool:
        return True

    def __hash__(self) -> int:
        return 0

    def __getattr__(self, name: str) -> object:
        raise RuntimeError(name)

    def __iter__(self) -> object:
        raise RuntimeError

    def __str__(self) -> str:
        raise RuntimeError

    __repr__ = __str__


class Text(str):
    """A text of a class that is not str itself."""

    __slots__ = ()


def looped() -> list[object]:
    """A list that holds itself."""
    loop: list[object] = []
    loop.append(loop)
    return loop


@functools.cache
def drawn() -> object:
    """Axes with something on them."""
    figure, axes = plt.subplots()
    axes.plot([1, 2], [3, 4])
    plt.close(figure)
    return axes


def raising(*_: object) -> object:
    """A function that does not do what it should."""
    raise KeyError("no")


#: Texts that mean something to one kind or another, so that readers of answers get to work.
TELLING = st.sampled_from(
    [
        "a", "b", "A, B", "ab", "x", "2021-08-19", "19 August 2021", "28 Asad 1400", "2021~", "120",
        "1,20", "120 sheep", "12 %",
        "Amina Rahmani", "Amin", "امینه رحمانی", "Amina - Amin", "upper mill",
        "city-2021-paper", "[@city-2021-paper]", "year", "…", "\u200f", "\ud800",
        "\x00", "q1", "None",
    ]
)  # fmt: skip
NUMBERS = st.integers() | st.floats() | st.complex_numbers() | st.decimals() | st.fractions()
LEAVES = (
    st.none()
    | st.booleans()
    | NUMBERS
    | st.text(max_size=30)
    | TELLING
    | st.binary(max_size=9)
    | st.dates()
    | st.datetimes()
    | st.times()
    | st.timedeltas()
)
KEYS = TELLING | st.integers(-3, 200) | st.booleans() | st.none()
ODD: list[Callable[[], object]] = [
    Everything, looped, drawn, object, lambda: ..., lambda: NotImplemented, lambda: len,
    lambda: raising, lambda: (lambda *many: many), lambda: (each for each in "ab"), lambda: int,
    lambda: pd, lambda: Text("a"), lambda: np.array([[1, 2], [3, 4]]), lambda: np.float32("nan"),
    lambda: np.array(["a", None], object), lambda: pd.Series([1, 2]), lambda: pd.NaT, lambda: pd.NA,
    lambda: pd.DataFrame({"town": ["Upper"], "wells": [3]}), lambda: pd.DataFrame({1: [], "a": []}),
    lambda: nx.Graph([("Amina Rahmani", "Amin Rahmani")]), nx.DiGraph, lambda: Decimal("NaN"),
    lambda: Fraction(1, 3), lambda: dt.date.max, lambda: memoryview(b"a"), lambda: ValueError("no"),
    lambda: {"outputs": [3, 10]}, lambda: {"plot": {"series": [{}]}}, lambda: {"plot": None},
]  # fmt: skip
ANYTHING = (
    st.recursive(
        LEAVES,
        lambda inner: (
            st.lists(inner, max_size=5)
            | st.tuples(inner, inner)
            | st.dictionaries(KEYS, inner, max_size=4)
        ),
        max_leaves=8,
    )
    | st.frozensets(TELLING, max_size=4)
    | st.sampled_from(ODD).map(lambda make: make())
    | st.lists(st.sampled_from(ODD).map(lambda make: make()), max_size=2)
)


@pytest.fixture
def every_kind(both_units: Path, monkeypatch: pytest.MonkeyPatch) -> Check:
    """An exercise with a question of every kind, sealed as usual but not stretched."""
    monkeypatch.setattr("afkit.exercises.kinds.base.ROUNDS", 1)
    quick = functools.partial(call, seconds=0.05)
    monkeypatch.setattr("afkit.exercises.check.call", quick)
    found = exercise("02")
    assert {each["kind"] for each in found.questions.values()} == set(KINDS)
    return found


@settings(
    max_examples=VALUES, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True
)
@given(value=ANYTHING)
def test_whatever_is_answered_there_is_a_reply(every_kind: Check, value: object) -> None:
    for name, question in every_kind.questions.items():
        feedback = every_kind.feedback(name, value)
        assert feedback.status in STATUSES
        assert 0 <= feedback.points <= question["points"]
        assert feedback.text
        assert feedback.message or feedback.status in {"right", "ready", "not answered yet"}
