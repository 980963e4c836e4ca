"""A page that need not be read: its words cannot put it on any topic. Light enough for the process that fetches."""

from __future__ import annotations

import re
from functools import cache

from crawler.lang import table
from crawler.relevance.gate import may_any_score
from crawler.relevance.judge import blank, slug_of
from crawler.relevance.rules import Topic
from crawler.relevance.visible import BREAK, decodings, is_utf8, visible_text
from db.model import Candidate, Capture, Outcome, Page

#: bytes of text in paragraphs from which a page has come whole: no wall, no notice, no frame to be filled, no PDF
WHOLE_BYTES = 1500
#: a larger page is left to a reader, whose time is limited; and of one in a charset that has to be guessed
_MOST_BYTES, _MOST_GUESSED_BYTES = 1_000_000, 100_000
#: beats that the reason of a page names
_NAMED = 5
#: paragraphs of a page that calls itself an article, and the characters in them, from which it is no frame and no notice
_DECLARED_PARAGRAPHS, _DECLARED_CHARS = 3, 500
#: characters for each phrase of a consent wall from which a text is none
_CHARS_A_PHRASE = 600
_TAG = re.compile(rb"<[^<>]*>")
_DECLARES = re.compile(
    rb"<meta\b(?=[^<>]*\bog:type\b)(?=[^<>]*\bcontent\s*=\s*[\"']?\s*article)", re.IGNORECASE
)
#: a line of visible text that is JSON, or what is left of a meta element
_NO_PARAGRAPH = re.compile(r"\s*(?:[{\[\"]|[\w:-]+\s*=)")
_SENTENCE_END = re.compile(r"[.!?…。！？।؟»”\"'’)]\s*$")


def is_weighed_fast(body: bytes) -> bool:
    """Whether looking at the words of a page takes milliseconds, whatever is in it."""
    return len(body) <= _MOST_GUESSED_BYTES or (len(body) <= _MOST_BYTES and is_utf8(body))


def unread(page: Page, candidate: Candidate, topics: tuple[Topic, ...]) -> Capture | None:
    """What comes of a page that cannot be on topic, without reading it; None for a page that has to be read.

    Its article would have been judged `off` by every topic as well. A page that
    may not be the one that was asked for is read, and so is every page when
    there are no topics.
    """
    is_whole = _is_whole(page.body)
    if not topics or not (is_whole or _DECLARES.search(page.body)):
        return None
    named = f"{candidate.title or ''}\n{slug_of(page.final_url)}"
    bodies = [page.body, *([candidate.content.encode("utf-8", "replace")] if candidate.content else [])]
    if may_any_score(bodies, topics, url=page.url, title=named) or not (is_whole or _tells(page.body)):
        return None
    named = ", ".join(topic.beat_id for topic in topics[:_NAMED])
    if len(topics) > _NAMED:
        named += f" and {len(topics) - _NAMED} more beats"
    return Capture(
        candidate=candidate,
        page=page,
        judgements=tuple(blank(topic) for topic in topics),
        problem=f"The words on the page cannot make it a mention for {named}; it was not read further.",
        problem_outcome=Outcome.OFF_TOPIC,
    )


def _tells(body: bytes) -> bool:
    """Whether a page that calls itself an article shows some of one, and not a request for consent in its place."""
    lines = (visible_text(decodings(body)[0]) or "").split(BREAK)
    told = [line for line in lines if not _NO_PARAGRAPH.match(line) and _is_paragraph(line.strip())]
    size = sum(map(len, told))
    if len(told) < _DECLARED_PARAGRAPHS or size < _DECLARED_CHARS:
        return False
    return sum(len(_consent_phrases().findall(line.lower())) for line in told) * _CHARS_A_PHRASE <= size


def _is_paragraph(line: str) -> bool:
    return len(line) >= 160 or (len(line) >= 40 and _SENTENCE_END.search(line) is not None)


@cache
def _consent_phrases() -> re.Pattern[str]:
    return re.compile("|".join(table("quality")["consent_text"]["phrases"]))


def _is_whole(body: bytes) -> bool:
    """Whether the paragraphs of a page hold enough text to be an article's."""
    missing = WHOLE_BYTES
    for chunk in body.split(b"</p>")[:-1]:
        begin = max(chunk.rfind(b"<p>"), chunk.rfind(b"<p "))
        missing -= len(_TAG.sub(b"", chunk[begin:])) if begin >= 0 else 0
        if missing <= 0:
            return True
    return False
