"""A unit's keys and the answers of a run in; points, replies and what a person must mark out.

This is the only step that holds keys, and it never runs submitted code: answers come to it as
bounded JSON. Keys are read from the solution, so a mended key counts at once.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from afkit.exercises import author
from afkit.exercises.check import Check
from afkit.grading.records import GradingError, Job, Ran, Step

if TYPE_CHECKING:
    from afkit import kit
    from afkit.exercises.answer import Json
    from afkit.exercises.kinds.base import Seal

__all__ = ["Item", "Keys", "keys", "quick", "score", "with_cases"]

NOT_REACHED = "The notebook stopped before this answer could be taken."
ESSAY = "essay"


@dataclass(frozen=True, slots=True)
class Item:
    """What an answer earned: ``status`` as in :class:`~afkit.exercises.check.Feedback`.

    ``marking`` is true for a written answer that a person has to mark; its points are 0 until then.
    """

    question: str
    kind: str
    status: str
    points: float
    most: float
    message: str
    answer: Json = None
    marking: bool = False


@dataclass(frozen=True, slots=True)
class Keys:
    """All that scoring a unit needs; ``fingerprint`` changes whenever a mark could."""

    unit: str
    fingerprint: str
    check: Check
    specs: tuple[Mapping[str, Any], ...]

    @property
    def most(self) -> float:
        """The points of the whole exercise, written answers included."""
        return sum(float(each["points"]) for each in self.specs)


def keys(course: kit.Kit, unit: kit.Unit) -> Keys:
    """The keys of a unit, from its solution.

    Raises
    ------
    GradingError
        If the unit has no solution here, or no exercise can be made from it.
    """
    path = course.root / unit.solution
    if not unit.solution or not path.is_file():
        named = unit.solution or "no solution"
        raise GradingError(f"unit {unit.id} names {named}, which is not here; keys come from it")
    text = path.read_bytes()
    facts = hashlib.sha256()
    for table in sorted((course.root / "data").glob("*.*")):
        facts.update(table.name.encode() + table.read_bytes())
    return _keys(course, unit, hashlib.sha256(text).hexdigest(), facts.hexdigest())


@lru_cache(maxsize=64)
def _keys(course: kit.Kit, unit: kit.Unit, _solution: str, _facts: str) -> Keys:
    try:
        solution = author.read(course.root / unit.solution, course.root)
        _, manifest = author.student_copy(solution, unit.id, unit.solution, seal_with=quick)
        specs = tuple(author.keys(solution, unit.solution))
    except author.AuthorError as error:
        raise GradingError(f"{error}; mend it before you grade") from None
    made = json.dumps([manifest["questions"], specs], sort_keys=True, default=str)
    return Keys(
        unit.id, hashlib.sha256(made.encode()).hexdigest()[:32], Check(manifest, quick), specs
    )


def quick(salt: str, question: str) -> Seal:
    """Seals that are as good for comparing as a student's, without the stretching."""

    def seal(token: str) -> str:
        told = f"{salt}:{question}:{token}".encode(errors="surrogatepass")
        return hashlib.blake2b(told, digest_size=12).hexdigest()

    return seal


def with_cases(job: Job, found: Keys) -> Job:
    """The job, with the functions that questions ask for tried at its end, on all inputs.

    At the end, because no cell comes after that could print the hidden inputs it has seen.
    """
    cases = {
        spec["id"]: tuple(list(case["input"]) for case in spec["cases"])
        for spec in found.specs
        if spec["kind"] == "function"
    }
    asked = [step for step in job.steps if step.question in cases]
    if not asked:
        return job
    cells = [replace(step, question="") if step in asked else step for step in job.steps]
    trials = [Step("pass", step.cell, step.question, cases[step.question]) for step in asked]
    return Job((*cells, *trials))


def score(found: Keys, ran: Ran) -> tuple[Item, ...]:
    """The items of a run, in the order of the exercise; the same run gives the same items."""
    return tuple(_items(found, ran))


def _items(found: Keys, ran: Ran) -> Iterator[Item]:
    for spec in found.specs:
        name, kind, most = spec["id"], spec["kind"], float(spec["points"])
        if name in ran.refused:
            said = f"{name} expects {_expects(kind)}; you gave {ran.refused[name]}."
            yield Item(name, kind, "not yet", 0, most, said)
        elif name not in ran.answers:
            yield Item(name, kind, "not yet", 0, most, NOT_REACHED)
        else:
            answer = ran.answers[name]
            if kind == "function" and _untried(answer, found.check.questions[name]["key"]["count"]):
                yield Item(
                    name, kind, "not yet", 0, most, f"{name} expects {_expects(kind)}.", answer
                )
                continue
            reply = found.check.feedback(name, answer)
            status, message = reply.status, reply.message
            marking = kind == ESSAY and status != "not answered yet"
            yield Item(name, kind, status, reply.points, most, message, reply.answer, marking)


def _untried(answer: Json, count: int) -> bool:
    """Whether an answer lists results that no function gave: one is tried on hidden inputs too."""
    outputs = answer.get("outputs") if isinstance(answer, dict) else None
    return isinstance(outputs, list) and len(outputs) < count


def _expects(kind: str) -> str:
    from afkit.exercises.kinds import KINDS

    return KINDS[kind].expects
