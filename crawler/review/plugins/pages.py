"""Datasette plugin: our own pages. Each view asks one function and renders one template."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from datasette.utils.asgi import Base400, Forbidden, NotFound, Response
from pluggy import HookimplMarker

from crawler.dedupe.diffs import passages
from crawler.errors import QuerySyntaxError
from crawler.publish.charts.data import story_chart
from crawler.publish.display import origin_of
from crawler.review import lists
from crawler.review.asking import Unreadable, ask, record_of
from crawler.review.guard import policy
from crawler.review.queries import query_of
from crawler.review.reading import comparison, reading
from crawler.review.stories import latest, standing, timeline
from crawler.review.why import known_address
from db.errors import StoreError
from db.marks import append_review

hookimpl = HookimplMarker("datasette")


@hookimpl
def register_routes() -> Sequence[tuple[str, Callable[..., Any]]]:
    """Where our pages stand; ours come before Datasette's."""
    return (
        (r"/$", home),
        (r"/-/queue$", queue),
        (r"/-/queue/next$", queue_next),
        (r"/-/articles$", articles),
        (r"/-/article/(?P<id>\d{1,18})$", article),
        (r"/-/changes/(?P<id>\d{1,18})$", changes),
        (r"/-/stories$", stories),
        (r"/-/story/(?P<id>\d{1,18})$", story),
        (r"/-/why$", why),
        (r"/-/why\.json$", why_json),
        (r"/-/mark$", mark),
    )


async def _permit(datasette: Any, request: Any) -> None:
    await datasette.ensure_permissions(
        request.actor, [("view-database", record_of(datasette).name), "view-instance"]
    )


async def _page(datasette: Any, request: Any, template: str, **context: Any) -> Any:
    await _permit(datasette, request)
    html = await datasette.render_template(
        template, {"now": _now(), "database": record_of(datasette).name, **context}, request=request
    )
    return Response.html(html, headers={"Cache-Control": "no-cache"})


def _now() -> datetime:
    return datetime.now(UTC)


async def home(datasette: Any, request: Any) -> Any:
    """The dashboard."""
    board = await ask(datasette, lists.dashboard, _now())
    return await _page(
        datasette,
        request,
        "home.html",
        home=board,
        pulse=lists.pulse(board.heartbeat, _now()),
        stories=await ask(datasette, latest, None, 6),
    )


async def queue(datasette: Any, request: Any) -> Any:
    """What waits for review."""
    rows = await ask(datasette, lists.waiting)
    return await _page(
        datasette,
        request,
        "queue.html",
        rows=rows,
        count=await ask(datasette, lists.waiting_count),
        aside=await ask(datasette, lists.put_aside),
        undo=await _undo(datasette, request),
    )


async def queue_next(datasette: Any, request: Any) -> Any:
    """On to the first article that waits."""
    return await _on(datasette, await ask(datasette, lists.next_waiting))


async def _on(datasette: Any, article_id: int | None, **query: int) -> Any:
    """A redirect to an article of the queue, or to the queue when it is empty."""
    path = "/-/queue" if article_id is None else f"/-/article/{article_id}"
    asked = urlencode({**({} if article_id is None else {"queue": 1}), **query})
    return Response.redirect(datasette.urls.path(f"{path}?{asked}" if asked else path), status=303)


async def articles(datasette: Any, request: Any) -> Any:
    """Articles by words and properties."""
    asked = {name: request.args[name] for name in ("q", *lists.FILTERS) if request.args.get(name)}
    problem = None
    try:
        found = await ask(datasette, lists.found, asked, _now(), _id_in(request.args.get("after")))
    except QuerySyntaxError as wrong:
        found, problem = lists.Listed(rows=(), after=None), wrong

    def address(properties: Mapping[str, Any]) -> str:
        return str(datasette.urls.path(f"/-/articles?{urlencode(properties)}"))

    others = [name for name in asked if name not in ("q", "band", "mark")]
    return await _page(
        datasette,
        request,
        "articles.html",
        asked=asked,
        feed=query_of(asked),
        found=found,
        problem=problem,
        others=others,
        without={
            name: address({key: value for key, value in asked.items() if key != name}) for name in others
        },
        older=address({**asked, "after": found.after}) if found.after else None,
    )


async def article(datasette: Any, request: Any) -> Any:
    """One article, to be read."""
    article_id = int(request.url_vars["id"])
    read = await ask(datasette, reading, article_id)
    if read is None:
        raise NotFound(f"There is no article {article_id}.")
    in_queue = bool(request.args.get("queue"))
    origin = origin_of(read.article["image_url"]) if _asks_for_picture(request) else None
    lead = (read.article["description"] or "")[:60]
    response = await _page(
        datasette,
        request,
        "article.html",
        read=read,
        is_lead=read.article["text"].startswith(lead),
        shows_image=origin is not None,
        waiting=await ask(datasette, lists.waiting_count) if in_queue else None,
        following=await ask(datasette, lists.next_waiting, article_id) if in_queue else None,
        undo=await _undo(datasette, request),
    )
    if origin:
        response.headers["Content-Security-Policy"] = policy(origin)
    return response


def _asks_for_picture(request: Any) -> bool:
    """Whether the person wants the picture fetched; a link on another site does not decide that."""
    site = request.headers.get("sec-fetch-site", "none")
    return bool(request.args.get("image")) and site in ("none", "same-origin")


async def _undo(datasette: Any, request: Any) -> Any:
    """The article that was marked a moment ago, when its mark can be taken back."""
    asked = _id_in(request.args.get("undo"))
    return await ask(datasette, lists.marked, asked) if request.actor and asked is not None else None


def _article_in(asked: str) -> int:
    """The number of an article that a form names.

    Raises:
        ValueError: no article has it.
    """
    if (number := _id_in(asked)) is None or len(asked) > 18:
        raise ValueError("there is no such article")
    return number


def _id_in(asked: str | None) -> int | None:
    """The number that an address asks for; None when it is none."""
    begin = (asked or "")[:18]
    return int(begin) if begin.isdecimal() else None


async def changes(datasette: Any, request: Any) -> Any:
    """A version beside the one before it, or beside `?against=`."""
    compared = await ask(
        datasette, comparison, int(request.url_vars["id"]), _id_in(request.args.get("against"))
    )
    if compared is None:
        raise NotFound("There is no earlier version to compare with.")
    return await _page(
        datasette, request, "changes.html", compared=compared, groups=passages(compared.changes)
    )


async def stories(datasette: Any, request: Any) -> Any:
    """The latest stories."""
    found = await ask(datasette, latest, _id_in(request.args.get("after")))
    return await _page(datasette, request, "stories.html", found=found)


async def story(datasette: Any, request: Any) -> Any:
    """One story; the address of one that was merged leads to where it went."""
    asked = int(request.url_vars["id"])
    stands = await ask(datasette, standing, asked)
    if stands is None:
        raise NotFound(f"There is no story {asked}.")
    if stands != asked:
        return Response.redirect(datasette.urls.path(f"/-/story/{stands}"), status=303)
    return await _page(
        datasette,
        request,
        "story.html",
        feed=f"story:{stands}",
        story=await ask(datasette, timeline, stands),
        chart=await ask(datasette, story_chart, stands),
    )


async def why(datasette: Any, request: Any) -> Any:
    """What the ledger knows of an address."""
    url = (request.args.get("url") or "").strip()
    return await _page(
        datasette,
        request,
        "why.html",
        url=url,
        answer=await ask(datasette, known_address, url) if url else None,
    )


async def why_json(datasette: Any, request: Any) -> Any:
    """The same for programs."""
    await _permit(datasette, request)
    url = (request.args.get("url") or "").strip()
    if not url:
        raise Base400("Which address? Name it: /-/why.json?url=https://…")
    return Response.json(
        asdict(await ask(datasette, known_address, url)), headers={"Cache-Control": "no-cache"}
    )


async def mark(datasette: Any, request: Any) -> Any:
    """Record a mark of the signed-in person, then on to the next article."""
    if request.method != "POST":
        raise Base400("Marks are made with the buttons under an article.")
    if not await datasette.permission_allowed(request.actor, "mark-article", default=False):
        raise Forbidden("Sign in to mark articles: open the link that spacereel review printed.")
    asked = await request.post_vars()
    try:
        article_id = _article_in(asked.get("article", ""))
        # in a thread of its own: another writer may make it wait, and readers must not wait with it
        await asyncio.to_thread(
            append_review,
            Path(record_of(datasette).path),
            article_id=article_id,
            mark=asked.get("mark") or None,
            note=asked.get("note"),
            reviewer=str(request.actor.get("id") or "somebody"),
            now=_now(),
        )
    except ValueError as problem:
        raise Base400(f"Nothing was marked: {problem}.") from problem
    except StoreError as problem:
        raise Unreadable(f"Nothing was marked: {problem}.") from problem
    if asked.get("then") == "queue":
        return await _on(datasette, await ask(datasette, lists.next_waiting, article_id), undo=article_id)
    return Response.redirect(datasette.urls.path(f"/-/article/{article_id}"), status=303)
