"""Parts of a subject for which nobody typed any: from the title, a sentence and the examples, by counting."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from crawler.drafting.parts import NAMES, DraftPart
from crawler.drafting.words import STEM, Suggestion, draft_words, example_text, is_telling, stem_of
from crawler.relevance.evaluate import Example
from crawler.relevance.terms import TermError, read_term
from db.folding import is_unspaced

#: what derived parts are called
SUBJECT, HAPPENS = "subject", "what-happens"
#: how a subject may be made: two parts that meet beside words that say it all, or one part
SUBJECT_WAYS = ("several", "alone")
#: share of a longer word that its relatives are looked for by ("rewild*" of "rewilding"), and letters from which it is cut
STEM_SHARE, LONG = 0.65, 6
#: share of the belonging examples from which a word is of the subject, whatever the others speak of
_OFTEN = 0.1
#: standard deviations from which a word says it all, and from which it is taken when there is but one part
SAYS_ALL, ALONE = 2.0, 1.3
#: words of one derived part
_MOST_WORDS = 120
#: how much a text that nobody labelled counts as not belonging
UNLABELLED = 0.25


@dataclass(frozen=True, slots=True, kw_only=True)
class _Word:
    """A term, where it stands, and whether title or sentence has it."""

    suggestion: Suggestion
    in_title: bool
    in_about: bool
    #: examples that do not belong and have it, with those that nobody labelled
    outside: float

    @property
    def is_telling(self) -> bool:
        """Whether it stands rather in what belongs; a short word of one example may be there by chance."""
        is_unusual = len(self.suggestion.term) > STEM or is_unspaced(self.suggestion.term[0])
        is_named = self.in_title or self.in_about
        return self.suggestion.weight >= 0 and (self.suggestion.belonging > 1 or is_unusual or is_named)


class _Spoken:
    """Which texts have a word, or one that begins with a stem."""

    def __init__(self, examples: Iterable[Example]) -> None:
        places: defaultdict[str, set[int]] = defaultdict(set)
        for at, example in enumerate(examples):
            for word in draft_words(example_text(example)):
                places[word].add(at)
        self._places = dict(places)
        self._order = sorted(places)

    def having(self, term: str) -> set[int]:
        if not term.endswith("*"):
            return self._places.get(term, set())
        stem, found = term.rstrip("*"), set[int]()
        for at in range(bisect_left(self._order, stem), len(self._order)):
            if not self._order[at].startswith(stem):
                break
            found |= self._places[self._order[at]]
        return found


@lru_cache(maxsize=1)
def _spoken(background: tuple[Example, ...]) -> _Spoken:
    """The unlabelled texts of one draft, which every fold asks for; `gather` bounds how many and how long they are."""
    return _Spoken(background)


def derived_parts(
    title: str,
    about: str,
    examples: Sequence[Example],
    background: Sequence[Example] = (),
    refused: frozenset[str] = frozenset(),
) -> tuple[tuple[DraftPart, ...], ...]:
    """Parts of a subject and their words, in each of the `SUBJECT_WAYS`; a way without words is empty.

    `subject` has the words of the title, those of the sentence that tell, and what many belonging examples speak of;
    `what-happens` what else stands in belonging examples more than in others, also once; `names` what says it all.

    Args:
        about: a sentence, or "".
        examples: labelled; mentions are left out.
        background: texts that nobody labelled; they count as not belonging, and a quarter as much.
        refused: terms that a person does not want.
    """
    labelled = [example for example in examples if example.label != "mention"]
    words = [
        each
        for each in _words(title, about, labelled, tuple(background))
        if each.suggestion.term not in refused
    ]
    belong = sum(example.label == "positive" for example in labelled)
    telling = [each for each in words if each.is_telling]
    says_all = [each for each in telling if each.suggestion.weight >= SAYS_ALL]
    often = max(2.0, _OFTEN * belong)
    subject = [each for each in words if each.suggestion.weight < SAYS_ALL and _is_subject(each, often)]
    taken = {each.suggestion.term for each in (*subject, *says_all)}
    happens = [
        each
        for each in telling
        if each.suggestion.term not in taken and not _is_found(each.suggestion.term, taken)
    ]
    several = (_part(SUBJECT, subject), _part(HAPPENS, happens), _part(NAMES, says_all))
    alone = _part(SUBJECT, [each for each in words if each.suggestion.weight >= ALONE])
    return (
        tuple(part for part in several if part.suggested) if subject and happens else (),
        (alone,) if alone.suggested else (),
    )


def _is_found(term: str, known: Container[str]) -> bool:
    """Whether a shorter stem among the known terms finds all that this one does."""
    stem = term.rstrip("*")
    return any(
        f"{stem[:letters]}*" in known for letters in range(STEM, len(term)) if f"{stem[:letters]}*" != term
    )


def _is_subject(each: _Word, often: float) -> bool:
    suggestion = each.suggestion
    return (
        each.in_title
        or (each.in_about and each.outside <= 2 * suggestion.belonging)
        or (suggestion.belonging >= often)
    )


def _part(name: str, words: Sequence[_Word]) -> DraftPart:
    """The words that tell most, without those that a shorter stem among them finds."""
    known = {each.suggestion.term for each in words}
    suggestion = [each.suggestion for each in words if not _is_found(each.suggestion.term, known)]
    ranked = sorted(suggestion, key=lambda each: (-each.weight, each.term))
    return DraftPart(name=name, typed={}, suggested=tuple(ranked[:_MOST_WORDS]))


def _words(
    title: str, about: str, examples: Sequence[Example], background: tuple[Example, ...]
) -> Iterator[_Word]:
    """Every term of title, sentence and belonging examples with its log-odds, half a count for what was never seen."""
    of_title, of_about = set(_terms(title)), set(_terms(about))
    inside = [example for example in examples if example.label == "positive"]
    outside = [example for example in examples if example.label != "positive"]
    spoken = [_Spoken(inside), _Spoken(outside), _spoken(background)]
    outside_all = len(outside) + UNLABELLED * len(background)
    of_examples = (term for example in inside for term in _terms(example_text(example)))
    for term in sorted({*of_title, *of_about, *of_examples}):
        belonging, others, unlabelled = (len(each.having(term)) for each in spoken)
        against = others + UNLABELLED * unlabelled
        odds = math.log((belonging + 0.5) / (len(inside) - belonging + 0.5))
        odds -= math.log((against + 0.5) / (outside_all - against + 0.5))
        spread = math.sqrt(1 / (belonging + 0.5) + 1 / (against + 0.5))
        yield _Word(
            suggestion=Suggestion(
                term=term,
                language="any",
                belonging=belonging,
                others=others,
                weight=round(odds / spread, 3),
            ),
            in_title=term in of_title,
            in_about=term in of_about,
            outside=against,
        )


def _terms(text: str) -> Iterator[str]:
    for word in draft_words(text):
        if is_telling(word) and _is_readable(term := wide_term(word)):
            yield term


def _is_readable(term: str) -> bool:
    try:
        return bool(read_term(term))
    except TermError:
        return False


def wide_term(word: str) -> str:
    """A term that finds a word and its relatives.

    >>> [wide_term(word) for word in ("rivers", "rewilding", "weirs", "dam")]
    ['river*', 'rewild*', 'weir*', 'dam']
    """
    if is_unspaced(word[0]):
        return word
    if len(word) >= LONG:
        return f"{word[: max(STEM + 1, round(STEM_SHARE * len(word)))]}*"
    stem = word.removesuffix("s") if len(word) > STEM else stem_of(word)
    return f"{stem_of(stem)}*" if len(stem) >= STEM else word
