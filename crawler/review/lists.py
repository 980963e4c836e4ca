"""What the list pages show: the dashboard, the review queue, and articles found by words or by a property.

Read-only; rows come as `sqlite3.Row`, newest first. Every query walks an
index of `newest` (one narrow row per article) and reads the wide table only
for the rows it shows.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from crawler.publish.wording.wording import ENGLISH, Wording
from crawler.query.conditions import condition
from db import outbox
from db.model import from_iso, iso
from db.overview import AILING
from db.polls import verdicts_of

#: articles on one page of a list
PAGE = 30

#: what a card shows of an article
LIST_COLUMNS = """SELECT n.article_id AS id, n.title, n.site_name, n.url, n.published_at, n.language, n.source, n.band, n.score,
    n.mark, n.fetched_at, a.revision, a.published_precision, a.description, substr(a.text, 1, 400) AS lead"""
# CROSS keeps SQLite from beginning with the wide table when it has no statistics yet
_CARD = f"{LIST_COLUMNS} FROM newest n CROSS JOIN articles a ON a.id = n.article_id"
_NEWEST_FIRST = "ORDER BY n.published_at DESC, n.article_id DESC"
_LISTED = "SELECT n.article_id AS id FROM newest n"
#: judged relevant or a mention, no copy, marked by nobody
WAITING = "n.is_waiting = 1"
#: what the home page leads with: relevant, no copy, not turned down by a person
_SHOWN = "n.band = 'relevant' AND n.original_url IS NULL AND n.mark IS NOT 'irrelevant'"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dashboard:
    """What the home page tells."""

    counts: Mapping[str, int]
    newest: Sequence[sqlite3.Row]
    changed: Sequence[sqlite3.Row]
    #: state -> sources
    states: Mapping[str, int]
    #: sources a person should look at
    ailing: Sequence[sqlite3.Row]
    #: the last run, which may be under way, and its visits by verdict; None before the first
    run: sqlite3.Row | None
    verdicts: Mapping[str, int]
    #: the daemon's last sign of life; None when it never ran
    heartbeat: sqlite3.Row | None
    #: targets of alerts whose last message was given up: alert, label, problem
    unreached: Sequence[Mapping[str, Any]]


def dashboard(conn: sqlite3.Connection, now: datetime) -> Dashboard:
    """Everything on the home page; the week ends at *now*."""
    run = _first(conn, "SELECT * FROM runs ORDER BY id DESC LIMIT 1")
    sources = conn.execute("SELECT id, title, state, reason, succeeded_at FROM source_health").fetchall()
    return Dashboard(
        counts={
            name: _number(conn, sql, {"week": iso(now - timedelta(days=7))}) for name, sql in _COUNTS.items()
        },
        newest=conn.execute(f"{_CARD} WHERE {_SHOWN} {_NEWEST_FIRST} LIMIT 12").fetchall(),
        changed=_once(conn.execute(_CHANGED).fetchall())[:6],
        states=Counter(row["state"] for row in sources),
        ailing=sorted(
            (row for row in sources if row["state"] in AILING), key=lambda row: AILING.index(row["state"])
        )[:8],
        run=run,
        verdicts=_verdicts(conn, run),
        heartbeat=_first(conn, "SELECT * FROM heartbeat"),
        unreached=outbox.unreached(conn),
    )


def _once(versions: Sequence[sqlite3.Row]) -> Sequence[sqlite3.Row]:
    """The first row of each article."""
    first: dict[str, sqlite3.Row] = {}
    for row in versions:
        first.setdefault(row["canonical_url"], row)
    return tuple(first.values())


def _verdicts(conn: sqlite3.Connection, run: sqlite3.Row | None) -> Mapping[str, int]:
    """Visits of a run by verdict, counted anew while it is under way."""
    if run is None:
        return {}
    if run["finished_at"]:
        return dict(json.loads(run["verdicts"]))
    return verdicts_of(conn, run["id"])


_COUNTS = {
    "articles": "SELECT count(*) FROM newest",
    "relevant": "SELECT count(*) FROM newest WHERE band = 'relevant'",
    "recent": "SELECT count(*) FROM newest WHERE fetched_at >= :week",
    "waiting": f"SELECT count(*) FROM newest n WHERE {WAITING}",  # noqa: S608 - fixed fragments
    "aside": "SELECT count(*) FROM reviews WHERE mark = 'later'",
    "pending": "SELECT count(*) FROM frontier",
}
_CHANGED = """SELECT id, title, site_name, url, canonical_url, fetched_at, revision FROM articles
WHERE revision > 1 AND NOT EXISTS (SELECT 1 FROM article_events WHERE article_id = articles.id AND kind = 'extraction')
ORDER BY fetched_at DESC LIMIT 40"""


def pulse(heartbeat: sqlite3.Row | None, now: datetime, wording: Wording = ENGLISH) -> Mapping[str, str]:
    """How the daemon is, as a colour and a sentence."""
    if heartbeat is None:
        return {"state": "", "sentence": wording.phrase("The daemon has not run on this record yet.")}
    since = wording.ago(heartbeat["beat_at"], now)
    silent_s = (now - from_iso(heartbeat["beat_at"])).total_seconds()
    if silent_s < 90:
        said = wording.phrase("The daemon is watching; last sign of life %(since)s.", since=since)
        return {"state": "good", "sentence": said}
    if silent_s < 900:
        silence = wording.duration(silent_s)
        said = wording.phrase("No sign of life from the daemon for %(silence)s.", silence=silence)
        return {"state": "fair", "sentence": said}
    said = wording.phrase("The daemon is not running; it was last seen %(since)s.", since=since)
    return {"state": "bad", "sentence": said}


def put_aside(conn: sqlite3.Connection, limit: int = PAGE) -> Sequence[sqlite3.Row]:
    """Articles somebody marked `later`, the one put aside longest ago first."""
    sql = f"""{LIST_COLUMNS} FROM reviews r CROSS JOIN newest n ON n.canonical_url = r.canonical_url
    CROSS JOIN articles a ON a.id = n.article_id WHERE r.mark = 'later' ORDER BY r.reviewed_at LIMIT ?"""
    return conn.execute(sql, (limit,)).fetchall()


def marked_article(conn: sqlite3.Connection, article_id: int) -> sqlite3.Row | None:
    """Id, title and mark of an article that is marked; None when it is not."""
    return _first(
        conn,
        "SELECT article_id AS id, title, mark FROM newest WHERE article_id = ? AND mark IS NOT NULL",
        (article_id,),
    )


def _walk(
    conn: sqlite3.Connection,
    select: str,
    where: str,
    values: Mapping[str, Any],
    after: int | None,
    limit: int,
) -> list[sqlite3.Row]:
    """Rows below the article *after* in a list with the newest first.

    Each step is one range of an index on `published_at`; articles without a date stand at the end.
    """
    above = _first(conn, "SELECT id, published_at AS at FROM articles WHERE id = ?", (after,))
    steps: tuple[str, ...] = ("1",)
    if above:
        undated = "n.published_at IS NULL"
        dated = "n.published_at <= :above_at AND (n.published_at < :above_at OR n.article_id < :above_id)"
        steps = (dated, undated) if above["at"] else (f"{undated} AND n.article_id < :above_id",)
        values = {**values, "above_at": above["at"], "above_id": above["id"]}
    rows: list[sqlite3.Row] = []
    for step in steps:
        left = limit - len(rows)
        if left:
            rows += conn.execute(
                f"{select} WHERE {where} AND {step} {_NEWEST_FIRST} LIMIT {left}", values
            ).fetchall()
    return rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One page of a list."""

    rows: Sequence[sqlite3.Row]
    #: `after` of the next page; None on the last
    after: int | None


#: what a list can be narrowed by: parameter -> condition
FILTERS: Mapping[str, str] = {
    "source": "n.source = :source",
    "language": "n.language = :language",
    "band": "n.band = :band",
    "beat": "n.beat = :beat",
    "mark": "n.mark = :mark",
    "story": "n.story_id = :story",
    "tag": "n.article_id IN (SELECT article_id FROM article_tags WHERE tag = :tag)",
    "person": "n.article_id IN (SELECT article_id FROM article_authors WHERE author = :person)",
}


def articles_with(
    conn: sqlite3.Connection,
    asked: Mapping[str, str],
    now: datetime,
    after: int | None = None,
    limit: int = PAGE,
) -> Listed:
    """Current articles that have every property asked for, newest first.

    Args:
        asked: keys of `FILTERS`, and `q`: a query, see `crawler.query`.
        after: the last article of the page before.
        limit: most articles on the page.

    Raises:
        QuerySyntaxError: `q` cannot be read.
    """
    conditions = [FILTERS[name] for name in asked if name in FILTERS]
    values: dict[str, Any] = dict(asked)
    if asked.get("q"):
        wanted, more = condition(asked["q"], now).named("q")
        conditions.append(wanted)
        values |= more
    # first the articles, from an index that holds their order; then what their cards show
    chosen = _walk(conn, _LISTED, " AND ".join(conditions) or "1", values, after, limit + 1)
    rows = [_first(conn, f"{_CARD} WHERE n.article_id = ?", (row["id"],)) for row in chosen[:limit]]
    following = chosen[limit - 1]["id"] if len(chosen) > limit else None
    return Listed(rows=[row for row in rows if row is not None], after=following)


def _first(conn: sqlite3.Connection, sql: str, values: Sequence[Any] = ()) -> sqlite3.Row | None:
    row: sqlite3.Row | None = conn.execute(sql, values).fetchone()
    return row


def _number(conn: sqlite3.Connection, sql: str, values: Mapping[str, str]) -> int:
    return int(conn.execute(sql, values).fetchone()[0])
