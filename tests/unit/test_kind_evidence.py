"""Evidence: which references support a claim, what is told of those that do not."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from afkit.exercises import hints
from afkit.exercises.answer import Json, encode
from afkit.exercises.kinds import KINDS
from afkit.exercises.kinds.base import FormError, KeyCellError, Mark, sealer

SEAL = sealer("salt", "q1")
KIND = KINDS["evidence"]
Key = dict[str, Any]
MOST_SEALS = 24  # of about 2 ms each

CITY, VALLEY, SECOND = "city-2021-paper", "valley-2020-register", "valley-2021-second"
WEEKLY, OTHER = "weekly-2021-piece", "other-2021-note"
ONE: Key = {"answer": [CITY]}
TWO: Key = {"answer": [CITY, VALLEY, SECOND], "least": 2, "against": [OTHER]}
APART: Key = {"answer": [VALLEY, SECOND, CITY], "least": 2, "independent": True}
THREE: Key = {
    "answer": [CITY, VALLEY, WEEKLY], "least": 3, "independent": True, "against": [OTHER, SECOND],
}  # fmt: skip
KEYS = {"one": ONE, "two": TWO, "apart": APART, "three": THREE}

BAD_KEYS: list[tuple[Key, str]] = [
    ({"answer": []}, "expected texts in quotes"),
    ({"answer": [1]}, "expected texts in quotes"),
    ({"answer": ["city-2021-papr"]}, "did you mean city-2021-paper?"),
    ({"answer": ["?"]}, "found '?'; expected ids of data/references.json"),
    ({"answer": [CITY, CITY]}, "expected each reference once"),
    ({"answer": [CITY], "against": [CITY]}, "expected each reference once"),
    ({"answer": [CITY], "against": ["nobody"]}, "found 'nobody'"),
    ({"answer": [CITY], "least": 0}, "least 0; expected 1 to 1"),
    ({"answer": [CITY], "least": 2}, "least 2; expected 1 to 1"),
    ({"answer": [CITY, VALLEY], "least": 1, "independent": True}, "expected least = 2 or more"),
    ({"answer": [VALLEY, SECOND], "least": 2, "independent": True}, "two different publishers"),
]
FORMS: list[tuple[str, object, str]] = [
    ("two", [], "ids of references, like ['...', '...']; you gave a list of 0"),
    ("two", 3, "ids of references, like ['...', '...']; you gave the number 3"),
    ("two", {CITY: 1}, "you gave a mapping of 1"),
    ("two", [CITY, 3], "you gave the number 3 in the list"),
    ("two", [CITY, [VALLEY]], "you gave a list of 1 in the list"),
    ("two", ["?!"], "ids of references; you gave the text '?!'"),
    ("two", [f"paper-{each}" for each in range(13)], "at most 12 references; you gave 13."),
]
LESS: list[tuple[str, object, float, str]] = [
    ("one", [VALLEY], 0, f"Does not speak to this claim: {VALLEY}."),
    (
        "two",
        [CITY],
        1 / 2,
        f"These support the claim: {CITY}. 2 references asked, 1 still missing.",
    ),
    ("two", [CITY, CITY], 1 / 2, "1 still missing."),
    ("two", [CITY, VALLEY, OTHER], 1 / 2, f"{OTHER} says something else: it speaks against"),
    ("two", [CITY, VALLEY, SECOND, OTHER], 1 / 2, "it speaks against the claim."),
    ("two", [OTHER], 0, "2 references asked, 2 still missing."),
    ("two", [CITY, VALLEY, WEEKLY], 1 / 2, f"Does not speak to this claim: {WEEKLY}."),
    ("two", [CITY, "valley-2020-registr"], 1 / 3, "did you mean valley-2020-register"),
    ("two", [CITY, VALLEY, "nobody-0000"], 2 / 3, "No reference is called 'nobody-0000'; copy"),
    ("two", "x" * 500, 0, "No reference is called 'xxx"),
    ("apart", [VALLEY, SECOND], 1 / 2, "They come from one publisher: look for one of another."),
    ("three", [CITY, VALLEY, SECOND], 1 / 3, f"{SECOND} says something else"),
]

MORE = [
    ("valley-2021-second", {"publisher": "Valley office"}),
    ("weekly-2021-piece", {"publisher": "", "container-title": "The Weekly"}),
    ("weekly-2021-other", {"publisher": "City Paper", "container-title": "The Weekly"}),
    ("bare-2021-page", {"publisher": "", "URL": "https://www.bare.example/page"}),
    ("bare-2022-page", {"publisher": "", "URL": "https://bare.example/other"}),
    ("other-2021-note", {"publisher": "Somebody else"}),
]


@pytest.fixture(autouse=True)
def references(small_kit: Path) -> None:
    """More references for the small kit: of the same publishers, and of others."""
    path = small_kit / "data" / "references.json"
    items = json.loads(path.read_text(encoding="utf-8"))
    items += [{**items[0], "id": name, **entries} for name, entries in MORE]
    path.write_text(json.dumps(items), encoding="utf-8")


_json = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**256) + 1, 2**256 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text()
    | st.sampled_from([CITY, f"[@{VALLEY}]", OTHER, "nobody", "\ud800", "?", "a" * 5000]),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
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


@pytest.mark.parametrize(
    "answer",
    [
        [CITY, VALLEY],
        (VALLEY, SECOND),
        {CITY, SECOND},
        [CITY, VALLEY, SECOND],
        f"[@{CITY}; @{VALLEY}]",
        f"@{CITY}, {VALLEY}",
        [f"[@{CITY}]", f" {VALLEY.upper()} "],
        f"{CITY}\n{VALLEY}\n",
    ],
)
def test_every_right_form_earns_full_marks(answer: object) -> None:
    assert mark(TWO, answer) == Mark(1.0, "")


@pytest.mark.parametrize(
    ("pair", "independent"),
    [
        ([CITY, VALLEY], True),
        ([VALLEY, SECOND], False),
        ([CITY, "weekly-2021-other"], False),
        ([WEEKLY, "weekly-2021-other"], False),
        ([CITY, WEEKLY], True),
        (["bare-2021-page", "bare-2022-page"], False),
        (["bare-2021-page", CITY], True),
    ],
)
def test_publisher_journal_and_site_tell_who_stands_behind(
    pair: list[str], independent: bool
) -> None:
    key = {"answer": pair, "least": 2, "independent": True}
    if independent:
        assert mark(key, pair).share == 1
    else:
        with pytest.raises(KeyCellError, match="two different publishers"):
            KIND.seal(key, quick)


def test_an_independent_pair_is_taken_as_an_example() -> None:
    assert KIND.example(APART) == [VALLEY, CITY]


def test_two_are_asked_if_they_must_be_independent() -> None:
    assert KIND.seal({"answer": [CITY, VALLEY], "independent": True}, quick)["least"] == 2
    assert KIND.seal({"answer": [CITY, VALLEY]}, quick)["least"] == 1


def test_a_sealed_key_names_no_reference() -> None:
    made = json.dumps(KIND.seal(THREE, SEAL))
    assert not [each for each in (CITY, VALLEY, WEEKLY, OTHER, SECOND) if each in made]


def test_hints_answer_to_one_reference_and_to_all() -> None:
    key = {
        **TWO,
        "hints": [
            {"holds": f"[@{OTHER}]", "say": "Who says it there?"},
            {"answer": [CITY, WEEKLY], "say": "Read the second again."},
        ],
    }
    spec = KIND.seal(key, SEAL)
    locked = hints.lock(KIND, key, spec, SEAL)
    for answer, said in [
        ([OTHER, CITY], "Who says it there?"),
        ([WEEKLY, CITY], "Read the second again."),
    ]:
        found = hints.find(locked, KIND.forms(encode(answer), spec, SEAL), SEAL)
        assert found is not None
        assert found.say == said


@pytest.mark.parametrize(
    ("hint", "said"),
    [
        ({"holds": CITY}, "speaks to what is right"),
        ({"answer": [VALLEY, SECOND]}, "speaks to what is right"),
        ({"holds": "nobody"}, "the id of one reference"),
        ({"holds": [CITY]}, "the id of one reference"),
    ],
)
def test_a_hint_that_cannot_be_used_is_refused(hint: Key, said: str) -> None:
    key = {**TWO, "hints": [{**hint, "say": "No."}]}
    with pytest.raises(KeyCellError, match=said):
        hints.lock(KIND, key, KIND.seal(key, SEAL), SEAL)


def test_references_are_written_one_a_line() -> None:
    assert KIND.control(KIND.seal(ONE, quick)) == {"as": "lines"}
