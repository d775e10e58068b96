"""Graph: what earns the marks, what it says, which keys it refuses, what a seal tells."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import networkx as nx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from afkit.exercises import hints
from afkit.exercises.answer import Json, encode
from afkit.exercises.kinds import KINDS
from afkit.exercises.kinds.base import FormError, KeyCellError, Mark, sealer
from afkit.facts.names import actor

SEAL = sealer("salt", "q1")
GRAPH = KINDS["graph"]
Key = dict[str, Any]

FAMILY: Key = {
    "answer": [["amina-rahmani", "amin-rahmani", "family"], ["amina-rahmani", "valley-council"]]
}
PAIR: Key = {"answer": [["amina-rahmani", "amin-rahmani"]]}
WORDS: Key = {
    "of": "words",
    "answer": [["lamb", "Old ewe"], ["ewe, old", "ram", "fears"], ["گاو", "flock"]],
}
ARROWS: Key = {
    "of": "words",
    "directed": True,
    "answer": [["dog", "sheep", "drives"], ["dog", "sheep", "guards"], ["sheep", "dog", "fears"]],
}
KEYS = {"family": FAMILY, "pair": PAIR, "words": WORDS, "arrows": ARROWS}
RING = [["a", "b"], ["b", "c"], ["c", "d"]]
CHAIN: Key = {"of": "words", "answer": RING}
ONE_WAY: Key = {**CHAIN, "directed": True}


def quick(token: str) -> str:
    """A seal for many tries: as strict about its token as the real one, without the delay."""
    return token.encode().hex()


def mark(key: Key, answer: object) -> Mark:
    """What is said to an answer as a student writes it."""
    return GRAPH.mark(encode(answer), GRAPH.seal(key, SEAL), SEAL)


@pytest.mark.parametrize(
    ("key", "answer"),
    [
        (CHAIN, RING),
        (CHAIN, {("b", "a"), ("c", "b"), ("d", "c")}),
        (CHAIN, [("a", "b", "any kind"), ("c", "b"), ("c", "d", {}), ("b", "a")]),
        (CHAIN, ["a, b", "b - c", "c -> d"]),
        (CHAIN, "A; B\n\nb | c\nd – c\n"),
        (CHAIN, nx.Graph([("a", "b"), ("c", "b"), ("d", "c")])),
        (CHAIN, nx.MultiGraph([("a", "b"), ("a", "b"), ("c", "b"), ("d", "c")])),
        (CHAIN, list(nx.Graph([("a", "b"), ("c", "b"), ("d", "c")]).edges(data=True))),
        (ONE_WAY, nx.DiGraph([("a", "b"), ("b", "c"), ("c", "d")])),
        (ARROWS, ["dog -> sheep -> guards", "dog → sheep → drives", "sheep -> dog -> fears"]),
        ({"of": "words", "answer": [["1", "2"]]}, [[2, 1]]),
    ],
)
def test_every_right_form_earns_full_marks(key: Key, answer: object) -> None:
    assert mark(key, answer) == Mark(1.0, "")


def test_people_may_be_named_in_any_spelling_or_as_nodes(small_kit: Path) -> None:
    for answer in (
        [("Amin Rahmany", "امینه رحمانی", "Family"), ("Valley Council", "amina-rahmani")],
        ["Amin Rahmani, Amina Rahmani, family", "amina-rahmani - valley-council"],
        [
            (actor("Amin Rahmani"), actor("Amina Rahmani"), "family"),
            "Amina Rahmani, Valley Council",
        ],
    ):
        assert mark(FAMILY, answer) == Mark(1.0, "")
    ties: nx.MultiGraph[Any] = nx.MultiGraph()
    ties.add_edge("amin-rahmani", actor("Amina Rahmani"), kind="family", words="her brother")
    ties.add_edge("valley-council", "amina-rahmani", kind="member")
    assert mark(FAMILY, ties) == Mark(1.0, "")


@pytest.mark.parametrize(
    ("key", "answer", "share", "said"),
    [
        (CHAIN, RING[:2], 2 / 3, "Right: a - b; b - c. 1 still missing."),
        (CHAIN, [*RING, ["a", "d"]], 2 / 3, "Does not belong here: a - d."),
        (CHAIN, [["a", "b"], ["a", "c"]], 0, "Does not belong here: a - c. 2 still missing."),
        (CHAIN, [], 0, "3 still missing."),
        (CHAIN, [*RING[:2], ["c"]], 2 / 3, "Expected pairs like ('...', '...'); you gave a"),
        (CHAIN, [*RING[:2], ["c", "c"]], 2 / 3, "Expected two different ends; you gave 'c' twice."),
        (CHAIN, [*RING[:2], ["c", None]], 2 / 3, "Expected texts in quotes inside the pairs"),
        (CHAIN, [*RING[:2], ["c", "d", 4]], 2 / 3, "Expected a kind in quotes; you gave"),
        (CHAIN, [[f"n{n}", "a"] for n in range(7)], 0, "7 edges; 3 are asked."),
        (ONE_WAY, [["b", "a"], ["b", "c"], ["c", "d"]], 1 / 3, "Does not belong here: b - a. 1"),
        (ONE_WAY, nx.DiGraph([("a", "b"), ("c", "b")]), 0, "Does not belong here: c - b."),
        (ARROWS, [["dog", "sheep", "drives"], ["dog", "sheep"]], 1 / 3, "so tied: dog - sheep."),
        (ARROWS, [["dog", "sheep", "likes"]], 0, "A right pair, but not so tied: dog - sheep"),
        (
            ARROWS, [*ARROWS["answer"], ["dog", "sheep", "likes"]], 2 / 3,
            "A right pair, but not so tied: dog - sheep (likes).",
        ),
        (WORDS, [["lamb", "old ewe"], ["گاو", "flock"]], 2 / 3, "1 still missing."),
    ],
)  # fmt: skip
def test_right_edges_count_and_others_take_away(
    key: Key, answer: object, share: float, said: str
) -> None:
    given = mark(key, answer)
    assert given.share == pytest.approx(share)
    assert said in given.message


def test_all_kinds_for_a_pair_are_no_way_to_full_marks() -> None:
    pairs = [["dog", "sheep"], ["sheep", "dog"]]
    every = [[*pair, kind] for pair in pairs for kind in ("drives", "guards", "fears", "x", "y")]
    assert mark(ARROWS, every).share == 0


def test_an_unclear_name_costs_nothing_but_earns_nothing(small_kit: Path) -> None:
    given = mark(PAIR, [["Rahmani", "Valley Council"]])
    assert given.share == 0
    assert "Expected a name: 'Rahmani' can mean" in given.message
    assert "Does not belong" not in given.message


def test_a_name_that_usage_gives_to_another_is_asked_in_full(edit: Any) -> None:
    edit("data/actors.csv", ",Amin Rahmany,", ",Amin Rahmany; Rahmani,")
    given = mark({"answer": [["amina-rahmani", "valley-council"]]}, [["Rahmani", "Valley Council"]])
    assert given.share == 0
    assert "Expected full names: several people can be meant" in given.message


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("a", "a list of pairs, like [('...', '...'), ('...', '...')], or a networkx graph; you"),
        (7, "you gave the number 7"),
        ({"a": ["b"]}, "you gave a mapping of 1"),
        (True, "you gave True"),
    ],
)
def test_a_wrong_form_is_answered_in_a_students_words(answer: object, said: str) -> None:
    with pytest.raises(FormError) as caught:
        mark(CHAIN, answer)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ({"answer": []}, "expected 1 to 100 edges, each once"),
        ({"answer": ["a", "b"]}, "answer, 'a'; expected pairs, or triples with a kind"),
        ({"answer": [["a"]]}, "expected pairs, or triples"),
        ({"answer": [["a", "b", "c", "d"]]}, "expected pairs, or triples"),
        ({"answer": [["a", "b"]], "of": "letters"}, "of 'letters'; expected names or words"),
        ({"answer": [["amina-rahmani", "x"]]}, "nobody in data/actors.csv goes by 'x'"),
        ({"answer": [["Amina Rahmani", "amin-rahmani"]]}, "write the id, 'amina-rahmani'"),
        ({"answer": [["a", "A"]], "of": "words"}, "expected two different ends, all in words"),
        ({"answer": [["a", "?"]], "of": "words"}, "expected two different ends, all in words"),
        ({"answer": [["a", "b", "?"]], "of": "words"}, "all in words"),
        ({"answer": [["a", 1]], "of": "words"}, "expected texts in quotes"),
        ({"answer": [["a", "b", 1]], "of": "words"}, "kind 1; expected texts in quotes"),
        ({"answer": [["a", "b"], ["b", "A"]], "of": "words"}, "each once"),
        ({"answer": [["a", "b"], ["b", "a", "k"]], "of": "words"}, "either with kinds or without"),
    ],
)
def test_a_key_that_cannot_be_used_is_refused_in_words(
    small_kit: Path, key: Key, said: str
) -> None:
    with pytest.raises(KeyCellError) as caught:
        GRAPH.seal(key, SEAL)
    assert said in str(caught.value)


def test_both_directions_are_two_edges_of_a_directed_graph() -> None:
    key: Key = {"answer": [["a", "b"], ["b", "a"]], "of": "words", "directed": True}
    assert len(GRAPH.seal(key, quick)["right"]) == 2


@pytest.mark.parametrize("key", KEYS.values(), ids=KEYS)
def test_a_sealed_key_holds_no_end_and_no_kind(small_kit: Path, key: Key) -> None:
    spec = GRAPH.seal(key, SEAL)
    assert set(spec) == {"of", "directed", "right", "pairs"}
    for name in ("right", "pairs"):
        assert spec[name] == sorted(spec[name])
        assert all(len(each) == 24 for each in spec[name])
    assert spec == json.loads(json.dumps(spec))


def test_it_can_be_answered_without_code() -> None:
    assert GRAPH.control(GRAPH.seal(CHAIN, quick)) == {"as": "lines"}


def test_a_large_answer_is_judged_at_once() -> None:
    began = time.monotonic()
    assert mark(CHAIN, [["a", "b", f"k{n}"] for n in range(1900)]).share == 0
    assert mark(CHAIN, [[f"a{n}", "b"] for n in range(1900)]).share == 0
    forms = GRAPH.forms([[f"a{n}", "b"] for n in range(1900)], GRAPH.seal(CHAIN, quick), quick)
    assert len(forms) < 30
    assert time.monotonic() - began < 3


@pytest.mark.parametrize("key", [*KEYS.values(), CHAIN, ONE_WAY], ids=[*KEYS, "chain", "one way"])
def test_mistakes_cost_marks_and_other_forms_do_not(small_kit: Path, key: Key) -> None:
    spec = GRAPH.seal(key, quick)
    wrong, same = list(GRAPH.wrong(key)), list(GRAPH.same(key))
    assert len(wrong) >= 8
    assert len(same) >= 3
    assert GRAPH.mark(encode(GRAPH.example(key)), spec, quick).share == 1
    for variant in wrong:
        try:
            given = GRAPH.mark(encode(variant.answer), spec, quick)
        except FormError:
            continue
        assert given.share < 1, variant
        assert given.message, variant
    for variant in same:
        assert GRAPH.mark(encode(variant.answer), spec, quick) == Mark(1.0, ""), variant


HINTS = [
    {"holds": ["a", "d"], "say": "They never met."},
    {"holds": ["sheep", "wolf", "eats"], "say": "Who eats whom?"},
    {"answer": [["c", "b"], ["d", "c"]], "say": "And where does it begin?"},
]


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ([*RING, ["d", "a"]], "They never met."),
        ([*RING, ["d", "a", "friend"]], "They never met."),
        ([["wolf", "sheep", "eats"]], "Who eats whom?"),
        ([["wolf", "sheep", "fears"]], None),
        (["b, c", "c, d"], "And where does it begin?"),
        (RING[:2], None),
    ],
)
def test_hints_answer_to_an_edge_or_to_the_whole(answer: Json, said: str | None) -> None:
    key = {**CHAIN, "hints": HINTS}
    spec = GRAPH.seal(key, SEAL)
    locked = hints.lock(GRAPH, key, spec, SEAL)
    found = hints.find(locked, GRAPH.forms(answer, spec, SEAL), SEAL)
    assert (found.say if found else None) == said


def test_a_hint_of_a_directed_graph_knows_the_direction() -> None:
    key = {**ONE_WAY, "hints": [{"holds": ["b", "a"], "say": "Turn it round."}]}
    spec = GRAPH.seal(key, SEAL)
    locked = hints.lock(GRAPH, key, spec, SEAL)
    found = hints.find(locked, GRAPH.forms([["b", "a"]], spec, SEAL), SEAL)
    assert found is not None
    assert found.say == "Turn it round."


@pytest.mark.parametrize(
    ("hint", "said"),
    [
        ({"holds": ["b", "a"], "say": "No."}, "speaks to what is right"),
        ({"answer": RING[::-1], "say": "No."}, "speaks to what is right"),
        ({"holds": ["a"], "say": "No."}, "pairs like ('...', '...')"),
        ({"holds": 3, "say": "No."}, "pairs like ('...', '...')"),
    ],
)
def test_a_hint_that_cannot_be_used_is_refused(hint: dict[str, Any], said: str) -> None:
    key = {**CHAIN, "hints": [hint]}
    with pytest.raises(KeyCellError) as caught:
        hints.lock(GRAPH, key, GRAPH.seal(key, SEAL), SEAL)
    assert said in str(caught.value)


_telling = st.sampled_from(
    ["a", "b", "c", "a, b", "b -> c", "Amina", "Amin Rahmany", "Rahmani", "dog", "sheep", "drives",
     "\ud800", "", "->", "a\nb", "\x1f"]
)  # fmt: skip
_leaf = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
_json = st.recursive(
    _leaf | _telling,
    lambda inner: (
        st.lists(inner)
        | st.dictionaries(st.text(), inner)
        | st.lists(st.lists(_telling, min_size=2, max_size=3), max_size=6)
        | st.lists(st.tuples(_telling, _telling, st.dictionaries(st.just("kind"), _leaf)).map(list))
    ),
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
@pytest.mark.parametrize("key", [*KEYS.values(), CHAIN], ids=[*KEYS, "chain"])
def test_any_json_earns_a_share_or_a_word_on_its_form(
    small_kit: Path, key: Key, answer: Json
) -> None:
    spec = GRAPH.seal(key, quick)
    try:
        found = GRAPH.mark(answer, spec, quick)
        assert GRAPH.forms(answer, spec, quick)
    except FormError:
        return
    assert 0 <= found.share <= 1
    assert bool(found.message) == (found.share < 1)
