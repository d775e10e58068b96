"""The committed hand-outs: current, whole in themselves, readable by everyone, not too large."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from afkit import kit
from afkit.printing import handout

ROOT = Path(__file__).resolve().parents[2]
KIT = kit.load(ROOT)
FOLDER = ROOT / handout.FOLDER
MOST_BYTES = 8_000_000
each_page = pytest.mark.parametrize("name", sorted(each.name for each in handout.handouts(KIT)))


def html(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")


def test_they_are_what_people_wrote(real_kit: Path) -> None:
    """Whether pictures and tables are those of the facts: ``tests/notebooks/test_handouts.py``."""
    assert handout.check(kit.load(real_kit), FOLDER) == [], "run 'afkit handout'"


def test_they_are_not_too_large() -> None:
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) < MOST_BYTES


@each_page
def test_a_page_needs_nothing_from_outside(name: str) -> None:
    page = html(name)
    assert re.findall(r"<(?:script|link|iframe|object|embed)\b", page) == []
    assert "url(" not in page.partition("</style>")[0]
    sources = re.findall(r'\ssrc=["\']([^"\']{0,40})', page)
    assert [each for each in sources if not each.startswith("data:image/")] == []


@each_page
def test_a_page_can_be_read_by_everyone(name: str) -> None:
    page = html(name)
    assert '<html lang="en">' in page
    assert re.search("<title>.+</title>", page)
    assert [len(re.findall(f"<{tag}[ >]", page)) for tag in ("header", "main", "footer")] == [1] * 3
    assert len(re.findall("<h1[ >]", page)) == 1
    levels = [int(each) for each in re.findall(r"<h(\d)[ >]", page)]
    assert [(a, b) for a, b in zip(levels, levels[1:], strict=False) if b > a + 1] == []
    assert all(re.search(r'\balt="[^"]+"', each) for each in re.findall(r"<img\b[^>]*>", page))


@each_page
def test_each_note_and_term_leads_to_its_place(name: str) -> None:
    page = html(name)
    places = re.findall(r'\sid="([^"]+)"', page)
    assert len(places) == len(set(places))
    assert set(re.findall(r'href="#([^"]+)"', page)) <= set(places)


@each_page
def test_it_is_made_for_paper_and_for_dark_screens(name: str) -> None:
    style = html(name).partition("</style>")[0]
    assert "@media print" in style
    assert "size: A4" in style
    assert "prefers-color-scheme: dark" in style
