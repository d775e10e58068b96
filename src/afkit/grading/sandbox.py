"""What submitted code may touch: which isolation a machine offers, and how a process submits to it.

``namespaces``: a file system, users, processes and a network of its own, with Landlock where the
kernel has it; ``landlock``: the machine's file system, of which only the interpreter, the bundle
and a scratch folder can be opened; both with a filter of system calls (:mod:`.seccomp`) and limits.
``none``: limits only.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import platform
import signal
import site
import struct
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from afkit.grading import landlock, namespaces, seccomp
from afkit.grading.records import GradingError, Limits

__all__ = [
    "MODES",
    "Confinement",
    "available",
    "choose",
    "environment",
    "open_to_all",
    "prepare",
    "probe",
    "remove",
    "shown",
]

MODES = ("namespaces", "landlock", "none")
_DESCRIPTORS, _STACK = 128, 8 << 20
_PR_CAPBSET_DROP, _PR_SET_NO_NEW_PRIVS, _PR_CAP_AMBIENT, _AMBIENT_CLEAR = 24, 38, 47, 4
_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE = 1, 4
_CAP_VERSION, _MOST_CAPS = 0x20080522, 64
_OTHERS_READ, _OTHERS_ENTER = 0o004, 0o001
# Beside Python's own folders: what its libraries load late, time zones, fonts.
_SYSTEM = (
    "/lib", "/lib64", "/usr/lib", "/usr/lib64", "/etc/ld.so.cache", "/etc/localtime", "/etc/fonts",
    "/usr/share/fonts", "/usr/share/fontconfig", "/usr/share/zoneinfo",
)  # fmt: skip
REFUSED = (
    "This machine offers no sandbox for submitted code: {why}. Grade on Linux 5.13 or newer (in "
    "WSL on Windows, in a virtual machine or a container on macOS); where namespaces are switched "
    "off, an administrator sets kernel.unprivileged_userns_clone=1 or "
    "kernel.apparmor_restrict_unprivileged_userns=0, or boots with lsm=landlock,... . With "
    "--trust-submissions the code runs as you, with limits on time and memory only."
)


@cache
def available() -> tuple[str, ...]:
    """What this machine offers: :func:`probe`, for a process that may have threads."""
    tried = subprocess.run(  # noqa: S603  this Python, this module
        [sys.executable, "-P", "-m", __name__],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        text=True,
        check=False,
    )
    return tuple(tried.stdout.split())


def probe() -> tuple[str, ...]:
    """Which of ``namespaces`` and ``landlock`` there is, the stronger first; from one thread."""
    if not seccomp.available():
        return ()
    found = ("landlock",) if landlock.version() else ()
    with tempfile.TemporaryDirectory() as folder:
        entered = _in_child(lambda: _enter(Path(folder)))
    return ("namespaces", *found) if entered else found


def choose(isolation: str, offered: tuple[str, ...] | None = None) -> str:
    """The isolation that a grader gets who asks for one of :data:`MODES` or for ``auto``.

    ``offered`` is what :func:`probe` has found, if that is known already.

    Raises
    ------
    GradingError
        If the machine does not offer it; the message says what to install or set.
    """
    if isolation not in ("auto", *MODES):
        known = ", ".join(("auto", *MODES))
        raise GradingError(f"isolation '{isolation}' is not known; known are {known}")
    if isolation == "none":
        if not hasattr(os, "fork"):
            raise GradingError("Grading needs Linux or macOS; on Windows, grade in WSL.")
        return isolation
    offered = available() if offered is None else offered
    if isolation == "auto" and offered:
        return offered[0]
    if isolation in offered:
        return isolation
    why = f"this is {platform.system()} on {platform.machine()}"
    if platform.system() == "Linux":
        asked = "namespaces and Landlock" if isolation == "auto" else isolation
        why = f"its kernel ({platform.release()}) has or allows no {asked}"
    raise GradingError(REFUSED.format(why=why))


def shown() -> list[Path]:
    """What submitted code may read of the machine: this Python, its packages, system libraries."""
    paths = sysconfig.get_paths()
    kinds = ("stdlib", "platstdlib", "purelib", "platlib")
    packages = [*site.getsitepackages(), site.getusersitepackages()]
    own = [str(Path(__file__).parents[1]), str(Path(sys.prefix) / "pyvenv.cfg")]
    base = [each for each in sys.path if Path(each).is_relative_to(sys.base_prefix) and each]
    named = [*(paths[kind] for kind in kinds), *packages, *own, *base, *_SYSTEM, *_loaded()]
    return sorted({Path(each).absolute() for each in named if each and Path(each).exists()})


def _loaded() -> set[str]:
    """Folders of libraries that this process has loaded from somewhere else, as conda's are."""
    try:
        lines = Path("/proc/self/maps").read_text(encoding="utf-8").splitlines()
    except OSError:
        return set()
    files = {line.split(maxsplit=5)[5] for line in lines if line.count("/") and "x" in line[:80]}
    libraries = {each for each in files if ".so" in Path(each).name}
    return {str(Path(each).parent) for each in libraries}


def open_to_all(paths: Iterable[Path], *, from_root: bool) -> bool:
    """Whether a user without rights can read these: a limit on processes binds only such a user.

    ``from_root`` asks for the way there, too, which is of no account where each is a mount.
    """
    for path in paths:
        folders = [path, *(path.resolve().parents if from_root else ())]
        samples = [*folders, *(each for each in (path / "os.py", path / "kit.toml"))]
        for each in samples:
            if each.exists():
                needed = _OTHERS_READ if each.is_file() else _OTHERS_ENTER
                if not each.stat().st_mode & needed:
                    return False
    return True


def environment(kit: Path, scratch: Path) -> dict[str, str]:
    """All that submitted code finds in its environment."""
    return {
        "AFKIT_ROOT": str(kit),
        "HOME": str(scratch / "home"),
        "TMPDIR": str(scratch / "tmp"),
        "PATH": "/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "USER": "student",
        "PYTHONHASHSEED": "0",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
    }


def prepare(mode: str) -> None:
    """Do what every :meth:`Confinement.put_on` needs, in the process that forks them."""
    import resource

    del resource
    if mode != "none":
        seccomp.prepare(own_files=mode == "namespaces")


@dataclass(frozen=True, slots=True)
class Confinement:
    """What a process puts on before it runs submitted code.

    ``base`` is the address space in use before that, ``others`` how many processes its user has
    elsewhere, as neither is the submission's; ``user`` another user to become, 0 for none.
    """

    mode: str
    limits: Limits
    readable: tuple[int, ...]
    base: int
    others: int
    user: int = 0

    def put_on(self, cpu: float, scratch: Path) -> None:
        """Limits, no capabilities, Landlock, the filter: for ever, for it and its threads.

        Raises
        ------
        OSError
            If the kernel refuses anything of it; nothing may be run then.
        """
        os.umask(0o077 if self.mode == "landlock" else 0o022)
        self._limit(cpu)
        if self.user:
            os.setgroups([])
            os.setresgid(self.user, self.user, self.user)
            os.setresuid(self.user, self.user, self.user)
        libc = ctypes.CDLL(None, use_errno=True)
        if sys.platform == "linux":  # no child outlives the worker that watches it
            libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if self.mode == "none":
            return
        _drop_capabilities(libc)
        libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
        if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0):
            raise OSError(ctypes.get_errno(), "no_new_privs")
        if self.mode == "landlock" or landlock.version():
            folder = os.open(scratch, os.O_PATH | os.O_CLOEXEC)
            null = os.open("/dev/null", os.O_PATH | os.O_CLOEXEC)
            landlock.restrict(self.readable, (folder, null))
            os.close(folder)
            os.close(null)
        for each in self.readable:
            os.close(each)
        seccomp.install(own_files=self.mode == "namespaces")

    def _limit(self, cpu: float) -> None:
        import resource

        seconds = max(1, int(cpu + 0.999))
        wanted = {
            "CPU": (seconds, seconds + 1),
            "AS": (self.base + self.limits.memory,) * 2,
            "FSIZE": (self.limits.files,) * 2,
            "NOFILE": (_DESCRIPTORS if self.mode != "none" else 1024,) * 2,
            "NPROC": (self.others + self.limits.processes,) * 2,
            "CORE": (0, 0),
            "MEMLOCK": (0, 0),
            "MSGQUEUE": (0, 0),
            "STACK": (_STACK,) * 2,
        }
        for name, (soft, hard) in wanted.items():
            number = getattr(resource, f"RLIMIT_{name}", None)
            if number is None:
                continue
            most = resource.getrlimit(number)[1]
            bound = most if most != resource.RLIM_INFINITY else hard
            try:
                resource.setrlimit(number, (min(soft, bound), min(hard, bound)))
            except (OSError, ValueError):
                if self.mode != "none":  # macOS refuses some
                    raise


def remove(folder: Path) -> None:
    """Take a folder away, however deep: what lies deeper is brought up first, without recursion."""
    deeper, number = [folder], 0
    for each in deeper:
        with contextlib.suppress(OSError):
            each.chmod(0o700)
            with os.scandir(each) as entries:
                listed = list(entries)
            for entry in listed:
                if entry.is_dir(follow_symlinks=False):
                    number += 1
                    os.chmod(entry.path, 0o700)  # noqa: PTH101  a folder without rights cannot move
                    deeper.append(Path(entry.path).rename(f"{folder}.{number}"))
                else:
                    os.unlink(entry.path)  # noqa: PTH108  as above
    for each in deeper:
        with contextlib.suppress(OSError):
            each.rmdir()


def _drop_capabilities(libc: ctypes.CDLL) -> None:
    for each in range(_MOST_CAPS):
        if libc.prctl(_PR_CAPBSET_DROP, each, 0, 0, 0):
            break
    libc.prctl(_PR_CAP_AMBIENT, _AMBIENT_CLEAR, 0, 0, 0)
    header, nothing = struct.pack("=Ii", _CAP_VERSION, 0), bytes(24)
    if libc.capset(header, nothing):
        raise OSError(ctypes.get_errno(), "capset")


def _enter(folder: Path) -> None:
    """Do what a worker does to live in namespaces of its own; the process is spent by that."""
    proc = namespaces.enter([folder], folder)
    namespaces.enter_worker(proc, switch=False)


def _in_child(do: Callable[[], None]) -> bool:
    """Whether something can be done by a child of this process."""
    child = os.fork()
    if child == 0:
        status = 1
        with contextlib.suppress(BaseException):
            do()
            status = 0
        os._exit(status)
    _, status = os.waitpid(child, 0)
    return not status


if __name__ == "__main__":
    sys.stdout.write(" ".join(probe()))
