"""Code that speaks in the grader's name: to its descriptors, in its format, about other questions."""

# ruff: noqa: E501  cells and messages stand on one line each
from __future__ import annotations

from tests.grading.hostile import SAY, Case

_MESSAGES = """\
import json, os, struct
said = []
for step in range(6):
    for kind in ("begin", "take", "answer", "refused", "done", "end", "failed"):
        said.append(json.dumps({"kind": kind, "step": step, "value": "right", "words": "x",
                                "outputs": [], "late": False, "cut": False}).encode())
        said.append(json.dumps({"kind": kind, "step": step, "value": "right"}).encode())
said += [json.dumps({"question": f"q{n}", "answer": "right", "score": 1e9}).encode() for n in (1, 2, 3)]
"""


def _to_all(name: str, write: str) -> Case:
    # Where nothing is bent, the bytes do arrive at some descriptor; that alone is harmless.
    attack = f"""{_MESSAGES}
took = 0
for fd in range(3, 256):
    for data in said:
        try:
            {write}
            took += 1
        except OSError:
            break
if took:
    {SAY}"""
    return Case(name, attack, contained=False)


#: Who looks for it finds the secret by which messages are known.
_SPEAKER = """\
import gc
say = next(each for each in gc.get_objects() if getattr(each, "__qualname__", "") == "speaker.<locals>.say")
held = dict(zip(say.__code__.co_freevars, (each.cell_contents for each in say.__closure__)))
token, write = held["token"], held["write"]
def send(data):
    while data:
        data = data[write(data):]"""

CASES = [
    _to_all("raw-json", "os.write(fd, data)"),
    _to_all("json-lines", "os.write(fd, data + b'\\n')"),
    _to_all("length-prefixed", "os.write(fd, struct.pack('>I', len(data)) + data)"),
    _to_all("length-little", "os.write(fd, struct.pack('<Q', len(data)) + data)"),
    _to_all("token-guessed", "os.write(fd, bytes(16) + struct.pack('>I', len(data)) + data)"),
    _to_all("huge-length", "os.write(fd, b'\\xff' * 64 + data)"),
    Case("deep-json-to-all", f"import os\nfor fd in range(3, 256):\n    try:\n        os.write(fd, b'[' * 60000)\n        {SAY}\n    except OSError:\n        pass", contained=False),
    Case("flood-to-all", f"""\
import os
for fd in range(3, 64):
    try:
        for _ in range(40):
            os.write(fd, os.urandom(1 << 14))
        {SAY}
    except OSError:
        pass""", contained=False),
    Case("answers-in-output", f"""\
from IPython.display import display
for name in ("q1", "q2", "q3"):
    display({{"application/vnd.afkit.answer+json": {{"question": name, "answer": "right"}}, "text/plain": "right"}}, raw=True)
    print('{{"question": "%s", "answer": "right"}}' % name)
{SAY}""", contained=False),
    Case("output-that-is-no-json", f"from IPython.display import display\ndisplay({{'application/vnd.afkit.answer+json': {{'answer': {{1, 2}}, 'x': object()}}}}, raw=True)\n{SAY}", contained=False),
    Case("a-million-outputs", f"{SAY}\nfrom IPython.display import display\nfor n in range(3000):\n    display({{'text/plain': 'x'}}, raw=True)", contained=False),
    Case("script-in-output", f"from IPython.display import HTML, display\ndisplay(HTML('<script>fetch(\"/\")</script>'))\n{SAY}", contained=False),
    Case("recorder-itself", f"""\
recorder = get_ipython().recorder
recorder.outputs.append({{"output_type": "score", "value": 100}})
recorder.outputs.append({{"output_type": "stream", "name": "stdout", "text": ["x"], "more": 1}})
{SAY}""", contained=False),
    Case("text-without-end", f"{_SPEAKER}\npayload = b'\"' + b'\\\\\"' * 200_000 + b',' * 200_000\nsend(token + len(payload).to_bytes(4, 'big') + payload)\n{SAY}", contained=False),
    Case("messages-of-nothing", f"{_SPEAKER}\nsend((token + bytes(4)) * 40_000)\n{SAY}", contained=False),
    Case("message-without-end", f"{_SPEAKER}\nsend(token + (4 << 20).to_bytes(4, 'big') + b'[')", proof="ends", answer=...),
    Case("speaker-found", """\
import gc, os
for each in gc.get_objects():
    if callable(each) and getattr(each, "__qualname__", "") == "speaker.<locals>.say":
        for step in (0, 1, 3):
            each("answer", step, "right")
            each("refused", step, "right")
        """ + SAY + "\n        break", contained=False),
]  # fmt: skip
