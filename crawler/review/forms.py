"""The form of a request, made a text: what looks for its token beneath us takes any other for a fault of its own. Pure ASGI."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any
from urllib.parse import parse_qsl, urlencode

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
#: most bytes of a form; a note is far smaller
MOST_FORM_BYTES = 100_000
#: the field, and the header, of the token that shows that one of our pages sent a form
_TOKEN, TOKEN_HEADER = "csrftoken", b"x-csrftoken"
_WRITTEN = "application/x-www-form-urlencoded"


def is_small(headers: Mapping[str, str]) -> bool:
    """Whether a form says how long it is, and is no longer than any of ours."""
    length = headers.get("content-length", "")
    return length.isdigit() and int(length) <= MOST_FORM_BYTES


def is_in_parts(headers: Mapping[str, str]) -> bool:
    """Whether it comes in parts with headers of their own, as forms with files do; ours have none."""
    return headers.get("content-type", "").strip().lower().startswith("multipart/")


def form_as_text(receive: Receive, headers: Mapping[str, str]) -> Receive:
    """A `receive` that brings the form of a page in one piece, as text, with a token of plain letters or none."""
    if headers.get("content-type", "").partition(";")[0].strip().lower() != _WRITTEN:
        return receive
    is_read = False

    async def once() -> MutableMapping[str, Any]:
        nonlocal is_read
        if is_read:
            return await receive()
        sent = b""
        while True:
            message = await receive()
            if message["type"] != "http.request":
                return message
            sent += message.get("body", b"")
            if not message.get("more_body"):
                break
        is_read = True
        return {**message, "body": cleaned(sent), "more_body": False}

    return once


def cleaned(form: bytes) -> bytes:
    r"""The fields of a form, without what is no text.

    >>> cleaned(b"name=\xff&note=%C3%A9&csrftoken=%C3%A9")
    b'name=%EF%BF%BD&note=%C3%A9'
    """
    pairs = parse_qsl(form.decode("utf-8", "replace"), keep_blank_values=True)
    return urlencode([pair for pair in pairs if pair[0] != _TOKEN or pair[1].isascii()]).encode()
