"""Light at the door: importing afkit is cheap, and each name is fetched when it is first used."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

import afkit

HEAVY = {
    "IPython", "anywidget", "click", "edtf", "frictionless", "hijridate", "ipywidgets",
    "matplotlib", "nbclient", "nbformat", "networkx", "numpy", "pandas", "persiantools", "pytest",
    "rich", "traitlets", "yaml",
}  # fmt: skip
REPORT = """
import json, sys
before = set(sys.modules)
{code}
loaded = {{name.partition(".")[0] for name in set(sys.modules) - before}}
print(json.dumps([sorted(loaded), sorted(set(sys.modules) - before)]))
"""


def loaded_by(code: str) -> tuple[set[str], set[str]]:
    """Packages, and modules in full, that a fresh interpreter loads when it runs ``code``."""
    command = [sys.executable, "-W", "error", "-c", REPORT.format(code=code)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    packages, modules = json.loads(done.stdout)
    return set(packages), set(modules)


def test_importing_afkit_loads_only_the_standard_library() -> None:
    packages, modules = loaded_by("import afkit")
    assert packages - sys.stdlib_module_names == {"afkit"}
    assert {name for name in modules if name.startswith("afkit")} == {"afkit"}


@pytest.mark.parametrize(
    "code",
    [
        "afkit.actor('Amina Rahmani')",
        "afkit.exercise('01')",
        "afkit.exercise('01')('q1', ...)",
        "afkit.cite('city-2021-paper')",
        "afkit.term('desk')",
        "afkit.reading('01-note')",
        "afkit.dates.Edtf('2001-09-09')",
        "afkit.events, afkit.actors",
    ],
)
def test_what_a_notebook_first_uses_stays_light(small_kit: Path, code: str) -> None:
    packages, _ = loaded_by(f"import afkit; {code}")
    assert packages & HEAVY == set()


def test_a_calendar_loads_only_its_own_library() -> None:
    code = "import afkit, datetime; afkit.dates.solar_hijri(datetime.date(2021, 8, 19))"
    packages, _ = loaded_by(code)
    assert packages & HEAVY == {"persiantools"}


def test_a_table_loads_pandas_when_it_is_asked_for(small_kit: Path) -> None:
    packages, _ = loaded_by("import afkit; afkit.events()")
    assert packages & {"pandas", "matplotlib", "anywidget", "networkx"} == {"pandas"}


def test_an_unknown_name_lists_the_names_there_are() -> None:
    with pytest.raises(
        AttributeError, match="afkit has no 'battles'; it has .*actor.*events"
    ) as no:
        afkit.battles  # noqa: B018
    assert all(name in str(no.value) for name in afkit.__all__)


def test_every_public_name_can_be_fetched(small_kit: Path) -> None:
    assert sorted(afkit.__all__) == dir(afkit)
    assert [name for name in afkit.__all__ if getattr(afkit, name, None) is None] == []


@pytest.mark.parametrize(
    "table",
    ["actors", "claims", "control", "events", "glossary", "mentions", "places", "roles", "series",
     "series_meta", "ties"],
)  # fmt: skip
def test_every_table_is_a_public_name(small_kit: Path, table: str) -> None:
    assert len(getattr(afkit, table)()) >= 1
