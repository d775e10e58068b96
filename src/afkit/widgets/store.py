"""The tables in; one model in the page that all views of a notebook read out.

The facts go to the browser once, however many views show them. Rows are plain mappings, with the
words that a reader sees already made: dates in words, names in their own script, short notes.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

import ipywidgets
import traitlets as t

from afkit import kit
from afkit.facts import tables
from afkit.facts.citations import cite
from afkit.facts.dates import MONTHS, Edtf, solar_hijri
from afkit.facts.schema import Actor, Control, Event, Place, Role, Row, Tie

__all__ = ["Facts", "facts", "native", "prose", "reference", "span"]

R = TypeVar("R", bound=Row)


class Facts(ipywidgets.Widget):  # type: ignore[misc]
    """The facts of a kit as a model that views point to; it has no view of its own.

    Attributes
    ----------
    data : dict
        Lists ``events``, ``actors``, ``roles``, ``ties``, ``places`` and ``control``, and the
        mapping ``references``; every row has ``id``, ``from`` and ``to`` (ISO days or ``""``),
        ``words`` (the dates in words), ``sure``, ``note`` and ``sources``.
    """

    data = t.Dict(help="the rows, as the browser reads them").tag(sync=True)

    def __repr__(self) -> str:
        return f"<Facts: {len(self.data.get('events', ()))} events>"


def facts(root: Path | None = None) -> Facts:
    """The shared model of a kit's facts, made anew when a table has changed.

    Raises
    ------
    afkit.facts.tables.DataError
        If a table cannot be read.
    """
    folder = root or kit.find()
    rows = tuple(
        tables.records(record, folder) for record in (Event, Actor, Role, Tie, Place, Control)
    )
    held = _SHARED.get(folder)
    # The tables are cached: unchanged files give the very same tuples.
    if (
        held
        and held[1].comm is not None
        and all(a is b for a, b in zip(held[0], rows, strict=True))
    ):
        return held[1]
    model = Facts(data=_payload(folder))
    _SHARED[folder] = (rows, model)
    return model


_SHARED: dict[Path, tuple[tuple[tuple[Row, ...], ...], Facts]] = {}


def native(row: Actor | Place) -> list[dict[str, str]]:
    """Names in their own script, with the language that a screen reader should read them in."""
    names: tuple[tuple[str, str, str], ...]
    names = (("fa-AF", "Dari", row.name_fa), ("ps", "Pashto", row.name_ps))
    if row.name_fa == row.name_ps:
        names = (("fa-AF", "Dari and Pashto", row.name_fa),)
    return [{"lang": lang, "language": word, "name": name} for lang, word, name in names if name]


def span(start: Edtf | None, end: Edtf | None) -> str:
    """A time in words: ``2001 to 12 April 2004``, ``from 2015``, ``dates unknown``."""
    if start and end:
        return f"{start.in_words()} to {end.in_words()}"
    if start:
        return f"from {start.in_words()}"
    return f"until {end.in_words()}" if end else "dates unknown"


def prose(text: str, root: Path) -> str:
    """Prose with short cites in place of the ids by which it names references."""
    import re

    known = tables.references(root)
    words = r"[a-z0-9]+(?:-[a-z0-9]+)+"
    return re.sub(
        words,
        lambda found: cite(found[0], root).short if found[0] in known else found[0],
        text,
    )


def _payload(root: Path) -> dict[str, Any]:
    events = sorted(tables.records(Event, root), key=_when)
    actors, places = tables.records(Actor, root), tables.records(Place, root)
    roles, ties = tables.records(Role, root), tables.records(Tie, root)
    control = sorted(tables.records(Control, root), key=_when)
    used = {
        each for rows in (events, actors, places, control) for row in rows for each in row.sources
    }
    return {
        "events": [_event(row, root) for row in events],
        "actors": [_actor(row, root) for row in actors],
        "places": [_place(row, places, root) for row in places],
        "roles": [
            _common(row, row.start, row.end)
            | {
                "actor": row.actor, "title": row.title, "organisation": row.organisation,
                "claimed": row.claimed, "words": span(row.start, row.end),
            }
            for row in roles
        ],
        "ties": [
            _common(row, row.start, row.end)
            | {"a": row.a, "b": row.b, "kind": row.kind, "words": span(row.start, row.end)}
            for row in ties
        ],
        "control": [
            _common(row, row.date, None)
            | {
                "place": row.place, "controller": row.controller, "status": row.status,
                "by": row.reported_by, "words": row.date.in_words(),
            }
            | _full(row, root)
            for row in control
        ],
        "references": {each: reference(each, root) for each in sorted(used)},
    }  # fmt: skip


def _when(row: Event | Control) -> tuple[str, str, str]:
    first, last = row.date.first, row.date.last
    return (str(first or ""), str(last or "9999"), row.id)


def _common(row: Row, start: Edtf | None, end: Edtf | None) -> dict[str, Any]:
    first, last = start and start.first, end and end.last
    return {"id": row.id, "from": str(first or ""), "to": str(last or ""), "sure": row.confidence}


def _full(row: Row, root: Path) -> dict[str, Any]:
    return {"note": prose(row.note, root), "sources": list(row.sources)}


def _event(row: Event, root: Path) -> dict[str, Any]:
    date = row.date
    return (
        _common(row, date, date)
        | _full(row, root)
        | {
            "title": row.title,
            "text": row.summary,
            "words": date.in_words(),
            "solar": _solar(date),
            "precision": date.precision,
            "vague": date.approximate or date.uncertain,
            "open": date.first is None or date.last is None,
            "known": str(row.known_from or ""),
            "known_words": _day(row.known_from),
            "themes": list(row.themes),
            "place": row.place,
            "actors": [list(each) for each in row.actors],
        }
    )


def _actor(row: Actor, root: Path) -> dict[str, Any]:
    words = {"person": ("born", "died"), "organisation": ("founded", "dissolved")}
    days = zip(words.get(row.kind, ("from", "until")), (row.born, row.died), strict=True)
    facts_of = ", ".join([row.kind, *(f"{word} {day.in_words()}" for word, day in days if day)])
    return (
        _common(row, row.born, row.died)
        | _full(row, root)
        | {
            "name": row.name,
            "kind": row.kind,
            "native": native(row),
            "aliases": list(row.aliases),
            "text": row.summary,
            "words": facts_of,
        }
    )


def _place(row: Place, places: tuple[Place, ...], root: Path) -> dict[str, Any]:
    province = next((each for each in places if each.id == row.province and each is not row), None)
    return (
        _common(row, row.created, None)
        | _full(row, root)
        | {
            "name": row.name,
            "kind": row.kind,
            "native": native(row),
            "aliases": list(row.aliases),
            "iso": row.iso,
            "country": row.country,
            "province": row.province,
            "capital": row.capital,
            "lat": row.lat,
            "lon": row.lon,
            "words": f"{row.kind} in {province.name}" if province else row.kind,
        }
    )


def _day(day: object) -> str:
    return Edtf(str(day)).in_words() if day else ""


@lru_cache(maxsize=4096)
def _solar(date: Edtf) -> str:
    """The same time in the Solar Hijri calendar, as exactly as the date is known."""
    first, last = date.first, date.last
    if first is None or last is None:
        bound = first or last
        return f"{'from' if first else 'until'} {solar_hijri(bound)}" if bound else ""
    start, end = solar_hijri(first), solar_hijri(last)
    about = "about " if date.approximate else "perhaps " if date.uncertain else ""
    if first == last:
        return f"{about}{start}"
    if date.precision == "interval":
        return f"{about}{start} to {end}"
    years = str(start.year) if start.year == end.year else f"{start.year}/{end.year}"
    if date.precision != "month":
        return f"{about}{years}"
    months = f"{start.month_name}/{end.month_name}"
    return f"{about}{months} {years}"


def reference(name: str, root: Path) -> dict[str, str]:
    """A reference as a card prints it: who, when, title, where published, address."""
    citation = cite(name, root)
    where = citation.item.get("container-title") or citation.item.get("publisher") or ""
    return {
        "who": citation.who,
        "issued": _issued(citation.issued),
        "title": citation.title,
        "where": "" if where == citation.who else str(where),
        "url": citation.url,
    }


def _issued(text: str) -> str:
    year, _, rest = text.partition("-")
    if not rest:
        return text
    month, _, day = rest.partition("-")
    named = f"{MONTHS[int(month) - 1]} {year}"
    return f"{int(day)} {named}" if day else named
