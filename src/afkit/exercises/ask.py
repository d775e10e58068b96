"""A question in, controls out: students answer with mouse or keyboard, and write no Python.

``check.ask("q1")`` shows the controls that the question's kind names (:meth:`Kind.control`), a
button *Check*, and below them the same feedback as ``check("q1", ...)``. A click takes along what
the controls show, so that it cannot overtake an answer (``ask.js``). The feedback is an output
of the cell: it is renewed at each press, so the saved notebook holds the last checked answer in the
form that graders read.

Controls start from the first of these that there is: the answer that was given; the one checked
last in this kernel; the one that the cell holds in the saved notebook; the one that ``check`` saw
last.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import anywidget
import ipywidgets as widgets
import traitlets as t

from afkit import kit
from afkit.exercises.answer import MIME, AnswerError, Json, encode, is_blank
from afkit.exercises.kinds import KINDS
from afkit.exercises.kinds.base import counted, shortened
from afkit.exercises.look import open_view

if TYPE_CHECKING:
    from afkit.exercises.check import Check, Feedback

__all__ = ["Ask", "ask", "show_with_look"]

HERE = Path(__file__).parent
WITHOUT = "To answer with mouse or keyboard, open the notebook in JupyterLab and run this cell."
OPENED_ANEW = (
    "The page was opened anew after this cell was run. Run the cell again: "
    "only then is your answer kept in the notebook."
)
CHANGED = "Your answer has changed. Press Check."
CHOOSE = "choose"
LOOK = "Show me where to look"
_NUMBER = re.compile(r"-?\d{1,12}(\.\d{1,12})?")
LONGEST_LINE = 300
FIRST_ROWS, MOST_ROWS = 3, 60

#: What to write into a box, for each kind; another kind says so in its control, as ``example``.
EXAMPLES = {
    "day": "for example 5 March 1999",
    "month": "for example March 1999",
    "year": "for example 1999",
    "name": "a full name, in any spelling",
    "number": "digits, for example 12.5",
    "text": "a few words",
    "set": "each name or word on a line of its own",
    "evidence": "the id of one reference on each line",
    "graph": "one link on each line: two names with -> between them",
}

#: Answers that were checked with a button, of this kernel: a cell that runs again shows them.
_pressed: dict[tuple[str, str], Json] = {}


class Frame(anywidget.AnyWidget):
    """What names a question's controls, and says what has changed in them."""

    _esm = HERE / "ask.js"
    _css = HERE / "ask.css"

    title = t.Unicode().tag(sync=True)
    said = t.Unicode().tag(sync=True)
    counted = t.Unicode(help="how many words are asked, if they are counted").tag(sync=True)
    clicks = t.Bool(help="whether clicks come this way, with what is shown").tag(sync=True)


@dataclass(frozen=True, slots=True)
class Form:
    """The controls of one question: what to show, how to read them, how to fill them in."""

    shown: Sequence[Any]
    read: Callable[[], Json]
    fill: Callable[[Json], None]


@dataclass(frozen=True, slots=True)
class Hooks:
    """What controls call: after each change, and when something is to be said."""

    changed: Callable[..., None]
    say: Callable[[str], None]


def ask(check: Check, question: str, answer: object = ...) -> Ask | Feedback:
    """The controls of a question; what ``check`` says if it is unknown or its key is elsewhere.

    Raises
    ------
    afkit.exercises.check.NotFullMarksError
        Only in strict mode, if the answer does not earn full marks.
    """
    if not isinstance(question, str) or question not in check.questions or check.blind(question):
        return check(question, answer)
    return Ask(check, question, answer)


class Ask:
    """A question with controls; show it by naming it last in a cell.

    Attributes
    ----------
    feedback
        What was said to the answer last.
    answer
        What the controls hold now, in the form of :func:`afkit.exercises.answer.encode`; ``None``
        while they are blank.
    """

    def __init__(self, check: Check, question: str, answer: object = ...) -> None:
        self.question = question
        self._check = check
        self._spec = check.questions[question]
        self._control = KINDS[self._spec["kind"]].control(self._spec["key"])
        self._display = ""
        self._page = ""
        given = answer if not is_blank(answer) else self._earlier()
        self.feedback: Feedback = check.feedback(question)
        if not is_blank(given) or os.environ.get("AFKIT_STRICT") == "1":
            self.feedback = check.reply(question, given)
            self._hold()  # for the check below it, also where this cell fails in strict mode
            check.insist(self.feedback)
        counted = _lengths(self._spec, self._control)
        self._frame = Frame(title=self._title(), counted=counted, clicks=True)
        self._frame.on_msg(self._clicked)
        self._lock = RLock()
        self._form = self._made_form()
        self._line = widgets.HTML()
        self._reply = widgets.HTML()
        self._look = look_box(self._spec["view"]) if "view" in self._spec else None
        self._button = widgets.Button(description="Check", button_style="")
        self._button.on_click(self.press)
        self.box = widgets.VBox(self._children())
        self.box.add_class("afkit-ask")
        if self._form and not is_blank(given):
            self._form.fill(_encoded(given))
        self._frame.said = ""
        self._show_line()
        self._show_look()

    @property
    def answer(self) -> Json:
        """What the controls hold now."""
        found = self._form.read() if self._form else None
        if self._spec["kind"] == "number" and isinstance(found, str) and _NUMBER.fullmatch(found):
            return float(found) if "." in found else int(found)
        return found

    def press(self, _button: object = None) -> None:
        """Check what the controls hold, as the button does; never raises for a wrong answer."""
        answer = self.answer
        self._check.held.pop(self.question, None)
        self.feedback = self._check.reply(self.question, ... if answer is None else answer)
        _pressed[self._check.unit, self.question] = self.feedback.answer
        self._hold()
        self._frame.said = ""
        self._show_line()
        self._show_look()
        if not self._display:
            return
        if self._page == _page():
            from IPython.display import update_display

            self._reply.value = ""
            bundle = self._feedback_bundle()
            update_display(bundle, raw=True, display_id=self._display)  # type: ignore[no-untyped-call]
        else:
            # A page that was opened later does not know the output; here the reply can be seen.
            self._reply.value = self._feedback_bundle()["text/html"]
            self._frame.said = OPENED_ANEW

    def _clicked(self, _frame: object, content: Mapping[str, Any], _buffers: object) -> None:
        """Do what a button does, after taking over what the page's controls showed."""
        controls = [*_controls(self.box)]
        with self._lock:  # JupyterLab may let two clicks run in two threads
            take_over(controls, content["shown"])
            buttons = [each for each in controls if isinstance(each, widgets.Button)]
            buttons[content["clicked"]].click()

    def _hold(self) -> None:
        """Let the answer count for the check of the question, where nothing else was written."""
        if not is_blank(self.feedback.answer):
            self._check.held[self.question] = self.feedback.answer

    def __repr__(self) -> str:
        if not self._control:
            return f"{self._title()}. {self._code()}"
        return "\n".join([self._title(), *(f"- {each}" for each in self._told()), WITHOUT])

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        items = "".join(f"<li>{escape(each)}</li>" for each in self._told())
        words = WITHOUT if self._control else self._code()
        html = (
            f"<p><strong>{escape(self._title())}</strong></p>"
            f"{f'<ul>{items}</ul>' if items else ''}<p>{escape(words)}</p>"
        )
        bundle = {"text/plain": repr(self), "text/html": html}
        return {**self.box._repr_mimebundle_(), **bundle} if self._control else bundle

    def _ipython_display_(self) -> None:
        from IPython.display import display

        self._display, self._page = uuid4().hex, _page()
        display(self._repr_mimebundle_(), raw=True)  # type: ignore[no-untyped-call]
        bundle = self._feedback_bundle()
        display(bundle, raw=True, display_id=self._display)  # type: ignore[no-untyped-call]
        if self._look:
            display(_look_bundle(self._look), raw=True)  # type: ignore[no-untyped-call]

    def _earlier(self) -> Json:
        """The answer to start from when none was given."""
        if (self._check.unit, self.question) in _pressed:
            return _pressed[self._check.unit, self.question]
        saved = _saved(self.question)
        if saved is None and os.environ.get("AFKIT_STRICT") == "1":
            saved = _handed_in(self._check.unit, self.question)
        last = self._check.last(self.question)
        return saved if saved is not None else last.answer if last else None

    def _title(self) -> str:
        number = re.fullmatch(r"q(\d+)", self.question)
        name = f"Question {number[1]}" if number else self.question
        points = float(self._spec["points"])
        worth = "1 point" if points == 1 else f"{points:g} points"
        return f"{name}, {worth}: {self._asked()}"

    def _asked(self) -> str:
        control = self._control
        lengths = _lengths(self._spec, control)
        return {
            "": "this question needs Python",
            "choice": "choose one answer",
            "choices": "tick all that are right",
            "text": "write your answer",
            "day": "write or choose the date",
            "lines": "write one on each line",
            "long": f"write a text of {lengths}" if lengths else "write a text",
            "order": "put these in order, the first at the top",
            "grid": "choose one for each" if "options" in control else "fill in the table",
        }[control.get("as", "")]

    def _hint(self) -> str:
        """What to write into a box, in words; ``""`` where nothing is written."""
        if self._control.get("as") not in ("text", "day", "lines"):
            return ""
        return str(self._control.get("example") or _example(self._spec))

    def _told(self) -> list[str]:
        """What the controls offer, in words."""
        told = [self._hint()] if self._hint() else []
        for name in ("options", "items", "rows"):
            table = self._control.get(name)
            if isinstance(table, Mapping):
                told += [_labelled(each, table) for each in table]
        if "columns" in self._control:
            told.append(f"columns: {', '.join(self._control['columns'])}")
        return told

    def _code(self) -> str:
        name = self.question
        return f'Write {name} = ... in the answer cell and run check("{name}", {name}).'

    def _made_form(self) -> Form | None:
        if not self._control:
            return None
        hooks = Hooks(self._changed, lambda said: setattr(self._frame, "said", said))
        label = f"Your answer ({self._hint()})"
        return FORMS[self._control["as"]](self._control, label, hooks)

    def _children(self) -> list[Any]:
        if not self._form:
            return [self._frame]
        return [self._frame, *self._form.shown, self._button, self._line, self._reply]

    def _changed(self, *_: object) -> None:
        """Say that the reply is about an earlier answer, if it is; and keep the line in step."""
        if not hasattr(self, "box"):
            return
        old = self.feedback.status != "not answered yet"
        self._frame.said = CHANGED if old and self.answer != self.feedback.answer else ""
        self._show_line()

    def _show_line(self) -> None:
        answer = self.answer
        if answer is None:
            self._line.value = ""
            return
        code = f"{self.question} = {json.dumps(answer, ensure_ascii=False)}"
        if len(code) > LONGEST_LINE:
            code = f'{self.question} = """..."""'
        self._line.value = (
            f"<p>The same in Python, to copy into the answer cell: <code>{escape(code)}</code></p>"
        )

    def _show_look(self) -> None:
        if self._look:
            shown = self.feedback.status in ("partly", "not yet")
            self._look.layout.display = "" if shown else "none"

    def _feedback_bundle(self) -> dict[str, Any]:
        return replace(self.feedback, view="")._repr_mimebundle_()


def show_with_look(feedback: Feedback) -> None:
    """Display feedback and, below it, the button that shows where to look."""
    from IPython.display import display

    display(feedback._repr_mimebundle_(), raw=True)  # type: ignore[no-untyped-call]
    display(_look_bundle(look_box(feedback.view)), raw=True)  # type: ignore[no-untyped-call]


def look_box(expression: str) -> Any:  # noqa: ANN401  a widget of a library without types
    """A button, and below it, once it was pressed, what a view's expression gives."""
    button = widgets.Button(description=LOOK)
    frame = Frame(title="Where to look")
    box = widgets.VBox([frame, button])
    box.add_class("afkit-ask")
    box.add_class("afkit-ask-look")

    def look(_button: object) -> None:
        try:
            found = open_view(expression)
        except Exception as error:  # a view that fails must not take the reply with it
            frame.said = f"This cannot be shown: {shortened(str(error))}"
            return
        if not isinstance(found, widgets.Widget):
            place = widgets.Output()
            place.append_display_data(found)
            found = place
        box.children = (frame, button, found)

    button.on_click(look)
    return box


def _look_bundle(box: Any) -> dict[str, Any]:  # noqa: ANN401  a widget of a library without types
    said = f"Below a reply that is not right: a button, {LOOK}."
    return {**box._repr_mimebundle_(), "text/plain": said, "text/html": f"<p>{escape(said)}</p>"}


def _controls(box: Any) -> Iterator[Any]:  # noqa: ANN401  a widget of a library without types
    """What is inside a box, from the first to the last."""
    for each in box.children:
        yield from _controls(each) if isinstance(each, widgets.Box) else (each,)


def take_over(controls: Iterable[Any], shown: Sequence[Any]) -> None:
    """Fill controls with what a page shows in its fields; a radio button is a field of its own."""
    values = iter(shown)
    for each in controls:
        if isinstance(each, widgets.RadioButtons):
            checked = [next(values) for _ in each.options]
            each.index = checked.index(True) if True in checked else None
        elif isinstance(each, widgets.Dropdown):
            each.index = next(values)
        elif isinstance(each, widgets.DatePicker):
            day = next(values)
            each.value = dt.date.fromisoformat(day) if day else None
        elif isinstance(each, widgets.Checkbox | widgets.Text | widgets.Textarea):
            each.value = next(values)


def _choice(control: Mapping[str, Any], _label: str, hooks: Hooks) -> Form:
    options: dict[str, str] = control["options"]
    listed = [(f"{letter}) {words}", letter) for letter, words in options.items()]
    radio = widgets.RadioButtons(options=listed, value=None)
    radio.observe(hooks.changed, "value")

    def fill(answer: Json) -> None:
        found = _ids(answer, options)
        radio.value = found[0] if len(found) == 1 else None

    return Form([radio], lambda: radio.value, fill)


def _choices(control: Mapping[str, Any], _label: str, hooks: Hooks) -> Form:
    options: dict[str, str] = control["options"]
    boxes = {
        letter: widgets.Checkbox(description=f"{letter}) {words}", indent=False)
        for letter, words in options.items()
    }
    for each in boxes.values():
        each.observe(hooks.changed, "value")

    def fill(answer: Json) -> None:
        found = _ids(answer, options)
        for letter, box in boxes.items():
            box.value = letter in found

    def read() -> Json:
        return [letter for letter, box in boxes.items() if box.value] or None

    return Form([*boxes.values()], read, fill)


def _text(_control: Mapping[str, Any], label: str, hooks: Hooks) -> Form:
    # Each change is sent when the box is left: what is typed cannot be overtaken by the button.
    box = widgets.Text(description=label, continuous_update=False)
    box.observe(hooks.changed, "value")

    def fill(answer: Json) -> None:
        if isinstance(answer, str | int | float):
            box.value = str(answer)

    return Form([box], lambda: box.value.strip() or None, fill)


def _day(control: Mapping[str, Any], label: str, hooks: Hooks) -> Form:
    """A box for a date in any form, and a calendar that writes the chosen day into it."""
    form = _text(control, label, hooks)
    (box,) = form.shown
    calendar = widgets.DatePicker(description="or choose the day")

    def picked(_: object) -> None:
        if calendar.value is not None:
            box.value = calendar.value.isoformat()

    calendar.observe(picked, "value")
    return Form([box, calendar], form.read, form.fill)


def _area(label: str, rows: int, hooks: Hooks) -> Any:  # noqa: ANN401  a widget without types
    box = widgets.Textarea(description=label, rows=rows, continuous_update=False)
    box.observe(hooks.changed, "value")
    return box


def _lines(_control: Mapping[str, Any], label: str, hooks: Hooks) -> Form:
    box = _area(label, 6, hooks)

    def fill(answer: Json) -> None:
        listed = answer if isinstance(answer, list) else [answer]
        box.value = "\n".join(_on_one_line(each) for each in listed)

    def read() -> Json:
        lines = (each.strip() for each in box.value.splitlines())
        return [each for each in lines if each] or None

    return Form([box], read, fill)


def _long(_control: Mapping[str, Any], _label: str, hooks: Hooks) -> Form:
    box = _area("Your text", 14, hooks)

    def fill(answer: Json) -> None:
        if isinstance(answer, str):
            box.value = answer

    return Form([box], lambda: box.value if box.value.strip() else None, fill)


def _order(control: Mapping[str, Any], _label: str, hooks: Hooks) -> Form:
    items: dict[str, str] = control["items"]
    order = list(items)
    texts = [widgets.HTML() for _ in order]
    rows = []
    moves: list[tuple[Any, Any]] = []

    def show() -> None:
        for place, (each, text) in enumerate(zip(order, texts, strict=True), start=1):
            text.value = f"<span>{place}. {escape(_labelled(each, items))}</span>"
            for button, way in zip(moves[place - 1], ("up", "down"), strict=True):
                button.tooltip = f"Move {way}: {shortened(items[each])}"

    def move(place: int, by: int) -> None:
        to = place + by
        order[place], order[to] = order[to], order[place]
        show()
        hooks.changed()
        hooks.say(f"{_labelled(order[to], items)} is now {to + 1} of {len(order)}.")
        # The focus goes with what was moved, so that the same key moves it on.
        stay = moves[to][0 if by < 0 else 1]
        (moves[to][1 if by < 0 else 0] if stay.disabled else stay).focus()

    for place, text in enumerate(texts):
        up = widgets.Button(description=f"Move {place + 1} up", disabled=place == 0)
        down = widgets.Button(
            description=f"Move {place + 1} down", disabled=place == len(order) - 1
        )
        up.on_click(lambda _, place=place: move(place, -1))
        down.on_click(lambda _, place=place: move(place, 1))
        text.add_class("afkit-ask-item")
        moves.append((up, down))
        rows.append(widgets.HBox([text, up, down], layout={"flex_flow": "row wrap"}))
    show()

    def fill(answer: Json) -> None:
        found = list(dict.fromkeys(_ids(answer, items)))
        order[:] = [*found, *(each for each in items if each not in found)]
        show()
        hooks.changed()

    return Form(rows, lambda: list(order), fill)


def _grid(control: Mapping[str, Any], _label: str, hooks: Hooks) -> Form:
    return (_grid_chosen if "options" in control else _grid_written)(control, hooks)


def _grid_chosen(control: Mapping[str, Any], hooks: Hooks) -> Form:
    rows: dict[str, str] = control["rows"]
    options: dict[str, str] = control["options"]
    listed = [(CHOOSE, None), *((words, each) for each, words in options.items())]
    lists = {
        each: widgets.Dropdown(description=_labelled(each, rows), options=listed, value=None)
        for each in rows
    }
    for each in lists.values():
        each.observe(hooks.changed, "value")

    def fill(answer: Json) -> None:
        for what, where in answer.items() if isinstance(answer, dict) else ():
            for row in _ids(what, rows):
                lists[row].value = next(iter(_ids(where, options)), None)

    def read() -> Json:
        chosen: dict[str, Json] = {row: box.value for row, box in lists.items() if box.value}
        return chosen or None

    return Form([*lists.values()], read, fill)


def _grid_written(control: Mapping[str, Any], hooks: Hooks) -> Form:
    columns: list[str] = list(control["columns"])
    cells: list[dict[str, Any]] = []
    place = widgets.VBox()
    more = widgets.Button(description="Add a row")

    def add(number: int = 1) -> None:
        for _ in range(number):
            row = {}
            for name in columns:
                label = f"{name}, row {len(cells) + 1}"
                row[name] = widgets.Text(description=label, continuous_update=False)
                row[name].observe(hooks.changed, "value")
            cells.append(row)
            made = widgets.HBox([*row.values()], layout={"flex_flow": "row wrap"})
            made.add_class("afkit-ask-row")
            place.children = (*place.children, made)

    def added(_button: object) -> None:
        if len(cells) < MOST_ROWS:
            add()
            hooks.say(f"Row {len(cells)} is added above the button.")
        else:
            hooks.say(f"A table has at most {MOST_ROWS} rows here.")

    def fill(answer: Json) -> None:
        rows = _rows(answer, columns)[:MOST_ROWS]
        add(max(0, len(rows) - len(cells)))
        for boxes, row in zip(cells, rows, strict=False):
            for name, box in boxes.items():
                box.value = "" if row.get(name) is None else _on_one_line(row[name])

    def read() -> Json:
        written = [{name: box.value.strip() for name, box in row.items()} for row in cells]
        rows: list[Json] = [
            {name: text or None for name, text in row.items()}
            for row in written
            if any(row.values())
        ]
        return rows or None

    add(FIRST_ROWS)
    more.on_click(added)
    return Form([place, more], read, fill)


FORMS: Mapping[str, Callable[[Mapping[str, Any], str, Hooks], Form]] = {
    "choice": _choice,
    "choices": _choices,
    "text": _text,
    "day": _day,
    "lines": _lines,
    "long": _long,
    "order": _order,
    "grid": _grid,
}


def _ids(answer: Json, table: Mapping[str, str]) -> list[str]:
    """The ids that an answer means, in its order: by id or text, in a list or in one text."""
    if isinstance(answer, list):
        return [found for each in answer for found in _ids(each, table)]
    if not isinstance(answer, str | int) or isinstance(answer, bool):
        return []
    plain = str(answer).strip().casefold()
    for each, words in table.items():
        if plain.strip("()[]. ") == each.casefold() or plain == words.casefold():
            return [each]
    parts = [each for each in re.split(r"[\s,;]+|->|→", plain) if each]
    return [found for part in parts for found in _ids(part, table)] if len(parts) > 1 else []


def _rows(answer: Json, columns: Sequence[str]) -> list[dict[str, Json]]:
    """The rows of a table that is written by rows or by columns."""
    if isinstance(answer, dict):
        lists = {name: each if isinstance(each, list) else [] for name, each in answer.items()}
        most = max(map(len, lists.values()), default=0)
        return [
            {name: each[place] for name, each in lists.items() if place < len(each)}
            for place in range(most)
        ]
    found: list[dict[str, Json]] = []
    for row in answer if isinstance(answer, list) else []:
        if isinstance(row, dict):
            found.append(row)
        elif isinstance(row, list):
            found.append(dict(zip(columns, row, strict=False)))
    return found


def _labelled(each: str, table: Mapping[str, str]) -> str:
    """The words of an entry, after its id where that is short enough to be a letter."""
    return f"{each}) {table[each]}" if len(each) <= 2 else table[each]


def _on_one_line(value: Json) -> str:
    shown: Iterable[Json] = value if isinstance(value, list) else [value]
    return ", ".join("" if each is None else str(each) for each in shown).replace("\n", " ")


def _example(spec: Mapping[str, Any]) -> str:
    """What to write into a box, in words."""
    kind = spec["kind"]
    name = spec["key"].get("precision", "day") if kind == "date" else kind
    return EXAMPLES.get(name, KINDS[kind].expects)


def _lengths(spec: Mapping[str, Any], control: Mapping[str, Any]) -> str:
    key = spec["key"]
    if control.get("as") != "long" or "min_words" not in key:
        return ""
    return f"{key['min_words']} to {counted(key['max_words'], 'word')}"


def _encoded(answer: object) -> Json:
    try:
        return encode(answer)
    except AnswerError:
        return None


def _parent() -> Mapping[str, Any]:
    """The message that the kernel answers to now; empty outside a kernel."""
    from IPython.core.getipython import get_ipython

    parent: object = getattr(get_ipython(), "get_parent", dict)()
    return parent if isinstance(parent, Mapping) else {}


def _page() -> str:
    """The connection that a message came from: one for each time a page is opened."""
    return str(_parent().get("header", {}).get("session", ""))


def _handed_in(unit: str, question: str) -> Json:
    """The answer that controls left in the unit's exercise, where that is run without a page."""
    try:
        course = kit.load()
        path = course.root / course.unit(unit).exercise
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        asked = (each for each in cells if "ask(" in "".join(each["source"]))
        wires = [
            output.get("data", {}).get(MIME) for each in asked for output in each.get("outputs", [])
        ]
        found: list[Json] = [
            each["answer"] for each in wires if each and each["question"] == question
        ]
    except (OSError, ValueError, KeyError, TypeError, AttributeError, kit.KitError):
        return None
    return next((each for each in reversed(found) if each is not None), None)


def _saved(question: str) -> Json:
    """The answer that this very cell holds in the saved notebook, if JupyterLab says where that is.

    A notebook that is run without a page has no answer here: nothing says which cell it is.
    """
    parent = _parent()
    cell = parent.get("metadata", {}).get("cellId")
    path = os.environ.get("JPY_SESSION_NAME", "")
    if not cell or not path:
        return None
    try:
        cells = json.loads(Path(path).read_text(encoding="utf-8"))["cells"]
        own = next(each for each in cells if each.get("id") == cell)
        if "".join(own["source"]) != parent["content"]["code"]:
            return None
        wires = [each.get("data", {}).get(MIME) for each in own["outputs"]]
        found: Json = next(
            each["answer"] for each in wires if each and each["question"] == question
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError, StopIteration):
        return None
    return found
