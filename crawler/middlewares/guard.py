"""Nobody lets us into a private network: every address is checked where the connection is made.

The check lies in the resolver because every connection passes there with the
address it will use: names, literals in all spellings, redirects, and names that
change their address between two look-ups (DNS rebinding).
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

from twisted.internet import address as tx
from twisted.internet.interfaces import IHostnameResolver, IHostResolution
from zope.interface import implementer

from crawler.config.readers import Network
from crawler.dedupe.urls import why_unfit
from crawler.errors import ForbiddenAddress
from crawler.frontier.addresses import refusal
from crawler.frontier.hosts import Manners
from crawler.memory import ByteCache

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler

#: ports that browsers never ask, because other protocols live there: https://fetch.spec.whatwg.org/#port-blocking
BAD_PORTS = frozenset(
    (0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103, 104,
     109, 110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513, 514, 515, 526,
     530, 531, 532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993, 995, 1719, 1720, 1723, 2049, 3659, 4045,
     4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080)
)  # fmt: skip
#: look-ups block a thread each; dead name servers must not starve the others
_LOOKUPS = ThreadPoolExecutor(32, thread_name_prefix="dns")
#: addresses of a name that are looked at, and those that are tried; a name with a thousand would have us knock at each
_MOST_ADDRESSES, _MOST_TRIED = 64, 8
#: what the reasons of refusals may take in memory, and what one takes besides its letters
_REMEMBERED_BYTES, _ENTRY_BYTES = 4_000_000, 300


@implementer(IHostResolution)
class _Resolution:
    def __init__(self, name: str) -> None:
        self.name = name

    def cancel(self) -> None:
        """A look-up under way cannot be stopped; its answer is ignored by who cancelled."""


@implementer(IHostnameResolver)
class GuardedResolver:
    """Twisted's name resolver with the door closed: addresses that are not public are never handed out.

    Args:
        reactor: the running Twisted reactor.
        allowed: networks that are let through although private.
    """

    def __init__(self, reactor: Any, allowed: Sequence[Network] = ()) -> None:
        self.reactor = reactor
        self.allowed = tuple(allowed)
        self._refused = ByteCache[str, str](_REMEMBERED_BYTES)

    @classmethod
    def from_crawler(cls, crawler: Crawler, reactor: Any) -> GuardedResolver:
        """What `scrapy crawl` installs: the one that the guard has installed already, or a strict one."""
        installed = reactor.nameResolver
        return installed if isinstance(installed, cls) else cls(reactor)

    def install_on_reactor(self) -> None:
        """Answer every look-up of this process from now on."""
        self.reactor.installNameResolver(self)

    def why_refused(self, host: str) -> str | None:
        """The reason of the last refusal of that host, or None."""
        return self._refused.get(host.lower())

    def resolveHostName(  # noqa: N802  # the interface's name
        self,
        resolutionReceiver: Any,  # noqa: N803  # the interface's name
        hostName: str,  # noqa: N803  # the interface's name
        portNumber: int = 0,  # noqa: N803  # the interface's name
        addressTypes: Sequence[type[Any]] | None = None,  # noqa: N803  # the interface's name
        transportSemantics: str = "TCP",  # noqa: N803  # the interface's name
    ) -> _Resolution:
        """Look *hostName* up and pass on its public addresses (IHostnameResolver)."""
        resolution = _Resolution(hostName)
        resolutionReceiver.resolutionBegan(resolution)
        task = asyncio.ensure_future(self._resolve(resolutionReceiver, hostName, portNumber))
        resolution.task = task  # type: ignore[attr-defined]  # keeps the task alive
        return resolution

    async def _resolve(self, receiver: Any, name: str, port: int) -> None:
        try:
            found = await _addresses(name)
        except (OSError, UnicodeError):
            found = ()
        for text in self._public(name, found):
            kind = tx.IPv6Address if ":" in text else tx.IPv4Address
            receiver.addressResolved(kind("TCP", text, port))
        receiver.resolutionComplete()

    def _public(self, name: str, found: Sequence[str]) -> tuple[str, ...]:
        reasons = {text: refusal(text, self.allowed) for text in found}
        public = tuple(text for text, reason in reasons.items() if reason is None)[:_MOST_TRIED]
        if reasons and not public:
            text, reason = next((text, reason) for text, reason in reasons.items() if reason)
            led = f"{name} leads to {text}, a private or reserved address"
            why = reason if name in reasons else led
            self._refused.put(name.lower(), why, len(name) + len(why) + _ENTRY_BYTES)
        return public


async def _addresses(name: str) -> tuple[str, ...]:
    """The addresses of a name; numbers in any spelling (`0x7f.1`, `2130706433`) need no look-up."""
    try:
        found = socket.getaddrinfo(name, None, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
    except OSError:
        loop = asyncio.get_running_loop()
        found = await loop.run_in_executor(_LOOKUPS, _look_up, name)
    return tuple(dict.fromkeys(str(entry[4][0]) for entry in found[:_MOST_ADDRESSES]))


def _look_up(name: str) -> list[Any]:
    return socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)


def why_refused(url: str) -> str | None:
    """Why the last connection to the URL's host was refused by the guard, or None when it was not."""
    from twisted.internet import reactor

    resolver = cast("Any", reactor).nameResolver
    return (
        resolver.why_refused(urlsplit(url).hostname or "") if isinstance(resolver, GuardedResolver) else None
    )


class Guard:
    """Installs the resolver and refuses what is not a plain web address."""

    def __init__(self, allowed: Sequence[Network]) -> None:
        from twisted.internet import reactor

        GuardedResolver(reactor, allowed).install_on_reactor()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Guard:
        """The guard with the spider's `[fetch] allow_private`; strict for a spider without manners."""
        manners: Manners | None = getattr(crawler.spider, "manners", None)
        return cls(manners.fetch.allow_private if manners else ())

    def process_request(self, request: Request) -> None:
        """Refuse other schemes, addresses with a user name in them, and ports of other protocols."""
        reason = why_unfit(request.url)
        port = urlsplit(request.url).port
        if reason is None and port in BAD_PORTS:
            reason = f"port {port} belongs to another protocol than the web's"
        if reason is not None:
            raise ForbiddenAddress(reason, request.url)
