"""What may be an answer, in which form it travels, and what is refused."""

from __future__ import annotations

import datetime as dt
import json
import math
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from afkit.exercises.answer import AnswerError, encode, is_blank
from afkit.facts.dates import Edtf
from afkit.facts.names import actor

steady = settings(derandomize=True, database=None, deadline=None, max_examples=200)


@pytest.mark.parametrize("value", [True, False, 0, -7, 2**200, 1.5, -0.5, "", "Panjshir", "پنجشیر"])
def test_plain_values_travel_as_they_are(value: object) -> None:
    wire = encode(value)
    assert wire == value
    assert type(wire) is type(value)


@pytest.mark.parametrize("value", [None, ...])
def test_an_open_answer_is_null(value: object) -> None:
    assert encode(value) is None


@pytest.mark.parametrize(
    "value",
    [
        dt.date(2021, 8, 19),
        dt.datetime(2021, 8, 19, 23, 59),
        dt.datetime(2021, 8, 19, tzinfo=dt.UTC),
        pd.Timestamp("2021-08-19 07:30"),
        pd.Timestamp("2021-08-19", tz="Asia/Kabul"),
        np.datetime64("2021-08-19"),
        np.datetime64("2021-08-19", "ns"),
        Edtf("2021-08-19"),
    ],
    ids=repr,
)
def test_a_day_in_any_library_is_its_iso_text(value: object) -> None:
    assert encode(value) == "2021-08-19"


def test_an_uncertain_date_keeps_its_mark() -> None:
    assert encode(Edtf("2001-11~")) == "2001-11~"


@pytest.mark.parametrize(
    ("value", "wire"),
    [
        (np.int64(3), 3),
        (np.float64(2.5), 2.5),
        (np.bool_(True), True),
        (np.str_("a"), "a"),
        (np.array([[1, 2], [3, 4]]), [[1, 2], [3, 4]]),
        (np.array(["2021-08-19"], dtype="datetime64[ns]"), ["2021-08-19"]),
        (pd.Series(["b", "a"]), ["b", "a"]),
        (pd.Series(pd.to_datetime(["2021-08-19"])), ["2021-08-19"]),
        (pd.Series(["b", "a", "b"]).unique(), ["b", "a"]),
        (pd.Series(["b", "a"], dtype="string").array, ["b", "a"]),
        (pd.Series(pd.to_datetime(["2021-08-19"])).array, ["2021-08-19"]),
        (pd.array([1, 2], dtype="Int64"), [1, 2]),
        (pd.Series(["b", "a", "b"]).value_counts(), [2, 1]),
        (pd.Index([1, 2]), [1, 2]),
        (pd.Categorical(["a", "b"]), ["a", "b"]),
    ],
    ids=repr,
)
def test_library_values_travel_as_what_they_hold(value: object, wire: object) -> None:
    made = encode(value)
    assert made == wire
    assert json.dumps(made) == json.dumps(wire)


FRAME = pd.DataFrame({"town": ["b", "a"], "dead": [2, 3]})


@pytest.mark.parametrize(
    ("frame", "rows"),
    [
        (FRAME, [{"town": "b", "dead": 2}, {"town": "a", "dead": 3}]),
        (FRAME.sort_values("town"), [{"town": "a", "dead": 3}, {"town": "b", "dead": 2}]),
        (FRAME.set_index("town"), [{"town": "b", "dead": 2}, {"town": "a", "dead": 3}]),
        (FRAME.set_index("town").rename_axis(None), [{"dead": 2}, {"dead": 3}]),
        (FRAME.set_index("town", drop=False)[["town"]], [{"town": "b"}, {"town": "a"}]),
        (FRAME.groupby("town").sum(), [{"town": "a", "dead": 3}, {"town": "b", "dead": 2}]),
        (
            FRAME.groupby("town").agg({"dead": ["sum", "max"]}),
            [{"town": "a", "dead sum": 3, "dead max": 3}, {"town": "b", "dead sum": 2, "dead max": 2}],  # noqa: E501
        ),
        (
            pd.DataFrame({"n": [1.5, None], "who": ["a", None], "day": [pd.Timestamp("2021-08-19"), None]}),  # noqa: E501
            [{"n": 1.5, "who": "a", "day": "2021-08-19"}, {"n": None, "who": None, "day": None}],
        ),
        (pd.DataFrame({"n": pd.array([1, None], dtype="Int64")}), [{"n": 1}, {"n": None}]),
        (pd.DataFrame({"c": pd.Categorical(["a"]), "b": [True]}), [{"c": "a", "b": True}]),
        (pd.DataFrame({"l": [["a", {"b": 1}]]}), [{"l": ["a", {"b": 1}]}]),
        (pd.DataFrame([[1, 2]]), [{"0": 1, "1": 2}]),
        (pd.DataFrame({dt.date(2021, 8, 19): [1]}), [{"2021-08-19": 1}]),
        (pd.DataFrame({"a": []}), []),
        (pd.DataFrame(), []),
    ],
    ids=lambda value: repr(value)[:30],
)  # fmt: skip
def test_a_table_travels_as_its_rows(frame: pd.DataFrame, rows: object) -> None:
    before = frame.copy()
    made = encode(frame)
    assert made == rows
    assert json.dumps(made) == json.dumps(rows)
    pd.testing.assert_frame_equal(frame, before)


def test_a_table_inside_a_list_is_taken_as_well() -> None:
    assert encode([FRAME.head(1)]) == [[{"town": "b", "dead": 2}]]


@pytest.mark.parametrize(
    ("graph", "edges"),
    [
        (nx.Graph([("a", "b"), ("b", "c")]), [["a", "b"], ["b", "c"]]),
        (nx.DiGraph([("b", "a", {"kind": "k", "words": "w"})]), [["b", "a", "k"]]),
        (nx.MultiGraph([("a", "b", {"kind": "k"}), ("a", "b")]), [["a", "b", "k"], ["a", "b"]]),
        (nx.MultiDiGraph([(1, 2), (2, 1)]), [[1, 2], [2, 1]]),
        (nx.Graph(), []),
    ],
    ids=str,
)
def test_a_graph_travels_as_its_edges(graph: object, edges: object) -> None:
    assert encode(graph) == edges


def test_a_graph_that_lies_about_its_edges_brings_in_nothing_else() -> None:
    graph: Any = nx.Graph([("a", "b")])
    graph.__dict__["edges"] = lambda **_: [("a", "b", EqualsAll())]
    with pytest.raises(AnswerError, match="a value of type EqualsAll"):
        encode(graph)


def test_an_actor_travels_as_its_id(small_kit: Path) -> None:
    assert encode([actor("Amin Rahmani", small_kit)]) == ["amin-rahmani"]


@pytest.mark.parametrize(
    ("value", "wire"),
    [
        (("a", 1), ["a", 1]),
        ({"c", "a", "b"}, ["a", "b", "c"]),
        (frozenset({3, 1, 2}), [1, 2, 3]),
        ({"a": {"b": [1, None]}}, {"a": {"b": [1, None]}}),
        ({1: "x", dt.date(2021, 8, 19): "y"}, {"1": "x", "2021-08-19": "y"}),
        ([[[[[[1]]]]]], [[[[[[1]]]]]]),
        ([], []),
    ],
)
def test_collections_become_lists_and_mappings(value: object, wire: object) -> None:
    assert encode(value) == wire


def test_a_set_travels_in_one_order_however_it_was_written() -> None:
    assert encode({"b", 1, "a", None}) == encode({None, "a", 1, "b"})


class EqualsAll:
    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = None  # type: ignore[assignment]  # as Python does for a class with __eq__


class Sly(str):
    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = str.__hash__


class SlyInt(int):
    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = int.__hash__


class SlyList(list[Any]):
    def __iter__(self) -> Iterator[Any]:
        raise RuntimeError("looked at")


class SlyDict(dict[str, Any]):
    pass


class SlyDate(dt.date):
    def __str__(self) -> str:
        return "2021-08-19"


class SlyFrame(pd.DataFrame):
    pass


class SlyGraph(nx.Graph):  # type: ignore[type-arg]  # of whatever
    pass


def _cycle() -> object:
    value: list[object] = []
    value.append(value)
    return value


def _mapping_cycle() -> object:
    value: dict[str, object] = {}
    value["self"] = value
    return value


REFUSED: list[tuple[str, Callable[[], object], str]] = [
    ("an object", object, "a value of type object"),
    ("a class", lambda: EqualsAll, "a value of type type"),
    ("equal to all", EqualsAll, "a value of type EqualsAll"),
    ("equal to all, inside a list", lambda: [EqualsAll()], "a value of type EqualsAll"),
    ("a text's subclass", lambda: Sly("b"), "a value of type Sly"),
    ("a number's subclass", lambda: SlyInt(1), "a value of type SlyInt"),
    ("a list's subclass", lambda: SlyList([1]), "a value of type SlyList"),
    ("a mapping's subclass", lambda: SlyDict(a=1), "a value of type SlyDict"),
    ("a mapping's sly key", lambda: {Sly("a"): 1}, "a value of type Sly"),
    ("a date's subclass", lambda: SlyDate(2021, 1, 1), "a value of type SlyDate"),
    ("a function", lambda: encode, "a value of type function"),
    ("a generator", lambda: (each for each in "ab"), "a value of type generator"),
    ("a range", lambda: range(3), "a value of type range"),
    ("bytes", lambda: b"b", "a value of type bytes"),
    ("complex", lambda: 1j, "a value of type complex"),
    ("a table's subclass", lambda: SlyFrame({"a": [1]}), "a value of type SlyFrame"),
    ("a table of objects", lambda: pd.DataFrame({"a": [object()]}), "a value of type object"),
    ("one in a table", lambda: pd.DataFrame({"a": [EqualsAll()]}), "a value of type EqualsAll"),
    ("infinity in a table", lambda: pd.DataFrame({"a": [math.inf]}), "a number that is not finite"),
    ("a sly name", lambda: pd.DataFrame({Sly("a"): [1]}), "a value of type Sly"),
    ("two names", lambda: pd.DataFrame([[1, 2]], columns=["a", "a"]), "two columns of one name"),
    ("1 and '1'", lambda: pd.DataFrame([[1, 2]], columns=[1, "1"]), "two columns of one name"),
    ("a long table", lambda: pd.DataFrame({"a": range(6_000)}), "too long or too deeply nested"),
    ("a huge table", lambda: pd.DataFrame({"a": range(10**6)}), "too long or too deeply nested"),
    ("only an index", lambda: pd.DataFrame(index=range(10**6)), "too long or too deeply nested"),
    ("a graph's subclass", SlyGraph, "a value of type SlyGraph"),
    ("a graph of objects", lambda: nx.Graph([(object(), 1)]), "a value of type object"),
    ("a large graph", lambda: nx.path_graph(20_000), "too long or too deeply nested"),
    ("a view of a graph", lambda: nx.path_graph(2).edges, "a value of type EdgeView"),
    ("a function of networkx", lambda: nx.path_graph, "a value of type"),
    ("no time", lambda: pd.NaT, "a value of type NaTType"),
    ("nan", lambda: float("nan"), "a number that is not finite"),
    ("infinity", lambda: [float("-inf")], "a number that is not finite"),
    ("nan of numpy", lambda: np.float64("nan"), "a number that is not finite"),
    ("a gap in a Series", lambda: pd.Series([1.0, None]), "a number that is not finite"),
    ("a cycle", _cycle, "too long or too deeply nested"),
    ("a cycle of mappings", _mapping_cycle, "too long or too deeply nested"),
    ("7 deep", lambda: [[[[[[[1]]]]]]], "too long or too deeply nested"),
    ("10,000 items", lambda: [0] * 10_000, "too long or too deeply nested"),
    ("many in an array", lambda: np.zeros(10_000), "too long or too deeply nested"),
    ("many in branches", lambda: [[0] * 2500] * 4, "too long or too deeply nested"),
    ("a long text", lambda: "x" * 100_001, "a text of more than 100,000 characters"),
    ("half a character", lambda: "\ud800", "a text"),
    ("a huge number", lambda: 10**80, "a number of more than 70 digits"),
    ("a huge number below 0", lambda: {"a": -(2**256)}, "a number of more than 70 digits"),
]


@pytest.mark.parametrize(
    ("make", "said"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED]
)
def test_what_is_no_answer_is_refused_in_words(make: Callable[[], object], said: str) -> None:
    with pytest.raises(AnswerError, match=said):
        encode(make())


@pytest.mark.parametrize(
    "value", ["x" * 100_000, [0] * 9_999, 2**256 - 1], ids=["text", "items", "digits"]
)
def test_the_limits_themselves_are_allowed(value: object) -> None:
    assert encode(value) == value


def _posing(home: str, name: str, **members: object) -> object:
    """An object of a class that claims to come from another library."""
    return type(name, (), {"__module__": home, **members})()


def _raise(*_: object) -> object:
    raise RuntimeError("looked at")


@pytest.mark.parametrize(
    "value",
    [
        _posing("numpy", "ndarray", tolist=lambda _: "a"),
        _posing("pandas.arrays", "StringArray", tolist=lambda _: ["a"]),
        _posing("numpy", "ndarray", tolist=lambda _: object()),
        _posing("numpy", "ndarray", tolist=lambda self: self),
        _posing("numpy", "ndarray", tolist=_raise),
        _posing("pandas.x", "Timestamp", isoformat=_raise),
        _posing("pandas", "Timestamp"),
        _posing("pandas", "DataFrame", columns=["a"], size=1),
        _posing("networkx.classes.graph", "Graph", number_of_edges=lambda _: 1),
        _posing("afkit", "Actor"),
        _posing("afkit", "Edtf", __str__=_raise),
    ],
    ids=[
        "gives a text",
        "gives a list",
        "gives an object",
        "gives itself",
        "raises",
        "raises iso",
        "no iso",
        "no table",
        "no graph",
        "no id",
        "no text",
    ],
)
def test_an_object_that_poses_as_a_library_value_is_refused(value: object) -> None:
    with pytest.raises(AnswerError):
        encode(value)


class _EqualsEveryClass(type):
    def __eq__(cls, other: object) -> bool:
        return True

    __hash__ = type.__hash__


class _Nameless(type):
    __name__ = property(_raise)


@pytest.mark.parametrize("base", [object, str, int, float, list, tuple, set, dict, dt.date])
@pytest.mark.parametrize("meta", [_EqualsEveryClass, _Nameless])
def test_a_class_that_equals_every_class_is_none_of_them(meta: type[type], base: type) -> None:
    made = meta("Odd", (base,), {"bit_length": lambda _: 1, "__module__": 5})
    value = made(2021, 8, 19) if base is dt.date else made()
    with pytest.raises(AnswerError, match=r"a value of type Odd$"):
        encode(value)


def test_a_posing_object_cannot_bring_in_a_text_that_equals_everything() -> None:
    value = _posing("afkit", "Edtf", __str__=lambda _: Sly("b"))
    try:
        wire = encode(value)
    except AnswerError:
        return
    assert type(wire) is str


@pytest.mark.parametrize("value", [..., None, "", "  ", "\n\n", "\t"])
def test_an_untouched_answer_is_blank(value: object) -> None:
    assert is_blank(value)


@pytest.mark.parametrize("value", [0, False, [], {}, 0.0, "a", ".", [...], Sly(""), EqualsAll()])
def test_anything_else_is_an_answer(value: object) -> None:
    assert not is_blank(value)


_leaves = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.complex_numbers()
    | st.text()
    | st.binary()
    | st.dates()
    | st.datetimes()
    | st.decimals()
    | st.just(...)
    | st.builds(object)
    | st.builds(EqualsAll)
    | st.floats(width=32).map(np.float32)
    | st.integers(-9, 9).map(np.int8)
    | st.builds(pd.Timestamp, st.datetimes(dt.datetime(1700, 1, 1), dt.datetime(2200, 1, 1)))
    | st.sampled_from([pd.NaT, pd.NA, np.datetime64("NaT", "D"), range(2), encode, dt.time(1)])
)
_keys = st.text() | st.integers() | st.none() | st.dates() | st.tuples(st.booleans())
_values = st.recursive(
    _leaves,
    lambda inner: (
        st.lists(inner)
        | st.tuples(inner, inner)
        | st.frozensets(_keys)
        | st.sets(_keys)
        | st.dictionaries(_keys, inner)
        | st.lists(inner).map(lambda items: pd.Series(items, dtype="object"))
        | st.lists(inner).map(lambda items: pd.DataFrame({"a": pd.Series(items, dtype="object")}))
    ),
)


@steady
@given(_values)
def test_any_value_becomes_json_or_is_refused(value: object) -> None:
    try:
        wire = encode(value)
    except AnswerError:
        return
    assert json.loads(json.dumps(wire, allow_nan=False)) == wire


@steady
@given(_values)
def test_what_travels_can_travel_again(value: object) -> None:
    try:
        wire = encode(value)
    except AnswerError:
        return
    assert encode(wire) == wire
