"""A released notebook and a handed-in one in; the released one with the student's cells in it out.

The released notebook is the skeleton: its prompts, its checks and its order stand. A student's cell
is put back by its id, then by the question that it names, then by its text, then by its neighbours.
What belongs nowhere is the student's own and stays behind the released cell that it stood behind.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import takewhile
from typing import TYPE_CHECKING, Any

from afkit.exercises import author
from afkit.exercises.answer import MIME, AnswerError, Json, encode, is_blank
from afkit.exercises.kinds.base import Sealer, sealer
from afkit.facts.tables import DataError
from afkit.grading import notebook
from afkit.grading.records import Assembled, GradingError, Job, Step

if TYPE_CHECKING:
    from afkit import kit

__all__ = ["Release", "assemble", "from_parts", "release"]

Cell = dict[str, Any]

ASKED = re.compile(r"\bask\b")
WRITTEN = ("essay", "text")
#: A call that is longer is no check; patterns are tried on nothing longer.
LONGEST_CALL = 1_000
#: The kit's own questions, in the words in which a student knows them.
NUMBER = re.compile(r"q(\d+)")
IN_PLACE = """\
# {said}
from afkit.exercises.answer import is_blank as _is_blank

if _is_blank(globals().get("{name}")):
    {name} = {value}"""


@dataclass(frozen=True, slots=True)
class Release:
    """An exercise as students get it: its cells and the manifest of its questions.

    Attributes
    ----------
    cells
        The cells of the notebook, in order, as nbformat 4 has them.
    parts
        For each cell of a question, by id: the question and ``prompt``, ``answer`` or ``check``.
    """

    unit: str
    cells: tuple[Cell, ...]
    manifest: Mapping[str, Any]
    parts: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    @property
    def questions(self) -> tuple[str, ...]:
        """The ids of the questions, in order."""
        return tuple(each["id"] for each in self.manifest["questions"])

    @property
    def opening(self) -> tuple[str, ...]:
        """The sources of the code cells that stand before the first answer and the first check."""
        before = takewhile(lambda cell: self._part(cell) not in ("answer", "check"), self.cells)
        return tuple(each["source"] for each in before if each["cell_type"] == "code")

    def _part(self, cell: Cell) -> str:
        return self.parts.get(cell["id"], ("", ""))[1]


def release(course: kit.Kit, unit: kit.Unit, *, seal_with: Sealer = sealer) -> Release:
    """The exercise of a unit, made anew from its solution.

    ``seal_with`` seals its manifest; who does not give that away takes a quick one.

    Raises
    ------
    GradingError
        If the unit has no exercise, its solution is not there, or nothing can be made from it.
    """
    if not unit.solution:
        raise GradingError(f"unit {unit.id} has no exercise; there is nothing to grade")
    path = course.root / unit.solution
    if not path.is_file():
        raise GradingError(
            f"{unit.solution} is not there, and grading needs the solutions; "
            "run it in the teacher's kit"
        )
    try:
        student, manifest = author.student_copy(
            author.read(path, course.root), unit.id, unit.solution, seal_with=seal_with
        )
    except (author.AuthorError, DataError) as error:
        raise GradingError(f"no exercise can be made: {error}") from None
    return from_parts(student["cells"], manifest)


def from_parts(cells: Iterable[Cell], manifest: Mapping[str, Any]) -> Release:
    """A release from a student's notebook and its manifest."""
    parts = {
        cell: (each["id"], part)
        for each in manifest["questions"]
        for part, cell in each["cells"].items()
    }
    return Release(str(manifest["unit"]), tuple(cells), manifest, parts)


def assemble(released: Release, data: bytes) -> Assembled:
    """Put the cells of a handed-in notebook back into the released one.

    Each code cell of the result is one step of its job, in the same order and with the same id. The
    step of a question's check has the question's name. A function's ``cases`` are left empty.

    Raises
    ------
    GradingError
        If the bytes are no notebook that can be read; the message says what to do.
    """
    work = _Work(released, notebook.read(data))
    cells = tuple(work.in_order())
    steps = tuple(
        _step(cell, work.ends.get(cell["id"], "")) for cell in cells if cell["cell_type"] == "code"
    )
    return Assembled(cells, Job(steps), tuple(work.repaired()))


def _step(cell: Cell, question: str) -> Step:
    plain = bool(question) and _checks(cell["source"]) == question
    return Step(cell["source"], cell["id"], question, quiet=plain)


class _Work:
    """One submission on its way into the skeleton.

    ``place`` maps a released cell's index to the handed-in cell that takes it, ``home`` the other
    way round.
    """

    def __init__(self, released: Release, found: list[Cell]) -> None:
        self._released = released
        self._found = found
        self._ids = {each["id"]: at for at, each in enumerate(released.cells)}
        self._at = {
            each["id"]: {
                part: self._ids[cell]
                for part, cell in each["cells"].items()
                if cell in self._ids  # a manifest that knows more than its notebook
            }
            for each in released.manifest["questions"]
        }
        self._kinds = {each["id"]: each["kind"] for each in released.manifest["questions"]}
        self._skimmed: dict[str, set[str]] = {}
        self._assigns = [
            self._assigned(each["source"]) - _blanks(each["source"])
            if each["cell_type"] == "code"
            else set()
            for each in found
        ]
        self.ends = {released.cells[at["check"]]["id"]: name for name, at in self._at.items()}
        self._said: dict[str, None] = {}
        self._taken: set[str] = set(self._ids)
        self.place: dict[int, int] = {}
        self.home: dict[int, int] = {}
        self._by_id()
        self._by_name()
        self._by_text()
        self._by_call()
        self._by_neighbours()
        self._extras: dict[int, list[int]] = {}
        before = -1
        for number in range(len(found)):
            if number in self.home:
                before = self.home[number]
            else:
                self._extras.setdefault(before, []).append(number)
        self._asked = self._controls()
        self._given: set[str] = set()
        # What only a cell gave that stood further down, perhaps behind something that it needs.
        self._early: dict[str, int] = {}
        self._new_code = False

    def repaired(self) -> Iterator[str]:
        """What had to be put right, in a student's words."""
        order = [self.home[number] for number in sorted(self.home)]
        if order != sorted(order):
            yield "Some cells stood in another order. They were run in the order of the exercise."
        yield from self._said

    def _part(self, at: int) -> tuple[str, str]:
        return self._released.parts.get(self._released.cells[at]["id"], ("", ""))

    def _assigned(self, source: str) -> set[str]:
        """The questions that a cell's code gives a value to."""
        if source not in self._skimmed:
            self._skimmed[source] = notebook.assigned(source, self._at)
        return self._skimmed[source]

    def _take(self, at: int, number: int) -> None:
        self.place[at] = number
        self.home[number] = at

    def _by_id(self) -> None:
        """Cells that still have the id of a released one; of several, one that gives an answer."""
        claims: dict[int, list[int]] = {}
        for number, cell in enumerate(self._found):
            if cell["id"] in self._ids:
                claims.setdefault(self._ids[cell["id"]], []).append(number)
        for at, numbers in claims.items():
            name, part = self._part(at)
            fitting = [each for each in numbers if self._fits(at, each, name, part)]
            if not fitting:
                continue
            own = [each for each in fitting if part == "answer" and name in self._assigns[each]]
            self._take(at, (own or fitting)[0])
            if len(fitting) > 1:
                self._say(name, "A cell of {} stood in the notebook more than once. All were run.")

    def _fits(self, at: int, number: int, name: str, part: str) -> bool:
        """Whether a cell with the id of a released one can be it."""
        cell = self._found[number]
        same_type = bool(cell["cell_type"] == self._released.cells[at]["cell_type"])
        if part == "answer":
            others = self._assigns[number] - {name}
            return same_type and (name in self._assigns[number] or not others)
        return same_type

    def _by_name(self) -> None:
        """Code cells that give an answer its value and have lost their id."""
        for name, at in self._at.items():
            number = self._first(name in each for each in self._assigns)
            if at["answer"] not in self.place and number is not None:
                self._take(at["answer"], number)
                # Colab gives all cells new ids; then nothing was moved.
                if any(each["id"] in self._ids for each in self._found):
                    self._say(name, "The answer to {} stood in another cell. It was put back.")

    def _by_call(self) -> None:
        """Code cells that do nothing but check one question and have lost their id."""
        calls = [_checks(each["source"]) for each in self._found]
        for name, at in self._at.items():
            number = self._first(name == each for each in calls)
            if at["check"] not in self.place and number is not None:
                self._take(at["check"], number)

    def _first(self, fitting: Iterable[bool]) -> int | None:
        """The first code cell that fits and has no place yet."""
        return next(
            (
                number
                for number, fits in enumerate(fitting)
                if fits and number not in self.home and self._found[number]["cell_type"] == "code"
            ),
            None,
        )

    def _by_text(self) -> None:
        """Cells that say word for word what a released one says."""
        free: dict[tuple[str, str], list[int]] = {}
        for number, cell in enumerate(self._found):
            if number not in self.home:
                free.setdefault((cell["cell_type"], cell["source"].strip()), []).append(number)
        for at, cell in enumerate(self._released.cells):
            alike = free.get((cell["cell_type"], cell["source"].strip()))
            if at not in self.place and alike:
                self._take(at, alike.pop(0))

    def _by_neighbours(self) -> None:
        """Released cells that are still missing: what stands between the cells around them."""
        for at, cell in enumerate(self._released.cells):
            before, after = self.place.get(at - 1), self.place.get(at + 1)
            if at in self.place or self._part(at)[1] == "check" or before is None:
                continue
            end = after if after is not None and after > before else before + 2
            for number in range(before + 1, min(end, len(self._found))):
                if number in self.home or self._found[number]["id"] in self._ids:
                    continue
                if self._found[number]["cell_type"] == cell["cell_type"]:
                    self._take(at, number)
                    break

    def _controls(self) -> dict[str, Json]:
        """The answers that controls keep in the notebook: the last one of each question."""
        asked: dict[str, Json] = {}
        for cell in self._found:
            if cell["cell_type"] == "code" and ASKED.search(cell["source"]):
                asked |= {name: answer for name, answer in _kept(cell) if name in self._at}
        return asked

    def in_order(self) -> Iterator[Cell]:
        """The released cells in order, with the student's cells in and between them."""
        yield from self._own(-1)
        for at, cell in enumerate(self._released.cells):
            name, part = self._part(at)
            number = self.place.get(at)
            if part == "answer":
                made = list(self._answer(at, name, number))
            elif part == "check":
                made = list(self._check(at, name, number))
            else:
                made = list(self._plain(cell, number, name))
                self._new_code |= cell["cell_type"] == "code"
            for each in made:
                self._note(each)
                yield each
            yield from self._own(at)

    def _note(self, cell: Cell) -> None:
        if cell["cell_type"] == "code":
            self._given |= self._assigned(cell["source"])

    def _own(self, at: int) -> Iterator[Cell]:
        """The student's own cells that stood behind a released one."""
        for number in self._extras.get(at, ()):
            cell = self._found[number]
            if cell["source"].strip():
                made = self._made(cell)
                self._note(made)
                yield made

    def _answer(self, at: int, name: str, number: int | None) -> Iterator[Cell]:
        released = self._released.cells[at]
        if number is not None:
            if any(self.home.get(each, -1) > at for each in range(number)):
                self._ran_early(number)
            yield self._made(self._found[number], released["id"])
            if not _blanks(self._found[number]["source"]):
                return
        text = self._as_text(at, name)
        if text:
            self._say(name, "Your text for {} stood in a text cell. It was taken as your answer.")
            yield {**_copy(released), "source": f"{name} = {text!r}"}
            return
        early = self._early.get(name)
        if name in self._given and (early is None or not self._new_code):
            return
        elsewhere = [each for each, names in enumerate(self._assigns) if name in names]
        if number is not None:
            # The cell is there and was left open: no other question's cell is run twice for it.
            elsewhere = [each for each in elsewhere if each not in self.home]
        late = [each for each in elsewhere if self._stands(each) >= self._at[name]["check"]]
        later = late[0] if late else early
        if later is not None:
            self._say(name, "The answer to {} stood in a later cell. That cell was run here too.")
            self._ran_early(later)
            yield self._made(self._found[later])
        elif not elsewhere and number is None:
            if name not in self._asked:
                self._say(name, "The cell for the answer to {} was missing. An empty one was used.")
            yield _copy(released)

    def _ran_early(self, number: int) -> None:
        """Remember what a cell gave that is run further up than it stood."""
        for name in self._assigns[number] - self._given:
            self._early[name] = number
        self._new_code = False

    def _stands(self, number: int) -> int:
        """The place in the release behind which a handed-in cell is run."""
        if number in self.home:
            return self.home[number]
        return next((at for at, numbers in self._extras.items() if number in numbers), -1)

    def _as_text(self, at: int, name: str) -> str:
        """What a student wrote in a text cell that once was the cell of the answer."""
        own = self._released.cells[at]["id"]
        written = (
            cell["source"].strip()
            for number, cell in enumerate(self._found)
            if cell["id"] == own and cell["cell_type"] != "code" and number not in self.home
        )
        return next(written, "") if self._kinds[name] in WRITTEN else ""

    def _check(self, at: int, name: str, number: int | None) -> Iterator[Cell]:
        released = self._released.cells[at]
        if number is None:
            self._say(name, "The check of {} was missing. It was put back.")
        elif not _same(self._found[number]["source"], released["source"]):
            yield from self._edited_check(name, self._found[number])
        if name in self._asked:
            self._say(name, "Your answer to {} was taken from the controls.")
            said = "The answer that the controls kept; what you wrote yourself comes first."
            yield self._new(name, said, repr(self._asked[name]))
        yield _copy(released)

    def _edited_check(self, name: str, cell: Cell) -> Iterator[Cell]:
        """What of a student's version of a check is worth running before the real one."""
        source = cell["source"].strip()
        if name in self._asked and _checks(source) == name:
            return
        self._say(name, "The check of {} had been changed. The original one was run.")
        value = _second(source) if _checks(source) == name else ""
        if value and value != name:
            yield self._new(name, "The answer that stood in the check.", f"({value})")
        elif name in self._assigned(cell["source"]):
            yield self._made(cell)

    def _new(self, name: str, said: str, value: str) -> Cell:
        source = IN_PLACE.format(said=said, name=name, value=value)
        return {
            "cell_type": "code",
            "id": self._free(f"{name}-given"),
            "metadata": {},
            "source": source,
            "execution_count": None,
            "outputs": [],
        }

    def _plain(self, released: Cell, number: int | None, name: str) -> Iterator[Cell]:
        """A cell that is no answer and no check: as released, and what the student made of it."""
        if number is None:
            if released["cell_type"] == "code":
                first = released["source"].strip().partition("\n")[0][:60]
                self._say("", f"The cell that begins with '{first}' was missing. It was put back.")
            yield _copy(released)
            return
        cell = self._found[number]
        yield _copy(released)
        if _same(cell["source"], released["source"]):
            return
        if name:
            self._say(name, "The text of {} had been changed. The original one is shown.")
        if not _less(cell["source"], released["source"]):
            # Released code comes first: what a student broke in it costs no other question.
            yield self._made(cell)

    def _made(self, cell: Cell, cell_id: str = "") -> Cell:
        """A student's cell as it stands in the result, with an id that no other cell has."""
        made: Cell = {
            "cell_type": cell["cell_type"],
            "id": cell_id or self._free(cell["id"]),
            "metadata": {},
            "source": cell["source"],
        }
        if "attachments" in cell:
            made["attachments"] = cell["attachments"]
        if cell["cell_type"] == "code":
            made |= {"execution_count": None, "outputs": []}
        return made

    def _free(self, wanted: str) -> str:
        made = wanted
        if not wanted or wanted in self._taken:
            number = len(self._taken)
            while f"own-{number}" in self._taken:
                number += 1
            made = f"own-{number}"
        self._taken.add(made)
        return made

    def _say(self, name: str, words: str) -> None:
        number = NUMBER.fullmatch(name)
        called = f"question {number[1]}" if number else name or "the exercise"
        self._said[words.replace("{}", called, 1)] = None


def _kept(cell: Cell) -> Iterator[tuple[str, Json]]:
    """The questions and answers in the outputs of a cell that shows controls."""
    for output in cell["outputs"]:
        data = output.get("data")
        wire = data.get(MIME) if isinstance(data, dict) else None
        if not isinstance(wire, dict) or not isinstance(wire.get("question"), str):
            continue
        try:
            answer = encode(wire.get("answer"))
        except (AnswerError, RecursionError):
            continue
        if not is_blank(answer):
            yield wire["question"], answer


def _blanks(source: str) -> set[str]:
    """The questions that a cell leaves open: ``q3 = ...`` or an empty text, and nothing else."""
    plain = source.strip()
    found = re.fullmatch(r'''(\w+)\s*=\s*(?:\.\.\.|None|"""\s*"""|""|'')''', plain)
    return {found[1]} if found else set()


def _checks(source: str) -> str:
    """The question that a cell checks, or asks with controls, if it does nothing else."""
    plain = source.strip()
    if len(plain) > LONGEST_CALL:
        return ""
    found = re.fullmatch(r"""(?:\w+\.)?(?:ask|check)\(\s*["'](\w+)["'][^\n;]*\)""", plain)
    return found[1] if found else ""


def _second(call: str) -> str:
    """The second argument of a check, as it is written."""
    found = re.fullmatch(r"""[^,]*,\s*(.*?),?\s*\)""", call, re.DOTALL)
    return found[1] if found else ""


def _copy(released: Cell) -> Cell:
    """A released cell without the outputs that students got with it."""
    made = {**released, "metadata": {}}
    if made["cell_type"] == "code":
        made |= {"execution_count": None, "outputs": []}
    return made


def _same(one: str, other: str) -> bool:
    return one.split() == other.split()


def _less(source: str, released: str) -> bool:
    """Whether a student only took lines away from a released cell."""
    return not _lines(source) - _lines(released)


def _lines(source: str) -> Counter[str]:
    return Counter(line.strip() for line in source.splitlines() if line.strip())
