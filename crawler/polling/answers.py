"""Where the answers of a crawl go; one process has the record at hand, a node of a cluster hands them over (`crawler.cluster`)."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import UTC, datetime
from typing import Protocol

from crawler.errors import DiscoverError, FetchError, StoreError
from crawler.frontier.errands import Errand, Poll, Visit
from crawler.ingest.keeping import PageKeeper
from crawler.ingest.session import CrawlSession
from crawler.ingest.visits import FetchedPage, append_page, miss, not_modified, read
from crawler.polling.kinds import kind_of
from crawler.polling.poll import MISREAD, AskAddress, PollAnswer, read_answer
from crawler.polling.results import file_source, miss_source, weigh_reading
from db.model import FetchRecord, Outcome, Page

log = logging.getLogger(__name__)


class Answers(Protocol):
    """What becomes of an errand that was handed out; each ends in one of these."""

    async def is_polled(self, poll: Poll) -> bool:
        """Poll a source that takes no request, with its row; whether that was all."""

    async def polled(self, answer: PollAnswer, fetch: AskAddress) -> None:
        """A source answered. *fetch* gets a further page through the same doors."""

    async def not_modified(self, visit: Visit, page: Page, record: FetchRecord) -> None:
        """A page answered 304."""

    async def missed(self, errand: Errand, problem: FetchError, record: FetchRecord) -> None:
        """It did not come."""

    async def failed(self, errand: Errand, fault: BaseException | None) -> None:
        """Our own code failed on it."""

    async def keep(self, page: FetchedPage) -> FetchedPage:
        """A page came: its bytes are kept."""

    async def read(self, page: FetchedPage) -> FetchedPage:
        """The page with its capture."""

    async def append(self, page: FetchedPage) -> None:
        """The last step of a page."""


class RecordAnswers:
    """Into the record, at once."""

    def __init__(self, session: CrawlSession) -> None:
        self._session, self._keeper = session, PageKeeper(session)

    async def is_polled(self, poll: Poll) -> bool:
        """Poll a source that takes no request, with its row; whether that was all."""
        session, now = self._session, datetime.now(UTC)
        row = session.row(poll, now, 0)
        try:
            reason = await kind_of(poll.state.source).poll_without_asking(session, poll, now)
        except (FetchError, DiscoverError) as problem:
            weight = problem.weight if isinstance(problem, FetchError) else MISREAD
            await miss_source(session, poll, problem, weight, row)
            return True
        except StoreError:
            raise
        except Exception as fault:  # the source's error costs that source
            log.exception("source.failed source=%s", poll.source)
            await session.fail(poll, fault)
            return True
        if reason is None:
            return False
        await file_source(session, poll, replace(row, outcome=Outcome.UNCHANGED, reason=reason))
        return True

    async def polled(self, answer: PollAnswer, fetch: AskAddress) -> None:
        """New pages into the queue, and the source's row."""
        await read_answer(self._session, answer, fetch)

    async def not_modified(self, visit: Visit, page: Page, record: FetchRecord) -> None:
        """Its row, its validators, and the next look."""
        await not_modified(self._session, visit, page, record)

    async def missed(self, errand: Errand, problem: FetchError, record: FetchRecord) -> None:
        """Its row; tried again later where that may help."""
        if isinstance(errand, Visit):
            await miss(self._session, errand, problem, record)
        else:
            await miss_source(self._session, errand, problem, problem.weight, record)

    async def failed(self, errand: Errand, fault: BaseException | None) -> None:
        """Its row says so, and it is not tried again."""
        await self._session.fail(errand, fault)

    async def keep(self, page: FetchedPage) -> FetchedPage:
        """Its bytes are in the archive first, so that it can be read again whatever happens next."""
        return await self._keeper.keep(page)

    async def read(self, page: FetchedPage) -> FetchedPage:
        """Read and judged in a reader process."""
        return await weigh_reading(self._session, await read(self._session, page))

    async def append(self, page: FetchedPage) -> None:
        """Article, ledger row and queue entry in one transaction."""
        await append_page(self._session, page)
