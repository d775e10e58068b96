"""Text: a word or a short sentence, right if it is the one asked for or holds what it must."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, ClassVar
from zlib import crc32

from afkit.exercises.kinds.base import (
    FormError,
    KeyCellError,
    Kind,
    Mark,
    Seal,
    Spec,
    Variant,
    misfits,
    quoted,
    shortened,
    texts,
)
from afkit.facts.names import fold

if TYPE_CHECKING:
    from afkit.exercises.answer import Json

__all__ = ["Text"]

MOST_WORDS, MOST_ASKED, MOST_IN_PHRASE = 40, 8, 4
#: How many spellings a check tries, and the shortest and longest word of which it tries them.
MOST_TRIES, SHORTEST, LONGEST = 14, 5, 24
MOST_FORMS = 8  # words of an answer that hints are looked up for
TAGS, PADDED = 16, 16


class Text(Kind):
    """``answer = ["..."]``, or ``holds = ["...", ...]`` and ``without = ["...", ...]``, or both.

    Case, accents and punctuation do not count. An entry of ``holds`` may be a list of words
    of which one will do. Each that is there earns its part, each of ``without`` takes one away.
    ``most_words`` limits the answer, so that a list of guesses is none.

    All words are sealed. Beside each of ``holds`` and ``without`` stands a checksum below 16: only
    words of a text that share it must be sealed to be compared, which keeps a check quick.
    """

    name = "text"
    expects = "a short text in quotes"
    options: ClassVar = {"answer": (str, list), "holds": list, "without": list, "most_words": int}
    needs = ()

    def seal(self, key: Spec, seal: Seal) -> dict[str, Any]:
        """Texts and words sealed; the limit on words and the lengths of phrases in the open."""
        right, holds, without = _key(key)
        most = key.get("most_words", MOST_WORDS)
        if not 0 < most <= MOST_WORDS:
            raise KeyCellError(f"most_words {most}; expected 1 to {MOST_WORDS}")
        grams = [*(word for group in holds for word in group), *without]
        words = [*right, *(word for group in holds for word in group)]
        near = {spelt for word in words if _spellable(word) for spelt in _near(word)}
        made = [seal(f"near:{each}") for each in near]
        filling = -len(made) % PADDED  # so that their number does not tell the length of a word
        return {
            "most": most,
            "right": sorted(map(seal, right)),
            "holds": sorted([sorted(_tagged(word, seal) for word in group) for group in holds]),
            "without": sorted(_tagged(word, seal) for word in without),
            "lengths": sorted({len(word.split()) for word in grams}),
            "near": sorted([*made, *(seal(f"filling:{each}") for each in range(filling))]),
        }

    def mark(self, answer: Json, spec: Spec, seal: Seal) -> Mark:
        """Full for a right text, else a part for each word that must be there."""
        folded = _read(answer, spec)
        if spec["right"] and seal(folded) in spec["right"]:
            return Mark(1.0, "")
        there, strange, known = _found(folded, spec, seal)
        asked = len(spec["holds"])
        share = max(0, len(there) - len(strange)) / asked if asked else 0.0
        if share == 1:
            return Mark(1.0, "")
        said = [_progress(len(there), asked)] if asked else []
        if strange:
            said.append(f"Does not belong here: {', '.join(shortened(each) for each in strange)}.")
        rest = [word for word in folded.split() if word not in known] if asked else []
        close = _close([folded, *rest] if spec["right"] else rest, spec, seal)
        if close:
            said.append(f"'{shortened(close)}' is close to what is asked: look at its spelling.")
        return Mark(share, " ".join(said) or "That is not it. Read the question again.")

    def example(self, key: Spec) -> Json:
        """The first right text, or the first of the words that must be there."""
        if "answer" in key:
            return texts(key["answer"], "answer")[0]
        return ", ".join(texts(each, "holds")[0] for each in key["holds"])

    def forms(self, answer: Json, spec: Spec, seal: Seal) -> list[str]:
        """The text in one spelling, then its longest words."""
        folded = _read(answer, spec)
        words = dict.fromkeys(folded.split())
        return [folded, *sorted(words, key=len, reverse=True)[:MOST_FORMS]]

    def part(self, part: Json, spec: Spec) -> str:
        """A word of the text."""
        if not isinstance(part, str) or len(fold(part).split()) != 1:
            raise FormError(f"one word of the text; found {quoted(part)}")
        return fold(part)

    def wrong(self, key: Spec) -> Iterator[Variant]:
        """Misspelt, cut short, other words; words missing, words that do not belong."""
        yield from misfits()
        right, holds, without = _key(key)
        for what, text in _mistakes(str(self.example(key)), right, holds):
            if fold(text) not in right and not _holds_all(fold(text), holds, without):
                yield Variant(what, text)
        for place, group in enumerate(holds):
            rest = [words[0] for words in holds[:place] + holds[place + 1 :]]
            if not _holds_all(" ".join(rest), holds, without) and " ".join(rest) not in right:
                yield Variant(f"without {group[0]}", ", ".join(rest))
        for each in without:
            yield Variant(f"with {each}", f"{', '.join(group[0] for group in holds)}, {each}")

    def same(self, key: Spec) -> Iterator[Variant]:
        """In capitals, with blanks and stops, the other texts and words that are accepted."""
        best = str(self.example(key))
        yield Variant("capitals", best.upper())
        yield Variant("blanks", f"  {best.replace(' ', '   ')} ")
        yield Variant("a full stop", f"{best}.")
        yield Variant("in quotation marks", f"“{best}”")
        for each in texts(key["answer"], "answer") if "answer" in key else ():
            yield Variant("another right text", each)
        _, holds, without = _key(key)
        if holds:
            backwards = [group[-1] for group in reversed(holds)]
            if _holds_all(" ".join(backwards), holds, without):
                yield Variant("other words, backwards", "; ".join(backwards))

    def control(self, spec: Spec) -> dict[str, Any]:
        """A line to write in."""
        return {"as": "text"}


def _key(key: Spec) -> tuple[list[str], list[list[str]], list[str]]:
    """Right texts, groups of words of which one must be there, words that must not, all folded."""
    if "answer" not in key and not key.get("holds"):
        raise KeyCellError("expected answer = [...] or holds = [...]")
    right = [fold(each) for each in texts(key["answer"], "answer")] if "answer" in key else []
    holds = [[fold(word) for word in texts(each, "holds")] for each in key.get("holds", ())]
    strange = texts(key["without"], "without") if key.get("without") else []
    without = [fold(each) for each in strange]
    words = [word for group in holds for word in group] + without
    if not all(right) or not all(words):
        raise KeyCellError("answer, holds, without; expected words with letters or digits")
    if len(set(words)) < len(words) or len(set(right)) < len(right):
        raise KeyCellError("answer, holds, without; expected each word once")
    if without and not holds:
        raise KeyCellError("without; expected holds as well")
    if max(len(holds), len(without), len(right)) > MOST_ASKED or len(words) > 2 * MOST_ASKED:
        raise KeyCellError(f"expected at most {MOST_ASKED} texts or words each")
    if any(len(word.split()) > MOST_IN_PHRASE for word in words):
        raise KeyCellError(f"holds, without; expected phrases of at most {MOST_IN_PHRASE} words")
    return right, holds, without


def _read(answer: Json, spec: Spec) -> str:
    if not isinstance(answer, str):
        raise FormError(f"a short text in quotes; you gave {quoted(answer)}")
    folded = fold(answer[:10_000])
    if not folded:
        raise FormError(f"a text with words; you gave {quoted(answer)}")
    count = len(folded.split())
    if count > spec["most"]:
        raise FormError(f"a short text, at most {spec['most']} words; you wrote {count}")
    return folded


def _found(folded: str, spec: Spec, seal: Seal) -> tuple[set[int], list[str], set[str]]:
    """Which groups are there, which words do not belong, and all words that played a part."""
    groups = {each[1]: place for place, group in enumerate(spec["holds"]) for each in group}
    strange_seals = {each[1] for each in spec["without"]}
    tags = {each[0] for group in (*spec["holds"], spec["without"]) for each in group}
    there: set[int] = set()
    strange: list[str] = []
    known: set[str] = set()
    for gram in dict.fromkeys(_grams(folded, spec["lengths"])):
        sealed = seal(gram) if _tag(gram) in tags else ""
        if sealed in groups:
            there.add(groups[sealed])
            known.update(gram.split())
        if sealed in strange_seals:
            strange.append(gram)
            known.update(gram.split())
    return there, strange, known


def _progress(there: int, asked: int) -> str:
    if asked == 1:
        return "What is needed is there." if there else "Something that is needed is missing."
    return f"{there} of the {asked} things that are needed {'is' if there == 1 else 'are'} there."


def _grams(folded: str, lengths: Iterable[int]) -> Iterator[str]:
    words = folded.split()
    for length in lengths:
        for place in range(len(words) - length + 1):
            yield " ".join(words[place : place + length])


def _tagged(word: str, seal: Seal) -> list[Any]:
    return [_tag(word), seal(word)]


def _tag(word: str) -> int:
    return crc32(word.encode(errors="replace")) % TAGS


def _spellable(word: str) -> bool:
    """Whether one letter off is a slip: in short words and numbers it is another meaning."""
    return SHORTEST <= len(word) <= LONGEST and not re.search(r"\d", word)


def _near(word: str) -> list[str]:
    """A word and the same with one letter left out: two words one slip apart share one of these."""
    twice = [at for at in range(1, len(word)) if word[at] == word[at - 1]]  # the usual slip: first
    places = [*twice, *range(len(word))]
    return list(dict.fromkeys([word, *(word[:at] + word[at + 1 :] for at in places)]))


def _close(words: Iterable[str], spec: Spec, seal: Seal) -> str:
    """The first of some words that is one letter from a right one, as far as the tries reach."""
    tries = MOST_TRIES
    for word in sorted(dict.fromkeys(words), key=len, reverse=True) if spec["near"] else ():
        for spelt in _near(word) if _spellable(word) else ():
            if not tries:
                return ""
            tries -= 1
            if seal(f"near:{spelt}") in spec["near"]:
                return word
    return ""


def _mistakes(best: str, right: list[str], holds: list[list[str]]) -> Iterator[tuple[str, str]]:
    """Slips in writing a right text, and other texts; some may still be right."""
    if right:
        middle = len(best) // 2
        yield "a letter missing", best[:middle] + best[middle + 1 :]
        yield "a letter twice", best[:middle] + best[middle : middle + 1] + best[middle:]
        yield "two letters changed about", best[:-2] + best[-2:][::-1]
        yield "with more words", f"{best} or zebra"
        yield "cut short", best[: max(1, middle)]
    yield "another word", "zebra"
    yield "other words", "quagga and zebra"
    yield "words run together", fold(best).replace(" ", "") + "zebra"
    yield "letters backwards", best[::-1]
    if len(holds) > 1:
        yield "only one of the words", holds[0][0]


def _holds_all(folded: str, holds: list[list[str]], without: list[str]) -> bool:
    padded = f" {folded} "
    there = holds and all(any(f" {word} " in padded for word in group) for group in holds)
    return bool(there) and not any(f" {word} " in padded for word in without)
