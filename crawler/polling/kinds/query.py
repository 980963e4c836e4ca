"""A search service, or any other feed that answers a question."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from crawler.discover.engines import ENGINES, halves, requests_of
from crawler.discover.feeds import parse_feed
from crawler.discover.queries import parse_answer
from crawler.frontier.errands import Poll
from crawler.polling.kinds.base import Kind, ParsedAnswer, parse_notes
from db.model import Page, Source, SourceKind
from db.watched import SourceState

if TYPE_CHECKING:
    from crawler.polling.poll import RunningPoll
    from crawler.polling.results import EntryCounts

#: questions that one poll of a query asks
_MOST_ASKED = 30


class QueryKind(Kind):
    """Never asked about the same hours twice, so that its polls cannot be compared."""

    name: SourceKind = "query"
    is_comparable = False
    may_be_empty = True

    def parse(self, source: Source, page: Page, now: datetime) -> ParsedAnswer:
        """The results of one question."""
        content_type = page.header("content-type")
        if source.engine:
            answer = parse_answer(source, page.body, page.final_url, now, content_type)
            return ParsedAnswer(candidates=answer.candidates, is_cut=answer.is_cut)
        feed = parse_feed(page.body, page.final_url, source.id, now, content_type=content_type)
        return ParsedAnswer(candidates=feed.candidates, rest=feed.rest, notes=parse_notes(feed))

    def poll(self, state: SourceState, now: datetime) -> Poll:
        """Its first question, at the pace that its service asks for."""
        source = state.source
        if not source.engine:
            return super().poll(state, now)
        first = requests_of(source, state.succeeded_at, now)[0]
        return Poll(state=state, url=first, gap_s=ENGINES[source.engine].gap_s)

    def is_headline_only(self, source: Source) -> bool:
        """Some services lead to pages of scripts."""
        return source.engine is not None and ENGINES[source.engine].is_headline_only

    def is_moving(self, source: Source) -> bool:
        """Some services are asked about a span of time."""
        return source.engine is not None and ENGINES[source.engine].is_windowed

    async def read_further(self, poll: RunningPoll, first: ParsedAnswer, found: EntryCounts) -> None:
        """Its other questions; one whose answer is cut off is asked again about each half of its time."""
        if not poll.source.engine:
            return
        waiting = [*requests_of(poll.source, poll.state.succeeded_at, poll.now)[1:]]
        waiting[:0] = halves(poll.answer.poll.url) if first.is_cut else ()
        count, failed = 1, 0
        while waiting and count < _MOST_ASKED:
            url = waiting.pop(0)
            result = await poll.look(url, "query")
            count, failed = count + 1, failed + (result is None)
            if result is not None and result[0].is_cut:
                waiting[:0] = halves(url)
        poll.is_whole &= not failed and not waiting
        if count > 1:
            notes = [f"{count} questions asked", *([f"{failed} failed"] if failed else [])]
            poll.notes.append(", ".join([*notes, *([f"{len(waiting)} left for later"] if waiting else [])]))

    async def read_unmodified(self, poll: RunningPoll) -> None:
        """Its first question has nothing new; the others may have."""
        await self.read_further(poll, ParsedAnswer(candidates=()), poll.found)
