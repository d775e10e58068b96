"""Names of built style sheets in; the trait by which a page gets each of them once, out."""

from __future__ import annotations

from pathlib import Path

import traitlets as t

__all__ = ["STATIC", "sheets"]

STATIC = Path(__file__).parent / "static"


def sheets(*names: str) -> t.List[str]:
    """A trait with the style sheets of a view, for its script to put into the page.

    Not anywidget's ``_css``: that sets the sheet of a class anew with each widget of the class, and
    the browser then styles every view on the page again.
    """
    texts = [(STATIC / f"{name}.css").read_text(encoding="utf-8") for name in names]
    return t.List(t.Unicode(), texts, help="style sheets").tag(sync=True)
