"""The article's cards and spoken words in; its twins in print and in plain HTML out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from html import escape
from itertools import groupby
from typing import TYPE_CHECKING, Any

from afkit.widgets.annotation import Block, Placed, Voice
from afkit.widgets.view import A4_WIDTH, STYLE

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["HATCHES", "SPEECHES", "draw", "html"]

SPEECHES = {"direct": "in quotation marks", "indirect": "reported", "own": "own words"}
HATCHES = ("", "////", "....", "xx", "----", "\\\\\\\\")

#: A paragraph with the voice and speech of each of its words.
Spoken = Sequence[tuple[Block, Sequence[tuple[str, str]]]]


def draw(text: str, voices: Sequence[Voice], body: Spoken) -> Figure:
    """Words per voice as bars, and each paragraph of the body as a strip of who speaks.

    Returns
    -------
    matplotlib.figure.Figure
        As wide as an A4 page between its margins (7.4 inches); all lengths count words.
    """
    from matplotlib import style
    from matplotlib.figure import Figure

    heights = [len(voices) + 1.2, len(body) + 1.2]
    with style.context(STYLE):
        size = (A4_WIDTH, 0.36 * sum(heights) + 0.9)
        fig = Figure(figsize=size, layout="constrained")
        above, below = fig.subplots(2, 1, height_ratios=heights)
        _draw_totals(above, voices, body)
        _draw_strips(below, text, voices, body)
    return fig


def html(
    data: Mapping[str, Any],
    claims: Sequence[Placed],
    voices: Sequence[Voice],
    prefix: str,
    unvoted: Collection[str],
) -> str:
    """The text with numbered notes, for readers without JavaScript.

    Ids begin with ``prefix``; verdicts on ``unvoted`` claims are kept back.
    """
    numbers = {card["id"]: number for number, card in enumerate(data["claims"], start=1)}
    tags = {"headline": "h2", "subheading": "h3", "paragraph": "p"}
    tagged = [(tags[block["role"]], block["pieces"]) for block in data["blocks"]]
    text = "".join(f"<{tag}>{_html_pieces(each, numbers, prefix)}</{tag}>" for tag, each in tagged)
    names = {each.id: each.name for each in voices}
    listed = "".join(
        _html_claim(card, placed.row.exact, names, prefix, card["id"] not in unvoted)
        for card, placed in zip(data["claims"], claims, strict=True)
    )
    known = "".join(map(_html_mention, data["mentions"]))
    mentions = f"<h3>Names, dates and places</h3><ul>{known}</ul>" if known else ""
    return f"<div>{text}<h3>What the article claims</h3><ol>{listed}</ol>{mentions}</div>"


def _draw_totals(axes: Axes, voices: Sequence[Voice], body: Spoken) -> None:
    totals = Counter(voice for _, spoken in body for voice, _ in spoken)
    all_words = sum(totals.values())
    for at, voice in enumerate(voices):
        words = totals[voice.id]
        _bar(axes, at, 0, words, voice)
        label = f"{words} words, {words / all_words:.0%}"
        axes.annotate(label, (words, at), (5, 0), textcoords="offset points", va="center")
    names = [f"{voice.name}  {voice.mark}" for voice in voices]
    axes.set_yticks(range(len(names)), names)
    axes.set_title("Whose words fill the article?")
    axes.set(xlim=(0, 1.25 * max(totals.values())), xticks=[])
    axes.spines["bottom"].set_visible(False)
    axes.invert_yaxis()


def _draw_strips(axes: Axes, text: str, voices: Sequence[Voice], body: Spoken) -> None:
    known = {each.id: each for each in voices}
    for at, (_, spoken) in enumerate(body):
        begin = 0
        for (voice, speech), run in groupby(spoken):
            words = len(list(run))
            mark = known[voice].mark
            _bar(axes, at, begin, words, known[voice])
            if words > len(mark) + 1:
                quoted = f"“{mark}”" if speech == "direct" else mark
                _letter(axes, begin + words / 2, at, quoted)
            begin += words
    axes.set_yticks(range(len(body)), [_opening(text, block) for block, _ in body])
    axes.set_title("Who speaks where: each strip is a paragraph")
    axes.set_xlabel("words (a letter in quotation marks: given as a quotation)")
    axes.set(xlim=(0, max(len(spoken) for _, spoken in body) + 1), ylim=(len(body) - 0.4, -0.6))


def _html_pieces(
    pieces: Sequence[Mapping[str, Any]], numbers: Mapping[str, int], prefix: str
) -> str:
    parts = []
    for here, after in zip(pieces, [*pieces[1:], {"spans": []}], strict=True):
        parts.append(escape(here["text"], quote=False))
        ended = [each for each in here["spans"] if each in numbers and each not in after["spans"]]
        notes = (
            f'<a href="#{prefix}-{name}" aria-label="note {numbers[name]}">{numbers[name]}</a>'
            for name in sorted(ended, key=numbers.__getitem__)
        )
        parts.append(f"<sup>{', '.join(notes)}</sup>" if ended else "")
    return "".join(parts)


def _html_claim(
    card: Mapping[str, Any], words: str, voices: Mapping[str, str], prefix: str, told: bool
) -> str:
    note = f" Note: {escape(card['note'])}" if card["note"] else ""
    verdict = (
        f"<em>{escape(card['verdict_words'])}</em> (as of {card['as_of']}). "
        f"{escape(card['text'])}{note} {_html_links(card)}"
        if told
        else "<em>Your verdict first: the card shows what is known once you have voted.</em>"
    )
    return (
        f'<li id="{prefix}-{card["id"]}"><q>{escape(words)}</q><br>'
        f"<strong>{escape(card['title'])}</strong> {escape(voices[card['voice']])}, "
        f"{SPEECHES[card['speech']]}; {card['type']}; {verdict}</li>"
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


def _bar(axes: Axes, place: float, begin: float, words: int, voice: Voice) -> None:
    axes.barh(
        place, words, left=begin, height=0.66, color=f"C{voice.look}", edgecolor="white",
        linewidth=0.8, hatch=HATCHES[voice.look],
    )  # fmt: skip


def _letter(axes: Axes, x: float, y: float, mark: str) -> None:
    box = {"boxstyle": "round,pad=0.18", "facecolor": "white", "edgecolor": "none"}
    axes.text(x, y, mark, ha="center", va="center", fontsize=8, bbox=box)


def _opening(text: str, block: Block) -> str:
    words = text[block.start : block.end].split()
    return " ".join(words[:3]) + (" …" if len(words) > 3 else "")
