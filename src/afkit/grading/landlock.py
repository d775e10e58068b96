"""Which files submitted code may open, by Landlock: folders to read, folders to write."""

from __future__ import annotations

import ctypes
import os
import platform
import struct
from collections.abc import Iterable

__all__ = ["restrict", "version"]

_CREATE, _ADD_RULE, _RESTRICT = 444, 445, 446  # the same numbers on every processor
_PATH_BENEATH = 1
_READ_FILE, _READ_DIR = 1 << 2, 1 << 3
# Rights of files came with versions 1 (the first 13), 2 (refer), 3 (truncate), 5 (ioctl).
_FILES = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 5: (1 << 16) - 1}
_TCP, _TCP_SINCE = 0b11, 4
_SCOPES, _SCOPES_SINCE = 0b11, 6  # abstract sockets and signals stay inside
_EXECUTE, _DEVICES, _IOCTL = 1 << 0, (1 << 6 | 1 << 9 | 1 << 10 | 1 << 11), 1 << 15
_ON_FILES = _EXECUTE | 1 << 1 | _READ_FILE | 1 << 14 | _IOCTL


def version() -> int:
    """The version of Landlock that the kernel offers; 0 if none."""
    if platform.system() != "Linux":
        return 0
    libc = ctypes.CDLL(None, use_errno=True)
    return max(0, int(libc.syscall(_CREATE, None, ctypes.c_size_t(0), 1)))


def restrict(read: Iterable[int], write: Iterable[int]) -> None:
    """Leave to this process, for ever, only what lies beneath some open paths; needs no_new_privs.

    Parameters
    ----------
    read, write
        Descriptors of folders or files, opened with ``O_PATH``. What may be written may be read;
        nothing may be executed, no device and no socket made.

    Raises
    ------
    OSError
        If the kernel refuses.
    """
    offered = version()
    files = max(mask for since, mask in _FILES.items() if since <= offered)
    asked = (files, _TCP * (offered >= _TCP_SINCE), _SCOPES * (offered >= _SCOPES_SINCE))
    size = 24 if offered >= _SCOPES_SINCE else 16 if offered >= _TCP_SINCE else 8
    libc = ctypes.CDLL(None, use_errno=True)
    rules = libc.syscall(_CREATE, struct.pack("=QQQ", *asked), ctypes.c_size_t(size), 0)
    if rules < 0:
        raise OSError(ctypes.get_errno(), "landlock: no rules")
    try:
        writable = files & ~(_EXECUTE | _DEVICES | _IOCTL)
        for rights, paths in ((_READ_FILE | _READ_DIR, read), (writable, write)):
            for path in paths:
                folder = os.stat(path).st_mode & 0o170000 == 0o040000  # noqa: PTH116  a descriptor
                rule = struct.pack("=Qi", rights if folder else rights & _ON_FILES, path)
                if libc.syscall(_ADD_RULE, rules, _PATH_BENEATH, rule, 0):
                    raise OSError(ctypes.get_errno(), "landlock: a rule")
        if libc.syscall(_RESTRICT, rules, 0):
            raise OSError(ctypes.get_errno(), "landlock")
    finally:
        os.close(rules)
