"""What the pages of stories show: the latest ones, and the timeline of one. Read-only."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from crawler.review.lists import PAGE

#: reports and events of one story that are shown at most; merges that an old link is followed through
_MOST, _MERGES = 500, 20

_CARD = """SELECT s.id, s.title, s.first_reported_at, s.last_reported_at, s.articles, s.outlets, s.languages,
    (SELECT count(*) FROM newest WHERE story_id = s.id AND original_url IS NULL) AS reports,
    f.article_id AS first_id, f.title AS first_title, f.site_name AS first_site, f.url AS first_url
FROM stories s LEFT JOIN newest f ON f.canonical_url = (SELECT canonical_url FROM articles WHERE id = s.first_article_id)"""
_REPORTS = "SELECT * FROM story_reports WHERE story_id = ? ORDER BY reported_at, id LIMIT ?"
_EVENTS = """SELECT e.id, e.kind, e.story_id, e.other_story_id, e.article_id, e.likeness, e.happened_at,
    a.canonical_url, a.title, o.title AS other
FROM story_events e LEFT JOIN articles a ON a.id = e.article_id
LEFT JOIN stories o ON o.id = iif(e.story_id = ?1, e.other_story_id, e.story_id)
WHERE e.id IN (SELECT id FROM story_events WHERE story_id = ?1
    UNION SELECT id FROM story_events WHERE other_story_id = ?1) ORDER BY e.id LIMIT ?2"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A story in a list."""

    row: sqlite3.Row
    languages: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cards:
    """One page of the list of stories."""

    stories: Sequence[Card]
    #: `after` of the next page; None on the last
    after: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A step of a timeline: a report with the copies of it, or a merge or split."""

    at: str
    report: sqlite3.Row | None = None
    copies: Sequence[sqlite3.Row] = ()
    #: how the report came into the story, with its likeness; None when the events do not say
    joined: sqlite3.Row | None = None
    event: sqlite3.Row | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """One story."""

    card: Card
    entries: Sequence[Step]
    #: more reports than are shown
    is_cut: bool


def latest(conn: sqlite3.Connection, after: int | None = None, limit: int = PAGE) -> Cards:
    """The stories that stand, the one with the latest report first.

    Args:
        after: the last story of the page before.
        limit: most stories on the page.
    """
    above = conn.execute("SELECT id, last_reported_at AS at FROM stories WHERE id = ?", (after,)).fetchone()
    below = "AND s.last_reported_at <= :at AND (s.last_reported_at < :at OR s.id < :id)" if above else ""
    rows = conn.execute(
        f"{_CARD} WHERE s.merged_into IS NULL {below} ORDER BY s.last_reported_at DESC, s.id DESC LIMIT :most",
        {**(dict(above) if above else {}), "most": limit + 1},
    ).fetchall()
    return Cards(
        stories=tuple(map(_card, rows[:limit])), after=rows[limit - 1]["id"] if len(rows) > limit else None
    )


def _card(row: sqlite3.Row) -> Card:
    return Card(row=row, languages=tuple(str(each) for each in json.loads(row["languages"])))


def standing(conn: sqlite3.Connection, story_id: int) -> int | None:
    """The story that *story_id* has become by merges, itself when it stands; None when there is none."""
    for _ in range(_MERGES):
        row = conn.execute("SELECT merged_into FROM stories WHERE id = ?", (story_id,)).fetchone()
        if row is None:
            return None
        if row["merged_into"] is None:
            return story_id
        story_id = row["merged_into"]
    return None


def timeline(conn: sqlite3.Connection, story_id: int) -> Timeline | None:
    """The story *story_id*, or None when there is none."""
    row = conn.execute(f"{_CARD} WHERE s.id = ?", (story_id,)).fetchone()
    if row is None:
        return None
    reports = conn.execute(_REPORTS, (story_id, _MOST + 1)).fetchall()
    events = conn.execute(_EVENTS, (story_id, _MOST)).fetchall()
    return Timeline(card=_card(row), entries=entries(reports[:_MOST], events), is_cut=len(reports) > _MOST)


def entries(reports: Sequence[sqlite3.Row], events: Sequence[sqlite3.Row]) -> Sequence[Step]:
    """Reports and what befell the story, in the order of time; a copy stands under its original when that is there."""
    originals = {row["id"] for row in reports if row["copy_of"] is None}
    came = {row["canonical_url"]: row for row in events if row["kind"] in ("opened", "joined")}
    reported = [
        Step(
            at=row["reported_at"],
            report=row,
            copies=tuple(copy for copy in reports if copy["copy_of"] == row["id"]),
            joined=came.get(row["canonical_url"]),
        )
        for row in reports
        if row["copy_of"] not in originals
    ]
    befell = [Step(at=row["happened_at"], event=row) for row in events if row["kind"] in ("merged", "split")]
    return tuple(sorted([*reported, *befell], key=lambda each: each.at))
