"""A reading of the kit, cut into what tests ask of it: paragraphs, plain words, sections, cards."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from afkit.facts.readings import cited_ids

__all__ = ["EASIER", "Text", "plain"]

EASIER, QUESTIONS, DOCUMENTS = (
    "In short (easier version)",
    "Two questions about the sources",
    "Documents",
)
CITED = re.compile(r" ?\[@[^\]]+\]")
LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
MARKS = re.compile(r"\*\*|\*|`|<[^>]+>|^> ?", re.MULTILINE)


def plain(markdown: str) -> str:
    """The words that a reader reads out: no notes, no links, no marks."""
    return MARKS.sub("", LINK.sub(r"\1", CITED.sub("", markdown))).strip()


@dataclass(frozen=True)
class Text:
    """A reading: its file, its title, its sections by heading, in order."""

    path: Path

    @cached_property
    def markdown(self) -> str:
        """The whole file."""
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def sections(self) -> dict[str, str]:
        """What stands below each heading of level 2."""
        parts = re.split(r"^## ", self.markdown, flags=re.MULTILINE)[1:]
        return {part.partition("\n")[0].strip(): part.partition("\n")[2] for part in parts}

    @cached_property
    def body(self) -> dict[str, str]:
        """The sections before the easier version, in which the reading tells its matter."""
        names = list(self.sections)
        return {name: self.sections[name] for name in names[: names.index(EASIER)]}

    @property
    def core(self) -> str:
        """The words of the body as running text: without headings, tables and lists of names."""
        return "\n\n".join(self.running(each) for each in self.body.values())

    @property
    def easier(self) -> str:
        """The words of the easier version."""
        return self.running(self.sections[EASIER])

    @staticmethod
    def paragraphs(section: str) -> list[str]:
        """Paragraphs and items of a list, as written; tables and headings are none."""
        blocks = re.split(r"\n\s*\n|\n(?=(?:> )?(?:\d+\.|-) )", section.strip())
        return [each for each in map(str.strip, blocks) if each and each[0] not in "|#"]

    def running(self, section: str) -> str:
        """The plain words of a section's paragraphs."""
        found = (re.sub(r"^(?:\d+\.|-) ", "", plain(each)) for each in self.paragraphs(section))
        return "\n\n".join(each for each in found if each)

    @cached_property
    def cards(self) -> dict[str, list[str]]:
        """The table of documents: each row's label and its cells."""
        rows = [
            [cell.strip() for cell in line.strip().strip("|").split(" | ")]
            for line in self.sections[DOCUMENTS].splitlines()
            if line.startswith("|") and not set(line) <= set("|-: ")
        ]
        return {plain(row[0]): row[1:] for row in rows}

    @property
    def questions(self) -> list[str]:
        """The questions about the sources."""
        return re.findall(r"^\d+\. .+", self.sections[QUESTIONS], re.MULTILINE)

    @property
    def linked(self) -> list[str]:
        """References in the last row of the table of documents, one or more for each."""
        return [name for cell in self.cards.get("Link", []) for name in cited_ids(cell)]
