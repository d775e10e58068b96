"""Every kind of question: what earns the marks, what it says, which keys it refuses."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from afkit.exercises.answer import Json, encode
from afkit.exercises.kinds import KINDS
from afkit.exercises.kinds.base import FormError, KeyCellError, Mark, sealer
from afkit.facts.names import actor

SEAL = sealer("salt", "q1")
Key = dict[str, Any]

OPTIONS = {"a": "Amina", "b": "Amin", "c": "The council", "d": "Nobody"}
ONE: Key = {"options": OPTIONS, "answer": "b"}
SEVERAL: Key = {"options": OPTIONS, "answer": ["a", "c"]}
MOST: Key = {"options": OPTIONS, "answer": ["a", "b", "c"]}
ALL: Key = {"options": OPTIONS, "answer": ["a", "b", "c", "d"]}
DAY: Key = {"answer": "2021-08-19"}
DAYS: Key = {"answer": ["2021-08-12", "2021-08-13"]}
MONTH: Key = {"answer": "2021-08-19", "precision": "month"}
YEAR: Key = {"answer": "2021", "precision": "year"}
WHO: Key = {"answer": "amina-rahmani"}
EITHER: Key = {"answer": ["amina-rahmani", "amin-rahmani"]}
COUNT: Key = {"answer": 120, "tolerance": 5}
NOUGHT: Key = {"answer": 0}
EXACT: Key = {"answer": 2.5, "decimals": 1}
LARGE: Key = {"answer": 1_234_567}
BELOW: Key = {"answer": -3, "tolerance": 1}
FAMILY: Key = {"answer": ["amina-rahmani", "amin-rahmani"]}
WORDS: Key = {"answer": ["sheep", "Goats and hens", "cow", "گاو"], "of": "words"}
TEXT: Key = {"min_words": 3, "max_words": 5, "cites": 1, "terms": ["sheep"]}
PLAIN: Key = {"min_words": 3, "max_words": 5}


def mark(kind: str, key: Key, answer: object) -> Mark:
    """What a kind says to an answer as a student writes it."""
    return KINDS[kind].mark(encode(answer), KINDS[kind].seal(key, SEAL), SEAL)


FULL: list[tuple[str, Key, list[object]]] = [
    ("choice", ONE, ["b", "B", " b ", "(b)", "b.", "Amin", "amin", ["b"], np.str_("b")]),
    ("choice", SEVERAL, [["a", "c"], ["C", "a"], {"a", "c"}, ("a", "c", "a"), ["Amina", "c"]]),
    ("choice", SEVERAL, ["a, c", "ac", "C A", "a & c", ["a,c"]]),
    ("choice", ALL, [["a", "b", "c", "d"], "abcd"]),
    (
        "date",
        DAY,
        [
            "2021-08-19", " 2021-08-19 ", "19/08/2021", "Thursday 19 August 2021",
            "19 August 2021", "19 Aug 2021", "19th August 2021",
            "August 19, 2021", "28 Asad 1400", "۲۸ اسد ۱۴۰۰", dt.date(2021, 8, 19),
            dt.datetime(2021, 8, 19, 12), pd.Timestamp("2021-08-19"), np.datetime64("2021-08-19"),
        ],
    ),
    ("date", DAYS, ["12 August 2021", "2021-08-13"]),
    ("date", MONTH, ["2021-08", "August 2021", "2021-08-19", "1 August 2021", "2021-08-XX"]),
    ("date", YEAR, ["2021", "2021-08", "1 January 2021"]),
    (
        "name",
        WHO,
        [
            "Amina Rahmani", "amina rahmani", " AMINA  RAHMANI", "Ameena Rahmany", "Amina Rahmany",
            "امینه رحمانی", "Mother of the Valley", "amina-rahmani", "Mrs Amina Rahmani",
        ],
    ),
    ("name", EITHER, ["Amina Rahmani", "Amin Rahmany"]),
    ("number", COUNT, [120, 115, 125, 120.0, 119.6, 114.5, "120", " 118 ", "120 %", "120%",
                         "120 per cent", "۱۲۰", "120 percent", np.int64(121)]),
    ("number", NOUGHT, [0, 0.0, -0.0, "0", 0.4, -0.4]),
    ("number", EXACT, [2.5, "2.50", 2.54, 2.45, np.float64(2.5)]),
    ("number", LARGE, [1_234_567, "1,234,567", "1234567", "1 234 567", "1\u202f234\u202f567"]),
    ("number", BELOW, [-2, -3, -4, "-3"]),
    (
        "set",
        FAMILY,
        [
            ["Amina Rahmani", "Amin Rahmani"], {"Amin Rahmany", "Amina Rahmani"},
            ("amin-rahmani", "امینه رحمانی"), ["amin-rahmani", "Amina Rahmani", "amina-rahmani"],
            pd.Series(["Amina Rahmani", "Amin Rahmani"]),
        ],
    ),
    ("set", WORDS, [["cow", "SHEEP", "goats  and hens", "گاو"]]),
    (
        "essay",
        TEXT,
        [
            "Sheep are counted [@valley-2020-register].",
            "\nThe SHEEP, then, left [@city-2021-paper; @valley-2020-register]\n",
        ],
    ),
    ("essay", PLAIN, ["one two three", "one two three four five", "it's half-known today"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "key", "answer"),
    [(kind, key, answer) for kind, key, answers in FULL for answer in answers],
)
def test_every_right_form_earns_full_marks_and_no_hint(
    small_kit: Path, kind: str, key: Key, answer: object
) -> None:
    assert mark(kind, key, answer) == Mark(1.0, "")


def test_every_kind_is_tried_here() -> None:
    tried = {kind for kind, _, _ in FULL}
    files = {path.name for path in Path(__file__).parent.glob("test_kind_*.py")}
    assert all(f"test_kind_{kind}.py" in files for kind in set(KINDS) - tried)
    assert tried == {row[0] for row in LESS} == {row[0] for row in FORMS}
    assert tried == {row[0] for row in BAD_KEYS}


def test_an_actor_of_the_kit_is_a_name(small_kit: Path) -> None:
    assert mark("name", WHO, actor("Amina Rahmani")).share == 1
    assert mark("set", FAMILY, {actor("Amina Rahmani"), actor("Amin Rahmani")}).share == 1


CITED = "[@valley-2020-register]"
LESS: list[tuple[str, Key, object, float, str]] = [
    ("choice", ONE, "a", 0, "That is not what the evidence shows."),
    ("choice", SEVERAL, "a", 1 / 2, "There are more."),
    ("choice", SEVERAL, ["a"], 1 / 2, "There are more."),
    ("choice", SEVERAL, ["a", "b"], 0, "1 of your 2 letters is right."),
    ("choice", SEVERAL, ["a", "b", "c"], 1 / 2, "2 of your 3 letters are right."),
    ("choice", SEVERAL, ["a", "b", "c", "d"], 0, "2 of your 4 letters are right."),
    ("choice", SEVERAL, ["b", "d"], 0, "0 of your 2 letters are right."),
    ("choice", MOST, ["a", "b"], 2 / 3, "2 of your 2 letters are right. There are more."),
    ("choice", MOST, ["a", "b", "d"], 0, "2 of your 3 letters are right."),
    ("choice", MOST, ["a", "b", "c", "d"], 0, "3 of your 4 letters are right."),
    ("choice", {**SEVERAL, "answer": ["a"]}, ["a", "b"], 2 / 3, "1 of your 2 letters is right."),
    ("choice", {**SEVERAL, "answer": ["a"]}, "abc", 1 / 3, "1 of your 3 letters is right."),
    ("date", DAY, "2021-08-20", 0, "The month is right, but not the rest."),
    ("date", DAY, "19 September 2021", 0, "The year is right, but not the rest."),
    ("date", DAY, "19 August 2020", 0, "That is another time."),
    ("date", DAY, "28 Asad 1399", 0, "That is another time."),
    ("date", DAY, "August 2021", 1 / 2, "The month is right. Now give the day."),
    ("date", DAY, "2021-08-XX", 1 / 2, "The month is right. Now give the day."),
    ("date", DAY, "2021", 1 / 2, "The year is right. Now give the day."),
    ("date", DAY, "September 2021", 0, "The year is right, but not the rest."),
    ("date", DAY, "2020", 0, "That is another time."),
    ("date", DAYS, "14 August 2021", 0, "The month is right, but not the rest."),
    ("date", MONTH, "2021", 1 / 2, "The year is right. Now give the month."),
    ("date", MONTH, "2021-07", 0, "The year is right, but not the rest."),
    ("date", YEAR, "2020-08-19", 0, "That is another time."),
    ("name", WHO, "Amin Rahmany", 0, "You named Amin Rahmani. That is not the answer."),
    ("name", EITHER, "Valley Council", 0, "You named Valley Council. That is not the answer."),
    ("number", COUNT, 114, 0, "That is not the number."),
    ("number", COUNT, 126, 0, "That is not the number."),
    ("number", COUNT, "125.5", 0, "That is not the number."),
    ("number", COUNT, -120, 0, "the sign is not"),
    ("number", NOUGHT, 1, 0, "That is not the number."),
    ("number", EXACT, 2.6, 0, "That is not the number."),
    ("number", EXACT, 25, 0, "That is not the number."),
    ("number", BELOW, 3, 0, "the sign is not"),
    ("set", FAMILY, ["Amina Rahmani"], 1 / 2, "Right: Amina Rahmani. 1 still missing."),
    ("set", FAMILY, [], 0, "2 still missing."),
    (
        "set", FAMILY, ["Amina Rahmani", "Valley Council"], 0,
        "Right: Amina Rahmani. Does not belong here: Valley Council. 1 still missing.",
    ),
    (
        "set", FAMILY, ["Amin Rahmany", "Amina Rahmani", "Valley Council"], 1 / 2,
        "Right: Amin Rahmani, Amina Rahmani. Does not belong here: Valley Council.",
    ),
    ("set", FAMILY, ["Rahmani"], 0, "2 still missing. Expected a name: 'Rahmani' can mean Amina"),
    ("set", FAMILY, ["Amin Rahmani", 2], 1 / 2, "Expected texts in quotes inside the list; you"),
    ("set", FAMILY, [["Amina Rahmani"]], 0, "you gave a list of 1."),
    ("set", WORDS, ["cow", None], 1 / 4, "you gave nothing."),
    ("set", WORDS, ["cow", "گاو", "sheep"], 3 / 4, "Right: cow, گاو, sheep. 1 still missing."),
    ("set", WORDS, ["cow", "sheep", "dog"], 1 / 4, "Right: cow, sheep. Does not belong here: dog."),
    ("set", WORDS, ["dog"], 0, "Does not belong here: dog. 4 still missing."),
    ("essay", PLAIN, "one two", 0, "2 words so far; write at least 3."),
    ("essay", PLAIN, "one two three four five six", 0, "6 words; at most 5 are asked."),
    ("essay", TEXT, f"Sheep left {CITED}", 2 / 3, "2 words so far; write at least 3."),
    ("essay", TEXT, f"The goats left {CITED}", 2 / 3, "Use the term 'sheep'."),
    ("essay", TEXT, f"The sheepdogs left {CITED}", 2 / 3, "Use the term 'sheep'."),
    ("essay", TEXT, "The sheep left", 2 / 3, "you cite 0."),
    ("essay", TEXT, "The sheep left [@no-such-paper]", 2 / 3, "No reference is called no-such"),
    ("essay", TEXT, f"Goats left {CITED}", 1 / 3, "2 words so far; write at least 3. Use the term"),
    ("essay", TEXT, "Nothing", 0, "1 word"),
    ("essay", {**TEXT, "cites": 2}, f"Two sheep left {CITED} {CITED}", 2 / 3, "you cite 1."),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "key", "answer", "share", "said"), LESS)
def test_what_is_not_quite_right_earns_its_share_and_a_hint(
    small_kit: Path, kind: str, key: Key, answer: object, share: float, said: str
) -> None:
    given = mark(kind, key, answer)
    assert given.share == pytest.approx(share)
    assert said in given.message


@pytest.mark.parametrize(
    ("kind", "key", "answer", "ugly"),
    [
        ("choice", SEVERAL, ["a"], "1 letters"),
        ("choice", SEVERAL, [], "0 of your 0"),
        ("essay", PLAIN, "one", "1 words"),
        ("essay", {**PLAIN, "cites": 1}, "one two three", "1 references"),
    ],
)
def test_hints_speak_plain_english_of_one_and_none(
    small_kit: Path, kind: str, key: Key, answer: object, ugly: str
) -> None:
    assert ugly not in mark(kind, key, answer).message


def test_an_unclear_element_beside_all_right_ones_costs_nothing(small_kit: Path) -> None:
    answer = ["Amina Rahmani", "Amin Rahmani", "Rahmani"]
    assert mark("set", FAMILY, answer) == Mark(1.0, "")


@pytest.mark.parametrize(
    ("kind", "said"), [("name", "a full name"), ("set", "Expected a full name")]
)
def test_a_name_that_usage_gives_to_another_is_asked_in_full(
    edit: Callable[[str, str, str], None], kind: str, said: str
) -> None:
    edit("data/actors.csv", ",Amin Rahmany,", ",Amin Rahmany; Rahmani,")
    asked = f"{said}: several people are called 'Rahmani' (Amina Rahmani, Amin Rahmani)"
    if kind == "set":
        given = mark("set", {"answer": ["amina-rahmani"]}, ["Rahmani"])
        assert given.share == 0
        assert asked in given.message
        return
    with pytest.raises(FormError) as caught:
        mark("name", WHO, "Rahmani")
    assert asked in str(caught.value)


def test_two_actors_of_one_name_are_told_apart_in_a_set(small_kit: Path) -> None:
    table = small_kit / "data" / "actors.csv"
    row = table.read_text(encoding="utf-8").splitlines()[1]
    twin = row.replace("amina-rahmani", "another-amina", 1)
    table.write_text(table.read_text(encoding="utf-8") + twin + "\n", encoding="utf-8")
    given = mark("set", {"answer": ["amina-rahmani"]}, ["amina-rahmani", "another-amina"])
    assert given.share == 0


LETTERS = "a list of letters, like ['a', 'b'] (a, b, c, d); you gave "
NOT_A_DATE = "a date, like '2021-08-19' or '19 August 2021'; you gave "
FORMS: list[tuple[str, Key, object, str]] = [
    ("choice", ONE, "z", "one letter in quotes (a, b, c, d); you gave the text 'z'"),
    ("choice", ONE, 2, "one letter in quotes (a, b, c, d); you gave the number 2"),
    ("choice", ONE, True, "one letter in quotes (a, b, c, d); you gave True"),
    ("choice", ONE, {"b": 1}, "one letter in quotes (a, b, c, d); you gave a mapping of 1"),
    ("choice", ONE, "ab", "one letter in quotes (a, b, c, d); you gave the text 'ab'"),
    ("choice", ONE, [], "one letter in quotes (a, b, c, d); you gave a list of 0"),
    ("choice", ONE, ["b", "a"], "one letter in quotes (a, b, c, d); you gave a list of 2"),
    ("choice", SEVERAL, ["a", "z"], LETTERS + "the text 'z'"),
    ("choice", SEVERAL, "a or c", LETTERS + "the text 'a or c'"),
    ("choice", SEVERAL, "", LETTERS + "the text ''"),
    ("choice", SEVERAL, ["a", None], LETTERS + "nothing"),
    ("date", DAY, "Thursday", NOT_A_DATE + "the text 'Thursday'"),
    ("date", DAY, "08/09/2021", "can be two dates; write the month as a word"),
    ("date", DAY, "31 June 2021", NOT_A_DATE + "the text '31 June 2021'"),
    ("date", DAY, "30 Hut 1400", NOT_A_DATE + "the text '30 Hut 1400'"),
    ("date", DAY, 2021, "a date; you gave the number 2021. Put it in quotes."),
    ("date", DAY, ["2021-08-19"], "a date; you gave a list of 1."),
    (
        "date",
        DAY,
        "2021-08-12/2021-08-19",
        "one day; you gave the time 12 August 2021 to 19 August",
    ),
    ("date", DAY, "Asad 1400", "one day; you gave the time 23 July 2021 to 22 August 2021"),
    ("date", MONTH, "202X", "one month; you gave the time 2020s"),
    ("name", WHO, "Rahmani", "a name: 'Rahmani' can mean Amina Rahmani (amina-rahmani); Amin"),
    ("name", WHO, "Amyna Rahmoni Khan", "a name: nobody"),
    ("name", WHO, "Valey Counsil", "did you mean Valley Council?"),
    ("name", WHO, "?", "a name: nobody"),
    ("name", WHO, 7, "a name in quotes; you gave the number 7"),
    ("name", WHO, ["Amina"], "a name in quotes; you gave a list of 1"),
    ("number", COUNT, "many", "a number in digits; you gave the text 'many'"),
    ("number", COUNT, "one hundred", "a number in digits; you gave the text 'one hundred'"),
    ("number", COUNT, True, "a number; you gave True"),
    ("number", COUNT, [120], "a number; you gave a list of 1"),
    ("number", COUNT, "", "a number in digits; you gave the text ''"),
    ("number", COUNT, "nan", "a number of ordinary size; you gave the text 'nan'"),
    ("number", COUNT, "Infinity", "a number of ordinary size; you gave the text 'Infinity'"),
    ("number", COUNT, 10**16, "a number of ordinary size; you gave the number 10000000000000000"),
    ("number", COUNT, "1e9999999", "a number of ordinary size; you gave the text '1e9999999'"),
    ("set", FAMILY, "Amina, Amin", "a list, like ['...', '...']; you gave the text 'Amina, Amin'"),
    ("set", FAMILY, {"Amina": 1}, "a list, like ['...', '...']; you gave a mapping of 1"),
    ("essay", TEXT, 12, "a text; you gave the number 12"),
    ("essay", TEXT, ["a", "b"], "a text; you gave a list of 2"),
]


@pytest.mark.parametrize(("kind", "key", "answer", "said"), FORMS)
def test_a_wrong_form_is_answered_in_a_students_words(
    small_kit: Path, kind: str, key: Key, answer: object, said: str
) -> None:
    with pytest.raises(FormError) as caught:
        mark(kind, key, answer)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("kind", "key"), [("choice", ONE), ("date", DAY), ("number", COUNT), ("name", WHO)]
)
def test_a_long_answer_is_not_repeated_in_full(small_kit: Path, kind: str, key: Key) -> None:
    with pytest.raises(FormError) as caught:
        mark(kind, key, "xyz " * 1000)
    assert len(str(caught.value)) < 250


def test_a_decimal_comma_is_not_read_as_another_number() -> None:
    try:
        given = mark("number", {"answer": 25}, "2,5")
    except FormError:
        return
    assert given.share == 0


def test_a_decimal_comma_is_told_to_be_a_point() -> None:
    with pytest.raises(FormError, match="Write a decimal point, not a comma"):
        mark("number", EXACT, "2,5")


@pytest.mark.parametrize("answer", ["a", "b"])
def test_true_is_no_date_that_wants_quotes(answer: str) -> None:
    with pytest.raises(FormError) as caught:
        mark("date", DAY, answer == "a")
    assert "quotes" not in str(caught.value)


BAD_KEYS: list[tuple[str, Key, str]] = [
    ("choice", {**ONE, "answer": "z"}, "answer 'z'; expected letters of options, each once"),
    ("choice", {**ONE, "answer": []}, "expected letters of options"),
    ("choice", {**ONE, "answer": ["a", "a"]}, "expected letters of options, each once"),
    ("choice", {**ONE, "answer": ["a", "z"]}, "expected letters of options"),
    ("choice", {**ONE, "answer": [["a"]]}, "expected letters of options"),
    ("choice", {**ONE, "answer": [1]}, "expected letters of options"),
    ("choice", {"answer": "a", "options": {}}, "expected letters of options"),
    ("choice", {"answer": "a", "options": {"a": 1, "b": 2}}, "option"),
    ("choice", {"answer": "a", "options": {"a": "Same", "b": "same"}}, "option"),
    ("choice", {"answer": "A", "options": {"A": "Amina", "B": "Amin"}}, "option"),
    ("date", {"answer": "Thursday"}, "'Thursday' is not an EDTF date"),
    ("date", {"answer": "2021-02-30"}, "no day of the calendar"),
    ("date", {"answer": "2021-08"}, "answer '2021-08'; expected a plain date exact to the day"),
    ("date", {"answer": "2021", "precision": "month"}, "expected a plain date exact to the month"),
    ("date", {"answer": "2021-08-1X"}, "not an EDTF date"),
    ("date", {"answer": "2021-08-XX"}, "expected a plain date exact to the day"),
    ("date", {"answer": "2021-XX", "precision": "month"}, "exact to the month"),
    ("date", {"answer": "202X", "precision": "year"}, "exact to the year"),
    ("date", {"answer": "2021-08-12/2021-08-13"}, "expected a plain date"),
    ("date", {"answer": ["2021-08-12", "soon"]}, "'soon' is not an EDTF date"),
    ("date", {"answer": [2021]}, "expected"),
    ("date", {"answer": []}, "answer"),
    ("date", {**DAY, "precision": "hour"}, "precision 'hour'; expected day, month, year"),
    ("name", {"answer": "nobody-here"}, "nobody in data/actors.csv goes by 'nobody-here'"),
    (
        "name",
        {"answer": "Amina Rahmani"},
        "'Amina Rahmani' is a name; write the id, 'amina-rahmani'",
    ),
    ("name", {"answer": "Rahmani"}, "'Rahmani' can mean"),
    ("name", {"answer": ["amina-rahmani", "x"]}, "nobody in data/actors.csv goes by 'x'"),
    ("name", {"answer": []}, "answer"),
    ("name", {"answer": [1]}, "1"),
    ("number", {"answer": 1, "decimals": -7}, "expected -6 to 6"),
    ("number", {"answer": 1, "tolerance": -0.5}, "must not be below 0"),
    ("number", {"answer": 1, "tolerance": 101}, "tolerance 101 is too wide for 0 decimals"),
    ("number", {"answer": 1, "tolerance": 2, "decimals": 2}, "is too wide for 2 decimals"),
    ("number", {"answer": float("nan")}, "answer"),
    ("number", {"answer": float("inf")}, "answer"),
    ("number", {"answer": 10**40}, "answer"),
    ("number", {"answer": 1, "tolerance": float("inf")}, "tolerance"),
    ("number", {"answer": 1, "tolerance": float("nan")}, "tolerance"),
    ("number", {"answer": 1, "decimals": 40}, "decimals"),
    ("set", {"answer": []}, "answer is empty or holds an element twice"),
    ("set", {"answer": ["amina-rahmani"] * 2}, "answer is empty or holds an element twice"),
    ("set", {"answer": ["Cow", "cow"], "of": "words"}, "holds an element twice"),
    ("set", {"answer": ["a"], "of": "letters"}, "of 'letters'; expected names or words"),
    ("set", {"answer": ["Amina Rahmani"]}, "write the id, 'amina-rahmani'"),
    ("set", {"answer": [1]}, "1"),
    ("set", {"answer": ["?!"], "of": "words"}, "answer"),
    ("essay", {"min_words": 0, "max_words": 9}, "expected 0 < min_words < max_words"),
    ("essay", {"min_words": 9, "max_words": 9}, "expected 0 < min_words < max_words"),
    ("essay", {**PLAIN, "terms": [1]}, "terms"),
    ("essay", {**PLAIN, "terms": [" "]}, "terms"),
    ("essay", {**PLAIN, "cites": -1}, "cites"),
]


@pytest.mark.parametrize(("kind", "key", "said"), BAD_KEYS)
def test_a_key_that_cannot_be_used_is_refused_in_words(
    small_kit: Path, kind: str, key: Key, said: str
) -> None:
    with pytest.raises(KeyCellError) as caught:
        KINDS[kind].seal(key, SEAL)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("kind", "key", "secrets"),
    [
        ("choice", {**ONE, "answer": "d"}, ['"d"]', '"right": "d"']),
        ("date", DAY, ["2021", "08-19"]),
        ("name", WHO, ["amina", "Amina"]),
        ("number", COUNT, ["120", "115", "tolerance"]),
        ("set", FAMILY, ["amin"]),
        ("set", WORDS, ["sheep", "goats", "cow"]),
    ],
)
def test_a_sealed_key_does_not_hold_the_answer(
    small_kit: Path, kind: str, key: Key, secrets: list[str]
) -> None:
    text = json.dumps(KINDS[kind].seal(key, SEAL), ensure_ascii=False)
    text = re.sub(r'"[0-9a-f]{24}"', "a seal", text)
    assert not [each for each in secrets if each in text]


def test_the_order_of_a_seal_does_not_tell_the_middle_of_a_tolerance() -> None:
    right = KINDS["number"].seal(COUNT, SEAL)["right"]
    assert right == sorted(right)
    assert len(right) == 11


def test_a_seal_depends_on_salt_question_and_token() -> None:
    made = {
        sealer(salt, question)(token) for salt in "xy" for question in "pq" for token in ("a", "b")
    }
    assert len(made) == 8
    assert all(len(each) == 24 for each in made)


def test_options_of_a_choice_stay_readable_and_in_order() -> None:
    sealed = KINDS["choice"].seal(ONE, SEAL)
    assert list(sealed["options"].items()) == list(OPTIONS.items())
    assert sealed["several"] is False


def test_a_rubric_travels_with_the_essay(small_kit: Path) -> None:
    rubric = {"sourcing": ["none", "one", "two"]}
    assert KINDS["essay"].seal({**PLAIN, "rubric": rubric}, SEAL)["rubric"] == rubric


def quick(token: str) -> str:
    """A seal for many tries: as strict about its token as the real one, without the delay."""
    return token.encode().hex()


_telling = st.sampled_from(
    ["a", "z", "2021-08-19", "19 August 2021", "30 Hut 1400", "31 Hut 1400", "2021-13", "../..",
     "/", "0000", "1 Hamal 0001", "1 Hamal 9999", "29 Hut 9378", "9999-12-31", "199X/..", "Amina",
     "Rahmani", "valley council", "?", "1e15", "1e-400", "1e9999999", "-1e9999999", "1e-9999999",
     "sNaN", "0x1", "٣", "1e999999999999999999", "[@valley-2020-register]", "sheep", "\ud800",
     "\x00", "@" * 50]
)  # fmt: skip
_json = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**256) + 1, 2**256 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text()
    | _telling,
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)
_asked = [
    ("choice", ONE), ("choice", SEVERAL), ("date", DAY), ("date", DAYS), ("date", MONTH),
    ("date", YEAR), ("name", WHO), ("number", COUNT), ("number", EXACT), ("set", FAMILY),
    ("set", WORDS), ("essay", TEXT), ("essay", PLAIN),
]  # fmt: skip


@settings(
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=80,
    # The kit is the same for every example: nothing writes to it.
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(answer=_json)
@pytest.mark.parametrize(("kind", "key"), _asked)
def test_any_json_earns_a_share_or_a_word_on_its_form(
    small_kit: Path, kind: str, key: Key, answer: Json
) -> None:
    spec = KINDS[kind].seal(key, quick)
    try:
        given = KINDS[kind].mark(answer, spec, quick)
    except FormError:
        return
    assert 0 <= given.share <= 1
    assert bool(given.message) == (given.share < 1)


@pytest.mark.parametrize(("kind", "key"), _asked)
def test_awkward_answers_earn_a_share_or_a_word_on_their_form(
    small_kit: Path, kind: str, key: Key
) -> None:
    spec = KINDS[kind].seal(key, quick)
    awkward: list[Json] = [
        "1e9999999",
        "1e-9999999",
        "\ud800",
        "0000",
        "1 Hamal 9999",
        [],
        {},
        [[]],
    ]
    for answer in awkward:
        try:
            given = KINDS[kind].mark(answer, spec, quick)
        except FormError:
            continue
        assert 0 <= given.share <= 1, answer
