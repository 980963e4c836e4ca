"""One round: what is due is polled, everything found is fetched and recorded, and the process goes on."""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import Callable, Coroutine
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, TypeVar

from crawler.config import Config
from crawler.errors import StoreError
from db.lock import DaemonLock
from db.runs import RunReport

T = TypeVar("T")


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
    from crawler.catalogue import configured_beats
    from crawler.daemon.node import refuse_in_cluster
    from crawler.daemon.upkeep import say_events
    from crawler.ingest.needs import check_memory
    from db.store import Store

    refuse_in_cluster(config)
    beats = configured_beats(config)
    check_memory(config, beats)  # what is refused leaves no record behind
    with DaemonLock(config.store.path):
        store = Store.open(config.store.path, config.store.archive, durability=config.store.durability)
        try:
            say_events(store.take_up(datetime.now(UTC)), store.path)
            send_alerts = _alerting(config)
            crawl = runner.crawl(
                config, beats, store, all_sources=all_sources, recheck=recheck, progress=progress
            )
            report = runner.run(_interruptible(crawl))
            send_alerts()
            return report
        finally:
            with suppress(StoreError):
                store.note(datetime.now(UTC))
            store.close()


def _alerting(config: Config) -> Callable[[], None]:
    """What sends the alerts of a round; without alerts what can send is not even imported."""
    if not config.alerts:
        return lambda: None
    from crawler.daemon.alerting import alerting_of_once

    return alerting_of_once(config)


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
