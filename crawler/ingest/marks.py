"""What is reckoned from an article alone, before the record is asked: by the writer, or by whoever has read it for him."""

from __future__ import annotations

from dataclasses import dataclass

from crawler.dedupe.fingerprint import fingerprint
from crawler.dedupe.profile import profile
from db.filing import Profile
from db.model import Capture, Fingerprint


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleMarks:
    """What an article is recognised by, and what its story is found by."""

    fingerprint: Fingerprint
    profile: Profile


def marks_of(capture: Capture) -> ArticleMarks | None:
    """Of the article that was read; None when there is none. A pure function, and a third of what an append takes."""
    article = capture.article
    if article is None:
        return None
    return ArticleMarks(
        fingerprint=fingerprint(article),
        profile=profile(article, capture.judgements, capture.page.fetched_at),
    )
