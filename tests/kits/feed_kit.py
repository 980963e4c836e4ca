"""Feeds in a line each."""

from __future__ import annotations

from datetime import UTC, datetime

from crawler.discover.feeds import Feed, parse_feed

NOW = datetime(2026, 11, 23, 15, 30, tzinfo=UTC)
URL = "https://e.org/feed"


def read(body: str | bytes, url: str = URL, content_type: str | None = None) -> Feed:
    raw = body.encode() if isinstance(body, str) else body
    return parse_feed(raw, url, "wire", NOW, content_type)


def rss(*items: str, head: str = "<title>Wire</title><link>https://e.org/</link>") -> str:
    return f'<?xml version="1.0"?><rss version="2.0"><channel>{head}{"".join(items)}</channel></rss>'


def atom(*entries: str, head: str = "<title>Wire</title>", attributes: str = "") -> str:
    return f'<feed xmlns="http://www.w3.org/2005/Atom" {attributes}>{head}{"".join(entries)}</feed>'


def item(n: int = 1, more: str = "") -> str:
    return f"<item><title>Film {n}</title><link>https://e.org/{n}</link>{more}</item>"


def urls(feed: Feed) -> list[str]:
    return [candidate.url for candidate in feed.candidates]
