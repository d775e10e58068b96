"""The map in a real JupyterLab: by mouse, by keyboard alone, under the shared date, from Python."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import Locator

    from tests.browser.lab import Notebook

CLAIMS = re.compile("claims differ: .*National Resistance Front.*Taliban")
KEYS = "a b d d x v z c m y r 1 i i e k j ArrowDown ArrowUp ArrowRight End"
DATE, MAP, RESET, ASK, CHOOSE, UNKNOWN, NUMBERS, SERIES = range(8)
CELLS = [
    "import afkit\nd = afkit.as_of()\nd",
    "m = afkit.map()\nm",
    "d.date, d.later, m.selected = '2021-08-19', 'ghosted', ''",
    "print(d.date, m.selected or '-')",
    "m.selected = 'herat'",
    "try:\n    m.selected = 'heratt'\nexcept Exception as error:\n    print(error)",
    "v = afkit.map(values={'AF-KAB': 5, 'AF-HER': 3, 'AF-GHO': 1, 'AF-PAN': 2},\n"
    "              title='Made-up numbers', unit='people', source='nobody')\nv",
    "s = afkit.map(series='opium-cultivation-by-province')\ns",
]


@pytest.fixture(scope="module")
def shown(open_notebook: Callable[[str, Sequence[str]], Notebook]) -> Notebook:
    """A notebook with the shared date, a map, and cells that ask and tell it things."""
    notebook = open_notebook("map.ipynb", CELLS)
    for cell, root in ((DATE, ".afkit-as-of"), (MAP, ".afkit-map")):
        notebook.run(cell)
        notebook.page.wait_for_selector(root)
    return notebook


@pytest.fixture
def notebook(shown: Notebook) -> Notebook:
    """The notebook with the article's date, nothing chosen and the whole map in sight."""
    shown.run(RESET)
    within(shown, "button", "Whole map").click()
    expect(shown.page.locator(".afkit-clock")).to_contain_text("19 August 2021")
    expect(within(shown, "[aria-pressed='true']")).to_have_count(0)
    return shown


def within(notebook: Notebook, what: str, words: str = "") -> Locator:
    found = notebook.page.locator(f".afkit-map:not(:has(.afkit-headline)) {what}")
    return found.filter(has_text=words) if words else found


def item(notebook: Notebook, name: str) -> Locator:
    return within(notebook, f"[data-id='{name}']")


def go(notebook: Notebook, date: str) -> None:
    box = notebook.page.locator(".afkit-as-of input[type='text']")
    box.fill(date)
    box.press("Enter")


def said(notebook: Notebook) -> list[str]:
    return notebook.run(ASK).split()


def test_the_shared_date_moves_the_map(notebook: Notebook) -> None:
    expect(item(notebook, "herat")).to_have_class("afkit-place afkit-held afkit-look-1")
    go(notebook, "2021-08-07")
    expect(item(notebook, "herat")).to_have_class("afkit-place afkit-contested afkit-look-3")
    expect(item(notebook, "sheberghan")).to_have_class(
        "afkit-place afkit-contested afkit-look-1 afkit-fresh"
    )
    go(notebook, "2021-08-01")
    expect(item(notebook, "herat")).to_have_attribute(
        "aria-label",
        re.compile("^Herat, provincial capital; no row for this time, unknown; last known: held"),
    )
    expect(within(notebook, ".afkit-legend")).to_contain_text("no row for this time: unknown")


def test_the_change_buttons_walk_through_the_weeks(notebook: Notebook) -> None:
    go(notebook, "2021-08-05")
    days = []
    for _ in range(7):
        within(notebook, "button[aria-label='Next change']").click()
        notebook.page.wait_for_timeout(60)
        days.append(within(notebook, ".afkit-changes").inner_text().split(":")[0])
    assert days[0] == "6 August 2021"
    assert days[-1] == "13 August 2021"
    expect(within(notebook, ".afkit-changes")).to_contain_text("Qalat")
    assert said(notebook)[0] == "2021-08-13"
    within(notebook, "button[aria-label='Previous change']").click()
    expect(within(notebook, ".afkit-changes")).to_contain_text("12 August 2021")


def test_claims_of_one_date_stand_side_by_side(notebook: Notebook) -> None:
    go(notebook, "2021-09-06")
    expect(item(notebook, "panjshir-province")).to_have_attribute("aria-label", CLAIMS)
    expect(within(notebook, ".afkit-legend")).to_contain_text("claims of one date differ")
    expect(within(notebook, ".afkit-help")).to_contain_text("Deh Salah")


def test_a_click_chooses_and_python_knows(notebook: Notebook) -> None:
    item(notebook, "kunduz").click()
    expect(within(notebook, ".afkit-panel .afkit-title")).to_have_text("Kunduz")
    expect(within(notebook, ".afkit-panel")).to_contain_text("Who held it, by date")
    assert said(notebook)[1] == "kunduz"
    within(notebook, "button[aria-label='Close the card']").click()
    expect(within(notebook, ".afkit-panel")).to_contain_text("Choose a place")


def test_python_chooses_and_the_map_follows(notebook: Notebook) -> None:
    notebook.run(CHOOSE)
    expect(item(notebook, "herat")).to_have_attribute("aria-pressed", "true")
    expect(within(notebook, ".afkit-panel .afkit-title")).to_have_text("Herat")
    assert "there is no place on this map 'heratt'" in notebook.run(UNKNOWN)


def test_the_keyboard_alone_walks_chooses_and_leaves(notebook: Notebook) -> None:
    press = notebook.page.keyboard.press
    within(notebook, ".afkit-bar > button", "List").focus()
    press("Tab")
    press("Home")
    expect(within(notebook, "[data-id][tabindex='0']")).to_have_count(1)
    first = notebook.page.evaluate("document.activeElement.dataset.id")
    press("End")
    last = notebook.page.evaluate("document.activeElement.dataset.id")
    assert (first, last) == ("argo", "zaranj")
    press("ArrowRight")
    moved = notebook.page.evaluate("document.activeElement.dataset.id")
    assert moved != last
    press("Enter")
    expect(item(notebook, moved)).to_have_attribute("aria-pressed", "true")
    assert said(notebook)[1] == moved
    item(notebook, moved).focus()
    press("Escape")
    expect(item(notebook, moved)).to_have_attribute("aria-pressed", "false")


def test_a_place_is_found_by_any_name(notebook: Notebook) -> None:
    box = within(notebook, "input[type='text']")
    for words, name in (("Chaghcharan", "Feroz Koh"), ("قندهار", "Kandahar"), ("rukha", "Rukha")):
        box.fill(words)
        box.press("Enter")
        expect(within(notebook, ".afkit-panel .afkit-title")).to_have_text(name)
    box.fill("Atlantis")
    box.press("Enter")
    expect(within(notebook, "[role='alert']")).to_contain_text("No place on this map")
    box.fill("")
    box.press("Enter")


def test_zoom_by_buttons_keys_and_the_wheel_with_control(notebook: Notebook) -> None:
    land = within(notebook, ".afkit-drawing > g").first
    whole = str(land.get_attribute("transform"))
    item(notebook, "ghor-province").hover()
    notebook.page.mouse.wheel(0, -200)
    notebook.page.wait_for_timeout(100)
    assert land.get_attribute("transform") == whole
    notebook.page.keyboard.down("Control")
    notebook.page.mouse.wheel(0, -200)
    notebook.page.keyboard.up("Control")
    expect(land).not_to_have_attribute("transform", whole or "")
    within(notebook, "button", "Whole map").click()
    expect(land).to_have_attribute("transform", whole or "")
    within(notebook, "button[aria-label='Zoom in']").click()
    expect(land).not_to_have_attribute("transform", whole)
    assert _scale(str(land.get_attribute("transform"))) == pytest.approx(1.5 * _scale(whole))
    item(notebook, "ghor-province").focus()
    notebook.page.keyboard.press("0")
    expect(land).to_have_attribute("transform", whole)


def _scale(transform: str) -> float:
    found = re.search(r"scale\(([\d.]+)\)", transform)
    assert found
    return float(found[1])


def test_keys_pressed_in_the_map_stay_in_it(notebook: Notebook) -> None:
    before = notebook.cells, notebook.mode
    item(notebook, "ghor-province").focus()
    for key in KEYS.split():
        notebook.page.keyboard.press(key)
        assert (notebook.cells, notebook.mode) == before, f"'{key}' reached JupyterLab"


def test_numbers_of_provinces_are_drawn_with_their_values(notebook: Notebook) -> None:
    notebook.run(NUMBERS)
    numbers = notebook.page.locator(".afkit-map:has(.afkit-headline)")
    expect(numbers).to_contain_text("Made-up numbers (people)")
    expect(numbers).to_contain_text("Source: nobody")
    expect(numbers.locator("[data-id='kabul-province']")).to_have_attribute(
        "aria-label", "Kabul province; 5 people"
    )
    expect(numbers.locator(".afkit-legend")).to_contain_text("no number (30)")
    # Without a number is hatched, not merely white.
    hatched = numbers.locator(".afkit-hatches path[fill^='url']")
    expect(hatched).to_have_count(30)


def test_numbers_are_told_apart_in_forced_colours(notebook: Notebook) -> None:
    notebook.run(NUMBERS)
    notebook.page.emulate_media(forced_colors="active")
    numbers = notebook.page.locator(".afkit-map", has_text="Made-up numbers")
    fills = numbers.locator(".afkit-province path").evaluate_all(
        "(all) => [...new Set(all.map((each) => getComputedStyle(each).fill))]"
    )
    notebook.page.emulate_media(forced_colors="none")
    assert len(fills) == 5, "four classes and no number"


def test_a_series_follows_the_date(notebook: Notebook) -> None:
    notebook.run(SERIES)
    fields = notebook.page.locator(".afkit-map", has_text="Opium poppy cultivation by province")
    helmand = fields.locator("[data-id='helmand-province']")
    go(notebook, "2018-11-18")
    expect(fields.locator(".afkit-headline")).to_contain_text("(hectares), 2017")
    expect(helmand).to_have_attribute("aria-label", "Helmand province; 144,018 hectares, 2017")
    expect(helmand).to_have_class("afkit-province afkit-class-4")
    go(notebook, "2018-11-19")
    expect(fields.locator(".afkit-headline")).to_contain_text("(hectares), 2018")
    expect(fields.locator(".afkit-legend")).to_contain_text("10,000 or more (5)")
    expect(fields.locator(".afkit-help")).to_contain_text("Leaves out:")
    helmand.focus()
    notebook.page.keyboard.press("Enter")
    expect(fields.locator(".afkit-value")).to_contain_text("136,798 hectares, 2018. UNODC and NSIA")
    go(notebook, "2001-09-11")
    expect(fields.locator(".afkit-headline")).to_contain_text("no figure was known on")
    expect(helmand).to_have_attribute("aria-label", "Helmand province; no figure")
    expect(fields.locator(".afkit-legend")).to_contain_text("no figure (34)")
    assert notebook.violations(".afkit-map") == []


def test_the_name_of_the_chosen_place_stands_above_the_marks(notebook: Notebook) -> None:
    notebook.run(CHOOSE)
    order = within(notebook, "svg.afkit-drawing > g").evaluate_all(
        "(all) => all.map((each) => Boolean(each.querySelector('.afkit-place-name')))"
    )
    assert order[-1]
    assert sum(order) == 1


@pytest.mark.parametrize("theme", ["JupyterLab Light", "JupyterLab Dark"])
def test_axe_finds_nothing_wrong(notebook: Notebook, theme: str) -> None:
    notebook.run(CHOOSE)
    notebook.theme(theme)
    found = notebook.violations(".afkit-map")
    notebook.theme("JupyterLab Light")
    assert found == []


def test_the_map_as_a_list(notebook: Notebook) -> None:
    go(notebook, "2021-08-19")
    toggle = within(notebook, ".afkit-bar > button", "List")
    toggle.focus()
    notebook.page.keyboard.press("Enter")
    kabul = within(notebook, ".afkit-listing li").filter(has_text="Kabul provincial capital")
    expect(kabul.first).to_contain_text("held")
    kabul.first.locator("button").click()
    expect(within(notebook, ".afkit-panel h3")).to_have_text("Kabul")
    toggle.click()
    expect(within(notebook, "svg.afkit-drawing")).to_be_visible()
