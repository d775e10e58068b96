"""The kit's one page: it is found from anywhere, read whole, and refused with a telling message."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from afkit.kit import KitError, Perspective, find, load

Edit = Callable[[str, str, str], None]

SECOND_UNIT = """
[[unit]]
id = "02"
title = "Another unit"
question = "Is an exercise needed?"
minutes = 5
difficulty = "advanced"
objectives = []
prior_knowledge = "Unit 01."
lesson = "notebooks/02-two.ipynb"
"""


@pytest.fixture
def two_units(small_kit: Path) -> Path:
    """The small kit with a second unit, which has no exercise."""
    page = small_kit / "kit.toml"
    page.write_text(page.read_text(encoding="utf-8") + SECOND_UNIT, encoding="utf-8")
    shutil.copy(small_kit / "notebooks/01-one.ipynb", small_kit / "notebooks/02-two.ipynb")
    return small_kit


def test_the_page_is_read_whole(small_kit: Path) -> None:
    course = load()
    assert course.root == small_kit.resolve()
    assert (course.title, course.article) == ("A small kit", "readings/article.md")
    assert course.published == "2021-08-19"
    (unit,) = course.units
    assert (unit.id, unit.minutes, unit.objectives) == ("01", 10, ("answer",))
    assert unit.content_notes == ""
    assert unit.files == (
        "notebooks/01-one.ipynb",
        "readings/article.md",
        "readings/01-note.md",
        "exercises/01-one.ipynb",
        "solutions/01-one.ipynb",
    )


def test_the_page_says_whose_view_is_whose(small_kit: Path, edit: Edit) -> None:
    assert load().perspective == Perspective("Afghan", own=("AF",), regional=("PK",))


def test_a_page_need_not_say_whose_view_is_whose(small_kit: Path, edit: Edit) -> None:
    edit("kit.toml", '[perspective]\nlabel = "Afghan"\nown = ["AF"]\nregional = ["PK"]\n', "")
    assert load().perspective == Perspective("own", own=(), regional=())


@pytest.mark.parametrize("inside", [".", "notebooks", "data"])
def test_the_kit_is_found_upward_from_a_folder(
    small_kit: Path, monkeypatch: pytest.MonkeyPatch, inside: str
) -> None:
    monkeypatch.delenv("AFKIT_ROOT")
    assert find(small_kit / inside) == small_kit.resolve()
    monkeypatch.chdir(small_kit / inside)
    assert find() == load().root == small_kit.resolve()


def test_the_environment_says_where_the_kit_is(
    small_kit: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert find() == small_kit.resolve()
    monkeypatch.setenv("AFKIT_ROOT", str(small_kit / "notebooks"))
    assert find() == small_kit.resolve()


def test_a_named_folder_goes_before_the_environment(small_kit: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    shutil.copytree(small_kit, other)
    assert find(other) == load(other).root == other.resolve()


def test_no_kit_at_all_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AFKIT_ROOT", str(tmp_path))
    with pytest.raises(KitError, match=r"no kit\.toml in '.*' or any folder .*set AFKIT_ROOT to"):
        find()
    with pytest.raises(KitError, match=r"holds no kit\.toml"):
        load(tmp_path)


WRONG = {
    "no TOML": ('"One unit"', "", "kit.toml is not readable TOML: .*line 15"),
    "no title": ('title = "A small kit"\n', "", r"\[kit\] lacks 'title'; write title = "),
    "no article": ('article = "readings/article.md"\n', "", r"\[kit\] lacks 'article'"),
    "a number for a day": ('"2021-08-19"', "2021", r"\[kit\] lacks 'published'"),
    "no such article": (
        'article = "readings/article.md"', 'article = "a.md"',
        r"\[kit\] article names 'a.md', which is not there",
    ),
    "a text for [kit]": ("[kit]\n", 'kit = "small"\n', "kit"),
    "one table for units": ("[[unit]]", "[unit]", r"\[\[unit\]\]"),
    "an unknown entry": ("minutes", "colour = 1\nminutes", "01: unknown entry 'colour'; known are"),
    "no question": ("question = ", "content_notes = ", "unit 01: 'question' is missing"),
    "no lesson": ('lesson = "notebooks/01-one.ipynb"\n', "", "unit 01: 'lesson' is missing"),
    "no id": ('id = "01"\n', "", "unit number 1: 'id' is missing"),
    "a blank lesson": ('"notebooks/01-one.ipynb"', '""', "unit 01: lesson is ''"),
    "a blank title": ('"One unit"', '" "', "unit 01: title is '"),
    "a blank id": ('id = "01"', 'id = ""', "id is ''"),
    "a number for an id": ('id = "01"', "id = 1", "unit 1: id is 1; expected a text in quotes"),
    "minutes in words": ("= 10", '= "ten"', "minutes is 'ten'; expected a whole number above 0"),
    "half minutes": ("= 10", "= 1.5", "minutes is 1.5; expected a whole number above 0"),
    "minutes as a truth": ("= 10", "= true", "minutes is True; expected a whole number above 0"),
    "no time at all": ("= 10", "= 0", "minutes is 0; expected a whole number above 0"),
    "a text for a list": ('["answer"]', '"answer"', "objectives is 'answer'; expected a list of t"),
    "a list of numbers": ('["answer"]', "[1]", r"objectives is \[1\]; expected a list of texts"),
    "an unknown difficulty": ('"introductory"', '"easy"', "'easy'; expected introductory, interm"),
    "no solution": ("solution = ", "content_notes = ", "exercise and its solution go together"),
    "no exercise": ("exercise = ", "content_notes = ", "exercise and its solution go together"),
    "no such reading": ("01-note.md", "02.md", "unit 01 names 'readings/02.md', which is not"),
    "no such lesson": ("notebooks/01-one", "notebooks/02", "unit 01 names 'notebooks/02.ipynb'"),
    "a text for [perspective]": (
        '"2021-08-19"\n\n[perspective]', '"2021-08-19"\n\n[[perspective]]',
        r"\[perspective\] is .*; expected a table with own and regional",
    ),
    "an unknown perspective": (
        'regional = ["PK"]', 'foreign = ["PK"]',
        r"\[perspective\] has an unknown entry 'foreign'; known are label, own, regional",
    ),
    "a text for countries": (
        'regional = ["PK"]', 'regional = "PK"',
        r"\[perspective\]: regional is 'PK'; expected a list",
    ),
    "a country in words": (
        'regional = ["PK"]', 'regional = ["Pakistan"]',
        r"\[perspective\]: regional holds 'Pakistan'; expected two capital letters",
    ),
    "a country of both sides": (
        'regional = ["PK"]', 'regional = ["AF"]', r"\[perspective\]: 'AF' is both own and regional",
    ),
    "a blank label": ('"Afghan"', '""', r"\[perspective\]: label is ''; expected a text in quotes"),
    "no such solution": ("solutions/01-one", "solutions/02", "unit 01 names 'solutions/02.ipynb'"),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new", "telling"), WRONG.values(), ids=WRONG)
def test_a_wrong_page_is_refused_with_a_telling_message(
    small_kit: Path, edit: Edit, old: str, new: str, telling: str
) -> None:
    edit("kit.toml", old, new)
    with pytest.raises(KitError, match=telling) as refusal:
        load()
    assert "kit.toml" in str(refusal.value)


def test_units_as_texts_are_refused(small_kit: Path) -> None:
    page = small_kit / "kit.toml"
    text = page.read_text(encoding="utf-8").replace("[[unit]]", "[other]")
    page.write_text(f'unit = ["01"]\n{text}', encoding="utf-8")
    with pytest.raises(KitError, match=r"\[\[unit\]\]"):
        load()


def test_a_page_that_is_not_utf_8_is_refused(small_kit: Path) -> None:
    (small_kit / "kit.toml").write_bytes("[kit]\ntitle = 'caf\xe9'".encode("latin-1"))
    with pytest.raises(KitError, match=r"kit\.toml is not readable TOML"):
        load()


def test_two_units_of_one_id_are_refused(two_units: Path, edit: Edit) -> None:
    edit("kit.toml", 'id = "02"', 'id = "01"')
    with pytest.raises(KitError, match="two units have the id '01'; ids must differ"):
        load()


@pytest.mark.parametrize(
    ("name", "unit"), [("01", "01"), ("01-one", "01"), ("01-note", "01"), ("02-two", "02")]
)
def test_a_unit_is_known_by_its_id_and_by_its_files(two_units: Path, name: str, unit: str) -> None:
    assert load().unit(name).id == unit


def test_an_unknown_unit_lists_the_units_there_are(two_units: Path) -> None:
    with pytest.raises(KitError, match="no unit '03'; the units are 01, 02"):
        load().unit("03")


@pytest.mark.parametrize(
    ("rooms", "names"),
    [
        ((), ["notebooks/01-one", "notebooks/02-two", "exercises/01-one", "solutions/01-one"]),
        (("lesson",), ["notebooks/01-one", "notebooks/02-two"]),
        (("solution", "exercise"), ["solutions/01-one", "exercises/01-one"]),
    ],
)
def test_notebooks_come_in_course_order(
    two_units: Path, rooms: tuple[str, ...], names: list[str]
) -> None:
    found = [path.relative_to(two_units.resolve()) for path in load().notebooks(*rooms)]
    assert [path.with_suffix("").as_posix() for path in found] == names


def test_a_students_bundle_without_solutions_loads(small_kit: Path) -> None:
    shutil.rmtree(small_kit / "solutions")
    assert load().unit("01").solution == "solutions/01-one.ipynb"


def test_a_students_bundle_must_hold_its_exercise(small_kit: Path) -> None:
    shutil.rmtree(small_kit / "solutions")
    (small_kit / "exercises/01-one.ipynb").unlink()
    with pytest.raises(KitError, match=r"unit 01 names 'exercises/01-one\.ipynb'"):
        load()


def test_an_exercise_may_still_have_to_be_made(small_kit: Path) -> None:
    shutil.rmtree(small_kit / "exercises")
    assert load().unit("01").exercise == "exercises/01-one.ipynb"


def test_a_changed_page_is_read_again(small_kit: Path, edit: Edit) -> None:
    assert load() is load()
    edit("kit.toml", "A small kit", "A changed kit")
    page = small_kit / "kit.toml"
    os.utime(page, ns=(page.stat().st_atime_ns, page.stat().st_mtime_ns + 1))
    assert load().title == "A changed kit"


def test_a_course_may_say_when_its_time_begins(small_kit: Path, edit: Edit) -> None:
    assert load(small_kit).begins == ""
    edit("kit.toml", "[kit]\n", '[kit]\nbegins = "1973-07-17"\n')
    assert load(small_kit).begins == "1973-07-17"


@pytest.mark.parametrize("wrong", ['"July 1973"', "1973"])
def test_a_beginning_that_is_no_day_is_refused(small_kit: Path, edit: Edit, wrong: str) -> None:
    edit("kit.toml", "[kit]\n", f"[kit]\nbegins = {wrong}\n")
    with pytest.raises(KitError, match="begins is .* expected a day"):
        load(small_kit)
