"""Pages of a file at the gate, several at a time: most are left unread, and what surrounds a look costs as much as the look."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence

from crawler.frontier.async_store import AsyncStore
from crawler.ingest.pool import ReadingPool
from crawler.ingest.unread import is_weighed_fast, unread
from crawler.memory import uncollected
from crawler.relevance.topic import Topic
from crawler.warc.batch import SOURCE
from db.model import Candidate, Page
from db.store import Store

log = logging.getLogger(__name__)

#: pages that a reader is asked about at once
_MOST_AT_ONCE = 8

#: a page and who waits for the answer: whether it is out, None when that has to be asked of it alone
_Asked = tuple[Page, asyncio.Future[bool | None]]


def own_candidate(page: Page) -> Candidate:
    """What names a page of a file: itself."""
    return Candidate(url=page.url, source=SOURCE, found_on=page.url, found_at=page.fetched_at)


def is_out(topics: tuple[Topic, ...], page: Page) -> bool:
    """Whether the words of a page rule the topics out, so that it stays unread."""
    return unread(page, own_candidate(page), topics) is not None


@uncollected()
def are_out(topics: tuple[Topic, ...], pages: Sequence[Page]) -> tuple[bool, ...]:
    """The same of several, in a reader process."""
    return tuple(is_out(topics, page) for page in pages)


class PageGate:
    """Asks whether pages may stay unread, of all that come in one turn of the loop together; an article of the record may not."""

    def __init__(self, store: AsyncStore, pool: ReadingPool, topics: tuple[Topic, ...]) -> None:
        self._store = store
        self._pool = pool
        self._topics = topics
        self._waiting: list[_Asked] = []
        self._looking: set[asyncio.Task[None]] = set()

    async def is_out(self, page: Page) -> bool | None:
        """Whether it stays unread; None when it is read alone, and its words are looked at then."""
        loop = asyncio.get_running_loop()
        if not self._waiting:
            loop.call_soon(self._look)
        answer: asyncio.Future[bool | None] = loop.create_future()
        self._waiting.append((page, answer))
        return await answer

    def _look(self) -> None:
        waiting, self._waiting = self._waiting, []
        for at in range(0, len(waiting), _MOST_AT_ONCE):
            task = asyncio.ensure_future(self._ask(waiting[at : at + _MOST_AT_ONCE]))
            self._looking.add(task)
            task.add_done_callback(self._looking.discard)

    async def _ask(self, asked: Sequence[_Asked]) -> None:
        try:
            known = await self._store.run(_articles_among, [page.url for page, _ in asked])
            fast = [page for page, _ in asked if page.url not in known and is_weighed_fast(page.body)]
            out = dict(zip(map(id, fast), await self._are_out(fast), strict=True))
            for page, answer in asked:
                if not answer.done():
                    answer.set_result(False if page.url in known else out.get(id(page)))
        except Exception as problem:  # noqa: BLE001  # the record's: whoever waits has it
            for _, answer in asked:
                if not answer.done():
                    answer.set_exception(problem)
        finally:
            for _, answer in asked:
                answer.cancel()

    async def _are_out(self, pages: Sequence[Page]) -> Sequence[bool | None]:
        if not pages:
            return ()
        try:
            return await self._pool.judge(are_out, self._topics, pages)
        except Exception:  # one of them is to blame: each is read alone
            log.debug("pages.not_weighed", exc_info=True)
            return (None,) * len(pages)


def _articles_among(store: Store, urls: Sequence[str]) -> frozenset[str]:
    """In the store's thread: those that are articles of the record."""
    return frozenset(url for url in urls if store.article_of(url) is not None)
