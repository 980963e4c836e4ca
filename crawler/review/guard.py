"""What every answer of the review carries, and what no request gets past: pure ASGI, wrapped around Datasette.

- a policy under which no script, style, image or frame from elsewhere is loaded, and nothing inline runs;
- only names of our own are answered, so that no web page can reach the record by pointing its own name at
  127.0.0.1 or at a machine of the house (DNS rebinding);
- where a review is closed nothing of it is answered before somebody has signed in, see `crawler.review.access`;
- other pages, also those of another port of this machine, may lead here and nothing else: no picture, frame or
  script of theirs is answered, and no form;
- on the loopback whoever is signed in is so under one name only, which other ports never hear: cookies ignore ports;
- who asks is known by a session or a token of `db.sessions` and by nothing else;
- a form is small, of text and goes to a page of ours, and an address has few parameters;
- CSV cells are defused, see `crawler.publish.display.defused`.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping, MutableMapping, Sequence
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode

from crawler.publish.display import defused
from crawler.publish.wording.vocabulary import noted
from crawler.review.access import Access, is_about_machine, is_feed, is_in_scope, is_open, knows
from crawler.review.cookies import plain_cookies
from crawler.review.forms import TOKEN_HEADER, Receive, form_as_text, is_in_parts, is_small
from crawler.review.spoken import phrase
from db.sessions import Asking

# The path of a cookie that is for every path of our host, as Datasette writes it.
_WHOLE_HOST = re.compile(rb"(; ?path=)/(?=;|$)", re.IGNORECASE)
# A field as Python's csv writes it: in quotes, or free of them.
_FIELD = re.compile(r'"(?:[^"]|"")*"|[^,\r\n]+')

AsgiMessage = MutableMapping[str, Any]
Send = Callable[[AsgiMessage], Awaitable[None]]
#: who a session's key, or a token, belongs to
Who = Callable[[str | None, str | None], Awaitable[Asking | None]]
App = Callable[[AsgiMessage, Receive, Send], Awaitable[None]]

_POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "worker-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
#: other sites hear nothing of where a link was; `no-referrer` would also have browsers send our own forms with the
#: origin `null`, as if they came from elsewhere (https://fetch.spec.whatwg.org/#append-a-request-origin-header)
_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=(), payment=()"),
)
#: most parameters of an address: 3,000 of Datasette's page of a table held everybody up for 14 s
MOST_PARAMETERS = 100


def policy(image_origin: str | None = None, *, has_frame: bool = False) -> str:
    """The Content-Security-Policy; *image_origin* (`https://host`) may be asked for one picture too, and a frame of ours shown."""
    rules = dict(_POLICY)
    if has_frame:
        rules["frame-src"] = "'self'"
    if image_origin:
        rules["img-src"] = f"{rules['img-src']} {image_origin}"
    return _written(rules)


def _written(rules: Mapping[str, str]) -> str:
    return "; ".join(f"{name} {value}" for name, value in rules.items())


def guarded(app: App, access: Access, who: Who) -> App:
    """*app* behind the promises of this module.

    Args:
        who: who a session's key and a token belong to; a session counts first.
    """

    async def answer(scope: AsgiMessage, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        headers = {
            name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]
        }
        path = access.route(scope)
        if refusal := _refusal(access, headers, scope, path):
            await _refuse(send, *refusal)
            return
        key, rest = _session_in(headers.get("cookie", ""), access.cookie)
        if access.session_host and _host(headers.get("host", "")) != access.session_host:
            key = None
            if path == "/-/login":
                await _send_on(send, _elsewhere(access.session_host, headers.get("host", ""), scope))
                return
        token, query = _token_in(headers, scope["query_string"], path)
        asking = await who(key, token) if access.mode != "public" and (key or token) else None
        if asking and asking.scope and not is_in_scope(path, scope["method"], asking.scope):
            await _refuse(send, 403, noted("This token does not reach here."))
            return
        if access.mode == "closed" and asking is None and not is_open(path):
            await _before_signing_in(send, access, headers, scope["method"], path, query)
            return
        is_admin = asking is not None and asking.person.role == "admin"
        if access.mode != "loopback" and is_about_machine(path) and not is_admin:
            await _refuse(send, 403, noted("What this machine is, only an admin is told."))
            return
        scope = {**scope, "query_string": query, "headers": _with_cookie(scope["headers"], rest)}
        if asking:
            scope |= {"actor": actor_of(asking), "spacereel_key": None if asking.scope else key}
        await app(scope, form_as_text(receive, headers), _Answer(send, scope["path"], access))

    return answer


def fenced(app: App, access: Access) -> App:
    """A plain Datasette behind the promises that need no pages of ours: names, other pages, headers, cells.

    Who is signed in there, and what a form may be, is Datasette's. Its pages
    have scripts in them, so scripts of the page itself run.
    """
    rules = {**_POLICY, "script-src": "'self' 'unsafe-inline'", "style-src": "'self' 'unsafe-inline'"}

    async def answer(scope: AsgiMessage, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        headers = {
            name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]
        }
        if refusal := _stranger(access, headers, scope):
            await _refuse(send, *refusal)
            return
        plain = "; ".join(
            f"{name}={value}" for name, value in plain_cookies(headers.get("cookie", "")).items()
        )
        scope = {**scope, "headers": _with_cookie(scope["headers"], plain, has_key=True)}
        await app(scope, receive, _Answer(send, scope["path"], access, _written(rules)))

    return answer


def actor_of(asking: Asking) -> Mapping[str, str]:
    """Who asks, as Datasette's permissions and pages know them; a token reads and does no more."""
    role = "reader" if asking.scope else asking.person.role
    return {"id": asking.person.name, "role": role, **({"scope": asking.scope} if asking.scope else {})}


def _refusal(
    access: Access, headers: Mapping[str, str], scope: AsgiMessage, path: str
) -> tuple[int, str] | None:
    """Status and sentence for what nobody is answered."""
    if stranger := _stranger(access, headers, scope):
        return stranger
    name = _host(headers.get("host", ""))
    if path.startswith("/-/auth-token") and (
        access.mode != "loopback" or name != (access.session_host or name)
    ):
        return 403, noted("Sign in with the address that spacereel review printed.")
    if scope["method"] not in ("GET", "HEAD"):
        if not path.startswith("/-/"):
            return 405, noted("Nothing is sent to this page.")
        if access.mode == "public":
            return 403, noted("This review is public, and so nobody marks here.")
        if not is_small(headers):
            return 413, noted("This form is larger than anything the review asks for.")
        if is_in_parts(headers):
            return 415, noted("A form with files is sent to no page of the review.")
    return None


def _stranger(access: Access, headers: Mapping[str, str], scope: AsgiMessage) -> tuple[int, str] | None:
    """Status and sentence for who calls us by another name, for pages of others, and for parameters without end."""
    if not knows(access.hosts, _host(headers.get("host", ""))):
        return 421, noted("This review does not answer to that name.")
    if not _is_ours(headers, scope["method"], access.origin or headers.get("host") or ""):
        return 403, noted("Other pages may lead to this review, and ask nothing else of it.")
    if scope["query_string"].count(b"&") >= MOST_PARAMETERS:
        return 414, noted("This address has more parameters than any page understands.")
    return None


def _session_in(cookies: str, name: str) -> tuple[str | None, str]:
    """The key of a session among *cookies*, and the cookies without it and without any other claim to be somebody."""
    pairs = plain_cookies(cookies)
    others = [f"{each}={value}" for each, value in pairs.items() if each not in (name, "ds_actor")]
    return pairs.get(name) or None, "; ".join(others)


def _with_cookie(
    headers: Sequence[tuple[bytes, bytes]], cookies: str, *, has_key: bool = False
) -> list[tuple[bytes, bytes]]:
    """*headers* with those *cookies* and, unless *has_key*, without what else says who asks."""
    gone = (b"cookie",) if has_key else (b"cookie", b"authorization", TOKEN_HEADER)
    kept = [each for each in headers if each[0].lower() not in gone]
    return [*kept, (b"cookie", cookies.encode("latin-1"))] if cookies else kept


def _token_in(headers: Mapping[str, str], query: bytes, path: str) -> tuple[str | None, bytes]:
    """The token of a request, and its query without it: no page, link or log of ours repeats it."""
    named = [
        pair for pair in parse_qsl(query.decode("latin-1"), keep_blank_values=True) if pair[0] == "token"
    ]
    if named and is_feed(path):
        pairs = parse_qsl(query.decode("latin-1"), keep_blank_values=True)
        query = urlencode([pair for pair in pairs if pair[0] != "token"]).encode("latin-1")
        return named[0][1] or None, query
    kind, _, value = headers.get("authorization", "").partition(" ")
    return (value.strip() or None if kind.lower() == "bearer" else None), query


def _elsewhere(name: str, host: str, scope: AsgiMessage) -> str:
    """The page for signing in, under the name that no other port hears."""
    port = host.rpartition(":")[2]
    asked = scope["query_string"].decode("latin-1")
    return f"http://{name}{f':{port}' if port.isdigit() else ''}{quote(scope['path'])}{'?' + asked if asked else ''}"


async def _before_signing_in(
    send: Send, access: Access, headers: Mapping[str, str], method: str, path: str, query: bytes
) -> None:
    """A person goes to the page for signing in; a program gets an error."""
    if method == "GET" and "text/html" in headers.get("accept", "") and not is_feed(path):
        here = path + (f"?{query.decode('latin-1')}" if query else "")
        await _send_on(send, f"{access.base}-/login?{urlencode({'next': here})}")
    else:
        await _refuse(send, 401, noted("Sign in, or bring a token that reaches here."))


async def _send_on(send: Send, place: str) -> None:
    headers = [(b"location", place.encode("latin-1", "replace")), (b"cache-control", b"no-store"), *_HEADERS]
    await send({"type": "http.response.start", "status": 303, "headers": headers})
    await send({"type": "http.response.body", "body": b""})


def _host(header: str) -> str:
    """The name in a Host header, without port, in lower case."""
    name, _, port = header.rpartition(":")
    return (name if name and port.isdigit() else header).lower()


def _is_ours(headers: Mapping[str, str], method: str, ours: str) -> bool:
    """Whether a person asks, one of our pages does, or a program that is no browser; else only a link may lead here.

    Browsers say so themselves: https://www.w3.org/TR/fetch-metadata/
    """
    origin = headers.get("origin")
    if (
        method not in ("GET", "HEAD")
        and origin is not None
        and ours not in (origin, origin.partition("://")[2])
    ):
        return False
    if headers.get("sec-fetch-site", "none") in ("none", "same-origin"):
        return True
    # "empty" is a link that our own worker hands on; no script can ask with the mode of a link
    is_link = headers.get("sec-fetch-mode") == "navigate" and headers.get("sec-fetch-dest") in (
        "document",
        "empty",
    )
    return is_link and method == "GET"


async def _refuse(send: Send, status: int, sentence: str) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), *_HEADERS]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": phrase(sentence).encode()})


class _Answer:
    """A `send` that adds the headers and, for CSV, defuses the cells on their way out."""

    def __init__(self, send: Send, path: str, access: Access, rules: str = "") -> None:
        self._send = send
        self._policy = rules or policy()
        self._access = access
        self._is_csv = path.endswith(".csv")

    async def __call__(self, message: AsgiMessage) -> None:
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
            (name, _guarded_cookie(value, self._access)) if name.lower() == b"set-cookie" else (name, value)
            for name, value in headers
        ]
        if b"content-security-policy" not in present:
            added.append((b"content-security-policy", self._policy.encode("latin-1")))
        return [*headers, *added]


def _guarded_cookie(cookie: bytes, access: Access) -> bytes:
    """A cookie that no script reads, no other site's form brings along, no neighbour on our host and, behind TLS, no open line carries."""
    cookie = _WHOLE_HOST.sub(rb"\1" + access.base.encode(), cookie)
    lowered = cookie.lower()
    for attribute in (b"HttpOnly", b"SameSite=Lax", *((b"Secure",) if access.is_tls else ())):
        if attribute.partition(b"=")[0].lower() not in lowered:
            cookie += b"; " + attribute
    return cookie


def defused_rows(rows: str) -> str:
    """Whole rows of CSV with every cell defused.

    >>> print(defused_rows('1,=A1,"-x, y"'))
    1,'=A1,"'-x, y"
    """

    def field(match: re.Match[str]) -> str:
        text = match[0]
        return f'"{defused(text[1:-1])}"' if text.startswith('"') else defused(text)

    return _FIELD.sub(field, rows)
