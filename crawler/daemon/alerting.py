"""The daemon's alerts: a thread beside the crawl that reads the record and sends what is due."""

from __future__ import annotations

import asyncio
import logging
import os
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

from crawler.config import Config
from crawler.errors import ConfigError, StoreError
from crawler.frontier.addresses import refusal
from crawler.logs import say
from crawler.publish.alerts.sender import AlertSender, check_alerts

log = logging.getLogger("scheduler")

#: how often the thread looks, in seconds
_LOOK_S = 5.0


def sender_of(config: Config, is_stopping: Callable[[], bool] = lambda: False) -> AlertSender:
    """A sender with the configuration's alerts and its guard; of an alert that cannot be sent the log says so now."""
    for alert in config.alerts:
        try:
            check_alerts((alert,), os.environ, datetime.now(UTC))
        except ConfigError as problem:
            say(log, logging.ERROR, "alerts.failed", because=problem)
    return AlertSender(
        config.store.path,
        config.alerts,
        os.environ,
        partial(refusal, allowed=config.fetch.allow_private),
        lambda: datetime.now(UTC),
        is_stopping,
    )


def alerting_of_once(config: Config) -> Callable[[], None]:
    """Note where alerts begin; what comes back collects and sends what one round has brought. Problems are logged, not raised."""
    try:
        sender = sender_of(config)
        sender.begin()
    except StoreError as problem:
        say(log, logging.ERROR, "alerts.failed", because=problem)
        return lambda: None

    def send_alerts() -> None:
        try:
            sender.send_due()
        except StoreError as problem:
            say(log, logging.ERROR, "alerts.failed", because=problem)

    return send_alerts


class Alerting:
    """Keeps the thread in step with the configuration. The process may end at any moment: the outbox remembers."""

    def __init__(self) -> None:
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._config: Config | None = None

    async def see_to(self, config: Config) -> None:
        """Begin, or begin anew when the alerts, the record or the guard have changed.

        What is recorded after this returned is sent.
        """
        if self._config is not None and _same(self._config, config):
            return
        if not self.stop(0.0):
            return  # the old thread is still sending; the next tick asks again
        stop = self._stop = threading.Event()
        sender = sender_of(config, stop.is_set) if config.alerts else None
        if sender is not None:
            await asyncio.to_thread(sender.begin)
        self._config = config
        if sender is not None:
            self._thread = threading.Thread(target=_run, args=(sender, stop), name="alerts", daemon=True)
            self._thread.start()

    def stop(self, wait_s: float) -> bool:
        """Begin no further message; returns whether the one under way has ended."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(wait_s)
            if self._thread.is_alive():
                return False
        self._thread = None
        return True


def _same(one: Config, other: Config) -> bool:
    return (one.alerts, one.store.path, one.fetch.allow_private) == (
        other.alerts,
        other.store.path,
        other.fetch.allow_private,
    )


def _run(sender: AlertSender, stop: threading.Event) -> None:
    trouble = ""
    while not stop.is_set():
        try:
            sender.send_due()
            trouble = ""
        except (
            StoreError
        ) as problem:  # the record may be locked, full or away: the next look may find it well
            if str(problem) != trouble:
                say(log, logging.ERROR, "alerts.failed", because=problem)
            trouble = str(problem)
        except Exception:
            log.exception("alerts.failed")
        stop.wait(_LOOK_S)
