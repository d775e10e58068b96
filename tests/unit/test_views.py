"""The linked views without a browser: the shared date, filters, twins, messages."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from pathlib import Path

import numpy as np
import pytest
import traitlets
from matplotlib.figure import Figure

import afkit
from afkit.facts import layout, tables
from afkit.facts.schema import Actor, Event, Point, SeriesMeta
from afkit.kit import load
from afkit.widgets.as_of import AsOf, as_of
from afkit.widgets.chart import Chart, chart
from afkit.widgets.network import Network, network
from afkit.widgets.sheets import STATIC
from afkit.widgets.store import facts, span
from afkit.widgets.timeline import Timeline, timeline

SOURCES = Path(__file__).resolve().parents[2] / "src" / "afkit" / "widgets" / "js"

pytestmark = pytest.mark.usefixtures("real_kit")


@pytest.fixture
def date() -> AsOf:
    """A date of its own for each test."""
    return AsOf("2021-08-19")


# ---- what is built


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_the_built_scripts_are_made_of_the_sources_that_are_there() -> None:
    built = json.loads((STATIC / "built.json").read_text(encoding="utf-8"))
    there = {
        path.relative_to(SOURCES).as_posix(): digest(path)
        for room in ("lib", "views")
        for path in (SOURCES / room).iterdir()
    }
    there |= {
        name: digest(SOURCES / name) for name in ("build.mjs", "package.json", "package-lock.json")
    }
    assert built["sources"] == there, "run 'npm ci && npm run build' in src/afkit/widgets/js"


def test_no_built_file_was_edited_by_hand() -> None:
    built = json.loads((STATIC / "built.json").read_text(encoding="utf-8"))
    there = {path.name: digest(path) for path in STATIC.iterdir() if path.name != "built.json"}
    assert built["made"] == there


def test_all_scripts_together_weigh_at_most_250_kilobytes() -> None:
    assert sum(path.stat().st_size for path in STATIC.glob("*.js")) <= 250_000


def test_licences_of_others_stand_beside_the_scripts() -> None:
    text = (STATIC / "LICENCES.txt").read_text(encoding="utf-8")
    lock = json.loads((SOURCES / "package-lock.json").read_text(encoding="utf-8"))
    for name in json.loads((SOURCES / "package.json").read_text())["dependencies"]:
        version = lock["packages"][f"node_modules/{name}"]["version"]
        assert f"{name} {version}" in text


# ---- the shared facts and the shared date


def test_facts_go_to_the_browser_once() -> None:
    assert facts() is facts()
    one, two = timeline(), network("")
    assert one.facts is two.facts
    assert one.as_of is two.as_of is as_of()


def test_facts_are_read_again_when_a_table_has_changed(small_kit: Path) -> None:
    before = facts(small_kit)
    path = small_kit / "data" / "events.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("She speaks", "She talks"))
    after = facts(small_kit)
    assert after is not before
    assert "She talks to a reporter." in {row["text"] for row in after.data["events"]}


def test_every_row_reaches_the_browser_with_its_sources() -> None:
    data = facts().data
    for name, record in (("events", Event), ("actors", Actor)):
        rows = {row.id: row for row in tables.records(record)}
        assert {row["id"] for row in data[name]} == set(rows)
        for row in data[name]:
            assert row["sources"] == list(rows[row["id"]].sources)
            assert all(each in data["references"] for each in row["sources"])


def test_times_in_words() -> None:
    edtf = afkit.dates.Edtf
    assert span(edtf("2001"), edtf("2004-04-12")) == "2001 to 12 April 2004"
    assert span(edtf("2015"), None) == "from 2015"
    assert span(None, edtf("2015")) == "until 2015"
    assert span(None, None) == "dates unknown"


@pytest.mark.parametrize("given", ["2021-08-06", "6 August 2021", "15 Asad 1400"])
def test_the_date_is_set_in_any_calendar(date: AsOf, given: str) -> None:
    date.date = given
    assert date.date == "2021-08-06"
    assert date.day == dt.date(2021, 8, 6)


@pytest.mark.parametrize(
    ("given", "said"),
    [("this Thursday", "this Thursday"), ("2021-08", "month"), ("1700-01-01", "reach from")],
)
def test_no_day_is_refused_in_words(date: AsOf, given: str, said: str) -> None:
    with pytest.raises(traitlets.TraitError, match=said):
        date.date = given
    assert date.date == "2021-08-19"


def test_the_date_begins_with_the_article(real_kit: Path) -> None:
    fresh = AsOf(root=real_kit)
    assert fresh.date == load(real_kit).published
    assert repr(fresh) == "<AsOf Thursday 19 August 2021 = 28 Asad 1400; later facts ghosted>"


# ---- timeline


def known(rows: tuple[Event, ...], day: dt.date) -> set[str]:
    return {
        row.id
        for row in rows
        if max(row.date.first or dt.date.min, row.known_from or dt.date.min) <= day
        and str(row.date.last or "9999") >= load().begins
    }


@pytest.mark.parametrize("day", ["1979-12-28", "2001-09-10", "2013-06-01", "2021-08-19"])
def test_the_timeline_shows_what_was_known_and_nothing_else(date: AsOf, day: str) -> None:
    date.date = day
    expected = known(tables.records(Event), date.day)
    assert set(timeline(as_of=date).table().index) == expected


def test_what_became_public_later_is_not_known_before(date: AsOf) -> None:
    late = next(row for row in tables.records(Event) if row.known_from and row.date.last)
    assert late.known_from
    date.date = str(late.known_from - dt.timedelta(days=1))
    assert late.id not in timeline(as_of=date).table().index
    date.date = str(late.known_from)
    assert late.id in timeline(as_of=date).table().index


def test_the_timeline_is_narrowed_by_window_theme_actor_and_words(date: AsOf) -> None:
    whole = timeline(as_of=date)
    some = timeline("2021-08-06", "2021-08-15", themes=["military"], as_of=date)
    assert 0 < len(some.table()) < len(whole.table())
    for row in some.table().itertuples():
        assert "military" in str(row.themes)
    massoud = timeline(actors=["Ahmad Shah Masood"], as_of=date)
    assert massoud.actors == ["ahmad-shah-massoud"]
    assert 0 < len(massoud.table()) < len(whole.table())
    persian = timeline(query="مسعود", as_of=date)
    assert set(persian.table().index) & set(massoud.table().index)


def test_the_timeline_says_what_is_wrong(date: AsOf) -> None:
    view = timeline(as_of=date)
    with pytest.raises(traitlets.TraitError, match="the themes are"):
        view.themes = ["milit"]
    with pytest.raises(traitlets.TraitError, match="close to it"):
        view.selected = view.table().index[0] + "x"
    with pytest.raises(traitlets.TraitError, match="afkit.actor"):
        view.actors = ["nobody"]
    with pytest.raises(traitlets.TraitError, match="start"):
        timeline("yesterday")
    with pytest.raises(LookupError):
        timeline(actors=["Nobody Whatsoever"])


def test_lanes_hold_every_event_that_has_one(date: AsOf) -> None:
    view = timeline("2021", as_of=date)
    shown = set(view.table().index)
    for lanes in ("theme", "none"):
        view.lanes = lanes
        rows = [row.id for _, rows in view._lanes(view._shown()) for row in rows]
        assert sorted(rows) == sorted(shown)
    view.lanes = "actor"
    assert len(view._lanes(view._shown())) == 8


# ---- network


def test_a_network_holds_only_ties_of_the_day(date: AsOf) -> None:
    date.date = "1999-06-01"
    then = network(as_of=date)
    assert "ahmad-shah-massoud" in then.graph()
    date.date = "2021-08-19"
    now = network(as_of=date)
    assert "ahmad-shah-massoud" not in now.graph(), "the dead hold no ties"
    assert "ahmad-massoud" in now.graph()


def test_only_the_neighbours(date: AsOf) -> None:
    view = network("Ahmad Massoud", ego=True, as_of=date)
    graph = view.graph()
    assert 1 < len(graph) < len(network(as_of=date).graph())
    assert set(graph) == {view.selected, *graph.neighbors(view.selected)}


def test_kinds_narrow_the_network(date: AsOf) -> None:
    view = network(kinds=["kin"], as_of=date)
    assert set(view.table()["kind"]) == {"kin"}
    with pytest.raises(traitlets.TraitError, match="the kinds are"):
        view.kinds = ["cousin"]
    with pytest.raises(traitlets.TraitError, match="no actor with ties"):
        view.target = "nobody"


def test_actors_keep_their_place_and_their_distance() -> None:
    places = layout.layout()
    assert {end for pair in layout.links() for end in pair} == set(places)
    assert all(0 <= x <= layout.WIDTH and 0 <= y <= layout.HEIGHT for x, y in places.values())
    spots = sorted(places.values())
    close = sum(
        (a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2 < (layout.APART * 0.8) ** 2
        for at, a in enumerate(spots)
        for b in spots[:at]
    )
    assert close <= len(spots) * 0.02


def test_places_are_kept_until_the_ties_change(small_kit: Path) -> None:
    path = small_kit / "data" / layout.FILE
    path.write_text(layout.text(small_kit), encoding="utf-8")
    moved = path.read_text(encoding="utf-8").replace("[", "[ ", 1)
    path.write_text(moved, encoding="utf-8")
    assert layout.text(small_kit) == moved
    ties = small_kit / "data" / "ties.csv"
    text = ties.read_text(encoding="utf-8")
    row = text.splitlines()[1].replace(
        "amina-kin-amin,amina-rahmani,amin-rahmani", "new,amin-rahmani,valley-council"
    )
    ties.write_text(f"{text}{row}\n", encoding="utf-8")
    assert layout.text(small_kit) != moved


# ---- chart


def test_a_chart_shows_numbers_once_their_time_is_over(date: AsOf) -> None:
    view = chart("opium-cultivation-unodc", as_of=date)
    points = [row for row in tables.records(Point) if row.series == "opium-cultivation-unodc"]
    expected = {row.id for row in points if row.date.last and row.date.last <= date.day}
    assert set(view.table().index) == expected
    assert "2021" not in set(view.table()["date"]), "the year was not over"


def test_a_number_is_not_on_the_chart_before_it_was_published() -> None:
    date = AsOf("1980-06-17")
    view = chart("soviet-troops", as_of=date)
    assert set(view.table().index) == {"soviet-troops-1980-02-21"}
    date.date = "1980-06-18"
    assert "soviet-troops-1980-01-05" in set(view.table().index)
    (early, *_) = view.data["series"][0]["points"]
    assert (early["to"], early["known"]) == ("1980-01-05", "1980-06-18")


def test_a_chart_has_one_unit_and_knows_its_series(date: AsOf) -> None:
    with pytest.raises(ValueError, match="one chart has one unit"):
        chart("opium-cultivation-unodc", "opium-production-unodc", as_of=date)
    with pytest.raises(ValueError, match="close to it"):
        chart("opium-cultivation", as_of=date)
    with pytest.raises(ValueError, match="1 to 6"):
        chart(as_of=date)
    view = chart("opium-cultivation-unodc", as_of=date)
    with pytest.raises(traitlets.TraitError, match="no event"):
        view.events = ["nothing"]


def test_every_series_of_the_country_can_be_charted(date: AsOf) -> None:
    date.date = date.last
    by_province = {row.series for row in tables.records(Point) if row.place}
    for meta in tables.records(SeriesMeta):
        if meta.id in by_province:
            with pytest.raises(ValueError, match=f'show it with afkit.map.series="{meta.id}"'):
                chart(meta.id, as_of=date)
            continue
        view = chart(meta.id, as_of=date)
        ended = [row for row in view._points[meta.id] if row.known <= date.day]
        assert len(view.table()) == len(ended) > 0
        assert meta.publisher in view.alt


# ---- twins


def views(date: AsOf) -> list[Timeline | Network | Chart]:
    return [
        timeline("2001", as_of=date),
        timeline("2021-08-01", "2021-08-19", lanes="actor", as_of=date),
        timeline("2021-08-01", "2021-08-05", themes=["drugs"], as_of=date),
        network("Ahmad Massoud", as_of=date),
        network(kinds=["kin"], as_of=date),
        chart("us-troops-at-date", as_of=date),
        chart("opium-cultivation-unodc", "opium-cultivation-us", as_of=date),
    ]


@pytest.mark.parametrize("number", range(7))
def test_every_view_has_a_figure_words_and_a_html_twin(date: AsOf, number: int) -> None:
    view = views(date)[number]
    figure = view.figure()
    assert isinstance(figure, Figure)
    assert date.date in figure.axes[0].get_title("left")
    assert date.date in view.alt
    picture = afkit.show(figure, alt=view.alt)
    assert picture.png == afkit.show(view.figure(), alt=view.alt).png, "same facts, same bytes"
    bundle, _ = view._repr_mimebundle_()
    assert bundle["text/plain"] == repr(view)
    assert "JavaScript" in bundle["text/html"]
    assert "0x" not in bundle["text/plain"], "no memory address in an output that is compared"
    titles = list(view.table()["title"]) if isinstance(view, Timeline) else []
    for title in titles[:5]:
        assert title.split("&")[0].split('"')[0] in bundle["text/html"]


def test_what_is_chosen_is_told_without_javascript_too(date: AsOf) -> None:
    for view, name, words in (
        (timeline("2001", as_of=date), "massoud-killed-2001", "Massoud"),
        (network(as_of=date), "ahmad-massoud", "Ahmad Massoud"),
        (afkit.map(as_of=date), "kabul", "Kabul"),
        (chart("us-deaths-sigar", as_of=date), "", "people"),
    ):
        assert "Chosen:" not in view._repr_mimebundle_()[0]["text/html"]
        view.selected = name or next(iter(view._ids()))
        line = view._repr_mimebundle_()[0]["text/html"].partition("Chosen: <strong>")[2]
        assert words in line.partition("</strong>")[0]


def test_the_dashboard_is_printed_on_one_page(date: AsOf) -> None:
    board = afkit.dashboard(as_of=date)
    figure = board.figure()
    assert len(figure.subfigs) == 3
    wide, high = figure.get_size_inches()
    assert (wide, high) <= (8.27, 11.69), "A4"
    for view in (board.map, board.timeline, board.network):
        assert view.alt in board.alt
    assert afkit.show(figure, alt=board.alt).png == afkit.show(board.figure(), alt=board.alt).png


def test_a_chart_that_does_not_begin_at_zero_says_so(date: AsOf) -> None:
    view = chart("us-deaths-dod-april-2021", "us-deaths-icasualties", as_of=date)
    assert view.figure().axes[0].get_ylim()[0] == 0
    view.zero = False
    figure = view.figure()
    assert figure.axes[0].get_ylim()[0] > 2000
    assert "does not begin at zero" in figure.get_supxlabel()


def test_ranges_of_numbers_that_follow_each_other_are_a_band(date: AsOf) -> None:
    view = chart("us-deaths-icasualties-by-year", as_of=date)
    (band,) = view.figure().axes[0].collections
    ranged = [row for row in view._shown(view.series[0]) if row.low is not None]
    assert np.shape(band.get_paths()[0].vertices)[0] < 4 * len(ranged), (
        "no band over years without range"
    )


def test_a_view_without_rows_says_so(date: AsOf) -> None:
    view = timeline("2021-08-01", "2021-08-05", query="no such words at all", as_of=date)
    assert view.table().empty
    assert isinstance(view.figure(), Figure)
    assert "0 events" in view.alt
