"""Root becomes nobody: a Python of this checkout that runs without rights, wherever it lies."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.conftest import ROOT

NOBODY = 65534

# In a mount namespace of its own, folders that only root may enter are covered by open ones, in
# which what Python needs lies where it was.
_DROP = """
import ctypes, os, sys
libc = ctypes.CDLL(None, use_errno=True)
def mount(source, target, kind, flags):
    words = [each.encode() if each else None for each in (source, target, kind)]
    if libc.mount(*words, ctypes.c_ulong(flags), b"mode=0755" if kind else None):
        raise OSError(ctypes.get_errno(), target)
staging, code, *needed = sys.argv[1:]
assert libc.unshare(0x20000) == 0
mount("none", "/", None, 0x4000 | 0x40000)
def closed(path):
    found = None
    while path != "/":
        path = os.path.dirname(path)
        if not os.stat(path).st_mode & 1:
            found = path
    return found
mount("tmpfs", staging, "tmpfs", 0)
covered = []
for n, path in enumerate(needed):
    if closed(path):
        covered.append((path, closed(path), f"{staging}/{n}"))
        os.mkdir(covered[-1][2])
        mount(os.path.realpath(path), covered[-1][2], None, 0x1000 | 0x4000)
for folder in sorted({each[1] for each in covered}):
    mount("tmpfs", folder, "tmpfs", 0)
for path, _, kept in covered:
    os.makedirs(path, exist_ok=True)
    mount(kept, path, None, 0x1000 | 0x4000)
os.setgroups([])
os.setresgid(65534, 65534, 65534)
os.setresuid(65534, 65534, 65534)
os.execv(sys.executable, [sys.executable, "-c", code])
"""


def run(code: str, bundle: Path, folder: Path) -> str:
    """What some code prints last, run as nobody; ``bundle`` and ``folder`` are there for it."""
    # Not below pytest's folder, which only its user may enter and which is covered itself.
    staging, home = Path(tempfile.mkdtemp()), folder / "home"
    home.mkdir(exist_ok=True)
    home.chmod(0o777)
    needed = {sys.base_prefix, sys.prefix, str(ROOT / "src"), str(ROOT / "tests")}
    needed |= {str(bundle), str(home)}
    needed |= {str(Path(each).resolve()) for each in needed if Path(each).is_symlink()}
    done = subprocess.run(
        [sys.executable, "-c", _DROP, str(staging), code, *sorted(needed)],
        env={
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "TMPDIR": str(home),
            "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}",
            "PYTHONDONTWRITEBYTECODE": "1",
        },
        capture_output=True,
        text=True,
        check=False,
        cwd="/",
    )
    staging.rmdir()
    return (done.stdout.strip() or done.stderr.strip())[-3000:]


def batch(mode: str, bundle: str) -> None:
    """The whole corpus, and a word on it; for :func:`run`."""
    import tempfile

    from tests.grading import test_sandbox as tests

    assert os.geteuid() == NOBODY
    made = tests.run_all(mode, Path(bundle), Path(tempfile.mkdtemp()))
    for name, case in tests.CASES.items():
        tests.test_its_honest_answers_come_out(made, name)
        if case.contained:
            tests.test_it_does_not_get_what_it_came_for(made, name)
    tests.test_nothing_outside_has_changed(made)
    tests.test_neighbours_are_graded_as_if_alone(made)
    print("as it should be")
