"""Any spelling or script of a name in, the one actor it means out.

Names are compared in three ways, the strictest first: the same words once case, accents and
typography are set aside; the same sound once the usual differences of transliteration are
(Massoud = Masood, Ahmad = Ahmed, Muhammad = Mohammed); part of a longer name. The tables
supply the names in each script, so that nothing is transliterated by guess.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache, wraps
from pathlib import Path

from afkit import kit
from afkit.facts import tables
from afkit.facts.schema import Actor

__all__ = [
    "AmbiguousNameError",
    "UnknownNameError",
    "actor",
    "bearers",
    "candidates",
    "fold",
    "sound",
]

_LETTERS = str.maketrans(
    {
        **dict.fromkeys("يىېۍئ", "ی"), **dict.fromkeys("أإآٱ", "ا"), **dict.fromkeys("ةۀە", "ه"),
        **dict.fromkeys("ـʿʾʼ’‘'`\u200c\u200d", ""),
        "ك": "ک", "ګ": "گ", "ؤ": "و", "ټ": "ت", "ډ": "د", "ړ": "ر", "ڼ": "ن",
        "ı": "i", "ø": "o", "ł": "l",
    }
)  # fmt: skip
#: Latin transliterations of one sound, applied in this order to a folded word.
_SOUNDS = (
    (r"sch", "sh"), (r"dj", "j"), (r"q|kh|ck", "k"), (r"gh", "g"), (r"ph", "f"), (r"dh", "z"),
    (r"w(?=[ou])", ""), (r"w", "v"), (r"[ou]+", "u"), (r"[aeiy]+", "a"), (r"(?<=[au])h$", ""),
    (r"(.)\1+", r"\1"),
)  # fmt: skip
#: Initials sound like too many names; they are known by their letters only.
SHORTEST_SOUND = 3
_TITLES = frozenset(  # they come and go before a name and do not tell people apart
    {"dr", "doctor", "general", "gen", "commander", "mr", "mrs", "ms", "president", "minister"}
    | {"sir", "mullah", "mawlawi", "maulvi", "marshal", "engineer", "ustad", "haji"}
)


class UnknownNameError(LookupError):
    """No actor goes by this name; the message offers close ones."""


class AmbiguousNameError(LookupError):
    """Several actors go by this name; :attr:`ids` and the message list them."""

    def __init__(self, message: str, ids: tuple[str, ...]) -> None:
        super().__init__(message)
        self.ids = ids


LONGEST_KEPT = 200


def _remembered(make: Callable[[str], str]) -> Callable[[str], str]:
    """Remember what becomes of short words; what students write can be long and would add up."""
    kept = lru_cache(maxsize=8192)(make)

    @wraps(make)
    def made(word: str) -> str:
        return kept(word) if len(word) <= LONGEST_KEPT else make(word)

    return made


@_remembered
def fold(name: str) -> str:
    """A name without case, accents, typography and spacing: equal for equal words in one script.

    Examples
    --------
    >>> fold("Mas‘ūd") == fold("masud")
    True
    """
    parted = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", name).casefold())
    kept = "".join(each for each in parted if not unicodedata.combining(each)).translate(_LETTERS)
    return " ".join(re.findall(r"\w+", kept))


def sound(name: str) -> str:
    """A folded name with the usual differences of transliteration removed.

    Examples
    --------
    >>> sound("Ahmed Masood") == sound("Ahmad Massoud")
    True
    >>> sound("Mahmud") == sound("Muhammad")
    False
    """
    words = fold(name).split()
    kept = [word for word in words if word not in _TITLES] or words
    return "".join(_sound(word) for word in kept)


@_remembered
def _sound(word: str) -> str:
    for pattern, letter in _SOUNDS:
        word = re.sub(pattern, letter, word)
    return word


@dataclass(frozen=True, slots=True)
class _Index:
    actors: dict[str, Actor]
    folded: dict[str, tuple[str, ...]]
    sounded: dict[str, tuple[str, ...]]
    words: dict[str, tuple[frozenset[str], frozenset[str]]]


MOST_INDEXES = 4
_INDEXES: dict[int, tuple[tuple[Actor, ...], _Index]] = {}


def actor(name: str, root: Path | None = None) -> Actor:
    """The actor that a name means, in any listed spelling, script or transliteration, or by id.

    Raises
    ------
    UnknownNameError
        If nobody goes by it.
    AmbiguousNameError
        If several do and none of them is known by just this name.
    """
    root = root or kit.find()
    found = candidates(name, root)
    if not found:
        from difflib import get_close_matches

        known = {fold(each.name): each.name for each in tables.records(Actor, root)}
        close = [known[each] for each in get_close_matches(fold(name), known, n=3)]
        hint = (
            f"did you mean {' or '.join(close)}?" if close else "see afkit.actors() for all names"
        )
        raise UnknownNameError(f"nobody in data/actors.csv goes by '{name}'; {hint}")
    if len(found) > 1:
        names = "; ".join(f"{each.name} ({each.id})" for each in found)
        raise AmbiguousNameError(
            f"'{name}' can mean {names}; write more of the name", tuple(each.id for each in found)
        )
    return found[0]


def candidates(name: str, root: Path | None = None) -> tuple[Actor, ...]:
    """All actors that a name can mean, judged by the strictest comparison that finds any."""
    index = _index(tables.records(Actor, root))
    if name in index.actors:
        return (index.actors[name],)
    key, heard = fold(name).replace(" ", ""), sound(name)
    if not key:
        return ()
    ids = index.folded.get(key) or index.sounded.get(heard)
    return tuple(index.actors[each] for each in ids) if ids else bearers(name, root)


def bearers(name: str, root: Path | None = None) -> tuple[Actor, ...]:
    """All persons of whose name these words are a part, the family name among them.

    Where :func:`actor` follows usage ("Massoud" is the father), this tells whom else the words fit.
    """
    index = _index(tables.records(Actor, root))
    parts = {_sound(word) for word in fold(name).split() if word not in _TITLES}
    if any(len(part) < 2 for part in parts):  # an initial fits too many names
        return ()
    return tuple(
        index.actors[each]
        for each, (families, words) in index.words.items()
        if families & parts and parts <= words
    )


def _index(rows: tuple[Actor, ...]) -> _Index:
    """The index of a table; the same rows are told by their place in memory, not read again."""
    held = _INDEXES.get(id(rows))
    if held is None or held[0] is not rows:
        if len(_INDEXES) >= MOST_INDEXES:
            _INDEXES.clear()
        held = _INDEXES[id(rows)] = (rows, _indexed(rows))
    return held[1]


def _indexed(rows: tuple[Actor, ...]) -> _Index:
    folded: dict[str, list[str]] = {}
    sounded: dict[str, list[str]] = {}
    words: dict[str, tuple[frozenset[str], frozenset[str]]] = {}
    for row in rows:
        names = _names(row)
        for key in dict.fromkeys(fold(each).replace(" ", "") for each in names):
            folded.setdefault(key, []).append(row.id)
        for key in dict.fromkeys(sound(each) for each in names):
            if len(key) >= SHORTEST_SOUND:
                sounded.setdefault(key, []).append(row.id)
        if row.kind == "person":
            words[row.id] = _parts(row)
    return _Index(
        {row.id: row for row in rows},
        {key: tuple(ids) for key, ids in folded.items()},
        {key: tuple(ids) for key, ids in sounded.items()},
        words,
    )


def _parts(row: Actor) -> tuple[frozenset[str], frozenset[str]]:
    """How the family name of a person sounds, and how every word of the name does.

    Nicknames ("Lion of Panjshir") share no word with the name and are no part of it.
    """
    spelt = [[_sound(word) for word in fold(each).split()] for each in _names(row)]
    own = {_sound(word) for word in fold(f"{row.name} {row.name_fa} {row.name_ps}").split()}
    forms = [words for words in spelt if set(words) & own]
    families = frozenset(words[-1] for words in forms)
    return families, frozenset(word for words in forms for word in words)


def _names(row: Actor) -> Iterable[str]:
    return [each for each in (row.name, row.name_fa, row.name_ps, *row.aliases) if each]
