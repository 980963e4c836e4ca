"""What hubs were asked to push, one row per source."""

from __future__ import annotations

import sqlite3

from db.model import from_iso, iso
from db.rows import at, instant, placeholders
from db.watched import Subscription

_BY = {
    "source": "SELECT * FROM subscriptions WHERE source = ?",
    "token": "SELECT * FROM subscriptions WHERE token = ?",
}


def subscription(conn: sqlite3.Connection, by: str, value: str) -> Subscription | None:
    """The subscription of a source, or the one that is called under a token."""
    row = conn.execute(_BY[by], (value,)).fetchone()
    return None if row is None else _subscription_of(row)


def _subscription_of(row: sqlite3.Row) -> Subscription:
    return Subscription(
        source=row["source"], hub=row["hub"], topic=row["topic"], token=row["token"], secret=row["secret"],
        state=row["state"], asked_at=from_iso(row["asked_at"]), lease_until=instant(row["lease_until"]),
        pushed_at=instant(row["pushed_at"]),
    )  # fmt: skip


def keep(conn: sqlite3.Connection, known: Subscription) -> None:
    """Write what is known of a subscription."""
    values = {
        "source": known.source, "hub": known.hub, "topic": known.topic, "token": known.token, "secret": known.secret,
        "state": known.state, "asked_at": iso(known.asked_at), "lease_until": at(known.lease_until), "pushed_at": at(known.pushed_at),
    }  # fmt: skip
    conn.execute(
        f"INSERT OR REPLACE INTO subscriptions ({', '.join(values)}) VALUES ({placeholders(list(values))})",  # noqa: S608 - our own names
        list(values.values()),
    )
