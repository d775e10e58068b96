"""The bytes of a handed-in notebook in; its cells in one plain form out, or why they cannot be had.

Everything here is made by somebody else, so each step takes time in proportion to the bytes and no
more: no parser of Python is run on them, whose depth a student could choose.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from afkit.grading.records import GradingError

__all__ = ["LARGEST", "MOST_CELLS", "assigned", "exercises", "read"]

#: In bytes; what JupyterLab saves of an exercise with its pictures stays far below.
LARGEST = 20_000_000
MOST_CELLS = 2_000
MOST_DIGITS = 400
#: How many characters of a cell are skimmed for what it gives a value to.
SKIMMED = 200_000
MOST_ATTACHED = 2_000_000
CELL_TYPES = ("code", "markdown", "raw")

Cell = dict[str, Any]

#: What other files begin with, and what they are.
STARTS = (
    (b"%PDF", "a PDF"),
    (b"PK\x03\x04", "a zip archive or an office document"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"\x1f\x8b", "a compressed file"),
)
AGAIN = "Open your notebook in JupyterLab, save it and hand in the .ipynb file."
_STRING = re.compile(
    r'#[^\n]*|(?:"""(?:\\.|[^\\])*?(?:"""|\Z)|\'\'\'(?:\\.|[^\\])*?(?:\'\'\'|\Z))'
    r'|"(?:\\.|[^"\\\n])*+"?|\'(?:\\.|[^\'\\\n])*+\'?',
    re.DOTALL,
)
_TOKEN = re.compile(
    r"[^\W\d]\w*|[(\[{]|[)\]}]|[=!<>]=|:=|(?:\*\*|//|<<|>>|[-+*/%&|^@])?=|\\\n|[\n;.]|\d\w*"
)
_EXERCISE = re.compile(r"""\bexercise\(\s*["']([\w-]{1,64})["']""")


def read(data: bytes) -> list[Cell]:
    """The cells of a notebook, each with ``cell_type``, ``id``, ``metadata`` and one ``source``.

    Code cells have ``outputs`` (a list of mappings), Markdown cells ``attachments`` where they had
    any. An ``id`` is ``""`` if there is none; what has another form than nbformat's is left out.

    Raises
    ------
    GradingError
        If this is no notebook of nbformat 4 that can be read; the message says what to do.
    """
    notebook = _notebook(_parsed(_text(data)))
    listed = notebook["cells"]
    if len(listed) > MOST_CELLS:
        raise GradingError(
            f"it has {len(listed):,} cells; at most {MOST_CELLS:,} are read. "
            "Delete the cells that you do not need and hand it in again."
        )
    cells = [_cell(each) for each in listed if isinstance(each, dict)]
    if not cells:
        raise GradingError(
            "the notebook has no cells: nothing was saved in it. "
            "Take the notebook with your answers and hand that in."
        )
    return cells


def exercises(cells: Iterable[Cell]) -> set[str]:
    """The units whose exercise the cells open, as they name them: ``afkit.exercise("01")``."""
    code = (each["source"] for each in cells if each["cell_type"] == "code")
    return {found for source in code for found in _EXERCISE.findall(source)}


def assigned(source: str, names: Iterable[str]) -> set[str]:
    """Which of the names a cell of code gives a value to: ``q3 = 5``, ``def q3``, ``q1, q2 = ...``.

    A name in a text, a comment, a call (``f(q3=5)``) or a comparison is none. This reads like a
    person who skims, in time linear to the text; what it overlooks counts as not assigned.
    """
    wanted = {each for each in names if each in source}
    if not wanted:
        return set()
    found: set[str] = set()
    pending: list[str] = []
    depth, before = 0, ""
    for token in _tokens(source):
        if token in wanted and before in ("def", "class", "as", "for"):
            found.add(token)
        elif token in ("(", "[", "{"):
            depth += 1
        elif token in (")", "]", "}"):
            depth = max(0, depth - 1)
        elif token == ":=":  # noqa: S105  a mark of Python
            found |= {before} & wanted
        elif token[-1] == "=" and token not in ("==", "!=", "<=", ">=") and depth == 0:
            found |= set(pending)
            pending = []
        elif token == ";" or (token == "\n" and depth == 0):  # noqa: S105  a mark of Python
            pending = []
        elif token in wanted and before != ".":
            pending.append(token)
        before = token
    return found


def _tokens(source: str) -> Iterator[str]:
    # A text of several lines is one value: its lines begin no statement.
    plain = _STRING.sub(lambda each: "" if each[0][0] == "#" else " 0 ", source[:SKIMMED])
    return (each[0] for each in _TOKEN.finditer(plain) if each[0] != "\\\n")


def _text(data: bytes) -> str:
    if len(data) > LARGEST:
        raise GradingError(
            f"it has more than {LARGEST // 1_000_000} MB. In JupyterLab choose "
            "'Edit > Clear Outputs of All Cells', save it and hand it in again."
        )
    if not data.strip():
        raise GradingError(
            f"the file is empty ({len(data)} bytes): saving or uploading broke off. "
            "Hand it in again."
        )
    for start, what in STARTS:
        if data.startswith(start):
            raise GradingError(f"this is {what}, not a notebook. {AGAIN}")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" in data[:4]:
        raise GradingError(
            "it is written in UTF-16; notebooks are written in UTF-8. "
            "Open it in an editor, save it as UTF-8 and hand it in again."
        )
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise GradingError(
            f"byte {error.start + 1:,} is not UTF-8: the file is damaged or another program has "
            f"rewritten it. {AGAIN}"
        ) from None


def _parsed(text: str) -> object:
    try:
        return json.loads(text, parse_int=_number)
    except RecursionError:
        raise GradingError(f"its JSON is nested too deeply to be a notebook. {AGAIN}") from None
    except ValueError as error:
        where = f"line {error.lineno}" if isinstance(error, json.JSONDecodeError) else "its JSON"
        raise GradingError(f"{_guess(text, where)} {AGAIN}") from None


def _guess(text: str, where: str) -> str:
    """What a text is that is no JSON, in words."""
    start = text.lstrip()[:200].lower()
    if start.startswith(("<!doctype", "<html", "<?xml")):
        return "this is a web page, not a notebook."
    if re.search(r"^(<{7}|>{7}) ", text, re.MULTILINE):
        return f"two versions were merged and a conflict was left in the file ({where})."
    if not start.startswith(("{", "[")):
        words = "a Python file" if re.search(r"^\s*(import|from|def|#|q\d+ *=)", text) else "a text"
        return f"this is {words} with the name of a notebook."
    return f"the notebook breaks off or is damaged ({where} is no JSON)."


def _notebook(found: object) -> dict[str, Any]:
    if not isinstance(found, dict) or not {"cells", "worksheets", "nbformat"} & set(found):
        raise GradingError(f"this is JSON, but no notebook. {AGAIN}")
    form = found.get("nbformat")
    if form != 4 or isinstance(form, bool):
        shown = form if type(form) is int else "unknown"
        raise GradingError(
            f"it is in notebook format {shown}; expected format 4. Open it in JupyterLab, "
            "which brings it up to date, save it and hand it in again."
        )
    if not isinstance(found.get("cells"), list):
        raise GradingError(f"its list of cells is missing. {AGAIN}")
    return found


def _cell(raw: dict[str, Any]) -> Cell:
    kind = raw.get("cell_type")
    metadata = raw["metadata"] if isinstance(raw.get("metadata"), dict) else {}
    cell: Cell = {
        "cell_type": kind if kind in CELL_TYPES else "raw",
        "id": _id(raw, metadata),
        "metadata": {},
        "source": _source(raw.get("source")),
    }
    if cell["cell_type"] == "code":
        outputs = raw["outputs"] if isinstance(raw.get("outputs"), list) else []
        cell["outputs"] = [each for each in outputs if isinstance(each, dict)]
    attached = raw.get("attachments")
    if isinstance(attached, dict) and attached and cell["cell_type"] == "markdown":
        kept = {name: each for name, each in attached.items() if _whole(name) and _pictures(each)}
        if kept:
            cell["attachments"] = kept
    return cell


def _id(raw: dict[str, Any], metadata: dict[str, Any]) -> str:
    """A cell's id; Colab keeps it in the metadata, nbgrader has its own."""
    told = metadata.get("nbgrader")
    graded = told.get("grade_id") if isinstance(told, dict) else None
    for each in (raw.get("id"), graded, metadata.get("id")):
        if isinstance(each, str) and re.fullmatch(r"[a-zA-Z0-9_-]{1,64}", each):
            return each
    return ""


def _source(value: object) -> str:
    """A source as one string, with half characters replaced; ``""`` for what is none."""
    lines = value if isinstance(value, list) else [value]
    text = "".join(each for each in lines if isinstance(each, str))
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
    return text if text.isascii() else text.encode(errors="replace").decode()


def _pictures(attached: object) -> bool:
    if not isinstance(attached, dict) or not attached:
        return False
    return all(
        _whole(mime) and isinstance(data, str) and data.isascii() and len(data) <= MOST_ATTACHED
        for mime, data in attached.items()
    )


def _whole(text: str) -> bool:
    """Whether a text can be written: without half a character."""
    return text.isascii() or text == text.encode(errors="replace").decode()


def _number(digits: str) -> int | None:
    """A number of JSON; one with hundreds of digits is no part of a notebook."""
    return int(digits) if len(digits) <= MOST_DIGITS else None
