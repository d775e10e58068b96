"""Order: what earns the marks, what it says, which keys it refuses, what a seal tells."""

from __future__ import annotations

import json
from itertools import permutations
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from afkit.exercises import hints
from afkit.exercises.answer import Json, encode
from afkit.exercises.kinds import KINDS
from afkit.exercises.kinds.base import FormError, KeyCellError, Mark, sealer

SEAL = sealer("salt", "q1")
ORDER = KINDS["order"]
Key = dict[str, Any]

ITEMS = {"a": "The fall", "b": "The talks", "c": "The treaty, signed", "d": "The war"}
LETTERS: Key = {"items": ITEMS, "answer": ["d", "b", "c", "a"]}
TWO: Key = {"items": {"a": "First", "b": "Last"}, "answer": ["a", "b"]}
NAMES: Key = {"answer": ["valley-council", "amina-rahmani", "amin-rahmani"]}
WORDS: Key = {"answer": ["lamb", "Two ewes", "ram", "گاو", "flock"], "of": "words"}
KEYS = {"letters": LETTERS, "two": TWO, "names": NAMES, "words": WORDS}


def quick(token: str) -> str:
    """A seal for many tries: as strict about its token as the real one, without the delay."""
    return token.encode().hex()


def mark(key: Key, answer: object) -> Mark:
    """What is said to an answer as a student writes it."""
    return ORDER.mark(encode(answer), ORDER.seal(key, SEAL), SEAL)


@pytest.mark.parametrize(
    ("key", "answer"),
    [
        *((LETTERS, each) for each in (["d", "b", "c", "a"], ("D", "(b)", "c.", " a "), "dbca")),
        *(
            (LETTERS, each)
            for each in ("d, b, c, a", "D; B; C; A", "d -> b -> c -> a", "d\nb\nc\na")
        ),
        (LETTERS, ["the war", "the talks", "The treaty signed", "a"]),
        (LETTERS, "The war\nThe talks\nThe treaty, signed\nThe fall\n"),
        (LETTERS, pd.Series(["d", "b", "c", "a"])),
        (TWO, "ab"),
        (NAMES, ["Valley Council", "امینه رحمانی", "Amin Rahmany"]),
        (NAMES, "valley-council, Ameena Rahmany, amin-rahmani"),
        (WORDS, ["LAMB", "two  ewes", "ram", "گاو", "flock"]),
    ],
)
def test_every_right_form_earns_full_marks(small_kit: Path, key: Key, answer: object) -> None:
    assert mark(key, answer) == Mark(1.0, "")


@pytest.mark.parametrize(
    ("key", "answer", "share", "said"),
    [
        (LETTERS, "bdca", 4 / 6, "5 of 6 pairs are in the right order. One pair of neighbours is"),
        (LETTERS, "bdac", 2 / 6, "4 of 6 pairs are in the right order. 2 pairs of neighbours are"),
        (LETTERS, "acbd", 0, "0 of 6 pairs are in the right order. 3 pairs of neighbours are the"),
        (LETTERS, "dbc", 1 / 2, "3 of 6 pairs are in the right order. Missing: a."),
        (LETTERS, ["d", "b", "c", "c"], 1 / 6, "Missing: a. More than once: c."),
        (LETTERS, ["d", "b", "c", "a", "d"], 1 / 2, "More than once: d."),
        (LETTERS, ["d"], 0, "Missing: "),
        (LETTERS, [], 0, "Missing: "),
        (TWO, "ba", 0, "One pair of neighbours is the wrong way round."),
        (TWO, ["a", "b", "a"], 0, "More than once: a."),
        (NAMES, ["amina-rahmani", "valley-council", "amin-rahmani"], 1 / 3, "2 of 3 pairs"),
        (NAMES, ["valley-council", "amina-rahmani"], 1 / 3, "Missing: Amin Rahmani."),
        (WORDS, ["lamb", "ram", "two ewes", "flock"], 4 / 10, "Missing: گاو."),
    ],
)
def test_pairs_count_as_in_kendalls_tau(
    small_kit: Path, key: Key, answer: object, share: float, said: str
) -> None:
    given = mark(key, answer)
    assert given.share == pytest.approx(share)
    assert said in given.message


def test_feedback_does_not_depend_on_which_neighbours_are_swapped() -> None:
    said = {mark(LETTERS, each).message for each in ("bdca", "dcba", "dbac")}
    assert len(said) == 1


def test_the_share_is_one_only_for_the_right_order() -> None:
    spec = ORDER.seal(LETTERS, quick)
    full = [p for p in permutations("abcd") if ORDER.mark(list(p), spec, quick).share == 1]
    assert full == [("d", "b", "c", "a")]


@pytest.mark.parametrize(
    ("key", "answer", "said"),
    [
        (LETTERS, "d", "a list in order, like ['...', '...']; you gave the text 'd'"),
        (LETTERS, 3, "a list in order, like ['...', '...']; you gave the number 3"),
        (LETTERS, {"a": 1}, "you gave a mapping of 1"),
        (LETTERS, ["d", "z"], "only letters (a, b, c, d) in the list; you gave the text 'z'"),
        (LETTERS, ["d", 1], "texts in quotes inside the list; you gave the number 1"),
        (LETTERS, [["d"]], "you gave a list of 1"),
        (LETTERS, ["d"] * 5000, "a list of 4 elements; you gave a list of 5000"),
        (NAMES, ["Rahmani", "Valley Council"], "a name: 'Rahmani' can mean"),
        (NAMES, ["Nobody at all"], "a name: nobody"),
        (WORDS, ["lamb", "cat"], "only what is to be ordered in the list; you gave the text 'cat'"),
    ],
)
def test_a_wrong_form_is_answered_in_a_students_words(
    small_kit: Path, key: Key, answer: object, said: str
) -> None:
    with pytest.raises(FormError) as caught:
        mark(key, answer)
    assert said in str(caught.value)


def test_a_family_name_means_the_one_who_is_to_be_ordered(small_kit: Path) -> None:
    assert (
        mark({"answer": ["valley-council", "amina-rahmani"]}, "Valley Council, Rahmani").share == 1
    )


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ({**LETTERS, "answer": ["a", "b"]}, "expected every letter of items, each once"),
        ({**LETTERS, "answer": ["d", "b", "c", "a", "a"]}, "each once"),
        ({**LETTERS, "answer": ["d", "b", "c", "z"]}, "expected every letter of items"),
        ({**LETTERS, "answer": ["a", "b", "c", "d"]}, "in the order of its letters"),
        ({**LETTERS, "answer": []}, "expected every letter of items"),
        ({**LETTERS, "answer": [1]}, "expected texts in quotes"),
        ({**LETTERS, "of": "words"}, "expected a table [items]"),
        ({**LETTERS, "of": "letters"}, "of 'letters'; expected items, names or words"),
        ({"answer": ["a", "b"], "of": "items"}, "expected a table [items]"),
        ({"items": {"a": "Same", "b": "same"}, "answer": ["a", "b"]}, "'same' can mean a and b"),
        ({"items": {"A": "One", "b": "Two"}, "answer": ["A", "b"]}, "'A'; expected small letters"),
        ({"items": {"a": " ", "b": "Two"}, "answer": ["a", "b"]}, "expected a text"),
        ({"items": {"a": 1, "b": "Two"}, "answer": ["a", "b"]}, "expected a text"),
        ({"answer": ["amina-rahmani"]}, "expected 2 to 12 elements, each once"),
        ({"answer": ["Amina Rahmani", "amin-rahmani"]}, "write the id, 'amina-rahmani'"),
        ({"answer": ["Ewe", "ewe"], "of": "words"}, "each once"),
        ({"answer": ["ewe", "ram, old"], "of": "words"}, "no commas or lines"),
        ({"answer": ["ewe", "?"], "of": "words"}, "expected words"),
        ({"answer": [f"w{n}" for n in range(13)], "of": "words"}, "expected 2 to 12 elements"),
    ],
)
def test_a_key_that_cannot_be_used_is_refused_in_words(
    small_kit: Path, key: Key, said: str
) -> None:
    with pytest.raises(KeyCellError) as caught:
        ORDER.seal(key, SEAL)
    assert said in str(caught.value)


@pytest.mark.parametrize("key", KEYS.values(), ids=KEYS)
def test_a_seal_shows_what_is_to_be_ordered_but_not_how(small_kit: Path, key: Key) -> None:
    spec = ORDER.seal(key, SEAL)
    again = ORDER.seal({**key, "answer": [key["answer"][-1], *key["answer"][:-1]]}, SEAL)
    assert spec["items"] == again["items"]
    assert len(spec["right"]) == len(key["answer"]) * (len(key["answer"]) - 1) // 2
    assert all(len(each) == 24 for each in spec["right"])
    assert spec["right"] == sorted(spec["right"])
    assert spec == json.loads(json.dumps(spec))


def test_things_are_shown_in_another_order_with_another_salt() -> None:
    shown = {tuple(ORDER.control(ORDER.seal(LETTERS, sealer(s, "q1")))["items"]) for s in "abcdefg"}
    assert len(shown) > 1


@pytest.mark.parametrize("key", KEYS.values(), ids=KEYS)
def test_it_can_be_answered_without_code(small_kit: Path, key: Key) -> None:
    spec = ORDER.seal(key, SEAL)
    control = ORDER.control(spec)
    assert control["as"] == "order"
    assert ORDER.mark(encode(list(control["items"])), spec, SEAL).share >= 0


@pytest.mark.parametrize("key", KEYS.values(), ids=KEYS)
def test_mistakes_cost_marks_and_other_forms_do_not(small_kit: Path, key: Key) -> None:
    spec = ORDER.seal(key, quick)
    wrong, same = list(ORDER.wrong(key)), list(ORDER.same(key))
    assert len(wrong) >= 8
    assert len(same) >= 3
    assert ORDER.mark(encode(ORDER.example(key)), spec, quick).share == 1
    for variant in wrong:
        try:
            given = ORDER.mark(encode(variant.answer), spec, quick)
        except FormError:
            continue
        assert given.share < 1, variant
        assert given.message, variant
    for variant in same:
        assert ORDER.mark(encode(variant.answer), spec, quick) == Mark(1.0, ""), variant


HINTS = [
    {"holds": "a<b", "say": "Did they talk after the end?"},
    {"answer": ["a", "c", "b", "d"], "say": "You begin with the end."},
]


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("dacb", "Did they talk after the end?"),
        ("adcb", "Did they talk after the end?"),
        ("acbd", "You begin with the end."),
        ("dcba", None),
    ],
)
def test_hints_answer_to_a_pair_or_to_the_whole(answer: str, said: str | None) -> None:
    key = {**LETTERS, "hints": HINTS}
    spec = ORDER.seal(key, SEAL)
    locked = hints.lock(ORDER, key, spec, SEAL)
    found = hints.find(locked, ORDER.forms(answer, spec, SEAL), SEAL)
    assert (found.say if found else None) == said


def test_a_hint_names_people_and_words_as_students_do(small_kit: Path) -> None:
    spec = ORDER.seal(NAMES, SEAL)
    pair = ORDER.part("Amin Rahmany < Valley Council", spec)
    assert pair == "amin-rahmani<valley-council"
    assert pair in ORDER.forms(
        encode(["Amin Rahmani", "Amina Rahmani", "Valley Council"]), spec, SEAL
    )


@pytest.mark.parametrize(
    ("hint", "said"),
    [
        ({"holds": "d<b", "say": "No."}, "speaks to what is right"),
        ({"answer": "dbca", "say": "No."}, "speaks to what is right"),
        ({"holds": "b", "say": "No."}, "a pair, like 'b<a'"),
        ({"holds": "b<b", "say": "No."}, "a pair of two"),
        ({"holds": "b<z", "say": "No."}, "only letters"),
        ({"holds": 3, "say": "No."}, "a pair, like 'b<a'"),
    ],
)
def test_a_hint_that_cannot_be_used_is_refused(hint: dict[str, Any], said: str) -> None:
    key = {**LETTERS, "hints": [hint]}
    with pytest.raises(KeyCellError) as caught:
        hints.lock(ORDER, key, ORDER.seal(key, SEAL), SEAL)
    assert said in str(caught.value)


_telling = st.sampled_from(["a", "b", "d", "c", "d,b,c,a", "Amina", "ram", "\ud800", "\n", "->"])
_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | _telling,
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner) | st.lists(_telling),
    max_leaves=8,
)


@settings(
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=150,
    # The kit is the same for every example: nothing writes to it.
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(answer=_json)
@pytest.mark.parametrize("key", KEYS.values(), ids=KEYS)
def test_any_json_earns_a_share_or_a_word_on_its_form(
    small_kit: Path, key: Key, answer: Json
) -> None:
    spec = ORDER.seal(key, quick)
    try:
        found = ORDER.mark(answer, spec, quick)
        assert ORDER.forms(answer, spec, quick)
    except FormError:
        return
    assert 0 <= found.share <= 1
    assert bool(found.message) == (found.share < 1)
