"""A kit in; its hand-outs out: one HTML file for each lesson and each reading, and a list of them.

A hand-out of a reading is made from its text, its references and its terms alone, so whether it is
current can be seen by making it anew. A lesson has to run before it can be printed. Its hand-out
therefore carries a digest of what people wrote: the lesson, the readings it shows, their references
and terms. Facts are not in the digest, since most changes of a row change no lesson; whether the
pictures and tables are still what the facts give is seen only by :func:`make`, as tests do.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from afkit.exercises import author
from afkit.facts import glossary, tables
from afkit.facts.citations import cite
from afkit.facts.readings import cited_ids
from afkit.facts.schema import Term
from afkit.printing import lesson, text
from afkit.printing.page import page

if TYPE_CHECKING:
    from afkit import kit

__all__ = ["FOLDER", "Handout", "check", "handouts", "make", "without_pictures", "write"]

#: Where the kit keeps its hand-outs, from its own folder.
FOLDER = "handouts"
LIST = "README.md"
FOOT = "Text and tables: CC BY 4.0. The article stands under the rights note that comes with it."
DIGEST = re.compile(r'<meta name="afkit-sources" content="([0-9a-f]+)">')
PICTURE = re.compile(r'src="data:image/[^"]*"')
LINES_FOR_EXIT, LINES_FOR_TRY, LINES_FOR_QUESTION = 5, 2, 6


@dataclass(frozen=True, slots=True)
class Handout:
    """One hand-out: its file's name, the notebook or Markdown it prints, and the unit's id."""

    name: str
    source: str
    unit: str

    @property
    def is_lesson(self) -> bool:
        """Whether it prints a lesson."""
        return self.source.endswith(".ipynb")


def handouts(course: kit.Kit, units: Sequence[kit.Unit] = ()) -> list[Handout]:
    """The hand-outs of a kit, or of some of its units, in course order, none twice."""
    found: dict[str, Handout] = {}
    for unit in units or course.units:
        for kind, source in [
            ("lesson", unit.lesson),
            *(("reading", each) for each in unit.readings),
        ]:
            name = f"{kind}-{Path(source).stem}.html"
            found.setdefault(source, Handout(name, source, unit.id))
    return list(found.values())


def make(
    course: kit.Kit,
    units: Sequence[kit.Unit] = (),
    step: Callable[[], None] = lambda: None,
) -> dict[str, str]:
    """Every hand-out as HTML, by the name of its file; lessons run, two at a time.

    Raises
    ------
    afkit.printing.lesson.LessonError
        If a lesson does not run to its end.
    """

    def one(each: Handout) -> tuple[str, str]:
        made = _lesson(course, each) if each.is_lesson else _reading(course, each)
        step()
        return each.name, made

    with ThreadPoolExecutor(2) as pool:
        made = dict(pool.map(one, handouts(course, units)))
    if not units:
        made[LIST] = _list(course)
    return made


def check(course: kit.Kit, folder: Path) -> list[str]:
    """What is out of date in a folder of hand-outs, in words; quick, as no lesson runs."""
    wanted = handouts(course)
    there = {path.name for path in folder.glob("*")} if folder.is_dir() else set()
    found = [
        f"{name}: no lesson or reading makes it"
        for name in sorted(there - {LIST} - {each.name for each in wanted})
    ]
    for each in wanted:
        path = folder / each.name
        if not path.is_file():
            found.append(f"{each.name}: not there yet")
        elif each.is_lesson:
            stored = DIGEST.search(path.read_text(encoding="utf-8"))
            if stored is None or stored[1] != digest(course, each):
                found.append(f"{each.name}: {each.source} or what it cites has changed")
        elif each.source != course.article and path.read_text(encoding="utf-8") != _reading(
            course, each
        ):
            found.append(f"{each.name}: not what {each.source} makes")
    if not (folder / LIST).is_file() or (folder / LIST).read_text(encoding="utf-8") != _list(
        course
    ):
        found.append(f"{LIST}: not the list of what is there")
    return found


def write(made: Mapping[str, str], folder: Path, *, whole: bool) -> list[Path]:
    """Write hand-outs into a folder; what was written or removed.

    With ``whole``, hand-outs in the folder that nothing makes any more are removed.
    """
    changed = []
    for name, html in made.items():
        path = folder / name
        if not path.is_file() or path.read_bytes() != html.encode():
            author.write(path, html)
            changed.append(path)
    for path in sorted(folder.glob("*.html")) if whole else ():
        if path.name not in made and DIGEST.search(path.read_text(encoding="utf-8")):
            path.unlink()
            changed.append(path)
    return changed


def digest(course: kit.Kit, each: Handout) -> str:
    """A digest of all that people wrote and a hand-out prints."""
    unit = course.unit(each.unit)
    names = [each.source, *(unit.readings if each.is_lesson else ())]
    words = "\n".join(_words(course.root, name) for name in names)
    linked = set(glossary.linked_ids(words))
    rows = [repr(row) for row in tables.records(Term, course.root) if row.id in linked]
    cited = [cite(name, course.root).full for name in cited_ids(words)]
    parts = json.dumps([course.title, words, sorted(rows), cited], ensure_ascii=False)
    return hashlib.sha256(parts.encode()).hexdigest()


def without_pictures(html: str) -> str:
    """A hand-out without the bytes of its pictures, which another machine may draw a bit apart."""
    return PICTURE.sub('src=""', html)


def _words(root: Path, name: str) -> str:
    path = root / name
    if not name.endswith(".ipynb"):
        return path.read_text(encoding="utf-8")
    return "\n\n".join(cell["source"] for cell in author.read(path, root)["cells"])


def _reading(course: kit.Kit, each: Handout) -> str:
    words = (course.root / each.source).read_text(encoding="utf-8")
    if each.source == course.article:
        body = _article(course, words)
    else:
        numbered, cited = text.notes(words, course.root)
        body = _with_room(text.to_html(numbered))
        body += text.terms(body, course.root) + text.sources(cited)
    return _page(course, each, _title(words), body)


def _article(course: kit.Kit, words: str) -> str:
    before = words.partition("\n---\n")[0]
    shown = lesson.run(course.root, course.article).cells["article"]
    claims = "<h3>What the article claims</h3>"
    shown = shown.replace(claims, claims.replace("<h3>", '<h3 class="new-page">'))
    return f"{text.to_html(before)}{shown}"


def _lesson(course: kit.Kit, each: Handout) -> str:
    notebook = author.read(course.root / each.source, course.root)
    shown = lesson.run(course.root, each.source)
    words = _words(course.root, each.source)
    folds: list[text.Prompt] = []
    parts = []
    for cell in notebook["cells"]:
        if cell["cell_type"] == "markdown":
            parts.append(_prose(text.prompts(cell["source"], folds)))
        elif cell["cell_type"] == "code":
            code = escape(cell["source"])
            parts.append(f'<pre class="code"><code>{code}</code></pre>\n{shown.cells[cell["id"]]}')
    answers, long = _answers(folds), _tables(shown.tables)
    box = text.terms("\n".join([*parts, answers, long]), course.root)
    parts += [box, answers, long]
    return _page(course, each, _title(words), "\n".join(parts))


def _prose(markdown: str) -> str:
    """Text of a lesson, with room to write below what is to be tried and the exit question."""
    made = text.to_html(markdown)
    for mark, number in (("Try", LINES_FOR_TRY), ("Exit question", LINES_FOR_EXIT)):
        made = re.sub(
            rf"(<p><strong>{mark}\b.*?</p>)", rf"\1\n{text.lines(number)}", made, flags=re.DOTALL
        )
    return made


def _with_room(made: str) -> str:
    """A reading with room to write below each question about the sources."""
    head, title, tail = made.partition("<h2>Two questions about the sources</h2>")
    questions, after, rest = tail.partition("</ol>")
    questions = questions.replace("</li>", f"{text.lines(LINES_FOR_QUESTION)}</li>")
    return head + title + questions + after + rest


def _answers(folds: Sequence[text.Prompt]) -> str:
    items = "\n".join(
        f'<li id="answer-{place}"><p><a href="#think-{place}">{question}</a></p>\n'
        f"{text.to_html(answer, 2)}</li>"
        for place, (question, answer) in enumerate(folds, start=1)
    )
    head = '<section class="new-page" aria-labelledby="answers">\n<h2 id="answers">'
    title = "Answers to the think prompts"
    return f"{head}{title}</h2>\n<ol>\n{items}\n</ol>\n</section>" if items else ""


def _tables(long: Sequence[tuple[str, str]]) -> str:
    items = "\n".join(
        f'<h3 id="table-{place}">Table {place}</h3>\n{table}'
        for place, (_, table) in enumerate(long, start=1)
    )
    head = '<section class="new-page" aria-labelledby="tables">\n<h2 id="tables">'
    return f"{head}Long tables</h2>\n{items}\n</section>" if items else ""


def _page(course: kit.Kit, each: Handout, title: str, body: str) -> str:
    return page(title, course.title, body, FOOT, digest(course, each))


def _title(words: str) -> str:
    return next((line[2:] for line in words.splitlines() if line.startswith("# ")), "Hand-out")


def _list(course: kit.Kit) -> str:
    """The list of hand-outs, for a teacher who looks into the folder."""
    return "\n".join([*_listed(course), ""])


def _listed(course: kit.Kit) -> Iterator[str]:
    yield "# Hand-outs to print"
    yield ""
    yield "Made by `afkit handout`; do not edit them by hand. Each file is one page for a browser:"
    yield "open it and print it on A4. A lesson is a worksheet. Answers to its think prompts are on"
    yield "pages of their own at the end, and so do long tables: leave out what you do not need."
    yield ""
    every = handouts(course)
    for unit in course.units:
        yield f"## Unit {unit.id}, {unit.title}"
        yield ""
        for each in every:
            if each.unit == unit.id:
                title = _title(_words(course.root, each.source)).partition(" · ")
                kind = "Worksheet" if each.is_lesson else "Reading"
                yield f"- {kind}: [{title[2] or title[0]}]({each.name})"
        yield ""
