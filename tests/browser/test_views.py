"""Timeline, network and chart under one date in a real JupyterLab."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import Locator

    from tests.browser.lab import Notebook

DATE, TIMELINE, NETWORK, CHART, RESET = range(5)
ASK, CHOOSE, FILTER, EGO, HIDE, DEATHS, WEEKS = range(5, 12)
ROOTS = {
    "as_of": ".afkit-as-of",
    "timeline": ".afkit-timeline",
    "network": ".afkit-network",
    "chart": ".afkit-chart",
}
CELLS = [
    "import afkit\nd = afkit.as_of()\nd",
    "tl = afkit.timeline('1973')\ntl",
    "net = afkit.network()\nnet",
    "ch = afkit.chart('opium-cultivation-unodc', 'opium-cultivation-us')\nch",
    "d.date, d.later, d.calendar = '2021-08-19', 'ghosted', 'gregorian'\n"
    "tl.selected = net.selected = net.target = ch.selected = tl.query = ''\n"
    "tl.themes, tl.lanes, tl.listed = [], 'theme', False\n"
    "tl.start, tl.end = '1973-01-01', '2022-01-01'\n"
    "net.ego = ch.numbers = False\nch.zero, ch.events = True, []",
    "print(d.date, d.later, tl.selected or '-', net.selected or '-', ch.selected or '-')\n"
    "print(tl.start, tl.end)",
    "tl.selected = 'massoud-killed-2001'\nnet.selected = 'ahmad-massoud'\n"
    "ch.selected = 'opium-cultivation-unodc-2001'",
    "tl.query = 'مسعود'",
    "net.selected, net.ego = 'ahmad-massoud', True",
    "d.later = 'hidden'",
    "us = afkit.chart('us-deaths-dod-april-2021', 'us-deaths-icasualties',\n"
    "                 events=['kabul-falls-2021', 'isaf-ends-2014', 'doha-agreement-2020'])\nus",
    "tl.start, tl.end = '2021-08-01', '2021-08-31'",
]


@pytest.fixture(scope="module")
def shown(open_notebook: Callable[[str, Sequence[str]], Notebook]) -> Notebook:
    """One notebook with every view, linked by the notebook's shared date."""
    notebook = open_notebook("views.ipynb", CELLS)
    for cell, root in zip((DATE, TIMELINE, NETWORK, CHART), ROOTS.values(), strict=True):
        notebook.run(cell)
        notebook.page.wait_for_selector(root)
    return notebook


@pytest.fixture
def notebook(shown: Notebook) -> Notebook:
    """The notebook with the article's date and nothing chosen."""
    shown.run(RESET)
    expect(clock(shown)).to_contain_text("Thursday 19 August 2021")
    return shown


def clock(notebook: Notebook) -> Locator:
    return notebook.page.locator(".afkit-clock")


def within(notebook: Notebook, view: str, what: str) -> Locator:
    return notebook.page.locator(f"{ROOTS[view]} {what}")


def said(notebook: Notebook) -> list[str]:
    """Date, choice about later facts, and what is chosen in each view, as Python knows them."""
    return notebook.run(ASK).split()


# ---- one date moves everything


def test_a_typed_date_moves_every_view(notebook: Notebook) -> None:
    before = within(notebook, "network", ".afkit-summary").inner_text()
    box = within(notebook, "as_of", "input[type='text']")
    box.fill("15 Asad 1400")
    box.press("Enter")
    expect(clock(notebook)).to_contain_text("Friday 6 August 2021 = 15 Asad 1400")
    expect(within(notebook, "network", ".afkit-summary")).not_to_have_text(before)
    assert said(notebook)[0] == "2021-08-06"


def test_a_wrong_date_is_refused_in_words(notebook: Notebook) -> None:
    box = within(notebook, "as_of", "input[type='text']")
    box.fill("last week")
    box.press("Enter")
    expect(within(notebook, "as_of", "[role='alert']")).to_contain_text(
        "Not a date that I can read"
    )
    expect(clock(notebook)).to_contain_text("19 August 2021")
    box.fill("1 January 1900")
    box.press("Enter")
    expect(within(notebook, "as_of", "[role='alert']")).to_contain_text("The facts reach from")
    box.fill("")
    box.press("Enter")


def test_steps_and_the_way_back_to_the_article(notebook: Notebook) -> None:
    notebook.page.get_by_role("button", name="Next event").click()
    expect(clock(notebook)).not_to_contain_text("19 August 2021")
    notebook.page.get_by_role("button", name="Previous event").click()
    expect(clock(notebook)).to_contain_text("19 August 2021")
    within(notebook, "as_of", "input[type='range']").focus()
    notebook.page.keyboard.press("PageDown")
    expect(clock(notebook)).to_contain_text("20 July 2021")
    notebook.page.keyboard.press("ArrowLeft")
    expect(clock(notebook)).to_contain_text("19 July 2021")
    notebook.page.get_by_role("button", name="The article, 19 August 2021").click()
    expect(clock(notebook)).to_contain_text("19 August 2021")


def test_play_goes_on_and_stops(notebook: Notebook) -> None:
    notebook.page.get_by_role("button", name="Play").click()
    expect(clock(notebook)).not_to_contain_text("19 August 2021", timeout=4000)
    notebook.page.get_by_role("button", name="Pause").click()
    stopped = clock(notebook).inner_text()
    notebook.page.wait_for_timeout(1500)
    assert clock(notebook).inner_text() == stopped


def test_the_views_follow_within_the_frame_and_ask_no_kernel(notebook: Notebook) -> None:
    # In one task of the page: the slider moves, one frame passes, every view has followed.
    moved = notebook.page.evaluate(
        """async () => {
          const slider = document.querySelector('.afkit-track input');
          const told = ['.afkit-clock', '.afkit-network .afkit-summary', '.afkit-chart .afkit-now'];
          const states = () => told.map((each) => document.querySelector(each)?.outerHTML);
          const before = states();
          slider.value = Number(slider.value) - 2000;
          slider.dispatchEvent(new Event('input'));
          await new Promise((done) => requestAnimationFrame(() => setTimeout(done, 0)));
          return states().map((each, at) => each !== before[at]);
        }"""
    )
    assert moved == [True, True, True]


def test_a_date_runs_ahead_of_the_kernel_and_never_back(notebook: Notebook) -> None:
    # The kernel answers to dates that the slider has left long ago.
    shown = notebook.page.evaluate(
        """async () => {
          const slider = document.querySelector('.afkit-track input');
          const said = [];
          for (let step = 0; step < 40; step += 1) {
            slider.value = Number(slider.value) - 1;
            slider.dispatchEvent(new Event('input'));
            await new Promise((done) => setTimeout(done, 7));
            said.push(Number(slider.value));
          }
          await new Promise((done) => setTimeout(done, 500));
          return [...said, Number(slider.value)];
        }"""
    )
    assert shown == sorted(shown, reverse=True)
    expect(clock(notebook)).to_contain_text("10 July 2021")
    assert said(notebook)[0] == "2021-07-10"


def test_a_page_has_each_style_sheet_once(notebook: Notebook) -> None:
    count = "() => [...document.querySelectorAll('head style')].filter(each => "
    shared = f"{count}each.textContent.includes('.afkit-view,.afkit-dashboard')).length"
    mine = f"{count}each.textContent.includes('.afkit-timeline')).length"
    notebook.run(TIMELINE)
    notebook.page.wait_for_selector(ROOTS["timeline"])
    assert notebook.page.evaluate(shared) == 1
    assert notebook.page.evaluate(mine) == 1


def test_what_is_later_is_pale_or_hidden(notebook: Notebook) -> None:
    notebook.page.get_by_role("button", name="Previous event").click()
    pale = within(notebook, "chart", ".afkit-point.afkit-after[visibility='visible']")
    events = within(notebook, "timeline", ".afkit-event.afkit-after")
    expect(pale).not_to_have_count(0)
    expect(events).not_to_have_count(0)
    notebook.run(HIDE)
    expect(pale).to_have_count(0)
    expect(events).to_have_count(0)


# ---- timeline


def test_the_timeline_by_keyboard_alone(notebook: Notebook) -> None:
    press = notebook.page.keyboard.press
    within(notebook, "timeline", ".afkit-event[tabindex='0']").focus()
    press("Home")
    expect(within(notebook, "timeline", ".afkit-event:focus")).to_have_count(1)
    within(notebook, "timeline", ".afkit-event:not(:has(.afkit-many))").first.focus()
    press("Enter")
    expect(within(notebook, "timeline", ".afkit-panel h3")).to_be_visible()
    chosen = said(notebook)[2]
    assert chosen != "-"
    within(notebook, "timeline", ".afkit-event[tabindex='0']").focus()
    for key in ("ArrowRight", "ArrowDown", "ArrowUp", "End"):
        press(key)
    expect(within(notebook, "timeline", ".afkit-event:focus")).to_have_count(1)
    before = notebook.run(ASK).splitlines()[1]
    within(notebook, "timeline", ".afkit-event[tabindex='0']").focus()
    press("+")
    press("+")
    notebook.page.wait_for_timeout(300)
    assert notebook.run(ASK).splitlines()[1] != before


def test_the_timeline_by_mouse(notebook: Notebook) -> None:
    many = within(notebook, "timeline", ".afkit-event:has(.afkit-many)")
    first = many.first
    label = first.get_attribute("aria-label") or ""
    assert "Press to zoom in" in label
    window = notebook.run(ASK).splitlines()[1]
    first.locator("rect").click()
    notebook.page.wait_for_timeout(300)
    assert notebook.run(ASK).splitlines()[1] != window
    notebook.page.get_by_role("button", name="All years").click()
    notebook.page.wait_for_timeout(300)
    box = within(notebook, "timeline", "svg").first.bounding_box()
    assert box
    notebook.page.mouse.move(box["x"] + box["width"] * 0.7, box["y"] + 60)
    notebook.page.keyboard.down("Control")
    notebook.page.mouse.wheel(0, -600)
    notebook.page.keyboard.up("Control")
    notebook.page.wait_for_timeout(300)
    zoomed = notebook.run(ASK).splitlines()[1].split()
    assert int(zoomed[1][:4]) - int(zoomed[0][:4]) < 49


def test_python_chooses_an_event_and_its_card_names_sources(notebook: Notebook) -> None:
    notebook.run(CHOOSE)
    card = within(notebook, "timeline", ".afkit-panel")
    expect(card.locator("h3")).to_contain_text("Massoud")
    expect(card).to_contain_text("18 Sunbula 1380")
    expect(card.locator(".afkit-sources a").first).to_have_attribute("rel", "noopener noreferrer")
    card.get_by_role("button", name="Set the as-of date to this event").click()
    expect(clock(notebook)).to_contain_text("2001")
    before = card.locator("h3").inner_text()
    card.locator(".afkit-lead").first.click()
    expect(card.locator("h3")).not_to_have_text(before)
    expect(card.locator("h3")).not_to_be_empty()


def test_words_in_native_script_find_events(notebook: Notebook) -> None:
    notebook.run(FILTER)
    expect(within(notebook, "timeline", ".afkit-count")).to_contain_text(" of ")
    within(notebook, "timeline", "input[type='search']").fill("")
    expect(within(notebook, "timeline", ".afkit-count")).not_to_contain_text(" of ")


def test_the_timeline_as_a_list(notebook: Notebook) -> None:
    button = within(
        notebook,
        "timeline",
        "button[aria-pressed]",
    ).filter(has_text="List")
    button.click()
    items = within(notebook, "timeline", ".afkit-listing li")
    expect(items).not_to_have_count(0)
    items.first.locator("button").click()
    expect(within(notebook, "timeline", ".afkit-panel h3")).to_be_visible()
    button.click()
    expect(within(notebook, "timeline", "svg").first).to_be_visible()


def test_marks_of_a_lane_do_not_cover_each_other(notebook: Notebook) -> None:
    notebook.page.get_by_role("button", name="All years").click()
    boxes = within(notebook, "timeline", ".afkit-many").evaluate_all(
        "(all) => all.map((each) => each.getBoundingClientRect())"
        ".map(({ left, right, top }) => [Math.round(top), left, right])"
    )
    covered = [
        (mark, other)
        for mark in boxes
        for other in boxes
        if mark[0] == other[0] and mark[1] < other[1] < mark[2]
    ]
    assert len(boxes) > 30
    assert covered == []


def test_what_of_a_mark_is_later_is_its_empty_part(notebook: Notebook) -> None:
    part = within(notebook, "timeline", ".afkit-event:has(.afkit-part)")
    expect(part).not_to_have_count(0)
    expect(part.first).to_have_attribute("aria-label", re.compile("of them later than the date"))
    notebook.run(HIDE)
    expect(part).to_have_count(0)


def test_names_of_lanes_stay_inside(notebook: Notebook) -> None:
    within(notebook, "timeline", "select").first.select_option("actor")
    edge = within(notebook, "timeline", ".afkit-frame").bounding_box()
    names = within(notebook, "timeline", ".afkit-lane-name").all()
    lefts = [box["x"] for box in (each.bounding_box() for each in names) if box]
    assert edge
    assert len(lefts) == 8
    assert min(lefts) > edge["x"]


def test_a_span_that_began_before_the_window_is_named_at_its_edge(notebook: Notebook) -> None:
    label = within(notebook, "timeline", ".afkit-event:has(.afkit-span) .afkit-label")
    expect(label).to_have_count(0)
    notebook.run(WEEKS)
    frame = within(notebook, "timeline", ".afkit-frame").bounding_box()
    box = label.first.bounding_box()
    assert frame
    assert box
    assert box["x"] > frame["x"] + 100


# ---- network


def test_the_network_by_mouse(notebook: Notebook) -> None:
    actor = within(notebook, "network", ".afkit-actor[data-id='joe-biden']")
    actor.click()
    expect(within(notebook, "network", ".afkit-panel h3")).to_have_text("Joe Biden")
    assert said(notebook)[3] == "joe-biden"
    actor.click()
    expect(within(notebook, "network", ".afkit-panel")).to_contain_text("Choose an actor")


def test_names_stand_above_the_marks(notebook: Notebook) -> None:
    order = within(notebook, "network", "svg.afkit-drawing > g").evaluate_all(
        "(all) => all.map((each) => Boolean(each.querySelector('.afkit-actor-name')))"
    )
    assert order == [False, False, True]


def test_the_network_by_keyboard_alone(notebook: Notebook) -> None:
    press = notebook.page.keyboard.press
    within(notebook, "network", ".afkit-actor[tabindex='0']").focus()
    start = within(notebook, "network", ".afkit-actor:focus").get_attribute("data-id")
    for key in ("ArrowRight", "ArrowDown", "ArrowLeft", "ArrowUp", "ArrowRight"):
        press(key)
    here = within(notebook, "network", ".afkit-actor:focus").get_attribute("data-id")
    assert here != start
    press("Enter")
    expect(within(notebook, "network", ".afkit-panel h3")).to_be_visible()
    assert said(notebook)[3] == here


def test_an_actor_is_found_by_any_name_and_a_path_is_told(notebook: Notebook) -> None:
    find, target = within(notebook, "network", "input[list]").all()
    find.fill("احمد مسعود")
    find.press("Enter")
    expect(within(notebook, "network", ".afkit-panel h3")).to_have_text("Ahmad Massoud")
    bdi = within(notebook, "network", ".afkit-panel .afkit-native bdi").first
    expect(bdi).to_have_attribute("dir", "rtl")
    target.fill("Pakistan")
    target.press("Enter")
    expect(within(notebook, "network", ".afkit-summary")).to_contain_text("Path: Ahmad Massoud")
    expect(within(notebook, "network", ".afkit-tie.afkit-way")).not_to_have_count(0)
    find.fill("")
    target.fill("")
    target.press("Enter")


def test_people_stay_where_they_are_when_the_date_moves(notebook: Notebook) -> None:
    where = "(all) => all.map((each) => [each.dataset.id, each.getAttribute('points')])"
    actors = within(notebook, "network", ".afkit-actor[points]")
    before = dict(actors.evaluate_all(where))
    assert len(before) > 100
    within(notebook, "as_of", "input[type='range']").focus()
    for _ in range(12):
        notebook.page.keyboard.press("PageDown")
    expect(clock(notebook)).to_contain_text("24 August 2020")
    assert before.items() <= dict(actors.evaluate_all(where)).items()


def test_only_the_neighbours_are_left(notebook: Notebook) -> None:
    there = within(notebook, "network", ".afkit-actor[visibility='visible']")
    everybody = there.count()
    notebook.run(EGO)
    expect(there).not_to_have_count(everybody)
    assert 1 < there.count() < everybody / 3
    expect(within(notebook, "network", ".afkit-summary")).to_contain_text(
        f"{there.count() - 1} neighbours"
    )
    # They are looked at closely: from one to the other they fill the drawing.
    boxes = [box for box in (each.bounding_box() for each in there.all()) if box]
    frame = within(notebook, "network", ".afkit-frame").bounding_box()
    assert frame
    wide = max(box["x"] for box in boxes) - min(box["x"] for box in boxes)
    high = max(box["y"] for box in boxes) - min(box["y"] for box in boxes)
    assert max(wide / frame["width"], high / frame["height"]) > 0.5


def test_names_in_another_script(notebook: Notebook) -> None:
    rtl = within(notebook, "network", ".afkit-actor-name[direction='rtl'][visibility='visible']")
    expect(rtl).to_have_count(0)
    within(notebook, "network", "select").select_option("fa")
    expect(rtl).not_to_have_count(0)
    within(notebook, "network", "select").select_option("latin")


# ---- chart


def test_the_chart_by_keyboard_and_as_numbers(notebook: Notebook) -> None:
    press = notebook.page.keyboard.press
    within(notebook, "chart", ".afkit-point[tabindex='0']").focus()
    press("Home")
    press("ArrowRight")
    press("Enter")
    expect(within(notebook, "chart", ".afkit-panel h3")).to_contain_text("hectares")
    assert said(notebook)[4].startswith("opium-cultivation-unodc")
    press("ArrowDown")
    press("Enter")
    expect(within(notebook, "chart", ".afkit-meanings dt")).to_have_count(2)
    within(notebook, "chart", "button").filter(has_text="Numbers").click()
    expect(within(notebook, "chart", ".afkit-numbers tbody tr")).not_to_have_count(0)


def test_the_chart_by_mouse(notebook: Notebook) -> None:
    within(notebook, "chart", ".afkit-point").nth(3).click()
    expect(within(notebook, "chart", ".afkit-panel h3")).to_contain_text("hectares")
    assert said(notebook)[4].startswith("opium-cultivation-unodc")
    within(notebook, "chart", "[aria-label='Close the card']").click()
    assert said(notebook)[4] == "-"


def test_definitions_stand_side_by_side_with_their_numbers(notebook: Notebook) -> None:
    notebook.run(DEATHS)
    chart = notebook.page.locator(".afkit-chart").last
    expect(chart.locator(".afkit-newest")).to_have_text(
        ["2,442 (30 April 2021)", "2,127 (2 October 2012)"]
    )
    expect(chart.locator(".afkit-cut")).to_be_empty()
    chart.get_by_role("button", name="Axis from zero").focus()
    notebook.page.keyboard.press("Enter")
    expect(chart.locator(".afkit-cut")).to_contain_text("not at zero")
    chart.locator(".afkit-marked button").first.focus()
    notebook.page.keyboard.press("Enter")
    expect(chart.locator(".afkit-panel h3")).to_contain_text("Kabul")
    expect(chart.locator(".afkit-marked")).to_contain_text("outside the years drawn")
    names = chart.locator(".afkit-event-name").all()
    tops = [box["y"] for box in (each.bounding_box() for each in names) if box]
    assert len(set(tops)) == len(tops) == 2


# ---- all


def test_keys_pressed_in_the_views_stay_in_them(notebook: Notebook) -> None:
    before = notebook.cells, notebook.mode
    stops = (
        ".afkit-event[tabindex='0']",
        ".afkit-actor[tabindex='0']",
        ".afkit-point[tabindex='0']",
    )
    for place in (*stops, ".afkit-track input", ".afkit-timeline button"):
        notebook.page.locator(place).first.focus()
        for key in [*"abddxvcmyr1iilekj", "ArrowDown", "ArrowRight", "End"]:
            notebook.page.keyboard.press(key)
        assert (notebook.cells, notebook.mode) == before, f"a key in {place} reached JupyterLab"


def test_what_was_chosen_outlives_a_reload(notebook: Notebook) -> None:
    notebook.run(CHOOSE)
    within(notebook, "as_of", "input[type='range']").focus()
    notebook.page.keyboard.press("PageDown")
    expect(clock(notebook)).to_contain_text("20 July 2021")
    notebook.page.evaluate("() => window.jupyterapp.commands.execute('docmanager:save')")
    notebook.page.wait_for_timeout(500)
    notebook.page.reload()
    notebook.page.wait_for_selector(ROOTS["chart"], timeout=30_000)
    expect(clock(notebook)).to_contain_text("20 July 2021")
    expect(within(notebook, "network", ".afkit-panel h3")).to_have_text("Ahmad Massoud")
    notebook.wait_idle()


@pytest.mark.parametrize("theme", ["JupyterLab Light", "JupyterLab Dark"])
@pytest.mark.parametrize("view", list(ROOTS))
def test_axe_finds_nothing_wrong(notebook: Notebook, view: str, theme: str) -> None:
    notebook.run(CHOOSE)
    notebook.theme(theme)
    found = notebook.violations(ROOTS[view])
    notebook.theme("JupyterLab Light")
    assert found == []


def test_the_network_as_a_list(notebook: Notebook) -> None:
    toggle = within(notebook, "network", ".afkit-bar > button").filter(has_text="List")
    toggle.focus()
    notebook.page.keyboard.press("Enter")
    rows = within(notebook, "network", ".afkit-listing li")
    summary = within(notebook, "network", ".afkit-summary").inner_text()
    assert rows.count() == int(summary.split(" ties")[0].split()[-1])
    expect(within(notebook, "network", "svg.afkit-drawing")).to_be_hidden()
    rows.filter(has_text="Ahmad Massoud").first.locator("button").click()
    assert said(notebook)[3] != "-"
    toggle.click()
    expect(within(notebook, "network", "svg.afkit-drawing")).to_be_visible()
