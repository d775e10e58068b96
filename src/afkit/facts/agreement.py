"""All tables together in; what their rows say against each other out: lives, offices, holders.

A date that is not exact speaks only where every reading of it contradicts the other row.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import NamedTuple

from afkit.facts.dates import Edtf
from afkit.facts.schema import Actor, Control, Event, Place, Role, Row, Tie
from afkit.facts.tables import Problem

__all__ = ["PASSIVE", "disagreements", "outlasting"]

#: Parts in an event that somebody can have who is no longer there.
PASSIVE = frozenset(
    {
        *("accused", "commemorated", "honoured", "mentioned", "named", "owner", "pictured"),
        *("predecessor", "quoted", "remembered", "subject", "victim"),
    }
)
#: How titles begin that several people hold at the same time.
_SHARED = re.compile(
    r"(acting )?(adviser|candidate|correspondent|delegate|deputy|founder|journalist|judge|member"
    r"|newsreader|photographer|presenter|reporter|senator|spokes\w+|staff|worker)\b"
)

#: Ties that read the same from both ends.
_MUTUAL = ("allied", "kin", "negotiates", "opposed")

Tables = Mapping[str, Sequence[Row]]
Life = tuple[Edtf | None, Edtf | None]


def disagreements(tables: Tables) -> Iterator[Problem]:
    """Rows that contradict each other for certain."""
    yield from _event_problems(tables)
    yield from _bond_problems(tables)
    yield from _office_problems(tables)
    yield from _holder_problems(tables)
    yield from _repetitions(tables)


def outlasting(tables: Tables) -> Iterator[Problem]:
    """Roles and ties that begin before, or end after, the organisation or state they belong to.

    They can be right: an ambassador stays when the state that sent him is gone. So they are no
    problem of the data by themselves; a reader decides, and keeps the reason.
    """
    for bond in _bonds(tables):
        if bond.actor.kind != "person":
            yield from bond.problems(_overhang(bond.time, (bond.actor.born, bond.actor.died)))


class _Bond(NamedTuple):
    """One end of a role or tie: where it is written, whose life it should lie in, and its time."""

    file: str
    row: str
    actor: Actor
    time: Life

    def problems(self, found: str) -> Iterator[Problem]:
        if found:
            expected = f"a time within {_life(self.actor)}"
            yield Problem(self.file, self.row, found, expected)


def _rows(tables: Tables, name: str) -> Iterator[tuple[tuple[str, str], Row]]:
    for line, row in enumerate(tables.get(name, ()), start=2):
        yield (f"data/{name}.csv", f"row {line} ({row.id})"), row


def _actors(tables: Tables) -> dict[str, Actor]:
    """Actors by id, without those whose own dates run backwards: that is reported by itself."""
    return {
        row.id: row
        for row in tables.get("actors", ())
        if isinstance(row, Actor) and not _after(row.born, row.died)
    }


def _after(start: Edtf | None, end: Edtf | None) -> bool:
    """Whether ``start`` lies after ``end`` however the two are read."""
    return bool(start and end and start.first and end.last and start.first > end.last)


def _life(actor: Actor) -> str:
    return f"the time of {actor.id} ({actor.born or ''}..{actor.died or ''})"


def _event_problems(tables: Tables) -> Iterator[Problem]:
    actors = _actors(tables)
    places = {row.id: row for row in tables.get("places", ()) if isinstance(row, Place)}
    for where, event in _rows(tables, "events"):
        assert isinstance(event, Event)  # noqa: S101  for the type checker
        place = places.get(event.place)
        if place and _after(place.created, event.date):
            found = f"date {event.date} at {place.id}"
            yield Problem(*where, found, f"a place that is there: {place.id} from {place.created}")
        for name, part in event.actors:
            actor = actors.get(name)
            if actor and _after(actor.born, event.date):
                yield Problem(*where, f"{name}:{part} on {event.date}", f"a day in {_life(actor)}")
            elif actor and part not in PASSIVE and _after(event.date, actor.died):
                expected = f"a day in {_life(actor)}, or a part like 'honoured' or 'mentioned'"
                yield Problem(*where, f"{name}:{part} on {event.date}", expected)


def _bonds(tables: Tables) -> Iterator[_Bond]:
    actors = _actors(tables)
    for where, row in _rows(tables, "roles"):
        assert isinstance(row, Role)  # noqa: S101  for the type checker
        # Who only claims an office may claim it of a state that is gone.
        for name in [row.actor] if row.claimed else [row.actor, row.organisation]:
            if name in actors:
                yield _Bond(*where, actors[name], (row.start, row.end))
    for where, row in _rows(tables, "ties"):
        assert isinstance(row, Tie)  # noqa: S101  for the type checker
        # Who succeeds another may well do so after the other's death.
        for name in [row.a] if row.kind == "succeeds" else [row.a, row.b]:
            if name in actors:
                yield _Bond(*where, actors[name], (row.start, row.end))


def _bond_problems(tables: Tables) -> Iterator[Problem]:
    for bond in _bonds(tables):
        life = (bond.actor.born, bond.actor.died)
        person = bond.actor.kind == "person"
        yield from bond.problems(_overhang(bond.time, life) if person else _apart(bond.time, life))


def _overhang(time: Life, life: Life) -> str:
    """What of a time lies outside a life, as found; empty if nothing does for certain."""
    for name, day in zip(("from", "to"), time, strict=True):
        if _after(day, life[1]):
            return f"{name} {day}, after the end"
        if _after(life[0], day):
            return f"{name} {day}, before the beginning"
    return ""


def _apart(time: Life, life: Life) -> str:
    """A time that lies wholly outside a life, as found; empty if it may touch it."""
    if _after(time[0], life[1]):
        return f"from {time[0]}, after the end"
    return f"to {time[1]}, before the beginning" if _after(life[0], time[1]) else ""


def _office_problems(tables: Tables) -> Iterator[Problem]:
    offices: dict[tuple[str, str], list[tuple[tuple[str, str], Role]]] = defaultdict(list)
    for where, row in _rows(tables, "roles"):
        assert isinstance(row, Role)  # noqa: S101  for the type checker
        title = row.title.casefold().replace("’", "'")
        if not (row.claimed or not row.organisation or _SHARED.match(title)):
            offices[title, row.organisation].append((where, row))
    for held in offices.values():
        for (_, first), (where, second) in combinations(held, 2):
            if first.actor != second.actor and _together(first, second):
                found = f"{second.actor} '{second.title}' {_term(second)}"
                taken = f"{first.id}: {first.actor} {_term(first)}"
                expected = f"one holder at a time, or claimed true ({taken})"
                yield Problem(*where, found, expected)


def _repetitions(tables: Tables) -> Iterator[Problem]:
    """One role or tie written twice, perhaps from the other end, unless certainly at two times."""
    known: dict[tuple[str, ...], list[tuple[tuple[str, str], Role | Tie]]] = defaultdict(list)
    for where, row in (*_rows(tables, "roles"), *_rows(tables, "ties")):
        if isinstance(row, Role):
            known[row.actor, row.title.casefold(), row.organisation].append((where, row))
        elif isinstance(row, Tie):
            ends = sorted((row.a, row.b)) if row.kind in _MUTUAL else (row.a, row.b)
            known[row.kind, *ends].append((where, row))
    for rows in known.values():
        for (_, first), (where, second) in combinations(rows, 2):
            if not (_before(first, second) or _before(second, first)):
                found = f"the same as {first.id}, {_term(second)}"
                yield Problem(*where, found, f"one row, or times apart ({_term(first)})")


def _before(one: Role | Tie, other: Role | Tie) -> bool:
    """Whether one had ended for certain when the other began."""
    ended, began = one.end and one.end.last, other.start and other.start.first
    return bool(ended and began and ended < began)


def _term(role: Role | Tie) -> str:
    return f"{role.start or ''}..{role.end or ''}"


def _core(role: Role) -> tuple[dt.date, dt.date] | None:
    """The days on which somebody held an office for certain; a blank end is not known."""
    first = role.start.last if role.start else None
    last = role.end.first if role.end else None
    first, last = first or last, last or first
    return (first, last) if first and last and first <= last else None


def _together(one: Role, other: Role) -> bool:
    """Whether two held an office together for certain; the day of the hand-over is nobody's."""
    mine, yours = _core(one), _core(other)
    if not mine or not yours:
        return False
    begin, end = max(mine[0], yours[0]), min(mine[1], yours[1])
    if begin == end:  # a single known day counts where it lies inside the other's time
        return any(first < begin < last for first, last in (mine, yours))
    return end - begin > dt.timedelta(days=1)


def _holder_problems(tables: Tables) -> Iterator[Problem]:
    """A capital that falls again to the one who holds it already."""
    provinces = [row for row in tables.get("places", ()) if isinstance(row, Place) and row.capital]
    capitals = {each.capital for each in provinces}
    known: dict[str, list[tuple[tuple[str, str], Control]]] = defaultdict(list)
    for where, row in _rows(tables, "control"):
        assert isinstance(row, Control)  # noqa: S101  for the type checker
        if row.place in capitals:
            known[row.place].append((where, row))
    for entries in known.values():
        entries.sort(key=lambda each: (each[1].date.first or dt.date.min, each[1].date.last))
        holder: Control | None = None
        for where, row in entries:
            if holder and row.controller != holder.controller:
                holder = None
            if holder and row.status == "held":
                found = f"{row.place} falls to {row.controller} on {row.date}"
                expected = f"another controller between; it is held since {holder.date}"
                yield Problem(*where, found, f"{expected} ({holder.id})")
            if row.status == "held":
                holder = row
