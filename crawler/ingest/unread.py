"""A page that need not be read: its words cannot put it on any topic. Light enough for the process that fetches."""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from functools import cache
from math import ceil

import re2

from crawler.extract.page.encoding import decode_html
from crawler.lang import table
from crawler.relevance.gate import most_scores
from crawler.relevance.judge import blank, slug_of
from crawler.relevance.rules import Topic
from crawler.relevance.visible import BREAK, is_utf8, visible_text
from db.model import Candidate, Capture, Outcome, Page

#: bytes of text in paragraphs from which a page has come whole: no wall, no notice, no frame to be filled, no PDF;
#: fewer are enough for one that calls itself an article
WHOLE_BYTES, _DECLARED_CHARS = 1500, 500
#: so many paragraphs a page has at least that does not mark them as such
_LEAST_PARAGRAPHS = 3
#: a larger page is left to a reader, whose time is limited; and of one in a charset that has to be guessed
_MOST_BYTES, _MOST_GUESSED_BYTES = 1_000_000, 100_000
#: how a charset of seven bits, which looks like ASCII, begins its letters
_SHIFT = b"\x1b"
#: beats that the reason of a page names
_NAMED = 5
#: characters for each phrase of a consent wall from which a text is none
_CHARS_A_PHRASE = 600
_TAG = re.compile(rb"<[^<>]*>")
_DECLARES = re.compile(
    rb"<meta\b(?=[^<>]*\bog:type\b)(?=[^<>]*\bcontent\s*=\s*[\"']?\s*article)", re.IGNORECASE
)
#: the same in its JSON-LD; an index names many
_ARTICLE_TYPE = re.compile(
    rb"\"@type\"\s{0,8}:\s{0,8}\[?\s{0,8}\"(?:(?:Reportage|Analysis|Background|Opinion|Review)?NewsArticle|Article|BlogPosting)\""
)
#: where scripts of a page keep data, as `crawler.extract.unseen` reads it; not by `re`, as it is looked for in the whole page
_DATA = re2.compile(
    rb"<script[^<>]*\bapplication/json\b|__[A-Z]{3,20}_[A-Z_]{3,40}[\s\x0b]*=|\bFusion\.globalContent[\s\x0b]*=|__NUXT__|__next_f\b"
)
#: a line of visible text that is JSON, or what is left of a meta element
_NO_PARAGRAPH = re.compile(r"\s*(?:[{\[\"]|[\w:-]+\s*=)")
_SENTENCE_END = re.compile(r"[.!?…。！？।؟»”\"'’)]\s*$")


def is_weighed_fast(body: bytes) -> bool:
    """Whether looking at the words of a page takes milliseconds, whatever is in it."""
    return len(body) <= _MOST_GUESSED_BYTES or (len(body) <= _MOST_BYTES and is_utf8(body))


def unread(page: Page, candidate: Candidate, topics: tuple[Topic, ...]) -> Capture | None:
    """What comes of a page that cannot be on topic, without reading it; None for a page that has to be read.

    Its article would have been judged `off` by every topic as well. Where its
    words can add up to something its score is not known: there are no judgements
    then, and the reason says what it is at most. A page that may not be the one
    that was asked for is read, and so is every page when there are no topics.
    """
    if not topics:
        return None
    named = f"{candidate.title or ''}\n{slug_of(page.final_url)}"
    body = _in_utf8(page)
    bodies = [body, *([candidate.content.encode("utf-8", "replace")] if candidate.content else [])]
    most = most_scores(bodies, topics, url=page.url, title=named)
    if most is None:
        return None
    if not (_is_whole(page.body) or _tells(body)):
        return None
    named = ", ".join(topic.beat_id for topic in topics[:_NAMED])
    if len(topics) > _NAMED:
        named += f" and {len(topics) - _NAMED} more beats"
    bound = f" Its score is {_rounded_up(max(most))} at most." if any(most) else ""
    return Capture(
        candidate=candidate,
        page=page,
        judgements=() if bound else tuple(blank(topic) for topic in topics),
        problem=f"The words on the page cannot make it a mention for {named}; it was not read further.{bound}",
        problem_outcome=Outcome.OFF_TOPIC,
    )


def _in_utf8(page: Page) -> bytes:
    """The page as the extractor decodes it."""
    if is_utf8(page.body) and _SHIFT not in page.body:
        return page.body.removeprefix(BOM_UTF8)
    return decode_html(page.body, page.header("content-type"))[0].encode("utf-8", "replace")


def _rounded_up(score: float) -> str:
    """A bound in two digits that still is one.

    >>> _rounded_up(0.351)
    '0.36'
    """
    return f"{ceil(round(score * 100, 6)) / 100:g}"


def _tells(body: bytes) -> bool:
    """Whether a page shows prose, whatever it is marked as, and not a request for consent in its place.

    One that calls itself an article needs less of it, unless its scripts hold data, which may be the article; of any other
    page links do not count, as an index has nothing else.
    """
    least = _DECLARED_CHARS
    is_declared = _DECLARES.search(body) or len(_ARTICLE_TYPE.findall(body)) == 1
    if not is_declared or _DATA.search(body):
        body, least = _without_links(body), WHOLE_BYTES
    lines = (visible_text(body) or "").split(BREAK)
    paragraphs = [line for line in lines if not _NO_PARAGRAPH.match(line) and _is_paragraph(line.strip())]
    size = sum(map(len, paragraphs))
    if len(paragraphs) < _LEAST_PARAGRAPHS or size < least:
        return False
    return sum(len(_consent_phrases().findall(line.lower())) for line in paragraphs) * _CHARS_A_PHRASE <= size


def _without_links(page: bytes) -> bytes:
    """A page without what stands in its links.

    >>> _without_links(b"one <a href=/>two</a> three")
    b'one  three'
    """
    first, *links = page.split(b"<a ")
    return first + b"".join(link.partition(b"</a>")[2] or link for link in links)


def _is_paragraph(line: str) -> bool:
    return len(line) >= 160 or (len(line) >= 40 and _SENTENCE_END.search(line) is not None)


@cache
def _consent_phrases() -> re.Pattern[str]:
    return re.compile("|".join(table("quality")["consent_text"]["phrases"]))


def _is_whole(body: bytes) -> bool:
    """Whether the paragraphs of a page hold enough text to be an article's; those in its scripts are not shown."""
    missing, after, script = WHOLE_BYTES, 0, body.find(b"<script")
    while missing > 0 and (end := body.find(b"</p>", after)) >= 0:
        while 0 <= script < end:
            after = body.find(b"</script", script)
            if after < 0:
                return False
            script = body.find(b"<script", after)
        if end < after:
            continue
        # from its end: from its beginning half a page is looked through
        begin = body.rfind(b"<p", after, end)
        while begin >= 0 and body[begin + 2] not in b"> ":
            begin = body.rfind(b"<p", after, begin)
        missing -= len(_TAG.sub(b"", body[begin:end])) if begin >= 0 else 0
        after = end + 4
    return missing <= 0
