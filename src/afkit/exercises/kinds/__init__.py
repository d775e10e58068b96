"""The kinds of question, one file each; a new kind is one class in one file, named in ``KINDS``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from afkit.exercises.kinds.choice import Choice
from afkit.exercises.kinds.date import Date
from afkit.exercises.kinds.essay import Essay
from afkit.exercises.kinds.evidence import Evidence
from afkit.exercises.kinds.function import Function
from afkit.exercises.kinds.graph import Graph
from afkit.exercises.kinds.mapping import Classification
from afkit.exercises.kinds.name import Name
from afkit.exercises.kinds.number import Number
from afkit.exercises.kinds.order import Order
from afkit.exercises.kinds.plot import Plot
from afkit.exercises.kinds.set import Set
from afkit.exercises.kinds.table import Table
from afkit.exercises.kinds.text import Text

if TYPE_CHECKING:
    from afkit.exercises.kinds.base import Kind

__all__ = ["KINDS"]

#: Every kind by the word that a key uses for it.
KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Choice(),
        Date(),
        Essay(),
        Evidence(),
        Function(),
        Graph(),
        Classification(),
        Name(),
        Number(),
        Order(),
        Plot(),
        Set(),
        Table(),
        Text(),
    )
}
