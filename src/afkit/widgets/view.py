"""What every linked view has: the shared facts, the shared date, a selection, and its twins."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import anywidget
import ipywidgets
import traitlets as t

from afkit import kit
from afkit.facts.citations import cites
from afkit.widgets.as_of import AsOf, as_of
from afkit.widgets.store import Facts, facts

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from afkit.facts.schema import Row

__all__ = ["A4_WIDTH", "STYLE", "WITHOUT", "View", "colours", "html_table"]

STYLE = Path(__file__).parent / "afkit.mplstyle"
#: Width of a printed figure in inches: an A4 page between its margins.
A4_WIDTH = 7.4
#: What stands above the text of every view where JavaScript is off.
WITHOUT = (
    "<p><em>This is the text of an interactive view. To use the view, open the notebook in "
    "JupyterLab with JavaScript on and run the cell.</em></p>"
)


class View(anywidget.AnyWidget):
    """A view of the facts that follows one as-of date; the base of timeline, network and map.

    Subclasses name their script and style sheets (``_esm``, ``sheets``), say which ids can be
    chosen, and give the same content as a table, a figure and HTML.

    Attributes
    ----------
    as_of : AsOf
        The date that the view obeys. Two views with the same one move together.
    selected : str
        Id of the chosen fact, ``""`` when none is; set it to choose one.
    alt : str
        What :meth:`figure` shows, in words.
    """

    selected = t.Unicode("", help="id of the chosen fact").tag(sync=True)
    as_of = t.Instance(AsOf).tag(sync=True, **ipywidgets.widget_serialization)
    facts = t.Instance(Facts).tag(sync=True, **ipywidgets.widget_serialization)

    #: What the ids of this view name, for messages.
    choosable: ClassVar[str] = "fact"

    def __init__(self, as_of: AsOf | None = None, root: Path | None = None, **traits: Any) -> None:  # noqa: ANN401
        self._root = root or kit.find()
        shared = as_of if as_of is not None else _shared_date(self._root)
        super().__init__(as_of=shared, facts=facts(self._root), **traits)

    def _ids(self) -> Collection[str]:
        raise NotImplementedError

    def table(self) -> pd.DataFrame:
        """What the view shows, as rows with their sources."""
        raise NotImplementedError

    def figure(self) -> Figure:
        """What the view shows, in print; show it with ``afkit.show(v.figure(), alt=v.alt)``."""
        raise NotImplementedError

    @property
    def alt(self) -> str:
        """What :meth:`figure` shows, in words."""
        raise NotImplementedError

    def _cites(self, rows: Iterable[Row]) -> list[str]:
        """Short cites of each row's references."""
        return cites(rows, self._root)

    def html(self) -> str:
        """What the view shows, for readers without JavaScript."""
        raise NotImplementedError

    def _chosen(self) -> str:
        """What is chosen, for readers without JavaScript; nothing where nothing is."""
        tables = ("events", "actors", "places")
        rows = (row for table in tables for row in self.facts.data[table])
        row = next((row for row in rows if row["id"] == self.selected), None)
        if row is None:
            return ""
        name, text = row.get("title") or row["name"], row.get("text", "")
        told = f"<strong>{escape(name)}</strong> ({escape(row['words'])}). {escape(text)}"
        return f"<p>Chosen: {told}</p>"

    def twin(self) -> str:
        """What the view shows and what is chosen in it, for readers without JavaScript."""
        return self._chosen() + self.html()

    def _repr_mimebundle_(self, **kwargs: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        data, metadata = super()._repr_mimebundle_(**kwargs) or ({}, {})
        return data | {"text/plain": repr(self), "text/html": WITHOUT + self.twin()}, metadata

    @t.validate("selected")
    def _check_selected(self, proposal: dict[str, Any]) -> str:
        from difflib import get_close_matches

        value: str = proposal["value"]
        known = self._ids()
        if value and value not in known:
            close = ", ".join(get_close_matches(value, known, n=3))
            hint = f"close to it: {close}" if close else "the ids are in .table()"
            raise t.TraitError(
                f"selected: there is no {self.choosable} '{escape(value)}' ({hint}); "
                'write one of its ids, or "" to choose nothing'
            )
        return value


def html_table(title: str, columns: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """A heading and a folded table, for readers without JavaScript."""
    head = "".join(f"<th scope='col'>{each}</th>" for each in columns)
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(str(cell))}</td>" for cell in row) + "</tr>" for row in rows
    )
    return (
        f"<h3>{escape(title)}</h3><details><summary>The same as a table</summary>"
        f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></details>"
    )


def colours() -> list[str]:
    """The colours of the kit's style sheet, by name: lines forget a style when it is left."""
    from matplotlib import rc_params_from_file

    params = rc_params_from_file(STYLE, use_default_template=False)
    return [f"#{each.lstrip('#')}" for each in params["axes.prop_cycle"].by_key()["color"]]


def _shared_date(root: Path) -> AsOf:
    return as_of(root=root)
