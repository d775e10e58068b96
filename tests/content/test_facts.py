"""The kit's own facts: complete, consistent with each other, with the article and the calendar."""

from __future__ import annotations

import csv
import hashlib
import json
import re
from collections.abc import Iterator
from datetime import date
from itertools import groupby, pairwise
from pathlib import Path

import pytest

from afkit import kit
from afkit.facts import consistency, tables
from afkit.facts.dates import MONTHS, WEEKDAYS
from afkit.facts.names import AmbiguousNameError, UnknownNameError, actor, bearers
from afkit.facts.readings import cited_ids, reading
from afkit.facts.schema import TABLES, Actor, Claim, Control, Mention, Place

ARTICLE_SHA256 = "d97c418547669880712b0eb3e7cceebc7046d203359a180270af32d35f659864"
#: A weekday next to a day, as in "Thursday 19 August 2021" or "Friday morning, 13 August".
DATED = re.compile(
    r"\b(?P<weekday>{0})(?: (?:morning|afternoon|evening|night))?,? \(?"
    r"(?:(?P<day>\d{{1,2}}) (?P<month>{1})|(?P<month_>{1}) (?P<day_>\d{{1,2}}))"
    r"\b(?:,? (?P<year>\d{{4}}))?".format("|".join(WEEKDAYS), "|".join(MONTHS)),
    re.IGNORECASE,
)


@pytest.fixture(autouse=True)
def _in_the_real_kit(real_kit: Path) -> None:
    """Every test here reads the kit itself."""


def cells(room: Path) -> Iterator[tuple[str, str]]:
    """Where and what: every cell of every notebook in a folder."""
    for path in sorted(room.glob("*.ipynb")):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            yield f"{path.name}, cell {cell['id']}", "".join(cell["source"])


def paragraphs(room: Path) -> Iterator[tuple[str, str]]:
    """Where and what: every paragraph of every reading."""
    for path in sorted(room.glob("*.md")):
        for text in path.read_text(encoding="utf-8").split("\n\n"):
            yield f"{path.name}, '{text[:40]}'", text


def rows(data: Path) -> Iterator[tuple[str, str]]:
    """Where and what: every row of every table, without its sources."""
    for path in sorted(data.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as stream:
            for row in csv.DictReader(stream):
                texts = [text for name, text in row.items() if name not in ("id", "sources")]
                yield f"{path.name}, {row['id']}", "\n".join(texts)


def prose(root: Path) -> list[tuple[str, str]]:
    """Where and what: everything that a student or a teacher reads."""
    rooms = (root / "notebooks", root / "solutions")
    texts = [*rows(root / "data"), *paragraphs(root / "readings")]
    return texts + [each for room in rooms for each in cells(room)]


def places(kind: str) -> dict[str, Place]:
    return {each.id: each for each in tables.records(Place) if each.kind == kind}


def test_there_is_no_problem_in_the_data() -> None:
    assert [str(problem) for problem in consistency.problems()] == []


@pytest.mark.parametrize(
    ("table", "least"),
    [("events", 45), ("actors", 30), ("claims", 42), ("glossary", 25)],
)
def test_a_table_is_large_enough(table: str, least: int) -> None:
    assert len(tables.records(TABLES[table])) >= least


def test_there_are_enough_references() -> None:
    assert len(tables.references()) >= 60


def test_there_are_34_provinces_and_each_has_an_outline(real_kit: Path) -> None:
    codes = {each.iso for each in places("province").values()}
    outlines = json.loads((real_kit / "data/provinces.geojson").read_text(encoding="utf-8"))
    assert len(places("province")) == len(codes) == 34
    assert codes <= {each["properties"]["iso"] for each in outlines["features"]}


def test_provinces_have_different_capitals_that_lie_in_them() -> None:
    provinces = places("province")
    assert len({each.capital for each in provinces.values()}) == 34
    known = {each.id: each for each in tables.records(Place)}
    assert [each.id for each in provinces.values() if known[each.capital].province != each.id] == []


def test_each_province_has_neighbours() -> None:
    assert [each.id for each in places("province").values() if not each.neighbours] == []


def test_the_article_is_given_to_the_letter() -> None:
    assert hashlib.sha256(tables.article().encode()).hexdigest() == ARTICLE_SHA256


@pytest.mark.parametrize("record", [Claim, Mention])
def test_each_span_stands_in_the_article_exactly_once(record: type[Claim | Mention]) -> None:
    text = tables.article()
    spans = {each.id: each.prefix + each.exact + each.suffix for each in tables.records(record)}
    assert {name: text.count(span) for name, span in spans.items() if text.count(span) != 1} == {}


def test_each_cited_reference_exists(real_kit: Path) -> None:
    known = tables.references()
    unknown = [
        (where, each)
        for where, text in prose(real_kit)
        for each in (*cited_ids(text), *re.findall(r"\bcite\(\s*[\"']([^\"']+)", text))
        if each not in known
    ]
    assert unknown == []


def test_each_citation_of_a_reading_becomes_a_note() -> None:
    names = {Path(each).stem for unit in kit.load().units for each in unit.readings}
    assert [name for name in sorted(names) if "[@" in reading(name).markdown] == []


def test_each_reading_belongs_to_a_unit(real_kit: Path) -> None:
    named = {each for unit in kit.load().units for each in unit.readings}
    there = {f"readings/{path.name}" for path in (real_kit / "readings").glob("*.md")}
    assert there == named


def test_each_reference_is_used(real_kit: Path) -> None:
    used = {
        source
        for record in TABLES.values()
        for row in tables.records(record)
        for source in row.sources
    }
    for _, text in prose(real_kit):
        used |= set(re.findall(r"[a-z0-9]+(?:-[a-z0-9]+)+", text))
    assert set(tables.references()) - used == set()


def test_no_capital_falls_twice_to_one_holder_without_a_change_between() -> None:
    capitals = {each.capital for each in places("province").values()}
    by_place = sorted(
        (each for each in tables.records(Control) if each.place in capitals),
        key=lambda each: (each.place, each.date.first or date.min, each.date.last or date.max),
    )
    assert {each.place for each in by_place} == capitals
    twice = [
        (earlier.id, later.id)
        for _, held in groupby(by_place, key=lambda each: each.place)
        for earlier, later in pairwise(held)
        if (earlier.controller, earlier.status) == (later.controller, later.status)
    ]
    assert twice == []


def misdated(text: str) -> Iterator[str]:
    """Weekdays next to days on which they did not fall in any year that the text names."""
    named = {int(year) for year in re.findall(r"(?<![\w-])(?:1[89]|20)\d\d(?!\d)", text)}
    for found in DATED.finditer(text):
        if re.fullmatch(r"[\"“].*[\"”]", text[max(found.start() - 1, 0) : found.end() + 1]):
            continue  # the slip of a source, quoted as such
        years = {int(found["year"])} if found["year"] else named or {2021}
        month = MONTHS.index((found["month"] or found["month_"]).capitalize()) + 1
        day = int(found["day"] or found["day_"])
        weekday = WEEKDAYS.index(found["weekday"].lower())
        if weekday not in {date(year, month, day).weekday() for year in years}:
            yield found[0]


@pytest.mark.parametrize(
    "text",
    [
        "Wednesday 19 August 2021",
        "on Friday, August 19, 2021",
        "2021: Sunday night, 19 August",
        "Monday (19 August)",
    ],
)
def test_a_wrong_weekday_would_be_found(text: str) -> None:
    assert len(list(misdated(text))) == 1


def test_weekdays_agree_with_the_calendar(real_kit: Path) -> None:
    texts = prose(real_kit)
    assert sum(len(DATED.findall(text)) for _, text in texts) >= 40
    assert [(where, wrong) for where, text in texts for wrong in misdated(text)] == []


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        *[(name, "ahmad-shah-massoud") for name in (
            "Massoud", "Masood", "Masoud", "Massud", "Mas‘ud", "Masʿūd", "MASSOUD", "مسعود",
            "Commander Masood", "Ahmed Shah Masood", "احمد شاه مسعود",
        )],
        *[(name, "ahmad-massoud") for name in (
            "Ahmad Massoud", "Ahmed Massoud", "Ahmad Masood", "Ahmed Masood", "ahmad  masʿud",
            "احمد مسعود", "أحمد مسعود",
        )],
        ("Sergei Lavrov", "sergey-lavrov"),
        ("Hamed Karzai", "hamid-karzai"),
        ("حامد كرزي", "hamid-karzai"),
        ("Taleban", "taliban"),
        ("طالبان", "taliban"),
    ],
)  # fmt: skip
def test_any_spelling_or_script_leads_to_one_actor(name: str, meant: str) -> None:
    assert actor(name).id == meant


def test_each_listed_name_leads_to_its_actor() -> None:
    astray = {
        name: actor(name).id
        for each in tables.records(Actor)
        for name in (each.id, each.name, each.name_fa, each.name_ps, *each.aliases)
        if name and actor(name).id != each.id
    }
    assert astray == {}


def test_an_ambiguous_name_lists_whom_it_can_mean() -> None:
    with pytest.raises(AmbiguousNameError, match=r"'Haqqani' can mean .*sirajuddin.*write more of"):
        actor("Haqqani")
    assert "ahmad-massoud" in {each.id for each in bearers("Massoud")}


def test_mahmud_is_not_muhammad() -> None:
    assert actor("Muhammad Yaqub").id == "mohammad-yaqoob"
    with pytest.raises(UnknownNameError, match="nobody in data/actors.csv goes by 'Mahmud Yaqub'"):
        actor("Mahmud Yaqub")
