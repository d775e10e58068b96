"""Answers without Python in a real JupyterLab: by mouse, by keyboard, kept in the saved file.

Axe judges all that is inside ``.afkit-ask``: the kit's own elements and ipywidgets' controls.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from afkit.exercises.answer import MIME

if TYPE_CHECKING:
    from playwright.sync_api import Locator

    from tests.browser.lab import Lab, Notebook

NAME = "ask.ipynb"
MAKE = """
import afkit
from afkit.exercises.check import Check
from afkit.exercises.kinds import KINDS
from afkit.exercises.kinds.base import sealer

check = afkit.exercise("01")
shared = {"points": 1, "objective": "", "difficulty": 1}
keys = [
    {"id": "q1", "kind": "order", "answer": ["a", "c", "b"],
     "items": {"a": "morning", "b": "evening", "c": "noon, when the sun stands high"}},
    {"id": "q2", "kind": "mapping", "answer": {"a": "x"}, "items": {"a": "a goat", "b": "a fig"},
     "categories": {"x": "animals", "y": "plants"}},
    {"id": "q3", "kind": "table", "columns": ["town", "dead"],
     "answer": [{"town": "B", "dead": 3}]},
    {"id": "q4", "kind": "choice", "answer": ["a", "b"],
     "options": {"a": "a goat", "b": "a fig", "c": "a stone"}},
]
keys[1]["answer"] = {"a": "x", "b": "y"}
made = Check({"unit": "99", "salt": "salt", "questions": [
    {**shared, "id": key["id"], "kind": key["kind"],
     "key": KINDS[key["kind"]].seal(key, sealer("salt", key["id"]))}
    for key in keys]})
"""
SETUP, CHOICE, NAMED, ORDER, LONG, GRID, TABLE, TICKS, SAVED = range(9)
START = "not answered yet."
CELLS = [
    MAKE,
    'check.ask("q2")',
    'check.ask("q1")',
    'made.ask("q1")',
    'check.ask("q12")',
    'made.ask("q2")',
    'made.ask("q3")',
    'made.ask("q4")',
    'check.ask("q11")',
]


@pytest.fixture(scope="module")
def shown(open_notebook: Callable[[str, Sequence[str]], Notebook]) -> Notebook:
    notebook = open_notebook(NAME, CELLS)
    notebook.run_all()
    expect(notebook.page.locator(".afkit-ask[role=group]").first).to_be_visible()
    return notebook


@pytest.fixture
def notebook(shown: Notebook) -> Notebook:
    """The notebook with every question open again, and no answer in kernel or file."""
    forget = "from afkit.exercises import ask; ask._pressed.clear()"
    shown._panel(f"panel.sessionContext.session.kernel.requestExecute({{code: '{forget}'}})")
    shown._command("notebook:clear-all-cell-outputs")
    shown._command("docmanager:save")
    shown.run_all()
    for number in range(CHOICE, len(CELLS)):
        expect(reply(shown, number)).to_contain_text(START)
    return shown


def cell(notebook: Notebook, number: int) -> Locator:
    return notebook.page.locator(".jp-Notebook .jp-Cell").nth(number)


def group(notebook: Notebook, number: int) -> Locator:
    return cell(notebook, number).get_by_role("group").first


def reply(notebook: Notebook, number: int) -> Locator:
    """What is said to the answer, below the controls."""
    return cell(notebook, number).locator(".jp-RenderedHTML [role=status]")


def will_go(notebook: Notebook, number: int) -> Locator:
    """The group of controls as it stands now; it is gone once the cell has run again."""
    group(notebook, number).evaluate("each => each.classList.add('afkit-old')")
    return cell(notebook, number).locator(".afkit-old")


def press_check(notebook: Notebook, number: int) -> None:
    group(notebook, number).get_by_role("button", name="Check", exact=True).click()


def saved_answer(lab: Lab, notebook: Notebook, number: int, name: str = NAME) -> Any:
    """The answer that the saved file holds in a cell's outputs."""
    notebook._command("docmanager:save")
    notebook.page.wait_for_function(
        "() => !window.jupyterapp.shell.currentWidget.context.model.dirty"
    )
    outputs = json.loads((lab.folder / name).read_text(encoding="utf-8"))["cells"][number][
        "outputs"
    ]
    (wire,) = [each["data"][MIME] for each in outputs if MIME in each.get("data", {})]
    return wire["answer"]


def test_the_group_is_named_by_the_question(notebook: Notebook) -> None:
    expect(group(notebook, CHOICE)).to_have_accessible_name(
        "Question 2, 1 point: choose one answer"
    )
    radios = group(notebook, CHOICE).get_by_role("radiogroup")
    expect(radios).to_have_accessible_name("Question 2, 1 point: choose one answer")
    box = group(notebook, NAMED).get_by_role("textbox")
    expect(box).to_have_accessible_name("Your answer (a full name, in any spelling)")


def test_a_choice_is_made_by_mouse_and_saved(lab: Lab, notebook: Notebook) -> None:
    expect(reply(notebook, CHOICE)).to_contain_text("q2: not answered yet.")
    group(notebook, CHOICE).get_by_text("b) AFP").click()
    press_check(notebook, CHOICE)
    expect(reply(notebook, CHOICE)).to_contain_text("q2: not yet, 0 of 1 point.")
    assert saved_answer(lab, notebook, CHOICE) == "b"
    group(notebook, CHOICE).get_by_text("c) a newsroom").click()
    expect(group(notebook, CHOICE).locator(".afkit-ask-said")).to_have_text(
        "Your answer has changed. Press Check."
    )
    press_check(notebook, CHOICE)
    expect(reply(notebook, CHOICE)).to_contain_text("q2: right, 1 of 1 point.")
    expect(group(notebook, CHOICE).locator("code")).to_have_text('q2 = "c"')
    assert saved_answer(lab, notebook, CHOICE) == "c"


def test_a_choice_is_made_by_keyboard_alone(lab: Lab, notebook: Notebook) -> None:
    expect(reply(notebook, CHOICE)).to_contain_text(START)
    press = notebook.page.keyboard.press
    radios = group(notebook, CHOICE).get_by_role("radio")
    radios.first.focus()
    press("Space")
    expect(radios.first).to_be_checked()
    for _ in range(2):
        press("ArrowDown")
    expect(radios.nth(2)).to_be_checked()
    expect(radios.nth(2)).to_be_focused()
    press("Tab")
    button = group(notebook, CHOICE).get_by_role("button", name="Check", exact=True)
    expect(button).to_be_focused()
    press("Enter")
    expect(reply(notebook, CHOICE)).to_contain_text("q2: right, 1 of 1 point.")
    expect(button).to_be_focused()
    assert notebook.mode == "command"
    assert saved_answer(lab, notebook, CHOICE) == "c"


QUICK = """(group, steps) => {
  steps.forEach(([what, at, value], step) => {
    const each = group.querySelectorAll(what)[at];
    if (value === null) return each.click();
    each.focus();
    each.value = value;
    each.dispatchEvent(new Event("input", { bubbles: true }));
    // What is written last is in a box that was not left yet.
    if (step < steps.length - 1 || each.matches("select, [type=date]"))
      each.dispatchEvent(new Event("change", { bubbles: true }));
  });
  [...group.querySelectorAll("button")].find((each) => each.textContent === "Check").click();
}"""


@pytest.mark.parametrize(
    ("number", "steps", "said", "answer"),
    [
        (CHOICE, [("[type=radio]", n, None) for n in (0, 1, 2)], "right", "c"),
        (TICKS, [("[type=checkbox]", n, None) for n in (2, 2, 0, 1)], "right", ["a", "b"]),
        (
            GRID,
            [("select", 0, "plants"), ("select", 0, "animals"),
             ("select", 1, "animals"), ("select", 1, "plants")],
            "right", {"a": "x", "b": "y"},
        ),
        (NAMED, [("input", 0, "Sergei Lavrov"), ("input", 0, "Ahmad Massoud")], "right",
         "Ahmad Massoud"),
        (SAVED, [("[type=date]", 0, f"2021-09-0{n}") for n in (4, 5, 6)], "right", "2021-09-06"),
        (LONG, [("textarea", 0, "One"), ("textarea", 0, "One two")],
         "not yet, 0 of 8 points. 2 words", "One two"),
        (
            TABLE,
            [("input", 0, "A"), ("input", 1, "2"), ("input", 0, "B"), ("input", 1, "3")],
            "right", [{"town": "B", "dead": "3"}],
        ),
        (ORDER, [("button", 1, None)], "not yet", ["c", "b", "a"]),
    ],
)  # fmt: skip
def test_a_click_does_not_overtake_what_was_answered_before_it(
    lab: Lab, notebook: Notebook, number: int, steps: Any, said: str, answer: Any
) -> None:
    # All in one turn of the page, so that the kernel can answer nothing in between.
    group(notebook, number).evaluate(QUICK, steps)
    expect(reply(notebook, number)).to_contain_text(f": {said}")
    assert saved_answer(lab, notebook, number) == answer


def test_a_name_is_written_by_keyboard_alone(lab: Lab, notebook: Notebook) -> None:
    keyboard = notebook.page.keyboard
    group(notebook, NAMED).get_by_role("textbox").focus()
    keyboard.type("Ahmad Masood")
    keyboard.press("Tab")
    keyboard.press("Space")
    expect(reply(notebook, NAMED)).to_contain_text("q1: right, 1 of 1 point.")
    assert saved_answer(lab, notebook, NAMED) == "Ahmad Masood"


def test_a_button_stays_under_the_pointer_while_it_is_pressed(notebook: Notebook) -> None:
    box = group(notebook, NAMED).get_by_role("textbox")
    box.fill("Sergei Lavrov")
    press_check(notebook, NAMED)
    expect(reply(notebook, NAMED)).to_contain_text("q1: not yet")
    box.fill("Ahmad Massoud")
    group(notebook, NAMED).get_by_role("button", name="Check", exact=True).hover()
    notebook.page.mouse.down()
    said = group(notebook, NAMED).locator(".afkit-ask-said")
    expect(said).to_have_text("Your answer has changed. Press Check.")
    notebook.page.mouse.up()
    expect(reply(notebook, NAMED)).to_contain_text("q1: right")


def test_lists_to_choose_from_are_one_line_high(notebook: Notebook) -> None:
    lists = group(notebook, GRID).locator("select")
    expect(lists).to_have_count(2)
    for each in lists.all():
        box = each.bounding_box()
        assert box
        assert box["height"] < 48


def test_an_order_is_made_by_keyboard_alone(lab: Lab, notebook: Notebook) -> None:
    keyboard = notebook.page.keyboard
    items = group(notebook, ORDER).locator(".afkit-ask-item")
    wanted = ["a) morning", "c) noon, when the sun stands high", "b) evening"]
    for place, words in enumerate(wanted):
        at = next(n for n in range(3) if words in items.nth(n).inner_text())
        if at == place:
            continue
        group(notebook, ORDER).get_by_role("button", name=f"Move {at + 1} up").focus()
        for step in range(at, place, -1):
            keyboard.press("Enter")
            expect(items.nth(step - 1)).to_have_text(f"{step}. {words}")
            way = "up" if step > 1 else "down"
            moved = group(notebook, ORDER).get_by_role("button", name=f"Move {step} {way}")
            expect(moved).to_be_focused()
        said = group(notebook, ORDER).locator(".afkit-ask-said")
        expect(said).to_have_text(f"{words} is now {place + 1} of 3.")
    button = group(notebook, ORDER).get_by_role("button", name="Check", exact=True)
    for _ in range(6):
        if button.evaluate("each => each === document.activeElement"):
            break
        keyboard.press("Tab")
    keyboard.press("Enter")
    expect(reply(notebook, ORDER)).to_contain_text("q1: right")
    assert saved_answer(lab, notebook, ORDER) == ["a", "c", "b"]


def test_words_are_counted_while_they_are_written(lab: Lab, notebook: Notebook) -> None:
    box = group(notebook, LONG).get_by_role("textbox")
    expect(box).to_have_accessible_description("0 words so far; 120 to 220 words are asked.")
    box.press_sequentially("Two words [@a-reference]")
    expect(box).to_have_accessible_description("2 words so far; 120 to 220 words are asked.")
    press_check(notebook, LONG)
    expect(reply(notebook, LONG)).to_contain_text("2 words so far; write at least 120.")
    assert saved_answer(lab, notebook, LONG) == "Two words [@a-reference]"


def test_a_grid_and_boxes_to_tick_are_filled_in(lab: Lab, notebook: Notebook) -> None:
    group(notebook, GRID).get_by_label("a) a goat").select_option("animals")
    group(notebook, GRID).get_by_label("b) a fig").select_option("plants")
    press_check(notebook, GRID)
    expect(reply(notebook, GRID)).to_contain_text("q2: right")
    group(notebook, TABLE).get_by_role("button", name="Add a row").click()
    expect(group(notebook, TABLE).get_by_label("town, row 4")).to_be_visible()
    group(notebook, TABLE).get_by_label("town, row 1").fill("B")
    group(notebook, TABLE).get_by_label("dead, row 1").fill("3")
    press_check(notebook, TABLE)
    expect(reply(notebook, TABLE)).to_contain_text("q3: right")
    for words in ("a) a goat", "b) a fig"):
        group(notebook, TICKS).get_by_label(words).check()
    press_check(notebook, TICKS)
    expect(reply(notebook, TICKS)).to_contain_text("q4: right")
    assert saved_answer(lab, notebook, TABLE) == [{"town": "B", "dead": "3"}]


def test_a_button_shows_where_to_look_only_after_what_is_not_right(notebook: Notebook) -> None:
    show = cell(notebook, NAMED).get_by_role("button", name="Show me where to look")
    expect(show).to_be_hidden()
    group(notebook, NAMED).get_by_role("textbox").fill("Sergei Lavrov")
    press_check(notebook, NAMED)
    expect(reply(notebook, NAMED)).to_contain_text("q1: not yet")
    show.click()
    expect(cell(notebook, NAMED).locator(".afkit-article")).to_be_visible()
    group(notebook, NAMED).get_by_role("textbox").fill("Ahmad Massoud")
    press_check(notebook, NAMED)
    expect(reply(notebook, NAMED)).to_contain_text("q1: right")
    expect(show).to_be_hidden()


def test_a_cell_that_runs_again_shows_the_answer(notebook: Notebook) -> None:
    group(notebook, CHOICE).get_by_text("b) AFP").click()
    press_check(notebook, CHOICE)
    expect(reply(notebook, CHOICE)).to_contain_text("q2: not yet")
    old = will_go(notebook, CHOICE)
    notebook.run(CHOICE)
    expect(old).to_have_count(0)
    expect(group(notebook, CHOICE).get_by_role("radio").nth(1)).to_be_checked()
    expect(reply(notebook, CHOICE)).to_contain_text("q2: not yet")


def test_answers_come_back_from_the_saved_notebook_in_a_fresh_kernel(
    lab: Lab, notebook: Notebook
) -> None:
    group(notebook, SAVED).get_by_role("textbox", name="Your answer").fill("6 September 2021")
    press_check(notebook, SAVED)
    expect(reply(notebook, SAVED)).to_contain_text("q11: right")
    assert saved_answer(lab, notebook, SAVED) == "6 September 2021"
    old = will_go(notebook, SAVED)
    notebook.restart()
    notebook.run_all()
    expect(old).to_have_count(0)
    expect(group(notebook, SAVED).get_by_role("textbox", name="Your answer")).to_have_value(
        "6 September 2021"
    )
    expect(reply(notebook, SAVED)).to_contain_text("q11: right")
    assert saved_answer(lab, notebook, SAVED) == "6 September 2021"


def test_a_page_that_was_opened_anew_asks_to_run_the_cell_again(
    lab: Lab, open_notebook: Callable[[str, Sequence[str]], Notebook]
) -> None:
    name = "ask-anew.ipynb"
    first = open_notebook(name, [MAKE, 'check.ask("q2")'])
    first.run_all()
    assert saved_answer(lab, first, 1, name) is None
    first.page.close()
    again = lab.visit(name)
    again.page.wait_for_selector(".afkit-ask[role=group]")
    group(again, 1).get_by_text("c) a newsroom").click()
    press_check(again, 1)
    expect(group(again, 1).locator(".afkit-ask-said")).to_contain_text("Run the cell again")
    expect(group(again, 1).locator("div[role=status]")).to_contain_text("q2: right")
    again.run(1)
    expect(reply(again, 1)).to_contain_text("q2: right")
    assert saved_answer(lab, again, 1, name) == "c"


@pytest.mark.parametrize("number", [CHOICE, NAMED, ORDER, LONG, GRID, TABLE, TICKS])
@pytest.mark.parametrize("theme", ["JupyterLab Light", "JupyterLab Dark"])
def test_axe_finds_nothing_wrong_with_the_controls(
    shown: Notebook, number: int, theme: str
) -> None:
    shown.theme(theme)
    identity = group(shown, number).get_attribute("aria-labelledby")
    found = shown.violations(f".afkit-ask[aria-labelledby='{identity}']")
    shown.theme("JupyterLab Light")
    assert found == []
