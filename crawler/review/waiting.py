"""The review queue as one person sees it: what is asked for, in which order, without what others read at the moment.

Read-only. Every query walks an index of `newest`. Where a story is asked for, `+is_waiting` keeps SQLite from walking all that
waits instead of the few reports of the story.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from crawler.review.lists import LIST_COLUMNS, PAGE, WAITING
from db.model import from_iso, iso

#: parameter of the queue -> condition; `days` is how old an article may be
QUEUE_FILTERS: Mapping[str, str] = {
    "beat": "n.beat = :beat",
    "language": "n.language = :language",
    "source": "n.source = :source",
    "band": "n.band = :band",
    "story": "n.story_id = :story",
    "score": "n.score >= CAST(:score AS REAL)",
    "days": "n.found_at >= :since",
}
#: order of the queue -> how SQLite sorts it; the first is what nobody has to ask for
ORDERS: Mapping[str, str] = {
    "newest": "n.published_at DESC, n.article_id DESC",
    "oldest": "n.published_at, n.article_id",
    "score": "n.score DESC, n.article_id DESC",
    "doubtful": "abs(n.score - coalesce((SELECT threshold FROM judgements j WHERE j.article_id = n.article_id"
    " AND j.beat = n.beat ORDER BY j.id DESC LIMIT 1), 0)), n.article_id DESC",
    "story": "n.story_id IS NULL, n.story_id DESC, n.published_at, n.article_id",
}
#: most choices of one filter
_MOST_CHOICES = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What of the queue is asked for."""

    #: keys of `QUEUE_FILTERS` with their values, and `order`
    filters: Mapping[str, str]
    order: str = "newest"

    @property
    def parameters(self) -> dict[str, str]:
        """What an address of the queue says of it."""
        return {**self.filters, **({} if self.order == "newest" else {"order": self.order})}


def asked_of(args: Mapping[str, str]) -> Asked:
    """What the parameters of an address ask for; what cannot be is left out.

    >>> asked_of({"beat": "x", "score": "high", "order": "best"})
    Asked(filters={'beat': 'x'}, order='newest')
    """
    given = {name: value.strip() for name in QUEUE_FILTERS if (value := args.get(name) or "").strip()}
    filters = {name: value[:200] for name, value in given.items() if _fits(name, value)}
    order = args.get("order") or "newest"
    return Asked(filters=filters, order=order if order in ORDERS else "newest")


def unfit(args: Mapping[str, str]) -> str | None:
    """The first parameter of the queue whose value cannot be; None when all can.

    >>> unfit({"beat": "x", "score": "", "days": "abc"})
    'days'
    """
    given = {name: (args.get(name) or "").strip() for name in (*QUEUE_FILTERS, "order")}
    return next((name for name, value in given.items() if value and not _fits(name, value)), None)


def _fits(name: str, value: str) -> bool:
    if name == "order":
        return value in ORDERS
    if name == "days":
        return value.isdecimal() and 0 < int(value[:9]) <= 36500
    if name == "story":
        return value.isdecimal() and len(value) < 19
    if name == "score":
        return value.replace(".", "", 1).isdecimal() and len(value) < 20
    return True


def _where(asked: Asked, away: Sequence[str], now: datetime) -> tuple[str, dict[str, Any]]:
    conditions = [f"+{WAITING}" if "story" in asked.filters else WAITING]
    conditions += [QUEUE_FILTERS[name] for name in asked.filters]
    values: dict[str, Any] = dict(asked.filters)
    if "days" in values:
        values["since"] = iso(now - timedelta(days=int(values["days"])))
    if away:
        conditions.append("n.canonical_url NOT IN (SELECT value FROM json_each(:away))")
        values["away"] = json.dumps(list(away))
    return " AND ".join(conditions), values


def head(
    conn: sqlite3.Connection, asked: Asked, away: Sequence[str], now: datetime, limit: int = PAGE
) -> Sequence[sqlite3.Row]:
    """The articles that are next; *away* are canonical URLs that somebody else reads, or that were passed over."""
    where, values = _where(asked, away, now)
    chosen = f"SELECT n.article_id FROM newest n WHERE {where} ORDER BY {ORDERS[asked.order]} LIMIT :limit"  # noqa: S608 - ours
    ids = [row[0] for row in conn.execute(chosen, {**values, "limit": limit})]
    card = f"""{LIST_COLUMNS}, n.canonical_url, n.story_id,
        (SELECT count(*) FROM newest c WHERE c.original_url = n.canonical_url) AS copies,
        (SELECT count(*) FROM newest c WHERE c.story_id = n.story_id AND +c.is_waiting = 1) AS in_story
        FROM newest n CROSS JOIN articles a ON a.id = n.article_id WHERE n.article_id = ?"""  # noqa: S608 - ours
    return [row for each in ids if (row := conn.execute(card, (each,)).fetchone())]


def next_of(
    conn: sqlite3.Connection, asked: Asked, away: Sequence[str], now: datetime, after: int | None = None
) -> sqlite3.Row | None:
    """`id` and `canonical_url` of the article to read next, below *after* where the newest come first."""
    where, values = _where(asked, away, now)
    above = conn.execute("SELECT published_at, id FROM articles WHERE id = ?", (after,)).fetchone()
    select = f"SELECT n.article_id AS id, n.canonical_url FROM newest n WHERE {where} AND n.article_id IS NOT :other"  # noqa: S608 - ours
    values["other"] = after
    order = ORDERS[asked.order]
    if above and asked.order == "newest":
        values |= {"at": above["published_at"] or "", "id": above["id"]}
        below = "(coalesce(n.published_at, ''), n.article_id) < (:at, :id)"
        row: sqlite3.Row | None = conn.execute(
            f"{select} AND {below} ORDER BY {order} LIMIT 1", values
        ).fetchone()
        if row:
            return row
    found: sqlite3.Row | None = conn.execute(f"{select} ORDER BY {order} LIMIT 1", values).fetchone()
    return found


def count_of(conn: sqlite3.Connection, asked: Asked, away: Sequence[str], now: datetime) -> int:
    """How many articles there are to read."""
    where, values = _where(asked, away, now)
    return int(conn.execute(f"SELECT count(*) FROM newest n WHERE {where}", values).fetchone()[0])  # noqa: S608 - ours


def choices(conn: sqlite3.Connection) -> Mapping[str, Sequence[str]]:
    """What of `beat`, `language` and `source` waits, the most frequent first; one walk over all that waits."""
    names = ("beat", "language", "source")
    counts: tuple[Counter[str], ...] = tuple(Counter() for _ in names)
    walk = f"SELECT n.beat, n.language, n.source, count(*) FROM newest n WHERE {WAITING} GROUP BY 1, 2, 3"  # noqa: S608 - ours
    for *values, waiting in conn.execute(walk):
        for count, value in zip(counts, values, strict=True):
            count[value] += waiting
    return {name: _most_frequent(count) for name, count in zip(names, counts, strict=True)}


def _most_frequent(count: Counter[str]) -> Sequence[str]:
    return sorted(filter(None, count), key=lambda value: (-count[value], value))[:_MOST_CHOICES]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How a person gets on."""

    #: articles marked in the last hour, and in the last day
    hour: int
    day: int
    #: seconds from one mark to the next while they are at it; None before there are three
    each_s: float | None


def pace_of(conn: sqlite3.Connection, person: str, now: datetime) -> Pace:
    """How many articles *person* marked lately, and how fast: pauses of more than ten minutes do not count."""
    rows = conn.execute(
        """SELECT reviewed_at FROM review_events WHERE reviewed_at > ? AND reviewer = ? AND kind = 'mark'
        AND mark IS NOT NULL ORDER BY reviewed_at DESC LIMIT 2000""",
        (iso(now - timedelta(days=1)), person),
    ).fetchall()
    moments = [from_iso(row[0]) for row in rows]
    gaps = [(later - earlier).total_seconds() for later, earlier in pairwise(moments)]
    short = [gap for gap in gaps[:100] if gap <= 600]
    return Pace(
        hour=sum(now - at < timedelta(hours=1) for at in moments),
        day=len(moments),
        each_s=sum(short) / len(short) if len(short) > 1 else None,
    )


def last_marked(conn: sqlite3.Connection, person: str, limit: int = 8) -> Sequence[sqlite3.Row]:
    """What *person* marked last, to be taken back: id, title, mark, reviewed_at; one row per article."""
    return conn.execute(
        """SELECT n.article_id AS id, n.title, e.mark, e.reviewed_at FROM (
            SELECT a.canonical_url, max(x.id) AS id FROM (
                SELECT id, article_id FROM review_events
                WHERE reviewer = :person AND kind = 'mark' ORDER BY id DESC LIMIT 60) x
            JOIN articles a ON a.id = x.article_id GROUP BY a.canonical_url) last
        JOIN review_events e ON e.id = last.id JOIN newest n ON n.canonical_url = last.canonical_url
        WHERE e.mark IS NOT NULL ORDER BY e.id DESC LIMIT :limit""",
        {"person": person, "limit": limit},
    ).fetchall()


def alike(conn: sqlite3.Connection, article_id: int, what: str) -> Sequence[int]:
    """The newest versions of an article and of its copies (`copies`), or of what of its story waits (`story`)."""
    own = conn.execute(
        """SELECT n.article_id, n.canonical_url, n.story_id, n.original_url FROM newest n
        JOIN articles a ON a.canonical_url = n.canonical_url WHERE a.id = ?""",
        (article_id,),
    ).fetchone()
    if own is None:
        return ()
    if what == "copies":
        sql = "SELECT article_id FROM newest WHERE original_url = :url OR canonical_url = :url ORDER BY article_id LIMIT 500"
        rows = conn.execute(sql, {"url": own["original_url"] or own["canonical_url"]})
    else:
        sql = "SELECT article_id FROM newest WHERE story_id = :story AND +is_waiting = 1 ORDER BY article_id LIMIT 500"
        rows = conn.execute(sql, {"story": own["story_id"]})
    return tuple(dict.fromkeys([own["article_id"], *(row[0] for row in rows)]))


def disputed(conn: sqlite3.Connection, limit: int = PAGE) -> Sequence[sqlite3.Row]:
    """Articles that one person marked relevant and another irrelevant, the latest first, with who said what."""
    return conn.execute(
        f"""WITH apart AS (SELECT canonical_url, max(id) AS last,
                json_group_array(json_array(reviewer, mark)) AS opinions
            FROM review_opinions WHERE mark IN ('relevant', 'irrelevant')
            GROUP BY canonical_url HAVING count(DISTINCT mark) > 1 ORDER BY last DESC LIMIT ?)
        {LIST_COLUMNS}, apart.opinions FROM apart CROSS JOIN newest n ON n.canonical_url = apart.canonical_url
        CROSS JOIN articles a ON a.id = n.article_id ORDER BY apart.last DESC""",  # noqa: S608 - ours
        (limit,),
    ).fetchall()


def opinions(conn: sqlite3.Connection, article_id: int) -> Sequence[sqlite3.Row]:
    """What each person thinks of an article now: reviewer, mark, note, reviewed_at; the latest first."""
    return conn.execute(
        """SELECT e.reviewer, e.mark, e.reviewed_at FROM review_events e JOIN articles v ON v.id = e.article_id
        WHERE v.canonical_url = (SELECT canonical_url FROM articles WHERE id = ?) AND e.kind = 'mark'
            AND e.mark IS NOT NULL AND NOT EXISTS (
                SELECT 1 FROM review_events x JOIN articles y ON y.id = x.article_id
                WHERE y.canonical_url = v.canonical_url AND x.kind = 'mark' AND x.reviewer IS e.reviewer AND x.id > e.id)
        ORDER BY e.id DESC""",
        (article_id,),
    ).fetchall()
