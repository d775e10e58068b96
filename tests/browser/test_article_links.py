"""The article with views handed to it: what is chosen in the text shows in each of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import Locator

    from tests.browser.lab import Notebook

DATE, TIMELINE, NETWORK, MAP, ARTICLE, RESET, ASK = range(7)
CELLS = [
    "import afkit\nd = afkit.as_of()\nd",
    "tl = afkit.timeline()\ntl",
    "net = afkit.network()\nnet",
    "m = afkit.map()\nm",
    "w = afkit.article(['people', 'dates', 'places'], as_of=d, timeline=tl, network=net, map=m)\nw",
    "d.date = '2021-08-10'\nw.selected = net.selected = m.selected = tl.selected = ''\n"
    "tl.start, tl.end = '2001-01-01', '2021-12-31'",
    "print(d.date, tl.start, tl.end, tl.selected or '-', net.selected or '-', m.selected or '-')",
]


@pytest.fixture(scope="module")
def shown(open_notebook: Callable[[str, Sequence[str]], Notebook]) -> Notebook:
    notebook = open_notebook("links.ipynb", CELLS)
    roots = ("as-of", "timeline", "network", "map", "article")
    for cell, root in zip((DATE, TIMELINE, NETWORK, MAP, ARTICLE), roots, strict=True):
        notebook.run(cell)
        notebook.page.wait_for_selector(f".afkit-{root}")
    return notebook


@pytest.fixture
def notebook(shown: Notebook) -> Notebook:
    """The notebook on 10 August 2021 with nothing chosen."""
    shown.run(RESET)
    expect(shown.page.locator(".afkit-clock")).to_contain_text("10 August 2021")
    expect(shown.page.locator(".afkit-bar .afkit-place")).to_be_hidden()
    return shown


def choose(notebook: Notebook, name: str) -> None:
    stop = notebook.page.locator(f".afkit-stop[data-id='{name}']")
    stop.focus()
    stop.press("Enter")


def title(notebook: Notebook, view: str) -> Locator:
    return notebook.page.locator(f".afkit-{view} .afkit-panel h3")


def told(notebook: Notebook) -> Locator:
    return notebook.page.locator(".afkit-elsewhere")


def test_a_date_moves_the_shared_date_and_the_timeline(notebook: Notebook) -> None:
    choose(notebook, "date-2001-09-09-1")
    expect(notebook.page.locator(".afkit-clock")).to_contain_text("9 September 2001")
    expect(told(notebook)).to_have_text("All linked views now show what was known on that day.")
    assert notebook.run(ASK).split()[:3] == ["2001-09-09", "2001-07-26", "2001-10-24"]


def test_an_event_is_chosen_in_the_timeline(notebook: Notebook) -> None:
    choose(notebook, "massoud-killed-2001-1")
    expect(title(notebook, "timeline")).to_contain_text("Massoud")
    expect(told(notebook)).to_have_text("See the timeline.")
    assert notebook.run(ASK).split()[3:] == ["massoud-killed-2001", "-", "-"]


def test_a_person_is_chosen_in_the_network(notebook: Notebook) -> None:
    choose(notebook, "ahmad-massoud-1")
    expect(title(notebook, "network")).to_have_text("Ahmad Massoud")
    expect(told(notebook)).to_have_text("See the network.")
    assert notebook.run(ASK).split()[3:] == ["-", "ahmad-massoud", "-"]


def test_a_place_is_chosen_on_the_map(notebook: Notebook) -> None:
    choose(notebook, "kabul-1")
    expect(title(notebook, "map")).to_have_text("Kabul")
    expect(told(notebook)).to_have_text("See the map.")
    assert notebook.run(ASK).split()[3:] == ["-", "-", "kabul"]


def test_an_actor_without_ties_leaves_the_network_as_it_is(notebook: Notebook) -> None:
    choose(notebook, "washington-post-1")
    expect(told(notebook)).to_have_text("The network has no ties of this actor.")
    assert notebook.run(ASK).split()[3:] == ["-", "-", "-"]


def test_a_place_that_is_not_on_the_map_is_not_promised_there(notebook: Notebook) -> None:
    choose(notebook, "moscow-1")
    expect(notebook.page.locator(".afkit-card .afkit-title")).to_have_text("Moscow")
    notebook.run(ASK)
    expect(told(notebook)).not_to_contain_text("See the map")
