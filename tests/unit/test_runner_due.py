"""A tick takes in as many sources as are due, not only the first thousand."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from crawler.config import Config
from crawler.frontier.async_store import AsyncStore
from crawler.runner import LOOKS_A_TICK, SOURCES_A_LOOK, Watch
from db.model import Source


def test_a_tick_takes_in_all_sources_that_are_due(store, now):
    count = 2 * SOURCES_A_LOOK + 300
    names = [f"s{number}" for number in range(count)]
    sources = [
        Source(id=name, title="t", kind="feed", url=f"https://{name}.example/feed", beat="test", every_s=900)
        for name in names
    ]
    store.schedule_sources(sources, now)

    async def tick() -> frozenset[str]:
        patient = AsyncStore(store)
        watch = Watch(Config(), (), patient, mode="daemon")
        try:
            await watch.start()
            await watch.offer_due(now + timedelta(hours=1))
            return watch.session.frontier.known_sources
        finally:
            watch.close()
            patient.close()

    assert asyncio.run(tick()) == frozenset(names)
    assert count < SOURCES_A_LOOK * LOOKS_A_TICK
