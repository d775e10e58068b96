"""A student's value in, the same value as bounded JSON out: the only form in which answers travel.

The notebook's check, the file it is saved in and the grader all see this form and nothing else, so
an object that claims to equal everything is refused here, before anybody compares it.
"""

from __future__ import annotations

import datetime as dt
import math
import sys
from typing import Any, TypeAlias

__all__ = ["MIME", "AnswerError", "Json", "encode", "is_blank"]

MIME = "application/vnd.afkit.answer+json"
MOST_DEPTH, MOST_ITEMS, MOST_TEXT = 6, 10_000, 100_000

_PANDAS = ("pandas", "pandas.arrays", "pandas.core.arrays")
_KIT_TYPES = ("afkit.facts.dates", "afkit.facts.schema")
_GRAPHS = ("Graph", "DiGraph", "MultiGraph", "MultiDiGraph")
_HOMES = {
    "afkit": _KIT_TYPES, "numpy": ("numpy",), "pandas": _PANDAS, "networkx": ("networkx",),
    "matplotlib": ("matplotlib.axes", "matplotlib.figure"),
}  # fmt: skip
#: Name and module of a class as Python keeps them, whatever its metaclass says.
_NAME, _MODULE = (vars(type)[each].__get__ for each in ("__name__", "__module__"))

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"


class AnswerError(ValueError):
    """A value that cannot be an answer; the message says what it is, in a student's words."""


def is_blank(value: object) -> bool:
    """Whether a student has left the answer open: ``...``, ``None`` or a text of blanks."""
    return value is ... or value is None or (type(value) is str and not value.strip())


def encode(value: object) -> Json:
    """A value as JSON: texts, numbers, dates (as ISO text), lists, sets (sorted), mappings.

    NumPy and pandas scalars, arrays, Series and Index are taken as the numbers and texts they hold;
    a DataFrame as its rows, each a mapping with the columns' names (a level of the index is a
    column if it has a name; gaps are null); a networkx graph as its edges, with their ``kind``
    if they have one; the Axes of matplotlib as what they show (:mod:`afkit.exercises.axes`).

    Raises
    ------
    AnswerError
        If the value is of another type, not finite, too deep (6), too long (10,000 items,
        100,000 characters), or refers to itself.
    """
    return _encode(value, MOST_DEPTH, [MOST_ITEMS])


def _encode(value: object, depth: int, left: list[int]) -> Json:
    left[0] -= 1
    if depth < 0 or left[0] < 0:
        raise AnswerError("an answer that is too long or too deeply nested")
    if value is None or value is ...:
        return None
    kind = type(value)  # compared by identity: a class can claim to equal any other
    if kind is str or kind is int or kind is bool:
        return _plain(value)  # type: ignore[arg-type]  # one of the three, as just tested
    if kind is float:
        if not math.isfinite(value):  # type: ignore[arg-type]
            raise AnswerError("a number that is not finite")
        return value  # type: ignore[return-value]
    if kind is dt.date or kind is dt.datetime:
        return str(value)[:10]
    return _compound(value, depth, left)


def _compound(value: object, depth: int, left: list[int]) -> Json:
    """Lists, sets and mappings, whose items are encoded in turn; else a value of a library."""
    kind = type(value)
    if kind is list or kind is tuple:
        return [_encode(each, depth - 1, left) for each in value]  # type: ignore[attr-defined]
    if kind is set or kind is frozenset:
        items = [_encode(each, depth - 1, left) for each in value]  # type: ignore[attr-defined]
        return sorted(items, key=repr)
    if kind is dict:
        return {
            str(_encode(key, depth - 1, left)): _encode(each, depth - 1, left)
            for key, each in value.items()  # type: ignore[attr-defined]
        }
    return _library_value(value, depth, left)


def _plain(value: bool | int | str) -> Json:
    if isinstance(value, str):
        if len(value) > MOST_TEXT:
            raise AnswerError("a text of more than 100,000 characters")
        if not value.isascii() and value != value.encode(errors="replace").decode():
            raise AnswerError("a text with half a character in it")
    elif value.bit_length() > 256:
        raise AnswerError("a number of more than 70 digits")
    return value


def _library_value(value: object, depth: int, left: list[int]) -> Json:
    """Values of afkit and of libraries, if these are loaded; nothing is imported here."""
    kind = type(value)
    name, home = _NAME(kind), _MODULE(kind)
    home = home.partition(".")[0] if type(home) is str else ""
    known = _HOMES.get(home, ())
    modules = [sys.modules[each] for each in known if each in sys.modules]
    # A class can call itself what it likes; only the library's own class will do.
    if not any(getattr(module, name, None) is kind for module in modules):
        raise AnswerError(f"a value of type {name}")
    try:
        held = _held(value, home)
    except AnswerError:
        raise
    except Exception as error:  # a value that cannot say what it holds is no answer
        raise AnswerError(f"a value of type {name}") from error
    return _encode(held, depth - 1, left)


def _held(value: Any, home: str) -> object:  # noqa: ANN401  a value of a library
    if home == "afkit":
        return str(value) if type(value).__name__ == "Edtf" else value.id
    if home == "networkx" and type(value).__name__ in _GRAPHS:
        return _edges(value)
    if type(value).__name__ == "DataFrame":
        return _rows(value)
    if home == "matplotlib":
        from afkit.exercises import axes

        return axes.read(value)
    if type(value).__name__ == "Timestamp":
        return str(value.isoformat())[:10]
    if getattr(getattr(value, "dtype", None), "kind", "") == "M" and home == "numpy":
        value = value.astype("datetime64[D]")
    return value.tolist()


def _edges(graph: Any) -> object:  # noqa: ANN401  a graph of networkx
    if graph.number_of_edges() > MOST_ITEMS:
        raise AnswerError("an answer that is too long or too deeply nested")
    return [
        (one, other) if kind is None else (one, other, kind)
        for one, other, kind in graph.edges(data="kind")
    ]


def _rows(frame: Any) -> object:  # noqa: ANN401  a table of pandas
    if frame.size > MOST_ITEMS or len(frame) > MOST_ITEMS:
        raise AnswerError("an answer that is too long or too deeply nested")
    taken = set(frame.columns)
    named = [name for name in frame.index.names if name is not None and name not in taken]
    table = frame.reset_index(level=named) if named else frame
    names = [_label(each) for each in table.columns]
    if len(set(names)) < len(names):
        raise AnswerError("a table with two columns of one name")
    columns = []
    for place in range(len(names)):
        column = table.iloc[:, place]
        gaps = column.isna().tolist()
        columns.append(
            [None if gap else each for each, gap in zip(column.tolist(), gaps, strict=True)]
        )
    rows = zip(*columns, strict=True) if columns else ()
    return [dict(zip(names, row, strict=True)) for row in rows]


def _label(name: object) -> str:
    """The name of a column; of one under several headings, all of them."""
    parts = name if type(name) is tuple else (name,)
    return " ".join(str(_encode(each, 1, [2])) for each in parts if each != "")
