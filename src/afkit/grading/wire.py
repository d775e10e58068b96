"""What a sandboxed process says, read as the word of a stranger: bytes in, checked messages out.

A message is :data:`TOKEN` secret bytes, four bytes of length, and JSON. The secret keeps chance and
the simplest forgeries out; everything else about a message is checked here and in :mod:`.runner`.
"""

from __future__ import annotations

import contextlib
import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from afkit.exercises.answer import MIME, AnswerError, Json, encode

__all__ = ["MIMES", "MOST_ANSWER", "MOST_OUTPUTS", "TOKEN", "Message", "Reader", "frame"]

TOKEN, _LENGTH = 16, 4
MOST_ANSWER = 2 << 20  # bytes of JSON
MOST_OUTPUTS = 500  # of a cell
MOST_WORDS = 1000
_MOST_MARKS = 100_000  # brackets and commas: what makes JSON large in memory
_MOST_DEPTH = 16
# Possessive, as a text without an end must not be tried from every quote in it.
_STRINGS = re.compile(rb'"(?:[^"\\]|\\.)*+"?', re.DOTALL)
_TRACEBACK = 30
_STEPS = ("begin", "take", "answer", "refused", "done")
MIMES = (
    "text/plain", "text/html", "text/markdown", "text/latex", "image/png", "image/jpeg",
    "image/svg+xml", MIME,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Message:
    """One message; ``kind`` is one of begin, take, answer, refused, done, end, failed.

    ``step`` counts from 0; ``late`` says that a cell was stopped, ``cut`` that outputs are missing.
    """

    kind: str
    step: int = -1
    value: Json = None
    words: str = ""
    outputs: tuple[Mapping[str, Any], ...] = ()
    late: bool = False
    cut: bool = False


def frame(token: bytes, payload: bytes) -> bytes:
    """A payload as it travels."""
    return token + len(payload).to_bytes(_LENGTH, "big") + payload


class Reader:
    """Bytes in by :meth:`feed`, messages out; ``forged`` counts what had the wrong form."""

    def __init__(self, token: bytes, most: int) -> None:
        self._token = token
        self._most = most
        self._held = bytearray()
        self.forged = 0

    def feed(self, data: bytes) -> Iterator[Message]:
        """The messages that are complete with these bytes."""
        self._held += data
        while True:
            at = self._held.find(self._token)
            if at:
                # What is not one of ours is dropped, but for what may be the start of a token.
                keep = at if at > 0 else max(0, len(self._held) - TOKEN + 1)
                if at > 0 or keep:
                    self.forged += 1
                    del self._held[:keep]
                if at < 0:
                    return
            if len(self._held) < TOKEN + _LENGTH:
                return
            length = int.from_bytes(self._held[TOKEN : TOKEN + _LENGTH], "big")
            if length > self._most:
                self.forged += 1
                del self._held[:TOKEN]
                continue
            end = TOKEN + _LENGTH + length
            if len(self._held) < end:
                return
            payload = bytes(self._held[TOKEN + _LENGTH : end])
            del self._held[:end]
            message = _parse(payload)
            if message is None:
                self.forged += 1
            else:
                yield message


def _parse(payload: bytes) -> Message | None:
    """A message, if that is what it is."""
    try:
        if _marks(payload) > _MOST_MARKS and _marks(_STRINGS.sub(b"", payload)) > _MOST_MARKS:
            return None
        read = _DECODER.decode(payload.decode())
        flat = payload.count(b"[") + payload.count(b"{") <= _MOST_DEPTH
        return _message(read) if flat or _shallow(read) else None
    except (ValueError, RecursionError, TypeError, KeyError, AnswerError):
        return None


def _marks(payload: bytes) -> int:
    return sum(map(payload.count, (b"[", b"{", b",", b":")))


def _message(read: object) -> Message | None:  # noqa: PLR0911  one for each kind
    if not isinstance(read, dict) or not isinstance(read.get("kind"), str):
        return None
    kind = read.pop("kind")
    if kind == "end" and not read:
        return Message(kind)
    if kind == "failed" and set(read) == {"words"}:
        return Message(kind, words=_words(read["words"]))
    step = read.pop("step", None)
    if kind not in _STEPS or type(step) is not int or step < 0:
        return None
    if kind in ("begin", "take") and not read:
        return Message(kind, step)
    if kind == "answer" and set(read) == {"value"}:
        # What the encoder makes, it makes again of its own work, and refuses all else.
        return Message(kind, step, value=encode(read["value"]))
    if kind == "refused" and set(read) == {"words"}:
        return Message(kind, step, words=_words(read["words"]))
    if kind == "done" and set(read) == {"outputs", "late", "cut"}:
        return _done(step, read)
    return None


def _done(step: int, read: dict[str, Any]) -> Message | None:
    outputs, late, cut = read["outputs"], read["late"], read["cut"]
    if not isinstance(outputs, list) or type(late) is not bool or type(cut) is not bool:
        return None
    made = [_output(each) for each in outputs[:MOST_OUTPUTS]]
    kept = tuple(each for each in made if each is not None)
    return Message("done", step, outputs=kept, late=late, cut=cut or len(kept) < len(outputs))


def _output(read: object) -> Mapping[str, Any] | None:
    """An output of nbformat 4, built anew from what was checked."""
    if not isinstance(read, dict):
        return None
    kind = read.get("output_type")
    if kind == "stream" and read.get("name") in ("stdout", "stderr"):
        return {"output_type": kind, "name": read["name"], "text": _text(read["text"])}
    if kind == "error":
        lines = read["traceback"]
        if not isinstance(lines, list):
            return None
        return {
            "output_type": kind,
            "ename": _text(read["ename"]),
            "evalue": _text(read["evalue"]),
            "traceback": [_text(each) for each in lines[:_TRACEBACK]],
        }
    if kind not in ("execute_result", "display_data") or not isinstance(read.get("data"), dict):
        return None
    data = {mime: value for mime, value in read["data"].items() if mime in MIMES}
    answer = data.pop(MIME, None)
    data = {mime: _text(value) for mime, value in data.items()}
    if answer is not None:
        with contextlib.suppress(AnswerError):
            data[MIME] = encode(answer)
    made: dict[str, Any] = {"output_type": kind, "data": data, "metadata": {}}
    if kind == "execute_result":
        count = read.get("execution_count")
        made["execution_count"] = count if type(count) is int and 0 < count < 10**6 else None
    return made


def _text(value: object) -> str:
    """A text that every later step can write; anything else is no output."""
    if type(value) is not str:
        raise ValueError("no text")
    return value if value.isascii() else value.encode(errors="replace").decode()


def _words(value: object) -> str:
    return " ".join(_text(value).split())[:MOST_WORDS]


def _shallow(value: object) -> bool:
    """Whether nothing is nested too deeply; without recursion, since depth is what is in doubt."""
    level = [value]
    for _ in range(_MOST_DEPTH):
        level = [
            each
            for one in level
            if isinstance(one, list | dict)
            for each in (one if isinstance(one, list) else one.values())
        ]
        if not level:
            return True
    return False


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise ValueError("a key twice")
    return made


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(text)
    return value


def _refuse(text: str) -> object:
    raise ValueError(text)


_DECODER = json.JSONDecoder(object_pairs_hook=_once, parse_constant=_refuse, parse_float=_finite)
