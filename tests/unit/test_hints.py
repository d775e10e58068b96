"""A hint opens with the mistake it speaks to, and with nothing else."""

from __future__ import annotations

import json
from base64 import b64decode
from pathlib import Path
from typing import Any

import pytest

from afkit.exercises import hints
from afkit.exercises.answer import encode
from afkit.exercises.author import AuthorError, Notebook, read, student_copy
from afkit.exercises.check import Check
from afkit.exercises.hints import PADDED, Hint
from afkit.exercises.kinds import KINDS
from afkit.exercises.kinds.base import KeyCellError, sealer

FILE = "solutions/01-one.ipynb"
#: Places of the key cells of the small kit's questions.
CHOICE_KEY, DATE_KEY, NAME_KEY, SET_KEY = 5, 9, 13, 17
Key = dict[str, Any]
Locked = list[dict[str, str]]

SAY = "Another letter, please."
OPTIONS = {"a": "Amina", "b": "Amin", "c": "The council", "d": "Nobody"}
ONE: Key = {"options": OPTIONS, "answer": "b"}
SEVERAL: Key = {"options": OPTIONS, "answer": ["a", "c"]}
DAY: Key = {"answer": "2021-08-19"}
WHO: Key = {"answer": "amina-rahmani"}
COUNT: Key = {"answer": 120, "tolerance": 5}
FAMILY: Key = {"answer": ["amina-rahmani", "amin-rahmani"]}
WORDS: Key = {"answer": ["sheep", "goat"], "of": "words"}
ROW: Key = {"answer": ["b", "c", "a"], "items": {"a": "last", "b": "first", "c": "middle"}}
PLACES: Key = {
    "answer": {"a": "x", "b": "y"},
    "items": {"a": "Amina", "b": "Amin"},
    "categories": {"x": "stayed", "y": "left"},
}

#: Kind, key, what the hint speaks to, the mistake as students write it, and other mistakes.
HINTED: list[tuple[str, Key, Key, list[object], list[object]]] = [
    ("choice", ONE, {"answer": "a"}, ["a", "(A)", "amina"], ["c", "d"]),
    ("choice", SEVERAL, {"holds": "b"}, [["a", "b"], "abc"], [["a"], ["a", "d"], "d"]),
    ("choice", SEVERAL, {"answer": ["b", "d"]}, ["db", ["Nobody", "b"]], [["b"], ["a", "b", "d"]]),
    ("date", DAY, {"answer": "2021-08-12"}, ["12 August 2021"], ["2021-08-13", "August 2021"]),
    ("date", DAY, {"answer": "2021"}, ["2021"], ["2021-08", "2020", "2021-01-01"]),
    ("name", WHO, {"answer": "amin-rahmani"}, ["Amin Rahmany"], ["Valley Council"]),
    ("number", COUNT, {"answer": 90}, [90, "90", 90.2], [91, 9, -90]),
    (
        "set", FAMILY, {"answer": ["valley-council", "amina-rahmani"]},
        [{"Amina Rahmani", "Valley Council"}, ["valley-council", "Ameena Rahmany"]],
        [["Amina Rahmani"], ["Amin Rahmani", "Valley Council"], []],
    ),
    (
        "set", FAMILY, {"holds": "valley-council"},
        [["Valley Council"], ["Amina Rahmani", "Valley Council", "Amin Rahmani"]],
        [["Amina Rahmani"], ["nobody at all"], []],
    ),
    ("set", WORDS, {"holds": "dog"}, [["DOG", "sheep"], ["dog"]], [["dogs"], ["sheep"]]),
    ("order", ROW, {"answer": ["a", "c", "b"]}, ["a, c, b", ["Last", "c", "b"]], ["cba", "ac"]),
    ("order", ROW, {"holds": "a<b"}, ["cab", ["a", "b"]], ["bac", ["c", "b", "a"]]),
    ("mapping", PLACES, {"answer": {"a": "y", "b": "x"}}, [{"b": "x", "Amina": "left"}], [{}]),
    ("mapping", PLACES, {"holds": "a = y"}, [{"a": "left"}, {"b": "y", "a": "y"}], [{"b": "x"}]),
]  # fmt: skip
HINTED = [row for row in HINTED if row[0] in KINDS]


def lock(kind: str, key: Key, *written: Key, salt: str = "salt") -> Locked:
    """The hints of a key as the manifest holds them."""
    seal = sealer(salt, "q1")
    spec = KINDS[kind].seal(key, seal)
    return hints.lock(KINDS[kind], {**key, "hints": list(written)}, spec, seal)


def opened(kind: str, key: Key, locked: Locked, answer: object, salt: str = "salt") -> Hint | None:
    """What an answer opens."""
    seal = sealer(salt, "q1")
    spec = KINDS[kind].seal(key, seal)
    return hints.find(locked, KINDS[kind].forms(encode(answer), spec, seal), seal)


@pytest.mark.parametrize(("kind", "key", "to", "mistakes", "others"), HINTED)
def test_a_hint_opens_with_its_mistake_in_any_spelling_and_with_nothing_else(
    small_kit: Path, kind: str, key: Key, to: Key, mistakes: list[object], others: list[object]
) -> None:
    locked = lock(kind, key, {**to, "say": SAY})
    for answer in mistakes:
        assert opened(kind, key, locked, answer) == Hint(SAY), answer
    for answer in [*others, KINDS[kind].example(key)]:
        assert opened(kind, key, locked, answer) is None, answer


def test_a_hint_comes_back_as_it_was_written() -> None:
    written = {"answer": "a", "say": "پنجشیر: «look»\nagain", "again": "Once more."}
    found = opened("choice", ONE, lock("choice", ONE, written), "a")
    assert found == Hint(written["say"], written["again"])


def test_a_hint_longer_than_usual_comes_back_whole() -> None:
    long = "word " * 100 + "end"
    written = {"answer": "a", "say": long, "again": long[5:]}
    assert opened("choice", ONE, lock("choice", ONE, written), "a") == Hint(long, long[5:])


def test_of_several_hints_each_opens_with_its_own_mistake() -> None:
    locked = lock("choice", ONE, *({"answer": each, "say": f"Not {each}."} for each in "acd"))
    for each in "acd":
        assert opened("choice", ONE, locked, each) == Hint(f"Not {each}.")


def test_the_whole_is_hinted_before_its_parts() -> None:
    whole, part = {"answer": ["b", "d"], "say": "whole"}, {"holds": "b", "say": "part"}
    locked = lock("choice", SEVERAL, part, whole)
    assert opened("choice", SEVERAL, locked, ["b", "d"]) == Hint("whole")
    assert opened("choice", SEVERAL, locked, ["b", "a"]) == Hint("part")


def test_no_hints_open_nothing() -> None:
    assert lock("choice", ONE) == []
    assert opened("choice", ONE, [], "a") is None


@pytest.mark.parametrize(("kind", "key", "to"), [row[:3] for row in HINTED])
def test_neither_hint_nor_mistake_can_be_read_where_it_is_locked(
    small_kit: Path, kind: str, key: Key, to: Key
) -> None:
    (locked,) = lock(kind, key, {**to, "say": SAY, "again": "Once more."})
    assert set(locked) == {"at", "said"}
    told = json.dumps(locked).encode() + b64decode(locked["said"])
    assert len(locked["at"]) == 24
    for word in ("Another", "letter", "Once", "valley", "amin", "2021", "dog", "a<b", "a=y"):
        assert word.encode() not in told


def test_short_hints_cannot_be_told_apart_by_length() -> None:
    written = [
        {"answer": "a", "say": "No."},
        {"answer": "c", "say": "The council was not there.", "again": "It was elsewhere."},
        {"answer": "d", "say": "پنجشیر " * 8, "again": "x" * 20},
    ]
    sizes = {len(b64decode(each["said"])) for each in lock("choice", ONE, *written)}
    assert sizes == {PADDED}


def test_locked_hints_stand_in_an_order_that_is_not_the_authors() -> None:
    written = [{"answer": each, "say": f"Not {each}."} for each in "acd"]
    assert lock("choice", ONE, *written) == lock("choice", ONE, *written[::-1])


def test_with_another_salt_the_same_hint_is_locked_otherwise() -> None:
    written = {"answer": "a", "say": SAY}
    (one,), (other,) = (lock("choice", ONE, written, salt=salt) for salt in ("one", "other"))
    assert one["at"] != other["at"]
    assert one["said"] != other["said"]
    assert opened("choice", ONE, [one], "a", salt="other") is None


OK = {"answer": "a", "say": SAY}
IS_RIGHT = " speaks to what is right"
REFUSED: list[tuple[str, str, Key, list[Any], str]] = [
    ("right", "choice", ONE, [{"answer": "b", "say": SAY}], "1" + IS_RIGHT),
    ("right in words", "choice", ONE, [OK, {"answer": "Amin", "say": SAY}], "2" + IS_RIGHT),
    ("right part", "choice", SEVERAL, [{"holds": "c", "say": SAY}], "1" + IS_RIGHT),
    ("right day", "date", DAY, [{"answer": "19 August 2021", "say": SAY}], "1" + IS_RIGHT),
    ("in tolerance", "number", COUNT, [{"answer": 116, "say": SAY}], "1" + IS_RIGHT),
    ("right name", "name", WHO, [{"answer": "Ameena Rahmany", "say": SAY}], "1" + IS_RIGHT),
    ("right element", "set", FAMILY, [{"holds": "Amin Rahmany", "say": SAY}], "1" + IS_RIGHT),
    ("all right", "set", WORDS, [{"answer": ["goat", "sheep"], "say": SAY}], "1" + IS_RIGHT),
    ("twice", "choice", ONE, [OK, OK], "2 speaks to the same mistake as another"),
    ("respelt", "choice", ONE, [OK, {"answer": "Amina", "say": "b"}], "2 speaks to the same"),
    ("no say", "choice", ONE, [OK, {"answer": "c"}], "2 says nothing; write say"),
    ("blank say", "choice", ONE, [{"answer": "c", "say": " "}], "1 says nothing; write say"),
    ("again only", "choice", ONE, [{"answer": "c", "again": SAY}], "1 says nothing; write"),
    ("both", "choice", SEVERAL, [{**OK, "holds": "b"}], "1; expected either answer"),
    ("neither", "choice", ONE, [OK, {"say": SAY}], "2; expected either answer"),
    ("unknown", "choice", ONE, [OK, {**OK, "note": ""}], "2; expected a table with answer,"),
    ("no table", "choice", ONE, ["a"], "1; expected a table with answer, holds, say, again"),
    ("say a number", "choice", ONE, [{**OK, "say": 1}], "1: say and again are texts in quotes"),
    ("again a list", "choice", ONE, [{**OK, "again": []}], "1: say and again are texts in"),
    ("no letter", "choice", ONE, [OK, {**OK, "answer": "z"}], "2: expected one letter in quo"),
    ("no date", "date", DAY, [{"answer": "Thursday", "say": SAY}], "1: expected a date"),
    ("no number", "number", COUNT, [{"answer": "many", "say": SAY}], "1: expected a number"),
    ("nobody", "name", WHO, [{"answer": "Mr Nobody", "say": SAY}], "1: expected a name"),
    ("no parts", "date", DAY, [{"holds": "2021", "say": SAY}], "1: expected answer = ..., as"),
    ("part of one", "choice", ONE, [{"holds": "a", "say": SAY}], "1: expected one letter of"),
    ("nobody inside", "set", FAMILY, [{"holds": "Mr X", "say": SAY}], "1: expected a name"),
    ("no value", "choice", ONE, [{**OK, "answer": float("nan")}], "1: expected a number that"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "key", "written", "said"),
    [row[1:] for row in REFUSED],
    ids=[row[0] for row in REFUSED],
)
def test_a_hint_of_no_use_is_refused_with_its_number(
    small_kit: Path, kind: str, key: Key, written: list[Any], said: str
) -> None:
    with pytest.raises(KeyCellError) as caught:
        lock(kind, key, *written)
    assert str(caught.value).startswith(f"hint {said}")


@pytest.fixture
def solution(small_kit: Path) -> Notebook:
    """The small kit's solution, with hints for four questions."""
    notebook = read(small_kit / FILE, small_kit)
    cells = notebook["cells"]
    cells[CHOICE_KEY]["source"] += (
        '\n[[hints]]\nanswer = "b"\nsay = "He has left."\nagain = "Who stayed?"\n'
    )
    cells[DATE_KEY]["source"] += (
        '\nlook = "line 1"\nagain = "Read it aloud."\n'
        '[[hints]]\nanswer = "2021-08-12"\nsay = "A week too soon."\n'
    )
    cells[NAME_KEY]["source"] += '\nagain = "Ask a neighbour."\n'
    cells[SET_KEY]["source"] += '\n[[hints]]\nholds = "valley-council"\nsay = "No person."\n'
    return notebook


def made(notebook: Notebook) -> dict[str, Any]:
    return student_copy(notebook, "01", FILE)[1]


@pytest.fixture
def check(solution: Notebook, monkeypatch: pytest.MonkeyPatch) -> Check:
    monkeypatch.delenv("AFKIT_STRICT", raising=False)
    return Check(made(solution))


def test_a_known_mistake_is_answered_by_its_hint_in_place_of_the_usual_words(check: Check) -> None:
    assert check("q1", "b").message == "He has left."
    assert check("q2", "12 August 2021").message == "A week too soon. Look again: line 1."


def test_what_is_right_beside_the_mistake_is_still_told(check: Check) -> None:
    feedback = check("q4", ["Amina Rahmani", "Amin Rahmani", "Valley Council"])
    assert feedback.status == "partly"
    assert feedback.message.startswith("No person. Right: Amina Rahmani, Amin Rahmani.")


def test_the_second_hint_comes_when_the_mistake_is_made_once_more(check: Check) -> None:
    said = [check("q1", "b").message for _ in range(3)]
    assert said == ["He has left.", "Who stayed?", "Who stayed?"]


def test_a_hint_without_a_second_is_said_again(check: Check) -> None:
    answer = ["Valley Council"]
    assert check("q4", answer).message == check("q4", answer).message == "No person."


def test_what_a_key_says_again_is_said_from_the_second_wrong_answer_on(check: Check) -> None:
    said = [check("q3", name).message for name in ("Amina Rahmani", "Valley Council")]
    assert ["Ask a neighbour." in each for each in said] == [False, True]
    check("q2", "2020")
    said_again = "A week too soon. Read it aloud. Look again: line 1."
    assert check("q2", "2021-08-12").message == said_again


@pytest.mark.parametrize("between", ["a", ..., "  "])
def test_after_a_right_or_an_open_answer_the_first_hint_comes_again(
    check: Check, between: object
) -> None:
    check("q1", "b")
    check("q1", between)
    assert check("q1", "b").message == "He has left."


def test_a_wrong_answer_to_another_question_does_not_count(check: Check) -> None:
    check("q2", "2020")
    assert check("q1", "b").message == "He has left."


def test_feedback_has_no_memory(check: Check) -> None:
    check("q1", "b")
    assert [check.feedback("q1", "b").message for _ in range(2)] == ["He has left."] * 2
    assert check("q1", "b").message == "Who stayed?"
    assert check.feedback("q1", "b", repeated=True).message == "Who stayed?"
    assert check.progress["q1"] == "not yet"


def test_right_answers_bring_no_hint(check: Check) -> None:
    for _ in range(2):
        assert check("q1", "a").message == ""
        assert check("q2", "2021-08-19").message == ""


def test_nothing_of_hints_and_mistakes_can_be_read_in_the_manifest(solution: Notebook) -> None:
    manifest = made(solution)
    assert [len(each.get("hints", ())) for each in manifest["questions"]] == [1, 1, 0, 1, 0, 0]
    told = json.dumps(manifest, ensure_ascii=False)
    for secret in (
        "has left",
        "Who stayed",
        "too soon",
        "No person",
        "2021-08-12",
        "valley-council",
    ):
        assert secret not in told


def test_the_manifest_of_another_notebook_locks_the_same_hint_otherwise(solution: Notebook) -> None:
    before = made(solution)["questions"][0]["hints"][0]
    assert made(solution)["questions"][0]["hints"][0] == before
    solution["cells"][0]["source"] += "\n"
    after = made(solution)["questions"][0]["hints"][0]
    assert before["at"] != after["at"]
    assert before["said"] != after["said"]


@pytest.mark.parametrize(
    ("hint", "said"),
    [
        ('answer = "a"\nsay = "x"', "hint 2 speaks to what is right"),
        ('answer = "b"\nsay = "x"', "hint 2 speaks to the same mistake as another"),
        ('answer = "b"', "hint 2 says nothing"),
        ('say = "x"', "hint 2; expected either answer"),
    ],
)
def test_an_author_is_told_file_cell_question_and_number_of_a_hint(
    solution: Notebook, hint: str, said: str
) -> None:
    solution["cells"][CHOICE_KEY]["source"] += f"\n[[hints]]\n{hint}\n"
    with pytest.raises(AuthorError) as caught:
        made(solution)
    assert str(caught.value).startswith(f"{FILE}, cell {CHOICE_KEY + 1} (q1): {said}")


@pytest.mark.parametrize("value", ['"b"', "1", '{ answer = "b", say = "x" }'])
def test_hints_that_are_no_list_are_refused(solution: Notebook, value: str) -> None:
    source = solution["cells"][CHOICE_KEY]["source"]
    plain = source[: source.index("[[hints]]")].replace("points", f"hints = {value}\npoints")
    solution["cells"][CHOICE_KEY]["source"] = plain
    with pytest.raises(AuthorError, match="hints = .* is of the wrong type"):
        made(solution)
