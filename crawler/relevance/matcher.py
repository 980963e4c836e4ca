"""Finds every term of every topic in a folded text, all at once: one automaton, however many terms and topics."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick, Implementation

from crawler.relevance.rules import Topic
from crawler.relevance.terms import Term, TermSpelling
from db.folding import FIELD, SENTENCE, UNSPACED, is_unspaced

#: letters of a word that are looked at; keeps the time linear on texts without spaces
LONGEST_WORD = 80

#: so many more different words of another language show that a page declares the wrong one
MORE_WORDS = 2

_UNSPACED_LETTER = re.compile(f"[{UNSPACED}]")


class Hit(NamedTuple):
    """One term found; offsets are those of the folded text, whole words."""

    start: int
    end: int
    #: index of the concept in the topic
    concept: int
    #: the words found, folded
    words: str


class Found(NamedTuple):
    """A term found, before language and quotation marks are looked at."""

    start: int
    end: int
    language: str
    is_quoted: bool
    #: other words may stand inside it
    is_loose: bool


class _Owner(NamedTuple):
    """What a spelling belongs to."""

    concept: int
    language: str
    is_quoted: bool


class _Chain(NamedTuple):
    """A spelling of several pieces; `pieces` are pattern numbers."""

    pieces: tuple[int, ...]
    gaps: tuple[int, ...]
    owner: _Owner


#: the terms of a concept, each with its language
Terms = tuple[tuple[str, Term], ...]


def shared_terms(topics: Iterable[Topic]) -> tuple[tuple[Terms, ...], tuple[tuple[int, ...], ...]]:
    """Every list of terms once, however many concepts of however many topics have it; and for each topic
    which of them its concepts have, in order."""
    numbers: dict[tuple[tuple[str, str], ...], int] = {}
    lists: list[Terms] = []
    used: list[tuple[int, ...]] = []
    for topic in topics:
        own = []
        for concept in topic.concepts:
            # how a term is written says all that it stands for
            number = numbers.setdefault(
                tuple((language, term.source) for language, term in concept.terms), len(numbers)
            )
            if number == len(lists):
                lists.append(concept.terms)
            own.append(number)
        used.append(tuple(own))
    return tuple(lists), tuple(used)


class Matcher:
    """Some lists of terms, ready to be looked for in one look at a text.

    Args:
        lists: as `shared_terms` gives them.
    """

    def __init__(self, lists: Iterable[Terms]) -> None:
        self._patterns: dict[str, int] = {}
        self._single: defaultdict[int, list[_Owner]] = defaultdict(list)
        self._chains: defaultdict[int, list[_Chain]] = defaultdict(list)
        for at, terms in enumerate(lists):
            for language, term in terms:
                for spelling in term.spellings:
                    self._add(spelling, _Owner(at, language, term.is_quoted))
        self._linked = {
            piece for chains in self._chains.values() for chain in chains for piece in chain.pieces
        }
        self._edges = [(is_open_at(piece[0]), is_open_at(piece[-1])) for piece in self._patterns]
        self._automaton = AhoCorasick(list(self._patterns), implementation=Implementation.ContiguousNFA)
        self._patterns.clear()  # the automaton has them

    def _add(self, spelling: TermSpelling, owner: _Owner) -> None:
        pieces = tuple(self._patterns.setdefault(piece, len(self._patterns)) for piece in spelling.pieces)
        if len(pieces) == 1:
            self._single[pieces[0]].append(owner)
        else:
            self._chains[pieces[0]].append(_Chain(pieces, spelling.gaps, owner))

    def found(self, folded: str) -> dict[int, list[Found]]:
        """For each list of which a term is in *folded* all that was found of it, in whatever language.

        Args:
            folded: as `folding.fold` returns it.
        """
        found: defaultdict[int, list[Found]] = defaultdict(list)
        spans: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
        for piece, start, end in self._automaton.find_matches_as_indexes(folded, overlapping=True):
            span = self._span(folded, piece, start, end)
            for owner in self._single.get(piece, ()):
                found[owner.concept].append(Found(*span, owner.language, owner.is_quoted, False))
            if piece in self._linked:
                spans[piece].append(span)
        for first in spans.keys() & self._chains.keys():
            for chain in self._chains[first]:
                for span in _joined(folded, chain, spans):
                    owner = chain.owner
                    found[owner.concept].append(
                        Found(*span, owner.language, owner.is_quoted, any(chain.gaps))
                    )
        return found

    def _span(self, folded: str, piece: int, start: int, end: int) -> tuple[int, int]:
        """A pattern's match without its boundary spaces, widened to the whole word at a wildcard."""
        is_head_open, is_tail_open = self._edges[piece]
        if folded[start] == " ":
            start += 1
        elif is_head_open:
            start = max(folded.rfind(" ", max(0, start - LONGEST_WORD), start) + 1, start - LONGEST_WORD)
        if folded[end - 1] == " ":
            end -= 1
        elif is_tail_open:
            after = folded.find(" ", end, end + LONGEST_WORD)
            end = after if after >= 0 else min(end + LONGEST_WORD, len(folded) - 1)
        return start, end


def hits_of(
    found: Sequence[tuple[int, Sequence[Found]]],
    folded: str,
    language: str | None,
    languages: frozenset[str],
    quoted: Callable[[], frozenset[str]],
    *,
    hide: bool = True,
) -> list[Hit]:
    """The terms of one topic that count in *language*, by position; what lies inside a longer one is left out.

    Args:
        found: concept of the topic, and what `Matcher.found` has of its terms.
        language: ISO 639-1 as the page declares it. The terms of all languages count when it
            is None, when the topic has no terms for it, and when another language has more terms in
            the text, as pages often declare the language of their template.
        languages: those that the topic has terms for.
        quoted: what stands in quotation marks; asked only when a term wants them.
        hide: False for those inside a longer one too.
    """
    is_gated = language in languages and _is_believed(language, found)
    hits: list[Hit] = []
    loose: set[tuple[int, int]] = set()
    for concept, each in found:
        for start, end, spoken, is_quoted, is_loose in each:
            if is_gated and spoken not in (language, "any"):
                continue
            words = folded[start:end]
            if is_quoted and f" {words} " not in quoted():
                continue
            if is_loose:
                loose.add((start, end))
            hits.append(Hit(start, end, concept, words))
    return _outermost(hits, loose) if hide else sorted(hits)


def _is_believed(language: str | None, found: Sequence[tuple[int, Sequence[Found]]]) -> bool:
    """Whether no other language has clearly more different words of the topic in the text."""
    words: defaultdict[str, set[tuple[int, int]]] = defaultdict(set)
    for _, each in found:
        for start, end, spoken, _, _ in each:
            words[spoken].add((start, end))
    most = max((len(words[name]) for name in words if name != "any"), default=0)
    return most < len(words[language or ""]) + MORE_WORDS


def is_open_at(letter: str) -> bool:
    """Whether a piece that ends with this letter goes on to the end of the word."""
    return letter != " " and not is_unspaced(letter)


def words_between(folded: str, start: int, end: int) -> int:
    """Words from one offset to another; two letters of an unspaced script are one word."""
    between = folded[start:end]
    dense = 0 if between.isascii() else len(_UNSPACED_LETTER.findall(between))
    return len(_UNSPACED_LETTER.sub("", between).split()) + dense // 2 if dense else len(between.split())


def _joined(folded: str, chain: _Chain, spans: dict[int, list[tuple[int, int]]]) -> Iterator[tuple[int, int]]:
    """Spans over which the pieces of a chain follow one another, the shortest for each beginning."""
    if any(piece not in spans for piece in chain.pieces):
        return
    for start, first_end in spans[chain.pieces[0]]:
        ends = {first_end}
        for piece, gap in zip(chain.pieces[1:], chain.gaps, strict=True):
            ends = {after for end in ends for after in _next(folded, end, gap, spans[piece])}
        if ends:
            yield start, min(ends)


def _next(folded: str, end: int, gap: int, spans: list[tuple[int, int]]) -> Iterator[int]:
    """Ends of the spans that begin at most *gap* words after *end*, in the same sentence."""
    for at in range(bisect_left(spans, (end, 0)), len(spans)):
        start, after = spans[at]
        if start - end > LONGEST_WORD * (gap + 1):
            return
        between = folded[end:start]
        if SENTENCE in between or FIELD in between or words_between(folded, end, start) > gap:
            return
        yield after


def _outermost(found: list[Hit], loose: set[tuple[int, int]]) -> list[Hit]:
    """Hits by position without those strictly inside a longer one; phrases with a gap hide nothing."""
    found.sort(key=lambda hit: (hit.start, -hit.end, hit.concept))
    kept: list[Hit] = []
    longest = (0, 0)
    for hit in found:
        span = (hit.start, hit.end)
        if span[1] <= longest[1] and span != longest and span not in loose:
            continue
        kept.append(hit)
        if span[1] > longest[1] and span not in loose:
            longest = span
    return kept
