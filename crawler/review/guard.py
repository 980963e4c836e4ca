"""What every answer of the review carries, and what no request gets past: pure ASGI, wrapped around Datasette.

- a policy under which no script, style, image or frame from elsewhere is loaded, and nothing inline runs;
- on the loopback only the loopback's own names are answered, so that no web page can reach the record by
  pointing its own name at 127.0.0.1 (DNS rebinding);
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


def guarded(app: App, hosts: Sequence[str] = ()) -> App:
    """*app* behind the promises of this module.

    Args:
        hosts: names a request may call us by, without port; empty means any.
    """

    async def answer(scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        headers = {
            name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]
        }
        if hosts and _host(headers.get("host", "")) not in hosts:
            await _refuse(send, 421, "This review answers to the names of the loopback only.")
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
        if b"content-security-policy" not in present:
            added.append((b"content-security-policy", policy().encode("latin-1")))
        return [*headers, *added]


def defused_rows(rows: str) -> str:
    """Whole rows of CSV with every cell defused.

    >>> print(defused_rows('1,=A1,"-x, y"'))
    1,'=A1,"'-x, y"
    """

    def field(match: re.Match[str]) -> str:
        text = match[0]
        return f'"{defused(text[1:-1])}"' if text.startswith('"') else defused(text)

    return _FIELD.sub(field, rows)
