"""Sitemaps (sitemaps.org, Google News): lists of pages, lists of sitemaps, plain text; also packed or broken."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urljoin, urlsplit

from lxml import etree

from crawler.discover.decoding import (
    clean_title,
    clean_xml,
    decoded,
    language_of_tag,
    local_name,
    sound_instant,
    web_address,
)
from crawler.discover.feeds import parse_feed
from crawler.discover.markup_tree import damage, is_malformed, named, text_of_first
from crawler.discover.mending import mended
from crawler.discover.packing import unpacked
from crawler.discover.pages import is_html
from crawler.discover.url_shapes import period_end
from crawler.errors import FeedSyntaxError, SitemapSyntaxError
from crawler.lang.instants import Instant, read_instant
from db.model import Candidate

#: pages taken from one sitemap, and sitemaps from one index; of more the newest
MAX_PAGES, MAX_CHILDREN = 5_000, 1_000
_ROOT = re.compile(
    r"<(?:[A-Za-z][\w.-]*:)?(urlset|sitemapindex|rss|feed|rdf|url|sitemap)(?=[\s>])", re.IGNORECASE
)
#: a sitemap that stands behind a page's beginning
_MAP_IN_PAGE = re.compile(r"<(?:[A-Za-z][\w.-]*:)?(?:urlset|sitemapindex)\b", re.IGNORECASE)
_LINE = re.compile(r"https?://\S+", re.IGNORECASE)
_ROBOTS = re.compile(r"^[ \t]*sitemap[ \t]*:[ \t]*(\S+)", re.IGNORECASE | re.MULTILINE)
_PERIOD = re.compile(r"(\d{4})(?:-(\d\d))?")
_MAP_FILE = re.compile(r"\.xml(?:\.gz)?$|\.gz$", re.IGNORECASE)
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildSitemap:
    """A sitemap that an index names."""

    url: str
    #: its `lastmod`, or the end of the day, month or year that its address names
    modified_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitemap:
    """What one sitemap said."""

    #: newest first, undated ones last in their own order
    candidates: tuple[Candidate, ...] = ()
    #: newest first, undated ones last, from both ends of their list in turn
    children: tuple[ChildSitemap, ...] = ()
    #: urlset | news | index | text | feed
    format: str
    #: pages and sitemaps it named, before the bounds
    total: int = 0
    #: what to say of its state; None when it is well-formed
    damage: str | None = None
    #: dates that could not be read, and the first of them
    unread_dates: int = 0
    unread_date: str | None = None


@dataclass(slots=True)
class _Reading:
    """What has been read so far."""

    pages: dict[str, Candidate] = field(default_factory=dict)
    children: dict[str, ChildSitemap] = field(default_factory=dict)
    has_news: bool = False
    is_index: bool = False
    unread: list[str] = field(default_factory=list)


def sitemaps_of(robots: str, url: str = "") -> tuple[str, ...]:
    """The sitemaps that a robots.txt names, in its order; *url* is its own address, for relative ones.

    >>> sitemaps_of("User-agent: *\\nSitemap: https://e.org/news.xml")
    ('https://e.org/news.xml',)
    """
    found = (urljoin(url, line) for line in _ROBOTS.findall(robots))
    return tuple(dict.fromkeys(each for each in found if each.lower().startswith(("http://", "https://"))))


def parse_sitemap(
    body: bytes, url: str, source: str, now: datetime, content_type: str | None = None
) -> Sitemap:
    """The pages, or the further sitemaps, that a sitemap names.

    Broken XML is read as far as it goes; namespaces may be missing or wrong;
    images, videos and translations are no pages. `news:publication_date`
    becomes `published_at`, `lastmod` becomes `modified_at`. A feed served as a
    sitemap counts as one.

    Args:
        body: as received; gzip is recognised by its first bytes and unpacked up to 50 MB.
        url: where it was found after redirects.

    Raises:
        SitemapSyntaxError: empty, a web page, or nothing that names an address.
    """
    text = decoded(unpacked(body), content_type).lstrip("\ufeff \t\r\n\x00")
    if not text:
        raise SitemapSyntaxError(f"{url} answered with an empty body instead of a sitemap", url)
    if is_html(text) and not _MAP_IN_PAGE.search(text, 0, 50_000):
        raise SitemapSyntaxError(f"{url} answered with a web page instead of a sitemap", url)
    root = _ROOT.search(text, 0, 50_000)
    if root is None:
        return _plain_list(text, url, source, now)
    if root[1].lower() in ("rss", "feed", "rdf"):
        return _from_feed(body, url, source, now, content_type)
    # each copy of a large sitemap is let go of as soon as there is the next one
    xml = clean_xml(text[root.start() :])
    del text
    is_index = root[1].lower() == "sitemapindex"
    packed = xml.encode("utf-8", "replace")
    reading = _Reading(is_index=is_index)
    if _read(packed, reading, url, source, now):
        return _sitemap(reading)
    del packed
    sound = mended(xml)
    reading = _Reading(is_index=is_index)
    _read(sound.xml.encode("utf-8", "replace"), reading, url, source, now)
    return replace(_sitemap(reading), damage=damage(sound))


def _from_feed(body: bytes, url: str, source: str, now: datetime, content_type: str | None) -> Sitemap:
    try:
        feed = parse_feed(body, url, source, now, content_type)
    except FeedSyntaxError as problem:
        raise SitemapSyntaxError(str(problem), url) from problem
    return Sitemap(candidates=_newest(feed.candidates), format="feed", total=len(feed.candidates))


def _plain_list(text: str, url: str, source: str, now: datetime) -> Sitemap:
    lines = [line.strip() for line in text.splitlines()]
    found = (web_address(line, url) for line in lines if _LINE.fullmatch(line))
    pages = dict.fromkeys(address for address in found if address)
    if not pages or len(pages) * 2 < len([line for line in lines if line]):
        raise SitemapSyntaxError(f"{url} is not a sitemap: it begins with {text[:40]!r}", url)
    candidates = tuple(Candidate(url=page, source=source, found_on=url, found_at=now) for page in pages)
    return Sitemap(candidates=_both_ends(candidates), format="text", total=len(candidates))


def _read(xml: bytes, reading: _Reading, url: str, source: str, now: datetime) -> bool:
    """Take every `url` and `sitemap` element, each released once it has been read; returns whether all was well-formed."""
    events = etree.iterparse(
        io.BytesIO(xml),
        events=("end",),
        recover=True,
        resolve_entities=False,
        no_network=True,
        huge_tree=True,
    )
    try:
        for _, element in events:
            parent = element.getparent()
            is_wanted = local_name(element.tag) in ("url", "sitemap")
            if is_wanted:
                _take(element, reading, url, source, now)
            if is_wanted or (parent is not None and parent.getparent() is None):
                element.clear()
                while element.getprevious() is not None:
                    del parent[0]
    except etree.XMLSyntaxError:
        return False
    return not is_malformed(events.error_log)


def _take(element: etree._Element, reading: _Reading, url: str, source: str, now: datetime) -> None:
    parts = [part for part in element if isinstance(part.tag, str)]
    address = web_address(text_of_first(parts, "loc"), url)
    if address is None:
        return
    modified = _date_in(text_of_first(parts, "lastmod"), reading, now, may_be_period=True)
    if local_name(element.tag) == "sitemap" or _is_sitemap(address, reading):
        changed_at = _end_of(modified) if modified else period_end(address)
        reading.children.setdefault(address, ChildSitemap(url=address, modified_at=changed_at))
        return
    news = [part for whole in named(parts, "news") for part in whole.iter(etree.Element)]
    reading.has_news |= bool(news)
    published = _date_in(text_of_first(news, "publication_date"), reading, now)
    reading.pages.setdefault(
        address,
        Candidate(
            url=address,
            source=source,
            found_on=url,
            found_at=now,
            title=clean_title(text_of_first(news, "title")),
            published_at=published.at if published else None,
            published_precision=published.precision if published else None,
            modified_at=modified.at if modified else None,
            language=language_of_tag(text_of_first(news, "language")),
        ),
    )


def _end_of(instant: Instant) -> datetime:
    """The last instant that a date may mean: a sitemap of today may change until tomorrow."""
    return instant.at + timedelta(days=1) if instant.precision == "day" else instant.at


def _is_sitemap(address: str, reading: _Reading) -> bool:
    """Whether a `url` names another sitemap: by what it is called, or by the root it stands in."""
    path = urlsplit(address).path
    return _MAP_FILE.search(path) is not None or (reading.is_index and "sitemap" in address.lower())


def _date_in(
    text: str | None, reading: _Reading, now: datetime, *, may_be_period: bool = False
) -> Instant | None:
    """A date that may be true; a month or a year stands for its beginning where that is enough."""
    if not text:
        return None
    if may_be_period and (short := _PERIOD.fullmatch(text)):
        text = f"{short[1]}-{short[2] or '01'}-01"
    instant = read_instant(text)
    if instant and sound_instant(instant.at, now):
        return instant
    reading.unread.append(text[:60])
    return None


def _sitemap(reading: _Reading) -> Sitemap:
    children = _newest_children(tuple(reading.children.values()))
    kind = "index" if children and not reading.pages else "news" if reading.has_news else "urlset"
    return Sitemap(
        candidates=_newest(tuple(reading.pages.values())),
        children=children[:MAX_CHILDREN],
        format=kind,
        total=len(reading.pages) + len(children),
        unread_dates=len(reading.unread),
        unread_date=reading.unread[0] if reading.unread else None,
    )


def _newest_children(children: tuple[ChildSitemap, ...]) -> tuple[ChildSitemap, ...]:
    """Dated ones, newest first; then the last and the first undated one, the last but one, and so on."""
    dated = [each for each in children if each.modified_at]
    dated.sort(key=lambda each: each.modified_at or _LONG_AGO, reverse=True)
    undated = [each for each in children if not each.modified_at]
    ends = [undated[-1 - at // 2] if at % 2 == 0 else undated[at // 2] for at in range(len(undated))]
    return (*dated, *ends)


def _newest(candidates: tuple[Candidate, ...]) -> tuple[Candidate, ...]:
    dated = [each for each in candidates if each.published_at or each.modified_at]
    dated.sort(key=lambda each: each.published_at or each.modified_at or _LONG_AGO, reverse=True)
    undated = tuple(each for each in candidates if not (each.published_at or each.modified_at))
    return (*dated, *_both_ends(undated))[:MAX_PAGES]


def _both_ends(candidates: Iterable[Candidate]) -> tuple[Candidate, ...]:
    """A long list without dates may be sorted either way: both of its ends."""
    every = tuple(candidates)
    return every if len(every) <= MAX_PAGES else every[: MAX_PAGES // 2] + every[-MAX_PAGES // 2 :]
