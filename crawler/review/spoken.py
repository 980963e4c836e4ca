"""In whose language the review speaks: asked of each request, and known wherever its page is made."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from typing import Any

from crawler.publish.wording.choice import language_for
from crawler.publish.wording.wording import ENGLISH, Wording, wording_of
from crawler.review.cookies import plain_cookies

_App = Callable[[Any, Any, Any], Awaitable[None]]
#: the cookie of what was asked for by a link
COOKIE = "spacereel_language"
#: what is spoken in the request under way; a context of asyncio belongs to one request
_SPOKEN: ContextVar[Wording] = ContextVar("spoken", default=ENGLISH)


def wording_now() -> Wording:
    """The wording of the request under way; English outside of one."""
    return _SPOKEN.get()


def phrase(message: str, **values: object) -> str:
    """`Wording.phrase` of what is spoken."""
    return _SPOKEN.get().phrase(message, **values)


def count_phrase(one: str, many: str, count: int, **values: object) -> str:
    """`Wording.counted` of what is spoken."""
    return _SPOKEN.get().counted(one, many, count, **values)


def speaking(app: _App, configured: Callable[[], str | None]) -> _App:
    """*app*, whose pages are in the language of who asks, and say so.

    Args:
        configured: `[review] language`.
    """

    async def answer(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        headers = {name.lower(): value.decode("latin-1") for name, value in scope["headers"]}
        chosen = plain_cookies(headers.get(b"cookie", "")).get(COOKIE)
        code = language_for(chosen, configured(), headers.get(b"accept-language", ""))

        async def send_on(message: Any) -> None:
            await send(_labelled(message, code))

        before = _SPOKEN.set(wording_of(code))
        try:
            await app(scope, receive, send_on)
        finally:
            _SPOKEN.reset(before)

    return answer


def _labelled(message: Any, code: str) -> Any:
    """The start of a page with what it depends on, for caches, and its language."""
    if message["type"] != "http.response.start":
        return message
    headers = list(message.get("headers", ()))
    kind = next((value for name, value in headers if name.lower() == b"content-type"), b"")
    if not kind.startswith(b"text/html"):
        return message
    added = [(b"vary", b"Accept-Language, Cookie"), (b"content-language", code.encode("ascii"))]
    return {**message, "headers": [*headers, *added]}
