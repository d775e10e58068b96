"""Messages of a stranger: what has the right form comes through, all else is dropped."""

# ruff: noqa: E501  cells and messages stand on one line each
from __future__ import annotations

import json
import os
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from afkit.exercises.answer import MIME
from afkit.grading.records import Job, Limits, Step
from afkit.grading.runner import _Course, _Opened
from afkit.grading.wire import Message, Reader, frame

TOKEN = bytes(range(1, 17))


def read(*payloads: object) -> tuple[list[Message], int]:
    reader = Reader(TOKEN, 1 << 20)
    data = b"".join(
        frame(TOKEN, each if isinstance(each, bytes) else json.dumps(each).encode())
        for each in payloads
    )
    return list(reader.feed(data)), reader.forged


def test_true_messages_come_through_in_any_pieces() -> None:
    said = [
        {"kind": "begin", "step": 0},
        {"kind": "answer", "step": 0, "value": {"a": [1, 2.5, None, "é"]}},
        {"kind": "done", "step": 0, "outputs": [], "late": False, "cut": False},
        {"kind": "end"},
    ]
    data = b"noise" + b"noise".join(frame(TOKEN, json.dumps(each).encode()) for each in said)
    for size in (1, 7, len(data)):
        reader = Reader(TOKEN, 1 << 20)
        found = [
            message
            for at in range(0, len(data), size)
            for message in reader.feed(data[at : at + size])
        ]
        assert [each.kind for each in found] == ["begin", "answer", "done", "end"]
        assert found[1].value == {"a": [1, 2.5, None, "é"]}
        assert reader.forged > 0


@pytest.mark.parametrize(
    "payload",
    [
        b"", b"x", b"null", b"[]", b"{}", b"\xff", b"1" * 5000, b"[" * 100_000,
        b'{"kind": "begin", "step": 0, "step": 1}', b'{"kind": "answer", "step": 0, "value": NaN}',
        b'{"kind": "answer", "step": 0, "value": 1e999}', b'{"kind": "answer", "step": 0, "value": "\\ud800"}',
        b'{"kind": "answer", "step": 0, "value": ' + b"9" * 200 + b"}",
        b'{"kind": "answer", "step": 0, "value": ' + b"[" * 9 + b"]" * 9 + b"}",
        b'{"kind": "answer", "step": 0, "value": [' + b"[]," * 200_000 + b"0]}",
        {"kind": "begin", "step": -1}, {"kind": "begin", "step": True}, {"kind": "begin", "step": 0.0},
        {"kind": "begin"}, {"kind": ["begin"], "step": 0}, {"kind": "other", "step": 0},
        {"kind": "begin", "step": 0, "more": 1}, {"kind": "end", "step": 0}, {"kind": "answer", "step": 0},
        {"kind": "refused", "step": 0, "words": 3}, {"kind": "done", "step": 0},
        {"kind": "done", "step": 0, "outputs": {}, "late": False, "cut": False},
        {"kind": "done", "step": 0, "outputs": [], "late": 0, "cut": False},
        {"kind": "done", "step": 0, "outputs": [{"output_type": "stream", "name": "stdout", "text": 1}], "late": False, "cut": False},
        {"kind": "done", "step": 0, "outputs": [{"output_type": "error", "ename": "x"}], "late": False, "cut": False},
    ],
)  # fmt: skip
def test_what_has_another_form_is_dropped(payload: object) -> None:
    assert read(payload, {"kind": "end"}) == ([Message("end")], 1)


def test_outputs_are_built_anew() -> None:
    outputs = [
        {"output_type": "stream", "name": "stdout", "text": "a", "more": "x"},
        {"output_type": "stream", "name": "other", "text": "a"},
        {"output_type": "score", "value": 100},
        {"output_type": "display_data", "data": {"text/plain": "a", "application/x": "b", MIME: {"question": "q1", "answer": 1}}, "metadata": {"x": 1}},
        {"output_type": "execute_result", "data": {"text/html": "\ud800"}, "metadata": {}, "execution_count": "1"},
        "x",
    ]  # fmt: skip
    (said,), forged = read(
        {"kind": "done", "step": 0, "outputs": outputs, "late": False, "cut": False}
    )
    assert forged == 0
    assert said.cut
    assert list(said.outputs) == [
        {"output_type": "stream", "name": "stdout", "text": "a"},
        {"output_type": "display_data", "data": {"text/plain": "a", MIME: {"question": "q1", "answer": 1}}, "metadata": {}},
        {"output_type": "execute_result", "data": {"text/html": "?"}, "metadata": {}, "execution_count": None},
    ]  # fmt: skip


def test_garbage_does_not_pile_up() -> None:
    reader = Reader(TOKEN, 1000)
    for _ in range(200):
        assert list(reader.feed(os.urandom(10_000))) == []
    assert len(reader._held) < 100
    assert list(reader.feed(TOKEN + b"\xff\xff\xff\xff" + frame(TOKEN, b'{"kind": "end"}'))) == [
        Message("end")
    ]


@pytest.mark.parametrize("payload", [b'"' + b'\\"' * 10**6, b'"' * 10**6, b'"\\\n' * 10**6])
def test_texts_without_an_end_take_little_time(payload: bytes) -> None:
    start = time.process_time()
    reader = Reader(TOKEN, 1 << 24)
    assert list(reader.feed(frame(TOKEN, payload + b"," * 200_000))) == []
    assert time.process_time() - start < 3


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200), st.integers(0, 3))
def test_no_bytes_raise(data: bytes, tokens: int) -> None:
    reader = Reader(TOKEN, 100)
    list(reader.feed(TOKEN * tokens + data))
    list(reader.feed(frame(TOKEN, data)))


def course() -> _Course:
    steps = (Step("", question="q1"), Step(""), Step("", question="q2"))
    return _Course(Job(steps), Limits())


def done(step: int) -> Message:
    return Message("done", step)


def test_only_the_running_cell_can_be_answered_and_once() -> None:
    made = course()
    assert not made.hear(Message("answer", 0, value=1)), "nothing runs yet"
    assert made.hear(Message("begin", 0))
    assert not made.hear(Message("begin", 1)), "it is not done"
    assert not made.hear(Message("answer", 0, value=1)), "it is not taken yet"
    assert not made.hear(done(0))
    assert made.hear(Message("take", 0))
    assert not made.hear(Message("take", 0))
    assert not made.hear(Message("answer", 2, value=1))
    assert made.hear(Message("answer", 0, value=1))
    assert not made.hear(Message("answer", 0, value=2))
    assert not made.hear(Message("refused", 0, words="x"))
    assert made.hear(done(0))
    assert not made.hear(done(0))
    assert not made.hear(Message("begin", 2))
    assert made.hear(Message("begin", 1))
    assert not made.hear(Message("take", 1)), "it asks nothing"
    assert not made.hear(Message("end"))
    assert not made.hear(Message("failed", words="x")), "it has begun"
    assert made.hear(done(1))
    assert made.answers == {"q1": 1}


def test_cells_that_run_again_cannot_answer_again() -> None:
    made = course()
    for each in (
        Message("begin", 0),
        Message("take", 0),
        Message("answer", 0, value=1),
        done(0),
        Message("begin", 1),
    ):
        assert made.hear(each)
    made.stop("1", killed=False)
    assert made.goes_on()
    made.request(TOKEN, _Opened())
    assert made.hear(Message("begin", 0))
    assert not made.hear(Message("take", 0))
    assert not made.hear(Message("answer", 0, value=2))
    assert not made.hear(Message("begin", 1)), "it was fatal"
    assert made.hear(Message("begin", 2))
    assert made.hear(Message("take", 2))
    assert made.hear(Message("refused", 2, words="x"))
    assert made.hear(done(2))
    assert made.hear(Message("end"))
    assert (made.answers, made.refused) == ({"q1": 1}, {"q2": "x"})
