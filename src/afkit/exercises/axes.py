"""A chart of matplotlib in, the data that it shows out, as plain numbers and texts.

What is read is what a reader of the chart can see: places and values of lines, bars, points and
slices, titles, labels, legend and notes. Only the library's own classes are read; other things on
the axes are passed over.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterable, Iterator
from itertools import islice, pairwise
from typing import Any, TypeAlias

from afkit.exercises.answer import AnswerError, Json

__all__ = ["KINDS_OF_CHART", "read"]

#: What ``kind`` of a chart or a series can be; ``mixed`` and ``empty`` only of a chart.
KINDS_OF_CHART = ("line", "bar", "barh", "scatter", "step", "hist", "pie", "mixed", "empty")
MOST_POINTS, MOST_TEXTS = 4000, 200

Named: TypeAlias = Callable[[Any], Json]
Series: TypeAlias = "dict[str, Json]"


def read(value: Any) -> dict[str, Json]:  # noqa: ANN401  an object of matplotlib
    """What an ``Axes``, or a ``Figure`` with one, shows: ``{"plot": {"kind": ..., ...}}``.

    Each series has ``kind``, ``label``, ``x`` and ``y``. Of bars, ``x`` is the place of each bar
    and ``y`` its length, also where they lie; of a pie, ``x`` holds the labels, ``y`` per cent.

    Raises
    ------
    AnswerError
        If a figure has several axes or none, or the chart has too many points.
    """
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    axes = value
    if type(value) is Figure:
        if len(value.axes) != 1:
            raise AnswerError(f"a figure with {len(value.axes)} axes: give the one that is meant")
        axes = value.axes[0]
    if type(axes) is not Axes:
        raise AnswerError(f"a value of type {type(axes).__name__}")
    series = [*_lines(axes), *_bars(axes), *_points(axes), *_stairs(axes), *_slices(axes)]
    kinds = {each["kind"] for each in series}
    figure = axes.figure
    above = figure.get_suptitle()
    legends = [each for each in (axes.get_legend(), *figure.legends) if each is not None]
    notes = [each.get_text() for each in (*axes.texts, *figure.texts)]
    entries = (text.get_text() for each in legends for text in each.get_texts())
    titles = [axes.get_title(side) for side in ("center", "left", "right")]
    plot: dict[str, Json] = {
        "kind": kinds.pop() if len(kinds) == 1 else "mixed" if kinds else "empty",
        "series": list(series),
        "title": next((each for each in (*titles, above) if each.strip()), ""),
        "xlabel": axes.get_xlabel() or figure.get_supxlabel(),
        "ylabel": axes.get_ylabel() or figure.get_supylabel(),
        "texts": list(
            islice((each for each in notes if each.strip() and each != above), MOST_TEXTS)
        ),
        "legend": list(islice(entries, MOST_TEXTS)),
    }
    return {"plot": plot}


def _lines(axes: Any) -> Iterator[Series]:  # noqa: ANN401  an object of matplotlib
    """Lines of data: not those drawn across the axes, nor the caps of error bars."""
    from matplotlib.container import ErrorbarContainer
    from matplotlib.lines import Line2D

    caps: set[int] = set()
    labels: dict[int, str] = {}
    for each in axes.containers:
        if type(each) is ErrorbarContainer:
            line, ends, _ = each.lines
            caps |= {id(end) for end in ends}
            labels[id(line)] = str(each.get_label() or "")
    place, height = _named(axes.xaxis), _named(axes.yaxis)
    for line in axes.lines:
        if type(line) is not Line2D or id(line) in caps or line.get_transform() != axes.transData:
            continue
        kind = "step" if str(line.get_drawstyle()).startswith("steps") else "line"
        if line.get_linestyle() in ("None", "", " "):
            kind = "scatter"
        x, y = _values(line.get_xdata(orig=True), place), _values(line.get_ydata(orig=True), height)
        yield _series(kind, labels.get(id(line), line.get_label()), x, y)


def _bars(axes: Any) -> Iterator[Series]:  # noqa: ANN401  an object of matplotlib
    from matplotlib.container import BarContainer
    from matplotlib.patches import Rectangle

    for each in axes.containers:
        if type(each) is not BarContainer:
            continue
        bars = [bar for bar in each.patches if type(bar) is Rectangle]
        lying = each.orientation == "horizontal"
        named = _named(axes.yaxis if lying else axes.xaxis)
        if lying:
            ends = [(bar.get_y(), bar.get_y() + bar.get_height()) for bar in bars]
            y = [bar.get_width() for bar in bars]
        else:
            ends = [(bar.get_x(), bar.get_x() + bar.get_width()) for bar in bars]
            y = [bar.get_height() for bar in bars]
        x = _values([(start + end) / 2 for start, end in ends], named)
        touching = len(ends) > 1 and all(
            math.isclose(float(one[1]), float(next_[0]), rel_tol=1e-9, abs_tol=1e-12)
            for one, next_ in pairwise(ends)
        )
        numbers = all(isinstance(place, int | float) for place in x)
        kind = "barh" if lying else "hist" if touching and numbers else "bar"
        yield _series(kind, each.get_label(), x, _values(y))


def _points(axes: Any) -> Iterator[Series]:  # noqa: ANN401  an object of matplotlib
    from matplotlib.collections import PathCollection

    place, height = _named(axes.xaxis), _named(axes.yaxis)
    for each in axes.collections:
        if type(each) is PathCollection:
            pairs: Any = each.get_offsets()  # an array, masked where there is no point
            x, y = _values(pairs[:, 0], place), _values(pairs[:, 1], height)
            yield _series("scatter", each.get_label(), x, y)


def _stairs(axes: Any) -> Iterator[Series]:  # noqa: ANN401  an object of matplotlib
    from matplotlib.patches import StepPatch

    named = _named(axes.xaxis)
    for each in axes.patches:
        if type(each) is StepPatch:
            data: Any = each.get_data()  # values, edges, baseline by name
            x, y = _values(data.edges[:-1], named), _values(data.values)
            yield _series("step", each.get_label(), x, y)


def _slices(axes: Any) -> Iterator[Series]:  # noqa: ANN401  an object of matplotlib
    from matplotlib.patches import Wedge

    wedges = [each for each in axes.patches if type(each) is Wedge]
    if wedges:
        names: list[Json] = [_visible(each.get_label()) for each in wedges]
        shares = _values([(each.theta2 - each.theta1) / 3.6 for each in wedges])
        yield _series("pie", "", names, shares)


def _series(kind: str, label: object, x: list[Json], y: list[Json]) -> Series:
    return {"kind": kind, "label": _visible(label), "x": x, "y": y}


def _visible(label: object) -> str:
    """A label as a legend shows it: those that begin with ``_`` are matplotlib's own."""
    text = str(label or "")
    return "" if text.startswith("_") else text


def _values(data: Any, named: Named | None = None) -> list[Json]:  # noqa: ANN401  any sequence
    """Plain numbers and texts; None for what is not there or not finite."""
    if len(data) > MOST_POINTS:
        raise AnswerError(f"a chart with more than {MOST_POINTS:,} points")
    kind = getattr(getattr(data, "dtype", None), "kind", "")
    if kind == "M":
        data = data.astype("datetime64[D]")
    listed: Iterable[Any] = data.tolist() if hasattr(data, "tolist") else data
    made = [_value(each) for each in listed]
    return [named(each) if named and isinstance(each, int | float) else each for each in made]


def _value(each: Any) -> Json:  # noqa: ANN401  a number, a date or a text of some library
    if each is None or isinstance(each, str):
        return None if each is None else str(each)
    if isinstance(each, dt.date) or _home(each) == "pandas":
        text = str(each)[:10]
        return None if text in ("NaT", "<NA>") else text
    number = float(each)
    if not math.isfinite(number):
        return None
    return int(number) if number.is_integer() and abs(number) < 2**53 else number


def _home(value: object) -> str:
    return type(value).__module__.partition(".")[0]


def _named(axis: Any) -> Named:  # noqa: ANN401  an object of matplotlib
    """What stands at a place of an axis: a word under a tick, a day, else the number itself."""
    from matplotlib import dates
    from matplotlib.category import StrCategoryFormatter
    from matplotlib.ticker import FixedFormatter, FixedLocator, FuncFormatter

    shown = axis.get_major_formatter()
    days = (dates.AutoDateFormatter, dates.ConciseDateFormatter, dates.DateFormatter)
    if isinstance(shown, days):
        return lambda place: str(dates.num2date(place).date())  # type: ignore[no-untyped-call]
    periods = getattr(shown, "freq", None) if _home(shown) == "pandas" else None
    if periods is not None:
        from pandas import Period

        return lambda place: str(Period(ordinal=round(place), freq=periods))[:10]
    fixed = type(axis.get_major_locator()) is FixedLocator
    words = type(shown) in (FixedFormatter, FuncFormatter) and fixed
    if type(shown) is not StrCategoryFormatter and not words:
        return lambda place: place
    places = [float(each) for each in axis.get_majorticklocs()][:MOST_POINTS]
    pairs = zip(places, shown.format_ticks(places), strict=False)
    ticks = [(place, text) for place, text in pairs if text]

    def word(place: float) -> Json:
        near = min(ticks, key=lambda tick: abs(tick[0] - place), default=None)
        return str(near[1]) if near and abs(near[0] - place) < 0.5 else place

    return word
