"""Section pages: which of a page's links are articles."""

from __future__ import annotations

import re
from datetime import datetime
from urllib.parse import urlsplit

from courlan.filters import is_navigation_page, is_not_crawlable
from lxml.html import HtmlElement

from crawler.discover.pages import parsed_page
from crawler.discover.text import clean_title, decoded, unpacked
from crawler.errors import DiscoverError
from db.model import Candidate

MAX_LINKS = 500
_FURNITURE = frozenset(("nav", "footer", "header", "aside", "form"))


def article_links(
    body: bytes,
    url: str,
    source: str,
    now: datetime,
    follow: str | None = None,
    content_type: str | None = None,
) -> tuple[Candidate, ...]:
    """The articles a section page links to, in page order."""
    tree = parsed_page(decoded(unpacked(body), content_type), url)
    if tree is None:
        raise DiscoverError(f"{url} is not a web page", url)
    pattern = re.compile(follow) if follow else None
    host = (urlsplit(url).hostname or "").removeprefix("www.")
    titles: dict[str, str] = {}
    for anchor in tree.iter("a"):
        href = (anchor.get("href") or "").split("#")[0]
        where = (urlsplit(href).hostname or "").removeprefix("www.")
        if not href.startswith("http") or not where.endswith(host) or href == url:
            continue
        if pattern.search(href) if pattern else _looks_like_article(href, anchor):
            text = clean_title(str(anchor.text_content())) or ""
            titles[href] = max(titles.get(href, ""), text, key=len)
    return tuple(
        Candidate(url=href, source=source, found_on=url, found_at=now, title=title or None)
        for href, title in list(titles.items())[:MAX_LINKS]
    )


def _looks_like_article(href: str, anchor: HtmlElement) -> bool:
    path = urlsplit(href).path
    if (
        is_navigation_page(href)
        or is_not_crawlable(href)
        or any(up.tag in _FURNITURE for up in anchor.iterancestors())
    ):
        return False
    return re.search(r"\d{4,}|[^/-]+-[^/-]+-[^/-]+", path) is not None
