"""What reports are found by is forgotten once it can find nothing more, so that filing costs the same in a record of any age.

Stories, their events and the articles stay: only profiles, terms and counts go.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta

from db.counts import TOTAL, count_noted
from db.model import iso
from db.rows import placeholders
from db.stories import reported_day

#: reports this young stay: a source brings articles of up to 30 days ago, and each is compared with the four days before it
KEPT = timedelta(days=35)
#: the last reports stay whatever their age: of them even a small record learns which terms are rare
LAST = 10_000
#: reports that one transaction forgets, so that nobody waits long for the next one
_BATCH = 200

_OLD = """SELECT p.canonical_url, p.article_id, p.reported_at, p.terms, n.story_id
    FROM story_profiles p LEFT JOIN newest n ON n.canonical_url = p.canonical_url
    WHERE p.reported_at < :before
        AND p.article_id <= (SELECT article_id FROM story_profiles ORDER BY article_id DESC LIMIT 1 OFFSET :last)
    ORDER BY p.article_id LIMIT :most"""
_OTHERS = """SELECT p.terms FROM newest n JOIN story_profiles p ON p.canonical_url = n.canonical_url
    WHERE n.story_id = ?"""


def forget_reports(conn: sqlite3.Connection, now: datetime, last: int = LAST, most: int = _BATCH) -> int:
    """Forget what the oldest reports are found by; returns how many, 0 when nothing is old enough.

    Terms that no other report of their story has are no longer counted for
    it, so counts keep saying how many of the remembered stories have a term.
    """
    values = {"before": iso(now - KEPT), "last": last, "most": most}
    old = conn.execute(_OLD, values).fetchall()
    if not old:
        return 0
    count_noted(conn)
    groups: dict[object, set[str]] = defaultdict(set)
    for row in old:
        terms = json.loads(row["terms"])
        groups[row["story_id"] or row["canonical_url"]].update(terms)
        day = reported_day(row["reported_at"])
        conn.executemany(
            "DELETE FROM story_terms WHERE day = ? AND term = ? AND article_id = ?",
            [(day, term, row["article_id"]) for term in terms],
        )
    urls = [row["canonical_url"] for row in old]
    conn.execute(f"DELETE FROM story_profiles WHERE canonical_url IN ({placeholders(urls)})", urls)  # noqa: S608 - question marks
    _count_less(conn, groups.items())
    return len(old)


def _count_less(conn: sqlite3.Connection, groups: Iterable[tuple[object, set[str]]]) -> None:
    """Take from the counts what was only in these reports; *groups* go by story, or by address where there is none."""
    less: Counter[str] = Counter()
    for group, terms in groups:
        others = conn.execute(_OTHERS, (group,)).fetchall() if isinstance(group, int) else []
        less.update(terms.difference(*(json.loads(row["terms"]) for row in others)))
        less[TOTAL] += not others
    counted = [(by, term) for term, by in less.items()]
    conn.executemany("UPDATE story_counts SET articles = max(articles - ?, 0) WHERE term = ?", counted)
    conn.executemany(
        "DELETE FROM story_counts WHERE term = ? AND articles = 0",
        [(term,) for term in less if term != TOTAL],
    )
