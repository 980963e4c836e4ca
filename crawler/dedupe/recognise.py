"""Whether an article is new, a new version, the same as before, or a copy of another."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from crawler.dedupe.changes import change_kinds, why_no_version
from crawler.dedupe.fingerprint import MIN_RUNS, comparable, content_sha256, overlap, run_hashes, tokens
from crawler.dedupe.urls import site_of, url_key
from crawler.memory import ByteCache
from db.model import Article, Fingerprint, Known, Likeness

#: share of a text's runs that stand in another, from which it is its copy; see bench/README.md, "Recognition"
NEAR_COPY = 0.6
#: share of a copy that must come from its original when the copy adds text of its own
OWN_TEXT = 0.5
#: share of the runs that an article keeps when it moves within its site, and when an old address leads to it
_MOVED, STAYED = 0.9, 0.5
#: share of the figures that must agree: a form filled in anew, such as a launch bulletin, is no copy
FIGURES, MIN_FIGURES = 0.6, 5
#: where a text names the agency it comes from: so many characters at its start and end
_CREDIT_CHARS = 250
#: what a run or a figure takes in memory
_WORD_BYTES = 100
_LETTERS = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class _Text:
    """A text as it is compared."""

    #: of words, as numbers
    runs: frozenset[int]
    figures: frozenset[str]


#: dozens of sites take an agency's text, and hundreds carry a paragraph: their texts are compared again and again
_REMEMBERED = ByteCache[str, _Text](32_000_000)


def recognise(
    article: Article, fingerprint: Fingerprint, known: Sequence[Known], seen_at: datetime | None = None
) -> Likeness:
    """How *article* relates to what the record already has.

    Args:
        fingerprint: of *article*, from `dedupe.fingerprint.fingerprint`.
        known: its neighbours in the record, newest versions only, in any order.
        seen_at: when its page was fetched; holds back what `changes.why_no_version` says.

    Returns:
        `unchanged` or `changed` with the earlier version at the same address
        (`http`/`https`, `www.`, `m.` and a closing slash make no difference), or
        at one from which it has moved: an address that led here, or another
        address of the same site with the same or nearly the same text, or with
        much of it when a feed says by the entry's name that it is the same;
        `copy` for the same text at another address and `near_copy` for most of
        it, with the earliest article it was taken from, or with `is_original`
        the earliest that was taken from it; else `new`.
    """
    key = url_key(article.canonical_url)
    same = [each for each in known if url_key(each.canonical_url) == key]
    same = same or [each for each in known if _has_moved(article, each)]
    if same:
        before = max(same, key=lambda each: (each.fetched_at, each.article_id))
        return _version(article, fingerprint, before, seen_at)
    return _copy(article, known) if known else Likeness(kind="new")


def _has_moved(article: Article, known: Known) -> bool:
    """Whether *known* is this article under the address that it had before.

    An address that leads here is not enough: addresses of deleted articles
    lead to others. Nor is a text like another on the same site: a form filled
    in anew is another article, and so is the next day's. A name in a feed is
    weaker than an address: some feeds give the same one to whatever is newest,
    so the text must be alike even where the title is the same.
    """
    is_same_address = known.is_same_address or url_key(known.canonical_url) == url_key(article.url)
    is_same_site = site_of(article.canonical_url) == site_of(known.canonical_url)
    if not is_same_address and not is_same_site:
        return False
    ours, theirs = _text(article.text), _text(known.text)
    least = min(len(ours.runs), len(theirs.runs))
    if least < MIN_RUNS:
        is_declared = is_same_address or known.is_same_guid
        return (
            is_declared and comparable(article.title) == comparable(known.title) and ours.runs == theirs.runs
        )
    shared = len(ours.runs & theirs.runs)
    if is_same_address:
        is_titled_same = comparable(article.title) == comparable(known.title)
        return is_titled_same or shared >= STAYED * least
    if not _are_of_one_day(article.published_at, known.published_at):
        return False
    if known.is_same_guid:
        return shared >= STAYED * least
    return shared >= _MOVED * max(len(ours.runs), len(theirs.runs)) and ours.figures == theirs.figures


def _are_of_one_day(first: datetime | None, second: datetime | None) -> bool:
    return first is None or second is None or abs(first - second) <= timedelta(days=1)


def _version(article: Article, fingerprint: Fingerprint, before: Known, seen_at: datetime | None) -> Likeness:
    if fingerprint.content_sha256 == before.content_sha256 or _lost_its_date(article, before):
        return Likeness(kind="unchanged", article_id=before.article_id, similarity=1.0)
    alike = overlap(_text(article.text).runs, _text(before.text).runs)
    note = why_no_version(before, article, seen_at)
    if note is not None:
        return Likeness(kind="unchanged", article_id=before.article_id, similarity=alike, note=note)
    changes = change_kinds(before, article)
    return Likeness(kind="changed", article_id=before.article_id, similarity=alike, changes=changes)


def _lost_its_date(article: Article, before: Known) -> bool:
    """Nothing differs but a date that we knew and this reading did not find."""
    if article.published_at is not None or before.published_at is None:
        return False
    dated = content_sha256(article.title, article.text, article.authors, before.published_at)
    return dated == before.content_sha256


def _text(text: str) -> _Text:
    read = _REMEMBERED.get(text)
    if read is None:
        words = tokens(text)
        read = _Text(run_hashes(words), frozenset(filter(str.isdigit, words)))
        _REMEMBERED.put(text, read, len(text) + _WORD_BYTES * (len(read.runs) + len(read.figures)))
    return read


def _copy(article: Article, known: Sequence[Known]) -> Likeness:
    """The earliest original among *known*, else the earliest copy, else new."""
    text = _text(article.text)
    found: list[tuple[bool, datetime, int, float, Known]] = []
    for each in known:
        other = _text(each.text)
        if overlap(text.runs, other.runs) < NEAR_COPY:
            continue
        is_first = _is_first(article, each)
        alike = _taken(other, text) if is_first else _taken(text, other)
        if alike >= NEAR_COPY:
            found.append((is_first, each.published_at or each.fetched_at, each.article_id, alike, each))
    if not found:
        return Likeness(kind="new")
    is_first, _, _, alike, other_article = min(found, key=lambda each: each[:3])
    is_same = comparable(article.text) == comparable(other_article.text)
    return Likeness(
        kind="copy" if is_same else "near_copy",
        article_id=other_article.article_id,
        similarity=alike,
        is_original=is_first,
    )


def _taken(copy: _Text, original: _Text) -> float:
    """How much of one text stands in the other, when *copy* can have been made from *original*; else 0.0.

    A copy may be cut as far as one likes. It may add text, too, as long as
    half of it is the original's: a digest of the day is no copy of its items.
    """
    least = min(len(copy.runs), len(original.runs))
    if least < MIN_RUNS:
        return overlap(copy.runs, original.runs)
    shared = len(copy.runs & original.runs)
    if shared < OWN_TEXT * len(copy.runs) or not _figures_agree(copy.figures, original.figures):
        return 0.0
    return shared / least


def _figures_agree(first: frozenset[str], second: frozenset[str]) -> bool:
    least = min(len(first), len(second))
    return least < MIN_FIGURES or len(first & second) >= FIGURES * least


def _is_first(article: Article, known: Known) -> bool:
    """Whether *article* came before *known*: by whom they credit, then by date of publication.

    Without two dates, or with the same one, the article that the record saw first counts as first.
    """
    credits_known, credits_us = (
        _credits(article.text, known.site_name),
        _credits(known.text, article.site_name),
    )
    if credits_known != credits_us:
        return credits_us
    ours, theirs = article.published_at, known.published_at
    if ours is None or theirs is None:
        return False
    if article.published_precision == "day" or theirs.time() == time():
        return ours.date() < theirs.date()
    return ours < theirs - timedelta(minutes=1)


def _credits(text: str, site_name: str | None) -> bool:
    """Whether a text names a site where agencies are named: in its first or last lines."""
    name = comparable(site_name or "").casefold()
    if len(name) < 3:
        return False
    ends = comparable(f"{text[:_CREDIT_CHARS]} \n {text[-_CREDIT_CHARS:]}").casefold()
    return f" {_spelled(name)} " in f" {_spelled(ends)} "


def _spelled(text: str) -> str:
    return " ".join(_LETTERS.findall(text))
