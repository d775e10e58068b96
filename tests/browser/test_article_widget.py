"""The article widget in a real JupyterLab: by mouse, by keyboard alone, from Python."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from afkit.facts import tables
from afkit.facts.schema import Claim, Mention

if TYPE_CHECKING:
    from playwright.sync_api import Locator

    from tests.browser.lab import Notebook

REPOSITORY = Path(__file__).resolve().parents[2]
SHOW, RESET, SELECTED, LAYERS = range(4)
CHOOSE, SPEAK, UNKNOWN, ALL_LAYERS = range(4, 8)


@pytest.fixture(scope="module")
def claims() -> list[Claim]:
    """The kit's claims as the text begins them, the outer before the inner."""
    text = tables.article(REPOSITORY)
    rows = tables.records(Claim, REPOSITORY)

    def place(row: Claim) -> tuple[int, int]:
        return text.index(row.prefix + row.exact + row.suffix) + len(row.prefix), -len(row.exact)

    return sorted(rows, key=place)


@pytest.fixture(scope="module")
def shown(open_notebook: Callable[[str, Sequence[str]], Notebook], claims: list[Claim]) -> Notebook:
    """A notebook that shows the article, with cells that ask and tell it things."""
    someone = next(row for row in tables.records(Mention, REPOSITORY) if row.actor)
    notebook = open_notebook(
        "article.ipynb",
        [
            "import afkit\nw = afkit.article()\nw",
            "w.selected, w.layers = '', ['voice']",
            "print(w.selected)",
            "print(*w.layers)",
            f"w.selected = '{claims[-3].id}'",
            f"w.layers = ['people']; w.selected = '{someone.id}'",
            "try:\n    w.selected = 'no-such-claim'\nexcept Exception as error:\n    print(error)",
            "w.layers = ['voice', 'type', 'people', 'dates', 'places']",
        ],
    )
    notebook.run(SHOW)
    notebook.page.wait_for_selector(".afkit-article")
    return notebook


@pytest.fixture
def notebook(shown: Notebook) -> Notebook:
    """The notebook with only the voices on and nothing chosen."""
    shown.run(RESET)
    expect(shown.page.locator(".afkit-article")).to_have_attribute("data-layers", "voice")
    expect(title(shown)).to_have_text("Choose words in the text")
    return shown


def title(notebook: Notebook) -> Locator:
    return notebook.page.locator(".afkit-card .afkit-title")


def stop(notebook: Notebook, name: str) -> Locator:
    return notebook.page.locator(f".afkit-stop[data-id='{name}']")


def words(notebook: Notebook, text: str) -> Locator:
    return notebook.page.locator(".afkit-piece", has_text=text).first


def places(notebook: Notebook) -> list[float]:
    """Left and bottom of every piece of the text, from the corner of the widget."""
    found: list[float] = notebook.page.evaluate(
        """() => {
          const root = document.querySelector('.afkit-article').getBoundingClientRect();
          const boxes = [...document.querySelectorAll('.afkit-piece')]
            .map((each) => each.getBoundingClientRect());
          return boxes.flatMap((box) => [box.left - root.left, box.bottom - root.top]);
        }"""
    )
    return found


def test_the_text_is_the_articles_to_the_letter(notebook: Notebook) -> None:
    blocks = notebook.page.locator(".afkit-text > *")
    assert "\n\n".join(blocks.all_text_contents()) == tables.article(REPOSITORY)
    first = blocks.first
    assert first.evaluate("(each) => each.tagName") == "H2"


def test_a_click_on_words_shows_their_claim(notebook: Notebook, claims: list[Claim]) -> None:
    claim = next(row for row in claims if row.speech == "direct")
    opening = " ".join(claim.exact.split()[1:3])
    words(notebook, opening).click()
    expect(title(notebook)).to_have_text(claim.claim)
    card = notebook.page.locator(".afkit-card")
    expect(card).to_contain_text("in quotation marks")
    expect(card).to_contain_text(claim.type)
    expect(card).to_contain_text(claim.verdict)
    expect(card.locator(".afkit-sources a")).to_have_count(len(claim.sources))
    assert notebook.run(SELECTED).strip() == claim.id


def test_previous_and_next_go_through_the_claims(notebook: Notebook, claims: list[Claim]) -> None:
    stop(notebook, claims[0].id).click()
    step = notebook.page.get_by_role("button", name="Next", exact=True)
    step.click()
    expect(title(notebook)).to_have_text(claims[1].claim)
    before = step.bounding_box()
    step.click()
    expect(title(notebook)).to_have_text(claims[2].claim)
    after = step.bounding_box()
    assert before
    assert after
    assert after["y"] == pytest.approx(before["y"], abs=2)
    notebook.page.get_by_role("button", name="Previous", exact=True).click()
    expect(title(notebook)).to_have_text(claims[1].claim)
    notebook.page.get_by_role("button", name="Close the card").click()
    expect(title(notebook)).to_have_text("Choose words in the text")


def test_the_keyboard_alone_reaches_and_chooses_claims(
    notebook: Notebook, claims: list[Claim]
) -> None:
    press = notebook.page.keyboard.press
    notebook.page.locator(".afkit-toggle").last.focus()
    press("Tab")
    press("Home")
    press("ArrowRight")
    press("ArrowDown")
    press("ArrowLeft")
    expect(stop(notebook, claims[1].id)).to_be_focused()
    press("Enter")
    expect(title(notebook)).to_have_text(claims[1].claim)
    press("End")
    expect(stop(notebook, claims[-1].id)).to_be_focused()
    press("Space")
    expect(title(notebook)).to_have_text(claims[-1].claim)
    press("Tab")
    expect(notebook.page.get_by_role("button", name="Previous", exact=True)).to_be_focused()
    assert notebook.run(SELECTED).strip() == claims[-1].id


def test_the_layers_are_switched_by_keyboard(notebook: Notebook) -> None:
    before = places(notebook)
    notebook.page.locator(".afkit-toggle").first.focus()
    notebook.page.keyboard.press("Space")
    for _ in range(4):
        notebook.page.keyboard.press("Tab")
        notebook.page.keyboard.press("Enter")
    pressed = notebook.page.locator(".afkit-toggle[aria-pressed='true']")
    expect(pressed).to_have_count(4)
    assert notebook.run(LAYERS).split() == ["type", "people", "dates", "places"]
    assert places(notebook) == pytest.approx(before, abs=0.5)


def test_keys_pressed_in_the_widget_stay_in_it(notebook: Notebook, claims: list[Claim]) -> None:
    # JupyterLab's commands: insert, delete, cut, paste, change the kind of cell, interrupt, move.
    keys = "a b d d x v z c m y r 1 i i l e k j ArrowDown ArrowUp ArrowRight End"
    before = notebook.cells, notebook.mode
    for place in (stop(notebook, claims[0].id), notebook.page.locator(".afkit-toggle").first):
        place.focus()
        for key in keys.split():
            notebook.page.keyboard.press(key)
            assert (notebook.cells, notebook.mode) == before, f"'{key}' reached JupyterLab"


def test_python_chooses_and_the_view_follows(notebook: Notebook, claims: list[Claim]) -> None:
    notebook.run(CHOOSE)
    expect(title(notebook)).to_have_text(claims[-3].claim)
    expect(stop(notebook, claims[-3].id)).to_have_attribute("aria-pressed", "true")
    assert notebook.page.locator(".afkit-chosen").count() > 0


def test_a_name_shows_its_card_in_its_own_script(notebook: Notebook) -> None:
    notebook.run(SPEAK)
    native = notebook.page.locator(".afkit-native bdi").first
    expect(native).to_have_attribute("dir", "rtl")
    expect(native).to_have_attribute("lang", "fa-AF")


def test_python_says_which_ids_there_are(notebook: Notebook) -> None:
    assert "no claim or mention 'no-such-claim'" in notebook.run(UNKNOWN)


def test_a_narrow_card_opens_below_its_paragraph(notebook: Notebook, claims: list[Claim]) -> None:
    claim = claims[len(claims) // 2]
    notebook.page.set_viewport_size({"width": 640, "height": 800})
    stop(notebook, claim.id).click()
    expect(title(notebook)).to_have_text(claim.claim)
    expect(stop(notebook, claim.id)).to_be_in_viewport()
    expect(title(notebook)).to_be_in_viewport()
    chosen = notebook.page.locator(".afkit-block", has=stop(notebook, claim.id)).bounding_box()
    card = notebook.page.locator(".afkit-card").bounding_box()
    notebook.page.set_viewport_size({"width": 1280, "height": 800})
    assert chosen
    assert card
    assert chosen["y"] + chosen["height"] <= card["y"] <= chosen["y"] + chosen["height"] + 40
    assert card["x"] + card["width"] < 640


@pytest.mark.parametrize("theme", ["JupyterLab Light", "JupyterLab Dark"])
def test_axe_finds_nothing_wrong(notebook: Notebook, theme: str) -> None:
    notebook.run(ALL_LAYERS)
    notebook.run(CHOOSE)
    notebook.theme(theme)
    found = notebook.violations(".afkit-article")
    notebook.theme("JupyterLab Light")
    assert found == []
