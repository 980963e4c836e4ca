"""Why an address is, or is not, in the record: the ledger's answer. Read-only."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

from crawler.publish.display import web_link
from crawler.review.lists import Row

_MOST = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the record knows of an address."""

    #: every visit to it, the newest first
    visits: Sequence[Row]
    #: articles that came from it, newest versions
    articles: Sequence[Row]
    #: it waits to be fetched
    pending: Row | None
    #: what its host asked of us
    host: Row | None
    #: the feed, sitemap or page that named it first; None when it waits, or nobody noted it
    found_on: str | None


def answer(conn: sqlite3.Connection, url: str) -> Answer:
    """Everything the record knows of *url*, under any of its usual spellings."""
    asked = spellings(url)
    known = conn.execute(_CANONICAL, {"urls": json.dumps(asked)}).fetchall()
    values = {
        "urls": json.dumps(tuple(dict.fromkeys((*asked, *(row[0] for row in known))))),
        "host": urlsplit(url.strip()).netloc.lower() if web_link(url.strip()) else "",
        "most": _MOST,
    }
    return Answer(
        visits=conn.execute(_VISITS, values).fetchall(),
        articles=conn.execute(_ARTICLES, values).fetchall(),
        pending=conn.execute(_PENDING, values).fetchone(),
        host=conn.execute(_HOST, values).fetchone(),
        found_on=next((row[0] for row in conn.execute(_NAMED, values)), None),
    )


_CANONICAL = "SELECT canonical_url FROM aliases WHERE url IN (SELECT value FROM json_each(:urls))"
_VISITS = """SELECT * FROM visits WHERE id IN (
    SELECT id FROM visits WHERE url IN (SELECT value FROM json_each(:urls))
    UNION SELECT id FROM visits
    WHERE final_url IS NOT NULL AND final_url <> url AND final_url IN (SELECT value FROM json_each(:urls)))
ORDER BY id DESC LIMIT :most"""
_ARTICLES = """SELECT article_id AS id, title, site_name, url, published_at, band, score, mark FROM newest
WHERE canonical_url IN (
    SELECT value FROM json_each(:urls)
    UNION SELECT canonical_url FROM newest WHERE url IN (SELECT value FROM json_each(:urls))
    UNION SELECT a.canonical_url FROM visits v JOIN articles a ON a.id = v.article_id
    WHERE v.url IN (SELECT value FROM json_each(:urls)))
ORDER BY published_at DESC LIMIT :most"""
_NAMED = """SELECT found_on FROM pages
WHERE url IN (SELECT value FROM json_each(:urls)) AND found_on IS NOT NULL LIMIT 1"""
_PENDING = "SELECT * FROM frontier WHERE url IN (SELECT value FROM json_each(:urls))"
_HOST = "SELECT * FROM hosts WHERE host = :host AND (not_before_at IS NOT NULL OR reason IS NOT NULL)"


def spellings(url: str) -> tuple[str, ...]:
    """The ways one address is commonly written; the given one first.

    >>> spellings("https://example.org/a/#top")
    ('https://example.org/a/#top', 'https://example.org/a/', 'https://example.org/a', 'http://example.org/a/', 'http://example.org/a')
    """
    url = url.strip()
    if web_link(url) is None:
        return (url,)
    parts = urlsplit(url)._replace(fragment="")
    paths = (parts.path, parts.path.rstrip("/") if parts.path.rstrip("/") else "/")
    if not parts.path.endswith("/"):
        paths = (parts.path, parts.path + "/")
    schemes = (parts.scheme, "http" if parts.scheme == "https" else "https")
    ways = [urlunsplit(parts._replace(scheme=scheme, path=path)) for scheme in schemes for path in paths]
    return tuple(dict.fromkeys((url, *ways)))
