"""Which words tell what belongs from what does not: counted, weighed, written as terms of a topic."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice, pairwise

from crawler.dedupe.spellings import name_key
from crawler.lang import table
from crawler.relevance.evaluate import Example
from crawler.units import many
from db.folding import FIELD, SENTENCE, fold, is_unspaced

#: fewest letters in front of a wildcard, and of a word that is suggested
STEM, WORD = 4, 3
#: longer words that a wildcard is counted with; a stem of more is no word
MOST_LONGER = 60
#: letters of a run of a script without spaces that are looked at as one word
_RUNS = (2, 3, 4)
#: endings that inflections change, after the accents are gone
_ENDING = re.compile(f"[{table('letters')['inflected']['endings']}]+$")
_MARKS = frozenset({FIELD, SENTENCE})
#: evidence against chance: standard deviations that log-odds must lie from 0
SURE, LIKELY = 1.6, 0.9


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A term with what speaks for it."""

    term: str
    #: two letters; "any" when it was met in several
    language: str
    #: examples that belong and have it, and that do not and have it
    belonging: int
    others: int
    #: log-odds in standard deviations; above 0 it tells of the topic
    weight: float
    #: how it was found: "word", "phrase", "spelling of X", "goes with X in n of m stories"
    because: str = "word"


def example_text(example: Example) -> str:
    """What of an example is counted."""
    return f"{example.title}\n{example.text}"


@lru_cache(maxsize=65_536)
def draft_words(text: str) -> tuple[str, ...]:
    """The folded words of a text in order, `|` where a sentence ends; runs without spaces in all pieces of 2 to 4 letters.

    >>> draft_words("Dams go. Rivers!")
    ('dams', 'go', '|', 'rivers', '|')
    """
    found: list[str] = []
    for word in fold(text).split():
        found += _pieces(word) if is_unspaced(word[0]) else [word]
    return tuple(found)


def _pieces(run: str) -> list[str]:
    return [run[at : at + size] for size in _RUNS for at in range(len(run) - size + 1)]


def stem_of(word: str) -> str:
    """What of a word its inflections share, roughly: without vowels at its end. The word itself when little is left.

    >>> stem_of("riviere"), stem_of("dam")
    ('rivier', 'dam')
    """
    stem = _ENDING.sub("", word)
    return stem if len(stem) >= STEM else word


@lru_cache(maxsize=4096)
def terms_in(example: Example) -> frozenset[str]:
    """Every term that could be suggested because of an example: words, stems with a wildcard, pairs of neighbours."""
    words = draft_words(example_text(example))
    terms = {term for word in words for term in _forms(word)}
    for one, two in pairwise(words):
        if _is_word(one) and _is_word(two) and not is_unspaced(one[0]):
            terms.add(f"{one} {stem_of(two)}*" if len(stem_of(two)) >= STEM else f"{one} {two}")
    return frozenset(terms)


def _forms(word: str) -> Iterator[str]:
    if is_unspaced(word[0]) and len(word) >= 2:
        yield word
    elif _is_word(word):
        stem = stem_of(word)
        yield f"{stem}*" if len(stem) >= STEM else word


def _is_word(word: str) -> bool:
    return word not in _MARKS and len(word) >= WORD and not word.isdigit() and word not in _common()


def is_telling(word: str) -> bool:
    """Whether a word of `draft_words` may say something of a subject: no function word, no number, long enough."""
    return len(word) >= 2 and word not in _MARKS if is_unspaced(word[0]) else _is_word(word)


@lru_cache(maxsize=1)
def _common() -> frozenset[str]:
    """Words that tell nothing of a subject, of the languages that list them: few are a word of something in another one."""
    small, frequent = table("languages")["small_words"], table("languages")["frequent_words"]
    return frozenset(fold(" ".join(f"{small[each]} {words}" for each, words in frequent.items())).split())


def suggest(examples: Sequence[Example], background: Sequence[Example] = ()) -> tuple[Suggestion, ...]:
    """Terms that tell what belongs from what does not, the most telling first; those of what does not belong last.

    Words of a language are counted against examples of that language. A word that belongs in two languages is
    suggested once, for all of them.

    Args:
        examples: labelled; mentions are left out.
        background: what nobody labelled, so that it counts as not belonging, and a quarter as much.
    """
    per_language: defaultdict[str, list[tuple[frozenset[str], bool, float]]] = defaultdict(list)
    for example in examples:
        if example.label != "mention":
            per_language[example.language or "any"].append(
                (terms_in(example), example.label == "positive", 1.0)
            )
    for example in background:
        if (example.language or "any") in per_language:
            per_language[example.language or "any"].append((terms_in(example), False, 0.25))
    found = [each for language, rows in per_language.items() for each in _weighed(language, rows)]
    return tuple(sorted(_without_parts(_shared(found)), key=lambda each: (-each.weight, each.term)))


def _weighed(language: str, rows: Sequence[tuple[frozenset[str], bool, float]]) -> Iterator[Suggestion]:
    """Log-odds of every term over one language, with half a count for what was never seen."""
    inside_all = sum(weight for _, belongs, weight in rows if belongs)
    outside_all = sum(weight for _, belongs, weight in rows if not belongs)
    for term, places in _postings(terms for terms, _, _ in rows):
        inside = sum(rows[at][2] for at in places if rows[at][1])
        outside = sum(rows[at][2] for at in places if not rows[at][1])
        odds = math.log((inside + 0.5) / (inside_all - inside + 0.5))
        odds -= math.log((outside + 0.5) / (outside_all - outside + 0.5))
        spread = math.sqrt(1 / (inside + 0.5) + 1 / (outside + 0.5))
        yield Suggestion(
            term=term,
            language=language,
            belonging=int(inside),
            others=sum(not rows[at][1] and rows[at][2] == 1.0 for at in places),
            weight=round(odds / spread, 3),
            because="phrase" if " " in term else "word",
        )


def _postings(rows: Iterable[frozenset[str]]) -> Iterator[tuple[str, frozenset[int]]]:
    """Every term of two rows or more with these; with a wildcard also those that have a longer word."""
    places: defaultdict[str, set[int]] = defaultdict(set)
    for at, terms in enumerate(rows):
        for term in terms:
            places[term].add(at)
    order = sorted(places)
    for at, term in enumerate(order):
        found = set(places[term])
        stem = term.rstrip("*")
        for other in islice(order, at + 1, at + 1 + MOST_LONGER) if term.endswith("*") else ():
            if not other.startswith(stem):
                break
            found |= places[other]
        if len(found) > 1:
            yield term, frozenset(found)


def _shared(found: Iterable[Suggestion]) -> list[Suggestion]:
    """A term that tells the same in two languages becomes one for all: a name, a word that travels."""
    by_term: defaultdict[str, list[Suggestion]] = defaultdict(list)
    for each in found:
        by_term[each.term].append(each)
    merged = []
    for term, those in by_term.items():
        telling = [each for each in those if each.belonging]
        if len(telling) < 2 or any(each.weight < 0 for each in those):
            merged += those
            continue
        merged.append(
            Suggestion(
                term=term,
                language="any",
                belonging=sum(each.belonging for each in those),
                others=sum(each.others for each in those),
                weight=round(math.hypot(*(each.weight for each in telling)), 3),
                because=telling[0].because,
            )
        )
    return merged


def _without_parts(found: list[Suggestion]) -> list[Suggestion]:
    """Phrases only where they tell more than their words, pieces of runs only where no longer piece is met as often."""
    best = {(each.language, each.term): each for each in found}
    kept = []
    for each in found:
        parts = [
            best.get((each.language, f"{part.rstrip('*')}*")) or best.get((each.language, part))
            for part in each.term.split()
        ]
        if " " in each.term and any(part and part.weight >= each.weight for part in parts):
            continue
        kept.append(each)
    longer = {
        (each.language, each.belonging, piece)
        for each in kept
        if is_unspaced(each.term[0])
        for piece in _pieces(each.term)
        if piece != each.term
    }
    return [
        each
        for each in kept
        if not (is_unspaced(each.term[0]) and (each.language, each.belonging, each.term) in longer)
    ]


def variant_spellings(names: Sequence[str], examples: Iterable[Example]) -> tuple[Suggestion, ...]:
    """Words of the examples that sound like one of the names and are written otherwise: Melnikowa for Melnikova.

    Args:
        names: single words as a person wrote them.
    """
    keys = {key: name for name in names if len(key := name_key(name)) >= 4}
    counts: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for example in examples:
        for word in set(draft_words(example_text(example))):
            key = name_key(word) if len(word) >= STEM else ""
            if key in keys and fold(keys[key]).strip() != word:
                counts[word, keys[key]][example.label] += 1
    return tuple(
        Suggestion(
            term=word,
            language="any",
            belonging=seen["positive"],
            others=seen["negative"],
            weight=float(seen["positive"] - seen["negative"]),
            because=f"spelling of {name}",
        )
        for (word, name), seen in sorted(counts.items())
        if seen["positive"] > seen["negative"]
    )


def translations(
    known: Iterable[str], stories: Sequence[Sequence[Example]], *, least: int = 2
) -> tuple[Suggestion, ...]:
    """Words of other languages that go with a known word through the stories of a record.

    A story joins reports of one event in several languages; a word that stands in the stories that have *known*,
    and in few others, may be its translation.

    Args:
        known: folded words.
        stories: the articles of each story.
        least: stories in which both must stand.
    """
    wanted = frozenset(known)
    spoken = [_words_by_language(story) for story in stories]
    totals = Counter(pair for story in spoken for pair in story)
    found = []
    for word in sorted(wanted):
        own = {language for story in spoken for language, each in story if each == word}
        having = [story for story in spoken if any(each == word for _, each in story)]
        together = Counter(
            pair for story in having for pair in story if pair[0] not in own and pair[1] not in wanted
        )
        for (language, other), count in together.items():
            elsewhere = totals[language, other] - count
            if count >= least and count > 2 * elsewhere:
                because = f"goes with {word} in {count} of {many(len(having), 'story', 'stories')}"
                weight = round(count / (1 + elsewhere), 3)
                found.append(
                    Suggestion(
                        term=f"{other}*"
                        if other.isalpha() and len(other) >= STEM and not is_unspaced(other[0])
                        else other,
                        language=language,
                        belonging=count,
                        others=elsewhere,
                        weight=weight,
                        because=because,
                    )
                )
    return tuple(sorted(found, key=lambda each: (-each.weight, each.term)))


def _words_by_language(story: Sequence[Example]) -> frozenset[tuple[str, str]]:
    return frozenset(
        (example.language or "any", stem_of(word) if not is_unspaced(word[0]) else word)
        for example in story
        for word in draft_words(example.title)
        if _is_word(word) or is_unspaced(word[0])
    )
