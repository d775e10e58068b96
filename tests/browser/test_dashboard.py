"""The dashboard in a real JupyterLab: four views under one date, and one choice in all of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import Locator

    from tests.browser.lab import Notebook

SHOW, ASK, RESET = range(3)
CELLS = [
    "import afkit\nv = afkit.dashboard()\nv",
    "print(v.as_of.date, v.network.selected or '-', v.map.selected or '-', v.timeline.start)",
    "v.as_of.date = '2021-08-10'\n"
    "v.article.selected = v.network.selected = v.map.selected = v.timeline.selected = ''",
]


@pytest.fixture(scope="module")
def shown(open_notebook: Callable[[str, Sequence[str]], Notebook]) -> Notebook:
    notebook = open_notebook("dashboard.ipynb", CELLS)
    notebook.run(SHOW)
    for name in ("as-of", "article", "map", "timeline", "network"):
        notebook.page.wait_for_selector(f".afkit-dashboard .afkit-{name}")
    return notebook


@pytest.fixture
def notebook(shown: Notebook) -> Notebook:
    shown.run(RESET)
    expect(shown.page.locator(".afkit-clock")).to_contain_text("10 August 2021")
    return shown


def stop(notebook: Notebook, words: str) -> Locator:
    return notebook.page.locator(f".afkit-stop[aria-label*='{words}']").first


def test_a_date_in_the_article_moves_every_view(notebook: Notebook) -> None:
    stop(notebook, "this Thursday").click()
    expect(notebook.page.locator(".afkit-clock")).to_contain_text("19 August 2021")
    expect(notebook.page.locator(".afkit-elsewhere")).to_contain_text("All linked views")
    notebook.page.wait_for_timeout(300)
    day, _, _, start = notebook.run(ASK).split()
    assert (day, start) == ("2021-08-19", "2021-07-05")


def test_a_person_and_a_place_are_looked_up_where_they_belong(notebook: Notebook) -> None:
    stop(notebook, "Ahmad Massoud: Ahmad Massoud").click()
    expect(notebook.page.locator(".afkit-network .afkit-panel h3")).to_have_text("Ahmad Massoud")
    stop(notebook, ": Kabul").click()
    expect(notebook.page.locator(".afkit-map .afkit-panel h3")).to_have_text("Kabul")
    assert notebook.run(ASK).split()[1:3] == ["ahmad-massoud", "kabul"]


def test_views_side_by_side_do_not_style_each_other(notebook: Notebook) -> None:
    line = notebook.page.locator(".afkit-timeline .afkit-many").first
    assert line.evaluate("(each) => getComputedStyle(each).strokeDasharray") == "none"


@pytest.mark.parametrize(("width", "columns"), [(1280, 2), (820, 1)])
def test_panes_stand_side_by_side_where_there_is_room(
    notebook: Notebook, width: int, columns: int
) -> None:
    notebook.page.set_viewport_size({"width": width, "height": 720})
    notebook.page.wait_for_timeout(300)
    boxes = [each.bounding_box() for each in notebook.page.locator(".afkit-pane").all()]
    notebook.page.set_viewport_size({"width": 1280, "height": 800})
    lefts = {round(box["x"]) for box in boxes if box}
    assert len(boxes) == 4
    assert len(lefts) == columns
    assert all(box and box["x"] + box["width"] <= width for box in boxes)


def test_date_article_and_map_are_seen_at_once_on_a_small_laptop(notebook: Notebook) -> None:
    page = notebook.page
    page.set_viewport_size({"width": 1280, "height": 720})
    page.locator(".afkit-dashboard").evaluate("(each) => each.scrollIntoView()")
    page.wait_for_timeout(300)
    boxes = [page.locator(f".afkit-pane-{name}").bounding_box() for name in ("article", "map")]
    page.set_viewport_size({"width": 1280, "height": 800})
    assert all(box and box["y"] > 0 and box["y"] + box["height"] < 700 for box in boxes)


def test_the_keyboard_alone_goes_from_the_text_to_the_network(notebook: Notebook) -> None:
    press = notebook.page.keyboard.press
    notebook.page.locator(".afkit-track input").focus()
    press("ArrowRight")
    expect(notebook.page.locator(".afkit-clock")).to_contain_text("11 August 2021")
    stop(notebook, "Ahmad Massoud: Ahmad Massoud").focus()
    press("Enter")
    expect(notebook.page.locator(".afkit-network .afkit-panel h3")).to_have_text("Ahmad Massoud")
    assert notebook.run(ASK).split()[1] == "ahmad-massoud"


def test_controls_are_at_least_24_pixels(notebook: Notebook) -> None:
    small = notebook.page.locator(
        ".afkit-dashboard :is(button:not(.afkit-stop, .afkit-lead), select, input)"
    ).evaluate_all(
        "(all) => all.filter((each) => each.offsetParent && each.offsetHeight < 24)"
        ".map((each) => each.outerHTML.slice(0, 80))"
    )
    assert small == []


@pytest.mark.parametrize("theme", ["JupyterLab Light", "JupyterLab Dark"])
def test_axe_finds_nothing_wrong(notebook: Notebook, theme: str) -> None:
    notebook.theme(theme)
    found = notebook.violations(".afkit-dashboard")
    notebook.theme("JupyterLab Light")
    assert found == []
