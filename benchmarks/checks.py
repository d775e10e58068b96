"""How long a check takes to answer: each kind of question with a right and with a wrong answer.

Every question of the course, and of the small kit of the tests, which has all kinds. ``--json``
prints the same as one object. Every answer is checked anew: nothing is remembered between two runs.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from afkit import kit
from afkit.exercises import author
from afkit.exercises.check import Check, exercise
from afkit.exercises.kinds import KINDS
from afkit.exercises.kinds.base import misfits

if TYPE_CHECKING:
    from afkit.exercises.answer import Json

ROOT = Path(__file__).resolve().parents[1]
TARGET_MS = 50
Key = Mapping[str, Any]


def answers(key: Key) -> list[tuple[str, Json]]:
    """A right answer and the first mistakes that a student would make with it."""
    kind = KINDS[key["kind"]]
    useless = sum(1 for _ in misfits())
    wrong = [each.answer for each in kind.wrong(key)]
    return [("right", kind.example(key)), *(("wrong", each) for each in wrong[useless:][:4])]


def trials(root: Path) -> Iterator[tuple[Check, Key, str, Json]]:
    """Every question of a kit's exercises with each answer to try."""
    course = kit.load(root)
    os.environ["AFKIT_ROOT"] = str(root)
    for unit in course.units:
        if unit.exercise:
            check = exercise(unit.id, root)
            for key in author.keys(author.read(root / unit.solution, root), unit.solution):
                yield from ((check, key, what, answer) for what, answer in answers(key))


def milliseconds(check: Check, question: str, answer: Json) -> float:
    """How long one check takes, feedback as shown in the notebook included."""
    begin = time.perf_counter()
    check.feedback(question, answer)._repr_mimebundle_()
    return 1000 * (time.perf_counter() - begin)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=9, help="checks of each answer (default 9)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args()
    taken: dict[str, dict[str, list[float]]] = {}
    for root in (ROOT / "tests" / "fixtures" / "kit", ROOT):
        for check, key, what, answer in trials(root):
            milliseconds(check, key["id"], answer)  # loads the facts; not counted
            runs = [milliseconds(check, key["id"], answer) for _ in range(options.runs)]
            row = taken.setdefault(key["kind"], {"right": [], "wrong": []})
            row[what].append(statistics.median(runs))
            print(f"\r{check.unit} {key['id']:4}", end="", file=sys.stderr)
    print(file=sys.stderr)
    medians = {
        kind: statistics.median([*row["right"], *row["wrong"]]) for kind, row in taken.items()
    }
    slowest = max(value for kind, value in medians.items() if kind != "function")
    if options.json:
        print(json.dumps({"median_ms": medians, "slowest_kind_ms": slowest, "target": TARGET_MS}))
        return
    print(f"{'kind':10} {'questions':>9} {'right':>9} {'wrong':>9} {'most':>9}   median ms")
    for kind, row in sorted(taken.items()):
        right, wrong = (statistics.median(row[each] or [0]) for each in ("right", "wrong"))
        most = max([*row["right"], *row["wrong"]])
        print(f"{kind:10} {len(row['right']):9} {right:9.1f} {wrong:9.1f} {most:9.1f}")
    print(f"slowest kind, function apart: {slowest:.1f} ms; target {TARGET_MS} ms")


if __name__ == "__main__":
    main()
