"""The daemon's crawl: started, ended in order, and started again when it ended by itself or does not move."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from crawler.catalogue import Beat
from crawler.config import Config
from crawler.frontier.async_store import AsyncStore
from crawler.ingest.figures import Figures
from crawler.logs import say
from crawler.runner import Watch, say_finished

log = logging.getLogger("scheduler")

#: a crawl that ended by itself is started again after these pauses
RESTARTS_S = (0.0, 5.0, 30.0, 300.0)
#: what a crawl that is started again may still finish
LAST_ANSWERS_S = 1.0


class Watchdog:
    """Holds the one crawl of a daemon.

    Args:
        store: made by the caller, who also closes it.
    """

    def __init__(self, store: AsyncStore) -> None:
        self.watch: Watch | None = None
        #: of all crawls of this daemon
        self.figures = Figures()
        self._store = store
        self._restarts = 0
        self._restart_at = 0.0
        #: run, and its sums of sources, candidates and pages, as they were logged last
        self._logged: tuple[int, tuple[int, int, int]] = (0, (0, 0, 0))

    async def start(self, config: Config, beats: Sequence[Beat]) -> None:
        """Begin a crawl; sources are offered to it later.

        Raises:
            StoreError: the record cannot be written.
            ConfigError, ClusterError: a cluster is wanted, and cannot be had.
        """
        kind = _watch_of(config)
        watch = kind(config, beats, self._store, mode="daemon", figures=self.figures)
        try:
            await watch.start()
        except BaseException:
            watch.close()
            raise
        watch.begin()
        self.watch = watch

    async def stop(self, patience_s: float) -> None:
        """End the crawl: what is under way has *patience_s* seconds, the rest stays queued."""
        if self.watch is not None:
            watch, self.watch = self.watch, None
            try:
                await watch.stop(patience_s)
                say_finished(watch.session, await watch.finish())
            finally:
                watch.close()

    async def look(self, config: Config, beats: Sequence[Beat], tick: float) -> None:
        """Start the crawl again when it ended or is stuck, after a pause that grows while it keeps doing so."""
        watch = self.watch
        if watch is None:
            if tick >= self._restart_at:
                await self.start(config, beats)
            return
        if watch.is_over:
            say(log, logging.ERROR, "crawl.ended", because=watch.why_over(), then="started again")
        elif why := watch.why_stuck(tick):
            under_way = watch.session.frontier.under_way
            say(log, logging.ERROR, "crawl.stuck", because=why, under_way=under_way, then="started again")
        else:
            if watch.session.tally.done:
                self._restarts = 0
            return
        self._restart_at = tick + RESTARTS_S[min(self._restarts, len(RESTARTS_S) - 1)]
        self._restarts += 1
        self.figures.crawl_restarts += 1
        await self.stop(LAST_ANSWERS_S)

    def why_ill(self, tick: float) -> str:
        """Why the next look would start the crawl again, or waits to do so, in words; empty while it moves."""
        if self.watch is None:
            return "the crawl has ended and waits to be started again"
        return self.watch.why_over() if self.watch.is_over else self.watch.why_stuck(tick)

    def say_progress(self) -> None:
        """One INFO line when something happened since the last one."""
        if self.watch is None:
            return
        run, tally = self.watch.run_id, self.watch.session.tally
        sums = (tally.sources, tally.candidates, tally.done)
        if (run, sums) == self._logged:
            return
        before = self._logged[1] if self._logged[0] == run else (0, 0, 0)
        self._logged = (run, sums)
        sources, candidates, pages = (now - was for now, was in zip(sums, before, strict=True))
        say(
            log,
            logging.INFO,
            "tick.finished",
            run=run,
            sources=sources,
            candidates=candidates,
            pages=pages,
            under_way=self.watch.session.frontier.under_way,
        )


def _watch_of(config: Config) -> type[Watch]:
    """A crawl of this process, or one that nodes of a cluster fetch for."""
    if config.cluster.dsn is None:
        return Watch
    from crawler.daemon.cluster_watch import ClusterWatch

    return ClusterWatch
