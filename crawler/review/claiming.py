"""Articles that one person has claimed from the queue: what others read at the moment is left to them."""

from __future__ import annotations

import asyncio
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from crawler.review import lists, waiting
from crawler.review.frame import id_in
from crawler.review.record_access import ask, file_of
from db import claims
from db.connection import open_read_only
from db.people import people_of, people_to_read


def out_of_reach(record: Path, person: str | None, now: datetime) -> tuple[tuple[str, ...], int]:
    """What the queue leaves out for *person*, and how much of that they passed over themselves."""
    with people_to_read(record) as conn:
        if conn is None or person is None:
            return (), 0
        return claims.claims_in_force(conn, person, now), claims.skipped(conn, person, now)


def claim_next(record: Path, person: str | None, asked: waiting.Asked, after: int | None) -> int | None:
    """The next article, taken in the same transaction: two who ask at once are given two."""
    now = datetime.now(UTC)
    with closing(open_read_only(record)) as conn:
        if person is None:
            row = waiting.next_of(conn, asked, (), now, after)
            return row["id"] if row else None
        with people_of(record) as known:
            row = waiting.next_of(conn, asked, claims.claims_in_force(known, person, now), now, after)
            if row is None:
                claims.release(known, person)
            else:
                claims.claim_article(known, person, row["canonical_url"], now)
            return row["id"] if row else None


def claim_opened(record: Path, person: str, url: str) -> str | None:
    """Take an article that was opened from the queue; who else reads it, if somebody does."""
    with people_of(record) as known:
        now = datetime.now(UTC)
        return None if claims.claim_article(known, person, url, now) else claims.holder(known, url, now)


async def from_queue(datasette: Any, request: Any, url: str) -> dict[str, Any]:
    """What a page that was opened from the queue shows of it: how many wait, who reads it too, and the filters."""
    if not request.args.get("queue"):
        return {"waiting": None, "asked_queue": {}, "reads_too": None}
    asked = waiting.asked_of(request.args)
    now = datetime.now(UTC)
    person = request.actor["id"] if request.actor else None
    return {
        "waiting": await ask(datasette, waiting.count_of, asked, (), now),
        "asked_queue": asked.parameters,
        "reads_too": await asyncio.to_thread(claim_opened, file_of(datasette), person, url)
        if person
        else None,
    }


async def last_marked_of(datasette: Any, request: Any) -> Any:
    """What was marked a moment ago, when it can be taken back: ids, title of the first, mark; or None."""
    ids = [each for part in (request.args.get("undo") or "").split(",")[:500] if (each := id_in(part))]
    if not request.actor or not ids:
        return None
    first = await ask(datasette, lists.marked_article, ids[0])
    return {"ids": ids, "title": first["title"], "mark": first["mark"]} if first else None
