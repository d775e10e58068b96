"""Code that changes what grades it: built-ins, libraries, IPython, the check, the encoder."""

# ruff: noqa: E501  cells and messages stand on one line each
from __future__ import annotations

from tests.grading.hostile import SAY, Case


def _patch(name: str, attack: str, answer: object = "mine") -> Case:
    # It may change its own process as it likes; its answers stay what they are.
    return Case(name, f"{attack}\n{SAY}", contained=False, answer=answer)


CASES = [
    _patch("isinstance-says-yes", "import builtins\nbuiltins.isinstance = lambda *_: True"),
    _patch("type-says-str", "import builtins\n_type = type\nbuiltins.type = lambda *a: str if len(a) == 1 else _type(*a)"),
    _patch("repr-and-sorted", "import builtins\nbuiltins.repr = lambda _: 'right'\nbuiltins.sorted = lambda *_, **__: ['right']"),
    _patch("len-and-str", "import builtins\nbuiltins.len = lambda _: 0\n"),
    _patch("json-dumps", "import json\njson.dumps = lambda *_, **__: '\"right\"'\njson.JSONEncoder.encode = lambda *_: '\"right\"'\njson.JSONEncoder.iterencode = lambda *_, **__: ['\"right\"']"),
    _patch("json-encoder-parts", "import json.encoder as e\ne.c_make_encoder = None\ne.encode_basestring = e.encode_basestring_ascii = lambda _: '\"right\"'"),
    _patch("encode", "from afkit.exercises import answer\nanswer.encode = answer._encode = answer._plain = lambda *_: 'right'"),
    _patch("encode-code", "from afkit.exercises import answer\nanswer.encode.__code__ = (lambda value: 'right').__code__\nanswer._encode.__code__ = (lambda value, depth, left: 'right').__code__"),
    _patch("encode-limits", "from afkit.exercises import answer\nanswer.MOST_DEPTH = answer.MOST_ITEMS = answer.MOST_TEXT = 10**9\nanswer.AnswerError = KeyError"),
    _patch("the-check", "from afkit.exercises import check\ncheck.Check.__call__ = lambda *_: 'right'\ncheck.Check.reply = check.Check.feedback = lambda *_: 'right'"),
    _patch("the-kinds", "from afkit.exercises.kinds import KINDS\nfrom afkit.exercises.kinds.base import Mark\nfor kind in KINDS.values():\n    type(kind).mark = lambda *_: Mark(1.0, '')"),
    _patch("function-call", "from afkit.exercises.kinds import function\nfunction.call = lambda *_: {'outputs': ['right'], 'errors': [None]}"),
    _patch("numpy", "import numpy\nnumpy.isclose = numpy.allclose = numpy.array_equal = lambda *_, **__: True\nnumpy.random.seed = lambda *_: None"),
    _patch("pandas", "import pandas\npandas.DataFrame.equals = lambda *_: True\npandas.testing.assert_frame_equal = lambda *_, **__: None"),
    _patch("ast-transformer", """\
import ast
class Right(ast.NodeTransformer):
    def visit_Constant(self, node):
        return ast.copy_location(ast.Constant("right"), node) if node.value == "after " else node
get_ipython().ast_transformers.append(Right())"""),
    _patch("input-transformer", "get_ipython().input_transformers_post.append(lambda lines: ['q3 = \"right\"\\n'])"),
    _patch("run-cell", f"{SAY}\nfrom IPython.core.interactiveshell import InteractiveShell as S\nS.run_cell = S._run_cell = lambda *_, **__: None\nS.run_code = S.run_ast_nodes = S.transform_cell = None"),
    _patch("run-cell-of-this", "get_ipython().run_cell = get_ipython()._run_cell = lambda *_, **__: None"),
    _patch("pre-run-hook", "get_ipython().events.register('post_run_cell', lambda *_: get_ipython().user_ns.update(q1='right'))"),
    _patch("user-namespace", "get_ipython().user_ns = {'q1': 'right', 'q2': 'right', 'q3': 'right'}"),
    _patch("streams-and-hook", "import sys\nsys.stdout.flush()\nprint(end='')\nsys.displayhook = None\nsys.excepthook = None"),
    _patch("os-write", "import os, posix\nos.write = posix.write = lambda fd, data: len(data)\nos._exit = lambda _: None"),
    _patch("import-hook", "import sys\nclass Finder:\n    def find_spec(self, *_):\n        raise SystemExit('no')\nsys.meta_path.insert(0, Finder())\nsys.modules['json'] = sys.modules['afkit.exercises.answer'] = None"),
    _patch("signals-and-timers", "import signal\nsignal.setitimer = signal.signal = lambda *_: None\nsignal.alarm(0)"),
    _patch("trace-and-profile", "import sys, threading\nsys.settrace(lambda *_: None)\nsys.setprofile(lambda *_: None)\nthreading.settrace(lambda *_: None)"),
    # From Python 3.13 on this changes them, which costs the question of the cell that does it.
    _patch("gc-and-frames", """\
import gc, sys
print("IT " + "FIRED")
frame, found = sys._getframe(), 0
while frame:
    found += len(frame.f_locals)
    if frame.f_globals.get("__name__", "").startswith("afkit.grading"):
        for name in ("index", "question", "again", "stopped"):
            if name in frame.f_locals:
                frame.f_locals[name] = 99
        for step in frame.f_locals.get("job", {}).get("steps", ()):
            step["source"] = "q3 = 'right'"
    frame = frame.f_back""", ...),
    _patch("job-in-memory", """\
import gc
for each in gc.get_objects():
    if type(each) is dict and "steps" in each and "skip" in each:
        each["steps"][:] = []
        each["skip"] = [3]
        each["output"] = 10**12"""),
]  # fmt: skip
