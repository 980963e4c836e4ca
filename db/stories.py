"""Stories in the record: what is kept of a report, and what becomes of stories. Events are append-only."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from datetime import datetime

from db.counts import TOTAL
from db.filing import Filing, Profile
from db.model import from_iso, iso
from db.near import epoch_day
from db.rows import insert, placeholders

_FILED = """SELECT 1 FROM story_profiles WHERE canonical_url = :url
    UNION ALL SELECT 1 FROM articles first JOIN articles next USING (canonical_url)
    WHERE canonical_url = :url AND first.revision = 1 AND next.revision = 2
        AND first.id < (SELECT min(article_id) FROM story_profiles)
    LIMIT 1"""
#: where an article and its copies stand
_STORIES_OF = """SELECT story_id FROM newest
    WHERE (canonical_url = :url OR original_url = :url) AND story_id IS NOT NULL"""


def reported_day(reported_at: str) -> int:
    """The day under which the terms of a report stand, from its instant in `story_profiles`."""
    return epoch_day(from_iso(reported_at))


def is_filed(conn: sqlite3.Connection, canonical: str) -> bool:
    """Whether the article has been compared already; it is once, however many versions it gets.

    One with an earlier version from before the oldest report that is remembered
    has been, too: `db.forgetting` has taken away what it was compared by.
    """
    return conn.execute(_FILED, {"url": canonical}).fetchone() is not None


def file_copy(conn: sqlite3.Connection, canonical: str, now: datetime, touched: set[int]) -> int | None:
    """A copy goes where its original is; returns the story, or None while that one stands alone.

    Args:
        touched: stories that have other articles than before are added.
    """
    row = conn.execute(
        """SELECT n.article_id, o.story_id FROM newest n JOIN newest o ON o.canonical_url = n.original_url
        WHERE n.canonical_url = ?""",
        (canonical,),
    ).fetchone()
    if row is None or row["story_id"] is None:
        return None
    _enter(conn, row["story_id"], [row["article_id"]], touched)
    _tell(conn, row["story_id"], now)
    return int(row["story_id"])


def file_report(
    conn: sqlite3.Connection,
    canonical: str,
    article_id: int,
    profile: Profile,
    filing: Filing,
    now: datetime,
    touched: set[int],
) -> int | None:
    """Keep what the article is compared by, and carry out *filing*; returns its story, or None.

    Args:
        touched: stories that have other articles than before are added.
    """
    _keep(conn, canonical, article_id, profile)
    if filing.story_id is None and not filing.beside:
        return None
    members = [article_id, *filing.beside]
    story = filing.story_id or _open(conn, members, now)
    _enter(conn, story, members, touched)
    for joined in members if filing.story_id else []:
        _event(conn, story, "joined", now, article_id=joined, likeness=filing.likeness)
    for other in filing.merged:
        _merge(conn, other, story, article_id, filing.likeness, now)
        touched.add(other)
    for part in filing.split:
        _split(conn, story, part, now, touched)
    _tell(conn, story, now)
    return story


def _keep(conn: sqlite3.Connection, canonical: str, article_id: int, profile: Profile) -> None:
    values = {"canonical_url": canonical, "article_id": article_id, "reported_at": iso(profile.reported_at)}
    insert(
        conn,
        "story_profiles",
        {
            **values,
            "language": profile.language,
            "terms": json.dumps(dict(profile.terms), ensure_ascii=False),
        },
    )
    day = epoch_day(profile.reported_at)
    conn.executemany(
        "INSERT OR IGNORE INTO story_terms (day, term, article_id) VALUES (?, ?, ?)",
        sorted((day, term, article_id) for term in profile.terms if term[0] in "nfdw"),
    )


def counted(filing: Filing) -> tuple[str, ...]:
    """The terms of which one more story has them once a report is filed; `TOTAL` among them when it stands alone."""
    is_alone = filing.story_id is None and not filing.beside
    return (*filing.fresh, TOTAL) if is_alone else filing.fresh


def _open(conn: sqlite3.Connection, members: Sequence[int], now: datetime) -> int:
    values = {"title": "", "first_article_id": members[0], "created_at": iso(now), "updated_at": iso(now)}
    insert(conn, "stories", values)
    story = int(conn.execute("SELECT last_insert_rowid()").fetchone()[0])
    for member in reversed(members):
        _event(conn, story, "opened", now, article_id=member)
    return story


def _enter(conn: sqlite3.Connection, story: int, articles: Sequence[int], touched: set[int]) -> None:
    """Put articles into a story, whichever version they are named by, with the copies of each."""
    urls = [
        row[0]
        for row in conn.execute(
            f"SELECT canonical_url FROM articles WHERE id IN ({placeholders(articles)})",  # noqa: S608 - question marks
            tuple(articles),
        )
    ]
    touched.add(story)
    for url in urls:
        touched.update(row[0] for row in conn.execute(_STORIES_OF, {"url": url}))
        conn.execute(
            "UPDATE newest SET story_id = ? WHERE canonical_url = ? OR original_url = ?", (story, url, url)
        )


def _merge(
    conn: sqlite3.Connection, other: int, into: int, article_id: int, likeness: float, now: datetime
) -> None:
    conn.execute("UPDATE newest SET story_id = ? WHERE story_id = ?", (into, other))
    conn.execute(
        "UPDATE stories SET merged_into = ?, articles = 0, outlets = 0, updated_at = ? WHERE id = ?",
        (into, iso(now), other),
    )
    _event(conn, other, "merged", now, article_id=article_id, other_story_id=into, likeness=likeness)


def _split(
    conn: sqlite3.Connection, story: int, part: Sequence[int], now: datetime, touched: set[int]
) -> None:
    values = {"title": "", "first_article_id": part[0], "created_at": iso(now), "updated_at": iso(now)}
    insert(conn, "stories", values)
    new = int(conn.execute("SELECT last_insert_rowid()").fetchone()[0])
    _enter(conn, new, part, touched)
    _event(conn, new, "split", now, article_id=part[0], other_story_id=story)
    _tell(conn, new, now)


def _event(conn: sqlite3.Connection, story: int, kind: str, now: datetime, **values: float | None) -> None:
    insert(conn, "story_events", {"story_id": story, "kind": kind, "happened_at": iso(now), **values})


def _tell(conn: sqlite3.Connection, story: int, now: datetime) -> None:
    """What the story says of itself: the title of its best article, its first report, outlets and languages."""
    conn.execute(
        """UPDATE stories SET updated_at = :now,
            title = (SELECT title FROM newest WHERE story_id = :id AND original_url IS NULL
                ORDER BY coalesce(score, 0) DESC, coalesce(published_at, fetched_at), article_id LIMIT 1),
            (first_article_id, first_reported_at) = (
                SELECT article_id, coalesce(published_at, fetched_at) FROM newest WHERE story_id = :id
                ORDER BY 2, 1 LIMIT 1),
            (last_reported_at, articles, outlets) = (
                SELECT max(coalesce(published_at, fetched_at)), count(*), count(DISTINCT coalesce(site_name, source))
                FROM newest WHERE story_id = :id),
            languages = (SELECT json_group_array(language) FROM (
                SELECT DISTINCT language FROM newest WHERE story_id = :id AND language IS NOT NULL ORDER BY 1))
        WHERE id = :id AND merged_into IS NULL""",
        {"id": story, "now": iso(now)},
    )
