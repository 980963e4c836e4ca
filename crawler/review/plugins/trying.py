"""Datasette plugin: what a draft of a beat would do to the articles of the record. Nothing that is typed here is kept."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

from datasette.utils.asgi import Forbidden
from pluggy import HookimplMarker

from crawler.errors import ConfigError
from crawler.review.frame import page
from crawler.review.record_access import ask, config_of
from crawler.review.spoken import phrase
from crawler.review.trying import beat_names, beat_text_of, read_draft, try_draft

hookimpl = HookimplMarker("datasette")


@hookimpl
def register_routes() -> Sequence[tuple[str, Callable[..., Any]]]:
    """Where the page stands."""
    return ((r"/-/try$", show_trial),)


async def show_trial(datasette: Any, request: Any) -> Any:
    """A form with a beat's text, and what came of it."""
    if not request.actor or request.actor.get("role") not in ("reviewer", "admin"):
        raise Forbidden(phrase("Drafts of beats are tried by reviewers; sign in as one."))
    config = config_of(datasette)
    tried, problem, text = None, None, ""
    names: Sequence[str] = ()
    try:
        names = await asyncio.to_thread(beat_names, config)
        chosen = request.args.get("beat") or (names[0] if names else "")
        if request.method == "POST":
            text = (await request.post_vars()).get("draft", "")
            draft = await asyncio.to_thread(read_draft, text)
            tried = await ask(datasette, try_draft, config, draft)
        else:
            text = await asyncio.to_thread(beat_text_of, config, chosen)
    except ConfigError as wrong:
        problem = wrong
    return await page(
        datasette,
        request,
        "try.html",
        known=("beat",),
        beats=names,
        draft=text,
        tried=tried,
        problem=problem,
    )
