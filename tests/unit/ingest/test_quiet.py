"""Polls without news are written together, and each of those who wait hears what became of it."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from crawler.errors import StoreError
from crawler.frontier.async_store import AsyncStore
from crawler.ingest.quiet import QuietPolls
from db.model import FetchRecord, Outcome, Source
from db.store import Store
from db.watched import SourceState

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def quiet(number: int) -> tuple[SourceState, FetchRecord]:
    source = Source(
        id=f"s{number}", title="S", kind="feed", url=f"https://s{number}.example/", beat="b", every_s=900.0
    )
    record = FetchRecord(
        url=source.url, source=source.id, purpose="source", started_at=NOW, outcome=Outcome.NOT_MODIFIED, reason="304."
    )  # fmt: skip
    return SourceState(source=source), record


def test_those_that_come_at_once_are_one_transaction(store: Store):
    written: list[list[str]] = []

    async def poll() -> None:
        patient = AsyncStore(store)
        polls = QuietPolls(patient, lambda _, each: written.append([state.source.id for state, _ in each]))
        await asyncio.gather(*(polls.add(quiet(number)) for number in range(20)))
        patient.close()

    asyncio.run(poll())

    assert [len(each) for each in written] == [16, 4]
    assert sorted(name for each in written for name in each) == sorted(f"s{number}" for number in range(20))


def test_what_cannot_be_written_is_raised_where_each_of_them_waits(store: Store):
    def refuse(*_: object) -> None:
        raise StoreError("the record is away", "x")

    async def poll() -> list[object]:
        patient = AsyncStore(store, patience_s=0.0)
        polls = QuietPolls(patient, refuse)
        ends = await asyncio.gather(
            *(polls.add(quiet(number)) for number in range(3)), return_exceptions=True
        )
        patient.close()
        return list(ends)

    assert [type(each) for each in asyncio.run(poll())] == [StoreError] * 3
