"""Citations: a CSL item becomes a short cite, a full entry, Markdown and a link."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from afkit.facts.citations import Citation, cite

ITEM: dict[str, Any] = {
    "id": "paper",
    "title": "News.",
    "URL": "https://example.org/a?b=1&c=2",
    "publisher": "City Paper",
}


def people(*families: str) -> list[dict[str, str]]:
    return [{"family": family, "given": "A."} for family in families]


def test_a_reference_is_cited_short_in_running_text(small_kit: Path) -> None:
    assert str(cite("city-2021-paper")) == "Writer 2021"
    assert cite("valley-2020-register", small_kit).short == "Valley office 2020"


def test_a_full_entry_says_who_when_what_where_and_when_it_was_opened(small_kit: Path) -> None:
    assert cite("city-2021-paper").full == (
        "Writer (2021-08-19). News of the city. City Paper. https://example.org/paper"
    )
    assert repr(cite("valley-2020-register")) == (
        "Valley office (2020-05). Register of the valley. "
        "https://example.org/register (opened 2026-11-22)"
    )


def test_markdown_puts_the_address_behind_the_title(small_kit: Path) -> None:
    assert cite("city-2021-paper").markdown == (
        "Writer (2021-08-19). [News of the city](https://example.org/paper). City Paper."
    )


def test_brackets_in_a_title_do_not_break_the_link() -> None:
    assert "[A (short) title](https:" in Citation(ITEM | {"title": "A [short] title"}).markdown


@pytest.mark.parametrize(
    ("item", "who"),
    [
        ({"author": people("Writer")}, "Writer"),
        ({"author": people("Writer", "Reader")}, "Writer and Reader"),
        ({"author": people("Writer", "Reader", "Editor")}, "Writer et al."),
        ({"author": [{"literal": "Human Rights Watch"}]}, "Human Rights Watch"),
        ({"author": []}, "City Paper"),
        ({}, "City Paper"),
        ({"publisher": "", "container-title": "The Weekly"}, "The Weekly"),
        ({"publisher": ""}, "paper"),
    ],
)
def test_who_is_the_authors_or_else_the_publisher(item: dict[str, Any], who: str) -> None:
    assert Citation(ITEM | item).who == who


@pytest.mark.parametrize(
    ("parts", "issued", "short"),
    [
        ([[2021, 8, 9]], "2021-08-09", "City Paper 2021"),
        ([["2021", "8"]], "2021-08", "City Paper 2021"),
        ([[2021]], "2021", "City Paper 2021"),
        ([[]], "n.d.", "City Paper n.d."),
    ],
)
def test_a_date_is_as_exact_as_it_was_given(parts: list[Any], issued: str, short: str) -> None:
    made = Citation(ITEM | {"issued": {"date-parts": parts}})
    assert (made.issued, made.short) == (issued, short)


def test_a_reference_without_a_date_says_so() -> None:
    assert Citation(ITEM).full == "City Paper (n.d.). News. https://example.org/a?b=1&c=2"


def test_a_place_of_publication_is_not_said_twice() -> None:
    assert Citation(ITEM).full.count("City Paper") == 1
    journal = Citation(ITEM | {"container-title": "The Weekly"})
    assert "News. The Weekly. https:" in journal.full


def test_a_note_on_a_copy_comes_last() -> None:
    noted = Citation(ITEM | {"accessed": {"date-parts": [[2026, 11, 2]]}, "note": "A copy."})
    assert noted.full.endswith("c=2 (opened 2026-11-02) A copy.")
    assert noted.markdown.endswith(". (opened 2026-11-02) A copy.")


def test_in_a_notebook_the_address_is_a_link_and_text_is_escaped() -> None:
    shown = Citation(ITEM | {"title": "<b>News & views</b>"})._repr_html_()
    assert "&lt;b&gt;News &amp; views&lt;/b&gt;" in shown
    assert shown.count("<") == 2
    address = "https://example.org/a?b=1&amp;c=2"
    assert shown.endswith(f'<a href="{address}">{address}</a>')


def test_an_unknown_reference_offers_close_ones(small_kit: Path) -> None:
    with pytest.raises(
        LookupError, match=r"no reference 'city-2021-papr' .*there is: city-2021-paper"
    ):
        cite("city-2021-papr")
    with pytest.raises(LookupError, match="no reference 'x' in data/references.json .*none close"):
        cite("x")
