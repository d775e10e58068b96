"""Grading on a Dask cluster: the marks of the local pool, whatever becomes of a worker."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from afkit.grading.records import LARGE, Habits, Job, Ran, Step, SubmissionError
from afkit.grading.runner import Pool
from tests.conftest import SMALL_KIT
from tests.grading import classroom
from tests.grading.test_batch import contents

COUNT = 16
#: Two workers with one thread each; says where they are, and their processes when asked.
CLUSTER = """
import json, sys
from distributed import LocalCluster

if __name__ == "__main__":
    with LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0"
    ) as cluster:
        print(cluster.scheduler_address, flush=True)
        for _ in sys.stdin:
            print(json.dumps([each.pid for each in cluster.workers.values()]), flush=True)
"""
AFKIT = "from afkit.cli import main; main()"
ENVIRONMENT = {
    **os.environ,
    "AFKIT_ROOT": str(SMALL_KIT),
    "PYTHONWARNINGS": "error",
}


@dataclass
class Running:
    """A cluster in a process of its own."""

    process: subprocess.Popen[str]
    address: str

    def workers(self) -> list[int]:
        """The processes of the workers."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write("?\n")
        self.process.stdin.flush()
        found: list[int] = json.loads(self.process.stdout.readline())
        return found


@contextmanager
def cluster(folder: Path) -> Iterator[Running]:
    said = folder / "cluster.txt"
    with said.open("w") as errors:
        process = subprocess.Popen(
            [sys.executable, "-c", CLUSTER],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            cwd=folder,
            env={**ENVIRONMENT, "DASK_TEMPORARY_DIRECTORY": str(folder)},
        )
    with process:
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        assert address, said.read_text()
        yield Running(process, address)
        if process.poll() is None:
            process.communicate(timeout=60)


@pytest.fixture(scope="module", autouse=True)
def _fixture_kit() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AFKIT_ROOT", str(SMALL_KIT))
        yield


@pytest.fixture(scope="module")
def dask(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with cluster(tmp_path_factory.mktemp("dask")) as running:
        yield running


@pytest.fixture(scope="module")
def submitted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("class") / "submitted"
    classroom.hand_in(SMALL_KIT, folder, COUNT)
    return folder


@pytest.fixture(scope="module")
def local(submitted: Path, tmp_path_factory: pytest.TempPathFactory) -> list[tuple[object, ...]]:
    """What the gradebook holds if two sandboxes of this machine fill it."""
    path = tmp_path_factory.mktemp("local") / "g.sqlite"
    with grader(submitted, path, "--workers", "2") as process:
        _, told = process.communicate(timeout=120)
    assert process.returncode == 0, told
    return contents(path)


def grader(submitted: Path, path: Path, *options: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [
            sys.executable, "-c", AFKIT, "grade", str(submitted), "--unit", classroom.UNIT,
            "--gradebook", str(path), "--json", *options,
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=ENVIRONMENT,
    )  # fmt: skip


def test_a_cluster_gives_the_marks_of_the_local_pool(
    dask: Running, submitted: Path, local: list[tuple[object, ...]], tmp_path: Path
) -> None:
    path = tmp_path / "g.sqlite"
    with grader(submitted, path, "--cluster", dask.address) as process:
        _, told = process.communicate(timeout=120)
    assert (process.returncode, told.strip()) == (0, "")
    assert contents(path) == local


def test_long_outputs_travel_once(dask: Running, bundle: Path) -> None:
    from afkit.grading.cluster import Cluster

    opening = f"print('x' * {LARGE})"
    cells = (opening, "import random\nq1 = random.random()\nq1", f"print('y' * {LARGE})")
    work = Job(tuple(Step(each, "", f"q{n}" if n else "") for n, each in enumerate(cells)))
    with Pool(1, bundle) as pool, Cluster(dask.address, bundle, habits=Habits((opening,))) as far:
        here = pool.run(work)
        for _ in range(3):
            there = far.run(work)
            assert (there.outputs, there.answers) == (here.outputs, here.answers)
        assert sorted(far._seen.values(), key=str) == [here.outputs[0], here.outputs[2]]
        # What the grader says that it has seen stays where it is.
        far._seen = dict.fromkeys(far._seen, ())
        assert far.run(work).outputs == ((), here.outputs[1], ())


def test_of_jobs_sent_together_only_the_one_to_blame_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    from distributed import KilledWorker

    from afkit.grading import cluster as module

    sent: list[int] = []

    def runs(_: object, jobs: list[Job]) -> list[Ran]:
        sent.append(len(jobs))
        time.sleep(0.02)
        if any(job.steps[0].source == "4" for job in jobs):
            raise KilledWorker("task", None, 3)  # type: ignore[arg-type]
        return [Ran({"q": job.steps[0].source}) for job in jobs]

    def told(source: str) -> object:
        try:
            return far.run(Job((Step(source),))).answers["q"]
        except SubmissionError as error:
            return str(error)

    monkeypatch.setattr(module, "Client", _NoClient)
    monkeypatch.setattr(module.Cluster, "_runs", runs)
    with module.Cluster("tcp://nowhere", SMALL_KIT) as far, ThreadPoolExecutor(20) as threads:
        found = list(threads.map(told, map(str, range(20))))
    assert found[:4] + found[5:] == [str(each) for each in range(20) if each != 4]
    assert str(found[4]).startswith("4 workers of the cluster died while they ran it")
    assert max(sent) == module.TOGETHER


class _NoClient:
    """A client of a cluster of one worker that is not there."""

    id, status = "none", "running"

    def __init__(self, *_: object, **__: object) -> None: ...
    def nthreads(self) -> dict[str, int]:
        return {"worker": 1}

    def run_on_scheduler(self, _: object) -> list[str]:
        return []

    def register_plugin(self, *_: object, **__: object) -> None: ...
    def unregister_worker_plugin(self, _: str) -> None: ...
    def close(self) -> None: ...


def test_a_worker_that_is_killed_gives_its_submissions_back(
    dask: Running, submitted: Path, local: list[tuple[object, ...]], tmp_path: Path
) -> None:
    path = tmp_path / "g.sqlite"
    before = dask.workers()
    with grader(submitted, path, "--cluster", dask.address) as process:
        assert process.stdout is not None
        rows = [process.stdout.readline() for _ in range(COUNT // 4)]
        os.kill(before[0], signal.SIGKILL)
        rest, told = process.communicate(timeout=120)
    assert process.returncode == 0, told
    rows += rest.splitlines()
    assert sorted({json.loads(each)["student"] for each in rows}) == [
        f"student-{number:03}" for number in range(COUNT)
    ]
    assert len(rows) == COUNT
    assert dask.workers() != before
    assert contents(path) == local


def test_a_grader_that_is_killed_leaves_nothing_that_the_next_one_meets(
    dask: Running, submitted: Path, local: list[tuple[object, ...]], tmp_path: Path
) -> None:
    path = tmp_path / "g.sqlite"
    with grader(submitted, path, "--cluster", dask.address) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.kill()
    with grader(submitted, path, "--cluster", dask.address, "--resume") as process:
        _, told = process.communicate(timeout=120)
    assert process.returncode == 0, told
    assert contents(path) == local
    assert plugins(dask.address) == []


def plugins(address: str) -> list[str]:
    """What graders have set up on a cluster."""
    script = f"""
import json
from distributed import Client
with Client({address!r}, set_as_default=False) as client:
    print(json.dumps(client.run_on_scheduler(
        lambda dask_scheduler: [each for each in dask_scheduler.worker_plugins if "afkit" in each]
    )))
"""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, env=ENVIRONMENT
    )
    found: list[str] = json.loads(done.stdout)
    return found


def test_a_cluster_that_ends_is_said_and_the_batch_can_be_taken_up(
    submitted: Path, local: list[tuple[object, ...]], tmp_path: Path
) -> None:
    path = tmp_path / "g.sqlite"
    with (
        cluster(tmp_path) as running,
        grader(submitted, path, "--cluster", running.address) as process,
    ):
        assert process.stdout is not None
        process.stdout.readline()
        workers = running.workers()
        running.process.kill()
        for each in workers:
            kill(each)
        begun = time.monotonic()
        _, told = process.communicate(timeout=120)
    assert time.monotonic() - begun < 60
    assert process.returncode == 1
    assert told.strip().endswith("the cluster is gone; take up again with --resume")
    with grader(submitted, path, "--workers", "2", "--resume") as process:
        _, told = process.communicate(timeout=120)
    assert process.returncode == 0, told
    assert contents(path) == local


def kill(process: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(process, signal.SIGKILL)


def test_where_no_cluster_is_it_says_so(submitted: Path, tmp_path: Path) -> None:
    path = tmp_path / "g.sqlite"
    with grader(submitted, path, "--cluster", "tcp://127.0.0.1:9") as process:
        _, told = process.communicate(timeout=120)
    assert process.returncode == 1
    assert told.startswith("no Dask scheduler answers at tcp://127.0.0.1:9")
    assert "Traceback" not in told
