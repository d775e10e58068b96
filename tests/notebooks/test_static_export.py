"""A notebook of all widgets, run and exported as docs/widgets.md says: what is left."""

from __future__ import annotations

import re
from copy import deepcopy
from dataclasses import dataclass
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat
import pytest
from nbclient import NotebookClient
from nbconvert import HTMLExporter
from traitlets.config import Config

import afkit
from afkit.widgets.as_of import AsOf

if TYPE_CHECKING:
    import pandas as pd

ROOT = Path(__file__).resolve().parents[2]
STATE = "application/vnd.jupyter.widget-state+json"
VIEW = "application/vnd.jupyter.widget-view+json"
CELLS = {
    "as_of": "import afkit\nafkit.as_of('2021-08-19')",
    "article": "afkit.article()",
    "timeline": "afkit.timeline('2021-08')",
    "network": "afkit.network()",
    "map": "afkit.map()",
    "chart": "afkit.chart('opium-cultivation-unodc')",
    "dashboard": "afkit.dashboard()",
}
#: The column of ``.table()`` that says where the rows of a widget come from.
ORIGIN = {
    "article": "sources", "timeline": "sources", "network": "sources", "map": "sources",
    "chart": "sources",
}  # fmt: skip
LOADED = {"audio", "base", "embed", "iframe", "img", "link", "object", "script", "source", "video"}


class Reader(HTMLParser):
    """What a page has: tags, ids, hosts that it loads from, words."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.loads: list[str] = []
        self.words = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.tags.append(tag)
        self.ids += [given["id"]] if "id" in given else []
        if tag in LOADED or given.get("style") or any(name.startswith("on") for name in given):
            self.loads += [value for value in given.values() if re.search(r"(https?:)?//", value)]

    def handle_data(self, data: str) -> None:
        self.words += data


@dataclass(frozen=True)
class Run:
    """The notebook as a run in a fresh kernel leaves it, and what each widget wrote into it."""

    notebook: nbformat.NotebookNode
    bundles: dict[str, dict[str, Any]]


def run() -> Run:
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    cells = [nbformat.v4.new_code_cell(source, id=name) for name, source in CELLS.items()]
    notebook = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})
    NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(ROOT)}}).execute()
    written = {
        cell["id"]: next(each["data"] for each in cell["outputs"] if "data" in each)
        for cell in notebook.cells
    }
    return Run(notebook, written)


@pytest.fixture(scope="module")
def runs() -> list[Run]:
    """Two runs, with strings hashed otherwise in the second."""
    found = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AFKIT_ROOT", str(ROOT))
        for seed in ("1", "2"):
            patch.setenv("PYTHONHASHSEED", seed)
            found.append(run())
    return found


@pytest.fixture(scope="module")
def twins(runs: list[Run]) -> dict[str, str]:
    return {name: bundle["text/html"] for name, bundle in runs[0].bundles.items()}


@pytest.fixture(scope="module")
def tables() -> dict[str, pd.DataFrame]:
    """The tables of the widgets in the notebook."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AFKIT_ROOT", str(ROOT))
        date = AsOf("2021-08-19")
        views = {
            "article": afkit.article(),
            "timeline": afkit.timeline("2021-08", as_of=date),
            "network": afkit.network(as_of=date),
            "map": afkit.map(as_of=date),
            "chart": afkit.chart("opium-cultivation-unodc", as_of=date),
        }
        return {name: view.table() for name, view in views.items()}


@pytest.fixture(scope="module")
def page(runs: list[Run]) -> str:
    """The exported page: the option is the one that docs/widgets.md gives."""
    text = (ROOT / "docs" / "widgets.md").read_text(encoding="utf-8")
    (listed,) = re.findall(r'--NbConvertBase\.display_data_priority="\[(.*)\]"', text)
    option = Config({"NbConvertBase": {"display_data_priority": re.findall(r"'(.+?)'", listed)}})
    exporter = HTMLExporter(config=option)  # type: ignore[no-untyped-call]
    html, _ = exporter.from_notebook_node(runs[0].notebook)
    return str(html)


def squeezed(html: str) -> str:
    """Words of a piece of HTML, with single blanks: exporters may write the same tags otherwise."""
    return " ".join(Reader(html).words.split())


def test_a_notebook_saved_by_jupyterlab_needs_no_option(
    runs: list[Run], twins: dict[str, str]
) -> None:
    # JupyterLab keeps no state of widgets in the file: then nbconvert takes the twin by itself.
    notebook = deepcopy(runs[0].notebook)
    del notebook.metadata["widgets"]
    html, _ = HTMLExporter().from_notebook_node(notebook)  # type: ignore[no-untyped-call]
    words = squeezed(str(html))
    assert [name for name, twin in twins.items() if squeezed(twin) not in words] == []


def test_the_notebook_holds_the_state_of_every_widget(runs: list[Run]) -> None:
    state = runs[0].notebook.metadata["widgets"][STATE]["state"]
    assert {bundle[VIEW]["model_id"] for bundle in runs[0].bundles.values()} <= set(state)


@pytest.mark.parametrize("name", CELLS)
def test_the_twin_is_in_the_page(twins: dict[str, str], page: str, name: str) -> None:
    words = squeezed(twins[name])
    assert len(words) > 100
    assert words in squeezed(page)


@pytest.mark.parametrize("name", CELLS)
@pytest.mark.parametrize("kind", ["text/plain", "text/html"])
def test_two_runs_give_the_same_bytes(runs: list[Run], name: str, kind: str) -> None:
    first, second = (each.bundles[name][kind].encode() for each in runs)
    assert first == second


@pytest.mark.parametrize("name", CELLS)
def test_the_twin_loads_nothing(twins: dict[str, str], name: str) -> None:
    assert Reader(twins[name]).loads == []
    assert re.findall(r"@import|url\(", twins[name]) == []


@pytest.mark.parametrize("name", CELLS)
def test_the_twin_says_what_to_do_without_javascript(twins: dict[str, str], name: str) -> None:
    assert "JupyterLab with JavaScript on" in squeezed(twins[name])


@pytest.mark.parametrize("name", CELLS)
def test_the_twin_has_a_heading(twins: dict[str, str], name: str) -> None:
    assert {"h2", "h3", "h4"} & set(Reader(twins[name]).tags)


@pytest.mark.parametrize("name", [each for each in ORIGIN if each != "article"])
def test_the_twin_has_a_table(twins: dict[str, str], name: str) -> None:
    assert "table" in Reader(twins[name]).tags


@pytest.mark.parametrize("name", ORIGIN)
def test_the_twin_has_every_row(
    twins: dict[str, str], tables: dict[str, pd.DataFrame], name: str
) -> None:
    tags = Reader(twins[name]).tags
    assert tags.count("tr") + tags.count("li") >= len(tables[name]) > 10


@pytest.mark.parametrize("name", ORIGIN)
def test_the_twin_names_the_sources_of_its_rows(
    twins: dict[str, str], tables: dict[str, pd.DataFrame], name: str
) -> None:
    told = unescape(twins[name])
    named = {each for cell in tables[name][ORIGIN[name]] for each in cell.split("; ") if each}
    assert named
    assert {each for each in named if each not in told} == set()


@pytest.mark.parametrize("name", ["as_of", "article", "map", "timeline", "network"])
def test_the_dashboard_has_the_twins_of_its_parts(twins: dict[str, str], name: str) -> None:
    beginning = " ".join(squeezed(twins[name]).split()[:20])
    assert beginning in squeezed(twins["dashboard"])


def test_ids_are_given_once_on_a_page(twins: dict[str, str]) -> None:
    ids = Reader("".join(twins.values())).ids
    assert len(ids) == len(set(ids))
