"""The hostile corpus: outside nothing happens, inside every honest answer comes out.

Each attack also runs once without a sandbox, to show that there it works.
"""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from afkit.grading import sandbox
from afkit.grading.records import GradingError, Habits, Job, Limits, Ran, Step
from afkit.grading.runner import Pool
from tests.grading.hostile import FIRED, HONEST, LOST, REFUSED, START, Case, cases
from tests.grading.hostile.world import World

CASES = {f"{case.family}-{case.name}": case for case in cases()}
TIGHT = Limits(cpu=2, wall=6, memory=200 << 20, processes=24, output=1 << 20, files=4 << 20)
LOOSE = Limits(cpu=8, wall=10, memory=8 << 30, processes=5000, output=64 << 20, files=1 << 30)
MODES = ("namespaces", "landlock")
NEIGHBOUR = Job(
    (
        Step("import afkit, pandas as pd\nq1 = sorted(afkit.events().index)[:2]", "a", "q1"),
        Step("q2 = pd.Series([1, 2, 3]).sum()\nprint('two')\nq2", "b", "q2"),
        Step("import random\nq3 = [random.random(), len(open('../kit.toml').read())]", "c", "q3"),
    )
)


@dataclass(frozen=True)
class Batch:
    ran: dict[str, Ran]
    neighbours: list[Ran]
    alone: Ran
    changes: list[str]
    seconds: float
    left: list[str]


def _texts(ran: Ran) -> str:
    return "\n".join(
        str(output.get("text", output.get("data", ""))) for each in ran.outputs for output in each
    )


@pytest.fixture(scope="module", params=MODES)
def batch(
    request: pytest.FixtureRequest, bundle: Path, tmp_path_factory: pytest.TempPathFactory
) -> Batch:
    """All cases in one pool, with an honest submission after every sixth."""
    return run_all(request.param, bundle, tmp_path_factory.mktemp("world"))


def run_all(mode: str, bundle: Path, base: Path) -> Batch:
    base.chmod(0o755)
    world = World(base)
    try:
        # As 'afkit grade' does: their first cell is run before, the neighbours begin with another.
        with Pool(2, bundle, TIGHT, mode, habits=Habits((START,))) as pool:
            alone = pool.run(NEIGHBOUR)
            started = time.monotonic()
            jobs, others = {}, []
            for number, (name, case) in enumerate(CASES.items()):
                jobs[name] = pool.submit(case.job(world.targets))
                if number % 6 == 0:
                    others.append(pool.submit(NEIGHBOUR))
            ran = {name: job.result() for name, job in jobs.items()}
            beside = [each.result() for each in others]
            seconds = time.monotonic() - started
        assert world.alive()
        return Batch(ran, beside, alone, world.changes(), seconds, _leftovers(str(world.folder)))
    finally:
        world.close()


def _leftovers(word: str) -> list[str]:
    """Processes, but the listener, that were started with this word."""
    found = []
    for each in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            text = each.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if word in text and "GRADER_TOKEN" not in text and "S3CRET" not in text:
            found.append(text)
    return found


@pytest.mark.parametrize("name", CASES)
def test_its_honest_answers_come_out(batch: Batch, name: str) -> None:
    case, ran = CASES[name], batch.ran[name]
    answers = dict(ran.answers)
    mine = answers.pop("q2", LOST)
    assert answers == HONEST, ran.notes
    assert set(ran.refused) <= {"q2"}
    if case.answer is REFUSED:
        assert mine is LOST
        assert ran.refused["q2"]
    elif case.answer is ...:
        assert mine in (LOST, "mine")
    else:
        assert mine == case.answer, (ran.notes, _texts(ran))


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case.contained])
def test_it_does_not_get_what_it_came_for(batch: Batch, name: str) -> None:
    assert FIRED not in _texts(batch.ran[name])


def test_nothing_outside_has_changed(batch: Batch) -> None:
    assert batch.changes == []
    assert batch.left == []


def test_neighbours_are_graded_as_if_alone(batch: Batch) -> None:
    assert len(batch.alone.answers) == 3
    for each in batch.neighbours:
        assert (each.answers, each.outputs) == (batch.alone.answers, batch.alone.outputs)


def test_it_takes_bounded_time(batch: Batch) -> None:
    for name, each in batch.ran.items():
        assert each.seconds < TIGHT.wall + 2, name
    assert batch.seconds < 150, "two minutes on two busy cores; one on two idle ones"


@pytest.fixture(scope="module")
def bare(bundle: Path) -> Iterator[Pool]:
    with Pool(1, bundle, LOOSE, "none") as pool:
        yield pool


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    made = World(tmp_path_factory.mktemp("bare"))
    yield made
    made.close()


@pytest.mark.parametrize("name", CASES)
def test_without_a_sandbox_it_fires(bare: Pool, world: World, name: str) -> None:
    """In a process that is thrown away, with limits too wide to matter."""
    case = CASES[name]
    world.changes()
    ran = bare.run(case.job(world.targets))
    assert fired(case, ran, world), (ran.notes, ran.outputs[2])


def fired(case: Case, ran: Ran, world: World) -> bool:
    if case.proof == "world":
        return bool(world.changes(1.0))
    if case.proof == "ends":
        return any("ended the program" in each for each in ran.notes)
    if case.proof == "hangs":
        return any("took too long" in each for each in ran.notes)
    return FIRED in _texts(ran)


def test_there_are_enough_of_them() -> None:
    assert len(CASES) >= 60
    assert {case.family for case in CASES.values()} == {
        "patching", "forging", "reading", "writing", "network", "resources", "exits", "leftovers",
        "values",
    }  # fmt: skip


def test_this_machine_offers_both() -> None:
    """Grading falls back, but these tests may not: a kernel without either proves nothing."""
    assert platform.system() == "Linux", "grading is tested on Linux"
    assert sandbox.available() == MODES, "needs user namespaces and Landlock"
    assert sandbox.choose("auto") == "namespaces"


def test_where_there_is_none_it_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "available", tuple)
    for asked in ("auto", *MODES):
        with pytest.raises(GradingError, match=r"WSL.*--trust-submissions"):
            sandbox.choose(asked)
    assert sandbox.choose("none") == "none"
    with pytest.raises(GradingError, match="known are auto, namespaces"):
        sandbox.choose("docker")


def test_where_namespaces_are_refused_it_falls_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "available", lambda: ("landlock",))
    assert sandbox.choose("auto") == "landlock"
    with pytest.raises(GradingError, match="namespaces"):
        sandbox.choose("namespaces")


@pytest.mark.parametrize("mode", MODES)
def test_what_it_can_see(bundle: Path, mode: str) -> None:
    """No rights, no descriptors, no processes, no environment but what it is given."""
    source = """
import ctypes, os, resource
q1 = sorted(os.environ)
q2 = sorted(os.listdir("/proc")) if os.access("/proc/self", os.F_OK) and q1 is None else []
libc = ctypes.CDLL(None)
held = ctypes.create_string_buffer(24)
libc.capget(ctypes.create_string_buffer(bytes([0x22, 5, 8, 0x20]) + bytes(4)), held)
q3 = held.raw.strip(b"\\0").decode()
fds = []
for fd in range(256):
    try:
        os.fstat(fd); fds.append(fd)
    except OSError: pass
q4 = len(fds)
q5 = resource.getrlimit(resource.RLIMIT_CORE)[1]
"""
    steps = tuple(Step(source if n == 1 else "pass", question=f"q{n}") for n in range(1, 6))
    with Pool(1, bundle, isolation=mode) as pool:
        ran = pool.run(Job(steps))
    assert ran.isolation == mode
    kit = bundle if mode == "landlock" else Path("/kit")
    assert ran.answers["q1"] == sorted(sandbox.environment(kit, kit))
    assert ran.answers["q3"] == "", "no capabilities"
    assert ran.answers["q4"] == 4, "the three of every process and the way out"
    assert ran.answers["q5"] == 0


def test_hidden_files_of_the_bundle_cannot_lead_out(bundle: Path, tmp_path: Path) -> None:
    import shutil

    (tmp_path / "keys").write_text("S3CRET")
    copy = tmp_path / "kit"
    shutil.copytree(bundle, copy)
    (copy / "data" / "link").symlink_to(tmp_path / "keys")
    source = "import os\nq = open(os.environ['AFKIT_ROOT'] + '/data/link').read()"
    for mode in MODES:
        with Pool(1, copy, isolation=mode) as pool:
            ran = pool.run(Job((Step(source, question="q"),)))
        assert ran.answers == {"q": None}


if os.geteuid() == 0:
    # A user without rights is what most teachers are; only root can become one.
    def test_all_of_it_as_a_user_without_rights(bundle: Path, tmp_path: Path) -> None:
        from tests.grading import nobody

        for mode in MODES:
            told = nobody.run(
                f"from tests.grading.nobody import batch; batch({mode!r}, {str(bundle)!r})",
                bundle,
                tmp_path,
            )
            assert told == "as it should be", told
