"""Datasette plugin: our own pages. Each view asks one function and renders one template."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from datasette.utils.asgi import Base400, NotFound, Response
from pluggy import HookimplMarker

from crawler.dedupe.diffs import passages
from crawler.errors import QuerySyntaxError
from crawler.publish.charts.data import story_chart
from crawler.publish.display import origin_of, picture_of
from crawler.review import claiming, lists
from crawler.review.frame import id_in, page, permit
from crawler.review.guard import policy
from crawler.review.queries import query_of, sought_in
from crawler.review.reading import comparison, reading
from crawler.review.record_access import ask, config_of
from crawler.review.rereading import read_again
from crawler.review.spoken import phrase, wording_now
from crawler.review.stories import latest, standing, timeline
from crawler.review.waiting import QUEUE_FILTERS, opinions
from crawler.review.why import known_address

hookimpl = HookimplMarker("datasette")

#: archived pages that are read again together
_AT_ONCE = 1


@hookimpl
def register_routes() -> Sequence[tuple[str, Callable[..., Any]]]:
    """Where our pages stand; ours come before Datasette's."""
    return (
        (r"/$", home),
        (r"/-/articles$", articles),
        (r"/-/article/(?P<id>\d{1,18})$", article),
        (r"/-/changes/(?P<id>\d{1,18})$", changes),
        (r"/-/stories$", stories),
        (r"/-/story/(?P<id>\d{1,18})$", story),
        (r"/-/why$", why),
        (r"/-/why\.json$", why_json),
    )


@hookimpl
def startup(datasette: Any) -> None:
    """Who is read again beside whom."""
    datasette.spacereel_rereadings = asyncio.Semaphore(_AT_ONCE)


async def home(datasette: Any, request: Any) -> Any:
    """The dashboard."""
    board = await ask(datasette, lists.dashboard, datetime.now(UTC))
    return await page(
        datasette,
        request,
        "home.html",
        home=board,
        pulse=lists.pulse(board.heartbeat, datetime.now(UTC), wording_now()),
        stories=await ask(datasette, latest, None, 6),
    )


async def articles(datasette: Any, request: Any) -> Any:
    """Articles by words and properties."""
    asked = {name: request.args[name] for name in ("q", *lists.FILTERS) if request.args.get(name)}
    problem = None
    try:
        found = await ask(
            datasette, lists.articles_with, asked, datetime.now(UTC), id_in(request.args.get("after"))
        )
    except QuerySyntaxError as wrong:
        found, problem = lists.Listed(rows=(), after=None), wrong

    def address(properties: Mapping[str, Any]) -> str:
        return str(datasette.urls.path(f"/-/articles?{urlencode(properties)}"))

    others = [name for name in asked if name not in ("q", "band", "mark")]
    return await page(
        datasette,
        request,
        "articles.html",
        known=("q", "after", *lists.FILTERS),
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
    read = await ask(datasette, reading, article_id, sought_in(request.args.get("q") or ""))
    if read is None:
        raise NotFound(phrase("There is no article %(number)s.", number=article_id))
    picture = picture_of(read.article["image_url"])
    origin = origin_of(picture) if _asks_for(request, "image") else None
    shows_original = _asks_for(request, "original")
    compared = await ask(datasette, comparison, article_id) if read.article["revision"] > 1 else None
    lead = (read.article["description"] or "")[:60]
    response = await page(
        datasette,
        request,
        "article.html",
        known=("queue", "undo", "image", "original", "lines", "q", *QUEUE_FILTERS, "order"),
        read=read,
        is_lead=read.article["text"].startswith(lead),
        picture=picture,
        shows_picture=origin is not None,
        shows_original=shows_original,
        page_lines=await _lines_of(datasette, request, read.article["page_sha256"]),
        compared=compared,
        groups=passages(compared.changes) if compared else (),
        opinions=await ask(datasette, opinions, article_id),
        undo=await claiming.last_marked_of(datasette, request),
        **await claiming.from_queue(datasette, request, read.article["canonical_url"]),
    )
    if origin or shows_original:
        response.headers["Content-Security-Policy"] = policy(origin, has_frame=shows_original)
    return response


async def _lines_of(datasette: Any, request: Any, digest: str | None) -> Mapping[str, Any] | None:
    """What became of every line of a version's page, when that is asked for; nobody waits for a page of somebody else."""
    if not digest or not _asks_for(request, "lines"):
        return None
    await permit(datasette, request)
    if datasette.spacereel_rereadings.locked():
        return {"problem": phrase("Another page is being read again at the moment; ask once more.")}
    async with datasette.spacereel_rereadings:
        return await asyncio.to_thread(read_again, config_of(datasette).store.archive, digest)


def _asks_for(request: Any, what: str) -> bool:
    """Whether the person wants the picture fetched, the page shown or read again; a link on another site does not decide that."""
    site = request.headers.get("sec-fetch-site", "none")
    return bool(request.args.get(what)) and site in ("none", "same-origin")


async def changes(datasette: Any, request: Any) -> Any:
    """A version beside the one before it, or beside `?against=`."""
    compared = await ask(
        datasette, comparison, int(request.url_vars["id"]), id_in(request.args.get("against"))
    )
    if compared is None:
        raise NotFound(phrase("There is no earlier version to compare with."))
    return await page(
        datasette,
        request,
        "changes.html",
        known=("against",),
        compared=compared,
        groups=passages(compared.changes),
    )


async def stories(datasette: Any, request: Any) -> Any:
    """The latest stories."""
    found = await ask(datasette, latest, id_in(request.args.get("after")))
    return await page(datasette, request, "stories.html", known=("after",), found=found)


async def story(datasette: Any, request: Any) -> Any:
    """One story; the address of one that was merged leads to where it went."""
    asked = int(request.url_vars["id"])
    stands = await ask(datasette, standing, asked)
    if stands is None:
        raise NotFound(phrase("There is no story %(number)s.", number=asked))
    if stands != asked:
        return Response.redirect(datasette.urls.path(f"/-/story/{stands}"), status=303)
    return await page(
        datasette,
        request,
        "story.html",
        feed=f"story:{stands}",
        story=await ask(datasette, timeline, stands),
        chart=await ask(datasette, story_chart, stands, wording_now()),
    )


async def why(datasette: Any, request: Any) -> Any:
    """What the ledger knows of an address."""
    url = (request.args.get("url") or "").strip()
    return await page(
        datasette,
        request,
        "why.html",
        known=("url",),
        url=url,
        answer=await ask(datasette, known_address, url) if url else None,
    )


async def why_json(datasette: Any, request: Any) -> Any:
    """The same for programs."""
    await permit(datasette, request)
    url = (request.args.get("url") or "").strip()
    if not url:
        raise Base400(phrase("Which address? Name it: /-/why.json?url=https://…"))
    return Response.json(
        asdict(await ask(datasette, known_address, url)), headers={"Cache-Control": "no-cache"}
    )
