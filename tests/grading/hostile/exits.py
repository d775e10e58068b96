"""Code that ends its process, or the way on which its answers leave."""

# ruff: noqa: E501  cells and messages stand on one line each
from __future__ import annotations

from tests.grading.hostile import LOST, SAY, Case


def _end(name: str, attack: str) -> Case:
    return Case(name, attack, proof="ends", answer=LOST)


CASES = [
    _end("os-exit", "import os\nos._exit(0)"),
    _end("os-exit-7", "import os\nos._exit(7)"),
    _end("abort", "import os\nos.abort()"),
    _end("segfault", "import ctypes\nctypes.string_at(0)"),
    _end("kill-itself", "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)"),
    _end("end-itself", "import ctypes\nctypes.CDLL(None).exit(3)"),
    _end("jump-to-nowhere", "import ctypes\nctypes.CFUNCTYPE(None)(16)()"),
    _end("close-descriptors", "import os\nos.closerange(3, 4096)"),
    _end("close-all-descriptors", "import os\nfor fd in range(256):\n    try:\n        os.close(fd)\n    except OSError:\n        pass"),
    _end("descriptors-to-nothing", "import os\nnull = os.open('/dev/null', os.O_RDWR)\nfor fd in range(3, 100):\n    if fd != null:\n        os.dup2(null, fd)"),
    _end("exit-from-thread", "import os, threading, time\nthreading.Thread(target=os._exit, args=(0,)).start()\ntime.sleep(0.2)"),
    _end("free-what-is-not-ours", "import ctypes\nctypes.CDLL(None).free(ctypes.c_void_p(12345))"),
    Case("system-exit", f"{SAY}\nraise SystemExit(0)", contained=False),
    Case("sys-exit", f"import sys\n{SAY}\nsys.exit(1)", contained=False),
    Case("exit-by-name", f"{SAY}\nexit()\nquit()", contained=False),
    Case("keyboard-interrupt", f"{SAY}\nraise KeyboardInterrupt", contained=False),
    Case("base-exception", f"{SAY}\nclass E(BaseException):\n    def __str__(self):\n        raise self\nraise E", contained=False),
    Case("generator-exit", f"{SAY}\nraise GeneratorExit", contained=False),
    Case("syntax", f"{SAY}\neval('1 +')", contained=False),
    Case("stop-itself", "import os, signal\nos.kill(os.getpid(), signal.SIGSTOP)", proof="hangs", answer=...),
    Case("at-exit", f"import atexit, os\natexit.register(lambda: os.write(3, b'x'))\n{SAY}", contained=False),
]  # fmt: skip
