"""Who may come in by which way: how a review is reached, and what is answered before somebody has signed in. Pure."""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal
from urllib.parse import SplitResult, urlsplit

from crawler.errors import SpacereelError

#: loopback: this machine reads, whoever signed in marks; closed: nothing without a login; public: all read, nobody marks
AccessMode = Literal["loopback", "closed", "public"]
#: names a browser on this machine calls us by
_LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
_BASE_PATH = re.compile(r"/(?:[A-Za-z0-9_~.-]+/)*")
#: what the page for signing in needs, and what a phone asks for without a cookie; nothing of the record
_OPEN = re.compile(
    r"/-/login|/-/language|/-/manifest\.webmanifest|/-/worker\.js|/spacereel/[a-z0-9-]+\.(?:css|js|svg|png)"
)
#: where a token for feeds reaches
_FEEDS = re.compile(r"/-/feed\.(?:atom|json)")
#: and one for reading, beside feeds
_JSON = re.compile(r"/(?:-/why\.json|articles(?:/[^/?#]+){0,2}\.json|articles(?:/[^/?#]+){1,2}\.csv)")
#: Datasette's own: which file is served, which versions serve it, how its parts are tried
_MACHINE = re.compile(
    r"/-/(?:databases|plugins|versions|threads|settings|metadata|config|messages|allow-debug|patterns|permissions)(?:\.json)?/?"
)
#: an address of ours that one may be sent on to
_OURS = re.compile(r"/(?![/\\])[^\x00-\x20\\]{0,2000}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """How one review is reached."""

    mode: AccessMode = "loopback"
    #: names a request may call us by, without port; empty means any
    hosts: tuple[str, ...] = ()
    #: the one of them under which somebody can be signed in; None means any
    session_host: str | None = None
    #: `https://news.example` when a proxy stands before us; None: as the request says
    origin: str | None = None
    #: path below which we stand, with a slash at both ends
    base: str = "/"
    #: whether cookies are for TLS alone
    is_tls: bool = False

    @property
    def cookie(self) -> str:
        """Name of the session's cookie; `__Host-` is one that no other host can set (RFC 6265bis, 4.1.3.2)."""
        return "__Host-spacereel" if self.is_tls and self.base == "/" else "spacereel"

    def route(self, scope: Mapping[str, object]) -> str:
        """The path below ours, as Datasette's router takes it: the bytes that were sent, undecoded."""
        raw = scope.get("raw_path")
        path = raw.decode("ascii", "replace") if isinstance(raw, bytes) else str(scope["path"])
        path = path.partition("?")[0]
        return "/" + path[len(self.base) :] if self.base != "/" and path.startswith(self.base) else path


def is_open(path: str) -> bool:
    """Whether *path* is answered without a login."""
    return _OPEN.fullmatch(path) is not None


def is_about_machine(path: str) -> bool:
    """Whether *path* tells of this machine, not of the record."""
    return _MACHINE.fullmatch(path) is not None


def is_in_scope(path: str, method: str, scope: str) -> bool:
    """Whether a token of *scope* reaches *path*; tokens change nothing."""
    if method not in ("GET", "HEAD"):
        return False
    return bool(_FEEDS.fullmatch(path)) or (scope == "read" and bool(_JSON.fullmatch(path)))


def is_feed(path: str) -> bool:
    """Whether *path* is a feed: its readers know no header, and bring their token in the address."""
    return _FEEDS.fullmatch(path) is not None


def page_after_login(asked: str | None) -> str:
    """Where to go after signing in: an address of ours, else the first page.

    >>> page_after_login("/-/queue?beat=x"), page_after_login("//evil.example/"), page_after_login("/\\\\evil.example"), page_after_login("https://evil.example")
    ('/-/queue?beat=x', '/', '/', '/')
    """
    return asked if asked and _OURS.fullmatch(asked) else "/"


def access_of(
    host: str, *, base_url: str | None = None, is_public: bool = False, session_host: str | None = None
) -> Access:
    """The access to a review that listens on *host* and is known to the world as *base_url*.

    Raises:
        SpacereelError: the base URL is no address that a review can have.
    """
    if base_url:
        parts = _parsed(base_url)
        mode: AccessMode = "public" if is_public else "closed"
        return Access(
            mode=mode,
            hosts=(_bracketed(parts.hostname or ""),),
            origin=f"{parts.scheme}://{parts.netloc.lower()}",
            base=parts.path or "/",
            is_tls=parts.scheme == "https",
        )
    if is_loopback(host):
        names = (*_LOOPBACK, *((session_host,) if session_host else ()))
        return Access(mode="public" if is_public else "loopback", hosts=names, session_host=session_host)
    return Access(mode="public" if is_public else "closed", hosts=_names_of(host))


def plain_access(named: Sequence[str] = ()) -> Access:
    """Those of a Datasette that others started: nobody knows on what it listens, or under which of *named*.

    No other site can point an address of numbers, or a name of this machine, at it.
    """
    return Access(hosts=(*_names_of("0.0.0.0"), *(each.lower() for each in named)))  # noqa: S104 - what it is called, not bound to


def _parsed(base_url: str) -> SplitResult:
    try:
        parts = urlsplit(base_url if base_url.endswith("/") else f"{base_url}/")
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    is_plain = not (parts.query or parts.fragment or "@" in parts.netloc)
    if parts.scheme not in ("http", "https") or not parts.hostname or not is_plain or port == 0:
        raise SpacereelError(
            f'--base-url "{base_url}" is no address of a review; write it as people open it, such as https://news.example/ or https://news.example/review/'
        )
    if not _BASE_PATH.fullmatch(parts.path) or re.search(r"/\.{1,2}/", parts.path):
        raise SpacereelError(
            f'the path of --base-url "{base_url}" may have letters, digits, "-", "_" and "." only'
        )
    return parts


def _names_of(host: str) -> tuple[str, ...]:
    """What a machine is called by when it listens on *host*; no address of numbers can be pointed elsewhere."""
    if host in ("0.0.0.0", "::"):  # noqa: S104 - compared
        own = socket.gethostname().lower()
        return (*_LOOPBACK, "*", own, own.partition(".")[0], f"{own.partition('.')[0]}.local")
    return (_bracketed(host),)


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host.lower()


def knows(hosts: tuple[str, ...], name: str) -> bool:
    """Whether we answer to *name*; `*` among *hosts* means every address of numbers.

    >>> knows(("*", "desk"), "192.0.2.7"), knows(("*", "desk"), "evil.example"), knows((), "any")
    (True, False, True)
    """
    return not hosts or name in hosts or ("*" in hosts and _is_number(name))


def _is_number(name: str) -> bool:
    try:
        ipaddress.ip_address(name.strip("[]"))
    except ValueError:
        return False
    return True


def is_loopback(host: str) -> bool:
    """Whether nobody but this machine reaches *host*."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
