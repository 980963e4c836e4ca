"""Datasette plugin: the page of an article as it was fetched, for the frame on the article's page."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from datasette.utils.asgi import NotFound, Response
from markupsafe import escape
from pluggy import HookimplMarker

from crawler.errors import ExtractError
from crawler.review.frame import permit
from crawler.review.record_access import ask, config_of
from crawler.review.snapshot import HEADERS, snapshot
from crawler.review.spoken import phrase, wording_now
from db.archive import Archive
from db.errors import StoreError

hookimpl = HookimplMarker("datasette")

#: pages that are made harmless together: each may take a second and some hundred megabytes
_AT_ONCE = 1


@hookimpl
def register_routes() -> Sequence[tuple[str, Callable[..., Any]]]:
    """Where they stand."""
    return ((r"/-/original/(?P<id>\d{1,18})$", original),)


@hookimpl
def startup(datasette: Any) -> None:
    """Who waits for whom."""
    datasette.spacereel_snapshots = asyncio.Semaphore(_AT_ONCE)


async def original(datasette: Any, request: Any) -> Any:
    """The page that a version was read from, or a sentence why it cannot be shown."""
    await permit(datasette, request)
    digest = await ask(datasette, _digest_of, int(request.url_vars["id"]))
    if digest is None:
        raise NotFound(phrase("There is no such article."))
    async with datasette.spacereel_snapshots:
        html = await asyncio.to_thread(_shown, config_of(datasette).store.archive, digest)
    return Response.html(html, headers=dict(HEADERS))


def _digest_of(conn: sqlite3.Connection, article_id: int) -> str | None:
    """SHA-256 of the page of a version; blank when it was read from none, None when there is no such version."""
    row = conn.execute("SELECT page_sha256 FROM articles WHERE id = ?", (article_id,)).fetchone()
    return (row[0] or "") if row else None


def _shown(archive: Path, digest: str) -> str:
    try:
        with closing(Archive.to_read(archive)) as kept:
            page = kept.page(digest) if digest else None
        return (
            snapshot(page) if page else _note(phrase("The archive does not have this page, or not any more."))
        )
    except (StoreError, ExtractError):
        return _note(phrase("The page cannot be shown: the archive is not there, or what it has is no page."))


def _note(sentence: str) -> str:
    wording = wording_now()
    return f'<!DOCTYPE html><html lang="{wording.code}" dir="{wording.direction}"><meta charset="utf-8"><p>{escape(sentence)}'
