"""What the record needs while it is watched: a heartbeat, a note beside it, and old pages leaving the archive."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Sequence
from datetime import datetime
from math import inf
from pathlib import Path

from crawler.catalogue import Beat
from crawler.config import ArchiveConfig, Config, KeepConfig
from crawler.frontier.async_store import AsyncStore
from crawler.logs import say
from crawler.memory import give_back_freed
from db.identity import Event
from db.store import Store

log = logging.getLogger("scheduler")

#: the heartbeat is written at most that often
HEART_S = 5.0
#: how far the record is, is noted beside it that often
NOTE_S = 900.0
#: what a moment of much work has freed goes back to the system that often
GIVE_BACK_S = 60.0
#: bodies that were kept long enough leave the archive that often
PRUNE_S = 86400.0
#: steps of it that one tick takes: a ledger of years is looked through in minutes, and no tick waits for it
_STEPS = 20


class Upkeep:
    """Does each part when its time has come; a restart begins with all of them."""

    def __init__(self, store: AsyncStore) -> None:
        self._store = store
        self._beaten_at = self._noted_at = self._given_back_at = self._pruned_at = float("-inf")
        #: the site whose lines were looked through last, None after the last one; and free pages of the record
        self._site: str | None = None
        self._free: float = 0

    async def take_up(self, now: datetime) -> None:
        """Begin to use the record, and say what was done to its file."""
        say_events(await self._store.run(Store.take_up, now), self._store.path)

    async def schedule_sources(self, beats: Sequence[Beat], now: datetime) -> None:
        """The sources of the beats, as they are listed now."""
        listed = [source for beat in beats for source in beat.sources]
        await self._store.run(Store.schedule_sources, listed, now)

    async def note(self, now: datetime) -> None:
        """Write beside the record how far it is."""
        await self._store.run(Store.note, now)

    async def see_to(self, now: datetime, tick: float) -> None:
        """The heartbeat, the note, and the memory that is not needed any more."""
        if tick - self._beaten_at >= HEART_S:
            self._beaten_at = tick
            await self._store.run(Store.beat_heart, now, os.getpid())
        if tick - self._noted_at >= NOTE_S:
            self._noted_at = tick
            await self.note(now)
        if tick - self._given_back_at >= GIVE_BACK_S:
            self._given_back_at = tick
            await asyncio.to_thread(give_back_freed)

    async def prune(self, config: Config, now: datetime, tick: float) -> None:
        """Let go of bodies, reports, rows and lines that were kept long enough, and of the room they took."""
        if tick - self._pruned_at >= PRUNE_S:
            self._pruned_at = tick
            await self._prune_archive(config.archive, now)
            self._site, self._free = "", inf
        for _ in range(_STEPS if self._free else 0):
            if not await self._forget(config.keep, now):
                self._free = 0
                break

    async def _prune_archive(self, keep: ArchiveConfig, now: datetime) -> None:
        gone = await self._store.run(Store.prune_archive, now, keep.relevant_s, keep.rejected_s)
        if gone:
            say(log, logging.INFO, "archive.pruned", pages=gone)
        forgotten = 0
        while batch := await self._store.run(Store.forget_reports, now):
            forgotten += batch
        if forgotten:
            say(log, logging.INFO, "stories.forgotten", reports=forgotten)

    async def _forget(self, keep: KeepConfig, now: datetime) -> bool:
        """One step, for which whoever else writes waits; returns whether there may be more."""
        if await self._store.run(Store.forget_visits, now, {"polls": keep.polls_s, "visits": keep.visits_s}):
            return True
        if await self._store.run(Store.forget_messages, now, keep.messages_s):
            return True
        if self._site is not None:
            self._site = await self._store.run(Store.forget_lines, self._site)
            return True
        left, before = await self._store.run(Store.shrink), self._free
        self._free = left
        return 0 < left < before

    async def see_to_clock(self, now: datetime, jump_s: float) -> None:
        """Nothing waits for a time that was noted while the clock was ahead."""
        due = await self._store.run(Store.take_clock_back, now)
        if due or jump_s:
            say(log, logging.WARNING, "clock.set", by_s=round(jump_s), due_again=due)


def say_events(events: Sequence[Event], record: Path) -> None:
    """What was done to the record's file since it was used last, a line each."""
    for event in events:
        level = logging.INFO if event.kind in ("moved", "restored") else logging.WARNING
        say(log, level, f"record.{event.kind}", because=event.reason, db=record)
