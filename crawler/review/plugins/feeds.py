"""Datasette plugin: the feeds of the record, `/-/feed.atom` and `/-/feed.json`, for every query."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import Any
from urllib.parse import urlencode

from datasette.utils.asgi import Base400, NotFound, Response
from pluggy import HookimplMarker

from crawler.errors import QuerySyntaxError
from crawler.publish.feeds import PublishedFeed, as_atom, as_json_feed, tag_uri
from crawler.publish.listing import changed
from crawler.review.frame import cannot_be_read, id_in
from crawler.review.queries import query_of
from crawler.review.record_access import ask, record_of
from crawler.review.spoken import phrase
from db.model import from_iso
from db.searches import SavedSearch, search_for

hookimpl = HookimplMarker("datasette")
WriteFeed = Callable[[PublishedFeed], str]


@hookimpl
def register_routes() -> Sequence[tuple[str, Callable[..., Any]]]:
    """Where the feeds stand; tables have none, and say so."""
    return (
        (r"/-/feed\.atom$", atom_feed),
        (r"/-/feed\.json$", feed_json),
        (r"/articles/current_articles\.atom$", atom_feed),
        (r"/.*\.atom$", no_feed),
    )


async def atom_feed(datasette: Any, request: Any) -> Any:
    """Articles as Atom."""
    return await _feed(datasette, request, "/-/feed.atom", as_atom, "application/atom+xml; charset=utf-8")


async def feed_json(datasette: Any, request: Any) -> Any:
    """Articles as JSON Feed."""
    return await _feed(
        datasette, request, "/-/feed.json", as_json_feed, "application/feed+json; charset=utf-8"
    )


async def no_feed(datasette: Any, request: Any) -> Any:
    """An address that ends like a feed and is none."""
    raise NotFound(phrase("There is no feed here; /-/feed.atom?q=… is one of every search."))


async def _feed(datasette: Any, request: Any, path: str, write: WriteFeed, kind: str) -> Any:
    await datasette.ensure_permissions(
        request.actor, [("view-database", record_of(datasette).name), "view-instance"]
    )
    search = await _search(datasette, request)
    query = search.query if search else query_of(request.args)
    before = request.args.get("before")
    try:
        listed = await ask(datasette, changed, query, datetime.now(UTC), before)
    except QuerySyntaxError as wrong:
        raise Base400(phrase("The query cannot be read: %(problem)s.", problem=wrong)) from wrong
    except ValueError as wrong:
        raise Base400(cannot_be_read("before", str(before))) from wrong

    def address(place: str, **asked: str | None) -> str:
        parameters = urlencode({name: value for name, value in asked.items() if value})
        return str(
            datasette.absolute_url(
                request, datasette.urls.path(f"{place}?{parameters}" if parameters else place)
            )
        )

    asked = {"search": str(search.id)} if search else {"q": query}
    feed = PublishedFeed(
        about=search.name if search else query,
        id=await ask(datasette, _search_uri, search) if search else tag_uri("feed", query),
        here=address(path, **asked, before=before),
        first=address(path, **asked),
        older=address(path, **asked, before=listed.before) if listed.before else None,
        home=address(f"/-/search/{search.id}") if search else address("/-/articles", q=query),
        review=address("/-/article/").replace("{", "{{").replace("}", "}}") + "{}",
        rows=listed.rows,
    )
    return _answer(request, feed, write(feed), kind)


async def _search(datasette: Any, request: Any) -> SavedSearch | None:
    """The saved search that the feed is of; one of somebody's own is for whoever brings their token."""
    if "search" not in request.args:
        return None
    number, person = id_in(request.args.get("search")), request.actor["id"] if request.actor else None
    found = await ask(datasette, search_for, number, person) if number is not None else None
    if found is None:
        raise NotFound(phrase("There is no such search, or it is somebody else's."))
    return found


def _search_uri(conn: sqlite3.Connection, search: SavedSearch) -> str:
    """The same whatever the search is called and asks."""
    record = (conn.execute("SELECT record FROM identity").fetchone() or ("",))[0]
    return tag_uri("search", f"{record} {search.id}")


def _answer(request: Any, feed: PublishedFeed, text: str, kind: str) -> Any:
    """The feed, or 304 for a reader that has it."""
    changed_at = from_iso(feed.updated)
    headers = {
        "ETag": f'"{hashlib.sha256(text.encode()).hexdigest()[:32]}"',
        "Last-Modified": format_datetime(changed_at, usegmt=True),
        "Cache-Control": "no-cache",
    }
    if _has(request, headers["ETag"], changed_at):
        return Response("", status=304, headers=headers, content_type=kind)
    return Response(text, headers=headers, content_type=kind)


def _has(request: Any, etag: str, changed_at: datetime) -> bool:
    """Whether the reader says that it has this page; an ETag decides alone where one is sent (RFC 9110, 13.2.2)."""
    known = request.headers.get("if-none-match")
    if known is not None:
        return known.strip() == "*" or etag in (each.strip().removeprefix("W/") for each in known.split(","))
    try:
        since = parsedate_to_datetime(request.headers.get("if-modified-since") or "")
    except (TypeError, ValueError):
        return False
    return (since if since.tzinfo else since.replace(tzinfo=UTC)) >= changed_at
