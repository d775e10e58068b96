"""Many submissions: the same marks however they are run, and nothing lost when the grader dies."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from afkit import kit
from afkit.grading.batch import Task, grade, regrade
from afkit.grading.collect import collect
from afkit.grading.gradebook import Gradebook
from afkit.grading.records import Job, Ran, Submission
from afkit.grading.runner import Pool
from afkit.grading.score import score
from tests.conftest import SMALL_KIT
from tests.grading import classroom

COUNT = 12
KILLS = 50
IN_BATCH = 200


@pytest.fixture(scope="module", autouse=True)
def _fixture_kit() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AFKIT_ROOT", str(SMALL_KIT))
        yield


@pytest.fixture(scope="module")
def task() -> Task:
    course = kit.load(SMALL_KIT)
    return Task.of(course, course.unit(classroom.UNIT))


@pytest.fixture(scope="module")
def handed_in(tmp_path_factory: pytest.TempPathFactory) -> list[Submission]:
    folder = tmp_path_factory.mktemp("class") / "submitted"
    classroom.hand_in(SMALL_KIT, folder, COUNT)
    course = kit.load(SMALL_KIT)
    return collect(folder, course, course.unit(classroom.UNIT))


@pytest.fixture(scope="module")
def pool(bundle: Path) -> Iterator[Pool]:
    with Pool(2, bundle) as running:
        yield running


def contents(path: Path) -> list[tuple[object, ...]]:
    """All that a gradebook says, without when and how long."""
    base = sqlite3.connect(path)
    rows: list[tuple[object, ...]] = []
    rows += base.execute(
        "SELECT student, unit, attempt, late, sha256, release, keys, reason, repaired, notes,"
        " isolation FROM submission ORDER BY student"
    )
    rows += base.execute(
        "SELECT student, question, answer, refused FROM answer JOIN submission"
        " ON submission = id ORDER BY student, question"
    )
    rows += base.execute(
        "SELECT student, revision, place, question, status, points, most, message, marking,"
        " mark.keys FROM mark JOIN submission ON submission = id ORDER BY student, revision, place"
    )
    base.close()
    return rows


def test_marks_do_not_depend_on_workers_or_order(
    task: Task, handed_in: list[Submission], pool: Pool, tmp_path: Path
) -> None:
    found = []
    for workers, order in ((1, handed_in), (2, handed_in[::-1])):
        path = tmp_path / f"{workers}.sqlite"
        with Gradebook(path, grading=True) as book:
            rows = list(grade(task, order, book, pool.run, workers=workers))
        assert {row.student for row in rows} == {each.student for each in handed_in}
        found.append(contents(path))
    assert found[0] == found[1]


def test_the_first_student_has_everything_right_and_the_others_less(
    task: Task, handed_in: list[Submission], pool: Pool, tmp_path: Path
) -> None:
    with Gradebook(tmp_path / "g.sqlite", grading=True) as book:
        rows = {row.student: row for row in grade(task, handed_in, book, pool.run, workers=2)}
    first = rows.pop("student-000")
    assert (first.score, first.max, first.status) == (26, 30, "needs-marking")
    assert all(row.score < 26 for row in rows.values() if row.student > "student-003")
    assert len({row.score for row in rows.values()}) > 5


def test_resuming_runs_only_what_is_missing(
    task: Task, handed_in: list[Submission], pool: Pool, tmp_path: Path
) -> None:
    ran: list[Job] = []

    def counting(job: Job) -> Ran:
        ran.append(job)
        return pool.run(job)

    with Gradebook(tmp_path / "g.sqlite", grading=True) as book:
        before = list(grade(task, handed_in[:5], book, counting))
        assert len(ran) == 5
        after = list(grade(task, handed_in, book, counting, resume=True))
        assert len(ran) == COUNT
    assert {row.student: row.score for row in before}.items() <= {
        row.student: row.score for row in after
    }.items()


def test_a_changed_key_is_a_regrade_without_a_run(
    both_units: Path, pool: Pool, tmp_path: Path
) -> None:
    course = kit.load(both_units)
    folder = tmp_path / "submitted"
    classroom.hand_in(both_units, folder, 2)
    handed_in = collect(folder, course, course.unit("02"))
    with Gradebook(tmp_path / "g.sqlite", grading=True) as book:
        task = Task.of(course, course.unit("02"))
        before = {row.student: row.score for row in grade(task, handed_in, book, pool.run)}
        path = both_units / "solutions" / "02-every-kind.ipynb"
        text = path.read_text(encoding="utf-8")
        assert text.count('"points = 1\\n"') >= 1
        path.write_text(text.replace('"points = 1\\n"', '"points = 3\\n"', 1), encoding="utf-8")
        changed = Task.of(course, course.unit("02"))
        assert changed.keys.fingerprint != task.keys.fingerprint
        after = {row.student: row.score for row in regrade(changed, book)}
        assert after["student-000"] == before["student-000"] + 2
        (first, *_) = book.submissions("02")
        assert first.keys == changed.keys.fingerprint


def test_a_bad_notebook_is_one_row_with_a_reason(
    task: Task, handed_in: list[Submission], pool: Pool, tmp_path: Path
) -> None:
    def unreadable() -> bytes:
        raise PermissionError(13, "Permission denied")

    bad = [
        Submission("text", "02", "a.ipynb", lambda: b"print(1)"),
        Submission("none", "02", "b.ipynb", unreadable),
        Submission("told", "02", "c.ipynb", lambda: b"", reason="is empty; hand it in again"),
    ]
    with Gradebook(tmp_path / "g.sqlite", grading=True) as book:
        rows = {row.student: row for row in grade(task, [*bad, handed_in[0]], book, pool.run)}
    assert [rows[name].status for name in ("text", "none", "told")] == ["failed"] * 3
    assert all(rows[name].reason and rows[name].score == 0 for name in ("text", "none", "told"))
    assert rows["student-000"].score == 26


def test_a_mistake_in_the_grader_is_one_row(
    task: Task, handed_in: list[Submission], pool: Pool, tmp_path: Path
) -> None:
    odd = Submission("odd", "02", "a.ipynb", handed_in[0].read)

    def run(job: Job) -> Ran:
        if not ran:
            ran.append(job)
            raise LookupError
        return pool.run(job)

    ran: list[Job] = []
    with Gradebook(tmp_path / "g.sqlite", grading=True) as book:
        rows = {row.student: row for row in grade(task, [odd, handed_in[0]], book, run)}
    assert (rows["odd"].status, "LookupError" in rows["odd"].reason) == ("failed", True)
    assert rows["student-000"].score == 26


def test_results_that_no_function_gave_earn_nothing(task: Task) -> None:
    """Of a function's results, those of the hidden inputs must be there too."""
    spec = next(each for each in task.keys.specs if each["kind"] == "function")
    outputs = [case["output"] for case in spec["cases"]]
    shown = len(task.keys.check.questions[spec["id"]]["key"]["cases"])
    assert shown < len(outputs)
    points = []
    for count in (shown, len(outputs)):
        items = score(task.keys, Ran({spec["id"]: {"outputs": outputs[:count]}}))
        points.append(next(each.points for each in items if each.question == spec["id"]))
    assert points == [0, spec["points"]]


def test_hidden_inputs_of_a_function_reach_no_output(
    task: Task, pool: Pool, tmp_path: Path
) -> None:
    made = classroom.solved(SMALL_KIT)
    for cell in made["cells"]:
        if cell["id"] == "q14-answer":
            cell["source"] = (
                "seen = []\n\ndef q14(one, other):\n    seen.append((one, other))\n"
                "    print('SEEN', seen)\n    return one + other"
            )
        if cell["id"] == "q15-answer":
            cell["source"] += "\nprint('SEEN', seen)"
    data = json.dumps(made).encode()
    handed_in = [Submission("curious", "02", "c.ipynb", lambda: data)]
    with Gradebook(tmp_path / "g.sqlite", grading=True) as book:
        (row,) = grade(task, handed_in, book, pool.run)
        (stored,) = book.submissions("02")
        _, outputs = book.page(stored.id)
    assert row.score == 26, "an honest function earns its points all the same"
    assert "SEEN []" in json.dumps(outputs)
    assert "SEEN [(" not in json.dumps(outputs)


SCRIPT = """
import os, random, signal, sys, time
from pathlib import Path
from afkit import kit
from afkit.grading.batch import Task, grade
from afkit.grading.collect import collect
from afkit.grading.gradebook import Gradebook
from afkit.grading.records import Job, Ran

root, folder, path = map(Path, sys.argv[1:4])
course = kit.load(root)
unit = course.unit("02")
task = Task.of(course, unit)
handed_in = collect(folder, course, unit)
PAUSE = 0.002

def run(job: Job) -> Ran:
    # Stands in for a sandbox: what is tried here is what happens to the gradebook.
    time.sleep(PAUSE)
    asked = [step.question for step in job.steps if step.question]
    return Ran(answers={each: len(job.steps[4].source) + at for at, each in enumerate(asked)})

def work(path):
    with Gradebook(path, grading=True, wait=20) as book:
        print("ready", flush=True)
        for row in grade(task, handed_in, book, run, workers=2, resume=True):
            pass
"""
ONCE = f"{SCRIPT}\nwork(path)\n"
KILLED = f"""{SCRIPT}
begin = time.monotonic()
work(path.with_name("calm.sqlite"))
each = 2 * (time.monotonic() - begin) / {KILLS}
chance = random.Random({KILLS})
for _ in range({KILLS}):
    child = os.fork()
    if child == 0:
        work(path)
        os._exit(0)
    time.sleep(chance.random() * each)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    with Gradebook(path) as book:
        print(sum(1 for _ in book.submissions("02")), file=sys.stderr)
work(path)
"""


def started(script: str, folder: Path, path: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", script, str(SMALL_KIT), str(folder), str(path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_killed_fifty_times_it_ends_as_if_nothing_had_happened(tmp_path: Path) -> None:
    folder = tmp_path / "submitted"
    classroom.hand_in(SMALL_KIT, folder, IN_BATCH)
    path = tmp_path / "killed.sqlite"
    with started(KILLED, folder, path) as killing:
        _, told = killing.communicate(timeout=300)
    assert killing.returncode == 0, told
    sizes = [int(each) for each in told.split()]
    assert len(sizes) == KILLS
    assert sizes == sorted(sizes), "a submission that was written has gone"
    assert sum(0 < size < IN_BATCH for size in sizes) > KILLS / 2, sizes
    assert contents(path) == contents(tmp_path / "calm.sqlite")


def test_two_graders_on_one_gradebook_take_turns(tmp_path: Path) -> None:
    folder = tmp_path / "submitted"
    classroom.hand_in(SMALL_KIT, folder, 20)
    path = tmp_path / "g.sqlite"
    both = [started(ONCE, folder, path) for _ in range(2)]
    told = [each.communicate(timeout=120)[1] for each in both]
    assert [each.returncode for each in both] == [0, 0], told
    with Gradebook(path) as book:
        assert sum(1 for _ in book.submissions("02")) == 20
    base = sqlite3.connect(path)
    assert base.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert base.execute("SELECT count(*), max(revision) FROM mark").fetchone() == (20 * 15, 1)
    base.close()


def test_a_grader_that_is_interrupted_ends_soon_and_keeps_what_it_wrote(tmp_path: Path) -> None:
    folder = tmp_path / "submitted"
    classroom.hand_in(SMALL_KIT, folder, 40)
    path = tmp_path / "g.sqlite"
    with started(ONCE.replace("PAUSE = 0.002", "PAUSE = 0.2"), folder, path) as grader:
        assert grader.stdout is not None
        grader.stdout.readline()
        time.sleep(0.5)
        os.kill(grader.pid, signal.SIGINT)
        assert grader.wait(20) != 0
    with Gradebook(path, grading=True) as book:
        assert 0 < sum(1 for _ in book.submissions("02")) < 40
