"""The system calls that submitted code may make, as a filter that the kernel applies.

What is not listed does not exist for the code: it gets "operation not permitted", and for calls
newer than this list "not implemented", for which libraries know another way.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct
from collections.abc import Iterator
from functools import cache

__all__ = ["available", "install", "prepare"]

# name, number on x86_64, number on aarch64; "-" where a processor has no such call.
_ALLOWED = """
read 0 63|write 1 64|open 2 -|close 3 57|stat 4 -|fstat 5 80|lstat 6 -|poll 7 -|lseek 8 62
mmap 9 222|mprotect 10 226|munmap 11 215|brk 12 214|rt_sigaction 13 134|rt_sigprocmask 14 135
rt_sigreturn 15 139|pread64 17 67|pwrite64 18 68|readv 19 65|writev 20 66|access 21 -|pipe 22 -
select 23 -|sched_yield 24 124|mremap 25 216|msync 26 227|mincore 27 232|madvise 28 233|dup 32 23
dup2 33 -|pause 34 -|nanosleep 35 101|getitimer 36 102|alarm 37 -|setitimer 38 103|getpid 39 172
sendfile 40 71|recvfrom 45 207|shutdown 48 210|getsockname 51 204|getsockopt 55 209|exit 60 93
wait4 61 260|uname 63 160|flock 73 32|fsync 74 82|fdatasync 75 83|truncate 76 45|ftruncate 77 46
getdents 78 -|getcwd 79 17|chdir 80 49|fchdir 81 50|rename 82 -|mkdir 83 -|rmdir 84 -|creat 85 -
link 86 -|unlink 87 -|symlink 88 -|readlink 89 -|chmod 90 -|fchmod 91 52|umask 95 166
gettimeofday 96 169|getrlimit 97 163|getrusage 98 165|sysinfo 99 179|times 100 153|getuid 102 174
getgid 104 176|geteuid 107 175|getegid 108 177|getppid 110 173|getpgrp 111 -|getgroups 115 158
getresuid 118 148|getresgid 120 150|getpgid 121 155|getsid 124 156|capget 125 90
rt_sigpending 127 136|rt_sigtimedwait 128 137|rt_sigsuspend 130 133|sigaltstack 131 132|utime 132 -
statfs 137 43|fstatfs 138 44|getpriority 140 141|sched_getparam 143 121|sched_getscheduler 145 120
gettid 186 178|readahead 187 213|getxattr 191 8|lgetxattr 192 9|fgetxattr 193 10|listxattr 194 11
llistxattr 195 12|flistxattr 196 13|time 201 -|futex 202 98|sched_getaffinity 204 123
getdents64 217 61|set_tid_address 218 96|restart_syscall 219 128|fadvise64 221 223
clock_gettime 228 113|clock_getres 229 114|clock_nanosleep 230 115|exit_group 231 94
epoll_wait 232 -|epoll_ctl 233 21|utimes 235 -|waitid 247 95|openat 257 56|mkdirat 258 34
newfstatat 262 79|unlinkat 263 35|renameat 264 38|linkat 265 37|symlinkat 266 36|readlinkat 267 78
fchmodat 268 53|faccessat 269 48|pselect6 270 72|ppoll 271 73|set_robust_list 273 99
utimensat 280 88|epoll_pwait 281 22|fallocate 285 47|eventfd2 290 19|epoll_create1 291 20
dup3 292 24|pipe2 293 59|preadv 295 69|pwritev 296 70|getcpu 309 168|renameat2 316 276
getrandom 318 278|membarrier 324 283|copy_file_range 326 285|statx 332 291|rseq 334 293
close_range 436 436|faccessat2 439 439|epoll_pwait2 441 441|fchmodat2 452 452
"""
_ON_ANY_FILE = (
    "chmod", "fchmod", "fchmodat", "fchmodat2", "utime", "utimes", "utimensat", "truncate",
)  # fmt: skip
_CLONE, _KILL, _TGKILL, _PRLIMIT = (56, 220), (62, 129), (234, 131), (302, 261)
_IOCTL, _FCNTL, _PRCTL, _SOCKETPAIR, _SENDTO = (16, 29), (72, 25), (157, 167), (53, 199), (44, 206)
_CLONE3_AND_LATER = 424  # from here on, "not implemented" makes libraries take the older call
_ARCHITECTURES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7), "arm64": (1, 0xC00000B7)}

_CLONE_THREAD, _CLONE_NEW = 0x10000, 0x7E020080
# Is it a terminal, how many bytes wait, do not block, close on exec.
_IOCTLS = (0x5401, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451)
_FCNTLS = (0, 1, 2, 3, 4, 5, 6, 7, 36, 37, 38, 1030, 1032)  # none that sends signals
_PRCTLS = (15, 16, 0x53564D41)  # names of threads and of memory
_AF_UNIX, _SOCK_STREAM, _SOCK_MASK = 1, 1, 0xF

_LD, _JEQ, _JGE, _JSET, _AND, _RET = 0x20, 0x15, 0x35, 0x45, 0x54, 0x06
_ALLOW, _ERRNO, _KILL_PROCESS = 0x7FFF0000, 0x00050000, 0x80000000
_NUMBER, _ARCH, _ARGUMENTS = 0, 4, 16
_PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP, _MODE_FILTER = 38, 22, 2

_Instruction = tuple[int, int, int, int]


def prepare(*, own_files: bool) -> None:
    """Make what :func:`install` needs, so that no fork of this process has to."""
    _program(os.getpid(), own_files)


def available() -> bool:
    """Whether there is a list for this processor, and the kernel takes filters."""
    if platform.system() != "Linux" or platform.machine() not in _ARCHITECTURES:
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    # Without a filter the kernel that knows filters says "bad address", another "invalid".
    return libc.prctl(_PR_SET_SECCOMP, _MODE_FILTER, None, 0, 0) != 0 and (
        ctypes.get_errno() in (errno.EFAULT, errno.EACCES)
    )


def install(*, own_files: bool) -> None:
    """Put the filter on this process, for ever; threads that it starts inherit it.

    ``own_files`` says that no file can be reached that is not the process's own. Otherwise rights
    and times of files cannot be changed, nor a file cut by its name: Landlock leaves these open.

    Raises
    ------
    OSError
        If the kernel refuses.
    """
    program = _program(os.getpid(), own_files)
    held = ctypes.create_string_buffer(program, len(program))
    filters = struct.pack("=H6xQ", len(program) // 8, ctypes.addressof(held))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) or libc.prctl(
        _PR_SET_SECCOMP, _MODE_FILTER, filters, 0, 0
    ):
        raise OSError(ctypes.get_errno(), "seccomp")


def _program(pid: int, own_files: bool) -> bytes:
    column, _ = _ARCHITECTURES[platform.machine()]
    program: list[_Instruction] = []
    for numbers, checks in _conditional(pid):
        body = [*checks, (_RET, 0, 0, _ALLOW), (_RET, 0, 0, _ERRNO | errno.EPERM)]
        program += [(_JEQ, 0, len(body), numbers[column]), *body]
    program += [
        (_JGE, 0, 1, _CLONE3_AND_LATER),
        (_RET, 0, 0, _ERRNO | errno.ENOSYS),
        (_RET, 0, 0, _ERRNO | errno.EPERM),
    ]
    return _unconditional(own_files) + _packed(program)


@cache  # in the process that forks: all have it
def _unconditional(own_files: bool) -> bytes:
    column, architecture = _ARCHITECTURES[platform.machine()]
    listed = [entry.split() for line in _ALLOWED.strip().splitlines() for entry in line.split("|")]
    plain = [
        int(each[1 + column])
        for each in listed
        if each[1 + column] != "-" and (own_files or each[0] not in _ON_ANY_FILE)
    ]
    program: list[_Instruction] = [
        (_LD, 0, 0, _ARCH),
        (_JEQ, 1, 0, architecture),
        (_RET, 0, 0, _KILL_PROCESS),
        (_LD, 0, 0, _NUMBER),
        # The x32 numbers of x86_64 would be a second door to every call.
        (_JGE, 0, 1, 0x40000000),
        (_RET, 0, 0, _ERRNO | errno.ENOSYS),
    ]
    for number in plain:
        program += [(_JEQ, 0, 1, number), (_RET, 0, 0, _ALLOW)]
    return _packed(program)


def _packed(program: list[_Instruction]) -> bytes:
    return b"".join(struct.pack("=HBBI", *each) for each in program)


def _conditional(pid: int) -> Iterator[tuple[tuple[int, int], list[_Instruction]]]:
    """Calls that depend on their arguments; each check falls through to "allowed"."""
    # Threads, but no processes and no new namespaces.
    threads = [(_JSET, 0, 2, _CLONE_THREAD), (_JSET, 1, 0, _CLONE_NEW)]
    yield _CLONE, [_argument(0), *threads]
    for numbers in (_KILL, _TGKILL):
        yield numbers, [_argument(0), (_JEQ, 0, 1, pid)]
    yield _PRLIMIT, [_argument(0), (_JEQ, 1, 0, 0), (_JEQ, 0, 1, pid)]
    yield _IOCTL, _one_of(1, _IOCTLS)
    yield _FCNTL, _one_of(1, _FCNTLS)
    yield _PRCTL, _one_of(0, _PRCTLS)
    # asyncio wakes itself by a pair of sockets; a stream cannot be sent to another address.
    yield (
        _SOCKETPAIR,
        [
            _argument(0),
            (_JEQ, 0, 4, _AF_UNIX),
            _argument(1),
            (_AND, 0, 0, _SOCK_MASK),
            (_JEQ, 0, 1, _SOCK_STREAM),
        ],
    )
    yield _SENDTO, [_argument(4), (_JEQ, 0, 3, 0), _argument(4, upper=True), (_JEQ, 0, 1, 0)]


def _argument(which: int, *, upper: bool = False) -> _Instruction:
    return (_LD, 0, 0, _ARGUMENTS + 8 * which + 4 * upper)


def _one_of(which: int, values: tuple[int, ...]) -> list[_Instruction]:
    """Go on if an argument is one of the values, else past the "allowed" that follows."""
    last = len(values) - 1
    tests = [(_JEQ, last - at, 0 if at < last else 1, value) for at, value in enumerate(values)]
    return [_argument(which), *tests]
