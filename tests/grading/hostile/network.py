"""Code that calls somebody: loopback, names, sockets with and without a file."""

# ruff: noqa: E501  cells and messages stand on one line each
from __future__ import annotations

from tests.grading.hostile import SAY, Case

CASES = [
    Case("tcp", "import socket\nsocket.create_connection(('127.0.0.1', @PORT@), 1).sendall(b'hello')", proof="world"),
    Case("udp", "import socket\nsocket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'hello', ('127.0.0.1', @UDP@))", proof="world"),
    Case("urllib", "import urllib.request\nurllib.request.urlopen('http://127.0.0.1:@PORT@/key', timeout=0.5)", proof="world"),
    Case("pandas-url", "import pandas\npandas.read_csv('http://127.0.0.1:@PORT@/key.csv')", proof="world"),
    Case("unix", "import socket\ns = socket.socket(socket.AF_UNIX)\ns.connect('@DIR@/server')\ns.sendall(b'hello')", proof="world"),
    Case("abstract", "import socket\ns = socket.socket(socket.AF_UNIX)\ns.connect('\\0@ABSTRACT@')\ns.sendall(b'hello')", proof="world"),
    Case("raw-syscall", "import ctypes, struct\nlibc = ctypes.CDLL(None)\nfd = libc.socket(2, 1, 0)\nlibc.connect(fd, struct.pack('>HH4s8x', 0x0200, @PORT@, bytes([127, 0, 0, 1])), 16)\nlibc.send(fd, b'hello', 5, 0)", proof="world"),
    Case("datagram-pair", "import socket\none, other = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)\none.sendto(b'hello', '@DIR@/datagrams')", proof="world"),
    Case("names", f"import socket\nsocket.getaddrinfo('localhost', 80, proto=socket.IPPROTO_TCP)\ns = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\ns.connect(('127.0.0.1', 53))\n{SAY}"),
    Case("listen", f"import socket\ns = socket.socket()\ns.bind(('127.0.0.1', 0))\ns.listen()\n{SAY}"),
    Case("netlink", f"import socket\nsocket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)\n{SAY}"),
    Case("io-uring", f"import ctypes\nheld = ctypes.create_string_buffer(256)\nctypes.set_errno(0)\nlibc = ctypes.CDLL(None, use_errno=True)\nif libc.syscall(425, 4, held) >= 0 or ctypes.get_errno() == 1 and open('/proc/sys/kernel/io_uring_disabled').read().strip() != '0':\n    {SAY}"),
    Case("signal-to-grader", "import os\nos.kill(@PID@, 10)", proof="world"),
    Case("signal-by-fcntl", "import fcntl, os\nr, w = os.pipe()\nfcntl.fcntl(r, fcntl.F_SETOWN, @PID@)\nfcntl.fcntl(r, 10, 10)\nfcntl.fcntl(r, fcntl.F_SETFL, fcntl.fcntl(r, fcntl.F_GETFL) | os.O_ASYNC | os.O_NONBLOCK)\nos.write(w, b'x')", proof="world"),
    Case("limits-of-grader", f"import resource\nresource.prlimit(@PID@, resource.RLIMIT_CORE, resource.prlimit(@PID@, resource.RLIMIT_CORE))\n{SAY}"),
    Case("priority-of-grader", f"import os\nos.setpriority(os.PRIO_PROCESS, @PID@, 5)\n{SAY}"),
]  # fmt: skip
