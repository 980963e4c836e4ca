"""What goes into a digest, read from the record."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from crawler.dedupe.diffs import Change, Span, diff_texts, diff_words
from crawler.publish.alerts.events import top_terms
from crawler.query.conditions import EDITS, Condition
from crawler.query.scope import scoped_condition
from db.model import from_iso, iso
from db.overview import AILING
from db.rows import Row

#: stories, single articles, edits and removals that are shown; the others are counted
MOST_STORIES, MOST_SINGLES, MOST_EDITS = 40, 100, 40
#: reports of one story, changed paragraphs of one edit
MOST_REPORTS, MOST_PASSAGES = 12, 6
_DAYS = 7

_ARTICLE = """n.article_id AS id, n.title, n.url, n.site_name, n.source, n.language, n.published_at, n.found_at, n.score, n.beat,
    n.story_id, n.canonical_url, n.removed_at, a.published_precision, a.description, substr(a.text, 1, 400) AS lead,
    (SELECT count(*) FROM newest c WHERE c.original_url = n.canonical_url) AS copies,
    (SELECT evidence FROM judgements j WHERE j.article_id = n.article_id AND j.beat = n.beat ORDER BY j.id DESC LIMIT 1) AS evidence"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """An article."""

    row: Row
    terms: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """An event with its reports, the first one first; copies are folded into a number."""

    id: int
    title: str
    reports: Sequence[Item]
    #: of all its reports: independent ones, and copies
    count: int
    copies: int
    #: the first report of all, which may be older than the digest
    first: Item


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """What an edit changed."""

    item: Item
    at: str
    is_correction: bool
    title: Sequence[Span]
    changes: Sequence[Change]


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """All of it."""

    beat: str | None
    since: datetime
    now: datetime
    #: where the review can be reached, for links
    review_url: str
    stories: Sequence[Story]
    singles: Sequence[Item]
    edits: Sequence[Edit]
    removals: Sequence[Item]
    #: sources a person should look at: id, title, state, reason
    ailing: Sequence[Row]
    #: (day, relevant, mention) of the last days, the oldest first
    week: Sequence[tuple[str, int, int]]
    #: how many more there are of stories, singles, edits and removals
    left: Mapping[str, int]


def gather_digest(
    conn: sqlite3.Connection, since: datetime, now: datetime, beat: str | None = None, review_url: str = ""
) -> Digest:
    """What was found, edited and taken down since then."""
    whose = f'beat:"{beat}"' if beat else ""
    fresh = scoped_condition(whose, f'found:"{iso(since)}"', now=now)
    stories, singles = _found(conn, fresh)
    edits = _edits(conn, scoped_condition(whose, now=now), since)
    removals = _removals(conn, scoped_condition(whose, now=now), since)
    left = {
        "stories": len(stories) - MOST_STORIES,
        "singles": len(singles) - MOST_SINGLES,
        "edits": len(edits) - MOST_EDITS,
        "removals": len(removals) - MOST_EDITS,
    }
    return Digest(
        beat=beat,
        since=since,
        now=now,
        review_url=review_url,
        stories=[_story(conn, number, ids) for number, ids in list(stories.items())[:MOST_STORIES]],
        singles=[item_of(conn, number) for number in singles[:MOST_SINGLES]],
        edits=[_edit(conn, row) for row in edits[:MOST_EDITS]],
        removals=[item_of(conn, number) for number in removals[:MOST_EDITS]],
        ailing=_ailing(conn, beat),
        week=_week(conn, whose, now),
        left={name: count for name, count in left.items() if count > 0},
    )


def item_of(conn: sqlite3.Connection, article_id: int) -> Item:
    """A current article."""
    cursor = conn.execute(
        f"SELECT {_ARTICLE} FROM newest n JOIN articles a ON a.id = n.article_id WHERE n.article_id = ?",  # noqa: S608 - a constant
        (article_id,),
    )
    names = [column[0] for column in cursor.description]
    row = dict(zip(names, cursor.fetchone(), strict=True))
    return Item(row=row, terms=top_terms(row["evidence"]))


def _found(conn: sqlite3.Connection, fresh: Condition) -> tuple[dict[int, list[int]], list[int]]:
    """Stories with what was found of each, the one with most first; and articles that stand alone, the best first."""
    rows = conn.execute(
        f"SELECT n.article_id, n.story_id FROM newest n WHERE {fresh.sql} ORDER BY n.score DESC, n.article_id",  # noqa: S608 - values are bound
        fresh.values,
    ).fetchall()
    stories: dict[int, list[int]] = {}
    for number, story in rows:
        if story is not None:
            stories.setdefault(story, []).append(number)
    most_first = sorted(stories.items(), key=lambda each: -len(each[1]))
    return dict(most_first), [number for number, story in rows if story is None]


def _story(conn: sqlite3.Connection, number: int, ids: Sequence[int]) -> Story:
    title, first = conn.execute(
        """SELECT s.title, n.article_id FROM stories s JOIN articles f ON f.id = s.first_article_id
        JOIN newest n ON n.canonical_url = f.canonical_url WHERE s.id = ?""",
        (number,),
    ).fetchone()
    count, copies = conn.execute(
        "SELECT count(*) FILTER (WHERE original_url IS NULL), count(original_url) FROM newest WHERE story_id = ?",
        (number,),
    ).fetchone()
    reports = sorted((item_of(conn, each) for each in ids[:MOST_REPORTS]), key=_reported_at)
    return Story(
        id=number, title=title, reports=reports, count=count, copies=copies, first=item_of(conn, first)
    )


def _reported_at(item: Item) -> str:
    return str(item.row["published_at"] or item.row["found_at"])


def _edits(conn: sqlite3.Connection, whose: Condition, since: datetime) -> list[Any]:
    """(version, kinds, when) of what was edited, corrections first."""
    kinds = ", ".join(f"'{kind}'" for kind in EDITS)
    return conn.execute(
        f"""SELECT e.article_id, max(e.kind = 'correction note') AS is_correction, max(e.happened_at) AS at
        FROM article_events e JOIN newest n ON n.canonical_url = e.canonical_url
        WHERE e.happened_at >= ? AND e.kind IN ({kinds}) AND {whose.sql}
        GROUP BY e.article_id ORDER BY is_correction DESC, at DESC""",  # noqa: S608 - values are bound
        (iso(since), *whose.values),
    ).fetchall()


def _edit(conn: sqlite3.Connection, row: Any) -> Edit:
    number, is_correction, at = row
    title, text, title_before, text_before, newest = conn.execute(
        """SELECT a.title, a.text, coalesce(b.title, a.title), coalesce(b.text, a.text), n.article_id FROM articles a
        JOIN newest n ON n.canonical_url = a.canonical_url
        LEFT JOIN articles b ON b.canonical_url = a.canonical_url AND b.revision = a.revision - 1 WHERE a.id = ?""",
        (number,),
    ).fetchone()
    changes = [change for change in diff_texts(text_before, text) if change.kind != "same"]
    spans = diff_words(title_before, title) if title_before != title else ()
    return Edit(
        item=item_of(conn, newest),
        at=at,
        is_correction=bool(is_correction),
        title=spans,
        changes=changes[:MOST_PASSAGES],
    )


def _removals(conn: sqlite3.Connection, whose: Condition, since: datetime) -> list[int]:
    rows = conn.execute(
        f"SELECT n.article_id FROM newest n WHERE n.removed_at >= ? AND {whose.sql} ORDER BY n.removed_at DESC",  # noqa: S608 - values are bound
        (iso(since), *whose.values),
    )
    return [row[0] for row in rows]


def _ailing(conn: sqlite3.Connection, beat: str | None) -> list[Row]:
    states = ", ".join(f"'{state}'" for state in AILING)
    cursor = conn.execute(
        f"SELECT id, title, state, reason, succeeded_at FROM source_health WHERE state IN ({states}) AND (?1 IS NULL OR beat = ?1)",  # noqa: S608 - constants
        (beat,),
    )
    names = [column[0] for column in cursor.description]
    rows = [dict(zip(names, row, strict=True)) for row in cursor]
    return sorted(rows, key=lambda row: (AILING.index(row["state"]), row["id"]))


def _week(conn: sqlite3.Connection, whose: str, now: datetime) -> list[tuple[str, int, int]]:
    """Articles found a day, of the last days until today (UTC)."""
    today = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    asked = scoped_condition(whose, "band:any", f'found:"{iso(today - timedelta(days=_DAYS - 1))}"', now=now)
    rows = conn.execute(
        f"""SELECT substr(n.found_at, 1, 10), sum(n.band = 'relevant'), sum(n.band = 'mention')
        FROM newest n WHERE {asked.sql} GROUP BY 1""",  # noqa: S608 - values are bound
        asked.values,
    ).fetchall()
    counts = {row[0]: (int(row[1] or 0), int(row[2] or 0)) for row in rows}
    days = [f"{today - timedelta(days=ago):%Y-%m-%d}" for ago in range(_DAYS - 1, -1, -1)]
    return [(day, *counts.get(day, (0, 0))) for day in days]


def day_name(day: str) -> str:
    """A day for people.

    >>> day_name("2026-11-29")
    'Sun 29 Nov'
    """
    at = from_iso(f"{day}T00:00:00Z")
    return f"{at:%a} {at.day} {at:%b}"
