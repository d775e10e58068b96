"""A folder or archive of hand-ins goes in; one submission for each student comes out, unread.

Known are the forms in which notebooks reach a teacher: nbgrader's folders, a flat folder, a folder
for each student, and the downloads of Canvas, Moodle, Google Classroom and Drive. Nothing is
unpacked, no link is followed, and of many notebooks only one is in memory at a time.
"""

from __future__ import annotations

import os
import re
import stat
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo

from afkit import kit
from afkit.grading import notebook
from afkit.grading.records import GradingError, Submission

__all__ = ["Collected", "collect"]

MOST_FILES = 50_000
LONGEST_NAME = 150
#: Of an entry of an archive; systems and platforms allow no more.
LONGEST_PATH = 1_000
LATE_BY_MARK = 1.0
#: Cannot be seen, but names in Persian and Pashto need them.
JOINERS = "\u200c\u200d"
ENDINGS = (".ipynb", ".ipynb.json", ".ipynb.txt")
#: What a student may also have handed in, but nobody means as an answer.
BESIDE = ("timestamp.txt", "desktop.ini", "thumbs.db")
TIMESTAMP = "timestamp.txt"

MOODLE = re.compile(
    r"(?P<name>.+?)_(?P<id>\d+)_assignsubmission_(?P<what>[a-z]+)(?:_(?P<rest>.*))?"
)
CANVAS = re.compile(
    r"(?:(?P<name>(?!LATE_|anon_)[^\W_]\w*?)_)?(?:(?P<late>LATE)_)?(?P<id>\d+|anon_[^\W_]+)_(?P<file>\d{3,})_(?P<rest>.+)"
)
INBOUND = re.compile(r"(?P<name>[^+]+)\+(?P<unit>[^+]+)\+(?P<when>[^+]+)(?:\+[^+]*)?")
ATTEMPT = re.compile(r"(?:attempt|versuch|tentative|intento|try)[ _-]*(\d{1,4})", re.IGNORECASE)
COPY = re.compile(r"(?:copy of|kopie von|copie de|copia de|copia di)\s+", re.IGNORECASE)
NUMBERED = re.compile(r"\s*\((\d{1,4})\)$")
AGAIN = re.compile(r"-(\d{1,4})$")
MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)[ T](\d\d[:-]\d\d(?:[:-]\d\d(?:\.\d+)?)?)\s*(\S*)")


@dataclass(frozen=True, slots=True)
class Collected(Submission):
    """A submission with the paths of what the same student handed in besides, oldest first."""

    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _InFolder:
    """Reads one file of a folder, of which nobody knows what it has become in the meantime."""

    path: Path

    def __call__(self) -> bytes:
        flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
        flags |= getattr(os, "O_BINARY", 0)
        try:
            with os.fdopen(os.open(self.path, flags), "rb") as stream:
                if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
                    raise GradingError("this is no ordinary file. Hand in the notebook itself.")
                return stream.read(notebook.LARGEST + 1)
        except OSError as error:
            raise GradingError(
                f"the file cannot be opened ({error.strerror}). Check the rights of the folder."
            ) from None


@dataclass(frozen=True, slots=True)
class _InArchive:
    """Reads one entry of a zip archive, from its place in it; no more than a notebook may have."""

    archive: Path
    at: int
    packed: int
    deflated: bool
    crc: int

    def __call__(self) -> bytes:
        with self.archive.open("rb") as stream:
            stream.seek(self.at)
            head = stream.read(30)
            if len(head) < 30 or head[:4] != b"PK\x03\x04":
                raise GradingError(
                    "its place in the archive is damaged. Download the archive again."
                )
            name, extra = struct.unpack("<HH", head[26:30])
            stream.seek(name + extra, os.SEEK_CUR)
            data = stream.read(min(self.packed, notebook.LARGEST + 1))
        if self.deflated:
            try:
                data = zlib.decompressobj(-zlib.MAX_WBITS).decompress(data, notebook.LARGEST + 1)
            except zlib.error:
                raise GradingError("it is damaged in the archive. Download it again.") from None
        if len(data) <= notebook.LARGEST and zlib.crc32(data) != self.crc:
            raise GradingError("it is damaged in the archive. Download it again.")
        return data


@dataclass(frozen=True, slots=True)
class _File:
    """Something in the source: its path in parts, how to read it, or why it is not read."""

    parts: tuple[str, ...]
    shown: str
    read: Callable[[], bytes]
    stamp: float
    problem: str = ""

    @property
    def name(self) -> str:
        return self.parts[-1]

    @property
    def is_notebook(self) -> bool:
        return self.name.lower().endswith(ENDINGS)


@dataclass(frozen=True, slots=True)
class _Handed:
    """A file with what its place and name say: whose it is, which try, of which unit, when."""

    file: _File
    student: str
    named: str = ""
    order: tuple[int, ...] = ()
    submitted: str = ""
    marked_late: bool = False
    #: Whether it is called as the exercise is: of two that came together, this one is meant.
    exact: bool = False
    #: Whether the place is that of one student, so that a file of any kind was handed in.
    certain: bool = True


@dataclass(frozen=True, slots=True)
class _Attempt:
    handed: _Handed
    reason: str
    late: float

    @property
    def key(self) -> tuple[object, ...]:
        file = self.handed.file
        told = (self.handed.submitted, self.handed.order, self.handed.exact)
        return (*told, file.stamp, file.shown)


def collect(
    source: Path, course: kit.Kit, unit: kit.Unit, *, due: datetime | None = None
) -> list[Submission]:
    """The submissions of a unit in a folder or zip archive, one for each student, by student.

    Of several attempts the last one on time counts, else the last; damaged ones count only where
    there is no other. ``attempt`` says which it is, ``others`` (:class:`Collected`) where the rest
    lies. Where a name carries a number of Canvas or Moodle, the student is called ``NAME_NUMBER``.

    Parameters
    ----------
    source
        nbgrader's course folder or its ``submitted``; a flat folder; a folder with one for each
        student; a download of Canvas, Moodle, Classroom or Drive; or a single notebook.
    due
        When it was due; without a time zone, UTC. ``late`` is 1.0 where only Canvas's mark says
        that something was late.

    Raises
    ------
    GradingError
        If there is nothing to collect, or the archive cannot be read. A notebook that cannot be
        graded is no error: its submission has a ``reason``.
    """
    files = list(_listed(source))
    by_student: dict[str, list[_Handed]] = {}
    for each in _sorted_out(files, _Units(course), unit):
        by_student.setdefault(each.student, []).append(each)
    prints = _Prints(course)
    limit = due.replace(tzinfo=due.tzinfo or UTC) if due else None
    found = []
    for student, own in sorted(by_student.items()):
        one = _one(student, own, unit, prints, limit)
        if one:
            found.append(one)
    if not found:
        packed = next((each.shown for each in files if each.name.lower().endswith(".zip")), "")
        raise GradingError(
            f"{source} holds no notebook for unit {unit.id}; expected nbgrader's submitted/STUDENT/"
            f"{unit.id}/, a folder of notebooks, or a download of Canvas, Moodle or Classroom"
            + (f". It holds '{packed}': name that file, or unpack it" if packed else "")
        )
    return found


def _one(
    student: str, own: list[_Handed], unit: kit.Unit, prints: _Prints, due: datetime | None
) -> Submission | None:
    """The submission of one student, if anything here is one."""
    attempts: list[_Attempt] = []
    elsewhere: list[_Attempt] = []
    for each in own:
        if not each.file.is_notebook:
            continue
        other, reason = _examined(each, unit, prints)
        attempt = _Attempt(each, reason, _late(each, due))
        (elsewhere if other else attempts).append(attempt)
    if not attempts:
        attempts = elsewhere or [_without_notebook(each) for each in own if each.certain][:1]
    if not attempts:
        return None
    attempts.sort(key=lambda each: each.key)
    good = [each for each in attempts if not each.reason] or attempts
    counts = ([each for each in good if not each.late] or good)[-1]
    file = counts.handed.file
    return Collected(
        student=student,
        unit=unit.id,
        path=file.shown,
        read=file.read,
        attempt=attempts.index(counts) + 1,
        submitted=counts.handed.submitted,
        late=counts.late,
        reason=counts.reason,
        others=tuple(each.handed.file.shown for each in attempts if each is not counts),
    )


def _late(handed: _Handed, due: datetime | None) -> float:
    if due and handed.submitted:
        return max(0.0, (datetime.fromisoformat(handed.submitted) - due).total_seconds())
    return LATE_BY_MARK if handed.marked_late else 0.0


def _without_notebook(handed: _Handed) -> _Attempt:
    name = handed.file.name
    packed = name.lower().endswith((".zip", ".rar", ".7z", ".gz", ".tar"))
    todo = "Unpack it and hand in the notebook itself." if packed else "Hand in the .ipynb file."
    reason = (
        handed.file.problem or f"'{_printable(name)}' was handed in, which is no notebook. {todo}"
    )
    return _Attempt(handed, reason, 0.0)


def _examined(handed: _Handed, unit: kit.Unit, prints: _Prints) -> tuple[bool, str]:
    """Whether a notebook is of another unit; and why it cannot be graded, ``""`` if it can."""
    if handed.file.problem:
        return False, handed.file.problem
    try:
        cells = notebook.read(handed.file.read())
    except GradingError as error:
        named = handed.named not in ("", unit.id)
        return named, str(error)
    except OSError as error:
        return False, f"it cannot be read ({error.strerror}). Download it again."
    of = prints.unit(cells) or handed.named
    if of and of != unit.id:
        title = prints.titles.get(of, "")
        return True, (
            f"this is the notebook of unit {of} ({title}), and unit {unit.id} is graded. "
            f"Hand in '{Path(unit.exercise).name}'."
        )
    if not of and not prints.answers(cells, unit.id):
        return False, (
            f"no question of unit {unit.id} was found in it. Hand in '{Path(unit.exercise).name}' "
            "with your answers."
        )
    return False, ""


class _Prints:
    """What tells the units' exercises apart: texts and ids of cells that only one of them has."""

    def __init__(self, course: kit.Kit) -> None:
        self._course = course
        self.titles = {each.id: each.title for each in course.units}
        self._questions: dict[str, set[str]] = {}
        owners: dict[str, set[str]] = {}
        for unit in course.units:
            for mark in self._marks(unit):
                owners.setdefault(mark, set()).add(unit.id)
        self._owner = {mark: min(units) for mark, units in owners.items() if len(units) == 1}

    def _marks(self, unit: kit.Unit) -> Iterator[str]:
        path = self._course.root / unit.exercise
        if not unit.exercise or not path.is_file():
            return
        ids = set()
        for cell in notebook.read(path.read_bytes()):
            ids.add(cell["id"])
            yield from _marks(cell)
        self._questions[unit.id] = {each.removesuffix("-check") for each in ids if "-check" in each}

    def unit(self, cells: Iterable[notebook.Cell]) -> str:
        """The unit whose exercise these cells are; ``""`` if that cannot be said."""
        named = set()
        for each in notebook.exercises(cells):
            try:
                named.add(self._course.unit(each).id)
            except kit.KitError:
                continue
        if len(named) == 1:
            return named.pop()
        votes: dict[str, int] = {}
        for cell in cells:
            for mark in _marks(cell):
                if mark in self._owner:
                    votes[self._owner[mark]] = votes.get(self._owner[mark], 0) + 1
        most = max(votes.values(), default=0)
        first = [each for each, number in votes.items() if number == most]
        return first[0] if len(first) == 1 else ""

    def answers(self, cells: Iterable[notebook.Cell], unit: str) -> bool:
        """Whether a cell answers a question of the unit, or once was one of its cells."""
        names = self._questions.get(unit, set())
        return any(
            each["id"].partition("-")[0] in names
            or (each["cell_type"] == "code" and notebook.assigned(each["source"], names))
            for each in cells
        )


def _marks(cell: notebook.Cell) -> Iterator[str]:
    if cell["id"] and not re.match(r"q\d+-", cell["id"]):
        yield f"id {cell['id']}"
    if cell["cell_type"] == "markdown" and len(cell["source"]) > 20:
        yield f"text {' '.join(cell['source'].split())}"


def _sorted_out(files: list[_File], units: _Units, unit: kit.Unit) -> Iterator[_Handed]:
    """Whose the files are."""
    times = {file.parts[:-1]: _time(file) for file in files if file.name.lower() == TIMESTAMP}
    layout = _Layout([file for file in files if not _by_platform(file)], units, unit)
    for file in files:
        if file.name.lower() in BESIDE:
            continue
        made = _by_platform(file)
        if made is None:
            if layout.elsewhere(file):
                continue
            made = layout.handed(file)
        called = units.named(_stem(file.name))
        yield replace(
            made,
            student=_tidy(made.student),
            named=made.named or called,
            submitted=made.submitted or times.get(file.parts[:-1], ""),
            exact=called == unit.id,
        )


def _by_platform(file: _File) -> _Handed | None:
    """What the outermost folder says that Moodle or nbgrader named; what is in it may say more."""
    for part in file.parts[:-1]:
        moodle = MOODLE.fullmatch(part)
        if moodle:
            return _by_moodle(file, moodle)
        inbound = INBOUND.fullmatch(part)
        if inbound:
            return _Handed(file, inbound["name"], submitted=_moment(inbound["when"]))
    return None


def _by_moodle(file: _File, found: re.Match[str]) -> _Handed:
    return _Handed(file, f"{found['name']}_{found['id']}", certain=found["what"] == "file")


def _by_name(file: _File) -> _Handed | None:
    """What the name of a file says that Moodle or Canvas made; its end was chosen by a student."""
    moodle, canvas = MOODLE.fullmatch(file.name), CANVAS.fullmatch(file.name)
    if moodle and not (canvas and canvas.start("id") < moodle.start("id")):
        return _by_moodle(file, moodle)
    if canvas:
        name = f"{canvas['name']}_{canvas['id']}" if canvas["name"] else canvas["id"]
        again = AGAIN.search(_stem(canvas["rest"]))
        order = (int(again[1]) if again else 0, int(canvas["file"]))
        return _Handed(file, name, order=order, marked_late=bool(canvas["late"]))
    return None


class _Layout:
    """Where the folders of students lie: what is in one is its student's, whatever it is called."""

    def __init__(self, files: list[_File], units: _Units, unit: kit.Unit) -> None:
        self._units, self._wanted = units, unit.id
        self._tree = min((len(each.parts) for each in files if self._in_unit(each)), default=0)
        self._has = any(self._unit(each) == unit.id for each in files)
        inside: dict[tuple[str, ...], list[_File]] = {}
        for file in files:
            if file.is_notebook:
                inside.setdefault(file.parts[:-1], []).append(file)
        deep = [each for folder, own in inside.items() if folder for each in own]
        # A name that looks like Canvas's proves nothing where others have folders of their own.
        self._named = len(inside) == 1 or all(map(_by_name, deep))
        self._flat = {
            folder for folder, own in inside.items() if self._is_flat(folder, own, len(inside) == 1)
        }
        self._depth = self._level(set(inside) - self._flat)

    def _is_flat(self, folder: tuple[str, ...], own: list[_File], only: bool) -> bool:
        """Whether files lie in a folder of more than one student."""
        plain = [each for each in own if (folder and not self._named) or not _by_name(each)]
        called = [self._units.named(_stem(each.name)) for each in plain]
        return bool(plain) and (
            not folder
            or (len(folder) == 1 and bool(self._units.named(folder[-1])))
            or (only and len(plain) > 1 and not all(called))
        )

    def _level(self, folders: set[tuple[str, ...]]) -> int:
        """How deep students' folders lie: the first level with several of them; 0 if none."""
        own = {
            each[:-1] if len(each) > 1 and ATTEMPT.fullmatch(each[-1]) else each for each in folders
        }
        depths = [len(each) for each in own if each]
        return min((each for each in depths if depths.count(each) > 1), default=0)

    def _in_unit(self, file: _File) -> str:
        return self._units.named(file.parts[-2]) if len(file.parts) > 2 else ""

    def _unit(self, file: _File) -> str:
        """The unit in whose folder, inside a student's, a file lies: ``STUDENT/UNIT/file``."""
        return self._in_unit(file) if len(file.parts) == self._tree else ""

    def elsewhere(self, file: _File) -> bool:
        """Whether a file lies in nbgrader's folder of another assignment, or deeper than those."""
        return self._has and len(file.parts) >= self._tree and self._unit(file) != self._wanted

    def handed(self, file: _File) -> _Handed:
        """What the folders say in which a file lies; in a flat one, its name."""
        parts = file.parts
        copies = NUMBERED.search(_stem(file.name))
        order: tuple[int, ...] = (int(copies[1]) if copies else 0,)
        folder = self._unit(file)
        if folder:
            return _Handed(file, parts[-3], folder)
        named = _by_name(file) if len(parts) == 1 or self._named else None
        if named:
            return named
        attempt = ATTEMPT.fullmatch(parts[-2]) if len(parts) > 2 else None
        if attempt:
            order = (int(attempt[1]), *order)
        if len(parts) == 1 or parts[:-1] in self._flat:
            student = _flat_student(_stem(file.name), self._units)
            return _Handed(file, student, order=order, certain=False)
        at = self._depth - 1 if 0 < self._depth < len(parts) else -3 if attempt else -2
        # Beside notebooks that lie in the open, a folder without one is no student's.
        return _Handed(file, parts[at], order=order, certain=bool(attempt) or () not in self._flat)


def _flat_student(stem: str, units: _Units) -> str:
    """The student in the name of a file: ``Name - title``, ``name_01-title``, ``name``."""
    plain = NUMBERED.sub("", COPY.sub("", stem)).strip()
    if " - " in plain:
        first, _, rest = plain.partition(" - ")
        return rest if units.named(first) else first
    for title in units.titles:
        left = re.sub(re.escape(title), " ", plain, flags=re.IGNORECASE).strip(" _-.+")
        if left and left != plain:
            return left
    return plain if not units.named(plain) else stem


class _Units:
    """The names by which folders and files mean the units of a course."""

    def __init__(self, course: kit.Kit) -> None:
        self.titles = [Path(each.exercise).stem for each in course.units if each.exercise]
        self._inside = [
            (f"-{_plain(Path(each.exercise).stem)}-", each.id)
            for each in course.units
            if each.exercise
        ]
        self._whole = {
            name: each.id
            for each in course.units
            for name in (_plain(each.id), f"unit-{_plain(each.id)}")
        }

    def named(self, text: str) -> str:
        """The id of the unit that a name means: its id, or the name of its exercise inside."""
        plain = _plain(text)
        if plain in self._whole:
            return self._whole[plain]
        return next((unit for title, unit in self._inside if title in f"-{plain}-"), "")


def _plain(text: str) -> str:
    return re.sub(r"[\W_]+", "-", text.casefold()).strip("-")


def _stem(name: str) -> str:
    lower = name.lower()
    for ending in (*ENDINGS[1:], ENDINGS[0]):
        if lower.endswith(ending):
            return name[: -len(ending)]
    return Path(name).stem


def _tidy(name: str) -> str:
    """A name in one spelling, without what no name has."""
    plain = unicodedata.normalize("NFC", COPY.sub("", name))
    return " ".join(_printable(plain).split())[:LONGEST_NAME] or "unnamed"


def _printable(text: str) -> str:
    """A text that a terminal, a table and a file can show: no control, no half character."""
    return "".join(each for each in text if each.isprintable() or each in JOINERS)


def _time(file: _File) -> str:
    try:
        return _moment(file.read()[:200].decode())
    except (GradingError, UnicodeDecodeError):
        return ""


def _moment(text: str) -> str:
    """A time as nbgrader writes it, as ISO 8601 in UTC; ``""`` if it is none."""
    found = MOMENT.match(text.strip())
    if not found:
        return ""
    try:
        when = datetime.fromisoformat(f"{found[1]}T{found[2].replace('-', ':')}{_offset(found[3])}")
        zone: tzinfo = when.tzinfo or _zone(found[3])
        return when.replace(tzinfo=zone).astimezone(UTC).isoformat()
    except (ValueError, OverflowError):
        return ""


def _offset(zone: str) -> str:
    return zone if re.fullmatch(r"Z|[+-]\d\d:?\d\d", zone) else ""


def _zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name) if name not in ("", "UTC", "Z") else UTC
    except (OSError, ValueError, KeyError):  # a zone that nobody knows
        return UTC


def _listed(source: Path) -> Iterator[_File]:
    """Everything that was handed in, by path."""
    if not source.exists():
        raise GradingError(f"{source} is not there; name a folder, a zip archive or a notebook")
    if source.is_dir():
        inner = source / "submitted"  # nbgrader's course folder has more in it
        yield from _in_folder(inner if inner.is_dir() and not inner.is_symlink() else source)
    elif zipfile.is_zipfile(source):
        yield from _in_archive(source)
    elif source.name.lower().endswith(ENDINGS):
        parts = (source.name,)
        shown = _printable(source.name)
        yield _File(parts, shown, _InFolder(source.resolve()), source.stat().st_mtime)
    else:
        raise GradingError(
            f"{source} is no folder, no zip archive and no notebook; download the submissions as "
            "a .zip file and name that"
        )


def _in_folder(root: Path) -> Iterator[_File]:
    number = 0
    for folder, names, files in os.walk(root):
        here = Path(folder).relative_to(root).parts
        names[:] = sorted(each for each in names if not _hidden(each))
        kept = []
        for name in names:
            path = Path(folder, name)
            if path.is_symlink():
                yield _refused((*here, name), "a link to a folder")
            elif name.lower().endswith(ENDINGS):
                yield _refused((*here, name), "a folder with the name of a notebook")
            else:
                kept.append(name)
        names[:] = kept
        for name in sorted(files):
            if _hidden(name):
                continue
            number += 1
            _bounded(number, root)
            path, parts = Path(folder, name), (*here, name)
            mode = path.lstat()
            if stat.S_ISLNK(mode.st_mode):
                yield _refused(parts, "a link to another file")
            elif not stat.S_ISREG(mode.st_mode):
                yield _refused(parts, "no ordinary file")
            else:
                yield _File(parts, _printable("/".join(parts)), _InFolder(path), mode.st_mtime)


def _in_archive(source: Path) -> Iterator[_File]:
    try:
        with zipfile.ZipFile(source) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise GradingError(f"{source} is a damaged archive ({error}); download it again") from None
    _bounded(len(entries), source)
    for entry in entries:
        name = entry.filename.replace("\\", "/")
        parts = tuple(each for each in name.split("/") if each not in ("", "."))
        if not parts or any(_hidden(each) for each in parts if each != ".."):
            continue
        shown = _printable(f"{source.name}: {'/'.join(parts)}"[:LONGEST_PATH])
        if entry.is_dir():
            if parts[-1].lower().endswith(ENDINGS):
                yield _refused(parts, "a folder with the name of a notebook", shown)
            continue
        inner = tuple(each for each in parts if each != "..") or ("unnamed",)
        strange = _strange(entry, name, parts)
        if strange:
            if len(name) > LONGEST_PATH:
                inner = (inner[-1][-LONGEST_NAME:],)
            yield _refused(inner, strange, shown)
            continue
        stamp = float("".join(f"{each:02d}" for each in entry.date_time))
        deflated = entry.compress_type == zipfile.ZIP_DEFLATED
        place = (entry.header_offset, entry.compress_size, deflated, entry.CRC)
        yield _File(inner, shown, _InArchive(source.resolve(), *place), stamp, _large(entry))


def _strange(entry: zipfile.ZipInfo, name: str, parts: tuple[str, ...]) -> str:
    """What an entry is, if it is not one that is read."""
    if len(name) > LONGEST_PATH:
        return "an entry with a name of thousands of characters"
    if ".." in parts or name.startswith("/") or re.match(r"[A-Za-z]:", name):
        return "an entry that leads out of its archive"
    if stat.S_ISLNK(entry.external_attr >> 16):
        return "a link to another file"
    if entry.flag_bits & 1:
        return "locked with a password"
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return "packed in an unusual way"
    return ""


def _large(entry: zipfile.ZipInfo) -> str:
    if entry.file_size <= notebook.LARGEST:
        return ""
    return (
        f"it has {entry.file_size / 1e6:,.0f} MB; at most {notebook.LARGEST // 1_000_000} MB are "
        "read. In JupyterLab choose 'Edit > Clear Outputs of All Cells', save it and hand it in "
        "again."
    )


def _refused(parts: tuple[str, ...], what: str, shown: str = "") -> _File:
    reason = f"this is {what}. It was not opened; hand in the notebook itself."
    return _File(parts, shown or _printable("/".join(parts)), _Refusal(reason), 0.0, reason)


@dataclass(frozen=True, slots=True)
class _Refusal:
    reason: str

    def __call__(self) -> bytes:
        raise GradingError(self.reason)


def _hidden(name: str) -> bool:
    return name.startswith(".") or name in ("__MACOSX", "__pycache__")


def _bounded(number: int, source: Path) -> None:
    if number > MOST_FILES:
        raise GradingError(
            f"{source} holds more than {MOST_FILES:,} files; "
            "name the folder of the submissions alone"
        )
