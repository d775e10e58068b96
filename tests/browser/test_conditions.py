"""The dashboard where reading is harder: forced colours, less motion, 200 % zoom, a reload."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from tests.browser.lab import Notebook

CELLS = ["import afkit\nv = afkit.dashboard()\nv"]
VIEWS = ("as-of", "article", "map", "timeline", "network")


@pytest.fixture(scope="module")
def shown(open_notebook: Callable[[str, Sequence[str]], Notebook]) -> Notebook:
    notebook = open_notebook("conditions.ipynb", CELLS)
    notebook.run(0)
    for name in VIEWS:
        notebook.page.wait_for_selector(f".afkit-dashboard .afkit-{name}")
    return notebook


@pytest.fixture
def notebook(shown: Notebook) -> Iterator[Notebook]:
    size = shown.page.viewport_size
    yield shown
    shown.page.emulate_media(forced_colors="none", reduced_motion="no-preference")
    if size:
        shown.page.set_viewport_size(size)


def test_forced_colours_reach_marks_lines_and_controls(notebook: Notebook) -> None:
    notebook.page.emulate_media(forced_colors="active")
    canvas = notebook.page.evaluate(
        "() => { const probe = document.createElement('i'); probe.style.color = 'CanvasText';"
        " document.body.append(probe); const found = getComputedStyle(probe).color;"
        " probe.remove(); return found; }"
    )
    for what, trait in (
        (".afkit-network .afkit-actor-name", "fill"),
        (".afkit-map .afkit-place:not(.afkit-unknown) .afkit-outline", "stroke"),
        (".afkit-clock strong", "color"),
        (".afkit-network .afkit-actor.afkit-organisation", "fill"),
        (".afkit-timeline .afkit-many", "stroke"),
    ):
        found = notebook.page.locator(what).first.evaluate(
            "(each, trait) => getComputedStyle(each)[trait]", trait
        )
        assert found == canvas, what


def test_with_less_motion_nothing_moves_by_itself(notebook: Notebook) -> None:
    moving = (
        "(all) => all.filter((each) => parseFloat(getComputedStyle(each).transitionDuration) > 0"
        " || getComputedStyle(each).animationName !== 'none').length"
    )
    everything = notebook.page.locator(".afkit-dashboard *")
    # Not even if a theme moves things.
    theme = notebook.page.add_style_tag(content=".afkit-view * { transition: color 9s }")
    assert everything.evaluate_all(moving) > 0
    notebook.page.emulate_media(reduced_motion="reduce")
    assert everything.evaluate_all(moving) == 0
    theme.evaluate("each => each.remove()")
    assert everything.evaluate_all(moving) == 0


def test_at_200_per_cent_nothing_is_cut_off_or_lies_outside(notebook: Notebook) -> None:
    notebook.page.set_viewport_size({"width": 640, "height": 400})
    notebook.page.wait_for_timeout(500)
    root = notebook.page.locator(".afkit-dashboard")
    wide = root.evaluate("(each) => [each.scrollWidth, each.clientWidth]")
    assert wide[0] <= wide[1]
    cut = notebook.page.locator(
        ".afkit-dashboard :is(button, input, select, h3, p, li)"
    ).evaluate_all(
        "(all) => { const edge = document.querySelector('.afkit-dashboard')"
        ".getBoundingClientRect().right + 1; return all.filter((each) => each.offsetParent &&"
        " !each.closest('.afkit-offscreen') && each.getBoundingClientRect().right > edge)"
        ".map((each) => each.outerHTML.slice(0, 90)); }"
    )
    assert cut == []


def test_date_and_choices_outlive_a_reload(notebook: Notebook) -> None:
    page = notebook.page
    page.locator(".afkit-map .afkit-place").first.wait_for()
    page.locator(".afkit-as-of .afkit-bar input[type='text']").fill("2021-08-12")
    page.keyboard.press("Enter")
    expect(page.locator(".afkit-clock")).to_contain_text("12 August 2021")
    page.locator(".afkit-stop[aria-label*='Ahmad Massoud: Ahmad Massoud']").first.click()
    expect(page.locator(".afkit-network .afkit-panel h3")).to_have_text("Ahmad Massoud")
    page.evaluate("() => window.jupyterapp.commands.execute('docmanager:save')")
    page.wait_for_timeout(500)
    page.reload()
    notebook.wait_idle()
    page.wait_for_selector(".afkit-dashboard .afkit-network")
    expect(page.locator(".afkit-clock")).to_contain_text("12 August 2021")
    expect(page.locator(".afkit-network .afkit-panel h3")).to_have_text("Ahmad Massoud")
