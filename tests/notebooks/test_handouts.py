"""The hand-outs in the repository show what lessons show today; every lesson runs for it."""

from __future__ import annotations

from pathlib import Path

from afkit import kit
from afkit.printing import handout


def test_hand_outs_show_what_the_facts_give(real_kit: Path) -> None:
    folder = real_kit / handout.FOLDER
    made = handout.make(kit.load(real_kit))
    behind = [
        name
        for name, html in made.items()
        if handout.without_pictures(html)
        != handout.without_pictures((folder / name).read_text(encoding="utf-8"))
    ]
    assert behind == [], "run 'afkit handout'"
