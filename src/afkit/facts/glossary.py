"""A word in; what it means, how it is written and said, out."""

from __future__ import annotations

from html import escape
from pathlib import Path

from afkit.facts import tables
from afkit.facts.names import fold
from afkit.facts.schema import Term

__all__ = ["Meaning", "term"]

RIGHT_TO_LEFT = frozenset({"ar", "fa", "ps", "ur"})


class Meaning:
    """A term of the glossary; shows as a short paragraph."""

    def __init__(self, row: Term) -> None:
        self.row = row

    def __repr__(self) -> str:
        extra = ", ".join(each for each in (self.row.script, self.row.pronunciation) if each)
        return f"{self.row.term}{f' ({extra})' if extra else ''}: {self.row.definition}"

    def _repr_html_(self) -> str:
        row = self.row
        direction = ' dir="rtl"' if row.language in RIGHT_TO_LEFT else ""
        script = f' <span lang="{row.language}"{direction}>{escape(row.script)}</span>'
        said = f" <em>{escape(row.pronunciation)}</em>" if row.pronunciation else ""
        head = f"<strong>{escape(row.term)}</strong>{script if row.script else ''}{said}"
        return f"<p>{head}: {escape(row.definition)}</p>"


def term(word: str, root: Path | None = None) -> Meaning:
    """What a word means: ``afkit.term("mujahideen")``.

    Raises
    ------
    LookupError
        If the glossary does not have it; the message names close terms.
    """
    rows = {fold(row.term): row for row in tables.records(Term, root)}
    by_id = {row.id: row for row in rows.values()}
    found = rows.get(fold(word)) or by_id.get(word)
    if found is None:
        from difflib import get_close_matches

        close = ", ".join(rows[each].term for each in get_close_matches(fold(word), rows, n=3))
        hint = f"did you mean {close}?" if close else "afkit.glossary() lists all terms"
        raise LookupError(f"the glossary has no '{word}'; {hint}")
    return Meaning(found)
