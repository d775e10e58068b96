"""Number: a count or a measure, right within a tolerance."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
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
)

if TYPE_CHECKING:
    from afkit.exercises.answer import Json

__all__ = ["Number"]

MOST_ACCEPTED = 201
MOST_DECIMALS, MOST_DIGITS = 6, 15
LARGEST = 10**MOST_DIGITS
NEAR = Decimal("0.02")
#: Factors by which the right number is missed when the unit is another one, and what to say.
UNITS = {
    Decimal(1000): (
        "The digits are right, but it is a thousand times too small: "
        "is the number given in thousands?"
    ),
    Decimal("0.001"): (
        "The digits are right, but it is a thousand times too large: is the unit thousands?"
    ),
    Decimal(100): "That is a fraction; the question asks for per cent.",
    Decimal("0.01"): "That is per cent; the question asks for a fraction.",
    Decimal(1_000_000): (
        "The digits are right, but it is a million times too small: read the unit again."
    ),
    Decimal("0.000001"): (
        "The digits are right, but it is a million times too large: read the unit again."
    ),
    Decimal(-1): "The size is right, the sign is not: which way does it change?",
}


class Number(Kind):
    """``answer = 42``, ``decimals = 0`` (to which an answer is rounded), ``tolerance = 0``.

    ``relative = 0.01`` in place of ``tolerance`` takes one per cent of the answer; ``decimals``
    below 0 rounds to tens, hundreds, thousands. A unit mistaken for another is told from another
    mistake.

    Every rounded value within the tolerance is sealed on its own, so that a seal can be tested
    without telling where the right value lies.
    """

    name = "number"
    expects = "a number"
    options: ClassVar = {
        "answer": (int, float),
        "decimals": int,
        "tolerance": (int, float),
        "relative": (int, float),
    }

    def seal(self, key: Spec, seal: Seal) -> dict[str, Any]:
        """The number of decimals in the open; every accepted value sealed."""
        decimals = key.get("decimals", 0)
        for name in ("answer", "tolerance", "relative"):
            if not abs(key.get(name, 0)) < LARGEST:
                raise KeyCellError(f"{name} {key[name]}; expected a number of ordinary size")
        if not -MOST_DECIMALS <= decimals <= MOST_DECIMALS:
            raise KeyCellError(f"decimals {decimals}; expected -{MOST_DECIMALS} to {MOST_DECIMALS}")
        if "tolerance" in key and "relative" in key:
            raise KeyCellError("tolerance and relative; expected one of the two")
        reach = _reach(key)
        if reach < 0:
            raise KeyCellError("tolerance must not be below 0")
        step = Decimal(1).scaleb(-decimals)
        middle = Decimal(str(key["answer"])).quantize(step, ROUND_HALF_UP)
        steps = int(reach / step)
        if 2 * steps + 1 > MOST_ACCEPTED:
            raise KeyCellError(f"tolerance {reach} is too wide for {decimals} decimals")
        accepted = [_token(middle + step * each) for each in range(-steps, steps + 1)]
        return {"decimals": decimals, "right": sorted(map(seal, accepted))}

    def mark(self, answer: Json, spec: Spec, seal: Seal) -> Mark:
        """Full within the tolerance, else nothing."""
        value = _read(answer)
        if seal(_rounded(value, spec)) in spec["right"]:
            return Mark(1.0, "")
        for factor, said in UNITS.items():
            other = value * factor
            # What only rounding brings near to the right number is another mistake.
            plain = (
                other
                and abs(other) < LARGEST
                and abs(Decimal(_rounded(other, spec)) / other - 1) < NEAR
            )
            if plain and seal(_rounded(other, spec)) in spec["right"]:
                return Mark(0.0, said)
        return Mark(
            0.0, "That is not the number. Say to yourself what exactly is counted, and count again."
        )

    def forms(self, answer: Json, spec: Spec, seal: Seal) -> list[str]:
        """The number, rounded as the key says."""
        return [_rounded(_read(answer), spec)]

    def wrong(self, key: Spec) -> Iterator[Variant]:
        """Just outside the tolerance, another unit, digits changed about, the other sign."""
        yield from misfits()
        right, step = Decimal(str(key["answer"])), Decimal(1).scaleb(-key.get("decimals", 0))
        reach = _reach(key)
        beyond = (int(reach / step) + 1) * step
        made = {
            "just too much": right + beyond, "just too little": right - beyond,
            "twice as much": right * 2 + beyond, "half as much": right / 2 - beyond,
        }  # fmt: skip
        made |= {f"times {factor}": right * factor for factor in UNITS}
        digits = str(key["answer"])
        if len(digits) > 1 and digits[0] != digits[1] and digits[:2].isdigit():
            made["digits changed about"] = Decimal(digits[1] + digits[0] + digits[2:])
        spec = {"decimals": key.get("decimals", 0)}
        for what, value in made.items():
            # What rounds to a right value is no mistake.
            if abs(Decimal(_rounded(value, spec)) - right.quantize(step, ROUND_HALF_UP)) > reach:
                yield Variant(what, _plain(value))

    def same(self, key: Spec) -> Iterator[Variant]:
        """As a text, with separators, with a unit's blank, at the edges of the tolerance."""
        right, step = Decimal(str(key["answer"])), Decimal(1).scaleb(-key.get("decimals", 0))
        yield Variant("text", str(key["answer"]))
        yield Variant("with decimals", _plain(right) + 0.0)
        yield Variant("with separators", f"{right:,}")
        yield Variant("with blanks", f" {right:,} ".replace(",", " "))
        edge = int(_reach(key) / step) * step
        yield Variant("lower edge", _plain(right.quantize(step, ROUND_HALF_UP) - edge))
        yield Variant("upper edge", _plain(right.quantize(step, ROUND_HALF_UP) + edge))


def _reach(key: Spec) -> Decimal:
    if "relative" in key:
        return abs(Decimal(str(key["relative"])) * Decimal(str(key["answer"])))
    return Decimal(str(key.get("tolerance", 0)))


def _rounded(value: Decimal, spec: Spec) -> str:
    return _token(value.quantize(Decimal(1).scaleb(-spec["decimals"]), ROUND_HALF_UP))


def _plain(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


def _token(value: Decimal) -> str:
    return f"{value or abs(value):f}"


def _read(answer: Json) -> Decimal:
    if isinstance(answer, bool) or not isinstance(answer, int | float | str):
        raise FormError(f"a number; you gave {quoted(answer)}")
    text = re.sub(r"(?i)[\s\u202f]|%|per ?cent", "", str(answer))
    if re.fullmatch(r"-?[1-9]\d{0,2}(,\d{3})+(\.\d+)?", text):
        text = text.replace(",", "")
    try:
        value = Decimal(text)
    except InvalidOperation:
        hint = " Write a decimal point, not a comma." if re.fullmatch(r"-?\d+,\d+", text) else ""
        raise FormError(f"a number in digits; you gave {quoted(answer)}.{hint}") from None
    if not value.is_finite() or (value and value.adjusted() > MOST_DIGITS):
        raise FormError(f"a number of ordinary size; you gave {quoted(answer)}")
    return value
