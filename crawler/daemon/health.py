"""Whether the daemon does its work: what /healthz answers, and when the service manager hears a sign of life."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from crawler.daemon.notify import Notifier
from crawler.daemon.watchdog import Watchdog
from crawler.frontier.async_store import AsyncStore

#: ticks that do not come for so long, with a record that can be written, will not come any more
TICKLESS_S = 120.0


class Health:
    """Looks at ticks and crawl; does nothing about either.

    Args:
        clock: the loop's time.
    """

    def __init__(self, watchdog: Watchdog, store: AsyncStore, clock: Callable[[], float]) -> None:
        self._watchdog = watchdog
        self._store = store
        self._clock = clock
        self._ticked_at = clock()

    def ticked(self) -> None:
        """A tick has come to its end, well or with an error that it logged."""
        self._ticked_at = self._clock()
        self._watchdog.figures.ticks += 1

    @property
    def is_paused(self) -> bool:
        """Whether the record refuses to be written at the moment; work waits, and nothing is lost."""
        return self._store.is_paused

    def why_silent(self) -> str:
        """Why the process itself should be started again, in words; empty while ticks come or the disk is waited for."""
        silent_s = self._clock() - max(self._ticked_at, self._store.resumed_at)
        return f"no tick for {silent_s:.0f} s" if silent_s > TICKLESS_S and not self.is_paused else ""

    def why_ill(self) -> str:
        """Why the watchdog would act, or has to be acted for; empty while all is well."""
        return self.why_silent() or self._watchdog.why_ill(self._clock())

    def in_words(self) -> str:
        """One line for whoever asks how it is."""
        if self.is_paused:
            return "The record cannot be written; work waits until it can."
        watch = self._watchdog.watch
        return self.why_ill() or f"{watch.session.frontier.under_way if watch else 0} errands under way"


async def beat(health: Health, notifier: Notifier) -> None:
    """Tell the service manager, in time, that the daemon lives; a daemon without ticks is silent, and is ended."""
    while True:
        status = f"STATUS={health.in_words()}"
        notifier.notify(*([] if health.why_silent() else ["WATCHDOG=1"]), status)
        await asyncio.sleep(min((notifier.silence_s or 60.0) / 3, 20.0))
