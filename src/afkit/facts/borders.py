"""Provinces and their outlines in; neighbours that the table and the drawing do not share out."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, pairwise
from math import dist
from pathlib import Path
from typing import Any

from afkit.facts.schema import Place, Row
from afkit.facts.tables import Problem

__all__ = ["OUTLINES", "border_problems"]

OUTLINES = "provinces.geojson"
#: Outlines that meet for less than this, in degrees, touch only in the drawing.
_TOUCH = 0.02


def border_problems(rows: Sequence[Row], root: Path) -> Iterator[Problem]:
    """Neighbours that are not each other's, or not as drawn; a kit may have no outlines."""
    provinces = {
        row.id: (("data/places.csv", f"row {line} ({row.id})"), row)
        for line, row in enumerate(rows, start=2)
        if isinstance(row, Place) and row.kind == "province"
    }
    path = root / "data" / OUTLINES
    listed = {name: set(row.neighbours) for name, (_, row) in provinces.items()}
    for name, (where, row) in provinces.items():
        for other in row.neighbours:
            if other == name or name not in listed.get(other, {name}):
                expected = f"'{name}' among the neighbours of '{other}' too"
                yield Problem(*where, f"neighbour '{other}'", expected)
    if not path.is_file():
        return
    try:
        borders = _borders(json.loads(path.read_text(encoding="utf-8")))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        found = f"{type(error).__name__}: {error}"
        yield Problem(f"data/{OUTLINES}", "the file", found, "GeoJSON polygons, each with an iso")
        return
    ids = {row.iso: name for name, (_, row) in provinces.items()}
    for code, others in borders.items():
        if code not in ids:
            continue
        drawn = {ids[each] for each in others if each in ids}
        where, _ = provinces[ids[code]]
        for name in sorted(drawn ^ listed[ids[code]]):
            said = "drawn as a neighbour, not listed" if name in drawn else "listed, not drawn"
            yield Problem(*where, f"'{name}' {said}", f"neighbours as in data/{OUTLINES}")


def _borders(outlines: Mapping[str, Any]) -> dict[str, set[str]]:
    """Which outlines share a border, by ISO code: the drawing shares the points of its borders."""
    edges: dict[frozenset[tuple[float, float]], set[str]] = defaultdict(set)
    borders: dict[str, set[str]] = {}
    for feature in outlines["features"]:
        code, geometry = str(feature["properties"]["iso"]), feature["geometry"]
        borders[code] = set()
        shapes = geometry["coordinates"]
        for polygon in [shapes] if geometry["type"] == "Polygon" else shapes:
            for ring in polygon:
                for ends in pairwise((point[0], point[1]) for point in ring):
                    edges[frozenset(ends)].add(code)
    lengths: dict[frozenset[str], float] = defaultdict(float)
    for edge, codes in edges.items():
        for pair in combinations(sorted(codes), 2):
            lengths[frozenset(pair)] += dist(*edge)
    for meeting, length in lengths.items():
        if length >= _TOUCH:
            one, other = meeting
            borders[one].add(other)
            borders[other].add(one)
    return borders
