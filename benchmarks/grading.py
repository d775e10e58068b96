"""What it costs to grade a class: the same submissions in the forms of afkit, nbgrader and otter.

One run on one machine. A seeded generator answers the questions of one exercise rightly, partly
wrongly or not at all; each tool gets these notebooks in its own form and is run by its own command.

- **afkit**: ``afkit grade --feedback`` (sandbox on): runs, outputs, gradebook rows and a page for
  each student.
- **nbgrader**: what ``afkit build --nbgrader`` writes; ``nbgrader autograde`` and
  ``nbgrader generate_feedback``. Its tests call the same checks. It is slow, so it gets a batch of
  ``--rivals`` and a batch of one; from these two follow its start and its cost for each submission,
  and thus what it would take for all.
- **otter**: ``otter run``, one process for each submission, without a container. Each question has
  a test that compares the answer with the solution's by ``==``, and nothing else: less than the
  others do.

Seconds on the wall and of the processor are those of whole commands with all that they start. What
Linux does not count for a process whose parent does not wait for it (afkit's workers) is read from
``/proc`` twenty times a second and added; the last glance misses at most 50 ms of each. The tools
take turns in each of ``--rounds``, so that a slow spell of the machine hits all of them.

otter is in the extra ``bench`` (``uv sync --extra dev --extra bench``), or name the command of
another environment: ``--otter PATH``; afkit's dependencies must be installed there. Progress goes
to stderr; ``--json`` prints one object with all figures.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from nbgrader.api import Gradebook as Marks  # noqa: E402

from afkit import kit  # noqa: E402
from afkit.exercises import author, nbgrader  # noqa: E402
from afkit.exercises.answer import encode  # noqa: E402
from afkit.exercises.kinds import KINDS  # noqa: E402
from afkit.exercises.kinds.base import misfits  # noqa: E402
from afkit.grading import batch, bundle, collect  # noqa: E402
from afkit.grading.assemble import assemble  # noqa: E402
from afkit.grading.gradebook import Entry, Gradebook  # noqa: E402
from afkit.grading.records import Job, Ran, Submission  # noqa: E402
from afkit.grading.runner import Pool  # noqa: E402

if TYPE_CHECKING:
    from afkit.exercises.author import Notebook

TARGETS = {
    "ratio_nbgrader_2w": 60.0, "ratio_nbgrader_cpu": 30.0, "empty_ms": 40.0, "dask_share": 0.85,
}  # fmt: skip
AFKIT = [sys.executable, "-c", "from afkit.cli import main; main()"]
NBGRADER = [sys.executable, "-m", "nbgrader"]
GLANCE = 0.05
SEED = 20210819
FEW = 10
ESSAY = "essay"
#: Kinds whose mistakes, as the kind makes them, are code and not a value that can be written down.
CODED = ("function", "plot")
#: In the mask of ignored signals: that a child has ended (SIGCHLD, 17).
IGNORES_CHILDREN = 1 << 16
TICKS = os.sysconf("SC_CLK_TCK")
CLUSTER = """
import sys
from distributed import LocalCluster

if __name__ == "__main__":
    with LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0"
    ) as cluster:
        print(cluster.scheduler_address, flush=True)
        sys.stdin.read()
"""
OTTER_CELL = "import otter\n\ngrader = otter.Notebook()"
OTTER_TEST = """\
OK_FORMAT = True

test = {{
    "name": {name!r},
    "points": {points!r},
    "suites": [
        {{
            "cases": [
                {{
                    "code": {code!r},
                    "hidden": False,
                    "locked": False,
                }}
            ],
            "scored": True,
            "setup": "",
            "teardown": "",
            "type": "doctest",
        }}
    ],
}}
"""
OTTER_CODE = """\
>>> from afkit.exercises.answer import encode
>>> encode({name}) == {answer!r}
True"""


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


# The class


@dataclass(frozen=True)
class Class:
    """An exercise and how each student answered it: a source for each question, none if blank."""

    unit: kit.Unit
    course: kit.Kit
    solution: Notebook
    keys: tuple[Mapping[str, Any], ...]
    answers: Mapping[str, Mapping[str, str]]

    @property
    def students(self) -> list[str]:
        """All of them, the best first."""
        return list(self.answers)

    def some(self, count: int) -> list[str]:
        """Students from all over the class."""
        every = self.students
        return [every[at * len(every) // count] for at in range(min(count, len(every)))]


def make_class(course: kit.Kit, unit: kit.Unit, count: int) -> Class:
    """A class from the best to the one that handed in blank; the same every time."""
    solution = author.read(course.root / unit.solution, course.root)
    keys = tuple(author.keys(solution, unit.solution))
    right = {
        cell["id"].removesuffix("-answer"): solved(cell["source"])
        for cell in solution["cells"]
        if cell["id"].endswith("-answer")
    }
    chance = random.Random(SEED)
    useless = sum(1 for _ in misfits())
    mistakes = {
        key["id"]: [
            f"{key['id']} = {each.answer!r}"
            for each in list(KINDS[key["kind"]].wrong(key))[useless : useless + 4]
        ]
        for key in keys
        if key["kind"] not in CODED
    }  # fmt: skip
    answers: dict[str, dict[str, str]] = {}
    for number in range(count):
        weak = number / max(1, count - 1)
        own: dict[str, str] = {}
        for key in keys:
            name = key["id"]
            if chance.random() >= weak:
                own[name] = right[name]
            elif mistakes.get(name) and chance.random() >= weak / 2:
                own[name] = chance.choice(mistakes[name])
        answers[f"student-{number:05}"] = own
    return Class(unit, course, solution, keys, answers)


def solved(source: str) -> str:
    lines = source.splitlines()
    return "\n".join(
        line for line in lines if line.strip() not in (author.BEGIN, author.END)
    ).strip()


def answered(notebook: Notebook, answers: Mapping[str, str]) -> str:
    """A released notebook, filled in."""
    made = json.loads(json.dumps(notebook))
    for cell in made["cells"]:
        name, _, part = str(cell["id"]).partition("-")
        if part == "answer" and name in answers:
            cell["source"] = answers[name]
    return json.dumps(made)


def hand_in(notebook: Notebook, group: Class, students: Sequence[str], folder: Path) -> None:
    """Write notebooks where nbgrader and afkit look for them."""
    for student in students:
        place = folder / student / group.unit.id
        place.mkdir(parents=True)
        text = answered(notebook, group.answers[student])
        (place / Path(group.unit.exercise).name).write_text(text, encoding="utf-8")


# Measuring


@dataclass
class Taken:
    """What a command took."""

    wall: float
    cpu: float


class Watch(threading.Thread):
    """Counts the processor time that the kernel gives to nobody.

    Below a process that ignores the end of its children, time would be lost when they end. So each
    child of such a process is looked at, with all below it, as long as it lives.
    """

    def __init__(self, root: int) -> None:
        super().__init__(daemon=True)
        self._root, self._over = root, threading.Event()
        self._seen: dict[int, float] = {}

    def run(self) -> None:
        """Look until it is over."""
        while not self._over.wait(GLANCE):
            with suppress(OSError):
                self._look()

    def stop(self) -> float:
        """Seconds that were lost."""
        self._over.set()
        self.join()
        return sum(self._seen.values())

    def _look(self) -> None:
        waiting = [self._root]
        while waiting:
            parent = waiting.pop()
            lost = ignores_children(parent)
            for child in children(parent):
                if lost:
                    taken = sum(map(seconds, family(child)))
                    self._seen[child] = max(taken, self._seen.get(child, 0.0))
                else:
                    waiting.append(child)


def children(process: int) -> list[int]:
    found: list[int] = []
    for task in Path(f"/proc/{process}/task").glob("*/children"):
        with suppress(OSError):
            found += map(int, task.read_text(encoding="utf-8").split())
    return found


def family(process: int) -> Iterator[int]:
    yield process
    for child in children(process):
        yield from family(child)


def seconds(process: int) -> float:
    """Of the processor, for a process and those of its children that it has waited for."""
    try:
        text = Path(f"/proc/{process}/stat").read_text(encoding="utf-8")
    except OSError:
        return 0.0
    return sum(map(int, text.rpartition(")")[2].split()[11:15])) / TICKS


def ignores_children(process: int) -> bool:
    with suppress(OSError):
        for line in Path(f"/proc/{process}/status").read_text(encoding="utf-8").splitlines():
            if line.startswith("SigIgn:"):
                return bool(int(line.split()[1], 16) & IGNORES_CHILDREN)
    return False


def run(
    command: Sequence[str], folder: Path, each_line: Callable[[int, str], None] | None = None
) -> Taken:
    """Run a command to its end, with nobody's settings; ``each_line`` sees its lines, if given."""
    told = {name: value for name, value in os.environ.items() if not name.startswith("AFKIT")}
    here = [str(ROOT / "src"), *filter(None, [os.environ.get("PYTHONPATH", "")])]
    # nbgrader calls 'alembic', which lies beside Python.
    places = [str(Path(command[0]).parent), os.environ["PATH"]]
    told |= {
        "HOME": str(folder),
        "PYTHONPATH": os.pathsep.join(here),
        "PATH": os.pathsep.join(places),
    }
    if "nbgrader" not in command:  # each of its assignments is a kit of its own
        told["AFKIT_ROOT"] = str(ROOT)
    with (folder / "said.txt").open("w+", encoding="utf-8") as said:
        begin = time.perf_counter()
        process = subprocess.Popen(
            command, cwd=folder, env=told, text=True, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE if each_line else said, stderr=said,
        )  # fmt: skip
        watch = Watch(process.pid)
        watch.start()
        if each_line and process.stdout:
            with process.stdout as lines:
                for line in lines:
                    each_line(process.pid, line)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - begin
        process.returncode = os.waitstatus_to_exitcode(status)
        lost = watch.stop()
        if process.returncode:
            said.seek(0)
            raise SystemExit(f"{' '.join(command)}\n{said.read()[-4000:]}")
    return Taken(wall, usage.ru_utime + usage.ru_stime + lost)


@dataclass
class Contender:
    """All measurements of one tool: how many submissions, and what each of its runs took."""

    name: str
    submissions: int
    runs: list[Taken] = field(default_factory=list)
    note: str = ""

    @property
    def seconds(self) -> float:
        """On the wall, for each submission."""
        return statistics.median(each.wall for each in self.runs) / self.submissions

    @property
    def cpu(self) -> float:
        """Of the processor, for each submission."""
        return statistics.median(each.cpu for each in self.runs) / self.submissions

    def as_json(self) -> dict[str, Any]:
        """All of it, for others to count with."""
        return {
            "submissions": self.submissions, "seconds_each": self.seconds,
            "cpu_seconds_each": self.cpu, "per_second": 1 / self.seconds,
            "runs": [asdict(each) for each in self.runs], "note": self.note,
        }  # fmt: skip


# afkit


def afkit_run(
    group: Class, submitted: Path, folder: Path, workers: int, *, pages: bool = True
) -> tuple[Taken, Path]:
    """``afkit grade``, with feedback pages if ``pages``; its time, and the gradebook."""
    place = Path(tempfile.mkdtemp(dir=folder, prefix="afkit-"))
    book = place / "class.sqlite"
    named = ["--unit", group.unit.id, "--gradebook", str(book)]
    more = ["--feedback", str(place / "feedback")] if pages else []
    graded = run([*AFKIT, "grade", str(submitted), *named, "--workers", str(workers), *more], place)
    if not pages:
        return graded, book
    made = len(list((place / "feedback").glob("*.html")))
    if made != len(list(submitted.iterdir())):
        raise SystemExit(f"{made} feedback pages; expected one for each submission")
    return graded, book


def points_of_afkit(book: Path, unit: str) -> dict[str, dict[str, float]]:
    with Gradebook(book) as opened:
        return {
            each.student: {item.question: item.points for item in each.items if item.kind != ESSAY}
            for each in opened.submissions(unit)
        }


# nbgrader


def nbgrader_course(group: Class, folder: Path) -> Path:
    """A course of nbgrader with the exercise released, and nothing handed in yet."""
    course = folder / "nbgrader"
    nbgrader.export(group.course, course, "bench")
    run([*NBGRADER, "generate_assignment", group.unit.id], course)
    return course


def nbgrader_run(group: Class, course: Path, students: Sequence[str]) -> tuple[Taken, Path]:
    """``nbgrader autograde`` and ``generate_feedback`` in a fresh copy of the course."""
    copy = Path(tempfile.mkdtemp(dir=course.parent, prefix="nbgrader-")) / "course"
    shutil.copytree(course, copy)
    name = Path(group.unit.exercise).name
    released = json.loads((copy / "release" / group.unit.id / name).read_text(encoding="utf-8"))
    for student in students:
        place = copy / "submitted" / student / group.unit.id
        shutil.copytree(copy / "release" / group.unit.id, place)
        (place / name).write_text(answered(released, group.answers[student]), encoding="utf-8")
    graded = run([*NBGRADER, "autograde", group.unit.id], copy)
    written = run([*NBGRADER, "generate_feedback", group.unit.id], copy)
    return Taken(graded.wall + written.wall, graded.cpu + written.cpu), copy


def points_of_nbgrader(course: Path, group: Class) -> dict[str, dict[str, float]]:
    by_hand = {f"{key['id']}-answer" for key in group.keys if key["kind"] == ESSAY}
    with Marks(f"sqlite:///{course / 'gradebook.db'}", "bench") as book:
        return {
            each.student.id: {
                grade.name.removesuffix("-check"): float(grade.auto_score or 0)
                for notebook in each.notebooks
                for grade in notebook.grades
                if grade.name not in by_hand
            }
            for each in book.assignment_submissions(group.unit.id)
        }


def in_a_batch_of(count: int, one: Taken, some: Taken, number: int) -> Taken:
    """What each of ``count`` submissions takes, if a batch of 1 and one of ``number`` took this."""

    def each(first: float, all_: float) -> float:
        slope = (all_ - first) / (number - 1)
        return slope + max(0.0, first - slope) / count

    return Taken(each(one.wall, some.wall), each(one.cpu, some.cpu))


# otter


def otter_form(group: Class, folder: Path) -> tuple[Path, Notebook]:
    """The archive of tests, and the notebook with otter's checks in place of afkit's."""
    values = solution_values(group)
    place = folder / "otter"
    place.mkdir()
    archive = place / "autograder.zip"
    released, _ = author.student_copy(group.solution, group.unit.id, group.unit.solution)
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("otter_config.json", json.dumps({"lang": "python"}))
        for key in group.keys:
            name = key["id"]
            if name in values:
                code = OTTER_CODE.format(name=name, answer=values[name])
                text = OTTER_TEST.format(name=name, points=float(key["points"]), code=code)
                made.writestr(f"tests/{name}.py", text)
    notebook = json.loads(json.dumps(released))
    first = next(at for at, cell in enumerate(notebook["cells"]) if cell["cell_type"] == "code")
    for cell in notebook["cells"]:
        name, _, part = str(cell["id"]).partition("-")
        if part == "check":
            cell["source"] = f'grader.check("{name}")' if name in values else ""
    made_cell: dict[str, Any] = {
        "cell_type": "code", "execution_count": None, "id": "otter", "metadata": {}, "outputs": [],
        "source": OTTER_CELL,
    }  # fmt: skip
    notebook["cells"].insert(first, made_cell)
    return archive, notebook


def solution_values(group: Class) -> dict[str, Any]:
    """The answers of the solution, as values that a test can compare with."""
    task = batch.Task.of(group.course, group.unit)
    right = {
        cell["id"].removesuffix("-answer"): solved(cell["source"])
        for cell in group.solution["cells"]
        if cell["id"].endswith("-answer")
    }
    released, _ = author.student_copy(group.solution, group.unit.id, group.unit.solution)
    steps = assemble(task.release, answered(released, right).encode()).job.steps
    names: dict[str, Any] = {}
    by_hand = {key["id"] for key in group.keys if key["kind"] in (ESSAY, *CODED)}
    for step in steps:
        exec(step.source, names)
    asked = [step.question for step in steps if step.question and step.question not in by_hand]
    return {name: encode(names[name]) for name in asked}


def otter_run(
    otter: Path, group: Class, archive: Path, notebook: Notebook, student: str
) -> tuple[Taken, dict[str, float]]:
    place = Path(tempfile.mkdtemp(dir=archive.parent, prefix="run-"))
    name = Path(group.unit.exercise).name
    (place / name).write_text(answered(notebook, group.answers[student]), encoding="utf-8")
    taken = run([str(otter), "run", "--no-logo", "-a", str(archive), name], place)
    told = json.loads((place / "results.json").read_text(encoding="utf-8"))
    points = {
        each["name"].split()[0]: float(each.get("score", 0))
        for each in told["tests"]
        if "max_score" in each and each["name"] != "Public Tests"
    }
    return taken, points


# What else is measured


def empty(group: Class, folder: Path, runs: int) -> dict[str, float]:
    """Milliseconds of a notebook without a cell, and of a blank one, through a warm pool of one."""
    place = sandbox_kit(group, folder)
    released, _ = author.student_copy(group.solution, group.unit.id, group.unit.solution)
    task = batch.Task.of(group.course, group.unit)
    text = json.dumps(released).encode()
    times: dict[str, list[float]] = {"empty": [], "blank": []}
    book = Gradebook(folder / "empty.sqlite", grading=True)
    with Pool(1, place, habits=task.habits) as pool, book:
        for number in range(runs + 3):
            begin = time.perf_counter()
            pool.run(Job(()))
            middle = time.perf_counter()
            one = Submission(f"student-{number}", group.unit.id, "blank.ipynb", lambda: text)
            list(batch.grade(task, [one], book, pool.run))
            if number >= 3:
                times["empty"].append(1000 * (middle - begin))
                times["blank"].append(1000 * (time.perf_counter() - middle))
    return {
        "empty_ms": statistics.median(times["empty"]),
        "empty_ms_most": max(times["empty"]),
        "blank_ms": statistics.median(times["blank"]),
    }


def sandbox_kit(group: Class, folder: Path) -> Path:
    place = folder / "kit"
    if not place.exists():
        bundle.sandbox_bundle(group.course, [group.unit], place, blind=author.blind)
    return place


def many(group: Class, submitted: Path, folder: Path, count: int) -> dict[str, Any]:
    """A long batch with two workers: the memory of the grader, and how the cost grows."""
    place = folder / "many"
    place.mkdir()
    tree = place / "submitted"
    every = sorted(submitted.iterdir())
    for number in range(count):
        (tree / f"student-{number:05}").parent.mkdir(exist_ok=True)
        shutil.copytree(every[number % len(every)], tree / f"student-{number:05}")
    marks: list[float] = []
    memory: dict[int, int] = {}
    early = min(200, count // 2)

    def row(process: int, _: str) -> None:
        marks.append(time.perf_counter())
        if len(marks) % 100 == 0 or len(marks) in (early, count):
            memory[len(marks)] = resident(process)
            print(f"\r  {len(marks)} of {count}", end="", file=sys.stderr, flush=True)

    book = place / "class.sqlite"
    named = ["--unit", group.unit.id, "--gradebook", str(book), "--workers", "2", "--json"]
    taken = run([*AFKIT, "grade", str(tree), *named], place, row)
    say("")
    size = sum(each.stat().st_size for each in place.glob("class.sqlite*"))
    span = max(1, min(200, count // 4))

    def pace(start: int, end: int) -> float:
        return (marks[end - 1] - marks[start - 1]) / (end - start)

    return {
        "submissions": count, "wall": taken.wall, "cpu": taken.cpu,
        "memory_bytes": memory, "memory_early_bytes": memory[early],
        "memory_end_bytes": memory[count],
        "memory_growth_bytes": memory[count] - memory[early], "memory_early_at": early,
        "seconds_each": taken.wall / count, "cpu_seconds_each": taken.cpu / count,
        "seconds_each_early": pace(FEW, FEW + span), "seconds_each_late": pace(count - span, count),
        "gradebook_bytes_each": size / count,
    }  # fmt: skip


def resident(process: int) -> int:
    pages = int(Path(f"/proc/{process}/statm").read_text(encoding="utf-8").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def writes(group: Class, folder: Path, book: Path, count: int = 500) -> float:
    """Submissions a second that one gradebook takes, if nothing else is to be done."""
    with Gradebook(book) as old:
        stored = next(iter(old.submissions(group.unit.id)))
        cells, outputs = old.page(stored.id)
        ran = old.ran(stored.id)
    ran = Ran(ran.answers, ran.refused, tuple(map(tuple, outputs)), seconds=1.0, cpu_seconds=1.0)
    with Gradebook(folder / "writes.sqlite", grading=True) as new:
        begin = time.perf_counter()
        for number in range(count):
            name = f"student-{number}"
            row = Entry(
                name, group.unit.id, "x.ipynb", 1, "", 0.0, f"{number:064}", stored.release,
                stored.keys, "", (), cells, ran, stored.items,
            )  # fmt: skip
            new.add(row)
        return count / (time.perf_counter() - begin)


def dask(
    group: Class, submitted: Path, folder: Path, rounds: int
) -> tuple[dict[str, Any] | None, str]:
    """Throughput on a Dask cluster of two processes against two sandboxes here, all warm."""
    try:
        from afkit.grading.cluster import Cluster  # noqa: PLC0415  an extra
    except ImportError:
        return None, "dask.distributed is not installed: pip install 'afkit[cluster]'"
    task = batch.Task.of(group.course, group.unit)
    handed_in = collect.collect(submitted, group.course, group.unit)
    place = sandbox_kit(group, folder)
    times: dict[str, list[float]] = {"local": [], "dask": []}

    def grade(run_one: Callable[[Job], Ran], workers: int) -> float:
        path = Path(tempfile.mkdtemp(dir=folder, prefix="dask-")) / "class.sqlite"
        with Gradebook(path, grading=True) as book:
            begin = time.perf_counter()
            done = sum(1 for _ in batch.grade(task, handed_in, book, run_one, workers=workers))
            taken = time.perf_counter() - begin
        if done != len(handed_in):
            raise SystemExit(f"{done} of {len(handed_in)} submissions graded")
        return taken

    with (
        local_cluster(folder) as address,
        Pool(2, place, habits=task.habits) as pool,
        Cluster(address, place, habits=task.habits) as far,
    ):
        grade(far.run, far.at_once)  # warm; not counted
        for number in range(rounds):
            # From as many threads as 'afkit grade' has.
            times["local"].append(grade(pool.run, 2))
            times["dask"].append(grade(far.run, far.at_once))
            say(f"  round {number + 1}: {times['local'][-1]:.2f} s, {times['dask'][-1]:.2f} s")
    local, away = (statistics.median(times[each]) for each in ("local", "dask"))
    return {"dask_share": local / away, "seconds": times, "submissions": len(handed_in)}, ""


@contextmanager
def local_cluster(folder: Path) -> Iterator[str]:
    settings = {"PYTHONPATH": str(ROOT / "src"), "AFKIT_ROOT": str(ROOT)}
    with (folder / "dask.txt").open("w", encoding="utf-8") as said:
        process = subprocess.Popen(
            [sys.executable, "-c", CLUSTER], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=said, text=True, cwd=folder, env={**os.environ, **settings},
        )  # fmt: skip
    with process:
        address = process.stdout.readline().strip() if process.stdout else ""
        if not address:
            raise SystemExit((folder / "dask.txt").read_text(encoding="utf-8")[-2000:])
        yield address
        process.communicate(timeout=60)


# One run


def contest(group: Class, folder: Path, options: argparse.Namespace) -> dict[str, Any]:
    """All tools in turn, as often as there are rounds."""
    count = len(group.answers)
    released, _ = author.student_copy(group.solution, group.unit.id, group.unit.solution)
    submitted = folder / "submitted"
    hand_in(released, group, group.students, submitted)
    few = folder / "few"
    hand_in(released, group, group.some(FEW), few)
    course = nbgrader_course(group, folder)
    students = group.some(options.rivals)
    rows = {
        "afkit 1": Contender("afkit, 1 worker", count),
        "afkit 2": Contender("afkit, 2 workers", count),
        "afkit few": Contender(f"afkit, 2 workers, {FEW} submissions", FEW),
        "nbgrader": Contender("nbgrader", 1, note=f"as in a batch of {count}, from 1 and "
                              f"{len(students)}"),
        "nbgrader some": Contender(f"nbgrader, batch of {len(students)}", len(students)),
        "nbgrader one": Contender("nbgrader, one alone", 1),
    }  # fmt: skip
    otter = options.otter
    if otter.is_file():
        archive, notebook = otter_form(group, folder)
        rows["otter"] = Contender("otter run", 1)
    else:
        say(f"otter is not at {otter}: 'uv sync --extra dev --extra bench', or --otter PATH")
    same: dict[str, Any] = {}
    for number in range(options.rounds):
        begin = time.perf_counter()
        for name, place, workers in (
            ("afkit 2", submitted, 2), ("afkit few", few, 2), ("afkit 1", submitted, 1),
        ):  # fmt: skip
            taken, book = afkit_run(group, place, folder, workers)
            rows[name].runs.append(taken)
            say(f"  {rows[name].name}: {taken.wall:.1f} s, {taken.cpu:.1f} s of the processor")
        one, _ = nbgrader_run(group, course, students[len(students) // 2 :][:1])
        some, graded = nbgrader_run(group, course, students)
        rows["nbgrader one"].runs.append(one)
        rows["nbgrader some"].runs.append(some)
        rows["nbgrader"].runs.append(in_a_batch_of(count, one, some, len(students)))
        say(f"  nbgrader: {one.wall:.1f} s for 1, {some.wall:.1f} s for {len(students)}")
        ours = points_of_afkit(book, group.unit.id)
        same["nbgrader"] = agreement(ours, points_of_nbgrader(graded, group))
        if "otter" in rows:
            theirs: dict[str, dict[str, float]] = {}
            for student in students[number :: options.rounds]:
                taken, theirs[student] = otter_run(otter, group, archive, notebook, student)
                rows["otter"].runs.append(taken)
                say(f"  otter: {taken.wall:.1f} s")
            same["otter, full marks"] = agreement(full_only(ours, group), theirs)
        say(f"round {number + 1} of {options.rounds}: {time.perf_counter() - begin:.0f} s")
    found: dict[str, Any] = {name: row.as_json() | {"name": row.name} for name, row in rows.items()}
    return {"rows": found, "same_points": same, "book": book, "submitted": submitted}


def full_only(
    points: Mapping[str, Mapping[str, float]], group: Class
) -> dict[str, dict[str, float]]:
    """Points without parts of points, which otter's tests here do not give."""
    most = {key["id"]: float(key["points"]) for key in group.keys}
    return {
        student: {name: held if held == most[name] else 0.0 for name, held in own.items()}
        for student, own in points.items()
    }


def agreement(
    ours: Mapping[str, Mapping[str, float]], theirs: Mapping[str, Mapping[str, float]]
) -> dict[str, Any]:
    """On how many answers two tools give the same points."""
    pairs = [
        (student, name, ours[student][name], points)
        for student, own in theirs.items()
        for name, points in own.items()
        if name in ours[student]
    ]
    other = [each for each in pairs if abs(each[2] - each[3]) > 0.01]
    return {"answers": len(pairs), "same": len(pairs) - len(other), "other": other[:20]}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--unit", default="01", help="the exercise (default 01)")
    parser.add_argument("--submissions", type=int, default=100, help="how many (default 100)")
    parser.add_argument(
        "--rivals", type=int, default=10, help="how many the slow ones get, 2 or more (default 10)"
    )
    parser.add_argument("--rounds", type=int, default=2, help="turns of each tool (default 2)")
    parser.add_argument("--empty", type=int, default=30, help="empty notebooks (default 30)")
    parser.add_argument(
        "--many", type=int, default=2000, help="the long batch (default 2000; 0: none)"
    )
    parser.add_argument(
        "--otter", type=Path, default=Path(sys.executable).with_name("otter"), metavar="PATH",
        help="otter's command (default: beside this Python)",
    )  # fmt: skip
    parser.add_argument("--keep", type=Path, metavar="DIR", help="work there, and leave it")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args()
    if options.rivals < 2 or options.submissions < FEW:
        parser.error(f"--rivals is at least 2, --submissions at least {FEW}")
    os.environ["AFKIT_ROOT"] = str(ROOT)
    course = kit.load(ROOT)
    group = make_class(course, course.unit(options.unit), options.submissions)
    with tempfile.TemporaryDirectory(prefix="afkit-bench-") as room:
        folder = (options.keep or Path(room)).resolve()
        folder.mkdir(parents=True, exist_ok=True)
        found = measure(group, folder, options)
    if options.json:
        print(json.dumps(found))
    else:
        show(found)


def measure(group: Class, folder: Path, options: argparse.Namespace) -> dict[str, Any]:
    say(f"{len(group.answers)} submissions of unit {group.unit.id}, {options.rounds} rounds")
    before = os.getloadavg()
    found = contest(group, folder, options)
    book, submitted = found.pop("book"), found.pop("submitted")
    rows = found["rows"]
    say("empty notebooks")
    nothing = empty(group, folder, options.empty)
    say("a Dask cluster of 2 against a pool of 2, warm")
    clustered, why = dask(group, submitted, folder, max(2, options.rounds))
    long = None
    if options.many:
        say(f"a batch of {options.many}")
        long = many(group, submitted, folder, options.many)
    two, one = rows["afkit 2"], rows["afkit 1"]
    theirs = rows["nbgrader"]
    dearer = max(one["cpu_seconds_each"], two["cpu_seconds_each"])
    return {
        "ratio_nbgrader_2w": theirs["seconds_each"] / two["seconds_each"],
        "ratio_nbgrader_1w": theirs["seconds_each"] / one["seconds_each"],
        "ratio_nbgrader_cpu": theirs["cpu_seconds_each"] / dearer,
        # Without reckoning: the batch of a few as it was, its start not spread over a whole class.
        "ratio_nbgrader_2w_few": rows["nbgrader some"]["seconds_each"] / two["seconds_each"],
        **nothing,
        "dask_share": clustered and clustered["dask_share"],
        "dask": clustered or why,
        "targets": TARGETS,
        "contest": found,
        "many": long,
        "gradebook_writes_per_second": writes(group, folder, book),
        "machine": {
            "cores": os.cpu_count(), "python": sys.version.split()[0], "load_before": before,
            "load_after": os.getloadavg(),
        },
        "options": {
            name: str(value) if isinstance(value, Path) else value
            for name, value in vars(options).items()
            if name not in ("otter", "keep", "json")
        },
    }  # fmt: skip


def show(found: Mapping[str, Any]) -> None:
    print(f"{'each submission':38} {'wall s':>8} {'CPU s':>8} {'a second':>9}")
    for row in found["contest"]["rows"].values():
        note = f"   {row['note']}" if row["note"] else ""
        print(
            f"{row['name']:38} {row['seconds_each']:8.3f} {row['cpu_seconds_each']:8.3f}"
            f" {row['per_second']:9.2f}{note}"
        )
    long = found["many"]
    if long:
        name = f"afkit grade, 2 workers, {long['submissions']}"
        print(
            f"{name:38} {long['seconds_each']:8.3f} {long['cpu_seconds_each']:8.3f}"
            f" {1 / long['seconds_each']:9.2f}   without feedback pages"
        )
        print(
            f"  the first of them {long['seconds_each_early']:.3f} s each, "
            f"the last {long['seconds_each_late']:.3f}; memory of the grader after "
            f"{long['memory_early_at']} {long['memory_early_bytes'] / 1e6:.1f} MB, "
            f"at the end {long['memory_end_bytes'] / 1e6:.1f} MB; "
            f"gradebook {long['gradebook_bytes_each'] / 1e3:.1f} kB each"
        )
    for name, each in found["contest"]["same_points"].items():
        print(f"same points as {name}: {each['same']} of {each['answers']} answers")
    print(f"one gradebook takes {found['gradebook_writes_per_second']:.0f} submissions a second")
    print(f"a blank notebook, graded: {found['blank_ms']:.0f} ms")
    print(f"\n{'':38} {'measured':>9} {'target':>8}")
    for name, target in TARGETS.items():
        value = found[name]
        least = "at most" if name == "empty_ms" else "at least"
        shown = f"{value:9.2f}" if value is not None else f"{'none':>9}"
        print(f"{name:38} {shown} {least} {target:g}")


if __name__ == "__main__":
    main()
