"""A kit and some of its units in; a folder or archive to give away out, always the same bytes.

Two bundles are made: what students get, and what submitted code may see while it is graded. Both
are put together from a list of what belongs in, not by leaving out what does not.
"""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import tempfile
import tomllib
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from afkit.exercises import author
from afkit.exercises.check import manifest_path
from afkit.exercises.kinds.base import Sealer, sealer
from afkit.facts.tables import DataError
from afkit.grading.records import GradingError
from afkit.grading.score import quick

if TYPE_CHECKING:
    from afkit import kit

__all__ = ["assign", "sandbox_bundle"]

#: The first moment that a zip archive knows; every file of a bundle is from it.
MOMENT = (1980, 1, 1, 0, 0, 0)
SECONDS = 315_532_800
FILE, FOLDER = 0o644, 0o755
#: What a kit has beside its content when the engine lies in it, and what students need of that.
WITH_ENGINE = ("pyproject.toml", "uv.lock", "Makefile", "environment.yml")
LICENCES = ("LICENSE", "LICENSE-CONTENT", "CITATION.cff")
GLOSSARY = "docs/glossary.md"
ENGINE = "src/afkit"
#: Sources of the JavaScript that is already built into the engine.
BUILT_FROM = ("widgets", "js")
PICTURE = re.compile(r"!\[[^\]]*\]\(([^)\s]+)|<img[^>]*\ssrc=[\"']([^\"']+)")

Files = dict[str, bytes]
Blind = Callable[[dict[str, Any]], Mapping[str, Any]]


def assign(course: kit.Kit, units: Iterable[kit.Unit], to: Path) -> list[str]:
    """Write what students get of some units: lessons, readings, exercises, data, a way to run them.

    Exercises and manifests are made anew from the solutions. Where the engine lies in the kit it
    comes along, so that ``make lab`` works; elsewhere students need an installed afkit. No
    solution, test or guide for instructors is in it.

    Parameters
    ----------
    to
        A ``.zip`` file, which is replaced, or a folder that is new or empty.

    Returns
    -------
    list of str
        The paths in the bundle, sorted.

    Raises
    ------
    GradingError
        If a file is missing, an exercise cannot be made, or ``to`` cannot be written.
    """
    chosen = _chosen(course, units)
    files = _content(course, chosen)
    for unit in chosen:
        files |= _exercise(course, unit, lambda manifest: manifest)
    files |= _surroundings(course)
    files["README.md"] = _readme(course, chosen, "Makefile" in files).encode()
    _refuse_secrets(course, files)
    _write(files, to, _slug(course.title))
    return sorted(files)


def sandbox_bundle(
    course: kit.Kit, units: Iterable[kit.Unit], to: Path, *, blind: Blind
) -> list[str]:
    """Write what submitted code may see while it is graded: a kit with nothing to find in it.

    Parameters
    ----------
    to
        A folder that is new or empty, or a ``.zip`` file.
    blind
        Takes a manifest and gives one that holds no key.

    Returns
    -------
    list of str
        The paths in the bundle, sorted.

    Raises
    ------
    GradingError
        If a file is missing, an exercise cannot be made, or ``to`` cannot be written.
    """
    chosen = _chosen(course, units)
    files = _content(course, chosen)
    for unit in chosen:
        files |= _exercise(course, unit, blind, quick)  # no key is given away
    _refuse_secrets(course, files)
    _write(files, to, _slug(course.title))
    return sorted(files)


def _chosen(course: kit.Kit, units: Iterable[kit.Unit]) -> list[kit.Unit]:
    """The units in the order of the course, each once."""
    named = {each.id for each in units}
    chosen = [each for each in course.units if each.id in named]
    if not chosen:
        raise GradingError(f"name at least one unit; there are {_listed(course)}")
    return chosen


def _listed(course: kit.Kit) -> str:
    return ", ".join(each.id for each in course.units)


def _content(course: kit.Kit, units: list[kit.Unit]) -> Files:
    """The page of the kit, its article, facts and glossary, and what the units read and show."""
    files: Files = {"kit.toml": _page(course, units).encode()}
    shown = [course.article, *(name for unit in units for name in (unit.lesson, *unit.readings))]
    for name in dict.fromkeys(shown):
        files[name] = _bytes(course.root, name)
        for picture in _pictures(files[name], name, course.root):
            files[picture] = _bytes(course.root, picture)
    for name in _tree(course.root, "data"):
        files[name] = _bytes(course.root, name)
    if (course.root / GLOSSARY).is_file():
        files[GLOSSARY] = _bytes(course.root, GLOSSARY)
    return files


def _exercise(course: kit.Kit, unit: kit.Unit, blind: Blind, seal_with: Sealer = sealer) -> Files:
    """The exercise of a unit with its manifest, from its solution where that is there."""
    if not unit.exercise:
        return {}
    beside = manifest_path(course, unit).relative_to(course.root).as_posix()
    solution = course.root / unit.solution
    try:
        if solution.is_file():
            student, manifest = author.student_copy(
                author.read(solution, course.root), unit.id, unit.solution, seal_with=seal_with
            )
            notebook = author.dump(student).encode()
        else:
            notebook = _bytes(course.root, unit.exercise)
            manifest = json.loads(_bytes(course.root, beside))
    except (author.AuthorError, DataError, ValueError) as error:
        raise GradingError(f"unit {unit.id} has no exercise to give out: {error}") from None
    text = json.dumps(blind(manifest), ensure_ascii=False, indent=1, sort_keys=True)
    return {unit.exercise: notebook, beside: f"{text}\n".encode()}


def _surroundings(course: kit.Kit) -> Files:
    """Licences and, where the engine lies in the kit, the engine and how it is installed."""
    names = [each for each in LICENCES if (course.root / each).is_file()]
    if (course.root / ENGINE).is_dir():
        names += [each for each in WITH_ENGINE if (course.root / each).is_file()]
        names += [
            each
            for each in _tree(course.root, ENGINE)
            if PurePosixPath(each).parts[2:4] != BUILT_FROM
        ]
    return {name: _bytes(course.root, name) for name in names}


def _refuse_secrets(course: kit.Kit, files: Files) -> None:
    """A last look: no solution may leave, whatever a page of a kit names as a reading."""
    solutions = {each.solution for each in course.units if each.solution}
    given = {each for unit in course.units for each in (unit.lesson, unit.exercise, *unit.readings)}
    closed = {_room(each) for each in solutions} - {_room(each) for each in given - solutions}
    for name, data in files.items():
        kept = name in solutions or _room(name) in closed | {"tests"}
        if kept or name.startswith("docs/instructors"):
            raise GradingError(
                f"kit.toml names '{name}' as something that students read; "
                "keep that in readings/ and name it there"
            )
        if name.endswith(".ipynb") and author.BEGIN.encode() in data:
            raise GradingError(f"{name} holds a solution; take it out or name another file")


def _room(name: str) -> str:
    return PurePosixPath(name).parent.parts[0] if "/" in name else ""


def _page(course: kit.Kit, units: list[kit.Unit]) -> str:
    """A ``kit.toml`` with these units alone, and without the notes that stand in the teacher's."""
    page = tomllib.loads((course.root / "kit.toml").read_text(encoding="utf-8"))
    ids = {each.id for each in units}
    tables = [("[kit]", page["kit"])]
    if "perspective" in page:
        tables.append(("[perspective]", page["perspective"]))
    tables += [("[[unit]]", each) for each in page["unit"] if each["id"] in ids]
    text = "\n\n".join(
        "\n".join([head, *(_entry(name, value) for name, value in table.items())])
        for head, table in tables
    )
    return f"# Made by 'afkit assign'.\n\n{text}\n"


def _entry(name: str, value: object) -> str:
    # A text, list or number of JSON is one of TOML too.
    return f"{name} = {json.dumps(value, ensure_ascii=False)}"


def _readme(course: kit.Kit, units: list[kit.Unit], with_engine: bool) -> str:
    start = (
        "```\nmake lab\n```\n\ninstalls everything into `.venv` and opens the first lesson. It "
        "needs Python 3.11, 3.12 or 3.13 and `make`. Without `make`: "
        "`conda env create -f environment.yml`, then `conda activate afkit` and `afkit lab`."
        if with_engine
        else "```\nafkit lab\n```\n\nopens the first lesson; afkit must be installed."
    )
    rows = "\n".join(f"| {_row(unit)} |" for unit in units)
    return f"""\
# {course.title}

{start}

Read the lesson of a unit first, then open its exercise. A question that you answer wrongly costs
nothing: try again. When you are done, save the notebook and hand in the `.ipynb` file as your
teacher told you.

| unit | question | lesson | exercise |
|---|---|---|---|
{rows}
"""


def _row(unit: kit.Unit) -> str:
    exercise = f"`{unit.exercise}`" if unit.exercise else ""
    cells = (f"{unit.id} {unit.title}", unit.question, f"`{unit.lesson}`", exercise)
    return " | ".join(each.replace("|", "\\|") for each in cells)


def _pictures(data: bytes, name: str, root: Path) -> Iterator[str]:
    """Pictures of the kit that a text or notebook shows."""
    for markdown, html in PICTURE.findall(data.decode("utf-8", errors="replace")):
        target = (root / name).parent / (markdown or html)
        if re.match(r"[a-z]+:", markdown or html) or not target.is_file():
            continue
        inside = target.resolve()
        if inside.is_relative_to(root.resolve()):
            yield inside.relative_to(root.resolve()).as_posix()


def _tree(root: Path, under: str) -> Iterator[str]:
    """The files of a folder, sorted, without what editors and Python leave behind."""
    for path in sorted((root / under).rglob("*")):
        name = path.relative_to(root)
        if path.is_file() and not path.is_symlink() and not any(map(_leftover, name.parts)):
            yield name.as_posix()


def _leftover(name: str) -> bool:
    return name.startswith((".", "__pycache__", "node_modules")) or name.endswith(("~", ".pyc"))


def _bytes(root: Path, name: str) -> bytes:
    path = root / name
    if not path.resolve().is_relative_to(root.resolve()):
        raise GradingError(f"'{name}' lies outside the kit; a bundle takes files of the kit alone")
    try:
        return path.read_bytes()
    except OSError as error:
        raise GradingError(
            f"{name} cannot be read: {error.strerror}; 'afkit build' may help"
        ) from None


def _slug(title: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:40].strip("-") or "afkit"


def _write(files: Files, to: Path, top: str) -> None:
    """Write all of it or nothing: beside its place first, then a change of names."""
    try:
        to.parent.mkdir(parents=True, exist_ok=True)
        if to.suffix.lower() == ".zip":
            _write_archive(files, to, top)
        else:
            _write_folder(files, to)
    except OSError as error:
        raise GradingError(f"{to} cannot be written: {error.strerror}; nothing was made") from None


def _write_archive(files: Files, to: Path, top: str) -> None:
    handle, temporary = tempfile.mkstemp(dir=to.parent, prefix=f".{to.name}.")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(_archive(files, top))
        Path(temporary).chmod(FILE)
        Path(temporary).replace(to)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _archive(files: Files, top: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(f"{top}/{name}", MOMENT)
            entry.create_system = 3  # Unix, wherever it is made, so that rights are read
            entry.external_attr = (0o100000 | FILE) << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, files[name])
    return made.getvalue()


def _write_folder(files: Files, to: Path) -> None:
    if to.exists() and (not to.is_dir() or any(to.iterdir())):
        raise GradingError(f"{to} is there and not empty; name a new folder, or delete it first")
    temporary = Path(tempfile.mkdtemp(dir=to.parent, prefix=f".{to.name}."))
    try:
        for name in sorted(files):
            path = temporary / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(files[name])
            path.chmod(FILE)
            os.utime(path, (SECONDS, SECONDS))
        for folder in (temporary, *temporary.rglob("*")):
            if folder.is_dir():
                folder.chmod(FOLDER)
                os.utime(folder, (SECONDS, SECONDS))
        if to.exists():
            to.rmdir()
        temporary.replace(to)
    except BaseException:
        shutil.rmtree(temporary, ignore_errors=True)
        raise
