"""Mapping: what earns the marks, what it says, which keys it refuses, what a seal tells."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from afkit.exercises import hints
from afkit.exercises.answer import Json, encode
from afkit.exercises.kinds import KINDS
from afkit.exercises.kinds.base import FormError, KeyCellError, Mark, sealer

SEAL = sealer("salt", "q1")
MAPPING = KINDS["mapping"]
Key = dict[str, Any]

SOURCES: Key = {
    "items": {"a": "A diary", "b": "A school book", "c": "A letter = note", "d": "An atlas"},
    "categories": {"first": "Primary source", "second": "Secondary source", "none": "No source"},
    "answer": {"a": "first", "b": "second", "c": "first", "d": "second"},
}
ONE: Key = {
    "items": {"only": "The one thing"},
    "categories": {"yes": "It is", "no": "It is not"},
    "answer": {"only": "yes"},
}
OVERLAP: Key = {
    "items": {"1": "North", "2": "South", "3": "West"},
    "categories": {"1": "Cold", "2": "Warm"},
    "answer": {"1": "1", "2": "2", "3": "2"},
}
ALL_ALIKE: Key = {**SOURCES, "answer": dict.fromkeys("abcd", "first")}
KEYS = {"sources": SOURCES, "one": ONE, "overlap": OVERLAP, "all alike": ALL_ALIKE}
RIGHT = SOURCES["answer"]


def quick(token: str) -> str:
    """A seal for many tries: as strict about its token as the real one, without the delay."""
    return token.encode().hex()


def mark(key: Key, answer: object) -> Mark:
    """What is said to an answer as a student writes it."""
    return MAPPING.mark(encode(answer), MAPPING.seal(key, SEAL), SEAL)


@pytest.mark.parametrize(
    ("key", "answer"),
    [
        (SOURCES, RIGHT),
        (SOURCES, {"D": "second", " c ": "FIRST", "(b)": "second", "a": "first"}),
        (SOURCES, {"a": "primary source", "An Atlas": "second", "b": "second", "c": "first"}),
        (SOURCES, {**RIGHT, "A diary": "Primary source"}),
        (OVERLAP, {1: 1, 2: 2, 3: 2}),
        (OVERLAP, {"North": "Cold", "South": "Warm", "West": "Warm"}),
    ],
)
def test_every_right_form_earns_full_marks(key: Key, answer: object) -> None:
    assert mark(key, answer) == Mark(1.0, "")


@pytest.mark.parametrize(
    ("answer", "share", "said"),
    [
        ({**RIGHT, "b": "first"}, 3 / 4, "3 of 4 are right. Not right: A school book."),
        ({**RIGHT, "b": "none", "a": "none"}, 1 / 2, "2 of 4 are right. Not right: A diary; A sch"),
        ({"a": "first"}, 1 / 4, "1 of 4 is right. Still open: A school book; A letter = note; An"),
        ({**RIGHT, "d": None}, 3 / 4, "3 of 4 are right. Still open: An atlas."),
        ({**RIGHT, "d": ...}, 3 / 4, "Still open: An atlas."),
        ({**RIGHT, "d": " "}, 3 / 4, "Still open: An atlas."),
        (dict.fromkeys("abcd", "none"), 0, "0 of 4 are right."),
        ({}, 0, "0 of 4 are right. Still open: "),
    ],
)
def test_each_item_counts(answer: object, share: float, said: str) -> None:
    given = mark(SOURCES, answer)
    assert given.share == pytest.approx(share)
    assert said in given.message
    assert "econdary" not in given.message


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (
            ["first", "second"],
            "a mapping in curly brackets, like {'...': '...'}; you gave a list of",
        ),
        ("a", "you gave the text 'a'"),
        (True, "you gave True"),
        ({"z": "first"}, "items of the question (a, b, c, d); you gave the text 'z'"),
        ({"first": "a"}, "items of the question (a, b, c, d); you gave the text 'first'"),
        ({"a": "third"}, "one category (first, second, none) for 'a'; you gave the text 'third'"),
        ({"a": ["first"]}, "one category (first, second, none) for 'a'; you gave a list of 1"),
        ({"a": True}, "you gave True"),
        ({"a": "first", "A diary": "second"}, "one category for 'a'; you gave two"),
        ({"x" * 5000: "first"}, "items of the question"),
    ],
)
def test_a_wrong_form_is_answered_in_a_students_words(answer: object, said: str) -> None:
    with pytest.raises(FormError) as caught:
        mark(SOURCES, answer)
    assert said in str(caught.value)
    assert len(str(caught.value)) < 250


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"answer": {"a": "first"}}, "answer for a; expected one for every item"),
        ({"answer": {**RIGHT, "e": "first"}}, "expected one for every item"),
        ({"answer": {**RIGHT, "a": "third"}}, "a = 'third'; expected an id of categories"),
        ({"answer": {**RIGHT, "a": ["first"]}}, "expected an id of categories"),
        ({"answer": {**RIGHT, "a": 1}}, "expected an id of categories"),
        ({"items": {}, "answer": {}}, "expected 1 to 60 items and 2 to 60 categories"),
        ({"categories": {"first": "One"}}, "2 to 60 categories"),
        ({"items": {**SOURCES["items"], "d": "a DIARY"}}, "items: 'a diary' can mean a and d"),
        ({"items": {**SOURCES["items"], "d": "B"}}, "items: 'b' can mean b and d"),
        (
            {"categories": {"First one": "One", "b": "Two"}},
            "categories: 'First one'; expected small",
        ),
        ({"categories": {"first": 1, "second": "Two"}}, "categories: first = 1; expected a text"),
        ({"categories": {"first": "?", "second": "Two"}}, "expected a text"),
    ],
)
def test_a_key_that_cannot_be_used_is_refused_in_words(change: Key, said: str) -> None:
    with pytest.raises(KeyCellError) as caught:
        MAPPING.seal({**SOURCES, **change}, SEAL)
    assert said in str(caught.value)


def test_a_seal_shows_items_and_categories_but_not_which_belongs_where() -> None:
    spec = MAPPING.seal(SOURCES, SEAL)
    assert spec["items"] == SOURCES["items"]
    assert spec["categories"] == SOURCES["categories"]
    assert set(spec) == {"items", "categories", "right"}
    assert spec["right"] == sorted(spec["right"])
    assert all(re.fullmatch("[0-9a-f]{24}", each) for each in spec["right"])
    assert spec == json.loads(json.dumps(spec))


def test_it_can_be_answered_without_code() -> None:
    assert MAPPING.control(MAPPING.seal(ONE, SEAL)) == {
        "as": "grid",
        "rows": {"only": "The one thing"},
        "options": {"yes": "It is", "no": "It is not"},
    }


@pytest.mark.parametrize("key", KEYS.values(), ids=KEYS)
def test_mistakes_cost_marks_and_other_forms_do_not(key: Key) -> None:
    spec = MAPPING.seal(key, quick)
    wrong, same = list(MAPPING.wrong(key)), list(MAPPING.same(key))
    assert len(wrong) >= 8
    assert len(same) >= 3
    assert MAPPING.mark(encode(MAPPING.example(key)), spec, quick).share == 1
    for variant in wrong:
        try:
            given = MAPPING.mark(encode(variant.answer), spec, quick)
        except FormError:
            continue
        assert given.share < 1, variant
        assert given.message, variant
    for variant in same:
        assert MAPPING.mark(encode(variant.answer), spec, quick) == Mark(1.0, ""), variant


HINTS = [
    {"holds": "b = first", "say": "Who wrote it, and when?"},
    {"holds": "A letter = note = No source", "say": "Somebody was there."},
    {"answer": {**RIGHT, "a": "second", "b": "first"}, "say": "You have two the wrong way round."},
]


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({**RIGHT, "b": "first"}, "Who wrote it, and when?"),
        ({"A school book": "Primary source"}, "Who wrote it, and when?"),
        ({**RIGHT, "c": "none"}, "Somebody was there."),
        ({**RIGHT, "a": "second", "b": "first"}, "You have two the wrong way round."),
        ({**RIGHT, "b": "none"}, None),
    ],
)
def test_hints_answer_to_a_pair_or_to_the_whole(answer: Json, said: str | None) -> None:
    key = {**SOURCES, "hints": HINTS}
    spec = MAPPING.seal(key, SEAL)
    locked = hints.lock(MAPPING, key, spec, SEAL)
    found = hints.find(locked, MAPPING.forms(answer, spec, SEAL), SEAL)
    assert (found.say if found else None) == said


@pytest.mark.parametrize(
    ("hint", "said"),
    [
        ({"holds": "a = first", "say": "No."}, "speaks to what is right"),
        ({"answer": RIGHT, "say": "No."}, "speaks to what is right"),
        ({"holds": "a first", "say": "No."}, "'item = category', both of them known"),
        ({"holds": "a = third", "say": "No."}, "both of them known"),
        ({"holds": {"a": "first"}, "say": "No."}, "both of them known"),
    ],
)
def test_a_hint_that_cannot_be_used_is_refused(hint: dict[str, Any], said: str) -> None:
    key = {**SOURCES, "hints": [hint]}
    with pytest.raises(KeyCellError) as caught:
        hints.lock(MAPPING, key, MAPPING.seal(key, SEAL), SEAL)
    assert said in str(caught.value)


_telling = st.sampled_from(
    ["a", "b", "1", "2", "3", "first", "yes", "only", "\ud800", "", "=", "A"]
)
_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | _telling,
    lambda inner: (
        st.lists(inner)
        | st.dictionaries(st.text(), inner)
        | st.dictionaries(_telling, _telling | inner)
    ),
    max_leaves=8,
)


@settings(derandomize=True, database=None, deadline=None, max_examples=200)
@given(answer=_json)
@pytest.mark.parametrize("key", KEYS.values(), ids=KEYS)
def test_any_json_earns_a_share_or_a_word_on_its_form(key: Key, answer: Json) -> None:
    spec = MAPPING.seal(key, quick)
    try:
        found = MAPPING.mark(answer, spec, quick)
        assert MAPPING.forms(answer, spec, quick)
    except FormError:
        return
    assert 0 <= found.share <= 1
    assert bool(found.message) == (found.share < 1)
