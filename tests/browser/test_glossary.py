"""A click on a term in a lesson or a reading opens the glossary, rendered, at that term."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from tests.browser.lab import Lab

LESSON = "notebooks/01-who-is-speaking.ipynb"
READING = "readings/01-who-was-in-the-panjshir-valley.md"


@pytest.fixture(scope="module")
def page(lab: Lab) -> Page:
    """The lesson, open in JupyterLab."""
    return lab.visit(LESSON).page


def show(page: Page, path: str) -> None:
    """Open a file as a double click in the file browser does, or go to it if it is open."""
    script = "path => window.jupyterapp.commands.execute('docmanager:open', { path }).then(() => 0)"
    page.evaluate(script, path)


def follow(page: Page, within: str, name: str) -> Locator:
    """Click the link of a term; the glossary that this opens."""
    link = page.locator(f"{within} a[href*='glossary.md'][href$='#{name}']").first
    link.scroll_into_view_if_needed()
    link.click()
    glossary = page.locator(".jp-MarkdownViewer", has=page.locator("h1", has_text="Glossary"))
    expect(glossary).to_be_visible()
    return glossary


def tops(glossary: Locator, term: str) -> tuple[float, float]:
    """Where the heading of a term stands, and where the page of the glossary begins."""
    heading = glossary.locator("h2").filter(has_text=term).first.bounding_box()
    page = glossary.bounding_box()
    assert heading
    assert page
    return heading["y"], page["y"]


@pytest.mark.parametrize(
    ("name", "term"),
    [
        ("op-ed", "op-ed"),
        ("indirect-speech", "indirect speech"),  # an id that is no heading's slug in JupyterLab
        ("taliban", "Taliban"),
    ],
)
def test_a_term_in_a_lesson_opens_the_glossary_there(page: Page, name: str, term: str) -> None:
    show(page, LESSON)
    glossary = follow(page, ".jp-Notebook", name)
    expect(glossary.locator("h2").filter(has_text=term).first).to_be_in_viewport()
    heading, top = tops(glossary, term)
    assert top <= heading < top + 120
    assert page.locator(".jp-FileEditor").count() == 0


def test_a_reading_opens_rendered_and_its_terms_lead_on(page: Page) -> None:
    show(page, READING)
    reading = page.locator(".jp-MarkdownViewer", has=page.locator("h1", has_text="Who was in"))
    expect(reading).to_be_visible()
    glossary = follow(page, ".jp-MarkdownViewer", "truce")
    expect(glossary.locator("h2").filter(has_text="truce").first).to_be_in_viewport()
    heading, top = tops(glossary, "truce")
    assert top <= heading < top + 120
