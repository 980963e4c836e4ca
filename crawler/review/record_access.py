"""How our pages ask the record: in Datasette's thread, on its read-only connection, and not for ever."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from datasette.utils import sqlite_timelimit
from datasette.utils.asgi import Base400

from crawler.config import Config
from crawler.review.access import Access, plain_access
from crawler.review.spoken import phrase

P = ParamSpec("P")
R = TypeVar("R")

#: longest a page may ask the record, in milliseconds
_TIME_LIMIT_MS = 3000


class Unreadable(Base400):  # type: ignore[misc]  # datasette publishes no types
    """The record did not answer."""

    status = 503


async def ask(
    datasette: Any, work: Callable[Concatenate[sqlite3.Connection, P], R], *args: P.args, **kwargs: P.kwargs
) -> R:
    """What *work* reads from the record, in Datasette's thread and on its read-only connection."""

    def read(conn: sqlite3.Connection) -> R:
        with sqlite_timelimit(conn, _TIME_LIMIT_MS):
            return work(conn, *args, **kwargs)

    try:
        found: R = await record_of(datasette).execute_fn(read)
    except sqlite3.Error as problem:
        too_slow = "interrupted" in str(problem)
        raise Unreadable(
            phrase(
                "The record took longer than %(seconds)s s to answer; ask for less.",
                seconds=f"{_TIME_LIMIT_MS / 1000:g}",
            )
            if too_slow
            else phrase("The record cannot be read: %(problem)s.", problem=problem)
        ) from problem
    return found


def record_of(datasette: Any) -> Any:
    """The database that is the record."""
    return datasette.get_database("articles" if "articles" in datasette.databases else None)


def file_of(datasette: Any) -> Path:
    """The file of the record."""
    return Path(record_of(datasette).path)


def config_of(datasette: Any) -> Config:
    """What the review was started with; plain Datasette with our plugins knows where the record is."""
    found: Config = getattr(datasette, "spacereel_config", None) or Config().with_record(file_of(datasette))
    return found


def access_in(datasette: Any) -> Access:
    """How this review is reached; nobody knows of plain Datasette with our plugins, see `plain_access`."""
    found: Access = getattr(datasette, "spacereel_access", None) or plain_access()
    return found
