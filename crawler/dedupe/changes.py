"""What kind of change lies between two versions of an article, and which differences are none.

Everything is compared as `fingerprint.comparable` sees it, so quotes, dashes,
invisible characters and white space never count.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from crawler.dedupe.fingerprint import comparable, content_sha256, overlap, shingles, tokens
from crawler.lang.lines import speaks_of_correction
from db.model import Article, Known

#: every kind of change, in the order in which they are reported
CHANGE_KINDS = (
    "title", "correction note", "paywalled", "text from the page", "rewritten", "shortened", "added paragraphs", "edited",
    "authors", "dates",
)  # fmt: skip
#: of a version that says nothing new: the same page, read otherwise than before
EXTRACTION = "extraction"
#: a text that keeps fewer of its runs of words is rewritten
REWRITTEN = 0.5
#: a text that loses that share of its words, and gains next to none, is shortened
SHORTENED = 0.1
#: a paywall leaves at most that share of the text
STUB = 0.5
#: a headline that comes back within that time is a test of headlines, not an edit
FLIP = timedelta(days=7)
#: a live blog brings at most one version in that time
LIVE_PAUSE = timedelta(hours=1)
#: paragraphs that begin with a time of day, from which a text reads as a live blog
LIVE_STAMPS = 5
#: versions within `LIVE_GROWTH_TIME` from which an article that keeps growing is treated as one
LIVE_VERSIONS, LIVE_GROWTH_TIME = 4, timedelta(hours=6)

#: most paragraphs into which one is parted
_MOST_PARTS = 40
_STAMP = re.compile(r"^\W{0,3}(?:\d{1,2}[:.h]\d{2})\b")


def change_kinds(before: Known | Article, after: Article) -> tuple[str, ...]:
    """Which of `CHANGE_KINDS` lie between two versions, in that order; () when nothing that matters differs.

    Of the kinds that concern the text exactly one is reported, the strongest,
    and beside it the correction note. A date counts to the minute, and only
    when both are known and differ or a first one is learned.

    >>> old = Article(url="u", canonical_url="u", title="Lift-off", text="They flew.")
    >>> change_kinds(old, Article(url="u", canonical_url="u", title="Landing", text="They  flew."))
    ('title',)
    """
    found = {
        "title": comparable(before.title) != comparable(after.title),
        "authors": before.authors is not None and _names(before.authors) != _names(after.authors),
        "dates": _is_redated(before.published_at, after.published_at),
        "paywalled": before.is_free is not False and after.is_free is False,
    }
    old, new = _parted_alike(_paragraphs(before.text), _paragraphs(after.text))
    if old != new and _is_first_of_page(before, after):
        found["text from the page"] = True
    elif old != new:
        found["correction note"] = _has_new_note(old, new)
        found[_text_change(old, new, after, found)] = True
    return tuple(kind for kind in CHANGE_KINDS if found.get(kind))


def _is_first_of_page(before: Known | Article, after: Article) -> bool:
    """Whether the page gives the text at last that only its feed gave before: no edit of the publisher's."""
    return isinstance(before, Known) and before.text_origin == "feed" and not _is_of_feed(after)


def _is_of_feed(article: Article) -> bool:
    """Whether its text is the feed's own."""
    return ("text", "feed") in article.origins


def _text_change(old: Sequence[str], new: Sequence[str], after: Article, found: dict[str, bool]) -> str:
    """The one kind that says most about what became of the text."""
    words_old, words_new = (tokens("\n".join(each)) for each in (old, new))
    runs_old, runs_new = shingles(words_old), shingles(words_new)
    kept = len(runs_old & runs_new) / max(1, len(runs_old))
    taken = len(runs_old & runs_new) / max(1, len(runs_new))
    is_stub = len(words_new) <= STUB * len(words_old) and overlap(runs_old, runs_new) > 0.8
    if is_stub and (found["paywalled"] or after.is_free is False):
        return "paywalled"
    if kept < REWRITTEN and taken < REWRITTEN:
        return "rewritten"
    if len(words_new) <= (1 - SHORTENED) * len(words_old):
        return "shortened"
    if not Counter(old) - Counter(new):  # every paragraph is still there
        return "correction note" if _are_notes(old, new) else "added paragraphs"
    return "edited"


def _are_notes(old: Sequence[str], new: Sequence[str]) -> bool:
    """Whether all that was added is notes of correction."""
    added = Counter(new) - Counter(old)
    return bool(added) and all(speaks_of_correction(each) for each in added)


def _has_new_note(old: Sequence[str], new: Sequence[str]) -> bool:
    return any(speaks_of_correction(each) for each in Counter(new) - Counter(old)) and not any(
        speaks_of_correction(each) for each in Counter(old) - Counter(new)
    )


def _paragraphs(text: str) -> list[str]:
    return [line for line in map(comparable, text.split("\n")) if line]


def _parted_alike(old: Sequence[str], new: Sequence[str]) -> tuple[Sequence[str], Sequence[str]]:
    """Both texts with what is one paragraph in one of them, and several in the other, as one in both."""
    if old == new:
        return old, new
    joined = _joined_like(old, new)
    return joined, _joined_like(new, joined)


def _joined_like(lines: Sequence[str], others: Sequence[str]) -> list[str]:
    """*lines*, those joined that together are one of *others*."""
    wholes = {_solid(each): each for each in Counter(others) - Counter(lines)}
    found: list[str] = []
    at = 0
    while at < len(lines):
        taken, solid = 1, _solid(lines[at])
        starts = [each for each in wholes if len(each) > len(solid) and each.startswith(solid)]
        for count in range(2, min(_MOST_PARTS, len(lines) - at) + 1) if starts else ():
            solid += _solid(lines[at + count - 1])
            starts = [each for each in starts if each.startswith(solid)]
            if solid in starts:
                taken = count
            if not starts:
                break
        found.append(wholes["".join(map(_solid, lines[at : at + taken]))] if taken > 1 else lines[at])
        at += taken
    return found


def _solid(line: str) -> str:
    return line.replace(" ", "")


def _names(authors: Sequence[str]) -> list[str]:
    return [comparable(name) for name in authors]


def _is_redated(before: datetime | None, after: datetime | None) -> bool:
    if after is None:
        return False
    return before is None or before.replace(second=0, microsecond=0) != after.replace(second=0, microsecond=0)


def why_no_version(before: Known, after: Article, seen_at: datetime | None) -> str | None:
    """Why what differs from the newest version brings none, in one sentence; None when it does bring one.

    Three things are held back. A text that is the feed's own, when the page
    gave one before. A headline that goes back to one that the article had
    within `FLIP`, with nothing else changed: sites try several headlines at
    once. And a live blog whose last version is younger than `LIVE_PAUSE`.
    What is held back is not lost: whatever still stands later is recorded then.

    Args:
        seen_at: when *after* was fetched; without it nothing is held back.
    """
    if seen_at is None:
        return None
    if _is_of_feed(after) and before.text_origin not in (None, "feed"):
        return (
            "The page gives no text now; what its feed carries brings no version beside what the page gave."
        )
    title, unchanged = comparable(after.title), (before.title, after.text, after.authors, after.published_at)
    if content_sha256(*unchanged) == before.content_sha256:
        earlier = [
            each for at, each in before.recent[1:] if seen_at - at <= FLIP and comparable(each) == title
        ]
        if earlier:
            return "The headline is one that it had before in these seven days; the text is as recorded."
    age = seen_at - before.fetched_at
    if timedelta() <= age < LIVE_PAUSE and is_live(before, after, seen_at):
        return "A live blog: at most one version an hour is recorded."
    return None


def as_read_today(before: Known, earlier: Article) -> Known:
    """A version as its page is read today: what its publisher has changed since is found by a comparison with that."""
    return replace(
        before,
        title=earlier.title,
        text=earlier.text,
        authors=earlier.authors,
        published_at=earlier.published_at,
        is_free=earlier.is_free,
        content_sha256=content_sha256(earlier.title, earlier.text, earlier.authors, earlier.published_at),
    )


def is_furniture_gone(before: Known, after: Article) -> bool:
    """Whether nothing differs but lines of the earlier text that are still on the page, and now known as furniture."""
    heads = (
        (comparable(before.title), _names(before.authors or ())),
        (comparable(after.title), _names(after.authors)),
    )
    if heads[0] != heads[1] or _is_redated(before.published_at, after.published_at):
        return False
    old, new = Counter(_paragraphs(before.text)), Counter(_paragraphs(after.text))
    known = Counter(comparable(each.text) for each in after.removed)
    gone = old - new
    return bool(gone) and not new - old and not gone - known


def is_live(before: Known, after: Article, seen_at: datetime) -> bool:
    """Whether an article reads as a live blog: it says so, has many times of day, or keeps growing."""
    if after.is_live:
        return True
    stamps = sum(1 for line in after.text.split("\n") if _STAMP.match(line))
    if stamps >= LIVE_STAMPS:
        return True
    grown = [at for at, _ in before.recent if seen_at - at <= LIVE_GROWTH_TIME]
    return len(grown) >= LIVE_VERSIONS and len(after.text) > len(before.text)
