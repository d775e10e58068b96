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

Json: TypeAlias = "None | bool | int | float | str | list[Json] | dict[str, Json]"


class AnswerError(ValueError):
    """A value that cannot be an answer; the message says what it is, in a student's words."""


def is_blank(value: object) -> bool:
    """Whether a student has left the answer open: ``...``, ``None`` or a text of blanks."""
    return value is ... or value is None or (type(value) is str and not value.strip())


def encode(value: object) -> Json:
    """A value as JSON: texts, numbers, dates (as ISO text), lists, sets (sorted), mappings.

    NumPy and pandas scalars, arrays, Series and Index are taken as the numbers and texts they hold.

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
    if type(value) in (bool, int, str):
        return _plain(value)  # type: ignore[arg-type]  # one of the three, as just tested
    if type(value) is float:
        if not math.isfinite(value):
            raise AnswerError("a number that is not finite")
        return value
    if type(value) in (dt.date, dt.datetime):
        return str(value)[:10]
    if type(value) in (list, tuple):
        return [_encode(each, depth - 1, left) for each in value]  # type: ignore[attr-defined]
    if type(value) in (set, frozenset):
        items = [_encode(each, depth - 1, left) for each in value]  # type: ignore[attr-defined]
        return sorted(items, key=repr)
    if type(value) is dict:
        return {
            str(_encode(key, depth - 1, left)): _encode(each, depth - 1, left)
            for key, each in value.items()
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
    """Values of afkit, NumPy and pandas, if their libraries are loaded; nothing is imported here."""
    kind = type(value)
    home = kind.__module__.partition(".")[0]
    known = {"afkit": _KIT_TYPES, "numpy": ("numpy",), "pandas": _PANDAS}.get(home, ())
    modules = [sys.modules[name] for name in known if name in sys.modules]
    # A class can call itself what it likes; only the library's own class will do.
    if not any(getattr(module, kind.__name__, None) is kind for module in modules):
        raise AnswerError(f"a value of type {kind.__name__}")
    try:
        held = _held(value, home)
    except Exception as error:  # a value that cannot say what it holds is no answer
        raise AnswerError(f"a value of type {kind.__name__}") from error
    return _encode(held, depth - 1, left)


def _held(value: Any, home: str) -> object:  # noqa: ANN401  a value of a library
    if home == "afkit":
        return str(value) if type(value).__name__ == "Edtf" else value.id
    if type(value).__name__ == "Timestamp":
        return str(value.isoformat())[:10]
    if getattr(getattr(value, "dtype", None), "kind", "") == "M" and home == "numpy":
        return value.astype("datetime64[D]").tolist()
    return value.tolist()
