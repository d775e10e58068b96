"""Number: a count or a measure, right within a tolerance."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any, ClassVar

from afkit.exercises.answer import Json
from afkit.exercises.kinds.base import FormError, KeyCellError, Kind, Mark, Seal, Spec, quoted

__all__ = ["Number"]

MOST_ACCEPTED = 201
MOST_DECIMALS, MOST_DIGITS = 6, 15
LARGEST = 10**MOST_DIGITS


class Number(Kind):
    """``answer = 42``, ``decimals = 0`` (to which an answer is rounded), ``tolerance = 0``.

    Every rounded value within the tolerance is sealed on its own, so that a seal can be tested
    without telling where the right value lies.
    """

    name = "number"
    expects = "a number"
    options: ClassVar = {"answer": (int, float), "decimals": int, "tolerance": (int, float)}

    def seal(self, key: Spec, seal: Seal) -> dict[str, Any]:
        """The number of decimals in the open; every accepted value sealed."""
        decimals, reach = key.get("decimals", 0), key.get("tolerance", 0)
        for name in ("answer", "tolerance"):
            if not abs(key.get(name, 0)) < LARGEST:
                raise KeyCellError(f"{name} {key[name]}; expected a number of ordinary size")
        if not 0 <= decimals <= MOST_DECIMALS:
            raise KeyCellError(f"decimals {decimals}; must not be below 0 or above {MOST_DECIMALS}")
        if reach < 0:
            raise KeyCellError("tolerance must not be below 0")
        step = Decimal(1).scaleb(-decimals)
        middle = Decimal(str(key["answer"])).quantize(step, ROUND_HALF_UP)
        steps = int(Decimal(str(reach)) / step)
        if 2 * steps + 1 > MOST_ACCEPTED:
            raise KeyCellError(f"tolerance {reach} is too wide for {decimals} decimals")
        accepted = [_token(middle + step * each) for each in range(-steps, steps + 1)]
        return {"decimals": decimals, "right": sorted(map(seal, accepted))}

    def mark(self, answer: Json, spec: Spec, seal: Seal) -> Mark:
        """Full within the tolerance, else nothing."""
        value = _read(answer).quantize(Decimal(1).scaleb(-spec["decimals"]), ROUND_HALF_UP)
        if seal(_token(value)) in spec["right"]:
            return Mark(1.0, "")
        return Mark(0.0, "That is not the number. Say to yourself what exactly is counted, and count again.")


def _token(value: Decimal) -> str:
    return str(value if value else abs(value))


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
