"""The bells of saved searches: alerts that people switch on in the review.

Where a message goes and what it takes to send it stand in `spacereel.toml` and nowhere else. A bell names one of the
alerts there, and is told where, when and how that one is.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from crawler.config.alerts import AlertConfig
from crawler.errors import QuerySyntaxError
from crawler.query.scope import scoped_condition
from db.searches import SavedSearch, ringing


def bells(conn: sqlite3.Connection, alerts: Sequence[AlertConfig], now: datetime) -> tuple[AlertConfig, ...]:
    """An alert for every bell that is on; one that names no alert of *alerts*, or whose query cannot be read, is silent."""
    named = {alert.name: alert for alert in alerts}
    return tuple(
        _bell(search, named[search.bell])
        for search in ringing(conn)
        if search.bell in named and _is_readable(search.query, now)
    )


def _bell(search: SavedSearch, like: AlertConfig) -> AlertConfig:
    when = tuple(kind for kind in like.when if kind != "source")  # a source is of no search
    return replace(like, name=search.alert, title=search.name, query=search.query, when=when or ("new",))


def _is_readable(query: str, now: datetime) -> bool:
    try:
        scoped_condition(query, now=now)
    except QuerySyntaxError:
        return False
    return True
