"""Graph: who is tied to whom, as a list of pairs or as a graph of networkx."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice, product
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias

from afkit.exercises.kinds.base import (
    FormError,
    KeyCellError,
    Kind,
    Mark,
    Seal,
    Spec,
    Variant,
    counted,
    misfits,
    quoted,
    shortened,
    texts,
)
from afkit.exercises.kinds.name import known_id, meaning, others, spellings
from afkit.facts.names import actor, bearers, fold

if TYPE_CHECKING:
    from afkit.exercises.answer import Json

__all__ = ["Graph"]

MOST, MOST_KINDS, MOST_TOLD, MOST_SHOWN, MOST_MEANINGS = 100, 20, 3, 12, 16
SEP = "\x1f"
#: What may stand between two names on one line, the clearest first.
_BETWEEN = (r"\s*(?:->|→|—|–|\||\t)\s*", r"\s*;\s*|\s+-+\s+", r"\s*,\s*")

_Edge: TypeAlias = tuple[str, str, str]


class Graph(Kind):
    """``answer = [["a", "b"], ["c", "d", "kind"]]`` and ``of = "names"`` (ids) or ``"words"``.

    An edge with a third element asks for its kind, one without takes any. ``directed = true`` asks
    for the direction, from the first to the second. Each right edge counts; each that does not
    belong takes a right one away. A right pair with another kind does neither.
    """

    name = "graph"
    expects = "a list of pairs, like [('...', '...'), ('...', '...')], or a networkx graph"
    options: ClassVar = {"answer": list, "of": str, "directed": bool}

    def seal(self, key: Spec, seal: Seal) -> dict[str, Any]:
        """What the ends are and whether direction counts in the open; every edge sealed."""
        of, directed = key.get("of", "names"), bool(key.get("directed", False))
        if of not in ("names", "words"):
            raise KeyCellError(f"of '{of}'; expected names or words")
        edges: list[_Edge] = []
        for each in key["answer"]:
            if not isinstance(each, list) or not 2 <= len(each) <= 3:
                raise KeyCellError(f"answer, {each!r}; expected pairs, or triples with a kind")
            ends = [
                known_id(end) if of == "names" else fold(end) for end in texts(each[:2], "edge")
            ]
            kind = fold(texts(each[2], "kind")[0]) if len(each) == 3 else ""
            if not all(ends) or ends[0] == ends[1] or (len(each) == 3 and not kind):
                raise KeyCellError(f"answer, {each!r}; expected two different ends, all in words")
            edges.append((ends[0], ends[1], kind))
        tokens = [_token(each, directed=directed) for each in edges]
        plain, kinded = (
            {
                _token((each[0], each[1], ""), directed=directed)
                for each in edges
                if bool(each[2]) is kind
            }
            for kind in (False, True)
        )
        if not 0 < len(edges) <= MOST or len(set(tokens)) < len(tokens):
            raise KeyCellError(f"answer; expected 1 to {MOST} edges, each once")
        if plain & kinded:
            raise KeyCellError("answer; expected a pair either with kinds or without")
        return {
            "of": of,
            "directed": directed,
            "right": sorted(map(seal, tokens)),
            "pairs": sorted(map(seal, kinded)),
        }

    def mark(self, answer: Json, spec: Spec, seal: Seal) -> Mark:
        """Right edges less those that do not belong, as a share of the right ones.

        An edge that cannot be read, such as one with an unclear name, counts for nothing.
        """
        asked = len(spec["right"])
        edges, unclear = self._read(answer, spec)
        if len({each[:2] for each in edges}) > 2 * asked or len(edges) > MOST_KINDS * asked:
            verb = "is" if asked == 1 else "are"  # more to take away than can be right
            return Mark(0.0, f"{counted(len(edges), 'edge')}; {asked} {verb} asked.")
        found: dict[str, dict[str, str]] = {"right": {}, "near": {}, "wrong": {}}
        for edge, shown in edges.items():
            try:
                verdict, token = self._judge(edge, shown, spec, seal)
            except FormError as error:
                unclear.append(str(error))
                continue
            found[verdict][token] = shown[0]
        right, wrong = len(found["right"]), len(found["wrong"])
        # Whoever tries all kinds for a pair has more of these than are missing.
        wrong += max(0, len(found["near"]) - (asked - right))
        said = [
            f"{what}: {_listed(list(found[verdict].values()))}."
            for verdict, what in (
                ("right", "Right"),
                ("near", "A right pair, but not so tied"),
                ("wrong", "Does not belong here"),
            )
            if found[verdict]
        ]
        said += [f"{asked - right} still missing."] if right < asked else []
        said += [f"Expected {each}." for each in unclear[:MOST_TOLD]]
        share = max(0, right - wrong) / asked
        return Mark(share, "" if share == 1 else " ".join(said))

    def example(self, key: Spec) -> Json:
        """The right edges: names in full, words and kinds as they are."""
        return _json([_named(each, key) for each in key["answer"]])

    def forms(self, answer: Json, spec: Spec, seal: Seal) -> list[str]:
        """All edges in order, then each; one with a kind also without it."""
        edges, _ = self._read(answer, spec)
        directed = spec["directed"]
        found = [_token(each, directed=directed) for each in edges]
        plain = [_token((one, other, ""), directed=directed) for one, other, _ in edges]
        near = dict.fromkeys([*found, *plain])
        return [f"all: {' + '.join(sorted(found))}", *islice(near, 4 * len(spec["right"]) + 4)]

    def part(self, part: Json, spec: Spec) -> str:
        """An edge: ``["a", "b"]``, or with a kind ``["a", "b", "kind"]``."""
        return _token(_edge(part, spec)[0], directed=spec["directed"])

    def wrong(self, key: Spec) -> Iterator[Variant]:
        """One missing, too many, to another end, of another kind, turned round; no pairs."""
        yield from misfits()
        right = [_named(each, key) for each in key["answer"]]
        ends = [end for each in key["answer"] for end in each[:2]]
        strange = ["no such thing", "nor this"]
        if key.get("of", "names") == "names":
            strange = [each.name for each in others(ends)]
        for place, each in enumerate(right):
            rest = [*right[:place], *right[place + 1 :]]
            shown = " - ".join(each)
            yield Variant(f"without {shown}", _json(rest))
            for other in strange[:1]:
                yield Variant(f"{shown}: to {other}", _json([*rest, [each[0], other, *each[2:]]]))
                yield Variant(f"{each[1]} - {other} as well", _json([*right, [each[1], other]]))
            yield Variant(f"{shown}: an end missing", _json([*rest, [each[0]]]))
            yield Variant(f"{shown}: tied to itself", _json([*rest, [each[0], each[0]]]))
            if len(each) == 3:
                yield Variant(f"{shown}: no kind", _json([*rest, each[:2]]))
                kinded = [*rest, [*each[:2], "no such kind"]]
                yield Variant(f"{shown}: another kind", _json(kinded))
            turned = [each[1], each[0], *each[2:]]
            if key.get("directed", False) and turned[:2] not in [other[:2] for other in rest]:
                yield Variant(f"{shown}: turned round", _json([*rest, turned]))
        yield Variant("ends in one list", _json([end for each in right for end in each[:2]]))
        yield Variant("only one text", right[0][0])
        if strange:
            yield Variant("all to one", _json([[each[0], strange[0]] for each in right]))

    def same(self, key: Spec) -> Iterator[Variant]:
        """Backwards, one twice, one a line, with marked kinds, in other spellings."""
        right = [_named(each, key) for each in key["answer"]]
        yield Variant("backwards", _json(right[::-1]))
        yield Variant("one twice", _json([*right, right[0]]))
        yield Variant("capitals", _json([[text.upper() for text in each] for each in right]))
        marked = [[*each[:2], *({"kind": kind} for kind in each[2:])] for each in right]
        yield Variant("kinds as attributes", _json(marked))
        if not any(len(re.split(_BETWEEN[0], text)) > 1 for each in right for text in each):
            yield Variant("one a line", _json([" -> ".join(each) for each in right]))
            yield Variant("in one text", "\n".join(" -> ".join(each) for each in right))
        if not key.get("directed", False):
            turned = [[each[1], each[0], *each[2:]] for each in right]
            yield Variant("turned round", _json(turned))
        if key.get("of", "names") == "names":
            yield from _spelt(key, right)

    def control(self, spec: Spec) -> dict[str, Any]:
        """A box with one edge a line: two names, a comma or an arrow between them."""
        return {"as": "lines"}

    def _read(
        self, answer: Json, spec: Spec
    ) -> tuple[dict[_Edge, tuple[str, str, str]], list[str]]:
        """Edges with what was written for them; and what is wrong with unreadable ones."""
        given: Json = answer
        if isinstance(answer, str):
            lines = [each for each in answer.splitlines() if each.strip()]
            given = list(lines)
            if all(len(_split(each)) < 2 for each in lines):
                raise FormError(f"{self.expects}; you gave {quoted(answer)}")
        if not isinstance(given, list):
            raise FormError(f"{self.expects}; you gave {quoted(answer)}")
        edges: dict[_Edge, tuple[str, str, str]] = {}
        seen: set[str] = set()
        unclear: list[str] = []
        for each in given:
            try:
                edge, shown = _edge(each, spec)
            except FormError as error:
                unclear.append(str(error))
                continue
            token = _token(edge, directed=spec["directed"])
            if token not in seen:
                seen.add(token)
                edges[edge] = shown
        return edges, unclear

    def _judge(
        self, edge: _Edge, shown: tuple[str, str, str], spec: Spec, seal: Seal
    ) -> tuple[str, str]:
        """Whether an edge is right, near (the pair is) or wrong; and by what it is known."""
        one, other, kind = edge
        plain = _token((one, other, ""), directed=spec["directed"])
        full = _token(edge, directed=spec["directed"])
        for token in dict.fromkeys((full, plain)):
            if seal(token) in spec["right"]:
                return "right", token
        if spec["pairs"] and seal(plain) in spec["pairs"]:
            return "near", full
        if spec["of"] == "names":
            meant = [
                dict.fromkeys([end, *(who.id for who in bearers(text))])
                for end, text in zip(edge[:2], shown[1:], strict=True)
            ]
            for ends in islice(product(*meant), 1, MOST_MEANINGS):
                alike = [
                    _token((ends[0], ends[1], each), directed=spec["directed"])
                    for each in (kind, "")
                ]
                if any(seal(token) in spec["right"] for token in alike):
                    raise FormError(f"full names: several people can be meant by '{shown[0]}'")
        return "wrong", full


def _token(edge: _Edge, *, directed: bool) -> str:
    one, other, kind = edge
    ends = (one, other) if directed else sorted((one, other))
    return SEP.join((*ends, kind))


def _split(line: str) -> list[str]:
    """The parts of a line at the clearest sign that stands in it."""
    for sign in _BETWEEN:
        parts = re.split(sign, line.strip())
        if len(parts) > 1:
            return parts
    return [line]


def _edge(given: Json, spec: Spec) -> tuple[_Edge, tuple[str, str, str]]:
    """An edge as two ends and a kind, and as it is shown and its ends were written."""
    parts: Json = list(_split(given)) if isinstance(given, str) else given
    if not isinstance(parts, list) or not 2 <= len(parts) <= 3:
        raise FormError(f"pairs like ('...', '...'); you gave {quoted(given)}")
    kind: Json = parts[2] if len(parts) == 3 else None
    if isinstance(kind, dict):  # attributes of an edge, as networkx gives them
        kind = kind.get("kind")
    if not isinstance(kind, str | None):
        raise FormError(f"a kind in quotes; you gave {quoted(kind)}")
    ends = [_end(each, spec) for each in parts[:2]]
    if ends[0][0] == ends[1][0]:
        raise FormError(f"two different ends; you gave '{shortened(ends[0][1])}' twice")
    shown = " - ".join(shortened(text) for _, text in ends) + (
        f" ({shortened(kind)})" if kind else ""
    )
    return (ends[0][0], ends[1][0], fold(kind or "")), (shown, ends[0][1], ends[1][1])


def _end(given: Json, spec: Spec) -> tuple[str, str]:
    text = str(given) if isinstance(given, int) and not isinstance(given, bool) else given
    if not isinstance(text, str):
        raise FormError(f"texts in quotes inside the pairs; you gave {quoted(given)}")
    if spec["of"] == "names":
        return meaning(text).id, text
    if not fold(text):
        raise FormError(f"words inside the pairs; you gave {quoted(given)}")
    return fold(text), text


def _listed(shown: Sequence[str]) -> str:
    more = len(shown) - MOST_SHOWN
    return "; ".join(shown[:MOST_SHOWN]) + (f" and {more} more" if more > 0 else "")


def _named(edge: Sequence[str], key: Spec) -> list[str]:
    if key.get("of", "names") == "names":
        return [*(actor(each).name for each in edge[:2]), *edge[2:]]
    return list(edge)


def _spelt(key: Spec, right: Sequence[Sequence[str]]) -> Iterator[Variant]:
    """The right edges with one end in another spelling."""
    for place, edge in enumerate(key["answer"]):
        for end in (0, 1):
            for spelling in spellings(actor(edge[end])):
                changed = [*right[place][:end], spelling.answer, *right[place][end + 1 :]]
                answer = [*right[:place], changed, *right[place + 1 :]]
                yield Variant(f"{edge[end]}: {spelling.what}", _json(answer))


def _json(edges: Sequence[Any]) -> Json:
    return [list(each) if isinstance(each, list) else each for each in edges]
