"""robots.txt by RFC 9309: asked first, obeyed on every hop, asked again after a day."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from protego import Protego
from scrapy import Request
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK

from crawler.dedupe.urls import host_of
from crawler.errors import FetchError, ForbiddenAddress, RobotsDenied
from crawler.frontier.hosts import HostBusy, Manners, Remembered, RobotsAway, RobotsClosed
from crawler.middlewares.politeness import fetch_error, page_of
from crawler.settings import ROBOTS_TOKEN
from db.model import FetchRecord, Outcome, Page

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

#: RFC 9309, 2.4: not used for longer than that
FRESH_S = 24 * 3600.0
#: a host whose robots.txt answers 5xx is asked for it again after that
CLOSED_S = 15 * 60.0
#: one whose robots.txt does not answer at all after that
AWAY_S = 60.0
#: RFC 9309, 2.5: at least 500 KiB are read
MOST_BYTES = 512 * 1024
#: parsed files kept in memory; the record remembers the others
_MOST_ORIGINS = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What one robots.txt says."""

    expires_at: float
    #: None when everything is allowed
    parser: Protego | None = None
    #: why everything is closed, or None
    closed: str | None = None
    #: closed because there was no answer at all
    is_away: bool = False

    @property
    def crawl_delay_s(self) -> float | None:
        """Seconds between requests that it asks of us, or None."""
        delay = self.parser.crawl_delay(ROBOTS_TOKEN) if self.parser else None
        return float(delay) if delay and delay > 0 else None

    def check(self, url: str) -> None:
        """Pass, or raise why not.

        Raises:
            RobotsDenied: a rule of it denies the URL.
            RobotsClosed, RobotsAway: it could not be had.
        """
        if self.closed:
            kind = RobotsAway if self.is_away else RobotsClosed
            why = f"robots.txt {self.closed}, so the host is closed (RFC 9309)"
            raise kind(why, url, self.expires_at - time.monotonic())
        if self.parser and not self.parser.can_fetch(url, ROBOTS_TOKEN):
            raise RobotsDenied("robots.txt does not allow it", url)


def rules_of(status: int, body: bytes, tick: float) -> Rules:
    """The rules that an answer to robots.txt means, by its status.

    2xx: what it says. 429 and 5xx: closed. Every other 4xx, and a redirect that
    leads nowhere: no rules, everything is allowed.

    Args:
        tick: monotonic seconds, for the expiry.
    """
    if 200 <= status < 300:
        text = body[:MOST_BYTES].decode("utf-8-sig", errors="replace")
        return Rules(expires_at=tick + FRESH_S, parser=Protego.parse(text))
    if status == 429 or status >= 500:
        return Rules(expires_at=tick + CLOSED_S, closed=f"answered {status}")
    return Rules(expires_at=tick + FRESH_S)


class Robots:
    """Holds every request back until the robots.txt of its host has been read."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.manners: Manners | None = getattr(crawler.spider, "manners", None)
        self._rules: dict[str, Rules] = {}
        self._asking: dict[str, asyncio.Future[Rules]] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Robots:
        """With the spider's manners."""
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Let it pass when its robots.txt does.

        Raises:
            RobotsDenied, RobotsClosed: it does not.
            ForbiddenAddress, HostBusy: not even robots.txt may be asked for.
        """
        if request.meta.get("is_robots"):
            return
        (await self._rules_for(request)).check(request.url)

    async def _rules_for(self, request: Request) -> Rules:
        parts = urlsplit(request.url)
        origin = f"{parts.scheme}://{parts.netloc}"
        rules = self._rules.get(origin)
        if rules and rules.expires_at > time.monotonic():
            self._rules[origin] = self._rules.pop(origin)  # the last used stay longest
            return rules
        if origin not in self._asking:
            self._asking[origin] = asyncio.ensure_future(self._learn(origin, request))
            self._asking[origin].add_done_callback(lambda done: self._learned(origin, done))
        return await asyncio.shield(self._asking[origin])

    def _learned(self, origin: str, done: asyncio.Future[Rules]) -> None:
        del self._asking[origin]
        if not done.cancelled():
            done.exception()  # whoever waited has it

    async def _learn(self, origin: str, request: Request) -> Rules:
        """The rules of *origin*: those the record remembers from the last day, or fresh ones."""
        url = f"{origin}/robots.txt"
        known = await self.manners.remember(url) if self.manners else None
        age = (datetime.now(UTC) - known.visited_at).total_seconds() if known else FRESH_S
        if known and 0 <= age < FRESH_S:
            told = known.page
            rules = rules_of(told.status if told else 404, told.body if told else b"", time.monotonic() - age)
        else:
            rules = await self._ask(url, request, known)
        return self._keep(origin, rules)

    async def _ask(self, url: str, request: Request, known: Remembered | None) -> Rules:
        """Fetch robots.txt, write its ledger row, and heed Crawl-delay."""
        started, begun = datetime.now(UTC), time.monotonic()
        record = FetchRecord(
            url=url, source=None, purpose="robots", started_at=started, outcome=Outcome.FAILED, reason=""
        )
        try:
            answer = await self._fetch(url, request, known)
        except (ForbiddenAddress, HostBusy):
            raise
        except FetchError as problem:
            why = f"could not be had ({problem})"
            rules = Rules(expires_at=time.monotonic() + AWAY_S, closed=why, is_away=True)
            await self._record(record, begun, rules, None)
            return rules
        is_same = answer.status == 304 and known is not None and known.page is not None
        body = known.page.body if is_same and known and known.page else answer.body
        rules = rules_of(200 if is_same else answer.status, body, time.monotonic())
        await self._record(record, begun, rules, answer)
        await self._heed(url, rules)
        return rules

    async def _fetch(self, url: str, request: Request, known: Remembered | None) -> Response:
        keys = ("download_timeout", "download_maxsize")
        meta = {"is_robots": True} | {key: request.meta[key] for key in keys if key in request.meta}
        meta["validators"] = known.validators if known else (None, None)
        headers = {"User-Agent": request.headers["User-Agent"]} if "User-Agent" in request.headers else None
        asked = Request(url, headers=headers, meta=meta, callback=NO_CALLBACK, dont_filter=True)
        try:
            return await self.crawler.engine.download_async(asked)
        except IgnoreRequest:  # too many redirects: RFC 9309, 2.3.1.2 lets us take it for a 404
            return Response(url, status=404)
        except Exception as problem:
            raise fetch_error(problem, asked) from problem

    def _keep(self, origin: str, rules: Rules) -> Rules:
        """Remember *rules*; a good copy stands while a newer one cannot be had (RFC 9309, 2.4)."""
        before = self._rules.get(origin)
        if rules.closed and before and not before.closed:
            rules = Rules(expires_at=rules.expires_at, parser=before.parser)
        self._rules.pop(origin, None)
        if len(self._rules) >= _MOST_ORIGINS:
            self._rules.pop(next(iter(self._rules)))
        self._rules[origin] = rules
        return rules

    async def _heed(self, origin: str, rules: Rules) -> None:
        if self.manners is None:
            return
        state = self.manners.hosts.ask_gap(
            host_of(origin), rules.crawl_delay_s, datetime.now(UTC), asyncio.get_running_loop().time()
        )
        if state:
            await self.manners.keep_host(state)

    async def _record(self, record: FetchRecord, begun: float, rules: Rules, answer: Response | None) -> None:
        if self.manners is not None:
            page = page_of(record.url, answer) if answer and 200 <= answer.status < 300 else None
            elapsed_ms = int((time.monotonic() - begun) * 1000)
            await self.manners.record(told(record, elapsed_ms, rules, answer, page), page)


def told(
    record: FetchRecord, elapsed_ms: int, rules: Rules, answer: Response | None, page: Page | None
) -> FetchRecord:
    """The ledger row of a robots.txt."""
    if rules.closed:
        outcome, reason = Outcome.FAILED, f"It {rules.closed}: the host is closed (RFC 9309)."
    elif answer and answer.status == 304:
        outcome, reason = Outcome.NOT_MODIFIED, "Not modified (304); obeyed for another day."
    elif rules.parser is None:
        outcome, reason = Outcome.GONE, "There is none: everything is allowed."
    else:
        outcome, reason = Outcome.UNCHANGED, "Read; obeyed for a day."
    return replace(
        record,
        elapsed_ms=elapsed_ms,
        outcome=outcome,
        reason=reason,
        status=answer.status if answer else None,
        final_url=answer.url if answer else None,
        received_bytes=len(answer.body) if answer else 0,
        page_sha256=page.sha256 if page else None,
    )
