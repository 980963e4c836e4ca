"""Datasette plugin: searches that people keep, each with a page, a feed and a bell; and their counts on every page."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from datasette.utils.asgi import Base400, Forbidden, NotFound, Response
from pluggy import HookimplMarker

from crawler.errors import QuerySyntaxError
from crawler.query.scope import scoped_condition
from crawler.review.frame import id_in, page
from crawler.review.lists import Listed
from crawler.review.record_access import Unreadable, access_in, ask, config_of, file_of
from crawler.review.searches import MOST_COUNTED, UnreadCounts, found_of
from crawler.review.spoken import phrase
from db import searches
from db.connection import to_write
from db.errors import StoreError
from db.people import people_of, people_to_read
from db.searches import SavedSearch

hookimpl = HookimplMarker("datasette")

#: searches that the navigation names; the page of all has the others
_MOST_NAMED = 12


@hookimpl
def register_routes() -> Sequence[tuple[str, Callable[..., Any]]]:
    """Where they stand."""
    return ((r"/-/searches$", show_all), (r"/-/search/(?P<id>\d{1,18})$", show_one))


@hookimpl
def startup(datasette: Any) -> None:
    """What one review remembers of what was found."""
    datasette.spacereel_counts = UnreadCounts()


@hookimpl
def extra_template_vars(datasette: Any, request: Any) -> Callable[[], Any]:
    """The searches of whoever asks, with what is unread, for the navigation."""

    async def variables() -> dict[str, Any]:
        person = _person(request)
        if request is None or (person is None and access_in(datasette).mode == "closed"):
            return {"saved": (), "saved_unread": 0}
        try:
            kept = await _kept(datasette, person)
        except (Unreadable, StoreError):  # the page itself says what ails the record
            kept = []
        unread = sum(each["unread"] or 0 for each in kept)
        return {"saved": kept, "most_named": _MOST_NAMED, "saved_unread": unread}

    return variables


def _person(request: Any) -> str | None:
    """Who is signed in; whoever brings a token keeps no searches."""
    actor = request.actor if request else None
    return actor["id"] if actor and not actor.get("scope") else None


async def _kept(datasette: Any, person: str | None) -> list[dict[str, Any]]:
    """The searches of *person*: search, href, how much is unread, and that in words."""
    found = await ask(datasette, searches.searches_for, person)
    counts: Mapping[int, int | None] = {}
    if found and person is not None:
        seen = await asyncio.to_thread(_seen, file_of(datasette), person)
        counts = await ask(datasette, datasette.spacereel_counts.of, found, seen, datetime.now(UTC))
    return [
        {
            "search": each,
            "href": datasette.urls.path(f"/-/search/{each.id}"),
            "unread": counts.get(each.id),
            "count": _in_words(counts.get(each.id)),
        }
        for each in found
    ]


def _seen(record: Path, person: str) -> Mapping[int, int]:
    with people_to_read(record) as conn:
        return searches.seen_by(conn, person) if conn else {}


def _in_words(count: int | None) -> str:
    return f"{MOST_COUNTED - 1}+" if count and count >= MOST_COUNTED else str(count or "")


async def show_all(datasette: Any, request: Any) -> Any:
    """Every search, and a form for a new one."""
    query, problem = (request.args.get("q") or "").strip(), None
    if request.method == "POST":
        form = await request.post_vars()
        query = form.get("q", "").strip()
        try:
            saved = await _saved(datasette, request, form)
        except (StoreError, QuerySyntaxError) as wrong:
            problem = wrong
        else:
            return Response.redirect(datasette.urls.path(f"/-/search/{saved}"), status=303)
    return await page(datasette, request, "searches.html", known=("q",), asked_for=query, problem=problem)


async def _saved(datasette: Any, request: Any, form: Mapping[str, str]) -> int:
    person = _signed_in(request)
    owner = None if form.get("for") == "all" else person
    if owner is None:
        _must_review(request)
    now, query = datetime.now(UTC), form.get("q", "").strip()
    scoped_condition(query, now=now)
    name = form.get("name", "").strip() or query
    saved: int = await _written(
        datasette, lambda conn: searches.save_search(conn, name, query, owner, person, now)
    )
    return saved


def _signed_in(request: Any) -> str:
    person = _person(request)
    if person is None:
        raise Forbidden(phrase("Sign in to keep searches."))
    return person


def _must_review(request: Any) -> None:
    if request.actor.get("role") not in ("reviewer", "admin"):
        raise Forbidden(phrase("Searches for all, and bells, are for reviewers; your role is to read."))


async def _written(datasette: Any, work: Callable[[sqlite3.Connection], Any]) -> Any:
    """What *work* writes, in a thread of its own: another writer may make it wait, and readers must not wait with it."""

    def write() -> Any:
        with to_write(file_of(datasette)) as conn:
            return work(conn)

    return await asyncio.to_thread(write)


async def show_one(datasette: Any, request: Any) -> Any:
    """What a search has found, and what can be done with it."""
    person, now = _person(request), datetime.now(UTC)
    search = await ask(datasette, searches.search_for, int(request.url_vars["id"]), person)
    if search is None:
        raise NotFound(phrase("There is no such search, or it is somebody else's."))
    problem: Exception | None = None
    if request.method == "POST":
        try:
            return await _changed(datasette, request, search, await request.post_vars())
        except (StoreError, QuerySyntaxError) as wrong:
            problem = wrong
    found = Listed(rows=(), after=None)
    try:
        found = await ask(datasette, found_of, search.query, now, id_in(request.args.get("after")))
    except QuerySyntaxError as wrong:
        problem = wrong
    seen = await asyncio.to_thread(_seen, file_of(datasette), person) if person else {}
    return await page(
        datasette,
        request,
        "search.html",
        known=("after",),
        search=search,
        found=found,
        problem=problem,
        feed_of={"search": search.id},
        since=seen.get(search.id, search.since_id) if person else None,
        up_to=found.rows[0]["id"] if found.rows and not request.args.get("after") else None,
        bells=[alert.name for alert in config_of(datasette).alerts],
        may_change=_may_change(request, search),
    )


def _may_change(request: Any, search: SavedSearch) -> bool:
    """A search of one's own, and as a reviewer those for all."""
    person = _person(request)
    is_own = search.person is not None and search.person == person
    return is_own or (person is not None and request.actor.get("role") in ("reviewer", "admin"))


async def _changed(datasette: Any, request: Any, search: SavedSearch, form: Mapping[str, str]) -> Any:
    """What a form of the page asked for, then on to where that is seen."""
    person, what, now = _signed_in(request), form.get("do"), datetime.now(UTC)
    on = f"/-/search/{search.id}"
    if what == "seen" and (up_to := id_in(form.get("up_to"))) is not None:
        await asyncio.to_thread(_see, file_of(datasette), person, search.id, up_to)
        return Response.redirect(datasette.urls.path(on), status=303)
    if not _may_change(request, search):
        raise Forbidden(phrase("Searches for all are changed by reviewers; your role is to read."))
    if what == "change":
        query = form.get("q", "").strip()
        scoped_condition(query, now=now)
        name = form.get("name", "")
        await _written(datasette, lambda conn: searches.change_search(conn, search.id, name, query))
    elif what == "bell":
        _must_review(request)
        alert = form.get("bell") or None
        if alert not in (None, *(each.name for each in config_of(datasette).alerts)):
            raise Base400(phrase("The configuration has no such alert."))
        await _written(datasette, lambda conn: searches.set_bell(conn, search, alert, now))
    elif what == "drop":
        await _written(datasette, lambda conn: searches.drop_search(conn, search))
        on = "/-/searches"
    else:
        raise Base400(phrase("This form asks for nothing that is known here."))
    return Response.redirect(datasette.urls.path(on), status=303)


def _see(record: Path, person: str, search_id: int, up_to: int) -> None:
    with people_of(record) as conn:
        searches.see_search(conn, person, search_id, up_to)
