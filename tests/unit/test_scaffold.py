"""``afkit new-unit``: whole units, in step at once, and nothing at all when something is wrong."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from afkit import kit
from afkit.cli import main
from afkit.exercises import author, scaffold, verify
from afkit.exercises.check import exercise
from afkit.facts.readings import reading

TITLE = 'Who counts the "votes"? | Zählen'
STEM = "16-who-counts-the-votes-zahlen"
MADE = [
    f"readings/{STEM}.md",
    f"notebooks/{STEM}.ipynb",
    f"solutions/{STEM}.ipynb",
    f"exercises/{STEM}.ipynb",
    f"exercises/{STEM}.manifest.json",
    f"docs/instructors/{STEM}.md",
    "kit.toml",
]


def afkit(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments, prog_name="afkit")


def stopped(result: Result) -> str:
    """What a run that failed said; it must have ended with exit status 1 and no traceback."""
    assert result.exit_code == 1
    assert isinstance(result.exception, SystemExit), repr(result.exception)
    return result.stderr


def files(root: Path) -> dict[str, bytes]:
    """Every file and folder below a folder, with what is in it."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes() if path.is_file() else b""
        for path in root.rglob("*")
    }


def test_a_new_unit_is_whole_and_in_step_at_once(small_kit: Path) -> None:
    before = files(small_kit)
    result = afkit("new-unit", "16", TITLE)
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines()[:-1] == [f"written      {name}" for name in MADE]
    after = files(small_kit)
    new = {name for name in after if after[name] != before.get(name)}
    assert new == {*MADE, "docs/instructors"}
    assert after["kit.toml"].startswith(before["kit.toml"].rstrip())
    course = kit.load(small_kit)
    assert [unit.id for unit in course.units] == ["01", "16"]
    assert course.unit("16").title == TITLE
    assert author.build(course, check=True) == []


def test_it_runs_and_its_solution_earns_every_point(small_kit: Path) -> None:
    scaffold.new_unit(kit.load(small_kit), "16", TITLE)
    course = kit.load(small_kit)
    unit = course.unit("16")
    paths = [course.root / name for name in (unit.lesson, unit.exercise)]
    solution = [course.root / unit.solution]
    results = [
        *verify.run(course, paths, strict=False, step=lambda: None),
        *verify.run(course, solution, strict=True, step=lambda: None),
    ]
    assert [(each.passed, len(each.cells)) for each in results] == [(True, 1), (True, 8), (True, 8)]
    assert reading(STEM).title == TITLE


def test_it_has_three_questions_of_three_kinds_each_for_an_objective(small_kit: Path) -> None:
    scaffold.new_unit(kit.load(small_kit), "16", TITLE)
    asked = exercise("16").questions.values()
    assert [each["kind"] for each in asked] == ["choice", "date", "number"]
    objectives = kit.load(small_kit).unit("16").objectives
    assert [each["objective"] for each in asked] == list(objectives)


@pytest.mark.parametrize(
    ("unit", "title", "said"),
    [
        ("01", "Again", "unit 01 is there already (One unit); in use: 01"),
        ("1", "Short", "id '1'; expected two digits"),
        ("../1", "Out", "id '../1'; expected two digits"),
        ("١٦", "Digits", "expected two digits"),
        ("16", "  ", "expected one line of 1 to 80 characters"),
        ("16", "x" * 81, "expected one line of 1 to 80 characters"),
        ("16", "a\x1b[1m", "expected one line of 1 to 80 characters"),
    ],
)
def test_what_cannot_be_a_unit_is_refused_and_nothing_written(
    small_kit: Path, unit: str, title: str, said: str
) -> None:
    before = files(small_kit)
    assert said in stopped(afkit("new-unit", unit, title))
    assert files(small_kit) == before


@pytest.mark.parametrize("name", [each for each in MADE if each != "kit.toml"])
def test_no_file_is_overwritten(small_kit: Path, name: str) -> None:
    path = small_kit / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("mine", encoding="utf-8")
    before = files(small_kit)
    assert f"{name} is there already" in stopped(afkit("new-unit", "16", TITLE))
    assert files(small_kit) == before


@pytest.mark.parametrize("name", MADE)
def test_a_file_that_cannot_be_written_takes_the_others_along(
    small_kit: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    def full(path: Path, text: str) -> None:
        if path == (small_kit / name):
            raise OSError(28, "No space left on device", str(path))
        author.write(path, text)

    monkeypatch.setattr(scaffold, "write", full)
    before = files(small_kit)
    assert "No space left on device; nothing was made" in stopped(afkit("new-unit", "16", TITLE))
    assert files(small_kit) == before


def test_a_kit_that_could_not_be_read_afterwards_is_put_back(
    small_kit: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scaffold, "_entry", lambda *_: '[[unit]]\nid = "16"\n')
    before = files(small_kit)
    assert "'title' is missing" in stopped(afkit("new-unit", "16", TITLE))
    assert files(small_kit) == before


def test_a_page_that_takes_no_more_units_is_named(small_kit: Path) -> None:
    page = small_kit / "kit.toml"
    head, _, _ = page.read_text(encoding="utf-8").partition("[[unit]]")
    page.write_text("unit = []\n" + head, encoding="utf-8")
    before = files(small_kit)
    assert "kit.toml takes no [[unit]] at its end" in stopped(afkit("new-unit", "16", TITLE))
    assert files(small_kit) == before


@pytest.mark.parametrize(
    ("title", "stem"),
    [
        ("Loya Jirga, 2002–2004", "16-loya-jirga-20022004"),
        ("Women's rights", "16-womens-rights"),
        ("زنان", "16-unit"),
        ("word " * 15 + "end", "16-word-word-word-word-word-word-word-word-word-word"),
    ],
)
def test_file_names_are_plain(small_kit: Path, title: str, stem: str) -> None:
    scaffold.new_unit(kit.load(small_kit), "16", title)
    course = kit.load(small_kit)
    assert course.unit("16").lesson == f"notebooks/{stem}.ipynb"
    first = json.loads((small_kit / f"notebooks/{stem}.ipynb").read_text(encoding="utf-8"))
    assert "".join(first["cells"][0]["source"]).startswith(f"# Unit 16 · {title.strip()}\n")


def test_it_has_the_form_that_tests_ask_of_the_kits_own_lessons(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A unit made in a copy of the kit passes the tests of ``tests/content/test_notebooks.py``."""
    root = Path(__file__).resolve().parents[2]
    copy = tmp_path / "kit"
    for name in ("data", "docs", "exercises", "notebooks", "readings", "solutions"):
        shutil.copytree(root / name, copy / name)
    shutil.copy(root / "kit.toml", copy)
    monkeypatch.setenv("AFKIT_ROOT", str(copy))
    scaffold.new_unit(kit.load(copy), "97", TITLE)
    from tests.content import test_notebooks as form

    unit = kit.load(copy).unit("97")
    monkeypatch.setattr(form, "ROOT", copy)
    form.cells.cache_clear()
    for test in (
        form.test_a_lesson_opens_with_its_number_title_and_question,
        form.test_a_lesson_says_how_long_it_takes_as_the_course_does,
        form.test_the_steps_of_a_lesson_take_no_longer_than_the_lesson,
        form.test_a_lesson_says_what_is_needed_and_what_it_gives,
        form.test_a_lesson_ends_with_key_points_exit_question_and_what_next,
        form.test_an_exercise_holds_nothing_of_the_cells_for_teachers,
        form.test_an_exercise_holds_no_line_of_an_answer,
        form.test_stored_checks_of_a_solution_show_full_marks,
    ):
        test(unit)
    for question in exercise("97", copy).questions.values():
        form.test_a_question_serves_an_objective_of_its_unit(unit, question)
        form.test_a_question_says_what_it_is_worth(unit, question)
        form.test_options_that_students_read_are_those_of_the_key(unit, question)
    form.cells.cache_clear()
