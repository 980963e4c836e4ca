"""The queue of a crawl in one process: the record's own."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import UTC, datetime

from crawler.frontier.async_store import AsyncStore
from crawler.frontier.errands import Errand, Visit
from db.store import Store


class RecordQueue:
    """Pages that wait in the record; due sources are offered to the frontier by the tick."""

    def __init__(self, store: AsyncStore) -> None:
        self._store = store

    @property
    def is_paused(self) -> bool:
        """Whether the record refuses to be written at the moment."""
        return self._store.is_paused

    async def draw(
        self, places: int, away: Collection[str], under_way: Collection[str] | None = None
    ) -> Sequence[Errand]:
        """Up to *places* pages that may be fetched now, hosts in turn; see `Store.pending`."""
        entries = await self._store.run(Store.pending, datetime.now(UTC), places, away, under_way)
        return [Visit(entry=entry) for entry in entries]

    def returned(self, errand: Errand) -> None:
        """It never left the record."""

    async def next_s(self) -> float | None:
        """Seconds until a queued page falls due; 0 when one is due and waits for its host; None when none waits."""
        at = await self._store.run(Store.next_pending_at)
        return max((at - datetime.now(UTC)).total_seconds(), 0.0) if at else None
