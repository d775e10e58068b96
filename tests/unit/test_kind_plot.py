"""Plot: what a chart of matplotlib shows, and what it is told about its data and words."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from afkit.exercises import hints
from afkit.exercises.answer import AnswerError, Json, encode
from afkit.exercises.kinds import KINDS
from afkit.exercises.kinds.base import FormError, KeyCellError, Mark, sealer
from afkit.exercises.kinds.plot import rounded

SEAL = sealer("salt", "q1")
KIND = KINDS["plot"]
Key = dict[str, Any]
MOST_SEALS = 24  # of about 2 ms each

YEARS = [2002, 2003, 2004, 2005, 2006]
AREA = [74_000, 80_000, 131_000, 104_000, 165_000]
FULL: Key = {
    "answer": {"Cultivation": AREA}, "x": YEARS, "decimals": -3, "chart": "line", "labels": True,
    "units": "hectares", "title": True, "source": True,
}  # fmt: skip
DATA: Key = {"answer": {"Cultivation": AREA}, "x": YEARS}
PAIR: Key = {"answer": {"North": [1, 2.5, 3], "South": [4, 5, 6.25]}, "decimals": 2}
BARS: Key = {"answer": {"1": [3, 9, 5]}, "x": ["Herat", "Kabul", "Balkh"], "chart": ["bar", "barh"]}
LONG: Key = {"answer": {"Deaths": [each**2 for each in range(21)]}}
SLICES: Key = {"answer": {"1": [20, 30, 50]}, "chart": "pie", "title": True}
MANY: Key = {"answer": {f"s{each}": [each, each + 1, 7] for each in range(5)}, "units": ["km", "m"]}
KEYS = {
    "full": FULL, "data": DATA, "pair": PAIR, "bars": BARS, "long": LONG, "pie": SLICES,
    "many": MANY,
}  # fmt: skip

BAD_KEYS: list[tuple[Key, str]] = [
    ({"answer": {}}, "answer; expected 1 to 5 series"),
    ({"answer": {str(each): [1] for each in range(6)}}, "answer; expected 1 to 5 series"),
    ({"answer": {"a": []}}, "answer 'a'; expected 1 to 1000 numbers"),
    ({"answer": {"a": ["1"]}}, "answer 'a'; expected a label and a list of numbers"),
    ({"answer": {"a": [True]}}, "answer 'a'; expected a label and a list of numbers"),
    ({"answer": {"a": [float("nan")]}}, "answer 'a'; expected a label and a list of numbers"),
    ({"answer": {"a": 3}}, "answer 'a'; expected a label and a list of numbers"),
    ({"answer": {" ": [1]}}, "answer ' '; expected a label"),
    ({"answer": {"A": [1], "a": [2]}}, "expected series with labels of their own"),
    ({"answer": {"a": [1, 2]}, "x": [1]}, "expected as many numbers as x has places"),
    ({"answer": {"a": [1, 2]}, "x": [1, "1.0"]}, "x; expected each place once"),
    ({"answer": {"a": [1]}, "x": [[1]]}, "x; expected numbers or texts"),
    ({"answer": {"a": [1]}, "decimals": 7}, "decimals 7; expected -6 to 6"),
    ({"answer": {"a": [1]}, "chart": "radar"}, "chart 'radar'; expected line, bar"),
    ({"answer": {"a": [1]}, "chart": ["mixed"]}, "chart 'mixed'"),
    ({"answer": {"a": [1]}, "chart": "pie", "labels": True}, "a pie has no axes"),
    ({"answer": {"a": [1]}, "units": "?"}, "units; expected words"),
]


def chart(**changed: Json) -> Json:
    """The chart that ``FULL`` asks for, with some entries changed."""
    best = KIND.example(FULL)
    assert isinstance(best, dict)
    assert isinstance(best["plot"], dict)
    return {"plot": {**best["plot"], **changed}}


def series(y: list[Json], x: list[Json] | None = None, label: str = "") -> Json:
    return {"kind": "line", "label": label, "x": x or list(range(len(y))), "y": y}


FORMS: list[tuple[str, object, str]] = [
    ("full", 3, "a chart of matplotlib, like ax or plt.gca(); you gave the number 3"),
    ("full", {}, "you gave a mapping of 0"),
    ("full", {"plot": 3}, "you gave a mapping of 1"),
    ("full", chart(series=3), "a chart with its series; check the Axes itself"),
    ("full", chart(series=[3]), "a chart with its series; check the Axes itself"),
    ("full", chart(series=[{"kind": "line", "x": [1], "y": []}]), "a chart with its series"),
    ("full", chart(series=[{"kind": 3, "x": [1], "y": [1]}]), "a chart with its series"),
    ("full", chart(title=3), "a chart with its texts; check the Axes itself"),
    ("full", chart(texts=[3]), "a chart with its texts; check the Axes itself"),
    ("full", chart(texts="Source"), "a chart with its texts; check the Axes itself"),
]
_YEARS: list[Json] = [*YEARS]
_AREA: list[Json] = [*AREA]
LESS: list[tuple[str, object, float, str]] = [
    ("full", chart(title=""), 9 / 10, "The chart has no title: ax.set_title(...)."),
    ("full", chart(xlabel=" "), 9 / 10, "Say what the axes show: ax.set_xlabel(...)."),
    ("full", chart(ylabel="Area"), 9 / 10, "does not name the unit: ax.set_ylabel(...)."),
    ("full", chart(ylabel=""), 8 / 10, "Say what the axes show: ax.set_ylabel(...)."),
    ("full", chart(texts=["2021", "peak"]), 9 / 10, "Name the source in a note below the chart"),
    ("full", chart(series=[]), 0, "There is nothing on these axes."),
    ("full", chart(series=[series([*_AREA[:4], 1], _YEARS)]), 4 / 5, "4 of 5 points are right."),
    ("full", chart(series=[series([1, 2, 3, 4, 5], _YEARS)]), 0, "0 of 5 points are right."),
    ("data", {"plot": {"series": [series([*_AREA[:4], 1], _YEARS)]}}, 4 / 5, "Look at 2006."),
    ("data", {"plot": {"series": [series(_AREA[1:], _YEARS[1:])]}}, 4 / 5, "has 4 points; 5 are"),
    ("data", {"plot": {"series": [series(_AREA)]}}, 0, "stands at other places than asked"),
    (
        "data", {"plot": {"series": [series([str(each) for each in AREA], _YEARS)]}}, 0,
        "the values are texts; make numbers of them",
    ),
    ("data", {"plot": {"series": [series(_AREA, _YEARS)] * 2}}, 0, "1 series more than asked."),
    ("pair", {"plot": {"series": [series([1, 2.5, 3])]}}, 1 / 2, "A series is missing: 2 are"),
    (
        "pair",
        {"plot": {"series": [
            series([1, 2.5, 3], label="South"), series([4, 5, 6.25], label="North")]}},
        0, "'North': 0 of 3 points are right.",
    ),
    ("pair", {"plot": {"series": [series([1, 2.5, 3]), series([4, 5, 6])]}}, 5 / 6, "Series 2: 2"),
    ("long", {"plot": {"series": [series([0, *[each**2 for each in range(1, 20)], 1])]}}, 19 / 21,
     "19 of 21 points are right. Look at 19 to 20."),
]  # fmt: skip

_json = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**256) + 1, 2**256 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text()
    | st.sampled_from(
        ["plot", "series", "line", "2021-08-19", "2021", "\ud800", 10**40, -1e300, 2002]
    ),
    lambda inner: (
        st.lists(inner)
        | st.dictionaries(st.text(), inner)
        | st.fixed_dictionaries(
            {
                "plot": st.fixed_dictionaries(
                    {
                        "series": st.lists(
                            st.lists(inner, max_size=4).map(
                                lambda y: {"kind": "line", "label": "South", "x": y, "y": y[::-1]}
                            ),
                            max_size=3,
                        )
                    },
                    optional={"title": st.text(), "texts": st.lists(st.text(), max_size=2)},
                )
            }
        )
    ),
    max_leaves=8,
)


def quick(token: str) -> str:
    """A seal for many tries: as strict about its token as the real one, without the delay."""
    return token.encode("utf-8", "surrogatepass").hex()


def mark(key: Key, answer: object) -> Mark:
    """What is said to an answer as a student writes it."""
    return KIND.mark(encode(answer), KIND.seal(key, SEAL), SEAL)


@pytest.mark.parametrize("name", KEYS)
def test_every_mistake_costs_and_every_other_right_form_does_not(
    small_kit: Path, name: str
) -> None:
    key = KEYS[name]
    spec = KIND.seal(key, quick)
    assert KIND.mark(encode(KIND.example(key)), spec, quick) == Mark(1.0, "")
    wrong, same = list(KIND.wrong(key)), list(KIND.same(key))
    assert len(wrong) >= 8
    assert len(same) >= 3
    for each in wrong:
        try:
            given_ = KIND.mark(encode(each.answer), spec, quick)
        except FormError:
            continue
        assert given_.share < 1, each
        assert given_.message
    for each in same:
        assert KIND.mark(encode(each.answer), spec, quick) == Mark(1.0, ""), each


@pytest.mark.parametrize("name", KEYS)
def test_a_seal_is_json_and_the_same_each_time(small_kit: Path, name: str) -> None:
    made = json.dumps(KIND.seal(KEYS[name], SEAL))
    assert made == json.dumps(KIND.seal(KEYS[name], SEAL))


@pytest.mark.parametrize(("key", "said"), BAD_KEYS)
def test_a_key_that_cannot_be_used_is_refused_in_words(
    small_kit: Path, key: Key, said: str
) -> None:
    with pytest.raises(KeyCellError) as caught:
        KIND.seal(key, quick)
    assert said in str(caught.value)


@pytest.mark.parametrize(("name", "answer", "said"), FORMS)
def test_a_wrong_form_is_answered_in_a_students_words(
    small_kit: Path, name: str, answer: object, said: str
) -> None:
    with pytest.raises(FormError) as caught:
        mark(KEYS[name], answer)
    assert said in str(caught.value)


@pytest.mark.parametrize(("name", "answer", "share", "said"), LESS)
def test_what_is_not_quite_right_earns_its_share_and_a_word(
    small_kit: Path, name: str, answer: object, share: float, said: str
) -> None:
    given_ = mark(KEYS[name], answer)
    assert given_.share == pytest.approx(share)
    assert said in given_.message


@settings(
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=120,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(answer=_json)
@pytest.mark.parametrize("name", KEYS)
def test_any_json_earns_a_share_or_a_word_on_its_form(
    small_kit: Path, name: str, answer: Json
) -> None:
    spec = KIND.seal(KEYS[name], quick)
    try:
        KIND.forms(answer, spec, quick)
        given_ = KIND.mark(answer, spec, quick)
    except FormError:
        return
    assert 0 <= given_.share <= 1
    assert bool(given_.message) == (given_.share < 1)


@settings(
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=120,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(part=_json)
def test_any_json_is_a_part_or_gets_a_word(small_kit: Path, part: Json) -> None:
    spec = KIND.seal(next(iter(KEYS.values())), quick)
    with contextlib.suppress(FormError):
        assert isinstance(KIND.part(part, spec), str)


def test_a_check_is_quick(small_kit: Path) -> None:
    tried = 0

    def counting(token: str) -> str:
        nonlocal tried
        tried += 1
        return quick(token)

    for key in KEYS.values():
        spec = KIND.seal(key, counting)
        for each in [*KIND.wrong(key), *KIND.same(key)]:
            tried = 0
            with contextlib.suppress(FormError):
                KIND.mark(encode(each.answer), spec, counting)
            assert tried <= MOST_SEALS, each


@pytest.fixture
def axes() -> Iterator[Any]:
    """An empty Axes that is not shown anywhere."""
    before = mpl.get_backend()
    mpl.use("Agg")
    figure, made = plt.subplots()
    yield made
    plt.close("all")
    mpl.use(before)


def shown(value: object) -> dict[str, Any]:
    made = encode(value)
    assert isinstance(made, dict)
    assert set(made) == {"plot"}
    plot: Any = made["plot"]
    assert set(plot) == {"kind", "series", "title", "xlabel", "ylabel", "texts", "legend"}
    json.dumps(made, allow_nan=False)
    return dict(plot)


def one(value: object) -> tuple[str, str, list[Json], list[Json]]:
    """Kind, label, places and values of the only series of a chart."""
    (only,) = shown(value)["series"]
    return only["kind"], only["label"], only["x"], only["y"]


DAYS = [dt.date(2001, 9, 9), dt.date(2001, 10, 7)]
ISO = ["2001-09-09", "2001-10-07"]
DRAWN: list[tuple[Callable[[Any], object], tuple[str, str, object, object]]] = [
    (lambda ax: ax.plot([1, 2], [3, 4.5], label="a"), ("line", "a", [1, 2], [3, 4.5])),
    (lambda ax: ax.plot(np.array([1.0, 2]), [3, np.nan]), ("line", "", [1, 2], [3, None])),
    (
        lambda ax: ax.plot(np.ma.array([1, 2], mask=[False, True]), [3, 4]),
        ("line", "", [1, None], [3, 4]),
    ),
    (lambda ax: ax.plot([1, 2], [np.inf, 4]), ("line", "", [1, 2], [None, 4])),
    (lambda ax: ax.plot(DAYS, [3, 4]), ("line", "", ISO, [3, 4])),
    (lambda ax: ax.plot(pd.to_datetime(ISO), [3, 4]), ("line", "", ISO, [3, 4])),
    (lambda ax: ax.plot(np.array(ISO, dtype="M8[ns]"), [3, 4]), ("line", "", ISO, [3, 4])),
    (lambda ax: ax.plot(["a", "b"], ["3", "4"]), ("line", "", ["a", "b"], ["3", "4"])),
    (lambda ax: ax.plot([1, 2], [3, 4], "o"), ("scatter", "", [1, 2], [3, 4])),
    (lambda ax: ax.scatter([1, 2], [3, 4], label="p"), ("scatter", "p", [1, 2], [3, 4])),
    (lambda ax: ax.scatter(["a", "b"], [3, np.nan]), ("scatter", "", ["a", None], [3, None])),
    (lambda ax: ax.step([1, 2], [3, 4]), ("step", "", [1, 2], [3, 4])),
    (lambda ax: ax.stairs([3, 4], [0, 1, 2], label="s"), ("step", "s", [0, 1], [3, 4])),
    (lambda ax: ax.bar(["a", "b"], [3, -4], label="k"), ("bar", "k", ["a", "b"], [3, -4])),
    (lambda ax: ax.bar(DAYS, [3, 4]), ("bar", "", ISO, [3, 4])),
    (lambda ax: ax.bar([2001, 2002], [3, 4]), ("bar", "", [2001, 2002], [3, 4])),
    (lambda ax: ax.barh(["a", "b"], [3, 4]), ("barh", "", ["a", "b"], [3, 4])),
    (lambda ax: ax.hist([1, 2, 2, 3], bins=[0, 2, 4]), ("hist", "", [1, 3], [1, 3])),
    (lambda ax: ax.pie([1, 3], labels=["a", "b"]), ("pie", "", ["a", "b"], [25, 75])),
    (
        lambda ax: ax.errorbar([1, 2], [3, 4], yerr=1, capsize=2, label="e"),
        ("line", "e", [1, 2], [3, 4]),
    ),
    (lambda ax: pd.Series([3, 4], ["a", "b"]).plot.bar(ax=ax), ("bar", "", ["a", "b"], [3, 4])),
    (
        lambda ax: pd.Series([3, 4], pd.period_range("2001", "2002", freq="Y")).plot(ax=ax),
        ("line", "", ["2001", "2002"], [3, 4]),
    ),
    (
        lambda ax: pd.Series([3, 4], pd.date_range("2001-01", periods=2, freq="MS")).plot(ax=ax),
        ("line", "", ["2001-01", "2001-02"], [3, 4]),
    ),
]  # fmt: skip


@pytest.mark.parametrize(("draw", "expected"), DRAWN)
def test_what_is_drawn_travels_as_numbers_and_texts(
    axes: Any, draw: Callable[[Any], object], expected: object
) -> None:
    draw(axes)
    assert one(axes) == expected
    assert shown(axes)["kind"] == one(axes)[0]


def test_words_of_a_chart_travel(axes: Any) -> None:
    axes.plot([1], [2], label="a")
    axes.set(title="Title", xlabel="Year", ylabel="Hectares")
    axes.annotate("peak", (1, 2))
    axes.legend()
    axes.figure.text(0, 0, "Source: UNODC 2021")
    found = shown(axes)
    assert [found[each] for each in ("title", "xlabel", "ylabel")] == ["Title", "Year", "Hectares"]
    assert found["texts"] == ["peak", "Source: UNODC 2021"]
    assert found["legend"] == ["a"]


def test_words_of_the_figure_stand_for_those_of_its_axes(axes: Any) -> None:
    axes.figure.suptitle("Above")
    axes.figure.supxlabel("Year")
    axes.figure.supylabel("Hectares")
    found = shown(axes.figure)
    assert [found[each] for each in ("title", "xlabel", "ylabel")] == ["Above", "Year", "Hectares"]
    assert "Above" not in found["texts"]


def test_lines_across_the_axes_are_no_data(axes: Any) -> None:
    axes.plot([1, 2], [3, 4])
    axes.axhline(3)
    axes.axvline(1)
    axes.axvspan(1, 2)
    axes.grid(visible=True)
    assert one(axes) == ("line", "", [1, 2], [3, 4])


def test_several_kinds_are_mixed_and_none_is_empty(axes: Any) -> None:
    assert shown(axes)["kind"] == "empty"
    axes.plot([1, 2], [3, 4])
    axes.bar([1, 2], [3, 4])
    assert shown(axes)["kind"] == "mixed"


def test_a_figure_and_the_current_axes_are_the_axes(axes: Any) -> None:
    axes.plot([1, 2], [3, 4])
    assert encode(axes.figure) == encode(axes) == encode(plt.gca())


def test_what_is_no_single_chart_is_refused_in_words(axes: Any) -> None:
    class Own(type(axes)):  # type: ignore[misc]  # a class made here, on purpose
        pass

    own = plt.figure().add_subplot(projection="polar")
    mine = Own(plt.figure(), (0, 0, 1, 1))
    two, _ = plt.subplots(1, 2)
    for value, said in [
        (two, "a figure with 2 axes: give the one that is meant"),
        (plt.figure(), "a figure with 0 axes"),
        (own, "a value of type PolarAxes"),
        (own.figure, "a value of type PolarAxes"),
        (mine, "a value of type Own"),
        (plt, "a value of type module"),
        (axes.plot([1, 2]), "a value of type Line2D"),
        (axes.title, "a value of type Text"),
        ([axes], ""),
    ]:
        if said:
            with pytest.raises(AnswerError, match=said):
                encode(value)


def test_limits_are_kept(axes: Any) -> None:
    axes.plot(range(4001))
    with pytest.raises(AnswerError, match="a chart with more than 4,000 points"):
        encode(axes)
    axes.clear()
    for _ in range(4):
        axes.plot(range(2000))
    with pytest.raises(AnswerError, match="too long"):
        encode(axes)
    axes.clear()
    axes.set_title("x" * 100_001)
    with pytest.raises(AnswerError, match="a text of more than"):
        encode(axes)


def test_an_axes_that_raises_is_no_answer(axes: Any) -> None:
    axes.get_xlabel = lambda: 1 / 0
    with pytest.raises(AnswerError, match="a value of type Axes"):
        encode(axes)


def test_a_right_chart_earns_full_marks(axes: Any) -> None:
    axes.plot(YEARS, AREA)
    axes.set(title="Opium", xlabel="Year", ylabel="Area (hectares)")
    axes.figure.text(0, 0, "UNODC, Afghanistan Opium Survey 2007")
    assert mark(FULL, axes) == Mark(1.0, "")


@pytest.mark.parametrize("places", [
    [dt.date(each, 1, 1) for each in YEARS], [str(each) for each in YEARS],
    pd.to_datetime([f"{each}-07-01" for each in YEARS]),
])  # fmt: skip
def test_years_may_be_dates_and_texts(axes: Any, places: Any) -> None:
    axes.plot(places, AREA)
    assert mark(DATA, axes) == Mark(1.0, "")


def test_lying_bars_and_slices_are_read_like_standing_ones(axes: Any) -> None:
    axes.barh(["Balkh", "Kabul", "Herat"], [5, 9, 3])
    assert mark(BARS, axes) == Mark(1.0, "")
    axes.clear()
    axes.set_title("Shares")
    axes.pie([2, 3, 5])
    assert mark(SLICES, axes) == Mark(1.0, "")


def test_the_unit_of_lying_bars_stands_below(axes: Any) -> None:
    key = {**BARS, "units": "people"}
    axes.barh(["Herat", "Kabul", "Balkh"], [3, 9, 5])
    axes.set_ylabel("people")
    assert "ax.set_xlabel(...)" in mark(key, axes).message
    axes.set_xlabel("People")
    assert mark(key, axes).share == 1


def test_bars_that_touch_are_bars_and_a_histogram(axes: Any) -> None:
    axes.bar([1, 2, 3], [3, 9, 5], width=1)
    for kind, share in [("bar", 1), ("hist", 1), ("line", 1 / 2)]:
        assert mark({"answer": {"1": [3, 9, 5]}, "chart": kind}, axes).share == share


def test_another_kind_of_chart_is_told(axes: Any) -> None:
    axes.scatter(["Herat", "Kabul", "Balkh"], [3, 9, 5])
    assert mark(BARS, axes) == Mark(1 / 2, "Is a cloud of points the right kind of chart for this?")


@pytest.mark.parametrize(
    ("note", "named"),
    [
        ("Source: UNODC", True), ("UNODC 2021", True), ("Data from the kit", True),
        ("منبع: یوناما", True), ("Source:", False), ("2021", False), ("2,001", False),
        ("peak", False), ("resourceful", False), ("fell by 2021", True),
    ],
)  # fmt: skip
def test_a_source_says_so_or_has_a_year(note: str, named: bool) -> None:
    assert (mark(FULL, chart(texts=[note])).share == 1) is named


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (2.5, 0, "3"), (-2.5, 0, "-3"), (-0.2, 0, "0"), (1234, -3, "1000"),
        (1e300, 0, "1" + "0" * 300), (2**255, 0, str(2**255)),
        (1e-300, 6, "0.000000"), (2, 1, "2.0"),
    ],
)  # fmt: skip
def test_numbers_are_rounded_in_one_spelling(value: float, decimals: int, text: str) -> None:
    assert rounded(value, decimals) == text


def test_a_sealed_key_holds_neither_numbers_nor_labels_nor_kind() -> None:
    made = json.dumps(KIND.seal(FULL, SEAL))
    assert not [
        each for each in ("Cultivation", "cultivation", "74000", "131", "line") if each in made
    ]


def test_hints_answer_to_a_kind_and_to_numbers() -> None:
    key = {
        **FULL,
        "hints": [
            {"holds": "bar", "say": "What does a line tell that bars do not?"},
            {"holds": [74, 80, 131, 104, 165], "say": "Read the unit again."},
        ],
        "decimals": 0,
    }
    spec = KIND.seal(key, SEAL)
    locked = hints.lock(KIND, key, spec, SEAL)
    bars: Json = {"kind": "bar", "label": "", "x": _YEARS, "y": _AREA}
    thousands = series([165, 74, 80, 131, 104], [2006, *_YEARS[:4]])
    tried: list[tuple[Json, str]] = [
        (chart(series=[bars]), "What does a line tell that bars do not?"),
        (chart(series=[thousands]), "Read the unit again."),
    ]
    for answer, said in tried:
        found = hints.find(locked, KIND.forms(answer, spec, SEAL), SEAL)
        assert found is not None
        assert found.say == said


@pytest.mark.parametrize(
    ("hint", "said"),
    [
        ({"holds": "line"}, "speaks to what is right"),
        ({"holds": [*AREA]}, "speaks to what is right"),
        ({"holds": "radar"}, "a kind of chart or the numbers of a series"),
        ({"answer": chart()}, "speaks to what is right"),
    ],
)
def test_a_hint_that_cannot_be_used_is_refused(hint: Key, said: str) -> None:
    key = {**FULL, "hints": [{**hint, "say": "No."}]}
    with pytest.raises(KeyCellError, match=said):
        hints.lock(KIND, key, KIND.seal(key, SEAL), SEAL)


def test_a_chart_needs_code() -> None:
    assert KIND.control(KIND.seal(FULL, quick)) == {}
