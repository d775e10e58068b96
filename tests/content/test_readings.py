"""The kit's background readings: of one form, cited, readable, and not from one side only."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
import textstat

from afkit import kit
from afkit.facts import glossary, tables
from afkit.facts.readings import cited_ids
from afkit.facts.schema import Term
from tests.content.prose import EASIER, Text, plain

ROOT = Path(__file__).resolve().parents[2]
KIT = kit.load(ROOT)
NAMES = {name: unit.id for unit in KIT.units for name in unit.readings if name != KIT.article}
TEXTS = [pytest.param(Text(ROOT / name), id=Path(name).stem) for name in NAMES]
each_reading = pytest.mark.parametrize("text", TEXTS)
each_unit = pytest.mark.parametrize("unit", KIT.units[1:], ids=lambda unit: unit.id)

#: What a card of a document says; the first row may ask who wrote, made or said it.
ROWS = [
    "Date", "For whom", "Language", "Translation status", "What it says (our words)",
    "What to keep in mind", "Link",
]  # fmt: skip
#: A paragraph of more words states facts, so it names a source; one that defines a word, asks, or
#: draws a conclusion from what stands above it need not: ``agreed.toml`` lists these, with reasons.
STATES_FACTS = 40
#: Countries whose publishers make a source Western, as the voice rules mean it; the United Nations,
#: other bodies of many states and publishers of no known country are neither, and count for none.
WESTERN = frozenset(
    ("AT", "AU", "BE", "CA", "CH", "CZ", "DE", "DK", "ES", "EU", "FI", "FR", "GB", "GR", "IE", "IT")
    + ("LU", "NL", "NO", "NZ", "PL", "PT", "SE", "US")
    + ("INT", "UN", "XN", "XX", "ZZ")
)
DEFINES = "Word to know"
NO_SOURCE: dict[str, dict[str, str]] = tomllib.loads(
    Path(__file__).with_name("agreed.toml").read_text(encoding="utf-8")
)["uncited"]


def of_unit(unit: kit.Unit) -> list[Text]:
    return [Text(ROOT / name) for name in unit.readings if name != KIT.article]


@each_reading
def test_a_reading_has_its_sections_in_order(text: Text) -> None:
    names = list(text.sections)
    assert names[0] == "Before you read"
    assert names[-3:] == [EASIER, "Two questions about the sources", "Documents"]


@each_reading
def test_a_reading_names_its_unit_and_its_time(text: Text) -> None:
    unit = NAMES[f"readings/{text.path.name}"]
    assert text.markdown.splitlines()[2].startswith(f"*Unit {unit} · about ")


@each_reading
def test_a_reading_is_as_long_as_promised(text: Text) -> None:
    assert 900 <= len(text.core.split()) <= 1500


@each_reading
def test_the_easier_version_is_short(text: Text) -> None:
    assert 200 <= len(text.easier.split()) <= 280


@each_reading
@pytest.mark.usefixtures("pronunciations")
def test_a_reading_is_neither_too_hard_nor_too_easy(text: Text) -> None:
    assert 8 <= textstat.flesch_kincaid_grade(text.core) <= 11


@each_reading
@pytest.mark.usefixtures("pronunciations")
def test_the_easier_version_is_easier(text: Text) -> None:
    assert textstat.flesch_kincaid_grade(text.easier) <= 7


@pytest.mark.usefixtures("pronunciations")
def test_syllables_are_counted_by_the_dictionary() -> None:
    # By its spelling the hyphenation that textstat falls back on makes two of this word.
    assert textstat.syllable_count("business idea") == 5


@each_reading
def test_each_paragraph_that_states_facts_names_a_source(text: Text) -> None:
    allowed = NO_SOURCE.get(text.path.name, {})
    bare = [
        plain(each)[:60]
        for name, section in text.body.items()
        if name != "Before you read"
        for each in text.paragraphs(section)
        if len(plain(each).split()) > STATES_FACTS
        and not cited_ids(each)
        and not plain(each).startswith(DEFINES)
    ]
    assert [each for each in bare if not any(map(each.startswith, allowed))] == []


def test_every_exception_is_of_use_and_has_a_reason() -> None:
    for name, paragraphs in NO_SOURCE.items():
        text = Text(ROOT / "readings" / name)
        bare = [
            plain(each)
            for section in text.body.values()
            for each in text.paragraphs(section)
            if not cited_ids(each)
        ]
        for first, reason in paragraphs.items():
            assert sum(each.startswith(first) for each in bare) == 1, (name, first)
            assert reason


@each_reading
def test_a_reading_asks_two_questions_about_its_sources(text: Text) -> None:
    assert len(text.questions) == 2


@each_reading
def test_documents_have_complete_cards(text: Text) -> None:
    labels = list(text.cards)
    assert labels[0] == ""
    assert labels[1].startswith("Who ")
    assert labels[2:] == ROWS
    assert 3 <= len(text.cards[""]) <= 6
    short = {name: cells for name, cells in text.cards.items() if len(cells) != len(text.cards[""])}
    assert short == {}
    assert [name for name, cells in text.cards.items() if not all(cells)] == []
    assert all(cited_ids(cell) for cell in text.cards["Link"])


def countries(names: list[str]) -> set[str]:
    """Where the publishers of references sit, as far as it is known."""
    known = tables.references(ROOT)
    items: list[dict[str, Any]] = [dict(known[name]) for name in names]
    return {each.get("custom", {}).get("country", "") for each in items} - {""}


@each_reading
def test_documents_do_not_all_come_from_afar(text: Text) -> None:
    found = countries(text.linked)
    assert found - WESTERN, found


@each_unit
def test_documents_of_a_unit_come_from_its_country_and_from_outside_the_west(
    unit: kit.Unit,
) -> None:
    found = countries([name for text in of_unit(unit) for name in text.linked])
    own = set(KIT.perspective.own)
    assert found & own, found
    assert found - own - WESTERN, found


# Terms -------------------------------------------------------------------------------------------


def linking() -> list[Any]:
    """Every lesson and reading, with the least number of terms that it links."""
    found = [(unit.lesson, 0 if unit.id == "00" else 3) for unit in KIT.units]
    found += [(name, 5) for name in NAMES]
    return [pytest.param(name, least, id=Path(name).stem) for name, least in found]


@pytest.mark.parametrize(("name", "least"), linking())
def test_terms_are_linked_once_and_to_the_glossary(name: str, least: int) -> None:
    words = (ROOT / name).read_text(encoding="utf-8")
    linked = glossary.linked_ids(words)
    assert set(linked) <= {row.id for row in tables.records(Term, ROOT)}
    assert len(linked) == words.count("glossary.md#"), "a link of another form"
    assert sorted(linked) == sorted(set(linked)), "a term linked twice"
    assert len(linked) >= least


def test_no_heading_of_the_glossary_takes_the_anchor_of_another_term() -> None:
    rows = {row.id: row for row in tables.records(Term, ROOT)}
    slugs = {
        "".join(c for c in row.term.lower().replace(" ", "-") if c.isalnum() or c == "-"): row.id
        for row in rows.values()
    }
    assert {slug: name for slug, name in slugs.items() if slug in rows and slug != name} == {}
