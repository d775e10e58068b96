"""``environment.yml`` is what ``uv.lock`` exports, and keeps what ``pyproject.toml`` promises."""

from __future__ import annotations

import importlib.util
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


@cache
def environment() -> dict[str, Any]:
    """``environment.yml`` as YAML."""
    made: dict[str, Any] = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    return made


def pip_lines() -> list[str]:
    """What pip installs, besides the kit itself."""
    (lines,) = (each["pip"] for each in environment()["dependencies"] if isinstance(each, dict))
    return [line for line in lines if line != "-e ."]


def exported() -> str:
    """What ``environment.yml`` must hold, as ``uv.lock`` says."""
    path = ROOT / "tests/content/environment.py"
    spec = importlib.util.spec_from_file_location("environment", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return str(module.text())


def test_the_file_is_what_the_lock_exports() -> None:
    assert (ROOT / "environment.yml").read_text(encoding="utf-8") == exported()


def test_the_file_names_an_environment_that_conda_can_make() -> None:
    assert environment()["name"] == "afkit"
    assert environment()["channels"] == ["conda-forge"]
    assert "pip" in environment()["dependencies"]


def test_the_kit_itself_is_installed_last() -> None:
    assert environment()["dependencies"][-1]["pip"][-1] == "-e ."


def test_python_is_the_python_of_the_project() -> None:
    (python,) = (
        Requirement(each)
        for each in environment()["dependencies"]
        if isinstance(each, str) and each.startswith("python")
    )
    assert python.specifier == SpecifierSet(PROJECT["requires-python"])


def test_each_pip_line_pins_one_version_of_one_package() -> None:
    pins = [Requirement(line) for line in pip_lines()]
    assert [str(pin) for pin in pins if [each.operator for each in pin.specifier] != ["=="]] == []
    assert len({(pin.name, str(pin.marker)) for pin in pins}) == len(pins)


@pytest.mark.parametrize("wanted", [Requirement(each) for each in PROJECT["dependencies"]], ids=str)
def test_each_core_dependency_is_pinned_within_its_range(wanted: Requirement) -> None:
    pins = [Requirement(line) for line in pip_lines()]
    versions = [
        each.version
        for pin in pins
        if canonicalize_name(pin.name) == canonicalize_name(wanted.name)
        for each in pin.specifier
    ]
    assert versions
    assert [version for version in versions if version not in wanted.specifier] == []
