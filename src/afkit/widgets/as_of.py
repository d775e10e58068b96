"""One date in; every view that is linked to it shows what was known on that day.

The date lives in the page: a view hears of a change without asking the kernel, and the kernel is
told afterwards, so that notebook code can read and set it.
"""

from __future__ import annotations

import datetime as dt
from html import escape
from pathlib import Path
from typing import Any

import anywidget
import ipywidgets
import traitlets as t

from afkit import kit
from afkit.facts import tables
from afkit.facts.dates import Edtf, read_day, solar_hijri
from afkit.facts.schema import Event
from afkit.widgets.sheets import STATIC, sheets
from afkit.widgets.store import Facts, facts

__all__ = ["AsOf", "as_of"]


class AsOf(anywidget.AnyWidget):
    """The date that views obey, with its controls; show it by naming it last in a cell.

    Attributes
    ----------
    date : str
        The day, ``YYYY-MM-DD``. Set it in any way that :func:`afkit.dates.read_day` reads:
        ``"2021-08-19"``, ``"19 August 2021"``, ``"28 Asad 1400"``.
    later : str
        What happens to facts that are later, or not yet known: ``"ghosted"`` or ``"hidden"``.
    calendar : str
        The calendar that stands first: ``"gregorian"`` or ``"solar-hijri"``.

    Raises
    ------
    traitlets.TraitError
        When ``date`` is no day, or lies outside the time of the kit's events.
    """

    _esm = STATIC / "as_of.js"
    sheets = sheets("base", "as_of")

    date = t.Unicode(help="the day, YYYY-MM-DD").tag(sync=True)
    later = t.Enum(("ghosted", "hidden"), "ghosted", help="what is later").tag(sync=True)
    calendar = t.Enum(("gregorian", "solar-hijri"), "gregorian").tag(sync=True)
    first = t.Unicode(help="earliest day that can be chosen").tag(sync=True)
    last = t.Unicode(help="latest day that can be chosen").tag(sync=True)
    published = t.Unicode(help="the article's day").tag(sync=True)
    facts = t.Instance(Facts).tag(sync=True, **ipywidgets.widget_serialization)

    def __init__(self, date: str = "", root: Path | None = None) -> None:
        folder = root or kit.find()
        course = kit.load(folder)
        published = course.published
        events = tables.records(Event, folder)
        days = {
            str(bound)
            for row in events
            for bound in (row.date.first, row.date.last, row.known_from, published)
            if bound
        }
        super().__init__(
            first=course.begins or min(days),
            last=max(days),
            published=published,
            date=date or published,
            facts=facts(folder),
        )

    @property
    def day(self) -> dt.date:
        """The date as a ``datetime.date``."""
        return dt.date.fromisoformat(self.date)

    def __repr__(self) -> str:
        return f"<AsOf {self._words()}; later facts {self.later}>"

    def _words(self) -> str:
        return f"{self.day:%A} {Edtf(self.date).in_words()} = {solar_hijri(self.day)}"

    def _repr_mimebundle_(self, **kwargs: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        data, metadata = super()._repr_mimebundle_(**kwargs) or ({}, {})
        return data | {"text/plain": repr(self), "text/html": self.html()}, metadata

    def html(self) -> str:
        """The date in words, for readers without JavaScript."""
        return (
            f"<h3>As-of date: {escape(Edtf(self.date).in_words())}</h3>"
            f"<p>Everything linked to this date shows what was known on "
            f"<strong>{escape(self._words())}</strong>. To move the date, run this notebook in "
            "JupyterLab with JavaScript on.</p>"
        )

    @t.validate("date")
    def _check_date(self, proposal: dict[str, Any]) -> str:
        given: str = proposal["value"]
        try:
            found = read_day(given)
        except ValueError as error:
            raise t.TraitError(f"as_of: {error}") from None
        if found.precision != "day":
            raise t.TraitError(f"as_of: '{given}' is a {found.precision}; name one day, 2021-08-19")
        iso = str(found.first)
        if self.first and not self.first <= iso <= self.last:
            raise t.TraitError(
                f"as_of: the facts reach from {self.first} to {self.last}, not {iso}"
            )
        return iso


_SHARED: dict[Path, AsOf] = {}


def as_of(date: str = "", *, root: Path | None = None) -> AsOf:
    """The date that all views of this notebook obey; with ``date``, set it first.

    Parameters
    ----------
    date
        A day: ``"2021-08-19"``, ``"19 August 2021"`` or ``"28 Asad 1400"``. Left out, the date
        stays as it is; in a fresh notebook it is the day of the article.

    Raises
    ------
    traitlets.TraitError
        If ``date`` is no day, or lies outside the time of the kit's events.
    """
    folder = root or kit.find()
    held = _SHARED.get(folder)
    if held is None or held.comm is None:
        held = _SHARED[folder] = AsOf(date, folder)
    elif date:
        held.date = date
    return held
