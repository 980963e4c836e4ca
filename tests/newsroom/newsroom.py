"""A newspaper on the loopback whose paths name their behaviour. A real HTTP server, on a thread of its own.

Any host (127.0.0.2, .3, ...):

    /article/SLUG            an article with ETag and Last-Modified; `edit(SLUG)` prints another edition
    /plain/SLUG              the same without validators
    /feed, /sitemap, ...     whatever `print_(path, body)` put there; with ETag unless told otherwise
    /status/503              that status; /status/503/retry-after/120 with the header, /status/503/until/120 as a date, /status/304/etag/x
    /flaky/N/SLUG            503 for the first N requests, then the article
    /slow/SECONDS/SLUG       the article after that time
    /drip                    a byte now and then, for ever;      /endless: as fast as it can, for ever
    /drop                    the connection is closed unanswered; /half: closed after half of the body
    /huge/BYTES              announces and sends that many;       /markup/BYTES, /markup/BYTES/gzip: as costly to parse as can be
    /bomb/gzip, /br, /zstd   a little that unpacks to 100 MB
    /headers                 headers without end;                 /onion: says it is packed 41 times over
    /packed/SLUG             the article, gzip, without a charset in the header
    /not-gzip                claims to be packed and is not
    /wire/NAME               HTTP that readers take apart differently, see `wire`
    /garbage                 not HTTP;                            /binary: an image that says it is HTML
    /empty                   nothing with status 200
    /redirect/N/SLUG         N redirects, then the article;       /redirect-loop: for ever
    /to?URL                  a redirect to URL;                   /moved?URL: a permanent one
    /meta-refresh?URL        a page that refreshes to URL
    /hostile/NAME            what an attacker prints, see `hostile`
    /poison?URL              an article that claims to be the one at URL
    /kill/SLUG               an article whose text tells a reader process to die (see `tests/integration`)

robots.txt: `robots[host]` is a text, a status, an address to be sent to, or "drop"; 404 when there is none.
"""

from __future__ import annotations

import asyncio
import gzip
import sys
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise
from pathlib import Path
from time import monotonic
from types import TracebackType
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))
import bombs
import hostile
import press
import wire
from answers import (
    HTML,
    XML,
    Answer,
    Asked,
    Closed,
    asked_in,
    listen_everywhere,
    or_not_modified,
    send,
    send_for_ever,
    send_raw,
    status_page,
)


class Newsroom:
    """The newspaper, as a context manager.

    Args:
        hosts: how many addresses it has, from 127.0.0.2 on.
        net: first three parts of the addresses.
    """

    def __init__(self, hosts: int = 3, net: str = "127.0.0", port: int = 0) -> None:
        self.addresses = [f"{net}.{number}" for number in range(2, 2 + hosts)]
        self.robots: dict[str, str | int] = {}
        self.robots_headers: dict[str, str] = {}
        self.log: list[Asked] = []
        self.delay_s = 0.0
        #: what `/endless/…` begins with
        self.endless = b""
        #: names another path that is answered instead, such as /drop, or "" for none
        self.trouble: Callable[[Asked], str] = lambda asked: ""
        self._printed: dict[tuple[str, str], Answer] = {}
        self._editions: dict[str, int] = {}
        self._tries: Counter[str] = Counter()
        self._open: Counter[str] = Counter()
        self.most_open: Counter[str] = Counter()
        self._tasks: set[asyncio.Task[None]] = set()
        self._sockets = listen_everywhere(self.addresses, port)
        self.port: int = self._sockets[0].getsockname()[1]
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._ready = threading.Event()
        self._news = threading.Condition()

    # what a test arranges

    def origin(self, number: int = 0) -> str:
        """`http://127.0.0.2:PORT`, of the host with that number."""
        return f"http://{self.addresses[number]}:{self.port}"

    def host(self, number: int = 0) -> str:
        """The same without the scheme."""
        return f"{self.addresses[number]}:{self.port}"

    def print_(self, path: str, body: bytes, kind: str = XML, *, number: int = 0, **headers: str) -> str:
        """Answer *path* with *body*; returns its URL. `etag=""` leaves validators out."""
        told = {"content-type": kind, **{name.replace("_", "-"): value for name, value in headers.items()}}
        if told.setdefault("etag", press.etag_of(body)) == "":
            del told["etag"]
        self._printed[self.host(number), path] = Answer(body=body, headers=told)
        return self.origin(number) + path

    def edit(self, slug: str) -> None:
        """The article gets another last paragraph."""
        self._editions[slug] = self._editions.get(slug, 1) + 1

    # what a test asks

    def asked(self, path: str = "", number: int | None = None) -> list[Asked]:
        """Requests whose path begins with *path*, in order; robots.txt only when it is asked for."""
        host = None if number is None else self.host(number)
        return [
            each
            for each in list(self.log)
            if each.path.startswith(path or "/")
            and (host is None or each.host == host)
            and (path or each.path != "/robots.txt")
        ]

    def wait_for(self, path: str, times: int = 1, timeout_s: float = 120.0) -> None:
        """Until *path* was asked for that often."""
        with self._news:
            if not self._news.wait_for(lambda: len(self.asked(path)) >= times, timeout_s):
                raise TimeoutError(f"{path} was asked for {len(self.asked(path))} times, not {times}")

    def gaps(self, number: int = 0) -> list[float]:
        """Seconds between requests to one host, robots.txt included."""
        times = [each.at for each in self.log if each.host == self.host(number)]
        return [later - earlier for earlier, later in pairwise(times)]

    # the server

    def __enter__(self) -> Newsroom:
        self._thread.start()
        self._ready.wait(10)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    def _serve(self) -> None:
        asyncio.set_event_loop(self._loop)
        for each in self._sockets:
            self._loop.run_until_complete(asyncio.start_server(self._accept, sock=each))
        self._loop.call_soon(self._ready.set)
        self._loop.run_forever()
        for each in self._sockets:
            each.close()
        for task in self._tasks:
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*self._tasks, return_exceptions=True))
        self._loop.run_until_complete(self._loop.shutdown_default_executor())
        self._loop.close()

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = self._loop.create_task(self._connected(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        host = "{}:{}".format(*writer.get_extra_info("sockname")[:2])
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                self._open[host] += 1
                self.most_open[host] = max(self.most_open[host], self._open[host])
                try:
                    await self._respond(host, head, writer)
                finally:
                    self._open[host] -= 1
        except (Closed, OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            writer.transport.abort()

    async def _respond(self, host: str, head: bytes, writer: asyncio.StreamWriter) -> None:
        asked = asked_in(head, host, at=monotonic())
        with self._news:
            self.log.append(asked)
            self._news.notify_all()
        if self.delay_s:
            await asyncio.sleep(self.delay_s)
        answer = await self._answer(asked, writer)
        await send(writer, or_not_modified(asked, answer))

    async def _answer(self, asked: Asked, writer: asyncio.StreamWriter) -> Answer:
        if instead := self.trouble(asked):
            asked = replace(asked, path=instead)
        printed = self._printed.get((asked.host, asked.path))
        if printed is not None:
            return printed
        name, _, rest = asked.path[1:].partition("?")[0].partition("/")
        behaviour = getattr(self, "_do_" + name.replace("-", "_").replace(".", "_"), None)
        if behaviour is None:
            return status_page(404)
        answer = behaviour(asked, rest.split("/") if rest else [], writer)
        return await answer if asyncio.iscoroutine(answer) else answer

    def _article(self, asked: Asked, slug: str) -> Answer:
        body = press.article(slug, f"http://{asked.host}{asked.path}", self._editions.get(slug, 1))
        return Answer(body=body, headers={"content-type": HTML})

    def _do_robots_txt(self, asked: Asked, parts: list[str], writer: Any) -> Answer:
        rules = self.robots.get(asked.host, 404)
        if rules == "drop":
            raise Closed
        if isinstance(rules, int):
            return Answer(status=rules, headers=dict(self.robots_headers))
        if rules.startswith("http"):
            return Answer(status=302, headers={"location": rules})
        return Answer(
            body=rules.encode(), headers={"content-type": "text/plain", "etag": press.etag_of(rules.encode())}
        )

    def _do_article(self, asked: Asked, parts: list[str], writer: Any) -> Answer:
        answer = self._article(asked, parts[0])
        answer.headers |= {
            "etag": press.etag_of(answer.body),
            "last-modified": "Fri, 20 Nov 2026 08:00:00 GMT",
        }
        return answer

    def _do_plain(self, asked: Asked, parts: list[str], writer: Any) -> Answer:
        return self._article(asked, parts[0])

    _do_kill = _do_plain

    def _do_status(self, asked: Asked, parts: list[str], writer: Any) -> Answer:
        answer = status_page(int(parts[0]))
        if parts[1:2] == ["etag"]:
            answer.headers["etag"] = f'"{parts[2]}"'
        if parts[1:2] == ["retry-after"]:
            answer.headers["retry-after"] = parts[2]
        if parts[1:2] == ["until"]:
            answer.headers["retry-after"] = format_datetime(
                datetime.now(UTC) + timedelta(seconds=int(parts[2])), True
            )
        return answer

    def _do_flaky(self, asked: Asked, parts: list[str], writer: Any) -> Answer:
        self._tries[asked.path] += 1
        return (
            status_page(500) if self._tries[asked.path] <= int(parts[0]) else self._article(asked, parts[1])
        )

    async def _do_slow(self, asked: Asked, parts: list[str], writer: Any) -> Answer:
        await asyncio.sleep(float(parts[0]))
        return self._article(asked, parts[-1])

    async def _do_drip(self, asked: Asked, parts: list[str], writer: asyncio.StreamWriter) -> Answer:
        return await send_for_ever(writer, b"<", 0.1)

    async def _do_endless(self, asked: Asked, parts: list[str], writer: asyncio.StreamWriter) -> Answer:
        return await send_for_ever(writer, b"<p>more</p>" * 1000, 0.0, self.endless if parts else b"")

    def _do_drop(self, asked: Asked, parts: list[str], writer: Any) -> Answer:
        raise Closed

    async def _do_half(self, asked: Asked, parts: list[str], writer: asyncio.StreamWriter) -> Answer:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 1000\r\n\r\n<p>half")
        await writer.drain()
        raise Closed

    def _do_huge(self, asked: Asked, parts: list[str], writer: Any) -> Answer:
        return Answer(body=b"x" * int(parts[0]), headers={"content-type": HTML})

    async def _do_markup(self, asked: Asked, parts: list[str], writer: Any) -> Answer:
        if not (parts and parts[0].isdigit()):  # what is guessed beside a site's own address
            return status_page(404)
        body = await self._loop.run_in_executor(None, bombs.markup, int(parts[0]), parts[-1] == "gzip")
        packed = {"content-encoding": "gzip"} if parts[-1] == "gzip" else {}
        return Answer(body=body, headers={"content-type": HTML, **packed})

    async def _do_bomb(self, asked: Asked, parts: list[str], writer: Any) -> Answer:
        body = await self._loop.run_in_executor(None, bombs.BOMBS[parts[0]])
        return Answer(body=body, headers={"content-type": HTML, "content-encoding": parts[0]})

    def _do_packed(self, asked: Asked, parts: list[str], writer: Any) -> Answer:
        body = gzip.compress(self._article(asked, parts[0]).body)
        return Answer(body=body, headers={"content-type": "text/html", "content-encoding": "gzip"})

    def _do_onion(self, asked: Asked, parts: list[str], writer: Any) -> Answer:
        return Answer(body=b"", headers={"content-type": HTML, "content-encoding": "gzip, " * 40 + "gzip"})

    async def _do_headers(self, asked: Asked, parts: list[str], writer: asyncio.StreamWriter) -> Answer:
        writer.write(b"HTTP/1.1 200 OK\r\n")
        while not writer.is_closing():
            writer.write(b"X-Flood: " + b"x" * 1000 + b"\r\n")
            await writer.drain()
            await asyncio.sleep(0)
        raise Closed

    async def _do_wire(self, asked: Asked, parts: list[str], writer: asyncio.StreamWriter) -> Answer:
        return await send_raw(writer, wire.ANSWERS[parts[0]], open_s=0.5)

    def _do_not_gzip(self, asked: Asked, parts: list[str], writer: Any) -> Answer:
        return Answer(body=b"<html>plain</html>", headers={"content-type": HTML, "content-encoding": "gzip"})

    async def _do_garbage(self, asked: Asked, parts: list[str], writer: asyncio.StreamWriter) -> Answer:
        return await send_raw(writer, b"\x00\x01 nobody speaks this\r\n\r\n")

    def _do_binary(self, asked: Asked, parts: list[str], writer: Any) -> Answer:
        return Answer(body=b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20, headers={"content-type": HTML})

    def _do_empty(self, asked: Asked, parts: list[str], writer: Any) -> Answer:
        return Answer(headers={"content-type": HTML})

    def _do_redirect(self, asked: Asked, parts: list[str], writer: Any) -> Answer:
        left = int(parts[0])
        if left == 0:
            return self._article(asked, parts[1])
        return Answer(status=302, headers={"location": f"/redirect/{left - 1}/{parts[1]}"})

    def _do_redirect_loop(self, asked: Asked, parts: list[str], writer: Any) -> Answer:
        return Answer(status=301, headers={"location": "/redirect-loop"})

    def _do_to(self, asked: Asked, parts: list[str], writer: Any) -> Answer:
        return Answer(status=302, headers={"location": asked.query})

    def _do_moved(self, asked: Asked, parts: list[str], writer: Any) -> Answer:
        return Answer(status=301, headers={"location": asked.query})

    def _do_hostile(self, asked: Asked, parts: list[str], writer: Any) -> Answer:
        found = hostile.answer(parts[0], f"http://{asked.host}")
        return Answer(body=found[0], headers=found[1]) if found else status_page(404)

    def _do_poison(self, asked: Asked, parts: list[str], writer: Any) -> Answer:
        body = press.article("poison", asked.query)
        return Answer(body=body, headers={"content-type": HTML})

    def _do_meta_refresh(self, asked: Asked, parts: list[str], writer: Any) -> Answer:
        body = f'<html><head><meta http-equiv="refresh" content="0; url={asked.query}"></head><body></body></html>'
        return Answer(body=body.encode(), headers={"content-type": HTML})
