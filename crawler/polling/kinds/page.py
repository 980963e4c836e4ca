"""One page that is watched for itself."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from crawler.dedupe.urls import canonical_url
from crawler.frontier.errands import Poll
from crawler.polling.kinds.base import Kind, ParsedAnswer
from db.model import Candidate, Page, Source, SourceKind
from db.store import Store

if TYPE_CHECKING:
    from crawler.ingest.session import CrawlSession


class PageKind(Kind):
    """It goes the way of every page, again at each poll."""

    name: SourceKind = "page"
    may_be_empty = True

    def parse(self, source: Source, page: Page, now: datetime) -> ParsedAnswer:
        """Itself."""
        return ParsedAnswer(candidates=(_candidate(source, now),))

    async def poll_without_asking(self, session: CrawlSession, poll: Poll, now: datetime) -> str:
        """Put it into the queue."""
        candidate = _candidate(poll.state.source, now)

        def write(store: Store) -> None:
            if not store.enqueue([candidate], now):
                store.schedule_recheck(candidate.url, now)

        await session.store.run(write)
        session.frontier.queued()
        return "Its page is queued to be read."


def _candidate(source: Source, now: datetime) -> Candidate:
    url = canonical_url(source.url) or source.url
    written = source.url if source.url != url else None
    return Candidate(url=url, source=source.id, found_on=url, found_at=now, written=written)
