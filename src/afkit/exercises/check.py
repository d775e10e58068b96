"""A student's answer in, feedback in the notebook out, with the answer in the form graders read.

``check = afkit.exercise("01")`` once, then ``check("q1", q1)`` below each answer. The keys that the
check holds are sealed (:mod:`afkit.exercises.kinds.base`); a wrong form gets a sentence, not a
traceback. With ``AFKIT_STRICT=1`` in the environment an answer without full marks raises, which is
how nbval and classroom CI grade.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from afkit import kit
from afkit.exercises import hints
from afkit.exercises.answer import MIME, AnswerError, Json, encode, is_blank
from afkit.exercises.kinds import KINDS
from afkit.exercises.kinds.base import FormError, Mark, Sealer, sealer, shortened
from afkit.exercises.kinds.function import call

if TYPE_CHECKING:
    from afkit.exercises.ask import Ask

__all__ = ["Check", "Feedback", "NotFullMarksError", "exercise", "manifest_path"]

STRICT = "AFKIT_STRICT"
FULL = ("right", "ready")
NOT_RIGHT = ("partly", "not yet")
KEPT = "kept"
_SIGNS = {
    "right": "✓", "partly": "◐", "not yet": "○", "not answered yet": "…", "ready": "✓", KEPT: "·",
}  # fmt: skip
_COLOURS = {"right": "#1a7f37", "ready": "#1a7f37", "partly": "#9a6700", "not yet": "#b35900"}


class NotFullMarksError(AssertionError):
    """In strict mode: an answer that is missing, wrong or only partly right."""


@dataclass(frozen=True, slots=True)
class Feedback:
    """What is said to an answer: a status in words, points, a message; and the answer itself.

    ``status`` is ``right``, ``partly``, ``not yet``, ``not answered yet``, or, for a written answer
    whose form is complete, ``ready`` for the teacher. Where there are no keys, as while a
    submission is graded, it is ``kept``.
    """

    question: str
    status: str
    points: float
    most: float
    message: str
    answer: Json = None
    #: What shows where to look, as an expression; only with an answer that is not right.
    view: str = ""

    @property
    def full(self) -> bool:
        """Whether nothing more can be had from the machine's check."""
        return self.status in FULL

    @property
    def text(self) -> str:
        """The feedback as one line of text."""
        said = f"{self.question}: {self.status}."
        if self.status == "ready":
            said = f"{self.question}: ready for your teacher, who marks it ({self.most:g} points)."
        elif self.status == KEPT:
            said = f"{self.question}: kept for your teacher."
        elif self.most and self.status != "not answered yet":
            points = f"{self.points:g} of {self.most:g} {_points(self.most)}"
            said = f"{self.question}: {self.status}, {points}."
        return f"{said} {self.message}".rstrip()

    def __repr__(self) -> str:
        return self.text

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        colour = _COLOURS.get(self.status, "#57606a")
        html = (
            f'<div role="status" style="border-left: 0.3em solid {colour}; padding: 0.3em 0.8em">'
            f'<span aria-hidden="true">{_SIGNS[self.status]}</span> {escape(self.text)}</div>'
        )
        wire = {"question": self.question, "answer": self.answer}
        return {"text/plain": self.text, "text/html": html, MIME: wire}

    def _ipython_display_(self) -> None:
        if not self.view:
            raise NotImplementedError  # so that IPython shows it in the usual way
        from afkit.exercises.ask import show_with_look

        show_with_look(self)


class Check:
    """The checks of one exercise; call it with a question and an answer.

    ``seal_with`` is what sealed the manifest; a grader, who has the keys, takes a quick one.
    """

    def __init__(self, manifest: Mapping[str, Any], seal_with: Sealer = sealer) -> None:
        self.unit: str = manifest["unit"]
        self.questions: dict[str, Mapping[str, Any]] = {
            each["id"]: each for each in manifest["questions"]
        }
        self._salt: str = manifest["salt"]
        self._sealer = seal_with
        self._last: dict[str, Feedback] = {}
        #: What controls hold (:meth:`ask`); it counts where a check gets no other answer.
        self.held: dict[str, Json] = {}

    def __call__(self, question: str, answer: object = ...) -> Feedback:
        """Feedback on an answer; nothing is sent anywhere.

        Raises
        ------
        NotFullMarksError
            Only in strict mode, if the answer does not earn full marks. Without a key nobody knows,
            so nothing is raised.
        """
        feedback = self.reply(question, answer)
        self.insist(feedback)
        return feedback

    def insist(self, feedback: Feedback) -> None:
        """In strict mode, raise for a reply without full marks."""
        known = not self.blind(feedback.question)
        if os.environ.get(STRICT) == "1" and not feedback.full and known:
            raise NotFullMarksError(feedback.text)

    def reply(self, question: str, answer: object = ...) -> Feedback:
        """Feedback that knows what was answered before, and is remembered; never an exception.

        A blank answer stands for the one that the question's controls hold, if they hold one.
        """
        before = self.last(question)
        if is_blank(answer) and isinstance(question, str) and question in self.held:
            answer = self.held[question]
            if before is not None and before.answer == answer:
                return before
        repeated = before is not None and before.status in NOT_RIGHT
        feedback = self.feedback(question, answer, repeated=repeated)
        if feedback.question not in self.questions:
            return feedback
        view = self.questions[question].get("view", "") if feedback.status in NOT_RIGHT else ""
        self._last[question] = replace(feedback, view=view)
        return self._last[question]

    def blind(self, question: str) -> bool:
        """Whether a question's key is kept elsewhere (:func:`afkit.exercises.author.blind`)."""
        return question in self.questions and "key" not in self.questions[question]

    def last(self, question: str) -> Feedback | None:
        """The feedback that was given last to a question, in this session."""
        return self._last.get(question) if isinstance(question, str) else None

    def ask(self, question: str, answer: object = ...) -> Ask | Feedback:
        """Controls to answer a question without Python; ``answer`` fills them in.

        Raises
        ------
        NotFullMarksError
            Only in strict mode, if ``answer`` does not earn full marks.
        """
        from afkit.exercises.ask import ask

        return ask(self, question, answer)

    @property
    def progress(self) -> dict[str, str]:
        """The status of each question, as last checked in this session."""
        return {
            name: self._last[name].status if name in self._last else "not answered yet"
            for name in self.questions
        }

    def __repr__(self) -> str:
        return f"Exercise {self.unit}: {self._done()}. {', '.join(self._told())}."

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        items = "".join(f"<li>{escape(each)}</li>" for each in self._told())
        done = sum(each in FULL for each in self.progress.values())
        html = (
            f'<div role="status"><label>Exercise {escape(self.unit)}: {escape(self._done())} '
            f'<progress max="{len(self.questions)}" value="{done}"></progress></label>'
            f"<ul>{items}</ul></div>"
        )
        return {"text/plain": repr(self), "text/html": html}

    def _done(self) -> str:
        statuses = self.progress
        done = sum(each in FULL for each in statuses.values())
        points = sum(each.points for each in self._last.values())
        most = sum(
            float(each["points"]) for each in self.questions.values() if each["kind"] != "essay"
        )
        return f"{done} of {len(statuses)} questions in full, {points:g} of {most:g} points"

    def _told(self) -> list[str]:
        return [f"{_SIGNS[status]} {name} {status}" for name, status in self.progress.items()]

    def _unknown(self, question: object) -> Feedback:
        known = ", ".join(self.questions)
        name = shortened(str(question)) if isinstance(question, str) else "?"
        said = f"There is no question '{name}' here; there are {known}."
        return Feedback(name, "not yet", 0, 0, said)

    @staticmethod
    def _kept(question: str, answer: object, most: float) -> Feedback:
        """What is said without a look at a key."""
        if is_blank(answer):
            return Feedback(question, "not answered yet", 0, most, "")
        wire: Json = None
        with contextlib.suppress(AnswerError):
            wire = encode(answer)
        return Feedback(question, KEPT, 0, most, "", wire)

    def feedback(self, question: str, answer: object = ..., *, repeated: bool = False) -> Feedback:
        """Feedback on an answer, whatever the mode; never an exception, whatever the answer.

        ``repeated`` says that an answer to this question was not right just before: then the second
        hint is given.
        """
        if not isinstance(question, str) or question not in self.questions:
            return self._unknown(question)
        spec = self.questions[question]
        most = float(spec["points"])
        if is_blank(answer) or self.blind(question):
            return self._kept(question, answer, most)
        kind = KINDS[spec["kind"]]
        wire: Json = None
        seal = self._sealer(self._salt, question)
        if spec["kind"] == "function" and callable(answer):
            answer = call(answer, spec["key"]["cases"])
        try:
            wire = encode(answer)
            mark = kind.mark(wire, spec["key"], seal)
            found = None
            if mark.share < 1 and "hints" in spec:
                found = hints.find(spec["hints"], kind.forms(wire, spec["key"], seal), seal)
        except AnswerError as error:
            said = f"{question} expects {kind.expects}; you gave {error}."
            return Feedback(question, "not yet", 0, most, said)
        except FormError as error:
            said = f"{question} expects {error}".rstrip(".") + "."
            return Feedback(question, "not yet", 0, most, said, wire)
        if kind.name == "essay":
            status = "ready" if mark.share == 1 else "not yet"
            return Feedback(question, status, 0, most, mark.message, wire)
        status = "right" if mark.share == 1 else "partly" if mark.share else "not yet"
        text = mark.message if status == "right" else _advice(spec, mark, found, repeated)
        return Feedback(question, status, round(most * mark.share, 2), most, text, wire)


def _advice(spec: Mapping[str, Any], mark: Mark, hint: hints.Hint | None, repeated: bool) -> str:
    """What is said to an answer that is not right: what is wrong with it, and where to look."""
    told = [mark.message]
    if hint:
        told = [hint.again if repeated and hint.again else hint.say]
        told += [mark.message] if mark.share else []
    if repeated and "again" in spec:
        told.append(spec["again"])
    if "look" in spec:
        stop = "" if spec["look"].endswith((".", "?", "!")) else "."
        told.append(f"Look again: {spec['look']}{stop}")
    return " ".join(each for each in told if each)


def _points(most: float) -> str:
    return "point" if most == 1 else "points"


def manifest_path(course: kit.Kit, unit: kit.Unit) -> Path:
    """Where the manifest of a unit's exercise lies: beside the exercise."""
    return (course.root / unit.exercise).with_suffix(".manifest.json")


def exercise(unit: str, root: Path | None = None) -> Check:
    """The check of a unit's exercise: ``check = afkit.exercise("01")``.

    Raises
    ------
    afkit.kit.KitError
        If there is no such unit, it has no exercise, or the exercise was never built.
    """
    course = kit.load(root)
    named = course.unit(unit)
    if not named.exercise:
        raise kit.KitError(f"unit {named.id} has no exercise")
    path = manifest_path(course, named)
    if not path.is_file():
        shown = path.relative_to(course.root).as_posix()
        raise kit.KitError(f"{shown} is not there; an author makes it with 'afkit build'")
    try:
        return Check(json.loads(path.read_text(encoding="utf-8")))
    except (ValueError, KeyError, TypeError) as error:
        shown = path.relative_to(course.root).as_posix()
        raise kit.KitError(f"{shown} is damaged ({error}); an author runs 'afkit build'") from None
