"""``afkit check`` with real kernels: a whole kit passes, and each deliberate break is named.

Kernels take seconds to start, so breaks that do not hide each other share one run.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from afkit.cli import main
from tests.conftest import first_unit_only

SMALL_KIT = Path(__file__).resolve().parents[1] / "fixtures" / "kit"
SOLUTION = "solutions/01-one.ipynb"
EXERCISE = "exercises/01-one.ipynb"
LESSON = "notebooks/01-one.ipynb"


@dataclass(frozen=True)
class Kit:
    """A copy of the small kit: its folder, and the command run on it."""

    root: Path

    def afkit(self, *arguments: str) -> Result:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("AFKIT_ROOT", str(self.root))
            return CliRunner().invoke(main, arguments, prog_name="afkit")

    def edit(self, file: str, old: str, new: str) -> None:
        """Replace a text that stands in a file exactly once."""
        path = self.root / file
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {file}"
        path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Kit]:
    def new() -> Kit:
        root = tmp_path_factory.mktemp("check") / "kit"
        shutil.copytree(SMALL_KIT, root)
        first_unit_only(root)
        return Kit(root)

    return new


@dataclass(frozen=True)
class Run:
    """A broken kit and what ``afkit check --json`` says to it."""

    kit: Kit
    check: Result

    @property
    def complaints(self) -> list[str]:
        return self.check.stderr.strip().splitlines()

    def complaint(self, start: str) -> str:
        """The one line that begins like this."""
        (found,) = [line for line in self.complaints if line.startswith(start)]
        return found


@pytest.fixture(scope="module")
def broken_facts(copied: Callable[[], Kit]) -> Run:
    """Three mistakes in the facts: a date, an actor, a span."""
    kit = copied()
    kit.edit("data/events.csv", "amin-leaves,2019,", "amin-leaves,in 2019,")
    kit.edit("data/roles.csv", "amina-speaker,amina-rahmani", "amina-speaker,anina-rahmani")
    kit.edit("data/mentions.csv", "mention-day,this Thursday", "mention-day,this Friday")
    return Run(kit, kit.afkit("check", "--json"))


@pytest.fixture(scope="module")
def broken_notebooks(copied: Callable[[], Kit]) -> Run:
    """A wrong solution (built, so that its student copy is in step), a lesson that raises, and an
    exercise whose text was changed. A stored reply in it may differ: students' replies do.
    """
    kit = copied()
    kit.edit(SOLUTION, '"q5 = 118\\n"', '"q5 = 99\\n"')
    assert kit.afkit("build").exit_code == 0
    kit.edit(LESSON, "len(afkit.claims())", "len(afkit.clams())")
    kit.edit(EXERCISE, '"When does she speak?"', '"When does she sing?"')
    kit.edit(EXERCISE, '"q3: not answered yet."', '"q3: right, 1 of 1 point."')
    return Run(kit, kit.afkit("check", "--json"))


def test_the_small_kit_passes(copied: Callable[[], Kit]) -> None:
    result = copied().afkit("check", "--json")
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout) == {
        "notebooks": {"passed": 3, "failed": 0},
        "questions": {"total": 6, "graded_full": 6},
        "data_errors": 0,
    }


def test_a_unit_with_every_kind_of_question_passes(tmp_path: Path) -> None:
    kit = Kit(Path(shutil.copytree(SMALL_KIT, tmp_path / "kit")))
    result = kit.afkit("check", "02", "--json")
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["questions"] == {"total": 15, "graded_full": 15}
    trial = kit.afkit("check", "02", "--mutations", "--json")
    assert trial.exit_code == 0, trial.output
    counted = json.loads(trial.stdout)
    assert counted["questions"] == 15
    assert counted["mutants"] >= 8 * 15
    assert (counted["survivors"], counted["equivalents_refused"]) == (0, 0)


def test_broken_facts_fail_the_check_though_every_notebook_runs(broken_facts: Run) -> None:
    assert broken_facts.check.exit_code == 1
    said = json.loads(broken_facts.check.stdout)
    assert said["data_errors"] == len(broken_facts.complaints) == 3
    assert said["questions"] == {"total": 6, "graded_full": 6}


@pytest.mark.parametrize(
    ("row", "found"),
    [
        ("data/events.csv, row 3 (amin-leaves): ", "date 'in 2019'"),
        ("data/roles.csv, row 2 (amina-speaker): ", "actor 'anina-rahmani'"),
        ("data/mentions.csv, row 3 (mention-day): ", "'this Friday' 0 times in the article"),
    ],
)
def test_a_mistake_in_the_facts_is_told_with_file_row_and_what_is_expected(
    broken_facts: Run, row: str, found: str
) -> None:
    said = broken_facts.complaint(row)
    assert found in said
    assert "expected" in said


def test_a_date_that_cannot_be_read_stops_the_build_as_well(broken_facts: Run) -> None:
    result = broken_facts.kit.afkit("build", "--check")
    assert result.exit_code == 1
    assert result.stderr.startswith("data/events.csv, row 3 (amin-leaves): ")


def test_broken_notebooks_fail_the_check(broken_notebooks: Run) -> None:
    assert broken_notebooks.check.exit_code == 1
    assert json.loads(broken_notebooks.check.stdout) == {
        "notebooks": {"passed": 0, "failed": 3},
        "questions": {"total": 6, "graded_full": 5},
        "data_errors": 0,
    }


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        (f"{LESSON}, cell 2 (one-02): ", "AttributeError: afkit has no 'clams'"),
        (f"{SOLUTION}, cell 21 (q5-check): ", "NotFullMarksError: q5: not yet, 0 of 1 point."),
        (f"{EXERCISE}: ", f"not what {SOLUTION} makes"),
    ],
)
def test_a_break_in_a_notebook_is_told_with_file_and_cell(
    broken_notebooks: Run, cell: str, reason: str
) -> None:
    assert reason in broken_notebooks.complaint(cell)


def test_nothing_else_is_complained_of(broken_notebooks: Run) -> None:
    assert len(broken_notebooks.complaints) == 3, broken_notebooks.check.stderr


def test_an_exercise_edited_by_hand_fails_the_build_check_as_well(broken_notebooks: Run) -> None:
    result = broken_notebooks.kit.afkit("build", "--check")
    assert result.exit_code == 1
    assert result.stdout == f"out of date  {EXERCISE}: not what {SOLUTION} makes\n"


def test_a_solution_that_cannot_run_is_named_by_the_build_that_runs_it(
    copied: Callable[[], Kit],
) -> None:
    kit = copied()
    kit.edit(SOLUTION, '"q1 = \\"a\\"\\n"', '"q1 = missing\\n"')
    result = kit.afkit("build", "--run")
    assert result.exit_code == 1
    assert isinstance(result.exception, SystemExit), repr(result.exception)
    assert f"{SOLUTION}, cell 4: NameError: name 'missing' is not defined" in result.stderr


def test_outputs_are_renewed_by_running_the_solution(copied: Callable[[], Kit]) -> None:
    kit = copied()
    before = (kit.root / SOLUTION).read_bytes()
    kit.edit(SOLUTION, '"q1: right, 1 of 1 point."', '"q1: stale."')
    result = kit.afkit("build", "--run")
    assert (result.exit_code, result.stdout) == (0, f"written      {SOLUTION}\n")
    assert (kit.root / SOLUTION).read_bytes() == before
