"""Find a Chromium for the browser tests; with ``--install``, get one where there is none."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

__all__ = ["MISSING", "find"]

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MISSING = (
    "no Chromium found, and the browser tests are not skipped without one: install it "
    "(on Debian 'sudo apt-get install chromium', else '.venv/bin/playwright install chromium') "
    "or name one in AFKIT_CHROMIUM"
)


def find() -> str | None:
    """Path of a Chromium: ``$AFKIT_CHROMIUM``, one on the PATH, or Playwright's own."""
    named = os.environ.get("AFKIT_CHROMIUM")
    if named:
        return named if Path(named).is_file() else None
    for name in NAMES:
        if path := shutil.which(name):
            return path
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path
    return own if Path(own).is_file() else None


def _install() -> None:
    """Try the system's packages, then Playwright's download; the caller looks again."""
    if os.name == "posix" and os.geteuid() == 0 and shutil.which("apt-get"):
        subprocess.run(["apt-get", "update", "-q"], check=False)
        subprocess.run(["apt-get", "install", "-y", "-q", "chromium"], check=False)
    if find() is None:
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)


if __name__ == "__main__":
    if find() is None and "--install" in sys.argv:
        _install()
    sys.exit(0 if find() else MISSING)
