"""The text that a feed carries of an article: a rescue for a page that gives none, never a replacement.

It is read by the rules that pages are read by. It counts where the page
answered and has no text, stands behind a request for consent or to log in, or
shows a fraction of what the feed carries. A page that was refused (robots.txt,
401, 403), that is gone, or that is something else than an article has no
rescue: what the publisher closes stays closed, and what is taken down is not
brought back.
"""

from __future__ import annotations

from dataclasses import dataclass

from crawler.errors import ExtractError, NotAnArticle, NoText, Walled
from crawler.extract.article import Reading, read_article
from crawler.extract.page.document import Document, parse_document
from crawler.extract.text.content import page_text
from crawler.extract.text.readings import SHORT_CHARS
from db.model import Candidate, Page

#: a page with more text than that is believed, unless it says that one has to pay
SHOWN_CHARS = 1_500
#: how many times as long as the page's text the feed's must be: where that is short, and where it is not
_TWICE, _MUCH = 2, 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Either:
    """An article, read on its page or in what its feed carries."""

    reading: Reading
    #: in one sentence, why the text is the feed's; None when it is the page's
    why: str | None = None
    #: a wall answered in the article's place, so that where it stands is no address of the article
    is_walled: bool = False


def read_either(page: Page, candidate: Candidate, memory: frozenset[int] = frozenset()) -> Either:
    """The article of a page, with the feed's own text where the page does not give it.

    Raises:
        NotAnArticle, NoText: as `read_article`; the feed carries no text either, or may not stand in.
    """
    document = None
    try:
        document = parse_document(page)
        reading = read_article(document, candidate, memory)
    except ExtractError as problem:
        feed_document = feed_document_of(page, candidate)
        is_walled = isinstance(problem, Walled) or not page.body.strip()
        if feed_document is None or not (is_walled or isinstance(problem, NoText)):
            raise
        # what a wall says of itself, its title and its date, is not the article's
        shown = feed_document if is_walled or document is None else document
        feed_reading = _read_feed_text(shown, feed_document, candidate, memory)
        if feed_reading is None:
            raise
        why = f"The text is the feed's own, because the page gives none: {_lowered(str(problem))}"
        return Either(reading=feed_reading, why=why, is_walled=is_walled)
    return _fuller(document, reading, candidate, memory)


def _read_feed_text(
    shown: Document, feed_document: Document, candidate: Candidate, memory: frozenset[int]
) -> Reading | None:
    """The text of *feed_document* with what *shown* says about the article; None when there is no article in it."""
    lines = page_text(feed_document).lines
    if not any(line.is_prose for line in lines):
        return None
    try:
        return read_article(
            shown, candidate, memory, has_override=shown is not feed_document, feed_lines=lines
        )
    except (NotAnArticle, NoText):
        return None


def _fuller(document: Document, reading: Reading, candidate: Candidate, memory: frozenset[int]) -> Either:
    """The reading of a page, or the feed's text with it when the page shows only a piece of that."""
    size = len(reading.article.text)
    feed_document = None
    if size < SHOWN_CHARS or reading.article.is_free is False:
        feed_document = feed_document_of(document.page, candidate)
    feed_reading = _read_feed_text(document, feed_document, candidate, memory) if feed_document else None
    full = len(feed_reading.article.text) if feed_reading else 0
    if (
        feed_reading is None
        or full <= SHORT_CHARS
        or full <= size * (_TWICE if size < SHORT_CHARS else _MUCH)
    ):
        return Either(reading=reading)
    why = f"The text is the feed's own: {full} characters, of which the page shows {size}."
    return Either(reading=feed_reading, why=why)


def feed_document_of(page: Page, candidate: Candidate) -> Document | None:
    """What a feed carries of an article as a page of its own, at the article's address; None when it carries nothing."""
    if not candidate.content:
        return None
    markup = f'<!DOCTYPE html><html><head><meta charset="utf-8"></head><body><article>{candidate.content}</article></body></html>'
    body = markup.encode("utf-8", "replace")
    headers = (("content-type", "text/html; charset=utf-8"),)
    try:
        return parse_document(
            Page(
                url=page.url,
                final_url=page.url,
                status=200,
                headers=headers,
                body=body,
                fetched_at=page.fetched_at,
            )
        )
    except NotAnArticle:
        return None


def _lowered(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]
