"""A word in; what it means, how it is written and said, out. Also the glossary as one page.

Texts link a term as ``[mujahideen](../docs/glossary.md#mujahideen)``; what stands after ``#`` is
the row's id. JupyterLab makes an anchor of the id of any element and GitHub of that of an ``<a>``;
each makes anchors of headings in a way of its own (``Solar-Hijri``, ``solar-hijri``), so the page
names its own.
"""

from __future__ import annotations

import re
from html import escape
from pathlib import Path

from afkit.facts import tables
from afkit.facts.citations import cite
from afkit.facts.names import fold
from afkit.facts.schema import Term

__all__ = ["PAGE", "Meaning", "linked_ids", "page", "term"]

#: The page of all terms, from the kit's folder.
PAGE = "docs/glossary.md"
RIGHT_TO_LEFT = frozenset({"ar", "fa", "ps", "ur"})
#: In Markdown, or in HTML where Markdown is not read, as in a ``<summary>``.
_LINK = re.compile(rf"(?:\]\(|href=\\?[\"'])\.\./{re.escape(PAGE)}#([\w-]+)")


class Meaning:
    """A term of the glossary; shows as a short paragraph."""

    def __init__(self, row: Term) -> None:
        self.row = row

    def __repr__(self) -> str:
        extra = ", ".join(each for each in (self.row.script, self.row.pronunciation) if each)
        return f"{self.row.term}{f' ({extra})' if extra else ''}: {self.row.definition}"

    def _repr_html_(self) -> str:
        row = self.row
        script = f" {_script(row)}" if row.script else ""
        said = f" <em>{escape(row.pronunciation)}</em>" if row.pronunciation else ""
        head = f"<strong>{escape(row.term)}</strong>{script}{said}"
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


def linked_ids(text: str) -> tuple[str, ...]:
    """Ids of the terms that a text links, in order, as often as it links them."""
    return tuple(_LINK.findall(text))


def page(root: Path | None = None) -> str:
    """The glossary as Markdown, in the order of the alphabet, each term with its anchor."""
    rows = sorted(tables.records(Term, root), key=lambda row: (fold(row.term), row.id))
    parts = [
        "# Glossary",
        "Made by `afkit build` from `data/glossary.csv`; do not edit it by hand. In a notebook, "
        '`afkit.term("jihad")` shows one term.',
    ]
    for row in rows:
        shown = [_script(row)] if row.script else []
        shown += [f"say *{row.pronunciation}*"] if row.pronunciation else []
        sources = "; ".join(
            f"[{each.short}]({each.url})" for each in (cite(name, root) for name in row.sources)
        )
        # The anchor stands above the heading: inside it, JupyterLab's table of contents shows it.
        parts += [f'<a id="{row.id}"></a>', f"## {row.term}"]
        parts += [", ".join(shown)] if shown else []
        parts += [row.definition, f"Sources: {sources}"]
    return "\n\n".join(parts) + "\n"


def _script(row: Term) -> str:
    direction = ' dir="rtl"' if row.language in RIGHT_TO_LEFT else ""
    return f'<span lang="{row.language}"{direction}>{escape(row.script)}</span>'
