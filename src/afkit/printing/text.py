"""Markdown of lessons and readings in; HTML for paper out: notes, terms, tables, room to write."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

import mistune

from afkit.facts import glossary, tables
from afkit.facts.readings import noted
from afkit.facts.schema import Term

if TYPE_CHECKING:
    from afkit.facts.citations import Citation

__all__ = ["Prompt", "lines", "notes", "prompts", "sources", "terms", "to_html"]

FOLDED = re.compile(r"<details>\s*<summary>(.*?)</summary>(.*?)</details>", re.DOTALL)
EMPTY_HEAD = re.compile(r"<thead>\s*<tr>\s*(?:<th>\s*</th>\s*)+</tr>\s*</thead>\s*")
LEADS = re.compile(r'href="#term-([\w-]+)"')
#: What a text says that only a reader at a screen can do.
ON_SCREEN = re.compile(r"\s*Click (?:here )?when you have [^.<]*\.")

#: The question of a fold, and what stands in it, in Markdown.
Prompt = tuple[str, str]


class _Renderer(mistune.HTMLRenderer):
    """HTML whose headings begin ``shift`` levels lower, and whose links lead to this page."""

    def __init__(self, shift: int) -> None:
        super().__init__(escape=False)
        self.shift = shift

    def heading(self, text: str, level: int, **_: object) -> str:
        level = min(level + self.shift, 6)
        return f"<h{level}>{text}</h{level}>\n"

    def link(self, text: str, url: str, title: str | None = None) -> str:
        _, to_glossary, name = url.partition(f"{glossary.PAGE}#")
        if to_glossary:
            return f'<a class="term" href="#term-{escape(name)}">{text}</a>'
        if "://" not in url and not url.startswith("#"):
            return text  # a hand-out stands alone: what it names in the kit is not beside it
        return super().link(text, url, title)


def to_html(markdown: str, shift: int = 0) -> str:
    """Markdown as HTML; headings begin ``shift`` levels lower."""
    render = mistune.create_markdown(renderer=_Renderer(shift), plugins=["table", "strikethrough"])
    made = EMPTY_HEAD.sub("", str(render(markdown)))
    made = made.replace(f'href="../{glossary.PAGE}#', 'class="term" href="#term-')
    made = made.replace("<th></th>", "<td></td>").replace("<th>", '<th scope="col">')
    made = re.sub(r"(<tr>\s*)<td><strong>(.*?)</strong></td>", r'\1<th scope="row">\2</th>', made)
    return made.replace("<table>", '<div class="wide"><table>').replace(
        "</table>", "</table></div>"
    )


def notes(markdown: str, root: Path) -> tuple[str, list[Citation]]:
    """A text whose citations are numbers that lead to the list of sources, and the sources."""
    return noted(markdown, root, lambda number, _: f'<a href="#source-{number}">{number}</a>')


def sources(cited: Iterable[Citation]) -> str:
    """The list of sources in full, under the numbers of :func:`notes`; ``""`` without any."""
    items = "\n".join(
        f'<li id="source-{number}">{each._repr_html_()}</li>'
        for number, each in enumerate(cited, start=1)
    )
    head = '<section aria-labelledby="sources">\n<h2 id="sources">Sources</h2>\n'
    return f'{head}<ol class="sources">\n{items}\n</ol>\n</section>\n' if items else ""


def terms(page: str, root: Path) -> str:
    """A box with the terms that a page leads to, in the order of the alphabet; ``""`` if to none.

    Raises
    ------
    LookupError
        If the glossary has no such term.
    """
    linked = set(LEADS.findall(page))
    rows = [row for row in tables.records(Term, root) if row.id in linked]
    unknown = sorted(linked - {row.id for row in rows})
    if unknown:
        raise LookupError(f"the glossary has no '{unknown[0]}'; its ids are in data/glossary.csv")
    items = "".join(
        f'<div id="term-{row.id}">{glossary.Meaning(row)._repr_html_()}</div>\n'
        for row in sorted(rows, key=lambda row: row.term.casefold())
    )
    head = '<aside class="terms" aria-labelledby="terms">\n<h2 id="terms">Words to know</h2>\n'
    return f"{head}{items}</aside>\n" if items else ""


def prompts(markdown: str, found: list[Prompt]) -> str:
    """A text with each fold opened and room to write; what a fold hides is put into ``found``."""

    def opened(fold: re.Match[str]) -> str:
        question = ON_SCREEN.sub("", fold[1]).strip()
        found.append((question, fold[2].strip()))
        place = len(found)
        tag = f'<a href="#answer-{place}">answer {place}</a>'
        return f'\n<p class="think" id="think-{place}">{question} ({tag})</p>\n{lines(4)}\n'

    return FOLDED.sub(opened, markdown)


def lines(number: int) -> str:
    """Ruled lines to write on."""
    return f'<div class="lines" aria-hidden="true">{"<i></i>" * number}</div>'
