"""Why an address is, or is not, in the record: the ledger's answer, for the review and for `spacereel why`. Read-only."""

from __future__ import annotations

import sqlite3
from urllib.parse import urlsplit, urlunsplit

from crawler.dedupe.urls import canonical_url
from crawler.publish.display import web_link
from db.known import KnownAddress, look_up


def known_address(conn: sqlite3.Connection, url: str) -> KnownAddress:
    """Everything the record knows of *url*, under any of its spellings."""
    return look_up(conn, ways_to_write(url))


def ways_to_write(url: str) -> tuple[str, ...]:
    """The ways one address is commonly written: as it is fetched, then as it was given.

    >>> ways_to_write("https://example.org/a/?utm_source=x#top")[:3]
    ('https://example.org/a/', 'https://example.org/a', 'http://example.org/a/')
    """
    url = url.strip()
    if web_link(url) is None:
        return (url,)
    fetched = canonical_url(url)
    return tuple(dict.fromkeys((*(_ways(fetched) if fetched else ()), url, *_ways(url))))


def _ways(url: str) -> list[str]:
    """With http and https, with and without a closing slash."""
    parts = urlsplit(url)._replace(fragment="")
    bare = parts.path.rstrip("/")
    paths = (parts.path, bare or "/") if parts.path.endswith("/") else (parts.path, parts.path + "/")
    schemes = (parts.scheme, "http" if parts.scheme == "https" else "https")
    return [urlunsplit(parts._replace(scheme=scheme, path=path)) for scheme in schemes for path in paths]
