"""Datasette plugin: the link that chooses the language of the pages; a cookie keeps it for a year."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from datasette.utils.asgi import NotFound, Response
from pluggy import HookimplMarker

from crawler.config.languages import LANGUAGES
from crawler.review import access
from crawler.review.record_access import access_in
from crawler.review.spoken import COOKIE, phrase

hookimpl = HookimplMarker("datasette")

_A_YEAR_S = 365 * 86400


@hookimpl
def register_routes() -> Sequence[tuple[str, Callable[..., Any]]]:
    """Where it leads."""
    return ((r"/-/language$", choose),)


async def choose(datasette: Any, request: Any) -> Any:
    """Back to the page one came from, in the language that was asked for."""
    code = request.args.get("to") or ""
    if code not in LANGUAGES:
        raise NotFound(phrase("The review does not speak this language."))
    here = access_in(datasette)
    response = Response.redirect(
        datasette.urls.path(access.page_after_login(request.args.get("next"))), status=303
    )
    response.set_cookie(COOKIE, code, max_age=_A_YEAR_S, path=here.base, secure=here.is_tls, httponly=True)
    response.headers["Cache-Control"] = "no-store"
    return response
