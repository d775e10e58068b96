"""Pre-forked workers: the code cells of a submission in, its answers and outputs out.

A :class:`Pool` lives in the process that holds the keys. It starts the loader of :mod:`.zygote`,
hands each worker the descriptors of a job, and reads what comes back as :mod:`.wire` lets it. What
ends the process of a submission costs the question of that cell: the run goes on behind it.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import secrets
import select
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from functools import cached_property
from itertools import chain
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from afkit.grading import sandbox
from afkit.grading.records import GradingError, Habits, Job, Limits, Outputs, Ran, Step
from afkit.grading.wire import MOST_ANSWER, TOKEN, Message, Reader
from afkit.grading.zygote import line

if TYPE_CHECKING:
    from afkit.exercises.answer import Json

__all__ = ["Loader", "Pool"]

_START = 120.0  # seconds until the libraries must be loaded, on a slow disk
_END = 5.0  # seconds until a killed process must be gone
_SHARE, _GRACE = 4, 0.3  # as in the shell, and what a cell gets to notice that its time is over
_LEAST = 0.05
_CHUNK = 1 << 16  # what a pipe holds; larger buffers only scatter memory
_MOST_NOTES = 20
_RETRIES = 2
_TIME = ("time", "-24")  # the latter is SIGXCPU

_ENDED = (
    "Cell {cell} ended the program; it counts as not answered, and the cells after it were run."
)
_SLOW = "Cell {cell} was stopped: it took too long."
_OUT_OF_TIME = "Time was up after {seconds:g} seconds; cell {cell} and those after it were not run."
_CUT = "Some of the output of cell {cell} was left out: there was too much of it."
_LATER = "Cell {cell} ended the program after it was done; the cells after it were run without it."
_FILES = "Cell {cell} wrote more files than it may."
_FORGED = "The program wrote to where its answers are collected; that was ignored."
_LOST = "The machine lost this run; it was tried again."


class _LostError(Exception):
    """A worker is gone; what it ran is not to blame."""


class Pool:
    """Workers that run submissions, each in a sandbox; used as a context manager.

    Parameters
    ----------
    workers
        How many submissions run at once.
    bundle
        The kit as students have it, without keys: all that submitted code sees of the course.
    limits
        What each submission may use.
    isolation
        One of :data:`.sandbox.MODES`, or ``auto`` for the strongest that there is.
    loader
        A loader that was started earlier, to use the time; the pool closes it.
    habits
        What the submissions have in common, to be done once and not for each.

    Raises
    ------
    GradingError
        If the machine has no such sandbox, the bundle is no kit, or the workers do not start.
    """

    def __init__(
        self,
        workers: int,
        bundle: Path,
        limits: Limits = Limits(),
        isolation: str = "auto",
        *,
        loader: Loader | None = None,
        habits: Habits = Habits(),
    ) -> None:
        if workers < 1:
            raise GradingError(f"{workers} workers; expected 1 or more")
        if not (bundle / "kit.toml").is_file():
            raise GradingError(
                f"'{bundle}' holds no kit.toml; expected the kit as students have it"
            )
        self.limits = limits
        self._bundle = bundle.resolve()
        self._habits = habits
        self._lock = threading.Lock()
        self._loader: Loader | None = loader or Loader()
        self._seats: queue.SimpleQueue[_Seat] = queue.SimpleQueue()
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix="afkit-run")
        self._workers: list[_Worker] = []
        self._shares = False
        self._closed = False
        try:
            self.isolation = sandbox.choose(isolation, self._loader.offered)
            # Elsewhere each run has a scratch folder of another name, which a cell could have kept.
            self._shares = self.isolation == "namespaces" and bool(habits.opening)
            self._try()
            for _ in range(workers):
                self._seats.put(_Seat())
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Pool:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def submit(self, job: Job) -> Future[Ran]:
        """Run a job as soon as a worker is free."""
        return self._threads.submit(self.run, job)

    def run(self, job: Job) -> Ran:
        """Run a job and wait for it; from any thread. Never an exception for what the job does.

        Raises
        ------
        GradingError
            If the workers cannot be started again after they were lost.
        """
        if self._closed:
            raise GradingError("the pool is closed")
        seat = self._seats.get()
        try:
            course = _Course(job, self.limits)
            lost = 0
            while course.goes_on():
                worker = None
                try:
                    worker = self._at(seat, job)
                    worker.run(course)
                except _LostError:
                    if worker:
                        self._dismiss(worker)
                        seat.leave(worker)
                    lost += 1
                    course.note(_LOST)
                    if lost > _RETRIES:
                        course.skip_running()
            return course.ran(self.isolation)
        finally:
            self._seats.put(seat)

    def close(self) -> None:
        """End all workers and wait until they are gone. Runs that are under way are finished."""
        if self._closed:
            return
        self._closed = True
        self._threads.shutdown(wait=True, cancel_futures=True)
        for worker in self._workers:
            worker.close()
        if self._loader:
            self._loader.close()

    def _try(self) -> None:
        """Try a worker: a sandbox that cannot be put on shows now, not in every submission."""
        worker = self._worker()
        course = _Course(Job((Step("1 + 1", question="ready"),)), Limits())
        with contextlib.suppress(_LostError):
            worker.run(course)
        self._dismiss(worker)
        if course.failed or "ready" not in course.answers:
            why = course.failed or "its first process ended at once"
            raise GradingError(f"The sandbox ({self.isolation}) cannot be used here: {why}.")

    def _at(self, seat: _Seat, job: Job) -> _Worker:
        """The worker of a seat for a job: one that has run the opening, if the job begins so."""
        if self._shares and self._habits.begin(job):
            seat.opened = seat.opened or self._opened()
            if seat.opened:
                return seat.opened
        seat.plain = seat.plain or self._worker()
        return seat.plain

    def _opened(self) -> _Worker | None:
        """A new worker that has run the opening; none if what that leaves cannot be shared."""
        worker = self._worker()
        course = _Course(Job(tuple(map(Step, self._habits.opening))), self.limits)
        with contextlib.suppress(_LostError):
            if worker.open(course):
                return worker
        self._dismiss(worker)
        self._shares = False
        return None

    def _dismiss(self, worker: _Worker) -> None:
        worker.close()
        with self._lock:
            self._workers.remove(worker)

    def _worker(self) -> _Worker:
        with self._lock:
            if self._closed:
                raise GradingError("the pool is closed")
            for _ in range(2):
                self._loader = self._loader or Loader()
                try:
                    self._loader.enter(
                        self._bundle, self.limits, self.isolation, self._habits.words
                    )
                    worker = self._loader.worker()
                    self._workers.append(worker)
                    return worker
                except _LostError:
                    self._loader.close()
                    self._loader = None
            raise GradingError("The workers of the grader end as soon as they are started.")


@dataclass(slots=True)
class _Seat:
    """Where one submission runs at a time: workers that have run the opening, or not."""

    opened: _Worker | None = None
    plain: _Worker | None = None

    def leave(self, worker: _Worker) -> None:
        """Forget a worker that is gone."""
        self.opened = None if worker is self.opened else self.opened
        self.plain = None if worker is self.plain else self.plain


class Loader:
    """The process that has the libraries loaded and forks workers.

    It begins to load when it is made, before it knows what for (:meth:`enter`).

    Raises
    ------
    GradingError
        If it does not start.
    """

    def __init__(self) -> None:
        self._base = Path(tempfile.mkdtemp(prefix="afkit-run-"))
        self._base.chmod(0o711)
        here, there = socket.socketpair()
        kept = ("HOME", "LD_LIBRARY_PATH", "PATH", "SYSTEMROOT")
        environment = {
            **sandbox.environment(self._base, self._base),
            **{name: os.environ[name] for name in kept if name in os.environ},
            "PYTHONPATH": str(Path(__file__).parents[2]),
            "TMPDIR": str(self._base),
        }
        self._said = tempfile.TemporaryFile()  # noqa: SIM115  closed with the loader
        with there:
            self._process = subprocess.Popen(  # noqa: S603  this Python, our own module
                [sys.executable, "-P", "-m", "afkit.grading.zygote", str(there.fileno())],
                pass_fds=[there.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=self._said,
                env=environment,
                cwd=self._base,
            )
        self._link = here
        here.settimeout(_START)
        self._entered = self._closed = False

    @cached_property
    def offered(self) -> tuple[str, ...]:
        """Which isolation this machine offers, as :func:`.sandbox.probe` has found there."""
        try:
            return tuple(json.loads(line(self._link)))
        except (OSError, ValueError) as error:
            raise self._not_started(error) from None

    def enter(
        self, bundle: Path, limits: Limits, isolation: str, words: Iterable[str] | None
    ) -> None:
        """Tell it where it is to live and what to load (:class:`.Habits`), and wait until it does.

        Only the first time counts.

        Raises
        ------
        GradingError
            If it could not.
        """
        if self._entered:
            return
        config = {
            "bundle": str(bundle),
            "base": str(self._base),
            "limits": asdict(limits),
            "isolation": isolation,
            "words": None if words is None else sorted(words),
        }
        _ = self.offered  # it is said first
        try:
            self._link.sendall(json.dumps(config).encode() + b"\n")
            if self._link.recv(1) != b"+":
                raise OSError("it ended")
        except OSError as error:
            raise self._not_started(error) from None
        self._entered = True

    def _not_started(self, error: Exception) -> GradingError:
        self._process.kill()
        self._process.wait()
        self._said.seek(0)
        told = self._said.read()[-2000:].decode(errors="replace").strip().splitlines()
        why = told[-1] if told else str(error)
        return GradingError(f"The grader's workers do not start: {why}")

    def worker(self) -> _Worker:
        """A new worker, ready to run."""
        here, there = socket.socketpair()
        with there:
            try:
                socket.send_fds(self._link, [b"W"], [there.fileno()])
            except OSError:
                here.close()
                raise _LostError from None
        here.settimeout(_START)
        try:
            said = here.recv(4096)
        except OSError:
            said = b""
        if said != b"+":
            here.close()
            if said:
                raise GradingError(f"The sandbox cannot be set up: {json.loads(said)['failed']}.")
            raise _LostError
        return _Worker(here)

    def close(self) -> None:
        """End it; its workers end by themselves when their links close."""
        if self._closed:
            return
        self._closed = True
        self._link.close()
        self._said.close()
        if not self._entered:
            self._process.kill()
        try:
            self._process.wait(_END)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        sandbox.remove(self._base)


@dataclass
class _Course:
    """How far a job has come: what is believed of it, and where to go on."""

    job: Job
    limits: Limits
    started: float = field(default_factory=time.monotonic)
    answers: dict[str, Json] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    failed: str = ""
    cpu: float = 0.0
    start: int = 0
    running: int = -1
    skip: set[int] = field(default_factory=set)
    over: bool = False

    def __post_init__(self) -> None:
        self._outputs: list[Outputs] = [() for _ in self.job.steps]
        self._notes: list[str] = []
        self._begun = self._taking = self._settled = False
        self._left = self.limits.output

    @property
    def seconds(self) -> float:
        """What is left of the time on the wall."""
        return self.limits.wall - (time.monotonic() - self.started)

    @property
    def cpu_seconds(self) -> float:
        """What is left of the processor's time; a run that goes on has at least a quarter."""
        return max(self.limits.cpu - self.cpu, self.limits.cpu / _SHARE)

    def goes_on(self) -> bool:
        """Whether there is something left to run, and time to do it."""
        if self.over or self.failed:
            return False
        if self.start >= len(self.job.steps) and (self.start or self._begun):
            return False
        if self.seconds < _LEAST:
            self.note(_OUT_OF_TIME, self.start, seconds=self.limits.wall)
            return False
        return True

    def request(self, token: bytes, opened: _Opened) -> bytes:
        """The job as the next child gets it, which has these steps behind it."""
        first = len(opened.outputs)
        if self.start < first:
            self._outputs[:first] = opened.outputs
            self._left -= opened.size
            self.start = first
        steps = [
            {
                "source": each.source,
                "question": each.question,
                "cases": list(each.cases),
                "quiet": each.quiet,
            }
            for each in self.job.steps
        ]
        job = {
            "steps": steps,
            "first": first,
            "start": self.start,
            "skip": sorted(self.skip),
            "seconds": self.seconds,
            "cpu": self.cpu_seconds,
            "output": self._left,
            "token": token.hex(),
        }
        self.running = first - 1
        self._begun, self._taking, self._settled = False, False, first > 0
        return json.dumps(job).encode()

    def hear_all(self, reader: Reader, data: bytes) -> bool:
        """Take the messages in some bytes; whether any was believed."""
        heard = [self.hear(each) for each in reader.feed(data)]
        if reader.forged or not all(heard):
            self.note(_FORGED)
        return any(heard)

    def hear(self, message: Message) -> bool:
        """Take a message, if it can be true now."""
        if message.kind == "failed" and not self._begun:
            self.failed = message.words or "unknown"
            return True
        if message.kind == "end":
            done = self._next() >= len(self.job.steps) and self._settled
            self.over = self.over or done or not self.job.steps
            return self.over
        if message.kind == "begin":
            if message.step != self._next() or not (self._settled or not self._begun):
                return False
            self.running, self._begun, self._taking = message.step, True, False
            # Cells before the start leave nothing but their names.
            self._settled = message.step < self.start
            return True
        if message.step != self.running or self._settled:
            return False
        return self._hear_step(message, self.job.steps[message.step])

    def _hear_step(self, message: Message, step: Step) -> bool:
        name = step.question
        known = not name or name in self.answers or name in self.refused
        if message.kind == "take":
            fits = not self._taking and bool(name)
            self._taking = True
            return fits
        if message.kind in ("answer", "refused"):
            if known or not self._taking:
                return False
            if message.kind == "answer":
                self.answers[name] = message.value
            else:
                self.refused[name] = message.words
            return True
        if not known:
            return False
        self._keep(message)
        return True

    def _keep(self, message: Message) -> None:
        kept = []
        cut = message.cut
        for each in message.outputs:
            size = _size(each)
            cut = cut or size > self._left
            if size <= self._left:
                self._left -= size
                kept.append(each)
        if cut:
            self.note(_CUT, message.step)
        if message.late:
            self.skip.add(message.step)
            self.note(_SLOW, message.step)
        self._outputs[message.step] = tuple(kept)
        self._settled = True
        self.start = max(self.start, message.step + 1)

    def _next(self) -> int:
        step = self.running + 1
        while step in self.skip:
            step += 1
        return step

    def stop(self, status: str, *, killed: bool) -> None:
        """The child is gone before its end: go on behind the cell that it was in."""
        if self.over or self.failed:
            return
        at = self.running if self._begun else self._next()
        if at >= len(self.job.steps):
            self.over = True
            return
        self.skip.add(at)
        if at < self.start:
            # What the cell gave is kept; only what it leaves behind is not to be had again.
            self.note(_LATER, at)
            return
        why = _SLOW if killed or status in _TIME else _FILES if status == "files" else _ENDED
        self.note(why, at)
        self._outputs[at] = (_error(why.format(cell=at + 1)),)
        self.start = at + 1

    def skip_running(self) -> None:
        """Give up the cell at which workers are lost again and again."""
        self.stop("", killed=False)

    def note(self, text: str, step: int = 0, **more: float) -> None:
        """Keep a word for the student, once."""
        said = text.format(cell=step + 1, **more)
        if said not in self._notes and len(self._notes) < _MOST_NOTES:
            self._notes.append(said)

    def ran(self, isolation: str) -> Ran:
        """The record of it all."""
        if self.failed:
            self.note("The sandbox failed, and nothing was run.")
        return Ran(
            dict(self.answers),
            dict(self.refused),
            tuple(self._outputs),
            tuple(self._notes),
            round(time.monotonic() - self.started, 6),
            round(self.cpu, 6),
            isolation,
        )


def _size(output: Mapping[str, Any]) -> int:
    return len(json.dumps(output, ensure_ascii=False))


def _error(said: str) -> Mapping[str, Any]:
    return {"output_type": "error", "ename": "Stopped", "evalue": said, "traceback": [said]}


@dataclass(frozen=True, slots=True)
class _Opened:
    """What came out of the steps that a worker has run for all its children, and its bytes."""

    outputs: tuple[Outputs, ...] = ()
    size: int = 0


class _Worker:
    """The link to a worker, which runs one child at a time."""

    def __init__(self, link: socket.socket) -> None:
        self._link = link
        self._opened = _Opened()
        link.settimeout(_END)

    def close(self) -> None:
        """Let it end."""
        self._link.close()

    def run(self, course: _Course) -> None:
        """One child, from where the course stands, until it ends or must be ended.

        Raises
        ------
        _LostError
            If the worker does not answer any more.
        """
        killed, status = self._order(f"R{course.seconds:.3f}", course)
        course.stop(status, killed=killed)

    def open(self, course: _Course) -> bool:
        """Run a job in the worker itself, so that its children go on from there; whether they can.

        Raises
        ------
        _LostError
            If the worker does not answer any more.
        """
        shared = self._order("O", course) == (False, "shared")
        ran = course.ran("")
        failed = any(each["output_type"] == "error" for each in chain.from_iterable(ran.outputs))
        self._opened = _Opened(ran.outputs, sum(map(_size, chain.from_iterable(ran.outputs))))
        return shared and course.over and not ran.notes and not failed

    def _order(self, order: str, course: _Course) -> tuple[bool, str]:
        """Whether what was asked for had to be stopped, and how it ended."""
        token = secrets.token_bytes(TOKEN)
        reading, writing = os.pipe()
        try:
            job = _held(course.request(token, self._opened))
            try:
                socket.send_fds(self._link, [order.encode()], [job, writing])
            except OSError:
                raise _LostError from None
            finally:
                os.close(job)
                os.close(writing)
            killed = self._listen(course, reading, Reader(token, course.limits.output + (4 << 20)))
            return killed, self._ended(course)
        finally:
            os.close(reading)

    def _listen(self, course: _Course, reading: int, reader: Reader) -> bool:
        """Hear the child out; whether it had to be killed."""
        os.set_blocking(reading, False)
        poll = select.poll()
        poll.register(reading, select.POLLIN)
        poll.register(self._link, select.POLLIN)
        begun = time.monotonic()
        least = course.seconds
        most = course.limits.output + (len(course.job.steps) + 4) * (MOST_ANSWER // 4) + (8 << 20)
        due, end = _due(begun, least), begun + course.seconds
        while True:
            now = time.monotonic()
            if now >= min(due, end):
                self._kill()
                return True
            ready = {each for each, _ in poll.poll(max(1.0, (min(due, end) - now) * 1000))}
            if reading in ready:
                data = _read(reading)
                if not data:
                    # It ended, or it has closed the door on us: then it is of no use any more.
                    if self._link.fileno() not in ready:
                        self._kill_if_alive(poll, reading)
                    return False
                most -= len(data)
                if course.hear_all(reader, data):
                    due = _due(time.monotonic(), least - (time.monotonic() - begun))
                if most < 0:
                    self._kill()
                    return False
            elif self._link.fileno() in ready:
                return False

    def _kill_if_alive(self, poll: select.poll, reading: int) -> None:
        poll.unregister(reading)
        if not poll.poll(1000):
            self._kill()

    def _kill(self) -> None:
        with contextlib.suppress(OSError):
            self._link.send(b"K")

    def _ended(self, course: _Course) -> str:
        """What the worker says when nothing is left of a child."""
        try:
            read = json.loads(line(self._link))
        except (OSError, ValueError):
            raise _LostError from None
        course.cpu += read["cpu"]
        return str(read["status"])


def _due(now: float, left: float) -> float:
    """When a cell that begins now has had its share, the warning, and the time to heed it."""
    share = max(0.01, left / _SHARE)
    return now + share * 1.5 + _GRACE


def _read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, _CHUNK)
    except BlockingIOError:
        return b""


def _held(data: bytes) -> int:
    """A descriptor from which these bytes can be read, by one who never learns a name of them."""
    if hasattr(os, "memfd_create"):
        descriptor = os.memfd_create("job", os.MFD_CLOEXEC)
    else:
        with tempfile.TemporaryFile() as file:
            descriptor = os.dup(file.fileno())
    with open(os.dup(descriptor), "wb") as file:  # noqa: PTH123  a descriptor
        file.write(data)
    return descriptor
