"""What every answer of the review carries, and what no request gets past: pure ASGI, wrapped around Datasette.

- a policy under which no script, style, image or frame from elsewhere is loaded, and nothing inline runs;
- on the loopback only the loopback's own names are answered, so that no web page can reach the record by
  pointing its own name at 127.0.0.1 (DNS rebinding);
- other pages, also those of another port of this machine, may lead here and nothing else: no picture, frame or
  script of theirs is answered, and no form;
- whoever is signed in is so under one name only, which other ports never hear: cookies ignore ports;
- a form is small;
- CSV cells are defused, see `crawler.publish.display.defused`.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from typing import Any

from crawler.publish.display import defused

# A field as Python's csv writes it: in quotes, or free of them.
_FIELD = re.compile(r'"(?:[^"]|"")*"|[^,\r\n]+')

Message = MutableMapping[str, Any]
Send = Callable[[Message], Awaitable[None]]
Receive = Callable[[], Awaitable[Message]]
App = Callable[[Message, Receive, Send], Awaitable[None]]

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=(), payment=()"),
)
#: most bytes of a form; a note is far smaller
MOST_FORM_BYTES = 100_000


def policy(image_origin: str | None = None) -> str:
    """The Content-Security-Policy; *image_origin* (`https://host`) may be asked for one picture too."""
    rules = dict(POLICY)
    if image_origin:
        rules["img-src"] = f"{rules['img-src']} {image_origin}"
    return "; ".join(f"{name} {value}" for name, value in rules.items())


def guarded(app: App, hosts: Sequence[str] = (), session_host: str | None = None) -> App:
    """*app* behind the promises of this module.

    Args:
        hosts: names a request may call us by, without port; empty means any.
        session_host: the one of them under which somebody can be signed in; None means any.
    """

    async def answer(scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        headers = {
            name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]
        }
        name = _host(headers.get("host", ""))
        if hosts and name not in hosts:
            await _refuse(send, 421, "This review answers to the names of the loopback only.")
            return
        if not _is_ours(headers, scope["method"]):
            await _refuse(send, 403, "Other pages may lead to this review, and ask nothing else of it.")
            return
        if session_host and name != session_host:
            scope = {**scope, "headers": [each for each in scope["headers"] if each[0].lower() != b"cookie"]}
            if scope["path"].startswith("/-/auth-token"):
                await _refuse(send, 403, "Sign in with the address that spacereel review printed.")
                return
        if scope["method"] == "POST" and not _is_small(headers):
            await _refuse(send, 413, "This form is larger than anything the review asks for.")
            return
        await app(scope, receive, _Answer(send, scope["path"]))

    return answer


def _host(header: str) -> str:
    """The name in a Host header, without port, in lower case."""
    name, _, port = header.rpartition(":")
    return (name if name and port.isdigit() else header).lower()


def _is_ours(headers: MutableMapping[str, str], method: str) -> bool:
    """Whether a person asks, one of our pages does, or a program that is no browser; else only a link may lead here.

    Browsers say so themselves: https://www.w3.org/TR/fetch-metadata/
    """
    origin = headers.get("origin")
    if method != "GET" and origin is not None and origin.partition("://")[2] != headers.get("host"):
        return False
    if headers.get("sec-fetch-site", "none") in ("none", "same-origin"):
        return True
    is_link = headers.get("sec-fetch-mode") == "navigate" and headers.get("sec-fetch-dest") == "document"
    return is_link and method == "GET"


def _is_small(headers: MutableMapping[str, str]) -> bool:
    length = headers.get("content-length", "")
    return length.isdigit() and int(length) <= MOST_FORM_BYTES


async def _refuse(send: Send, status: int, sentence: str) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), *_HEADERS]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": sentence.encode()})


class _Answer:
    """A `send` that adds the headers and, for CSV, defuses the cells on their way out."""

    def __init__(self, send: Send, path: str) -> None:
        self._send = send
        self._is_csv = path.endswith(".csv")

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": self._headers(message.get("headers", ()))}
        elif self._is_csv and message.get("body"):
            message = {**message, "body": defused_rows(message["body"].decode("utf-8")).encode("utf-8")}
        await self._send(message)

    def _headers(self, headers: Sequence[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
        present = {name.lower(): value for name, value in headers}
        self._is_csv &= not present.get(b"content-type", b"").startswith(b"text/html")
        added = [(name, value) for name, value in _HEADERS if name not in present]
        headers = [
            (name, _for_http_only(value)) if name.lower() == b"set-cookie" else (name, value)
            for name, value in headers
        ]
        if b"content-security-policy" not in present:
            added.append((b"content-security-policy", policy().encode("latin-1")))
        return [*headers, *added]


def _for_http_only(cookie: bytes) -> bytes:
    """A cookie that no script reads."""
    return cookie if b"httponly" in cookie.lower() else cookie + b"; HttpOnly"


def defused_rows(rows: str) -> str:
    """Whole rows of CSV with every cell defused.

    >>> print(defused_rows('1,=A1,"-x, y"'))
    1,'=A1,"'-x, y"
    """

    def field(match: re.Match[str]) -> str:
        text = match[0]
        return f'"{defused(text[1:-1])}"' if text.startswith('"') else defused(text)

    return _FIELD.sub(field, rows)
