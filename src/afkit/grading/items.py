"""A gradebook in; how each question did out: how hard, how well it sorts, which mistakes recur.

*Difficulty* is the mean share of the points (1: everybody had them all). *Discrimination* is the
correlation between the share earned at a question and the points earned at all other questions
(corrected item-total correlation); it needs at least ten submissions that differ.
"""

from __future__ import annotations

import json
import statistics
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from afkit.grading.gradebook import Stored
    from afkit.grading.score import Item

__all__ = ["ItemStatistics", "describe", "figure", "frame"]

LEAST_FOR_DISCRIMINATION = 10
MOST_MISTAKES = 5
LONGEST_MISTAKE = 80


@dataclass(frozen=True, slots=True)
class ItemStatistics:
    """How a class did at one question.

    ``shares`` counts right, partly, not yet, not answered; ``mistakes`` are the most common answers
    that were not right, each with how many gave it: candidates for new hints.
    """

    question: str
    kind: str
    submissions: int
    difficulty: float
    discrimination: float | None
    shares: dict[str, int]
    mistakes: tuple[tuple[str, int], ...]

    def as_json(self) -> dict[str, Any]:
        """The same as an object of JSON."""
        return asdict(self)


def describe(submissions: Iterable[Stored]) -> list[ItemStatistics]:
    """Statistics of each question over the submissions that were graded.

    A written answer that nobody has marked yet is left out of difficulty and discrimination.
    """
    graded = [each for each in submissions if not each.reason]
    by_question: dict[str, list[tuple[Item, float]]] = defaultdict(list)
    for each in graded:
        for item in each.items:
            by_question[item.question].append((item, each.score - item.points))
    return [_one(question, found) for question, found in by_question.items()]


def _one(question: str, found: list[tuple[Item, float]]) -> ItemStatistics:
    marked = [(item, rest) for item, rest in found if not item.marking]
    shares = [item.points / item.most for item, _ in marked if item.most]
    wrong = Counter(
        _shown(item)
        for item, _ in found
        if item.status in ("partly", "not yet") and item.answer is not None and not item.marking
    )
    said = Counter(item.status for item, _ in found)
    return ItemStatistics(
        question,
        found[0][0].kind,
        len(found),
        round(statistics.fmean(shares), 3) if shares else 0.0,
        _correlation(shares, [rest for item, rest in marked if item.most]),
        dict(sorted(said.items())),
        tuple(sorted(wrong.items(), key=lambda each: (-each[1], each[0]))[:MOST_MISTAKES]),
    )


def _correlation(ones: list[float], others: list[float]) -> float | None:
    if len(ones) < LEAST_FOR_DISCRIMINATION or len(set(ones)) < 2 or len(set(others)) < 2:
        return None
    return round(statistics.correlation(ones, others), 3)


def _shown(item: Item) -> str:
    """An answer as it may stand in a table: short, on one line."""
    answer = item.answer
    text = answer if isinstance(answer, str) else json.dumps(answer, ensure_ascii=False)
    text = " ".join("".join(each if each.isprintable() else " " for each in text).split())
    return text if len(text) <= LONGEST_MISTAKE else text[: LONGEST_MISTAKE - 3] + "..."


def frame(described: Iterable[ItemStatistics]) -> pd.DataFrame:
    """The statistics as a table, a question a row."""
    import pandas as pd

    rows = [
        {
            "question": each.question,
            "kind": each.kind,
            "submissions": each.submissions,
            "difficulty": each.difficulty,
            "discrimination": each.discrimination,
            **{name: each.shares.get(name, 0) for name in ("right", "partly", "not yet")},
            "not answered": each.shares.get("not answered yet", 0),
            "most common mistake": f"{each.mistakes[0][0]} ({each.mistakes[0][1]})"
            if each.mistakes
            else "",
        }
        for each in described
    ]
    return pd.DataFrame(rows).set_index("question") if rows else pd.DataFrame()


def figure(described: Iterable[ItemStatistics]) -> Figure:
    """Difficulty as bars and discrimination as points, a question a row."""
    from matplotlib.figure import Figure

    rows = list(described)
    drawn = Figure(figsize=(7, 1.2 + 0.35 * max(len(rows), 1)), layout="constrained")
    axes = drawn.subplots()
    names = [each.question for each in rows]
    axes.barh(names, [each.difficulty for each in rows], color="#4878a8", label="share of points")
    dots = [
        (each.discrimination, each.question) for each in rows if each.discrimination is not None
    ]
    if dots:
        axes.plot(
            [value for value, _ in dots], [name for _, name in dots],
            "D", color="#222222", label="discrimination",
        )  # fmt: skip
    axes.axvline(0, color="#222222", linewidth=0.8)
    axes.set_xlim(min([0.0, *(value for value, _ in dots)]) - 0.05, 1.05)
    axes.invert_yaxis()
    axes.set_xlabel("share of points earned; correlation with the rest")
    axes.set_title("How each question did")
    drawn.legend(loc="outside lower center", ncols=2)
    return drawn
