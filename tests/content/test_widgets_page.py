"""``docs/widgets.md``: each block runs and shows something, each trait it names is there."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import anywidget
import pandas as pd
import pytest
from matplotlib.figure import Figure

import afkit
from afkit.widgets.show import Picture

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "widgets.md"
SECTION = re.compile(r"^## [^\n]*`afkit\.(\w+)\(\)`$(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
BLOCK = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
WIDGETS = ["as_of", "article", "timeline", "network", "map", "chart", "dashboard"]


@cache
def page() -> str:
    return PAGE.read_text(encoding="utf-8")


@cache
def sections() -> dict[str, str]:
    return dict(SECTION.findall(page()))


#: Line of the page on which a block begins, and the block.
BLOCKS = [(page()[: found.start(1)].count("\n") + 1, found[1]) for found in BLOCK.finditer(page())]


def run(line: int, block: str, names: dict[str, Any]) -> Any:
    """Run a block as a notebook cell does; the value of its last line."""
    tree = ast.parse("\n" * (line - 1) + block, str(PAGE))
    last = tree.body.pop()
    assert isinstance(last, ast.Expr), f"docs/widgets.md, line {line}: the block shows nothing"
    exec(compile(tree, str(PAGE), "exec"), names)
    return eval(compile(ast.Expression(last.value), str(PAGE), "eval"), names)


def is_shown(value: object) -> bool:
    """Whether a reader who runs the block sees a widget, a picture or a table with rows."""
    if isinstance(value, pd.DataFrame):
        return not value.empty
    return isinstance(value, anywidget.AnyWidget | Picture | Figure)


@pytest.fixture(scope="module", autouse=True)
def kit() -> Iterator[None]:
    """The kit itself, and its shared date as it was."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AFKIT_ROOT", str(ROOT))
        date = afkit.as_of().date
        yield
        afkit.as_of(date)


@pytest.fixture(scope="module")
def shown() -> dict[int, Any]:
    """What each block of the page shows when they run one after the other, by line."""
    names: dict[str, Any] = {}
    return {line: run(line, block, names) for line, block in BLOCKS}


@pytest.mark.parametrize("line", [line for line, _ in BLOCKS])
def test_each_block_shows_a_widget_a_figure_or_a_table(shown: dict[int, Any], line: int) -> None:
    assert is_shown(shown[line]), f"line {line} gives {shown[line]!r}"


def test_each_widget_has_its_section() -> None:
    assert list(sections()) == WIDGETS


@pytest.mark.parametrize("name", WIDGETS)
def test_the_first_block_of_a_section_works_as_it_stands(name: str) -> None:
    block = BLOCK.findall(sections()[name])[0]
    widget = run(1, block, {})
    assert isinstance(widget, anywidget.AnyWidget)
    assert type(widget).__module__ == f"afkit.widgets.{name}"


@pytest.mark.parametrize("name", WIDGETS)
def test_the_traits_of_a_section_are_those_of_the_widget(name: str) -> None:
    rows = re.findall(r"^\| (`.+?`) \|", sections()[name], re.MULTILINE)
    told = {each for row in rows for each in re.findall(r"`(\w+)`", row)}
    widget = run(1, BLOCK.findall(sections()[name])[0], {})
    assert [each for each in told if not hasattr(widget, each)] == []
    documented = set(
        re.findall(r"^    ((?:\w+, )*\w+) : ", type(widget).__doc__ or "", re.MULTILINE)
    )
    own = {each for names in documented for each in names.split(", ")} - {"alt", "data"}
    assert own - told == set(), "the class documents traits that the page leaves out"


@pytest.mark.parametrize("name", WIDGETS)
def test_what_the_page_says_of_figures_and_tables_is_so(name: str) -> None:
    widget = run(1, BLOCK.findall(sections()[name])[0], {})
    has = {each for each in ("table", "figure") if hasattr(widget, each)}
    assert has == {"as_of": set()}.get(name, {"table", "figure"})


def test_links_within_the_page_lead_to_a_heading() -> None:
    headings = re.findall(r"^#+ (.+)$", page(), re.MULTILINE)
    slugs = {re.sub(r"[^\w\- ]", "", each).lower().replace(" ", "-") for each in headings}
    assert set(re.findall(r"\]\(#([^)]+)\)", page())) <= slugs
