"""A host's turn: one request at a time, at its pace."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from crawler.frontier.hosts import HostBusy
from crawler.frontier.protocols import HostPace


@asynccontextmanager
async def turn(pace: HostPace, host: str, url: str, patience_s: float) -> AsyncIterator[None]:
    """A block in which *url* may be asked for: alone on its host, and not before the host's time.

    Raises:
        HostBusy: the host wants to rest longer than *patience_s* seconds, or somebody else asks it.
    """
    loop = asyncio.get_running_loop()
    async with pace.lock(host):
        await pace.admit(host, url)
        while (wait := pace.wait_s(host, loop.time())) > 0:
            if wait > patience_s:
                pace.rests(host, loop.time())
                why = pace.reason(host) or f"{host} asks for {pace.gap_s(host):g} s between requests"
                raise HostBusy(why, url, wait)
            await asyncio.sleep(wait)
            await pace.admit(host, url)
        try:
            yield
        finally:
            pace.ended(host, loop.time())
