"""A student's page: what is said, to whom, and that nothing on it acts or is loaded."""

from __future__ import annotations

import base64
import json
import re
import time
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from afkit import kit
from afkit.exercises.answer import MIME
from afkit.grading import feedback
from afkit.grading.assemble import assemble, release
from afkit.grading.feedback import Item, Level, Page, as_html
from afkit.grading.records import Ran

SMALL_KIT = Path(__file__).resolve().parents[1] / "fixtures" / "kit"
PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n" + b"picture").decode()
ITEMS = (
    Item("q1", "right", 1, 1, "Well read."),
    Item("q2", "partly", 1.5, 2, "The year is right.", ("Look again at the first line.",)),
    Item("q3", "not yet", 0, 1, "Another person left."),
    Item("q4", "not answered yet", 0, 2),
    Item(
        "q6",
        "waiting",
        None,
        4,
        rubric=(Level("Evidence", "two sources", 2, "Both fit."),),
        comment="**Good** work.",
    ),
)
ACTS = {
    "script",
    "iframe",
    "object",
    "embed",
    "form",
    "input",
    "button",
    "svg",
    "math",
    "base",
    "link",
}


class Reader(HTMLParser):
    """What a browser would find on a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def named(self, *names: str) -> Iterator[dict[str, str | None]]:
        return (attributes for tag, attributes in self.tags if tag in names)


def page(*cells: dict[str, Any], **more: Any) -> str:
    told: dict[str, Any] = {"student": "Ali", "unit": "01", "title": "One", "cells": cells, **more}
    return as_html(Page(**told))


def markdown(source: str, **more: Any) -> dict[str, Any]:
    return {"cell_type": "markdown", "id": "m", "source": source, **more}


def code(*outputs: Any, source: str = "1", cell_id: str = "c") -> dict[str, Any]:
    return {"cell_type": "code", "id": cell_id, "source": source, "outputs": list(outputs)}


def data(**forms: Any) -> dict[str, Any]:
    return {
        "output_type": "display_data",
        "metadata": forms.pop("metadata", {}),
        "data": {name.replace("_", "/", 1): each for name, each in forms.items()},
    }


def harmless(text: str) -> None:
    """Nothing runs, nothing is loaded, nothing can be sent."""
    found = Reader(text)
    for tag, attributes in found.tags:
        own = tag == "svg" and attributes.get("aria-hidden") == "true"
        assert tag not in ACTS or own, tag
        for name, value in attributes.items():
            assert not name.startswith("on"), (tag, name)
            assert name not in ("style", "srcset", "background", "action", "formaction", "ping")
            if name == "src":
                assert value is not None
                assert re.match(r"data:image/(png|jpeg);base64,", value), value[:50]
            if name == "href":
                assert value is not None
                assert re.match(r"#|https?://|mailto:", value, re.IGNORECASE), value
            if name == "id":
                assert value is not None
                assert re.fullmatch(r"[\w-]+", value)
    assert all(each.get("alt") for each in found.named("img"))
    ids = [each["id"] for _, each in found.tags if "id" in each]
    assert len(ids) == len(set(ids))
    assert text.count("<style>") == 1
    style = re.findall(r"<style>(.*?)</style>", text, re.DOTALL)[0]
    assert "url(" not in style
    assert "@import" not in style


def test_a_page_says_everything_once() -> None:
    cells = [
        markdown("# Exercise\n\nSome *text*."),
        code(source="q1 = 'a'", cell_id="q1-answer"),
        code(data(text_plain="made without a key"), cell_id="q1-check"),
        code(cell_id="q2-check"),
    ]
    text = page(
        *cells,
        items=ITEMS,
        ends={"q1-check": "q1", "q2-check": "q2"},
        notes=("one cell was stopped after 30 seconds.",),
        repaired=("The check of question 3 was missing. It was put back.",),
        distribution=(1, 2, 2.5, 4, 8, 10),
        course="A small kit",
        submitted="2026-11-03T14:00:00+00:00",
        late=7200,
    )
    harmless(text)
    for said in (
        "Unit 01: One",
        "<bdi>Ali</bdi>",
        "2.5 of 10 points",
        "1 answer is still to be marked by your teacher",
        "handed in 2026-11-03 14:00 UTC (2.0 hours late)",
        "Look again at the first line.",
        "<strong>Good</strong> work.",
        "Both fit.",
        "One cell was stopped after 30 seconds.",
        "The check of question 3 was missing.",
        "q1 = &#x27;a&#x27;",
        "<em>text</em>",
        "1.5 of 2 points",
        "4 points to be had",
    ):
        assert text.count(said) >= 1, said
    assert "made without a key" not in text, "what a check printed in the sandbox is no reply"
    order = [text.index(f'id="reply-{name}"') for name in ("q3", "q1", "q2")]
    assert order == sorted(order), "questions without a cell stand before the notebook"


def test_the_structure_is_one_that_can_be_heard() -> None:
    text = page(markdown("# One\n## Two\n###### Six"), items=ITEMS, distribution=(1,) * 9)
    found = Reader(text)
    assert next(found.named("html"))["lang"] == "en"
    assert len(list(found.named("main"))) == len(list(found.named("h1"))) == 1
    assert [each["href"] for each in found.named("a")][0] == "#questions"
    targets = {each["id"] for _, each in found.tags if "id" in each}
    for attributes in found.named("a"):
        assert (attributes["href"] or "#")[1:] in targets
    for attributes in found.named("section"):
        assert attributes["aria-labelledby"] in targets
    assert all(each.get("scope") for each in found.named("th"))
    assert len(list(found.named("caption"))) == len(list(found.named("table")))
    levels = [int(tag[1]) for tag, _ in found.tags if re.fullmatch(r"h\d", tag)]
    assert levels[0] == 1
    assert 1 not in levels[1:], "a student's headings stand below ours"


def contrast(one: str, other: str) -> float:
    def light(colour: str) -> float:
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        r, g, b = (x / 12.92 if x <= 0.04045 else ((x + 0.055) / 1.055) ** 2.4 for x in parts)
        return 0.2126 * r + 0.7152 * g + 0.0722 * b

    high, low = sorted((light(one), light(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_both_schemes_have_contrast() -> None:
    style = Path(feedback.__file__).with_suffix(".css").read_text(encoding="utf-8")
    schemes = re.findall(r":root \{(.*?)\}", style, re.DOTALL)[:2]
    assert len(schemes) == 2
    for scheme in schemes:
        colours = dict(re.findall(r"--(\w+): (#[0-9a-f]{6})", scheme))
        for name in ("ink", "quiet", "link", "right", "partly", "not"):
            for ground in ("paper", "panel"):
                assert contrast(colours[name], colours[ground]) >= 4.5, (name, ground)
        for name in ("rule", "bar"):
            assert contrast(colours[name], colours["paper"]) >= 3
    assert "@media print" in style


@pytest.mark.parametrize(
    "source",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "![x](https://example.org/track.png)",
        "![x](data:image/svg+xml;base64,PHN2Zz4=)",
        "![x](javascript:alert(1))",
        "![x](cid:0)",
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt&colon;alert(1))",
        "[x](data:text/html,<script>alert(1)</script>)",
        "[x](vbscript:x)",
        "[x](&#106;avascript:alert(1))",
        "[x](java\tscript:alert(1))",
        "[x](file:///etc/passwd)",
        "[x](//example.org)",
        '[x](https://example.org "onclick=1")',
        '[x](https://example.org" onclick="alert(1))',
        "<javascript:alert(1)>",
        '<https://example.org/?a="><script>alert(1)</script>>',
        "`<script>`\n\n    <script>",
        "```html\n<script>alert(1)</script>\n```",
        '```"><script>alert(1)</script>\nx\n```',
        "| a |\n|---|\n| <iframe src=x></iframe> |",
        "<form action=x><input autofocus onfocus=alert(1)></form>",
        "<style>body{background:url(x)}</style>",
        "<svg onload=alert(1)>",
        '<math><mi//xlink:href="data:x,<script>alert(4)</script>">',
        '<a id="questions" name=x>x</a>',
        "<meta http-equiv=refresh content=0>",
        "<base href=//example.org>",
        "&lt;script&gt;alert(1)&lt;/script&gt;",
        "]]>--><script>alert(1)</script>",
        "<details open ontoggle=alert(1)>",
        "# x {onclick=alert(1)}",
        "[a]: javascript:alert(1)\n\n[a]",
    ],
)
def test_hostile_texts_do_nothing(source: str) -> None:
    for text in (
        page(markdown(source)),
        page(code(data(text_html=source))),
        page(code(data(text_markdown=source))),
        page(code(data(text_plain=source))),
        page(code({"output_type": "stream", "name": "stdout", "text": source})),
        page(
            code({"output_type": "error", "ename": source, "evalue": source, "traceback": [source]})
        ),
        page(code({"output_type": "error", "ename": source, "evalue": source})),
        page(code(source=source)),
        page({"cell_type": "raw", "source": source, "id": "r"}),
        page(student=source, title=source, course=source, reason=source, submitted=source),
        page(items=(Item("q1", "right", 1, 1, source, (source,), source, comment=source),)),
        page(items=(Item(source, source, 1, 1, rubric=(Level(source, source, 1, source),)),)),
        page(notes=(source,), repaired=(source,)),
        page(code(data(image_png=PNG, metadata={"image/png": {"alt": source}}))),
        page(markdown(f"![{source}](attachment:a.png)", attachments={"a.png": {"image/png": PNG}})),
    ):
        harmless(text)


@given(st.text(alphabet="<>/!-=\"'&;:()[]`*#x svgscriptonerror\n\0", max_size=60))
@settings(max_examples=150, deadline=None)
def test_no_text_acts(source: str) -> None:
    harmless(page(markdown(source), code(data(text_html=source)), student=source))


def test_tables_stay_tables() -> None:
    pandas = (
        "<div><style scoped>.dataframe td { color: red; }</style>"
        '<table border="1" class="dataframe"><thead><tr style="text-align: right;"><th></th>'
        '<th>name</th></tr></thead><tbody><tr><th>0</th><td colspan="2">Ali &amp; Bea</td></tr>'
        "</tbody></table><p>1 rows × 1 columns</p></div>"
    )
    text = page(code(data(text_html=pandas, text_plain="plain")))
    harmless(text)
    assert '<td colspan="2">Ali &amp; Bea</td>' in text
    assert "color: red" not in text
    assert "plain" not in text
    assert 'tabindex="0"' in text


def test_pictures_are_pictures() -> None:
    text = page(
        code(data(image_png=PNG + "\n", text_plain="<Figure>")),
        code(data(image_png=PNG, metadata={"image/png": {"alt": "A map"}})),
        markdown("![My map](attachment:a.png)", attachments={"a.png": {"image/png": PNG}}),
        code(data(**{"image_svg+xml": "<svg onload=alert(1)>", "text_plain": "<Figure 2>"})),
        code(data(image_png=base64.b64encode(b"<svg onload=alert(1)>").decode(), text_plain="no")),
        code(data(image_png="%%%")),
        code(data(image_png=7)),
    )
    harmless(text)
    assert [each["alt"] for each in Reader(text).named("img")] == [
        "Picture made by code cell 1",
        "A map",
        "My map",
    ]
    assert "&lt;Figure 2&gt;" in text
    assert ">no<" in text
    assert "An output of the form image/png is not shown here." in text


def test_a_page_does_not_grow_without_end() -> None:
    large = "A" * 4_000_000
    outputs = [data(image_png=PNG[:12] + large) for _ in range(20)]
    noise = [{"output_type": "stream", "text": "x" * 1_000_000}] * 500
    text = page(*[code(*outputs, cell_id=f"a{n}") for n in range(3)], code(*noise))
    assert len(text) < 15_000_000
    assert "980,000 more characters are not shown" in text
    assert "There are more outputs" in text


@pytest.mark.parametrize(
    "source",
    ["<div>" * 50_000, "<b><p>" * 8_000, "<i></p>" * 3_000, "<ul><li>" * 20_000, "<style" * 30_000]
    + ["[" * 50_000, "**a *" * 9_000, "> " * 20_000, "- " * 20_000 + "x", "&" * 200_000]
    # A tag of thousands of attributes, plain and in the disguise of a quoted value.
    + [f"{tag} {' '.join(f'x{n}' for n in range(20_000))}>" for tag in ("<td", "</td", "<td a='>'")]
    + [f"<!-- <a b=' --> <td {'x=1 ' * 20_000}>", "<a b='" * 3_900],
    ids=range(15),
)
def test_hostile_texts_take_little_time(source: str) -> None:
    start = time.process_time()
    cells = [code(data(text_html=source)) for _ in range(40)]
    harmless(page(*cells, markdown(source), code(data(text_markdown=source))))
    assert time.process_time() - start < 8


def test_a_page_has_only_so_much_time_for_markdown() -> None:
    source = "- a\n\n      b\n" * 3_000
    start = time.process_time()
    harmless(page(*[markdown(f"{source}{n}") for n in range(100)]))
    assert time.process_time() - start < 20


@pytest.mark.parametrize(
    "output",
    [None, 3, [], {}, {"output_type": []}, {"output_type": "stream", "text": {}}]
    + [{"output_type": "error", "traceback": [{}, None]}, {"data": 3}, {"data": {}}]
    + [{"data": {"text/plain": {"a": 1}}}, {"data": {"image/png": None}, "metadata": 3}]
    + [
        data(text_html=["<p>", 3, "x"]),
        {"output_type": "stream", "text": "\x1b[31mred\x1b[0m\x07"},
    ],
)
def test_strange_outputs_are_borne(output: Any) -> None:
    text = page(code(output))
    harmless(text)
    assert "\x1b" not in text
    assert "[31m" not in text


def test_few_students_are_not_counted() -> None:
    assert "The class" not in page(items=ITEMS, distribution=(1, 2, 3, 4))
    text = page(items=ITEMS, distribution=(0, 0, 5, 9, 10))
    assert "5 students; half of them have 5 points or more" in text
    rows = re.findall(r'<tr><th scope="row">(\d+ to \d+ %[^<]*)</th><td>(\d)</td>', text)
    assert rows == [
        ("0 to 20 %", "2"),
        ("20 to 40 % (you)", "0"),
        ("40 to 60 %", "1"),
        ("60 to 80 %", "0"),
        ("80 to 100 %", "2"),
    ]


def test_work_that_was_not_graded_says_why() -> None:
    text = page(reason="the file is empty (0 bytes). Hand it in again.", items=())
    assert "Your work could not be graded" in text
    assert "The file is empty (0 bytes). Hand it in again." in text
    assert "Your points" not in text


def test_names_of_all_scripts() -> None:
    text = page(student="احمد مسعود \u202e<b>", items=())
    assert "<bdi>احمد مسعود &lt;b&gt;</bdi>" in text


@pytest.mark.parametrize(
    ("student", "name"),
    [
        ("ali", r"ali\.html"),
        ("rahmaniamina_12345", r"rahmaniamina_12345\.html"),
        ("Bea Lang", r"Bea-Lang-[0-9a-f]{8}\.html"),
        ("../../etc/passwd", r"etc-passwd-[0-9a-f]{8}\.html"),
        ("احمد", r"احمد\.html"),
        ("...", r"student-[0-9a-f]{8}\.html"),
        ("x" * 300, r"x{60}-[0-9a-f]{8}\.html"),
        # As Bea Lang's page is called.
        ("Bea-Lang-6c079181", r"Bea-Lang-6c079181-[0-9a-f]{8}\.html"),
    ],
)
def test_file_names(student: str, name: str) -> None:
    assert re.fullmatch(name, feedback.file_name(student))


def test_a_run_becomes_a_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AFKIT_ROOT", str(SMALL_KIT))
    course = kit.load(SMALL_KIT)
    released = release(course, course.units[0])
    found = assemble(released, (SMALL_KIT / "exercises" / "01-one.ipynb").read_bytes())
    outputs = tuple(
        ({"output_type": "stream", "name": "stdout", "text": f"out {number}"},)
        for number in range(len(found.job.steps))
    )
    ran = Ran(outputs=outputs, answers={"q1": "a"})
    cells, ends = feedback.shown(found, ran)
    items = tuple(Item(name, "not yet", 0, 1) for name in released.questions)
    made = feedback.write(
        Page("ali", "01", "One unit", items, cells, ends, repaired=found.repaired), tmp_path
    )
    assert made == tmp_path / "ali.html"
    text = made.read_text(encoding="utf-8")
    harmless(text)
    assert "out 0" in text
    assert "out 1" in text
    assert "out 2" not in text, "that was a check"
    assert MIME not in text
    assert json.dumps(released.manifest["salt"]) not in text
    assert "BEGIN SOLUTION" not in text
    assert [each.name for each in tmp_path.iterdir()] == ["ali.html"]
    cells, _ = feedback.shown(found)
    assert all(not cell["outputs"] for cell in cells if cell["cell_type"] == "code")
