"""Series of numbers in; a chart that keeps their definitions in sight, its table and print, out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from html import escape
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import traitlets as t

from afkit import kit
from afkit.facts import tables
from afkit.facts.schema import Event, Point, SeriesMeta
from afkit.widgets.sheets import STATIC, sheets
from afkit.widgets.store import prose, reference
from afkit.widgets.view import A4_WIDTH, STYLE, View, colours, html_table

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from afkit.widgets.as_of import AsOf

__all__ = ["MOST", "Chart", "chart"]

#: Series that one chart can tell apart without relying on colour.
MOST = 6
MARKS = ("o", "s", "D", "^", "v", "X")


class Chart(View):
    """Series of numbers over time; show it by naming it last in a cell.

    Attributes
    ----------
    series : list of str
        Ids of the series shown, at most six, all in one unit; they cannot be changed later.
    events : list of str
        Ids of events that are marked on the time axis.
    zero : bool
        Whether the axis of numbers begins at zero; a chart whose axis does not says so.
    numbers : bool
        Whether the view shows the numbers as a table in place of the drawing.
    selected : str
        Id of the chosen point.
    """

    _esm = STATIC / "chart.js"
    sheets = sheets("base", "chart")

    data = t.Dict(help="the series, as the browser reads them").tag(sync=True)
    events = t.List(t.Unicode(), help="events marked on the time axis").tag(sync=True)
    zero = t.Bool(True, help="the axis of numbers begins at zero").tag(sync=True)
    numbers = t.Bool(False, help="a table in place of the drawing").tag(sync=True)

    choosable = "point"

    def __init__(
        self,
        series: Iterable[str],
        *,
        events: Iterable[str] = (),
        as_of: AsOf | None = None,
        root: Path | None = None,
    ) -> None:
        folder = root or kit.find()
        names = [series] if isinstance(series, str) else list(series)
        known = {row.id: row for row in tables.records(SeriesMeta, folder)}
        points = sorted(tables.records(Point, folder), key=_when)
        _refuse(names, known, {row.series for row in points if row.place})
        self._metas = [known[name] for name in names]
        self._points = {name: [row for row in points if row.series == name] for name in names}
        self._events = {row.id: row for row in tables.records(Event, folder)}
        marked = [events] if isinstance(events, str) else list(events)
        super().__init__(as_of, folder, data=self._payload(folder), events=marked)

    @property
    def series(self) -> list[str]:
        """Ids of the series shown."""
        return [meta.id for meta in self._metas]

    def __repr__(self) -> str:
        counts = ", ".join(f"{meta.id} {len(self._points[meta.id])}" for meta in self._metas)
        chosen = f"{self.selected} chosen" if self.selected else "nothing chosen"
        return f"<Chart as of {self.as_of.date}, points: {counts}; {chosen}>"

    def table(self) -> pd.DataFrame:
        """The points up to the as-of date.

        Returns
        -------
        pandas.DataFrame
            Indexed by point id: ``series`` (title), ``date`` (EDTF), ``value``, ``low``, ``high``
            (numbers in ``unit``, missing where the source gives none), ``unit``, ``publisher``,
            ``definition``, ``confidence``, ``note`` and ``sources`` (short cites).
        """
        import pandas as pd

        rows = [(meta, row) for meta in self._metas for row in self._shown(meta.id)]
        cells = {
            "series": [meta.title for meta, _ in rows],
            "date": [row.date.text for _, row in rows],
            "value": [row.value for _, row in rows],
            "low": [row.low for _, row in rows],
            "high": [row.high for _, row in rows],
            "unit": [row.unit for _, row in rows],
            "publisher": [meta.publisher for meta, _ in rows],
            "definition": [meta.definition for meta, _ in rows],
            "confidence": [row.confidence for _, row in rows],
            "note": [row.note for _, row in rows],
            "sources": self._cites(row for _, row in rows),
        }
        frame = pd.DataFrame(cells, index=pd.Index([row.id for _, row in rows], name="id"))
        return frame.astype({"value": float, "low": float, "high": float})

    @property
    def alt(self) -> str:
        """What :meth:`figure` shows, in words."""
        parts = []
        for meta in self._metas:
            rows = self._shown(meta.id)
            told = "no points yet"
            if rows:
                first, last = rows[0], rows[-1]
                highest = max(rows, key=_top)
                told = (
                    f"{len(rows)} points, from {first.words} ({first.date.in_words()}) to "
                    f"{last.words} ({last.date.in_words()}), highest {highest.words} "
                    f"({highest.date.in_words()})"
                )
            parts.append(f"{meta.title}, by {meta.publisher}: {told}")
        return f"Chart in {self._metas[0].unit} as of {self.as_of.date}. {'; '.join(parts)}."

    def figure(self) -> Figure:
        """The series as a printed chart; under it what each counts and who publishes it.

        Returns
        -------
        matplotlib.figure.Figure
            As wide as an A4 page between its margins; the y axis counts the unit of the series.
        """
        import textwrap

        from matplotlib import style
        from matplotlib.dates import AutoDateLocator, ConciseDateFormatter
        from matplotlib.figure import Figure

        notes = [
            f"{meta.title}: {meta.definition} Leaves out: {meta.leaves_out} "
            f"Source: {meta.publisher}."
            for meta in self._metas
        ]
        lines = [textwrap.fill(note, 125) for note in notes]
        with style.context(STYLE):
            high = 3.6 + 0.17 * sum(line.count("\n") + 1.4 for line in lines)
            fig = Figure(figsize=(A4_WIDTH, high), layout="constrained")
            axes = fig.subplots()
            for at, meta in enumerate(self._metas):
                self._draw(axes, meta, at)
            for name in self.events:
                bound = self._events[name].date.first
                if bound and bound <= self.as_of.day:
                    axes.axvline(_days(bound), color="0.5", linewidth=0.8, linestyle=":")
                    look: dict[str, Any] = {"rotation": 90, "va": "top", "ha": "right"}
                    where = ("data", "axes fraction")
                    title = self._events[name].title
                    axes.annotate(
                        title, (_days(bound), 1), xycoords=where, fontsize=6.5, color="0.35", **look
                    )
            bottom = axes.get_ylim()[0]
            if self.zero or bottom <= 0:
                axes.set_ylim(bottom=min(0, bottom))
            else:
                lines.insert(0, "The axis does not begin at zero: differences look larger.")
            locator = AutoDateLocator(minticks=2, maxticks=9)  # type: ignore[no-untyped-call]
            axes.xaxis.set_major_locator(locator)
            axes.xaxis.set_major_formatter(ConciseDateFormatter(locator))  # type: ignore[no-untyped-call]
            axes.yaxis.set_major_formatter("{x:,.10g}")
            axes.set_ylabel(self._metas[0].unit)
            axes.grid(axis="y")
            if len(self._metas) > 1:
                axes.legend()
                title = f"{len(self._metas)} series in {self._metas[0].unit}"
            else:
                title = self._metas[0].title
            axes.set_title(f"{title}, as of {self.as_of.date}")
            fig.supxlabel("\n".join(lines), x=0.01, ha="left", fontsize=7)
        return fig

    def _draw(self, axes: Axes, meta: SeriesMeta, at: int) -> None:
        rows, tone = self._shown(meta.id), colours()[(at + 1) % MOST]
        middles = [_middle(row) for row in rows]
        for row, x in zip(rows, middles, strict=True):
            if row.low is not None and row.high is not None:
                axes.plot([x, x], [row.low, row.high], color=tone, linewidth=3, alpha=0.4)
        valued = [
            (x, row.value) for x, row in zip(middles, rows, strict=True) if row.value is not None
        ]
        # Room between lowest and highest, where numbers follow each other without a gap.
        for band in _runs([(x, *_range(row)) for x, row in zip(middles, rows, strict=True)]):
            xs, lows, highs = zip(*band, strict=True)
            axes.fill_between(xs, lows, highs, color=tone, alpha=0.14, linewidth=0)
        label = meta.title
        for run in _runs(valued):
            xs, ys = zip(*run, strict=True)
            axes.plot(xs, ys, marker=MARKS[at], markersize=5, color=tone, label=label)
            label = "_again"  # matplotlib leaves such names out of the legend

    def _shown(self, name: str) -> list[Point]:
        """Points that were known on the as-of date: no year has a number before it is over."""
        return [row for row in self._points[name] if row.known <= self.as_of.day]

    def _payload(self, root: Path) -> dict[str, Any]:
        used: set[str] = set()
        listed = []
        for meta in self._metas:
            rows = self._points[meta.id]
            used |= {each for row in (meta, *rows) for each in row.sources}
            listed.append(
                {
                    "id": meta.id,
                    "title": meta.title,
                    "definition": meta.definition,
                    "unit": meta.unit,
                    "publisher": meta.publisher,
                    "leaves_out": meta.leaves_out,
                    "note": prose(meta.note, root),
                    "points": [
                        {
                            "id": row.id,
                            "from": str(row.date.first or row.date.last),
                            "to": str(row.date.last or row.date.first),
                            "known": str(row.known),
                            "words": row.date.in_words(),
                            "vague": row.date.approximate or row.date.uncertain,
                            "value": row.value,
                            "low": row.low,
                            "high": row.high,
                            "sure": row.confidence,
                            "note": prose(row.note, root),
                            "sources": list(row.sources),
                        }
                        for row in rows
                    ],
                }
            )
        return {
            "series": listed,
            "references": {each: reference(each, root) for each in sorted(used)},
        }

    def _ids(self) -> Collection[str]:
        return [row.id for rows in self._points.values() for row in rows]

    def _chosen(self) -> str:
        for meta in self._metas:
            for row in self._points[meta.id]:
                if row.id == self.selected:
                    told = f"{row.words} {meta.unit}, {row.date.in_words()}"
                    return f"<p>Chosen: <strong>{escape(told)}</strong>. {escape(meta.title)}.</p>"
        return ""

    def html(self) -> str:
        """What the view shows, as a folded table for readers without JavaScript."""
        parts = []
        for meta in self._metas:
            rows = self._shown(meta.id)
            cells = [
                (row.date.in_words(), row.words, cited)
                for row, cited in zip(rows, self._cites(rows), strict=True)
            ]
            parts.append(
                html_table(f"{meta.title} ({meta.unit})", ("date", "number", "sources"), cells)
            )
            parts.append(
                f"<p>{escape(meta.definition)} Leaves out: {escape(meta.leaves_out)} "
                f"Publisher: {escape(meta.publisher)}.</p>"
            )
        return "".join(parts)

    @t.validate("events")
    def _check_events(self, proposal: dict[str, Any]) -> list[str]:
        value: list[str] = proposal["value"]
        for name in value:
            if name not in self._events:
                raise t.TraitError(
                    f"events: there is no event '{name}'; the ids are in afkit.events()"
                )
        return value


def chart(
    *series: str,
    events: Iterable[str] = (),
    as_of: AsOf | None = None,
    root: Path | None = None,
) -> Chart:
    """Series of the kit as a chart; name it last in a cell to see it.

    Parameters
    ----------
    *series
        Ids of one to six series in one unit: the ids are in ``afkit.series_meta()``.
    events
        Ids of events to mark on the time axis.
    as_of
        The date to obey; the notebook's shared one when left out.

    Raises
    ------
    ValueError
        If a series is unknown or counts by province, none or more than six are named, or their
        units differ.
    traitlets.TraitError
        If there is no such event.
    """
    return Chart(series, events=events, as_of=as_of, root=root)


def _refuse(
    names: Sequence[str], known: Mapping[str, SeriesMeta], by_province: Collection[str]
) -> None:
    from difflib import get_close_matches

    for name in names:
        if name not in known:
            close = ", ".join(get_close_matches(name, known, n=3, cutoff=0.4))
            hint = f"close to it: {close}" if close else "the ids are in afkit.series_meta()"
            raise ValueError(f"there is no series '{name}'; {hint}")
        if name in by_province:
            raise ValueError(
                f"'{name}' has a number for each province, which a chart has no room for; show it "
                f'with afkit.map(series="{name}")'
            )
    if not 1 <= len(names) <= MOST:
        raise ValueError(f"a chart shows 1 to {MOST} series; you named {len(names)}")
    units = {name: known[name].unit for name in names}
    if len(set(units.values())) > 1:
        told = "; ".join(f"{name} counts {unit}" for name, unit in units.items())
        raise ValueError(f"one chart has one unit: {told}. Make a chart for each unit")


def _when(row: Point) -> tuple[str, str]:
    return (str(row.date.first or row.date.last), row.id)


def _days(day: dt.date) -> float:
    """A day as matplotlib counts it: days since 1970."""
    return float((day - dt.date(1970, 1, 1)).days)


def _middle(row: Point) -> float:
    first, last = row.date.first or row.date.last, row.date.last or row.date.first
    return (_days(first) + _days(last)) / 2 if first and last else 0.0


def _runs(points: Sequence[tuple[float, ...]]) -> list[list[tuple[float, ...]]]:
    """Points in runs without a gap: where years are missing, no line is drawn."""
    gaps = sorted(after[0] - here[0] for here, after in pairwise(points))
    most = gaps[len(gaps) // 2] * 1.5 + 1 if gaps else 0.0
    runs: list[list[tuple[float, ...]]] = []
    for point in points:
        if runs and point[0] - runs[-1][-1][0] <= most:
            runs[-1].append(point)
        else:
            runs.append([point])
    return runs


def _range(row: Point) -> tuple[float, float]:
    if row.low is None or row.high is None:
        return (float("nan"), float("nan"))
    return (row.low, row.high)


def _top(row: Point) -> float:
    return max(each for each in (row.value, row.high, row.low) if each is not None)
