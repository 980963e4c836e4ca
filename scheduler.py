"""WHEN: the daemon. One tick asks the record what is due and hands it to the crawl; signals end it cleanly."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from crawler.config import Config, load_config
from crawler.daemon.notify import Notifier
from crawler.daemon.once import run_once
from crawler.daemon.signals import Stopping
from crawler.errors import ClusterError, SpacereelError, StoreError
from crawler.logs import configure_logs, say
from db.lock import DaemonLock

if TYPE_CHECKING:
    from apscheduler.schedulers.asyncio import AsyncIOScheduler

    from db.store import Store

log = logging.getLogger("scheduler")

#: a stop waits that long for answers under way ...
DRAIN_S = 5.0
#: ... and that long altogether; then the process ends as it is, with everything recorded intact
DEADLINE_S = 9.0


class Daemon:
    """Ticks until it is asked to stop.

    Args:
        config: the configuration to begin with; edits of its files are taken over.
        store: opened by the caller, who also closes it.
        notifier: tells the service manager; nobody unless it is given.
    """

    def __init__(self, config: Config, store: Store, notifier: Notifier | None = None) -> None:
        from crawler.daemon.alerting import Alerting
        from crawler.daemon.clock import WallClock
        from crawler.daemon.health import Health
        from crawler.daemon.listening import Listening
        from crawler.daemon.live_config import LiveConfig
        from crawler.daemon.upkeep import Upkeep
        from crawler.daemon.watchdog import Watchdog
        from crawler.frontier.async_store import AsyncStore

        self._notifier = notifier or Notifier()
        self.live = LiveConfig(config)
        self.store = AsyncStore(store)
        self.watchdog = Watchdog(self.store)
        self.health = Health(self.watchdog, self.store, asyncio.get_running_loop().time)
        self._listening = Listening(self.watchdog, self.health)
        self._upkeep = Upkeep(self.store)
        self._alerting = Alerting()
        self._wall_clock = WallClock()
        self._stop = asyncio.Event()
        self._ticking = asyncio.Lock()
        self._ticks: AsyncIOScheduler | None = None
        self._beside: list[asyncio.Task[None]] = []
        #: what the record said last that it could not do
        self._trouble = ""

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
        self.store.give_up()
        self._stop.set()

    async def _begin(self) -> None:
        from apscheduler.schedulers.asyncio import AsyncIOScheduler

        from crawler.daemon.clock import watch_clock
        from crawler.daemon.health import beat

        await self._upkeep.take_up(datetime.now(UTC))
        await self._upkeep.schedule_sources(self.live.beats, datetime.now(UTC))
        await self._alerting.see_to(self.live.config)
        await self._listening.begin(self.live.config)
        await self.watchdog.start(self.live.config, self.live.beats)
        self._ticks = ticks = AsyncIOScheduler(timezone=UTC)
        # One job: what is due lies in the record. A late tick runs once, never twice at a time.
        self._job = ticks.add_job(
            self.tick,
            "interval",
            seconds=self.live.config.schedule.tick_s,
            next_run_time=datetime.now(UTC),
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
        )
        ticks.start()
        # Ticks are timed by the wall clock: when that is set back, the next one must not wait for its old hour.
        again = watch_clock(lambda: self._job.modify(next_run_time=datetime.now(UTC)))
        self._beside = [asyncio.ensure_future(each) for each in (again, beat(self.health, self._notifier))]
        self._notifier.notify("READY=1")
        say(log, logging.INFO, "daemon.started", pid=os.getpid(), db=self.store.path)

    async def tick(self) -> None:
        """Take edits over, see to the crawl, hand it what is due, and say what happened.

        A record that is damaged is logged once; the daemon stays, for whoever restores it.
        """
        if self._stop.is_set():
            return
        async with self._ticking:
            try:
                await self._look(datetime.now(UTC), asyncio.get_running_loop().time())
            except (StoreError, ClusterError) as problem:
                if str(problem) != self._trouble and not self._stop.is_set():
                    event = "cluster.failed" if isinstance(problem, ClusterError) else "record.failed"
                    say(log, logging.ERROR, event, because=problem)
                self._trouble = str(problem)
            else:
                self._trouble = ""
            finally:
                self.health.ticked()

    async def _look(self, now: datetime, tick: float) -> None:
        if self.live.is_edited():
            await self._take_over()
        jump_s = self._wall_clock.jump(now, tick)
        if jump_s is not None:  # at the start as well: the last daemon may have run with the clock ahead
            await self._upkeep.see_to_clock(now, jump_s)
        await self.watchdog.look(self.live.config, self.live.beats, tick)
        await self._upkeep.see_to(now, tick)
        await self._alerting.see_to(self.live.config)
        await self._listening.see_to(self.live.config)
        if self.watchdog.watch is not None:
            await self.watchdog.watch.offer_due(now)
            self.watchdog.say_progress()
        await self._upkeep.prune(self.live.config, now, tick)

    async def _take_over(self) -> None:
        """Sources and topics at once; anything else with a new crawl, which takes milliseconds."""
        await self._upkeep.schedule_sources(self.live.beats, datetime.now(UTC))
        config, watch = self.live.config, self.watchdog.watch
        self._job.reschedule("interval", seconds=config.schedule.tick_s)
        if watch is not None and watch.config == config:
            watch.session.take_beats(self.live.beats)
        else:
            await self.watchdog.stop(config.fetch.timeout_s)
            await self.watchdog.start(config, self.live.beats)

    async def _end(self) -> None:
        self._notifier.notify("STOPPING=1")
        self._alerting.stop(0.0)
        self._listening.end()
        for each in self._beside:
            each.cancel()
        has_ended = await self._has_last_tick_ended()
        if self._ticks is not None:
            self._ticks.shutdown(wait=False)  # cancels a tick that takes longer
        if not has_ended:
            await self._has_last_tick_ended()
        if self.watchdog.watch is not None:
            with suppress(StoreError):
                await self.watchdog.stop(DRAIN_S)
                await self._upkeep.note(datetime.now(UTC))
        self.store.close()
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
    configure_logs(as_json=json_logs or config.logs.format == "json")
    notifier = Notifier.of(os.environ)
    stopping = Stopping(DEADLINE_S)  # before the imports: they take seconds, and no signal waits for them

    from crawler import runner
    from db.store import Store

    with DaemonLock(config.store.path):
        store = Store.open(config.store.path, config.store.archive, durability=config.store.durability)
        try:
            runner.run(_daemon(config, store, stopping, notifier))
        finally:
            store.close()
    stopping.finish()
    return 0


async def _daemon(config: Config, store: Store, stopping: Stopping, notifier: Notifier) -> None:
    daemon, loop = Daemon(config, store, notifier), asyncio.get_running_loop()

    def tell() -> None:
        with suppress(RuntimeError):  # the loop has ended already
            loop.call_soon_threadsafe(daemon.stop)

    stopping.hand_over(tell)
    await daemon.run()


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
            configure_logs(as_json=json_logs or config.logs.format == "json")
            run_once(config)
        else:
            sys.exit(run_daemon(config, json_logs=json_logs))
    except SpacereelError as problem:
        raise click.ClickException(str(problem)) from problem


if __name__ == "__main__":
    main()
