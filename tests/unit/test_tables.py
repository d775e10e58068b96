"""Tables: the small kit loads; each way to break it is reported with file, row, found, expected."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
import pytest

from afkit.facts import consistency, tables
from afkit.facts.dates import Edtf
from afkit.facts.schema import TABLES, Actor, Claim, Event, Mention, Point, Role, Row, columns

Edit = Callable[[str, str, str], None]
SIZES = {"actors": 3, "events": 2, "claims": 2, "mentions": 2}
EDTF_COLUMNS = {
    "events": ["date"],
    "actors": ["born", "died"],
    "roles": ["from", "to"],
    "ties": ["from", "to"],
    "places": ["from"],
    "control": ["date"],
    "series": ["date"],
    "mentions": ["date"],
}


class Trap(NamedTuple):
    """One change to one file of the small kit, and the one problem it must give."""

    file: str
    old: str
    new: str
    row: str
    found: str
    expected: str


# A wrong cell: reading the table refuses it.
CELLS = {
    "a date that no calendar has": Trap(
        "data/events.csv", "speaks,2021-08-19", "speaks,2021-02-30",
        "row 2 (amina-speaks)", "date '2021-02-30' ('2021-02-30' is no day", "an EDTF date like",
    ),
    "a date in another notation": Trap(
        "data/actors.csv", "1970~", "c. 1970",
        "row 2 (amina-rahmani)", "born 'c. 1970'", "an EDTF date like",
    ),
    "a date of an interval that ends before it starts": Trap(
        "data/actors.csv", "2020-01/2020-03", "2020-03/2020-01",
        "row 3 (amin-rahmani)", "ends before it starts", "an EDTF date like",
    ),
    "a day that is a month": Trap(
        "data/events.csv", "2020-05-01", "2020-05",
        "row 3 (amin-leaves)", "known_from '2020-05'", "a day as YYYY-MM-DD",
    ),
    "a day that is a week of the year": Trap(
        "data/events.csv", "2020-05-01", "2020-W18-5",
        "row 3 (amin-leaves)", "known_from '2020-W18-5'", "a day as YYYY-MM-DD",
    ),
    "a duplicate id": Trap(
        "data/events.csv", "amin-leaves", "amina-speaks",
        "row 3 (amina-speaks)", "the id of row 2 again", "a new id",
    ),
    "an id with capitals": Trap(
        "data/events.csv", "amin-leaves,", "Amin_Leaves,",
        "row 3 (Amin_Leaves)", "id 'Amin_Leaves'", "an id in kebab-case",
    ),
    "a blank that must be filled": Trap(
        "data/glossary.csv", "The newsroom.", "",
        "row 2 (desk)", "'definition' blank", "text",
    ),
    "no source at all": Trap(
        "data/glossary.csv", "city-2021-paper; valley-2020-register", "",
        "row 2 (desk)", "'sources' blank", "ids separated by '; '",
    ),
    "a source twice": Trap(
        "data/glossary.csv", "city-2021-paper; valley-2020-register",
        "city-2021-paper; city-2021-paper",
        "row 2 (desk)", "sources 'city-2021-paper; city-2021-paper'", "none twice",
    ),
    "an unknown theme": Trap(
        "data/events.csv", ",media,", ",sheep,",
        "row 2 (amina-speaks)", "themes 'sheep'", "one of military, diplomacy",
    ),
    "an unknown kind": Trap(
        "data/ties.csv", ",kin,", ",cousin,",
        "row 2 (amina-kin-amin)", "kind 'cousin'", "one of member, commands, kin",
    ),
    "an actor without a part": Trap(
        "data/events.csv", "amina-rahmani:speaker", "amina-rahmani",
        "row 2 (amina-speaks)", "actors 'amina-rahmani'", "id:role pairs",
    ),
    "a number in words": Trap(
        "data/series.csv", ",120,", ",many,",
        "row 2 (sheep-2020)", "value 'many'", "a number",
    ),
    "not a number": Trap(
        "data/series.csv", ",120,", ",nan,", "row 2 (sheep-2020)", "value 'nan'", "a number"
    ),
    "not a number, with a sign": Trap(
        "data/series.csv", ",120,", ",+nan,", "row 2 (sheep-2020)", "value '+nan'", "a number"
    ),
    "a number too large to be one": Trap(
        "data/series.csv", ",130,", ",1e999,", "row 2 (sheep-2020)", "high '1e999'", "a number"
    ),
    "a number as only Python writes it": Trap(
        "data/series.csv", ",120,", ",1_20,", "row 2 (sheep-2020)", "value '1_20'", "a number"
    ),
    "a bad boolean": Trap(
        "data/roles.csv", ",true,", ",yes,",
        "row 2 (amina-speaker)", "claimed 'yes'", "true or false",
    ),
    "a bad Wikidata id": Trap(
        "data/actors.csv", "2020-01/2020-03,,", "2020-01/2020-03,42,",
        "row 3 (amin-rahmani)", "wikidata '42'", "a Wikidata id like Q42",
    ),
    "a cell too few": Trap(
        "data/ties.csv", ",high,", ",high",
        "row 2 (amina-kin-amin)", "8 cells", "9 cells",
    ),
    "a cell too many": Trap(
        "data/ties.csv", ",high,", ",high,,",
        "row 2 (amina-kin-amin)", "10 cells", "9 cells",
    ),
    "a wrong header": Trap(
        "data/glossary.csv", "id,term,language", "id,language,term",
        "row 1", "id, language, term", "the header id, term, language",
    ),
    "an open quotation mark": Trap(
        "data/glossary.csv", "The newsroom.", '"The newsroom.',
        "the file", "unexpected end of data", "UTF-8 CSV",
    ),
}  # fmt: skip

# Each table is fine by itself; together they do not agree.
TOGETHER = {
    "an event of an unknown actor": Trap(
        "data/events.csv", "amina-rahmani:speaker", "nobody:speaker",
        "row 2 (amina-speaks)", "actors 'nobody'", "an id that data/actors.csv defines",
    ),
    "an event at an unknown place": Trap(
        "data/events.csv", ",valley,", ",hill,",
        "row 2 (amina-speaks)", "place 'hill'", "an id that data/places.csv defines",
    ),
    "a role of an unknown actor": Trap(
        "data/roles.csv", ",amina-rahmani,", ",nobody,",
        "row 2 (amina-speaker)", "actor 'nobody'", "an id that data/actors.csv defines",
    ),
    "a point of an unknown series": Trap(
        "data/series.csv", ",sheep,", ",goats,",
        "row 2 (sheep-2020)", "series 'goats'", "an id that data/series_meta.csv defines",
    ),
    "a missing reference": Trap(
        "data/ties.csv", "city-2021-paper", "town-2021-paper",
        "row 2 (amina-kin-amin)", "sources 'town-2021-paper'",
        "an id that data/references.json defines",
    ),
    "a title held from after its end": Trap(
        "data/roles.csv", "2018,2021-08", "2022,2021-08",
        "row 2 (amina-speaker)", "from 2022 after to 2021-08", "from not later than to",
    ),
    "a death before the birth": Trap(
        "data/actors.csv", ",1975,", ",2021,",
        "row 3 (amin-rahmani)", "born 2021 after died 2020-01/2020-03", "born not later than died",
    ),
    "words that the article no longer has": Trap(
        "data/claims.csv", "left in 2019,,", "left in 1919,,",
        "row 3 (claim-02)", "left in 1919, the desk' 0 times in the article", "exactly once",
    ),
    "words after the span that the article no longer has": Trap(
        "data/claims.csv", ", the desk", "; the desk",
        "row 3 (claim-02)", "0 times in the article", "exactly once",
    ),
    "words that the article has twice": Trap(
        "data/mentions.csv", "Amina Rahmani,,", "Rahmani,,",
        "row 2 (mention-amina)", "'Rahmani' 2 times in the article", "lengthen prefix or suffix",
    ),
    "a mention with two meanings": Trap(
        "data/mentions.csv", "amina-rahmani,,,,", "amina-rahmani,valley,,,",
        "row 2 (mention-amina)", "2 meanings", "one: actor, place, date or event",
    ),
    "a mention without a meaning": Trap(
        "data/mentions.csv", "2021-08-19", "",
        "row 3 (mention-day)", "0 meanings", "one: actor, place, date or event",
    ),
    "an unknown voice": Trap(
        "data/claims.csv", "left.,desk,", "left.,nobody,",
        "row 3 (claim-02)", "voice 'nobody'", "'desk' or an id that data/actors.csv defines",
    ),
    "high confidence with one source": Trap(
        "data/glossary.csv", "city-2021-paper; valley-2020-register", "city-2021-paper",
        "row 2 (desk)", "confidence high with one source", "two independent references, or medium",
    ),
    "a dispute without a note": Trap(
        "data/glossary.csv", ",high,", ",disputed,",
        "row 2 (desk)", "a disputed row without a note", "a note that says who says what",
    ),
    "another unit than the series counts in": Trap(
        "data/series.csv", "animals", "heads",
        "row 2 (sheep-2020)", "unit 'heads'", "'animals', as in series_meta",
    ),
    "a lower bound above the value": Trap(
        "data/series.csv", "120,100,130", "120,125,130",
        "row 2 (sheep-2020)", "low, value, high [125.0, 120.0, 130.0]", "rising order",
    ),
    "an upper bound below the value": Trap(
        "data/series.csv", "120,100,130", "120,100,110",
        "row 2 (sheep-2020)", "low, value, high [100.0, 120.0, 110.0]", "rising order",
    ),
    "a number of a place that is no province": Trap(
        "data/series.csv", ",sheep,,", ",sheep,valley,",
        "row 2 (sheep-2020)", "place 'valley', a valley", "a province, or blank for the country",
    ),
    "a number of an unknown province": Trap(
        "data/series.csv", ",sheep,,", ",sheep,nowhere,",
        "row 2 (sheep-2020)", "place 'nowhere'", "an id that data/places.csv defines",
    ),
    "a number known before its time": Trap(
        "data/series.csv", ",2020,,", ",2020,2019-12-31,",
        "row 2 (sheep-2020)", "known_from 2019-12-31 before 2020", "the same day or a later one",
    ),
    "a point without a number": Trap(
        "data/series.csv", "120,100,130", ",,",
        "row 2 (sheep-2020)", "no value and no range", "a value, or low and high",
    ),
}  # fmt: skip


def record_of(file: str) -> type[Row]:
    return TABLES[Path(file).stem]


def said(problem: tables.Problem) -> tuple[str, str]:
    return problem.file, problem.row


@pytest.mark.parametrize("table", TABLES)
def test_each_table_of_the_small_kit_loads(small_kit: Path, table: str) -> None:
    rows = tables.records(TABLES[table])
    assert len(rows) == SIZES.get(table, 1)
    assert all(type(row) is TABLES[table] and len(row.sources) == 2 for row in rows)


def test_the_small_kit_has_no_problems(small_kit: Path) -> None:
    assert consistency.problems() == []


def test_cells_become_values_of_their_kind(small_kit: Path) -> None:
    speaks, leaves = tables.records(Event)
    assert speaks.date == Edtf("2021-08-19")
    assert (speaks.known_from, leaves.known_from) == (None, date(2020, 5, 1))
    assert leaves.themes == ("displacement", "civilians")
    assert leaves.actors == (("amin-rahmani", "traveller"),)
    assert tables.records(Role)[0].claimed
    amina, _, council = tables.records(Actor)
    assert amina.aliases == ("Ameena Rahmany", "Mother of the Valley")
    assert (council.aliases, council.born, council.wikidata) == ((), None, "")
    (point,) = tables.records(Point)
    assert (point.value, point.low, point.high) == (120, 100, 130)


def test_a_number_is_known_when_its_time_is_over_or_it_is_published(
    small_kit: Path, edit: Edit
) -> None:
    (point,) = tables.records(Point)
    assert (point.known, point.words) == (date(2020, 12, 31), "120")
    edit("data/series.csv", ",2020,,120", ",2020,2020-11-19,")
    (point,) = tables.records(Point)
    assert (point.known, point.words) == (date(2020, 11, 19), "100 to 130")


def test_a_series_is_of_the_country_or_of_provinces(small_kit: Path, edit: Edit) -> None:
    edit("data/places.csv", "valley,valley,", "valley,province,")
    path = small_kit / "data/series.csv"
    row = "sheep-{},sheep,{},{},,5,,,animals,city-2021-paper,medium,{}"
    rows = [row.format(*each) for each in (("a", "valley", 2021, ""), ("b", "valley", 2021, ""))]
    path.write_text(path.read_text(encoding="utf-8") + "\n".join(rows), encoding="utf-8")
    found = [str(each) for each in consistency.problems() if each.file == "data/series.csv"]
    assert "found place 'valley' beside '' of the same series" in found[0]
    assert "row 4 (sheep-b): found valley of 2021 again; expected one row, sheep-a" in found[2]


def test_a_number_of_before_the_province_needs_a_note(small_kit: Path, edit: Edit) -> None:
    edit("data/places.csv", "valley,valley,", "valley,province,")
    edit("data/places.csv", "35.3,69.5,", "35.3,69.5,2021-04")
    edit("data/series.csv", ",sheep,,", ",sheep,valley,")
    found = [str(each) for each in consistency.problems() if each.file == "data/series.csv"]
    assert "found 2020, before valley was made (2021-04)" in found[0]
    edit("data/series.csv", "register,high,", "register,high,Within the borders of 2021.")
    assert not [each for each in consistency.problems() if each.file == "data/series.csv"]


def test_a_blank_truth_is_false(small_kit: Path, edit: Edit) -> None:
    edit("data/roles.csv", ",true,", ",,")
    assert tables.records(Role)[0].claimed is False


def test_a_quoted_span_keeps_its_blanks(small_kit: Path, edit: Edit) -> None:
    edit("data/mentions.csv", "this Thursday,,", "this Thursday,said , in the")
    assert tables.records(Mention)[1].prefix == "said "
    assert tables.records(Mention)[1].suffix == " in the"
    assert consistency.problems() == []


@pytest.mark.parametrize("table", TABLES)
def test_a_frame_has_the_columns_of_the_file_and_two_days_for_each_date(
    small_kit: Path, table: str
) -> None:
    made = tables.frame(table)
    expected: list[str] = []
    for each in columns(TABLES[table])[1:]:
        dated = each.name in EDTF_COLUMNS.get(table, [])
        expected += [each.name, f"{each.name}_first", f"{each.name}_last"] if dated else [each.name]
    assert list(made.columns) == expected
    assert made.index.name == "id"
    days = [name for name in made.columns if name.endswith(("_first", "_last"))]
    assert all(pd.api.types.is_datetime64_dtype(made[name]) for name in days)


def test_a_frame_holds_texts_days_and_tuples(small_kit: Path) -> None:
    events = tables.frame("events")
    assert list(events.index) == ["amina-speaks", "amin-leaves"]
    assert events.loc["amin-leaves", "date"] == "2019"
    assert events.loc["amin-leaves", "date_first"] == pd.Timestamp("2019-01-01")
    assert events.loc["amin-leaves", "date_last"] == pd.Timestamp("2019-12-31")
    assert events.loc["amin-leaves", "known_from"] == pd.Timestamp("2020-05-01")
    assert events["themes"].tolist()[1] == ("displacement", "civilians")
    actors = tables.frame("actors")
    assert actors["born"].tolist() == ["1970~", "1975", ""]
    assert actors["died_last"].isna().tolist() == [True, False, True]


def test_an_open_end_is_a_missing_day(small_kit: Path, edit: Edit) -> None:
    edit("data/roles.csv", "2018,2021-08", "2018/..,")
    roles = tables.frame("roles")
    assert roles["from_first"].tolist() == [pd.Timestamp("2018-01-01")]
    assert roles[["from_last", "to_first", "to_last"]].isna().all(axis=None)


def test_an_unknown_table_lists_the_tables_there_are(small_kit: Path) -> None:
    with pytest.raises(ValueError, match="no table 'battles'; the tables are events, actors"):
        tables.frame("battles")


@pytest.mark.parametrize("trap", CELLS.values(), ids=CELLS)
def test_a_wrong_cell_is_reported_and_its_table_refused(
    small_kit: Path, edit: Edit, trap: Trap
) -> None:
    edit(trap.file, trap.old, trap.new)
    with pytest.raises(tables.DataError) as refusal:
        tables.records(record_of(trap.file))
    (problem,) = refusal.value.problems
    assert said(problem) == (trap.file, trap.row)
    assert trap.found in problem.found
    assert trap.expected in problem.expected
    assert str(refusal.value).startswith(f"{trap.file}, {trap.row}: found {problem.found}; ")
    assert str(refusal.value).endswith(f"; expected {problem.expected}")
    assert problem in consistency.problems()


@pytest.mark.parametrize("trap", TOGETHER.values(), ids=TOGETHER)
def test_tables_that_disagree_are_one_problem_and_still_load(
    small_kit: Path, edit: Edit, trap: Trap
) -> None:
    edit(trap.file, trap.old, trap.new)
    assert tables.records(record_of(trap.file))
    (problem,) = consistency.problems()
    assert said(problem) == (trap.file, trap.row)
    assert trap.found in problem.found
    assert trap.expected in problem.expected


@pytest.mark.parametrize("span", ["2021-08-31,2021-08", "2021-08,2021-08", "2021,2021-01-01"])
def test_a_span_may_end_when_it_begins(small_kit: Path, edit: Edit, span: str) -> None:
    edit("data/roles.csv", "2018,2021-08", span)
    assert consistency.problems() == []


def test_every_wrong_cell_of_a_table_is_reported_at_once(small_kit: Path, edit: Edit) -> None:
    edit("data/events.csv", "speaks,2021-08-19", "speaks,soon")
    edit("data/events.csv", ",media,", ",sheep,")
    edit("data/events.csv", "2020-05-01", "May")
    with pytest.raises(tables.DataError) as refusal:
        tables.frame("events")
    rows = [problem.row for problem in refusal.value.problems]
    assert rows == ["row 2 (amina-speaks)", "row 2 (amina-speaks)", "row 3 (amin-leaves)"]
    assert len(str(refusal.value).splitlines()) == 3


@pytest.mark.parametrize(
    ("table", "content", "row", "found", "expected"),
    [
        ("events", None, "the file", "no such file", "a CSV table"),
        ("events", b"", "row 1", "an empty file", "the header id, date"),
        ("events", "id,caf\xe9\n".encode("latin-1"), "the file", "can't decode", "UTF-8 CSV"),
    ],
    ids=["missing", "empty", "not UTF-8"],
)
def test_a_file_that_is_no_table_is_refused(
    small_kit: Path, table: str, content: bytes | None, row: str, found: str, expected: str
) -> None:
    path = small_kit / "data" / f"{table}.csv"
    path.write_bytes(content) if content is not None else path.unlink()
    with pytest.raises(tables.DataError) as refusal:
        tables.frame(table)
    (problem,) = refusal.value.problems
    assert said(problem) == (f"data/{table}.csv", row)
    assert found in problem.found
    assert expected in problem.expected


@pytest.mark.parametrize("name", ["actors.csv", "series_meta.csv", "references.json"])
def test_one_missing_file_is_one_problem(small_kit: Path, name: str) -> None:
    (small_kit / "data" / name).unlink()
    assert [said(problem) for problem in consistency.problems()] == [(f"data/{name}", "the file")]


def test_an_empty_list_of_references_leaves_every_citation_open(small_kit: Path) -> None:
    (small_kit / "data/references.json").write_text("[]", encoding="utf-8")
    cited = sum(len(row.sources) for each in TABLES.values() for row in tables.records(each))
    assert len(consistency.problems()) == cited


REFERENCE = {
    "id": "new-2021-item",
    "type": "report",
    "title": "An item",
    "URL": "https://example.org/new",
    "custom": {"kind": "news"},
}


@pytest.mark.parametrize(
    ("changed", "row", "found", "expected"),
    [
        ({"id": "city-2021-paper"}, "(city-2021-paper)", "an id that is there before", "a new id"),
        ({"id": ""}, "()", "no 'id'", "a text"),
        ({"id": 7}, "(7)", "no 'id'", "a text"),
        ({"id": ["a"]}, "(['a'])", "no 'id'", "a text"),
        ({"type": ""}, "(new-2021-item)", "no 'type'", "a text"),
        ({"title": None}, "(new-2021-item)", "no 'title'", "a text"),
        ({"URL": ""}, "(new-2021-item)", "no 'URL'", "a text"),
        ({"custom": {}}, "(new-2021-item)", "kind 'None'", "one of primary, institutional"),
        ({"custom": {"kind": "blog"}}, "(new-2021-item)", "kind 'blog'", "one of primary"),
        ({"custom": None}, "(new-2021-item)", "kind", "one of primary"),
        ({"custom": "news"}, "(new-2021-item)", "kind", "one of primary"),
    ],
    ids=[
        "an id twice", "no id", "a number for an id", "a list for an id", "no type", "no title",
        "no address", "no kind", "an unknown kind", "nothing for custom", "a text for custom",
    ],
)  # fmt: skip
def test_a_wrong_reference_is_refused(
    small_kit: Path, changed: dict[str, Any], row: str, found: str, expected: str
) -> None:
    path = small_kit / "data" / "references.json"
    items = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps([*items, REFERENCE | changed]), encoding="utf-8")
    with pytest.raises(tables.DataError) as refusal:
        tables.references()
    (problem,) = refusal.value.problems
    assert said(problem) == ("data/references.json", f"item 3 {row}")
    assert found in problem.found
    assert expected in problem.expected


@pytest.mark.parametrize(
    ("content", "found", "expected"),
    [
        (b'[{"id": ', "Expecting value: line 1", "CSL-JSON"),
        (b"\xff[]", "can't decode", "CSL-JSON"),
        (b'{"id": "a"}', "other JSON", "an array of CSL-JSON items"),
        (b'["a"]', "other JSON", "an array of CSL-JSON items"),
    ],
    ids=["damaged", "not UTF-8", "not a list", "a list of texts"],
)
def test_damaged_references_are_refused(
    small_kit: Path, content: bytes, found: str, expected: str
) -> None:
    (small_kit / "data" / "references.json").write_bytes(content)
    with pytest.raises(tables.DataError) as refusal:
        tables.references()
    (problem,) = refusal.value.problems
    assert said(problem) == ("data/references.json", "the file")
    assert found in problem.found
    assert expected in problem.expected
    assert problem in consistency.problems()


def test_the_article_is_the_text_between_its_marks(small_kit: Path) -> None:
    text = tables.article()
    assert text.startswith("The valley speaks\n")
    assert text.endswith("the desk believes.")


@pytest.mark.parametrize("mark", ["<!-- article begins -->", "<!-- article ends -->"])
def test_an_article_without_its_marks_is_a_problem(small_kit: Path, edit: Edit, mark: str) -> None:
    edit("readings/article.md", mark, "")
    with pytest.raises(tables.DataError) as refusal:
        tables.article()
    assert "readings/article.md, the file: found no article text" in str(refusal.value)
    assert mark in str(refusal.value)
    (problem,) = consistency.problems()
    assert "readings/article.md" in str(problem)


def test_an_article_that_is_not_there_is_a_problem(small_kit: Path) -> None:
    (small_kit / "readings" / "article.md").unlink()
    (problem,) = consistency.problems()
    assert "readings/article.md" in str(problem)


def test_an_article_that_is_not_utf_8_is_a_problem(small_kit: Path) -> None:
    path = small_kit / "readings" / "article.md"
    path.write_bytes(path.read_bytes() + "caf\xe9".encode("latin-1"))
    (problem,) = consistency.problems()
    assert "readings/article.md" in str(problem)


def test_a_changed_file_is_read_again(small_kit: Path, edit: Edit) -> None:
    first = tables.records(Claim)
    assert tables.records(Claim) is first
    edit("data/claims.csv", "She said so.", "She said it twice.")
    assert tables.records(Claim)[0].explanation == "She said it twice."


def test_changed_references_are_read_again(small_kit: Path, edit: Edit) -> None:
    assert tables.references()["city-2021-paper"]["title"] == "News of the city"
    edit("data/references.json", "News of the city", "News of the town")
    path = small_kit / "data" / "references.json"
    os.utime(path, ns=(path.stat().st_atime_ns, path.stat().st_mtime_ns + 1))
    assert tables.references()["city-2021-paper"]["title"] == "News of the town"


def test_a_folder_may_be_named_instead_of_found(
    small_kit: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AFKIT_ROOT")
    assert len(tables.records(Event, small_kit)) == 2
    assert len(tables.references(small_kit)) == 2
    assert len(tables.frame("actors", small_kit)) == 3
    assert tables.article(small_kit).startswith("The valley speaks")
    assert consistency.problems(small_kit) == []
