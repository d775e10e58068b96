"""A reading in Markdown with citations by id in; the same text with numbered, linked notes out."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from afkit import kit
from afkit.facts.citations import Citation, cite

__all__ = ["Reading", "cited_ids", "noted", "reading"]

_CITATION = re.compile(r" ?\[(@[a-z0-9-]+(?:; ?@[a-z0-9-]+)*)\]")


class Reading:
    """A reading of the kit; in a notebook it shows as text with notes, printed it is Markdown."""

    def __init__(self, title: str, markdown: str) -> None:
        self.title = title
        self.markdown = markdown

    def __repr__(self) -> str:
        return self.markdown

    def _repr_markdown_(self) -> str:
        return self.markdown


def cited_ids(text: str) -> tuple[str, ...]:
    """Reference ids that a text cites as ``[@id]`` or ``[@id; @id]``, in order, each once."""
    groups = _CITATION.findall(text)
    return tuple(dict.fromkeys(each.strip(" @") for group in groups for each in group.split(";")))


def reading(name: str, section: str = "", root: Path | None = None) -> Reading:
    """A reading by the name of its file, with or without ``.md``, or one section of it.

    Each citation becomes a number that links to its source; the sources stand in full at the end.

    Parameters
    ----------
    name
        The file's name.
    section
        The heading of a section; without it, the whole reading.

    Raises
    ------
    afkit.kit.KitError
        If no unit has a reading of this name, or the reading has no such section.
    LookupError
        If it cites a reference that ``data/references.json`` does not have.
    """
    course = kit.load(root)
    paths = {Path(each).stem: each for unit in course.units for each in unit.readings}
    stem = name.removesuffix(".md")
    if stem not in paths:
        raise kit.KitError(f"there is no reading '{name}'; the readings are {', '.join(paths)}")
    text = (course.root / paths[stem]).read_text(encoding="utf-8")
    title = next((line[2:] for line in text.splitlines() if line.startswith("# ")), stem)
    if section:
        text = _section(text, section, stem)
    text, sources = noted(text, course.root, _link)
    notes = [f"{place}. {each.markdown}" for place, each in enumerate(sources, start=1)]
    body = text.rstrip()
    if notes:
        body += "\n\n## Sources\n\n" + "\n".join(notes)
    return Reading(title, body + "\n")


def noted(
    text: str, root: Path | None, link: Callable[[int, Citation], str]
) -> tuple[str, list[Citation]]:
    """A text with numbers in place of its citations, and its sources in the order of their numbers.

    Parameters
    ----------
    link
        Makes the note out of its number and its source.

    Raises
    ------
    LookupError
        If the text cites a reference that ``data/references.json`` does not have.
    """
    sources = [cite(each, root) for each in cited_ids(text)]
    number = {each.id: place for place, each in enumerate(sources, start=1)}

    def notes(found: re.Match[str]) -> str:
        links = (link(number[each], sources[number[each] - 1]) for each in cited_ids(found[0]))
        return f"<sup>{', '.join(links)}</sup>"

    return _CITATION.sub(notes, text), sources


def _section(text: str, heading: str, name: str) -> str:
    parts = {part.partition("\n")[0].strip(): part for part in re.split(r"(?m)^## ", text)[1:]}
    if heading not in parts:
        raise kit.KitError(f"'{name}' has no section '{heading}'; it has {', '.join(parts)}")
    return f"## {parts[heading]}"


def _link(number: int, source: Citation) -> str:
    title = f"{source.short}: {source.title}".replace('"', "'").replace("\\", "")
    return f'[{number}]({source.url} "{title}")'
