"""What happened in the record since an alert last looked, as rows of the outbox; inside the caller's transaction."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from crawler.config.alerts import AlertConfig
from crawler.publish.alerts.targets import Target
from crawler.publish.alerts.times import due_at
from crawler.query.conditions import EDITS
from crawler.query.scope import scoped_condition
from db import outbox
from db.model import from_iso, iso
from db.rows import Row

#: runs that bring what is not news
_SILENT = ("backfill", "replay")
#: an article without a date that is met so soon after its source was listed was there before
_SETTLING = timedelta(days=1)


def collect(conn: sqlite3.Connection, alert: AlertConfig, targets: Sequence[Target], now: datetime) -> bool:
    """Put into the outbox what *alert* has to tell, and remember how far it has read.

    Returns:
        Whether there is more: one call goes through a bounded number of events.

    Raises:
        QuerySyntaxError: its query cannot be read.
    """
    cursor = outbox.cursor_of(conn, alert.name, now)
    articles = outbox.articles_after(conn, cursor.article_id)
    events = outbox.events_after(conn, cursor.event_id)
    stories = outbox.stories_after(conn, cursor.story_event_id)
    sources = outbox.sources_after(conn, cursor.since_at)
    asked = scoped_condition(alert.query, now=now, of_one=True)
    fits = f"SELECT 1 FROM newest n WHERE n.canonical_url = ? AND {asked.sql}"  # noqa: S608 - values are bound
    record = (conn.execute("SELECT record FROM identity").fetchone() or ("",))[0]
    for kind, cause in _causes(alert, articles, events, stories, sources):
        url = cause.get("canonical_url")
        if url is None or conn.execute(fits, (url, *asked.values)).fetchone():
            outbox.put(conn, (_row(record, alert, target, kind, cause, now) for target in targets))
    read = replace(
        cursor,
        article_id=articles[-1]["id"] if articles else cursor.article_id,
        event_id=events[-1]["id"] if events else cursor.event_id,
        story_event_id=stories[-1]["id"] if stories else cursor.story_event_id,
        since_at=sources[-1]["caused_at"] if sources else cursor.since_at,
    )
    if read != cursor:
        outbox.move_cursor(conn, alert.name, read)
    return outbox.BATCH in (len(articles), len(events), len(stories))


def _causes(
    alert: AlertConfig,
    articles: Sequence[Row],
    events: Sequence[Row],
    stories: Sequence[Row],
    sources: Sequence[Row],
) -> Iterator[tuple[str, Row]]:
    """What is to be sent, if its article fits the query."""
    if "new" in alert.when:
        yield from (("new", row) for row in articles if row["revision"] == 1 and _is_news(alert, row))
    yield from _edits(alert, [row for row in events if alert.backlog or row["mode"] not in _SILENT])
    if "story" in alert.when:
        yield from (("story", row) for row in stories if _is_news(alert, row))
    if "source" in alert.when:
        yield from (("source", row) for row in sources)


def _is_news(alert: AlertConfig, row: Row) -> bool:
    """Whether a first version, or a report that opened a story, is news, and not what a backfill or a source's first crawl brings."""
    if alert.backlog:
        return True
    if row["mode"] in _SILENT:
        return False
    if row["added_at"] is None:
        return True
    if row["published_at"] is None:
        return from_iso(row["caused_at"]) - from_iso(row["added_at"]) > _SETTLING
    return bool(row["published_at"] >= row["added_at"])


def _edits(alert: AlertConfig, events: Sequence[Row]) -> Iterator[tuple[str, Row]]:
    """Each edited version once: as a correction when it brings a note, else as an edit; and removals."""
    kinds: dict[int, dict[str, Row]] = {}
    for row in events:
        kind = {"removed": "removed", "correction note": "corrected"}.get(row["kind"]) or (
            "edited" if row["kind"] in EDITS else ""
        )
        if kind:
            kinds.setdefault(row["article_id"], {})[kind] = row
    for found in kinds.values():
        edit = next((kind for kind in ("corrected", "edited") if kind in found and kind in alert.when), None)
        if edit is None and "corrected" in found and "edited" in alert.when:
            yield "edited", found["corrected"]
        elif edit is not None:
            yield edit, found[edit]
        if "removed" in found and "removed" in alert.when:
            yield "removed", found["removed"]


def _row(
    record: str, alert: AlertConfig, target: Target, kind: str, cause: Row, now: datetime
) -> dict[str, Any]:
    edit = "edit" if kind in ("edited", "corrected") else kind
    about = cause.get("story_id") or cause.get("article_id") or f"{cause.get('source')} {cause['caused_at']}"
    when = cause["caused_at"] if kind == "removed" else ""
    said = "\x1f".join(map(str, (record, alert.name, target.id, edit, about, when)))
    return {
        "key": hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()[:32],
        "alert": alert.name,
        "target": target.id,
        "label": target.label,
        "kind": kind,
        "article_id": cause.get("article_id"),
        "story_id": cause.get("story_id"),
        "source": cause.get("source"),
        "caused_at": cause["caused_at"],
        "due_at": iso(due_at(alert, now)),
    }
