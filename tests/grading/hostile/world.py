"""What attacks aim at: files of a dummy grader, and a process with a secret that listens."""

# ruff: noqa: E501  cells and messages stand on one line each
from __future__ import annotations

import json
import os
import secrets
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

__all__ = ["World"]

_LISTENER = """
import ctypes, json, os, signal, socket, selectors, sys
folder, hits, abstract = sys.argv[1:4]
held = ctypes.create_string_buffer(b"S3CRET in memory" + bytes(48))
kept = os.open(folder + "/keys.json", os.O_RDONLY)
os.chdir(folder)
def note(what):
    with open(hits, "a") as file:
        file.write(what + "\\n")
signal.signal(signal.SIGUSR1, lambda *_: note("signal"))
tcp = socket.create_server(("127.0.0.1", 0))
udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); udp.bind(("127.0.0.1", 0))
unix = socket.socket(socket.AF_UNIX); unix.bind(folder + "/server"); unix.listen()
named = socket.socket(socket.AF_UNIX); named.bind("\\0" + abstract); named.listen()
grams = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM); grams.bind(folder + "/datagrams")
wait = selectors.DefaultSelector()
for each, name in ((tcp, "tcp"), (udp, "udp"), (unix, "unix"), (named, "abstract"), (grams, "datagram")):
    wait.register(each, selectors.EVENT_READ, name)
print(json.dumps({"PORT": tcp.getsockname()[1], "UDP": udp.getsockname()[1],
                  "ADDRESS": ctypes.addressof(held), "FD": kept}), flush=True)
while True:
    for key, _ in wait.select():
        note(key.data)
        if key.data in ("udp", "datagram"):
            key.fileobj.recv(100)
        else:
            key.fileobj.accept()[0].close()
"""


class World:
    """A folder and a listener; :meth:`changes` says what attacks have done to them."""

    def __init__(self, base: Path) -> None:
        self.folder = base / "grader"
        self._hits = base / "hits"
        self._restore()
        abstract = f"afkit-{secrets.token_hex(8)}"
        self._process = subprocess.Popen(
            [
                sys.executable,
                "-I",
                "-c",
                _LISTENER,
                str(self.folder),
                str(self._hits),
                abstract,
                "S3CRET",
            ],
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "GRADER_TOKEN": "S3CRET"},
        )
        assert self._process.stdout is not None
        told = json.loads(self._process.stdout.readline())
        self.targets = {name: str(value) for name, value in told.items()}
        self.targets |= {
            "DIR": str(self.folder),
            "PID": str(self._process.pid),
            "ABSTRACT": abstract,
        }
        self._before = self._state()

    def changes(self, wait: float = 0.0) -> list[str]:
        """What is not as it was, in words; then all is put right again."""
        end = time.monotonic() + wait
        while not (found := self._found()) and time.monotonic() < end:
            time.sleep(0.01)
        if found:
            self._restore()
            self._before = self._state()
        return found

    def close(self) -> None:
        self._process.kill()
        self._process.communicate()

    def alive(self) -> bool:
        return self._process.poll() is None

    def _found(self) -> list[str]:
        after = self._state()
        names = sorted(set(self._before) | set(after))
        found = [name for name in names if self._before.get(name) != after.get(name)]
        return [*found, *self._hits.read_text().split()]

    def _restore(self) -> None:
        for path in sorted(self.folder.rglob("*"), reverse=True) if self.folder.exists() else ():
            if path.name in ("server", "datagrams"):
                continue
            if path.is_dir() and not path.is_symlink():
                path.rmdir()
            else:
                path.unlink()
        (self.folder / "solutions").mkdir(parents=True)
        for name in ("ann", "bob"):
            folder = self.folder / "submitted" / name
            folder.mkdir(parents=True)
            (folder / "01.ipynb").write_text('{"answer of a neighbour": "S3CRET"}')
        (self.folder / "solutions" / "01.ipynb").write_text('{"solution": "S3CRET"}')
        (self.folder / "keys.json").write_text('{"q1": "S3CRET"}')
        (self.folder / "keys_module.py").write_text("KEY = 'S3CRET'\n")
        (self.folder / "gradebook.sqlite").write_text("score 3")
        with sqlite3.connect(self.folder / "real.sqlite") as book:
            book.execute("create table marks (score)")
            book.execute("insert into marks values (3)")
        book.close()
        self._hits.write_text("")
        for path in (self.folder, *self.folder.rglob("*")):
            if not path.is_socket():
                path.chmod(0o777 if path.is_dir() else 0o666)

    def _state(self) -> dict[str, object]:
        state: dict[str, object] = {}
        for path in self.folder.rglob("*"):
            seen = path.lstat()
            if "__pycache__" in path.parts:
                continue
            held = path.read_bytes() if path.is_file() and not path.is_symlink() else b""
            times = 0 if path.is_dir() else seen.st_mtime_ns
            state[str(path.relative_to(self.folder))] = (seen.st_mode, times, held)
        return state
