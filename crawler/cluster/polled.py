"""What a node was answered by a source, as the writer takes it: the one process that polls would have had the same answer."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from crawler.cluster.form import Delivery, problem_from
from crawler.cluster.further_addresses import FurtherAddresses
from crawler.cluster.pace import ReportedPace
from crawler.errors import Unreachable
from crawler.ingest.session import CrawlSession
from crawler.polling.answers import RecordAnswers
from crawler.polling.kinds import kind_of
from crawler.polling.poll import PollAnswer
from db.store import Store


async def append_poll(
    session: CrawlSession,
    answers: RecordAnswers,
    pace: ReportedPace,
    asking: FurtherAddresses,
    source: str,
    delivery: Delivery,
    body: bytes,
) -> None:
    """A source's answer into the record, with what has to be asked for beside it; one that the record has already is left."""
    record, store = delivery.record, session.store
    state = await store.run(Store.source_state, source)
    if state is None or await store.run(Store.has_visit, record.url, record.started_at, source):
        return
    etag, last_modified = delivery.validators
    state = replace(state, etag=etag, last_modified=last_modified) if delivery.page else state
    first = kind_of(state.source).poll(state, record.started_at)
    poll = replace(first, url=delivery.url or first.url)
    if delivery.fault is not None:
        await session.fail(poll, delivery.fault)
    elif delivery.page is None:
        problem = problem_from(delivery.problem) if delivery.problem else None
        with pace.reported(poll.host, delivery.wait_s):
            await answers.missed(poll, problem or Unreachable("no answer", poll.url), record)
    else:
        answer = PollAnswer(
            poll=poll,
            page=replace(delivery.page, body=body),
            record=record,
            moved_to=delivery.moved_to,
            is_cut=delivery.is_cut,
        )
        await answers.polled(answer, partial(asking.fetch, state))
