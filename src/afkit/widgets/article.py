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

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import anywidget
import ipywidgets
import traitlets as t

from afkit import kit
from afkit.facts import tables
from afkit.facts.citations import cite, cites
from afkit.facts.dates import Edtf
from afkit.facts.schema import Actor, Claim, Event, Mention, Place, Row
from afkit.widgets import annotation, article_print
from afkit.widgets.sheets import STATIC, sheets
from afkit.widgets.store import native, prose
from afkit.widgets.view import WITHOUT

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from afkit.widgets.annotation import Block, Placed, Voice

__all__ = ["LAYERS", "VERDICTS", "ArticleWidget", "article"]

#: The layers that a reader can switch, and what their buttons say.
LAYERS = {
    "voice": "Voice",
    "type": "Type of claim",
    "people": "People and organisations",
    "dates": "Dates and events",
    "places": "Places",
}
VERDICTS = {
    "supported": "supported",
    "imprecise": "imprecise",
    "disputed": "disputed",
    "wrong": "wrong",
    "as-of": "as-of: true then, not later",
    "not-checkable": "not checkable",
}


LINKED: dict[str, Any] = {"sync": True, **ipywidgets.widget_serialization}


def _as_text(data: dict[str, Any], _: object) -> str:
    """What the view draws as it travels: one text, not searched for buffers by ipywidgets."""
    held = _TEXTS.get(id(data))
    if held is None or held[0] is not data:
        _TEXTS.clear()  # one article at a time is shown
        held = _TEXTS[id(data)] = (data, json.dumps(data, ensure_ascii=False))
    return held[1]


_TEXTS: dict[int, tuple[dict[str, Any], str]] = {}


class _Annotated(NamedTuple):
    """The article with what is said in it, by whom; and what the view draws, once that is made."""

    text: str
    claims: tuple[Placed, ...]
    mentions: tuple[Placed, ...]
    actors: dict[str, Actor]
    voices: tuple[Voice, ...]
    blocks: tuple[Block, ...]
    spoken: list[list[tuple[str, str]]]
    payload: dict[str, Any]


def _annotated(root: Path) -> _Annotated:
    return _read(root, tables.article(root), tables.stamp(root))


@lru_cache(maxsize=2)
def _read(root: Path, text: str, _stamp: tuple[int, ...]) -> _Annotated:
    claims = annotation.place(text, "claims", tables.records(Claim, root))
    mentions = annotation.place(text, "mentions", tables.records(Mention, root))
    annotation.refuse_shared_ids(claims, mentions)
    actors = annotation.by_id(Actor, root)
    blocks = annotation.blocks(text)
    spoken = [
        [annotation.speaker(text, claims, start) for start in annotation.words(text, block)]
        for block in blocks
    ]
    voices = annotation.voices(claims, actors)
    return _Annotated(text, claims, mentions, actors, voices, blocks, spoken, {})


class ArticleWidget(anywidget.AnyWidget):
    """The article with its layers; show it by naming it last in a cell.

    Attributes
    ----------
    selected : str
        Id of the chosen claim or mention, ``""`` when none is; set it to choose one.
    layers : list of str
        Layers that are on, of ``voice``, ``type``, ``people``, ``dates`` and ``places``.
    vote_first : bool
        Whether a claim's verdict stays closed until the reader has given one of their own.
    votes : dict
        The reader's own verdicts by claim id; :meth:`compare` puts a class's votes together.
    as_of, timeline, network, map
        Views that follow: a date in the text moves ``as_of``, a person is chosen in ``network``, a
        place on the ``map``, an event in the ``timeline``. ``None`` where there is none.
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

    _esm = STATIC / "article.js"
    sheets = sheets("article")

    selected = t.Unicode("", help="id of the chosen claim or mention").tag(sync=True)
    layers = t.List(t.Unicode(), help="layers that are on").tag(sync=True)
    vote_first = t.Bool(False, help="ask for a verdict before showing one").tag(sync=True)
    votes = t.Dict(help="the reader's verdicts by claim id").tag(sync=True)
    data = t.Dict(help="what the view draws").tag(sync=True, to_json=_as_text)
    as_of = t.Instance(ipywidgets.Widget, allow_none=True).tag(**LINKED)
    timeline = t.Instance(ipywidgets.Widget, allow_none=True).tag(**LINKED)
    network = t.Instance(ipywidgets.Widget, allow_none=True).tag(**LINKED)
    map = t.Instance(ipywidgets.Widget, allow_none=True).tag(**LINKED)

    def __init__(
        self,
        layers: Iterable[str] = ("voice",),
        root: Path | None = None,
        **traits: Any,  # noqa: ANN401  vote_first, votes and the views that follow
    ) -> None:
        self._root = root or kit.find()
        made = _annotated(self._root)
        self._text, self._claims, self._mentions = made.text, made.claims, made.mentions
        self._actors, self._voices = made.actors, made.voices
        self._blocks, self._spoken = made.blocks, made.spoken
        if len(self._blocks) < 2:
            file, expected = (
                kit.load(self._root).article,
                "a headline, a blank line and a paragraph",
            )
            found = f"{len(self._blocks)} blocks of text"
            raise tables.DataError([tables.Problem(file, "the article", found, expected)])
        on = [layers] if isinstance(layers, str) else list(layers)
        super().__init__(layers=on, data=self._drawn(), **traits)

    def __repr__(self) -> str:
        chosen = f"{self.selected} chosen" if self.selected else "nothing chosen"
        on = ", ".join(self.layers) or "none"
        return (
            f"<ArticleWidget “{self._headline}”: {len(self._claims)} claims, "
            f"{len(self._mentions)} names, dates and places; layers on: {on}; {chosen}>"
        )

    def _repr_mimebundle_(self, **kwargs: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        data, metadata = super()._repr_mimebundle_(**kwargs) or ({}, {})
        return data | {
            "text/plain": repr(self),
            "text/html": WITHOUT + self.html(),
        }, metadata

    def html(self, prefix: str = "afkit") -> str:
        """Text, claims and mentions with numbered notes; ids on the page begin with ``prefix``."""
        unvoted = (
            {each.row.id for each in self._claims} - set(self.votes) if self.vote_first else set()
        )
        return article_print.html(self.data, self._claims, self._voices, prefix, unvoted)

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
        columns["sources"] = cites(rows, self._root)
        frame = pd.DataFrame(columns, index=pd.Index([row.id for row in rows], name="id"))
        frame["as_of"] = pd.to_datetime(frame["as_of"])
        return frame

    def compare(self, *classmates: Mapping[str, str]) -> pd.DataFrame:
        """How a class voted on each claim, beside the kit's verdict.

        Parameters
        ----------
        *classmates
            The ``votes`` of other readers; one's own are counted too.

        Returns
        -------
        pandas.DataFrame
            One row per claim, in the order of the text, indexed by id: ``claim``, ``verdict`` (the
            kit's), ``own`` (your vote or ``""``), a count for each verdict, and ``agree``, the part
            of votes that fit the kit's verdict (0 to 1, missing without votes).

        Raises
        ------
        ValueError
            If a vote names a claim or a verdict that there is not.
        """
        import pandas as pd

        everybody = [self.votes, *classmates]
        for votes in everybody:
            _refuse_votes(votes, [each.row.id for each in self._claims])
        rows = {}
        for placed in self._claims:
            row = placed.row
            cast = Counter(votes[row.id] for votes in everybody if row.id in votes)
            verdict = getattr(row, "verdict", "")
            agree = cast[verdict] / cast.total() if cast else float("nan")
            counts = {name: cast[name] for name in VERDICTS}
            own = {"claim": getattr(row, "claim", ""), "verdict": verdict}
            rows[row.id] = own | {"own": self.votes.get(row.id, "")} | counts | {"agree": agree}
        frame = pd.DataFrame.from_dict(rows, orient="index")
        frame.index.name = "id"
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
        body = list(zip(self._blocks[1:], self._spoken[1:], strict=True))
        return article_print.draw(self._text, self._voices, body)

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

    @t.validate("votes")
    def _check_votes(self, proposal: dict[str, Any]) -> dict[str, str]:
        value: dict[str, str] = proposal["value"]
        try:
            _refuse_votes(value, [each.row.id for each in self._claims])
        except ValueError as error:
            raise t.TraitError(str(error)) from None
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

    def _drawn(self) -> dict[str, Any]:
        """The payload, made once for an article and its facts as they are."""
        made = _annotated(self._root)
        if not made.payload:
            made.payload.update(self._payload())
        return made.payload

    def _payload(self) -> dict[str, Any]:
        spans = (*self._claims, *self._mentions)
        return {
            "blocks": [
                {"role": block.role, "pieces": annotation.pieces(self._text, block, spans)}
                for block in self._blocks
            ],
            "claims": [self._claim_card(each) for each in self._claims],
            "mentions": self._mention_cards(),
            "voices": [
                {"id": each.id, "name": each.name, "mark": each.mark, "look": each.look}
                for each in self._voices
            ],
            "speeches": article_print.SPEECHES,
            "verdicts": [{"id": name, "label": label} for name, label in VERDICTS.items()],
            "layers": [{"id": name, "label": label} for name, label in LAYERS.items()],
        }

    def _claim_card(self, placed: Placed) -> dict[str, Any]:
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
            "text": prose(row.explanation, self._root),
            "note": prose(row.note, self._root),
            "sources": self._links(row),
        }

    def _mention_cards(self) -> list[dict[str, Any]]:
        rows = [each.row for each in self._mentions if isinstance(each.row, Mention)]
        # A kit whose mentions name no place or event needs no such table.
        places = annotation.by_id(Place, self._root) if any(row.place for row in rows) else {}
        events = annotation.by_id(Event, self._root) if any(row.event for row in rows) else {}
        cards = []
        for placed, row in zip(self._mentions, rows, strict=True):
            if row.actor:
                card = _actor_card(annotation.named(self._actors, row.actor, row))
            elif row.place:
                card = _place_card(annotation.named(places, row.place, row), places)
            elif row.event:
                card = _event_card(annotation.named(events, row.event, row))
            else:
                card = _date_card(row)
            table, means = _meaning(row)
            common = {
                "id": row.id, "layer": placed.layer, "words": row.exact,
                "table": table, "means": means,
            }  # fmt: skip
            card |= {"note": prose(row.note, self._root), "sources": self._links(row)}
            cards.append(common | card)
        return cards

    def _links(self, row: Row) -> list[dict[str, str]]:
        links = []
        for each in row.sources:
            citation = cite(each, self._root)
            url = str(citation.item["URL"])
            # The short cite carries the link, so the full entry need not spell the address out.
            full = " ".join(citation.full.replace(url, "").split())
            links.append({"short": citation.short, "full": full, "url": url})
        return links


def article(
    layers: Iterable[str] = ("voice",),
    *,
    vote_first: bool = False,
    as_of: ipywidgets.Widget | None = None,
    timeline: ipywidgets.Widget | None = None,
    network: ipywidgets.Widget | None = None,
    map: ipywidgets.Widget | None = None,  # noqa: A002  the name that the view has in lessons
) -> ArticleWidget:
    """The kit's article with its claims, names, dates and places beside it.

    Choose words with the mouse, or Tab into the text, move with the arrow keys and press Enter.

    Parameters
    ----------
    layers
        Layers that are on at first, of ``voice``, ``type``, ``people``, ``dates`` and ``places``.
    vote_first
        Whether the reader gives a verdict before seeing the kit's.
    as_of, timeline, network, map
        Views that shall follow what is chosen in the text.

    Raises
    ------
    traitlets.TraitError
        If there is no such layer.
    afkit.kit.KitError
        If there is no kit here.
    afkit.facts.tables.DataError
        If a table cannot be read, or a claim or mention does not stand in the article exactly once.
    """
    views = {"as_of": as_of, "timeline": timeline, "network": network, "map": map}
    return ArticleWidget(layers, vote_first=vote_first, **views)


def _refuse_votes(votes: Mapping[str, str], claims: Iterable[str]) -> None:
    known = set(claims)
    for claim, verdict in votes.items():
        if claim not in known:
            raise ValueError(f"votes: the article has no claim '{claim}'; the ids are in .table()")
        if verdict not in VERDICTS:
            told = ", ".join(VERDICTS)
            raise ValueError(f"votes: '{verdict}' for {claim} is no verdict; write one of {told}")


def _actor_card(row: Actor) -> dict[str, Any]:
    words = {"person": ("born", "died"), "organisation": ("founded", "dissolved")}
    days = zip(words.get(row.kind, ("from", "until")), (row.born, row.died), strict=True)
    facts = ", ".join([row.kind, *(f"{word} {day.in_words()}" for word, day in days if day)])
    return {"title": row.name, "native": native(row), "facts": facts, "text": row.summary}


def _place_card(row: Place, places: Mapping[str, Place]) -> dict[str, Any]:
    province = places.get(row.province)
    facts = f"{row.kind} in {province.name}" if province and province is not row else row.kind
    return {"title": row.name, "native": native(row), "facts": facts, "text": ""}


def _event_card(row: Event) -> dict[str, Any]:
    return {"title": row.title, "native": [], "facts": row.date.in_words(), "text": row.summary}


def _date_card(row: Mention) -> dict[str, Any]:
    if row.date is None:
        where = ("data/mentions.csv", f"row {row.id}")
        expected = "one: actor, place, date or event"
        raise tables.DataError([tables.Problem(*where, "no meaning", expected)])
    return {"title": row.date.in_words(), "native": [], "facts": f"date ({row.date})", "text": ""}


def _meaning(row: Mention) -> tuple[str, str]:
    """The table and the id that words stand for; for a date, the first day that it can mean."""
    if row.date:
        return "date", str(row.date.first or row.date.last)
    named = {"actors": row.actor, "places": row.place, "events": row.event}
    return next((table, name) for table, name in named.items() if name)
