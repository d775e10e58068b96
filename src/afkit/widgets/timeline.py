"""Events in; a timeline from decades to days, its table and its printed picture, out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import traitlets as t

from afkit import kit
from afkit.facts import tables
from afkit.facts.dates import read_day, solar_hijri
from afkit.facts.names import actor
from afkit.facts.schema import Actor, Event, Place
from afkit.widgets.sheets import STATIC, sheets
from afkit.widgets.view import A4_WIDTH, STYLE, View, colours, html_table

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure, FigureBase

    from afkit.widgets.as_of import AsOf

__all__ = ["LANES", "Timeline", "timeline"]

#: How events are put in rows, and what the choice is called.
LANES = {"theme": "by first theme", "actor": "by actor", "none": "in one row"}
#: Lanes by actor show this many actors when none are named.
BUSIEST = 8
#: Titles that fit on a printed page beside the marks.
PRINTED_TITLES = 40
#: A twin in plain HTML lists at most this many events.
LISTED = 120


class Timeline(View):
    """A timeline of events that follows the as-of date; show it by naming it last in a cell.

    Attributes
    ----------
    start, end : str
        First and last day in the window, ``YYYY-MM-DD``; set them to zoom.
    lanes : str
        ``"theme"``, ``"actor"`` or ``"none"``.
    themes : list of str
        Only events with one of these themes; all when empty.
    actors : list of str
        Actor ids: only their events; with lanes by actor, one lane each.
    query : str
        Only events in which these words stand: in title, summary, place or a name in any script.
    listed : bool
        Whether the view shows a list in place of the drawing.
    selected : str
        Id of the chosen event.

    Raises
    ------
    traitlets.TraitError
        When a trait is set to a theme, actor, event or day that there is not.
    """

    _esm = STATIC / "timeline.js"
    sheets = sheets("base", "timeline")

    first = t.Unicode(help="earliest day of all events").tag(sync=True)
    last = t.Unicode(help="latest day of all events").tag(sync=True)
    start = t.Unicode(help="first day in the window").tag(sync=True)
    end = t.Unicode(help="last day in the window").tag(sync=True)
    lanes = t.Enum(tuple(LANES), "theme", help="what the rows stand for").tag(sync=True)
    themes = t.List(t.Unicode(), help="only events with one of these themes").tag(sync=True)
    actors = t.List(t.Unicode(), help="only events of these actors").tag(sync=True)
    query = t.Unicode("", help="only events with these words").tag(sync=True)
    listed = t.Bool(False, help="a list in place of the drawing").tag(sync=True)

    choosable = "event"

    def __init__(
        self,
        start: str = "",
        end: str = "",
        *,
        lanes: str = "theme",
        themes: Iterable[str] = (),
        actors: Iterable[str] = (),
        query: str = "",
        as_of: AsOf | None = None,
        root: Path | None = None,
    ) -> None:
        folder = root or kit.find()
        self._events = tables.records(Event, folder)
        self._actors = {row.id: row for row in tables.records(Actor, folder)}
        self._places = {row.id: row for row in tables.records(Place, folder)}
        days = [day for row in self._events for day in (row.date.first, row.date.last) if day]
        first, last = str(min(days)), str(max(days))
        names = [themes] if isinstance(themes, str) else list(themes)
        people = [actors] if isinstance(actors, str) else list(actors)
        super().__init__(
            as_of,
            folder,
            first=first,
            last=last,
            start=_day(start, "start") if start else kit.load(folder).begins or first,
            end=_day(end, "end") if end else last,
            lanes=lanes,
            themes=names,
            actors=[actor(each, folder).id for each in people],
            query=query,
        )

    def __repr__(self) -> str:
        shown = len(self._shown())
        chosen = f"{self.selected} chosen" if self.selected else "nothing chosen"
        return (
            f"<Timeline {self.start} to {self.end}, as of {self.as_of.date}: {shown} of "
            f"{len(self._events)} events, lanes {LANES[self.lanes]}; {chosen}>"
        )

    def table(self) -> pd.DataFrame:
        """The events in the window that the filters keep and that were known on the as-of date.

        Returns
        -------
        pandas.DataFrame
            Indexed by event id, in order of time: ``date`` (EDTF), ``solar_hijri`` (of the first
            day), ``title``, ``summary``, ``themes``, ``place``, ``actors``, ``confidence``,
            ``note`` and ``sources`` (short cites with ``"; "`` between).
        """
        import pandas as pd

        rows = self._shown()
        cells = {
            "date": [row.date.text for row in rows],
            "solar_hijri": [
                str(solar_hijri(row.date.first)) if row.date.first else "" for row in rows
            ],
            "title": [row.title for row in rows],
            "summary": [row.summary for row in rows],
            "themes": ["; ".join(row.themes) for row in rows],
            "place": [self._places[row.place].name if row.place else "" for row in rows],
            "actors": ["; ".join(self._name(each) for each, _ in row.actors) for row in rows],
            "confidence": [row.confidence for row in rows],
            "note": [row.note for row in rows],
            "sources": self._cites(rows),
        }
        return pd.DataFrame(cells, index=pd.Index([row.id for row in rows], name="id"))

    @property
    def alt(self) -> str:
        """What :meth:`figure` shows, in words."""
        rows = self._shown()
        lanes = "; ".join(f"{name} {len(inside)}" for name, inside in self._lanes(rows))
        ends = f", from “{rows[0].title}” to “{rows[-1].title}”" if rows else ""
        return (
            f"Timeline from {self.start} to {self.end}, as known on {self.as_of.date}: "
            f"{len(rows)} events{ends}. Events per row: {lanes or 'none'}."
        )

    def figure(self) -> Figure:
        """The window as a printed picture: a row per lane, marks for events, bars for spans.

        Dates that are not exact are open marks. Where there is room, titles stand beside the marks.

        Returns
        -------
        matplotlib.figure.Figure
            As wide as an A4 page between its margins; the axis counts days.
        """
        from matplotlib import style
        from matplotlib.figure import Figure

        rows = self._shown()
        titled = len(rows) <= PRINTED_TITLES
        with style.context(STYLE):
            high = 1.6 + (0.24 * len(rows) if titled else 0.34 * len(self._lanes(rows)))
            fig = Figure(figsize=(A4_WIDTH, high), layout="constrained")
            self._paint(fig)
        return fig

    def _paint(self, fig: FigureBase, _share: float = 1.0) -> None:
        from matplotlib.dates import AutoDateLocator, ConciseDateFormatter

        rows = self._shown()
        lanes = self._lanes(rows) or [("no events", [])]
        axes = fig.subplots()
        titled = len(rows) <= PRINTED_TITLES
        (self._draw_titles if titled else self._draw_lanes)(axes, lanes)
        axes.set_xlim(_number(self.start), _number(self.end))
        day = str(self.as_of.day)
        if self.start <= day <= self.end:
            axes.axvline(_number(day), color=colours()[2], linestyle="--")
        axes.set_title(f"Events, as known on {self.as_of.date}")
        locator = AutoDateLocator(minticks=2, maxticks=8)  # type: ignore[no-untyped-call]
        axes.xaxis.set_major_locator(locator)
        axes.xaxis.set_major_formatter(ConciseDateFormatter(locator))  # type: ignore[no-untyped-call]
        axes.set_xlabel("Gregorian date")
        axes.invert_yaxis()

    def _draw_lanes(self, axes: Axes, lanes: Sequence[tuple[str, Sequence[Event]]]) -> None:
        for at, (_, rows) in enumerate(lanes):
            for row in rows:
                self._mark(axes, row, at)
        axes.set_yticks(range(len(lanes)), [name for name, _ in lanes])
        axes.set_ylim(-0.6, len(lanes) - 0.4)
        axes.grid(axis="x")

    def _draw_titles(self, axes: Axes, lanes: Sequence[tuple[str, Sequence[Event]]]) -> None:
        rows = sorted({row.id: row for _, inside in lanes for row in inside}.values(), key=_begins)
        for at, row in enumerate(rows):
            self._mark(axes, row, at)
        axes.set_yticks(range(len(rows)), [f"{row.title} ({row.date})" for row in rows])
        axes.tick_params(axis="y", labelsize=7)
        axes.set_ylim(-0.6, max(len(rows), 1) - 0.4)
        axes.grid(axis="x")

    def _mark(self, axes: Axes, row: Event, at: int) -> None:
        first, last = row.date.first or row.date.last, row.date.last or row.date.first
        if first is None or last is None:
            return
        tone = colours()[1]
        begins, ends = _number(str(first)), _number(str(last))
        exact = row.date.precision in ("day", "interval") and not (
            row.date.approximate or row.date.uncertain
        )
        if last > first:
            line = "-" if exact else ":"
            axes.plot([begins, ends], [at, at], color=tone, linewidth=4, alpha=0.7, linestyle=line)
        fill = tone if exact else "white"
        axes.plot([(begins + ends) / 2], [at], "o", markersize=5, color=tone, markerfacecolor=fill)

    def _ids(self) -> Collection[str]:
        return [row.id for row in self._events]

    def _name(self, name: str) -> str:
        return self._actors[name].name if name in self._actors else name

    def _shown(self) -> list[Event]:
        """Events that the window, the filters and the as-of date let through, in order of time."""
        words, wanted, people = self.query.strip().lower(), set(self.themes), set(self.actors)
        start, end, day = self.start, self.end, self.as_of.day
        kept = [
            row
            for row in self._events
            if (row.date.last is None or str(row.date.last) >= start)
            and (row.date.first is None or str(row.date.first) <= end)
            and (not wanted or wanted & set(row.themes))
            and (not people or people & {name for name, _ in row.actors})
            and (not words or words in self._haystack(row))
            and max(row.date.first or dt.date.min, row.known_from or dt.date.min) <= day
        ]
        return sorted(kept, key=_begins)

    def _haystack(self, row: Event) -> str:
        people = [self._actors[name] for name, _ in row.actors if name in self._actors]
        names = [
            name
            for each in people
            for name in (each.name, *each.aliases, each.name_fa, each.name_ps)
        ]
        place = self._places[row.place].name if row.place else ""
        return " ".join([row.title, row.summary, place, *names]).lower()

    def _lanes(self, rows: Sequence[Event]) -> list[tuple[str, list[Event]]]:
        if self.lanes == "none":
            return [("Events", list(rows))] if rows else []
        if self.lanes == "actor":
            counts: dict[str, int] = {}
            for name in (name for row in rows for name, _ in row.actors):
                counts[name] = counts.get(name, 0) + 1
            ids = self.actors or sorted(counts, key=lambda name: -counts[name])[:BUSIEST]
            return [
                (self._name(each), [row for row in rows if each in dict(row.actors)])
                for each in ids
            ]
        themes = sorted({row.themes[0] for row in rows})
        return [
            (theme.replace("-", " "), [row for row in rows if row.themes[0] == theme])
            for theme in themes
        ]

    def html(self) -> str:
        """What the view shows, as a folded table for readers without JavaScript."""
        rows = self._shown()
        listed = rows[:LISTED]
        cells = [
            (row.date.in_words(), row.title, cited)
            for row, cited in zip(listed, self._cites(listed), strict=True)
        ]
        head = f"Timeline, {self.start} to {self.end}, as known on {self.as_of.date}"
        table = html_table(f"{head}: {len(rows)} events", ("date", "event", "sources"), cells)
        rest = f"<p>and {len(rows) - LISTED} more: see .table()</p>" if len(rows) > LISTED else ""
        return table + rest

    @t.validate("start", "end")
    def _check_day(self, proposal: dict[str, Any]) -> str:
        return _day(proposal["value"], proposal["trait"].name)

    @t.validate("themes")
    def _check_themes(self, proposal: dict[str, Any]) -> list[str]:
        value: list[str] = proposal["value"]
        known = sorted({theme for row in self._events for theme in row.themes})
        for theme in value:
            if theme not in known:
                listed = ", ".join(known)
                raise t.TraitError(f"themes: there is no theme '{theme}'; the themes are {listed}")
        return value

    @t.validate("actors")
    def _check_actors(self, proposal: dict[str, Any]) -> list[str]:
        value: list[str] = proposal["value"]
        for name in value:
            if name not in self._actors:
                raise t.TraitError(
                    f"actors: there is no actor '{name}'; "
                    "afkit.actor('...') finds an id by any spelling"
                )
        return value


def timeline(
    start: str = "",
    end: str = "",
    *,
    lanes: str = "theme",
    themes: Iterable[str] = (),
    actors: Iterable[str] = (),
    query: str = "",
    as_of: AsOf | None = None,
    root: Path | None = None,
) -> Timeline:
    """A timeline of the kit's events; name it last in a cell to see it.

    Parameters
    ----------
    start, end
        First and last day of the window, in any form that :func:`afkit.dates.read_day` reads, also
        a year or a month; all events when left out.
    lanes
        What the rows stand for: ``"theme"``, ``"actor"`` or ``"none"``.
    themes
        Only events with one of these themes.
    actors
        Only events of these actors, by any spelling of their names.
    query
        Only events in which these words stand.
    as_of
        The date to obey; the notebook's shared one when left out.

    Raises
    ------
    traitlets.TraitError
        If there is no such theme, or ``lanes`` is something else.
    ValueError
        If a day cannot be read.
    afkit.facts.names.UnknownNameError, afkit.facts.names.AmbiguousNameError
        If a name is nobody's, or several people's.
    """
    return Timeline(
        start, end, lanes=lanes, themes=themes, actors=actors, query=query, as_of=as_of, root=root
    )


def _begins(row: Event) -> tuple[dt.date, str]:
    return (row.date.first or row.date.last or dt.date.min, row.id)


def _number(day: str) -> float:
    """A day as matplotlib counts it: days since 1970."""
    return float((dt.date.fromisoformat(day) - dt.date(1970, 1, 1)).days)


def _day(given: str, name: str) -> str:
    try:
        found = read_day(given)
    except ValueError as error:
        raise t.TraitError(f"{name}: {error}") from None
    bound = found.last if name == "end" else found.first
    if bound is None:
        raise t.TraitError(f"{name}: '{given}' has no such end; write a day like 2021-08-19")
    return str(bound)
