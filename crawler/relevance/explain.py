"""Why a verdict is not another one: terms found, terms hidden by longer ones, and rules that nearly counted."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate

from crawler.relevance.judge import Fields, FoldedArticle
from crawler.relevance.matcher import Hit, Matcher, hits_of, shared_terms, words_between
from crawler.relevance.rules import Rule, Topic, concept_masks, union
from crawler.relevance.scoring import Sentence

#: a sentence, and the concepts of which a word is missing
_Lack = tuple[str, tuple[str, ...]]
#: topics that stay ready
_REMEMBERED = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Met:
    """A term that stands in an article."""

    words: str
    concept: str
    #: part of the article, and the number of the sentence in it
    where: str
    number: int
    #: the longer term it lies in, for which reason it does not count; None when it counts
    hidden_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NearMiss:
    """A rule with points that lacks one thing."""

    rule: str
    points: float
    #: what is missing or in the way, in words: 'lacks a word of place in the sentence'
    because: str
    where: str
    number: int
    #: the words that are there
    words: tuple[str, ...]
    #: the concepts of which a word is missing; empty when something else is
    lacking: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """What a judgement does not tell."""

    met: tuple[Met, ...]
    near: tuple[NearMiss, ...]


def explain(fields: Fields, topic: Topic) -> Explanation:
    """Every term of the topic that stands in an article, and every rule with points that one thing kept from counting.

    Of a rule the sentence that comes nearest is reported, once for each thing that is missing.
    """
    return _explainer(topic).explain(fields)


@lru_cache(maxsize=_REMEMBERED)
def _explainer(topic: Topic) -> _Explainer:
    return _Explainer(topic)


class _Explainer:
    def __init__(self, topic: Topic) -> None:
        lists, (used,) = shared_terms((topic,))
        self.topic = topic
        self.matcher = Matcher(lists)
        self.concepts = tuple(
            tuple(at for at, number in enumerate(used) if number == each) for each in range(len(lists))
        )
        self.names = tuple(concept.name for concept in topic.concepts)
        self.languages = frozenset(language for concept in topic.concepts for language, _ in concept.terms)
        self.masks = concept_masks(topic.concepts)

    def explain(self, fields: Fields) -> Explanation:
        """See `explain`."""
        seen = FoldedArticle(fields)
        found = [
            (concept, each)
            for number, each in self.matcher.found(seen.folded).items()
            for concept in self.concepts[number]
        ]
        if not found:
            return Explanation(met=(), near=())
        every = hits_of(found, seen.folded, seen.language, self.languages, seen.quoted, hide=False)
        counting = hits_of(found, seen.folded, seen.language, self.languages, seen.quoted)
        sentences = seen.sentences(counting, self.topic.lead_words)
        near = [
            miss
            for rule in self.topic.rules
            if rule.points > 0
            for miss in self._near(rule, sentences, seen.folded)
        ]
        return Explanation(
            met=tuple(dict.fromkeys(self._met(every, frozenset(counting), seen))),
            near=tuple(sorted(near, key=lambda each: -each.points)),
        )

    def _met(self, every: Sequence[Hit], counting: frozenset[Hit], seen: FoldedArticle) -> Iterator[Met]:
        for sentence in seen.sentences(every, self.topic.lead_words):
            longer = OrderedHits(each for each in sentence.hits if each in counting)
            for hit in sentence.hits:
                around = None if hit in counting else longer.longest_around(hit)
                yield Met(
                    words=seen.as_written(hit.words),
                    concept=self.names[hit.concept],
                    where=sentence.where,
                    number=sentence.number,
                    hidden_by=None if hit in counting else seen.as_written(around.words) if around else "",
                )

    def _near(self, rule: Rule, sentences: Sequence[Sentence], folded: str) -> list[NearMiss]:
        """The first sentence for each one thing that is missing; nothing when the rule counts somewhere."""
        whole = union(sentence.mask for sentence in sentences)
        absent = [group for group in rule.article if not whole & self._mask(group)]
        if rule.sentence:
            nearest: dict[str, NearMiss] = {}
            for sentence in sentences:
                lacking = self._lacking(rule, sentence, folded) + [
                    _lack(group, "article") for group in absent
                ]
                if not lacking:
                    return []
                if len(lacking) == 1 and self._is_begun(rule, sentence):
                    nearest.setdefault(lacking[0][0], self._miss(rule, lacking[0], sentence))
            return list(nearest.values())
        lacking = self._blocked(rule, whole) + [_lack(group, "article") for group in absent]
        is_begun = len(rule.article) - len(absent) > 0
        return (
            [self._miss(rule, lacking[0], sentences[0])]
            if len(lacking) == 1 and is_begun and sentences
            else []
        )

    def _is_begun(self, rule: Rule, sentence: Sentence) -> bool:
        return any(sentence.mask & self._mask(group) for group in rule.sentence)

    def _lacking(self, rule: Rule, sentence: Sentence, folded: str) -> list[_Lack]:
        """What keeps a rule from counting in a sentence."""
        lacking = [
            _lack(group, "sentence") for group in rule.sentence if not sentence.mask & self._mask(group)
        ]
        lacking += self._blocked(rule, sentence.mask)
        if rule.fields and sentence.where not in rule.fields:
            lacking.append((f"counts in {_or(rule.fields)} only", ()))
        if rule.within is not None and not lacking and self._apart(rule, sentence, folded) > rule.within:
            lacking.append((f"has its words more than {rule.within} words apart", ()))
        return lacking

    def _blocked(self, rule: Rule, mask: int) -> list[_Lack]:
        return [(f"is silent beside {name}", ()) for name in rule.unless if mask & self.masks[name]]

    def _apart(self, rule: Rule, sentence: Sentence, folded: str) -> int:
        """Words between the nearest terms of the first and the last group."""
        first, last = (
            [hit for hit in sentence.hits if 1 << hit.concept & self._mask(group)]
            for group in (rule.sentence[0], rule.sentence[-1])
        )
        others = OrderedHits(last)
        return min(
            words_between(folded, min(one.end, other.end), max(one.start, other.start))
            for one in first
            for other in others.nearest(one)
        )

    def _miss(self, rule: Rule, lack: _Lack, sentence: Sentence) -> NearMiss:
        wanted = union(self._mask(group) for group in (*rule.sentence, *rule.article))
        words = dict.fromkeys(hit.words for hit in sentence.hits if 1 << hit.concept & wanted)
        return NearMiss(
            rule=rule.name,
            points=rule.points,
            because=lack[0],
            where=sentence.where,
            number=sentence.number,
            words=tuple(words),
            lacking=lack[1],
        )

    def _mask(self, group: Sequence[str]) -> int:
        return union(self.masks[name] for name in group)


class OrderedHits:
    """Hits by where they begin, of which those around and beside another are had without a look at each."""

    def __init__(self, hits: Iterable[Hit]) -> None:
        self._hits = sorted(hits)
        self._starts = [hit.start for hit in self._hits]
        #: of the hits up to each, the one that reaches farthest
        self._farthest = list(accumulate(self._hits, _farther))

    def longest_around(self, hit: Hit) -> Hit | None:
        """The longest in which *hit* lies, or None."""
        longest = None
        for at in range(bisect_right(self._starts, hit.start) - 1, -1, -1):
            if self._farthest[at].end < hit.end:
                break
            each = self._hits[at]
            if each.end >= hit.end and (
                longest is None or each.end - each.start >= longest.end - longest.start
            ):
                longest = each
        return longest

    def nearest(self, hit: Hit) -> Iterator[Hit]:
        """The next that begins after *hit* does, and the one up to there that reaches farthest."""
        after = bisect_right(self._starts, hit.start)
        if after:
            yield self._farthest[after - 1]
        if after < len(self._hits):
            yield self._hits[after]


def _farther(one: Hit, other: Hit) -> Hit:
    return other if other.end > one.end else one


def _lack(group: Sequence[str], where: str) -> _Lack:
    return f"lacks a word of {_or(group)} in the {where}", tuple(group)


def _or(names: Sequence[str]) -> str:
    return " or ".join(names)
