"""Find the kit and read its one page, ``kit.toml``: units in order, their files, whose view."""

from __future__ import annotations

import os
import re
import tomllib
from dataclasses import dataclass, fields
from datetime import date
from functools import lru_cache
from pathlib import Path

__all__ = ["Kit", "KitError", "Perspective", "Unit", "find", "load"]

PAGE = "kit.toml"
DIFFICULTIES = ("introductory", "intermediate", "advanced")
OPTIONAL = ("readings", "exercise", "solution", "content_notes")


class KitError(Exception):
    """The kit cannot be found or ``kit.toml`` is wrong; the message says where and what to do."""


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit of the course, as its ``[[unit]]`` table in ``kit.toml`` states it.

    ``lesson``, ``readings``, ``exercise`` and ``solution`` are paths relative to the kit; a unit
    may have no exercise, and then it has no solution either.
    """

    id: str
    title: str
    question: str
    minutes: int
    difficulty: str
    objectives: tuple[str, ...]
    prior_knowledge: str
    lesson: str
    readings: tuple[str, ...] = ()
    exercise: str = ""
    solution: str = ""
    content_notes: str = ""

    @property
    def files(self) -> tuple[str, ...]:
        """Every file of the unit that exists, by the kit's word."""
        named = (self.lesson, *self.readings, self.exercise, self.solution)
        return tuple(name for name in named if name)


@dataclass(frozen=True, slots=True)
class Perspective:
    """Whose publishers count as which side, as ``[perspective]`` in ``kit.toml`` states it.

    ``own`` and ``regional`` are ISO 3166-1 alpha-2 codes of countries: those the course is about,
    called ``label`` in the audit, and those around them.
    """

    label: str = "own"
    own: tuple[str, ...] = ()
    regional: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Kit:
    """A kit: where it lies, its title, the article it opens with, and its units in order.

    ``begins`` is the first day of the time that the course is about, ``""`` when it names none:
    views open there, and older events are reached by going back.
    """

    root: Path
    title: str
    article: str
    published: str
    units: tuple[Unit, ...]
    perspective: Perspective = Perspective()
    begins: str = ""

    def unit(self, name: str) -> Unit:
        """The unit with this id (``"01"``) or with a file of this stem (``"01-who-is-speaking"``).

        Raises
        ------
        KitError
            If there is none; the message lists the ids there are.
        """
        for unit in self.units:
            if name == unit.id or name in {Path(each).stem for each in unit.files}:
                return unit
        known = ", ".join(unit.id for unit in self.units) or "none yet"
        raise KitError(f"{PAGE}: there is no unit '{name}'; the units are {known}")

    def notebooks(self, *rooms: str) -> tuple[Path, ...]:
        """Paths of the units' notebooks, in course order.

        ``rooms`` chooses among ``lesson``, ``exercise`` and ``solution``; none means all three.
        """
        chosen = rooms or ("lesson", "exercise", "solution")
        names = (getattr(unit, room) for room in chosen for unit in self.units)
        return tuple(self.root / name for name in names if name)


def find(start: Path | None = None) -> Path:
    """The kit's folder: ``$AFKIT_ROOT``, else the nearest folder upward that holds ``kit.toml``.

    Raises
    ------
    KitError
        If there is none.
    """
    named = os.environ.get("AFKIT_ROOT")
    begin = Path(named) if named and start is None else (start or Path.cwd())
    lowest = begin.resolve()
    for folder in (lowest, *lowest.parents):
        if (folder / PAGE).is_file():
            return folder
    raise KitError(
        f"no {PAGE} in '{begin}' or any folder above it; "
        "open a notebook inside the kit, or set AFKIT_ROOT to the kit's folder"
    )


def load(root: Path | None = None) -> Kit:
    """Read and check ``kit.toml``; read again only when the file has changed.

    Raises
    ------
    KitError
        If the page is no TOML, lacks something, holds something unknown, repeats a unit, or names
        a file that is not there.
    """
    folder = root.resolve() if root else find()
    page = folder / PAGE
    if not page.is_file():
        raise KitError(f"'{folder}' holds no {PAGE}")
    return _read(folder, page.stat().st_mtime_ns)


@lru_cache(maxsize=4)
def _read(root: Path, _changed: int) -> Kit:
    try:
        page = tomllib.loads((root / PAGE).read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise KitError(f"{PAGE} is not readable TOML: {error}") from None
    course, listed = page.get("kit", {}), page.get("unit", [])
    tables = isinstance(listed, list) and all(isinstance(each, dict) for each in listed)
    if not isinstance(course, dict) or not tables:
        raise KitError(f"{PAGE}: expected one table [kit] and a table [[unit]] for each unit")
    _check_course(course)
    if not _inside(root, course["article"]):
        raise KitError(f"{PAGE}: [kit] article names '{course['article']}', which is not there")
    units = tuple(_unit(root, number, each) for number, each in enumerate(listed, 1))
    seen: set[str] = set()
    for unit in units:
        if unit.id in seen:
            raise KitError(f"{PAGE}: two units have the id '{unit.id}'; ids must differ")
        seen.add(unit.id)
    view = _perspective(page.get("perspective", {}))
    return Kit(
        root,
        course["title"],
        course["article"],
        course["published"],
        units,
        view,
        course.get("begins", ""),
    )


def _check_course(course: dict[str, object]) -> None:
    for name in ("title", "article", "published"):
        if not isinstance(course.get(name), str):
            raise KitError(f"{PAGE}: [kit] lacks '{name}'; write {name} = \"...\"")
    unknown = set(course) - {"title", "article", "published", "begins"}
    if unknown:
        raise KitError(f"{PAGE}: [kit] has an unknown entry '{min(unknown)}'")
    begins = course.get("begins", "")
    for name in ("published", *(["begins"] if begins else [])):
        try:
            date.fromisoformat(str(course[name]))
        except ValueError:
            said = f"{name} is '{course[name]}'; expected a day as YYYY-MM-DD"
            raise KitError(f"{PAGE}: [kit] {said}") from None


def _perspective(table: object) -> Perspective:
    where = f"{PAGE}: [perspective]"
    if not isinstance(table, dict):
        raise KitError(f"{where} is {table!r}; expected a table with own and regional")
    unknown = set(table) - {each.name for each in fields(Perspective)}
    if unknown:
        raise KitError(
            f"{where} has an unknown entry '{min(unknown)}'; known are label, own, regional"
        )
    kinds = {each.name: str(each.type) for each in fields(Perspective)}
    values = {name: _value(where, name, kinds[name], table[name]) for name in table}
    view = Perspective(**values)  # type: ignore[arg-type]  # each was checked against its type
    for name in ("own", "regional"):
        for code in getattr(view, name):
            if not re.fullmatch("[A-Z]{2}", code):
                raise KitError(
                    f"{where}: {name} holds '{code}'; expected two capital letters, ISO 3166-1"
                )
    both = set(view.own) & set(view.regional)
    if both:
        raise KitError(f"{where}: '{min(both)}' is both own and regional; leave it in one of them")
    return view


def _unit(root: Path, number: int, table: dict[str, object]) -> Unit:
    where = f"{PAGE}: unit {table.get('id', f'number {number}')}"
    kinds = {each.name: str(each.type) for each in fields(Unit)}
    for name in table:
        if name not in kinds:
            raise KitError(f"{where}: unknown entry '{name}'; known are {', '.join(kinds)}")
    values: dict[str, object] = {}
    for each in fields(Unit):
        if each.name in table:
            values[each.name] = _value(where, each.name, kinds[each.name], table[each.name])
        elif each.name in OPTIONAL:
            continue
        else:
            raise KitError(f"{where}: '{each.name}' is missing")
    unit = Unit(**values)  # type: ignore[arg-type]  # each value was checked against its type above
    if unit.difficulty not in DIFFICULTIES:
        raise KitError(
            f"{where}: difficulty is '{unit.difficulty}'; expected {', '.join(DIFFICULTIES)}"
        )
    if bool(unit.exercise) != bool(unit.solution):
        raise KitError(f"{where}: an exercise and its solution go together; one of them is missing")
    for name in unit.files:
        # A student's bundle holds no solutions, and a new exercise is there only after a build.
        made = name == unit.exercise and (root / unit.solution).is_file()
        kept_back = name == unit.solution and not (root / Path(name).parts[0]).is_dir()
        if not (_inside(root, name) or made or kept_back):
            raise KitError(f"{where} names '{name}', which is not there; mend the name or the file")
    return unit


def _inside(root: Path, name: str) -> bool:
    """Whether a name is that of a file inside the kit."""
    path = (root / name).resolve()
    return path.is_file() and path.is_relative_to(root.resolve())


def _value(where: str, name: str, kind: str, value: object) -> object:
    if kind.startswith("tuple"):
        if isinstance(value, list) and all(isinstance(each, str) for each in value):
            return tuple(value)
        raise KitError(f'{where}: {name} is {value!r}; expected a list of texts, ["...", "..."]')
    if kind == "int":
        if isinstance(value, int) and not isinstance(value, bool) and value > 0:
            return value
        raise KitError(f"{where}: {name} is {value!r}; expected a whole number above 0")
    if isinstance(value, str) and (value.strip() or name in OPTIONAL):
        return value.strip()
    raise KitError(f'{where}: {name} is {value!r}; expected a text in quotes, "..."')
