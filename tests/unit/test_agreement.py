"""Rows that contradict each other: each rule fires on an error planted in the small kit."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from afkit.facts import consistency, tables
from afkit.facts.agreement import outlasting
from afkit.facts.schema import TABLES

Edit = Callable[[str, str, str], None]
SOURCES = "city-2021-paper; valley-2020-register,high,"


def append(kit: Path, table: str, *rows: str) -> None:
    """Add rows to a table of the small kit; sources, confidence and note follow by themselves."""
    with (kit / f"data/{table}.csv").open("a", encoding="utf-8") as stream:
        stream.writelines(f"{row},{SOURCES}\n" for row in rows)


def found() -> list[str]:
    return [str(each) for each in consistency.problems()]


# Lives: Amin Rahmani lived from 1975 to early 2020.


@pytest.mark.parametrize(
    ("date", "part", "problem"),
    [
        (
            "2021-08-19", "speaker",
            "data/events.csv, row 4 (late): found amin-rahmani:speaker on 2021-08-19; expected a "
            "day in the time of amin-rahmani (1975..2020-01/2020-03), or a part like 'honoured' or "
            "'mentioned'",
        ),
        (
            "1974", "victim",
            "data/events.csv, row 4 (late): found amin-rahmani:victim on 1974; expected a day in "
            "the time of amin-rahmani (1975..2020-01/2020-03)",
        ),
        ("2021-08-19", "victim", ""),
        ("2021-08-19", "honoured", ""),
        ("2020", "speaker", ""),  # he may have spoken before he died
        ("2020-02", "speaker", ""),
        ("2020-03-31/2020-04-02", "speaker", ""),
    ],
)  # fmt: skip
def test_the_dead_do_not_act(small_kit: Path, date: str, part: str, problem: str) -> None:
    append(small_kit, "events", f"late,{date},,Late,Too late.,media,,amin-rahmani:{part}")
    assert found() == ([problem] if problem else [])


def test_no_event_is_in_a_place_that_is_not_there_yet(small_kit: Path, edit: Edit) -> None:
    edit("data/places.csv", "35.3,69.5,,", "35.3,69.5,2021-09,")
    assert found() == [
        "data/events.csv, row 2 (amina-speaks): found date 2021-08-19 at valley; "
        "expected a place that is there: valley from 2021-09"
    ]
    edit("data/places.csv", "35.3,69.5,2021-09,", "35.3,69.5,2021-08,")
    assert found() == []


@pytest.mark.parametrize(
    ("start", "end", "problem"),
    [
        ("2021", "", "from 2021, after the end"),
        ("2018", "2020-04", "to 2020-04, after the end"),
        ("1974", "2018", "from 1974, before the beginning"),
        ("1975", "2020-03", ""),
        ("2018", "2020", ""),
        ("", "", ""),
    ],
)
def test_a_role_and_a_tie_lie_within_a_life(
    small_kit: Path, start: str, end: str, problem: str
) -> None:
    append(small_kit, "roles", f"late,amin-rahmani,guard,valley-council,{start},{end},false")
    append(small_kit, "ties", f"late,amina-rahmani,amin-rahmani,allied,{start},{end}")
    expected = "expected a time within the time of amin-rahmani (1975..2020-01/2020-03)"
    assert found() == [
        f"data/{table}.csv, row 3 (late): found {problem}; {expected}"
        for table in ("roles", "ties")
        if problem
    ]


def test_one_may_succeed_the_dead(small_kit: Path) -> None:
    append(small_kit, "ties", "heir,amina-rahmani,amin-rahmani,succeeds,2021,")
    assert found() == []
    append(small_kit, "ties", "late,amin-rahmani,amina-rahmani,succeeds,2021,")
    assert [each.partition(": found")[0] for each in found()] == ["data/ties.csv, row 4 (late)"]


@pytest.mark.parametrize(
    ("start", "end", "claimed", "certain", "overhang"),
    [
        ("2020", "", "false", True, True),  # wholly after the council's end
        ("2020", "", "true", False, False),  # who claims an office may claim it of the gone
        ("2001", "2020", "false", False, True),
        ("1989", "2001", "false", False, True),
        ("1990", "2010", "false", False, False),
    ],
)
def test_a_role_lies_within_the_time_of_its_organisation(
    small_kit: Path, edit: Edit, start: str, end: str, claimed: str, certain: bool, overhang: bool
) -> None:
    edit("data/actors.csv", "Valley Council,,,,,,", "Valley Council,,,,1990,2010,")
    edit("data/roles.csv", "2018,2021-08", "1990,2010")
    edit("data/control.csv", "2021-08-19", "2009")
    append(small_kit, "roles", f"post,amina-rahmani,guard,valley-council,{start},{end},{claimed}")
    facts = {name: tables.records(record) for name, record in TABLES.items()}
    assert ["row 3 (post)" in each for each in found()] == [True] * certain
    assert [each.row for each in outlasting(facts)] == ["row 3 (post)"] * overhang


# Offices


@pytest.mark.parametrize(
    ("second", "together"),
    [
        ("2001,2004,false", True),
        ("2002,,false", True),  # a beginning inside another's time
        (",2003-05,false", True),
        ("2005-03-10,2010,false", False),  # the day of the hand-over
        ("2005-03-11,2010,false", False),
        ("2005-03-09,2010,false", False),
        ("2005-03-08,2010,false", True),
        ("2005,2010,false", False),  # perhaps from the end of March
        ("2001,2004,true", False),  # a rival claim
        (",,false", False),
    ],
)
def test_two_do_not_hold_one_office(small_kit: Path, second: str, together: bool) -> None:
    append(
        small_kit,
        "roles",
        "first,amin-rahmani,Guard of the gate,valley-council,2000,2005-03-10,false",
        f"second,amina-rahmani,Guard of the Gate,valley-council,{second}",
    )
    term = second.rpartition(",")[0].replace(",", "..")
    assert found() == [
        f"data/roles.csv, row 4 (second): found amina-rahmani 'Guard of the Gate' {term}; "
        "expected one holder at a time, or claimed true (first: amin-rahmani 2000..2005-03-10)"
    ] * together  # fmt: skip


@pytest.mark.parametrize(
    ("row", "repeated"),
    [
        ("again,amin-rahmani,amina-rahmani,kin,,", True),
        ("again,amina-rahmani,amin-rahmani,kin,2001,", True),
        ("again,amina-rahmani,amin-rahmani,allied,2001,", False),
    ],
)
def test_a_tie_is_written_once(small_kit: Path, row: str, repeated: bool) -> None:
    append(small_kit, "ties", row)
    assert [each for each in found() if "the same as amina-kin-amin" in each] == found()
    assert bool(found()) == repeated


@pytest.mark.parametrize(("start", "repeated"), [("2019", True), ("2021-09", False)])
def test_a_role_is_written_once(small_kit: Path, start: str, repeated: bool) -> None:
    append(small_kit, "roles", f"again,amina-rahmani,Speaker,valley-council,{start},,true")
    assert bool([each for each in found() if "the same as amina-speaker" in each]) == repeated


@pytest.mark.parametrize("title", ["Member of the council", "Acting deputy guard", "Spokesman"])
def test_several_can_hold_a_shared_title(small_kit: Path, title: str) -> None:
    for number, who in enumerate(("amin-rahmani", "amina-rahmani")):
        append(small_kit, "roles", f"seat-{number},{who},{title},valley-council,2000,2005,false")
    assert found() == []


# Holders of a capital


PROVINCES = (
    "north,province,North,,,,AF-N,AF,,town,south,,,",
    "south,province,South,,,,AF-S,AF,,valley,north,,,",
    "town,city,Town,,,,,AF,north,,,,,",
)


@pytest.mark.parametrize(
    ("history", "falls"),
    [
        (["1,valley-council,held", "2,valley-council,held"], ["fall-2"]),
        (
            ["1,valley-council,held", "2,valley-council,contested", "3,valley-council,held"],
            ["fall-3"],
        ),
        (["1,valley-council,contested", "2,valley-council,held"], []),
        (["1,valley-council,held", "2,amina-rahmani,held", "3,valley-council,held"], []),
        (["1,valley-council,held", "2,amina-rahmani,contested", "3,valley-council,held"], []),
    ],
)  # fmt: skip
def test_a_capital_falls_again_only_after_a_change(
    small_kit: Path, history: list[str], falls: list[str]
) -> None:
    append(small_kit, "places", *PROVINCES)
    for line in reversed(history):  # the order of the dates counts, not that of the rows
        day, who, status = line.split(",")
        append(small_kit, "control", f"fall-{day},town,2021-08-0{day},{who},{status},the paper")
    problems = found()
    assert [
        fall for fall in falls for each in problems if f"({fall}): found town falls" in each
    ] == falls
    assert len(problems) == len(falls)
    assert all("expected another controller between; it is held since" in each for each in problems)


# Borders


def outlines(kit: Path, shapes: dict[str, list[list[float]]]) -> None:
    """Write rings as the kit's outlines, each closed."""
    features: list[dict[str, Any]] = [
        {
            "type": "Feature",
            "properties": {"iso": iso},
            "geometry": {"type": "Polygon", "coordinates": [[*ring, ring[0]]]},
        }
        for iso, ring in shapes.items()
    ]
    made = json.dumps({"type": "FeatureCollection", "features": features})
    (kit / "data/provinces.geojson").write_text(made, encoding="utf-8")


NORTH = [[0.0, 1.0], [1.0, 1.0], [1.0, 2.0], [0.0, 2.0]]
SOUTH = [[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]]
CORNER = [[1.0, 0.0], [2.0, 0.0], [2.0, 0.5], [1.01, 0.99], [1.0, 1.0]]


def test_neighbours_as_drawn_are_no_problem(small_kit: Path) -> None:
    append(small_kit, "places", *PROVINCES)
    assert found() == []
    outlines(small_kit, {"AF-N": NORTH, "AF-S": SOUTH, "XX-X": CORNER})
    assert found() == []


def test_a_neighbour_has_the_other_as_neighbour(small_kit: Path, edit: Edit) -> None:
    append(small_kit, "places", *PROVINCES)
    edit("data/places.csv", ",town,south,", ",town,,")
    assert found() == [
        "data/places.csv, row 4 (south): found neighbour 'north'; "
        "expected 'south' among the neighbours of 'north' too"
    ]


def test_nobody_is_his_own_neighbour(small_kit: Path, edit: Edit) -> None:
    append(small_kit, "places", *PROVINCES)
    edit("data/places.csv", ",town,south,", ",town,south; north,")
    assert [each.partition("; ")[0] for each in found()] == [
        "data/places.csv, row 3 (north): found neighbour 'north'"
    ]


def test_neighbours_that_are_drawn_apart_are_found(small_kit: Path) -> None:
    append(small_kit, "places", *PROVINCES)
    apart = [[x, y - 5] for x, y in SOUTH]
    outlines(small_kit, {"AF-N": NORTH, "AF-S": apart})
    assert found() == [
        f"data/places.csv, row {line} ({name}): found '{other}' listed, not drawn; "
        "expected neighbours as in data/provinces.geojson"
        for line, name, other in ((3, "north", "south"), (4, "south", "north"))
    ]


def test_neighbours_that_are_not_listed_are_found(small_kit: Path, edit: Edit) -> None:
    append(small_kit, "places", *PROVINCES)
    edit("data/places.csv", ",town,south,", ",town,,")
    edit("data/places.csv", ",valley,north,", ",valley,,")
    outlines(small_kit, {"AF-N": NORTH, "AF-S": SOUTH})
    assert ["drawn as a neighbour, not listed" in each for each in found()] == [True, True]


def test_outlines_that_only_touch_are_no_neighbours(small_kit: Path, edit: Edit) -> None:
    append(small_kit, "places", *PROVINCES)
    edit("data/places.csv", ",town,south,", ",town,,")
    edit("data/places.csv", ",valley,north,", ",valley,,")
    speck = [[0.0, 0.0], [1.0, 0.0], [0.01, 1.0], [0.0, 1.0]]
    north = [[0.0, 1.0], [0.01, 1.0], [1.0, 2.0], [0.0, 2.0]]
    outlines(small_kit, {"AF-N": north, "AF-S": speck})
    assert found() == []


@pytest.mark.parametrize("text", ["{", "[]", '{"features": [{"properties": {}}]}'])
def test_outlines_that_cannot_be_read_are_a_problem(small_kit: Path, text: str) -> None:
    (small_kit / "data/provinces.geojson").write_text(text, encoding="utf-8")
    (problem,) = found()
    assert problem.startswith("data/provinces.geojson, the file: found ")
    assert problem.endswith("expected GeoJSON polygons, each with an iso")
