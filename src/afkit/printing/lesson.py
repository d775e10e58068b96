"""A lesson in; what each of its cells shows on paper out. Each lesson runs in a process of its own.

``python -m afkit.printing.lesson KIT FILE`` runs the notebook ``FILE`` of the kit in the folder
``KIT`` and prints JSON: ``cells``, the HTML of each cell's output by the cell's id, and
``tables``, the long tables for the end, as title and HTML.
"""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from contextlib import redirect_stdout
from dataclasses import dataclass
from html import escape
from io import StringIO
from pathlib import Path
from typing import Any

from afkit.exercises import author

__all__ = ["LessonError", "Shown", "run"]

SECONDS = 180


class LessonError(RuntimeError):
    """A lesson that does not run to its end; the message names file, cell and error."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What a lesson shows: HTML by cell id, and the long tables for the end."""

    cells: dict[str, str]
    tables: list[tuple[str, str]]


def run(root: Path, file: str) -> Shown:
    """Run a lesson, or for the article its widget, and say what it shows.

    Raises
    ------
    LessonError
        If a cell fails, or the lesson takes more than three minutes.
    """
    env = os.environ | {"AFKIT_ROOT": str(root), "MPLBACKEND": "agg", "PYTHONHASHSEED": "0"}
    command = [sys.executable, "-m", "afkit.printing.lesson", str(root), file]
    try:
        done = subprocess.run(  # noqa: S603  our own module, with the kit's own file
            command, env=env, capture_output=True, text=True, timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        raise LessonError(f"{file} takes longer than {SECONDS} seconds") from None
    if done.returncode:
        said = done.stderr.strip().splitlines() or ["no word"]
        raise LessonError(f"{file} does not run to its end: {said[-1]}")
    found = json.loads(done.stdout)
    return Shown(found["cells"], [(title, table) for title, table in found["tables"]])


def _main(root: Path, file: str) -> None:
    from afkit.printing.twins import Twins

    twins = Twins()
    os.chdir((root / file).parent)
    if file.endswith(".ipynb"):
        cells = _cells(author.read(root / file, root), file, twins)
    else:
        from afkit.widgets.article import article

        cells = {"article": article().html("article")}
    print(json.dumps({"cells": cells, "tables": twins.appendix}))  # noqa: T201  the answer


def _cells(notebook: dict[str, Any], file: str, twins: Any) -> dict[str, str]:  # noqa: ANN401
    names: dict[str, Any] = {"__name__": "__main__"}
    found = {}
    for number, cell in enumerate(notebook["cells"], start=1):
        if cell["cell_type"] == "code":
            try:
                found[cell["id"]] = _cell(cell["source"], names, twins)
            except Exception as error:
                sys.exit(f"cell {number} ({cell['id']}): {type(error).__name__}: {error}")
    return found


def _cell(source: str, names: dict[str, Any], twins: Any) -> str:  # noqa: ANN401
    import IPython.display

    parts: list[str] = []
    printed = StringIO()

    def flush() -> None:
        if text := printed.getvalue():
            parts.append(f'<pre class="output">{escape(text.rstrip())}</pre>')
        printed.seek(0)
        printed.truncate()

    def display(*values: object, **_: object) -> None:
        flush()
        parts.extend(map(twins.of, values))

    IPython.display.display = display
    body = ast.parse(source).body
    last = body[-1] if body else None
    shown = ast.Expression(last.value) if isinstance(last, ast.Expr) else None
    if shown:
        del body[-1]
    with redirect_stdout(printed):
        exec(compile(ast.Module(body, []), "<cell>", "exec"), names)  # noqa: S102  as a kernel does
        value = eval(compile(shown, "<cell>", "eval"), names) if shown else None  # noqa: S307
        flush()
        parts += [twins.of(value), twins.changed(source, names)]
    return "".join(parts)


if __name__ == "__main__":
    _main(Path(sys.argv[1]), sys.argv[2])
