"""What a cell of a lesson shows in; its twin on paper out: a picture, a table or a text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from html import escape
from io import StringIO
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from afkit.facts.dates import Edtf, solar_hijri
from afkit.facts.readings import Reading
from afkit.printing.text import to_html
from afkit.widgets.article import LAYERS, ArticleWidget
from afkit.widgets.as_of import AsOf
from afkit.widgets.dashboard import Dashboard
from afkit.widgets.show import Picture
from afkit.widgets.view import View

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

__all__ = ["Twins", "picture"]

#: Columns of a view's table that a page has no room for; the notebook has them.
NOT_PRINTED = frozenset(
    {"summary", "note", "definition", "themes", "actors", "confidence", "solar_hijri"}
    | {"explanation", "province", "claimed", "kind"}
)
#: Rows that stand below the picture, and rows that stand at the end of the hand-out.
NEAR, FAR = 25, 150
CELL = 160
#: Characters that an address of a picture may hold as they are, inside quotation marks.
SAFE = " /:;,=()!*?@$+<>'"


@dataclass
class Twins:
    """Makes the twins of one lesson, one cell after the other.

    Attributes
    ----------
    appendix
        Long tables, as title and HTML, for the end of the hand-out.
    """

    appendix: list[tuple[str, str]] = field(default_factory=list)
    _told_article: bool = False
    _card: str = ""
    _shown: list[View] = field(default_factory=list)
    _words: dict[int, str] = field(default_factory=dict)

    def of(self, value: object) -> str:
        """The twin of what a cell returns or displays; ``""`` for nothing."""
        ways: list[tuple[type, Callable[[Any], str]]] = [
            (type(None), lambda _: ""),
            (Picture, _picture),
            (Dashboard, self._dashboard),
            (ArticleWidget, self._article),
            (AsOf, _date),
            (View, self._view),
            (Reading, _reading),
        ]
        return next((twin for kind, twin in ways if isinstance(value, kind)), _plain)(value)

    def changed(self, code: str, names: dict[str, object]) -> str:
        """Twins of views shown before that a cell changed without showing them again."""
        parts = []
        for name, value in names.items():
            if isinstance(value, ArticleWidget) and re.search(rf"\b{name}\.selected\b", code):
                parts.append(self._chosen(value))
        named = [
            value
            for name, value in names.items()
            if isinstance(value, View) and re.search(rf"\b{name}\.\w+ *(?:,|=)", code)
        ]
        last = self._shown[-1:]
        parts += [
            self._view(view)
            for view in {id(each): each for each in [*named, *last]}.values()
            if self._words.get(id(view)) not in (None, view.alt)
        ]
        return "".join(parts)

    def _view(self, view: View, *, table: bool = True) -> str:
        self._shown.append(view)
        self._words[id(view)] = view.alt
        drawn = picture(view.figure(), view.alt)
        if not table:
            return drawn
        rows = view.table()
        rows = rows[[each for each in rows.columns if each not in NOT_PRINTED]]
        title = view.alt.partition(":")[0]
        if len(rows) <= NEAR:
            return drawn + frame(rows, title)
        if len(rows) > FAR:
            said = f"As a table this has {len(rows)} rows, too many to print: see the notebook."
            return f"{drawn}<p class='small'>{said}</p>"
        self.appendix.append((title, frame(rows, title)))
        place = len(self.appendix)
        said = f'The same as a table: <a href="#table-{place}">table {place}</a>, at the end.'
        return f'{drawn}<p class="small">{said}</p>'

    def _dashboard(self, value: Dashboard) -> str:
        views = (value.map, value.timeline, value.network)
        parts = [self._article(value.article), _date(value.as_of)]
        return "".join([*parts, *(self._view(each, table=False) for each in views)])

    def _article(self, article: ArticleWidget) -> str:
        parts = [] if self._told_article else [_article_text(article)]
        self._told_article = True
        if {"voice", "type"} & set(article.layers):
            parts.append(picture(article.figure(), article.alt))
        parts.append(_mentions(article))
        parts.append(self._chosen(article))
        return "".join(parts) or '<p class="small">(The article stands further up.)</p>'

    def _chosen(self, article: ArticleWidget) -> str:
        cards = {each["id"]: each for each in article.data["claims"]}
        card = cards.get(article.selected)
        if card is None or article.selected == self._card:
            return ""
        self._card = article.selected
        words = {each.row.id: each.row.exact for each in article._claims}[article.selected]
        return (
            f'<div class="card"><p><q>{escape(words)}</q></p><p><strong>{escape(card["title"])}'
            f"</strong> <em>{escape(card['verdict_words'])}</em> (as of {escape(card['as_of'])})."
            f"</p><p>{escape(card['text'])}</p></div>"
        )


def picture(figure: Figure, alt: str) -> str:
    """A figure as a drawing inside the page, with its alternative text; always the same bytes."""
    from matplotlib import rc_context

    stream = StringIO()
    with rc_context({"svg.hashsalt": "afkit", "svg.fonttype": "path"}):
        none = dict.fromkeys(("Date", "Creator", "Format", "Type"))
        figure.savefig(stream, format="svg", bbox_inches="tight", metadata=none)
    drawn = stream.getvalue()
    drawn = re.sub(r"<metadata>.*?</metadata>|<!--.*?-->", "", drawn, flags=re.DOTALL)
    drawn = drawn[drawn.index("<svg") :].strip()
    # A hundredth of a point is far below what a printer shows; scales of letters stay as they are.
    drawn = re.sub(r' (?:d|x|y|points)="[^"]*"|translate\([^)]*\)', _rounded, drawn)
    drawn = re.sub(r">\s+<", "><", drawn).replace("\n", " ")
    data = quote(drawn.replace('"', "'"), safe=SAFE)
    return f'<figure><img alt="{escape(alt)}" src="data:image/svg+xml,{data}"></figure>\n'


def _rounded(numbers: re.Match[str]) -> str:
    return re.sub(r"-?\d+\.\d{3,}", lambda each: f"{float(each[0]):.2f}", numbers[0])


def frame(rows: pd.DataFrame | pd.Series[Any], title: str = "") -> str:
    """A table as HTML, cut after forty rows as a notebook cuts it."""
    import pandas as pd

    table = rows.to_frame() if isinstance(rows, pd.Series) else rows
    most = None if title else 40
    with pd.option_context("display.max_colwidth", CELL):
        made = table.to_html(border=0, max_rows=most, justify="left", index=not title)
    made = re.sub(r' (?:class="dataframe"|style="text-align: left;")', "", made)
    made = re.sub(r"\n\s+", "\n", made)
    head, body, tail = made.partition("<tbody>")
    head = head.replace("<th></th>", "<td></td>").replace("<th>", '<th scope="col">')
    made = head + body + tail.replace("<th>", '<th scope="row">')
    caption = f"<caption>{escape(title)}</caption>" if title else ""
    return f'<div class="wide">{made.replace("<table>", f"<table>{caption}")}</div>\n'


def _picture(value: Picture) -> str:
    return picture(value.figure, value.alt) if value.figure else value._repr_html_()


def _date(value: AsOf) -> str:
    day = f"{value.day:%A} {Edtf(value.date).in_words()}"
    words = f"{escape(day)} = {escape(str(solar_hijri(value.day)))}"
    return f'<p class="date">The views show what was known on <strong>{words}</strong>.</p>'


def _reading(value: Reading) -> str:
    return f'<div class="reading">{to_html(value.markdown, 1)}</div>'


def _article_text(article: ArticleWidget) -> str:
    parts, number = [], 0
    for block in article.data["blocks"]:
        words = escape("".join(each["text"] for each in block["pieces"]), quote=False)
        if block["role"] == "paragraph":
            number += 1
            parts.append(f'<p><span class="number">{number}</span> {words}</p>')
        else:
            parts.append(f"<p><strong>{words}</strong></p>")
    return f'<div class="article">{"".join(parts)}</div>'


def _mentions(article: ArticleWidget) -> str:
    layers = set(article.layers) & {each["layer"] for each in article.data["mentions"]}
    rows: Iterable[dict[str, Any]] = article.data["mentions"]
    cells = "".join(
        f'<tr><th scope="row">{escape(each["words"])}</th><td>{escape(each["title"])} '
        f"({escape(each['facts'])})</td><td>{escape(each['note'] or each['text'])}</td></tr>"
        for each in rows
        if each["layer"] in layers
    )
    named = escape(", ".join(LAYERS[each] for each in sorted(layers)))
    head = "".join(f'<th scope="col">{each}</th>' for each in ("words", "meant", "note"))
    table = f"<table><caption>{named}</caption><thead><tr>{head}</tr></thead>"
    return f'<div class="wide">{table}<tbody>{cells}</tbody></table></div>' if cells else ""


def _plain(value: object) -> str:
    import pandas as pd

    if isinstance(value, pd.DataFrame | pd.Series):
        return frame(value)
    markup = getattr(value, "_repr_html_", None)
    if markup:
        return f'<div class="output">{markup()}</div>'
    if isinstance(value, str):
        return f'<p class="output">{escape(value)}</p>'
    return f'<pre class="output">{escape(repr(value))}</pre>'
