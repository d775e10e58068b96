"""Notebooks in; nbval's verdict on every cell out: do lessons run, do solutions grade in full?

nbval runs in a process of its own, as CI runs it, and reports each cell as it finishes.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from afkit.exercises.author import read
from afkit.exercises.check import STRICT

if TYPE_CHECKING:
    from afkit import kit

__all__ = ["CellResult", "NotebookResult", "Step", "code_cells", "run"]

Step: TypeAlias = Callable[[], None]

_MARK = "@afkit "
MOST_REASON = 500


@dataclass(frozen=True, slots=True)
class CellResult:
    """One executed cell: its number in the notebook (from 1), its id, if it passed, and why not."""

    number: int
    id: str
    passed: bool
    reason: str = ""


@dataclass(slots=True)
class NotebookResult:
    """One notebook: its path from the kit's folder and the results of its code cells."""

    path: str
    cells: list[CellResult] = field(default_factory=list)
    reason: str = ""

    @property
    def passed(self) -> bool:
        """Whether every cell passed and nothing else is wrong with the notebook."""
        return not self.reason and all(cell.passed for cell in self.cells)


def run(
    course: kit.Kit, paths: Iterable[Path], *, strict: bool, step: Step
) -> list[NotebookResult]:
    """Execute notebooks under nbval and report each cell.

    Parameters
    ----------
    paths
        Notebooks inside the kit.
    strict
        Whether an answer without full marks fails its cell (``AFKIT_STRICT=1``).
    step
        Called once for every cell that has been executed, for a progress bar.
    """
    results = {path: NotebookResult(path.relative_to(course.root).as_posix()) for path in paths}
    if not results:
        return []
    order = {path: _code_ids(path, course.root) for path in results}
    for name, index, passed, reason in _nbval(course.root, list(results), strict):
        path = course.root / name
        if path not in results or index >= len(order[path]):
            continue
        number, cell_id = order[path][index]
        results[path].cells.append(CellResult(number, cell_id, passed, reason))
        step()
    for path, result in results.items():
        if len(result.cells) < len(order[path]):
            result.reason = f"only {len(result.cells)} of {len(order[path])} cells were executed"
    return list(results.values())


def code_cells(path: Path, root: Path) -> int:
    """How many cells of a notebook are executed."""
    return len(_code_ids(path, root))


def _code_ids(path: Path, root: Path) -> list[tuple[int, str]]:
    """Number and id of each code cell, in the order in which nbval counts them."""
    cells = read(path, root)["cells"]
    return [
        (number, str(cell.get("id", "")))
        for number, cell in enumerate(cells, start=1)
        if cell["cell_type"] == "code"
    ]


def _nbval(root: Path, paths: list[Path], strict: bool) -> Iterator[tuple[str, int, bool, str]]:
    command = [
        sys.executable,
        "-m",
        "pytest",
        "--nbval-lax",
        "--nbval-cell-timeout=120",
        "-s",
        "-q",
    ]
    command += ["-p", "no:cacheprovider", "-p", "afkit.exercises.verify", f"--rootdir={root}"]
    command += ["-c", str(Path(__file__).with_name("nbval.ini")), *map(str, paths)]
    environment = {**os.environ, STRICT: "1" if strict else "0", "AFKIT_ROOT": str(root)}
    with subprocess.Popen(  # noqa: S603  our own interpreter on the kit's own notebooks
        command, cwd=root, env=environment, text=True, encoding="utf-8",
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    ) as process:  # fmt: skip
        assert process.stdout is not None  # noqa: S101  for the type checker: it is a pipe
        for line in process.stdout:
            if _MARK in line:
                name, index, passed, reason = json.loads(line.partition(_MARK)[2])
                yield name, index, passed, reason


def pytest_runtest_logreport(report: object) -> None:
    """Hook of pytest in the process that :func:`run` starts: one line for each executed cell."""
    when, nodeid = getattr(report, "when", ""), str(getattr(report, "nodeid", ""))
    outcome = getattr(report, "outcome", "")
    if (when != "call" and outcome == "passed") or "::Cell " not in nodeid:
        return
    name, _, index = nodeid.partition("::Cell ")
    text = str(getattr(report, "longrepr", "") or "")
    line = json.dumps([name, int(index), outcome == "passed", _reason(text)])
    sys.__stdout__.write(f"\n{_MARK}{line}\n")  # type: ignore[union-attr]  # a process started by run
    sys.__stdout__.flush()  # type: ignore[union-attr]  # the same


def _reason(report: str) -> str:
    """What nbval says of a cell in one line: the error, or what output was found."""
    plain = re.sub(r"\x1b\[[0-9;]*m", "", report)
    lines = [line.strip() for line in plain.splitlines() if line.strip()]
    errors = [line for line in lines if re.match(r"\w*(Error|Exception|Timeout|Interrupt)\b", line)]
    differs = [place for place, line in enumerate(lines) if line.startswith("mismatch ")]
    named = [line for line in lines if re.match(r"Cell \d+: |dissimilar", line)]
    if errors:
        return errors[-1][:MOST_REASON]
    if differs:
        return _difference(lines, differs)[:MOST_REASON]
    return (named or lines or [""])[-1][:MOST_REASON]


def _difference(lines: list[str], starts: list[int]) -> str:
    """What the stored output is and what the cell gives now, of the plain text if that differs."""
    plain = [place for place in starts if "text/plain" in lines[place]]
    after = lines[(plain or starts)[0] + 1 :]
    told = [line for line in after if not line.startswith("assert reference_output")]
    compared = next((line for line in told if " == " in line), " ".join(told))
    stored, _, now = compared.partition(" == ")
    if not now:
        return compared or lines[(plain or starts)[0]]
    return f"the stored output is {stored}, the cell now gives {now}"
