"""What the runner makes of honest submissions: answers, outputs, limits, order, and nothing left over."""

# ruff: noqa: E501  cells and messages stand on one line each
from __future__ import annotations

import gc
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest

from afkit.exercises.answer import MIME
from afkit.grading.records import GradingError, Job, Limits, Ran, Step
from afkit.grading.runner import Pool

SHORT = Limits(cpu=4, wall=8, memory=512 << 20, output=200_000)


@pytest.fixture(scope="module", params=["namespaces", "landlock", "none"])
def pool(request: pytest.FixtureRequest, bundle: Path) -> Iterator[Pool]:
    with Pool(2, bundle, SHORT, request.param) as made:
        yield made


@pytest.fixture(scope="module")
def one(bundle: Path) -> Iterator[Pool]:
    """A pool of one worker with the strongest sandbox."""
    with Pool(1, bundle, SHORT) as made:
        yield made


def job(*sources: str) -> Job:
    """Cells of which each is a question: q1, q2, ..."""
    return Job(tuple(Step(each, f"c{n}", f"q{n}") for n, each in enumerate(sources, start=1)))


def shown(ran: Ran, cell: int) -> list[Any]:
    return [
        output.get("text") or output.get("evalue") or output.get("data")
        for output in ran.outputs[cell - 1]
    ]


def test_values_of_every_kind_come_out(pool: Pool) -> None:
    ran = pool.run(
        job(
            "q1 = 3",
            "q2 = 'Ahmad Massoud – مسعود'",
            "import datetime\nq3 = datetime.date(2021, 8, 19)",
            "q4 = {'b', 'a'}",
            "import pandas as pd\nq5 = pd.DataFrame({'n': [1, None]})",
            "import networkx as nx\nq6 = nx.Graph([('a', 'b')])",
            "import matplotlib.pyplot as plt\nfig, q7 = plt.subplots()\nq7.bar(['x'], [2])",
            "import numpy as np\nq8 = np.float64(0.5)",
            "import afkit\nq9 = len(afkit.events())",
            "q10 = ...",
            "pass",
            "q12 = lambda x: x",
        )
    )
    assert ran.isolation == pool.isolation
    assert ran.notes == ()
    answers = dict(ran.answers)
    assert isinstance(answers.pop("q7"), dict)
    assert answers.pop("q9")
    assert answers == {
        "q1": 3,
        "q2": "Ahmad Massoud – مسعود",
        "q3": "2021-08-19",
        "q4": ["a", "b"],
        "q5": [{"n": 1.0}, {"n": None}],
        "q6": [["a", "b"]],
        "q8": 0.5,
        "q10": None,
        "q11": None,
    }
    assert ran.refused == {"q12": "a value of type function"}


def test_outputs_are_those_of_a_notebook(pool: Pool) -> None:
    ran = pool.run(
        job(
            "print('one')\nprint('two')\nimport sys\nprint('three', file=sys.stderr)\n4",
            "import pandas as pd\npd.DataFrame({'a': [1]})",
            "import matplotlib.pyplot as plt\nplt.plot([1, 2]);",
            "def f():\n    return 1 / 0\nf()",
            "from IPython.display import SVG, display\ndisplay(SVG('<svg xmlns=\"http://www.w3.org/2000/svg\"></svg>'))",
            "import afkit\ncheck = afkit.exercise('01')\ncheck('q1', 'a')",
            "f = = 1",
            "%matplotlib inline\n_ = 1",
            "await __import__('asyncio').sleep(0.001) or 7",
        )
    )
    first = ran.outputs[0]
    assert first[0] == {"output_type": "stream", "name": "stdout", "text": "one\ntwo\n"}
    assert first[1] == {"output_type": "stream", "name": "stderr", "text": "three\n"}
    assert first[2]["execution_count"] == 1
    assert first[2]["data"] == {"text/plain": "4"}
    assert "<table" in ran.outputs[1][0]["data"]["text/html"]
    assert ran.outputs[2][0]["output_type"] == "display_data"
    assert ran.outputs[2][0]["data"]["image/png"].startswith("iVBOR")
    error = ran.outputs[3][0]
    assert (error["ename"], error["evalue"]) == ("ZeroDivisionError", "division by zero")
    assert error["traceback"] == [
        "line 3: f()", "line 2: return 1 / 0", "ZeroDivisionError: division by zero",
    ]  # fmt: skip
    assert "<svg" in ran.outputs[4][0]["data"]["image/svg+xml"]
    kept = ran.outputs[5][0]["data"]
    assert kept["text/plain"] == "q1: kept for your teacher."
    assert kept[MIME] == {"question": "q1", "answer": "a"}
    assert ran.outputs[6][0]["ename"] == "SyntaxError"
    assert ran.outputs[7] == ()
    assert ran.outputs[8][0]["data"] == {"text/plain": "7"}
    json.dumps(ran.outputs)


def test_functions_are_called_with_their_inputs(pool: Pool) -> None:
    cases: tuple[list[Any], ...] = ([1], [2.5], ["a"], [[1]])
    steps = (
        Step("def q1(x):\n    print('seen')\n    return x * 2", question="q1", cases=cases),
        Step("q2 = 5", question="q2", cases=cases),
        Step("def q3(x):\n    return object()", question="q3", cases=cases),
        Step("def q4(x):\n    while True: pass", question="q4", cases=cases),
    )
    ran = pool.run(Job(steps))
    errors = [None] * 4
    assert ran.answers["q1"] == {"outputs": [2, 5.0, "aa", [1, 1]], "errors": errors}
    assert ran.outputs[0] == ()
    assert ran.answers["q2"] == 5
    third = ran.answers["q3"]
    assert isinstance(third, dict)
    assert third["errors"] == ["it gave a value of type object"] * 4
    assert "q4" in ran.refused or "q4" in ran.answers


def test_an_error_does_not_stop_the_next_cell(pool: Pool) -> None:
    ran = pool.run(job("q1 = 1\nraise ValueError('no')", "q2 = q1 + 1", "q3 = missing", "q4 = 4"))
    assert ran.answers == {"q1": 1, "q2": 2, "q3": None, "q4": 4}
    assert ran.notes == ()


@pytest.mark.parametrize(
    "fatal",
    ["import os; os._exit(0)", "while True:\n    try:\n        while True: pass\n    except BaseException: pass",
     "import os; os.closerange(3, 300)", "import os; os.kill(os.getpid(), 9)"],
)  # fmt: skip
@pytest.mark.parametrize("at", [0, 2, 4])
def test_a_fatal_cell_costs_its_own_question(pool: Pool, fatal: str, at: int) -> None:
    cells = [
        "import math\nbase = [1]\nq1 = 1",
        "base.append(2)\nq2 = base",
        "q3 = math.pi",
        "q4 = base + [4]",
        "q5 = 5",
    ]
    plain = pool.run(job(*cells)).answers
    broken = [*cells[:at], f"{cells[at]}\n{fatal}", *cells[at + 1 :]]
    ran = pool.run(job(*broken))
    expected = dict(plain)
    mine = f"q{at + 1}"
    if mine not in ran.answers:
        expected.pop(mine)
    if at == 0 and mine not in ran.answers:  # what the first cell set up is gone with it
        expected |= {"q2": None, "q3": None, "q4": None}
    assert ran.answers == expected
    assert any(f"Cell {at + 1} " in note for note in ran.notes)


def test_every_cell_may_be_fatal(pool: Pool) -> None:
    ran = pool.run(job(*["import os; os._exit(1)"] * 8))
    assert ran.answers == {}
    assert len(ran.notes) == 8
    assert all(each[0]["ename"] == "Stopped" for each in ran.outputs)


def test_loops_in_every_cell_leave_time_for_the_last(pool: Pool) -> None:
    ran = pool.run(job(*["q = 1\nwhile True: pass"] * 5, "q6 = 6"))
    assert ran.answers["q6"] == 6
    assert ran.seconds < SHORT.wall + 1


def test_a_cell_that_ends_the_program_later(pool: Pool) -> None:
    later = "import os, threading, time\ndef end():\n    time.sleep(0.1)\n    os._exit(0)\nthreading.Thread(target=end).start()\nq1 = 1"
    ran = pool.run(job(later, "import time\ntime.sleep(0.3)\nq2 = 2", "q3 = 3"))
    assert ran.answers["q1"] == 1
    assert ran.answers["q3"] == 3


def test_too_much_output_is_cut_and_said(one: Pool) -> None:
    ran = one.run(job("print('x' * 500_000)\nq1 = 1", "print('y')\nq2 = 2"))
    assert ran.answers == {"q1": 1, "q2": 2}
    assert sum(len(str(each)) for each in ran.outputs) < SHORT.output + 1000
    assert any("too much" in note for note in ran.notes)


def test_nothing_carries_over(pool: Pool) -> None:
    pool.run(
        job(
            "secret = 'mine'\nopen('left', 'w').write('x')\nimport builtins\nbuiltins.mine = 1\nimport os\nos.environ['MINE'] = '1'"
        )
    )
    source = "import os\nq1 = ['secret' in globals(), os.path.exists('left'), 'MINE' in os.environ, hasattr(__builtins__, 'mine'), sorted(os.listdir(os.environ['TMPDIR']))]"
    for _ in range(4):
        ran = pool.run(job(source))
        assert ran.answers == {"q1": [False, False, False, False, []]}, ran.outputs


def test_runs_are_the_same_again(pool: Pool) -> None:
    source = "import random, numpy as np, uuid\nq1 = [random.random(), float(np.random.rand()), hash('a'), list({'x', 'y', 'z'})]"
    first = pool.run(job(source))
    for each in [pool.submit(job(source)) for _ in range(6)]:
        assert each.result().answers == first.answers


def test_it_works_like_a_notebook_in_its_folder(pool: Pool) -> None:
    ran = pool.run(
        job(
            "q1 = len(open('../data/events.csv').read()) > 0",
            "import pandas as pd\npd.DataFrame({'a': [1]}).to_csv('mine.csv')\nq2 = open('mine.csv').read()",
            "import os\nq3 = os.path.basename(os.getcwd())",
            "import tempfile\nwith tempfile.NamedTemporaryFile() as f:\n    q4 = f.write(b'x')",
        )
    )
    assert ran.answers == {"q1": True, "q2": ",a\n0,1\n", "q3": "exercises", "q4": 1}


def test_jobs_from_many_threads_come_back_to_them(pool: Pool) -> None:
    found: list[bool] = []

    def ask(number: int) -> None:
        found.append(pool.run(job(f"q1 = {number}")).answers == {"q1": number})

    threads = [threading.Thread(target=ask, args=(n,)) for n in range(20)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert found == [True] * 20


def test_an_empty_job_and_a_large_one(pool: Pool) -> None:
    assert pool.run(Job(())).answers == {}
    large = "q1 = '''" + "x" * 90_000 + "'''\n" + "#" * 500_000
    ran = pool.run(job(large))
    assert ran.answers["q1"] == "x" * 90_000


def test_workers_that_die_are_replaced(bundle: Path) -> None:
    with Pool(2, bundle, SHORT) as pool:
        running: list[Future[Ran]] = [
            pool.submit(job("import time\ntime.sleep(0.4)\nq1 = 1")) for _ in range(2)
        ]
        time.sleep(0.2)
        for each in _descendants(os.getpid()):
            if each != pool._loader._process.pid:  # type: ignore[union-attr]
                os.kill(each, signal.SIGKILL)
        for future in running:
            ran = future.result()
            assert ran.answers == {"q1": 1}
            assert any("lost" in note for note in ran.notes)
        loader = pool._loader._process  # type: ignore[union-attr]
        loader.kill()
        for each in _descendants(loader.pid):
            os.kill(each, signal.SIGKILL)
        assert pool.run(job("q1 = 2")).answers == {"q1": 2}


def _descendants(pid: int) -> list[int]:
    found: dict[int, list[int]] = {}
    for each in Path("/proc").glob("[0-9]*/stat"):
        try:
            parts = each.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        found.setdefault(int(parts[1]), []).append(int(each.parent.name))
    todo, all_of_them = [pid], []
    while todo:
        children = found.get(todo.pop(), [])
        todo += children
        all_of_them += children
    return all_of_them


def test_nothing_is_left_when_it_closes(bundle: Path) -> None:
    before = set(_descendants(os.getpid()))
    descriptors = len(list(Path("/proc/self/fd").iterdir()))
    pool = Pool(2, bundle, SHORT)
    base = pool._loader._base  # type: ignore[union-attr]
    pool.run(job("q1 = 1"))
    started = set(_descendants(os.getpid())) - before
    assert started
    pool.close()
    pool.close()
    end = time.monotonic() + 5
    while time.monotonic() < end and any(Path(f"/proc/{each}").exists() for each in started):
        time.sleep(0.02)
    assert not [each for each in started if Path(f"/proc/{each}").exists()]
    assert not base.exists()
    gc.collect()
    assert len(list(Path("/proc/self/fd").iterdir())) <= descriptors
    with pytest.raises(GradingError, match="closed"):
        pool.run(job("q1 = 1"))


def test_nothing_is_left_when_the_grader_is_killed(bundle: Path) -> None:
    source = (
        "import sys, time; from pathlib import Path; from afkit.grading.runner import Pool;"
        "from afkit.grading.records import *;"
        f"p = Pool(1, Path({str(bundle)!r}));"
        "p.submit(Job((Step('while True: pass'),))); print('on', flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", source], stdout=subprocess.PIPE) as grader:
        assert grader.stdout is not None
        assert grader.stdout.readline() == b"on\n"
        time.sleep(0.3)
        started = _descendants(grader.pid)
        assert len(started) >= 3
        grader.kill()
    end = time.monotonic() + 5
    while time.monotonic() < end and any(Path(f"/proc/{each}").exists() for each in started):
        time.sleep(0.02)
    assert not [each for each in started if Path(f"/proc/{each}").exists()]


def test_memory_of_the_grader_stays_flat(one: Pool) -> None:
    work = job("print('x' * 50_000)\nq1 = list(range(1000))", "1 / 0")

    def held() -> int:
        gc.collect()
        return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    for _ in range(30):
        one.run(work)
    before, descriptors = held(), len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(120):
        one.run(work)
    assert held() - before < 2 << 20
    assert len(list(Path("/proc/self/fd").iterdir())) == descriptors


def test_an_empty_notebook_takes_milliseconds(one: Pool) -> None:
    """CPU, as the wall of a busy machine says nothing; wall is for the benchmark."""
    used = sorted(one.run(Job(())).cpu_seconds for _ in range(9))
    assert used[4] < 0.04


def test_what_cannot_be_a_pool_is_refused(bundle: Path, tmp_path: Path) -> None:
    with pytest.raises(GradingError, match="expected 1 or more"):
        Pool(0, bundle)
    with pytest.raises(GradingError, match=r"kit\.toml"):
        Pool(1, tmp_path)
    with pytest.raises(GradingError, match="docker"):
        Pool(1, bundle, isolation="docker")
