"""The schema in; ``data/datapackage.json`` (Data Package v2) and the data dictionary out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from afkit import kit
from afkit.facts.schema import TABLES, Cell, Column, Row, columns

__all__ = ["datapackage", "dictionary"]

_PROFILE = "https://datapackage.org/profiles/2.0/"
_LICENCE = {
    "name": "CC-BY-4.0",
    "path": "https://creativecommons.org/licenses/by/4.0/",
    "title": "Creative Commons Attribution 4.0",
}


def datapackage(root: Path | None = None) -> dict[str, Any]:
    """The descriptor of ``data/``: one resource per table, plus references and geometry."""
    course = kit.load(root)
    resources: list[dict[str, Any]] = [
        {
            "name": name.replace("_", "-"),
            "type": "table",
            "path": f"{name}.csv",
            "format": "csv",
            "mediatype": "text/csv",
            "encoding": "utf-8",
            "description": _first_line(record),
            "schema": _table_schema(record),
        }
        for name, record in TABLES.items()
    ]
    resources += [
        {
            "name": "references",
            "path": "references.json",
            "format": "json",
            "mediatype": "application/vnd.citationstyles.csl+json",
            "encoding": "utf-8",
            "description": "Every source cited, in CSL-JSON.",
        },
        {
            "name": "provinces",
            "path": "provinces.geojson",
            "format": "geojson",
            "mediatype": "application/geo+json",
            "encoding": "utf-8",
            "description": "Outlines of the 34 provinces, WGS 84, simplified; keyed by ISO 3166-2.",
            "licenses": [{"name": "PDDL-1.0", "title": "Public domain (Natural Earth)"}],
        },
    ]
    return {
        "$schema": f"{_PROFILE}datapackage.json",
        "name": "afkit-facts",
        "title": f"Facts of the kit: {course.title}",
        "licenses": [_LICENCE],
        "resources": resources,
    }


def dictionary() -> str:
    """The data dictionary as Markdown: every table and column, what it holds, what it refers to."""
    parts = [
        "# Data dictionary",
        "",
        "Made by `afkit build` from `src/afkit/facts/schema.py`; do not edit it by hand.",
        "One row is one fact. Lists inside a cell are separated by `; `. Dates are EDTF",
        "(ISO 8601-2). Sources are ids of `data/references.json`.",
        "",
    ]
    for name, record in TABLES.items():
        parts += [f"## {name}", "", _first_line(record), ""]
        parts += ["| column | holds | expected |", "|---|---|---|"]
        parts += [f"| `{each.name}` | {each.doc} | {_expected(each)} |" for each in columns(record)]
        parts.append("")
    return "\n".join(parts).rstrip() + "\n"


def _first_line(record: type[Row]) -> str:
    return (record.__doc__ or "").strip().splitlines()[0]


def _expected(each: Column) -> str:
    said = [each.cell.expected]
    if each.choices:
        said = [f"of {', '.join(f'`{choice}`' for choice in each.choices)}"]
    if each.refers:
        said.append(f"of `{each.refers}`")
    if each.required:
        said.append("required")
    return "; ".join(said)


def _table_schema(record: type[Row]) -> dict[str, Any]:
    made: dict[str, Any] = {
        "$schema": f"{_PROFILE}tableschema.json",
        "fields": [_field(each) for each in columns(record)],
        "primaryKey": ["id"],
    }
    keys = [
        {
            "fields": [each.name],
            "reference": {"resource": each.refers.replace("_", "-"), "fields": ["id"]},
        }
        for each in columns(record)
        if each.refers in TABLES and each.cell.empty == ""
    ]
    return made | ({"foreignKeys": keys} if keys else {})


def _field(each: Column) -> dict[str, Any]:
    made: dict[str, Any] = {
        "name": each.name,
        "type": each.cell.type,
        "description": f"{each.doc} ({each.cell.expected})",
    }
    if each.cell.type == "boolean":
        made |= {"trueValues": ["true"], "falseValues": ["false"]}
    limits: dict[str, Any] = {"required": True} if each.required else {}
    if each.name == "id":
        limits["unique"] = True
    if each.choices and _is_single(each.cell):
        limits["enum"] = list(each.choices)
    return made | ({"constraints": limits} if limits else {})


def _is_single(cell: Cell) -> bool:
    return not isinstance(cell.empty, tuple)
