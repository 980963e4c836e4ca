"""Datasette plugin: the review queue, and marks, notes and undo in the name of whoever is signed in."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode

from datasette.utils.asgi import Base400, Forbidden, Response
from pluggy import HookimplMarker

from crawler.review import claiming, lists, waiting
from crawler.review.frame import cannot_be_read, id_in, page
from crawler.review.record_access import Unreadable, ask, file_of
from crawler.review.spoken import phrase
from db import claims, marks
from db.connection import open_read_only
from db.errors import StoreError
from db.people import people_of

hookimpl = HookimplMarker("datasette")

_WHERE_FROM = ("queue", "after", "undo", *waiting.QUEUE_FILTERS, "order")


@hookimpl
def register_routes() -> Sequence[tuple[str, Callable[..., Any]]]:
    """Where the queue stands."""
    return (
        (r"/-/queue$", show_queue),
        (r"/-/queue/next$", show_next),
        (r"/-/mark$", mark),
    )


async def show_queue(datasette: Any, request: Any) -> Any:
    """What waits for review, as it is asked for."""
    now = datetime.now(UTC)
    asked = _asked(request)
    person = request.actor["id"] if request.actor else None
    away, skipped = await asyncio.to_thread(claiming.out_of_reach, file_of(datasette), person, now)
    return await page(
        datasette,
        request,
        "queue.html",
        known=(*_WHERE_FROM, "undo"),
        asked=asked,
        orders=tuple(waiting.ORDERS),
        choices=await ask(datasette, waiting.choices),
        rows=await ask(datasette, waiting.head, asked, away, now),
        count=await ask(datasette, waiting.count_of, asked, (), now),
        away=len(away) - skipped,
        skipped=skipped,
        aside=await ask(datasette, lists.put_aside),
        disputed=await ask(datasette, waiting.disputed),
        pace=await ask(datasette, waiting.pace_of, person, now) if person else None,
        marked=await ask(datasette, waiting.last_marked, person) if person else (),
        undo=await claiming.last_marked_of(datasette, request),
    )


async def show_next(datasette: Any, request: Any) -> Any:
    """On to the first article that waits."""
    return await _on(datasette, request, _asked(request), id_in(request.args.get("after")))


def _asked(request: Any) -> waiting.Asked:
    """What an address of the queue asks for; a sentence when it cannot be."""
    if name := waiting.unfit(request.args):
        raise Base400(cannot_be_read(name, request.args[name]))
    return waiting.asked_of(request.args)


async def _on(datasette: Any, request: Any, asked: waiting.Asked, after: int | None, **more: str) -> Any:
    """A redirect to the next article of the queue, which its reader takes for a while; to the queue when it is empty."""
    person = request.actor["id"] if request.actor else None
    found = await asyncio.to_thread(claiming.claim_next, file_of(datasette), person, asked, after)
    path = "/-/queue" if found is None else f"/-/article/{found}"
    parameters = {**({} if found is None else {"queue": "1"}), **asked.parameters, **more}
    return Response.redirect(
        datasette.urls.path(f"{path}?{urlencode(parameters)}" if parameters else path), status=303
    )


async def mark(datasette: Any, request: Any) -> Any:
    """Record what the signed-in person did, then on to where they were."""
    if request.method != "POST":
        raise Base400(phrase("Marks are made with the buttons under an article."))
    if not await datasette.permission_allowed(request.actor, "mark-article", default=False):
        raise Forbidden(
            phrase("Marking is for reviewers; your role is to read.")
            if request.actor
            else phrase("Sign in to mark articles.")
        )
    form = parse_qs((await request.post_body()).decode("utf-8", "replace"), keep_blank_values=True)
    asked = waiting.asked_of({name: values[-1] for name, values in form.items()})
    what = (form.get("mark") or [""])[-1]
    try:
        ids = await _meant(datasette, form)
        # in a thread of its own: another writer may make it wait, and readers must not wait with it
        await asyncio.to_thread(_record, file_of(datasette), request.actor["id"], ids, what, form)
    except ValueError as problem:
        raise Base400(phrase("Nothing was marked: %(problem)s.", problem=problem)) from problem
    except StoreError as problem:
        raise Unreadable(phrase("Nothing was marked: %(problem)s.", problem=problem)) from problem
    return await _back(datasette, request, asked, ids, what, (form.get("then") or [""])[-1])


async def _meant(datasette: Any, form: Mapping[str, Sequence[str]]) -> Sequence[int]:
    """The articles that a form means: those it names, and with `also` their copies or what of their story waits.

    Raises:
        ValueError: it names none, or one that is no number.
    """
    named = [_number(each) for each in form.get("article", ())]
    if not named and (form.get("mark") or [""])[-1] != "back":
        raise ValueError(phrase("no article is selected"))
    also = (form.get("also") or [""])[-1]
    if also not in ("copies", "story"):
        return named
    return [each for one in named for each in await ask(datasette, waiting.alike, one, also) or (one,)]


def _number(asked: str) -> int:
    if (number := id_in(asked)) is None or len(asked) > 18:
        raise ValueError(phrase("there is no such article"))
    return number


def _record(
    record: Path, person: str, ids: Sequence[int], what: str, form: Mapping[str, Sequence[str]]
) -> None:
    """Do what the button says.

    Raises:
        ValueError: it says nothing that can be done.
    """
    now = datetime.now(UTC)
    note = form["note"][-1] if form.get("note") else None
    if what == "undo":
        marks.undo_marks(record, article_ids=ids, reviewer=person, now=now)
    elif what == "note":
        marks.append_note(record, article_id=ids[0], note=note or "", reviewer=person, now=now)
    elif what in ("skip", "back"):
        _pass_over(record, person, ids, now)
    elif what == "none":
        marks.append_marks(record, article_ids=ids, mark=None, reviewer=person, now=now)
    elif what not in marks.MARKS:
        raise ValueError(
            phrase('"%(what)s" is not a mark; marks are %(marks)s', what=what, marks=", ".join(marks.MARKS))
        )
    elif len(ids) == 1 and note is not None:
        marks.append_review(record, article_id=ids[0], mark=what, note=note, reviewer=person, now=now)
    else:
        marks.append_marks(record, article_ids=ids, mark=what, reviewer=person, now=now)


def _pass_over(record: Path, person: str, ids: Sequence[int], now: datetime) -> None:
    """Leave articles to later today; without any, offer everything again that was passed over."""
    conn = open_read_only(record)
    try:
        rows = [
            conn.execute("SELECT canonical_url FROM articles WHERE id = ?", (each,)).fetchone()
            for each in ids
        ]
    finally:
        conn.close()
    urls = [row[0] for row in rows if row]
    if len(urls) < len(ids):
        raise ValueError(phrase("there is no such article"))
    with people_of(record) as known:
        for url in urls:
            claims.skip(known, person, url, now)
        if not urls:
            claims.come_back(known, person)


async def _back(
    datasette: Any, request: Any, asked: waiting.Asked, ids: Sequence[int], what: str, then: str
) -> Any:
    """Where one goes after a form: on in the queue, back to the list, or to the article."""
    can_undo = what in marks.MARKS
    undo = {"undo": ",".join(map(str, ids[:200]))} if can_undo else {}
    if then == "queue" and (can_undo or what == "skip"):
        return await _on(datasette, request, asked, ids[0], **undo)
    if then in ("list", "queue") and what != "note":
        parameters = urlencode({**asked.parameters, **undo})
        return Response.redirect(
            datasette.urls.path(f"/-/queue?{parameters}" if parameters else "/-/queue"), status=303
        )
    parameters = urlencode({**({"queue": "1", **asked.parameters} if then == "queue" else {}), **undo})
    return Response.redirect(
        datasette.urls.path(f"/-/article/{ids[0]}" + (f"?{parameters}" if parameters else "")), status=303
    )
