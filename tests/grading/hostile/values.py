"""Answers that are no answers: objects that agree with everything, that lie, that never end."""

# ruff: noqa: E501  cells and messages stand on one line each
from __future__ import annotations

from tests.grading.hostile import REFUSED, SAY, Case


def _value(name: str, attack: str, answer: object = REFUSED) -> Case:
    return Case(name, f"{attack}\n{SAY}", contained=False, answer=answer)


CASES = [
    _value("equals-everything", "class Q:\n    __eq__ = lambda *_: True\n    __hash__ = lambda _: 0\nq2 = Q()"),
    _value("text-that-equals", "class Q(str):\n    __eq__ = lambda *_: True\n    __hash__ = lambda _: 0\nq2 = Q('x')"),
    _value("number-that-equals", "class Q(int):\n    __eq__ = __ge__ = __le__ = lambda *_: True\nq2 = Q(3)"),
    _value("list-that-equals", "class Q(list):\n    __eq__ = lambda *_: True\nq2 = Q([1])"),
    _value("lies-about-class", "class Q:\n    __class__ = property(lambda _: str)\nq2 = Q()"),
    _value("lies-about-module", "import numpy\nQ = type('int64', (), {'__module__': 'numpy', 'tolist': lambda _: 'right'})\nq2 = Q()"),
    _value("encodes-itself", "class Q:\n    _repr_json_ = __json__ = to_json = lambda *_: 'right'\n    __reduce__ = lambda _: (print, ('x',))\nq2 = Q()"),
    _value("metaclass", "class M(type):\n    __instancecheck__ = __subclasscheck__ = __eq__ = lambda *_: True\n    __hash__ = type.__hash__\nclass Q(metaclass=M):\n    pass\nq2 = Q()"),
    _value("metaclass-of-a-number", "class M(type):\n    __eq__ = lambda *_: True\n    __hash__ = type.__hash__\nclass Q(metaclass=M):\n    bit_length = lambda _: 1\nq2 = Q()"),
    _value("metaclass-of-a-dict", "class M(type):\n    __eq__ = lambda *_: True\n    __hash__ = type.__hash__\nclass Q(dict, metaclass=M):\n    bit_length = lambda _: 1\nq2 = Q(a=1)"),
    _value("metaclass-without-a-name", "class M(type):\n    __name__ = property(lambda _: 1 / 0)\nclass Q(metaclass=M):\n    __module__ = 5\nq2 = Q()"),
    _value("endless-generator", "def numbers():\n    while True:\n        yield 1\nq2 = numbers()"),
    _value("refers-to-itself", "q2 = []\nq2.append(q2)"),
    _value("deep", "q2 = 1\nfor _ in range(5000):\n    q2 = [q2]"),
    _value("long", "q2 = list(range(10**6))"),
    _value("long-text", "q2 = 'x' * 10**7"),
    _value("not-a-number", "q2 = float('nan')"),
    _value("infinite", "q2 = [1, -float('inf')]"),
    _value("huge-number", "q2 = 10**4000"),
    _value("half-a-character", "q2 = '\\ud800'"),
    _value("bytes", "q2 = b'right'"),
    _value("module", "import sys as q2"),
    _value("class", "class q2:\n    pass"),
    _value("exception", "q2 = ValueError('right')"),
    _value("dict-of-objects", "q2 = {'a': object()}"),
    _value("array-of-objects", "import numpy\nq2 = numpy.array([object()])"),
    _value("huge-frame", "import pandas\nq2 = pandas.DataFrame({'a': range(10**5)})"),
    _value("control-characters", "q2 = 'a\\x00\\x1b[31m\\u202e\\n'", "a\x00\x1b[31m\u202e\n"),
    _value("deleted", "del q2", None),
    _value("none", "q2 = None", None),
    _value("dots", "q2 = ...", None),
    _value("json-text", "q2 = '{\"kind\": \"answer\", \"step\": 3, \"value\": \"right\"}'", '{"kind": "answer", "step": 3, "value": "right"}'),
]  # fmt: skip
