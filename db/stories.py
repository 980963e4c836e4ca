"""Stories in the record: reports that are looked up by their terms, and what becomes of stories. Events are append-only."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from db.model import Filing, Profile, Report, from_iso, iso
from db.rows import insert, json_text, marks

#: reports that one term names; articles that are looked at; stories that are compared; reports of each
_PER_TERM, _ARTICLES, _STORIES, _REPORTS = 40, 8, 4, 6
#: the row of story_counts that holds how many stories there are
TOTAL = ""

#: one statement for all terms, one answer: a row less for Python is most of what a look-up costs
_FOUND = """SELECT * FROM (SELECT article_id, ? AS weight FROM story_terms WHERE term = ? AND day BETWEEN ? AND ?
    ORDER BY day DESC, article_id DESC LIMIT ?)"""
_NEAREST = "SELECT article_id FROM ({}) GROUP BY article_id ORDER BY sum(weight) DESC, article_id LIMIT ?"
_COUNTS = """SELECT c.term, c.articles FROM json_each(?) t CROSS JOIN story_counts c ON c.term = t.value"""
_REPORT = """SELECT p.article_id, n.story_id, p.terms, p.language, p.reported_at
    FROM story_profiles p JOIN newest n ON n.canonical_url = p.canonical_url"""

_FILED = """SELECT 1 FROM story_profiles WHERE canonical_url = :url
    UNION ALL SELECT 1 FROM articles first JOIN articles next USING (canonical_url)
    WHERE canonical_url = :url AND first.revision = 1 AND next.revision = 2
        AND first.id < (SELECT min(article_id) FROM story_profiles)
    LIMIT 1"""


def counts(conn: sqlite3.Connection, terms: Sequence[str]) -> tuple[Mapping[str, int], int]:
    """Term -> how many stories have it, and how many stories there are, articles that stand alone among them."""
    rows = conn.cursor()
    rows.row_factory = None
    found: dict[str, int] = dict(rows.execute(_COUNTS, (json_text([*terms, TOTAL]),)).fetchall())
    return found, found.get(TOTAL, 0)


def reports_near(
    conn: sqlite3.Connection, finders: Mapping[str, float], reported_at: datetime, window: timedelta
) -> tuple[Report, ...]:
    """Reports within *window* that share the heaviest of *finders*, with the other reports of their stories.

    Args:
        finders: term -> weight.
    """
    days = (_day(reported_at - window), _day(reported_at + window))
    told = [each for term, weight in finders.items() for each in (weight, term, *days, _PER_TERM)]
    query = _NEAREST.format(" UNION ALL ".join([_FOUND] * len(finders)))
    nearest = [row[0] for row in conn.execute(query, (*told, _ARTICLES))] if finders else []
    if not nearest:
        return ()
    rows = conn.execute(f"{_REPORT} WHERE p.article_id IN ({marks(nearest)})", nearest).fetchall()
    rows.sort(key=lambda row: nearest.index(row["article_id"]))
    stories = list(dict.fromkeys(row["story_id"] for row in rows if row["story_id"] is not None))[:_STORIES]
    found = {row["article_id"]: row for row in rows if row["story_id"] is None or row["story_id"] in stories}
    for story in stories:
        more = conn.execute(
            f"{_REPORT} WHERE n.story_id = ? ORDER BY p.reported_at DESC LIMIT ?", (story, _REPORTS)
        )
        found |= {row["article_id"]: row for row in more}
    return tuple(map(_report_of, found.values()))


def _report_of(row: sqlite3.Row) -> Report:
    profile = Profile(
        terms=json.loads(row["terms"]), language=row["language"], reported_at=from_iso(row["reported_at"])
    )
    return Report(article_id=row["article_id"], story_id=row["story_id"], profile=profile)


def _day(at: datetime) -> int:
    """Days since 1970, in UTC."""
    return int(at.timestamp() // 86400)


def day_of(reported_at: str) -> int:
    """The day under which the terms of a report stand, from its instant in `story_profiles`."""
    return _day(from_iso(reported_at))


def is_filed(conn: sqlite3.Connection, canonical: str) -> bool:
    """Whether the article has been compared already; it is once, however many versions it gets.

    One with an earlier version from before the oldest report that is remembered
    has been, too: `db.forgetting` has taken away what it was compared by.
    """
    return conn.execute(_FILED, {"url": canonical}).fetchone() is not None


def file_copy(conn: sqlite3.Connection, canonical: str, now: datetime) -> int | None:
    """A copy goes where its original is; returns the story, or None while that one stands alone."""
    row = conn.execute(
        """SELECT n.article_id, o.story_id FROM newest n JOIN newest o ON o.canonical_url = n.original_url
        WHERE n.canonical_url = ?""",
        (canonical,),
    ).fetchone()
    if row is None or row["story_id"] is None:
        return None
    _enter(conn, row["story_id"], [row["article_id"]])
    _tell(conn, row["story_id"], now)
    return int(row["story_id"])


def file_report(
    conn: sqlite3.Connection, canonical: str, article_id: int, profile: Profile, filing: Filing, now: datetime
) -> int | None:
    """Keep what the article is compared by, and carry out *filing*; returns its story, or None."""
    _keep(conn, canonical, article_id, profile, filing)
    if filing.story_id is None and not filing.beside:
        return None
    members = [article_id, *filing.beside]
    story = filing.story_id or _open(conn, members, now)
    _enter(conn, story, members)
    for joined in members if filing.story_id else []:
        _event(conn, story, "joined", now, article_id=joined, likeness=filing.likeness)
    for other in filing.merged:
        _merge(conn, other, story, article_id, filing.likeness, now)
    for part in filing.split:
        _split(conn, story, part, now)
    _tell(conn, story, now)
    return story


def _keep(
    conn: sqlite3.Connection, canonical: str, article_id: int, profile: Profile, filing: Filing
) -> None:
    values = {"canonical_url": canonical, "article_id": article_id, "reported_at": iso(profile.reported_at)}
    insert(
        conn,
        "story_profiles",
        {**values, "language": profile.language, "terms": json_text(dict(profile.terms))},
    )
    day = _day(profile.reported_at)
    conn.executemany(
        "INSERT OR IGNORE INTO story_terms (term, day, article_id) VALUES (?, ?, ?)",
        [(term, day, article_id) for term in profile.terms if term[0] in "nfdw"],
    )
    is_alone = filing.story_id is None and not filing.beside
    conn.executemany(
        """INSERT INTO story_counts (term, articles) VALUES (?, 1)
        ON CONFLICT (term) DO UPDATE SET articles = articles + 1""",
        [(term,) for term in (*filing.fresh, *([TOTAL] if is_alone else []))],
    )


def _open(conn: sqlite3.Connection, members: Sequence[int], now: datetime) -> int:
    values = {"title": "", "first_article_id": members[0], "created_at": iso(now), "updated_at": iso(now)}
    insert(conn, "stories", values)
    story = int(conn.execute("SELECT last_insert_rowid()").fetchone()[0])
    for member in reversed(members):
        _event(conn, story, "opened", now, article_id=member)
    return story


def _enter(conn: sqlite3.Connection, story: int, articles: Sequence[int]) -> None:
    """Put articles into a story, whichever version they are named by, with the copies of each."""
    urls = [
        row[0]
        for row in conn.execute(
            f"SELECT canonical_url FROM articles WHERE id IN ({marks(articles)})",  # noqa: S608 - question marks
            tuple(articles),
        )
    ]
    for url in urls:
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


def _split(conn: sqlite3.Connection, story: int, part: Sequence[int], now: datetime) -> None:
    values = {"title": "", "first_article_id": part[0], "created_at": iso(now), "updated_at": iso(now)}
    insert(conn, "stories", values)
    new = int(conn.execute("SELECT last_insert_rowid()").fetchone()[0])
    _enter(conn, new, part)
    _event(conn, new, "split", now, article_id=part[0], other_story_id=story)
    _tell(conn, new, now)


def _event(conn: sqlite3.Connection, story: int, kind: str, now: datetime, **told: float | None) -> None:
    insert(conn, "story_events", {"story_id": story, "kind": kind, "happened_at": iso(now), **told})


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
