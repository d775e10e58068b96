"""A world of its own for a process: own users, files, processes and network, by Linux namespaces.

What goes in: folders to show and the bundle; what comes out: a process that sees those, read-only
under the same names, the bundle as :data:`KIT`, an empty :data:`SCRATCH`, and nothing else.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import shutil
import struct
from collections.abc import Iterable
from pathlib import Path

__all__ = ["KIT", "SCRATCH", "can_switch", "enter", "enter_worker", "scratch", "unscratch"]

KIT, SCRATCH = Path("/kit"), Path("/scratch")
INSIDE = 1000  # the user that submitted code is, by its own word
OUTSIDE = 64000  # and outside, if root grades: nobody's, so that limits on processes bind

_NEWNS, _NEWCGROUP, _NEWUTS, _NEWIPC = 0x20000, 0x2000000, 0x4000000, 0x8000000
_NEWUSER, _NEWPID, _NEWNET = 0x10000000, 0x20000000, 0x40000000
_RDONLY, _NOSUID, _NODEV, _NOEXEC, _BIND, _REC, _PRIVATE = 1, 2, 4, 8, 0x1000, 0x4000, 0x40000
_DETACH, _MOUNT_SETATTR, _AT_RECURSIVE, _AT_EMPTY_PATH = 2, 442, 0x8000, 0x1000
_PIVOT_ROOT = {"x86_64": 155, "aarch64": 41, "arm64": 41}
_DEVICES = ("null", "zero", "urandom")
_LIMIT_OF_ROOT = "size=512m,mode=0755"
_INODES = 1024

_libc = ctypes.CDLL(None, use_errno=True)


def enter(shown: Iterable[Path], bundle: Path) -> int:
    """Move this process, which must have one thread, into such a world; for ever.

    Returns
    -------
    int
        A descriptor of the old ``/proc``, by which :func:`enter_worker` names its users. No process
        that runs submitted code may hold it.

    Raises
    ------
    OSError
        If the system refuses; the process is then of no more use.
    """
    # Links are followed while they still lead somewhere.
    outermost = [(each, each.resolve()) for each in _outermost(shown)]
    source = bundle.resolve()
    _own_users()
    _mount("none", "/", "", _REC | _PRIVATE)
    proc = os.open("/proc", os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    base = Path("/tmp")  # noqa: S108  only a place to hang the new root on
    _mount("tmpfs", base, "tmpfs", _NOSUID | _NODEV, _LIMIT_OF_ROOT)
    (base / "new").mkdir()
    (base / "old").mkdir()
    _pivot(base, base / "old")
    os.chdir("/")
    new, old = Path("/new"), Path("/old")
    _mount("tmpfs", new, "tmpfs", _NOSUID | _NODEV, _LIMIT_OF_ROOT)
    for path, real in outermost:
        _show(old, new, path, real)
    _furnish(old, new, source)
    os.chdir(new)
    _pivot(Path(), Path())
    _check(_libc.umount2(b".", _DETACH), "umount")
    os.chdir("/")
    _set_attributes(Path("/"), _RDONLY | _NOSUID | _NODEV, recursive=False)
    return proc


def enter_worker(proc: int, *, switch: bool) -> None:
    """In a process inside: own users, mounts and processes, of which its next child is the first.

    ``switch`` makes it another user outside, too; only root can.

    Raises
    ------
    OSError
        If the system refuses.
    """
    own = INSIDE if switch else 0
    if switch:
        os.setgroups([])
        os.setresgid(INSIDE, INSIDE, INSIDE)
        os.setresuid(INSIDE, INSIDE, INSIDE)
        _libc.prctl(4, 1, 0, 0, 0)  # "dumpable" again, or /proc/self would be root's
    _check(_libc.unshare(_NEWUSER | _NEWNS | _NEWPID), "unshare")
    _write_maps(proc, "self/", f"{INSIDE} {own} 1", f"{INSIDE} {own} 1", deny=True)


def scratch(size: int) -> None:
    """A new empty folder in memory at :data:`SCRATCH`, limited in bytes and files."""
    options = f"size={size},nr_inodes={_INODES},mode=0755"
    _mount("tmpfs", SCRATCH, "tmpfs", _NOSUID | _NODEV | _NOEXEC, options)


def unscratch() -> None:
    """Take it away again, whatever still holds it."""
    _check(_libc.umount2(bytes(SCRATCH), _DETACH), "umount")


def _own_users() -> None:
    """New namespaces of all kinds but processes, with this user as root inside.

    Only root may name a second user, and only from outside: a helper does.
    """
    user, group = os.geteuid(), os.getegid()
    flags = _NEWUSER | _NEWNS | _NEWUTS | _NEWIPC | _NEWNET
    if user != 0:
        _unshare(flags)
        _map_from("/proc/self", f"0 {user} 1", f"0 {group} 1", deny=True)
        return
    here, there = os.pipe()
    this = os.getpid()
    child = os.fork()
    if child == 0:
        status = 1
        with contextlib.suppress(BaseException):
            os.close(there)
            os.read(here, 1)
            users = f"0 0 1\n{INSIDE} {OUTSIDE} 1"
            try:
                _map_from(f"/proc/{this}", users, users, deny=False)
            except OSError:  # a container that has few users of its own
                _map_from(f"/proc/{this}", "0 0 1", "0 0 1", deny=True)
            status = 0
        os._exit(status)
    try:
        _unshare(flags)
    finally:
        for each in (here, there):
            os.close(each)
        _, status = os.waitpid(child, 0)
    if status:
        raise OSError(1, "uid_map")


def can_switch(proc: int) -> bool:
    """Whether :func:`enter` could name a second user."""
    file = os.open("self/uid_map", os.O_RDONLY | os.O_CLOEXEC, dir_fd=proc)
    try:
        return os.read(file, 4096).count(b"\n") > 1
    finally:
        os.close(file)


def _unshare(flags: int) -> None:
    if _libc.unshare(flags | _NEWCGROUP):
        _check(_libc.unshare(flags), "unshare")


def _map_from(process: str, users: str, groups: str, *, deny: bool) -> None:
    proc = os.open(process, os.O_PATH | os.O_DIRECTORY)
    try:
        _write_maps(proc, "", users, groups, deny=deny)
    finally:
        os.close(proc)


def _write_maps(folder: int, before: str, users: str, groups: str, *, deny: bool) -> None:
    lines = [("setgroups", "deny")] if deny else []
    for name, text in (*lines, ("uid_map", users), ("gid_map", groups)):
        file = os.open(f"{before}{name}", os.O_WRONLY | os.O_CLOEXEC, dir_fd=folder)
        try:
            os.write(file, text.encode())
        finally:
            os.close(file)


def _outermost(paths: Iterable[Path]) -> list[Path]:
    """The paths that exist, without those beneath another."""
    kept: list[Path] = []
    for path in sorted({each.absolute() for each in paths}):
        if path.exists() and not any(path.is_relative_to(each) for each in kept):
            kept.append(path)
    return kept


def _show(old: Path, new: Path, path: Path, real: Path) -> None:
    """The same file or folder, read-only, under the same name in the new root."""
    source, target = old / real.relative_to("/"), new / path.relative_to("/")
    if source.is_dir():
        target.mkdir(parents=True, exist_ok=True)
    else:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.touch()
    _mount(source, target, "", _BIND | _REC)
    _set_attributes(target, _RDONLY | _NOSUID | _NODEV, recursive=True)


def _furnish(old: Path, new: Path, bundle: Path) -> None:
    """Devices that read as nothing, a user's name, the bundle, and where scratch will be."""
    for folder in ("dev", "etc", "proc", "sys"):
        (new / folder).mkdir(exist_ok=True)
    for name in _DEVICES:
        (new / "dev" / name).touch()
        _mount(old / "dev" / name, new / "dev" / name, "", _BIND)
    user = f"student:x:{INSIDE}:{INSIDE}::{SCRATCH}/home:/\n"
    for name, text in (("passwd", user), ("group", f"student:x:{INSIDE}:\n")):
        (new / "etc" / name).write_text(text, encoding="utf-8")
    # A copy, so that it can be read whoever owns the original, and does not change under way.
    source = old / bundle.relative_to("/")
    shutil.copytree(source, new / KIT.relative_to("/"), symlinks=True)
    for path in (new / KIT.relative_to("/")).rglob("*"):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() else 0o644)
    (new / KIT.relative_to("/")).chmod(0o755)
    (new / SCRATCH.relative_to("/")).mkdir()
    if not (new / "tmp").exists():
        (new / "tmp").symlink_to(SCRATCH / "tmp")


def _mount(
    source: Path | str, target: Path | str, kind: str, flags: int, options: str = ""
) -> None:
    words = (str(source), str(target), kind)
    done = _libc.mount(*map(os.fsencode, words), ctypes.c_ulong(flags), options.encode() or None)
    _check(done, f"mount {target}")


def _set_attributes(path: Path, attributes: int, *, recursive: bool) -> None:
    held = struct.pack("=QQQQ", attributes, 0, 0, 0)
    flags = _AT_RECURSIVE if recursive else 0
    done = _libc.syscall(_MOUNT_SETATTR, -100, bytes(path), flags, held, ctypes.c_size_t(32))
    _check(done, f"mount_setattr {path}")


def _pivot(root: Path, old: Path) -> None:
    number = _PIVOT_ROOT[os.uname().machine]
    _check(_libc.syscall(number, bytes(root), bytes(old)), "pivot_root")


def _check(done: int, what: str) -> None:
    if done:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
