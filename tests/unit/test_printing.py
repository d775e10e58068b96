"""Hand-outs: text, notes, terms, folds and twins for paper; the same bytes; known when old."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from matplotlib.figure import Figure

from afkit import kit
from afkit.cli import main
from afkit.facts import glossary
from afkit.printing import handout, lesson, text
from afkit.printing.twins import picture

Edit = Callable[[str, str, str], None]

LINKED = "The [desk](../docs/glossary.md#desk) wrote it."
FOLD = (
    "<details><summary><b>Think.</b> Who? Click when you have your list.</summary>\n\n"
    "**Amina.**\n</details>"
)


def test_a_term_of_the_glossary_is_found_in_markdown_and_in_html() -> None:
    html = "<a href='../docs/glossary.md#jihad'>jihad</a>"
    json_ = r"<a href=\"../docs/glossary.md#op-ed\">op-ed</a>"
    assert glossary.linked_ids(LINKED + html + json_) == ("desk", "jihad", "op-ed")


def test_the_glossary_is_a_page_with_an_anchor_for_each_term(small_kit: Path) -> None:
    page = glossary.page(small_kit)
    assert '<a id="desk"></a>\n\n## desk\n\nsay *DESK*\n\nThe newsroom.\n\n' in page
    assert "[Writer 2021](https://example.org/paper)" in page


def test_headings_move_down_and_tables_have_heads() -> None:
    made = text.to_html("# One\n\n| | Two |\n|---|---|\n| **Three** | four |\n", shift=1)
    assert "<h2>One</h2>" in made
    assert '<td></td>\n  <th scope="col">Two</th>' in made
    assert '<th scope="row">Three</th>' in made


def test_an_empty_head_of_a_table_is_left_out() -> None:
    assert "<thead>" not in text.to_html("| | |\n|---|---|\n| a | b |\n")


def test_links_lead_to_terms_on_the_page_to_the_network_or_nowhere() -> None:
    made = text.to_html(f"{LINKED} [a](https://example.org) [b](../readings/01-note.md)")
    assert '<a class="term" href="#term-desk">desk</a>' in made
    assert '<a href="https://example.org">a</a> b' in made


def test_a_fold_becomes_a_prompt_with_room_and_its_answer_is_kept() -> None:
    found: list[text.Prompt] = []
    made = text.prompts(f"Before.\n\n{FOLD}\n\nAfter.", found)
    assert found == [("<b>Think.</b> Who?", "**Amina.**")]
    assert "Amina" not in made
    assert 'href="#answer-1"' in made
    assert 'class="lines"' in made


def test_terms_are_explained_in_a_box(small_kit: Path) -> None:
    made = text.terms(text.to_html(LINKED), small_kit)
    assert '<div id="term-desk"><p><strong>desk</strong>' in made
    assert text.terms("No term.", small_kit) == ""
    with pytest.raises(LookupError, match="the glossary has no 'sheep'"):
        text.terms(text.to_html("[a](../docs/glossary.md#sheep)"), small_kit)


def test_a_picture_is_part_of_the_page_and_always_the_same() -> None:
    def draw() -> str:
        figure = Figure()
        figure.subplots().plot([1, 2], [3, 4.123456])
        return picture(figure, 'Two "points".')

    made = draw()
    assert made == draw()
    assert 'alt="Two &quot;points&quot;."' in made
    (source,) = re.findall(r'src="([^"]*)"', made)
    assert source.startswith("data:image/svg+xml,")
    assert not set(source) & {"#", "%%"}
    assert "Matplotlib v" not in source


def test_a_kit_has_a_hand_out_for_each_lesson_and_reading(small_kit: Path) -> None:
    found = [(each.name, each.unit) for each in handout.handouts(kit.load(small_kit))]
    assert found == [
        ("lesson-01-one.html", "01"),
        ("reading-article.html", "01"),
        ("reading-01-note.html", "01"),
    ]


def test_hand_outs_are_made_twice_alike_and_are_then_current(small_kit: Path) -> None:
    course = kit.load(small_kit)
    made = handout.make(course)
    assert made == handout.make(course)
    folder = small_kit / "handouts"
    assert [each.name for each in handout.write(made, folder, whole=True)] == list(made)
    assert handout.write(made, folder, whole=True) == []
    assert handout.check(course, folder) == []
    note = made["reading-01-note.html"]
    assert '<sup><a href="#source-1">1</a>, <a href="#source-2">2</a></sup>' in note
    assert '<li id="source-2">Writer (2021-08-19). News of the city.' in note
    assert '<pre class="output">' in made["lesson-01-one.html"]
    assert "[A note](reading-01-note.html)" in made["README.md"]


def test_what_is_old_missing_or_left_over_is_told(small_kit: Path, edit: Edit) -> None:
    course = kit.load(small_kit)
    folder = small_kit / "handouts"
    assert handout.check(course, folder)[0] == "lesson-01-one.html: not there yet"
    handout.write(handout.make(course), folder, whole=True)
    edit("readings/01-note.md", "was born", "grew up")
    (folder / "lesson-09-gone.html").write_text("old", encoding="utf-8")
    assert handout.check(course, folder) == [
        "lesson-09-gone.html: no lesson or reading makes it",
        "lesson-01-one.html: notebooks/01-one.ipynb or what it cites has changed",
        "reading-01-note.html: not what readings/01-note.md makes",
    ]


def test_a_changed_fact_alone_does_not_make_a_lesson_old(small_kit: Path, edit: Edit) -> None:
    course = kit.load(small_kit)
    (each, *_) = handout.handouts(course)
    before = handout.digest(course, each)
    edit("data/glossary.csv", "The newsroom.", "A newsroom.")
    assert handout.digest(course, each) == before
    edit("notebooks/01-one.ipynb", "# One unit", "# The first unit")
    assert handout.digest(course, each) != before


def test_a_lesson_that_fails_is_named_with_its_cell(small_kit: Path, edit: Edit) -> None:
    edit("notebooks/01-one.ipynb", "len(afkit.claims())", "1 / 0")
    expected = r"01-one.ipynb does not run to its end: cell 2 \(one-02\): ZeroDivisionError"
    with pytest.raises(lesson.LessonError, match=expected):
        lesson.run(small_kit, "notebooks/01-one.ipynb")


def test_the_command_makes_one_unit_and_checks_all(small_kit: Path, tmp_path: Path) -> None:
    run = CliRunner().invoke
    done = run(main, ["handout", "01", "--to", str(tmp_path / "out")])
    assert done.exit_code == 0, done.output
    assert sorted(each.name for each in (tmp_path / "out").iterdir()) == [
        "lesson-01-one.html", "reading-01-note.html", "reading-article.html",
    ]  # fmt: skip
    behind = run(main, ["handout", "--check"])
    assert behind.exit_code == 1
    assert "out of date  lesson-01-one.html: not there yet" in behind.output
    assert run(main, ["handout", "99"]).exit_code == 1
    assert run(main, ["handout", "01", "--check"]).exit_code == 2
