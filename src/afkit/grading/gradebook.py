"""One SQLite file that holds what was handed in, what it answered, and every mark it ever got.

A submission is written in one transaction, so a grader that is killed loses at most the one it was
writing. Marks are never overwritten: a regrade, or a person's mark, is a new row, and the newest
counts. SQLite's write-ahead log lets others read meanwhile.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Self

from afkit.grading.records import LARGE, GradingError, Ran
from afkit.grading.score import Item

__all__ = ["Entry", "Gradebook", "Manual", "Stored"]

VERSION = 2
_SCHEMA = """
CREATE TABLE submission (
    id INTEGER PRIMARY KEY,
    student TEXT NOT NULL,
    unit TEXT NOT NULL,
    path TEXT NOT NULL,
    attempt INTEGER NOT NULL,
    submitted TEXT NOT NULL,
    late REAL NOT NULL,
    sha256 TEXT NOT NULL,
    release TEXT NOT NULL,
    keys TEXT NOT NULL,
    reason TEXT NOT NULL,
    repaired TEXT NOT NULL,
    notes TEXT NOT NULL,
    isolation TEXT NOT NULL,
    page BLOB NOT NULL,
    seconds REAL NOT NULL,
    cpu_seconds REAL NOT NULL,
    graded TEXT NOT NULL,
    turn INTEGER NOT NULL UNIQUE
) STRICT;
CREATE INDEX submission_of ON submission (unit, student, turn);
CREATE TABLE output (
    sha256 TEXT PRIMARY KEY,
    data BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE answer (
    submission INTEGER NOT NULL REFERENCES submission ON DELETE CASCADE,
    question TEXT NOT NULL,
    answer TEXT NOT NULL,
    refused TEXT NOT NULL,
    PRIMARY KEY (submission, question)
) STRICT, WITHOUT ROWID;
CREATE TABLE mark (
    submission INTEGER NOT NULL REFERENCES submission ON DELETE CASCADE,
    revision INTEGER NOT NULL,
    place INTEGER NOT NULL,
    question TEXT NOT NULL,
    kind TEXT NOT NULL,
    status TEXT NOT NULL,
    points REAL NOT NULL,
    most REAL NOT NULL,
    message TEXT NOT NULL,
    marking INTEGER NOT NULL,
    keys TEXT NOT NULL,
    given TEXT NOT NULL,
    PRIMARY KEY (submission, revision, question)
) STRICT, WITHOUT ROWID;
CREATE TABLE manual (
    id INTEGER PRIMARY KEY,
    student TEXT NOT NULL,
    unit TEXT NOT NULL,
    question TEXT NOT NULL,
    answer TEXT NOT NULL,
    levels TEXT NOT NULL,
    points REAL NOT NULL,
    comment TEXT NOT NULL,
    marker TEXT NOT NULL,
    given TEXT NOT NULL
) STRICT;
CREATE INDEX manual_of ON manual (unit, student, question, id);
CREATE TABLE comment (
    unit TEXT NOT NULL,
    question TEXT NOT NULL,
    text TEXT NOT NULL,
    used INTEGER NOT NULL,
    PRIMARY KEY (unit, question, text)
) STRICT, WITHOUT ROWID;
"""
_PUT = """
INSERT INTO submission (
    id, student, unit, path, attempt, submitted, late, sha256, release, keys, reason,
    repaired, notes, isolation, page, seconds, cpu_seconds, graded, turn
) VALUES (
    :id, :student, :unit, :path, :attempt, :submitted, :late, :sha256, :release, :keys,
    :reason, :repaired, :notes, :isolation, :page, :seconds, :cpu_seconds, :graded,
    :turn
) ON CONFLICT (id) DO UPDATE SET
    student = excluded.student, unit = excluded.unit, path = excluded.path, attempt =
    excluded.attempt, submitted = excluded.submitted, late = excluded.late, sha256 =
    excluded.sha256, release = excluded.release, keys = excluded.keys, reason =
    excluded.reason, repaired = excluded.repaired, notes = excluded.notes, isolation =
    excluded.isolation, page = excluded.page, seconds = excluded.seconds, cpu_seconds =
    excluded.cpu_seconds, graded = excluded.graded, turn = excluded.turn
"""
_ROW = """
SELECT id, student, unit, path, attempt, submitted, late, sha256, release, keys, reason, repaired,
    notes, isolation, seconds, cpu_seconds, graded
FROM submission
"""
_NEWEST = """
WHERE unit = ?1 AND turn IN (SELECT max(turn) FROM submission WHERE unit = ?1 GROUP BY student)
ORDER BY student
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """A submission as it goes into the gradebook, with what was run and the marks."""

    student: str
    unit: str
    path: str
    attempt: int
    submitted: str
    late: float
    sha256: str
    release: str
    keys: str
    reason: str
    repaired: tuple[str, ...]
    cells: Sequence[Mapping[str, Any]]
    ran: Ran
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Manual:
    """A person's mark of a written answer.

    ``levels`` maps a criterion of the rubric to 1-4; ``answer`` is the text that was marked: the
    mark does not count for another one.
    """

    student: str
    unit: str
    question: str
    answer: str
    levels: Mapping[str, int]
    points: float
    comment: str = ""
    marker: str = ""
    given: str = ""


@dataclass(frozen=True, slots=True)
class Stored:
    """The newest submission of a student for a unit, as the gradebook has it.

    ``items`` are the newest marks, a person's included; ``manual`` holds those by question.
    ``status`` is ``graded``, ``needs-marking`` or ``failed``.
    """

    id: int
    student: str
    unit: str
    path: str
    attempt: int
    submitted: str
    late: float
    sha256: str
    release: str
    keys: str
    reason: str
    repaired: tuple[str, ...]
    notes: tuple[str, ...]
    isolation: str
    seconds: float
    cpu_seconds: float
    graded: str
    items: tuple[Item, ...]
    manual: Mapping[str, Manual]

    @property
    def score(self) -> float:
        """Points in all."""
        return round(sum(each.points for each in self.items), 2)

    @property
    def most(self) -> float:
        """The points that there are; 0 for a submission that could not be graded."""
        return sum(each.most for each in self.items)

    @property
    def status(self) -> str:
        """What is still to be done with it."""
        if self.reason:
            return "failed"
        return "needs-marking" if any(each.marking for each in self.items) else "graded"


class Gradebook:
    """The file, open. Use it with ``with``.

    Parameters
    ----------
    path
        The file; made if it is not there.
    grading
        Whether marks of runs will be written. Only one grader at a time holds a gradebook; a
        second one is refused, or waits ``wait`` seconds for the first.

    Raises
    ------
    GradingError
        If the file is no gradebook, is of a later version, or is held by another grader.
    """

    def __init__(self, path: Path, *, grading: bool = False, wait: float = 0.0) -> None:
        self.path = path
        self._output = lru_cache(maxsize=64)(self._read_output)
        self._guard: sqlite3.Connection | None = None
        path.parent.mkdir(parents=True, exist_ok=True)
        if grading:
            self._guard = _guard(path, wait)
        try:
            self._base = _opened(path)
        except BaseException:
            self._release()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file and let the next grader in."""
        self._base.close()
        self._release()

    def _release(self) -> None:
        if self._guard is not None:
            self._guard.close()
            self._guard = None

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        self._base.execute("BEGIN IMMEDIATE")
        try:
            yield self._base
        except BaseException:
            self._base.execute("ROLLBACK")
            raise
        self._base.execute("COMMIT")

    def add(self, entry: Entry) -> None:
        """Write a submission with its answers and marks, all or nothing.

        The same submission written again (same student, unit, attempt and bytes) replaces its run
        and keeps the history of its marks.
        """
        now = _now()
        outputs = [_json(each) for each in entry.ran.outputs]
        names = {each: _name(each) for each in outputs if len(each) > LARGE}
        kept = ",".join(_json(names[each]) if each in names else each for each in outputs)
        page = _packed(f'{{"cells":{_json(entry.cells)},"outputs":[{kept}]}}')
        row = {
            "student": entry.student, "unit": entry.unit, "path": entry.path,
            "attempt": entry.attempt, "submitted": entry.submitted, "late": entry.late,
            "sha256": entry.sha256, "release": entry.release, "keys": entry.keys,
            "reason": entry.reason, "repaired": _json(entry.repaired),
            "notes": _json(entry.ran.notes), "isolation": entry.ran.isolation, "page": page,
            "seconds": entry.ran.seconds, "cpu_seconds": entry.ran.cpu_seconds, "graded": now,
        }  # fmt: skip
        with self._writing() as base:
            old = base.execute(
                "SELECT id FROM submission WHERE unit = ? AND student = ? AND attempt = ?"
                " AND sha256 = ?",
                (entry.unit, entry.student, entry.attempt, entry.sha256),
            ).fetchone()
            turn, last = base.execute(
                "SELECT coalesce(max(turn), 0) + 1, coalesce(max(id), 0) FROM submission"
            ).fetchone()
            number = int(old[0]) if old else int(last) + 1
            base.execute(_PUT, {**row, "id": number, "turn": turn})
            for text, name in names.items():
                if not base.execute("SELECT 1 FROM output WHERE sha256 = ?", (name,)).fetchone():
                    base.execute("INSERT INTO output VALUES (?, ?)", (name, _packed(text)))
            base.execute("DELETE FROM answer WHERE submission = ?", (number,))
            base.executemany(
                "INSERT INTO answer VALUES (?, ?, ?, ?)",
                [(number, name, _json(value), "") for name, value in entry.ran.answers.items()]
                + [(number, name, "null", said) for name, said in entry.ran.refused.items()],
            )
            _mark(base, number, entry.items, entry.keys, now)

    def remark(self, submission: int, items: Sequence[Item], keys: str) -> None:
        """Write new marks for a submission that was run before."""
        with self._writing() as base:
            base.execute("UPDATE submission SET keys = ? WHERE id = ?", (keys, submission))
            _mark(base, submission, items, keys, _now())

    def mark_by_hand(self, manual: Manual) -> None:
        """Write a person's mark; an earlier one is kept as history."""
        with self._writing() as base:
            base.execute(
                "INSERT INTO manual (student, unit, question, answer, levels, points, comment,"
                " marker, given) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    manual.student, manual.unit, manual.question, manual.answer,
                    _json(manual.levels), manual.points, manual.comment, manual.marker,
                    manual.given or _now(),
                ),
            )  # fmt: skip
            if manual.comment.strip():
                base.execute(
                    "INSERT INTO comment VALUES (?, ?, ?, 1) ON CONFLICT DO UPDATE"
                    " SET used = used + 1",
                    (manual.unit, manual.question, manual.comment.strip()),
                )

    def undo_by_hand(self, unit: str, student: str, question: str) -> bool:
        """Take back the newest mark of a person; whether there was one."""
        with self._writing() as base:
            done = base.execute(
                "DELETE FROM manual WHERE id = (SELECT max(id) FROM manual"
                " WHERE unit = ? AND student = ? AND question = ?)",
                (unit, student, question),
            )
            return done.rowcount > 0

    def comments(self, unit: str, question: str) -> list[str]:
        """Comments that were given to a question before, the most used first."""
        rows = self._base.execute(
            "SELECT text FROM comment WHERE unit = ? AND question = ? ORDER BY used DESC, text",
            (unit, question),
        )
        return [text for (text,) in rows]

    def units(self) -> list[str]:
        """Units of which something was handed in."""
        return [
            unit
            for (unit,) in self._base.execute("SELECT DISTINCT unit FROM submission ORDER BY 1")
        ]

    def submissions(self, unit: str) -> Iterator[Stored]:
        """The newest submission of every student, by name."""
        held = self._by_hand(unit)
        for row in self._base.execute(_ROW + _NEWEST, (unit,)).fetchall():
            yield self._stored(row, held)

    def submission(self, number: int) -> Stored:
        """One submission, by its id in this gradebook.

        Raises
        ------
        LookupError
            If there is none.
        """
        row = self._base.execute(f"{_ROW} WHERE id = ?", (number,)).fetchone()
        if row is None:
            raise LookupError(f"{self.path} has no submission {number}")
        return self._stored(row, self._by_hand(row[2]))

    def _by_hand(self, unit: str) -> dict[tuple[str, str], Manual]:
        """The newest mark of a person for each student and question."""
        rows = self._base.execute(
            "SELECT student, unit, question, answer, levels, points, comment, marker, given"
            " FROM manual WHERE unit = ? ORDER BY id",
            (unit,),
        )
        found: dict[tuple[str, str], Manual] = {}
        for student, _, question, answer, levels, points, comment, marker, given in rows:
            found[student, question] = Manual(
                student, unit, question, answer, json.loads(levels), points, comment, marker, given
            )
        return found

    def _stored(self, row: tuple[Any, ...], held: Mapping[tuple[str, str], Manual]) -> Stored:
        (number, student, unit, path, attempt, submitted, late, sha256, release, keys, reason,
         repaired, notes, isolation, seconds, cpu_seconds, graded) = row  # fmt: skip
        manual: dict[str, Manual] = {}
        items: list[Item] = []
        for item in self._items(number):
            mark = held.get((student, item.question))
            if mark is not None and item.kind == "essay" and mark.answer == _text(item.answer):
                manual[item.question] = mark
                points = min(mark.points, item.most)
                item = _marked(item, points, mark.comment)  # noqa: PLW2901  the mark replaces it
            items.append(item)
        return Stored(
            number, student, unit, path, attempt, submitted, late, sha256, release, keys, reason,
            tuple(json.loads(repaired)), tuple(json.loads(notes)), isolation, seconds, cpu_seconds,
            graded, tuple(items), manual,
        )  # fmt: skip

    def _items(self, submission: int) -> Iterator[Item]:
        rows = self._base.execute(
            "SELECT m.question, m.kind, m.status, m.points, m.most, m.message, a.answer, m.marking"
            " FROM mark AS m LEFT JOIN answer AS a"
            " ON a.submission = m.submission AND a.question = m.question"
            " WHERE m.submission = ? AND m.revision ="
            " (SELECT max(revision) FROM mark WHERE submission = m.submission) ORDER BY m.place",
            (submission,),
        )
        for question, kind, status, points, most, message, answer, marking in rows:
            value = None if answer is None else json.loads(answer)
            yield Item(question, kind, status, points, most, message, value, bool(marking))

    def ran(self, submission: int) -> Ran:
        """What a submission's run gave, as far as scoring needs it."""
        answers: dict[str, Any] = {}
        refused: dict[str, str] = {}
        for question, answer, said in self._base.execute(
            "SELECT question, answer, refused FROM answer WHERE submission = ?", (submission,)
        ):
            if said:
                refused[question] = said
            else:
                answers[question] = json.loads(answer)
        return Ran(answers=answers, refused=refused)

    def page(self, submission: int) -> tuple[list[dict[str, Any]], list[list[dict[str, Any]]]]:
        """The cells of a submission as assembled, and the outputs of those that were run."""
        (blob,) = self._base.execute(
            "SELECT page FROM submission WHERE id = ?", (submission,)
        ).fetchone()
        found = json.loads(zlib.decompress(blob))
        outputs = [
            self._output(each) if isinstance(each, str) else each for each in found["outputs"]
        ]
        return found["cells"], outputs

    def _read_output(self, name: str) -> list[dict[str, Any]]:
        (blob,) = self._base.execute("SELECT data FROM output WHERE sha256 = ?", (name,)).fetchone()
        found: list[dict[str, Any]] = json.loads(zlib.decompress(blob))
        return found

    def history(self, unit: str, student: str) -> list[tuple[str, str, str, float]]:
        """Every mark a student ever got: when, question, by which keys or whom, points."""
        machine = self._base.execute(
            "SELECT m.given, m.question, 'keys ' || substr(m.keys, 1, 8), m.points FROM mark AS m"
            " JOIN submission AS s ON s.id = m.submission WHERE s.unit = ? AND s.student = ?",
            (unit, student),
        ).fetchall()
        by_hand = self._base.execute(
            "SELECT given, question, marker, points FROM manual WHERE unit = ? AND student = ?",
            (unit, student),
        ).fetchall()
        return sorted([*machine, *by_hand])


def _marked(item: Item, points: float, comment: str) -> Item:
    return Item(item.question, item.kind, "marked", points, item.most, comment, item.answer)


def _text(answer: object) -> str:
    return answer if isinstance(answer, str) else _json(answer)


def _mark(
    base: sqlite3.Connection, submission: int, items: Sequence[Item], keys: str, now: str
) -> None:
    """A new revision of a submission's marks, unless it would say the same as the last."""
    (last,) = base.execute(
        "SELECT coalesce(max(revision), 0) FROM mark WHERE submission = ?", (submission,)
    ).fetchone()
    rows = [
        (place, each.question, each.kind, each.status, each.points, each.most, each.message,
         int(each.marking), keys)
        for place, each in enumerate(items)
    ]  # fmt: skip
    before = base.execute(
        "SELECT place, question, kind, status, points, most, message, marking, keys FROM mark"
        " WHERE submission = ? AND revision = ? ORDER BY place",
        (submission, last),
    ).fetchall()
    if before != rows:
        base.executemany(
            "INSERT INTO mark (submission, revision, place, question, kind, status, points, most,"
            " message, marking, keys, given) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [(submission, last + 1, *row, now) for row in rows],
        )


def _guard(path: Path, wait: float) -> sqlite3.Connection:
    """A lock that ends with the process that holds it, however that ends."""
    guard = sqlite3.connect(
        path.with_name(f"{path.name}.grading"),
        timeout=wait,
        isolation_level=None,
        check_same_thread=False,
    )
    try:
        guard.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError:
        guard.close()
        raise GradingError(
            f"{path}: another grader is writing to it; wait until it is done, or give --wait"
        ) from None
    except sqlite3.DatabaseError as error:
        guard.close()
        raise GradingError(f"{path}.grading is damaged ({error}); delete it") from None
    return guard


def _opened(path: Path) -> sqlite3.Connection:
    base = sqlite3.connect(path, timeout=30, isolation_level=None, check_same_thread=False)
    try:
        (version,) = base.execute("PRAGMA user_version").fetchone()
        (tables,) = base.execute("SELECT count(*) FROM sqlite_master").fetchone()
        if version == 0 and tables == 0:
            base.execute("PRAGMA journal_mode = WAL")
            base.execute("BEGIN IMMEDIATE")
            # Another process may have made the tables since.
            if base.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,):
                for statement in filter(str.strip, _SCHEMA.split(";")):
                    base.execute(statement)
                base.execute(f"PRAGMA user_version = {VERSION}")
            base.execute("COMMIT")
        elif version != VERSION:
            found = f"version {version}" if version else "tables of another program"
            raise GradingError(f"{path}: found {found}, expected a gradebook of version {VERSION}")
        base.execute("PRAGMA synchronous = NORMAL")
        base.execute("PRAGMA foreign_keys = ON")
    except sqlite3.DatabaseError as error:
        base.close()
        raise GradingError(
            f"{path} is no gradebook ({error}); name another file, or restore it from a copy"
        ) from None
    except BaseException:
        base.close()
        raise
    return base


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _packed(text: str) -> bytes:
    return zlib.compress(text.encode(), 1)  # a third of the time of the usual level


def _name(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
