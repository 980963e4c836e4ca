"""WHEN: the daemon. One tick asks the record what is due and hands it to the crawl; signals end it cleanly."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
import threading
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from crawler.config import Config, load_config
from crawler.daemon.signals import Stopping
from crawler.errors import SpacereelError, StoreError
from crawler.logs import configure_logs, say
from db.lock import DaemonLock

if TYPE_CHECKING:
    from apscheduler.schedulers.asyncio import AsyncIOScheduler

    from crawler.runner import Watch
    from db.identity import Event
    from db.model import RunReport
    from db.store import Store

log = logging.getLogger("scheduler")
T = TypeVar("T")

#: a stop waits that long for answers under way ...
DRAIN_S = 5.0
#: ... and that long altogether; then the process ends as it is, with everything recorded intact
DEADLINE_S = 9.0
#: the heartbeat is written at most that often
HEART_S = 5.0
#: how far the record is, is noted beside it that often
NOTE_S = 900.0
#: bodies that were kept long enough leave the archive that often
PRUNE_S = 86400.0
#: the clock was set when it moved that many seconds more or less than time did
CLOCK_JUMP_S = 60.0
#: ... which is looked at that often
CLOCK_LOOK_S = 2.0
#: a crawl that ended by itself is started again after these pauses
RESTARTS_S = (0.0, 5.0, 30.0, 300.0)


class Daemon:
    """Ticks until it is told to stop.

    Args:
        config: the configuration to begin with; edits of its files are taken over.
        store: opened by the caller, who also closes it.
    """

    def __init__(self, config: Config, store: Store) -> None:
        from crawler.daemon.edits import Sight
        from crawler.frontier.record import Record

        self.sight = Sight(config)
        self.store = store
        self.record = Record(store)
        self.watch: Watch | None = None
        self._stop = asyncio.Event()
        self._ticking = asyncio.Lock()
        self._ticks: AsyncIOScheduler | None = None
        self._clock: asyncio.Task[None] | None = None
        self._told: tuple[object, ...] = ()
        self._beaten_at = self._noted_at = self._pruned_at = float("-inf")
        self._restarts = 0
        self._restart_at = 0.0
        #: what the record said last that it could not do
        self._trouble = ""
        #: wall clock less monotonic clock at the last tick
        self._clock_s: float | None = None

    async def run(self) -> None:
        """From the first tick to a clean end."""
        beginning = asyncio.ensure_future(self._begin())
        stopped = asyncio.ensure_future(self._stop.wait())
        await asyncio.wait([beginning, stopped], return_when=asyncio.FIRST_COMPLETED)
        if not self._stop.is_set():
            beginning.result()  # or why it cannot begin
            await stopped
        beginning.cancel()
        await asyncio.gather(beginning, return_exceptions=True)
        await self._end()

    def stop(self) -> None:
        """Begin nothing more, and end."""
        self.record.give_up()
        self._stop.set()

    async def _begin(self) -> None:
        from apscheduler.schedulers.asyncio import AsyncIOScheduler

        _say_done(await self.record.call(self.store.take_up, datetime.now(UTC)), self.store.path)
        await self._schedule_sources()
        await self._start_crawl()
        self._ticks = ticks = AsyncIOScheduler(timezone=UTC)
        # One job: what is due lies in the record. A late tick runs once, never twice at a time.
        self._job = ticks.add_job(
            self.tick,
            "interval",
            seconds=self.sight.config.schedule.tick_s,
            next_run_time=datetime.now(UTC),
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
        )
        ticks.start()
        self._clock = asyncio.ensure_future(self._watch_clock())
        say(log, logging.INFO, "daemon.started", pid=os.getpid(), db=self.store.path)

    async def tick(self) -> None:
        """Take edits over, see to the crawl, hand it what is due, and say what happened.

        A record that is damaged is told once; the daemon stays, for whoever restores it.
        """
        if self._stop.is_set():
            return
        async with self._ticking:
            try:
                await self._look(datetime.now(UTC), asyncio.get_running_loop().time())
            except StoreError as problem:
                if str(problem) != self._trouble and not self._stop.is_set():
                    say(log, logging.ERROR, "record.failed", because=problem)
                self._trouble = str(problem)
            else:
                self._trouble = ""

    async def _look(self, now: datetime, tick: float) -> None:
        if self.sight.changed():
            await self._take_over()
        await self._see_to_clock(now, tick)
        await self._see_to_crawl(tick)
        await self._beat_heart(now, tick)
        if self.watch is not None:
            due = await self.record.call(self.store.due_sources, now, limit=1000)
            self.watch.offer(due)
            self.watch.desk.frontier.queued()
            self._say_progress(self.watch)
        await self._prune(now, tick)

    # the crawl

    async def _start_crawl(self) -> None:
        from crawler.runner import Watch

        watch = Watch(self.sight.config, self.sight.beats, self.record, mode="daemon")
        try:
            await watch.start()
        except BaseException:
            watch.close()
            raise
        watch.begin()
        self.watch = watch

    async def _stop_crawl(self, drain_s: float) -> None:
        from crawler.runner import say_finished

        if self.watch is not None:
            watch, self.watch = self.watch, None
            try:
                await watch.stop(drain_s)
                say_finished(watch.desk, await watch.finish())
            finally:
                watch.close()

    async def _see_to_crawl(self, tick: float) -> None:
        """The watchdog: a crawl that ended or does not move is started again."""
        watch = self.watch
        if watch is None:
            if tick >= self._restart_at:
                await self._start_crawl()
            return
        if watch.is_over:
            say(log, logging.ERROR, "crawl.ended", because=watch.why_over(), then="started again")
        elif why := watch.why_stuck(tick):
            under_way = watch.desk.frontier.under_way
            say(log, logging.ERROR, "crawl.stuck", because=why, under_way=under_way, then="started again")
        else:
            if watch.desk.tally.done:
                self._restarts = 0
            return
        self._restart_at = tick + RESTARTS_S[min(self._restarts, len(RESTARTS_S) - 1)]
        self._restarts += 1
        await self._stop_crawl(1.0)

    # the clock

    async def _watch_clock(self) -> None:
        """Ticks are timed by the wall clock: when that is set back, the next one must not wait for its old hour."""
        time_of = asyncio.get_running_loop().time
        while True:
            ahead = datetime.now(UTC).timestamp() - time_of()
            await asyncio.sleep(CLOCK_LOOK_S)
            if abs(datetime.now(UTC).timestamp() - time_of() - ahead) >= CLOCK_JUMP_S:
                self._job.modify(next_run_time=datetime.now(UTC))

    async def _see_to_clock(self, now: datetime, tick: float) -> None:
        """At the start, and when the clock was set: nothing waits for a time noted while it was ahead."""
        before, self._clock_s = self._clock_s, now.timestamp() - tick
        jump = self._clock_s - before if before is not None else 0.0
        if before is None or abs(jump) >= CLOCK_JUMP_S:
            due = await self.record.call(self.store.take_clock_back, now)
            if due or jump:
                say(log, logging.WARNING, "clock.set", by_s=round(jump), due_again=due)

    # edits

    async def _schedule_sources(self) -> None:
        listed = [source for beat in self.sight.beats for source in beat.sources]
        await self.record.call(self.store.schedule_sources, listed, datetime.now(UTC))

    async def _take_over(self) -> None:
        """Sources and topics at once; anything else with a new crawl, which takes milliseconds."""
        await self._schedule_sources()
        config = self.sight.config
        self._job.reschedule("interval", seconds=config.schedule.tick_s)
        if self.watch is not None and self.watch.config == config:
            self.watch.desk.take_beats(self.sight.beats)
        else:
            await self._stop_crawl(config.fetch.timeout_s)
            await self._start_crawl()

    # the record

    async def _beat_heart(self, now: datetime, tick: float) -> None:
        if tick - self._beaten_at >= HEART_S:
            self._beaten_at = tick
            await self.record.call(self.store.beat_heart, now, os.getpid())
        if tick - self._noted_at >= NOTE_S:
            self._noted_at = tick
            await self.record.call(self.store.note, now)

    async def _prune(self, now: datetime, tick: float) -> None:
        if tick - self._pruned_at < PRUNE_S:
            return
        self._pruned_at = tick
        keep = self.sight.config.archive
        gone = await self.record.call(self.store.prune_archive, now, keep.relevant_s, keep.rejected_s)
        if gone:
            say(log, logging.INFO, "archive.pruned", pages=gone)
        forgotten = 0
        while batch := await self.record.call(self.store.forget_reports, now):
            forgotten += batch
        if forgotten:
            say(log, logging.INFO, "stories.forgotten", reports=forgotten)

    def _say_progress(self, watch: Watch) -> None:
        """One INFO line per tick in which something happened."""
        tally = watch.desk.tally
        told = (watch.run_id, tally.sources, tally.candidates, tally.done)
        if told != self._told:
            before = self._told if self._told[:1] == told[:1] else (0, 0, 0, 0)
            self._told = told
            names = ("sources", "candidates", "pages")
            since = {name: now - was for name, now, was in zip(names, told[1:], before[1:], strict=True)}  # type: ignore[operator]
            under_way = watch.desk.frontier.under_way
            say(log, logging.INFO, "tick.finished", run=watch.run_id, **since, under_way=under_way)

    # the end

    async def _end(self) -> None:
        if self._clock is not None:
            self._clock.cancel()
        has_ended = await self._has_last_tick_ended()
        if self._ticks is not None:
            self._ticks.shutdown(wait=False)  # cancels a tick that takes longer
        if not has_ended:
            await self._has_last_tick_ended()
        if self.watch is not None:
            with suppress(StoreError):
                await self._stop_crawl(DRAIN_S)
                await self.record.call(self.store.note, datetime.now(UTC))
        self.record.close()
        say(log, logging.INFO, "daemon.stopped")

    async def _has_last_tick_ended(self) -> bool:
        """Wait a second for the tick under way; the one after it will not come."""
        with suppress(TimeoutError):
            return await asyncio.wait_for(self._ticking.acquire(), 1.0)
        return False


def run_daemon(config: Config, *, json_logs: bool = False) -> int:
    """Watch the beats until SIGTERM or SIGINT, which end it within 10 s with everything fetched recorded.

    Returns:
        The exit code.

    Raises:
        ConfigError, StoreError: it cannot start; another daemon on the same record is a `Locked`.
    """
    configure_logs(as_json=json_logs)
    stopping = Stopping(DEADLINE_S)  # before the imports: they take seconds, and no signal waits for them

    from crawler import runner
    from db.store import Store

    with DaemonLock(config.store.path):
        store = Store.open(config.store.path, config.store.archive, durability=config.store.durability)
        try:
            runner.run(_daemon(config, store, stopping))
        finally:
            store.close()
    stopping.finish()
    return 0


def _say_done(events: Sequence[Event], record: Path) -> None:
    """What was done to the record's file since it was used last, a line each."""
    for event in events:
        level = logging.INFO if event.kind in ("moved", "restored") else logging.WARNING
        say(log, level, f"record.{event.kind}", because=event.reason, db=record)


async def _daemon(config: Config, store: Store, stopping: Stopping) -> None:
    daemon, loop = Daemon(config, store), asyncio.get_running_loop()

    def tell() -> None:
        with suppress(RuntimeError):  # the loop has ended already
            loop.call_soon_threadsafe(daemon.stop)

    stopping.hand_over(tell)
    await daemon.run()


def run_once(
    config: Config,
    *,
    all_sources: bool = False,
    recheck: bool = False,
    progress: Callable[[int, int, dict[str, int]], None] | None = None,
) -> RunReport:
    """Poll what is due, fetch and record everything found, and end.

    Args:
        all_sources: every source, due or not.
        recheck: also every stored article.
        progress: called with visits done, pages queued and pages per verdict.

    Raises:
        ConfigError, StoreError: with one sentence; a daemon on the same record is a `Locked`.
        KeyboardInterrupt: after SIGINT or SIGTERM, with everything fetched recorded.
    """
    from crawler import runner
    from crawler.daemon.edits import load
    from db.store import Store

    beats = load(config)
    with DaemonLock(config.store.path):
        store = Store.open(config.store.path, config.store.archive, durability=config.store.durability)
        try:
            _say_done(store.take_up(datetime.now(UTC)), store.path)
            crawl = runner.crawl(
                config, beats, store, all_sources=all_sources, recheck=recheck, progress=progress
            )
            return runner.run(_interruptible(crawl))
        finally:
            with suppress(StoreError):
                store.note(datetime.now(UTC))
            store.close()


async def _interruptible(main: Coroutine[Any, Any, T]) -> T:
    """*main*, ended in an orderly way by SIGINT and SIGTERM."""
    loop, task = asyncio.get_running_loop(), asyncio.ensure_future(main)
    numbers = (signal.SIGTERM, signal.SIGINT) if threading.current_thread() is threading.main_thread() else ()
    for number in numbers:
        loop.add_signal_handler(number, task.cancel)
    try:
        return await task
    except asyncio.CancelledError:
        raise KeyboardInterrupt from None
    finally:
        for number in numbers:
            loop.remove_signal_handler(number)


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--once", is_flag=True, help="Poll what is due, store everything found, and end.")
@click.option(
    "--config", "config_file", type=Path, metavar="FILE", help="Settings; spacereel.toml if it is there."
)
@click.option("--db", type=Path, metavar="FILE", help="The record, instead of the one the settings name.")
@click.option("--json-logs", is_flag=True, help="Log lines as JSON objects.")
def main(once: bool, config_file: Path | None, db: Path | None, json_logs: bool) -> None:
    """Watch the beats; the same as `spacereel run`, with --once as `spacereel once`.

    \b
    Example:
      python scheduler.py --once --db db/articles.db
    """
    try:
        config = load_config(config_file, db)
        if once:
            configure_logs(as_json=json_logs)
            run_once(config)
        else:
            sys.exit(run_daemon(config, json_logs=json_logs))
    except SpacereelError as problem:
        raise click.ClickException(str(problem)) from problem


if __name__ == "__main__":
    main()
