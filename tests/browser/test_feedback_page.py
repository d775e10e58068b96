"""A student's feedback page in a browser: axe in both schemes, a narrow screen, nothing loaded."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe

from afkit.grading.feedback import Item, Level, Page, write

if TYPE_CHECKING:
    from playwright.sync_api import Browser

TABLE = (
    "<table><thead><tr><th></th><th>name</th></tr></thead><tbody><tr><th>0</th><td>Ali</td></tr>"
)
CELLS = (
    {"cell_type": "markdown", "id": "a", "source": "# Exercise\n\nA [link](https://example.org)."},
    {
        "cell_type": "code",
        "id": "b",
        "source": "table",
        "outputs": [
            {"output_type": "execute_result", "data": {"text/html": f"{TABLE}</tbody></table>"}},
            {"output_type": "stream", "text": "a long line " * 40},
        ],
    },
    {"cell_type": "code", "id": "q1-check", "source": "", "outputs": []},
)
ITEMS = (
    Item("q1", "right", 1, 1, "Well read."),
    Item("q2", "partly", 1, 2, "The year is right.", ("Look again.",)),
    Item("q3", "not yet", 0, 1),
    Item("q4", "waiting", None, 4, rubric=(Level("Evidence", "two sources", 2, "Both fit."),)),
)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_page_is_one_for_everybody(browser: Browser, tmp_path: Path, scheme: str) -> None:
    page = Page(
        "علی",
        "01",
        "One",
        ITEMS,
        CELLS,
        {"q1-check": "q1"},
        repaired=("Put back.",),
        notes=("Stopped.",),
        distribution=(1, 2, 3, 4, 5),
        course="A kit",
    )
    path = write(page, tmp_path)
    # axe is a script, and the page's own policy allows none.
    context = browser.new_context(color_scheme=scheme, bypass_csp=True)  # type: ignore[arg-type]
    tab = context.new_page()
    asked: list[str] = []
    tab.on("request", lambda request: asked.append(request.url))
    tab.goto(path.as_uri())
    found = Axe().run(tab).response["violations"]
    assert [(each["id"], each["nodes"][0]["html"]) for each in found] == []
    tab.set_viewport_size({"width": 320, "height": 600})
    assert tab.evaluate("document.documentElement.scrollWidth") == 320, "WCAG 2.2, 1.4.10"
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.textContent") == "Skip to your questions"
    assert asked == [path.as_uri()]
    context.close()


def test_the_policy_of_a_page_stops_scripts(browser: Browser, tmp_path: Path) -> None:
    path = write(Page("ali", "01", "One", ITEMS), tmp_path)
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("</main>", "<script>document.title = 'ran'</script></main>"))
    context = browser.new_context()
    tab = context.new_page()
    tab.goto(path.as_uri())
    assert tab.title() == "Unit 01: One · ali"
    context.close()
