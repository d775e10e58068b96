"""Jobs in, runs out, as a pool gives them, from the workers of an existing Dask cluster.

Each worker of the cluster gets the bundle once and keeps sandboxes of its own, one for each of its
threads. Keys, marks and the gradebook stay with the grader; what travels is text of JSON. Dask
gives the jobs of a worker that dies to another one.
"""

from __future__ import annotations

import io
import json
import shutil
import tempfile
import zipfile
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from distributed import Client, WorkerPlugin, get_worker

from afkit.grading.records import GradingError, Job, Limits, Ran, Step
from afkit.grading.runner import Pool

if TYPE_CHECKING:
    from distributed import Worker

__all__ = ["Cluster"]

PLUGIN = "afkit-grading"
RETRIES = 2


class Cluster:
    """Sandboxes on a Dask cluster; used like :class:`~afkit.grading.runner.Pool`.

    Parameters
    ----------
    address
        The scheduler, such as ``tcp://HOST:8786``.
    bundle, limits, isolation
        As for a pool. Each worker of the cluster must be able to import the same afkit.

    Raises
    ------
    GradingError
        If nobody answers at the address, or no worker is there.
    """

    def __init__(
        self,
        address: str,
        bundle: Path,
        limits: Limits = Limits(),
        isolation: str = "auto",
    ) -> None:
        try:
            self._client = Client(address, timeout="20s", set_as_default=False)
        except (OSError, ValueError, TimeoutError) as error:
            raise GradingError(
                f"no Dask scheduler answers at {address} ({error}); expected something like "
                "tcp://HOST:8786"
            ) from None
        self.workers = sum(self._client.nthreads().values())
        if not self.workers:
            self._client.close()
            raise GradingError(f"the cluster at {address} has no workers; start some and try again")
        self._client.register_plugin(_Sandboxes(_packed(bundle), limits, isolation), name=PLUGIN)

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
        RuntimeError
            If the cluster is gone: nothing is known of the submission then.
        """
        text = json.dumps([asdict(step) for step in job.steps])
        future = self._client.submit(_run, text, pure=False, retries=RETRIES)
        return _unpacked(json.loads(future.result()))

    def close(self) -> None:
        """Close the sandboxes on all workers and leave the cluster."""
        self._client.unregister_worker_plugin(PLUGIN)
        self._client.close()


class _Sandboxes(WorkerPlugin):
    """What every worker of the cluster does when it joins and when it leaves."""

    def __init__(self, bundle: bytes, limits: Limits, isolation: str) -> None:
        self._bundle, self._limits, self._isolation = bundle, limits, isolation

    def setup(self, worker: Worker) -> None:
        folder = Path(tempfile.mkdtemp(prefix="afkit-cluster-"))
        zipfile.ZipFile(io.BytesIO(self._bundle)).extractall(folder)
        pool = Pool(worker.state.nthreads, folder, self._limits, self._isolation)
        worker.extensions[PLUGIN] = (pool, folder)

    def teardown(self, worker: Worker) -> None:
        pool, folder = worker.extensions.pop(PLUGIN)
        pool.close()
        shutil.rmtree(folder, ignore_errors=True)


def _run(text: str) -> str:
    """On a worker: run a job in one of its sandboxes."""
    pool, _ = get_worker().extensions[PLUGIN]
    steps = [
        Step(each["source"], each["cell"], each["question"], tuple(each["cases"]))
        for each in json.loads(text)
    ]
    return json.dumps(asdict(pool.run(Job(tuple(steps)))))


def _unpacked(ran: Mapping[str, Any]) -> Ran:
    return Ran(
        answers=ran["answers"],
        refused=ran["refused"],
        outputs=tuple(tuple(each) for each in ran["outputs"]),
        notes=tuple(ran["notes"]),
        seconds=ran["seconds"],
        cpu_seconds=ran["cpu_seconds"],
        isolation=ran["isolation"],
    )


def _packed(bundle: Path) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(bundle.rglob("*")):
            archive.write(path, path.relative_to(bundle))
    return packed.getvalue()
