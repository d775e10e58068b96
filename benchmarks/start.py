"""How much `import afkit` adds to a bare Python, beside what a notebook would otherwise import.

Each row is the median of fresh processes, taken in turn so that a slow spell of the machine hits
all of them; `--json` prints the same as one object.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import time

ROWS = {
    "bare python": "pass",
    "import afkit": "import afkit",
    "afkit.actor(...)": "import afkit; afkit.actor('Masood')",
    "afkit.exercise('01')": "import afkit; afkit.exercise('01')",
    "afkit.article()": "import afkit; afkit.article()",
    "import ipywidgets": "import ipywidgets",
    "import pandas": "import pandas",
    "import matplotlib.pyplot": "import matplotlib.pyplot",
}


def seconds(code: str) -> float:
    """Wall time of one fresh interpreter that runs ``code``."""
    begin = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True)
    return time.perf_counter() - begin


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=15, help="processes per row (default 15)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args()
    taken: dict[str, list[float]] = {name: [] for name in ROWS}
    for code in ROWS.values():
        seconds(code)  # fills the file cache; not counted
    for run in range(options.runs):
        for name, code in ROWS.items():
            taken[name].append(seconds(code))
        print(f"\r{run + 1} of {options.runs} rounds", end="", file=sys.stderr)
    print(file=sys.stderr)
    base = statistics.median(taken["bare python"])
    added = {name: (statistics.median(runs) - base) * 1000 for name, runs in taken.items()}
    if options.json:
        print(json.dumps({"bare_ms": base * 1000, "added_ms": added}))
        return
    print(f"bare python: {base * 1000:.0f} ms; what each adds, median of {options.runs}:")
    for name, milliseconds in added.items():
        low, high = (1000 * (each(taken[name]) - base) for each in (min, max))
        print(f"{name:26} {milliseconds:8.0f} ms   ({low:.0f} to {high:.0f})")


if __name__ == "__main__":
    main()
