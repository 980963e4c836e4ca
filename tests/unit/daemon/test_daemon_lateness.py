"""The loop's lateness: whatever computes in it for long is seen."""

from __future__ import annotations

import asyncio
import time

from crawler.daemon.listening import note_lateness
from crawler.ingest.figures import LATENESS_EVERY_S, Times


def test_what_holds_the_loop_up_is_noted_with_its_length():
    times, held_s = Times(), LATENESS_EVERY_S + 0.3

    async def held_up():
        looking = asyncio.create_task(note_lateness(times))
        await asyncio.sleep(0)
        end = time.monotonic() + held_s
        while time.monotonic() < end:
            pass
        while not times.sum_s:
            await asyncio.sleep(0)
        looking.cancel()

    asyncio.run(held_up())

    assert times.sum_s >= 0.3
    assert times.up_to()[-1] == 1 and times.up_to()[3] == 0, "it took longer than 0.25 s"
