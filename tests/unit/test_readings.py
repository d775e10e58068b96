"""Readings: citations become numbered, linked notes; each source is listed once, in full."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from afkit.facts.readings import cited_ids, reading
from afkit.kit import KitError

Edit = Callable[[str, str, str], None]

REGISTER = '[1](https://example.org/register "Valley office 2020: Register of the valley")'
PAPER = '[2](https://example.org/paper "Writer 2021: News of the city")'
SECTIONS = "# A note\n\n## First\n\nOne [@city-2021-paper].\n\n## Second\n\nTwo.\n"


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("no citation at all, me@example.org", ()),
        ("one [@a-1].", ("a-1",)),
        ("two [@a-1; @b-2].", ("a-1", "b-2")),
        ("two [@a-1;@b-2].", ("a-1", "b-2")),
        ("again [@b-2] and [@a-1; @b-2].", ("b-2", "a-1")),
        ("a [link](https://example.org/@a-1)", ()),
    ],
)
def test_cited_ids_come_in_order_and_once(text: str, ids: tuple[str, ...]) -> None:
    assert cited_ids(text) == ids


def test_notes_are_numbered_and_linked_where_they_are_cited(small_kit: Path) -> None:
    body = reading("01-note").markdown.partition("\n## Sources\n")[0]
    assert body.splitlines()[2] == (
        f"Amina was born in the valley<sup>{REGISTER}</sup>. "
        f"Two papers agree<sup>{REGISTER}, {PAPER}</sup>."
    )


def test_each_source_is_listed_once_in_full(small_kit: Path) -> None:
    sources = reading("01-note").markdown.partition("\n## Sources\n")[2]
    assert sources.strip().splitlines() == [
        "1. Valley office (2020-05). [Register of the valley](https://example.org/register). "
        "(opened 2026-11-22)",
        "2. Writer (2021-08-19). [News of the city](https://example.org/paper). City Paper.",
    ]


def test_a_reading_shows_as_markdown_under_its_title(small_kit: Path) -> None:
    shown = reading("01-note")
    assert shown.title == "A note"
    assert shown._repr_markdown_() == repr(shown) == shown.markdown
    assert shown.markdown.startswith("# A note\n")
    assert "[@" not in shown.markdown


def test_a_reading_is_named_with_or_without_its_ending(
    small_kit: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AFKIT_ROOT")
    with_ending = reading("01-note.md", root=small_kit)
    assert with_ending.markdown == reading("01-note", root=small_kit).markdown


def test_a_reading_without_citations_has_no_list_of_sources(small_kit: Path) -> None:
    article = reading("article")
    assert article.title == "The article"
    assert "## Sources" not in article.markdown


def test_a_reading_without_a_heading_goes_by_its_name(small_kit: Path, edit: Edit) -> None:
    edit("readings/01-note.md", "# A note\n", "A note\n")
    assert reading("01-note").title == "01-note"


def test_one_section_comes_with_its_own_sources(small_kit: Path) -> None:
    (small_kit / "readings/01-note.md").write_text(SECTIONS, encoding="utf-8")
    first, second = reading("01-note", "First"), reading("01-note", "Second")
    assert first.title == "A note"
    assert first.markdown.startswith("## First\n\nOne<sup>[1](https://example.org/paper ")
    assert "Two." not in first.markdown
    assert second.markdown == "## Second\n\nTwo.\n"


def test_an_unknown_section_lists_the_sections_there_are(small_kit: Path) -> None:
    (small_kit / "readings/01-note.md").write_text(SECTIONS, encoding="utf-8")
    with pytest.raises(KitError, match="'01-note' has no section 'Third'; it has First, Second"):
        reading("01-note", "Third")


def test_an_unknown_reading_lists_the_readings_there_are(small_kit: Path) -> None:
    with pytest.raises(KitError, match="no reading '02-note'; the readings are article, 01-note"):
        reading("02-note")


def test_a_reading_that_cites_an_unknown_reference_is_refused(small_kit: Path, edit: Edit) -> None:
    edit("readings/01-note.md", "[@valley-2020-register].", "[@valley-2020-registry].")
    with pytest.raises(
        LookupError, match="'valley-2020-registry' .*there is: valley-2020-register"
    ):
        reading("01-note")
