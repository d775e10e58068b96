"""What is known of one student's work in; one HTML page that needs nothing else out.

The cells and outputs come from submitted code and are shown as what they are: Markdown without
HTML, tables without anything that acts, pictures as PNG or JPEG. Nothing on a page is loaded from
outside or runs; its own policy (CSP) says the same to the browser.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import html
import re
import statistics
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import bleach
import mistune

from afkit.exercises import author
from afkit.exercises.answer import MIME

if TYPE_CHECKING:
    from afkit.grading.records import Assembled, Ran

__all__ = ["Item", "Level", "Page", "as_html", "file_name", "shown", "write"]

#: Below this a distribution would tell on single persons.
FEWEST = 5
MOST_TEXT = 20_000
MOST_KEPT = 200_000
MOST_MARKDOWN = 50_000
MOST_MARKS = 3_000
MOST_TAGS, DEEPEST = 4_000, 60
BANDS = 5

SIGNS = {"right": "✓", "partly": "◐", "not yet": "○", "not answered yet": "…", "waiting": "…"}
WORDS = {"waiting": "waiting for your teacher"}
BLOCKS = frozenset({"p", "ul", "ol", "li", "blockquote", "pre", "hr", "div", "dl", "dt", "dd"})
INLINE = frozenset({"em", "strong", "b", "i", "code", "del", "br", "a", "sub", "sup", "span"})
TABLES = frozenset({"table", "thead", "tbody", "tfoot", "tr", "th", "td", "caption"})
HEADINGS = frozenset({"h3", "h4", "h5", "h6"})
#: Stands for a picture of a cell while its Markdown is cleaned.
PLACE = re.compile(r"cid:\d{1,4}")
STARTS = {"image/png": b"\x89PNG\r\n\x1a\n", "image/jpeg": b"\xff\xd8\xff"}
READ = frozenset({*STARTS, "text/html", "text/markdown", "text/plain"})
_ESCAPES = re.compile(r"\x1b(?:\[[0-9;?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|.)?")
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]")
#: A tag with more than forty attributes, as browsers read tags; it may begin inside another one.
_CROWDED = re.compile(
    r"</?[a-zA-Z][^ \t\n\f\r/>]*+(?:[ \t\n\f\r/]*+[^ \t\n\f\r/>][^ \t\n\f\r/>=]*+[ \t\n\f\r]*+"
    r"(?:=[ \t\n\f\r]*+(?:\"[^\"]*+\"?|'[^']*+'?|[^ \t\n\f\r>\"'][^ \t\n\f\r>]*+)?+)?+){41}"
)
POLICY = (
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; "
    "form-action 'none'"
)


@dataclass(slots=True)
class _Left:
    """What a page has still room and time for: bytes of pictures, tags of HTML."""

    pictures: int = 12_000_000
    tags: int = 16_000
    markdown: int = 400_000


@dataclass(frozen=True, slots=True)
class Level:
    """One line of a rubric as it was marked: a criterion, the level reached, points, a comment."""

    criterion: str
    level: str
    points: float | None = None
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """What is said to one question.

    ``status`` is ``right``, ``partly``, ``not yet``, ``not answered yet`` or ``waiting`` (for the
    teacher); then ``points`` is ``None``. ``prompt`` and ``comment`` are Markdown.
    """

    question: str
    status: str
    points: float | None
    most: float
    message: str = ""
    hints: tuple[str, ...] = ()
    prompt: str = ""
    rubric: tuple[Level, ...] = ()
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """All that a page tells one student.

    Attributes
    ----------
    cells
        The cells of the notebook with their outputs, as nbformat 4 has them (:func:`shown`).
    ends
        The question that each check cell ends, by the id of the cell.
    reason
        Why the work could not be graded; ``""`` if it was.
    distribution
        The totals of the whole class, in any order. Fewer than five are not shown.
    late
        In seconds after the due time.
    """

    student: str
    unit: str
    title: str
    items: tuple[Item, ...] = ()
    cells: tuple[Mapping[str, Any], ...] = ()
    ends: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    repaired: tuple[str, ...] = ()
    distribution: tuple[float, ...] = ()
    reason: str = ""
    course: str = ""
    submitted: str = ""
    late: float = 0.0


def shown(
    assembled: Assembled, ran: Ran | None = None
) -> tuple[tuple[Mapping[str, Any], ...], dict[str, str]]:
    """The ``cells`` and ``ends`` of a page: a submission's cells with what came out of each."""
    outputs: dict[str, Any] = {}
    if ran:
        outputs = dict(zip((each.cell for each in assembled.job.steps), ran.outputs, strict=False))
    cells = tuple(
        {**cell, "outputs": list(outputs.get(cell["id"], ()))}
        if cell["cell_type"] == "code"
        else cell
        for cell in assembled.cells
    )
    return cells, {each.cell: each.question for each in assembled.job.steps if each.question}


def write(page: Page, folder: Path) -> Path:
    """Write a page into a folder, whole or not at all; its name is :func:`file_name`'s."""
    path = folder / file_name(page.student)
    author.write(path, as_html(page))
    return path


def file_name(student: str) -> str:
    """A name for a student's page that every system takes, and no other student has."""
    plain = re.sub(r"[^\w-]+", "-", student).strip("-")[:60]
    if plain == student and not re.search(r"-[0-9a-f]{8}$", plain):
        return f"{plain}.html"
    return f"{plain or 'student'}-{hashlib.sha256(student.encode()).hexdigest()[:8]}.html"


def as_html(page: Page) -> str:
    """The page as one text of HTML."""
    title = f"Unit {page.unit}: {page.title}"
    body = "\n".join(filter(None, _sections(page)))
    return f"""\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>{_text(title)} · {_text(page.student)}</title>
<style>
{_style()}</style>
</head>
<body>
<a class="skip" href="#questions">Skip to your questions</a>
<header>
<p class="quiet">{_text(page.course)}</p>
<h1>{_text(title)}</h1>
<p>Feedback for <strong><bdi>{_text(page.student)}</bdi></strong>{_when(page)}</p>
</header>
<main id="questions">
{body}
</main>
<footer><p class="quiet">This page needs no network. Print it, or keep it.</p></footer>
</body>
</html>
"""


def _sections(page: Page) -> Iterator[str]:
    if page.reason:
        said = f"<p>{_text(_sentence(page.reason))}</p>"
        yield _section("reason", "Your work could not be graded", said)
    if page.items:
        yield _section("points", "Your points", _summary(page))
    if len(page.distribution) >= FEWEST and page.items:
        yield _section("class", "The class", _distribution(page))
    if page.repaired:
        said = "<p>Your notebook was put back into the form of the exercise before it was run.</p>"
        yield _section("repaired", "What was put right", said + _list(page.repaired))
    if page.notes:
        yield _section("notes", "What happened while it ran", _list(page.notes))
    loose = [each for each in page.items if each.question not in page.ends.values()]
    if loose:
        said = "\n".join(_markdown(each.prompt) + _reply(each) for each in loose)
        yield _section("asked", "The questions", said)
    if page.cells:
        yield _section("work", "Your notebook", "\n".join(_notebook(page)))


def _section(name: str, head: str, content: str) -> str:
    return f'<section aria-labelledby="{name}">\n<h2 id="{name}">{head}</h2>\n{content}\n</section>'


def _when(page: Page) -> str:
    said = (
        f", handed in {_text(page.submitted.replace('T', ' ')[:16])} UTC" if page.submitted else ""
    )
    if page.late:
        hours = page.late / 3600
        much = f"{hours / 24:.0f} days" if hours >= 48 else f"{hours:.1f} hours"
        said += f" ({much} late)" if hours >= 0.1 else " (late)"
    return said


def _summary(page: Page) -> str:
    points = sum(each.points or 0 for each in page.items)
    most = sum(each.most for each in page.items)
    open_ = sum(each.points is None for each in page.items)
    said = f"<strong>{points:g} of {most:g} points</strong>"
    if open_:
        wait = "1 answer is" if open_ == 1 else f"{open_} answers are"
        said += f" so far; {wait} still to be marked by your teacher"
    rows = "\n".join(
        f'<tr><th scope="row"><a href="#{_anchor(each)}">{_text(_called(each))}</a></th>'
        f"<td>{_sign(each)}</td><td>{_points(each)}</td></tr>"
        for each in page.items
    )
    return (
        f'<p class="total">{said}.</p>\n<table>\n<caption>Question by question</caption>\n'
        '<thead><tr><th scope="col">Question</th><th scope="col">Answer</th>'
        f'<th scope="col">Points</th></tr></thead>\n<tbody>\n{rows}\n</tbody>\n</table>'
    )


def _distribution(page: Page) -> str:
    """How many students reached which share of the points; a bar beside each number."""
    most = sum(each.most for each in page.items) or 1.0
    own = _band(sum(each.points or 0 for each in page.items) / most)
    counts = [0] * BANDS
    for total in page.distribution:
        counts[_band(total / most)] += 1
    step = 100 // BANDS
    rows = []
    for band, count in enumerate(counts):
        here = " (you)" if band == own else ""
        width = round(160 * count / max(counts))
        bar = (
            '<svg viewBox="0 0 160 14" preserveAspectRatio="none" aria-hidden="true">'
            f'<rect width="{width}" height="14"/></svg>'
        )
        rows.append(
            f'<tr><th scope="row">{band * step} to {(band + 1) * step} %{here}</th>'
            f"<td>{count}</td><td>{bar}</td></tr>"
        )
    middle = statistics.median(page.distribution)
    return (
        f"<p>{len(page.distribution)} students; half of them have {middle:g} points or more.</p>\n"
        "<table>\n<caption>Students by share of the points</caption>\n"
        '<thead><tr><th scope="col">Share</th><th scope="col">Students</th>'
        '<th scope="col">As a bar</th></tr></thead>\n<tbody>\n'
        + "\n".join(rows)
        + "\n</tbody>\n</table>"
    )


def _band(share: float) -> int:
    return max(0, min(BANDS - 1, int(share * BANDS)))


def _notebook(page: Page) -> Iterator[str]:
    items = {each.question: each for each in page.items}
    left = _Left()
    code = 0
    for cell in page.cells:
        question = page.ends.get(str(cell.get("id")), "")
        source = str(cell.get("source", ""))
        if cell.get("cell_type") == "markdown":
            text = _student_markdown(source, left, _attached(cell, left))
            yield f'<div class="cell text" dir="auto">{text}</div>'
        elif cell.get("cell_type") != "code":
            yield f'<div class="cell"><pre dir="auto">{_text(_cut(source))}</pre></div>'
        elif question in items:
            # What a check printed was made without the key; the reply below it is the real one.
            yield _reply(items[question])
        elif not question:
            code += 1
            label = f"Code cell {code}"
            outputs = "".join(_outputs(cell.get("outputs", ()), label, left))
            yield (
                f'<div class="cell" role="group" aria-label="{label}">'
                f"<pre><code>{_text(_cut(source))}</code></pre>{outputs}</div>"
            )


def _reply(item: Item) -> str:
    said = [f"<p>{_text(item.message)}</p>"] if item.message else []
    if item.hints:
        said.append(_list(item.hints))
    if item.rubric:
        said.append(_rubric(item))
    if item.comment:
        said.append(f"<p><strong>Your teacher writes:</strong></p>{_markdown(item.comment)}")
    known = item.status if item.status in ("right", "partly", "not yet") else "open"
    return (
        f'<section class="reply {known.replace(" ", "-")}" aria-labelledby="{_anchor(item)}">'
        f'<h3 id="{_anchor(item)}">{_text(_called(item))}: {_sign(item)}, {_points(item)}</h3>'
        + "\n".join(said)
        + "</section>"
    )


def _rubric(item: Item) -> str:
    rows = []
    for each in item.rubric:
        points = "" if each.points is None else f"{each.points:g}"
        cells = (each.level, points, each.comment)
        rows.append(
            f'<tr><th scope="row">{_text(each.criterion)}</th>'
            + "".join(f"<td>{_text(words)}</td>" for words in cells)
            + "</tr>"
        )
    heads = "".join(
        f'<th scope="col">{words}</th>' for words in ("Criterion", "Level", "Points", "Comment")
    )
    return (
        f"<table><caption>How {_text(_called(item).lower())} was marked</caption>"
        f"<thead><tr>{heads}</tr></thead><tbody>{''.join(rows)}</tbody></table>"
    )


def _called(item: Item) -> str:
    number = re.fullmatch(r"q(\d+)", item.question)
    return f"Question {number[1]}" if number else item.question


def _anchor(item: Item) -> str:
    return "reply-" + re.sub(r"[^\w-]+", "-", item.question)


def _sign(item: Item) -> str:
    word = WORDS.get(item.status, item.status)
    sign = SIGNS.get(item.status, "")
    return f'<span class="word"><span aria-hidden="true">{sign}</span> {_text(word)}</span>'


def _points(item: Item) -> str:
    unit = "point" if item.most == 1 else "points"
    if item.points is None:
        return f"{item.most:g} {unit} to be had"
    return f"{item.points:g} of {item.most:g} {unit}"


def _outputs(outputs: object, label: str, left: _Left) -> Iterator[str]:
    for number, output in enumerate(outputs if isinstance(outputs, list | tuple) else ()):
        made = _output(output, label, left) if isinstance(output, Mapping) else ""
        if number >= 100:
            yield '<p class="output quiet">There are more outputs; they are not shown.</p>'
            return
        if made:
            yield f'<div class="output" dir="auto">{made}</div>'


def _output(output: Mapping[str, Any], label: str, left: _Left) -> str:
    """One output, in the richest form that can do no harm."""
    kind = output.get("output_type")
    if kind == "stream":
        return _pre(_joined(output.get("text")))
    if kind == "error":
        lines = output.get("traceback")
        told = "\n".join(map(str, lines)) if isinstance(lines, list) else ""
        return _pre(told or f"{output.get('ename', '')}: {output.get('evalue', '')}")
    data = output.get("data")
    if not isinstance(data, Mapping) or MIME in data:
        return ""
    forms = {name: _joined(each) for name, each in data.items() if name in READ}
    pictures = (_shown_picture(mime, forms, output, label, left) for mime in STARTS)
    name = f"Output of {label.lower()}"
    made = next(filter(None, pictures), "") or _safe_html(forms.get("text/html", ""), left)
    if made and not made.startswith("<img"):
        return f'<div class="wide" role="group" tabindex="0" aria-label="{name}">{made}</div>'
    made = made or _student_markdown(forms.get("text/markdown", ""), left)
    made = made or _pre(forms.get("text/plain", ""))
    names = ", ".join(sorted(map(str, data)))[:100]
    said = f'<p class="quiet">An output of the form {_text(names)} is not shown here.</p>'
    return made or (said if names else "")


def _shown_picture(
    mime: str, forms: Mapping[str, str], output: Mapping[str, Any], label: str, left: _Left
) -> str:
    source = _picture(mime, forms.get(mime, ""), left)
    words = _alt(output.get("metadata"), mime) or f"Picture made by {label.lower()}"
    return f'<img src="{source}" alt="{_text(words)}">' if source else ""


def _alt(metadata: object, mime: str) -> str:
    """The words that the student gave a picture."""
    told = metadata if isinstance(metadata, Mapping) else {}
    inner = told.get(mime)
    for each in (inner.get("alt") if isinstance(inner, Mapping) else None, told.get("alt")):
        if isinstance(each, str) and each.strip():
            return each[:500]
    return ""


def _picture(mime: str, encoded: str, left: _Left) -> str:
    """A picture as a data URI, if it is one of this form and there is room on the page."""
    try:
        raw = base64.b64decode("".join(encoded.split()), validate=True)
    except (binascii.Error, ValueError):
        return ""
    if not raw.startswith(STARTS[mime]) or len(encoded) > left.pictures:
        return ""
    left.pictures -= len(encoded)
    return f"data:{mime};base64,{base64.b64encode(raw).decode()}"


def _attached(cell: Mapping[str, Any], left: _Left) -> dict[str, str]:
    """The pictures that a Markdown cell brings along, by name."""
    found = {}
    attached = cell.get("attachments")
    for name, each in attached.items() if isinstance(attached, Mapping) else ():
        for mime in STARTS:
            encoded = each.get(mime) if isinstance(each, Mapping) else None
            made = _picture(mime, encoded, left) if isinstance(encoded, str) else ""
            if made:
                found[str(name)] = made
    return found


class _Renderer(mistune.HTMLRenderer):
    """Markdown to HTML: what is written as HTML stays text, pictures come from the cell alone."""

    def __init__(self, places: Mapping[str, str]) -> None:
        super().__init__(escape=True)
        self._places = places

    def heading(self, text: str, level: int, **_: Any) -> str:  # noqa: ANN401  as mistune has it
        deeper = min(6, level + 2)
        return f"<h{deeper}>{text}</h{deeper}>\n"

    def image(self, text: str, url: str, title: str | None = None) -> str:
        del title
        found = self._places.get(url.removeprefix("attachment:"))
        if found:
            return f'<img src="{found}" alt="{text or "Picture in this cell"}">'
        return f"[picture: {text}]" if text else "[picture]"


def _student_markdown(source: str, left: _Left, attached: Mapping[str, str] | None = None) -> str:
    """Markdown of which a page holds only so much; the rest stands there as it was written."""
    if len(source) > left.markdown:
        return _pre(source)
    left.markdown -= len(source)
    return _markdown(source, attached)


def _markdown(source: str, attached: Mapping[str, str] | None = None) -> str:
    """Markdown as HTML in which nothing acts; a text that is too much for that, as it stands."""
    if len(source) > MOST_MARKDOWN or _marks(source) > MOST_MARKS:
        return _pre(source)
    clean = _rendered(source, tuple(attached or ()))
    for number, picture in enumerate((attached or {}).values()):
        clean = clean.replace(f'src="cid:{number}"', f'src="{picture}"')
    return clean


@lru_cache(maxsize=256)  # prompts are the same on every page
def _rendered(source: str, pictures: tuple[str, ...]) -> str:
    renderer = _Renderer({name: f"cid:{number}" for number, name in enumerate(pictures)})
    try:
        made = mistune.create_markdown(renderer=renderer, plugins=["table", "strikethrough"])(
            source
        )
    except (RecursionError, ValueError, IndexError):
        return _pre(source)
    return _clean(str(made), HEADINGS | BLOCKS | INLINE | TABLES | {"img"}).strip()


def _safe_html(source: str, left: _Left) -> str:
    """HTML of an output with tables and plain marks alone; ``""`` if that cannot be had."""
    if len(source) > MOST_KEPT:
        return ""
    plain, tags = _stripped(source)
    if tags > left.tags:
        return ""
    left.tags -= tags
    # pandas begins the head of a table with a heading of nothing.
    return _clean(plain, BLOCKS | INLINE | TABLES).replace("<th></th>", "<td></td>").strip()


@lru_cache(maxsize=64)  # the same table comes out of the same cell for many students
def _stripped(source: str) -> tuple[str, int]:
    """HTML without what would act, and how many tags it has; nothing if it is not to be read."""
    for name in ("script", "style", "svg", "template", "noscript", "iframe", "object"):
        source = _without(source, name)
    tags = source.count("<") + source.count("&") // 8
    # The sanitiser's time grows with the square of what is nested and left open.
    # So it does with the attributes of a tag.
    if tags > MOST_TAGS or _depth(source) > DEEPEST or _CROWDED.search(source):
        return "", 0
    return source, tags


def _depth(source: str) -> int:
    """How many elements are open at once, at most; those that are never closed count."""
    depth = most = 0
    for found in re.finditer(r"<(/?)(?!br|hr|img|input|col\b)[a-zA-Z]", source):
        depth += -1 if found[1] else 1
        most = max(most, depth)
    return most


def _without(source: str, name: str) -> str:
    """A text without an element and what is in it. What this overlooks, the sanitiser takes out."""
    lower = source.lower()
    kept: list[str] = []
    at = 0
    while True:
        start = lower.find(f"<{name}", at)
        if start < 0 or len(lower) != len(source):
            return "".join([*kept, source[at:]])
        kept.append(source[at:start])
        end = lower.find(f"</{name}", start)
        close = lower.find(">", end) if end >= 0 else -1
        if close < 0:
            return "".join(kept)
        at = close + 1


def _marks(source: str) -> int:
    """How many characters of a text have a meaning in Markdown."""
    return sum(map(source.count, "[]*_`<>!~\\|"))


def _clean(source: str, tags: frozenset[str]) -> str:
    # As above; what is long is not kept.
    sanitise = _sanitised if len(source) <= MOST_KEPT else _sanitised.__wrapped__
    return sanitise(source, tags)


@lru_cache(maxsize=64)
def _sanitised(source: str, tags: frozenset[str]) -> str:
    try:
        return str(_cleaner(tags).clean(source))
    except (RecursionError, ValueError, AssertionError):
        return f"<pre>{_text(_cut(source))}</pre>"


@cache
def _cleaner(tags: frozenset[str]) -> bleach.Cleaner:
    return bleach.Cleaner(
        tags=tags,
        attributes=_allowed,
        protocols=frozenset({"http", "https", "mailto", "cid"}),
        strip=True,
        strip_comments=True,
    )


def _allowed(tag: str, name: str, value: str) -> bool:
    """Whether an attribute may stand: links, spans of table cells, pictures of the page itself."""
    if tag == "a":
        return name == "href" and bool(re.match(r"(?:https?://|mailto:)", value, re.IGNORECASE))
    if tag == "img":
        return name == "alt" or (name == "src" and bool(PLACE.fullmatch(value)))
    if tag in ("th", "td"):
        spans = name in ("colspan", "rowspan") and bool(re.fullmatch(r"\d{1,3}", value))
        return spans or (name == "scope" and value in ("row", "col"))
    return False


def _pre(source: str) -> str:
    plain = _cut(_CONTROLS.sub("", _ESCAPES.sub("", source.replace("\r\n", "\n"))))
    return f"<pre>{_text(plain)}</pre>" if plain.strip() else ""


def _cut(source: str) -> str:
    if len(source) <= MOST_TEXT:
        return source
    return f"{source[:MOST_TEXT]}\n… ({len(source) - MOST_TEXT:,} more characters are not shown)"


def _joined(value: object) -> str:
    if isinstance(value, list):
        return "".join(each for each in value if isinstance(each, str))
    return value if isinstance(value, str) else ""


def _list(items: tuple[str, ...]) -> str:
    return "<ul>" + "".join(f"<li>{_text(_sentence(each))}</li>" for each in items) + "</ul>"


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]


def _text(words: str) -> str:
    return html.escape(_CONTROLS.sub("", words))


@cache
def _style() -> str:
    return Path(__file__).with_suffix(".css").read_text(encoding="utf-8")
