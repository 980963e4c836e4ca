"""The bytes of pages are kept before anything is read of them; pages that come while the record is busy are kept together."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace

from crawler.dedupe.urls import site_of
from crawler.errors import StoreError
from crawler.ingest.append import Weighed, weigh
from crawler.ingest.drift import is_read_anyway
from crawler.ingest.session import CrawlSession
from crawler.ingest.unread import is_weighed_fast, unread
from crawler.ingest.visits import FetchedPage, append_weighed
from db.model import FetchRecord
from db.store import Store

#: pages of one transaction; others who want the record wait for as many
_MOST_TOGETHER = 16


@dataclass(frozen=True, slots=True)
class _Kept:
    """A page whose bytes are in the archive, and the row of one that is off topic."""

    page: FetchedPage
    record: FetchRecord | None = None


class PageKeeper:
    """Keeps the bytes of a crawl's pages, so that each can be read again whatever happens next.

    A page whose words rule its topics out is seen to be off topic here: it never leaves this process, and has its row at once.
    """

    def __init__(self, session: CrawlSession) -> None:
        self._session = session
        self._waiting: list[tuple[FetchedPage, asyncio.Future[_Kept]]] = []
        self._work: asyncio.Task[None] | None = None

    async def keep(self, fetched: FetchedPage) -> FetchedPage:
        """The page, when its bytes are on the disk."""
        done: asyncio.Future[_Kept] = asyncio.get_running_loop().create_future()
        self._waiting.append((fetched, done))
        if self._work is None or self._work.done():
            self._work = asyncio.ensure_future(self._keep_waiting())
        kept = await done
        if kept.record is None:
            self._session.frontier.move(fetched.visit)
        else:
            self._session.count(fetched.visit, kept.record)
        return kept.page

    async def _keep_waiting(self) -> None:
        """In slices: what comes meanwhile waits for the next one."""
        while self._waiting:
            some, self._waiting = self._waiting[:_MOST_TOGETHER], self._waiting[_MOST_TOGETHER:]
            kept: Sequence[_Kept | Exception]
            try:
                kept = await self._kept([page for page, _ in some])
            except StoreError as fault:
                kept = [fault] * len(some)
            for (_, done), each in zip(some, kept, strict=True):
                if done.done():  # nobody waits any more
                    continue
                if isinstance(each, _Kept):
                    done.set_result(each)
                else:
                    done.set_exception(each)

    async def _kept(self, pages: Sequence[FetchedPage]) -> list[_Kept | Exception]:
        """What became of each. An error that is not the record's is that of one page; which, comes out one by one."""
        run, session = self._session.store.run, self._session
        try:
            return [*await run(_keep, session, pages)]
        except StoreError:
            raise
        except Exception as fault:  # noqa: BLE001  # the page's error costs that page, which has it
            if len(pages) == 1:
                return [fault]
        return [each for page in pages for each in await self._kept([page])]


def _keep(store: Store, session: CrawlSession, pages: Sequence[FetchedPage]) -> list[_Kept]:
    """In the store's thread, as looking at a page takes milliseconds: one transaction for the bytes, one for the rows."""
    looked = [replace(page, is_gated=_is_gated(store, session, page)) for page in pages]
    for is_gated in (False, True):
        bodies = [page.page for page in looked if page.is_gated == is_gated]
        if bodies:
            store.keep_page(*bodies, is_wanted=not is_gated)
    weighed = [_weighed(store, session, replace(page, is_packed=not page.is_gated)) for page in looked]
    with store.as_one():
        return [
            _Kept(page) if left is None else _Kept(page, append_weighed(store, session, page, left)[1])
            for page, left in weighed
        ]


def _weighed(store: Store, session: CrawlSession, fetched: FetchedPage) -> tuple[FetchedPage, Weighed | None]:
    """With what becomes of a page that is off topic by its words; a page that was looked at need not be looked at again."""
    if not fetched.is_gated or not is_weighed_fast(fetched.page.body):
        return fetched, None
    left = unread(fetched.page, fetched.visit.entry.candidate, session.topics)
    fetched = replace(fetched, is_gated=False)
    if left is None:
        return fetched, None
    weighed = weigh(store, left, session.config.keep.band)
    return replace(fetched, capture=left, is_recorded=True), weighed


def _is_gated(store: Store, session: CrawlSession, fetched: FetchedPage) -> bool:
    """Whether the page may stay unread when its words rule its topics out.

    An article of the record is always read again, whatever it says now.
    """
    if fetched.visit.purpose != "new" or session.config.keep.band == "all":
        return False
    site = site_of(fetched.page.final_url)
    taken = session.read_anyway(fetched.page.fetched_at)
    if is_read_anyway(fetched.visit.url, store.readings(site), taken[site]):
        taken[site] += 1
        return False
    return True
