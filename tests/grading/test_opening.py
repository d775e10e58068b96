"""What submissions have in common is done once, and none of them can tell."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from afkit.grading.records import Habits, Job, Limits, Ran, Step
from afkit.grading.runner import Loader, Pool

SHORT = Limits(cpu=4, wall=8, memory=512 << 20, output=200_000)
OPENING = (
    "import random, numpy as np\nshared = [1]\nprint('begun')",
    "import afkit\nevents = afkit.events()\nlen(events)",
)
REST = (
    "q1 = [random.random(), float(np.random.rand()), len(events)]",
    "shared.append(2)\nq2 = shared\nq2",
    "import os\nq3 = [os.getcwd(), sorted(os.listdir()), __import__('tempfile').gettempdir()]",
)


def job(*sources: str) -> Job:
    """The opening, and then cells of which each is a question: q1, q2, ..."""
    asked = (Step(each, f"c{n}", f"q{n}") for n, each in enumerate(sources, start=1))
    return Job((*map(Step, OPENING), *asked))


def told(ran: Ran) -> tuple[object, ...]:
    return ran.answers, ran.refused, ran.outputs, ran.notes


@pytest.fixture(scope="module")
def pool(bundle: Path) -> Iterator[Pool]:
    with Pool(2, bundle, SHORT, habits=Habits(OPENING)) as made:
        assert made.isolation == "namespaces"
        yield made


@pytest.fixture(scope="module")
def plain(bundle: Path) -> Iterator[Pool]:
    """A pool that knows of nothing in common."""
    with Pool(1, bundle, SHORT, habits=Habits((), frozenset())) as made:
        yield made


def opened(pool: Pool) -> bool:
    """Whether the pool has a worker that ran the opening, and has not given it up."""
    seats = [pool._seats.get(), pool._seats.get()]
    for each in seats:
        pool._seats.put(each)
    return pool._shares and any(each.opened for each in seats)


def test_it_makes_no_difference(pool: Pool, plain: Pool) -> None:
    alone = plain.run(job(*REST))
    assert alone.notes == ()
    assert alone.outputs[0][0]["text"] == "begun\n"
    assert alone.outputs[3][0]["execution_count"] == 4
    for _ in range(3):
        assert told(pool.run(job(*REST))) == told(alone)
    assert opened(pool)


def test_the_opening_is_run_once(bundle: Path) -> None:
    opening = "import os, time\nbegun = time.perf_counter_ns()"
    work = Job((Step(opening), Step("q1 = begun", "", "q1")))
    with Pool(1, bundle, SHORT, habits=Habits((opening,))) as pool:
        first, second = (pool.run(work).answers["q1"] for _ in range(2))
    assert first == second


def test_who_begins_otherwise_finds_nothing_of_it(pool: Pool, plain: Pool) -> None:
    others = (
        Job((Step("q1 = 'shared' in globals() or 'events' in globals()", "", "q1"),)),
        Job((Step(OPENING[0]), Step("q1 = 'events' in globals()", "", "q1"))),
    )
    assert [pool.run(each).answers["q1"] for each in others] == [False, False]
    late = Job((Step("pass"), *job("q1 = [_ih, _ii, get_ipython().execution_count]").steps))
    assert str(pool.run(late).answers["q1"]).startswith("[['', 'pass'")
    assert told(pool.run(late)) == told(plain.run(late))
    asked = Job((Step(OPENING[0], "", "shared"), *map(Step, OPENING[1:])))
    assert pool.run(asked).answers == {"shared": [1]}
    assert pool.run(Job(tuple(map(Step, OPENING)))).outputs[1]


def test_no_submission_changes_it_for_the_next(pool: Pool) -> None:
    spoilt = """
import builtins, IPython.core.interactiveshell as shell, pandas
shared.append('spoilt')
events.drop(events.index, inplace=True)
random.random = lambda: 4
afkit.events = pandas.DataFrame.__len__ = builtins.len = lambda *_: 7
shell.InteractiveShell.run_cell = None
"""
    before = pool.run(job(*REST))
    pool.run(job(spoilt))
    assert told(pool.run(job(*REST))) == told(before)


def test_a_cell_that_ends_the_program_costs_only_itself(pool: Pool) -> None:
    ran = pool.run(job("import os\nos._exit(3)", "q2 = [*shared, len(events) > 1]"))
    assert ran.answers == {"q2": [1, True]}
    assert ran.outputs[0][0]["text"] == "begun\n"
    assert any("Cell 3 ended the program" in each for each in ran.notes)


@pytest.mark.parametrize(
    "cell",
    [
        "open('left.txt', 'w').write('x')",
        "file = open('../kit.toml')",
        "import threading as t, time\nt.Thread(target=time.sleep, args=(60,), daemon=True).start()",
        "1 / 0",
        "import time\nwhile True: time.sleep(0.1)",
        "import os\nos._exit(0)",
    ],
)
def test_what_a_fork_does_not_take_along_is_not_shared(
    bundle: Path, plain: Pool, cell: str
) -> None:
    work = Job((Step(cell), Step("import os\nq1 = sorted(os.listdir())", "", "q1")))
    with Pool(2, bundle, SHORT, habits=Habits((cell,))) as pool:
        ran = pool.run(work)
        assert not pool._shares
        assert told(pool.run(work)) == told(ran)
    assert told(ran) == told(plain.run(work))


def test_libraries_that_were_not_loaded_can_be_used(plain: Pool, pool: Pool) -> None:
    drawn = job(
        "import sys\nq1 = 'matplotlib' in sys.modules",
        "import matplotlib.pyplot as plt\n_, q2 = plt.subplots()\nq2.bar(['x'], [2]);",
        "q3 = plt.plot([1, 2])[0].get_xdata()",
        "import networkx as nx\nq4 = nx.Graph([('a', 'b')])",
    )
    without, with_them = plain.run(drawn), pool.run(drawn)
    assert (without.answers["q1"], with_them.answers["q1"]) == (False, True)
    assert without.outputs[3][0]["data"]["image/png"].startswith("iVBOR")
    assert told(without)[1:] == told(with_them)[1:]
    assert without.answers["q2"] == with_them.answers["q2"]
    assert without.answers["q4"] == [["a", "b"]]


def test_a_loader_that_is_not_needed_leaves_nothing() -> None:
    with closing(Loader()) as loader:
        assert loader.offered[0] == "namespaces"
        base, process = loader._base, loader._process
    assert process.poll() is not None
    assert not base.exists()
