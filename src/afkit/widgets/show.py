"""A matplotlib figure and its description in; a picture that screen readers can read out.

JupyterLab shows no alternative text for pictures that a cell returns, whatever their metadata say;
an HTML ``<figure>`` with ``<img alt>`` is read. So the kit shows every figure through :func:`show`.
"""

from __future__ import annotations

import base64
import struct
import sys
from html import escape
from io import BytesIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["Picture", "show"]

DPI = 192
SCREEN_DPI = 96


class Picture:
    """A drawn figure with its alternative text: an HTML figure in a notebook, its text elsewhere.

    Attributes
    ----------
    png
        The picture, ``bytes`` of a PNG file of 192 dots per inch.
    alt
        What the picture shows, in words.
    caption
        The line below the picture, or ``""``.
    figure
        What it was drawn from, a matplotlib figure, for other forms of print; or ``None``.
    """

    def __init__(
        self, png: bytes, alt: str, caption: str = "", figure: Figure | None = None
    ) -> None:
        self.png = png
        self.alt = alt
        self.caption = caption
        self.figure = figure

    def __repr__(self) -> str:
        return self.alt

    def _repr_mimebundle_(self, **_kwargs: object) -> tuple[dict[str, str], dict[str, str]]:
        return {"text/plain": self.alt, "text/html": self._repr_html_()}, {"alt": self.alt}

    def _repr_html_(self) -> str:
        # Twice as many pixels as shown keep small type sharp; the width says so to the browser.
        (pixels,) = struct.unpack(">I", self.png[16:20])
        data = base64.b64encode(self.png).decode("ascii")
        caption = f"<figcaption>{escape(self.caption)}</figcaption>" if self.caption else ""
        return (
            '<figure style="margin: 0.5em 0">'
            f'<img alt="{escape(self.alt)}" width="{pixels * SCREEN_DPI // DPI}" '
            f'style="max-width: 100%; height: auto" src="data:image/png;base64,{data}">'
            f"{caption}</figure>"
        )


def show(fig: Figure, alt: str, caption: str = "") -> Picture:
    """A figure as a picture that everyone can read; put it last in a cell.

    The figure is closed, so that the notebook does not show it a second time. The same figure
    gives the same bytes: no date and no version is written into the picture.

    Parameters
    ----------
    fig
        A matplotlib figure; of axes, ``ax.figure``.
    alt
        What the picture shows, in a sentence or two, for a reader who does not see it.
    caption
        A line below the picture.

    Raises
    ------
    TypeError
        If ``fig`` is no matplotlib figure.
    ValueError
        If ``alt`` is empty.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> show(Figure(), alt="An empty figure.")
    An empty figure.
    """
    if not hasattr(fig, "savefig"):
        kind = type(fig).__name__
        raise TypeError(f"show() wants a matplotlib figure, not {kind}; of axes, pass ax.figure")
    if not alt.strip():
        raise ValueError(
            "show() wants alt: say in a sentence or two what the figure shows, "
            'for a reader who does not see it: show(fig, alt="...")'
        )
    stream = BytesIO()
    fig.savefig(stream, format="png", dpi=DPI, bbox_inches="tight", metadata={"Software": None})
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot:
        pyplot.close(fig)
    return Picture(stream.getvalue(), alt.strip(), caption.strip(), fig)
