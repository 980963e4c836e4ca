"""Where a site can be looked in: its feeds, sitemaps and sections, as far as one of its pages tells."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from crawler.discover.decoding import decoded
from crawler.discover.links import link_texts
from crawler.discover.packing import unpacked
from crawler.discover.pages import advertised_feeds, hosted_feeds, named_feeds
from crawler.discover.url_shapes import is_trap, shape_of

#: most of each kind
MAX_FEEDS, MAX_SECTIONS = 20, 40
_FEED = re.compile(
    r"/(?:feeds?|rss2?|atom)(?:/|\.xml|\.php|$)|[./](?:rss|rdf|atom)(?:\.xml)?$|/(?:index|feed|rss)\.(?:xml|rdf|json)$"
    r"|^https?://(?:feeds?|rss)\.|[?&](?:format|feed|type|output)=(?:rss2?|atom|feed)(?:&|$)",
    re.IGNORECASE,
)
#: what a page links to in XML is its feed more often than not
_LIST_FILE = re.compile(r"^(?!.*sitemap)[^?#]*\.(?:xml|rdf)(?:[?#]|$)", re.IGNORECASE)
#: paths where publishers keep sitemaps, most telling first; robots.txt names others
_USUAL_SITEMAPS = (
    "/news-sitemap.xml",
    "/sitemap-news.xml",
    "/sitemap_news.xml",
    "/sitemaps/news.xml",
    "/news_sitemap.xml",
    "/sitemap.xml",
    "/sitemap_index.xml",
)


#: paths where feeds lie that no page names, most common first
_USUAL_FEEDS = (
    "feed", "rss", "rss.xml", "feed.xml", "feed/", "rss/", "atom.xml", "index.xml", "feeds/posts/default", "feeds", "feeds/rss.xml",
    "feeds/all.rss.xml", "feeds/news.xml", "?feed=rss2", "feed.json", "news/rss", "blog/feed", "atom", "index.rss", "feed/rss",
    "index.rdf", "rss2.xml", "rss.php", "feed.rss", "feed.atom", "feed/atom", "news.xml", "news/feed", "rss/news.xml", "rss/all",
    "feeds/all.atom.xml", "index.php?format=feed&type=rss",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Surfaces:
    """Addresses worth probing, best first; none has been fetched."""

    #: advertised ones, then ones that links lead to
    feeds: tuple[str, ...]
    #: guesses, for a site that names none
    guessed_feeds: tuple[str, ...]
    #: guesses; ask robots.txt first (`sitemaps.sitemaps_of`)
    sitemaps: tuple[str, ...]
    #: (address, text of its link), in page order
    sections: tuple[tuple[str, str], ...]


def surfaces(body: bytes, url: str, content_type: str | None = None) -> Surfaces:
    """What a page of a site says about where the site's articles can be found.

    Args:
        body: as received.
        url: where it was found after redirects.

    Raises:
        DiscoverError: not a web page.
    """
    texts = link_texts(body, url, content_type)
    text = decoded(unpacked(body), content_type)
    advertised, hosted = advertised_feeds(text, url), hosted_feeds(text, url)
    called = (each for each in named_feeds(text, url) if each != url)
    lists = (each for each in texts if _LIST_FILE.search(each))
    feeds = [*advertised, *(each for each in texts if _FEED.search(each)), *hosted, *called, *lists]
    return Surfaces(
        feeds=tuple(dict.fromkeys(feeds))[:MAX_FEEDS],
        guessed_feeds=guessed_feeds(url),
        sitemaps=tuple(urljoin(url, path) for path in _USUAL_SITEMAPS),
        sections=tuple((each, title) for each, title in texts.items() if _is_section(each, title))[
            :MAX_SECTIONS
        ],
    )


def guessed_feeds(url: str) -> tuple[str, ...]:
    """Where a site, or the part of it below *url*, keeps its feed more often than not.

    >>> guessed_feeds("https://e.org/blog/")[:3]
    ('https://e.org/blog/feed', 'https://e.org/blog/rss', 'https://e.org/blog/rss.xml')
    """
    folders = dict.fromkeys((urljoin(url, "."), urljoin(url, "/")))
    return tuple(f"{folder}{path}" for folder in folders for path in _USUAL_FEEDS)


def _is_section(address: str, title: str) -> bool:
    """A short path of plain words under a short name."""
    parts = urlsplit(address)
    depth = len([segment for segment in parts.path.split("/") if segment])
    is_short = 1 <= depth <= 3 and not parts.query and 0 < len(title) <= 40 and len(title.split()) <= 4
    return is_short and shape_of(address).weight < 2 and not is_trap(address) and not _FEED.search(address)
