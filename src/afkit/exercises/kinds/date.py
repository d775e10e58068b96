"""Date: a day, month or year, in any form that :func:`afkit.dates.read_day` reads."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, ClassVar

from afkit.exercises.kinds.base import (
    FormError,
    KeyCellError,
    Kind,
    Mark,
    Seal,
    Spec,
    Variant,
    misfits,
    quoted,
    texts,
)
from afkit.facts.dates import Edtf, read_day, solar_hijri

if TYPE_CHECKING:
    from afkit.exercises.answer import Json

__all__ = ["Date"]

_LENGTH = {"day": 10, "month": 7, "year": 4}


class Date(Kind):
    """``answer = "2021-08-19"`` (a list if several days are right) and ``precision = "day"``.

    An answer that is right but less exact than asked earns half.
    """

    name = "date"
    expects = "a date"
    options: ClassVar = {"answer": (str, list), "precision": str}

    def seal(self, key: Spec, seal: Seal) -> dict[str, Any]:
        """The precision in the open; the right date sealed at it and at every coarser one."""
        precision = key.get("precision", "day")
        if precision not in _LENGTH:
            raise KeyCellError(f"precision '{precision}'; expected {', '.join(_LENGTH)}")
        answers = texts(key["answer"], "answer")
        sealed: dict[str, Any] = {"precision": precision}
        for each in answers:
            try:
                exact = Edtf(each)
            except ValueError as error:
                raise KeyCellError(str(error)) from None
            if len(each) < _LENGTH[precision] or "X" in each or exact.precision not in _LENGTH:
                raise KeyCellError(
                    f"answer '{each}'; expected a plain date exact to the {precision}"
                )
        for size, length in _LENGTH.items():
            if length <= _LENGTH[precision]:
                sealed[size] = sorted({seal(each[:length]) for each in answers})
        return sealed

    def mark(self, answer: Json, spec: Spec, seal: Seal) -> Mark:
        """Full for the right date, half for one that is right but too coarse."""
        given = _read(answer)
        asked = spec["precision"]
        if given.precision not in _LENGTH:
            raise FormError(f"one {asked}; you gave the time {given.in_words()}")
        text = given.text.rstrip("~?%")
        for size, length in _LENGTH.items():
            if size not in spec or len(text) < length or seal(text[:length]) not in spec[size]:
                continue
            if size == asked:
                return Mark(1.0, "")
            if given.precision == size:
                return Mark(0.5, f"The {size} is right. Now give the {asked}.")
            return Mark(0.0, f"The {size} is right, but not the rest.")
        return Mark(0.0, "That is another time. Go back to the words that carry the date.")

    def example(self, key: Spec) -> Json:
        """The first right date, at the precision asked."""
        return str(texts(key["answer"], "answer")[0][: _LENGTH[key.get("precision", "day")]])

    def forms(self, answer: Json, spec: Spec, seal: Seal) -> list[str]:
        """The date in ISO form, as exact as asked or as given."""
        return [_read(answer).text.rstrip("~?%")[: _LENGTH[spec["precision"]]]]

    def control(self, spec: Spec) -> dict[str, Any]:
        """A box to write in, with a calendar where a day is asked for."""
        return {"as": "day" if spec["precision"] == "day" else "text"}

    def wrong(self, key: Spec) -> Iterator[Variant]:
        """A day, month or year off, day and month changed about, too coarse, the other calendar."""
        yield from misfits()
        right = {
            each[: _LENGTH[key.get("precision", "day")]] for each in texts(key["answer"], "answer")
        }
        text = str(self.example(key))
        whole = dt.date.fromisoformat(f"{text}-01-01"[:10] if len(text) == 4 else f"{text}-01"[:10])
        size = len(text)
        made = [
            (f"{days:+d} days", str(whole + dt.timedelta(days))[:size]) for days in (-1, 1, -7, 7)
        ]
        made.extend(
            (f"{years:+d} years", f"{whole.year + years:04d}{text[4:]}")
            for years in (-1, 1, -100, 10)
        )
        for months in (-1, 1) if size > 4 else ():
            month = (whole.month - 1 + months) % 12 + 1
            made.append((f"{months:+d} months", f"{whole.year:04d}-{month:02d}{text[7:]}"))
        if size == 10:
            made.append(("day and month changed about", f"{text[:4]}-{text[8:]}-{text[5:7]}"))
        made.extend(("too coarse", text[:shorter]) for shorter in (4, 7) if shorter < size)
        for what, given in made:
            if given not in right:
                yield Variant(what, given)

    def same(self, key: Spec) -> Iterator[Variant]:
        """ISO, in words, in the Solar Hijri calendar; every right date."""
        size = _LENGTH[key.get("precision", "day")]
        for each in texts(key["answer"], "answer"):
            text = each[:size]
            yield Variant("ISO", text)
            yield Variant("with blanks", f"  {text} ")
            yield Variant("in words", Edtf(text).in_words())
            if size == 10:
                yield Variant(
                    "month first in words",
                    f"{dt.date.fromisoformat(text):%B} {int(text[8:])}, {text[:4]}",
                )
                yield Variant("Solar Hijri", str(solar_hijri(dt.date.fromisoformat(text))))
            yield Variant("said to be about", f"{text}~")


def _read(answer: Json) -> Edtf:
    if not isinstance(answer, str):
        bare = isinstance(answer, int | float) and not isinstance(answer, bool)
        hint = " Put it in quotes." if bare else ""
        raise FormError(f"a date; you gave {quoted(answer)}.{hint}")
    try:
        return read_day(answer)
    except ValueError as error:
        if "can be two dates" in str(error):
            raise FormError(f"one date; {error}") from None
        raise FormError(
            f"a date, like '2021-08-19' or '19 August 2021'; you gave {quoted(answer)}"
        ) from None
