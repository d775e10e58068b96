"""Cells in, outputs and answers out: the IPython in which a submission runs, inside the sandbox.

Everything here shares a process with submitted code and can be changed by it. What decides is kept
in local names taken before any cell runs, and nothing that comes from here is believed outside.
"""

from __future__ import annotations

import builtins
import contextlib
import importlib.util
import io
import json
import os
import random
import signal
import sys
import time
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from types import CodeType, FunctionType
from typing import Any, NamedTuple

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from traitlets import Type
from traitlets.config import Config

from afkit.exercises.kinds.function import call
from afkit.grading.wire import MIMES, MOST_ANSWER, MOST_OUTPUTS

__all__ = ["Ready", "Shell", "TooLongError", "make", "ready", "run", "speaker"]

_ANSWER = "afkit.exercises.answer"
_MOST_BUNDLE = 4 << 20
_SHOWN_FRAMES = 4
_SHARE = 4  # a cell may use a quarter of the time that is left, so that time is always left

#: Parts of IPython that run and show a cell.
_SHELL = (
    "user_module", "displayhook", "display_pub", "display_formatter", "display_trap",
    "builtin_trap", "compile", "events", "history_manager", "input_transformer_manager", "recorder",
)  # fmt: skip

Say = Callable[..., None]
_PARTS: dict[str, tuple[str, ...]] = {
    "begin": (), "take": (), "end": (), "answer": ("value",), "refused": ("words",),
    "failed": ("words",), "done": ("outputs", "late", "cut"),
}  # fmt: skip


class TooLongError(KeyboardInterrupt):
    """Raised in a cell that uses more than its share of the time."""


class Recorder:
    """The outputs of the cell that runs, as nbformat 4 has them, at most ``left`` bytes in all."""

    def __init__(self) -> None:
        self.outputs: list[dict[str, Any]] = []
        self.left = 0
        self.cut = False

    def stream(self, name: str, text: str) -> None:
        """A text that was printed."""
        size = len(text) if text.isascii() else len(text.encode(errors="replace"))
        if size > self.left:
            self.cut = True
            text, size = text[: self.left // 4], self.left
        self.left -= size
        if self.outputs and self.outputs[-1].get("name") == name:
            self.outputs[-1]["text"].append(text)
        elif text:
            self.add({"output_type": "stream", "name": name, "text": [text]}, 0)

    def add(self, output: dict[str, Any], size: int) -> None:
        """Any other output."""
        if size > self.left or size > _MOST_BUNDLE or len(self.outputs) >= MOST_OUTPUTS:
            self.cut = True
            return
        self.left -= size
        self.outputs.append(output)

    def display(self, kind: str, data: Mapping[str, Any], more: Mapping[str, Any]) -> None:
        """What a value shows as, in the forms that a page can hold."""
        made = {}
        for mime in MIMES:
            value = data.get(mime)
            if isinstance(value, bytes):
                value = b64encode(value).decode()
            if isinstance(value, str) or (mime.endswith("json") and _plain(value)):
                made[mime] = value
        size = sum(len(each) if isinstance(each, str) else 1000 for each in made.values())
        self.add({"output_type": kind, "data": made, "metadata": {}, **more}, size)

    def taken(self) -> list[dict[str, Any]]:
        """The outputs so far, which are forgotten here."""
        outputs, self.outputs = self.outputs, []
        for each in outputs:
            if each["output_type"] == "stream":
                each["text"] = "".join(each["text"])
        return outputs


class _Stream(io.TextIOBase):
    """``sys.stdout`` or ``sys.stderr`` of a cell."""

    encoding = "utf-8"

    def __init__(self, name: str, recorder: Recorder) -> None:
        self._name, self._recorder = name, recorder

    def writable(self) -> bool:
        return True

    def write(self, text: str, /) -> int:
        if type(text) is not str:
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        self._recorder.stream(self._name, text)
        return len(text)


def _recorder(part: Any) -> Recorder:  # noqa: ANN401  a part of IPython, which knows its shell
    recorder: Recorder = part.shell.recorder
    return recorder


class _Hook(DisplayHook):
    """The last value of a cell, recorded instead of printed."""

    def write_output_prompt(self) -> None:
        """Nothing: a notebook shows the number beside the output."""

    def write_format_data(
        self, format_dict: dict[str, Any], md_dict: dict[str, Any] | None = None
    ) -> None:
        """Record the value in every form it has."""
        count = self.prompt_count
        _recorder(self).display("execute_result", format_dict, {"execution_count": count})

    def log_output(self, format_dict: dict[str, Any]) -> None:
        """Nothing: IPython would keep a second copy."""

    def finish_displayhook(self) -> None:
        """Nothing is left to print."""
        self._is_active = False


class _Publisher(DisplayPublisher):
    """What ``display()`` is given, recorded."""

    def publish(self, data: dict[str, Any], *_: object, **__: object) -> None:
        """Record it."""
        _recorder(self).display("display_data", data, {})

    def clear_output(self, wait: bool = False) -> None:
        """Forget what the cell has shown so far."""
        _recorder(self).outputs.clear()


class Shell(InteractiveShell):
    """IPython without a terminal, a kernel or a history file."""

    displayhook_class = Type(_Hook)
    display_pub_class = Type(_Publisher)

    def __init__(self, **options: Any) -> None:  # noqa: ANN401
        self.recorder = Recorder()
        super().__init__(**options)  # type: ignore[no-untyped-call]

    def forget(self) -> None:
        """Leave nothing of the cells that were run but what they have loaded."""
        self.recorder.outputs.clear()
        self.reset(new_session=False)  # type: ignore[no-untyped-call]
        history: Any = self.history_manager
        for each in (history.input_hist_parsed, history.input_hist_raw):
            each[:] = [""]
        history._i = history._ii = history._iii = history._i00 = ""
        self.execution_count = 1

    @contextlib.contextmanager
    def _tee(self, channel: str) -> Iterator[None]:
        """Nothing: IPython would copy all that is printed, many times slower."""
        yield

    def _format_exception_for_storage(self, *_: object, **__: object) -> dict[str, Any]:
        """Nothing: a full traceback takes longer than most cells."""
        return {}

    def _showtraceback(self, etype: type, evalue: BaseException, stb: object) -> None:
        self._record_error(etype, evalue)

    def showtraceback(self, exc_tuple: Any = None, *_: object, **__: object) -> None:  # noqa: ANN401
        """Record an error with the lines of the student's own cells that led to it."""
        etype, evalue, _ = self._get_exc_info(exc_tuple)  # type: ignore[no-untyped-call]
        self._record_error(etype, evalue)

    def showsyntaxerror(self, *_: object, **__: object) -> None:
        """Record a mistake of grammar."""
        etype, evalue, _ = self._get_exc_info(None)  # type: ignore[no-untyped-call]
        self._record_error(etype, evalue)

    def _record_error(self, etype: type, evalue: BaseException) -> None:
        try:
            said = str(evalue)[:2000]
        except BaseException:
            said = ""
        name = str(getattr(etype, "__name__", "Error"))[:200]
        if issubclass(etype, TooLongError):
            name, said = "TimeoutError", "the cell was stopped: it took too long"
        lines = [f"{name}: {said}"]
        with contextlib.suppress(BaseException):
            lines = [*_own_frames(evalue), *lines]
        output = {"output_type": "error", "ename": name, "evalue": said, "traceback": lines}
        self.recorder.add(output, sum(map(len, lines)) + 2 * len(said))

    def enable_gui(self, gui: str | None = None) -> None:
        """Nothing: there is no window to show."""


def _plain(value: object, depth: int = 10) -> bool:
    """Whether a value is JSON already."""
    if type(value) in (str, int, float, bool, type(None)):
        return True
    if depth and type(value) is list:
        return all(_plain(each, depth - 1) for each in value)
    if depth and type(value) is dict:
        return all(type(name) is str and _plain(each, depth - 1) for name, each in value.items())
    return False


def _own_frames(error: BaseException) -> list[str]:
    """The last lines of the student's own code through which an error came."""
    import linecache

    found = []
    trace = error.__traceback__
    while trace is not None:
        file = trace.tb_frame.f_code.co_filename
        if "ipykernel_" in file or file.startswith("<ipython-input"):
            line = linecache.getline(file, trace.tb_lineno).strip()[:200]
            found.append(f"line {trace.tb_lineno}: {line}")
        trace = trace.tb_next
    return found[-_SHOWN_FRAMES:]


def _show_figures() -> None:
    """Show what a cell has drawn; matplotlib asks for that itself, but only where it is loaded."""
    inline = sys.modules.get("matplotlib_inline.backend_inline")
    if inline is not None:
        inline.flush_figures()


def make(folder: str) -> Shell:
    """The shell, made once; every submission has it by fork. ``folder`` is thrown away."""
    config = Config()
    config.HistoryManager.enabled = False
    config.HistoryManager.hist_file = ":memory:"
    config.InteractiveShell.colors = "nocolor"
    config.InteractiveShell.xmode = "Minimal"
    config.InteractiveShell.cache_size = 200
    os.environ["IPYTHONDIR"] = folder
    shell: Shell = Shell.instance(config=config)
    del os.environ["IPYTHONDIR"]
    shell.events.register("post_execute", _show_figures)
    shell.recorder.left = 1 << 20
    return shell


class Ready(NamedTuple):
    """A shell, and what decides how its cells are run, taken before one of them could change it."""

    shell: Shell
    mend: Callable[[], None]
    restore: Callable[[], None]
    take: Callable[[dict[str, Any], str, list[Any]], tuple[str, Any]]
    chance: tuple[Any, ...] | None = None  # how random numbers go on: a fork begins them anew


def ready(shell: Shell) -> Ready:
    """Take it; forks of this process need not do it again."""
    restore = partial(vars(builtins).update, dict(vars(builtins)))
    return Ready(shell, _mender(shell), restore, _taker())


def run(ready: Ready, job: Mapping[str, Any], say: Say) -> None:
    """Run the cells of a job, and say what came of each as soon as it is known.

    Parameters
    ----------
    job
        ``steps``, each with ``source``, ``question`` and ``cases``. Those before ``first`` were run
        in this process already. ``skip`` names those that ended the process before; those before
        ``start`` are run again only for what they leave behind.
        ``seconds`` may be used, of the processor ``cpu`` of them, and ``output`` bytes of output.
    say
        Called with a kind of message and its parts (:mod:`.wire`).
    """
    _set_chance(ready)
    # Taken now, as any cell may put something else in their place.
    shell, mend, restore, take, _ = ready
    names, recorder = shell.user_ns, shell.recorder
    alarm, run_cell, handle = _Alarm(job["seconds"], job["cpu"]), shell.run_cell, signal.signal
    bell, unblock = signal.SIGALRM, signal.pthread_sigmask
    streams = _Stream("stdout", recorder), _Stream("stderr", recorder)
    late, output, quietly = TooLongError, job["output"], exec
    recorder.left = output
    for index, source, question, cases, quiet, again in _plan(job):
        say("begin", index)
        sys.stdout, sys.stderr = streams
        mend()
        recorder.cut = stopped = False
        try:
            handle(bell, alarm.ring)
            unblock(signal.SIG_UNBLOCK, (bell,))
            alarm(True)
            if quiet:
                quietly(source, names)
                shell.execution_count += 1
            else:
                run_cell(source, store_history=True)  # type: ignore[no-untyped-call]
        except late:
            stopped = True
        except BaseException:
            recorder.cut = True
        finally:
            restore()
            alarm(False)
        stopped = stopped or alarm.rang
        if again:
            recorder.taken()
            recorder.left = output
            continue
        if question:
            say("take", index)
            try:
                handle(bell, alarm.ring)
                alarm(True)
                said = take(names, question, cases)
            except late:
                said = "refused", "a value that takes too long to read"
            finally:
                alarm(False)
            say(said[0], index, said[1])
        say("done", index, recorder.taken(), stopped, recorder.cut)
    say("end")


def _set_chance(ready: Ready) -> None:
    """Let random numbers be the same in every run."""
    if ready.chance is not None:
        random.setstate(ready.chance)
        return
    random.seed(0)
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed(0)


def _plan(job: Mapping[str, Any]) -> tuple[tuple[int, str, str, list[Any], bool, bool], ...]:
    """The cells to run, as nothing that a cell could change on its way up the stack."""
    return tuple(
        (index, *map(step.get, ("source", "question", "cases", "quiet")), index < job["start"])
        for index, step in enumerate(job["steps"])
        if index >= job["first"] and index not in job["skip"]
    )


class _Alarm:
    """Rings after a share of what is left: of some seconds, or of some seconds of the processor.

    On a machine with much to do the two differ; a cell that only had to wait is not stopped early.
    """

    def __init__(self, seconds: float, cpu: float) -> None:
        self._clock, self._used = time.monotonic, time.process_time
        self._set, self._timer = signal.setitimer, signal.ITIMER_REAL
        self._end, self._most = self._clock() + seconds, self._used() + cpu
        self._due = self._enough = 0.0
        self._on = self.rang = False

    def ring(self, *_: object) -> None:
        """Stop the cell, if one runs and has had its share: a signal may be late, or early."""
        if self._on and self._over():
            raise TooLongError

    def _over(self) -> bool:
        return self._clock() >= self._due or self._used() >= self._enough

    def __call__(self, on: bool) -> None:
        if on:
            now, used = self._clock(), self._used()
            share = max(0.01, (self._end - now) / _SHARE)
            work = max(0.01, (self._most - used) / _SHARE)
            self.rang, self._on = False, True
            self._due, self._enough = now + share, used + work
            # Again and again: the first may be caught by the cell.
            first = min(share, work)
            self._set(self._timer, first, first / 8)
        else:
            self._on = False
            self._set(self._timer, 0)
            self.rang = self._over()


def _mender(shell: Shell) -> Callable[[], None]:
    """A function that undoes what a cell did to IPython, so that the next one runs as written."""
    parts = {
        (kind, name): value
        for kind in (InteractiveShell, Shell)
        for name, value in vars(kind).items()
        if isinstance(value, FunctionType)
    }
    lists = {
        name: list(getattr(shell, name)) for name in ("ast_transformers", "input_transformers_post")
    }
    held_parts = {name: getattr(shell, name) for name in _SHELL}
    names, own = shell.user_ns, set(vars(shell))
    callbacks = {name: list(each) for name, each in shell.events.callbacks.items()}
    events = shell.events.callbacks

    trace, profile = sys.settrace, sys.setprofile

    def mend() -> None:
        trace(None)
        profile(None)
        for (kind, name), value in parts.items():
            if vars(kind).get(name) is not value:
                setattr(kind, name, value)
        for name in parts_of_instance & set(vars(shell)) - own:
            delattr(shell, name)
        for name, held in lists.items():
            setattr(shell, name, list(held))
        for name, held in callbacks.items():
            events[name] = list(held)
        if shell.user_ns is not names:
            shell.user_ns = names
        for name, part in held_parts.items():
            if getattr(shell, name) is not part:
                setattr(shell, name, part)

    parts_of_instance = {name for _, name in parts}
    return mend


def _taker() -> Callable[[dict[str, Any], str, list[Any]], tuple[str, Any]]:
    """A function that takes an answer out of the names of a notebook, in the form it travels in.

    The encoder is a copy of :mod:`afkit.exercises.answer` with names and built-in functions of its
    own, which a cell that patches the module does not reach.
    """
    own = _own_copy()
    encode, refusal = own["encode"], own["AnswerError"]
    get, run_function = dict.get, call

    def take(names: dict[str, Any], question: str, cases: list[Any]) -> tuple[str, Any]:
        value = get(names, question)
        if cases and callable(value):
            value = run_function(value, cases)
        try:
            return "answer", encode(value)
        except refusal as error:
            return "refused", str(error.args[0])[:1000]
        except RecursionError:
            return "refused", "a value that is nested without end"
        except Exception as error:
            return "refused", f"a value that cannot be read ({type(error).__name__})"

    return take


def _code(module: str) -> CodeType:
    found = importlib.util.find_spec(module)
    assert found is not None and found.loader is not None  # noqa: S101, PT018  a module of ours
    code = found.loader.get_code(module)  # type: ignore[attr-defined]
    assert isinstance(code, CodeType)  # noqa: S101
    return code


_ENCODER = _code(_ANSWER)


def _own_copy() -> dict[str, Any]:
    names: dict[str, Any] = {"__name__": _ANSWER, "__builtins__": dict(vars(builtins))}
    exec(_ENCODER, names)  # noqa: S102  our own module
    return names


def speaker(write: Callable[[bytearray], int], token: bytes, most: int) -> Say:
    """A function that sends messages; what cannot be sent ends the process.

    What is said between two cells is sent in one piece, before the next of them begins.
    """
    # In C, so that no cell changes it.
    text = json.encoder.c_make_encoder  # type: ignore[attr-defined]
    quote = json.encoder.c_encode_basestring  # type: ignore[attr-defined]
    dumped = text(None, _refuse, quote, None, ":", ",", False, False, False)
    end, many, pair, names = os._exit, _pieces, zip, dict(_PARTS)
    held = bytearray()

    def say(kind: str, step: int = -1, *parts: object) -> None:
        message: dict[str, object] = {"kind": kind, **({"step": step} if step >= 0 else {})}
        message.update(pair(names[kind], parts))
        try:
            payload = many(dumped(message, 0))
        except (TypeError, ValueError, RecursionError):
            payload = b""  # an output that claims to be JSON and is not
        if kind == "answer" and not 0 < len(payload) <= MOST_ANSWER:
            return say("refused", step, "an answer that is too long or too deeply nested")
        if kind == "done" and (not payload or len(payload) > most):
            return say("done", step, [], parts[1], True)
        held.extend(token + len(payload).to_bytes(4, "big") + payload)
        if kind in ("answer", "refused", "done"):
            return None
        try:
            while held:
                del held[: write(held)]
        except OSError:
            end(71)
        return None

    return say


def _pieces(parts: tuple[str, ...]) -> bytes:
    return "".join(parts).encode(errors="replace")


def _refuse(value: object) -> object:
    raise TypeError(type(value).__name__)
