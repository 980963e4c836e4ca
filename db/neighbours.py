"""What an article may be a version or a copy of: found by its addresses, its digest and its bands."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from db.entries import former_addresses
from db.model import Article, Fingerprint, Known, from_iso, iso
from db.rows import clean, known_of, placeholders

#: neighbours that one shared band may name from either end, oldest and newest; and most that are compared
_PER_BAND, _NEIGHBOURS = 25, 12
#: mean share that a neighbour is of our bands, from which it is a rare one: one band of sixteen with two others,
#: or all of them with as many as are looked at; most others
_RARE, _COMMON_NEIGHBOURS = 1 / (2 * _PER_BAND), 4
#: versions younger than this are handed out with an article
_RECENT = timedelta(days=14)

_KNOWN = """SELECT a.id, a.canonical_url, a.revision, a.content_sha256, a.title, a.text, a.published_at,
    a.fetched_at, a.site_name, a.authors, a.is_free, a.origins ->> 'text' AS text_origin, a.page_sha256
    FROM newest n JOIN articles a ON a.id = n.article_id WHERE n.canonical_url = ?"""
#: a text that everybody copies makes a band with thousands of articles: its first and its last ones are enough
_BAND = """SELECT * FROM (SELECT article_id FROM bands WHERE band = :band ORDER BY article_id LIMIT :most)
    UNION SELECT * FROM (SELECT article_id FROM bands WHERE band = :band ORDER BY article_id DESC LIMIT :most)"""


def neighbours(
    conn: sqlite3.Connection, article: Article, fingerprint: Fingerprint, asked: str | None
) -> tuple[Known, ...]:
    """Newest versions that *article* may be a version or a copy of: its own history first."""
    addresses = dict.fromkeys(_at_addresses(conn, article, asked))
    same = conn.execute(
        "SELECT canonical_url FROM articles WHERE content_sha256 = ? ORDER BY id LIMIT ?",
        (fingerprint.content_sha256, _NEIGHBOURS),
    )
    named = dict.fromkeys(_named_alike(conn, asked)) if asked else {}
    found = addresses | named | dict.fromkeys(row[0] for row in same)
    found |= dict.fromkeys(_sharing_bands(conn, fingerprint.bands))
    rows = ((canonical, conn.execute(_KNOWN, (canonical,)).fetchone()) for canonical in found)
    return tuple(
        _with_history(conn, known_of(row))
        if canonical in addresses
        else replace(known_of(row), is_same_guid=canonical in named)
        for canonical, row in rows
        if row is not None
    )


def _named_alike(conn: sqlite3.Connection, asked: str) -> list[str]:
    """Canonical URLs of articles to which a feed gave the name that it now gives to the page asked for."""
    return [
        row[0]
        for url in former_addresses(conn, asked)
        for row in conn.execute("SELECT canonical_url FROM aliases WHERE url = ?", (url,))
    ]


def _at_addresses(conn: sqlite3.Connection, article: Article, asked: str | None) -> list[str]:
    """Canonical URLs of articles that are known at an address of *article*."""
    urls = {clean(article.url), clean(article.canonical_url)} | ({clean(asked)} if asked else set())
    found = [clean(article.canonical_url)]
    for url in sorted(urls):
        for query in (
            "SELECT canonical_url FROM aliases WHERE url = ?",
            "SELECT canonical_url FROM articles WHERE canonical_url = ? LIMIT 1",
        ):
            found += [row[0] for row in conn.execute(query, (url,))]
    return found


def _with_history(conn: sqlite3.Connection, known: Known) -> Known:
    """*known* with its versions of the last days; their number is bounded."""
    since = iso(known.fetched_at - _RECENT)
    rows = conn.execute(
        """SELECT fetched_at, title FROM articles WHERE canonical_url = ? AND fetched_at >= ?
        ORDER BY revision DESC LIMIT 50""",
        (known.canonical_url, since),
    )
    recent = tuple((from_iso(row[0]), row[1]) for row in rows)
    return replace(known, is_same_address=True, recent=recent)


def _sharing_bands(conn: sqlite3.Connection, bands: tuple[int, ...]) -> tuple[str, ...]:
    """Canonical URLs of articles that share bands: the ones that share most and rarest first.

    A paragraph that hundreds carry makes bands that name hundreds: of those
    that share nothing else a few are looked at, so that they neither cost
    time nor crowd out a text that was cut down to its last rare band.
    """
    rarity: defaultdict[int, float] = defaultdict(float)
    for found in _articles_by_band(conn, tuple(dict.fromkeys(bands))):
        for article_id in found:
            rarity[article_id] += 1 / len(found)
    ranked = sorted(rarity, key=lambda article_id: (-rarity[article_id], article_id))
    rare = [article_id for article_id in ranked if rarity[article_id] >= _RARE * len(bands)]
    nearest = (rare + ranked[len(rare) : len(rare) + _COMMON_NEIGHBOURS])[:_NEIGHBOURS]
    query = "SELECT canonical_url FROM articles WHERE id = ?"
    return tuple(conn.execute(query, (article_id,)).fetchone()[0] for article_id in nearest)


def _articles_by_band(conn: sqlite3.Connection, bands: tuple[int, ...]) -> Iterable[list[int]]:
    """Of each band that articles have, their ids, the first and the last ones; most texts share next to none."""
    found: dict[int, list[int]] = {}
    query = f"SELECT band, article_id FROM bands WHERE band IN ({placeholders(bands)}) LIMIT {_PER_BAND + 1}"  # noqa: S608 - question marks
    for band, article_id in conn.execute(query, bands):
        found.setdefault(band, []).append(article_id)
    if sum(map(len, found.values())) <= _PER_BAND:
        return [found[band] for band in bands if band in found]
    return [[row[0] for row in conn.execute(_BAND, {"band": band, "most": _PER_BAND})] for band in bands]
