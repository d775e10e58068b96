"""Function: one that students write, tried on inputs; what it gives back is compared."""

from __future__ import annotations

import contextlib
import io
import json
import threading
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from hashlib import shake_256
from typing import Any, ClassVar

from afkit.exercises.answer import AnswerError, Json, encode
from afkit.exercises.kinds.base import (
    FormError,
    KeyCellError,
    Kind,
    Mark,
    Seal,
    Spec,
    Variant,
    misfits,
    quoted,
    shortened,
)
from afkit.exercises.kinds.plot import rounded

__all__ = ["SECONDS", "Function", "call", "hidden", "secrets"]

MOST_SHOWN, MOST_CASES, MOST_DECIMALS = 6, 50, 12
MOST_RESULT = 2000  # characters of JSON
MOST_ERROR = 160
MOST_TOLD = 3
SECONDS = 2.0
PADDED = 256  # bytes: hidden inputs of usual length all look the same
ASKED = "a function: its name, without brackets after it"
NOT_TRIED = "not tried, as another input took too long"


class Function(Kind):
    """``cases = [{ input = [...], output = ... }, ...]``; students see the first ``shown``.

    An input is the list of what the function is called with. Floats are compared to ``decimals``
    (6). All outputs are sealed. Inputs beyond those shown are locked with the right outputs of
    those shown: a grader opens them (:func:`hidden`), a reader of the manifest does not.
    """

    name = "function"
    expects = ASKED
    options: ClassVar = {"cases": list, "shown": int, "decimals": int}
    needs = ("cases",)

    def seal(self, key: Spec, seal: Seal) -> dict[str, Any]:
        """Inputs that are shown, with the type of what must come out; all else sealed or locked."""
        cases, shown, decimals = _key(key)
        outputs = [_token(output, decimals) for _, output in cases]
        return {
            "cases": [{"input": given, "type": _type(output)} for given, output in cases[:shown]],
            "count": len(cases),
            "decimals": decimals,
            "right": [seal(_sealed(at, token)) for at, token in enumerate(outputs)],
            "locked": _lock([given for given, _ in cases[shown:]], outputs[:shown], seal),
        }

    def mark(self, answer: Json, spec: Spec, seal: Seal) -> Mark:
        """The share of inputs that gave what they should: of those shown, or of all if tried."""
        outputs, errors = _read(answer, spec)
        right = [
            not error and seal(_sealed(at, _token(output, spec["decimals"]))) == spec["right"][at]
            for at, (output, error) in enumerate(zip(outputs, errors, strict=True))
        ]
        if all(right):
            return Mark(1.0, "")
        shown = len(spec["cases"])
        said = [f"Right for {sum(right[:shown])} of {shown} inputs."] if shown > 1 else []
        wrong = [at for at in range(shown) if not right[at]]
        said += [_told(spec["cases"][at], outputs[at], errors[at]) for at in wrong[:MOST_TOLD]]
        if len(right) > shown:
            said.append(f"Right for {sum(right[shown:])} of {len(right) - shown} hidden inputs.")
        return Mark(sum(right) / len(right), " ".join(said))

    def example(self, key: Spec) -> Json:
        """What a right function gives for the inputs that are shown."""
        cases, shown, _ = _key(key)
        return _wire([output for _, output in cases[:shown]])

    def forms(self, answer: Json, spec: Spec, seal: Seal) -> list[str]:
        """All outputs that were shown, then each."""
        outputs, errors = _read(answer, spec)
        told = [
            f"error {error.partition(':')[0]}" if error else _token(output, spec["decimals"])
            for output, error in zip(outputs, errors, strict=True)
        ][: len(spec["cases"])]
        return [" | ".join(told), *told]

    def part(self, part: Json, spec: Spec) -> str:
        """An output, or ``error NameOfError``."""
        if isinstance(part, str) and part.startswith("error "):
            return part
        return _token(part, spec["decimals"])

    def wrong(self, key: Spec) -> Iterator[Variant]:
        """Other outputs, other types, errors, an output too few or too many."""
        yield from misfits()
        cases, shown, decimals = _key(key)
        best = [output for _, output in cases[:shown]]
        for at, output in enumerate(best):
            for what, changed in _mistakes(output):
                if _token(changed, decimals) != _token(output, decimals):
                    made = [*best[:at], changed, *best[at + 1 :]]
                    yield Variant(f"case {at + 1}: {what}", _wire(made))
            errors: list[Json] = [None] * shown
            errors[at] = "TypeError: unsupported operand"
            yield Variant(f"case {at + 1}: an error", {"outputs": list(best), "errors": errors})
        yield Variant("one output fewer", _wire(best[:-1]))
        yield Variant("one output more", _wire([*best, *([best[0]] * (len(cases) - shown + 1))]))
        yield Variant("the outputs without more", list(best))
        nothing: list[Json] = [None] * shown
        yield Variant("nothing given back", _wire(nothing))
        inputs: list[Json] = [list(given) for given, _ in cases[:shown]]
        if [_token(each, decimals) for each in inputs] != [_token(each, decimals) for each in best]:
            yield Variant("the inputs given back", _wire(inputs))

    def same(self, key: Spec) -> Iterator[Variant]:
        """Without errors named, with decimals, all cases as a grader tries them."""
        cases, shown, _ = _key(key)
        best = [output for _, output in cases[:shown]]
        yield Variant("without a list of errors", {"outputs": list(best)})
        empty: list[Json] = [""] * shown
        yield Variant("with empty errors", {"outputs": list(best), "errors": empty})
        yield Variant("all cases", _wire([output for _, output in cases]))
        made = [float(each) if type(each) is int and abs(each) < 2**53 else each for each in best]
        yield Variant("whole numbers with decimals", _wire(list(made)))

    def control(self, spec: Spec) -> dict[str, Any]:
        """A function needs code."""
        return {}


def call(
    function: Callable[..., object], cases: Sequence[Any], *, seconds: float = SECONDS
) -> dict[str, Json]:
    """What a function gives for each case, ``{"outputs": [...], "errors": [...]}``; never raises.

    Parameters
    ----------
    function
        Anything that can be called.
    cases
        Mappings with ``input``, or the inputs themselves: lists of what to call the function with.
        The function gets copies.
    seconds
        How long it may take for each case. After one that takes longer no other is tried.

    Notes
    -----
    The function runs in a thread of this process, as notebooks allow it on every system. One that
    does not end is asked to (an exception is raised in it); one that waits in a library for ever
    stays behind until the process ends. What it prints is not shown.
    """
    outputs: list[Json] = []
    errors: list[Json] = []
    late = False
    for case in cases:
        given = case["input"] if isinstance(case, dict) else case
        output, error = (None, NOT_TRIED) if late else _tried(function, deepcopy(given), seconds)
        late = late or error == _too_slow(seconds)
        outputs.append(output)
        errors.append(error or None)
    return {"outputs": outputs, "errors": errors}


def hidden(spec: Spec, outputs: Sequence[Json], seal: Seal) -> list[Json]:
    """The inputs that students are not shown, opened with the right outputs of those they are.

    An empty list if there are none, or if the outputs are not right: a grader then takes those of
    the solution. :func:`call` on ``[*spec["cases"], *hidden(...)]`` gives what
    :meth:`Function.mark` compares with all cases.
    """
    if not spec["locked"]:
        return []
    tokens = [_token(each, spec["decimals"]) for each in outputs[: len(spec["cases"])]]
    try:
        text = _mask(b64decode(spec["locked"]), tokens, seal).decode()
        inputs = json.loads(text)
    except ValueError:
        return []
    return list(inputs) if isinstance(inputs, list) else []


def secrets(key: Spec) -> list[Json]:
    """What of a key a student may not read: all outputs, and the inputs that are not shown."""
    cases, shown, _ = _key(key)
    return [
        *(output for _, output in cases),
        *(each for given, _ in cases[shown:] for each in given),
    ]


class _StopError(SystemExit):
    """Raised in a thread that takes too long; threads end with it in silence."""


class _Silence(io.TextIOBase):
    """Where what a function prints goes."""

    def write(self, text: str, /) -> int:
        return len(text)


def _tried(function: Callable[..., object], given: list[Any], seconds: float) -> tuple[Json, str]:
    """What a function gives back, or in one line why it does not."""
    done: list[tuple[Json, str]] = []

    def run() -> None:
        try:
            done.append((_result(function(*given)), ""))
        except _StopError:
            return
        except AnswerError as error:
            done.append((None, f"it gave {error}"))
        except BaseException as error:  # a student's code may raise anything
            done.append((None, _named(error)))

    with contextlib.redirect_stdout(_Silence()), contextlib.redirect_stderr(_Silence()):
        thread = threading.Thread(target=run, daemon=True)
        try:
            thread.start()
        except RuntimeError:  # no threads here, as in a browser's Python: no limit either
            run()
        else:
            thread.join(seconds)
            _stop(thread)
    return done[0] if done else (None, _too_slow(seconds))


def _stop(thread: threading.Thread) -> None:
    import ctypes

    for _ in range(3):
        if not thread.is_alive() or thread.ident is None:
            return
        raised = ctypes.py_object(_StopError)
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread.ident), raised)
        thread.join(0.1)


def _too_slow(seconds: float) -> str:
    return f"no result within {seconds:g} seconds; does a loop never end?"


def _named(error: BaseException) -> str:
    try:
        said = " ".join(str(error).encode(errors="replace").decode().split())
    except Exception:  # an error that cannot say what it is
        said = ""
    made = f"{type(error).__name__}: {said}" if said else type(error).__name__
    return made if len(made) <= MOST_ERROR else made[: MOST_ERROR - 3] + "..."


def _result(value: object) -> Json:
    """A result as JSON, such that it fits into an answer with the others."""
    made = encode([[value]])
    if len(json.dumps(made, ensure_ascii=False)) > MOST_RESULT:
        raise AnswerError("a very long result")
    assert isinstance(made, list) and isinstance(made[0], list)  # noqa: S101, PT018  as just written
    return made[0][0]


def _key(key: Spec) -> tuple[list[tuple[list[Json], Json]], int, int]:
    """Inputs with outputs, how many are shown, and to how many decimals outputs are compared."""
    listed, decimals = key["cases"], key.get("decimals", MOST_DECIMALS // 2)
    if not 0 < len(listed) <= MOST_CASES:
        raise KeyCellError(f"cases; expected 1 to {MOST_CASES}")
    cases: list[tuple[list[Json], Json]] = []
    for number, case in enumerate(listed, start=1):
        if not isinstance(case, dict) or set(case) != {"input", "output"}:
            raise KeyCellError(f"case {number}; expected a table with input and output")
        if not isinstance(case["input"], list):
            raise KeyCellError(f"case {number}: input {case['input']!r}; expected a list")
        try:
            given, output = _result(case["input"]), _result(case["output"])
        except AnswerError as error:
            raise KeyCellError(f"case {number}: {error}") from None
        assert isinstance(given, list)  # noqa: S101  for the type checker: it was one
        if output is None:
            raise KeyCellError(f"case {number}: output is blank; expected a value")
        cases.append((given, output))
    shown = key.get("shown", min(2, len(cases)))
    if not 0 < shown <= min(MOST_SHOWN, len(cases)):
        raise KeyCellError(f"shown {shown}; expected 1 to {min(MOST_SHOWN, len(cases))}")
    if not 0 <= decimals <= MOST_DECIMALS:
        raise KeyCellError(f"decimals {decimals}; expected 0 to {MOST_DECIMALS}")
    return cases, shown, decimals


def _read(answer: Json, spec: Spec) -> tuple[list[Json], list[str]]:
    """Outputs and errors out of JSON that anybody may have written."""
    outputs = answer.get("outputs") if isinstance(answer, dict) else None
    if not isinstance(answer, dict) or not isinstance(outputs, list):
        raise FormError(f"{ASKED}; you gave {quoted(answer)}")
    errors = answer.get("errors", [None] * len(outputs))
    told = errors if isinstance(errors, list) else [0]
    if not all(each is None or isinstance(each, str) for each in told):
        raise FormError(ASKED)
    if len(outputs) not in (len(spec["cases"]), spec["count"]) or len(told) != len(outputs):
        raise FormError("a function that is tried on every input; check it again")
    return outputs, [str(each or "") for each in told]


def _wire(outputs: list[Json]) -> Json:
    errors: list[Json] = [None] * len(outputs)
    return {"outputs": outputs, "errors": errors}


def _token(value: Json, decimals: int) -> str:
    return json.dumps(_plain(value, decimals), ensure_ascii=False, sort_keys=True)


def _plain(value: Json, decimals: int) -> Any:  # noqa: ANN401  JSON in one spelling
    """Numbers as rounded texts in a list of their own, so that 2 is 2.0 and not '2'."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return {"#": rounded(value, decimals)}
    if isinstance(value, list):
        return [_plain(each, decimals) for each in value]
    if isinstance(value, dict):
        return {"{}": {name: _plain(each, decimals) for name, each in value.items()}}
    return value


def _sealed(case: int, token: str) -> str:
    return f"case {case}: {token}"


def _type(value: Json) -> str:
    match value:
        case bool():
            return "True or False"
        case int() | float():
            return "a number"
        case str():
            return "a text"
        case list():
            return "a list"
        case dict():
            return "a mapping"
    return "nothing"


def _told(case: Spec, output: Json, error: str) -> str:
    """What one input gave, in a line."""
    given = ", ".join(shortened(repr(each)) for each in case["input"])
    start = f"With {given}:" if given else "Called with nothing:"
    if error:
        return f"{start} {shortened(error) if len(error) > MOST_ERROR else error}".rstrip(".") + "."
    if output is None:
        return f"{start} it gave nothing back; a function gives back what stands after return."
    if _type(output) != case["type"]:
        return (
            f"{start} it gave {shortened(repr(output))}, {_type(output)}; expected {case['type']}."
        )
    return f"{start} it gave {shortened(repr(output))}, which is not right."


def _lock(inputs: list[list[Json]], outputs: Sequence[str], seal: Seal) -> str:
    if not inputs:
        return ""
    text = json.dumps(inputs).encode()
    padded = text.ljust(-(-len(text) // PADDED) * PADDED)
    return b64encode(_mask(padded, outputs, seal)).decode()


def _mask(text: bytes, outputs: Sequence[str], seal: Seal) -> bytes:
    stream = shake_256(seal(f"open: {' | '.join(outputs)}").encode()).digest(len(text))
    return bytes(one ^ other for one, other in zip(text, stream, strict=True))


def _mistakes(output: Json) -> Iterator[tuple[str, Json]]:
    """Outputs that are not the right one, by its type."""
    yield "nothing", None
    yield "another type", [output] if isinstance(output, str) else str(output)
    match output:
        case bool():
            yield "the opposite", not output
        case int() | float():
            yield "one too much", output + 1
            yield "one too little", output - 1
            yield "the other sign", -output
            yield "twice as much", output * 2
        case str():
            yield "cut short", output[:-1]
            yield "longer", f"{output}x"
            yield "other case", output.swapcase()
            yield "nonsense", "zebra"
        case list():
            yield "one fewer", output[:-1]
            yield "one more", [*output, "zebra"]
            yield "backwards", output[::-1]
            yield "empty", []
        case dict():
            yield "one more", {**output, "zebra": 1}
            yield "empty", {}
            yield "only what it holds", list(output.values())
