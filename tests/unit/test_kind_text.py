"""Text: which texts are right, what a near miss is told, which keys are refused."""

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
KIND = KINDS["text"]
Key = dict[str, Any]
MOST_SEALS = 24  # of about 2 ms each

ONE: Key = {"answer": ["Northern Alliance", "United Front"]}
SHORT: Key = {"answer": "Bonn"}
FARSI: Key = {"answer": ["پنجشیر", "Panjshir"]}
HOLDS: Key = {
    "holds": [["opium", "poppy"], "eradication", "Nangarhar province"],
    "without": ["heroin"],
}
BOTH: Key = {"answer": "Doha agreement", "holds": ["doha", "agreement of 2020"], "most_words": 8}
SINGLE: Key = {"holds": ["amnesty"]}
KEYS = {
    "one": ONE, "short": SHORT, "farsi": FARSI, "holds": HOLDS, "both": BOTH, "single": SINGLE,
}  # fmt: skip

BAD_KEYS: list[tuple[Key, str]] = [
    ({}, "expected answer = [...] or holds = [...]"),
    ({"holds": []}, "expected answer = [...] or holds = [...]"),
    ({"answer": []}, "answer []; expected texts in quotes"),
    ({"answer": [1]}, "expected texts in quotes"),
    ({"answer": "?!"}, "expected words with letters or digits"),
    ({"answer": ["Bonn", "bonn"]}, "expected each word once"),
    ({"holds": ["a", ["b", "A"]]}, "expected each word once"),
    ({"holds": ["sheep"], "without": ["Sheep"]}, "expected each word once"),
    ({"holds": [[]]}, "holds []; expected texts in quotes"),
    ({"answer": "Bonn", "without": ["Kabul"]}, "without; expected holds as well"),
    ({"holds": [f"w{each}" for each in range(9)]}, "expected at most 8"),
    ({"holds": ["one two three four five"]}, "phrases of at most 4 words"),
    ({"answer": "Bonn", "most_words": 0}, "most_words 0; expected 1 to 40"),
    ({"answer": "Bonn", "most_words": 41}, "most_words 41; expected 1 to 40"),
]
FORMS: list[tuple[str, object, str]] = [
    ("one", 3, "a short text in quotes; you gave the number 3"),
    ("one", ["Bonn"], "a short text in quotes; you gave a list of 1"),
    ("one", "", "a text with words; you gave the text ''"),
    ("one", "?!", "a text with words; you gave the text '?!'"),
    ("one", "word " * 41, "a short text, at most 40 words; you wrote 41"),
    ("both", "word " * 9, "a short text, at most 8 words; you wrote 9"),
]
SPELLING = "is close to what is asked: look at its spelling."
LESS: list[tuple[str, object, float, str]] = [
    ("one", "Taliban", 0, "That is not it. Read the question again."),
    ("one", "Northern Aliance", 0, f"'northern aliance' {SPELLING}"),
    ("one", "Northen Alliance", 0, SPELLING),
    ("one", "Northern Alliannce", 0, SPELLING),
    ("one", "Untied Front", 0, SPELLING),
    ("one", "United Frant", 0, SPELLING),
    ("short", "Bon", 0, "That is not it."),
    ("short", "Born", 0, "That is not it."),
    ("farsi", "پنجشر", 0, SPELLING),
    ("holds", "Opium in Nangarhar", 1 / 3, "1 of the 3 things that are needed is there."),
    ("holds", "Poppy eradication", 2 / 3, "2 of the 3 things that are needed are there."),
    ("holds", "Poppy eradicatoin in Nangarhar province", 2 / 3, f"'eradicatoin' {SPELLING}"),
    ("holds", "opium, eradication, Nangarhar province, heroin", 2 / 3, "not belong here: heroin."),
    ("holds", "heroin", 0, "0 of the 3 things that are needed are there. Does not belong"),
    ("both", "the agreement of 2020", 1 / 2, "1 of the 2 things"),
    ("single", "peace", 0, "Something that is needed is missing."),
    ("single", "an amnesti", 0, f"'amnesti' {SPELLING}"),
]

_json = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**256) + 1, 2**256 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text()
    | st.sampled_from(
        ["Northern Alliance", "opium", "heroin", "a" * 9000, "word " * 50, "\ud800", "پ" * 30]
    ),
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
    ("name", "answer"),
    [
        *(("one", each) for each in ("Northern Alliance", "NORTHERN  alliance.", "united front")),
        ("farsi", "پنجشیر"),
        ("farsi", "پنجشير"),
        ("holds", "In Nangarhar Province, the eradication of poppy failed."),
        ("holds", "The opium of Nangarhar province; eradication; poppy"),
        ("both", "The Agreement of 2020, signed at Doha"),
        ("both", "DOHA AGREEMENT"),
        ("single", "An “amnesty”."),
    ],
)
def test_every_right_form_earns_full_marks(small_kit: Path, name: str, answer: str) -> None:
    assert mark(KEYS[name], answer) == Mark(1.0, "")


def test_a_word_inside_another_is_not_there() -> None:
    assert mark(SINGLE, "amnestyinternational").share == 0


def test_a_list_of_guesses_pays_no_more_than_a_guess_less() -> None:
    said = "opium eradication nangarhar province heroin morphine hashish"
    assert mark(HOLDS, said).share == pytest.approx(2 / 3)


def test_a_number_off_by_a_digit_is_no_slip_in_spelling() -> None:
    assert "spelling" not in mark({"answer": "Resolution 1386"}, "Resolution 1387").message


def test_a_sealed_key_does_not_hold_the_words() -> None:
    made = json.dumps(KIND.seal({**HOLDS, **ONE}, SEAL), ensure_ascii=False).casefold()
    words = ("opium", "poppy", "eradication", "nangarhar", "heroin", "northern", "united")
    assert not [each for each in words if each in made]


def test_the_number_of_seals_does_not_tell_the_length_of_a_word() -> None:
    lengths = {len(KIND.seal({"answer": "a" * n + "b"}, quick)["near"]) for n in range(1, 14)}
    assert lengths <= {0, 16}
    assert len(KIND.seal({"answer": "abcdef"}, quick)["near"]) == 16


def test_hints_answer_to_a_text_and_to_a_word() -> None:
    key = {
        **ONE,
        "hints": [
            {"answer": "Taliban", "say": "They were the other side."},
            {"holds": "coalition", "say": "That came later."},
        ],
    }
    spec = KIND.seal(key, SEAL)
    locked = hints.lock(KIND, key, spec, SEAL)
    for answer, said in [
        ("TALIBAN.", "They were the other side."),
        ("The American coalition", "That came later."),
    ]:
        found = hints.find(locked, KIND.forms(answer, spec, SEAL), SEAL)
        assert found is not None
        assert found.say == said
    assert hints.find(locked, KIND.forms("Hazara", spec, SEAL), SEAL) is None


@pytest.mark.parametrize(
    ("hint", "said"),
    [
        ({"answer": "united front"}, "speaks to what is right"),
        ({"holds": "alliance"}, "speaks to what is right"),
        ({"holds": "two words"}, "one word of the text"),
        ({"holds": 3}, "one word of the text"),
    ],
)
def test_a_hint_that_cannot_be_used_is_refused(hint: Key, said: str) -> None:
    key = {**ONE, "hints": [{**hint, "say": "No."}]}
    with pytest.raises(KeyCellError, match=said):
        hints.lock(KIND, key, KIND.seal(key, SEAL), SEAL)


def test_a_text_is_written_on_a_line() -> None:
    assert KIND.control(KIND.seal(ONE, quick)) == {"as": "text"}
