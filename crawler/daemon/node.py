"""One machine that fetches for a cluster: from joining it to the end of what is under way; and what settings make one."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from crawler.config import Config
from crawler.daemon.notify import Notifier
from crawler.daemon.signals import Stopping
from crawler.errors import ConfigError
from crawler.logs import configure_logs, say

if TYPE_CHECKING:
    from crawler.catalogue import Beat
    from crawler.cluster.database import Database
    from crawler.cluster.leasing import HostLeasing
    from crawler.cluster.node import NodeCrawl
    from crawler.ingest.pool import ReadingPool
    from crawler.runner import RunningSpider

log = logging.getLogger("scheduler")

#: a stop waits that long for answers under way, and that long altogether
_DRAIN_S, _DEADLINE_S = 5.0, 9.0
#: a node that was told to end looks that often whether it is done
_LOOK_S = 0.2


def run_node(config: Config, *, json_logs: bool = False) -> None:
    """Fetch for the cluster until SIGTERM, SIGINT or `spacereel cluster drain`.

    Raises:
        ConfigError, ClusterError: it cannot take part.
    """
    configure_logs(as_json=json_logs or config.logs.format == "json")
    notifier = Notifier.of(os.environ)
    check_cluster(config)
    stopping = Stopping(_DEADLINE_S)

    from crawler import runner

    runner.run(_node(config, stopping, notifier))
    stopping.finish()


def check_cluster(config: Config) -> str:
    """The `dsn`, when the settings make a cluster.

    Raises:
        ConfigError: they do not.
    """
    from crawler.cluster.leases import least_lease_s

    path = str(config.path or "")
    if config.cluster.dsn is None:
        raise ConfigError("there is no [cluster] dsn in the settings", path, "dsn")
    least = least_lease_s(config.fetch.timeout_s)
    if config.cluster.lease_s < least:
        said = f"[cluster] lease must be at least three times [fetch] timeout: {least:g}s"
        raise ConfigError(said, path, "lease")
    return config.cluster.dsn


def refuse_in_cluster(config: Config) -> None:
    """A crawl that asks hosts by itself, beside the nodes of a cluster, would ask some of them twice at once.

    Raises:
        ConfigError: the settings make a cluster.
    """
    if config.cluster.dsn is not None:
        said = "with [cluster] nodes ask the hosts: start `spacereel node` and `spacereel run`, or take [cluster] out"
        raise ConfigError(said, str(config.path or ""), "dsn")


async def _node(config: Config, stopping: Stopping, notifier: Notifier) -> None:
    from crawler.catalogue import configured_beats
    from crawler.ingest.needs import check_memory
    from crawler.ingest.pool import ReadingPool

    loop, stopped = asyncio.get_running_loop(), asyncio.Event()
    beats = configured_beats(config)
    check_memory(config, beats)

    def stop() -> None:
        with suppress(RuntimeError):  # the loop has ended already
            loop.call_soon_threadsafe(stopped.set)

    stopping.hand_over(stop)
    pool = ReadingPool(config.extract.workers)
    try:
        await _crawl(config, beats, pool, stopped, notifier)
    finally:
        pool.close()


async def _crawl(
    config: Config, beats: Sequence[Beat], pool: ReadingPool, stopped: asyncio.Event, notifier: Notifier
) -> None:
    from crawler.cluster.database import Database
    from crawler.cluster.handover import NodeAnswers
    from crawler.cluster.leasing import HostLeasing
    from crawler.cluster.node import NodeCrawl
    from crawler.runner import RunningSpider

    database = Database(config.cluster.dsn or "")
    crawl = NodeCrawl(config, beats, pool, database, asyncio.get_running_loop().time())
    leasing = HostLeasing(crawl, database)
    await leasing.join()
    say(log, logging.INFO, "node.started", node=crawl.node, pid=os.getpid(), rules=crawl.rules)
    notifier.notify("READY=1")
    working = asyncio.ensure_future(leasing.work())
    spider = RunningSpider(crawl, NodeAnswers(crawl))
    stop = asyncio.ensure_future(stopped.wait())
    try:
        while not (stop.done() or working.done() or spider.task.done() or leasing.is_drained):
            await asyncio.wait(
                [stop, working, spider.task], timeout=_LOOK_S, return_when=asyncio.FIRST_COMPLETED
            )
    finally:
        stop.cancel()
        notifier.notify("STOPPING=1")
        await _end(crawl, leasing, working, spider, database)
    if working.done() and not working.cancelled():
        working.result()  # or why the cluster does not want us
    if crawl.fault is not None:
        raise crawl.fault


async def _end(
    crawl: NodeCrawl,
    leasing: HostLeasing,
    working: asyncio.Task[None],
    spider: RunningSpider,
    database: Database,
) -> None:
    """Nothing new; what is under way has a while, and what is not handed over then is asked for again."""
    crawl.frontier.close()
    with suppress(TimeoutError):
        await asyncio.wait_for(crawl.frontier.drained(), _DRAIN_S)
    working.cancel()
    await asyncio.wait([working])
    await spider.end()
    database.give_up()
    with suppress(TimeoutError):
        await asyncio.wait_for(leasing.part(), 1.0)
    say(log, logging.INFO, "node.stopped", node=crawl.node, pages=crawl.tally.done)
