"""Marking in a real JupyterLab: from the keyboard, into the gradebook, without names."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import expect

from afkit.grading.gradebook import Gradebook
from afkit.grading.records import Ran
from afkit.grading.score import Item
from tests.browser.lab import REPOSITORY, Notebook
from tests.grading.test_gradebook import ENTRY

STUDENTS = ("amina", "bashir", "chaman")


@pytest.fixture(scope="module")
def gradebook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("marking") / "class.sqlite"
    with Gradebook(path, grading=True) as book:
        for student in STUDENTS:
            text = "\n\n".join(f"Paragraph {n} of an answer. " * 12 for n in (1, 2, 3))
            item = Item("q12", "essay", "ready", 0, 8, "", text, marking=True)
            ran = Ran(answers={"q12": text})
            book.add(replace(ENTRY, student=student, sha256=student, ran=ran, items=(item,)))
    return path


@pytest.fixture(scope="module")
def desk(open_notebook: Callable[[str, Sequence[str]], Notebook], gradebook: Path) -> Notebook:
    cells = [
        f"import os\n\nos.environ['AFKIT_ROOT'] = {str(REPOSITORY)!r}",
        f"from afkit.grading.marking import marking\n\nmarking({str(gradebook)!r}, '01')",
    ]
    notebook = open_notebook("marking.ipynb", cells)
    notebook.run_all()
    return notebook


def points(path: Path) -> list[float]:
    with Gradebook(path) as book:
        return sorted(each.score for each in book.submissions("01"))


def test_answers_are_marked_by_digits_and_enter(desk: Notebook, gradebook: Path) -> None:
    output = desk.page.locator(".afkit-desk")
    expect(output).to_contain_text("0 of 3 marked")
    assert not any(student in output.inner_text() for student in STUDENTS)
    output.get_by_label("Levels").focus()
    for digits, said in (("4343", "Kept: 7 points."), ("2222", "Kept: 4 points.")):
        desk.page.keyboard.type(digits)
        desk.page.keyboard.press("Enter")
        expect(output.get_by_role("status")).to_contain_text(said)
    expect(output).to_contain_text("2 of 3 marked")
    assert points(gradebook) == [0, 4, 7]


def test_a_mark_is_taken_back_and_given_by_the_rubric(desk: Notebook, gradebook: Path) -> None:
    output = desk.page.locator(".afkit-desk")
    output.get_by_role("button", name="Undo").click()
    expect(output.get_by_role("status")).to_contain_text("The last mark was taken back.")
    assert points(gradebook) == [0, 0, 7]
    output.get_by_role("button", name="Keep and go on").click()
    expect(output.get_by_role("status")).to_contain_text("Choose a level for: sourcing")
    for name in ("Sourcing", "Corroboration", "Certainty", "Clarity"):
        output.get_by_label(name).select_option(index=5)
    output.get_by_role("button", name="Keep and go on").click()
    expect(output.get_by_role("status")).to_contain_text("Kept: 8 points.")
    assert points(gradebook) == [0, 7, 8]


def test_axe_finds_nothing_in_the_desk(desk: Notebook) -> None:
    assert desk.violations(".afkit-desk") == []
