"""Actors and their ties of all times in; one place on the page for each actor out.

The places are computed once, from all ties together, and kept in ``data/layout.json``: people do
not jump when the date moves, nor from one machine to the next. ``afkit build`` makes the file anew
when actors come or go or ties change.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import lru_cache
from itertools import combinations
from math import ceil, cos, hypot, pi, sin, sqrt
from pathlib import Path
from typing import TYPE_CHECKING

from afkit import kit
from afkit.facts import tables
from afkit.facts.schema import Role, Tie

if TYPE_CHECKING:
    import networkx as nx

__all__ = ["FILE", "HEIGHT", "WIDTH", "layout", "links", "text"]

FILE = "layout.json"
#: The page on which actors stand, in its own units; actors keep ``APART`` from each other.
WIDTH, HEIGHT = 1000, 760
APART = 19.0
MARGIN = 16.0
SEED = 7

Position = tuple[float, float]


def links(root: Path | None = None) -> list[tuple[str, str]]:
    """Every pair of actors that a tie or a role in an organisation joins at some time, sorted."""
    folder = root or kit.find()
    pairs = [(row.a, row.b) for row in tables.records(Tie, folder)]
    pairs += [(row.actor, row.organisation) for row in tables.records(Role, folder)]
    return sorted({(min(pair), max(pair)) for pair in pairs if all(pair) and pair[0] != pair[1]})


def layout(root: Path | None = None) -> Mapping[str, Position]:
    """Where each linked actor stands: ``x`` from 0 to 1000 and ``y`` from 0 to 760.

    Read from ``data/layout.json``; computed when the file is missing or of other ties.
    """
    folder = root or kit.find()
    return _read(text(folder))


def text(root: Path | None = None) -> str:
    """The content of ``data/layout.json``: as it is while it fits the ties, else made anew."""
    folder = root or kit.find()
    pairs = links(folder)
    mark = hashlib.sha256(json.dumps(pairs).encode()).hexdigest()
    path = folder / "data" / FILE
    if path.is_file():
        found = path.read_text(encoding="utf-8")
        try:
            made_from = json.loads(found).get("made_from")
        except (ValueError, AttributeError):
            made_from = None
        if made_from == mark:
            return found
    return _made(mark, tuple(pairs))


@lru_cache(maxsize=4)
def _read(content: str) -> dict[str, Position]:
    return {name: (x, y) for name, (x, y) in json.loads(content)["positions"].items()}


@lru_cache(maxsize=4)
def _made(mark: str, pairs: tuple[tuple[str, str], ...]) -> str:
    places = _places(pairs)
    rows = ",\n".join(
        f"  {json.dumps(name)}: [{x:.1f}, {y:.1f}]" for name, (x, y) in sorted(places.items())
    )
    return f'{{\n "made_from": "{mark}",\n "positions": {{\n{rows}\n }}\n}}\n'


def _places(pairs: tuple[tuple[str, str], ...]) -> dict[str, Position]:
    import networkx as nx

    graph = nx.Graph(pairs)
    parts = sorted(
        (sorted(part) for part in nx.connected_components(graph)), key=lambda p: (-len(p), p)
    )
    if not parts:
        return {}
    # The largest part fills the page; the small ones stand in rows below it.
    small = parts[1:]
    cell = 62.0
    columns = max(1, int((WIDTH - 2 * MARGIN) // cell))
    strip = cell * ceil(len(small) / columns)
    places = _spread(graph.subgraph(parts[0]), WIDTH - 2 * MARGIN, HEIGHT - 2 * MARGIN - strip)
    for number, part in enumerate(small):
        x = MARGIN + cell * (number % columns + 0.5)
        y = HEIGHT - MARGIN - strip + cell * (number // columns + 0.5)
        radius = 0 if len(part) == 1 else cell * 0.3
        for at, name in enumerate(part):
            angle = 2 * pi * at / len(part)
            places[name] = (x + radius * cos(angle), y + radius * sin(angle))
    return places


def _spread(graph: nx.Graph[str], width: float, height: float) -> dict[str, Position]:
    import networkx as nx

    found = nx.spring_layout(graph, k=2.2 / sqrt(len(graph)), iterations=300, seed=SEED)
    # Ranks beside distances: the crowd in the middle gets room, and neighbours stay neighbours.
    by_x = sorted(graph, key=lambda name: (found[name][0], name))
    by_y = sorted(graph, key=lambda name: (found[name][1], name))
    last = max(len(graph) - 1, 1)
    places = {}
    for name in sorted(graph):
        x, y = (float(each) for each in found[name])
        even = (by_x.index(name) / last * 2 - 1, by_y.index(name) / last * 2 - 1)
        places[name] = (
            MARGIN + (0.45 * x + 0.55 * even[0] + 1) / 2 * width,
            MARGIN + (0.45 * y + 0.55 * even[1] + 1) / 2 * height,
        )
    return _apart(places, width, height)


def _apart(places: dict[str, Position], width: float, height: float) -> dict[str, Position]:
    """Push actors that touch away from each other, inside the page."""
    for _ in range(60):
        moved = False
        for a, b in combinations(places, 2):
            (ax, ay), (bx, by) = places[a], places[b]
            dx, dy = bx - ax, by - ay
            gap = hypot(dx, dy)
            if gap >= APART:
                continue
            moved = True
            push = (APART - gap) / 2 + 0.01
            ux, uy = (dx / gap, dy / gap) if gap else (1.0, 0.0)
            places[a] = _inside(ax - ux * push, ay - uy * push, width, height)
            places[b] = _inside(bx + ux * push, by + uy * push, width, height)
        if not moved:
            break
    return places


def _inside(x: float, y: float, width: float, height: float) -> Position:
    return min(max(x, MARGIN), MARGIN + width), min(max(y, MARGIN), MARGIN + height)
