"""afkit: one news article of 19 August 2021 as a door to Afghanistan 2001-2021.

In a notebook, ``import afkit`` and then

* ``afkit.article()`` the article, with its claims and names beside it;
* ``afkit.as_of("2021-08-19")`` one date that moves every view; ``afkit.timeline()`` events in time;
* ``afkit.events()``, ``afkit.actors()``, ... the facts as tables (DataFrames);
* ``afkit.actor("Masood")`` one person, by any spelling or script; ``afkit.term("jihad")`` a word;
* ``afkit.cite("...")`` a reference in full, ``afkit.reading("...")`` a reading with its sources;
* ``check = afkit.exercise("01")`` and ``check("q1", answer)`` an answer to your answer.

Importing the package loads nothing else: each name is fetched when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

    from afkit.exercises.check import exercise as exercise
    from afkit.facts import dates as dates
    from afkit.facts.citations import cite as cite
    from afkit.facts.glossary import term as term
    from afkit.facts.names import actor as actor
    from afkit.facts.readings import reading as reading
    from afkit.widgets.article import article as article
    from afkit.widgets.as_of import as_of as as_of
    from afkit.widgets.chart import chart as chart
    from afkit.widgets.dashboard import dashboard as dashboard
    from afkit.widgets.map import map_view
    from afkit.widgets.network import network as network
    from afkit.widgets.show import show as show
    from afkit.widgets.timeline import timeline as timeline

    map = map_view  # noqa: A001
    actors: Callable[[], pd.DataFrame]
    claims: Callable[[], pd.DataFrame]
    control: Callable[[], pd.DataFrame]
    events: Callable[[], pd.DataFrame]
    glossary: Callable[[], pd.DataFrame]
    mentions: Callable[[], pd.DataFrame]
    places: Callable[[], pd.DataFrame]
    roles: Callable[[], pd.DataFrame]
    series: Callable[[], pd.DataFrame]
    series_meta: Callable[[], pd.DataFrame]
    ties: Callable[[], pd.DataFrame]

__version__ = "0.1.0"

_TABLES = (
    "actors", "claims", "control", "events", "glossary", "mentions", "places", "roles", "series",
    "series_meta", "ties",
)  # fmt: skip
_HOMES = {
    "actor": "afkit.facts.names",
    "article": "afkit.widgets.article",
    "as_of": "afkit.widgets.as_of",
    "chart": "afkit.widgets.chart",
    "cite": "afkit.facts.citations",
    "dashboard": "afkit.widgets.dashboard",
    "exercise": "afkit.exercises.check",
    "map": "afkit.widgets.map",
    "network": "afkit.widgets.network",
    "reading": "afkit.facts.readings",
    "show": "afkit.widgets.show",
    "term": "afkit.facts.glossary",
    "timeline": "afkit.widgets.timeline",
}
__all__ = ["__version__", "dates", *sorted(_TABLES), *sorted(_HOMES)]  # noqa: PLE0604


def __getattr__(name: str) -> object:
    if name in _TABLES:
        from functools import partial

        from afkit.facts.tables import frame

        value: object = partial(frame, name)
    elif name == "dates":
        value = import_module("afkit.facts.dates")
    elif name in _HOMES:
        # A map under its own name would hide Python's inside the module that makes it.
        value = getattr(import_module(_HOMES[name]), {"map": "map_view"}.get(name, name))
    else:
        raise AttributeError(f"afkit has no '{name}'; it has {', '.join(__all__)}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return list(__all__)
