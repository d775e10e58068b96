"""A student's value in, the same value as bounded JSON out: the only form in which answers travel.

The notebook's check, the file it is saved in and the grader all see this form and nothing else, so
an object that claims to equal everything is refused here, before anybody compares it.
"""

from __future__ import annotations

import datetime as dt
import math
from typing import TypeAlias

__all__ = ["MIME", "AnswerError", "Json", "encode", "is_blank"]

MIME = "application/vnd.afkit.answer+json"
MOST_DEPTH, MOST_ITEMS, MOST_TEXT = 6, 10_000, 100_000

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
    if isinstance(value, str) and len(value) > MOST_TEXT:
        raise AnswerError("a text of more than 100,000 characters")
    if isinstance(value, int) and value.bit_length() > 256:
        raise AnswerError("a number of more than 70 digits")
    return value


def _library_value(value: object, depth: int, left: list[int]) -> Json:
    """Values of afkit, NumPy and pandas, told by the module of their type, never imported here."""
    home, kind = type(value).__module__.partition(".")[0], type(value).__name__
    if home == "afkit" and kind == "Edtf":
        return str(value)
    if home == "afkit" and kind == "Actor":
        return str(value.id)  # type: ignore[attr-defined]  # every Actor has an id
    if home == "pandas" and kind == "Timestamp":
        return str(value.isoformat())[:10]  # type: ignore[attr-defined]  # a Timestamp
    if home in ("numpy", "pandas") and hasattr(value, "tolist"):
        return _encode(value.tolist(), depth - 1, left)
    raise AnswerError(f"a value of type {kind}")
