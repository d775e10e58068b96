"""From a solution notebook to the student's copy: what goes, what stays, what is refused."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from afkit import kit
from afkit.exercises import author
from afkit.exercises.author import AuthorError, Notebook, build, dump, normalise, read, student_copy

FILE = "solutions/01-one.ipynb"
EXERCISE = "exercises/01-one.ipynb"
MANIFEST = "exercises/01-one.manifest.json"
Edit = Callable[[str, str, str], None]
#: Numbers of the cells of the small kit's first question, as messages count them.
PROMPT, ANSWER, CHECK, KEY = 3, 4, 5, 6
#: Number of the key that takes its answer from the facts.
FACT_KEY = 10
LAST = 27


@pytest.fixture
def solution(small_kit: Path) -> Notebook:
    """The small kit's solution notebook; a test changes it in memory."""
    return read(small_kit / FILE, small_kit)


def made(solution: Notebook) -> tuple[Notebook, dict[str, Any]]:
    return student_copy(solution, "01", FILE)


def save(path: Path, notebook: Notebook) -> None:
    path.write_text(dump(notebook), encoding="utf-8")


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def quiet(_word: str) -> None:
    """No progress."""


def test_the_student_copy_has_stubs_for_answers(solution: Notebook) -> None:
    student, _ = made(solution)
    answers = {c["id"]: c["source"] for c in student["cells"] if c["id"].endswith("-answer")}
    essay = answers.pop("q6-answer")
    assert answers == {f"q{n}-answer": f"q{n} = ..." for n in range(1, 6)}
    assert essay == 'q6 = """\n\n"""'


def test_the_student_copy_has_no_solution_no_key_and_no_cell_for_teachers(
    solution: Notebook,
) -> None:
    student, _ = made(solution)
    tags = [tag for cell in student["cells"] for tag in cell["metadata"].get("tags", [])]
    assert not {"key", "solution-only"} & set(tags)
    assert "raw" not in {cell["cell_type"] for cell in student["cells"]}
    text = dump(student)
    assert "SOLUTION" not in text
    assert "For the teacher." not in text


def test_answers_occur_neither_in_the_student_copy_nor_in_the_manifest(solution: Notebook) -> None:
    student, manifest = made(solution)
    text = dump(student) + json.dumps(manifest, ensure_ascii=False)
    secrets = (
        "2021-08-19", "2021, 8, 19", "Rahmany", "Amina Rahmani", "amin-rahmani", "118", "120",
        "seven eight", 'q1 = "a"', '"answer": "a"', "tolerance",
    )  # fmt: skip
    assert not [each for each in secrets if each in text]


def test_code_round_the_markers_stays(solution: Notebook) -> None:
    cell = solution["cells"][ANSWER - 1]
    cell["source"] = f"before = 1\n{cell['source']}\n\nafter = 2"
    student, _ = made(solution)
    assert student["cells"][ANSWER - 1]["source"] == "before = 1\nq1 = ...\n\nafter = 2"


def test_every_marked_part_of_an_answer_is_taken_out(solution: Notebook) -> None:
    cell = solution["cells"][ANSWER - 1]
    second = "### BEGIN SOLUTION\nq1 = q1.lower()\n### END SOLUTION"
    cell["source"] += f"\nprint(q1)\n{second}\nprint(q1)"
    student, _ = made(solution)
    assert student["cells"][ANSWER - 1]["source"] == "q1 = ...\nprint(q1)\nprint(q1)"


@pytest.mark.parametrize(
    "source",
    [
        '    ### BEGIN SOLUTION\n    q1 = "a"\n    ### END SOLUTION',
        '### BEGIN SOLUTION\nq1 = "a"\n### END SOLUTION  ',
        '### BEGIN SOLUTION\nq1 = "a"\n### END SOLUTION # why',
        '### BEGIN SOLUTION\r\nq1 = "a"\r\n### END SOLUTION\r\n',
        'x = 1  ### BEGIN SOLUTION\nq1 = "a"\n### END SOLUTION',
        '### BEGIN SOLUTION\nq1 = "b"\n### END SOLUTION\n### BEGIN SOLUTION\nq1 = "a"',
        '### BEGIN SOLUTION\nq1 = "b"\n### END SOLUTION\nq1 = "a"\n### END SOLUTION',
    ],
    ids=["indented", "blanks", "comment", "line ends", "behind code", "no second end", "two ends"],
)
def test_an_answer_is_taken_out_or_the_markers_are_refused(solution: Notebook, source: str) -> None:
    solution["cells"][ANSWER - 1]["source"] = source
    try:
        student, _ = made(solution)
    except AuthorError as error:
        said = str(error)
    else:
        left = student["cells"][ANSWER - 1]["source"]
        said = "" if 'q1 = "a"' in left or "SOLUTION" in left else f"{FILE}, cell {ANSWER}"
    assert said.startswith(f"{FILE}, cell {ANSWER}")


def test_checks_of_the_student_copy_say_not_answered_yet(solution: Notebook) -> None:
    student, _ = made(solution)
    checks = [cell for cell in student["cells"] if cell["id"].endswith("-check")]
    assert [cell["outputs"][0]["data"]["text/plain"] for cell in checks] == [
        f"q{n}: not answered yet." for n in range(1, 7)
    ]
    assert all("tags" not in cell["metadata"] for cell in checks), "a reply changes with the answer"


def test_only_answers_can_be_edited_and_no_cell_of_a_question_deleted(solution: Notebook) -> None:
    student, _ = made(solution)
    for cell in student["cells"]:
        part = cell["id"].partition("-")[2]
        locks = {name: cell["metadata"].get(name) for name in ("deletable", "editable")}
        asked = {"deletable": False, "editable": None if part == "answer" else False}
        of_a_question = cell["id"].startswith("q")
        assert locks == (asked if of_a_question else {"deletable": None, "editable": None})


def test_outputs_of_the_teachers_runs_stay_with_the_teacher(solution: Notebook) -> None:
    for cell in solution["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "secret"}]
            cell["metadata"] = {"tags": ["nbval-check-output"]}
    assert "secret" not in dump(made(solution)[0])


def test_the_manifest_names_cells_kinds_and_points(solution: Notebook) -> None:
    _, manifest = made(solution)
    assert (manifest["schema"], manifest["unit"]) == (1, "01")
    kinds = [each["kind"] for each in manifest["questions"]]
    assert kinds == ["choice", "date", "name", "set", "number", "essay"]
    assert [each["points"] for each in manifest["questions"]] == [1, 2, 1, 2, 1, 4]
    assert manifest["questions"][0]["cells"] == {
        "prompt": "q1-prompt", "answer": "q1-answer", "check": "q1-check",
    }  # fmt: skip


def test_a_place_to_look_again_goes_into_the_manifest(solution: Notebook) -> None:
    key_line("points = 1", 'points = 1\nlook = "step 2"')(solution)
    first, second, *_ = made(solution)[1]["questions"]
    assert first["look"] == "step 2"
    assert "look" not in second


def test_a_copy_is_made_without_changing_the_solution(solution: Notebook) -> None:
    before = copy.deepcopy(solution)
    made(solution)
    assert solution == before


def test_two_copies_of_one_solution_are_the_same(solution: Notebook) -> None:
    assert made(copy.deepcopy(solution)) == made(solution)


@pytest.mark.parametrize("number", [ANSWER, KEY, LAST])
def test_the_salt_changes_with_the_solution(solution: Notebook, number: int) -> None:
    before = made(solution)[1]
    solution["cells"][number - 1]["source"] += "\n"
    after = made(solution)[1]
    assert before["salt"] != after["salt"]
    assert before["questions"][0]["key"]["right"] != after["questions"][0]["key"]["right"]


def test_the_salt_does_not_change_with_outputs(solution: Notebook) -> None:
    before = made(solution)[1]
    solution["cells"][CHECK - 1]["outputs"] = []
    assert made(solution)[1] == before


def test_the_fixtures_are_what_their_solution_makes(solution: Notebook, small_kit: Path) -> None:
    student, manifest = made(solution)
    assert (small_kit / EXERCISE).read_text(encoding="utf-8") == dump(student)
    assert json.loads((small_kit / MANIFEST).read_text(encoding="utf-8")) == manifest


def test_a_kit_in_step_builds_to_nothing(small_kit: Path) -> None:
    before = contents(small_kit)
    assert build(kit.load()) == []
    assert contents(small_kit) == before


@pytest.mark.parametrize("lost", [EXERCISE, MANIFEST])
def test_a_lost_file_is_made_again_with_the_same_bytes(small_kit: Path, lost: str) -> None:
    before = contents(small_kit)
    (small_kit / lost).unlink()
    assert [str(each) for each in build(kit.load())] == [f"{lost}: not there yet"]
    assert contents(small_kit) == before


def test_a_second_build_changes_nothing(small_kit: Path, edit: Edit) -> None:
    edit(FILE, "Who speaks?", "Who is speaking?")
    assert {each.path for each in build(kit.load())} == {EXERCISE, MANIFEST}
    first = contents(small_kit)
    assert build(kit.load()) == []
    assert contents(small_kit) == first


@pytest.mark.parametrize(
    ("file", "old", "new", "reasons"),
    [
        (EXERCISE, '"When does she speak?"', '"When?"', [f"{EXERCISE}: not what {FILE} makes"]),
        (MANIFEST, '"points": 4', '"points": 9', [f"{MANIFEST}: not what {FILE} makes"]),
        (
            "notebooks/01-one.ipynb", '"execution_count": null', '"execution_count": 3',
            ["notebooks/01-one.ipynb: not in normal form"],
        ),
        ("data/datapackage.json", '"resources"', '"resource"', ["data/datapackage.json: not what"]),
        (
            FILE, '"# Exercise"', '"# An exercise"',
            [f"{EXERCISE}: not what {FILE} makes", f"{MANIFEST}: not what {FILE} makes"],
        ),
    ],
)  # fmt: skip
def test_what_is_out_of_step_is_named_by_check_and_mended_by_build(
    small_kit: Path, edit: Edit, file: str, old: str, new: str, reasons: list[str]
) -> None:
    edit(file, old, new)
    before = contents(small_kit)
    found = build(kit.load(), check=True)
    assert len(found) == len(reasons)
    for change, reason in zip(found, reasons, strict=True):
        assert str(change).startswith(reason)
    assert contents(small_kit) == before
    assert build(kit.load()) == found
    assert build(kit.load(), check=True) == []


def test_check_names_checks_without_outputs(small_kit: Path, solution: Notebook) -> None:
    solution["cells"][CHECK - 1] |= {"outputs": [], "execution_count": None}
    save(small_kit / FILE, solution)
    before = contents(small_kit)
    assert [str(each) for each in build(kit.load(), check=True)] == [
        f"{FILE}: its checks lack outputs or show old ones"
    ]
    assert contents(small_kit) == before


def test_check_names_checks_whose_outputs_a_new_key_has_made_old(
    small_kit: Path, solution: Notebook
) -> None:
    key = solution["cells"][KEY - 1]
    key["source"] = key["source"].replace("points = 1", "points = 3")
    save(small_kit / FILE, solution)
    old = f"{FILE}: its checks lack outputs or show old ones"
    assert old in [str(each) for each in build(kit.load(), check=True)]


def test_a_build_that_fails_writes_nothing(small_kit: Path, edit: Edit) -> None:
    edit("notebooks/01-one.ipynb", '"execution_count": null', '"execution_count": 3')
    edit(EXERCISE, '"When does she speak?"', '"When?"')
    edit(FILE, 'kind = \\"name\\"', 'kind = \\"nome\\"')
    before = contents(small_kit)
    with pytest.raises(AuthorError, match="kind 'nome'"):
        build(kit.load())
    assert contents(small_kit) == before


def test_a_kit_without_its_solutions_is_left_as_it_is(small_kit: Path) -> None:
    (small_kit / FILE).unlink()
    (small_kit / "solutions").rmdir()
    before = contents(small_kit)
    assert build(kit.load()) == []
    assert contents(small_kit) == before


def test_made_notebooks_are_valid(small_kit: Path, solution: Notebook) -> None:
    for notebook in (*made(solution)[:1], normalise(solution)):
        nbformat.validate(json.loads(dump(notebook)))
    for path in kit.load().notebooks():
        nbformat.validate(json.loads(path.read_text(encoding="utf-8")))


def test_write_makes_folders_and_ends_lines_alike_everywhere(tmp_path: Path) -> None:
    path = tmp_path / "new" / "file.txt"
    author.write(path, "پنجشیر\nb\n")
    assert path.read_bytes() == "پنجشیر\nb\n".encode()
    assert path.stat().st_mode & 0o777 == 0o644
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize("step", ["replace", "chmod"])
def test_write_leaves_the_old_file_whole_if_it_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    path = tmp_path / "file.txt"
    path.write_text("old", encoding="utf-8")

    def fail(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(Path, step, fail)
    with pytest.raises(OSError, match="disk full"):
        author.write(path, "new")
    assert contents(tmp_path) == {"file.txt": b"old"}


def test_write_leaves_the_old_file_whole_if_the_text_cannot_be_written(tmp_path: Path) -> None:
    path = tmp_path / "file.txt"
    path.write_text("old", encoding="utf-8")
    with pytest.raises(UnicodeEncodeError):
        author.write(path, "new \ud800")
    assert contents(tmp_path) == {"file.txt": b"old"}


def cell(kind: str = "code", **more: Any) -> dict[str, Any]:
    """A cell as an editor leaves it."""
    made = {"cell_type": kind, "metadata": {}, "source": "1", **more}
    return made | ({"outputs": [], "execution_count": None} | more if kind == "code" else {})


def notebook(*cells: dict[str, Any]) -> Notebook:
    return {"cells": list(cells), "metadata": {}, "nbformat": 4, "nbformat_minor": 4}


OUTPUT = {"output_type": "execute_result", "data": {"text/plain": "1"}, "metadata": {}}


def test_normal_form_drops_counts_outputs_and_what_differs_between_machines() -> None:
    untidy = notebook(
        cell(
            id="one",
            execution_count=7,
            outputs=[{**OUTPUT, "execution_count": 7}],
            metadata={"collapsed": True, "scrolled": False, "execution": {"iopub": 1}},
            source="1\n\n",
        )
    )
    untidy["metadata"] = {"kernelspec": {"name": "venv", "display_name": "mine"}, "widgets": {}}
    tidy = normalise(untidy)
    assert tidy["cells"] == [cell(id="one")]
    assert tidy["metadata"] == {
        "kernelspec": {
            "display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3",
        },
        "language_info": {"name": "python"},
    }  # fmt: skip
    assert (tidy["nbformat"], tidy["nbformat_minor"]) == (4, 5)


def test_outputs_stay_where_nbval_compares_them() -> None:
    compared = cell(
        id="one",
        execution_count=7,
        outputs=[{**OUTPUT, "execution_count": 7}],
        metadata={"tags": ["nbval-check-output"], "scrolled": True},
    )
    tidy = normalise(notebook(compared))["cells"][0]
    assert tidy["outputs"] == [{**OUTPUT, "execution_count": 1}]
    assert tidy["execution_count"] == 1
    assert tidy["metadata"] == {"tags": ["nbval-check-output"]}


def test_tags_are_kept_sorted_and_once() -> None:
    tidy = normalise(notebook(cell("raw", id="k", metadata={"tags": list("gkebdacfhg")})))
    assert tidy["cells"][0]["metadata"] == {"tags": list("abcdefghk")}


def test_a_picture_pasted_into_a_text_cell_is_kept() -> None:
    pasted = {"map.png": {"image/png": "iVBORw0KGgo="}}
    tidy = normalise(notebook(cell("markdown", id="m", attachments=pasted)))
    assert tidy["cells"][0]["attachments"] == pasted


@pytest.mark.parametrize(
    ("ids", "mended"),
    [
        (["a", "b"], ["a", "b"]),
        (["a", "a"], ["a", "cell-02"]),
        (["", "b c", "x" * 65], ["cell-01", "cell-02", "cell-03"]),
        ([None, None], ["cell-01", "cell-02"]),
    ],
)
def test_ids_are_kept_if_they_can_be(ids: list[str | None], mended: list[str]) -> None:
    cells = [cell() if each is None else cell(id=each) for each in ids]
    assert [each["id"] for each in normalise(notebook(*cells))["cells"]] == mended


_ids = st.sampled_from(["a", "", "b c", "cell-01", "cell-02", "cell-03", "cell-04", "é", "x" * 65])
_kinds = st.sampled_from(["code", "markdown", "raw"])
_sources = st.text("a\n #`é", max_size=6)


_untidy = st.lists(st.tuples(_kinds, _ids, _sources, st.booleans()), max_size=6).map(
    lambda drawn: notebook(
        *(
            cell(
                kind,
                id=name,
                source=source,
                metadata={"tags": ["nbval-check-output"]} if compared else {},
                **({"outputs": [{**OUTPUT, "execution_count": 3}]} if kind == "code" else {}),
            )
            for kind, name, source, compared in drawn
        )
    )
)
steady = settings(derandomize=True, database=None, deadline=None)


@steady
@given(_untidy)
def test_a_normal_form_stays_as_it_is(untidy: Notebook) -> None:
    once = normalise(untidy)
    assert normalise(once) == once


@steady
@given(_untidy)
def test_any_notebook_gets_a_valid_normal_form_with_ids_that_differ(untidy: Notebook) -> None:
    tidy = normalise(untidy)
    assert len({each["id"] for each in tidy["cells"]}) == len(untidy["cells"])
    nbformat.validate(json.loads(dump(tidy)))


@pytest.mark.parametrize("ids", [["cell-02", "cell-02"], ["cell-02", ""], ["", "cell-01", "a"]])
def test_an_id_made_for_a_cell_is_not_one_that_another_cell_has(ids: list[str]) -> None:
    mended = [each["id"] for each in normalise(notebook(*(cell(id=i) for i in ids)))["cells"]]
    assert len(set(mended)) == len(ids)


def test_a_stray_cell_cannot_take_the_id_of_a_questions_cell(solution: Notebook) -> None:
    solution["cells"][1]["id"] = "q1-check"
    ids = [each["id"] for each in made(solution)[0]["cells"]]
    assert len(set(ids)) == len(ids)


def test_what_is_dumped_reads_the_same(small_kit: Path, solution: Notebook) -> None:
    path = small_kit / "copy.ipynb"
    save(path, solution)
    assert read(path, small_kit) == solution


def key_line(old: str, new: str) -> Callable[[Notebook], None]:
    """A change of one text in the first key."""

    def change(solution: Notebook) -> None:
        source = solution["cells"][KEY - 1]["source"]
        assert source.count(old) == 1, old
        solution["cells"][KEY - 1]["source"] = source.replace(old, new)

    return change


def fact(reference: str) -> Callable[[Notebook], None]:
    """A change of the reference to the facts in the second key."""

    def change(solution: Notebook) -> None:
        source = solution["cells"][FACT_KEY - 1]["source"]
        old = '"events/amina-speaks/date"'
        assert source.count(old) == 1
        solution["cells"][FACT_KEY - 1]["source"] = source.replace(old, reference)

    return change


def put(number: int, **members: Any) -> Callable[[Notebook], None]:
    """A change of members of the cell with this number."""

    def change(solution: Notebook) -> None:
        solution["cells"][number - 1] |= members

    return change


def remove(*numbers: int) -> Callable[[Notebook], None]:
    def change(solution: Notebook) -> None:
        for number in sorted(numbers, reverse=True):
            del solution["cells"][number - 1]

    return change


def key_first(solution: Notebook) -> None:
    solution["cells"].insert(0, solution["cells"].pop(KEY - 1))


def swap_markers(solution: Notebook) -> None:
    cell = solution["cells"][ANSWER - 1]
    cell["source"] = '### END SOLUTION\nq1 = "a"\n### BEGIN SOLUTION'


MISTAKES: list[tuple[str, Callable[[Notebook], None], int, str]] = [
    ("no key", remove(KEY), ANSWER, "an answer without a key; expected a check cell and"),
    ("no tag", put(KEY, metadata={}), ANSWER, "an answer without a key"),
    ("key first", key_first, 1, "found no prompt; expected prompt, answer, check, key in a row"),
    ("no prompt", remove(PROMPT), KEY - 1, "found no prompt"),
    ("prompt is code", put(PROMPT, cell_type="code"), KEY, "found no prompt"),
    ("no markers", put(ANSWER, source='q1 = "a"'), ANSWER, "no '### BEGIN SOLUTION' and '### END"),
    ("no end", put(ANSWER, source="### BEGIN SOLUTION\nq1 = 1"), ANSWER, "in the answer to 'q1'"),
    ("markers swapped", swap_markers, ANSWER, "put them round what students write"),
    ("answer is text", put(ANSWER, cell_type="markdown"), ANSWER, "code"),
    ("no check", put(CHECK, source="q1"), CHECK, "expected check(\"q1\", q1)"),
    ("wrong check", put(CHECK, source='check("q2", q1)'), CHECK, "found no check of 'q1'"),
    ("check of q10", put(CHECK, source='check("q10", q1)'), CHECK, "found no check of 'q1'"),
    ("check is text", put(CHECK, cell_type="markdown"), CHECK, "code"),
    ("key in code", put(KEY, cell_type="code"), KEY, "a key in a code cell; make it a raw cell"),
    ("key in text", put(KEY, cell_type="markdown"), KEY, "a key in a markdown cell"),
    ("bad TOML", key_line("points = 1", "points ="), KEY, "the key is no TOML: Invalid value"),
    ("entry twice", key_line("points = 1", "points = 1\npoints = 2"), KEY, "the key is no TOML"),
    ("unknown kind", key_line('"choice"', '"quiz"'), KEY, "kind 'quiz'; expected one of choice"),
    ("no kind", key_line('kind = "choice"', ""), KEY, "the key lacks 'kind'"),
    ("kind is a list", key_line('"choice"', '["choice"]'), KEY, "expected one of choice, date"),
    ("no points", key_line("points = 1", ""), KEY, "the key lacks 'points'"),
    ("no objective", key_line('objective = "answer"', ""), KEY, "the key lacks 'objective'"),
    ("no answer", key_line('answer = "a"\n', ""), KEY, "the key lacks 'answer'"),
    ("no id", key_line('id = "q1"', ""), KEY, "the key lacks 'id'"),
    ("unknown entry", key_line("points = 1", "points = 1\nhint = 2"), KEY, "unknown entry 'hint'"),
    ("other kind's", key_line("points = 1", "points = 1\ntolerance = 2"), KEY, "entry 'tolerance'"),
    ("points in text", key_line("points = 1", 'points = "1"'), KEY, "points = '1' is of the wrong"),
    ("points true", key_line("points = 1", "points = true"), KEY, "points = True is of the wrong"),
    ("level 1.0", key_line("difficulty = 1", "difficulty = 1.0"), KEY, "is of the wrong type"),
    ("answer a number", key_line('answer = "a"', "answer = 1"), KEY, "answer = 1 is of the wrong"),
    ("id q0", key_line('"q1"', '"q0"'), KEY, "id 'q0'; expected q1, q2, ... as the answer is"),
    ("id one", key_line('"q1"', '"one"'), KEY, "id 'one'; expected q1, q2"),
    ("id q100", key_line('"q1"', '"q100"'), KEY, "id 'q100'; expected q1, q2"),
    ("id empty", key_line('"q1"', '""'), KEY, "id ''; expected q1, q2"),
    ("points 0", key_line("points = 1", "points = 0"), KEY, "expected points above 0 and diff"),
    ("points -1", key_line("points = 1", "points = -1"), KEY, "expected points above 0"),
    ("points nan", key_line("points = 1", "points = nan"), KEY, "expected points above 0"),
    ("points inf", key_line("points = 1", "points = inf"), KEY, "expected points above 0"),
    ("level 4", key_line("difficulty = 1", "difficulty = 4"), KEY, "difficulty 1, 2 or 3"),
    ("unusable key", key_line('answer = "a"', 'answer = "z"'), KEY, "(q1): answer 'z'; expected"),
    ("no such table", fact('"happenings/amina-speaks/date"'), FACT_KEY, "expected table/id/column"),
    ("no such row", fact('"events/amina-sings/date"'), FACT_KEY, "fact 'events/amina-sings/date'"),
    ("no such column", fact('"events/amina-speaks/day"'), FACT_KEY, "expected table/id/column"),
    ("half a fact", fact('"events/amina-speaks"'), FACT_KEY, "expected table/id/column of data/"),
    ("fact a number", fact("3"), FACT_KEY, "fact '3'; expected table/id/column"),
    ("blank fact", fact('"events/amina-speaks/known_from"'), FACT_KEY, "blank"),
    ("many facts", fact('"events/amina-speaks/themes"'), FACT_KEY, "fact"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("change", "number", "said"), [row[1:] for row in MISTAKES], ids=[row[0] for row in MISTAKES]
)
def test_a_mistake_is_told_with_file_and_cell(
    solution: Notebook, change: Callable[[Notebook], None], number: int, said: str
) -> None:
    change(solution)
    with pytest.raises(AuthorError) as caught:
        made(solution)
    assert str(caught.value).startswith(f"{FILE}, cell {number}")
    assert said in str(caught.value)


def test_an_id_that_occurs_twice_is_told_where_it_occurs_again(solution: Notebook) -> None:
    again = copy.deepcopy(solution["cells"][PROMPT - 1 : KEY])
    solution["cells"] += again
    with pytest.raises(AuthorError, match=rf"^{FILE}, cell {LAST + 4}: question 'q1' twice"):
        made(solution)


def test_a_date_without_quotes_in_a_key_is_told_to_take_quotes(solution: Notebook) -> None:
    fact_line = 'answer = { fact = "events/amina-speaks/date" }'
    key = solution["cells"][FACT_KEY - 1]
    key["source"] = key["source"].replace(fact_line, "answer = 2021-08-19")
    with pytest.raises(AuthorError, match=rf"^{FILE}, cell {FACT_KEY}: .*wrong type"):
        made(solution)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is no notebook"),
        ("{", "is no notebook"),
        ("[]", "is no notebook"),
        ("{}", "is no notebook"),
        ('{"nbformat": 4}', "is no notebook"),
        ('{"nbformat": 4, "cells": [{}]}', "is no notebook"),
        ('{"nbformat": 4, "cells": [{"source": "1"}]}', "is no notebook"),
        ('{"nbformat": 4, "cells": [{"source": "", "cell_type": "raw", "metadata": 1}]}', "is no"),
        ('{"nbformat": 3, "worksheets": []}', "nbformat 3; open and save it in JupyterLab"),
        ('{"nbformat": 5, "cells": []}', "nbformat 5"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("file", ["notebooks/01-one.ipynb", FILE])
def test_a_file_that_is_no_notebook_is_named(
    small_kit: Path, file: str, text: str, said: str
) -> None:
    (small_kit / file).write_text(text, encoding="utf-8")
    with pytest.raises(AuthorError) as caught:
        build(kit.load(), check=True)
    assert str(caught.value).startswith(file)
    assert said in str(caught.value)


def test_a_file_that_is_no_text_is_named(small_kit: Path) -> None:
    (small_kit / FILE).write_bytes(b"\xff\xfe\x00")
    with pytest.raises(AuthorError, match=f"^{FILE} is no notebook"):
        build(kit.load(), check=True)


def test_nothing_is_run_if_nothing_is_to_be_run(
    small_kit: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def run(*_: object) -> Notebook:
        raise AssertionError("executed")

    monkeypatch.setattr(author, "_executed", run)
    assert build(kit.load(), step=quiet) == []
    with pytest.raises(AssertionError, match="executed"):
        build(kit.load(), run=True, step=quiet)
