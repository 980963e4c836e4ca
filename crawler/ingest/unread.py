"""A page that need not be read: its words cannot put it on any topic. Light enough for the process that fetches."""

from __future__ import annotations

import re

from crawler.relevance.gate import may_any_score
from crawler.relevance.judge import blank, slug_of
from crawler.relevance.rules import Topic
from db.model import Candidate, Capture, Outcome, Page

#: bytes of text in paragraphs from which a page has come whole: no wall, no notice, no frame to be filled, no PDF
WHOLE_BYTES = 1500
#: a larger page, or one of more headings, is left to a reader, whose time is limited
_MOST_BYTES, _MOST_HEADINGS = 1_000_000, 500
#: beats that the reason of a page names
_NAMED = 5
_TAG = re.compile(rb"<[^<>]*>")
_HEADING = re.compile(rb"<(?:h[1-6]|title)\b", re.IGNORECASE)


def is_weighed_fast(body: bytes) -> bool:
    """Whether looking at the words of a page takes milliseconds, whatever is in it."""
    return len(body) <= _MOST_BYTES and sum(1 for _ in _HEADING.finditer(body)) <= _MOST_HEADINGS


def unread(page: Page, candidate: Candidate, topics: tuple[Topic, ...]) -> Capture | None:
    """What comes of a page that cannot be on topic, without reading it; None for a page that has to be read.

    Its article would have been judged `off` by every topic as well. A page that
    may not be the one that was asked for is read, and so is every page when
    there are no topics.
    """
    if not topics or not _is_whole(page.body):
        return None
    named = f"{candidate.title or ''}\n{slug_of(page.final_url)}"
    bodies = [page.body, *([candidate.content.encode("utf-8", "replace")] if candidate.content else [])]
    if may_any_score(bodies, topics, url=page.url, title=named):
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


def _is_whole(body: bytes) -> bool:
    """Whether the paragraphs of a page hold enough text to be an article's."""
    missing = WHOLE_BYTES
    for chunk in body.split(b"</p>")[:-1]:
        begin = max(chunk.rfind(b"<p>"), chunk.rfind(b"<p "))
        missing -= len(_TAG.sub(b"", chunk[begin:])) if begin >= 0 else 0
        if missing <= 0:
            return True
    return False
