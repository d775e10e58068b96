"""Jobs in, runs out, as a pool gives them, from the workers of an existing Dask cluster.

Each worker of the cluster gets the bundle once and keeps sandboxes of its own, one for each of its
threads. Keys, marks and the gradebook stay with the grader; jobs and runs travel as text of JSON.
Dask gives the jobs of a worker that dies to another one.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import io
import json
import shutil
import tempfile
import threading
import zipfile
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from distributed import CancelledError, Client, KilledWorker, WorkerPlugin, get_worker

import afkit
from afkit.grading.records import (
    LARGE,
    GradingError,
    Habits,
    Job,
    Limits,
    Outputs,
    Ran,
    Step,
    SubmissionError,
)
from afkit.grading.runner import Pool

if TYPE_CHECKING:
    from distributed import Scheduler, Worker

__all__ = ["Cluster"]

PLUGIN = "afkit-grading-"
RETRIES = 2
#: So many jobs at most go to the cluster as one task.
TOGETHER = 4
#: Of so many different large outputs the grader keeps track.
MOST_SEEN = 64
_START = "10s"


class Cluster:
    """Sandboxes on a Dask cluster; used like :class:`~afkit.grading.runner.Pool`.

    Parameters
    ----------
    address
        The scheduler, such as ``tcp://HOST:8786``.
    bundle, limits, isolation, habits
        As for a pool. Each worker of the cluster must be able to import the same afkit.

    Raises
    ------
    GradingError
        If nobody answers at the address, no worker is there, or one cannot make its sandboxes.
    """

    def __init__(
        self,
        address: str,
        bundle: Path,
        limits: Limits = Limits(),
        isolation: str = "auto",
        *,
        habits: Habits = Habits(),
    ) -> None:
        self._address = address
        try:
            self._client = Client(address, timeout=_START, set_as_default=False)
        except (OSError, ValueError, TimeoutError) as error:
            raise GradingError(
                f"no Dask scheduler answers at {address} ({error}); expected something like "
                "tcp://HOST:8786"
            ) from None
        self._seen: dict[str, Outputs] = {}
        self._turn = threading.Condition()
        self._waiting: list[_Waiting] = []
        self._away = 0
        self._gone: OSError | None = None
        # Its own, so that two graders can use one cluster.
        self._name = f"{PLUGIN}{self._client.id}"
        try:
            self.workers = sum(self._client.nthreads().values())
            if not self.workers:
                raise GradingError(
                    f"the cluster at {address} has no workers; start some and try again"
                )
            for left in self._client.run_on_scheduler(_abandoned()):
                self._client.unregister_worker_plugin(left)
            sandboxes = _Sandboxes(self._name, _packed(bundle), (limits, isolation, habits))
            self._client.register_plugin(sandboxes, name=self._name)
        except ImportError as error:
            self.close()
            raise GradingError(
                f"a worker of {address} has no afkit ({error}); install afkit {afkit.__version__} "
                "with its extra 'cluster' on every worker"
            ) from None
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def run(self, job: Job) -> Ran:
        """Run a job on one of the workers and wait for it.

        Raises
        ------
        SubmissionError
            If every worker that began it died of it, or while it ran.
        OSError
            If the cluster is gone: nothing is known of the submission then.
        """
        mine = _Waiting(job)
        with self._turn:
            self._waiting.append(mine)
            while not self._gone and mine in self._waiting and self._away >= 2 * self.workers:
                self._turn.wait()
            if self._gone and mine in self._waiting:
                raise self._gone
            together = self._taken_with(mine) if mine in self._waiting else []
            self._away += bool(together)
        if together:
            try:
                self._send(together)
            finally:
                with self._turn:
                    self._away -= 1
                    self._turn.notify_all()
        return mine.ran.result()

    def _taken_with(self, mine: _Waiting) -> list[_Waiting]:
        """A job and others that wait: what a cluster has to do for a task, it does once for all."""
        count = -(-len(self._waiting) // (2 * self.workers))
        others = [each for each in self._waiting if each is not mine]
        taken = [mine, *others[: min(count, TOGETHER) - 1]]
        self._waiting = [each for each in self._waiting if each not in taken]
        return taken

    def _send(self, jobs: Sequence[_Waiting]) -> None:
        """Run jobs as one task; each gets its run, or what became of it."""
        try:
            for each, ran in zip(jobs, self._runs([each.job for each in jobs]), strict=True):
                each.ran.set_result(ran)
        except KilledWorker as error:
            if len(jobs) > 1:
                for each in jobs:  # one of them is to blame
                    self._send([each])
                return
            killed = SubmissionError(
                f"{error.allowed_failures + 1} workers of the cluster died while they ran it; "
                "grade it on one machine to see why"
            )
            jobs[0].ran.set_exception(killed)
        except BaseException as error:  # such as CancelledError: nobody may wait for ever
            if isinstance(error, CancelledError) or self._client.status != "running":
                words = "the cluster is gone; take up again with --resume"
                self._gone = error = OSError(errno.ECONNRESET, words, self._address)
            for each in jobs:
                each.ran.set_exception(error)

    def _runs(self, jobs: Sequence[Job]) -> list[Ran]:
        steps = [
            [(each.source, each.cell, each.question, each.cases, each.quiet) for each in job.steps]
            for job in jobs
        ]
        seen = self._seen.copy()
        future = self._client.submit(
            _run, self._name, json.dumps(steps), tuple(seen), pure=False, retries=RETRIES
        )
        return [self._unpacked(each, seen) for each in json.loads(future.result())]

    @property
    def at_once(self) -> int:
        """From how many threads :meth:`run` is best called."""
        return int(2 * self.workers * TOGETHER)

    def _unpacked(self, ran: Mapping[str, Any], seen: Mapping[str, Outputs]) -> Ran:
        """A run, with those of its outputs that the worker left out as they were seen before."""
        new = {name: tuple(each) for name, each in ran["large"].items()}
        for name, each in new.items():
            if len(self._seen) < MOST_SEEN:
                self._seen[name] = each
        return Ran(
            ran["answers"],
            ran["refused"],
            tuple(
                {**seen, **new}[each] if isinstance(each, str) else tuple(each)
                for each in ran["outputs"]
            ),
            tuple(ran["notes"]),
            ran["seconds"],
            ran["cpu_seconds"],
            ran["isolation"],
        )

    def close(self) -> None:
        """Close the sandboxes on all workers and leave the cluster."""
        if self._client.status == "running":
            with contextlib.suppress(OSError, ValueError):
                self._client.unregister_worker_plugin(self._name)
        self._client.close()


@dataclass(eq=False)
class _Waiting:
    """A job on its way, and the run that is to come."""

    job: Job
    ran: Future[Ran] = field(default_factory=Future)


class _Sandboxes(WorkerPlugin):
    """What every worker of the cluster does when it joins and when it leaves."""

    def __init__(self, name: str, bundle: bytes, kept: tuple[Limits, str, Habits]) -> None:
        self._name, self._bundle, self._kept = name, bundle, kept
        self._version = afkit.__version__

    def setup(self, worker: Worker) -> None:
        """Unpack the bundle and start as many sandboxes as the worker has threads."""
        if afkit.__version__ != self._version:
            raise GradingError(
                f"the worker {worker.address} has afkit {afkit.__version__}, the grader has "
                f"{self._version}; install the same on both"
            )
        # Dask clears this folder if the worker is killed.
        folder = Path(tempfile.mkdtemp(prefix="afkit-", dir=worker.local_directory))
        with zipfile.ZipFile(io.BytesIO(self._bundle)) as archive:
            archive.extractall(folder)
        limits, isolation, habits = self._kept
        pool = Pool(worker.state.nthreads, folder, limits, isolation, habits=habits)
        worker.extensions[self._name] = (pool, folder)

    def teardown(self, worker: Worker) -> None:
        """Close the sandboxes and take the bundle away."""
        pool, folder = worker.extensions.pop(self._name, (None, None))
        if pool is not None:
            pool.close()
            shutil.rmtree(folder, ignore_errors=True)


def _abandoned() -> Callable[..., list[str]]:
    """A function for the scheduler: the sandboxes of graders that are gone without a word."""

    # Inside a function it is sent as it is: the scheduler need not have afkit.
    def abandoned(dask_scheduler: Scheduler, prefix: str = PLUGIN) -> list[str]:
        return [
            name
            for name in dask_scheduler.worker_plugins
            if name.startswith(prefix) and name.removeprefix(prefix) not in dask_scheduler.clients
        ]

    return abandoned


def _run(name: str, text: str, seen: Collection[str]) -> str:
    """On a worker: run jobs in one of its sandboxes, one after the other."""
    pool, _ = get_worker().extensions[name]
    jobs = (
        Job(
            tuple(
                Step(source, cell, question, tuple(cases), quiet)
                for source, cell, question, cases, quiet in steps
            )
        )
        for steps in json.loads(text)
    )
    return json.dumps([_told(pool.run(job), seen) for job in jobs])


def _told(ran: Ran, seen: Collection[str]) -> dict[str, Any]:
    """A run as it travels.

    Long outputs of a cell have a name, so that those that the grader has ``seen`` stay here.
    """
    outputs: list[Outputs | str] = []
    large: dict[str, Outputs] = {}
    for each in ran.outputs:
        told = json.dumps(each)
        if len(told) > LARGE:
            named = hashlib.sha256(told.encode()).hexdigest()
            outputs.append(named)
            if named not in seen:
                large[named] = each
        else:
            outputs.append(each)
    return {
        "answers": ran.answers,
        "refused": ran.refused,
        "outputs": outputs,
        "large": large,
        "notes": ran.notes,
        "seconds": ran.seconds,
        "cpu_seconds": ran.cpu_seconds,
        "isolation": ran.isolation,
    }


def _packed(bundle: Path) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(bundle.rglob("*")):
            archive.write(path, path.relative_to(bundle))
    return packed.getvalue()
