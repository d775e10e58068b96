"""Code that changes what is not its own: gradebook, keys, other submissions, the bundle, home."""

# ruff: noqa: E501  cells and messages stand on one line each
from __future__ import annotations

from tests.grading.hostile import SAY, Case


def _write(name: str, attack: str) -> Case:
    return Case(name, attack, proof="world")


CASES = [
    _write("gradebook", "open('@DIR@/gradebook.sqlite', 'w').write('score 100')"),
    _write("gradebook-by-sqlite", "import sqlite3\nbook = sqlite3.connect('@DIR@/real.sqlite')\nbook.execute('update marks set score = 100')\nbook.commit()"),
    _write("delete-neighbour", "import os\nos.remove('@DIR@/submitted/bob/01.ipynb')"),
    _write("rename-neighbour", "import os\nos.rename('@DIR@/submitted/bob', '@DIR@/submitted/eve')"),
    _write("remove-all", "import shutil\nshutil.rmtree('@DIR@/submitted')"),
    _write("truncate", "import os\nos.truncate('@DIR@/keys.json', 0)"),
    _write("permissions", "import os\nos.chmod('@DIR@/keys.json', 0o777)"),
    _write("times", "import os\nos.utime('@DIR@/keys.json', (0, 0))"),
    _write("new-file", "open('@DIR@/.profile', 'w').write('evil')"),
    _write("link-in", "import os\nos.symlink('/etc/passwd', '@DIR@/link')"),
    _write("by-descriptor-of-folder", "import os\nfolder = os.open('@DIR@', os.O_RDONLY)\nos.unlink('keys.json', dir_fd=folder)"),
    _write("socket-file", "import socket\nsocket.socket(socket.AF_UNIX).bind('@DIR@/socket')"),
    _write("fifo", "import os\nos.mkfifo('@DIR@/fifo')"),
    Case("bundle", f"import os\nopen(os.environ['AFKIT_ROOT'] + '/data/mine.csv', 'w').write('x')\nos.remove(os.environ['AFKIT_ROOT'] + '/data/mine.csv')\n{SAY}"),
    Case("interpreter", f"import json, os\npath = os.path.join(os.path.dirname(json.__file__), 'evil.tmp')\nopen(path, 'w').write('x')\nos.remove(path)\n{SAY}"),
    Case("package", f"import afkit, os\npath = os.path.join(os.path.dirname(afkit.__file__), 'evil.tmp')\nopen(path, 'w').write('x')\nos.remove(path)\n{SAY}"),
    Case("mount", f"import ctypes, os\nos.mkdir(os.path.expanduser('~/m'))\nif ctypes.CDLL(None).mount(b'none', os.path.expanduser('~/m').encode(), b'tmpfs', 0, None) == 0:\n    ctypes.CDLL(None).umount2(os.path.expanduser('~/m').encode(), 2)\n    {SAY}"),
    Case("own-namespaces", f"import ctypes\nif ctypes.CDLL(None).unshare(0x10000000 | 0x20000) == 0:\n    {SAY}"),
]  # fmt: skip
