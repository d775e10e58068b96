"""A gradebook in; written answers on the screen, one question across all students, marks back in.

``afkit mark`` opens a notebook that calls :func:`marking`. Answers come without names and in an
order that tells nothing. Everything can be done from the keyboard: the digits of all rows of the
rubric in one line, then Enter.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ipywidgets as widgets

from afkit import kit
from afkit.exercises import author
from afkit.grading.gradebook import Gradebook, Manual
from afkit.grading.records import GradingError

if TYPE_CHECKING:
    from afkit.grading.score import Item

__all__ = ["Answer", "Desk", "Session", "marking", "notebook"]

HIGHEST = 4
#: For a written question whose author gave none.
PLAIN_RUBRIC = {"answer": ["weak", "fair", "good", "very good"]}
KEYS = (
    "One digit for each row of the rubric, from the first to the last, then Enter: the mark is "
    "kept and the next answer comes."
)


@dataclass(frozen=True, slots=True)
class Answer:
    """A written answer without its author's name; ``mark`` is what a person gave it."""

    student: str
    text: str
    most: float
    mark: Manual | None = None


class Session:
    """The written answers to one question, in an order that does not follow names.

    Parameters
    ----------
    book
        An open gradebook.
    unit, question
        Which answers; the question must be of kind essay.
    marker
        Who marks; kept with each mark.

    Raises
    ------
    GradingError
        If the question is no written one, or nobody answered it.
    """

    def __init__(
        self, book: Gradebook, course: kit.Kit, unit: str, question: str, marker: str = ""
    ) -> None:
        self._book = book
        self.unit, self.question, self.marker = course.unit(unit).id, question, marker
        solution = author.read(course.root / course.unit(unit).solution, course.root)
        known = {key["id"]: key for key in author.keys(solution, course.unit(unit).solution)}
        if known.get(question, {}).get("kind") != "essay":
            written = ", ".join(name for name, key in known.items() if key["kind"] == "essay")
            raise GradingError(
                f"question '{question}' is not marked by hand; those of unit {self.unit} are "
                f"{written or 'none'}"
            )
        self.rubric: Mapping[str, list[str]] = known[question].get("rubric", PLAIN_RUBRIC)
        self.anchors = _anchors(solution, question)
        self.answers = self._read()
        if not self.answers:
            raise GradingError(f"{book.path}: nobody answered question {question} of {self.unit}")
        self._done: list[str] = []

    def _read(self) -> list[Answer]:
        found = [
            Answer(each.student, _text(item), item.most, each.manual.get(self.question))
            for each in self._book.submissions(self.unit)
            for item in each.items
            if item.question == self.question and item.answer is not None
            if item.marking or self.question in each.manual
        ]
        return sorted(found, key=lambda each: _shuffled(self.question, each.text, each.student))

    @property
    def marked(self) -> int:
        """How many answers have a mark."""
        return sum(each.mark is not None for each in self.answers)

    def points(self, levels: Mapping[str, int]) -> float:
        """The points of a mark: the share of the highest level, over all rows of the rubric."""
        most = self.answers[0].most
        return round(most * sum(levels.values()) / (HIGHEST * len(self.rubric)), 2)

    def levels(self, digits: str) -> dict[str, int]:
        """What a line of digits says of the rows.

        Raises
        ------
        GradingError
            If it has not one digit from 0 to 4 for each row.
        """
        plain = "".join(digits.split())
        if len(plain) != len(self.rubric) or any(each not in "01234" for each in plain):
            rows = ", ".join(self.rubric)
            raise GradingError(
                f"found '{digits.strip()}', expected {len(self.rubric)} digits from 0 to 4: {rows}"
            )
        return dict(zip(self.rubric, map(int, plain), strict=True))

    def mark(self, place: int, levels: Mapping[str, int], comment: str = "") -> Manual:
        """Keep a mark of the answer at a place."""
        given = self.answers[place]
        made = Manual(
            given.student, self.unit, self.question, given.text, dict(levels),
            self.points(levels), comment.strip(), self.marker,
        )  # fmt: skip
        self._book.mark_by_hand(made)
        self._done.append(given.student)
        self.answers = self._read()
        return made

    def undo(self) -> int | None:
        """Take back the mark given last; the place of its answer, or ``None``."""
        if not self._done:
            return None
        student = self._done.pop()
        self._book.undo_by_hand(self.unit, student, self.question)
        self.answers = self._read()
        places = [at for at, each in enumerate(self.answers) if each.student == student]
        return places[0] if places else None

    def comments(self) -> list[str]:
        """Comments that were given to this question before, the most used first."""
        return self._book.comments(self.unit, self.question)

    def next_unmarked(self, after: int) -> int | None:
        """The place of the next answer without a mark, round the end; ``None`` if all have one."""
        places = [*range(after + 1, len(self.answers)), *range(after + 1)]
        return next((at for at in places if self.answers[at].mark is None), None)


def _shuffled(question: str, text: str, student: str) -> str:
    return hashlib.sha256(f"{question}:{student}:{text}".encode(errors="replace")).hexdigest()


def _text(item: Item) -> str:
    return item.answer if isinstance(item.answer, str) else str(item.answer)


def _anchors(solution: Mapping[str, Any], question: str) -> str:
    """The solution's own answer, and what the author tells markers, as Markdown."""
    cells = solution["cells"]
    own = next((each["source"] for each in cells if each.get("id") == f"{question}-answer"), "")
    written = re.search(r'"""(.*?)"""', own, re.DOTALL)
    told = [each["source"] for each in cells if author.TEACHER_ONLY in author.tags(each)]
    return "\n\n".join(["**The solution's answer**", written[1].strip() if written else own, *told])


class Desk(widgets.VBox):  # type: ignore[misc]  # a library without types
    """The controls of a session: answer and anchors side by side, rubric, comment, progress."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.place = session.next_unmarked(-1) or 0
        self._where = widgets.HTML()
        self._answer = widgets.HTML()
        self._said = widgets.HTML()
        self._line = widgets.Text(
            description="Levels", placeholder="4 3 4 2", continuous_update=False
        )
        self._rows = {name: self._row(name, told) for name, told in session.rubric.items()}
        self._comment = widgets.Combobox(
            description="Comment", placeholder="write, or choose one given before",
            continuous_update=False,  # sent in one piece, and before a button is pressed
            layout=widgets.Layout(width="100%"),
        )  # fmt: skip
        self._line.observe(self._entered, "value")  # at Enter, or when the box is left
        anchors = widgets.Accordion(
            [widgets.HTML(_as_html(session.anchors))], titles=("Anchor answers",), selected_index=0
        )
        side = widgets.Layout(width="50%", padding="0 0.5em")
        self._answer.layout = side
        anchors.layout = side
        super().__init__(
            [
                self._where,
                widgets.HBox([self._answer, anchors]),
                *self._rows.values(),
                widgets.HTML(f"<p>{KEYS}</p>"),
                self._line,
                self._comment,
                widgets.HBox([self._button(*each) for each in self._actions()]),
                self._said,
            ]
        )
        self.add_class("afkit-desk")
        self.show(self.place)

    def _row(self, name: str, told: list[str]) -> Any:  # noqa: ANN401  a library without types
        options = [(f"{at}: {words}", at) for at, words in enumerate(told, start=1)]
        return widgets.Dropdown(
            options=[("not yet chosen", None), ("0: nothing of it", 0), *options],
            description=name.capitalize(),
            layout=widgets.Layout(width="100%"),
            style={"description_width": "8em"},
        )

    def _actions(self) -> list[tuple[str, Any]]:
        return [
            ("Keep and go on", lambda _: self.keep()),
            ("Undo", lambda _: self.undo()),
            ("Back", lambda _: self.show(self.place - 1)),
            ("Next", lambda _: self.show(self.place + 1)),
        ]

    def _button(self, name: str, action: Any) -> Any:  # noqa: ANN401  a library without types
        button = widgets.Button(description=name)
        button.on_click(action)
        return button

    def _entered(self, _: object) -> None:
        if not self._line.value.strip():
            return
        try:
            levels = self.session.levels(self._line.value)
        except GradingError as error:
            self._say(str(error))
            return
        for name, level in levels.items():
            self._rows[name].value = level
        self.keep()

    def keep(self) -> None:
        """Keep what the rubric says now, and show the next answer without a mark."""
        lacking = [name for name, row in self._rows.items() if row.value is None]
        if lacking:
            self._say(f"Choose a level for: {', '.join(lacking)}.")
            return
        levels = {name: row.value for name, row in self._rows.items()}
        made = self.session.mark(self.place, levels, self._comment.value)
        following = self.session.next_unmarked(self.place)
        self.show(self.place if following is None else following)
        done = " All answers have a mark." if following is None else ""
        self._say(f"Kept: {made.points:g} points.{done}")

    def undo(self) -> None:
        """Take back the last mark, and show its answer."""
        place = self.session.undo()
        if place is None:
            self._say("There is nothing to take back.")
            return
        self.show(place)
        self._say("The last mark was taken back.")

    def show(self, place: int) -> None:
        """Show the answer at a place, with its mark if it has one."""
        self.place = place % len(self.session.answers)
        given = self.session.answers[self.place]
        marked, count = self.session.marked, len(self.session.answers)
        self._where.value = (
            f"<p><label>{marked} of {count} marked "
            f'<progress max="{count}" value="{marked}"></progress></label>; '
            f"this is answer {self.place + 1}</p>"
        )
        body = escape(given.text.strip()).replace("\n\n", "</p><p>").replace("\n", "<br>")
        self._answer.value = f"<h3>Answer {self.place + 1}</h3><p dir='auto'>{body}</p>"
        for name, row in self._rows.items():
            row.value = given.mark.levels.get(name) if given.mark else None
        self._line.value = ""
        self._comment.value = given.mark.comment if given.mark else ""
        self._comment.options = tuple(self.session.comments())
        self._say("")

    def _say(self, words: str) -> None:
        self._said.value = f'<p role="status">{escape(words)}</p>' if words else ""

    def __repr__(self) -> str:
        session = self.session
        counts = f"{session.marked} of {len(session.answers)} answers marked"
        return f"Marking question {session.question} of unit {session.unit}: {counts}"


def _as_html(markdown: str) -> str:
    from mistune import html

    return str(html(markdown))


def marking(gradebook: str | Path, unit: str, question: str = "", marker: str = "") -> Desk:
    """A desk for marking written answers, to be shown by naming it last in a cell.

    Parameters
    ----------
    question
        Without it, the first written question of the unit.

    Raises
    ------
    GradingError
        If there is no such gradebook, unit or written question, or nobody answered it.
    """
    path = Path(gradebook)
    if not path.is_file():
        raise GradingError(f"{path} is not there; 'afkit grade' makes it")
    course = kit.load()
    named = course.unit(unit)
    if not question:
        solution = author.read(course.root / named.solution, course.root)
        written = (
            key["id"] for key in author.keys(solution, named.solution) if key["kind"] == "essay"
        )
        question = next(written, "")
    return Desk(Session(Gradebook(path), course, unit, question, marker))


def notebook(gradebook: Path, session: Session) -> str:
    """A notebook that opens the desk of a session again, as text."""
    given = ", ".join(
        repr(each)
        for each in (str(gradebook.resolve()), session.unit, session.question, session.marker)
    )
    words = (
        f"# Marking: unit {session.unit}, question {session.question}\n\n{KEYS} Run the cell below."
    )
    code = f"from afkit.grading.marking import marking\n\nmarking({given})"
    cells = [
        {"cell_type": "markdown", "id": "words", "metadata": {}, "source": words},
        {"cell_type": "code", "id": "desk", "metadata": {}, "source": code, "outputs": []},
    ]
    return author.dump(author.normalise({"cells": cells}))
