"""What tests of every layer share: the small kit, copied so that a test may break it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SMALL_KIT = ROOT / "tests" / "fixtures" / "kit"


def first_unit_only(root: Path) -> Path:
    """Take every other unit out of a copy of the fixture kit."""
    page = root / "kit.toml"
    course, unit, _ = page.read_text(encoding="utf-8").split("[[unit]]\n")
    page.write_text(f"{course}[[unit]]\n{unit.rstrip()}\n", encoding="utf-8")
    for path in root.rglob("02-*"):
        path.unlink()
    return root


@pytest.fixture
def both_units(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the fixture kit, unit 02 with every kind of question included."""
    copy = tmp_path / "kit"
    shutil.copytree(SMALL_KIT, copy)
    monkeypatch.setenv("AFKIT_ROOT", str(copy))
    return copy


@pytest.fixture
def small_kit(both_units: Path) -> Path:
    """A copy of the fixture kit with its first unit only; afkit finds it from anywhere."""
    return first_unit_only(both_units)


@pytest.fixture
def real_kit(monkeypatch: pytest.MonkeyPatch) -> Path:
    """The kit itself; a test reads it and never writes."""
    monkeypatch.setenv("AFKIT_ROOT", str(ROOT))
    return ROOT


@pytest.fixture
def edit(small_kit: Path) -> Callable[[str, str, str], None]:
    """Replace a text in a file of the small kit; it must be there exactly once."""

    def replace(file: str, old: str, new: str) -> None:
        path = small_kit / file
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {file}"
        path.write_text(text.replace(old, new), encoding="utf-8")

    return replace
