"""Code that takes all there is: time, memory, processes, files, output, the stack."""

# ruff: noqa: E501  cells and messages stand on one line each
from __future__ import annotations

from tests.grading.hostile import LOST, SAY, Case

CASES = [
    Case("loop", "while True: pass", proof="hangs"),
    Case("loop-that-catches", "while True:\n    try:\n        while True: pass\n    except BaseException:\n        pass", proof="hangs", answer=...),
    Case("loop-signals-ignored", "import signal\nfor each in (signal.SIGALRM, signal.SIGXCPU, signal.SIGTERM, signal.SIGINT):\n    signal.signal(each, signal.SIG_IGN)\nwhile True: pass", proof="hangs", answer=LOST),
    Case("loop-signals-blocked", "import signal\nsignal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))\nwhile True: pass", proof="hangs", answer=LOST),
    Case("loop-in-c", "10 ** 10 ** 9", proof="hangs", answer=...),
    Case("regex", "import re\nre.match('(a+)+$', 'a' * 60 + 'b')", proof="hangs"),
    Case("sleep", "import time\ntime.sleep(1000)", proof="hangs"),
    Case("wait-for-input", "import os\nr, w = os.pipe()\nos.read(r, 1)", proof="hangs"),
    Case("property-that-loops", "class Q:\n    def __getattribute__(self, name):\n        while True: pass\nq2 = Q()\nq2.x", proof="hangs", answer=LOST),
    Case("threads-that-spin", "import threading\ndef spin():\n    while True: pass\nfor _ in range(4):\n    threading.Thread(target=spin, daemon=True).start()\n" + SAY, contained=False),
    Case("memory", f"held = bytearray(320 << 20)\n{SAY}"),
    Case("memory-in-pieces", f"held = []\nfor _ in range(40):\n    held.append(bytearray(8 << 20))\n{SAY}"),
    Case("memory-by-numpy", f"import numpy\nheld = numpy.zeros(1 << 26)\n{SAY}"),
    Case("memory-by-mmap", f"import mmap\nheld = mmap.mmap(-1, 1 << 30)\n{SAY}"),
    Case("memory-by-memfd", f"import os\nfd = os.memfd_create('x')\nos.write(fd, bytes(1 << 20))\n{SAY}"),
    Case("shared-memory", f"import ctypes\nlibc = ctypes.CDLL(None)\nid = libc.shmget(0, 1 << 20, 0o1600)\nif id >= 0:\n    libc.shmctl(id, 0, None)\n    {SAY}"),
    Case("huge-list", f"held = [0] * (40 << 20)\n{SAY}"),
    Case("processes", f"import os\nfor _ in range(20):\n    if os.fork() == 0:\n        os._exit(0)\n{SAY}"),
    Case("processes-by-multiprocessing", f"import multiprocessing as m\np = m.get_context('fork').Process(target=print)\np.start()\np.join()\n{SAY}"),
    Case("threads", f"import threading, time\nfor _ in range(100):\n    threading.Thread(target=time.sleep, args=(30,), daemon=True).start()\n{SAY}"),
    Case("one-large-file", f"with open('big', 'wb') as file:\n    for _ in range(20):\n        file.write(bytes(1 << 20))\n{SAY}"),
    Case("many-large-files", f"import time\nfor n in range(20):\n    with open(f'big{{n}}', 'wb') as file:\n        file.write(bytes(1 << 20))\ntime.sleep(0.35)\n{SAY}", answer=...),
    Case("many-files", f"import time\nfor n in range(1100):\n    open(f'f{{n}}', 'w').close()\ntime.sleep(0.35)\n{SAY}", answer=...),
    Case("sparse-file", f"import os\nos.truncate(os.open('sparse', os.O_CREAT | os.O_WRONLY), 1 << 29)\n{SAY}"),
    Case("many-descriptors", f"held = [open('/dev/null') for _ in range(500)]\n{SAY}"),
    Case("much-output", f"for _ in range(2000):\n    print('x' * 1000)\n{SAY}"),
    Case("much-output-at-once", f"print('x' * (8 << 20))\n{SAY}"),
    Case("much-error-output", f"import sys\nfor _ in range(2000):\n    print('x' * 1000, file=sys.stderr)\n{SAY}"),
    Case("recursion", f"def f():\n    return f()\ntry:\n    f()\nexcept RecursionError:\n    {SAY}", contained=False),
    Case("recursion-in-repr", f"class Q:\n    def __repr__(self):\n        return repr(self)\n{SAY}\nQ()", contained=False),
    Case("huge-figure", f"import matplotlib.pyplot as plt\nplt.figure(figsize=(100, 100)).canvas.get_renderer()\nplt.close('all')\n{SAY}"),
    Case("traceback-without-end", "def f(n):\n    if n == 0:\n        raise ValueError('x' * 10**6)\n    f(n - 1)\n" + SAY + "\nf(500)", contained=False),
]  # fmt: skip
