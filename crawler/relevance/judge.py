"""An article and a topic in, a judgement with its evidence out. The score is the sum of the evidence."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from urllib.parse import unquote, urlsplit

from crawler.relevance.folding import FIELD, FIELD_BREAK, SENTENCE, fold
from crawler.relevance.matcher import Hit, Matcher, words_between
from crawler.relevance.rules import STANDS_FOR, Rule, Topic, concept_masks, union
from db.model import Article, Band, Evidence, Judgement

#: the order in which fields are put one after the other for the matcher
_ORDER = ("title", "description", "text", "slug", "tags")
_MARK = re.compile("[" + re.escape(SENTENCE + FIELD) + "]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fields:
    """What of an article is judged."""

    title: str = ""
    #: paragraphs separated by newlines; its beginning is the lead
    text: str = ""
    url: str = ""
    tags: tuple[str, ...] = ()
    description: str = ""
    #: ISO 639-1, perhaps with a region; None when not known
    language: str | None = None
    section: str | None = None


def fields_of(article: Article) -> Fields:
    """The fields of an article that are judged."""
    return Fields(
        title=article.title,
        text=article.text,
        url=article.url,
        tags=article.tags,
        description=article.description or "",
        language=article.language,
        section=article.section,
    )


def slug_of(url: str) -> str:
    """The words of a URL's path: its longest part of several words, decoded.

    >>> slug_of("https://x.example/film/2021/russian-crew-in-orbit-20211005.html")
    'russian crew in orbit'
    """
    try:
        parts = unquote(urlsplit(url).path).split("/")
    except ValueError:
        return ""
    spoken = [" ".join(re.findall(r"[^\W\d_]{2,}", re.sub(r"\.\w{1,5}$", "", part))) for part in parts]
    longest = max(spoken, key=len)
    return longest if " " in longest or not longest.isascii() else ""


@dataclass(slots=True)
class _Sentence:
    """What was found in one sentence."""

    where: str
    folded: str
    hits: list[Hit] = field(default_factory=list)
    #: one bit for each concept found
    mask: int = 0

    def words_apart(self, hits: Sequence[Hit]) -> int:
        """Words from the end of the first of these hits to the beginning of the last."""
        return words_between(self.folded, min(hit.end for hit in hits), max(hit.start for hit in hits))


class _Compiled:
    """A topic ready to judge; made once per process."""

    def __init__(self, topic: Topic) -> None:
        self.matcher = Matcher(topic.concepts)
        self.weights = dict(topic.weights)
        #: heaviest field first
        self.fields = sorted(self.weights, key=lambda name: -self.weights[name])
        self.bits = concept_masks(topic.concepts)

    def masks(self, groups: Iterable[Iterable[str]]) -> tuple[int, ...]:
        """One mask for each group: the bits of its concepts."""
        return tuple(union(self.bits[name] for name in group) for group in groups)


@lru_cache(maxsize=32)
def compiled(topic: Topic) -> _Compiled:
    """The automaton and bit masks of a topic."""
    return _Compiled(topic)


def judge(fields: Fields, topic: Topic) -> Judgement:
    """Judge one article. Any text is judged, in time that grows with its length.

    Returns:
        A judgement whose evidence adds up to its score; deductions never take it below 0.
    """
    ready = compiled(topic)
    sentences = _sentences(fields, ready, topic.lead_words)
    evidence = [each for rule in topic.rules for each in _evidence(rule, sentences, ready)]
    evidence = _bounded(evidence)
    if veto := _veto(fields, topic):
        evidence.append(replace(veto, weight=-round(sum(each.weight for each in evidence), 4)))
    score = max(0.0, round(sum(each.weight for each in evidence), 4))
    return Judgement(
        topic_id=topic.beat_id,
        score=score,
        threshold=topic.relevant,
        band=band_of(score, topic),
        evidence=tuple(sorted(evidence, key=lambda each: -abs(each.weight))),
        ruleset=topic.ruleset,
    )


def band_of(score: float, topic: Topic) -> Band:
    """The band a score falls into."""
    return "relevant" if score >= topic.relevant else "mention" if score >= topic.mention else "off"


def _language(language: str | None) -> str | None:
    return re.split("[-_]", language.strip().lower())[0] if language else None


def _sentences(fields: Fields, ready: _Compiled, lead_words: int) -> list[_Sentence]:
    """The sentences in which something was found, in the order of `_ORDER`."""
    raw = FIELD_BREAK.join(
        part.replace("\x1e", " ")
        for part in (
            fields.title,
            fields.description,
            fields.text,
            slug_of(fields.url),
            "\n".join(fields.tags),
        )
    )
    folded = fold(raw)
    hits = ready.matcher.hits(folded, raw, _language(fields.language))
    if not hits:
        return []
    sentences: list[_Sentence] = []
    ends = [(found.start(), found.group()) for found in _MARK.finditer(folded)]
    ends.append((len(folded), FIELD))
    at, order, words, begin = 0, 0, 0, 0
    for end, mark in ends:
        name = _ORDER[order]
        if name == "text":
            name = "lead" if words < lead_words else "body"
            words += words_between(folded, begin, end) if name == "lead" else 0
        sentence = _Sentence(name, folded)
        while at < len(hits) and hits[at].start < end:
            sentence.hits.append(hits[at])
            sentence.mask |= 1 << hits[at].concept
            at += 1
        if sentence.hits:
            sentences.append(sentence)
        begin = end + 1
        order += mark == FIELD
    return sentences


def _evidence(rule: Rule, sentences: Sequence[_Sentence], ready: _Compiled) -> list[Evidence]:
    """What one rule adds, at most one piece of evidence for each field."""
    unless = union(ready.masks([rule.unless]))
    usable = [each for each in sentences if not rule.fields or each.where in rule.fields]
    if rule.sentence:
        if rule.article and not _gathered(ready.masks(rule.article), sentences, ready):
            return []
        return _met(rule, [each for each in usable if not each.mask & unless], ready)
    if any(each.mask & unless for each in sentences):
        return []
    gathered = _gathered(ready.masks(rule.article), usable, ready)
    return [_piece(rule, gathered[1], gathered[0], 1, ready)] if gathered else []


def _met(rule: Rule, sentences: Sequence[_Sentence], ready: _Compiled) -> list[Evidence]:
    """Evidence of the sentences in which all groups meet, counted for each field."""
    masks = ready.masks(rule.sentence)
    meetings: dict[str, list[tuple[Hit, ...]]] = {}
    for each in sentences:
        if all(each.mask & mask for mask in masks) and (hits := _meeting(each, masks, rule.within)):
            meetings.setdefault(each.where, []).append(hits)
    return [
        _piece(rule, found[0], name, len(found), ready)
        for name, found in meetings.items()
        if STANDS_FOR.get(name) not in meetings
    ]


def _meeting(sentence: _Sentence, masks: Sequence[int], within: int | None) -> tuple[Hit, ...] | None:
    """The closest hits of a sentence that satisfy every group, if they are close enough."""
    last: list[Hit | None] = [None] * len(masks)
    best: tuple[int, tuple[Hit, ...]] | None = None
    for hit in sentence.hits:
        last = [hit if 1 << hit.concept & mask else old for mask, old in zip(masks, last, strict=True)]
        chosen = tuple(each for each in last if each is not None)
        if len(chosen) == len(masks):
            apart = sentence.words_apart(chosen)
            if best is None or apart < best[0]:
                best = (apart, chosen)
    return best[1] if best and (within is None or best[0] <= within) else None


def _gathered(
    masks: Sequence[int], sentences: Sequence[_Sentence], ready: _Compiled
) -> tuple[str, tuple[Hit, ...]] | None:
    """The first hit of every group, and the lightest field that was needed to have them all; heavy fields first."""
    found: dict[int, Hit] = {}
    for name in ready.fields:
        for hit in (hit for each in sentences if each.where == name for hit in each.hits):
            for at, mask in enumerate(masks):
                if 1 << hit.concept & mask:
                    found.setdefault(at, hit)
        if len(found) == len(masks):
            return name, tuple(found[at] for at in sorted(found))
    return None


def _piece(rule: Rule, hits: Iterable[Hit], name: str, count: int, ready: _Compiled) -> Evidence:
    """One piece of evidence: sentences after the first add half of the one before."""
    often = 2 - 2.0 ** (1 - count)
    return Evidence(
        term=" + ".join(dict.fromkeys(hit.words for hit in hits)),
        concept=rule.name,
        field=name,
        count=count,
        weight=round(rule.points * ready.weights[name] * often, 4),
    )


def _bounded(evidence: Sequence[Evidence]) -> list[Evidence]:
    """The same evidence with deductions cut to what there is to deduct from."""
    kept = [each for each in evidence if each.weight > 0]
    left = sum(each.weight for each in kept)
    for each in evidence:
        if each.weight < 0 and left > 0:
            taken = round(min(left, -each.weight), 4)
            kept.append(replace(each, weight=-taken))
            left -= taken
    return kept


def _veto(fields: Fields, topic: Topic) -> Evidence | None:
    """A section, by name or as a folder of the URL, whose articles never count."""
    if not topic.vetoes:
        return None
    try:
        folders = unquote(urlsplit(fields.url).path).split("/")[:-1]
    except ValueError:
        folders = []
    for name in (fields.section or "", *folders):
        if name and fold(name) in topic.vetoes:
            return Evidence(term=name, concept="veto", field="section", count=1, weight=0.0)
    return None
