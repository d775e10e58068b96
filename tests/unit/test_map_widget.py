"""The map without a browser: who held what by date, numbers, twins, messages."""

from __future__ import annotations

from pathlib import Path

import pytest
import traitlets
from matplotlib.figure import Figure

from afkit.facts import tables
from afkit.facts.schema import Control, Place
from afkit.widgets.as_of import AsOf
from afkit.widgets.map import MapView, map_view

pytestmark = pytest.mark.usefixtures("real_kit")

NUMBERS = {"AF-KAB": 5.0, "AF-HER": 3, "ghor-province": 1, "AF-PAN": 2}


def view(day: str, selected: str = "") -> MapView:
    """A map with a date of its own."""
    return map_view(selected, as_of=AsOf(day))


def of_numbers() -> MapView:
    return map_view(
        values=NUMBERS,
        title="Made up",
        unit="people",
        source="Nobody",
        as_of=AsOf("2021-08-19"),
    )


@pytest.mark.parametrize("day", ["2001-11-20", "2021-08-06", "2021-08-12", "2021-08-15"])
def test_the_newest_rows_not_after_the_date_decide(day: str) -> None:
    table = view(day).table()
    rows = tables.records(Control)
    past = [row for row in rows if str(row.date.first) <= day]
    newest = {
        row.place: max(str(each.date.first) for each in past if each.place == row.place)
        for row in past
    }
    expected = {row.id for row in past if str(row.date.first) == newest[row.place]}
    known = table[table["status"] != "unknown"]
    assert set(known.index) == expected
    assert set(table.index) - expected == {row.place for row in rows} - set(newest)


def test_every_province_has_an_outline() -> None:
    drawn = {each["properties"]["iso"] for each in view("2021-08-19").geometry.data["features"]}
    assert drawn == {row.iso for row in tables.records(Place) if row.kind == "province"}


def test_two_maps_share_their_outlines() -> None:
    assert view("2021-08-19").geometry is view("2001-09-11").geometry


def test_a_capital_changes_hands_with_the_date() -> None:
    shown = view("2021-08-07")
    place = shown.table().set_index("place")
    assert (place.loc["Herat", "controller"], place.loc["Herat", "status"]) == (
        "Islamic Republic of Afghanistan",
        "contested",
    )
    shown.as_of.date = "2021-08-13"
    place = shown.table().set_index("place")
    assert (place.loc["Herat", "controller"], place.loc["Herat", "status"]) == ("Taliban", "held")
    assert place.loc["Herat", "since"] == "12 August 2021 to 13 August 2021"
    assert place.loc["Herat", "province"] == "Herat"
    assert place.loc["Herat", "sources"]


def test_claims_of_one_date_stand_side_by_side() -> None:
    shown = view("2021-09-06")
    claims = shown.table().query("place == 'Panjshir'")
    assert set(claims["controller"]) == {"Taliban", "National Resistance Front"}
    assert "claims differ: 1" in repr(shown)
    assert "Claims differ on Panjshir (National Resistance Front contested; Taliban" in shown.alt


def test_before_its_first_row_a_place_is_unknown() -> None:
    shown = view("1990-01-01")
    assert set(shown.table()["status"]) == {"unknown"}
    assert "no row for this time" in repr(shown)
    assert isinstance(shown.figure(), Figure)


def test_a_row_speaks_for_a_year_at_most() -> None:
    shown = view("2001-11-13")
    place = shown.table().set_index("place")
    assert place.loc["Herat", "controller"] == "United Front"
    for day in ("2005-01-01", "2021-08-01"):
        shown.as_of.date = day
        place = shown.table().set_index("place")
        assert place.loc["Herat", "status"] == "unknown", f"nobody says who held it on {day}"


@pytest.mark.parametrize("day", ["2021-08-12", "2021-09-06"])
def test_the_figure_names_its_date_and_credit(day: str) -> None:
    shown = view(day)
    fig = shown.figure()
    assert fig.axes[0].get_title(loc="left").startswith("Control as of ")
    assert "Province outlines: Natural Earth, public domain, simplified" in fig.get_supxlabel()
    assert "does not by that hold the whole province" in fig.get_supxlabel()
    legend = fig.axes[0].get_legend()
    assert legend is not None
    assert any(each.get_text().startswith("Taliban: held") for each in legend.get_texts())


def test_numbers_take_codes_and_ids() -> None:
    shown = of_numbers()
    assert shown.values == {
        "kabul-province": 5.0, "herat-province": 3.0, "ghor-province": 1.0, "panjshir-province": 2.0
    }  # fmt: skip
    table = shown.table()
    assert list(table["province"]) == ["Kabul", "Herat", "Panjshir", "Ghor"]
    assert list(table["class"]) == [4, 3, 2, 1]
    assert "Highest: Kabul 5" in shown.alt
    assert isinstance(shown.figure(), Figure)
    assert "<td>Kabul</td>" in shown.html()


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"AF-KBL": 1}, "no province 'AF-KBL'.*AF-KA"),
        ({"AF-KAB": "many"}, "'many' of 'AF-KAB' is no number"),
        ({"AF-KAB": float("nan")}, "leave out provinces without one"),
        ({"AF-KAB": 1, "kabul-province": 2}, "a second time"),
    ],
)
def test_wrong_numbers_are_told_in_words(values: dict[str, float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        map_view(values=values, title="t", source="s")


def test_numbers_without_a_source_are_refused() -> None:
    with pytest.raises(ValueError, match="title= and source="):
        map_view(values={"AF-KAB": 1})


def of_opium(day: str) -> MapView:
    return map_view(series="opium-cultivation-by-province", as_of=AsOf(day))


def test_a_series_shows_the_newest_time_that_was_known() -> None:
    shown = of_opium("2018-11-18")
    assert set(shown.table()["date"]) == {"2017"}, "the survey of 2018 came out a day later"
    assert shown.table().loc["helmand-province", "value"] == 144018
    shown.as_of.date = "2018-11-19"
    assert set(shown.table()["date"]) == {"2018"}
    assert shown.table().loc["helmand-province", "value"] == 136798
    assert "Opium poppy cultivation by province (UN), 2018: 34 provinces" in repr(shown)


def test_a_class_of_a_series_means_the_same_at_all_times() -> None:
    shown = of_opium("2011-01-01")
    first = shown.classes
    shown.as_of.date = "2021-08-19"
    assert shown.classes == first == [
        "under 300", "300 to under 1,000", "1,000 to under 2,000", "2,000 to under 10,000",
        "10,000 or more",
    ]  # fmt: skip
    levels = shown.table().set_index("province")["class"]
    assert (levels["Helmand"], levels["Herat"], levels["Panjshir"]) == (5, 2, 1)


def test_a_range_stays_a_range() -> None:
    row = of_opium("2021-08-19").table().loc["panjshir-province"]
    assert (row["low"], row["high"]) == (0, 100)
    assert row["value"] != row["value"], "poppy-free is not zero"
    assert "Lowest: Samangan 0 to 100" in of_opium("2021-08-19").alt


def test_a_province_without_a_figure_is_not_zero(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = of_opium("2021-08-19")
    last = shown._times[-1]
    rest = tuple(row for row in last.points if row.place != "kabul-province")
    monkeypatch.setattr(shown, "_times", [last._replace(points=rest)])
    row = shown.table().loc["kabul-province"]
    assert row["note"] == "no figure"
    assert row[["value", "low", "high", "class"]].isna().all()
    legend = shown.figure().axes[0].get_legend()
    assert legend is not None
    assert legend.get_texts()[-1].get_text() == "no figure"


def test_before_its_first_number_a_series_has_no_figure() -> None:
    shown = of_opium("2001-09-11")
    assert set(shown.table()["note"]) == {"no figure"}
    assert "no number known on 11 September 2001" in shown.alt
    assert isinstance(shown.figure(), Figure)


def test_the_figure_of_a_series_says_what_it_counts() -> None:
    shown = of_opium("2021-08-19")
    fig = shown.figure()
    assert fig.axes[0].get_title(loc="left") == "Opium poppy cultivation by province (UN), 2020"
    told = fig.get_supxlabel().replace("\n", " ")
    for words in ("In hectares.", "Leaves out:", "Source: UNODC", "Natural Earth"):
        assert words in told
    assert "<td>Helmand</td><td>115,597</td>" in shown.html()
    assert "Publisher: UNODC" in shown.html()


@pytest.mark.parametrize(
    ("series", "message"),
    [
        ("opium-cultivation-unodc", "counts the whole country; by province there are opium-cult"),
        ("sheep", "'sheep' is no series; by province there are opium-cultivation-by-province"),
    ],
)
def test_a_series_without_provinces_is_refused(series: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        map_view(series=series)


def test_a_map_shows_one_thing() -> None:
    with pytest.raises(ValueError, match="not both"):
        map_view(series="population-by-province", values=NUMBERS)


def test_a_place_is_chosen_by_id() -> None:
    shown = view("2021-08-19", "herat")
    assert shown.selected == "herat"
    shown.selected = "panjshir-province"
    assert repr(shown).endswith("panjshir-province chosen>")
    with pytest.raises(traitlets.TraitError, match="no place on this map 'heratt'.*herat"):
        shown.selected = "heratt"


def test_the_html_twin_is_the_same_each_time() -> None:
    one, other = view("2021-08-12"), view("2021-08-12")
    assert one.html() == other.html()
    assert repr(one) == repr(other)
    assert "<td>Ghazni</td><td>Taliban</td><td>held</td>" in one.html()


def test_a_kit_without_outlines_says_so(small_kit: Path) -> None:
    with pytest.raises(tables.DataError, match="provinces.geojson"):
        map_view(root=small_kit)
