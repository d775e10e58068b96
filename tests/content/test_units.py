"""Every unit from 01 on: what a lesson, an exercise and a page for teachers must hold."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

import pytest

from afkit import kit
from afkit.exercises import author
from afkit.exercises.check import exercise

ROOT = Path(__file__).resolve().parents[2]
KIT = kit.load(ROOT)
UNITS = [unit for unit in KIT.units if unit.id != "00"]
each_unit = pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.id)
every_unit = pytest.mark.parametrize("unit", KIT.units, ids=lambda unit: unit.id)

WIDGETS = {"article", "as_of", "chart", "dashboard", "map", "network", "timeline"}
LEVELS = 4
HEADER = ("Question", "Time", "You need", "After this unit you can")
FULL_HEADER = (
    "Question", "Time", "Difficulty", "You need", "After this unit you can", "Sources",
)  # fmt: skip
#: The parts of a page for teachers, in order.
PAGE = (
    "Materials and marks", "Background", "Plan", "Exit question, a good reply", "Discussion",
    "Think prompts, in brief", "Misconceptions to expect", "Differentiation", "Standards", "Care",
)  # fmt: skip
CROSSWALK = ("C3", "Common Core", "IB history Paper 1", "MYP", "UNESCO", "DigComp")


def cells(file: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = author.read(ROOT / file, ROOT)["cells"]
    return found


def calls(file: str) -> set[str]:
    """The functions of the kit that a notebook calls, and the methods of anything else."""
    trees = [ast.parse(each["source"]) for each in cells(file) if each["cell_type"] == "code"]
    nodes = (node for tree in trees for node in ast.walk(tree))
    return {ast.unparse(node.func) for node in nodes if isinstance(node, ast.Call)}


def header(unit: kit.Unit) -> dict[str, str]:
    first = cells(unit.lesson)[0]["source"]
    return dict(re.findall(r"^\| \*\*(.+?)\*\* \| (.+?) \|$", first, re.MULTILINE))


def page(unit: kit.Unit) -> dict[str, str]:
    """The page for teachers, by heading; the part above the first heading is called ``""``."""
    path = ROOT / "docs" / "instructors" / f"{Path(unit.lesson).stem}.md"
    parts = re.split(r"^## ", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    named = {part.partition("\n")[0].strip(): part.partition("\n")[2].strip() for part in parts[1:]}
    return {"": parts[0], **named}


@each_unit
def test_an_exercise_has_enough_questions_of_enough_kinds(unit: kit.Unit) -> None:
    kinds = [each["kind"] for each in exercise(unit.id, ROOT).questions.values()]
    assert 8 <= len(kinds) - kinds.count("essay") <= 12
    assert 1 <= kinds.count("essay") <= 2
    assert len(set(kinds) - {"essay"}) >= 5


@each_unit
def test_a_written_answer_has_a_rubric_of_four_levels_and_anchors(unit: kit.Unit) -> None:
    essays = [
        each for each in exercise(unit.id, ROOT).questions.values() if each["kind"] == "essay"
    ]
    for each in essays:
        assert {len(levels) for levels in each["key"]["rubric"].values()} == {LEVELS}
    theirs = "\n".join(
        each["source"]
        for each in cells(unit.solution)
        if author.TEACHER_ONLY in each["metadata"].get("tags", [])
    )
    assert re.search("anchor", theirs, re.IGNORECASE)


@each_unit
def test_a_lesson_uses_two_widgets_and_makes_something(unit: kit.Unit) -> None:
    found = calls(unit.lesson)
    assert len({each.removeprefix("afkit.") for each in found} & WIDGETS) >= 2
    assert "afkit.show" in found or any(each.endswith("DataFrame") for each in found)


@every_unit
def test_a_lesson_has_a_whole_header_and_a_content_note(unit: kit.Unit) -> None:
    wanted = HEADER if unit.id == "00" else FULL_HEADER
    head = header(unit)
    assert [name for name in wanted if not head.get(name, "").strip()] == []
    assert "**Content note.**" in cells(unit.lesson)[0]["source"]
    assert unit.content_notes


@each_unit
def test_a_lesson_says_who_speaks_and_who_is_missing(unit: kit.Unit) -> None:
    text = "\n\n".join(each["source"] for each in cells(unit.lesson))
    audit = text.partition("## Perspective audit")[2].partition("\n## ")[0]
    head = next(line for line in audit.splitlines() if line.startswith("|"))
    columns = [each.strip() for each in head.strip("|").split("|")]
    assert len(columns) == 3, columns
    assert re.match("Who (speaks|sets)", columns[0]), columns
    assert re.match("Who is (missing|not there)", columns[2]), columns


@every_unit
def test_a_lesson_is_as_long_as_a_lesson(unit: kit.Unit) -> None:
    if unit.id == "00":
        assert unit.minutes == 20
    else:
        assert 45 <= unit.minutes <= 60


@each_unit
def test_a_lesson_has_steps_with_prompts_and_things_to_try(unit: kit.Unit) -> None:
    text = "\n\n".join(each["source"] for each in cells(unit.lesson))
    assert 4 <= len(re.findall(r"^## Step \d", text, re.MULTILINE)) <= 6
    assert text.count("<summary><b>Think.</b>") >= 4
    assert len(re.findall(r"^\*\*Try\b", text, re.MULTILINE)) >= 2


# Pages for teachers ------------------------------------------------------------------------------


def test_each_unit_has_a_page_for_teachers_and_each_page_a_unit() -> None:
    there = {path.stem for path in (ROOT / "docs" / "instructors").glob("*.md")}
    assert there == {Path(unit.lesson).stem for unit in KIT.units}


@every_unit
def test_a_page_for_teachers_has_its_parts_in_order(unit: kit.Unit) -> None:
    parts = page(unit)
    assert parts[""].startswith(f"# Unit {unit.id}, {unit.title}\n")
    assert [
        name for name in unit.files if name != KIT.article and f"`{name}`" not in parts[""]
    ] == []
    assert [name for name in parts if name in PAGE] == list(PAGE)
    assert [name for name, text in parts.items() if not text.strip()] == []


@every_unit
def test_a_page_for_teachers_has_two_plans(unit: kit.Unit) -> None:
    head = next(line for line in page(unit)["Plan"].splitlines() if line.startswith("|"))
    lengths = [int(each) for each in re.findall(r"(\d+)-minute plan", head)]
    assert lengths == ([20, 45] if unit.id == "00" else [50, 90])


@every_unit
def test_a_page_for_teachers_counts_the_marks(unit: kit.Unit) -> None:
    said = page(unit)["Materials and marks"]
    questions = exercise(unit.id, ROOT).questions.values()
    machine = sum(each["points"] for each in questions if each["kind"] != "essay")
    total = sum(each["points"] for each in questions)
    if machine == total:
        assert f"{machine:g} points" in said
    else:
        assert f"{machine:g} points checked by machine, {total - machine:g} marked by" in said
        assert re.search(rf": {total:g}\.", said)


@each_unit
def test_a_page_for_teachers_names_standards_of_every_family(unit: kit.Unit) -> None:
    standards = page(unit)["Standards"]
    assert [name for name in CROSSWALK if name not in standards] == []


def test_the_course_map_has_a_row_for_each_unit() -> None:
    text = (ROOT / "docs" / "instructors.md").read_text(encoding="utf-8")
    for unit in KIT.units:
        row = next(
            line for line in text.splitlines() if line.startswith(f"| [{unit.id} {unit.title}]")
        )
        kinds = [each["kind"] for each in exercise(unit.id, ROOT).questions.values()]
        points = sum(each["points"] for each in exercise(unit.id, ROOT).questions.values())
        assert f"(instructors/{Path(unit.lesson).stem}.md)" in row
        assert unit.question in row
        assert f"| {unit.minutes} |" in row
        assert f"| {points:g} |" in row
        for kind in dict.fromkeys(kinds):
            assert re.search(rf"\b{kind}\b", row), kind


def test_the_map_and_the_pages_link_what_is_there() -> None:
    for path in [*(ROOT / "docs").glob("*.md"), *(ROOT / "docs/instructors").glob("*.md")]:
        for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", path.read_text(encoding="utf-8")):
            if (
                "://" not in target
                and target != "docs/grading.md"
                and not target.endswith("grading.md")
            ):
                assert (path.parent / target).exists(), f"{path.name}: {target}"
