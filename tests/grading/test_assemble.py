"""Student cells put back into the released notebook, whatever was done to them."""

from __future__ import annotations

import contextlib
import copy
import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nbclient import NotebookClient

from afkit import kit
from afkit.exercises.answer import MIME
from afkit.exercises.check import Check
from afkit.grading import notebook
from afkit.grading.assemble import Release, assemble, from_parts, release
from afkit.grading.records import Assembled, GradingError

SMALL_KIT = Path(__file__).resolve().parents[1] / "fixtures" / "kit"
ANSWERS = {
    "q1": "'b'",
    "q2": '"2021-08-19"',
    "q3": "'Amin ' + 'Rahmani'",
    "q4": "['Amina Rahmani']",
    "q5": "100 + 18",
    "q6": '"""Ten words."""',
}
Cell = dict[str, Any]


@pytest.fixture(scope="module", autouse=True)
def _small_kit() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AFKIT_ROOT", str(SMALL_KIT))
        yield


@pytest.fixture(scope="module")
def released() -> Release:
    course = kit.load(SMALL_KIT)
    return release(course, course.units[0])


@pytest.fixture(scope="module")
def untouched(released: Release) -> tuple[Assembled, dict[str, object]]:
    """A notebook that nobody mangled, and its answers."""
    found = assemble(released, packed(submission(released)))
    return found, answers(found)


def submission(released: Release) -> list[Cell]:
    """The cells of a student who answered everything and took a note."""
    cells = copy.deepcopy(list(released.cells))
    for cell in cells:
        name, part = released.parts.get(cell["id"], ("", ""))
        if part == "answer":
            cell["source"] = f"{name} = {ANSWERS[name]}"
    return cells


def packed(cells: list[Any], **top: object) -> bytes:
    found = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5, **top}
    return json.dumps(found).encode()


def code(source: object, cell_id: str = "") -> Cell:
    found = {"cell_type": "code", "metadata": {}, "outputs": [], "source": source}
    return found | ({"id": cell_id} if cell_id else {})


def of(found: Assembled, name: str) -> list[tuple[str, str, str]]:
    """The steps of a question itself."""
    return [
        (each.cell, each.source, each.question)
        for each in found.job.steps
        if each.cell in (f"{name}-answer", f"{name}-check")
    ]


def answers(found: Assembled) -> dict[str, object]:
    """What a plain run gives: each step in turn, errors cost their own step."""
    space: dict[str, Any] = {}
    taken: dict[str, object] = {}
    for each in found.job.steps:
        with contextlib.suppress(Exception):
            exec(compile(each.source, each.cell, "exec"), space)
        if each.question:
            taken[each.question] = space.get(each.question)
    return taken


def index(cells: list[Cell], cell_id: str) -> int:
    return next(at for at, each in enumerate(cells) if each["id"] == cell_id)


def with_code(released: Release, cell_id: str, source: str) -> list[Cell]:
    cells = submission(released)
    cells[index(cells, cell_id)]["source"] = source
    return cells


def test_an_untouched_notebook_is_its_own_release(released: Release) -> None:
    found = assemble(released, packed(submission(released)))
    assert found.repaired == ()
    assert [each["id"] for each in found.cells] == [each["id"] for each in released.cells]
    ends = [each.question for each in found.job.steps if each.question]
    assert ends == list(released.questions)
    assert [each.cell for each in found.job.steps] == [
        each["id"] for each in found.cells if each["cell_type"] == "code"
    ]
    assert all(not each.cases for each in found.job.steps)
    assert all("outputs" not in each or each["outputs"] == [] for each in found.cells)


def test_no_solution_and_no_key_is_in_a_release(released: Release) -> None:
    text = json.dumps(released.cells)
    assert "BEGIN SOLUTION" not in text
    assert "Rahmany" not in text
    assert "For the teacher" not in text


def test_a_unit_without_a_solution_cannot_be_released(tmp_path: Path) -> None:
    course = kit.load(SMALL_KIT)
    bare = kit.Kit(tmp_path, "", "", "", course.units)
    with pytest.raises(GradingError, match="is not there"):
        release(bare, course.units[0])


# One mangling of one question. Each takes the cells, the question and a place in the notebook.
def delete(part: str) -> Callable[[list[Cell], str, int], None]:
    def mangle(cells: list[Cell], name: str, _: int) -> None:
        del cells[index(cells, f"{name}-{part}")]

    mangle.__name__ = f"delete_{part}"
    return mangle


def delete_all(cells: list[Cell], name: str, _: int) -> None:
    cells[:] = [each for each in cells if not each["id"].startswith(f"{name}-")]


def duplicate(part: str, new_id: str) -> Callable[[list[Cell], str, int], None]:
    def mangle(cells: list[Cell], name: str, place: int) -> None:
        made = copy.deepcopy(cells[index(cells, f"{name}-{part}")])
        made["id"] = new_id or made["id"]
        cells.insert(place % (len(cells) + 1), made)

    mangle.__name__ = f"duplicate_{part}_{new_id or 'same_id'}"
    return mangle


def move(part: str) -> Callable[[list[Cell], str, int], None]:
    def mangle(cells: list[Cell], name: str, place: int) -> None:
        made = cells.pop(index(cells, f"{name}-{part}"))
        cells.insert(place % (len(cells) + 1), made)

    mangle.__name__ = f"move_{part}"
    return mangle


def lose_id(part: str) -> Callable[[list[Cell], str, int], None]:
    def mangle(cells: list[Cell], name: str, place: int) -> None:
        cells[index(cells, f"{name}-{part}")]["id"] = ["", "x", 5, None][place % 4]

    mangle.__name__ = f"lose_id_{part}"
    return mangle


def rewrite(part: str) -> Callable[[list[Cell], str, int], None]:
    texts = [
        "",
        "# nothing",
        "((((",
        "raise ValueError",
        "{name} = 'something else'",
        "check('{name}', 'zzz')",
        "%%bash\nls",
        "'''",
        None,
        7,
        ["a", 3, None],
        {"a": "b"},
        "{name} = {name}",
        "del {name}",
        "\ud800",
    ]

    def mangle(cells: list[Cell], name: str, place: int) -> None:
        text = texts[place % len(texts)]
        made = text.format(name=name) if isinstance(text, str) else text
        cells[index(cells, f"{name}-{part}")]["source"] = made

    mangle.__name__ = f"rewrite_{part}"
    return mangle


def split(cells: list[Cell], name: str, place: int) -> None:
    at = index(cells, f"{name}-answer")
    source = cells[at]["source"]
    cut = place % (len(source) + 1)
    first, second = code(source[:cut], f"{name}-answer"), code(source[cut:], "split")
    if place % 2:
        first["id"], second["id"] = second["id"], first["id"]
    cells[at : at + 1] = [first, second]


def merge(cells: list[Cell], name: str, place: int) -> None:
    at = index(cells, f"{name}-answer")
    source = f"{cells[at]['source']}\n\n{cells[at + 1]['source']}"
    cells[at : at + 2] = [code(source, cells[at + place % 2]["id"])]


def retype(part: str) -> Callable[[list[Cell], str, int], None]:
    def mangle(cells: list[Cell], name: str, place: int) -> None:
        at = index(cells, f"{name}-{part}")
        cells[at]["cell_type"] = ["markdown", "raw", "code", "heading", None, 3][place % 6]

    mangle.__name__ = f"retype_{part}"
    return mangle


def junk(cells: list[Cell], name: str, place: int) -> None:
    made: list[Any] = [
        code("1 / 0", "j"),
        code(f"{name} = 3"),
        code("x = 5", f"{name}-prompt"),
        [],
        None,
        {},
    ]
    cells.insert(place % (len(cells) + 1), made[place % len(made)])


def metadata(cells: list[Cell], name: str, place: int) -> None:
    at = index(cells, f"{name}-answer")
    cells[at]["metadata"] = [None, [], "x", {"a": [[]] * 50}][place % 4]
    cells[at]["outputs"] = [None, {}, [3], [{"data": 3}], "x"][place % 5]


PARTS = ("prompt", "answer", "check")
MANGLINGS = [
    *(delete(part) for part in PARTS),
    delete_all,
    *(duplicate(part, new) for part in PARTS for new in ("", "copy")),
    *(move(part) for part in PARTS),
    *(lose_id(part) for part in PARTS),
    *(rewrite(part) for part in PARTS),
    *(retype(part) for part in PARTS),
    split,
    merge,
    junk,
    metadata,
]


@given(st.data())
@settings(max_examples=70, deadline=None)
@pytest.mark.parametrize("ids", [True, False], ids=["ids", "no ids at all"])
def test_a_mangled_question_costs_no_other(
    released: Release,
    untouched: tuple[Assembled, dict[str, object]],
    ids: bool,
    data: st.DataObject,
) -> None:
    cells = submission(released)
    before, given_before = untouched
    name = data.draw(st.sampled_from(released.questions))
    mangle = data.draw(st.sampled_from(MANGLINGS))
    mangle(cells, name, data.draw(st.integers(0, 59)))
    if not ids:
        for each in cells:
            if isinstance(each, dict):
                each.pop("id", None)
    after = assemble(released, packed(cells))
    others = [each for each in released.questions if each != name]
    assert [of(after, other) for other in others] == [of(before, other) for other in others]
    taken = answers(after)
    assert {each: taken[each] for each in others} == {each: given_before[each] for each in others}
    ends = [each.question for each in after.job.steps if each.question]
    assert ends == list(released.questions), "every question has an answer taken, in order"
    assert [step.source for step in after.job.steps if step.question] == [
        f'check("{each}", {each})' for each in released.questions
    ]
    assert {step.quiet == bool(step.question) for step in after.job.steps} == {True}
    assert len({each["id"] for each in after.cells}) == len(after.cells)


@pytest.mark.parametrize(
    "mangle",
    [
        delete("prompt"),
        delete("check"),
        *(duplicate(part, new) for part in PARTS for new in ("", "copy")),
        *(move(part) for part in PARTS),
        *(lose_id(part) for part in PARTS),
        merge,
    ],
    ids=lambda each: each.__name__,
)
@pytest.mark.parametrize("place", [0, 7, 13, 18])
def test_what_says_the_same_costs_nothing(
    released: Release, mangle: Callable[[list[Cell], str, int], None], place: int
) -> None:
    cells = submission(released)
    before = answers(assemble(released, packed(cells)))
    mangle(cells, "q3", place)
    assert answers(assemble(released, packed(cells))) == before


def test_the_order_of_the_exercise_is_kept(released: Release) -> None:
    cells = submission(released)[::-1]
    found = assemble(released, packed(cells))
    assert [each["id"] for each in found.cells] == [each["id"] for each in released.cells]
    assert found.repaired == (
        "Some cells stood in another order. They were run in the order of the exercise.",
    )


def test_own_cells_stay_where_they_stood(released: Release) -> None:
    cells = submission(released)
    cells.insert(index(cells, "q2-answer"), code("helper = 5", "mine"))
    cells.insert(index(cells, "q2-check"), code("q2 = helper", "mine"))
    cells.insert(0, code("first = 1"))
    cells.append({"cell_type": "markdown", "metadata": {}, "source": "A note.", "id": "n"})
    found = assemble(released, packed(cells))
    shown = [each["id"] for each in found.cells]
    assert shown[0].startswith("own-")
    assert shown[shown.index("mine") : shown.index("q2-check")][:2] == ["mine", "q2-answer"]
    assert answers(found)["q2"] == 5
    assert found.cells[-1]["source"] == "A note."
    assert found.repaired == ()


def test_answers_are_found_by_name_when_ids_are_lost(released: Release) -> None:
    cells = submission(released)
    moved = cells.pop(index(cells, "q2-answer"))
    cells.append(moved | {"id": "elsewhere"})
    found = assemble(released, packed(cells))
    assert answers(found)["q2"] == "2021-08-19"
    assert found.repaired[-1] == "The answer to question 2 stood in another cell. It was put back."


def test_an_answer_below_its_check_counts(released: Release) -> None:
    cells = with_code(released, "q2-answer", "q2 = ...")
    cells.insert(index(cells, "q2-check") + 1, code("q2 = 'later'", "below"))
    found = assemble(released, packed(cells))
    assert answers(found)["q2"] == "later"
    assert found.repaired == (
        "The answer to question 2 stood in a later cell. That cell was run here too.",
    )


def test_two_answers_in_one_cell_count_both(released: Release) -> None:
    cells = with_code(released, "q4-answer", "q2 = 'two'\nq4 = ['four']")
    del cells[index(cells, "q2-answer")]
    found = answers(assemble(released, packed(cells)))
    assert (found["q2"], found["q4"]) == ("two", ["four"])
    cells = with_code(released, "q2-answer", "q2 = 'two'\nq4 = ['four']")
    del cells[index(cells, "q4-answer")]
    found = answers(assemble(released, packed(cells)))
    assert (found["q2"], found["q4"]) == ("two", ["four"])


def test_answers_in_one_cell_have_what_stood_above_it() -> None:
    """Run at the first question, it lacks what released cells further down define."""

    def cell(name: str, source: str) -> dict[str, Any]:
        return {**code(source), "id": name}

    skeleton = [
        cell("q1-answer", "q1 = ..."), cell("q1-check", 'check("q1", q1)'),
        cell("more", "data = 2"),
        cell("q2-answer", "q2 = ..."), cell("q2-check", 'check("q2", q2)'),
        cell("q3-answer", "q3 = ..."), cell("q3-check", 'check("q3", q3)'),
    ]  # fmt: skip
    questions = [
        {"id": q, "kind": "number", "cells": {each: f"{q}-{each}" for each in ("answer", "check")}}
        for q in ("q1", "q2", "q3")
    ]
    made = from_parts(skeleton, {"unit": "01", "questions": questions})
    own = cell("all", "q1 = 1\nq2 = data\nq3 = q2 + 1")
    handed_in = [*(each for each in skeleton if "answer" not in each["id"]), own]
    names: dict[str, Any] = {"check": lambda *_: None}
    taken = {}
    for step in assemble(made, packed(handed_in)).job.steps:
        with contextlib.suppress(NameError):
            exec(step.source, names)
        if step.question:
            taken[step.question] = names.get(step.question)
    assert taken == {"q1": 1, "q2": 2, "q3": 3}


def test_a_missing_answer_is_open_and_said(released: Release) -> None:
    cells = submission(released)
    delete_all(cells, "q2", 0)
    found = assemble(released, packed(cells))
    assert of(found, "q2") == [
        ("q2-answer", "q2 = ...", ""),
        ("q2-check", 'check("q2", q2)', "q2"),
    ]
    assert "The cell for the answer to question 2 was missing. An empty one was used." in (
        found.repaired
    )


def test_a_changed_check_is_replaced_but_its_answer_counts(released: Release) -> None:
    cells = with_code(released, "q1-answer", "q1 = ...")
    cells[index(cells, "q1-check")]["source"] = 'check("q1", "a")'
    found = assemble(released, packed(cells))
    assert answers(found)["q1"] == "a"
    assert ("q1-check", 'check("q1", q1)', "q1") in of(found, "q1")
    assert found.repaired == (
        "The check of question 1 had been changed. The original one was run.",
    )


def test_a_broken_first_cell_costs_nothing(released: Release) -> None:
    cells = with_code(released, "ex-02", "import pandas as pd\ncheck = = 3")
    found = assemble(released, packed(cells))
    assert answers(found)["q1"] == "b"
    assert [each.source for each in found.job.steps][0] == released.cells[1]["source"]


def test_cells_beside_the_questions_are_put_back(released: Release) -> None:
    cells = copy.deepcopy(list(released.cells))
    cells[1]["source"] = "found = {'a': 1}\n" + cells[1]["source"]
    changed = from_parts(cells, released.manifest)
    found = assemble(changed, packed(submission(released)[2:]))
    assert found.cells[:2] == tuple({**each, "metadata": {}} for each in cells[:2])
    assert found.repaired == (
        "The cell that begins with 'found = {'a': 1}' was missing. It was put back.",
    )
    twice = submission(released)
    found = assemble(released, packed([*twice, twice[1]]))
    assert found.repaired == (
        "A cell of the exercise stood in the notebook more than once. All were run.",
    )


def test_an_open_answer_runs_no_other_question_twice(released: Release) -> None:
    cells = with_code(released, "q2-answer", "q2 = ...")
    cells[index(cells, "q4-answer")]["source"] = "q2 = 5\nq4 = ['x']"
    found = assemble(released, packed(cells))
    assert answers(found)["q2"] is ...
    assert [each.source for each in found.job.steps].count("q2 = 5\nq4 = ['x']") == 1


def test_an_essay_in_a_text_cell_is_its_answer(released: Release) -> None:
    cells = with_code(released, "q6-answer", 'I think "sheep" are\nkind.')
    cells[index(cells, "q6-answer")]["cell_type"] = "markdown"
    found = assemble(released, packed(cells))
    assert answers(found)["q6"] == 'I think "sheep" are\nkind.'
    assert found.repaired == (
        "Your text for question 6 stood in a text cell. It was taken as your answer.",
    )


def asked(name: str, *kept: object, source: str = "", cell_id: str = "") -> Cell:
    cell = code(source or f'check.ask("{name}")', cell_id)
    cell["outputs"] = [
        {"output_type": "display_data", "metadata": {}, "data": {MIME: each}} for each in kept
    ]
    return cell


@pytest.mark.parametrize("where", ["q1-answer", "q1-check", "own"])
def test_an_answer_given_with_controls_counts(released: Release, where: str) -> None:
    cells = with_code(released, "q1-answer", "q1 = ...")
    wire = {"question": "q1", "answer": "a"}
    if where == "own":
        cells.insert(index(cells, "q1-check") + 1, asked("q1", wire))
    else:
        cells[index(cells, where)] = asked("q1", wire, cell_id=where)
    found = assemble(released, packed(cells))
    assert answers(found)["q1"] == "a"
    assert found.repaired == ("Your answer to question 1 was taken from the controls.",)
    assert of(found, "q1")[-1] == ("q1-check", 'check("q1", q1)', "q1")
    assert [each.question for each in found.job.steps].count("q1") == 1


def test_the_last_press_counts_and_code_comes_first(released: Release) -> None:
    first = asked("q1", {"question": "q1", "answer": "a"})
    last = asked("q1", {"question": "q1", "answer": ["é", 1.5, None, True]})
    cells = with_code(released, "q1-answer", "q1 = ...")
    assert answers(assemble(released, packed([*cells, first, last])))["q1"] == [
        "é",
        1.5,
        None,
        True,
    ]
    assert answers(assemble(released, packed([*submission(released), last])))["q1"] == "b"


def test_controls_in_a_real_kernel_keep_what_is_found_here(released: Release) -> None:
    cells = with_code(released, "q1-answer", "q1 = ...")
    source = """asked = check.ask("q1")
display(asked)
asked._form.fill("a")  # what the mouse does
asked.press()"""
    cells.insert(index(cells, "q1-check") + 1, code(source, "asked"))
    for each in cells:
        if each["cell_type"] == "code":
            each["execution_count"] = None
    made = nbformat.from_dict({**json.loads(packed(cells))})
    NotebookClient(made, timeout=60).execute()
    found = assemble(released, nbformat.writes(made).encode())
    assert answers(found)["q1"] == "a"
    assert "Your answer to question 1 was taken from the controls." in found.repaired


@pytest.mark.parametrize(
    "wire",
    [
        {"question": "q1", "answer": None},
        {"question": "q1"},
        {"question": ["q1"], "answer": "a"},
        {"question": "q9", "answer": "a"},
        {"question": "q1", "answer": [[[[[[[[["deep"]]]]]]]]]},
        {"question": "q1", "answer": ["x"] * 20_000},
        {"question": "q1", "answer": float("nan")},
        {"question": "q1", "answer": 10**100},
        {"question": "q1", "answer": "\ud800"},
        "a",
        None,
    ],
)
def test_what_controls_never_keep_is_no_answer(released: Release, wire: object) -> None:
    cells = with_code(released, "q1-answer", "q1 = ...")
    found = assemble(released, packed([*cells, asked("q1", wire)]))
    assert answers(found)["q1"] is ...


def test_outputs_of_other_cells_are_no_answers(released: Release) -> None:
    cells = with_code(released, "q1-answer", "q1 = ...")
    plain = asked("q1", {"question": "q1", "answer": "a"}, source="print(5)")
    assert answers(assemble(released, packed([*cells, plain])))["q1"] is ...


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("q3 = 5", "q3"),
        ("x = f(q3=1)", ""),
        ("q1, (q2, q4) = 1, (2, 3)", "q1 q2 q4"),
        ("def q5(a=3):\n    return q6 == 2", "q5"),
        ("q6 = '''\nq3 = 4\n'''", "q6"),
        ("# q1 = 3", ""),
        ("if x: q1 = 3", "q1"),
        ('check("q1", q1)', ""),
        ("print(q3 == 4)", ""),
        ("a = q3", ""),
        ("(q2 := 3)", "q2"),
        ("q3 += 1", "q3"),
        ("q3: list[int] = [3]", "q3"),
        ("for q2 in x: pass", "q2"),
        ("q1 = \\\n 5", "q1"),
        ("x.q1 = 5", ""),
        ("q10 = 1", ""),
        ("from x import y as q1", "q1"),
        ("if q1 <= 3: pass", ""),
        ("q1 = 'it\\'s'; q2 = \"'\"", "q1 q2"),
    ],
)
def test_assignments_are_seen(source: str, names: str) -> None:
    assert notebook.assigned(source, ANSWERS) == set(names.split())


@given(st.text(alphabet="q1= \n'\"\\#()[]:;,.x", max_size=60))
def test_any_text_can_be_skimmed(source: str) -> None:
    assert notebook.assigned(source, ANSWERS) <= {"q1"}


HUGE = 1_000_000


@pytest.mark.parametrize(
    "source",
    [
        '"\\' * HUGE + "q1",
        '"' * HUGE + "q1",
        "(" * HUGE + "q1",
        "'''\"\"\"" * (HUGE // 6) + "q1",
        'check("q1",' + " " * HUGE,
        "q1 = " + " " * HUGE + "x",
        "\n" * HUGE + "q1 =",
        "-" * HUGE + "q1",
    ],
    ids=range(8),
)
def test_long_sources_take_linear_time(released: Release, source: str) -> None:
    cells = with_code(released, "q1-check", source)
    start = time.process_time()
    found = assemble(released, packed(cells))
    assert time.process_time() - start < 3
    assert of(found, "q2")[0][1] == "q2 = " + ANSWERS["q2"]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "is empty"),
        (b'{"nbformat": 4, "cells": ' + b"[" * 1_000_000, "nested too deeply"),
        (packed([code("1")] * 2_001), "2,001 cells"),
        (packed([[]] * 100), "no cells"),
        (b'{"nbformat": 4}', "list of cells is missing"),
        (packed([], nbformat=3), "format 3"),
        (packed([], nbformat=True), "format unknown"),
        (packed([], nbformat="4"), "format unknown"),
        (b'{"a": 1}', "no notebook"),
        (b"[1, 2]", "no notebook"),
        (b" " * 20_000_001, "more than 20 MB"),
    ],
    ids=range(11),
)
def test_what_is_no_notebook_is_refused_in_words(released: Release, data: bytes, said: str) -> None:
    with pytest.raises(GradingError, match=said):
        assemble(released, data)


def test_strange_parts_are_left_out(released: Release) -> None:
    cells: list[Any] = submission(released)
    cells += [None, 3, "x", {"cell_type": {}, "source": 5}, code(["a = 1\n", 3, None, "b = 2"])]
    cells[0]["metadata"] = {"big": "x" * 3_000_000, "n": 0}
    data = packed(cells).replace(b'"n": 0', b'"n": ' + b"9" * 5_000)
    found = assemble(released, data)
    assert found.job.steps[-1].source == "a = 1\nb = 2"
    assert len(json.dumps(found.cells)) < 20_000


def test_pictures_with_half_a_name_are_left_out(released: Release) -> None:
    cells: list[Any] = submission(released)
    good = {"image/png": "aGk="}
    attached = {"a.png": good, "b\ud800.png": good, "c.png": {"image/\ud800": "x"}}
    cells.append({"cell_type": "markdown", "source": "x", "attachments": attached})
    cells[-1]["attachments"]["d.png"] = {"image/png": "\udfff"}
    found = assemble(released, packed(cells))
    assert found.cells[-1]["attachments"] == {"a.png": good}
    json.dumps(found.cells, ensure_ascii=False).encode()


@pytest.mark.parametrize("ids", [True, False], ids=["ids", "no ids"])
@pytest.mark.parametrize("backwards", [False, True])
def test_a_solution_comes_out_whole(released: Release, ids: bool, backwards: bool) -> None:
    solution = json.loads((SMALL_KIT / "solutions" / "01-one.ipynb").read_bytes())
    cells = solution["cells"][::-1] if backwards else solution["cells"]
    for each in cells:
        if not ids:
            del each["id"]
    taken = answers(assemble(released, packed(cells)))
    check = Check(released.manifest)
    assert [check.feedback(name, each).full for name, each in taken.items()] == [True] * 6


def test_same_bytes_same_result(released: Release) -> None:
    cells = submission(released)
    delete_all(cells, "q2", 0)
    assert assemble(released, packed(cells)) == assemble(released, packed(cells))
