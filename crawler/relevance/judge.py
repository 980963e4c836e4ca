"""An article and a topic in, a judgement with its evidence out. The score is the sum of the evidence."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from urllib.parse import unquote, urlsplit

from crawler.relevance.aboutness import SentencePlace, placed
from crawler.relevance.matcher import Found, Hit, Matcher, hits_of, shared_terms, words_between
from crawler.relevance.rules import Topic
from crawler.relevance.scoring import TOGETHER, Scorer, Sentence
from crawler.relevance.spelling import as_written
from db.folding import FIELD, FIELD_BREAK, SENTENCE, fold, is_unspaced, quoted_phrases
from db.model import Article, Band, Evidence, Judgement

#: the order in which fields are put one after the other for the matcher
_ORDER = ("title", "description", "text", "slug", "tags")
_BAR = re.compile(r"\s[|·»–—-]\s")
#: most letters of a site's name behind a headline, and how often one may hang there
_SITE_LETTERS, _SITES = 60, 3
#: most words of it; behind a dash fewer, as there a sentence may go on
_SITE_WORDS = {"|": 3, "·": 3, "»": 3}
_DASH_WORDS = 2
#: sets of topics that stay ready; a process has one, and another after its configuration has changed
_REMEMBERED = 16
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


def judged_fields(article: Article) -> Fields:
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


def judge(fields: Fields, topic: Topic) -> Judgement:
    """Judge one article by one topic; see `judge_all`."""
    return judge_all(fields, (topic,))[0]


def judge_all(fields: Fields, topics: tuple[Topic, ...]) -> tuple[Judgement, ...]:
    """Judge one article by each topic. Any text is judged, in time that grows with its length.

    The article is folded and looked through once, however many topics there are,
    so callers with several topics ask for all at once.

    Returns:
        Judgements in the order of the topics; the evidence of each adds up to its score, and deductions
        never take that below 0.
    """
    return _judges(topics).judge(fields) if topics else ()


def blank(topic: Topic) -> Judgement:
    """The judgement on an article in which nothing of the topic was found."""
    return Judgement(
        topic_id=topic.beat_id,
        score=0.0,
        threshold=topic.relevant,
        band=band_of(0.0, topic),
        evidence=(),
        ruleset=topic.ruleset,
    )


class _Judge:
    """A topic ready to judge what was found."""

    def __init__(self, topic: Topic) -> None:
        self.topic = topic
        self.scorer = Scorer(topic)
        self.languages = frozenset(language for concept in topic.concepts for language, _ in concept.terms)
        self.blank = blank(topic)

    def judgement(self, seen: FoldedArticle, found: Sequence[tuple[int, Sequence[Found]]]) -> Judgement:
        """The judgement on an article, from what was found of the topic's concepts."""
        topic = self.topic
        hits = hits_of(found, seen.folded, seen.language, self.languages, seen.quoted) if found else []
        placed_points: dict[SentencePlace, float] = {}
        sentences = seen.sentences(hits, topic.lead_words) if hits else []
        evidence = self.scorer.evidence(seen.folded, sentences, placed_points) if hits else []
        if moved := placed(evidence, placed_points, seen.text_sentences(), topic) if placed_points else None:
            evidence.append(moved)
        evidence = [replace(each, term=seen.as_written(each.term)) for each in evidence]
        if veto := _veto(seen, topic):
            evidence.append(replace(veto, weight=-round(sum(each.weight for each in evidence), 4)))
        if not evidence:
            return self.blank
        score = max(0.0, round(sum(each.weight for each in evidence), 4))
        return replace(
            self.blank,
            score=score,
            band=band_of(score, topic),
            evidence=tuple(sorted(evidence, key=lambda each: -abs(each.weight))),
        )


class _Judges:
    """Topics ready to judge together; made once per process."""

    def __init__(self, topics: tuple[Topic, ...]) -> None:
        lists, used = shared_terms(topics)
        self._matcher = Matcher(lists)
        self._judges = tuple(_Judge(topic) for topic in topics)
        self._vetoing = tuple(at for at, topic in enumerate(topics) if topic.vetoes)
        #: list of terms -> the topics that use it, each with its concept
        self._users: tuple[list[tuple[int, int]], ...] = tuple([] for _ in lists)
        for at, numbers in enumerate(used):
            for concept, number in enumerate(numbers):
                self._users[number].append((at, concept))

    def judge(self, fields: Fields) -> tuple[Judgement, ...]:
        seen = FoldedArticle(fields)
        found: dict[int, list[tuple[int, Sequence[Found]]]] = {at: [] for at in self._vetoing}
        for number, each in self._matcher.found(seen.folded).items():
            for at, concept in self._users[number]:
                found.setdefault(at, []).append((concept, each))
        judgements = [judge.blank for judge in self._judges]
        for at, what in found.items():
            judgements[at] = self._judges[at].judgement(seen, what)
        return tuple(judgements)


@lru_cache(maxsize=_REMEMBERED)
def _judges(topics: tuple[Topic, ...]) -> _Judges:
    return _Judges(topics)


def band_of(score: float, topic: Topic) -> Band:
    """The band a score falls into."""
    return "relevant" if score >= topic.relevant else "mention" if score >= topic.mention else "off"


def without_site(title: str) -> tuple[str, tuple[str, ...]]:
    """A headline, and what a site hangs behind it: its name, its section.

    >>> without_site("First film shot in orbit - Culture | The Daily Example")
    ('First film shot in orbit', ('Culture', 'The Daily Example'))
    """
    hung: list[str] = []
    for _ in range(_SITES):
        *_, bar = [None, *_BAR.finditer(title, max(0, len(title) - _SITE_LETTERS))]
        if bar is None or not _is_headline(title[: bar.start()]):
            break
        if len(title[bar.end() :].split()) > _SITE_WORDS.get(bar.group().strip(), _DASH_WORDS):
            break
        hung.insert(0, title[bar.end() :].strip())
        title = title[: bar.start()].rstrip()
    return title, tuple(hung)


def _is_headline(text: str) -> bool:
    """Whether this can stand alone: three words, or six letters of a script without spaces."""
    return len(text.split()) >= 3 or (len(text) >= 6 and is_unspaced(text[0]))


def _raw(fields: Fields) -> str:
    """All that is judged as one text, in the order of `_ORDER`. A site's own name counts as a tag."""
    title, hung = without_site(fields.title)
    parts = (title, fields.description, fields.text, slug_of(fields.url), "\n".join((*fields.tags, *hung)))
    return FIELD_BREAK.join(part.replace("\x1e", " ") for part in parts)


class FoldedArticle:
    """An article folded, and all that several topics ask of it, each found out once."""

    def __init__(self, fields: Fields) -> None:
        self.raw = _raw(fields)
        self.folded = fold(self.raw)
        self.language = re.split("[-_]", fields.language.strip().lower())[0] if fields.language else None
        self._fields = fields
        self._quoted: frozenset[str] | None = None
        self._written: dict[str, str] = {}
        self._folders: tuple[tuple[str, str], ...] | None = None
        self._ends: list[int] = []
        #: of each sentence: field, number in it, words of the text before it
        self._places: list[tuple[str, int, int]] = []

    def quoted(self) -> frozenset[str]:
        """What stands in quotation marks, folded."""
        if self._quoted is None:
            self._quoted = quoted_phrases(self.raw)
        return self._quoted

    def as_written(self, term: str) -> str:
        """The words of a piece of evidence as they stand in the article."""
        for words in term.split(TOGETHER):
            if words not in self._written:
                self._written[words] = as_written(words, self.raw)
        return TOGETHER.join(self._written[words] for words in term.split(TOGETHER))

    def folders(self) -> tuple[tuple[str, str], ...]:
        """The article's section and the folders of its URL, as they are and folded."""
        if self._folders is None:
            try:
                folders = unquote(urlsplit(self._fields.url).path).split("/")[:-1]
            except ValueError:
                folders = []
            names = (self._fields.section or "", *folders)
            self._folders = tuple((name, fold(name)) for name in names if name)
        return self._folders

    def sentences(self, hits: Sequence[Hit], lead_words: int) -> list[Sentence]:
        """The sentences in which something was found. The lead goes to the end of the sentence that reaches *lead_words*."""
        if not self._ends:
            self._look()
        sentences: list[Sentence] = []
        last = -1
        for hit in hits:
            at = bisect_right(self._ends, hit.start)
            if at != last:
                name, number, words = self._places[at]
                if name == "text":
                    name = "lead" if words < lead_words else "body"
                sentences.append(Sentence(name, number))
                last = at
            sentences[-1].add(hit)
        return sentences

    def text_sentences(self) -> int:
        """Sentences of the text; known once `sentences` was asked."""
        return max((number for name, number, _ in self._places if name == "text"), default=0)

    def _look(self) -> None:
        order, words, begin, number = 0, 0, 0, 0
        for mark in _MARK.finditer(self.folded + FIELD):
            name = _ORDER[order]
            number += bool(self.folded[begin : mark.start()].strip())
            self._ends.append(mark.start())
            self._places.append((name, number, words))
            words += words_between(self.folded, begin, mark.start()) if name == "text" else 0
            begin = mark.end()
            if mark.group() == FIELD:
                order, number = order + 1, 0


def _veto(seen: FoldedArticle, topic: Topic) -> Evidence | None:
    """A section, by name or as a folder of the URL, whose articles never count."""
    for name, folded in seen.folders() if topic.vetoes else ():
        if folded in topic.vetoes:
            return Evidence(term=name, concept="veto", field="section", count=1, weight=0.0)
    return None
