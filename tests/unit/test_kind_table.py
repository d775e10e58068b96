"""Table: what earns the marks, what it says, which keys it refuses, what a seal tells."""

from __future__ import annotations

import datetime as dt
import json
import time
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from afkit.exercises import hints
from afkit.exercises.answer import Json, encode
from afkit.exercises.kinds import KINDS
from afkit.exercises.kinds.base import FormError, KeyCellError, Mark, sealer

SEAL = sealer("salt", "q1")
TABLE = KINDS["table"]
Key = dict[str, Any]

ROWS: list[dict[str, Any]] = [
    {"town": "Upper Valley", "sheep": 120, "share": 0.25},
    {"town": "Lower Valley", "sheep": 60, "share": 0.125},
    {"town": "دره", "sheep": 7, "share": 0.5},
]
COLUMNS = ["town", "sheep", "share"]
PLAIN: Key = {"columns": COLUMNS, "answer": ROWS}
KEYED: Key = {**PLAIN, "key": "town", "decimals": 1}
ORDERED: Key = {**PLAIN, "ordered": True}
DAYS: Key = {
    "columns": ["day", "open"],
    "answer": [{"day": dt.date(2021, 8, 19), "open": True}, {"day": "2021-08-20", "open": False}],
}
ONE: Key = {"columns": ["number"], "answer": [{"number": 4}]}
TWINS: Key = {
    "columns": ["from", "to"],
    "answer": [{"from": "a", "to": "b"}, {"from": "a", "to": "b"}, {"from": "b", "to": "a"}],
}
GAPS: Key = {"columns": ["who", "what"], "answer": [{"who": "a", "what": 1}, {"who": "b"}]}
ROUND: Key = {"columns": ["year", "dead"], "answer": [{"year": 1, "dead": 1234}], "decimals": -2}
KEYS = {
    "plain": PLAIN, "keyed": KEYED, "ordered": ORDERED, "days": DAYS, "one": ONE, "twins": TWINS,
    "gaps": GAPS, "round": ROUND,
}  # fmt: skip


def quick(token: str) -> str:
    """A seal for many tries: as strict about its token as the real one, without the delay."""
    return token.encode().hex()


def mark(key: Key, answer: object) -> Mark:
    """What is said to an answer as a student writes it."""
    return TABLE.mark(encode(answer), TABLE.seal(key, SEAL), SEAL)


def changed(place: int, **cells: object) -> list[dict[str, Any]]:
    """The right rows with other cells in one of them."""
    return [{**row, **cells} if number == place else row for number, row in enumerate(ROWS)]


FRAME = pd.DataFrame(ROWS)


@pytest.mark.parametrize(
    ("key", "answer"),
    [
        (PLAIN, ROWS),
        (PLAIN, ROWS[::-1]),
        (PLAIN, FRAME),
        (PLAIN, FRAME.sort_values("sheep").reset_index(drop=True)),
        (PLAIN, FRAME.set_index("town")),
        (PLAIN, FRAME[["share", "town", "sheep"]]),
        (PLAIN, FRAME.astype({"sheep": float})),
        (PLAIN, FRAME.rename(columns=str.upper)),
        (PLAIN, FRAME.assign(share=FRAME["share"] + 1e-12)),
        (PLAIN, FRAME.to_dict("list")),
        (PLAIN, [list(row.values()) for row in ROWS]),
        (PLAIN, [{name: f" {row[name]} " for name in row} for row in ROWS]),
        (PLAIN, [*ROWS, {"town": "", "sheep": "", "share": None}]),
        (KEYED, changed(1, share=0.14)),
        (ORDERED, FRAME),
        (DAYS, pd.DataFrame({"day": pd.to_datetime(["2021-08-19", "2021-08-20"]), "open": [1, 0]})
            .astype({"open": bool})),
        (DAYS, [["2021-08-20", "false"], ["2021-08-19", "True"]]),
        (ONE, pd.DataFrame({"Number": np.array([4])})),
        (TWINS, [["b", "a"], ["a", "b"], ["a", "b"]]),
        (GAPS, pd.DataFrame({"who": ["a", "b"], "what": [1, None]})),
        (GAPS, [{"who": "a", "what": "1"}, {"who": "B"}]),
        (ROUND, [["1", "1,200"]]),
        (ROUND, [[1, 1249.9]]),
    ],
)  # fmt: skip
def test_every_right_form_earns_full_marks(key: Key, answer: object) -> None:
    assert mark(key, answer) == Mark(1.0, "")


def test_groups_and_counts_of_pandas_are_tables() -> None:
    flock = pd.DataFrame({"town": ["a", "b", "a"], "sheep": [1, 2, 3]})
    key: Key = {
        "columns": ["town", "sheep"],
        "answer": [{"town": "a", "sheep": 4}, {"town": "b", "sheep": 2}],
    }
    assert mark(key, flock.groupby("town")[["sheep"]].sum()).share == 1
    assert mark(key, flock.groupby("town", as_index=False).sum()).share == 1


@pytest.mark.parametrize(
    ("key", "answer", "share", "said"),
    [
        (PLAIN, changed(0, sheep=121), 8 / 9, "Column sheep: 1 wrong cell. 1 row is not right."),
        (PLAIN, changed(0, sheep=1, share=1), 7 / 9, "Column share: 1 wrong cell. 1 row is not"),
        (PLAIN, changed(0, sheep=None), 8 / 9, "Column sheep: 1 wrong cell."),
        (PLAIN, changed(0, town="Valley"), 6 / 9, "1 row not among those asked (matched by town)"),
        (PLAIN, ROWS[:2], 6 / 9, "2 rows; 3 are asked."),
        (PLAIN, [*ROWS, ROWS[0]], 6 / 9, "4 rows; 3 are asked. 1 row not among those asked"),
        (PLAIN, [*ROWS, *ROWS], 0, "6 rows; 3 are asked."),
        (PLAIN, FRAME.drop(columns="share"), 6 / 9, "Missing columns: share."),
        (PLAIN, FRAME.drop(columns="town"), 0, "Missing columns: town."),
        (PLAIN, FRAME.assign(cows=1), 9 / 12, "Not asked for: 1 column (cows)."),
        (PLAIN, FRAME.assign(cows=1, hens=2), 9 / 15, "Not asked for: 2 columns (cows, hens)."),
        (PLAIN, FRAME.rename(columns={"share": "part"}), 6 / 12, "Missing columns: share. Not ask"),
        (PLAIN, [], 0, "Missing columns: town, sheep, share. 0 rows; 3 are asked."),
        (PLAIN, FRAME.iloc[:0], 0, "0 rows; 3 are asked."),
        (ORDERED, ROWS[::-1], 3 / 9, "Each row is one of those asked; look at their order."),
        (ORDERED, [ROWS[1], ROWS[0], ROWS[2]], 3 / 9, "look at their order."),
        (ORDERED, changed(1, sheep=61), 8 / 9, "Column sheep: 1 wrong cell. 1 row is not right."),
        (ORDERED, [*ROWS, ROWS[0]], 6 / 9, "4 rows; 3 are asked."),
        (ONE, [[5]], 0, "0"),
        (TWINS, [["a", "b"], ["b", "a"], ["b", "a"]], 2 / 3, "1 row not among those asked"),
        (GAPS, [["a", 1], ["b", 1]], 3 / 4, "Column what: 1 wrong cell."),
    ],
)
def test_each_right_cell_counts(key: Key, answer: object, share: float, said: str) -> None:
    given = mark(key, answer)
    assert given.share == pytest.approx(share)
    if key is not ONE:
        assert said in given.message
    assert "120" not in given.message


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("Upper Valley", "a DataFrame or a list of rows; you gave the text 'Upper Valley'"),
        (7, "a DataFrame or a list of rows; you gave the number 7"),
        ({"town": "Upper Valley"}, "columns of the same length"),
        ({"town": ["a", "b"], "sheep": [1]}, "columns of the same length"),
        (["Upper Valley"], "rows of 3 columns (town, sheep, share); you gave the text 'Upper"),
        ([["Upper Valley", 1]], "rows of 3 columns (town, sheep, share); you gave a list of 2"),
        (changed(0, sheep=[120]), "one text, number or date in each cell; you gave a list of 1"),
        (FRAME["sheep"], "rows of 3 columns"),
    ],
)
def test_a_wrong_form_is_answered_in_a_students_words(answer: object, said: str) -> None:
    with pytest.raises(FormError) as caught:
        mark(PLAIN, answer)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"columns": []}, "columns []; expected texts, each another one"),
        ({"columns": ["town", "Town", "sheep", "share"]}, "expected texts, each another one"),
        ({"columns": ["town", 1]}, "expected texts"),
        ({"columns": ["town"]}, "answer, row 1: sheep, share is not in columns"),
        ({"answer": []}, "answer; expected rows, each { column = value, ... }"),
        ({"answer": [1]}, "expected rows"),
        ({"answer": [{"town": ["a"]}]}, "answer, row 1; expected texts, numbers and dates"),
        ({"answer": [{"sheep": float("nan")}]}, "answer holds a number that is not finite"),
        ({"answer": [{"town": dt.time(1)}]}, "answer holds a value of type time"),
        ({"answer": [{"sheep": 10**20}]}, "expected numbers of ordinary size"),
        ({"answer": [{}]}, "expected no row that is blank"),
        ({"answer": [{"town": " "}]}, "expected no row that is blank"),
        ({"answer": ROWS * 30}, "expected at most 200 cells"),
        ({"key": "cows"}, "key 'cows'; expected a column with another value in every row"),
        ({"key": "sheep", "answer": [ROWS[0], ROWS[0]]}, "another value in every row"),
        ({"key": "share", "decimals": 0, "answer": [ROWS[0], ROWS[1]]}, "another value in every"),
        ({"key": "town", "ordered": True}, "key and ordered; expected one of the two"),
        ({"decimals": 7}, "decimals 7; expected -6 to 6"),
    ],
)
def test_a_key_that_cannot_be_used_is_refused_in_words(change: Key, said: str) -> None:
    with pytest.raises(KeyCellError) as caught:
        TABLE.seal({**PLAIN, **change}, SEAL)
    assert said in str(caught.value)


@pytest.mark.parametrize("key", KEYS.values(), ids=KEYS)
def test_a_seal_shows_columns_and_size_but_no_cell(key: Key) -> None:
    spec = TABLE.seal(key, SEAL)
    assert set(spec) - {"whole"} == {"columns", "by", "decimals", "rows", "right"}
    assert len(spec["right"]) == len(key["columns"]) * len(key["answer"])
    sealed = [*spec["right"], *spec.get("whole", [])]
    assert all(len(each) == 24 for each in sealed)
    assert spec["right"] == sorted(spec["right"])
    assert spec == json.loads(json.dumps(spec))


@pytest.mark.parametrize(
    ("key", "by"),
    [
        (PLAIN, ["town"]),
        (KEYED, ["town"]),
        (ORDERED, []),
        (TWINS, ["from", "to"]),
        ({"columns": ["n", "t"], "answer": [{"n": 1, "t": "a"}, {"n": 2, "t": "b"}]}, ["t"]),
        ({"columns": ["n", "t"], "answer": [{"n": 1, "t": "a"}, {"n": 2, "t": "a"}]}, ["n"]),
        (
            {"columns": list("xyz"), "answer": [
                {"x": 1, "y": 1, "z": 1}, {"x": 1, "y": 2, "z": 1}, {"x": 2, "y": 1, "z": 1},
            ]},
            ["x", "y"],
        ),
    ],
)  # fmt: skip
def test_rows_are_matched_by_what_tells_them_apart(key: Key, by: list[str]) -> None:
    assert TABLE.seal(key, quick)["by"] == by


def test_it_can_be_answered_without_code() -> None:
    assert TABLE.control(TABLE.seal(PLAIN, quick)) == {"as": "grid", "columns": COLUMNS}


def test_a_large_answer_is_judged_at_once() -> None:
    began = time.monotonic()
    rows = [["x", 1, 1]] * 2400
    assert mark(PLAIN, rows).share == 0
    assert len(TABLE.forms(encode(rows), TABLE.seal(PLAIN, quick), quick)) < 60
    assert time.monotonic() - began < 3


@pytest.mark.parametrize("key", KEYS.values(), ids=KEYS)
def test_mistakes_cost_marks_and_other_forms_do_not(key: Key) -> None:
    spec = TABLE.seal(key, quick)
    wrong, same = list(TABLE.wrong(key)), list(TABLE.same(key))
    assert len(wrong) >= 8
    assert len(same) >= 3
    assert TABLE.mark(encode(TABLE.example(key)), spec, quick).share == 1
    for variant in wrong:
        try:
            given = TABLE.mark(encode(variant.answer), spec, quick)
        except FormError:
            continue
        assert given.share < 1, variant
        assert given.message, variant
    for variant in same:
        assert TABLE.mark(encode(variant.answer), spec, quick) == Mark(1.0, ""), variant


HINTS: list[dict[str, Any]] = [
    {"holds": {"sheep": 999}, "say": "Where did you find so many?"},
    {"holds": {"town": "upper valley", "sheep": 60}, "say": "That is the other valley."},
    {"answer": [ROWS[0], ROWS[1]], "say": "One is in another script."},
]


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (changed(1, sheep="999"), "Where did you find so many?"),
        (changed(0, sheep=60.0), "That is the other valley."),
        (ROWS[1::-1], "One is in another script."),
        (changed(0, sheep=7), None),
    ],
)
def test_hints_answer_to_a_cell_or_to_the_whole(answer: Json, said: str | None) -> None:
    key = {**PLAIN, "hints": HINTS}
    spec = TABLE.seal(key, SEAL)
    locked = hints.lock(TABLE, key, spec, SEAL)
    found = hints.find(locked, TABLE.forms(answer, spec, SEAL), SEAL)
    assert (found.say if found else None) == said


@pytest.mark.parametrize(
    ("hint", "said"),
    [
        ({"holds": {"sheep": 60}, "say": "No."}, "speaks to what is right"),
        ({"holds": {"town": "Lower Valley", "sheep": 60}, "say": "No."}, "speaks to what is right"),
        ({"answer": ROWS[::-1], "say": "No."}, "speaks to what is right"),
        ({"holds": {"cows": 1}, "say": "No."}, "columns of the table (town, sheep, share)"),
        ({"holds": {"sheep": 1, "share": 1}, "say": "No."}, "one cell, or one and its row's town"),
        ({"holds": {}, "say": "No."}, "a cell, like { column = value }"),
        ({"holds": "sheep", "say": "No."}, "a cell, like { column = value }"),
    ],
)
def test_a_hint_that_cannot_be_used_is_refused(hint: dict[str, Any], said: str) -> None:
    key = {**PLAIN, "hints": [hint]}
    with pytest.raises(KeyCellError) as caught:
        hints.lock(TABLE, key, TABLE.seal(key, SEAL), SEAL)
    assert said in str(caught.value)


_telling = st.sampled_from(
    ["town", "Town", "sheep", "share", "Upper Valley", "120", "1e5", "nan", "٣", "-", "\ud800", "",
     "−7", "1,000", "9" * 99, "a", "number", "who", "%"]
)  # fmt: skip
_leaf = (
    st.none()
    | st.booleans()
    | st.integers(-(2**256) + 1, 2**256 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text()
    | _telling
)
_json = st.recursive(
    _leaf,
    lambda inner: (
        st.lists(inner)
        | st.dictionaries(st.text(), inner)
        | st.lists(st.dictionaries(_telling, _leaf), max_size=6)
        | st.lists(st.lists(_leaf, min_size=1, max_size=3), max_size=6)
        | st.dictionaries(_telling, st.lists(_leaf, min_size=2, max_size=2))
    ),
    max_leaves=8,
)


@settings(derandomize=True, database=None, deadline=None, max_examples=200)
@given(answer=_json)
@pytest.mark.parametrize("key", KEYS.values(), ids=KEYS)
def test_any_json_earns_a_share_or_a_word_on_its_form(key: Key, answer: Json) -> None:
    spec = TABLE.seal(key, quick)
    try:
        found = TABLE.mark(answer, spec, quick)
        assert TABLE.forms(answer, spec, quick)
    except FormError:
        return
    assert 0 <= found.share <= 1
    assert bool(found.message) == (found.share < 1)


_cells = st.integers(-999, 999) | st.sampled_from(["a", "b", "c"]) | st.booleans()


@settings(derandomize=True, database=None, deadline=None, max_examples=100)
@given(
    cells=st.lists(st.tuples(_cells, _cells), min_size=1, max_size=6),
    ordered=st.booleans(),
    data=st.data(),
)
def test_any_key_takes_itself_in_any_order_and_no_mistake(
    cells: list[tuple[Json, Json]], ordered: bool, data: st.DataObject
) -> None:
    rows = [{"x": one, "y": other} for one, other in cells]
    key: Key = {"columns": ["x", "y"], "answer": rows, "ordered": ordered}
    spec = TABLE.seal(key, quick)
    given = rows if ordered else data.draw(st.permutations(rows))
    assert TABLE.mark(encode(given), spec, quick).share == 1
    for variant in TABLE.same(key):
        assert TABLE.mark(encode(variant.answer), spec, quick).share == 1, variant
    for variant in TABLE.wrong(key):
        try:
            assert TABLE.mark(encode(variant.answer), spec, quick).share < 1, variant
        except FormError:
            continue
