"""A page in, a capture out: where every page of every kind of source is read and judged. Start reading here."""

from __future__ import annotations

import logging
from dataclasses import replace

from w3lib.url import canonicalize_url

from crawler.dedupe.urls import canonical_url, site_of
from crawler.errors import ExtractError, NotAnArticle
from crawler.extract.extractor import EXTRACTOR
from crawler.extract.text.feed_text import read_either
from crawler.ingest.unread import unread
from crawler.memory import uncollected
from crawler.relevance.judge import judge_all, judged_fields
from crawler.relevance.topic import Topic
from db.model import Article, Candidate, Capture, Outcome, Page

__all__ = ["EXTRACTOR", "read_page"]

log = logging.getLogger(__name__)


@uncollected()
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
        if is_gated and (left := unread(page, candidate, topics)) is not None:
            return left
        either = read_either(page, candidate, memory)
        served_from = page.url if either.is_walled else page.final_url
        article = _at_its_own_address(either.reading.article, served_from, candidate)
        fields = judged_fields(article)
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
        feed_note=either.why,
        line_hashes=either.reading.line_hashes,
    )


def _at_its_own_address(article: Article, served_from: str, candidate: Candidate) -> Article:
    """A page speaks for addresses of the site that served it only; on a shared platform each name is a site of its own.

    Else anybody could print a new version of somebody else's article. What names
    no address, or a foreign one, is known by the one that it was served from,
    after redirects: a short link and the article behind it are one page, and
    the article's own address stands in its row.
    """
    if site_of(article.url) != site_of(served_from):
        article = replace(article, url=served_from)
    named, own = (site_of(url).removeprefix("www.") for url in (article.canonical_url, served_from))
    is_declared = any(field == "canonical_url" for field, _ in article.origins)
    if is_declared and named == own:
        return article
    origins = tuple(pair for pair in article.origins if pair[0] != "canonical_url")
    return replace(article, canonical_url=_canonical(served_from, candidate), origins=origins)


def _canonical(served_from: str, candidate: Candidate) -> str:
    """The one spelling of that address: as it was asked for, when a source's host needs more of it than others do."""
    is_as_asked = candidate.source and canonicalize_url(served_from) == canonicalize_url(candidate.url)
    return candidate.url if is_as_asked else canonical_url(served_from) or served_from
