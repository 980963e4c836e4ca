"""A page in, a capture out: where every page of every kind of source is read and judged. Start reading here."""

from __future__ import annotations

import logging

from crawler.errors import ExtractError, NotAnArticle
from crawler.extract.article import EXTRACTOR, read_article
from crawler.extract.document import parse_document
from crawler.relevance.judge import fields_of, judge
from crawler.relevance.topic import Topic
from db.model import Candidate, Capture, Outcome, Page

__all__ = ["EXTRACTOR", "read_page"]

log = logging.getLogger(__name__)


def read_page(
    page: Page, candidate: Candidate, topics: tuple[Topic, ...] = (), memory: frozenset[int] = frozenset()
) -> Capture:
    """Read a page and judge the article on it.

    A pure function of its arguments. Never raises for what is on a page: a page
    that gives no article comes back with *problem* and *problem_outcome*.

    Args:
        page: the bytes of one response.
        candidate: what the source said about it.
        topics: what the article is judged by; one judgement each, in this order.
        memory: hashes of lines known as furniture of the page's site.
    """
    try:
        reading = read_article(parse_document(page), candidate, memory)
        fields = fields_of(reading.article)
        judgements = tuple(judge(fields, topic) for topic in topics)
    except ExtractError as problem:
        outcome = Outcome.NOT_ARTICLE if isinstance(problem, NotAnArticle) else Outcome.FAILED
        return Capture(candidate=candidate, page=page, problem=str(problem), problem_outcome=outcome)
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
        page=page,
        article=reading.article,
        judgements=judgements,
        line_hashes=reading.line_hashes,
    )
