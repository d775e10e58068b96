"""Code that means to outlive its run: daemons, orphans, groups of its own."""

# ruff: noqa: E501  cells and messages stand on one line each
from __future__ import annotations

from tests.grading.hostile import Case

_BEAT = """\
    import time
    open('@DIR@/alive', 'a').write('x')
    time.sleep(60)
    os._exit(0)
__import__('time').sleep(0.3)"""

CASES = [
    Case("child", f"import os\nif os.fork() == 0:\n{_BEAT}", proof="world"),
    Case("daemon", f"import os\nif os.fork() == 0:\n    os.setsid()\n    if os.fork() != 0:\n        os._exit(0)\n{_BEAT}", proof="world"),
    Case("group-of-its-own", f"import os\nif os.fork() == 0:\n    os.setpgid(0, 0)\n{_BEAT}", proof="world"),
    Case("deaf-child", f"import os, signal\nif os.fork() == 0:\n    for each in (1, 2, 3, 15):\n        signal.signal(each, signal.SIG_IGN)\n{_BEAT}", proof="world"),
    Case("popen", "import subprocess, time\nsubprocess.Popen(['sh', '-c', 'echo x >> @DIR@/alive; sleep 60'], start_new_session=True)\ntime.sleep(0.3)", proof="world"),
    Case("shell-background", "import os, time\nos.system('(echo x >> @DIR@/alive; sleep 60) &')\ntime.sleep(0.3)", proof="world"),
    Case("orphan-then-exit", f"import os\nif os.fork() == 0:\n    os.setsid()\n{_BEAT}\nopen('@DIR@/alive', 'a').write('x')", proof="world"),
]  # fmt: skip
