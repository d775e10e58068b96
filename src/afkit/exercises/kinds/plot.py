"""Plot: a chart, judged by its data, its kind, and the words that make it readable."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import TYPE_CHECKING, Any, ClassVar

from afkit.exercises.axes import KINDS_OF_CHART
from afkit.exercises.kinds.base import (
    FormError,
    KeyCellError,
    Kind,
    Mark,
    Seal,
    Spec,
    Variant,
    counted,
    misfits,
    quoted,
    shortened,
    texts,
)
from afkit.facts.names import fold

if TYPE_CHECKING:
    from afkit.exercises.answer import Json

__all__ = ["Plot", "rounded"]

MOST_SERIES, MOST_POINTS, MOST_DECIMALS = 5, 1000, 6
#: Into how many runs of points, over all series, the data are sealed for partial credit.
MOST_RUNS = 12
MOST_TOLD, MOST_FORMS = 3, 2
DRAWN = KINDS_OF_CHART[:-2]  # without mixed and empty
#: A histogram and bars that touch cannot be told apart by what they show.
ALIKE = {"hist": ("hist", "bar")}
EMPTY = "There is nothing on these axes. plt.gca() in a new cell begins a new chart: keep ax."
AXES_ITSELF = "check the Axes itself, like ax or plt.gca()"
_EXACT = Context(prec=400)


@dataclass(frozen=True, slots=True)
class _Series:
    kind: str
    label: str
    points: list[tuple[Json, Json]]


@dataclass(frozen=True, slots=True)
class _Chart:
    series: list[_Series]
    title: str
    xlabel: str
    ylabel: str
    notes: list[str]


class Plot(Kind):
    """``answer = { "label" = [numbers] }``: each series by its label, or by its place (``"1"``).

    ``x`` names the places at which the numbers stand (else only their order counts), ``decimals``
    how exactly they are compared. Further demands, together half of the credit: ``chart = "line"``
    (or a list), ``labels`` (both axes), ``units`` (a word in the label of the values' axis),
    ``title``, ``source`` (a note with a year, or the word Source).

    The numbers of a series are sealed together, and in up to twelve runs for partial credit.
    """

    name = "plot"
    expects = "a chart of matplotlib, like ax or plt.gca()"
    options: ClassVar = {
        "answer": dict, "chart": (str, list), "x": list, "decimals": int, "labels": bool,
        "units": (str, list), "title": bool, "source": bool,
    }  # fmt: skip

    def seal(self, key: Spec, seal: Seal) -> dict[str, Any]:
        """Places and demands in the open; labels, kinds of chart and numbers sealed."""
        _verify(key)
        decimals, answer = key.get("decimals", 0), key["answer"]
        series = []
        for place, (name, numbers) in enumerate(answer.items()):
            tokens = [rounded(each, decimals) for each in numbers]
            runs = _runs(len(tokens), len(answer))
            series.append({
                "label": seal(f"label {fold(name)}"),
                "points": len(tokens),
                "whole": seal(_whole(place, tokens)),
                "runs": [seal(_run(place, at, tokens[slice(*run)])) for at, run in enumerate(runs)],
            })  # fmt: skip
        return {
            "series": series,
            "decimals": decimals,
            "x": [_place(each) for each in key.get("x", ())],
            "chart": sorted(seal(f"chart {each}") for each in _charts(key)),
            "units": texts(key["units"], "units") if "units" in key else [],
            **{name: key.get(name, False) for name in ("labels", "title", "source")},
        }

    def mark(self, answer: Json, spec: Spec, seal: Seal) -> Mark:
        """The share of right numbers; half of it is lost where no demand is met.

        A series too many takes one away. A chart of wrong numbers earns nothing by its words.
        """
        chart = _read(answer)
        if not chart.series:
            return Mark(0.0, EMPTY)
        pairs, more = _matched(chart.series, spec, seal)
        earned = 0.0
        told: list[str] = []
        for place, (asked, drawn) in enumerate(zip(spec["series"], pairs, strict=True)):
            share, said = _compared(place, asked, drawn, spec, seal)
            earned += share
            told += [said] if said else []
        demands = list(_demands(chart, [each for each in pairs if each], spec, seal))
        met = sum(not each for each in demands) / len(demands) if demands else 1.0
        told += [each for each in demands if each]
        if more:
            told.append(f"{more} series more than asked.")
        share = max(0.0, earned - more) / len(pairs) * (1 + met) / 2
        return Mark(min(share, 0.99), " ".join(told)) if told else Mark(1.0, "")

    def example(self, key: Spec) -> Json:
        """A chart that shows the numbers and has all that is asked for."""
        charts, answer = _charts(key), key["answer"]
        kind = charts[0] if charts else "line"
        units = f" ({texts(key['units'], 'units')[0]})" if "units" in key else ""
        series: list[Json] = []
        for name, numbers in answer.items():
            x: list[Json] = list(key["x"]) if "x" in key else list(range(1, len(numbers) + 1))
            series.append({"kind": kind, "label": name, "x": x, "y": list(numbers)})
        plot: dict[str, Json] = {
            "kind": kind, "series": series, "title": "What is shown", "xlabel": f"Places{units}",
            "ylabel": f"Values{units}", "texts": ["Source: somebody, 2021"], "legend": list(answer),
        }  # fmt: skip
        return {"plot": plot}

    def forms(self, answer: Json, spec: Spec, seal: Seal) -> list[str]:
        """Kind and numbers of the chart, then the kind, then the numbers of the first series."""
        chart = _read(answer)
        kinds = "chart " + _kind(chart.series)
        told = [self.part([y for _, y in _sorted(each)], spec) for each in chart.series]
        return [" | ".join([kinds, *told]), kinds, *told[:MOST_FORMS]]

    def part(self, part: Json, spec: Spec) -> str:
        """A kind of chart, or the numbers of a series in the order of their places."""
        if isinstance(part, str) and part in KINDS_OF_CHART:
            return f"chart {part}"
        if not isinstance(part, list):
            raise FormError(f"a kind of chart or the numbers of a series; found {quoted(part)}")
        return "series " + " ".join(_token(each, spec["decimals"]) for each in part)

    def wrong(self, key: Spec) -> Iterator[Variant]:
        """Numbers, points and series changed; another kind of chart; words missing."""
        yield from misfits()
        best = self.example(key)
        charts, decimals = _charts(key), key.get("decimals", 0)
        for place, (name, numbers) in enumerate(key["answer"].items()):
            for what, changed in _mistakes(numbers, decimals):
                yield Variant(f"{name}: {what}", _with_numbers(best, place, changed))
        series = _inside(best)["series"]
        yield Variant("nothing drawn", _with(best, "series", []))
        yield Variant("without the first series", _with(best, "series", series[1:]))
        yield Variant("one series too many", _with(best, "series", [*series, series[0]]))
        yield Variant("the series as a mapping", _with(best, "series", {"a": 1}))
        yield Variant("only its title", {"plot": {"title": "A title"}})
        for kind in DRAWN if charts else ():
            if not set(charts) & set(ALIKE.get(kind, (kind,))):
                yield Variant(f"drawn as {kind}", _redrawn(best, kind))
        if key.get("labels") or "units" in key:
            bare = _with(_with(best, "xlabel", ""), "ylabel", "")
            yield Variant("without labels", bare)
        if key.get("title"):
            yield Variant("without a title", _with(best, "title", " "))
        if key.get("source"):
            yield Variant("without a source", _with(best, "texts", ["2021", "a note"]))

    def same(self, key: Spec) -> Iterator[Variant]:
        """Points in another order, other words, decimals, dates for years."""
        best = self.example(key)
        for name in ("title", "xlabel", "ylabel"):
            yield Variant(f"another {name}", _with(best, name, f"New: {_inside(best)[name]}"))
        yield Variant("more notes", _with(best, "texts", ["peak", *_inside(best)["texts"]]))
        made = deepcopy(_inside(best)["series"])
        for each in made:
            each["y"] = [float(number) for number in each["y"]]
        yield Variant("numbers with decimals", _with(best, "series", made))
        shuffled = deepcopy(made)
        for each in shuffled:
            each["x"], each["y"] = each["x"][::-1], each["y"][::-1]
        if "x" in key or len(made[0]["y"]) > 1:
            yield Variant("points in another order", _with(best, "series", shuffled))
        if len(made) == 1:
            yield Variant("without a label", _with(best, "series", [{**made[0], "label": ""}]))

    def control(self, spec: Spec) -> dict[str, Any]:
        """A chart needs code."""
        return {}


def rounded(value: float, decimals: int) -> str:
    """A number of any size to some decimals, in one spelling: no sign on nought, no exponent."""
    made = Decimal(str(value)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP, _EXACT)
    return f"{made or abs(made):f}"


def _verify(key: Spec) -> None:
    """Raise a ``KeyCellError`` if a key cannot be used."""
    answer, decimals = key["answer"], key.get("decimals", 0)
    if not 0 < len(answer) <= MOST_SERIES:
        raise KeyCellError(f"answer; expected 1 to {MOST_SERIES} series, each with its numbers")
    for name, numbers in answer.items():
        if not name.strip() or not isinstance(numbers, list) or not all(map(_is_number, numbers)):
            raise KeyCellError(f"answer '{name}'; expected a label and a list of numbers")
        if not 0 < len(numbers) <= MOST_POINTS:
            raise KeyCellError(f"answer '{name}'; expected 1 to {MOST_POINTS} numbers")
        if len(key.get("x", numbers)) != len(numbers):
            raise KeyCellError(f"answer '{name}'; expected as many numbers as x has places")
    if len({fold(name) for name in answer}) < len(answer):
        raise KeyCellError("answer; expected series with labels of their own")
    if not -MOST_DECIMALS <= decimals <= MOST_DECIMALS:
        raise KeyCellError(f"decimals {decimals}; expected -{MOST_DECIMALS} to {MOST_DECIMALS}")
    _verify_axes(key)


def _verify_axes(key: Spec) -> None:
    charts = _charts(key)
    if not all(isinstance(each, str) or _is_number(each) for each in key.get("x", ())):
        raise KeyCellError("x; expected numbers or texts")
    if "x" in key and len({_place(each) for each in key["x"]}) < len(key["x"]):
        raise KeyCellError("x; expected each place once")
    strange = [each for each in charts if each not in DRAWN]
    if strange:
        raise KeyCellError(f"chart '{strange[0]}'; expected {', '.join(DRAWN)}")
    if "pie" in charts and (key.get("labels") or "units" in key):
        raise KeyCellError("labels, units; a pie has no axes")
    if "units" in key and not all(fold(each) for each in texts(key["units"], "units")):
        raise KeyCellError("units; expected words with letters or digits")


def _charts(key: Spec) -> list[str]:
    return texts(key["chart"], "chart") if "chart" in key else []


def _is_number(value: object) -> bool:
    return type(value) in (int, float) and abs(value) < 1e15  # type: ignore[arg-type]  # as tested


def _runs(points: int, series: int) -> list[tuple[int, int]]:
    """Where runs of points begin and end; one point each, if there are few."""
    parts = min(points, MOST_RUNS // series)
    return [(at * points // parts, (at + 1) * points // parts) for at in range(parts)]


def _whole(series: int, tokens: Sequence[str]) -> str:
    return f"series {series}: {' '.join(tokens)}"


def _run(series: int, run: int, tokens: Sequence[str]) -> str:
    return f"series {series}, run {run}: {' '.join(tokens)}"


def _read(answer: Json) -> _Chart:
    """A chart out of JSON that anybody may have written."""
    plot = answer.get("plot") if isinstance(answer, dict) else None
    if not isinstance(plot, dict):
        raise FormError(f"a chart of matplotlib, like ax or plt.gca(); you gave {quoted(answer)}")
    series = plot.get("series")
    if not isinstance(series, list):
        raise FormError(f"a chart with its series; {AXES_ITSELF}")
    words = {name: plot.get(name, "") for name in ("title", "xlabel", "ylabel")}
    notes = plot.get("texts", [])
    listed = notes if isinstance(notes, list) else [0]
    if not all(isinstance(each, str) for each in (*words.values(), *listed)):
        raise FormError(f"a chart with its texts; {AXES_ITSELF}")
    told = {name: str(each) for name, each in words.items()}
    return _Chart([_one(each) for each in series], notes=[str(each) for each in listed], **told)


def _one(series: Json) -> _Series:
    found = series if isinstance(series, dict) else {}
    kind, label = found.get("kind"), found.get("label", "")
    x, y = found.get("x"), found.get("y")
    named = isinstance(kind, str) and isinstance(label, str)
    if named and isinstance(x, list) and isinstance(y, list) and len(x) == len(y):
        # A gap in a line is no point.
        points = [point for point in zip(x, y, strict=True) if point[1] is not None]
        return _Series(str(kind), str(label), points)
    raise FormError(f"a chart with its series; {AXES_ITSELF}")


def _kind(series: Sequence[_Series]) -> str:
    kinds = {each.kind for each in series}
    return kinds.pop() if len(kinds) == 1 else "mixed" if kinds else "empty"


def _sorted(series: _Series) -> list[tuple[Json, Json]]:
    """Points in the order of their places; where these are words, as they were drawn."""
    places = [x for x, _ in series.points]
    if all(type(x) in (int, float) for x in places):
        return sorted(series.points, key=lambda point: float(str(point[0])))
    if all(isinstance(x, str) and re.fullmatch(r"\d{4}(-\d\d){0,2}", x) for x in places):
        return sorted(series.points, key=lambda point: str(point[0]))
    return series.points


def _place(x: Json) -> str:
    """A place on the axis in one spelling: 2001, 2001.0 and '2001' are one."""
    if type(x) in (int, float):
        return rounded(float(str(x)), MOST_DECIMALS)
    text = str(x).strip()
    if re.fullmatch(r"-?\d{1,15}(\.\d{1,9})?", text, re.ASCII):
        return rounded(float(text), MOST_DECIMALS)
    return text if re.fullmatch(r"\d{4}(-\d\d){1,2}", text) else fold(text)


def _matched(drawn: Sequence[_Series], spec: Spec, seal: Seal) -> tuple[list[_Series | None], int]:
    """For each series asked the one that shows it, by label or in order; how many are left."""
    left = list(drawn)
    found: list[_Series | None] = [None] * len(spec["series"])
    labels = [each["label"] for each in spec["series"]]
    # One line for one series needs no label to be known by; of very many not all are looked at.
    looked = drawn[: 2 * MOST_SERIES] if len(drawn) > 1 or len(labels) > 1 else ()
    for each in looked:
        label = seal(f"label {fold(each.label)}") if fold(each.label) else ""
        place = labels.index(label) if label in labels else -1
        if place >= 0 and found[place] is None:
            found[place] = each
            left = [other for other in left if other is not each]
    for place, match in enumerate(found):
        if match is None and left:
            found[place] = left.pop(0)
    return found, len(left)


def _compared(
    place: int, asked: Spec, drawn: _Series | None, spec: Spec, seal: Seal
) -> tuple[float, str]:
    """The share of a series that is right, and what is not."""
    if drawn is None:
        return 0.0, f"A series is missing: {len(spec['series'])} are asked."
    called = f"'{shortened(drawn.label)}'" if drawn.label else f"Series {place + 1}"
    points, more = _aligned(_sorted(drawn), spec)
    tokens = [_token(y, spec["decimals"]) for _, y in points]
    count = asked["points"]
    if len(tokens) == count and not more and seal(_whole(place, tokens)) == asked["whole"]:
        return 1.0, ""
    right, look = 0, []
    for at, run in enumerate(_runs(count, len(spec["series"]))):
        inside = tokens[slice(*run)]
        full = all(inside) and len(inside) == run[1] - run[0]
        if full and seal(_run(place, at, inside)) == asked["runs"][at]:
            right += len(inside)
        elif inside:
            look.append(_between([x for x, _ in points[slice(*run)]]))
    if len(drawn.points) != count:
        told = f"{called} has {counted(len(drawn.points), 'point')}; {count} are asked."
    elif any(isinstance(y, str) for _, y in drawn.points):
        told = f"{called}: the values are texts; make numbers of them before you draw."
    elif spec["x"] and more:
        told = f"{called} stands at other places than asked: what is on its axis?"
    else:
        verb = "is" if right == 1 else "are"
        told = f"{called}: {right} of {counted(count, 'point')} {verb} right."
    if look and right and right < count:
        others = " and others" if len(look) > MOST_TOLD else ""
        told += f" Look at {', '.join(look[:MOST_TOLD])}{others}."
    return min(right / (count + more), 0.95), told


def _aligned(points: list[tuple[Json, Json]], spec: Spec) -> tuple[list[tuple[Json, Json]], int]:
    """The points at the places asked for, None where there is none; how many stand elsewhere."""
    if not spec["x"]:
        return points, 0
    years = all(re.fullmatch(r"\d{4}", x.partition(".")[0]) for x in spec["x"])
    by_place: dict[str, tuple[Json, Json]] = {}
    for x, y in points:
        place = _place(x)
        if years and re.fullmatch(r"\d{4}-\d\d(-\d\d)?", place):
            place = rounded(int(place[:4]), MOST_DECIMALS)
        by_place.setdefault(place, (x, y))
    found = [by_place.get(x, (_shown(x), None)) for x in spec["x"]]
    return found, len(points) - sum(x in by_place for x in spec["x"])


def _token(value: Json, decimals: int) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return "" if value is None else "?"
    return rounded(value, decimals)


def _between(places: list[Json]) -> str:
    first, last = _shown(places[0]), _shown(places[-1])
    return first if first == last else f"{first} to {last}"


def _shown(place: Json) -> str:
    text = shortened(str(place))
    return re.sub(r"\.0*$", "", text) if re.fullmatch(r"-?\d+\.\d+", text) else text


def _demands(chart: _Chart, drawn: Sequence[_Series], spec: Spec, seal: Seal) -> Iterator[str]:
    """For each further demand an empty text if it is met, else what is missing."""
    kind = _kind(drawn)
    if spec["chart"]:
        fits = any(seal(f"chart {each}") in spec["chart"] for each in ALIKE.get(kind, (kind,)))
        yield "" if fits else f"Is {_called(kind)} the right kind of chart for this?"
    if spec["labels"]:
        bare = [name for name in ("xlabel", "ylabel") if not getattr(chart, name).strip()]
        yield f"Say what the axes show: ax.set_{bare[0]}(...)." if bare else ""
    if spec["units"]:
        axis = "xlabel" if kind in ("barh", "hist") else "ylabel"
        label = f" {fold(getattr(chart, axis))} "
        there = any(f" {fold(each)} " in label for each in spec["units"])
        yield (
            "" if there else f"The label of the values does not name the unit: ax.set_{axis}(...)."
        )
    if spec["title"]:
        yield "" if chart.title.strip() else "The chart has no title: ax.set_title(...)."
    if spec["source"]:
        yield (
            ""
            if any(map(_is_source, chart.notes))
            else ("Name the source in a note below the chart: fig.text(0, 0, 'Source: ..., year').")
        )


def _called(kind: str) -> str:
    return {
        "line": "a line", "bar": "a bar chart", "barh": "a chart of lying bars",
        "scatter": "a cloud of points", "step": "a line of steps", "hist": "a histogram",
        "pie": "a pie", "mixed": "a mixture",
    }.get(kind, "this")  # fmt: skip


def _is_source(note: str) -> bool:
    """Whether a note names a source: it says so, or has words and a year."""
    said = re.search(r"\b(sources?|data from|منبع|سرچینه)\b", note, re.IGNORECASE)
    dated = re.search(r"\b(1[89]|20)\d\d\b", note) and re.search(r"[^\W\d_]{2}", note)
    rest = re.sub(r"(?i)\bsources?\b|\W", "", note)
    return bool(said and rest) or bool(dated)


def _inside(best: Json) -> dict[str, Any]:
    assert isinstance(best, dict)  # noqa: S101  for the type checker
    plot: Any = best["plot"]
    return dict(plot)


def _with(best: Json, name: str, value: Json) -> Json:
    return {"plot": {**_inside(best), name: value}}


def _redrawn(best: Json, kind: str) -> Json:
    series: list[Json] = [{**each, "kind": kind} for each in _inside(best)["series"]]
    return {"plot": {**_inside(best), "kind": kind, "series": series}}


def _with_numbers(best: Json, place: int, numbers: list[Any]) -> Json:
    series = deepcopy(_inside(best)["series"])
    x = series[place]["x"]
    more = [f"more {at}" for at in range(len(numbers) - len(x))]
    series[place] |= {"x": [*x, *more][: len(numbers)], "y": numbers}
    return _with(best, "series", series)


def _mistakes(numbers: list[Any], decimals: int) -> Iterator[tuple[str, list[Any]]]:
    """A number, all numbers, the order, the number of points changed so that it shows."""
    step = max(1, 10**-decimals) * 3
    made: dict[str, list[Any]] = {
        "one number changed": [numbers[0] + step, *numbers[1:]],
        "the last number changed": [*numbers[:-1], numbers[-1] - step],
        "in thousands": [each / 1000 for each in numbers],
        "the other sign": [-each for each in numbers],
        "backwards": numbers[::-1],
        "in order of size": sorted(numbers),
        "as texts": [str(each) for each in numbers],
        "one point fewer": numbers[:-1],
        "one point more": [*numbers, numbers[-1]],
        "added up": [sum(numbers[: at + 1]) for at in range(len(numbers))],
    }
    right = [_token(each, decimals) for each in numbers]
    for what, changed in made.items():
        if [_token(each, decimals) for each in changed] != right:
            yield what, changed
