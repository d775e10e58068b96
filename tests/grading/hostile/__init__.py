"""Hostile submissions: what each does, what its answers are, how to see it fire.

Every case is a notebook of three questions. The attack stands in the cell of ``q2``, after the line
``q2 = "mine"``; ``q1`` and ``q3`` are honest and must come out whatever the attack does.
"""

from __future__ import annotations

from dataclasses import dataclass

from afkit.grading.records import Job, Step

#: What an attack prints when, by its own account, it has done what it came for.
FIRED = "IT " + "FIRED"
#: The cell with which each of them begins.
START = "import math\nready = 3"
SAY = 'print("IT " + "FIRED")'


@dataclass(frozen=True)
class Case:
    """One submission.

    ``attack`` holds ``@DIR@``, ``@PORT@`` and the like for targets (:mod:`.world`). ``proof`` says
    how it shows without a sandbox that it fired: ``says`` (it prints so), ``ends`` (the process),
    ``hangs``, or ``world`` (a target has changed). ``contained`` means that in a sandbox it may not
    even say so. ``answer`` is what becomes of ``q2``: a value, :data:`REFUSED` or :data:`LOST`.
    """

    name: str
    attack: str
    proof: str = "says"
    contained: bool = True
    answer: object = "mine"
    family: str = ""

    def job(self, targets: dict[str, str]) -> Job:
        attack = self.attack
        for name, value in targets.items():
            attack = attack.replace(f"@{name}@", value)
        return Job(
            (
                Step(START, "start"),
                Step("q1 = 'before'", "q1-check", "q1"),
                Step(f'q2 = "mine"\n{attack}', "q2-check", "q2"),
                Step("q3 = 'after ' + str(ready + math.floor(1.5))", "q3-check", "q3"),
            )
        )


HONEST = {"q1": "before", "q3": "after 4"}
REFUSED = object()
LOST = object()


def cases() -> list[Case]:
    """All of them, in families."""
    from dataclasses import replace

    from tests.grading.hostile import (
        exits,
        forging,
        leftovers,
        network,
        patching,
        reading,
        resources,
        values,
        writing,
    )

    modules = (
        patching, forging, reading, writing, network, resources, exits, leftovers, values
    )  # fmt: skip
    return [
        replace(case, family=module.__name__.rpartition(".")[2])
        for module in modules
        for case in module.CASES
    ]
