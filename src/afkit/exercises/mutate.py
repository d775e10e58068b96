"""Keys in; how each question stands up to wrong answers, and whether it takes right ones, out.

For every question the kind itself makes systematic mistakes (a day off, a namesake, an element too
many, another unit, a wrong type) and other ways to write the right answer; hinted mistakes are
tried as well, and must bring their hint.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from afkit.exercises import author, hints
from afkit.exercises.check import Check
from afkit.exercises.kinds import KINDS

if TYPE_CHECKING:
    from afkit import kit
    from afkit.exercises.answer import Json

__all__ = ["FEWEST_MUTANTS", "FEWEST_SAME", "Trial", "trials"]

FEWEST_MUTANTS, FEWEST_SAME = 8, 3


@dataclass(slots=True)
class Trial:
    """One question: what was tried, and what went wrong, each in a line of words."""

    unit: str
    question: str
    kind: str
    mutants: int = 0
    equivalents: int = 0
    survivors: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    unhinted: list[str] = field(default_factory=list)

    @property
    def passed(self) -> bool:
        """Whether every mistake cost points, every hint came, and every right form was taken."""
        return not self.complaints()

    def complaints(self) -> list[str]:
        """What is wrong with the question, in words; empty if nothing is."""
        where = f"unit {self.unit}, {self.question} ({self.kind})"
        found = [f"{where}: full marks for {each}" for each in self.survivors]
        found += [f"{where}: no full marks for {each}" for each in self.refused]
        found += [f"{where}: no hint, or another one, for {each}" for each in self.unhinted]
        if self.mutants < FEWEST_MUTANTS:
            found.append(f"{where}: only {self.mutants} mistakes to try; expected {FEWEST_MUTANTS}")
        if self.equivalents < FEWEST_SAME:
            found.append(f"{where}: only {self.equivalents} right forms; expected {FEWEST_SAME}")
        return found


def trials(
    course: kit.Kit, units: Iterable[kit.Unit], step: Callable[[], None] = lambda: None
) -> list[Trial]:
    """Try every question of some units.

    Parameters
    ----------
    step
        Called after each question, for a progress bar.

    Raises
    ------
    afkit.exercises.author.AuthorError
        If a solution notebook cannot be read or no exercise can be made from it.
    """
    found = []
    for unit in units:
        source = course.root / unit.solution
        if not unit.solution or not source.is_file():
            continue
        solution = author.read(source, course.root)
        _, manifest = author.student_copy(solution, unit.id, unit.solution)
        check = Check(manifest)
        for key in author.keys(solution, unit.solution):
            found.append(_trial(unit.id, key, check))
            step()
    return found


def _trial(unit: str, key: dict[str, Any], check: Check) -> Trial:
    name, kind = key["id"], KINDS[key["kind"]]
    trial = Trial(unit, name, key["kind"])
    if not check.feedback(name, kind.example(key)).full:
        trial.refused.append("the solution's own answer")
    for variant in kind.wrong(key):
        trial.mutants += 1
        if check.feedback(name, variant.answer).full:
            trial.survivors.append(f"{variant.what}: {_shown(variant.answer)}")
    for variant in kind.same(key):
        trial.equivalents += 1
        feedback = check.feedback(name, variant.answer)
        if not feedback.full:
            trial.refused.append(f"{variant.what}: {_shown(variant.answer)} ({feedback.message})")
    for answer, said in _hinted(key):
        trial.mutants += 1
        feedback = check.feedback(name, answer)
        if feedback.full:
            trial.survivors.append(f"the hinted {_shown(answer)}")
        elif said not in feedback.message:
            trial.unhinted.append(f"{_shown(answer)} ({feedback.message})")
    return trial


def _hinted(key: dict[str, Any]) -> Iterator[tuple[Json, str]]:
    for hint in hints.read(key):
        if "answer" in hint:
            yield hint["answer"], hint["say"]


def _shown(answer: Json) -> str:
    text = repr(answer)
    return text if len(text) <= 70 else text[:67] + "..."
