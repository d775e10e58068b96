"""The article widget without a browser: pieces, voices, traits, twins, on a kit of a few lines."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

import pytest
import traitlets
from matplotlib import pyplot
from matplotlib.figure import Figure

from afkit.facts.schema import TABLES, columns
from afkit.facts.tables import DataError
from afkit.widgets.article import ArticleWidget, article
from afkit.widgets.show import show

TEXT = """A small headline

Anna Berg said “we are ready, all of us” on Monday in Oslo. The paper adds that it is (very) old.

A short line

Source: nobody & sons"""

CLAIM = {
    "voice": "desk",
    "speech": "own",
    "type": "fact",
    "verdict": "supported",
    "as_of": "2021-08-19",
    "explanation": "See ref-one for this.",
}
CLAIMS = [
    {"id": "cross", "exact": "all of us” on Monday in Oslo", "claim": "Berg spoke in Oslo."},
    {
        "id": "outer",
        "exact": "Anna Berg said “we are ready, all of us” on Monday",
        "claim": "Berg spoke on Monday.",
        "voice": "anna-berg",
        "speech": "indirect",
    },
    {
        "id": "inner",
        "exact": "“we are ready, all of us”",
        "claim": "Berg's group is ready.",
        "voice": "anna-berg",
        "speech": "direct",
        "type": "quotation",
        "verdict": "as-of",
        "note": "Said once.",
    },
    {"id": "head", "exact": "A small headline", "claim": "The headline is <small>."},
]
MENTIONS = [
    {"id": "who", "exact": "Anna Berg", "actor": "anna-berg"},
    {"id": "when", "exact": "on Monday", "date": "2021-08-16", "note": "By the weekday."},
    {"id": "where", "exact": "Oslo", "place": "oslo"},
]
ACTORS = [
    {
        "id": "anna-berg",
        "kind": "person",
        "name": "Anna Berg",
        "name_fa": "آنا برگ",
        "born": "1980?",
        "summary": "Speaks for a group.",
    }
]
PLACES = [{"id": "oslo", "kind": "city", "name": "Oslo", "country": "NO"}]
REFERENCES = [
    {
        "id": "ref-one",
        "type": "article",
        "title": "One",
        "URL": "https://example.org/one",
        "publisher": "The One",
        "issued": {"date-parts": [[2021, 8, 18]]},
        "custom": {"kind": "news"},
    }
]
Rows = list[dict[str, str]]


def write(folder: Path, table: str, rows: Rows) -> None:
    common = {"sources": "ref-one", "confidence": "medium"} | (CLAIM if table == "claims" else {})
    header = [each.name for each in columns(TABLES[table])]
    with (folder / "data" / f"{table}.csv").open("w", encoding="utf-8", newline="") as stream:
        lines = csv.DictWriter(stream, header, restval="")
        lines.writeheader()
        lines.writerows(common | row for row in rows)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "data").mkdir()
    (tmp_path / "readings").mkdir()
    page = '[kit]\ntitle = "Small"\narticle = "readings/text.md"\npublished = "2021-08-19"\n'
    (tmp_path / "kit.toml").write_text(page, encoding="utf-8")
    marked = f"Rights.\n\n<!-- article begins -->\n\n{TEXT}\n\n<!-- article ends -->\n"
    (tmp_path / "readings" / "text.md").write_text(marked, encoding="utf-8")
    (tmp_path / "data" / "references.json").write_text(json.dumps(REFERENCES), encoding="utf-8")
    write(tmp_path, "claims", CLAIMS)
    write(tmp_path, "mentions", MENTIONS)
    write(tmp_path, "actors", ACTORS)
    write(tmp_path, "places", PLACES)
    return tmp_path


@pytest.fixture
def widget(root: Path) -> ArticleWidget:
    return ArticleWidget(root=root)


def pieces(widget: ArticleWidget) -> list[tuple[str, list[str]]]:
    return [
        (piece["text"], piece["spans"])
        for block in widget.data["blocks"]
        for piece in block["pieces"]
    ]


def test_pieces_join_to_the_letter(widget: ArticleWidget) -> None:
    blocks = ["".join(piece["text"] for piece in each["pieces"]) for each in widget.data["blocks"]]
    assert "\n\n".join(blocks) == TEXT


def test_overlapping_spans_are_cut_at_every_boundary_and_the_shortest_comes_first(
    widget: ArticleWidget,
) -> None:
    assert pieces(widget)[1:9] == [
        ("Anna Berg", ["who", "outer"]),
        (" said ", ["outer"]),
        ("“we are ready, ", ["inner", "outer"]),
        ("all of us”", ["inner", "cross", "outer"]),
        (" ", ["cross", "outer"]),
        ("on Monday", ["when", "cross", "outer"]),
        (" in ", ["cross"]),
        ("Oslo", ["where", "cross"]),
    ]


def test_of_two_spans_alike_the_claim_comes_first(root: Path) -> None:
    write(root, "mentions", [{"id": "a", "exact": "A small headline", "place": "oslo"}])
    assert pieces(ArticleWidget(root=root))[0] == ("A small headline", ["head", "a"])


def test_headline_subheading_and_paragraphs_are_told_apart(widget: ArticleWidget) -> None:
    roles = [block["role"] for block in widget.data["blocks"]]
    assert roles == ["headline", "paragraph", "subheading", "paragraph"]


def test_every_word_of_the_body_goes_to_its_innermost_claim(widget: ArticleWidget) -> None:
    found = widget.voices()
    assert found[["voice", "speech", "words"]].to_numpy().tolist() == [
        # on Monday in Oslo (4); The paper ... old (8); A short line (3); Source: nobody & sons (4)
        ["desk", "own", 19],
        ["anna-berg", "direct", 6],
        ["anna-berg", "indirect", 3],
    ]
    assert found["words"].sum() == len(TEXT.split("\n\n", 1)[1].split())
    assert found["share"].sum() == pytest.approx(1)


def test_voices_have_letters_and_looks_of_their_own(root: Path) -> None:
    more = {"kind": "person", "summary": "Speaks."}
    names = {"bo-berg": "Bo Berg", "cy-berg": "Cy Berg", "carl-berg": "Carl Berg"}
    write(root, "actors", [*ACTORS, *({"id": each, "name": names[each]} | more for each in names)])
    spans = ["The paper", "adds", "it is"]
    extra: Rows = [
        {"id": f"x{place}", "exact": words, "claim": "So.", "voice": voice}
        for place, (words, voice) in enumerate(zip(spans, names, strict=True))
    ]
    write(root, "claims", [*CLAIMS, *extra])
    voices = ArticleWidget(root=root).data["voices"]
    assert [each["mark"] for each in voices] == ["D", "B", "BB", "CB", "4"]
    assert [each["look"] for each in voices] == [0, 1, 2, 3, 4]


def test_table_follows_the_text(widget: ArticleWidget) -> None:
    table = widget.table()
    assert list(table.index) == ["head", "outer", "inner", "cross"]
    assert table.loc["inner", "words"] == "“we are ready, all of us”"
    assert list(table["sources"].unique()) == ["The One 2021"]
    assert table["as_of"].dtype.kind == "M"
    assert list(table.columns) == [
        "words", "claim", "voice", "speech", "type", "verdict", "as_of", "explanation", "sources",
    ]  # fmt: skip


def test_cards_say_what_is_known(widget: ArticleWidget) -> None:
    inner = next(each for each in widget.data["claims"] if each["id"] == "inner")
    assert inner["as_of"] == "19 August 2021"
    assert inner["verdict_words"] == "as-of: true then, not later"
    assert inner["text"] == "See The One 2021 for this."
    assert inner["sources"] == [
        {
            "short": "The One 2021",
            "full": "The One (2021-08-18). One.",
            "url": "https://example.org/one",
        }
    ]
    who, when, where = widget.data["mentions"]
    assert who["native"] == [{"lang": "fa-AF", "language": "Dari", "name": "آنا برگ"}]
    assert (who["layer"], who["facts"]) == ("people", "person, born perhaps 1980")
    assert (when["layer"], when["title"]) == ("dates", "16 August 2021")
    assert (where["layer"], where["title"], where["facts"]) == ("places", "Oslo", "city")


def test_names_alike_in_dari_and_pashto_are_given_once(root: Path) -> None:
    write(root, "actors", [ACTORS[0] | {"name_ps": ACTORS[0]["name_fa"]}])
    (native,) = ArticleWidget(root=root).data["mentions"][0]["native"]
    assert native["language"] == "Dari and Pashto"


def test_selected_takes_the_id_of_a_claim_or_mention(widget: ArticleWidget) -> None:
    for known in ("inner", "who", ""):
        widget.selected = known
        assert widget.selected == known
    with pytest.raises(traitlets.TraitError, match=r"no claim or mention 'iner' \(close.*: inner"):
        widget.selected = "iner"
    assert widget.selected == ""


def test_layers_are_checked_and_put_in_order(root: Path) -> None:
    assert ArticleWidget(["places", "voice"], root).layers == ["voice", "places"]
    assert ArticleWidget("type", root).layers == ["type"]
    with pytest.raises(traitlets.TraitError, match="no 'colour'; the layers are voice, type"):
        ArticleWidget(["colour"], root)


def test_twins_are_the_same_every_time(root: Path, widget: ArticleWidget) -> None:
    again = ArticleWidget(root=root)
    mine, other = widget._repr_mimebundle_()[0], again._repr_mimebundle_()[0]
    assert "application/vnd.jupyter.widget-view+json" in mine
    for kind in ("text/plain", "text/html"):
        assert mine[kind] == other[kind]
        assert widget.model_id not in mine[kind]
    assert repr(widget) == (
        "<ArticleWidget “A small headline”: 4 claims, 3 names, dates and places; "
        "layers on: voice; nothing chosen>"
    )
    assert show(widget.figure(), alt=widget.alt).png == show(again.figure(), alt=again.alt).png


def test_html_twin_has_the_text_with_numbered_notes(widget: ArticleWidget) -> None:
    html = widget._repr_mimebundle_()[0]["text/html"]
    assert "<h2>A small headline<sup>" in html
    assert "<h3>A short line</h3>" in html
    assert "nobody &amp; sons" in html
    assert "The headline is &lt;small&gt;." in html
    assert '<span lang="fa-AF" dir="rtl">آنا برگ</span>' in html
    for number, claim in enumerate(("head", "outer", "inner", "cross"), start=1):
        assert f'<a href="#afkit-{claim}" aria-label="note {number}">{number}</a>' in html
        assert html.count(f'<li id="afkit-{claim}">') == 1


def test_figure_draws_every_word_and_its_words_say_the_numbers(widget: ArticleWidget) -> None:
    totals, strips = widget.figure().axes
    assert sorted(bar.get_width() for bar in totals.patches) == [9, 19]  # type: ignore[attr-defined]
    assert sum(bar.get_width() for bar in strips.patches) == 28  # type: ignore[attr-defined]
    assert "28 words" in widget.alt
    assert "Anna Berg 9 (32%), of them 6 in quotation marks" in widget.alt


def test_words_that_are_not_in_the_text_once_are_refused(root: Path) -> None:
    write(root, "claims", [CLAIMS[0], {"id": "lost", "exact": "no such words", "claim": "So."}])
    with pytest.raises(DataError, match=r"claims.csv, row 3 \(lost\).*0 times in the article"):
        ArticleWidget(root=root)


def test_an_article_without_a_paragraph_is_refused(root: Path) -> None:
    bare = "<!-- article begins -->\n\nA small headline\n\n<!-- article ends -->\n"
    (root / "readings" / "text.md").write_text(bare, encoding="utf-8")
    write(root, "claims", [CLAIMS[3]])
    write(root, "mentions", [])
    with pytest.raises(DataError, match=r"text\.md.*1 blocks.*a headline, a blank line"):
        ArticleWidget(root=root)


def test_an_id_shared_by_a_claim_and_a_mention_is_refused(root: Path) -> None:
    write(root, "mentions", [MENTIONS[0] | {"id": "inner"}])
    with pytest.raises(DataError, match="inner"):
        ArticleWidget(root=root)


def test_a_voice_that_no_table_knows_is_refused(root: Path) -> None:
    write(root, "claims", [CLAIMS[0] | {"voice": "nobody-known"}])
    with pytest.raises(DataError, match="'nobody-known'"):
        ArticleWidget(root=root)


def test_article_finds_the_kit(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AFKIT_ROOT", raising=False)
    monkeypatch.chdir(root / "readings")
    assert "A small headline" in repr(article())


def test_show_wants_words_and_a_figure() -> None:
    with pytest.raises(ValueError, match="say in a sentence"):
        show(Figure(), alt=" ")
    with pytest.raises(TypeError, match=r"not list; of axes, pass ax\.figure"):
        show([], alt="An empty list.")  # type: ignore[arg-type]


@pytest.fixture
def drawn() -> Callable[[], Figure]:
    pyplot.switch_backend("agg")

    def draw() -> Figure:
        figure = pyplot.figure()
        figure.gca().plot([1, 2], [3, 4])
        return figure

    return draw


def test_show_gives_a_described_picture_and_closes_the_figure(
    drawn: Callable[[], Figure],
) -> None:
    figure = drawn()
    picture = show(figure, alt='Up & "up".', caption="<Line>")
    assert not pyplot.fignum_exists(figure.number)
    assert repr(picture) == 'Up & "up".'
    bundle, metadata = picture._repr_mimebundle_()
    assert metadata == {"alt": picture.alt}
    assert bundle["text/plain"] == 'Up & "up".'
    assert '<img alt="Up &amp; &quot;up&quot;."' in bundle["text/html"]
    assert "<figcaption>&lt;Line&gt;</figcaption>" in bundle["text/html"]
    assert picture.png == show(drawn(), alt="Again.").png
    assert b"Software" not in picture.png
