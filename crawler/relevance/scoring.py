"""Rules against the sentences of an article: what each rule adds to the score, and for what words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from crawler.relevance.aboutness import SentencePlace
from crawler.relevance.matcher import Hit, words_between
from crawler.relevance.rules import RUNNING_TEXT, STANDS_FOR, Rule, Topic, concept_masks, union
from db.model import Evidence

#: joins the words of one piece of evidence that count because they are together
TOGETHER = " + "


@dataclass(slots=True)
class Sentence:
    """What was found in one sentence."""

    #: field it stands in
    where: str
    #: its number in the title, description, text, slug or tags, from 1
    number: int
    hits: list[Hit] = field(default_factory=list)
    #: one bit for each concept found
    mask: int = 0

    def add(self, hit: Hit) -> None:
        """Note one more term."""
        self.hits.append(hit)
        self.mask |= 1 << hit.concept


class Scorer:
    """The rules of a topic, ready to be applied."""

    def __init__(self, topic: Topic) -> None:
        weights = dict(topic.weights)
        masks = concept_masks(topic.concepts)
        self.rules = tuple(_ReadyRule(rule, masks, weights) for rule in topic.rules)

    def evidence(
        self,
        folded: str,
        sentences: Sequence[Sentence],
        placed_points: dict[SentencePlace, float] | None = None,
    ) -> list[Evidence]:
        """All evidence of all rules; it adds up to the score, which deductions never take below 0.

        Args:
            placed_points: where to note what rules on one sentence gave each sentence; see `aboutness.placed`.
        """
        whole = union(sentence.mask for sentence in sentences)
        noted = {} if placed_points is None else placed_points
        pieces: list[Evidence] = []
        for rule in self.rules:
            if _has_all(whole, rule.needs):
                pieces += rule.evidence(folded, sentences, whole, noted)
        return _bounded(pieces)


def _has_all(mask: int, needs: Iterable[int]) -> bool:
    """Whether the mask has a bit of every need."""
    for need in needs:  # noqa: SIM110 - asked of every rule of every article: a generator costs 8 % of judging
        if not mask & need:
            return False
    return True


class _ReadyRule:
    """One rule with its groups as bit masks."""

    def __init__(self, rule: Rule, masks: dict[str, int], weights: dict[str, float]) -> None:
        self.rule = rule
        self.weights = {
            name: weight for name, weight in weights.items() if not rule.fields or name in rule.fields
        }
        #: what it gives a sentence at most
        self.most = rule.points * max(self.weights.values(), default=0.0)
        #: heaviest field first
        self.order = sorted(self.weights, key=lambda name: -self.weights[name])
        self.sentence = tuple(union(masks[name] for name in group) for group in rule.sentence)
        self.article = tuple(union(masks[name] for name in group) for group in rule.article)
        #: all that must be there, wherever it is
        self.needs = (*self.sentence, *self.article)
        self.unless = union(masks[name] for name in rule.unless)

    def evidence(
        self,
        folded: str,
        sentences: Sequence[Sentence],
        whole: int,
        placed_points: dict[SentencePlace, float],
    ) -> list[Evidence]:
        """What the rule adds, at most one piece of evidence for each field.

        Args:
            whole: the union of all masks; it has all that the rule needs.
        """
        if self.sentence:
            return self._met(folded, sentences, placed_points)
        return [] if whole & self.unless else self._gathered(sentences)

    def _met(
        self, folded: str, sentences: Sequence[Sentence], placed_points: dict[SentencePlace, float]
    ) -> list[Evidence]:
        """Evidence of the sentences in which all groups meet; each is noted in *placed_points*."""
        meetings: dict[str, list[tuple[int, tuple[Hit, ...]]]] = {}
        for each in sentences:
            if (
                each.where in self.weights
                and not each.mask & self.unless
                and _has_all(each.mask, self.sentence)
                and (hits := self._meeting(folded, each.hits))
            ):
                meetings.setdefault(each.where, []).append((each.number, hits))
                place = (each.where, each.number)
                placed_points[place] = placed_points.get(place, 0.0) + self.most
        return [
            self._piece(found[0][1], name, len(found), found[0][0])
            for name, found in meetings.items()
            if STANDS_FOR.get(name) not in meetings
        ]

    def _meeting(self, folded: str, hits: Iterable[Hit]) -> tuple[Hit, ...] | None:
        """The closest hits that satisfy every group, unless they are too far apart."""
        last: list[Hit | None] = [None] * len(self.sentence)
        best: tuple[Hit, ...] = ()
        nearest = 0
        for hit in hits:
            bit = 1 << hit.concept
            last = [hit if bit & need else old for need, old in zip(self.sentence, last, strict=True)]
            chosen = tuple(each for each in last if each is not None)
            apart = max(each.start for each in chosen) - min(each.end for each in chosen) if chosen else 0
            if len(chosen) == len(last) and (not best or apart < nearest):
                best, nearest = chosen, apart
        return best if best and self._is_within(folded, best) else None

    def _is_within(self, folded: str, hits: Sequence[Hit]) -> bool:
        if self.rule.within is None:
            return True
        begin, end = min(hit.end for hit in hits), max(hit.start for hit in hits)
        return words_between(folded, begin, end) <= self.rule.within

    def _gathered(self, sentences: Sequence[Sentence]) -> list[Evidence]:
        """Evidence of groups found anywhere; it has the weight of the lightest field that was needed."""
        found: dict[int, Hit] = {}
        for name in self.order:
            first: int | None = None
            for number, hit in (
                (each.number, hit) for each in sentences if each.where == name for hit in each.hits
            ):
                for at, need in enumerate(self.article):
                    if 1 << hit.concept & need and at not in found:
                        found[at], first = hit, first or number
            if len(found) == len(self.article):
                return [self._piece([found[at] for at in sorted(found)], name, 1, first)]
        return []

    def _piece(self, hits: Iterable[Hit], name: str, count: int, position: int | None) -> Evidence:
        """One piece of evidence for *count* sentences of a field, the first of which is number *position*."""
        often = 2 - 2.0 ** (1 - count) if name in RUNNING_TEXT else 1.0
        return Evidence(
            term=TOGETHER.join(dict.fromkeys(hit.words for hit in hits)),
            concept=self.rule.name,
            field=name,
            count=count,
            weight=round(self.rule.points * self.weights[name] * often, 4),
            position=position,
        )


def _bounded(evidence: Sequence[Evidence]) -> list[Evidence]:
    """The same evidence with deductions cut to what there is to deduct from."""
    kept = [each for each in evidence if each.weight > 0]
    left = sum(each.weight for each in kept)
    for each in evidence:
        taken = round(min(left, -each.weight), 4)
        if taken > 0:
            kept.append(replace(each, weight=-taken))
            left -= taken
    return kept
