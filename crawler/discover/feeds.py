"""Feeds: RSS 0.9x, 1.0 and 2.0, Atom, JSON Feed; also malformed and mis-declared ones."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from urllib.parse import urlsplit

from crawler.discover.decoding import clean_title, clean_xml, decoded, sound_instant, web_address
from crawler.discover.entries import MEDIA_FILE, both_ends, entry_starts, read_entries
from crawler.discover.entry_fields import content_of, digest_of, guid_of, with_sound_guids
from crawler.discover.feed_head import Entry, FeedHead, read_head
from crawler.discover.json_feeds import is_json, read_json_feed
from crawler.discover.markup_tree import tree_of
from crawler.discover.packing import unpacked
from crawler.discover.pages import advertised_feeds, is_html, sent_on
from crawler.errors import FeedSyntaxError
from crawler.lang.instants import Instant, order_of, read_instant
from db.model import Candidate
from db.watched import NO_REST, Rest

#: entries read of one feed; of a longer one the newest
MAX_ENTRIES = 5_000
_ROOT = re.compile(r"<(?:[A-Za-z][\w.-]*:)?(?:rss|feed|rdf|channel|item|entry)(?=[\s>])", re.IGNORECASE)
#: a feed that stands in a page, or behind one: it says which it is
_FEED_IN_PAGE = re.compile(
    r"<rss\s[^<>]*version|<(?:[A-Za-z][\w.-]*:)?(?:feed|rdf)\s[^<>]*xmlns[^<>]*(?:atom|rss|netscape)",
    re.IGNORECASE,
)
#: characters before its root
_MOST_JUNK = 50_000
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """What one feed said."""

    #: in the feed's order, one per URL
    candidates: tuple[Candidate, ...]
    #: rss | rdf | atom | json
    format: str
    title: str | None = None
    #: ISO 639-1
    language: str | None = None
    #: how much it asks to be left alone
    rest: Rest = NO_REST
    #: WebSub hub
    hub_url: str | None = None
    #: its own address, as it says
    self_url: str | None = None
    #: entries that named no page: without a link, or with a media file's
    skipped: int = 0
    #: dates that could not be read, and the first of them
    unread_dates: int = 0
    unread_date: str | None = None
    #: what to say of its state; None when it is well-formed
    damage: str | None = None


def parse_feed(body: bytes, url: str, source: str, now: datetime, content_type: str | None = None) -> Feed:
    """The pages a feed points at.

    Links are absolute but not yet canonical. Dates are UTC; one before 1990 or
    more than a day ahead of *now* is None. `published_at` is None where a feed
    gives only a time of update. Entities a document defines are never expanded.

    Args:
        body: as received; gzip is unpacked, the character set may be missing or wrong.
        url: where it was found after redirects; relative links start there.
        source: id of the source, for the candidates.
        content_type: the header, for its character set.

    Raises:
        FeedSyntaxError: empty, a web page (the sentence names the feeds it advertises), or no feed at all.
    """
    text = decoded(unpacked(body), content_type).lstrip("\ufeff \t\r\n\x00")
    if not text:
        raise FeedSyntaxError(f"{url} answered with an empty body instead of a feed", url)
    if is_json(text):
        head, entries, damage = read_json_feed(text, url)
        return replace(_feed(head, entries, _base(head, url), url, source, now), damage=damage)
    is_page = is_html(text)
    if is_page and not _FEED_IN_PAGE.search(text, 0, _MOST_JUNK):
        raise FeedSyntaxError(_html_sentence(text, url), url)
    feed = _read_xml(text, url, source, now)
    if is_page and not feed.candidates and not feed.skipped:  # a page about feeds
        raise FeedSyntaxError(_html_sentence(text, url), url)
    return feed


def _html_sentence(text: str, url: str) -> str:
    feeds = advertised_feeds(text, url)
    said = f"it advertises {', '.join(feeds)}" if feeds else "it advertises no feed"
    target = sent_on(text, url)
    on = f", and sends its readers on to {target}" if target else ""
    return f"{url} answered with a web page instead of a feed; {said}{on}"


def _read_xml(text: str, url: str, source: str, now: datetime) -> Feed:
    xml = clean_xml(text)
    root = _FEED_IN_PAGE.search(xml, 0, _MOST_JUNK) or _ROOT.search(xml, 0, _MOST_JUNK)
    if root is None:
        raise FeedSyntaxError(f"{url} is not a feed: it begins with {text[:40]!r}", url)
    xml = xml[root.start() :]
    tree = tree_of(both_ends(xml, entry_starts(xml), MAX_ENTRIES))
    if tree.root is None:
        raise FeedSyntaxError(f"{url} is not a feed: nothing in it could be read", url)
    head = read_head(tree.root)
    start = _site(head, url)
    feed = _feed(head, read_entries(tree.root, start), start, url, source, now)
    return replace(feed, damage=tree.damage)


def _base(head: FeedHead, url: str) -> str:
    """Where relative links start: the feed's xml:base, or where the feed or its site is."""
    return web_address(head.base, url) or _site(head, url)


def _site(head: FeedHead, url: str) -> str:
    """The feed, or its site when the feed has a host of its own."""
    site = web_address(head.link, url) or url
    try:
        return site if urlsplit(site).hostname != urlsplit(url).hostname else url
    except ValueError:
        return url


def _feed(head: FeedHead, entries: Sequence[Entry], base: str, url: str, source: str, now: datetime) -> Feed:
    found: dict[str, Candidate] = {}
    skipped = 0
    dates = _Dates(order_of((text for entry in entries for text in entry.published), head.language), now)
    for entry in entries:
        link = _page(entry.link, base)
        if link is None:
            skipped += 1
        elif link not in found:
            published, modified = dates.read(entry.published), dates.read(entry.modified)
            found[link] = Candidate(
                url=link,
                source=source,
                found_on=url,
                found_at=now,
                title=clean_title(entry.title),
                published_at=published.at if published else None,
                published_precision=published.precision if published else None,
                modified_at=modified.at if modified else None,
                language=head.language,
                guid=guid_of(entry),
                entry_sha256=digest_of(entry),
                content=content_of(entry),
            )
    return Feed(
        candidates=_newest(with_sound_guids(tuple(found.values()))),
        format=head.format,
        title=head.title,
        language=head.language,
        rest=head.rest,
        hub_url=head.hub_url,
        self_url=head.self_url,
        skipped=skipped,
        unread_dates=len(dates.unread),
        unread_date=dates.unread[0] if dates.unread else None,
    )


@dataclass(slots=True)
class _Dates:
    """The dates of one feed, read as its writer means them."""

    day_first: bool | None
    now: datetime
    unread: list[str] = field(default_factory=list)

    def read(self, written: Sequence[str]) -> Instant | None:
        """The first that can be read and may be true; None when there is none."""
        for text in written:
            instant = read_instant(text, day_first=self.day_first)
            if instant and sound_instant(instant.at, self.now):
                return instant
        self.unread += [text[:60] for text in written[:1]]
        return None


def _page(link: str | None, base: str) -> str | None:
    address = web_address(link, base)
    return None if address is None or MEDIA_FILE.search(urlsplit(address).path) else address


def _newest(candidates: tuple[Candidate, ...]) -> tuple[Candidate, ...]:
    if len(candidates) <= MAX_ENTRIES:
        return candidates
    dated = sorted(
        candidates, key=lambda each: each.published_at or each.modified_at or _LONG_AGO, reverse=True
    )
    chosen = {each.url for each in dated[:MAX_ENTRIES]}
    return tuple(each for each in candidates if each.url in chosen)
