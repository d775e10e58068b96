"""The views of one kit in; all of them linked in one, out: what a newcomer sees first."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import anywidget
import ipywidgets
import traitlets as t

from afkit import kit
from afkit.widgets.article import ArticleWidget
from afkit.widgets.as_of import AsOf, as_of
from afkit.widgets.map import MapView
from afkit.widgets.network import Network
from afkit.widgets.sheets import STATIC, sheets
from afkit.widgets.store import Facts, facts
from afkit.widgets.timeline import Timeline
from afkit.widgets.view import A4_WIDTH, STYLE, WITHOUT

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

__all__ = ["Dashboard", "dashboard"]

#: Height of the printed page in inches, and of its parts one under the other.
PAGE, PARTS = 10.8, (3.9, 2.9, 4.0)

LINKED: dict[str, Any] = {"sync": True, **ipywidgets.widget_serialization}


class Dashboard(anywidget.AnyWidget):
    """Article, map, timeline and network under one date; show it by naming it last in a cell.

    What is chosen in the article is looked up in the others: a person in the network, a place on
    the map, an event in the timeline; a date moves all views.

    Attributes
    ----------
    as_of : AsOf
        The date that all views obey.
    article, map, timeline, network
        The views, each as if it stood alone: ``d.timeline.selected``, ``d.map.table()``.
    """

    _esm = STATIC / "dashboard.js"
    sheets = sheets("base", "dashboard")

    as_of = t.Instance(AsOf).tag(**LINKED)
    facts = t.Instance(Facts).tag(**LINKED)
    article = t.Instance(ArticleWidget).tag(**LINKED)
    map = t.Instance(MapView).tag(**LINKED)
    timeline = t.Instance(Timeline).tag(**LINKED)
    network = t.Instance(Network).tag(**LINKED)
    mapped = t.List(t.Unicode(), help="places that the map can choose").tag(sync=True)

    def __init__(self, as_of_date: AsOf | None = None, root: Path | None = None) -> None:
        folder = root or kit.find()
        date = as_of_date if as_of_date is not None else as_of(root=folder)
        views = {
            "as_of": date,
            "map": MapView(as_of=date, root=folder),
            "timeline": Timeline(as_of=date, root=folder),
            "network": Network(as_of=date, root=folder),
        }
        super().__init__(
            facts=facts(folder),
            article=ArticleWidget(("people", "dates", "places"), folder, **views),
            mapped=sorted(views["map"]._ids()),
            **views,
        )

    def __repr__(self) -> str:
        views = ("article", "map", "timeline", "network")
        inside = "\n".join(f"  {getattr(self, name)!r}" for name in views)
        return f"<Dashboard as of {self.as_of.date}\n{inside}>"

    def table(self) -> dict[str, pd.DataFrame]:
        """The table of each view, by its name."""
        return {
            "article": self.article.table(),
            "map": self.map.table(),
            "timeline": self.timeline.table(),
            "network": self.network.table(),
        }

    @property
    def alt(self) -> str:
        """What :meth:`figure` shows, in words."""
        return " ".join(view.alt for view in (self.map, self.timeline, self.network))

    def figure(self) -> Figure:
        """Map, timeline and network on one printed page; the article has a figure of its own.

        Returns
        -------
        matplotlib.figure.Figure
            As wide and nearly as high as an A4 page between its margins.
        """
        from matplotlib import style
        from matplotlib.figure import Figure

        with style.context(STYLE):
            fig = Figure(figsize=(A4_WIDTH, PAGE), layout="constrained")
            parts = fig.subfigures(3, 1, height_ratios=PARTS, squeeze=False).flat
            views = (self.map, self.timeline, self.network)
            for view, part in zip(views, parts, strict=True):
                view._paint(part, 0.6)
        return fig

    def _repr_mimebundle_(self, **kwargs: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        data, metadata = super()._repr_mimebundle_(**kwargs) or ({}, {})
        views = (self.map, self.timeline, self.network)
        twins = "".join(view.twin() for view in views)
        html = f"{WITHOUT}{self.as_of.html()}{self.article.html('afkit-dashboard')}{twins}"
        return data | {"text/plain": repr(self), "text/html": html}, metadata


def dashboard(*, as_of: AsOf | None = None, root: Path | None = None) -> Dashboard:
    """Article, map, timeline and network in one linked view; name it last in a cell.

    Parameters
    ----------
    as_of
        The date to obey; the notebook's shared one when left out.
    """
    return Dashboard(as_of, root)
