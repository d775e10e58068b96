"""One JupyterLab and one Chromium for all browser tests; what a page must not do fails its test."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import sync_playwright

from tests.browser.chromium import MISSING, find
from tests.browser.lab import Lab, Notebook, chromium, serve

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium without a window and without any network of its own."""
    if find() is None:
        pytest.fail(MISSING)
    with sync_playwright() as playwright, chromium(playwright) as found:
        yield found


@pytest.fixture(scope="session")
def lab(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """JupyterLab on a copy of the kit; nothing is written to the work tree."""
    with serve(tmp_path_factory.mktemp("lab"), browser) as found:
        yield found


@pytest.fixture(autouse=True)
def nothing_outside(lab: Lab) -> Iterator[None]:
    """Fail the test during which a page asked another machine, or logged an error."""
    yield
    outside = [each for notebook in lab.notebooks for each in notebook.watch.outside]
    errors = [each for notebook in lab.notebooks for each in notebook.watch.errors]
    for notebook in lab.notebooks:
        notebook.watch.outside.clear()
        notebook.watch.errors.clear()
    if outside:
        pytest.fail(f"requests left this machine: {', '.join(outside)}")
    if errors:
        pytest.fail("errors on the console:\n" + "\n".join(errors))


@pytest.fixture(scope="module", autouse=True)
def close_pages(lab: Lab) -> Iterator[None]:
    """Close what the tests of a file have opened."""
    yield
    lab.close_all()


@pytest.fixture(scope="session")
def open_notebook(lab: Lab) -> Callable[[str, Sequence[str]], Notebook]:
    """Open a notebook of these code cells: ``open_notebook("name.ipynb", ["1 + 1"])``."""
    return lab.open
