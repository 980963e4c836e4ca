"""Reading the record: what `why` tells of an article, and of a story. Nothing here writes.

Rows come back as in `db.overview`.
"""

from __future__ import annotations

import sqlite3

from db.connection import open_read_only
from db.overview import all_rows, one_row
from db.rows import Row, clean
from db.views import ARTICLE_COLUMNS

__all__ = [
    "addresses_of",
    "article_of",
    "copies_of",
    "events_of",
    "history_of",
    "judgements_of",
    "latest_stories",
    "open_read_only",
    "original_of",
    "story_events_of",
    "story_of",
    "timeline_of",
    "versions_of",
    "visits_of",
]


def _canonical(conn: sqlite3.Connection, url: str) -> str:
    """The canonical URL of the article met under *url*; *url* itself when there is none."""
    row = conn.execute(
        """SELECT canonical_url FROM (
            SELECT canonical_url, 0 AS rank FROM newest WHERE canonical_url = :url
            UNION ALL SELECT canonical_url, 1 FROM aliases WHERE url = :url
            UNION ALL SELECT canonical_url, 2 FROM newest WHERE url = :url) ORDER BY rank LIMIT 1""",
        {"url": clean(url)},
    ).fetchone()
    return str(row[0]) if row else clean(url)


def article_of(conn: sqlite3.Connection, url: str) -> Row | None:
    """The newest version of the article known under *url*, with score, band, beat and story_id; or None."""
    columns = ", ".join(f"a.{name}" for name in ARTICLE_COLUMNS)
    return one_row(
        conn,
        f"""SELECT {columns}, n.score, n.band, n.beat, n.story_id, n.mark, n.removed_at
        FROM newest n JOIN articles a ON a.id = n.article_id WHERE n.canonical_url = ?""",  # noqa: S608 - column names are ours
        _canonical(conn, url),
    )


def reviewed(conn: sqlite3.Connection, beat: str) -> tuple[Row, ...]:
    """Articles that people marked relevant or irrelevant, by the time of the mark.

    What the queue shows for review is the beat that judged an article best, so
    a mark is about *beat* when that is the one, or when no beat judged it.
    """
    return all_rows(
        conn,
        """SELECT n.canonical_url, n.url, n.title, a.text, n.language, r.mark
        FROM reviews r JOIN newest n ON n.canonical_url = r.canonical_url JOIN articles a ON a.id = n.article_id
        WHERE r.mark IN ('relevant', 'irrelevant') AND coalesce(n.beat, ?) = ? ORDER BY r.reviewed_at, r.canonical_url""",
        beat,
        beat,
    )


def history_of(conn: sqlite3.Connection, url: str) -> tuple[Row, ...]:
    """Every version of the article, the first one first, with what changed and how many words were added."""
    return all_rows(
        conn,
        """SELECT a.id, a.revision, a.fetched_at, a.published_at, a.title, a.word_count, a.source, a.url,
            a.extractor, a.page_sha256, c.changed, c.kinds, c.words_added
        FROM articles a LEFT JOIN article_changes c ON c.id = a.id
        WHERE a.canonical_url = ? ORDER BY a.revision""",
        _canonical(conn, url),
    )


def versions_of(conn: sqlite3.Connection, url: str) -> tuple[Row, ...]:
    """Every version of the article with all its columns, the first one first."""
    return all_rows(
        conn, "SELECT * FROM articles WHERE canonical_url = ? ORDER BY revision", _canonical(conn, url)
    )


def events_of(conn: sqlite3.Connection, url: str) -> tuple[Row, ...]:
    """What became of the article, in order: id, article_id, kind, reason, happened_at."""
    return all_rows(
        conn,
        "SELECT * FROM article_events WHERE canonical_url = ? ORDER BY id LIMIT 500",
        _canonical(conn, url),
    )


def visits_of(conn: sqlite3.Connection, url: str, limit: int = 50) -> tuple[Row, ...]:
    """The ledger's rows about *url*, newest first: visits to it, to its other addresses, and ones that led to it."""
    urls = addresses_of(conn, url)
    found: dict[int, Row] = {}
    for address in urls:
        for sql in (
            "SELECT * FROM visits WHERE url = ? ORDER BY id DESC LIMIT ?",
            "SELECT * FROM visits WHERE final_url = ? AND final_url IS NOT NULL AND final_url <> url ORDER BY id DESC LIMIT ?",
        ):
            found |= {row["id"]: row for row in all_rows(conn, sql, address, limit)}
    return tuple(found[visit] for visit in sorted(found, reverse=True)[:limit])


def addresses_of(conn: sqlite3.Connection, url: str) -> tuple[str, ...]:
    """Every address under which the same article was met; *url* first."""
    canonical = _canonical(conn, url)
    rows = conn.execute(
        "SELECT url FROM aliases WHERE canonical_url = ? ORDER BY url LIMIT 100", (canonical,)
    )
    return tuple(dict.fromkeys([clean(url), canonical, *(row[0] for row in rows)]))


def latest_stories(conn: sqlite3.Connection, limit: int) -> tuple[Row, ...]:
    """The stories that stand, the one with the latest report first; columns of `stories`."""
    return all_rows(
        conn,
        "SELECT * FROM stories WHERE merged_into IS NULL ORDER BY last_reported_at DESC, id DESC LIMIT ?",
        limit,
    )


def story_of(conn: sqlite3.Connection, story_id: int) -> Row | None:
    """A row of `stories`, or None."""
    return one_row(conn, "SELECT * FROM stories WHERE id = ?", story_id)


def timeline_of(conn: sqlite3.Connection, story_id: int) -> tuple[Row, ...]:
    """The reports of a story in order of publication, copies folded; columns of `story_timeline`."""
    return all_rows(
        conn, "SELECT * FROM story_timeline WHERE story_id = ? ORDER BY reported_at, id LIMIT 500", story_id
    )


def story_events_of(conn: sqlite3.Connection, story_id: int) -> tuple[Row, ...]:
    """How a story came about, in order: the events of `story_events` that name it."""
    return all_rows(
        conn,
        """SELECT * FROM story_events WHERE id IN (SELECT id FROM story_events WHERE story_id = ?1
            UNION SELECT id FROM story_events WHERE other_story_id = ?1) ORDER BY id LIMIT 500""",
        story_id,
    )


def judgements_of(conn: sqlite3.Connection, article_id: int) -> tuple[Row, ...]:
    """The newest judgement of each beat about one version, the best first."""
    return all_rows(
        conn,
        """SELECT beat, score, threshold, band, evidence, ruleset, judged_at FROM judgements j
        WHERE article_id = ? AND id = (
            SELECT max(id) FROM judgements WHERE article_id = j.article_id AND beat = j.beat)
        ORDER BY score DESC""",
        article_id,
    )


def original_of(conn: sqlite3.Connection, url: str) -> Row | None:
    """The article that this one copies: id, url, title, source, similarity, kind; or None."""
    return one_row(
        conn,
        """SELECT o.id, o.url, o.title, o.source, o.published_at, c.similarity, c.kind
        FROM articles a JOIN copies c ON c.article_id = a.id JOIN articles o ON o.id = c.copy_of
        WHERE a.canonical_url = ? ORDER BY a.revision DESC LIMIT 1""",
        _canonical(conn, url),
    )


def copies_of(conn: sqlite3.Connection, url: str) -> tuple[Row, ...]:
    """The articles that copy this one, the first seen first."""
    return all_rows(
        conn,
        """SELECT article_id AS id, url, title, source, published_at, fetched_at FROM newest
        WHERE original_url = ? ORDER BY article_id""",
        _canonical(conn, url),
    )
