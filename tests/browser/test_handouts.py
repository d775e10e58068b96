"""A hand-out in a browser: no request, no fault for a screen reader, in light and in dark."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.lab import AXE_RULES, DESKTOP, REPOSITORY

if TYPE_CHECKING:
    from playwright.sync_api import Browser

PAGES = (
    "lesson-00-start-here", "lesson-01-who-is-speaking", "reading-article",
    "reading-01-who-was-in-the-panjshir-valley",
)  # fmt: skip


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_a_hand_out_is_readable_and_asks_for_nothing(
    browser: Browser, name: str, scheme: Any
) -> None:
    page = browser.new_page(viewport=DESKTOP, color_scheme=scheme)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    path = REPOSITORY / "handouts" / f"{name}.html"
    page.goto(path.as_uri())
    found = Axe().run(page, options={"runOnly": [*AXE_RULES]}).response
    assert [(rule["id"], rule["nodes"][0]["html"][:200]) for rule in found["violations"]] == []
    assert "color-contrast" in {rule["id"] for rule in found["passes"]}
    outside = [each for each in asked if not each.startswith(("file:", "data:"))]
    assert outside == []
    wide = page.evaluate("() => document.documentElement.scrollWidth > window.innerWidth")
    assert not wide
    page.close()
