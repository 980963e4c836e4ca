"""Whether a site's pages still read as they used to: pure functions of the last pages of it that were read."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from statistics import median

from crawler.units import many
from db.model import Capture, Outcome

#: pages of a site that are remembered; the newest of them are compared with the ones before
READINGS, RECENT, BASELINE = 40, 6, 10
#: a site whose texts usually have fewer words cannot be said to have lost them
USUAL_WORDS = 80
#: pages of a site that are read before the first one that is kept: they teach its furniture; twice as many as make a line furniture
LEARNED = 6
#: of a site that brings articles one of so many is read whatever it is about, and no more than that in a week: they show a redesign
SAMPLED, A_WEEK = 5, 3


def entry_digest(url: str) -> str:
    """What is remembered of an entry: 8 hex digits."""
    return hashlib.blake2s(url.encode("utf-8", "replace"), digest_size=4).hexdigest()


def reading_of(capture: Capture) -> tuple[int, str] | None:
    """What is remembered of a page that was read: the words of its text and a digest; None for what is no article.

    A page that should have a text and gives none has 0 words, also when its feed stood in for it.
    """
    if capture.feed_note is not None or capture.problem_outcome is Outcome.FAILED:
        return 0, entry_digest("")
    text = capture.article.text if capture.article else None
    return None if text is None else (len(text.split()), entry_digest(text))


def with_reading(
    readings: Sequence[tuple[int, str]], reading: tuple[int, str]
) -> tuple[tuple[int, str], ...]:
    """The last readings of a site with one more.

    Texts that are empty or all alike do not become what is usual, however
    long they last: then the ones before them stay to compare with.
    """
    recent = (*readings, reading)[-RECENT:]
    if len({digest for _, digest in recent}) == 1 and template_drift((*readings, reading), ""):
        return (*readings[:-RECENT], *recent)[-READINGS:]
    return (*readings, reading)[-READINGS:]


def is_read_anyway(url: str, readings: Sequence[tuple[int, str]], taken: int) -> bool:
    """Whether a page is read although its words may rule its topics out, as its site may have a new design.

    A site of which hardly a page was read has nothing to compare with; see `lessons`.

    Args:
        taken: pages of the site that were read for that reason this week.
    """
    return len(readings) >= LEARNED and taken < A_WEEK and int(entry_digest(url), 16) % SAMPLED == 0


def template_drift(readings: Sequence[tuple[int, str]], site: str) -> str | None:
    """Why the last pages of a site are suspect, or None: suddenly empty, all alike, or far shorter than those before.

    >>> template_drift([(500, str(n)) for n in range(20)] + [(12, "x")] * 6, "news.example")
    'The last 6 pages of news.example give the same text: a redesign may have broken reading.'
    """
    before, recent = readings[:-RECENT], readings[-RECENT:]
    if len(before) < BASELINE:
        return None
    usual, now = median(words for words, _ in before), max(words for words, _ in recent)
    if now == 0 and usual < USUAL_WORDS:
        return None
    if now == 0:
        what = f"give no text, where {usual:.0f} words were usual"
    elif len({digest for _, digest in recent}) == 1:
        what = "give the same text"
    elif usual >= USUAL_WORDS and now * 4 < usual:
        what = f"have {many(now, 'word')} at most, where {usual:.0f} were usual"
    else:
        return None
    return f"The last {RECENT} pages of {site} {what}: a redesign may have broken reading."
