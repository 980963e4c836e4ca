"""An article and a topic in, a judgement with its evidence out. The score is the sum of the evidence."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from urllib.parse import unquote, urlsplit

from crawler.relevance.folding import FIELD, FIELD_BREAK, SENTENCE, fold, is_unspaced
from crawler.relevance.matcher import Hit, Matcher, words_between
from crawler.relevance.rules import Topic
from crawler.relevance.scoring import TOGETHER, Scorer, Sentence
from crawler.relevance.spelling import as_written
from db.model import Article, Band, Evidence, Judgement

#: the order in which fields are put one after the other for the matcher
_ORDER = ("title", "description", "text", "slug", "tags")
_BAR = re.compile(r"\s[|·»–—-]\s")
#: most letters of a site's name behind a headline, and how often one may hang there
_SITE_LETTERS, _SITES = 60, 3
#: most words of it; behind a dash fewer, as there a sentence may go on
_SITE_WORDS = {"|": 3, "·": 3, "»": 3}
_DASH_WORDS = 2
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


class _Compiled:
    """A topic ready to judge; made once per process."""

    def __init__(self, topic: Topic) -> None:
        self.matcher = Matcher(topic.concepts)
        self.scorer = Scorer(topic)


@lru_cache(maxsize=32)
def _compiled(topic: Topic) -> _Compiled:
    return _Compiled(topic)


def judge(fields: Fields, topic: Topic) -> Judgement:
    """Judge one article. Any text is judged, in time that grows with its length.

    Returns:
        A judgement whose evidence adds up to its score; deductions never take it below 0.
    """
    ready = _compiled(topic)
    raw = _raw(fields)
    folded = fold(raw)
    hits = ready.matcher.hits(folded, raw, _language(fields.language))
    evidence = ready.scorer.evidence(folded, _sentences(folded, hits, topic.lead_words)) if hits else []
    evidence = [replace(each, term=_as_written(each.term, raw)) for each in evidence]
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


def _as_written(term: str, raw: str) -> str:
    """The words of a piece of evidence as they stand in the article."""
    return TOGETHER.join(as_written(words, raw) for words in term.split(TOGETHER))


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


def _sentences(folded: str, hits: Sequence[Hit], lead_words: int) -> list[Sentence]:
    """The sentences in which something was found. The lead goes to the end of the sentence that reaches *lead_words*."""
    sentences: list[Sentence] = []
    at, order, words, begin, number = 0, 0, 0, 0, 0
    for found in _MARK.finditer(folded + FIELD):
        name = _ORDER[order]
        if name == "text":
            name = "lead" if words < lead_words else "body"
            words += words_between(folded, begin, found.start()) if name == "lead" else 0
        number += bool(folded[begin : found.start()].strip())
        if at < len(hits) and hits[at].start < found.start():
            sentences.append(Sentence(name, number))
        while at < len(hits) and hits[at].start < found.start():
            sentences[-1].add(hits[at])
            at += 1
        begin = found.end()
        if found.group() == FIELD:
            order, number = order + 1, 0
    return sentences


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
