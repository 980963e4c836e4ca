"""Datasette plugin for a plain `datasette articles.db`: what no page of another site gets past, and what no query takes.

An entry point loads it wherever Spacereel is installed beside Datasette, and
`--plugins-dir` with this folder does. It does nothing where no record of ours
is served, and leaves the review alone, which has more (`crawler.review.guard`).
A name under which a Datasette is published is told in its metadata:

    {"plugins": {"spacereel": {"hosts": ["news.example"]}}}
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from pluggy import HookimplMarker

from crawler.memory import limit_growth
from crawler.review.access import plain_access
from crawler.review.guard import App, fenced
from crawler.review.serve import MOST_CELL_BYTES, MOST_REVIEW_GROWTH_BYTES
from db.connection import open_read_only
from db.errors import StoreError

hookimpl = HookimplMarker("datasette")


def _is_ours(conn: sqlite3.Connection) -> bool:
    """Whether a database is a record of ours."""
    sql = (
        "SELECT count(*) FROM sqlite_master WHERE name IN ('articles', 'visits', 'frontier', 'review_events')"
    )
    return bool(conn.execute(sql).fetchone()[0] == 4)


def _holds_ours(path: str) -> bool:
    try:
        with closing(open_read_only(Path(path))) as conn:
            return _is_ours(conn)
    except (StoreError, sqlite3.Error):
        return False


def _serves_ours(datasette: Any) -> bool:
    """Whether a plain Datasette serves one; the review brings its own guard.

    Looked up once, before it has a connection: closing a file takes the locks of all others in this process away.
    """
    if not hasattr(datasette, "spacereel_is_fenced"):
        is_review = (
            hasattr(datasette, "spacereel_access") or Path(datasette.plugins_dir or "").name == "plugins"
        )
        datasette.spacereel_is_fenced = not is_review and any(
            _holds_ours(each.path) for each in datasette.databases.values() if each.path
        )
    return bool(datasette.spacereel_is_fenced)


@hookimpl
def startup(datasette: Any) -> None:
    """Whatever it is asked, the server takes no memory from other programs."""
    if _serves_ours(datasette):
        limit_growth(MOST_REVIEW_GROWTH_BYTES)


@hookimpl
def prepare_connection(conn: sqlite3.Connection) -> None:
    """No cell that a query makes is larger than anything in the record."""
    if _is_ours(conn):
        conn.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MOST_CELL_BYTES)


@hookimpl
def asgi_wrapper(datasette: Any) -> Callable[[App], App]:
    """Host check, policy headers, and no answer for what other pages ask."""
    if not _serves_ours(datasette):
        return lambda app: app
    named = (datasette.plugin_config("spacereel") or {}).get("hosts") or ()
    access = plain_access([str(each) for each in named])
    return lambda app: fenced(app, access)
