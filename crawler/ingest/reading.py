"""A page in, a capture out: where every page of every kind of source is read and judged. Start reading here."""

from __future__ import annotations

import logging
import re
from dataclasses import replace

from crawler.dedupe.urls import site_of
from crawler.errors import ExtractError, NotAnArticle
from crawler.extract.article import EXTRACTOR
from crawler.extract.text.feed_text import read_either
from crawler.relevance.gate import may_any_score
from crawler.relevance.judge import blank, fields_of, judge_all, slug_of
from crawler.relevance.topic import Topic
from db.model import Article, Candidate, Capture, Outcome, Page

__all__ = ["EXTRACTOR", "read_page"]

log = logging.getLogger(__name__)

#: bytes of text in paragraphs from which a page has come whole: no wall, no notice, no frame to be filled, no PDF
WHOLE_BYTES = 1500
_TAG = re.compile(rb"<[^<>]*>")


def read_page(
    page: Page,
    candidate: Candidate,
    topics: tuple[Topic, ...] = (),
    memory: frozenset[int] = frozenset(),
    *,
    is_gated: bool = False,
) -> Capture:
    """Read a page and judge the article on it.

    A pure function of its arguments. Never raises for what is on a page: a page
    that gives no article comes back with *problem* and *problem_outcome*.

    Args:
        page: the bytes of one response.
        candidate: what the source said about it.
        topics: what the article is judged by; one judgement each, in this order.
        memory: hashes of lines known as furniture of the page's site.
        is_gated: leave a page unread whose words could not make it a mention for any of the topics; it comes
            back off topic with a score of 0. Its article would have been judged `off` as well.
    """
    try:
        if is_gated and topics and not _may_score(page, candidate, topics):
            return _unread(page, candidate, topics)
        either = read_either(page, candidate, memory)
        article = _at_its_own_address(either.reading.article)
        fields = fields_of(article)
        judgements = judge_all(fields, topics)
    except ExtractError as problem:
        outcome = Outcome.NOT_ARTICLE if isinstance(problem, NotAnArticle) else Outcome.FAILED
        return Capture(candidate=candidate, page=page, problem=str(problem), problem_outcome=outcome)
    except MemoryError:
        said = "Reading it takes more memory than one page may have."
        return Capture(candidate=candidate, page=page, problem=said, problem_outcome=Outcome.FAILED)
    except Exception as fault:  # the page's error costs that page: any bytes in, no crash out
        log.exception("page.unreadable url=%s", page.url)
        return Capture(
            candidate=candidate,
            page=page,
            problem=f"Reading failed: {type(fault).__name__}.",
            problem_outcome=Outcome.FAILED,
        )
    return Capture(
        candidate=candidate,
        page=replace(page, final_url=page.url) if either.is_walled else page,
        article=article,
        judgements=judgements,
        carried=either.why,
        line_hashes=either.reading.line_hashes,
    )


def _may_score(page: Page, candidate: Candidate, topics: tuple[Topic, ...]) -> bool:
    """Whether an article on the page may be a mention for a topic, or the page may not be the one that was asked for."""
    if not _is_whole(page.body):
        return True
    title = f"{candidate.title or ''}\n{slug_of(page.final_url)}"
    bodies = [page.body, *([candidate.content.encode("utf-8", "replace")] if candidate.content else [])]
    return may_any_score(bodies, topics, url=page.url, title=title)


def _is_whole(body: bytes) -> bool:
    """Whether the paragraphs of a page hold enough text to be an article's."""
    missing = WHOLE_BYTES
    for chunk in body.split(b"</p>")[:-1]:
        begin = max(chunk.rfind(b"<p>"), chunk.rfind(b"<p "))
        missing -= len(_TAG.sub(b"", chunk[begin:])) if begin >= 0 else 0
        if missing <= 0:
            return True
    return False


def _unread(page: Page, candidate: Candidate, topics: tuple[Topic, ...]) -> Capture:
    """What comes of a page that cannot be on topic."""
    named = ", ".join(topic.beat_id for topic in topics)
    return Capture(
        candidate=candidate,
        page=page,
        judgements=tuple(blank(topic) for topic in topics),
        problem=f"The words on the page cannot make it a mention for {named}; it was not read further.",
        problem_outcome=Outcome.OFF_TOPIC,
    )


def _at_its_own_address(article: Article) -> Article:
    """A page speaks for addresses of its own site only; on a shared platform each name is a site of its own.

    Else anybody could print a new version of somebody else's article.
    """
    named, own = (site_of(url).removeprefix("www.") for url in (article.canonical_url, article.url))
    if named == own:
        return article
    origins = tuple(pair for pair in article.origins if pair[0] != "canonical_url")
    return replace(article, canonical_url=article.url, origins=origins)
