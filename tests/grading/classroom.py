"""A class for tests: submissions of the fixture unit with every kind of question, good and bad."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

from afkit import kit
from afkit.exercises import author

UNIT = "02"
#: Answers that earn less than full marks, by question, as a student would write them.
WRONG: Mapping[str, list[str]] = {
    "q1": ['"b"', '"Amin"', "7"],
    "q2": ['["a"]', '["a", "b", "c"]', "..."],
    "q3": ['"2021-08-18"', '"18 August 2021"', '"Thursday"'],
    "q4": ['"Amina Rahmani"', '"Nobody"', "4"],
    "q5": ['["Amina Rahmani"]', "[]", '"both"'],
    "q6": ["12", "120000", '"many"'],
    "q7": ['["a", "b", "c", "d"]', '["d", "c", "a", "b"]', '["b"]'],
    "q8": ['{"a": "y", "b": "y", "c": "x"}', "{}", "[]"],
    "q9": ['[{"town": "Upper", "wells": 4}]', "[]", '"table"'],
    "q10": ['[("Amin Rahmani", "Valley Council")]', "[]", "1"],
    "q11": ['"lower mill"', '"mill"', "0"],
    "q12": ['["city-2021-paper"]', '["unknown-2000"]', "[]"],
    "q13": ["...", "13", '"plot"'],
    "q14": ["lambda one, other: one - other", "lambda: 1", "3"],
    "q15": ['"Too short."', "...", '"no sheep here"'],
}


def solved(root: Path, wrong: Mapping[str, str] | None = None, unit: str = UNIT) -> dict[str, Any]:
    """The released notebook with the solution's answers, and others where ``wrong`` says so."""
    return answered(right(root, unit), wrong or {})


def right(root: Path, unit: str = UNIT) -> dict[str, Any]:
    """The released notebook with the solution's answers."""
    course = kit.load(root)
    named = course.unit(unit)
    solution = author.read(root / named.solution, root)
    student, _ = author.student_copy(solution, named.id, named.solution)
    sources = {cell["id"]: cell["source"] for cell in solution["cells"]}
    for cell in student["cells"]:
        if cell["id"].endswith("-answer"):
            text = sources[cell["id"]].replace(f"{author.BEGIN}\n", "").replace(author.END, "")
            cell["source"] = text.strip()
    return student


def answered(notebook: Mapping[str, Any], wrong: Mapping[str, str]) -> dict[str, Any]:
    """A copy of a notebook with the answers of ``wrong`` in place of its own."""
    made: dict[str, Any] = deepcopy({**notebook})
    for cell in made["cells"]:
        question = cell["id"].removesuffix("-answer")
        if cell["id"].endswith("-answer") and question in wrong:
            cell["source"] = f"{question} = {wrong[question]}"
    return made


def hand_in(root: Path, folder: Path, count: int, seed: int = 1) -> None:
    """Write ``count`` submissions as nbgrader lays them out; the same seed, the same class."""
    chance = random.Random(seed)
    full = right(root)  # once for the class: its keys are sealed slowly, on purpose
    for number in range(count):
        wrong = {
            question: chance.choice(answers)
            for question, answers in WRONG.items()
            if chance.random() < number / count
        }
        place = folder / f"student-{number:03}" / UNIT
        place.mkdir(parents=True)
        text = json.dumps(answered(full, wrong))
        (place / "02-every-kind.ipynb").write_text(text, encoding="utf-8")
