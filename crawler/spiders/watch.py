"""The one spider: asks for due sources and queued pages, in the daemon for as long as it runs."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlencode

from scrapy import Request, Spider
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK
from scrapy.utils.misc import load_object

from crawler.dedupe.urls import askable, host_of, in_published_order, url_key
from crawler.errors import FetchError, StoreError
from crawler.frontier.errands import Errand, Poll, Visit
from crawler.frontier.frontier import PATIENCE_S
from crawler.frontier.hosts import LONGEST_SLOW_S, HostBusy, Manners, user_agent
from crawler.ingest.crawl import Crawl
from crawler.ingest.render import Renderer
from crawler.ingest.session import CrawlSession
from crawler.ingest.verdict import bad_status
from crawler.ingest.visits import FetchedPage, answered
from crawler.middlewares.direct import download
from crawler.middlewares.politeness import fetch_error, is_cut, page_of
from crawler.polling.answers import Answers, RecordAnswers
from crawler.polling.kinds import KINDS, kind_of
from crawler.polling.poll import PollAnswer
from db.model import Page, SourceKind

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

log = logging.getLogger(__name__)

#: bytes of answers in hand beyond which no further page is asked for
_MOST_IN_HAND = 20_000_000


def asking(
    url: str,
    manners: Manners,
    validators: tuple[str | None, str | None] = (None, None),
    kind: SourceKind | None = None,
    **further: Any,
) -> Request:
    """A request with our name, our limits and the validators of the last answer.

    A sitemap may be as large as its rules allow (sitemaps.org: 50,000 addresses, 50 MB), however small
    the largest page is that `[fetch] max_bytes` lets through; of a larger one, and of a larger feed,
    the beginning is read.

    Args:
        kind: of the source that is asked; None for a page.
        further: of its `meta`.
    """
    most, asked = manners.fetch.max_bytes, KINDS[kind] if kind else None
    return Request(
        askable(url),
        headers={"User-Agent": user_agent(manners.fetch.contact)},
        meta={
            "download_timeout": manners.fetch.timeout_s,
            "download_maxsize": max(most, asked.least_max_bytes) if asked else most,
            "is_list": asked is not None and asked.is_list,
            "validators": validators,
            **further,
        },
        dont_filter=True,
    )


class WatchSpider(Spider):
    """Draws errands from the session's frontier until it is closed or, with `once`, dry.

    Args:
        session: what this crawl shares. `scrapy crawl watch` has none: the setting
            SESSION then names what makes one, from the arguments `once`, `config` and `db`.
        answers: where they go; into the record of the session when not given.
    """

    name = "watch"

    def __init__(self, session: Crawl, answers: Answers | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.session = session
        self.answers = answers or RecordAnswers(cast(CrawlSession, session))
        self.manners = session.manners
        self.renderer = Renderer(session.config.fetch.max_bytes)
        self._under_way: set[asyncio.Task[None]] = set()

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> WatchSpider:
        """The spider of a crawl, with the session it was given or a new one."""
        if "session" not in kwargs:
            names = {name: kwargs.pop(name) for name in ("once", "config", "db") if name in kwargs}
            kwargs["session"] = load_object(crawler.settings["SESSION"])(crawler, **names)
        return super().from_crawler(crawler, *args, **kwargs)

    async def start(self) -> AsyncIterator[Any]:
        """Every errand goes its own way, as places and hosts become free; no request is left to the engine."""
        try:
            async for errand in self.session.frontier.errands():
                self._under_way.add(task := asyncio.ensure_future(self._see_to(errand)))
                task.add_done_callback(self._under_way.discard)
        except StoreError as fault:
            self.session.abort(fault)
        nothing: tuple[Request, ...] = ()
        for request in nothing:  # Scrapy iterates over what it is to ask for
            yield request

    async def _see_to(self, errand: Errand) -> None:
        try:
            try:
                if isinstance(errand, Visit):
                    await self._room()
                if isinstance(errand, Visit) or not await self.answers.is_polled(errand):
                    await self._ask(errand)
            except StoreError:
                raise
            except Exception as fault:  # the errand's error costs that errand
                log.exception("errand.failed url=%s source=%s", errand.url, errand.source)
                await self.answers.failed(errand, fault)
        except StoreError as fault:
            self.session.abort(fault)

    async def _room(self) -> None:
        """No further page is asked for while many bytes of others are in hand; whoever has them is a step nearer to its end."""
        while self.manners.held.held > _MOST_IN_HAND and len(self._under_way) > 1:
            await asyncio.wait(self._under_way, return_when=asyncio.FIRST_COMPLETED)

    async def _ask(self, errand: Errand) -> None:
        request = self._request(errand)
        started_at, begun = datetime.now(UTC), time.monotonic()
        try:
            response = await download(self.crawler, request)
        except Exception as problem:  # noqa: BLE001  # whatever it is, the errand's row says it
            await self._miss(errand, problem, request, started_at, begun)
            return
        if isinstance(errand, Poll):
            await self._answered(response, errand, started_at, begun)
            return
        assert self.crawler.engine is not None
        async for page in self.parse_page(response, errand, started_at, begun):
            await self.crawler.engine.scraper.start_itemproc_async(page, response=response)

    def _request(self, errand: Errand) -> Request:
        kind = errand.state.source.kind if isinstance(errand, Poll) else None
        written = errand.entry.candidate.written if isinstance(errand, Visit) else None
        url = in_published_order(errand.url, written)
        # what scripts draw may change while the page that loads them stays
        validators = (None, None) if self.session.is_drawn(errand.source) else errand.validators
        return asking(url, self.manners, validators, kind, held_by=errand.key, written=written)

    async def parse_page(
        self, response: Response, errand: Visit, started_at: datetime, begun: float
    ) -> AsyncIterator[FetchedPage]:
        """The answer to a page: a `FetchedPage` for the pipelines, or its row."""
        elapsed = _elapsed_ms(begun)
        page, drawn = await self._drawn(errand, page_of(errand.url, response))
        self.session.frontier.arrived(errand)
        if 200 <= page.status < 300:
            yield FetchedPage(visit=errand, page=page, started_at=started_at, elapsed_ms=elapsed, drawn=drawn)
            return
        record = answered(self.session.row(errand, started_at, elapsed), page)
        if page.status == 304 and any(errand.validators):
            await self.answers.not_modified(errand, page, record)
        else:
            await self.answers.missed(errand, bad_status(page.status, errand.url), record)

    async def _answered(self, response: Response, poll: Poll, started_at: datetime, begun: float) -> None:
        """The answer to a poll: new pages into the queue, and the source's row."""
        page = page_of(poll.url, response)
        drawn = None
        if kind_of(poll.state.source).is_page:
            page, drawn = await self._drawn(poll, page)
        record = answered(self.session.row(poll, started_at, _elapsed_ms(begun)), page)
        moved_to = moved_for_good(poll.url, response)
        answer = PollAnswer(
            poll=poll, page=page, record=record, moved_to=moved_to, is_cut=is_cut(response), drawn=drawn
        )
        await self.answers.polled(answer, partial(self.fetch, poll))

    async def _drawn(self, errand: Errand, page: Page) -> tuple[Page, str | None]:
        """The page as its scripts leave it, where its source asks for that, and what to say of it."""
        if not self.session.is_drawn(errand.source) or not 200 <= page.status < 300:
            return page, None
        try:
            drawing = await self.renderer.draw(page, partial(self.fetch, errand))
        except FetchError as problem:
            return page, f"It was not drawn by its scripts: {problem}."
        return drawing.page, drawing.note

    async def closed(self, reason: str) -> None:
        """Scrapy's shortcut for the end of a crawl."""
        for task in self._under_way:
            task.cancel()
        await self.renderer.close()

    async def _miss(
        self,
        errand: Errand,
        problem: BaseException | None,
        request: Request,
        started_at: datetime,
        begun: float,
    ) -> None:
        """No answer: the errand's row says why, or it is put back because its host was busy."""
        if isinstance(problem, HostBusy) and host_of(problem.url) == errand.host:
            self.session.put_back(errand, problem)
        elif isinstance(problem, StoreError):
            self.session.abort(problem)
        else:
            self.session.frontier.arrived(errand)
            record = self.session.row(errand, started_at, _elapsed_ms(begun))
            await self.answers.missed(errand, our_error(problem, request), record)

    async def fetch(
        self,
        errand: Errand,
        url: str,
        validators: tuple[str | None, str | None] = (None, None),
        kind: SourceKind | None = None,
        form: dict[str, str] | None = None,
    ) -> Page:
        """One more page for the errand under way, through the same doors and in the host's turn.

        Args:
            form: sent to a hub, which asks for it; robots.txt is for pages.

        Raises:
            FetchError: it did not come.
        """
        request = asking(url, self.manners, validators, kind).replace(callback=NO_CALLBACK)
        if form is not None:
            request = request.replace(method="POST", body=urlencode(form).encode())
            request.headers["Content-Type"] = "application/x-www-form-urlencoded"
            request.meta["is_form"] = True
        request.meta["held_by"] = errand.key
        try:
            return page_of(url, await self.crawler.engine.download_async(request))
        except StoreError:
            raise
        except HostBusy as busy:
            if busy.wait_s > max(PATIENCE_S, LONGEST_SLOW_S):
                raise
            await asyncio.sleep(busy.wait_s)
            return await self.fetch(errand, url, validators, kind, form)
        except Exception as problem:
            raise our_error(problem, request) from problem


def moved_for_good(asked: str, response: Response) -> str | None:
    """Where permanent redirects led, when that is another place and not another spelling; else None."""
    reasons = response.request.meta.get("redirect_reasons", ()) if response.request else ()
    is_permanent = bool(reasons) and all(reason in (301, 308) for reason in reasons)
    return response.url if is_permanent and url_key(response.url) != url_key(asked) else None


def our_error(problem: BaseException | None, request: Request) -> FetchError:
    """What Scrapy reports of a request, as one of our errors with a sentence."""
    if isinstance(problem, IgnoreRequest):  # Scrapy's redirect middleware is the last that raises it
        return FetchError("it redirects too often, or in a circle", request.url)
    return fetch_error(problem, request)


def _elapsed_ms(begun: float) -> int:
    return int((time.monotonic() - begun) * 1000)
