"""Places, control rows and outlines in; a map as of a date, its table and its printed picture, out.

On a day, the rows of a place with the newest date not after it decide, for a year at most: who held
a town in 2001 does not by that hold it in 2020. Where rows of one date name
different controllers, the claims stand side by side: the map takes no side. Nothing here names a
controller: its shape, tone and pattern follow the order in which controllers appear in the table.

In place of control the map can show a number for each province: numbers that are handed over, or a
series of the kit. A series follows the date: all its numbers are of one time, the newest that was
known on the day, and a class means the same on every day.
"""

from __future__ import annotations

import datetime as dt
import json
from bisect import bisect_right
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from html import escape
from itertools import groupby, pairwise
from math import cos, floor, isfinite, log10, radians
from pathlib import Path
from textwrap import fill
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import ipywidgets
import traitlets as t

from afkit import kit
from afkit.facts import tables
from afkit.facts.borders import OUTLINES
from afkit.facts.citations import cite
from afkit.facts.dates import Edtf
from afkit.facts.schema import Actor, Control, Place, Point, SeriesMeta
from afkit.widgets.sheets import STATIC, sheets
from afkit.widgets.store import prose
from afkit.widgets.view import A4_WIDTH, STYLE, View, colours, html_table

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure, FigureBase
    from matplotlib.lines import Line2D

    from afkit.widgets.as_of import AsOf

__all__ = ["MapView", "Outlines", "map_view"]

#: Statuses, and how a mark is filled in print.
FILLS: dict[str, Literal["full", "left", "none"]] = {
    "held": "full",
    "contested": "left",
    "reported": "none",
}
#: Looks of controllers in print, by order of appearance; the view has the same shapes.
MARKERS = ("o", "s", "D", "^", "v", "p")
HATCHES = ("///", "...", "---", "\\\\\\", "|||", "++")
#: How long a row speaks when nothing newer is known.
LASTS = dt.timedelta(days=365)
#: Provincial numbers are drawn in at most this many classes.
CLASSES = 5
CAPITAL_ONLY = (
    "A province is tinted like its capital, faintly: who holds a capital does not by that hold the "
    "whole province."
)
Claims = tuple[Control, ...]


class Outlines(ipywidgets.Widget):  # type: ignore[misc]
    """The outlines of provinces as a model that all maps of a notebook share.

    Attributes
    ----------
    data : dict
        A GeoJSON feature collection (WGS 84); each feature has ``properties.iso``.
    """

    data = t.Dict(help="GeoJSON").tag(sync=True)

    def __repr__(self) -> str:
        return f"<Outlines: {len(self.data.get('features', ()))} provinces>"


class MapView(View):
    """Provinces, places and who held them on the as-of date; name it last in a cell to show it.

    Attributes
    ----------
    selected : str
        Id of the chosen place or province.
    values : dict
        Your own numbers by province id, ``{}`` when the map shows control or a series.
    series : str
        Id of the series shown, ``""`` when the map shows none.
    title, unit, source : str
        What the numbers are, in which unit, and who publishes them.

    Raises
    ------
    traitlets.TraitError
        When ``selected`` is set to a place that the map does not have.
    ValueError
        When ``values`` names no province, is no number, or comes without title and source; when
        there is no such ``series``, or it has no number for single provinces.
    afkit.facts.tables.DataError
        If a table or the outlines cannot be read.
    """

    _esm = STATIC / "map.js"
    sheets = sheets("base", "map")

    geometry = t.Instance(Outlines).tag(sync=True, **ipywidgets.widget_serialization)
    controllers = t.List(t.Dict(), help="id and name, by order of appearance").tag(sync=True)
    values = t.Dict(help="numbers by province id").tag(sync=True)
    bounds = t.List(t.Float(), help="lowest value of each class but the first").tag(sync=True)
    series = t.Unicode("", help="id of the series shown").tag(sync=True)
    about = t.Unicode("", help="what the series counts and leaves out").tag(sync=True)
    note = t.Unicode("", help="who says what about the series").tag(sync=True)
    periods = t.List(t.Dict(), help="numbers of the series by time").tag(sync=True)
    classes = t.List(t.Unicode(), help="the classes of the series in words").tag(sync=True)
    title = t.Unicode("", help="what the numbers are").tag(sync=True)
    unit = t.Unicode("", help="unit of the numbers").tag(sync=True)
    source = t.Unicode("", help="who publishes the numbers").tag(sync=True)
    lasts = t.Int(help="days for which a control row speaks").tag(sync=True)
    credit = t.Unicode("", help="whose the outlines are").tag(sync=True)
    places = t.List(t.Unicode(), help="ids that can be chosen").tag(sync=True)

    choosable = "place on this map"

    def __init__(
        self,
        selected: str = "",
        *,
        values: Mapping[str, float] | None = None,
        series: str = "",
        title: str = "",
        unit: str = "",
        source: str = "",
        as_of: AsOf | None = None,
        root: Path | None = None,
    ) -> None:
        if series and values is not None:
            raise ValueError("map: values= or series=, not both: a map shows one thing")
        folder = root or kit.find()
        geometry = _outlines(folder)
        drawn = {each["properties"]["iso"] for each in geometry.data["features"]}
        rows = tables.records(Place, folder)
        self._provinces = {row.id: row for row in rows if row.iso in drawn}
        inside = {row.country for row in self._provinces.values()}
        self._places = {row.id: row for row in rows if row.country in inside and not _whole(row)}
        self._capitals = {row.capital: row for row in self._provinces.values() if row.capital}
        self._names = {row.id: row.name for row in tables.records(Actor, folder)}
        self._control = _by_place(
            row for row in tables.records(Control, folder) if row.place in self._places
        )
        order = sorted((row for rows in self._control.values() for row in rows), key=_when)
        self._controllers = list(dict.fromkeys(row.controller for row in order))
        numbers = _numbers(values, self._provinces)
        if numbers and not (title.strip() and source.strip()):
            raise ValueError(
                "map: numbers need title= and source=, so that a reader knows what they count "
                'and who says so: afkit.map(values=..., title="...", unit="...", source="...")'
            )
        self._times: list[_Time] = []
        about = note = ""
        if series:
            meta, self._times = _series(series, self._provinces, folder)
            title, unit, source = title or meta.title, meta.unit, meta.publisher
            about = f"{meta.definition} Leaves out: {meta.leaves_out}"
            note = prose(meta.note, folder)
        super().__init__(
            as_of,
            folder,
            geometry=geometry,
            controllers=[{"id": each, "name": self._name(each)} for each in self._controllers],
            values=numbers,
            bounds=self._steps() if series else _bounds(numbers.values()),
            series=series,
            classes=_spans(self._steps()) if series else [],
            about=about,
            note=note,
            periods=[self._payload(each, folder) for each in self._times],
            title=title,
            unit=unit,
            source=source,
            lasts=LASTS.days,
            credit=_credit(self._provinces.values(), folder),
            places=list(self._places),
            selected=selected,
        )

    def __repr__(self) -> str:
        chosen = f"{self.selected} chosen" if self.selected else "nothing chosen"
        if self._counting:
            when = f", {self._time_words()}" if self.series else ""
            return f"<MapView of {self.title}{when}: {len(self._numbers())} provinces; {chosen}>"
        told = "; ".join(self._told()) or "no row for this time"
        return f"<MapView as of {self.as_of.date}: {told}; {chosen}>"

    def table(self) -> pd.DataFrame:
        """What the map shows as of the date, one row a place and claim.

        Returns
        -------
        pandas.DataFrame
            Of control: ``place``, ``province``, ``controller``, ``status``, ``since`` (in words),
            ``reported_by`` and ``sources`` (short cites), indexed by the control row's id. Places
            with no row up to the date have ``status`` ``"unknown"`` and their own id as index. Of
            numbers: ``province``, ``value``, ``unit``, ``class`` (1 is lowest) and ``source``,
            indexed by province id, highest first. Of a series: ``province``, ``date`` (EDTF),
            ``value``, ``low``, ``high`` (in ``unit``, missing where the source gives none),
            ``unit``, ``class``, ``note`` and ``sources``; a province without a number on the date
            has a row without one, at the end.
        """
        import pandas as pd

        rows = self._rows()
        index = pd.Index(list(rows), name="id")
        return pd.DataFrame(list(rows.values()), index=index, columns=list(self._columns))

    @property
    def alt(self) -> str:
        """What :meth:`figure` shows, in words."""
        if self._counting:
            ends = [f"{self._places[each].name} {self._figure(each)}" for each in self._ranked()]
            when = f", {self._time_words()}" if self.series else ""
            found = f"Highest: {', '.join(ends[:3])}. Lowest: {', '.join(ends[-3:])}. "
            return (
                f"Map of {len(self._provinces)} provinces: {self.title}"
                f"{f' ({self.unit})' if self.unit else ''}{when}, {len(ends)} provinces with a "
                f"number. {found if ends else ''}Source: {self.source}."
            )
        told = "; ".join(self._told()) or "no place has a row for this time"
        differing = [
            f"{self._places[name].name} ({_joined(self._claim(each) for each in claims)})"
            for name, claims in self._states().items()
            if _differ(claims)
        ]
        more = f" Claims differ on {', '.join(differing)}." if differing else ""
        return (
            f"Map of {len(self._provinces)} provinces and who held {len(self._control)} places as "
            f"of {self._words()}: {told}.{more} {CAPITAL_ONLY}"
        )

    def figure(self) -> Figure:
        """The map in print; show it with ``afkit.show(m.figure(), alt=m.alt)``.

        Returns
        -------
        matplotlib.figure.Figure
            As wide as an A4 page between its margins. A full mark is held, a half mark contested,
            an empty mark with a dot reported; a controller has a shape, a tone and a hatching.
        """
        from matplotlib import style
        from matplotlib.figure import Figure

        with style.context(STYLE):
            fig = Figure(figsize=(A4_WIDTH, A4_WIDTH * 0.82), layout="constrained")
            self._paint(fig)
        return fig

    def _paint(self, fig: FigureBase, share: float = 1.0) -> None:
        # On a share of the page there are fewer names, and the legend stands beside the map.
        axes = fig.subplots()
        counting = self._counting
        handles = self._draw_values(axes) if counting else self._draw_control(axes, share)
        axes.set_aspect(1 / cos(radians(sum(axes.get_ylim()) / 2)))
        axes.set_axis_off()
        title = f"{self.title}, {self._time_words()}" if self.series else self.title
        axes.set_title(title if counting else f"Control as of {self._words()}")
        beside = (
            {"loc": "lower right"}
            if share == 1
            else {"loc": "lower left", "bbox_to_anchor": (1, 0)}
        )
        axes.legend(handles=handles, fontsize=7, **beside)
        notes = f"Source: {self.source}" if counting else CAPITAL_ONLY
        if self.series:
            notes = fill(f"In {self.unit}. {self.about} {notes}", 150)
        fig.supxlabel(f"{notes}\n{self.credit}".strip(), fontsize=6.5, x=0.01, ha="left")

    # ---- what holds on the date

    def _states(self) -> dict[str, Claims]:
        """The claims that decide on the date, for each place that ever has a row."""
        day = self.as_of.day
        return {name: _newest(rows, day) for name, rows in self._control.items()}

    def _counts(self) -> Counter[tuple[str, str]]:
        """How many places each controller has in each status; ``("", "")`` counts unknown ones."""
        counts: Counter[tuple[str, str]] = Counter()
        for claims in self._states().values():
            if _differ(claims):
                counts["", "differ"] += 1
            elif claims:
                counts[claims[-1].controller, claims[-1].status] += 1
            else:
                counts["", ""] += 1
        return counts

    # ---- which numbers hold on the date

    @property
    def _counting(self) -> bool:
        return bool(self.values or self.series)

    def _time(self) -> _Time | None:
        """The newest time of the series of which numbers were known on the date."""
        known = [each for each in self._times if each.known <= self.as_of.day]
        return known[-1] if known else None

    def _time_words(self) -> str:
        time = self._time()
        return time.points[0].date.in_words() if time else f"no number known on {self._words()}"

    def _points(self) -> dict[str, Point]:
        time = self._time()
        return {row.place: row for row in time.points} if time else {}

    def _numbers(self) -> dict[str, float]:
        """The number by which a province is ranked and tinted; the middle of a range."""
        if self.series:
            return {name: _middle(row) for name, row in self._points().items()}
        return dict(self.values)

    def _figure(self, province: str) -> str:
        """The number of a province as a reader sees it."""
        return self._points()[province].words if self.series else f"{self.values[province]:,.10g}"

    def _label(self, province: str) -> str:
        """The number of a province where there is little room."""
        return _short(self._points()[province]) if self.series else self._figure(province)

    def _ranked(self) -> list[str]:
        numbers = self._numbers()
        return sorted(numbers, key=lambda each: (-numbers[each], each))

    def _steps(self) -> list[float]:
        """Where classes of a series begin: round numbers, the same at all times."""
        found = {_middle(row) for each in self._times for row in each.points}
        return sorted({_round(each) for each in _bounds(found)} - {0.0})

    def _payload(self, time: _Time, root: Path) -> dict[str, Any]:
        rows = {
            row.place: {
                "number": _middle(row),
                "words": row.words,
                "label": _short(row),
                "sure": row.confidence,
                "note": prose(row.note, root),
                "cites": "; ".join(cite(each, root).short for each in row.sources),
            }
            for row in time.points
        }
        return {
            "known": str(time.known),
            "words": time.points[0].date.in_words(),
            "rows": rows,
        }

    @property
    def _columns(self) -> tuple[str, ...]:
        if self.series:
            return ("province", "date", "value", "low", "high", "unit", "class", "note", "sources")
        if self.values:
            return ("province", "value", "unit", "class", "source")
        return ("place", "province", "controller", "status", "since", "reported_by", "sources")

    def _rows(self) -> dict[str, tuple[object, ...]]:
        """Id to cells, in the order of the columns: the table before pandas is asked for."""
        if self.series:
            return self._series_rows()
        if self.values:
            return {
                each: (
                    self._places[each].name, self.values[each], self.unit,
                    bisect_right(self.bounds, self.values[each]) + 1, self.source,
                )
                for each in self._ranked()
            }  # fmt: skip
        rows: dict[str, tuple[object, ...]] = {}
        for name, claims in self._states().items():
            place = (self._places[name].name, self._province(name))
            if not claims:
                rows[name] = (*place, "", "unknown", "", "", "")
            for row, cited in zip(claims, self._cites(claims), strict=True):
                told = (row.status, row.date.in_words(), row.reported_by, cited)
                rows[row.id] = (*place, self._name(row.controller), *told)
        return rows

    def _series_rows(self) -> dict[str, tuple[object, ...]]:
        points, numbers = self._points(), self._numbers()
        rows: dict[str, tuple[object, ...]] = {}
        ranked = self._ranked()
        cites = self._cites(points[name] for name in ranked)
        for name, cited in zip(ranked, cites, strict=True):
            row, level = points[name], bisect_right(self.bounds, numbers[name]) + 1
            bounds = (row.value, row.low, row.high)
            told = (self.unit, level, row.note, cited)
            rows[name] = (self._places[name].name, row.date.text, *bounds, *told)
        for name in sorted(self._provinces.keys() - points.keys()):
            blank = (None, None, None, self.unit, None, "no figure", "")
            rows[name] = (self._places[name].name, "", *blank)
        return rows

    def _told(self) -> list[str]:
        """The legend in words: ``Party A: held 12, reported 3``."""
        counts = self._counts()
        parts = []
        for each in self._controllers:
            found = [f"{how} {counts[each, how]}" for how in FILLS if counts[each, how]]
            if found:
                parts.append(f"{self._name(each)}: {', '.join(found)}")
        if counts["", "differ"]:
            parts.append(f"claims differ: {counts['', 'differ']}")
        if counts["", ""]:
            parts.append(f"no row for this time: {counts['', '']}")
        return parts

    def _name(self, controller: str) -> str:
        return self._names.get(controller, controller)

    def _claim(self, row: Control) -> str:
        return f"{self._name(row.controller)} {row.status}"

    def _province(self, name: str) -> str:
        row = self._places[name]
        province = self._provinces.get(name) or self._provinces.get(row.province)
        return province.name if province else ""

    def _words(self) -> str:
        return Edtf(self.as_of.date).in_words()

    def _ids(self) -> Collection[str]:
        return self._places

    def html(self) -> str:
        """What the view shows, as a folded table for readers without JavaScript."""
        if self.series:
            head = f"{self.title} ({self.unit}), {self._time_words()}"
            found = (
                (self._places[each].name, self._figure(each), self._points()[each].note)
                for each in self._ranked()
            )
            table = html_table(head, ["province", self.unit, "note"], found)
            about = f"{self.about} Publisher: {self.source}. {self.note}"
            return f"{table}<p>{escape(about)}</p><p>{escape(self.credit)}</p>"
        if self.values:
            head, columns = f"{self.title} ({self.source})", ["province", "value", "unit"]
        else:
            told = "; ".join(self._told()) or "no row for this time"
            head = f"Control as of {self._words()}: {told}"
            columns = ["place", "controller", "status", "since", "sources"]
        at = [self._columns.index(each) for each in columns]
        cells = ([row[each] for each in at] for row in self._rows().values())
        return f"{html_table(head, columns, cells)}<p>{escape(self.credit)}</p>"

    # ---- in print

    def _draw_control(self, axes: Axes, share: float) -> list[Line2D]:
        states, tones = self._states(), colours()
        looks = {each: number % len(MARKERS) for number, each in enumerate(self._controllers)}
        for name, province in self._provinces.items():
            claims = states.get(name) or states.get(province.capital, ())
            if claims and not _differ(claims):
                look = looks[claims[-1].controller]
                tone = tones[look]
                self._fill(axes, province, facecolor=f"{tone}18", hatch=HATCHES[look], tone=tone)
            else:
                self._fill(axes, province, facecolor="white", hatch="xxx" if claims else "")
        kept: list[tuple[float, float]] = []
        order = sorted(states, key=lambda each: (each not in self._capitals, each))
        for name in order:
            place = self._places[name]
            if name in self._provinces or place.lat is None or place.lon is None:
                continue
            at, claims = (place.lon, place.lat), states[name]
            if claims:
                row = claims[-1]
                _mark(
                    axes,
                    at,
                    looks[row.controller],
                    tones,
                    "differ" if _differ(claims) else row.status,
                )
            else:
                axes.plot(*at, "x", color="0.45", markersize=4, zorder=3)
            if all(abs(at[0] - x) > 0.9 / share or abs(at[1] - y) > 0.24 / share for x, y in kept):
                kept.append(at)
                box = {"boxstyle": "round,pad=0.1", "fc": "white", "ec": "none", "alpha": 0.8}
                axes.text(
                    at[0], at[1] - 0.13, place.name, ha="center", va="top", fontsize=6, bbox=box,
                    zorder=4,
                )  # fmt: skip
        return self._keys(looks, tones)

    def _keys(self, looks: Mapping[str, int], tones: list[str]) -> list[Line2D]:
        """The legend of :meth:`_draw_control`: only what is on the map, with counts."""
        from matplotlib.lines import Line2D

        counts = self._counts()
        handles = []
        for each, how in ((each, how) for each in self._controllers for how in FILLS):
            if not counts[each, how]:
                continue
            label = f"{self._name(each)}: {how} {counts[each, how]}"
            handles.append(
                Line2D(
                    [],
                    [],
                    ls="",
                    marker=MARKERS[looks[each]],
                    color=tones[looks[each]],
                    fillstyle=FILLS[how],
                    markerfacecoloralt="white",
                    markersize=7,
                    label=label,
                )
            )
        if counts["", "differ"]:
            label = f"claims differ (province: crossed): {counts['', 'differ']}"
            handles.append(Line2D([], [], ls="", marker="*", color="black", label=label))
        if counts["", ""]:
            label = f"no row for this time: unknown, {counts['', '']}"
            handles.append(Line2D([], [], ls="", marker="x", color="0.45", label=label))
        return handles

    def _draw_values(self, axes: Axes) -> list[Any]:
        from matplotlib.patches import Patch

        base = colours()[1]
        shades = [f"{base}{round(255 * share):02x}" for share in (0.1, 0.25, 0.42, 0.6, 0.78)]
        numbers, missing = self._numbers(), "no figure" if self.series else "no number"
        levels = {name: bisect_right(self.bounds, number) for name, number in numbers.items()}
        for name, row in self._provinces.items():
            known = name in numbers
            shade = shades[levels[name]] if known else "white"
            self._fill(axes, row, facecolor=shade, hatch="" if known else "xx", tone="#999999")
            if row.lat is not None and row.lon is not None:
                box = {"boxstyle": "round,pad=0.1", "fc": "white", "ec": "none", "alpha": 0.8}
                words = self._label(name) if known else missing
                axes.text(row.lon, row.lat, words, ha="center", va="center", fontsize=6, bbox=box)
        handles = [
            Patch(facecolor=shades[number], edgecolor="0.4", label=words)
            for number, words in enumerate(self._legend(levels))
        ]
        if len(numbers) < len(self._provinces):
            handles.append(Patch(facecolor="white", edgecolor="0.6", hatch="xx", label=missing))
        return handles

    def _legend(self, levels: Mapping[str, int]) -> list[str]:
        if not self.series:
            return _classes(list(self.values.values()), self.bounds)
        counts = Counter(levels.values())
        return [f"{words} ({counts[number]})" for number, words in enumerate(self.classes)]

    def _fill(
        self, axes: Axes, row: Place, *, facecolor: str, hatch: str = "", tone: str = "#999999"
    ) -> None:
        from matplotlib.patches import PathPatch
        from matplotlib.path import Path as Outline

        shape = next(
            each["geometry"]
            for each in self.geometry.data["features"]
            if each["properties"]["iso"] == row.iso
        )
        polygons = shape["coordinates"]
        for rings in [polygons] if shape["type"] == "Polygon" else polygons:
            outline = Outline.make_compound_path(*(Outline(ring, closed=True) for ring in rings))
            # The hatching has the edge's colour: a faint patch below, the border drawn above it.
            pattern = f"{tone}40" if hatch else "none"
            axes.add_patch(
                PathPatch(outline, facecolor=facecolor, edgecolor=pattern, hatch=hatch, lw=0)
            )
            axes.add_patch(PathPatch(outline, facecolor="none", edgecolor="#8a8a8a", lw=0.6))
        axes.autoscale_view()


def map_view(
    selected: str = "",
    *,
    values: Mapping[str, float] | None = None,
    series: str = "",
    title: str = "",
    unit: str = "",
    source: str = "",
    as_of: AsOf | None = None,
    root: Path | None = None,
) -> MapView:
    """The provinces and who held which place on the as-of date; name it last in a cell.

    Parameters
    ----------
    selected
        Id of the place or province to begin with.
    values
        Numbers by province, keyed by ISO 3166-2 code (``"AF-KAB"``) or province id: the map then
        shows them in place of control. A pandas Series serves too.
    series
        Id of a series with a number for each province, as in ``afkit.series_meta()``: the map then
        shows the newest numbers that were known on the date, all of one time.
    title, unit, source
        What the numbers are, in which unit, and who publishes them; a series says so by itself.
    as_of
        The date to obey; the notebook's shared one when left out.

    Raises
    ------
    ValueError
        If ``values`` names no province, is no number, or comes without title and source; if there
        is no such series, or it has no number for single provinces.
    traitlets.TraitError
        If there is no such place on the map.
    """
    numbers: dict[str, Any] = {"title": title, "unit": unit, "source": source}
    return MapView(selected, values=values, series=series, **numbers, as_of=as_of, root=root)


_SHARED: dict[Path, tuple[float, Outlines]] = {}


def _outlines(root: Path) -> Outlines:
    path = root / "data" / OUTLINES
    if not path.is_file():
        expected = "GeoJSON polygons of the provinces, each with properties.iso"
        raise tables.DataError(
            [tables.Problem(f"data/{OUTLINES}", "the file", "no file", expected)]
        )
    changed = path.stat().st_mtime
    held = _SHARED.get(root)
    if held and held[0] == changed and held[1].comm is not None:
        return held[1]
    model = Outlines(data=json.loads(path.read_text(encoding="utf-8")))
    _SHARED[root] = (changed, model)
    return model


def _whole(row: Place) -> bool:
    return row.kind == "country"


def _when(row: Control) -> tuple[str, str, str]:
    return (str(row.date.first or ""), str(row.date.last or "9999"), row.id)


def _by_place(rows: Iterable[Control]) -> dict[str, list[Control]]:
    found: dict[str, list[Control]] = {}
    for row in sorted(rows, key=_when):
        found.setdefault(row.place, []).append(row)
    return found


def _newest(rows: Iterable[Control], day: dt.date) -> Claims:
    """Of rows in order, those with the newest date not after the day, nor too long before it."""
    newest: Claims = ()
    for first, group in groupby(rows, key=lambda row: row.date.first):
        if first is not None and first <= day:
            newest = tuple(group) if day - first <= LASTS else ()
    return newest


def _differ(claims: Claims) -> bool:
    return len({row.controller for row in claims}) > 1


def _joined(words: Iterable[str]) -> str:
    return "; ".join(words)


def _mark(axes: Axes, at: tuple[float, float], look: int, tones: list[str], status: str) -> None:
    if status == "differ":
        axes.plot(*at, "*", color="black", markersize=8, zorder=3)
        return
    tone = tones[look]
    axes.plot(
        *at, MARKERS[look], color=tone, fillstyle=FILLS[status], markerfacecoloralt="white",
        markersize=6.5, markeredgewidth=1.2, zorder=3,
    )  # fmt: skip
    if status == "reported":
        axes.plot(*at, ".", color=tone, markersize=3, zorder=3)


def _numbers(
    values: Mapping[str, float] | None, provinces: Mapping[str, Place]
) -> dict[str, float]:
    """The numbers by province id."""
    from difflib import get_close_matches

    if values is None:
        return {}
    by_iso = {row.iso: name for name, row in provinces.items()}
    numbers: dict[str, float] = {}
    for key, value in dict(values).items():
        name = by_iso.get(str(key), str(key))
        if name not in provinces:
            close = ", ".join(get_close_matches(str(key), [*by_iso, *provinces], n=3, cutoff=0.4))
            hint = f"close to it: {close}" if close else f"for example {next(iter(by_iso))}"
            raise ValueError(
                f"values: there is no province '{key}' ({hint}); write an ISO 3166-2 code or an id"
            )
        try:
            number = float(value)
        except (TypeError, ValueError):
            number = float("nan")
        if not isfinite(number):
            raise ValueError(
                f"values: {value!r} of '{key}' is no number; leave out provinces without one"
            )
        if name in numbers:
            raise ValueError(f"values: '{key}' names {name} a second time")
        numbers[name] = number
    return numbers


class _Time(NamedTuple):
    """A time of a series, from when its numbers were known, and the provinces' numbers."""

    known: dt.date
    points: tuple[Point, ...]


def _series(
    name: str, provinces: Mapping[str, Place], root: Path
) -> tuple[SeriesMeta, list[_Time]]:
    """A series and its times, in the order in which they became known."""
    from difflib import get_close_matches

    points = [row for row in tables.records(Point, root) if row.place in provinces]
    by_province = sorted({row.series for row in points})
    metas = {row.id: row for row in tables.records(SeriesMeta, root)}
    if name not in by_province:
        what = "counts the whole country" if name in metas else "is no series"
        close = get_close_matches(name, by_province, n=3, cutoff=0.4) or by_province
        raise ValueError(
            f"map: '{name}' {what}; by province there are {', '.join(close) or 'no series yet'}"
        )
    times: dict[str, list[Point]] = {}
    for row in points:
        if row.series == name:
            times.setdefault(row.date.text, []).append(row)
    found = (_Time(max(each.known for each in rows), tuple(rows)) for rows in times.values())
    return metas[name], sorted(found, key=lambda each: (each.known, str(each.points[0].date.first)))


def _middle(row: Point) -> float:
    """A point as one number: its value, else the middle of its range, else its one bound."""
    bounds = [each for each in (row.low, row.high) if each is not None]
    return row.value if row.value is not None else sum(bounds) / len(bounds)


def _short(row: Point) -> str:
    """A point where there is little room: ``≤100`` for a range from nothing to 100."""
    return f"≤{row.high:,.10g}" if row.value is None and row.low == 0 and row.high else row.words


def _round(number: float) -> float:
    """A number rounded down to its first digit: 364 to 300, 1,072 to 1,000."""
    size = 10.0 ** floor(log10(abs(number))) if number else 1.0
    return floor(number / size) * size


def _spans(steps: list[float]) -> list[str]:
    """Classes between round numbers, in words."""
    if not steps:
        return ["all"]
    told = [f"{each:,.10g}" for each in steps]
    between = [f"{low} to under {high}" for low, high in pairwise(told)]
    return [f"under {told[0]}", *between, f"{told[-1]} or more"]


def _bounds(values: Iterable[float]) -> list[float]:
    """Lowest value of every class but the first: classes of about equally many provinces."""
    ordered = sorted(values)
    if not ordered:
        return []
    size = min(CLASSES, len(set(ordered)))
    starts = (ordered[len(ordered) * number // size] for number in range(1, size))
    return sorted({each for each in starts if each > ordered[0]})


def _classes(values: list[float], bounds: list[float]) -> list[str]:
    """Each class in words: its lowest and highest value, and how many provinces it has."""
    words = []
    for number in range(len(bounds) + 1):
        inside = [each for each in values if bisect_right(bounds, each) == number]
        low, high = f"{min(inside):,.10g}", f"{max(inside):,.10g}"
        words.append(f"{low if low == high else f'{low} to {high}'} ({len(inside)})")
    return words


def _credit(provinces: Iterable[Place], root: Path) -> str:
    """Whose the outlines are: the data set that all provinces name among their sources."""
    shared: list[str] = []
    for number, row in enumerate(provinces):
        shared = [each for each in (row.sources if number == 0 else shared) if each in row.sources]
    items = [cite(each, root).item for each in shared]
    for item in items:
        if item.get("type") == "dataset":
            terms = str(item.get("note", "")).partition(".")[0].lower()
            return ", ".join(
                each
                for each in (
                    f"Province outlines: {item.get('publisher', item['title'])}",
                    terms,
                    "simplified",
                )
                if each
            )
    return ""
