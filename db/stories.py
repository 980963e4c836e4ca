"""Stories in the record: reports that are looked up by their terms, and what becomes of stories. Events are append-only."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from db.counts import TOTAL
from db.filing import Filing, Profile, Report
from db.model import from_iso, iso
from db.rows import insert, placeholders

#: reports that one term names; articles that are looked at; stories that are compared; reports of each
_PER_TERM, _ARTICLES, _STORIES, _REPORTS = 40, 8, 4, 6
#: profiles that are remembered; about 10 MB
_REMEMBERED = 1_000

#: one statement for all terms, one answer: a row less for Python is most of what a look-up costs
_FOUND = """SELECT * FROM (SELECT article_id, ? AS weight FROM story_terms WHERE term = ? AND day IN ({})
    ORDER BY day DESC, article_id DESC LIMIT ?)"""
_NEWEST_DAY = "SELECT coalesce(max(day), 0) FROM story_terms"
_NEAREST = "SELECT article_id FROM ({}) GROUP BY article_id ORDER BY sum(weight) DESC, article_id LIMIT ?"
_STORY_OF = """SELECT p.article_id, n.story_id FROM story_profiles p JOIN newest n USING (canonical_url)
    WHERE p.article_id IN ({})"""
_LAST = """SELECT p.article_id FROM newest n JOIN story_profiles p USING (canonical_url) WHERE n.story_id = ?
    ORDER BY p.reported_at DESC LIMIT ?"""
_PROFILE = "SELECT article_id, terms, language, reported_at FROM story_profiles WHERE article_id IN ({})"

_FILED = """SELECT 1 FROM story_profiles WHERE canonical_url = :url
    UNION ALL SELECT 1 FROM articles first JOIN articles next USING (canonical_url)
    WHERE canonical_url = :url AND first.revision = 1 AND next.revision = 2
        AND first.id < (SELECT min(article_id) FROM story_profiles)
    LIMIT 1"""


def reports_near(
    conn: sqlite3.Connection,
    known: dict[int, Profile],
    finders: Mapping[str, float],
    reported_at: datetime,
    window: timedelta,
) -> tuple[Report, ...]:
    """Reports within *window* that share the heaviest of *finders*, with the other reports of their stories.

    Args:
        known: profiles by article, remembered from one call to the next: reports of a story that grows are
            compared again and again.
        finders: term -> weight.
    """
    # each day by itself: rows stand in the order of days, so that what is filed today lies together
    (newest,) = conn.execute(_NEWEST_DAY).fetchone()
    days = range(_day(reported_at - window), min(_day(reported_at + window), newest) + 1)
    found_by = _FOUND.format(placeholders(days))
    values = [each for term, weight in finders.items() for each in (weight, term, *days, _PER_TERM)]
    query = _NEAREST.format(" UNION ALL ".join([found_by] * len(finders)))
    nearest = [row[0] for row in conn.execute(query, (*values, _ARTICLES))] if finders else []
    if not nearest:
        return ()
    story_of = dict(map(tuple, conn.execute(_STORY_OF.format(placeholders(nearest)), nearest)))
    placed = {article_id: story_of[article_id] for article_id in nearest if article_id in story_of}
    stories = list(dict.fromkeys(story for story in placed.values() if story is not None))[:_STORIES]
    found = {each: story for each, story in placed.items() if story is None or story in stories}
    for story in stories:
        found |= {row[0]: story for row in conn.execute(_LAST, (story, _REPORTS))}
    _remember(conn, known, found)
    return tuple(
        Report(article_id=each, story_id=story, profile=known[each])
        for each, story in found.items()
        if each in known
    )


def _remember(conn: sqlite3.Connection, known: dict[int, Profile], asked: Collection[int]) -> None:
    """Read the profiles of *asked* that are not in *known*; a profile never changes."""
    if len(known) > _REMEMBERED:
        known.clear()
    missing = [article_id for article_id in asked if article_id not in known]
    for row in conn.execute(_PROFILE.format(placeholders(missing)), missing) if missing else ():
        known[row["article_id"]] = Profile(
            terms=json.loads(row["terms"]), language=row["language"], reported_at=from_iso(row["reported_at"])
        )


def _day(at: datetime) -> int:
    """Days since 1970, in UTC."""
    return int(at.timestamp() // 86400)


def reported_day(reported_at: str) -> int:
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
    _keep(conn, canonical, article_id, profile)
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
    day = _day(profile.reported_at)
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


def _enter(conn: sqlite3.Connection, story: int, articles: Sequence[int]) -> None:
    """Put articles into a story, whichever version they are named by, with the copies of each."""
    urls = [
        row[0]
        for row in conn.execute(
            f"SELECT canonical_url FROM articles WHERE id IN ({placeholders(articles)})",  # noqa: S608 - question marks
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
