"""Counts that show what is thin, and rows narrowed down, on the small kit."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from afkit.cli import main
from afkit.facts.audit import audit, select
from afkit.facts.schema import TABLES


def ids(table: str, **wanted: str | int) -> list[str]:
    return [row["id"] for row in select(TABLES[table], **wanted)]  # type: ignore[arg-type]


def test_the_audit_counts_rows_years_themes_and_sources(small_kit: Path) -> None:
    found = audit()
    assert found.rows["events"] == 2
    assert found.years == {"2019": 1, "2021": 1}
    assert found.themes == {"civilians": 1, "displacement": 1, "media": 1}
    assert found.confidence == {"high": sum(found.rows.values())}
    assert found.kinds == {"news": 1, "primary": 1}
    assert found.perspective == {"Afghan": 2}
    assert found.single == []


def test_a_row_with_one_source_is_listed(
    small_kit: Path, edit: Callable[[str, str, str], None]
) -> None:
    edit(
        "data/glossary.csv", "city-2021-paper; valley-2020-register,high", "city-2021-paper,medium"
    )
    found = audit()
    assert found.single == ["glossary/desk"]
    assert found.confidence["medium"] == 1


@pytest.mark.parametrize(
    ("country", "place"), [("PK", "regional"), ("UN", "UN"), ("FR", "other"), ("ZZ", "unknown")]
)
def test_a_source_has_a_perspective(small_kit: Path, country: str, place: str) -> None:
    path = small_kit / "data" / "references.json"
    path.write_text(path.read_text().replace('"country": "AF"', f'"country": "{country}"'))
    assert audit().perspective == {place: 2}


@pytest.mark.parametrize(
    ("table", "wanted", "found"),
    [
        ("events", {"year": 2021}, ["amina-speaks"]),
        ("events", {"year": 2020}, []),
        ("events", {"theme": "displacement"}, ["amin-leaves"]),
        ("events", {"actor": "amina-rahmani"}, ["amina-speaks"]),
        ("events", {"words": "LEAVES the valley"}, ["amin-leaves"]),
        ("roles", {"year": 2019}, ["amina-speaker"]),
        ("roles", {"year": 2017}, []),
        ("ties", {"actor": "amin-rahmani"}, ["amina-kin-amin"]),
        ("actors", {"year": 2020}, ["amina-rahmani", "amin-rahmani", "valley-council"]),
        ("actors", {"words": "امینه"}, ["amina-rahmani"]),
        ("glossary", {}, ["desk"]),
    ],
)
def test_rows_are_narrowed_down(
    small_kit: Path, table: str, wanted: dict[str, str | int], found: list[str]
) -> None:
    if table == "actors" and "year" in wanted:
        found = found[:2]  # a body without dates touches no year
    assert ids(table, **wanted) == found


def afkit(*arguments: str) -> str:
    result = CliRunner().invoke(main, ["facts", *arguments])
    assert result.exit_code == 0, result.output
    return result.stdout


def test_the_command_prints_a_table_csv_or_json(small_kit: Path) -> None:
    assert "amina-speaks" in afkit("events", "--year", "2021")
    (row,) = csv.DictReader(io.StringIO(afkit("events", "--year", "2021", "--format", "csv")))
    assert row["actors"] == "amina-rahmani:speaker"
    (role,) = csv.DictReader(io.StringIO(afkit("roles", "--format", "csv")))
    assert role["claimed"] == "true"
    (same,) = json.loads(afkit("events", "--actor", "Ameena Rahmany", "--format", "json"))
    assert same["date"] == "2021-08-19"


def test_the_command_prints_the_audit(small_kit: Path) -> None:
    assert json.loads(afkit("--audit", "--format", "json"))["themes"]["media"] == 1
    assert "0 rows rest on one source" in afkit("--audit")
    assert "themes,media,1" in afkit("--audit", "--format", "csv").splitlines()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "name a table, or say --audit"),
        (["events", "--actor", "Nobody"], "nobody in data/actors.csv goes by 'Nobody'"),
        (["happenings"], "'happenings' is not one of"),
    ],
)
def test_a_wrong_call_is_told_in_words(small_kit: Path, arguments: list[str], said: str) -> None:
    result = CliRunner().invoke(main, ["facts", *arguments])
    assert result.exit_code != 0
    assert said in result.stderr
