"""A title and the parts of a hand-out in; one HTML page out that needs nothing else."""

from __future__ import annotations

from html import escape

__all__ = ["page"]

STYLE = """
:root { color-scheme: light dark; --ink: #1f1f1f; --paper: #fff; --soft: #f3f3f1; --line: #8a8a8a;
  --quiet: #4d4d4d; --link: #0b4f8a; }
@media (prefers-color-scheme: dark) { :root { --ink: #ececec; --paper: #1b1b1b; --soft: #282828;
  --line: #8f8f8f; --quiet: #bdbdbd; --link: #8ec5ff; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1rem; max-width: 46rem; background: var(--paper); color: var(--ink);
  font: 1rem/1.5 "Noto Serif", Georgia, "Times New Roman", "Noto Naskh Arabic", serif; }
h1, h2, h3, h4, header, footer, caption, th { font-family: "Noto Sans", Arial, sans-serif; }
h1 { font-size: 1.6rem; line-height: 1.25; } h2 { font-size: 1.25rem; margin-top: 2rem; }
h3 { font-size: 1.05rem; } h4, h5, h6 { font-size: 1rem; }
a { color: var(--link); } a.term { text-decoration-style: dotted; }
header, footer { color: var(--quiet); font-size: .85rem; }
header { border-bottom: 1px solid var(--line); } footer { border-top: 1px solid var(--line);
  margin-top: 2rem; }
sup { line-height: 0; font-size: .7em; } sup a { text-decoration: none; }
blockquote { margin: 1rem 0; padding: .1rem 1rem; border-left: 4px solid var(--line);
  background: var(--soft); }
.wide { overflow-x: auto; margin: 1rem 0; }
table { border-collapse: collapse; font-size: .85rem; line-height: 1.35; }
caption { text-align: left; font-weight: bold; padding: .25rem 0; }
th, td { border: 1px solid var(--line); padding: .25rem .5rem; text-align: left;
  vertical-align: top; overflow-wrap: break-word; }
thead th { background: var(--soft); }
pre { white-space: pre-wrap; overflow-wrap: anywhere; font-size: .75rem; line-height: 1.4; }
pre.code { margin: 1rem 0 0; padding: .4rem .6rem; border: 1px dashed var(--line);
  color: var(--quiet); }
.output { border-left: 4px solid var(--line); padding-left: .75rem; }
pre.output { line-height: 1.5; }
figure { margin: 1rem 0; } figure img { display: block; max-width: 100%; height: auto;
  background: #fff; }
.think { margin: 1rem 0 0; padding: .5rem .75rem; border: 2px solid var(--line); }
.lines { margin: 0 0 1rem; } .lines i { display: block; height: 2.1rem;
  border-bottom: 1px solid var(--line); }
.article, .card, .terms, .reading { border: 1px solid var(--line); padding: .25rem 1rem;
  margin: 1rem 0; }
.article .number { color: var(--quiet); font-size: .75rem; }
.terms { background: var(--soft); }
.small, .date { font-size: .85rem; color: var(--quiet); }
.sources li, .reading ol li { overflow-wrap: anywhere; font-size: .85rem; }
:target { outline: 2px solid var(--link); outline-offset: 2px; }
@page { size: A4; margin: 18mm 16mm; }
@media print {
  :root { color-scheme: light; --ink: #000; --paper: #fff; --soft: #f3f3f1; --line: #777;
    --quiet: #333; --link: #000; }
  body { padding: 0; max-width: none; font-size: 10.5pt; }
  h1, h2, h3, h4 { break-after: avoid; }
  figure, tr, li, .think, .card, .lines, pre { break-inside: avoid; }
  .wide { overflow: visible; } table { font-size: 8.5pt; }
  .new-page { break-before: page; }
  a { text-decoration: none; }
  .reading ol li a::after { content: " " attr(href); }
}
"""

SHELL = """\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="afkit handout">
<meta name="afkit-sources" content="{sources}">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<header><p>{course}</p></header>
<main>
{body}
</main>
<footer><p>{foot}</p></footer>
</body>
</html>
"""


def page(title: str, course: str, body: str, foot: str, sources: str) -> str:
    """A whole page; ``sources`` is the digest of what it was made from."""
    return SHELL.format(
        title=escape(title),
        course=escape(course),
        style=STYLE,
        body=body.strip(),
        foot=foot,
        sources=sources,
    )
