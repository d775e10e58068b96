"""The process from which submissions are forked: it has all libraries loaded, and no key, ever.

Three generations. The *loader* imports, moves into its sandbox and reads the facts; at the word of
:mod:`.runner` it forks *workers*; a worker forks one *child* for each run and cleans up after it.
A job never passes through here: only the descriptors of it do, and the child reads them. The cells
with which the exercise begins, as the teacher wrote them, are run once in a worker (:func:`_open`).
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import json
import os
import random
import select
import signal
import socket
import sys
import tempfile
import threading
import time
import warnings
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from afkit.grading import namespaces, sandbox
from afkit.grading.records import Limits

if TYPE_CHECKING:
    from afkit.grading.shell import Ready, Shell

__all__ = ["MOST_JOB", "line", "main", "receive"]

MOST_JOB = 64 << 20
_PR_SET_PDEATHSIG, _PR_SET_CHILD_SUBREAPER = 1, 36
_GRACE = 2.0  # seconds beyond its time until a child is killed without an order
_LOOK = 0.2  # seconds between looks at how full a scratch folder on disk is
_MOST_FILES = 1024
_DESCRIPTORS = 256  # as many as are looked at
_CLOSED = 71
_WARM = """\
import pandas as pd
from IPython.display import display
_days = pd.to_datetime(["2021-08-19", "2021-08-20"])
_frame = pd.DataFrame({"a": [1, 2], "b": ["x", "y"], "c": _days})
display(_frame, _frame.describe()); print(_frame.groupby("b").size().sort_values())
_frame"""
#: Libraries that take half a second together and that not every unit uses.
_WARM_LIBRARIES = {
    "matplotlib": """\
import matplotlib.pyplot as plt
_, _axes = plt.subplots(); _axes.plot([1, 2], label="a"); _axes.bar([1], [2]); _axes.legend()
_axes.set_title("A title"); _axes.set_xlabel("x")""",
    "networkx": "import networkx as nx; nx.degree_centrality(nx.Graph([(1, 2)]))",
}

#: What shows facts of all tables.
_VIEWS = ("chart", "dashboard", "map", "network", "timeline")


@dataclass
class _Place:
    """Where a worker runs its children: the kit and the scratch folder that they see."""

    mode: str
    limits: Limits
    kit: Path
    base: Path
    readable: tuple[int, ...]
    space: int
    others: int
    user: int

    def fresh(self) -> Path:
        """A scratch folder that nobody used before, with what a student's own kit folder holds."""
        if self.mode == "namespaces":
            namespaces.scratch(self.limits.files)
            scratch = namespaces.SCRATCH
        else:
            scratch = Path(tempfile.mkdtemp(dir=self.base))
        work = scratch / "home" / "kit"
        for folder in (scratch / "tmp", work / "exercises"):
            folder.mkdir(parents=True)
        # Notebooks lie in exercises/ and may read ../data; what they write stays here.
        for name in os.listdir(self.kit):  # noqa: PTH208  a name, not a path
            if name != "exercises":
                (work / name).symlink_to(self.kit / name)
        if self.user and self.mode != "namespaces":
            for folder in (scratch, *scratch.rglob("*")):
                os.chown(folder, self.user, self.user, follow_symlinks=False)
        return scratch

    def remove(self, scratch: Path) -> None:
        """Take a scratch folder away, whatever is in it."""
        if self.mode == "namespaces":
            namespaces.unscratch()
            return
        sandbox.remove(scratch)

    def full(self, scratch: Path) -> bool:
        """Whether a scratch folder on disk holds more than it may; one in memory cannot."""
        if self.mode == "namespaces":
            return False
        size = count = 0
        folders = [os.fspath(scratch)]
        for folder in folders:
            with contextlib.suppress(OSError), os.scandir(folder) as entries:
                for each in entries:
                    count += 1
                    if each.is_dir(follow_symlinks=False):
                        folders.append(each.path)
                        continue
                    with contextlib.suppress(OSError):
                        size += each.stat(follow_symlinks=False).st_blocks * 512
            if size > self.limits.files or (count > _MOST_FILES and self.mode != "none"):
                return True
        return False


def main(control: int) -> None:
    """The loader: load, enter the sandbox, then fork a worker for each descriptor that comes."""
    warnings.simplefilter("ignore")
    gc.disable()  # until all is loaded: next to nothing of it is garbage
    with socket.socket(fileno=control) as link:
        # Said first, as it takes no library and whoever asked can use the time.
        link.sendall(json.dumps(sandbox.probe()).encode() + b"\n")
        with tempfile.TemporaryDirectory() as folder:
            shell = _load(folder)
            told = line(link)
            if not told:
                return
            config = json.loads(told)
            used = [each for name, each in _WARM_LIBRARIES.items() if _is_used(name, config)]
            # Nothing with "await": its loop has descriptors, which no child inherits. Code that was
            # run twice is not written to by Python any more, so that children share more of it.
            _use(shell, 2 * (_WARM, "1 / 0", "f(", *used))
        _serve(link, shell, config)


def _is_used(name: str, config: Mapping[str, Any]) -> bool:
    """Whether the solution's code has a word."""
    return config["words"] is None or name in config["words"]


def line(link: socket.socket) -> bytes:
    """A line from the other side; nothing if that is gone."""
    told = b""
    while not told.endswith(b"\n"):
        more = link.recv(4096)
        if not more:
            return b""
        told += more
    return told


def _serve(link: socket.socket, shell: Shell, config: Mapping[str, Any]) -> None:
    limits, mode, bundle = Limits(**config["limits"]), config["isolation"], Path(config["bundle"])
    shown = sandbox.shown()
    proc, user = -1, 0
    if mode == "namespaces":
        switch = os.geteuid() == 0 and sandbox.open_to_all(shown, from_root=False)
        proc = namespaces.enter(shown, bundle)
        user = namespaces.INSIDE if switch and namespaces.can_switch(proc) else 0
        kit = namespaces.KIT
    else:
        kit = bundle.resolve()
        if os.geteuid() == 0 and sandbox.open_to_all([*shown, kit], from_root=True):
            user = namespaces.OUTSIDE
    readable = [*shown, kit, Path("/dev/urandom"), Path("/etc/passwd")] if mode != "none" else []
    paths = tuple(os.open(each, os.O_PATH | os.O_CLOEXEC) for each in readable)
    environment = sandbox.environment(kit, namespaces.SCRATCH)
    os.environ.clear()
    os.environ.update(environment)
    _read_facts(config)
    place = _Place(mode, limits, kit, Path(config["base"]), paths, _space(proc), 0, user)
    gc.freeze()
    gc.enable()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    link.sendall(b"+")
    number = 0
    while True:
        _, descriptors = receive(link, 1, 1)
        if not descriptors:
            sandbox.remove(place.base)
            return
        number += 1
        if os.fork() == 0:
            status = 1
            try:
                link.close()
                _start_worker(descriptors[0], place, shell, proc, number)
                status = 0
            finally:
                os._exit(status)
        os.close(descriptors[0])


def receive(link: socket.socket, size: int, most: int) -> tuple[bytes, list[int]]:
    """Bytes from a socket, and the descriptors that came with them."""
    data, descriptors, _, _ = socket.recv_fds(link, size, most)
    return data, descriptors


def _load(folder: str) -> Shell:
    """Import what notebooks import, and use it once, so that no child does it again."""
    import numpy
    import pandas

    import afkit
    from afkit.exercises import author, axes, check, look
    from afkit.exercises.kinds import KINDS
    from afkit.grading import shell as module

    del numpy, pandas, author, axes, check, look, KINDS
    for name in afkit.__all__:
        getattr(afkit, name)
    os.environ["MPLBACKEND"] = "module://matplotlib_inline.backend_inline"
    return module.make(folder)


def _use(shell: Shell, sources: Iterable[str]) -> None:
    """Run cells that leave nothing but what they have loaded."""
    plain = sys.stdout, sys.stderr
    for source in sources:
        shell.run_cell(source, store_history=True)  # type: ignore[no-untyped-call]
    sys.stdout, sys.stderr = plain
    shell.forget()


def _read_facts(config: Mapping[str, Any]) -> None:
    """Read the bundle's tables; a bundle that lacks some is the business of who uses them."""
    import afkit
    from afkit.facts.schema import TABLES

    every = any(_is_used(name, config) for name in _VIEWS)
    for name in TABLES:
        if hasattr(afkit, name) and (every or _is_used(name, config)):
            with contextlib.suppress(Exception):
                getattr(afkit, name)()
    if every or _is_used("actor", config):
        with contextlib.suppress(Exception):
            afkit.actor("")
    if _is_used("article", config):
        with contextlib.suppress(Exception):
            # As a cell shows it: its page, its style, its script are read once.
            afkit.article()._repr_mimebundle_()


def _space(proc: int) -> int:
    """The address space that this process takes, in bytes; 0 where the system does not say."""
    try:
        file = os.open(
            "/proc/self/statm" if proc < 0 else "self/statm",
            os.O_RDONLY,
            dir_fd=proc if proc >= 0 else None,
        )
    except OSError:
        return 1 << 31
    try:
        return int(os.read(file, 100).split()[0]) * os.sysconf("SC_PAGE_SIZE")
    finally:
        os.close(file)


def _start_worker(control: int, place: _Place, shell: Shell, proc: int, number: int) -> None:
    """Become a worker, in namespaces by way of a process that stays to end it."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    with socket.socket(fileno=control) as link:
        try:
            if place.mode == "namespaces":
                namespaces.enter_worker(proc, switch=bool(place.user))
                place.user = 0
                os.close(proc)
                _die_with_parent()
                child = os.fork()
                if child:
                    link.close()
                    os.waitpid(child, 0)
                    return
                _die_with_parent()
            else:
                place.user = place.user and place.user + number % 1000
                place.others = 0 if place.user else _others()
                if sys.platform == "linux":
                    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
            null = os.open(os.devnull, os.O_RDWR)
            for each in range(3):
                os.dup2(null, each)
            os.close(null)
        except OSError as error:
            link.sendall(json.dumps({"failed": str(error)}).encode())
            return
        link.sendall(b"+")
        _work(link, place, shell)


def _die_with_parent() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def _others() -> int:
    """How many processes and threads this user has, with room for more."""
    count, user = 0, os.geteuid()
    for each in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if each.stat().st_uid == user:
                count += len(list((each / "task").iterdir()))
    return count + 256


def _work(link: socket.socket, place: _Place, shell: Shell) -> None:
    """The worker: a child for each pair of descriptors, and a word when nothing is left of it."""
    wake, woken = os.pipe()
    for each in (wake, woken):
        os.set_blocking(each, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(woken, warn_on_full_buffer=False)
    from afkit.grading import shell as module

    sandbox.prepare(place.mode)
    ready = module.ready(shell)
    while True:
        order, descriptors = receive(link, 64, 2)
        if not order:
            return
        asked = order.lstrip(b"K")  # an order to stop what has stopped by itself
        if not asked or len(descriptors) != 2:
            continue
        scratch = place.fresh()
        if asked.startswith(b"O"):
            status = _open(place, ready, scratch, *descriptors)
            ready = ready._replace(chance=random.getstate())
            link.sendall(json.dumps({"status": status, "cpu": 0.0}).encode() + b"\n")
            continue
        seconds = float(asked[1:])
        child = os.fork()
        if child == 0:
            _child(place, ready, scratch, *descriptors)
        for each in descriptors:
            os.close(each)
        status, used = _watch((link, wake), child, place, scratch, seconds)
        _sweep(place, child)
        place.remove(scratch)
        link.sendall(json.dumps({"status": status, "cpu": used}).encode() + b"\n")


def _watch(
    ears: tuple[socket.socket, int], child: int, place: _Place, scratch: Path, seconds: float
) -> tuple[str, float]:
    """Wait for the end of a child; end it at an order, when its time is up, or its folder full."""
    link, wake = ears
    heard = [link.fileno(), wake]
    end, why = time.monotonic() + seconds + _GRACE, ""
    while True:
        done, status, usage = os.wait4(child, os.WNOHANG)
        if done:
            code = os.waitstatus_to_exitcode(status)
            return why or str(code), usage.ru_utime + usage.ru_stime
        if time.monotonic() > end:
            why = "time"
            os.kill(child, signal.SIGKILL)
        ready, _, _ = select.select(heard, [], [], _LOOK)
        if wake in ready:
            with contextlib.suppress(BlockingIOError):
                os.read(wake, 512)
        if link.fileno() in ready:
            os.kill(child, signal.SIGKILL)
            if not link.recv(64):
                heard.remove(link.fileno())  # nobody is left to tell, but all must be cleaned up
        if not ready and place.full(scratch):
            why = "files"
            os.kill(child, signal.SIGKILL)


def _sweep(place: _Place, child: int) -> None:
    """End every process that a child has left, and wait for the last."""
    for _ in range(100):
        try:
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        except ChildProcessError:
            return
        if place.mode == "namespaces":
            os.kill(-1, signal.SIGKILL)  # all in this world but this, its first
        else:
            with contextlib.suppress(OSError):
                os.killpg(child, signal.SIGKILL)
            for each in _children():
                with contextlib.suppress(OSError):
                    os.kill(each, signal.SIGKILL)
        time.sleep(0.002)


def _children() -> list[int]:
    """The processes that have become this one's children, where the system says so."""
    found, own = [], os.getpid()
    for each in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError, IndexError, ValueError):
            after = each.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
            if int(after[1]) == own:
                found.append(int(each.parent.name))
    return found


def _open(place: _Place, ready: Ready, scratch: Path, job: int, answers: int) -> str:
    """Run a job in this worker itself, so that each child begins where it ends.

    These are cells of the exercise as it was released, and no student's: the namespaces are sandbox
    enough for them. ``shared`` if a fork takes along all that they have left.
    """
    from afkit.grading import shell as module

    before = _held(scratch)
    read = json.loads(os.pread(job, MOST_JOB, 0))
    token = bytes.fromhex(read.pop("token"))
    plain = sys.stdout, sys.stderr
    _move_to(place, scratch)
    module.run(ready, read, module.speaker(_writer(answers), token, 1 << 30))
    ready.mend()
    sys.stdout, sys.stderr = plain
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    shared = _held(scratch) == before
    os.chdir("/")
    place.remove(scratch)
    for each in (job, answers):
        os.close(each)
    gc.collect()
    gc.freeze()
    return "shared" if shared else "kept"


def _held(scratch: Path) -> tuple[list[str], list[int], int, bool]:
    """What a fork does not take along: files on disk, descriptors, threads, children."""
    files = sorted(map(str, scratch.rglob("*")))
    descriptors = [each for each in range(_DESCRIPTORS) if _is_open(each)]
    return files, descriptors, threading.active_count(), _has_children()


def _is_open(descriptor: int) -> bool:
    try:
        os.fstat(descriptor)
    except OSError:
        return False
    return True


def _has_children() -> bool:
    try:
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return False
    return True


def _child(place: _Place, ready: Ready, scratch: Path, job: int, answers: int) -> NoReturn:
    """The child: put on the sandbox, read the job, run it."""
    from afkit.grading import shell as module

    status = _CLOSED
    try:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.setsid()
        read = json.loads(os.pread(job, MOST_JOB, 0))
        os.close(job)
        token = bytes.fromhex(read.pop("token"))
        say = module.speaker(_writer(answers), token, place.limits.output + (1 << 20))
        try:
            _close_others({0, 1, 2, answers, *place.readable})
            _settle(place, scratch, read["cpu"])
        except OSError as error:
            say("failed", -1, str(error))
        else:
            del token, place, job, answers
            module.run(ready, read, say)
            status = 0
    finally:
        os._exit(status)


def _move_to(place: _Place, scratch: Path) -> None:
    tempfile.tempdir = None  # found anew, in the scratch folder
    os.environ.update(sandbox.environment(place.kit, scratch))
    os.chdir(scratch / "home" / "kit" / "exercises")


def _settle(place: _Place, scratch: Path, cpu: float) -> None:
    _move_to(place, scratch)
    sandbox.Confinement(
        place.mode, place.limits, place.readable, place.space, place.others, place.user
    ).put_on(cpu, scratch)


def _writer(descriptor: int) -> Any:  # noqa: ANN401
    """A function that writes to a descriptor, without its number in a name that cells can see."""
    from functools import partial

    return partial(os.write, descriptor)


def _close_others(kept: set[int]) -> None:
    below = 0
    for each in sorted(kept):
        if each > below:  # closerange(0, 0) closes everything
            os.closerange(below, each)
        below = each + 1
    os.closerange(below, 1 << 16)


if __name__ == "__main__":
    main(int(sys.argv[1]))
