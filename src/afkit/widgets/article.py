"""The article, its claims and its names in; a text with layers, and its printed twins, out.

The text is cut at every boundary of a claim or a mention, so that spans may overlap freely and each
piece knows all that is said about it. Who speaks is told by the *innermost* claim: the shortest
one that covers a piece.

How words are counted (:meth:`ArticleWidget.voices`, :meth:`ArticleWidget.figure`): the *body* is
everything below the headline; a word is what stands between two blanks, so that ``arms-length`` and
``(1979-1989)`` are one word each; a word belongs to the voice of the innermost claim at its first
letter or digit, and where no claim is, to the unsigned reporter (``desk``, ``own``). Words of a
reported voice are ``direct`` inside quotation marks and ``indirect`` outside them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby, pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import anywidget
import traitlets as t

from afkit import kit
from afkit.facts import tables
from afkit.facts.citations import cite
from afkit.facts.dates import Edtf
from afkit.facts.schema import Actor, Claim, Event, Mention, Place, Row, Span

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["LAYERS", "ArticleWidget", "article"]

#: The layers that a reader can switch, and what their buttons say.
LAYERS = {
    "voice": "Voice",
    "type": "Type of claim",
    "people": "People and organisations",
    "dates": "Dates and events",
    "places": "Places",
}
DESK = "desk"
DESK_NAME = "Desk (unsigned reporter)"
SPEECHES = {"direct": "in quotation marks", "indirect": "reported", "own": "own words"}
VERDICTS = {
    "supported": "supported",
    "imprecise": "imprecise",
    "disputed": "disputed",
    "wrong": "wrong",
    "as-of": "as-of: true then, not later",
    "not-checkable": "not checkable",
}
#: Looks that the style sheets tell apart; further voices begin again and keep their own letters.
LOOKS = 6
HATCHES = ("", "////", "....", "xx", "----", "\\\\\\\\")
A4_WIDTH = 7.4
HERE = Path(__file__).parent

R = TypeVar("R", bound=Row)


@dataclass(frozen=True, slots=True)
class _Placed:
    """A claim or mention and the characters that it covers: ``text[start:end]``."""

    row: Claim | Mention
    start: int
    end: int

    @property
    def layer(self) -> str:
        """The layer that shows a mention; ``""`` for a claim, which is always there."""
        if isinstance(self.row, Claim):
            return ""
        if self.row.actor:
            return "people"
        return "places" if self.row.place else "dates"


@dataclass(frozen=True, slots=True)
class _Block:
    """A headline, subheading or paragraph of the article."""

    role: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Voice:
    """Who asserts things in the article: an actor's id or ``desk``, a name, a letter, a look."""

    id: str
    name: str
    mark: str
    look: int


class ArticleWidget(anywidget.AnyWidget):
    """The article with its layers; show it by naming it last in a cell.

    Attributes
    ----------
    selected : str
        Id of the chosen claim or mention, ``""`` when none is; set it to choose one.
    layers : list of str
        Layers that are on, of ``voice``, ``type``, ``people``, ``dates`` and ``places``.
    data : dict
        What the view draws: blocks of text cut into pieces, and a card for each claim and mention.
    alt : str
        What :meth:`figure` shows, in words.

    Raises
    ------
    traitlets.TraitError
        When ``selected`` or ``layers`` is set to something that the article does not have.
    afkit.facts.tables.DataError
        If a table cannot be read, or a claim or mention does not stand in the article exactly once.
    """

    _esm = HERE / "js" / "article.js"
    _css = HERE / "js" / "article.css"

    selected = t.Unicode("", help="id of the chosen claim or mention").tag(sync=True)
    layers = t.List(t.Unicode(), help="layers that are on").tag(sync=True)
    data = t.Dict(help="what the view draws").tag(sync=True)

    def __init__(self, layers: Iterable[str] = ("voice",), root: Path | None = None) -> None:
        self._root = root or kit.find()
        self._text = tables.article(self._root)
        self._claims = _place(self._text, "claims", tables.records(Claim, self._root))
        self._mentions = _place(self._text, "mentions", tables.records(Mention, self._root))
        _refuse_shared_ids(self._claims, self._mentions)
        self._actors = _by_id(Actor, self._root)
        self._voices = _voices(self._claims, self._actors)
        self._blocks = _blocks(self._text)
        self._spoken = [
            [_speaker(self._text, self._claims, start) for start in _words(self._text, block)]
            for block in self._blocks
        ]
        if len(self._blocks) < 2:
            file, expected = (
                kit.load(self._root).article,
                "a headline, a blank line and a paragraph",
            )
            found = f"{len(self._blocks)} blocks of text"
            raise tables.DataError([tables.Problem(file, "the article", found, expected)])
        on = [layers] if isinstance(layers, str) else list(layers)
        super().__init__(layers=on, data=self._payload())

    def __repr__(self) -> str:
        chosen = f"{self.selected} chosen" if self.selected else "nothing chosen"
        on = ", ".join(self.layers) or "none"
        return (
            f"<ArticleWidget “{self._headline}”: {len(self._claims)} claims, "
            f"{len(self._mentions)} names, dates and places; layers on: {on}; {chosen}>"
        )

    def _repr_mimebundle_(self, **kwargs: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        data, metadata = super()._repr_mimebundle_(**kwargs) or ({}, {})
        return data | {"text/plain": repr(self), "text/html": self._html()}, metadata

    def table(self) -> pd.DataFrame:
        """The claims in the order of the text, one row each, indexed by claim id.

        Returns
        -------
        pandas.DataFrame
            Columns ``words`` (to the letter), ``claim``, ``voice``, ``speech``, ``type``,
            ``verdict``, ``as_of`` (``datetime64``), ``explanation`` and ``sources`` (short cites
            with ``"; "`` between).
        """
        import pandas as pd

        rows = [each.row for each in self._claims if isinstance(each.row, Claim)]
        named = ("claim", "voice", "speech", "type", "verdict", "as_of", "explanation")
        columns = {"words": [row.exact for row in rows]}
        columns |= {name: [getattr(row, name) for row in rows] for name in named}
        columns["sources"] = [
            "; ".join(cite(each, self._root).short for each in row.sources) for row in rows
        ]
        frame = pd.DataFrame(columns, index=pd.Index([row.id for row in rows], name="id"))
        frame["as_of"] = pd.to_datetime(frame["as_of"])
        return frame

    def voices(self) -> pd.DataFrame:
        """How many words of the body each voice has, as quotation, as report and as its own.

        The body is everything below the headline; a word is what stands between two blanks; it
        belongs to the voice of the innermost (shortest) claim that covers its first letter or
        digit, and where there is no claim, to ``desk``, ``own``. Words of a voice that the desk
        reports are ``direct`` inside quotation marks and ``indirect`` outside them.

        Returns
        -------
        pandas.DataFrame
            One row per ``voice`` and ``speech`` that has words, the largest first, with ``words``
            (a count) and ``share`` (of all words of the body, 0 to 1).
        """
        import pandas as pd

        counts = self._counts()
        ranked = sorted(counts.items(), key=lambda each: (-each[1], each[0]))
        total = sum(counts.values())
        rows = [(voice, speech, words, words / total) for (voice, speech), words in ranked]
        return pd.DataFrame(rows, columns=["voice", "speech", "words", "share"])

    @property
    def alt(self) -> str:
        """What :meth:`figure` shows, in words: the alternative text to show it with."""
        totals, counts = self._totals(), self._counts()
        all_words = sum(totals.values())
        parts = [
            f"{voice.name} {totals[voice.id]} ({totals[voice.id] / all_words:.0%}), "
            f"of them {counts[voice.id, 'direct']} in quotation marks"
            for voice in self._voices
        ]
        return (
            f"Whose words fill the article “{self._headline}”. Bars count the {all_words} words "
            f"below the headline by voice: {'; '.join(parts)}. Under them each paragraph is a "
            "strip, as long as its words, in the colour, pattern and letter of whoever speaks."
        )

    def figure(self) -> Figure:
        """The article as a printed picture: words per voice, and each paragraph as a strip.

        A voice has a colour, a hatching and a letter; a letter in quotation marks stands for words
        that the article gives as a quotation. Show it with its description::

            afkit.show(w.figure(), alt=w.alt)

        Returns
        -------
        matplotlib.figure.Figure
            As wide as an A4 page between its margins (7.4 inches); all lengths count words.
        """
        from matplotlib import style
        from matplotlib.figure import Figure

        body = list(zip(self._blocks[1:], self._spoken[1:], strict=True))
        heights = [len(self._voices) + 1.2, len(body) + 1.2]
        with style.context(HERE / "afkit.mplstyle"):
            size = (A4_WIDTH, 0.36 * sum(heights) + 0.9)
            fig = Figure(figsize=size, layout="constrained")
            above, below = fig.subplots(2, 1, height_ratios=heights)
            self._draw_totals(above)
            self._draw_strips(below, body)
        return fig

    @t.validate("selected")
    def _check_selected(self, proposal: dict[str, Any]) -> str:
        from difflib import get_close_matches

        value: str = proposal["value"]
        known = [each.row.id for each in (*self._claims, *self._mentions)]
        if value and value not in known:
            close = ", ".join(get_close_matches(value, known, n=3))
            hint = f"close to it: {close}" if close else "the ids are in .table()"
            raise t.TraitError(
                f"selected: the article has no claim or mention '{value}' ({hint}); "
                'write one of its ids, or "" to choose nothing'
            )
        return value

    @t.validate("layers")
    def _check_layers(self, proposal: dict[str, Any]) -> list[str]:
        value: list[str] = proposal["value"]
        for name in value:
            if name not in LAYERS:
                known = ", ".join(LAYERS)
                raise t.TraitError(f"layers: there is no '{name}'; the layers are {known}")
        return [name for name in LAYERS if name in value]

    @property
    def _headline(self) -> str:
        first = self._blocks[0]
        return self._text[first.start : first.end]

    def _counts(self) -> Counter[tuple[str, str]]:
        return Counter(each for block in self._spoken[1:] for each in block)

    def _totals(self) -> Counter[str]:
        totals: Counter[str] = Counter()
        for (voice, _), words in self._counts().items():
            totals[voice] += words
        return totals

    def _payload(self) -> dict[str, Any]:
        spans = (*self._claims, *self._mentions)
        return {
            "blocks": [
                {"role": block.role, "pieces": _pieces(self._text, block, spans)}
                for block in self._blocks
            ],
            "claims": [self._claim_card(each) for each in self._claims],
            "mentions": self._mention_cards(),
            "voices": [
                {"id": each.id, "name": each.name, "mark": each.mark, "look": each.look}
                for each in self._voices
            ],
            "speeches": SPEECHES,
            "layers": [{"id": name, "label": label} for name, label in LAYERS.items()],
        }

    def _claim_card(self, placed: _Placed) -> dict[str, Any]:
        row = placed.row
        assert isinstance(row, Claim)  # noqa: S101  for the type checker: claims hold claims
        return {
            "id": row.id,
            "title": row.claim,
            "voice": row.voice,
            "speech": row.speech,
            "type": row.type,
            "verdict": row.verdict,
            "verdict_words": VERDICTS[row.verdict],
            "as_of": Edtf(row.as_of.isoformat()).in_words(),
            "text": self._prose(row.explanation),
            "note": self._prose(row.note),
            "sources": self._links(row),
        }

    def _mention_cards(self) -> list[dict[str, Any]]:
        rows = [each.row for each in self._mentions if isinstance(each.row, Mention)]
        # A kit whose mentions name no place or event needs no such table.
        places = _by_id(Place, self._root) if any(row.place for row in rows) else {}
        events = _by_id(Event, self._root) if any(row.event for row in rows) else {}
        cards = []
        for placed, row in zip(self._mentions, rows, strict=True):
            if row.actor:
                card = _actor_card(_named(self._actors, row.actor, row))
            elif row.place:
                card = _place_card(_named(places, row.place, row), places)
            elif row.event:
                card = _event_card(_named(events, row.event, row))
            else:
                card = _date_card(row)
            common = {"id": row.id, "layer": placed.layer, "words": row.exact}
            card |= {"note": self._prose(row.note), "sources": self._links(row)}
            cards.append(common | card)
        return cards

    def _prose(self, text: str) -> str:
        """Prose with short cites in place of the ids by which it names references."""
        known = tables.references(self._root)
        words = r"[a-z0-9]+(?:-[a-z0-9]+)+"
        return re.sub(
            words,
            lambda found: cite(found[0], self._root).short if found[0] in known else found[0],
            text,
        )

    def _links(self, row: Row) -> list[dict[str, str]]:
        links = []
        for each in row.sources:
            citation = cite(each, self._root)
            url = str(citation.item["URL"])
            # The short cite carries the link, so the full entry need not spell the address out.
            full = " ".join(citation.full.replace(url, "").split())
            links.append({"short": citation.short, "full": full, "url": url})
        return links

    def _html(self) -> str:
        """The text with numbered notes, for readers without JavaScript."""
        cards: Mapping[str, Any] = self.data
        numbers = {card["id"]: number for number, card in enumerate(cards["claims"], start=1)}
        tags = {"headline": "h2", "subheading": "h3", "paragraph": "p"}
        named = [(tags[block["role"]], block["pieces"]) for block in cards["blocks"]]
        text = "".join(f"<{tag}>{_html_pieces(each, numbers)}</{tag}>" for tag, each in named)
        voices = {each.id: each.name for each in self._voices}
        claims = "".join(
            _html_claim(card, placed.row.exact, voices)
            for card, placed in zip(cards["claims"], self._claims, strict=True)
        )
        names = "".join(map(_html_mention, cards["mentions"]))
        listed = f"<h3>Names, dates and places</h3><ul>{names}</ul>" if names else ""
        return f"<div>{text}<h3>What the article claims</h3><ol>{claims}</ol>{listed}</div>"

    def _draw_totals(self, axes: Axes) -> None:
        totals = self._totals()
        all_words = sum(totals.values())
        for place, voice in enumerate(self._voices):
            words = totals[voice.id]
            _bar(axes, place, 0, words, voice)
            label = f"{words} words, {words / all_words:.0%}"
            axes.annotate(label, (words, place), (5, 0), textcoords="offset points", va="center")
        names = [f"{voice.name}  {voice.mark}" for voice in self._voices]
        axes.set_yticks(range(len(names)), names)
        axes.set_title("Whose words fill the article?")
        axes.set(xlim=(0, 1.25 * max(totals.values())), xticks=[])
        axes.spines["bottom"].set_visible(False)
        axes.invert_yaxis()

    def _draw_strips(
        self, axes: Axes, body: Sequence[tuple[_Block, list[tuple[str, str]]]]
    ) -> None:
        voices = {each.id: each for each in self._voices}
        for place, (_, spoken) in enumerate(body):
            begin = 0
            for (voice, speech), run in groupby(spoken):
                words = len(list(run))
                mark = voices[voice].mark
                _bar(axes, place, begin, words, voices[voice])
                if words > len(mark) + 1:
                    quoted = f"“{mark}”" if speech == "direct" else mark
                    _letter(axes, begin + words / 2, place, quoted)
                begin += words
        axes.set_yticks(range(len(body)), [_opening(self._text, block) for block, _ in body])
        axes.set_title("Who speaks where: each strip is a paragraph")
        axes.set_xlabel("words (a letter in quotation marks: given as a quotation)")
        axes.set(xlim=(0, max(len(spoken) for _, spoken in body) + 1), ylim=(len(body) - 0.4, -0.6))


def article(layers: Iterable[str] = ("voice",)) -> ArticleWidget:
    """The kit's article with its claims, names, dates and places beside it.

    Choose words with the mouse, or Tab into the text, move with the arrow keys and press Enter.

    Parameters
    ----------
    layers
        Layers that are on at first, of ``voice``, ``type``, ``people``, ``dates`` and ``places``.

    Raises
    ------
    traitlets.TraitError
        If there is no such layer.
    afkit.kit.KitError
        If there is no kit here.
    afkit.facts.tables.DataError
        If a table cannot be read, or a claim or mention does not stand in the article exactly once.
    """
    return ArticleWidget(layers)


def _place(text: str, table: str, rows: Sequence[Claim | Mention]) -> tuple[_Placed, ...]:
    placed, found = [], []
    for line, row in enumerate(rows, start=2):
        quote = row.prefix + row.exact + row.suffix
        if (times := text.count(quote)) != 1:
            where = (f"data/{table}.csv", f"row {line} ({row.id})")
            there = f"'{quote}' {times} times in the article"
            expected = "words that stand in the article exactly once; lengthen prefix or suffix"
            found.append(tables.Problem(*where, there, expected))
            continue
        start = text.index(quote) + len(row.prefix)
        placed.append(_Placed(row, start, start + len(row.exact)))
    if found:
        raise tables.DataError(found)
    return tuple(sorted(placed, key=lambda each: (each.start, -each.end, each.row.id)))


def _refuse_shared_ids(claims: Iterable[_Placed], mentions: Iterable[_Placed]) -> None:
    both = {each.row.id for each in claims} & {each.row.id for each in mentions}
    if both:
        where = ("data/mentions.csv", f"the rows {', '.join(sorted(both))}")
        expected = "ids that data/claims.csv does not use, so that 'selected' can mean one"
        raise tables.DataError([tables.Problem(*where, "ids of claims", expected)])


def _by_id(record: type[R], root: Path) -> dict[str, R]:
    return {row.id: row for row in tables.records(record, root)}


def _named(rows: Mapping[str, R], name: str, row: Span) -> R:
    if name not in rows:
        table = "claims" if isinstance(row, Claim) else "mentions"
        where = (f"data/{table}.csv", f"row {row.id}")
        raise tables.DataError([tables.Problem(*where, f"'{name}'", "an id that data/ defines")])
    return rows[name]


def _voices(claims: Sequence[_Placed], actors: Mapping[str, Actor]) -> tuple[_Voice, ...]:
    """The desk and then the others as the text brings them in, each with a letter of its own."""
    found = [_Voice(DESK, DESK_NAME, "D", 0)]
    for placed in claims:
        row = placed.row
        if not isinstance(row, Claim) or row.voice in {each.id for each in found}:
            continue
        name = _named(actors, row.voice, row).name
        initials = "".join(word[0] for word in name.split()).upper()
        taken = {each.mark for each in found}
        free = [mark for mark in (initials[-1], initials) if mark not in taken]
        mark = free[0] if free else str(len(found))
        found.append(_Voice(row.voice, name, mark, len(found) % LOOKS))
    return tuple(found)


def _blocks(text: str) -> tuple[_Block, ...]:
    """What stands between blank lines: the headline, then paragraphs and subheadings."""
    found = [(each.start(), each.end()) for each in re.finditer(r"\S(?:.|\n(?!\s*\n))*", text)]
    return tuple(_Block(_role(text, each, found), *each) for each in found)


def _role(text: str, block: tuple[int, int], blocks: Sequence[tuple[int, int]]) -> str:
    if block == blocks[0]:
        return "headline"
    # A text without marks for headings: a short line that no stop ends, and that text follows.
    words = text[slice(*block)]
    short = len(words.split()) <= 10 and block != blocks[-1]
    return "subheading" if short and not re.search(r":|[.!?…]\W*$", words) else "paragraph"


def _innermost(spans: Iterable[_Placed], start: int) -> list[_Placed]:
    """The spans that cover a character, the shortest first; of two alike, the claim."""
    covering = [each for each in spans if each.start <= start < each.end]
    return sorted(covering, key=lambda each: (each.end - each.start, each.layer, each.row.id))


def _pieces(text: str, block: _Block, spans: Sequence[_Placed]) -> list[dict[str, Any]]:
    """A block cut at every boundary; each piece with the ids of its spans, the innermost first."""
    ends = {end for each in spans for end in (each.start, each.end)}
    inside = {end for end in ends if block.start < end < block.end}
    return [
        {"text": text[start:end], "spans": [each.row.id for each in _innermost(spans, start)]}
        for start, end in pairwise(sorted({block.start, block.end} | inside))
    ]


def _words(text: str, block: _Block) -> Iterator[int]:
    """Where each word of a block begins: its first letter or digit, or else its first sign."""
    for found in re.finditer(r"\S+", text[block.start : block.end]):
        letter = re.search(r"[^\W_]", found.group())
        yield block.start + found.start() + (letter.start() if letter else 0)


def _speaker(text: str, claims: Iterable[_Placed], start: int) -> tuple[str, str]:
    """Voice and speech of the word whose first letter is at ``start``."""
    row = next((each.row for each in _innermost(claims, start)), None)
    if not isinstance(row, Claim):
        return DESK, "own"
    if row.speech == "own":
        return row.voice, "own"
    quoted = text.rfind("“", 0, start) > text.rfind("”", 0, start)
    return row.voice, "direct" if quoted else "indirect"


def _native(row: Actor | Place) -> list[dict[str, str]]:
    """Names in their own script, with the language that a screen reader should read them in."""
    names: tuple[tuple[str, str, str], ...]
    names = (("fa-AF", "Dari", row.name_fa), ("ps", "Pashto", row.name_ps))
    if row.name_fa == row.name_ps:
        names = (("fa-AF", "Dari and Pashto", row.name_fa),)
    return [{"lang": lang, "language": word, "name": name} for lang, word, name in names if name]


def _actor_card(row: Actor) -> dict[str, Any]:
    words = {"person": ("born", "died"), "organisation": ("founded", "dissolved")}
    days = zip(words.get(row.kind, ("from", "until")), (row.born, row.died), strict=True)
    facts = ", ".join([row.kind, *(f"{word} {day.in_words()}" for word, day in days if day)])
    return {"title": row.name, "native": _native(row), "facts": facts, "text": row.summary}


def _place_card(row: Place, places: Mapping[str, Place]) -> dict[str, Any]:
    province = places.get(row.province)
    facts = f"{row.kind} in {province.name}" if province and province is not row else row.kind
    return {"title": row.name, "native": _native(row), "facts": facts, "text": ""}


def _event_card(row: Event) -> dict[str, Any]:
    return {"title": row.title, "native": [], "facts": row.date.in_words(), "text": row.summary}


def _date_card(row: Mention) -> dict[str, Any]:
    if row.date is None:
        where = ("data/mentions.csv", f"row {row.id}")
        expected = "one: actor, place, date or event"
        raise tables.DataError([tables.Problem(*where, "no meaning", expected)])
    return {"title": row.date.in_words(), "native": [], "facts": f"date ({row.date})", "text": ""}


def _html_pieces(pieces: Sequence[Mapping[str, Any]], numbers: Mapping[str, int]) -> str:
    parts = []
    for here, after in zip(pieces, [*pieces[1:], {"spans": []}], strict=True):
        parts.append(escape(here["text"], quote=False))
        ended = [each for each in here["spans"] if each in numbers and each not in after["spans"]]
        notes = (
            f'<a href="#afkit-{name}" aria-label="note {numbers[name]}">{numbers[name]}</a>'
            for name in sorted(ended, key=numbers.__getitem__)
        )
        parts.append(f"<sup>{', '.join(notes)}</sup>" if ended else "")
    return "".join(parts)


def _html_claim(card: Mapping[str, Any], words: str, voices: Mapping[str, str]) -> str:
    note = f" Note: {escape(card['note'])}" if card["note"] else ""
    return (
        f'<li id="afkit-{card["id"]}"><q>{escape(words)}</q><br>'
        f"<strong>{escape(card['title'])}</strong> {escape(voices[card['voice']])}, "
        f"{SPEECHES[card['speech']]}; {card['type']}; <em>{escape(card['verdict_words'])}</em> "
        f"(as of {card['as_of']}). {escape(card['text'])}{note} {_html_links(card)}</li>"
    )


def _html_mention(card: Mapping[str, Any]) -> str:
    native = "".join(
        f', <span lang="{each["lang"]}" dir="rtl">{escape(each["name"])}</span>'
        for each in card["native"]
    )
    said = " ".join(escape(each) for each in (card["text"], card["note"]) if each)
    return (
        f"<li><q>{escape(card['words'])}</q>: {escape(card['title'])}{native} "
        f"({escape(card['facts'])}). {said} {_html_links(card)}</li>"
    )


def _html_links(card: Mapping[str, Any]) -> str:
    links = "; ".join(
        f'<a href="{escape(each["url"])}">{escape(each["short"])}</a>' for each in card["sources"]
    )
    return f"Sources: {links}."


def _bar(axes: Axes, place: float, begin: float, words: int, voice: _Voice) -> None:
    axes.barh(
        place, words, left=begin, height=0.66, color=f"C{voice.look}", edgecolor="white",
        linewidth=0.8, hatch=HATCHES[voice.look],
    )  # fmt: skip


def _letter(axes: Axes, x: float, y: float, mark: str) -> None:
    box = {"boxstyle": "round,pad=0.18", "facecolor": "white", "edgecolor": "none"}
    axes.text(x, y, mark, ha="center", va="center", fontsize=8, bbox=box)


def _opening(text: str, block: _Block) -> str:
    words = text[block.start : block.end].split()
    return " ".join(words[:3]) + (" …" if len(words) > 3 else "")
