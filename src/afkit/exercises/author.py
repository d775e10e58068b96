"""A solution notebook in; the student's copy and the sealed manifest out, always the same bytes.

A question stands in a solution notebook as four cells, one after the other:

1. the prompt (Markdown);
2. the answer (code) with ``### BEGIN SOLUTION`` and ``### END SOLUTION`` round what students write;
3. the check, ``check("q1", q1)``;
4. the key: a raw cell tagged ``key`` that holds TOML: ``id``, ``kind``, ``points``, ``objective``,
   ``difficulty``, ``answer`` and what else the kind takes; ``look`` says where to look again,
   ``again`` what to say from the second wrong answer on, ``view`` what a button then shows
   (:mod:`afkit.exercises.look`), and ``hints`` what to say to a known mistake
   (:mod:`afkit.exercises.hints`). ``answer = { fact = "events/ID/date" }``
   takes the answer from the facts.

Cells tagged ``solution-only`` stay with the teacher.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import tempfile
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from afkit.exercises import hints, look
from afkit.exercises.answer import MIME, AnswerError, encode
from afkit.exercises.check import Check, manifest_path
from afkit.exercises.kinds import KINDS
from afkit.exercises.kinds.base import (
    FormError,
    KeyCellError,
    Kind,
    Seal,
    Sealer,
    sealer,
    shortened,
)
from afkit.exercises.kinds.function import secrets as function_secrets
from afkit.facts import glossary, layout, package, tables
from afkit.facts.schema import TABLES, columns

if TYPE_CHECKING:
    from afkit import kit

__all__ = [
    "AuthorError",
    "Change",
    "blind",
    "build",
    "keys",
    "leaks",
    "normalise",
    "student_copy",
    "tags",
]

MOST_POINTS = 1000
SHORTEST_SECRET = 5  # shorter texts, such as a letter, stand everywhere
BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
KEY, TEACHER_ONLY, COMPARED = "key", "solution-only", "nbval-check-output"
SHARED_KEYS: Mapping[str, type | tuple[type, ...]] = {
    "id": str,
    "kind": str,
    "points": (int, float),
    "objective": str,
    "difficulty": int,
}
FREE_KEYS: Mapping[str, type] = {"look": str, "again": str, "view": str}
HINTS: Mapping[str, type] = {"hints": list}  # fmt: skip
CELL_TYPES = ("code", "markdown", "raw")
KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}

Notebook = dict[str, Any]
Cell = dict[str, Any]


class AuthorError(ValueError):
    """A solution notebook that no exercise can be made from; the message names file and cell."""


@dataclass(frozen=True, slots=True)
class Change:
    """A file that a build writes, or would write: its path from the kit's folder, and why."""

    path: str
    reason: str

    def __str__(self) -> str:
        return f"{self.path}: {self.reason}"


def build(
    course: kit.Kit, *, check: bool = False, run: bool = False, step: Callable[[str], None] = print
) -> list[Change]:
    """Bring every made file of a kit in step with its source, and every notebook into normal form.

    Made files are the exercises with their manifests, ``data/datapackage.json``,
    ``data/layout.json``, ``docs/data-dictionary.md`` and ``docs/glossary.md``. Everything is read
    and computed before the first file is written, so a mistake in one unit changes nothing; that a
    solution does not run shows only after that.

    Parameters
    ----------
    check
        Write nothing; only say what is out of date.
    run
        Execute every solution notebook to renew the outputs of its checks; without it only those
        whose outputs are missing or old are executed.
    step
        Called with a word of progress for each notebook that is executed.

    Returns
    -------
    list of Change
        What was written, or with ``check`` would be; empty if all is in step.

    Raises
    ------
    AuthorError
        If a notebook cannot be read, or a question is not as it must be.
    """
    wanted: dict[Path, tuple[str, str]] = dict(_package_files(course.root))
    for path in course.notebooks("lesson"):
        wanted[path] = (dump(normalise(read(path, course.root))), "not in normal form")
    stale: list[Path] = []
    for unit in course.units:
        source = course.root / unit.solution
        if not unit.solution or not source.is_file():
            continue
        solution = read(source, course.root)
        student, manifest = student_copy(solution, unit.id, unit.solution)
        why = f"not what {unit.solution} makes"
        wanted[course.root / unit.exercise] = (dump(student), why)
        wanted[manifest_path(course, unit)] = (_json(manifest), why)
        wanted[source] = (dump(normalise(solution, _names(solution))), "not in normal form")
        if run or not _outputs_fit(solution, Check(manifest)):
            stale.append(source)
    behind = {
        path: text
        for path, (text, _) in wanted.items()
        if not path.is_file() or path.read_bytes() != text.encode()
    }
    changed = [
        Change(
            path.relative_to(course.root).as_posix(),
            wanted[path][1] if path.is_file() else "not there yet",
        )
        for path in behind
    ]
    if check:
        lacking = (path.relative_to(course.root).as_posix() for path in stale if not run)
        old = "its checks lack outputs or show old ones"
        return changed + [Change(each, old) for each in lacking]
    for path, text in behind.items():
        write(path, text)
    for path in stale:
        shown = path.relative_to(course.root).as_posix()
        step(f"running {shown}")
        before = path.read_bytes()
        fresh = _executed(read(path, course.root), path, shown)
        text = dump(normalise(fresh, _names(fresh)))
        if text.encode() != before:
            write(path, text)
            changed.append(Change(shown, "outputs renewed"))
    return changed


def student_copy(
    solution: Notebook, unit: str, file: str, *, seal_with: Sealer = sealer
) -> tuple[Notebook, dict[str, Any]]:
    """The student's notebook and the manifest of its questions, from a solution notebook.

    Parameters
    ----------
    solution
        The notebook as JSON, nbformat 4.
    unit
        The unit's id, written into the manifest.
    file
        What to call the notebook in errors.
    seal_with
        What seals the keys; a manifest that leaves the teacher's hands takes the usual one.

    Raises
    ------
    AuthorError
        If a question lacks a key or markers, a key cannot be used, or an id occurs twice.
    """
    salt = hashlib.sha256(
        _json([cell["source"] for cell in solution["cells"]]).encode()
    ).hexdigest()
    questions = list(_questions(solution, file))
    seen: set[str] = set()
    for each in questions:
        if each.key["id"] in seen:
            raise AuthorError(f"{file}, cell {each.at + 1}: question '{each.key['id']}' twice")
        seen.add(each.key["id"])
    entries = [_entry(each, file, seal_with(salt[:32], each.key["id"])) for each in questions]
    manifest = {"schema": 1, "unit": unit, "salt": salt[:32], "questions": entries}
    check = Check(manifest, seal_with)
    names = _names(solution)
    stubs = {each.key["id"]: KINDS[each.key["kind"]].stub for each in questions}
    kept = [
        (index, cell)
        for index, cell in enumerate(solution["cells"])
        if not {KEY, TEACHER_ONLY} & set(tags(cell))
    ]
    cells = [_student_cell(cell, *names.get(index, ("", "")), stubs, check) for index, cell in kept]
    moved = {new: names[old] for new, (old, _) in enumerate(kept) if old in names}
    student = normalise({**solution, "cells": cells}, moved, locked=True)
    for each, entry in zip(questions, entries, strict=True):
        told = leaks(each.key, solution["cells"][each.at - 2]["source"], student, entry)
        if told:
            raise AuthorError(f"{file}, cell {each.at + 1} ({each.key['id']}): {told}")
    return student, manifest


def blind(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """A manifest without keys, hints and salt: for the copy of the kit in which submissions run.

    What is left says which questions there are, of which kind, for how many points, in which cells.
    The check (:mod:`afkit.exercises.check`) then keeps answers and says nothing about them.
    """
    kept = (*SHARED_KEYS, "cells")
    questions = [
        {name: each[name] for name in kept if name in each} for each in manifest["questions"]
    ]
    return {**manifest, "salt": "", "questions": questions}


def leaks(key: Mapping[str, Any], answer: str, student: Notebook, entry: Mapping[str, Any]) -> str:
    """What a student could read of a question's answer or hints, in words; ``""`` if nothing.

    Parameters
    ----------
    key, answer
        The key, and the source of the solution's answer cell.
    student, entry
        The student's notebook, and the question's entry in the manifest.
    """
    name = str(key["id"])
    stub = f"{name} = {KINDS[key['kind']].stub}"
    own = {f"{name}-{part}" for part in ("answer", "check")}
    cells = _json([cell["source"] for cell in student["cells"] if cell["id"] in own])
    beside = _json([{**each, "source": ""} for each in student["cells"]])
    prompts = _json([cell["source"] for cell in student["cells"]])
    hinted = [str(hint.get(name, "")) for hint in hints.read(key) for name in ("say", "again")]
    for line in _solution_lines(answer):
        assigned = re.match(rf"{name}\s*=", line) and _quoted(line) in prompts
        if line not in stub and (assigned or _quoted(line) in cells + beside):
            return f"the student's notebook holds the solution's line '{shortened(line)}'"
    for text in filter(None, hinted):
        if _quoted(text) in prompts or _quoted(text) in _json(entry):
            return f"the hint '{shortened(text)}' can be read by students"
    for secret in _secrets(key):
        if _quoted(secret) in _json(entry) or _quoted(secret) in beside:
            return f"the manifest, an output or metadata holds '{shortened(secret)}' of the answer"
    return ""


def _quoted(text: str) -> str:
    """A text as it stands inside JSON."""
    return json.dumps(text, ensure_ascii=False)[1:-1]


def _solution_lines(source: str) -> Iterator[str]:
    """Lines between the markers that say something: not blank, no comment, no lone bracket."""
    inside = False
    for line in map(str.strip, source.splitlines()):
        if line in (BEGIN, END):
            inside = line == BEGIN
        elif inside and len(line) >= SHORTEST_SECRET and not line.startswith("#"):
            yield line


def _secrets(key: Mapping[str, Any]) -> set[str]:
    """Texts of an answer that are not shown to students as options, items or columns."""
    kind = KINDS[key["kind"]]
    if key["kind"] == "function":
        return {each for each in _texts(function_secrets(key)) if len(each) >= SHORTEST_SECRET}
    private = [key["answer"]] if "answer" in key else []
    shown = [key[name] for name in kind.options if name in key and name != "answer"]
    found = set(_texts(private)) - set(_texts(shown))
    return {each for each in found if len(each) >= SHORTEST_SECRET}


def _texts(value: object) -> Iterator[str]:
    """Every text inside a value of a key."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, each in value.items():
            yield name
            yield from _texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)


def _student_cell(cell: Cell, name: str, part: str, stubs: Mapping[str, str], check: Check) -> Cell:
    """A cell as students get it: the solution taken out, the check not answered yet."""
    copy = {**cell, "outputs": []}
    if part == "answer":
        copy["source"] = _without_solution(cell["source"], f"{name} = {stubs[name]}")
    if part == "check":
        reply: Cell = {"output_type": "execute_result", "metadata": {}, "execution_count": None}
        copy["outputs"] = [{**reply, "data": check.feedback(name)._repr_mimebundle_()}]
    return copy


def normalise(
    notebook: Notebook, names: Mapping[int, tuple[str, str]] | None = None, *, locked: bool = False
) -> Notebook:
    """A notebook in the one form in which it is committed.

    Execution counts and metadata that vary between machines go; outputs stay only in cells tagged
    ``nbval-check-output``; cell ids are stable: ``q1-check`` for the cells of a question (``names``
    maps a cell's place to question and part), else what they were. ``locked`` keeps students from
    deleting a question's cells and from editing its prompt and check.
    """
    cells = []
    ids = _cell_ids(notebook, names or {})
    for index, cell in enumerate(notebook["cells"]):
        _name, part = (names or {}).get(index, ("", ""))
        # A student's reply changes with the answer: only a solution's is compared.
        compared = part == "check" and not locked
        kept = sorted(
            {*tags(cell), *([COMPARED] if compared else [])}
            - ({COMPARED} if locked and part else set())
        )
        metadata: dict[str, Any] = {"tags": kept} if kept else {}
        if locked and part:
            metadata |= {"deletable": False} | ({} if part == "answer" else {"editable": False})
        made: Cell = {
            "cell_type": cell["cell_type"],
            "id": ids[index],
            "metadata": metadata,
            "source": cell["source"].rstrip("\n") if part != "answer" else cell["source"].rstrip(),
        }
        if cell.get("attachments"):
            made["attachments"] = cell["attachments"]
        if cell["cell_type"] == "code":
            outputs = cell.get("outputs", []) if COMPARED in kept or part == "check" else []
            # nbval takes outputs without a count for a mistake, so all of them say 1.
            made["execution_count"] = 1 if outputs else None
            made["outputs"] = [
                {**each, "execution_count": 1} if "execution_count" in each else each
                for each in outputs
            ]
        cells.append(made)
    metadata = {"kernelspec": KERNEL, "language_info": {"name": "python"}}
    return {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


def read(path: Path, root: Path) -> Notebook:
    """A notebook as JSON, with every source and text as one string.

    Raises
    ------
    AuthorError
        If the file is no notebook of nbformat 4.
    """
    shown = path.relative_to(root).as_posix()
    try:
        notebook: Notebook = json.loads(path.read_text(encoding="utf-8"))
        if notebook["nbformat"] != 4:
            raise AuthorError(
                f"{shown}: nbformat {notebook['nbformat']}; open and save it in JupyterLab"
            )
        for cell in notebook["cells"]:
            if cell["cell_type"] not in CELL_TYPES or not isinstance(cell["metadata"], dict):
                raise ValueError("a cell of no known type, or without metadata")
            _join(cell)
    except AuthorError:
        raise
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise AuthorError(f"{shown} is no notebook ({error}); restore it or make it anew") from None
    return notebook


def dump(notebook: Notebook) -> str:
    """A notebook as text: sources as lists of lines, keys sorted, one blank of indent."""

    def lines(text: str) -> list[str]:
        return text.splitlines(keepends=True)

    cells = []
    for cell in notebook["cells"]:
        made = {**cell, "source": lines(cell["source"])}
        if "outputs" in cell:
            made["outputs"] = [_output_lines(each, lines) for each in cell["outputs"]]
        cells.append(made)
    return _json({**notebook, "cells": cells})


def write(path: Path, text: str) -> None:
    """Write a file whole or not at all: to a temporary file beside it, then rename."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def keys(solution: Notebook, file: str) -> list[dict[str, Any]]:
    """The keys of a solution notebook, in order, with their facts filled in.

    Raises
    ------
    AuthorError
        If a question is not as it must be.
    """
    return [each.key for each in _questions(solution, file)]


@dataclass(frozen=True, slots=True)
class _Question:
    at: int
    key: dict[str, Any]


def _questions(solution: Notebook, file: str) -> Iterator[_Question]:
    cells = solution["cells"]
    keyed = {i for i, cell in enumerate(cells) if KEY in tags(cell)}
    for index, cell in enumerate(cells):
        where = f"{file}, cell {index + 1}"
        if BEGIN in cell["source"] and index + 2 not in keyed:
            raise AuthorError(
                f"{where}: an answer without a key; "
                "expected a check cell and then a key cell after it"
            )
        if index not in keyed:
            continue
        key = _key(cell, where)
        if index < 3 or cells[index - 3]["cell_type"] != "markdown":
            raise AuthorError(
                f"{where}: found no prompt; expected prompt, answer, check, key in a row"
            )
        answer, check = cells[index - 2], cells[index - 1]
        if answer["cell_type"] != "code" or not _markers_fit(answer["source"]):
            raise AuthorError(
                f"{file}, cell {index - 1}: no '{BEGIN}' and '{END}', each alone on its line of a "
                f"code cell, in the answer to '{key['id']}'; put them round what students write"
            )
        call = rf"""check\(\s*["']{re.escape(key["id"])}["']"""
        if check["cell_type"] != "code" or not re.search(call, check["source"]):
            raise AuthorError(
                f"{file}, cell {index}: found no check of '{key['id']}' in a code cell; "
                f'expected check("{key["id"]}", {key["id"]})'
            )
        yield _Question(index, key)


def _key(cell: Cell, where: str) -> dict[str, Any]:
    """The key in a cell, with its facts filled in; every entry is known and of the right type."""
    key = _toml(cell, where)
    kind = _kind(key, where)
    for name in (*SHARED_KEYS, *kind.needs):
        if name not in key:
            raise AuthorError(f"{where}: the key lacks '{name}'")
    try:
        key = {name: _from_facts(value) for name, value in key.items()}
    except KeyCellError as error:
        raise AuthorError(f"{where}: {error}") from None
    _verify_types(key, {**SHARED_KEYS, **FREE_KEYS, **HINTS, **kind.options}, where)
    if not re.fullmatch(r"q[1-9]\d?", key["id"]):
        raise AuthorError(
            f"{where}: id '{key['id']}'; expected q1, q2, ... as the answer is called"
        )
    if not 0 < key["points"] <= MOST_POINTS or key["difficulty"] not in (1, 2, 3):
        raise AuthorError(f"{where}: expected points above 0 and difficulty 1, 2 or 3")
    return key


def _toml(cell: Cell, where: str) -> dict[str, Any]:
    if cell["cell_type"] != "raw":
        raise AuthorError(f"{where}: a key in a {cell['cell_type']} cell; make it a raw cell")
    try:
        return tomllib.loads(cell["source"])
    except tomllib.TOMLDecodeError as error:
        raise AuthorError(f"{where}: the key is no TOML: {error}") from None


def _kind(key: Mapping[str, Any], where: str) -> Kind:
    if "kind" not in key:
        raise AuthorError(f"{where}: the key lacks 'kind'; expected one of {', '.join(KINDS)}")
    kind = KINDS.get(str(key["kind"]))
    if kind is None:
        raise AuthorError(f"{where}: kind '{key['kind']}'; expected one of {', '.join(KINDS)}")
    return kind


def _verify_types(
    key: Mapping[str, Any], allowed: Mapping[str, type | tuple[type, ...]], where: str
) -> None:
    for name, value in key.items():
        if name not in allowed:
            raise AuthorError(f"{where}: unknown entry '{name}'; known are {', '.join(allowed)}")
        if not isinstance(value, allowed[name]) or (
            isinstance(value, bool) and allowed[name] is not bool
        ):
            raise AuthorError(f"{where}: {name} = {value!r} is of the wrong type")


def _from_facts(value: object) -> object:
    """The value itself, or for ``{ fact = "table/id/column" }`` what the facts say."""
    if not (isinstance(value, dict) and set(value) == {"fact"}):
        return value
    try:
        table, row_id, name = value["fact"].split("/")
        record = TABLES[table]
        row = next(each for each in tables.records(record) if each.id == row_id)
        attribute = next(each.attribute for each in columns(record) if each.name == name)
    except (ValueError, KeyError, StopIteration, AttributeError):
        raise KeyCellError(f"fact '{value['fact']}'; expected table/id/column of data/") from None
    found = getattr(row, attribute)
    if found in (None, "", ()):
        raise KeyCellError(f"fact '{value['fact']}' is blank in data/; take another one")
    if isinstance(found, tuple):
        raise KeyCellError(f"fact '{value['fact']}' is a list; a key takes one value")
    return found if isinstance(found, int | float | str) else str(found)


def _entry(question: _Question, file: str, seal: Seal) -> dict[str, Any]:
    key = question.key
    kind = KINDS[key["kind"]]
    try:
        sealed = kind.seal(key, seal)
        locked = hints.lock(kind, key, sealed, seal)
        mark = kind.mark(encode(kind.example(key)), sealed, seal)
        if "view" in key:
            look.verify(key["view"])
    except (KeyCellError, FormError, AnswerError, look.LookError) as error:
        raise AuthorError(f"{file}, cell {question.at + 1} ({key['id']}): {error}") from None
    if mark.share < 1:
        raise AuthorError(
            f"{file}, cell {question.at + 1} ({key['id']}): "
            f"the key does not satisfy itself: {mark.message}"
        )
    parts = ("prompt", "answer", "check")
    return {
        **{name: key[name] for name in (*SHARED_KEYS, *FREE_KEYS) if name in key},
        "cells": {part: f"{key['id']}-{part}" for part in parts},
        "key": sealed,
        **({"hints": locked} if locked else {}),
    }


def _names(solution: Notebook) -> dict[int, tuple[str, str]]:
    """For every cell of a question: its place, the question's id and the part it plays."""
    names: dict[int, tuple[str, str]] = {}
    for index, cell in enumerate(solution["cells"]):
        if KEY in tags(cell) and index >= 3:
            name = tomllib.loads(cell["source"])["id"]
            for back, part in ((3, "prompt"), (2, "answer"), (1, "check"), (0, "key")):
                names[index - back] = (name, part)
    return names


def _outputs_fit(solution: Notebook, check: Check) -> bool:
    """Whether every check shows what it would say now to the answer that its output holds."""
    for index, (name, part) in _names(solution).items():
        if part != "check":
            continue
        outputs = solution["cells"][index].get("outputs", [])
        shown = outputs[0].get("data", {}) if len(outputs) == 1 else {}
        answer = shown.get(MIME, {}).get("answer")
        if shown != check.feedback(name, answer)._repr_mimebundle_():
            return False
    return True


def _markers_fit(source: str) -> bool:
    """Whether the markers stand alone on their lines, begin and end in turn, at least once."""
    lines = [line.strip() for line in source.splitlines() if "SOLUTION" in line]
    pairs = len(lines) // 2
    return pairs > 0 and lines == [BEGIN, END] * pairs


def _without_solution(source: str, stub: str) -> str:
    kept: list[str] = []
    inside, stubbed = False, False
    for line in source.splitlines():
        if line.strip() == BEGIN:
            inside = True
            if not stubbed:
                kept.append(stub)
                stubbed = True
        elif line.strip() == END:
            inside = False
        elif not inside:
            kept.append(line)
    return "\n".join(kept)


def _executed(notebook: Notebook, path: Path, shown: str) -> Notebook:
    import nbformat
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

    node = nbformat.from_dict(notebook)
    client = NotebookClient(
        node,
        timeout=120,
        resources={"metadata": {"path": str(path.parent)}},
        extra_arguments=["--log-level=ERROR"],
    )
    try:
        client.execute()
    except (CellTimeoutError, DeadKernelError) as error:
        raise AuthorError(f"{shown} does not run to its end: {error}") from None
    except CellExecutionError as error:
        failed = (
            number
            for number, cell in enumerate(node.cells, start=1)
            if any(output.output_type == "error" for output in cell.get("outputs", []))
        )
        raise AuthorError(
            f"{shown}, cell {next(failed, 1)}: {error.ename}: {error.evalue}; "
            "run the notebook in JupyterLab to see where"
        ) from None
    done: Notebook = json.loads(nbformat.writes(node))
    for cell in done["cells"]:
        _join(cell)
    return done


def _package_files(root: Path) -> Iterator[tuple[Path, tuple[str, str]]]:
    why = "not what the schema makes"
    yield root / "data" / "datapackage.json", (_json(package.datapackage(root)), why)
    yield root / "docs" / "data-dictionary.md", (package.dictionary(), why)
    yield root / glossary.PAGE, (glossary.page(root), "not what data/glossary.csv makes")
    yield root / "data" / layout.FILE, (layout.text(root), "the ties have changed")


def _cell_ids(notebook: Notebook, names: Mapping[int, tuple[str, str]]) -> list[str]:
    """An id for each cell: of its question, else its own, else one that no other cell has."""
    fixed = {index: f"{name}-{part}" for index, (name, part) in names.items()}
    taken = set(fixed.values())
    ids: list[str] = []
    for index, cell in enumerate(notebook["cells"]):
        own = str(cell.get("id", ""))
        if index not in fixed and own not in taken and re.fullmatch(r"[a-zA-Z0-9_-]{1,64}", own):
            fixed[index] = own
            taken.add(own)
    for index in range(len(notebook["cells"])):
        number = index + 1
        while index not in fixed:
            if f"cell-{number:02d}" not in taken:
                fixed[index] = f"cell-{number:02d}"
                taken.add(fixed[index])
            number += 1
        ids.append(fixed[index])
    return ids


def tags(cell: Mapping[str, Any]) -> list[str]:
    """The tags of a cell, as texts."""
    return [str(tag) for tag in cell.get("metadata", {}).get("tags", [])]


def _join(cell: Cell) -> None:
    """Make one string of each text of a cell that nbformat keeps as a list of lines."""
    cell["source"] = _joined(cell["source"]).replace("\r\n", "\n")
    for output in cell.get("outputs", []):
        if "text" in output:
            output["text"] = _joined(output["text"])
        for mime, data in output.get("data", {}).items():
            output["data"][mime] = data if mime.endswith("json") else _joined(data)


def _joined(text: object) -> str:
    return "".join(text) if isinstance(text, list) else str(text)


def _output_lines(output: dict[str, Any], lines: Callable[[str], list[str]]) -> dict[str, Any]:
    made = dict(output)
    if isinstance(made.get("text"), str):
        made["text"] = lines(made["text"])
    if "data" in made:
        made["data"] = {
            mime: lines(data) if isinstance(data, str) else data
            for mime, data in made["data"].items()
        }
    return made


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
