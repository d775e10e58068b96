"""afkit: one news article of 19 August 2021 as a door to Afghanistan 2001-2021.

In a notebook, ``import afkit`` and then

* ``afkit.article()`` the article, with its claims and names beside it;
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
    from afkit.widgets.show import show as show

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
    "cite": "afkit.facts.citations",
    "exercise": "afkit.exercises.check",
    "reading": "afkit.facts.readings",
    "show": "afkit.widgets.show",
    "term": "afkit.facts.glossary",
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
        value = getattr(import_module(_HOMES[name]), name)
    else:
        raise AttributeError(f"afkit has no '{name}'; it has {', '.join(__all__)}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return list(__all__)
