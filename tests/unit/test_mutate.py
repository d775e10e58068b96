"""Questions under trial: a kind or key that is broken is caught, and the kit's own are whole."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner, Result

from afkit import cli, kit
from afkit.exercises import author, hints
from afkit.exercises.kinds import KINDS, base
from afkit.exercises.kinds.base import Kind, Mark, Seal, Spec, Variant
from afkit.exercises.kinds.choice import Choice
from afkit.exercises.kinds.date import Date
from afkit.exercises.kinds.number import Number
from afkit.exercises.mutate import FEWEST_MUTANTS, FEWEST_SAME, Trial, trials

if TYPE_CHECKING:
    from afkit.exercises.answer import Json

FILE = "solutions/01-one.ipynb"
Edit = Callable[[str, str, str], None]
TOTALS = {
    "questions", "mutants", "survivors", "equivalents", "equivalents_refused", "hints_missed",
}  # fmt: skip


@pytest.fixture
def quick(small_kit: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The small kit, with seals that are not stretched: what is tried stays the same."""
    monkeypatch.setattr(base, "ROUNDS", 1)
    return small_kit


@pytest.fixture
def put(quick: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[Kind], None]:
    """Put another kind in the place of the one that has its name."""
    return lambda kind: monkeypatch.setitem(KINDS, kind.name, kind)


def found() -> dict[str, Trial]:
    """The trials of the small kit's questions."""
    course = kit.load()
    return {each.question: each for each in trials(course, course.units)}


def complaints() -> list[str]:
    return [line for each in found().values() for line in each.complaints()]


def key_line(root: Path, number: int, more: str) -> None:
    """Add lines to the key of a question."""
    notebook = author.read(root / FILE, root)
    notebook["cells"][4 * number + 1]["source"] += f"\n{more}\n"
    (root / FILE).write_text(author.dump(notebook), encoding="utf-8")


class TakesAll(Choice):
    """Full marks for whatever can be read."""

    def mark(self, answer: Json, spec: Spec, seal: Seal) -> Mark:
        super().mark(answer, spec, seal)
        return Mark(1.0, "")


class TakesNeighbours(Date):
    """Does not look at the day."""

    def mark(self, answer: Json, spec: Spec, seal: Seal) -> Mark:
        given = super().mark(answer, spec, seal)
        return Mark(1.0, "") if "month is right" in given.message else given


class TakesOneMore(Number):
    """One step too far beyond the tolerance."""

    def seal(self, key: Spec, seal: Seal) -> dict[str, Any]:
        return super().seal({**key, "tolerance": key.get("tolerance", 0) + 1}, seal)


class TakesNoWords(Choice):
    """Refuses the option's own words."""

    def mark(self, answer: Json, spec: Spec, seal: Seal) -> Mark:
        return super().mark("z" if answer in spec["options"].values() else answer, spec, seal)


class Blank(Choice):
    """Takes a blank for its best answer, which a student's check takes for none."""

    def example(self, key: Spec) -> Json:
        return " "

    def mark(self, answer: Json, spec: Spec, seal: Seal) -> Mark:
        return Mark(1.0, "") if answer == " " else super().mark(answer, spec, seal)


class TriesLittle(Choice):
    """Makes too few mistakes and right forms."""

    def wrong(self, key: Spec) -> Iterator[Variant]:
        yield Variant("the other", "b")

    def same(self, key: Spec) -> Iterator[Variant]:
        yield Variant("the same", "a")


def test_questions_that_hold_are_told_in_numbers_without_a_complaint(quick: Path) -> None:
    tried = found()
    assert list(tried) == [f"q{n}" for n in range(1, 7)]
    for each in tried.values():
        assert each.passed
        assert each.mutants >= FEWEST_MUTANTS
        assert each.equivalents >= FEWEST_SAME


def test_a_kind_that_takes_everything_lets_every_readable_mistake_survive(
    put: Callable[[Kind], None],
) -> None:
    put(TakesAll())
    first, *others = found().values()
    assert first.survivors == ["b instead of a: 'b'"]
    assert not first.passed
    assert "unit 01, q1 (choice): full marks for b instead of a: 'b'" in first.complaints()
    assert all(each.passed for each in others)


@pytest.mark.parametrize(
    ("kind", "question", "survivor"),
    [
        (TakesNeighbours(), "q2", "+1 days: '2021-08-20'"),
        (TakesNeighbours(), "q2", "too coarse: '2021-08'"),
        (TakesOneMore(), "q5", "just too much: 126"),
        (TakesOneMore(), "q5", "just too little: 114"),
    ],
)
def test_a_kind_that_is_a_little_too_kind_is_caught(
    put: Callable[[Kind], None], kind: Kind, question: str, survivor: str
) -> None:
    put(kind)
    assert survivor in found()[question].survivors


def test_a_right_form_that_a_kind_refuses_is_told_with_what_was_said_to_it(
    put: Callable[[Kind], None],
) -> None:
    put(TakesNoWords())
    trial = found()["q1"]
    assert trial.survivors == []
    (refused,) = trial.refused
    assert refused.startswith("the option's words: 'Amina' (q1 expects one letter")
    assert trial.complaints() == [f"unit 01, q1 (choice): no full marks for {refused}"]


def test_too_few_trials_are_a_complaint(put: Callable[[Kind], None]) -> None:
    put(TriesLittle())
    where = "unit 01, q1 (choice)"
    assert complaints() == [
        f"{where}: only 1 mistakes to try; expected {FEWEST_MUTANTS}",
        f"{where}: only 1 right forms; expected {FEWEST_SAME}",
    ]


def test_a_hinted_mistake_counts_as_a_mistake_and_brings_its_hint(quick: Path) -> None:
    before = found()["q1"].mutants
    key_line(quick, 1, '[[hints]]\nanswer = "b"\nsay = "He has left."')
    after = found()["q1"]
    assert after.mutants == before + 1
    assert after.passed


def test_a_hint_that_does_not_come_is_missed(quick: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    key_line(quick, 1, '[[hints]]\nanswer = "b"\nsay = "He has left."')
    monkeypatch.setattr(hints, "find", lambda *_: None)
    assert complaints() == [
        "unit 01, q1 (choice): no hint, or another one, for 'b' "
        "(That is not what the evidence shows.)"
    ]


def test_a_hint_that_a_question_cannot_give_is_missed(quick: Path) -> None:
    key_line(quick, 6, '[[hints]]\nanswer = "No."\nsay = "Write more."')
    (missed,) = complaints()
    assert missed.startswith(
        "unit 01, q6 (essay): no hint, or another one, for 'No.' (1 word so far"
    )


def test_a_hinted_mistake_that_earns_full_marks_survives(
    put: Callable[[Kind], None], small_kit: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key_line(small_kit, 1, '[[hints]]\nanswer = "b"\nsay = "He has left."')
    monkeypatch.setattr(hints, "_right", lambda *_: False)
    put(TakesAll())
    assert "the hinted 'b'" in found()["q1"].survivors


def test_a_solution_that_its_own_question_refuses_is_told(put: Callable[[Kind], None]) -> None:
    put(Blank())
    assert found()["q1"].refused == ["the solution's own answer"]


def test_long_answers_are_shortened_in_complaints(put: Callable[[Kind], None]) -> None:
    class Long(Choice):
        def wrong(self, key: Spec) -> Iterator[Variant]:
            yield from super().wrong(key)
            yield Variant("long", ["a", *["A"] * 100])

    put(Long())
    (survivor,) = found()["q1"].survivors
    assert len(survivor) < 90


def test_units_without_a_solution_are_passed_over(quick: Path) -> None:
    (quick / FILE).unlink()
    (quick / FILE).parent.rmdir()
    assert found() == {}


def test_every_question_is_a_step_of_progress(quick: Path) -> None:
    steps: list[int] = []
    course = kit.load()
    trials(course, course.units, lambda: steps.append(1))
    assert len(steps) == 6


def afkit(*arguments: str) -> Result:
    command = ["check", "--mutations", *arguments]
    return CliRunner(env={"COLUMNS": "120"}).invoke(cli.main, command, prog_name="afkit")


def test_the_command_is_content_with_a_kit_that_holds(quick: Path) -> None:
    result = afkit("--json")
    assert (result.exit_code, result.stderr) == (0, "")
    totals = json.loads(result.stdout)
    assert set(totals) == TOTALS
    assert totals["questions"] == 6
    assert totals["mutants"] >= 6 * FEWEST_MUTANTS
    assert totals["equivalents"] >= 6 * FEWEST_SAME
    assert totals["survivors"] == totals["equivalents_refused"] == totals["hints_missed"] == 0


def test_without_json_the_command_shows_a_table_and_the_totals(quick: Path) -> None:
    result = afkit("01")
    assert result.exit_code == 0
    assert "Questions under trial" in result.stdout
    assert "0 survivors" in result.stdout
    assert "0 equivalents refused, 0 hints missed" in result.stdout


@pytest.mark.parametrize(
    ("kind", "entry", "said"),
    [
        (TakesAll(), "survivors", "q1 (choice): full marks for b instead of a"),
        (
            TakesNoWords(),
            "equivalents_refused",
            "q1 (choice): no full marks for",
        ),
    ],
)
@pytest.mark.parametrize("form", [[], ["--json"]])
def test_the_command_fails_with_a_count_and_a_line_for_each_complaint(
    put: Callable[[Kind], None], kind: Kind, entry: str, said: str, form: list[str]
) -> None:
    put(kind)
    result = afkit(*form)
    assert result.exit_code == 1
    assert [said in line for line in result.stderr.splitlines()] == [True]
    if form:
        assert json.loads(result.stdout)[entry] == 1
    else:
        assert "see below" in result.stdout


def test_the_command_fails_for_missed_hints_and_for_too_few_trials(
    put: Callable[[Kind], None], small_kit: Path
) -> None:
    key_line(small_kit, 6, '[[hints]]\nanswer = "No."\nsay = "Write more."')
    missed = afkit("--json")
    assert (missed.exit_code, json.loads(missed.stdout)["hints_missed"]) == (1, 1)
    put(TriesLittle())
    assert "only 1 mistakes to try" in afkit("--json").stderr


def test_a_unit_or_key_that_is_not_there_stops_the_command(quick: Path, edit: Edit) -> None:
    assert "there is no unit '99'" in afkit("99").stderr
    edit(FILE, 'kind = \\"name\\"', 'kind = \\"nome\\"')
    result = afkit()
    assert result.exit_code == 1
    assert f"{FILE}, cell 14: kind 'nome'" in result.stderr


def test_no_question_of_the_kit_takes_a_mistake_refuses_a_right_form_or_misses_a_hint(
    real_kit: Path,
) -> None:
    course = kit.load()
    tried = trials(course, course.units)
    assert [line for each in tried for line in each.complaints()] == []
    assert {each.unit for each in tried} == {each.id for each in course.units if each.solution}
