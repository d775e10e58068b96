"""CSL-JSON references in; a short cite for running text and a full entry for a list out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from afkit.facts import tables

if TYPE_CHECKING:
    from afkit.facts.schema import Row

__all__ = ["Citation", "cite", "cites"]


class Citation:
    """One reference: short (``Al Jazeera 2004``) and full; in a notebook it shows as a link."""

    def __init__(self, item: Mapping[str, Any]) -> None:
        self.item = item
        self.id: str = item["id"]

    @property
    def who(self) -> str:
        """Authors, else the publisher: at most two names, then ``et al.``"""
        names = [
            each.get("literal") or each.get("family", "") for each in self.item.get("author", ())
        ]
        if not names:
            return str(self.item.get("publisher") or self.item.get("container-title") or self.id)
        return " and ".join(names) if len(names) < 3 else f"{names[0]} et al."

    @property
    def issued(self) -> str:
        """When it was published, as exactly as it says: ``2021-08-18``, ``2021`` or ``n.d.``"""
        parts = self.item.get("issued", {}).get("date-parts", [[]])[0]
        return "-".join(f"{int(part):02d}" for part in parts) or "n.d."

    @property
    def short(self) -> str:
        """For running text: who and the year."""
        return f"{self.who} {self.issued[:4]}"

    @property
    def title(self) -> str:
        """The title as its publisher gives it."""
        return str(self.item["title"]).rstrip(".")

    @property
    def url(self) -> str:
        """The address at which it was opened."""
        return str(self.item["URL"])

    @property
    def full(self) -> str:
        """For a list of references: who, when, title, where published, address, when read."""
        return f"{self.who} ({self.issued}). {self.title}.{self._where} {self.url}{self._opened}"

    @property
    def markdown(self) -> str:
        """As :attr:`full`, in Markdown, with the address behind the title."""
        title = self.title.replace("[", "(").replace("]", ")")
        return f"{self.who} ({self.issued}). [{title}]({self.url}).{self._where}{self._opened}"

    @property
    def _where(self) -> str:
        place = self.item.get("container-title") or self.item.get("publisher") or ""
        return f" {place}." if place and place != self.who else ""

    @property
    def _opened(self) -> str:
        day = self.item.get("accessed", {}).get("date-parts", [[]])[0]
        opened = f" (opened {'-'.join(f'{int(part):02d}' for part in day)})" if day else ""
        return f"{opened} {self.item['note']}" if self.item.get("note") else opened

    def __str__(self) -> str:
        return self.short

    def __repr__(self) -> str:
        return self.full

    def _repr_html_(self) -> str:
        head, url, tail = self.full.partition(self.url)
        return f'{escape(head)}<a href="{escape(url)}">{escape(url)}</a>{escape(tail)}'


def cite(reference: str, root: Path | None = None) -> Citation:
    """The reference with this id, ready to print.

    Raises
    ------
    LookupError
        If ``data/references.json`` has no such id; the message names close ones.
    """
    return _found(reference, tables.references(root))


def cites(rows: Iterable[Row], root: Path | None = None) -> list[str]:
    """For each row the short cites of its sources, with ``"; "`` between.

    Raises
    ------
    LookupError
        As :func:`cite` does.
    """
    known = tables.references(root)
    short = cache(lambda reference: _found(reference, known).short)
    return ["; ".join(map(short, row.sources)) for row in rows]


def _found(reference: str, known: Mapping[str, dict[str, Any]]) -> Citation:
    if reference not in known:
        from difflib import get_close_matches

        close = ", ".join(get_close_matches(reference, known, n=3)) or "none close to it"
        raise LookupError(f"no reference '{reference}' in data/references.json (there is: {close})")
    return Citation(known[reference])
