"""The bundle in which submissions run: the small kit as students have it, with blind manifests."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from afkit.exercises.author import blind
from tests.conftest import SMALL_KIT


@pytest.fixture(scope="session")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    copy = tmp_path_factory.mktemp("bundle") / "kit"
    shutil.copytree(SMALL_KIT, copy, ignore=shutil.ignore_patterns("solutions"))
    for path in copy.glob("exercises/*.manifest.json"):
        made = blind(json.loads(path.read_text(encoding="utf-8")))
        path.write_text(json.dumps(made), encoding="utf-8")
    return copy
