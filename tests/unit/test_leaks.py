"""What students get tells neither answers nor hints: a build refuses it, and the kit has none."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from afkit import kit
from afkit.exercises import author
from afkit.exercises.author import AuthorError, Notebook, build, leaks, read, student_copy
from afkit.exercises.check import manifest_path
from afkit.exercises.kinds import function
from tests.conftest import ROOT, SMALL_KIT

FILE = "solutions/01-one.ipynb"
#: Places of cells of the small kit's solution: a cell in the open, and those of some questions.
OPEN = 1
Q1_PROMPT, Q1_ANSWER, Q1_CHECK, Q1_KEY = 2, 3, 4, 5
Q2_KEY, Q3_KEY, Q4_KEY = 9, 13, 17
SAY = "He has left."
Plant = Callable[[Notebook], None]
UNITS = [(root, unit.id) for root in (ROOT, SMALL_KIT) for unit in kit.load(root).units]


@pytest.fixture
def solution(small_kit: Path) -> Notebook:
    """The small kit's solution, with a hint for its first question."""
    notebook = read(small_kit / FILE, small_kit)
    notebook["cells"][Q1_KEY]["source"] += f'\n[[hints]]\nanswer = "b"\nsay = "{SAY}"\n'
    return notebook


def written(place: int, text: str) -> Plant:
    """Text at the end of a cell."""

    def plant(solution: Notebook) -> None:
        solution["cells"][place]["source"] += f"\n{text}"

    return plant


def first(place: int, text: str) -> Plant:
    """Text at the beginning of a cell."""

    def plant(solution: Notebook) -> None:
        cell = solution["cells"][place]
        cell["source"] = f"{text}\n{cell['source']}"

    return plant


def said(place: int, entry: str, text: str) -> Plant:
    """Text in an entry of a key."""

    def plant(solution: Notebook) -> None:
        lines = solution["cells"][place]["source"].splitlines()
        kept = [line for line in lines if not line.startswith(f"{entry} =")]
        solution["cells"][place]["source"] = "\n".join([f'{entry} = "{text}"', *kept])

    return plant


def put(place: int, **members: Any) -> Plant:
    """Members of a cell."""

    def plant(solution: Notebook) -> None:
        solution["cells"][place] |= members

    return plant


LINE, HINT, VALUE = (
    "the student's notebook holds",
    "the hint",
    "the manifest, an output or metadata",
)
PLANTED: list[tuple[str, Plant, int, str]] = [
    ("assigned in an open cell", written(OPEN, 'q1 = "a"'), Q1_KEY, LINE),
    ("assigned in a prompt", written(Q1_PROMPT, 'Try `q1 = "a"` first.'), Q1_KEY, LINE),
    ("assigned in another prompt", written(Q1_PROMPT, 'q3 = "Amin Rahmany"'), Q3_KEY, LINE),
    ("before the markers", first(Q1_ANSWER, 'q1 = "a"'), Q1_KEY, LINE),
    ("behind the markers", written(Q1_ANSWER, 'print(q1 = "a")'), Q1_KEY, LINE),
    ("in the check", written(Q1_CHECK, '# q1 = "a"'), Q1_KEY, LINE),
    ("in a tag", put(OPEN, metadata={"tags": ['q1 = "a"']}), Q1_KEY, LINE),
    ("hint in its prompt", written(Q1_PROMPT, f"Mind: {SAY}"), Q1_KEY, HINT),
    ("hint in another cell", written(OPEN, f"# {SAY}"), Q1_KEY, HINT),
    ("hint in look", said(Q1_KEY, "look", f"the register. {SAY}"), Q1_KEY, HINT),
    ("hint in objective", said(Q1_KEY, "objective", SAY), Q1_KEY, HINT),
    ("id in objective", said(Q3_KEY, "objective", "find amin-rahmani"), Q3_KEY, VALUE),
    ("id in look", said(Q3_KEY, "look", "the card amin-rahmani"), Q3_KEY, VALUE),
    ("id in again", said(Q3_KEY, "again", "Is it amin-rahmani?"), Q3_KEY, VALUE),
    ("id of a set in look", said(Q4_KEY, "look", "amina-rahmani"), Q4_KEY, VALUE),
    ("fact in look", said(Q2_KEY, "look", "the article of 2021-08-19"), Q2_KEY, VALUE),
    ("id in a tag", put(OPEN, metadata={"tags": ["amin-rahmani"]}), Q3_KEY, VALUE),
    ("id as a cell's", put(OPEN, id="amin-rahmani"), Q3_KEY, VALUE),
    (
        "id of a picture",
        put(Q1_PROMPT, attachments={"amin-rahmani.png": {"image/png": "eA=="}}), Q3_KEY, VALUE,
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("plant", "key", "what"), [row[1:] for row in PLANTED], ids=[row[0] for row in PLANTED]
)
def test_a_leak_is_refused_with_file_cell_question_and_what_leaks(
    solution: Notebook, plant: Plant, key: int, what: str
) -> None:
    student_copy(copy.deepcopy(solution), "01", FILE)
    plant(solution)
    with pytest.raises(AuthorError) as caught:
        student_copy(solution, "01", FILE)
    where = f"{FILE}, cell {key + 1} (q{(key - 1) // 4}): "
    assert str(caught.value).startswith(f"{where}{what}")


def test_a_refusal_shows_what_can_be_read(solution: Notebook) -> None:
    written(OPEN, 'q1 = "a"')(solution)
    with pytest.raises(AuthorError, match="holds the solution's line 'q1 = \"a\"'$"):
        student_copy(solution, "01", FILE)


def test_a_build_with_a_leak_writes_nothing(small_kit: Path, solution: Notebook) -> None:
    before = (small_kit / "exercises" / "01-one.ipynb").read_bytes()
    written(OPEN, 'q1 = "a"')(solution)
    (small_kit / FILE).write_text(author.dump(solution), encoding="utf-8")
    with pytest.raises(AuthorError, match="solution's line"):
        build(kit.load(small_kit))
    assert (small_kit / "exercises" / "01-one.ipynb").read_bytes() == before


def question(
    solution: Notebook, place: int
) -> tuple[dict[str, Any], str, Notebook, dict[str, Any]]:
    """What ``leaks`` asks for, of the question whose key is at a place."""
    student, manifest = student_copy(solution, "01", FILE)
    key = author.keys(solution, FILE)[(place - 1) // 4 - 1]
    entry = next(each for each in manifest["questions"] if each["id"] == key["id"])
    return key, solution["cells"][place - 2]["source"], student, entry


@pytest.mark.parametrize(
    "output",
    [
        {"output_type": "stream", "name": "stdout", "text": "amin-rahmani\n"},
        {"output_type": "execute_result", "data": {"text/plain": "'amin-rahmani'"}, "metadata": {}},
        {"output_type": "display_data", "data": {"text/html": '<b id="amin-rahmani">'}},
        {"output_type": "execute_result", "data": {"application/json": {"amin-rahmani": 1}}},
        {"output_type": "stream", "name": "stdout", "text": 'q3 = "Amin Rahmany"'},
    ],
)
def test_an_answer_in_an_output_stays_with_the_teacher_and_would_be_seen(
    solution: Notebook, output: dict[str, Any]
) -> None:
    plain = question(copy.deepcopy(solution), Q3_KEY)
    assert leaks(*plain) == ""
    kept = {"outputs": [output], "metadata": {"tags": ["nbval-check-output"]}}
    solution["cells"][OPEN] |= kept
    key, source, student, entry = question(solution, Q3_KEY)
    assert student["cells"][OPEN]["outputs"] == []
    student["cells"][OPEN] |= kept
    assert leaks(key, source, student, entry) != ""


@pytest.mark.parametrize(
    ("place", "change"),
    [
        (Q1_KEY, written(Q1_PROMPT, "Is it **a** or **b**? Write `q1 = ...`")),
        (Q1_KEY, written(OPEN, 'q2 = "a"\nmy_q10 = "b"')),
        (Q3_KEY, written(Q1_PROMPT, "Amin Rahmany or Amina Rahmani?")),
        (Q1_KEY, written(Q1_ANSWER, "print(q1)")),
        (Q1_KEY, said(Q1_KEY, "look", "what Amina says")),
        (Q2_KEY, written(OPEN, "from datetime import date")),
    ],
)
def test_what_tells_nothing_is_no_leak(solution: Notebook, place: int, change: Plant) -> None:
    change(solution)
    assert leaks(*question(solution, place)) == ""


@pytest.mark.parametrize(("root", "unit"), UNITS, ids=lambda each: getattr(each, "name", each))
def test_no_solution_of_a_kit_raises_a_false_alarm(
    monkeypatch: pytest.MonkeyPatch, root: Path, unit: str
) -> None:
    monkeypatch.setenv("AFKIT_ROOT", str(root))
    named = kit.load(root).unit(unit)
    student_copy(read(root / named.solution, root), unit, named.solution)


def texts(value: object) -> Iterator[str]:
    """All texts in a value, as they stand inside JSON."""
    if isinstance(value, str):
        yield json.dumps(value, ensure_ascii=False)[1:-1]
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from texts(each)


def answers(key: dict[str, Any]) -> set[str]:
    """Texts of an answer that nothing shows to students by design, but for very short ones."""
    if key["kind"] == "function":
        secret: object = function.secrets(key)
    else:
        secret = [key.get(name, "") for name in ("answer", "holds", "without", "against")]
    open_ = [key.get(name, "") for name in ("options", "items", "categories", "columns", "x")]
    # The names of categories and items are what students write.
    open_ += [name for each in open_ if isinstance(each, dict) for name in each]
    if key["kind"] == "order":  # what is to be ordered stands there, in another order
        open_.append(key["answer"])
    return {each for each in {*texts(secret)} - {*texts(open_)} if len(each) > 4}


def lines(source: str) -> set[str]:
    """What stands between the markers of an answer, line by line, but for what says nothing."""
    marked = re.findall(r"### BEGIN SOLUTION\n(.*?)### END SOLUTION", source + "\n", re.DOTALL)
    found = {line.strip() for part in marked for line in part.splitlines()}
    return {next(texts(line)) for line in found if len(line) > 4 and '= """' not in line}


@pytest.mark.parametrize(("root", "unit"), UNITS, ids=lambda each: getattr(each, "name", each))
def test_no_solution_key_or_hint_stands_in_what_students_get(
    monkeypatch: pytest.MonkeyPatch, root: Path, unit: str
) -> None:
    monkeypatch.setenv("AFKIT_ROOT", str(root))
    course = kit.load(root)
    named = course.unit(unit)
    solution = read(root / named.solution, root)
    student = read(root / named.exercise, root)
    manifest = manifest_path(course, named).read_text(encoding="utf-8")

    assert {cell["cell_type"] for cell in student["cells"]} <= {"markdown", "code"}
    sources = author.dump({"cells": [{"source": each["source"]} for each in student["cells"]]})
    beside = json.dumps([{**each, "source": ""} for each in student["cells"]], ensure_ascii=False)
    open_lines = {line.strip() for cell in solution["cells"] for line in _open(cell)}
    found: list[str] = []
    for number, cell in enumerate(solution["cells"]):
        tags = cell["metadata"].get("tags", [])
        if "solution-only" in tags:
            for line in filter(lambda each: len(each) > 20, texts(cell["source"].splitlines())):
                found += [line] if line in sources + manifest else []
        if "key" not in tags:
            continue
        answer = solution["cells"][number - 2]["source"]
        for line in lines(answer):
            asked = re.match(r"q\d+\s*=", line)
            known = not asked and any(line in each for each in open_lines)
            found += [line] if not known and line in sources + beside + manifest else []
    entries = {each["id"]: each for each in json.loads(manifest)["questions"]}
    for key in author.keys(solution, named.solution):
        entry = json.dumps(entries[key["id"]], ensure_ascii=False)
        told = [each.get(name, "") for each in key.get("hints", ()) for name in ("say", "again")]
        found += [each for each in texts(told) if each and each in sources + beside + manifest]
        found += [each for each in answers(key) if each in beside + entry]
    assert found == []
    assert "SOLUTION" not in sources


def _open(cell: dict[str, Any]) -> list[str]:
    """Lines that an author has written for students to read."""
    secret = {"key", "solution-only"} & set(cell["metadata"].get("tags", []))
    kept = re.sub(r"### BEGIN.*?### END SOLUTION", "", cell["source"], flags=re.DOTALL)
    return [] if secret else kept.splitlines()
