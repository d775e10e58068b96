"""What passes between the steps of grading: a submission, a job for the sandbox, what came of it.

Every record is plain data. What a run gives back was made by submitted code and is believed in
nothing but its form.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from afkit.exercises.answer import Json

__all__ = [
    "LARGE",
    "Assembled",
    "GradingError",
    "Habits",
    "Job",
    "Limits",
    "Outputs",
    "Ran",
    "Step",
    "Submission",
    "SubmissionError",
]


#: What one cell gave, as nbformat 4 has it.
Outputs = tuple[Mapping[str, Any], ...]
#: What is longer, as JSON, is kept and sent once, however many students have it.
LARGE = 4_000


class GradingError(ValueError):
    """Something that stops grading before it begins; the message says what to do."""


class SubmissionError(GradingError):
    """Something that stops the grading of one submission, and of no other."""


@dataclass(frozen=True, slots=True)
class Submission:
    """One notebook as it was handed in.

    ``path`` is what to call it to people, ``read`` gives its bytes when they are needed;
    ``submitted`` is ISO 8601 in UTC, ``""`` if unknown; ``late`` is in seconds after the due time.
    A ``reason`` says why it cannot be graded.
    """

    student: str
    unit: str
    path: str
    read: Callable[[], bytes]
    attempt: int = 1
    submitted: str = ""
    late: float = 0.0
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """A code cell to run; if it ends a question, the name of the answer that is then taken.

    ``cases`` are the inputs that a function must be called with, each a list of arguments.
    ``cell`` is the id of the cell in the released notebook, or one of the student's own. ``quiet``
    says that nobody wants to see what it shows: a check has nothing to say without its keys.
    """

    source: str
    cell: str = ""
    question: str = ""
    cases: tuple[list[Json], ...] = ()
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Job:
    """The code cells of one submission, in order. Nothing else of it enters the sandbox."""

    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Habits:
    """What the submissions of a unit have in common; to know it saves time and changes nothing.

    Attributes
    ----------
    opening
        The sources of the code cells with which the released exercise begins. A submission that
        begins with just these goes on from where they end.
    words
        The words of the solution's code: libraries and facts that are not among them are not loaded
        before. A cell can use them all the same. ``None`` stands for all words there are.
    """

    opening: tuple[str, ...] = ()
    words: frozenset[str] | None = None

    def begin(self, job: Job) -> bool:
        """Whether a job begins with the opening."""
        steps = job.steps[: len(self.opening)]
        return tuple(each.source for each in steps if not each.question) == self.opening


@dataclass(frozen=True, slots=True)
class Assembled:
    """A submission put back into the released notebook.

    ``cells`` are nbformat 4 cells in their final order, for the feedback; ``job`` what is run;
    ``repaired`` says in a student's words what had to be put right.
    """

    cells: tuple[Mapping[str, Any], ...]
    job: Job
    repaired: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Limits:
    """What one submission may use: seconds, bytes, processes. ``output`` is all that it prints."""

    cpu: float = 30.0
    wall: float = 60.0
    memory: int = 1 << 30
    processes: int = 32
    output: int = 16 << 20
    files: int = 64 << 20


@dataclass(frozen=True, slots=True)
class Ran:
    """What came out of a run.

    ``answers`` maps a question to its answer as bounded JSON; ``refused`` maps a question to what
    stood there instead, in the words of :class:`~afkit.exercises.answer.AnswerError`. A question in
    neither was not reached. ``outputs`` holds the nbformat outputs of each step; ``notes`` says
    what was cut off or stopped, in a student's words; ``isolation`` what kept the code in.
    """

    answers: Mapping[str, Json] = field(default_factory=dict)
    refused: Mapping[str, str] = field(default_factory=dict)
    outputs: tuple[Outputs, ...] = ()
    notes: tuple[str, ...] = ()
    seconds: float = 0.0
    cpu_seconds: float = 0.0
    isolation: str = ""
