"""The data package: another tool reads it, finds our tables right, and finds what we break."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from afkit.facts.package import datapackage, dictionary
from afkit.facts.schema import TABLES, columns

Edit = Callable[[str, str, str], None]


def findings(data: Path) -> Iterator[tuple[str, str]]:
    """What frictionless finds wrong in the tables that ``datapackage.json`` describes."""
    from frictionless import Package

    package = Package(str(data / "datapackage.json"))
    tables = [each for each in package.resources if each.type == "table"]
    assert len(tables) == len(TABLES)
    report = package.validate()
    yield from (("package", error.type) for error in report.errors)
    for task in report.tasks:
        yield from ((task.name, error.type) for error in task.errors)


@pytest.fixture
def whole_kit(small_kit: Path) -> Path:
    """The small kit with a fresh descriptor and the outlines that every package names."""
    outlines = {"type": "FeatureCollection", "features": []}
    for name, made in (("provinces.geojson", outlines), ("datapackage.json", datapackage())):
        (small_kit / "data" / name).write_text(json.dumps(made), encoding="utf-8")
    return small_kit


def test_frictionless_finds_nothing_wrong_with_the_small_kit(whole_kit: Path) -> None:
    assert list(findings(whole_kit / "data")) == []


def test_frictionless_finds_nothing_wrong_with_the_kit(real_kit: Path) -> None:
    assert list(findings(real_kit / "data")) == []


@pytest.mark.parametrize(
    ("file", "old", "new", "found"),
    [
        ("events", ",valley,", ",hill,", "foreign-key"),
        ("series", ",sheep,", ",goats,", "foreign-key"),
        ("events", "amin-leaves,", "amina-speaks,", "primary-key"),
        ("events", "2020-05-01", "May 2020", "type-error"),
        ("series", ",120,", ",many,", "type-error"),
        ("roles", ",true,", ",yes,", "type-error"),
        ("ties", ",kin,", ",cousin,", "constraint-error"),
        ("glossary", "The newsroom.", "", "constraint-error"),
        ("glossary", "id,term,", "id,word,", "incorrect-label"),
    ],
)
def test_frictionless_finds_what_we_break(
    whole_kit: Path, edit: Edit, file: str, old: str, new: str, found: str
) -> None:
    edit(f"data/{file}.csv", old, new)
    assert (file, found) in list(findings(whole_kit / "data"))


@pytest.mark.parametrize("table", TABLES)
def test_a_tables_schema_names_the_columns_of_its_file(real_kit: Path, table: str) -> None:
    resources = {each["name"]: each for each in datapackage()["resources"]}
    resource = resources[table.replace("_", "-")]
    with (real_kit / "data" / resource["path"]).open(encoding="utf-8", newline="") as stream:
        header = next(csv.reader(stream))
    assert [each["name"] for each in resource["schema"]["fields"]] == header
    assert resource["schema"]["primaryKey"] == ["id"]


def test_a_package_names_only_files_that_are_there(real_kit: Path) -> None:
    paths = [each["path"] for each in datapackage()["resources"]]
    assert len(paths) == len(set(paths)) == len(TABLES) + 2
    assert [path for path in paths if not (real_kit / "data" / path).is_file()] == []


def test_a_package_carries_the_kits_title(small_kit: Path) -> None:
    assert datapackage(small_kit)["title"] == "Facts of the kit: A small kit"


def fields_of(table: str) -> dict[str, dict[str, Any]]:
    resources = {each["name"]: each for each in datapackage()["resources"]}
    return {each["name"]: each for each in resources[table]["schema"]["fields"]}


def test_fields_say_what_a_cell_may_hold(small_kit: Path) -> None:
    roles, claims, series = (fields_of(name) for name in ("roles", "claims", "series"))
    assert roles["claimed"]["trueValues"] == ["true"]
    assert claims["as_of"]["type"] == "date"
    assert claims["verdict"]["constraints"]["enum"][0] == "supported"
    assert series["value"]["type"] == "number"
    assert series["id"]["constraints"] == {"required": True, "unique": True}


def test_the_dictionary_names_every_column_of_every_table() -> None:
    parts = dictionary().split("\n## ")[1:]
    assert [part.partition("\n")[0] for part in parts] == list(TABLES)
    for part, record in zip(parts, TABLES.values(), strict=True):
        rows = [line for line in part.splitlines() if line.startswith("| `")]
        assert [row.split("`")[1] for row in rows] == [each.name for each in columns(record)]
        assert all(
            each.doc in row and row.count(" | ") == 2
            for row, each in zip(rows, columns(record), strict=True)
        )


def test_the_dictionary_names_choices_and_tables(small_kit: Path) -> None:
    text = dictionary()
    assert "| of `high`, `medium`, `disputed`; required |" in text
    assert "| an id in kebab-case, like 'ahmad-massoud'; of `actors`; required |" in text
