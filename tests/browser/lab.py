"""A real JupyterLab on a copy of the kit, and a notebook open in it, for tests and benchmarks.

JupyterLab runs in a temporary folder, with settings of its own, and answers on this machine only.
Every request to another machine is stopped and noted, and so is every error on the console.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import urlopen

from axe_playwright_python.sync_playwright import Axe

from tests.browser.chromium import MISSING, find

if TYPE_CHECKING:
    from playwright.sync_api import (
        Browser,
        ConsoleMessage,
        Page,
        Playwright,
        Request,
        Route,
        ViewportSize,
        WebSocket,
    )

REPOSITORY = Path(__file__).resolve().parents[2]
KIT = ("kit.toml", "data", "docs", "readings", "notebooks", "exercises")
HERE = ("127.0.0.1", "localhost")
SECONDS_TO_START = 60
#: Nothing that a test asks of a page takes longer; Playwright itself waits for a script for ever.
LIMIT_MS = 120_000

LAB = (
    "--no-browser",
    "--ServerApp.ip=127.0.0.1",
    "--ServerApp.port_retries=0",
    # Only this machine can reach the server, and it serves a copy.
    "--IdentityProvider.token=",
    "--ServerApp.allow_root=True",
    "--LabApp.expose_app_in_browser=True",
    "--LabApp.extension_manager=readonly",
    "--LabApp.news_url=None",
    "--LabApp.check_for_updates_class=jupyterlab.handlers.announcements.NeverCheckForUpdate",
)
SETTINGS = {
    "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
    "docmanager-extension/plugin": {"autosave": False},
}
DISABLED = (
    "@jupyterlab/apputils-extension:announcements",
    "@jupyterlab/extensionmanager-extension",
)
COMMAND = "([name, given]) => window.jupyterapp.commands.execute(name, given).then(() => 0)"
# What the page told the kernel before must be read first: a cell overtakes it, as a click does.
# A notebook that was opened just now may lose a command without a word: so it is given until a cell
# has run, which is to be seen by its number.
RUN = """async ([name, cell]) => {
  const wait = (time) => new Promise((done) => setTimeout(done, time));
  const { commands, shell } = window.jupyterapp;
  const { kernel } = shell.currentWidget.sessionContext.session;
  if (!kernel.afkitUnread) {
    kernel.afkitUnread = new Set();
    kernel.anyMessage.connect((_, { direction, msg }) => {
      const { msg_type, msg_id } = msg.header;
      if (direction === 'send' && msg_type === 'comm_msg') kernel.afkitUnread.add(msg_id);
      if (msg.content.execution_state === 'idle')
        kernel.afkitUnread.delete(msg.parent_header.msg_id);
    });
  }
  await wait(20);  // a view sends what has changed at the end of a frame
  for (let tries = 0; kernel.afkitUnread.size && tries < 100; tries += 1) await wait(20);
  for (;;) {
    const { content } = shell.currentWidget;
    if (cell !== null) content.activeCellIndex = cell;
    const asked = content.widgets.filter((each, at) => each.model.type === 'code'
      && each.model.sharedModel.source.trim() && (cell === null || cell === at));
    for (const { model } of asked) model.executionCount = null;
    await commands.execute(name);
    if (asked.some(({ model }) => model.executionCount !== null)) return;
    await wait(50);
  }
}"""
AXE_RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
DESKTOP: ViewportSize = {"width": 1280, "height": 800}
TALL: ViewportSize = {"width": 1280, "height": 4000}
CHROMIUM = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-sync",
    "--metrics-recording-only",
    "--no-first-run",
    "--no-pings",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
)


@dataclass
class Watch:
    """What a page did that it should not: requests to other machines, errors on its console."""

    outside: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def follow(self, page: Page) -> None:
        page.context.on("request", self._request)
        page.context.route(_is_outside, _stop)
        page.on("websocket", self._socket)
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.errors.append(str(error)))

    def _request(self, request: Request) -> None:
        if _is_outside(request.url):
            self.outside.append(request.url)

    def _socket(self, connection: WebSocket) -> None:
        if _is_outside(connection.url):
            self.outside.append(connection.url)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.errors.append(f"{message.text} ({message.location.get('url', '')})")


@dataclass
class Notebook:
    """A notebook open in JupyterLab; cells are counted from 0."""

    page: Page
    watch: Watch

    def run_all(self) -> None:
        """Run every cell and wait until the last has finished; fail if one of them failed."""
        self._evaluate(RUN, ["notebook:run-all-cells", None])
        self.wait_idle()
        count = len(self.cells)
        outputs = [each for cell in range(count) for each in self._outputs(cell)]
        failed = [_plain(each) for each in outputs if each["output_type"] == "error"]
        if failed:
            raise AssertionError("\n".join(failed))

    def run(self, cell: int) -> str:
        """Run one cell; what it prints and returns, as plain text."""
        self._evaluate(RUN, ["notebook:run-cell", cell])
        self.wait_idle()
        return self.output(cell)

    def output(self, cell: int) -> str:
        """Plain text of a cell's outputs; an error's name and message if it failed."""
        return "\n".join(map(_plain, self._outputs(cell)))

    def _outputs(self, cell: int) -> list[dict[str, Any]]:
        script = f"return panel.content.widgets[{cell}].model.outputs?.toJSON() ?? []"
        found: list[dict[str, Any]] = self._panel(script)
        return found

    @property
    def cells(self) -> list[tuple[str, str]]:
        """Kind (``code``, ``markdown``, ``raw``) and source of each cell, in order."""
        pair = "({ model }) => [model.type, model.sharedModel.source]"
        found = self._panel(f"return panel.content.widgets.map({pair})")
        return [(kind, source) for kind, source in found]

    @property
    def mode(self) -> str:
        """``command`` or ``edit``."""
        return str(self._panel("return panel.content.mode"))

    def wait_idle(self) -> None:
        self.page.wait_for_function(
            "() => { const kernel = window.jupyterapp?.shell.currentWidget?.sessionContext"
            "?.session?.kernel; return kernel?.status === 'idle' "
            "&& kernel.connectionStatus === 'connected' }",
            timeout=60_000,
        )

    def restart(self) -> None:
        """Give the notebook a fresh kernel."""
        self._panel("return panel.sessionContext.restartKernel()")
        self.wait_idle()

    def theme(self, name: str) -> None:
        """Switch to ``JupyterLab Light`` or ``JupyterLab Dark``."""
        light = str(not name.endswith("Dark")).lower()
        if self.page.locator(f"body[data-jp-theme-light='{light}']").count():
            return
        self._command("apputils:change-theme", {"theme": name})
        self.page.wait_for_selector(f"body[data-jp-theme-light='{light}']", state="attached")
        # JupyterLab fails on its console if the theme changes again while its splash still fades.
        self.page.wait_for_selector("#jupyterlab-splash", state="detached")

    def violations(self, within: str) -> list[str]:
        """What axe finds against WCAG 2.2 AA inside the elements that a CSS selector names."""
        # JupyterLab's body has no height, so that axe takes everything for hidden and judges no
        # colour; and what is scrolled out of sight it does not judge either.
        size = self.page.viewport_size
        self.page.set_viewport_size(TALL)
        self.page.add_style_tag(content="body { height: 100vh }")
        self.page.locator(within).first.scroll_into_view_if_needed()
        rules = {"runOnly": [*AXE_RULES], "resultTypes": ["violations", "passes"]}
        found = Axe().run(self.page, context=within, options=rules).response
        if size:
            self.page.set_viewport_size(size)
        judged = {each["id"] for each in (*found["passes"], *found["violations"])}
        if "color-contrast" not in judged:
            raise AssertionError(
                f"axe judged no colours within '{within}': is it there, and visible?"
            )
        return [
            f"{rule['id']}: {node['html'][:200]}"
            for rule in found["violations"]
            for node in rule["nodes"]
        ]

    def _command(self, name: str, arguments: dict[str, str] | None = None) -> None:
        self._evaluate(COMMAND, [name, arguments or {}])

    def _panel(self, body: str) -> Any:
        return self._evaluate(
            f"() => {{ const panel = window.jupyterapp.shell.currentWidget; {body} }}"
        )

    def _evaluate(self, script: str, given: object = None) -> Any:
        late = f"(_, no) => setTimeout(() => no(new Error('over {LIMIT_MS} ms')), {LIMIT_MS})"
        race = f"(given) => Promise.race([({script})(given), new Promise({late})])"
        return self.page.evaluate(race, given)


@dataclass
class Lab:
    """A running JupyterLab: its address, the folder it serves, the browser that visits it."""

    url: str
    folder: Path
    browser: Browser
    notebooks: list[Notebook] = field(default_factory=list)

    def open(self, name: str, cells: Sequence[str]) -> Notebook:
        """Write a notebook of code cells beside the kit, open it and wait for its kernel."""
        path = self.folder / name
        path.write_text(json.dumps(_notebook(cells)), encoding="utf-8")
        return self.visit(name)

    def visit(self, name: str) -> Notebook:
        """Open a notebook of the kit, ``notebooks/...``, and wait for its kernel."""
        context = self.browser.new_context(viewport=DESKTOP)
        page = context.new_page()
        notebook = Notebook(page, Watch())
        notebook.watch.follow(page)
        self.notebooks.append(notebook)
        page.goto(f"{self.url}/lab/tree/{name}?reset")
        notebook.wait_idle()
        return notebook

    def close_all(self) -> None:
        """Close every page: one that nobody looks at still takes its share of the processor."""
        for notebook in self.notebooks:
            notebook.page.context.close()
        self.notebooks.clear()


@contextmanager
def chromium(playwright: Playwright, *more: str) -> Iterator[Browser]:
    """Chromium without a window and without any network of its own; ``more`` are its switches."""
    if (path := find()) is None:
        raise RuntimeError(MISSING)
    # Chromium's sandbox does not start as root, which is what containers run as.
    as_root = hasattr(os, "geteuid") and os.geteuid() == 0
    rooted = ("--no-sandbox", "--disable-dev-shm-usage") if as_root else ()
    found = playwright.chromium.launch(executable_path=path, args=[*CHROMIUM, *rooted, *more])
    try:
        yield found
    finally:
        found.close()


@contextmanager
def serve(room: Path, browser: Browser) -> Iterator[Lab]:
    """JupyterLab on a copy of the kit inside ``room``; nothing is written to the work tree."""
    folder = room / "kit"
    _copy_kit(folder)
    port = _free_port()
    log = room / "lab.log"
    with log.open("w", encoding="utf-8") as stream:
        command = [sys.executable, "-m", "jupyterlab", *LAB]
        server = subprocess.Popen(
            [*command, f"--ServerApp.port={port}", f"--ServerApp.root_dir={folder}"],
            cwd=folder,
            env=_environment(room),
            stdout=stream,
            stderr=subprocess.STDOUT,
        )
        try:
            url = f"http://127.0.0.1:{port}"
            _wait_for(url, server, log)
            yield Lab(url, folder, browser)
        finally:
            server.terminate()
            try:
                server.wait(timeout=15)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def _is_outside(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in ("http", "https", "ws", "wss") and parts.hostname not in HERE


def _stop(route: Route) -> None:
    route.abort()


def _plain(output: dict[str, Any]) -> str:
    if output["output_type"] == "stream":
        return _joined(output["text"])
    if output["output_type"] == "error":
        return f"{output['ename']}: {output['evalue']}"
    return _joined(output["data"].get("text/plain", ""))


def _joined(text: str | list[str]) -> str:
    return text if isinstance(text, str) else "".join(text)


def _notebook(cells: Sequence[str]) -> dict[str, Any]:
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": {"kernelspec": kernel, "language_info": {"name": "python"}},
        "cells": [
            {
                "id": f"cell-{number}",
                "cell_type": "code",
                "source": source,
                "metadata": {},
                "outputs": [],
                "execution_count": None,
            }
            for number, source in enumerate(cells)
        ],
    }


def _copy_kit(folder: Path) -> None:
    folder.mkdir()
    for name in KIT:
        source = REPOSITORY / name
        if source.is_dir():
            shutil.copytree(source, folder / name)
        elif source.is_file():
            shutil.copy(source, folder / name)


def _environment(room: Path) -> dict[str, str]:
    rooms = {
        "JUPYTER_CONFIG_DIR": "config",
        "JUPYTER_DATA_DIR": "data",
        "JUPYTER_RUNTIME_DIR": "runtime",
        "JUPYTERLAB_SETTINGS_DIR": "settings",
        "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
        "IPYTHONDIR": "ipython",
    }
    for name in rooms.values():
        (room / name).mkdir()
    for plugin, values in SETTINGS.items():
        path = room / "settings" / "@jupyterlab" / f"{plugin}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(values), encoding="utf-8")
    page = room / "config" / "labconfig" / "page_config.json"
    page.parent.mkdir()
    page.write_text(json.dumps({"disabledExtensions": dict.fromkeys(DISABLED, True)}))
    # What 'afkit lab' sets: the kit's own defaults for JupyterLab.
    calm = {"JUPYTER_CONFIG_PATH": str(REPOSITORY / "src" / "afkit" / "lab")}
    kept = {name: value for name, value in os.environ.items() if not name.startswith("JUPYTER")}
    kept.pop("AFKIT_ROOT", None)
    return kept | calm | {name: str(room / folder) for name, folder in rooms.items()}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_for(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urlopen(f"{url}/api/status", timeout=2):
                return
        except (URLError, OSError):
            time.sleep(0.2)
    tail = "\n".join(log.read_text(encoding="utf-8").splitlines()[-20:])
    raise AssertionError(
        f"JupyterLab did not start within {SECONDS_TO_START} s; the end of its log:\n{tail}"
    )
