"""Voting on claims in a real JupyterLab: first the verdict of the reader, then of the kit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from afkit.facts import tables
from afkit.facts.schema import Claim
from afkit.widgets.article import VERDICTS

if TYPE_CHECKING:
    from playwright.sync_api import Locator

    from tests.browser.lab import Notebook

REPOSITORY = Path(__file__).resolve().parents[2]
CLAIMS = {row.id: row for row in tables.records(Claim, REPOSITORY)}
ONE, OTHER = "claim-01", "claim-05"
SHOW, RESET, ASK, TELL, COMPARE = range(5)
CELLS = [
    "import afkit\nw = afkit.article(vote_first=True)\nw",
    "w.votes, w.selected, w.vote_first = {}, '', True",
    "print(w.votes)",
    f"w.votes = {{'{ONE}': 'disputed'}}\nw.selected = '{ONE}'",
    f"row = w.compare({{'{ONE}': 'wrong'}}, {{'{ONE}': 'wrong'}}).loc['{ONE}']\n"
    "print(row['own'], row['wrong'], row['imprecise'], row['supported'])",
]


@pytest.fixture(scope="module")
def shown(open_notebook: Callable[[str, Sequence[str]], Notebook]) -> Notebook:
    notebook = open_notebook("votes.ipynb", CELLS)
    notebook.run(SHOW)
    notebook.page.wait_for_selector(".afkit-article")
    return notebook


@pytest.fixture
def notebook(shown: Notebook) -> Notebook:
    """The notebook with no votes and nothing chosen."""
    shown.run(RESET)
    expect(card(shown).locator(".afkit-title")).to_have_text("Choose words in the text")
    expect(first(shown)).to_have_attribute("aria-pressed", "true")
    return shown


def card(notebook: Notebook) -> Locator:
    return notebook.page.locator(".afkit-card")


def first(notebook: Notebook) -> Locator:
    return notebook.page.get_by_role("button", name="Vote first")


def ballot(notebook: Notebook) -> Locator:
    return card(notebook).get_by_role("group", name="Your verdict").get_by_role("button")


def choose(notebook: Notebook, claim: str) -> None:
    notebook.page.locator(f".afkit-stop[data-id='{claim}']").click()
    expect(card(notebook).locator(".afkit-title")).to_have_text(CLAIMS[claim].claim)


def expect_closed(notebook: Notebook) -> None:
    expect(ballot(notebook)).to_have_text(list(VERDICTS.values()))
    expect(card(notebook).locator(".afkit-verdict")).to_have_count(0)
    expect(card(notebook).locator(".afkit-sources")).to_have_count(0)


def expect_open(notebook: Notebook, claim: str, vote: str) -> None:
    expect(ballot(notebook)).to_have_count(0)
    expect(card(notebook).locator(".afkit-verdict")).to_have_text(VERDICTS[CLAIMS[claim].verdict])
    expect(card(notebook).locator("dd").last).to_have_text(VERDICTS[vote])
    expect(card(notebook).locator(".afkit-sources a")).to_have_count(len(CLAIMS[claim].sources))


def test_a_verdict_is_closed_until_the_reader_has_voted(notebook: Notebook) -> None:
    choose(notebook, ONE)
    expect_closed(notebook)
    ballot(notebook).filter(has_text="imprecise").click()
    expect_open(notebook, ONE, "imprecise")
    choose(notebook, OTHER)
    expect_closed(notebook)


def test_a_vote_is_cast_by_keyboard_alone(notebook: Notebook) -> None:
    press = notebook.page.keyboard.press
    first(notebook).focus()
    press("Tab")
    press("Home")
    press("Enter")
    expect(card(notebook).locator(".afkit-title")).to_have_text(CLAIMS[ONE].claim)
    for name in ("Previous", "Next", "Close the card"):
        press("Tab")
        expect(notebook.page.get_by_role("button", name=name, exact=True)).to_be_focused()
    press("Tab")
    press("Tab")
    expect(ballot(notebook).nth(1)).to_be_focused()
    press("Space")
    expect_open(notebook, ONE, list(VERDICTS)[1])
    expect(notebook.page.get_by_role("button", name="Next", exact=True)).to_be_focused()
    assert notebook.run(ASK).strip() == repr({ONE: list(VERDICTS)[1]})


def test_a_vote_stays_when_the_kernel_has_read_it(notebook: Notebook) -> None:
    choose(notebook, ONE)
    ballot(notebook).filter(has_text="wrong").click()
    choose(notebook, OTHER)
    ballot(notebook).filter(has_text="disputed").click()
    assert notebook.run(ASK).strip() == repr({ONE: "wrong", OTHER: "disputed"})
    expect_open(notebook, OTHER, "disputed")
    choose(notebook, ONE)
    expect_open(notebook, ONE, "wrong")


def test_a_vote_from_python_opens_the_card(notebook: Notebook) -> None:
    notebook.run(TELL)
    expect_open(notebook, ONE, "disputed")


def test_the_class_is_counted_with_the_readers_own_vote(notebook: Notebook) -> None:
    choose(notebook, ONE)
    ballot(notebook).filter(has_text="imprecise").click()
    assert notebook.run(COMPARE).split() == ["imprecise", "2", "1", "0"]


def test_the_verdict_shows_at_once_when_no_vote_is_asked_for(notebook: Notebook) -> None:
    choose(notebook, ONE)
    expect_closed(notebook)
    first(notebook).press("Enter")
    expect(first(notebook)).to_have_attribute("aria-pressed", "false")
    expect(ballot(notebook)).to_have_count(0)
    expect(card(notebook).locator(".afkit-verdict")).to_have_text(VERDICTS[CLAIMS[ONE].verdict])


@pytest.mark.parametrize("theme", ["JupyterLab Light", "JupyterLab Dark"])
def test_axe_finds_nothing_wrong_with_a_ballot(notebook: Notebook, theme: str) -> None:
    choose(notebook, ONE)
    expect_closed(notebook)
    notebook.theme(theme)
    found = notebook.violations(".afkit-article")
    notebook.theme("JupyterLab Light")
    assert found == []
