"""Actors, ties and roles in; a network as of a date, its table, graph and printed picture, out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import traitlets as t

from afkit import kit
from afkit.facts import tables
from afkit.facts.layout import HEIGHT, WIDTH, layout
from afkit.facts.names import actor
from afkit.facts.schema import Actor, Role, Row, Tie
from afkit.widgets.sheets import STATIC, sheets
from afkit.widgets.store import span
from afkit.widgets.view import A4_WIDTH, STYLE, View, colours, html_table

if TYPE_CHECKING:
    import networkx as nx
    import pandas as pd
    from matplotlib.figure import Figure, FigureBase

    from afkit.facts.dates import Edtf
    from afkit.widgets.as_of import AsOf

__all__ = ["KINDS", "Network", "network"]

#: Kinds of ties as they read from the first actor; colour (in the style's order) and line in print.
KINDS: dict[str, tuple[str, int, str]] = {
    "commands": ("commands", 1, "-"),
    "member": ("member of", 0, "-"),
    "role": ("role in", 0, ":"),
    "kin": ("kin of", 4, ":"),
    "allied": ("allied with", 3, "-"),
    "opposed": ("opposed to", 2, "--"),
    "negotiates": ("negotiates with", 5, "-."),
    "supports": ("supports", 3, "--"),
    "succeeds": ("succeeds", 1, ":"),
}
SHAPES = {"person": "o", "organisation": "s", "state": "D"}
SCRIPTS = ("latin", "fa", "ps")
#: Names on a printed page: those of the most tied actors; and how wide a letter is on it.
PRINTED_NAMES = 28
LETTER = WIDTH * 0.05 / A4_WIDTH


@dataclass(frozen=True, slots=True)
class _Link:
    """A tie or a role in an organisation, as an edge from ``a`` to ``b``."""

    a: str
    b: str
    kind: str
    words: str
    start: Edtf | None
    end: Edtf | None
    claimed: bool
    row: Row

    def holds(self, day: dt.date) -> bool:
        first = self.start.first if self.start else None
        last = self.end.last if self.end else None
        return (first is None or first <= day) and (last is None or day <= last)


class Network(View):
    """Who was joined to whom on the as-of date; show it by naming it last in a cell.

    Attributes
    ----------
    kinds : list of str
        Kinds of ties shown: of ``member``, ``commands``, ``kin``, ``allied``, ``opposed``,
        ``negotiates``, ``supports``, ``succeeds`` and ``role`` (a role in an organisation).
    ego : bool
        Only the chosen actor and those tied to it on the date.
    target : str
        Id of a second actor: the shortest path from the chosen one to it is marked and told.
    script : str
        Names in ``"latin"`` letters, in Dari (``"fa"``) or in Pashto (``"ps"``) script.
    selected : str
        Id of the chosen actor.

    Raises
    ------
    traitlets.TraitError
        When a trait is set to a kind or an actor that the network does not have.
    """

    _esm = STATIC / "network.js"
    sheets = sheets("base", "network")

    positions = t.Dict(help="where each actor stands").tag(sync=True)
    page = t.List(t.Float(), help="width and height of the page of positions").tag(sync=True)
    kinds = t.List(t.Unicode(), help="kinds of ties shown").tag(sync=True)
    ego = t.Bool(False, help="only the chosen actor's neighbours").tag(sync=True)
    target = t.Unicode("", help="where the path from the chosen actor leads").tag(sync=True)
    script = t.Enum(SCRIPTS, "latin", help="script of the names").tag(sync=True)

    choosable = "actor with ties"

    def __init__(
        self,
        selected: str = "",
        *,
        kinds: Iterable[str] = (),
        ego: bool = False,
        target: str = "",
        as_of: AsOf | None = None,
        root: Path | None = None,
    ) -> None:
        folder = root or kit.find()
        self._actors = {row.id: row for row in tables.records(Actor, folder)}
        self._links = _links(folder)
        self._places = layout(folder)
        named = [kinds] if isinstance(kinds, str) else list(kinds)
        super().__init__(
            as_of,
            folder,
            positions={name: list(place) for name, place in self._places.items()},
            page=[float(WIDTH), float(HEIGHT)],
            kinds=named or list(KINDS),
            ego=ego,
            selected=actor(selected, folder).id if selected else "",
            target=actor(target, folder).id if target else "",
        )

    def __repr__(self) -> str:
        links = self._holding()
        chosen = f"{self.selected} chosen" if self.selected else "nobody chosen"
        ends = {end for each in links for end in (each.a, each.b)}
        return f"<Network as of {self.as_of.date}: {len(ends)} actors, {len(links)} ties; {chosen}>"

    def table(self) -> pd.DataFrame:
        """The ties and roles that hold on the as-of date.

        Returns
        -------
        pandas.DataFrame
            Indexed by the row's id: ``a`` and ``b`` (names), ``kind``, ``words`` (how a reads to
            b), ``dates``, ``claimed``, ``confidence`` and ``sources`` (short cites).
        """
        import pandas as pd

        links = self._holding()
        cells = {
            "a": [self._actors[each.a].name for each in links],
            "b": [self._actors[each.b].name for each in links],
            "kind": [each.kind for each in links],
            "words": [each.words for each in links],
            "dates": [span(each.start, each.end) for each in links],
            "claimed": [each.claimed for each in links],
            "confidence": [each.row.confidence for each in links],
            "sources": self._cites(each.row for each in links),
        }
        return pd.DataFrame(cells, index=pd.Index([each.row.id for each in links], name="id"))

    def graph(self) -> nx.MultiGraph[str]:
        """The ties that hold on the as-of date as a networkx graph of actor ids.

        Nodes carry ``name`` and ``kind``; edges ``kind``, ``words`` and ``id`` of the row.
        """
        import networkx as nx

        graph: nx.MultiGraph[str] = nx.MultiGraph()
        for each in self._holding():
            for end in (each.a, each.b):
                graph.add_node(end, name=self._actors[end].name, kind=self._actors[end].kind)
            graph.add_edge(each.a, each.b, kind=each.kind, words=each.words, id=each.row.id)
        return graph

    @property
    def alt(self) -> str:
        """What :meth:`figure` shows, in words."""
        links = self._holding()
        counts = self._degrees(links)
        kinds = {kind: sum(each.kind == kind for each in links) for kind in KINDS}
        told = "; ".join(f"{KINDS[kind][0]} {number}" for kind, number in kinds.items() if number)
        most = ", ".join(f"{self._actors[name].name} ({counts[name]})" for name in list(counts)[:5])
        return (
            f"Network of {len(counts)} actors as of {self.as_of.date}, joined by {len(links)} "
            f"ties: {told or 'none'}. Most tied: {most or 'nobody'}."
        )

    def figure(self) -> Figure:
        """The network in print: circles are persons, squares organisations, diamonds states.

        Returns
        -------
        matplotlib.figure.Figure
            As wide as an A4 page between its margins. The place of an actor means nothing but
            nearness by ties, over all dates.
        """
        from matplotlib import style
        from matplotlib.figure import Figure

        with style.context(STYLE):
            fig = Figure(figsize=(A4_WIDTH, A4_WIDTH * HEIGHT / WIDTH + 0.9), layout="constrained")
            self._paint(fig)
        return fig

    def _paint(self, fig: FigureBase, share: float = 1.0) -> None:
        from matplotlib.lines import Line2D

        links = self._holding()
        counts, tones = self._degrees(links), colours()
        (left, top), scale = self._frame(counts)
        axes = fig.subplots()
        for each in links:
            _, tone, line = KINDS[each.kind]
            xs, ys = zip(self._places[each.a], self._places[each.b], strict=True)
            axes.plot(xs, ys, color=tones[tone], linestyle=line, linewidth=0.9, alpha=0.7, zorder=1)
        for name in counts:
            x, y = self._places[name]
            mark = SHAPES[self._actors[name].kind]
            bold = name in (self.selected, self.target)
            axes.plot(
                x, y, mark, markersize=8 if bold else 5, color="black" if bold else "0.25",
                markeredgecolor="white", zorder=2,
            )  # fmt: skip
        halo = {
            "boxstyle": "round,pad=0.1",
            "facecolor": "white",
            "edgecolor": "none",
            "alpha": 0.75,
        }
        for name in self._printed(counts, scale, share):
            x, y = self._places[name]
            axes.text(
                x, y + 14 * scale, self._label(name), ha="center", va="top", fontsize=6.5, bbox=halo
            )
        kinds = list(dict.fromkeys(each.kind for each in links))
        handles = [
            Line2D([], [], color=tones[tone], ls=line, label=words)
            for kind, (words, tone, line) in KINDS.items()
            if kind in kinds
        ]
        if handles:
            fig.legend(handles=handles, loc="outside lower center", ncols=5)
        axes.set_xlim(left, left + WIDTH * scale)
        axes.set_ylim(top + HEIGHT * scale, top)
        axes.set_axis_off()
        axes.set_title(f"Actors and ties as of {self.as_of.date}")

    def _frame(self, names: Collection[str]) -> tuple[tuple[float, float], float]:
        """The part of the layout that holds these actors: its corner, its share of the width."""
        if not names:
            return (0, 0), 1
        xs, ys = zip(*(self._places[name] for name in names), strict=True)
        # A quarter more room than needed, for names; never closer than a fifth of the layout.
        needed = max((max(xs) - min(xs)) / WIDTH, (max(ys) - min(ys)) / HEIGHT)
        scale = min(max(1.25 * needed + 0.05, 0.2), 1)
        if scale == 1:
            return (0, 0), 1
        middle = ((min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2)
        return (middle[0] - WIDTH * scale / 2, middle[1] - HEIGHT * scale / 2), scale

    def _printed(self, counts: dict[str, int], scale: float, share: float) -> list[str]:
        """Actors whose names the page has room for, the chosen and the most tied first."""
        chosen = [name for name in (self.selected, self.target) if name in counts]
        kept: list[str] = []
        for name in dict.fromkeys([*chosen, *counts]):
            x, y = self._places[name]
            letters = len(self._label(name))
            near = any(
                abs(x - self._places[each][0])
                < (letters + len(self._label(each))) / 2 * LETTER * scale
                and abs(y - self._places[each][1]) < 17 * scale / share
                for each in kept
            )
            if not near:
                kept.append(name)
            if len(kept) == PRINTED_NAMES:
                break
        return kept

    def _label(self, name: str) -> str:
        row = self._actors[name]
        return {"fa": row.name_fa, "ps": row.name_ps}.get(self.script, "") or row.name

    def _degrees(self, links: Collection[_Link]) -> dict[str, int]:
        counts: dict[str, int] = {}
        for each in links:
            for end in (each.a, each.b):
                counts[end] = counts.get(end, 0) + 1
        return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))

    def _holding(self) -> list[_Link]:
        """Ties of the chosen kinds that hold on the date; with ``ego``, those near the chosen."""
        day, kinds = self.as_of.day, set(self.kinds)
        links = [
            each
            for each in self._links
            if each.kind in kinds
            and each.holds(day)
            and all(_lives(self._actors[end], day) for end in (each.a, each.b))
        ]
        if not (self.ego and self.selected):
            return links
        near = {self.selected}
        for each in links:
            if self.selected in (each.a, each.b):
                near |= {each.a, each.b}
        return [each for each in links if each.a in near and each.b in near]

    def _ids(self) -> Collection[str]:
        return self._places

    def html(self) -> str:
        """What the view shows, as a folded table for readers without JavaScript."""
        links = self._holding()
        cells = [
            (
                f"{self._actors[each.a].name} {each.words} {self._actors[each.b].name}",
                span(each.start, each.end),
                cited,
            )
            for each, cited in zip(links, self._cites(each.row for each in links), strict=True)
        ]
        head = f"Network: {len(links)} ties as of {self.as_of.date}"
        return html_table(head, ("tie", "dates", "sources"), cells)

    @t.validate("kinds")
    def _check_kinds(self, proposal: dict[str, Any]) -> list[str]:
        value: list[str] = proposal["value"]
        for kind in value:
            if kind not in KINDS:
                raise t.TraitError(f"kinds: there is no '{kind}'; the kinds are {', '.join(KINDS)}")
        return value

    @t.validate("target")
    def _check_target(self, proposal: dict[str, Any]) -> str:
        return str(self._check_selected(proposal))


def network(
    selected: str = "",
    *,
    kinds: Iterable[str] = (),
    ego: bool = False,
    target: str = "",
    as_of: AsOf | None = None,
    root: Path | None = None,
) -> Network:
    """The actors of the kit and what joined them on the as-of date; name it last in a cell.

    Parameters
    ----------
    selected
        The actor to begin with, by any spelling of the name.
    kinds
        Kinds of ties to show; all when left out.
    ego
        Only the chosen actor and its neighbours.
    target
        A second actor: the shortest path to it is marked.
    as_of
        The date to obey; the notebook's shared one when left out.

    Raises
    ------
    traitlets.TraitError
        If there is no such kind, or an actor has no ties at all.
    afkit.facts.names.UnknownNameError, afkit.facts.names.AmbiguousNameError
        If a name is nobody's, or several people's.
    """
    return Network(selected, kinds=kinds, ego=ego, target=target, as_of=as_of, root=root)


def _links(root: Path) -> tuple[_Link, ...]:
    ties = [
        _Link(row.a, row.b, row.kind, KINDS[row.kind][0], row.start, row.end, False, row)
        for row in tables.records(Tie, root)
    ]
    roles = [
        _Link(
            row.actor,
            row.organisation,
            "role",
            f"{row.title},",
            row.start,
            row.end,
            row.claimed,
            row,
        )
        for row in tables.records(Role, root)
        if row.organisation and row.organisation != row.actor
    ]
    return (*ties, *roles)


def _lives(row: Actor, day: dt.date) -> bool:
    """Whether a person lives on a day, as far as is known; organisations' ends close no tie."""
    if row.kind != "person":
        return True
    born = row.born.first if row.born else None
    died = row.died.last if row.died else None
    return (born is None or born <= day) and (died is None or day <= died)
