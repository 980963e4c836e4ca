"""robots.txt by RFC 9309: asked first, obeyed on every hop, asked again after a day."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK

from crawler.dedupe.urls import host_of
from crawler.discover.robots import RobotRules, robot_rules
from crawler.errors import FetchError, ForbiddenAddress, RobotsDenied
from crawler.frontier.hosts import HostBusy, Manners, Remembered, RobotsAway, RobotsClosed
from crawler.memory import ByteCache
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
#: what the rules kept in memory may take; the record remembers the others
MOST_KEPT_BYTES = 16_000_000
#: rules that take more are looked through in a thread: half a megabyte of patterns that hardly fit takes 0.15 s for each
#: of a page's two addresses, and this much 5 ms
_SHORT_BYTES = 16_000
#: an origin without rules, its address included
_ORIGIN_BYTES = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What one robots.txt says."""

    expires_at: float
    #: None when everything is allowed
    rules: RobotRules | None = None
    #: why everything is closed, or None
    closed: str | None = None
    #: closed because there was no answer at all
    is_away: bool = False

    @property
    def crawl_delay_s(self) -> float | None:
        """Seconds between requests that it asks of us, or None."""
        return (self.rules.delay_s or None) if self.rules else None

    @property
    def size(self) -> int:
        """Bytes it takes in memory, about."""
        return _ORIGIN_BYTES + (self.rules.size if self.rules else 0)

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
        if self.rules and not self.rules.allows(url):
            raise RobotsDenied("robots.txt does not allow it", url)


def rules_of(status: int, body: bytes, tick: float) -> Rules:
    """What an answer to `/robots.txt` means, as RFC 9309, 2.3.1 says. Pure.

    2xx is read; 5xx closes the host for a while; everything else, also a redirect that
    leads nowhere: no rules, everything is allowed.

    Args:
        tick: monotonic seconds, for the expiry.
    """
    if closed := _closed_by(status):
        return Rules(expires_at=tick + CLOSED_S, closed=closed)
    rules = robot_rules(body, ROBOTS_TOKEN) if 200 <= status < 300 else None
    return Rules(expires_at=tick + FRESH_S, rules=rules)


def _closed_by(status: int) -> str | None:
    """Why an answer with that status closes the host, or None."""
    return f"answered {status}" if status == 429 or status >= 500 else None


class Robots:
    """Holds every request back until the robots.txt of its host has been read."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.manners: Manners | None = getattr(crawler.spider, "manners", None)
        self._rules = ByteCache[str, Rules](MOST_KEPT_BYTES)
        self._asking: dict[str, asyncio.Future[Rules]] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Robots:
        """With the spider's manners."""
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Let it pass when its robots.txt does, or when it asks for no page, by the address that is asked for and by the one that was published.

        A rule such as `/index.php?view=print&` means the parameters in the order in which the site writes them.

        Raises:
            RobotsDenied, RobotsClosed: it does not.
            ForbiddenAddress, HostBusy: not even robots.txt may be asked for.
        """
        if request.meta.get("is_robots") or request.meta.get("is_form"):
            return
        rules = await self._rules_for(request)
        for url in dict.fromkeys((request.url, request.meta.get("written") or request.url)):
            if rules.size > _SHORT_BYTES:
                await asyncio.to_thread(rules.check, url)
            else:
                rules.check(url)

    async def _rules_for(self, request: Request) -> Rules:
        parts = urlsplit(request.url)
        origin = f"{parts.scheme}://{parts.netloc}"
        rules = self._rules.get(origin)
        if rules and rules.expires_at > time.monotonic():
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
            page = known.page
            rules = await _read(page.status if page else 404, page.body if page else b"", age)
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
            await self._record(record, begun, why, None)
            return Rules(expires_at=time.monotonic() + AWAY_S, closed=why, is_away=True)
        is_same = answer.status == 304 and known is not None and known.page is not None
        body = known.page.body if is_same and known and known.page else answer.body
        # the row first: whatever reading it does, the next crawl does not ask again at once
        await self._record(record, begun, _closed_by(answer.status), answer)
        rules = await _read(200 if is_same else answer.status, body)
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
            rules = Rules(expires_at=rules.expires_at, rules=before.rules)
        self._rules.put(origin, rules, rules.size)
        return rules

    async def _heed(self, origin: str, rules: Rules) -> None:
        if self.manners is None:
            return
        state = self.manners.hosts.ask_gap(
            host_of(origin), rules.crawl_delay_s, datetime.now(UTC), asyncio.get_running_loop().time()
        )
        if state:
            await self.manners.keep_host(state)

    async def _record(
        self, record: FetchRecord, begun: float, closed: str | None, answer: Response | None
    ) -> None:
        if self.manners is not None:
            page = page_of(record.url, answer) if answer and 200 <= answer.status < 300 else None
            elapsed_ms = int((time.monotonic() - begun) * 1000)
            await self.manners.record(robots_record(record, elapsed_ms, closed, answer, page), page)


async def _read(status: int, body: bytes, age_s: float = 0.0) -> Rules:
    """`rules_of` in a thread: the loop goes on meanwhile."""
    return await asyncio.to_thread(rules_of, status, body, time.monotonic() - age_s)


def robots_record(
    record: FetchRecord, elapsed_ms: int, closed: str | None, answer: Response | None, page: Page | None
) -> FetchRecord:
    """The ledger row of a robots.txt; *closed* says why it closes its host, if it does."""
    if closed:
        outcome, reason = Outcome.FAILED, f"It {closed}: the host is closed (RFC 9309)."
    elif answer and answer.status == 304:
        outcome, reason = Outcome.NOT_MODIFIED, "Not modified (304); obeyed for another day."
    elif page is None:
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
