"""What a feed tells of an entry besides its link: its name, a digest of its words, and its text when it carries one."""

from __future__ import annotations

import hashlib
import html
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from crawler.discover.feed_head import Entry
from db.model import Candidate

#: a name (guid) longer than that is remembered by its digest
MOST_GUID_CHARS = 300
#: bytes of an entry's HTML beyond which it is left to the page
MOST_CONTENT_BYTES = 200_000
#: fewer characters of text are a teaser, not an article
LEAST_TEXT_CHARS = 400
_TAG = re.compile(r"<[^<>]*>")


def markup_text(markup: str | None) -> str:
    """HTML as one line of text, good enough to measure and to compare."""
    return " ".join(html.unescape(_TAG.sub(" ", markup or "")).split())


def guid_of(entry: Entry) -> str | None:
    """The feed's name for the entry, of bounded length; its link when it has none."""
    guid = (entry.guid or entry.link or "").strip()
    if len(guid) > MOST_GUID_CHARS:
        return hashlib.sha256(guid.encode("utf-8", "replace")).hexdigest()
    return guid or None


def digest_of(entry: Entry) -> str:
    """Digest of title, summary and text; markup and white space do not count, so that a new tracking pixel is no news."""
    parts = (markup_text(each) for each in (entry.title, entry.summary, entry.content))
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "replace")).hexdigest()


def content_of(entry: Entry) -> str | None:
    """The entry's own HTML when it may be a whole article; a description is taken for one when it is as long."""
    markup = max(entry.content or "", entry.summary or "", key=len)
    if len(markup) < LEAST_TEXT_CHARS or len(markup.encode("utf-8", "replace")) > MOST_CONTENT_BYTES:
        return None
    return markup if len(markup_text(markup)) >= LEAST_TEXT_CHARS else None


def with_sound_guids(candidates: Sequence[Candidate]) -> tuple[Candidate, ...]:
    """Without names that the feed gives to several pages: they name nothing."""
    times = Counter(each.guid for each in candidates)
    return tuple(each if times[each.guid] == 1 else replace(each, guid=None) for each in candidates)
