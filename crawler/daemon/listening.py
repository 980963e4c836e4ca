"""The daemon answers two questions by HTTP, `/healthz` and `/metrics`: in its own loop, so that a loop that hangs answers none."""

from __future__ import annotations

import asyncio
import logging
import re
import socket
from collections import Counter
from contextlib import suppress
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path

from crawler.config import Config
from crawler.daemon.health import Health
from crawler.daemon.metrics import Snapshot, check_installed, exposition
from crawler.daemon.watchdog import Watchdog
from crawler.errors import ConfigError, StoreError
from crawler.ingest.figures import LATENESS_EVERY_S, Times
from crawler.logs import say
from db.gauges import Gauges, gauges_of

log = logging.getLogger("scheduler")

#: what a question may take to arrive, in seconds and bytes, and how many are heard at once
_PATIENCE_S = 5.0
_MOST_BYTES = 8192
MOST_AT_ONCE = 16
#: ... and of one address
_MOST_OF_ADDRESS = 6
#: the record is counted at most that often, however often somebody asks
COUNT_S = 5.0
_REASONS = {
    200: "OK",
    404: "Not Found",
    405: "Method Not Allowed",
    421: "Misdirected Request",
    503: "Service Unavailable",
}
_HOST = re.compile(rb"\r\n[Hh][Oo][Ss][Tt]:[ \t]*([^\r\n]*)")
#: ends of names that no stranger can point at a machine of ours; a name without a dot is none of theirs either
_OURS = (".localhost", ".local", ".internal", ".lan", ".home.arpa")
_FORMAT = "text/plain; version=0.0.4; charset=utf-8"
HttpAnswer = tuple[int, str, bytes]


class Listening:
    """The server, kept in step with `[metrics] listen`.

    Args:
        watchdog: whose crawl and figures are reported.
    """

    def __init__(self, watchdog: Watchdog, health: Health) -> None:
        self._watchdog = watchdog
        self._health = health
        self._server: asyncio.Server | None = None
        self._config: Config | None = None
        self._heard: Counter[str] = Counter()
        self._counted: tuple[float, Gauges | None] | None = None
        self._counting = asyncio.Lock()
        self._looking: asyncio.Task[None] | None = None

    async def begin(self, config: Config) -> None:
        """Listen as the configuration says.

        Raises:
            ConfigError: the address cannot be had, or prometheus-client is missing.
        """
        before, self._config = self._config, config
        if before is not None and before.metrics == config.metrics:
            return
        self.end()
        if config.metrics.listen is None:
            return
        check_installed()
        host, port = config.metrics.listen
        try:
            self._server = await asyncio.start_server(self._serve, host, port, limit=_MOST_BYTES)
        except OSError as problem:
            where = f"{host}:{port}"
            raise ConfigError(
                f"[metrics] listen: {where} cannot be listened on: {problem.strerror}", where, "listen"
            ) from problem
        self._looking = asyncio.create_task(note_lateness(self._watchdog.figures.lateness))
        place = self._server.sockets[0].getsockname()
        say(log, logging.INFO, "metrics.listening", host=place[0], port=place[1])

    async def see_to(self, config: Config) -> None:
        """Take an edit over; an address that cannot be had is logged, and the daemon goes on without."""
        try:
            await self.begin(config)
        except ConfigError as problem:
            say(log, logging.ERROR, "metrics.failed", because=problem)

    def end(self) -> None:
        """Hear nobody any more."""
        if self._server is not None:
            self._server.close()
            self._server = None
        if self._looking is not None:
            self._looking.cancel()
            self._looking = None

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        address = str((writer.get_extra_info("peername") or ("",))[0])
        self._heard[address] += 1
        try:
            if self._heard.total() <= MOST_AT_ONCE and self._heard[address] <= _MOST_OF_ADDRESS:
                with suppress(OSError, ValueError, EOFError, TimeoutError, asyncio.LimitOverrunError):
                    async with asyncio.timeout(_PATIENCE_S):
                        head = await reader.readuntil(b"\r\n\r\n")
                    writer.write(_response(*await self._answer(head)))
                    async with asyncio.timeout(_PATIENCE_S):
                        await writer.drain()
        finally:
            self._heard[address] -= 1
            self._heard += Counter()  # lets go of those that ask nothing any more
            writer.close()

    async def _answer(self, head: bytes) -> HttpAnswer:
        assert self._config is not None and self._config.metrics.listen is not None
        name = host_name(head)
        if name is not None and not is_ours(name, self._config.metrics.listen[0]):
            return (
                421,
                "text/plain; charset=utf-8",
                b"Ask by an address of numbers, or a name of this machine.\n",
            )
        method, _, rest = head.partition(b" ")
        path = rest.partition(b" ")[0].partition(b"?")[0]
        if path not in (b"/healthz", b"/metrics"):
            return 404, "text/plain; charset=utf-8", b"/healthz and /metrics are what there is.\n"
        if method not in (b"GET", b"HEAD"):
            return 405, "text/plain; charset=utf-8", b"Ask with GET.\n"
        status, kind, body = self._healthz() if path == b"/healthz" else await self._metrics()
        return status, kind, body if method == b"GET" else b""

    def _healthz(self) -> HttpAnswer:
        is_well = not self._health.why_ill()
        return 200 if is_well else 503, "text/plain; charset=utf-8", f"{self._health.in_words()}\n".encode()

    async def _metrics(self) -> HttpAnswer:
        assert self._config is not None
        watch = self._watchdog.watch
        moment = Snapshot(
            figures=self._watchdog.figures,
            gauges=await self._gauges(self._config.store.path, self._config.store.archive),
            under_way=watch.session.frontier.under_way if watch else 0,
            is_well=not self._health.why_ill(),
            is_paused=self._health.is_paused,
        )
        return 200, _FORMAT, exposition(moment)

    async def _gauges(self, record: Path, archive: Path) -> Gauges | None:
        """Counted in a thread, once for all who ask at the same time."""
        async with self._counting:
            at = asyncio.get_running_loop().time()
            if self._counted is None or at - self._counted[0] >= COUNT_S:
                try:
                    counted = await asyncio.to_thread(gauges_of, record, archive, datetime.now(UTC))
                except StoreError as problem:
                    say(log, logging.DEBUG, "metrics.unread", because=problem)
                    counted = None
                self._counted = at, counted
            return self._counted[1]


async def note_lateness(times: Times) -> None:
    """Note again and again how late the loop comes back to this task: so long it was held up, by whatever somebody sent."""
    loop = asyncio.get_running_loop()
    while True:
        due = loop.time() + LATENESS_EVERY_S
        await asyncio.sleep(LATENESS_EVERY_S)
        times.add(max(loop.time() - due, 0.0))


def host_name(head: bytes) -> str | None:
    """The name by which a request calls us, without its port; None when it calls us nothing.

    >>> host_name(b"GET / HTTP/1.1\\r\\nHost: Desk:9107\\r\\n\\r\\n"), host_name(b"GET / HTTP/1.0\\r\\n\\r\\n")
    ('desk', None)
    """
    found = _HOST.search(head)
    if found is None:
        return None
    value = found[1].decode("latin-1").strip().lower()
    name, _, port = value.rpartition(":")
    return name if name and port.isdigit() else value


def is_ours(name: str, listened: str) -> bool:
    """Whether *name* is one that no web page can have pointed at this machine (DNS rebinding).

    >>> is_ours("192.0.2.7", "0.0.0.0"), is_ours("spacereel", "0.0.0.0"), is_ours("evil.example", "127.0.0.1")
    (True, True, False)
    """
    if "." not in name or name.endswith(_OURS) or name in (listened, socket.gethostname().lower()):
        return True
    try:
        ip_address(name.strip("[]"))
    except ValueError:
        return False
    return True


def _response(status: int, kind: str, body: bytes) -> bytes:
    head = (
        f"HTTP/1.1 {status} {_REASONS[status]}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n"
        "Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n"
    )
    return head.encode() + body
