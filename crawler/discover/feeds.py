"""Feeds: RSS 0.9x, 1.0 and 2.0, Atom, JSON Feed; also malformed and mis-declared ones."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

from crawler.discover.decoding import clean_title, clean_xml, decoded, sound_instant, unpacked, web_address
from crawler.discover.entries import both_ends, entry_starts, read_entries
from crawler.discover.entry_facts import content_of, digest_of, guid_of, with_sound_guids
from crawler.discover.feed_head import Entry, FeedHead, read_head
from crawler.discover.json_feeds import read_json_feed
from crawler.discover.pages import advertised_feeds, is_html
from crawler.errors import FeedSyntaxError
from db.model import Candidate
from db.watched import NO_REST, Rest

#: entries read of one feed; of a longer one the newest
MAX_ENTRIES = 5_000
_ROOT = re.compile(r"<(?:[A-Za-z][\w.-]*:)?(?:rss|feed|rdf|channel|item|entry)(?=[\s>])", re.IGNORECASE)
_MEDIA_FILE = re.compile(
    r"\.(?:mp3|m4a|m4v|mp4|mov|avi|ogg|oga|ogv|wav|flac|aac|webm|jpe?g|png|gif|webp|svg|pdf|zip|torrent|exe|dmg|epub)$",
    re.IGNORECASE,
)
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
    #: entries that named no page: without a link, or with a media file's
    skipped: int = 0


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
    if text[0] in "{[":
        head, entries = read_json_feed(text, url)
    elif is_html(text):
        raise FeedSyntaxError(_html_sentence(text, url), url)
    else:
        head, entries = _read_xml(text, url)
    return _feed(head, entries, _base(head, url), url, source, now)


def _html_sentence(text: str, url: str) -> str:
    feeds = advertised_feeds(text, url)
    said = f"it advertises {', '.join(feeds)}" if feeds else "it advertises no feed"
    return f"{url} answered with a web page instead of a feed; {said}"


def _read_xml(text: str, url: str) -> tuple[FeedHead, list[Entry]]:
    xml = clean_xml(text)
    root = _ROOT.search(xml, 0, 20_000)
    if root is None:
        raise FeedSyntaxError(f"{url} is not a feed: it begins with {text[:40]!r}", url)
    xml = xml[root.start() :]
    starts = entry_starts(xml)
    head = read_head(xml[: starts[0]] if starts else xml[:100_000])
    return head, read_entries(both_ends(xml, starts, MAX_ENTRIES), _base(head, url)) if starts else []


def _base(head: FeedHead, url: str) -> str:
    """Where relative links start: the feed's xml:base, or the feed, or its site when the feed has a host of its own."""
    if base := web_address(head.base, url):
        return base
    site = web_address(head.link, url) or url
    try:
        return site if urlsplit(site).hostname != urlsplit(url).hostname else url
    except ValueError:
        return url


def _feed(head: FeedHead, entries: Iterable[Entry], base: str, url: str, source: str, now: datetime) -> Feed:
    found: dict[str, Candidate] = {}
    skipped = 0
    for entry in entries:
        link = _page(entry.link, base)
        if link is None:
            skipped += 1
        elif link not in found:
            found[link] = Candidate(
                url=link,
                source=source,
                found_on=url,
                found_at=now,
                title=clean_title(entry.title),
                published_at=sound_instant(entry.published_at, now),
                modified_at=sound_instant(entry.modified_at, now),
                language=head.language,
                guid=guid_of(entry),
                told_sha256=digest_of(entry),
                content=content_of(entry),
            )
    return Feed(
        candidates=_newest(with_sound_guids(tuple(found.values()))),
        format=head.format,
        title=head.title,
        language=head.language,
        rest=head.rest,
        hub_url=head.hub_url,
        skipped=skipped,
    )


def _page(link: str | None, base: str) -> str | None:
    address = web_address(link, base)
    return None if address is None or _MEDIA_FILE.search(urlsplit(address).path) else address


def _newest(candidates: tuple[Candidate, ...]) -> tuple[Candidate, ...]:
    if len(candidates) <= MAX_ENTRIES:
        return candidates
    dated = sorted(
        candidates, key=lambda each: each.published_at or each.modified_at or _LONG_AGO, reverse=True
    )
    chosen = {each.url for each in dated[:MAX_ENTRIES]}
    return tuple(each for each in candidates if each.url in chosen)
