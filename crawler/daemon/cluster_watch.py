"""The daemon's crawl where nodes fetch: what is due is offered to them, and what they bring is appended here."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import UTC, datetime

from crawler.cluster.database import Database
from crawler.cluster.pace import ReportedPace
from crawler.cluster.writer import Writer
from crawler.errors import ConfigError
from crawler.frontier.hosts import Hosts
from crawler.runner import Watch


class ClusterWatch(Watch):
    """A crawl without a spider: it asks nobody."""

    _writer: Writer
    _database: Database

    async def start(self) -> None:
        """Open the run and become the writer of the cluster.

        Raises:
            ConfigError: the settings want something that a cluster does not do.
            AwayError, ClusterError: there is no database, or it has a writer.
        """
        if self.config.websub.callback is not None:
            raise ConfigError(
                "[websub] and [cluster] do not go together: a cluster takes no pushes",
                str(self.config.path or ""),
                "callback",
            )
        await super().start()
        self._database = Database(self.config.cluster.dsn or "")
        self._writer = Writer(self.session, self._database, self._reported)
        await self._writer.start()

    def pace(self, hosts: Hosts, tick: float) -> Hosts:
        """What nodes say of hosts."""
        self._reported = ReportedPace(datetime.now(UTC), tick)
        return self._reported

    def begin(self) -> None:
        """Let the writer append."""
        self._task = asyncio.ensure_future(self._writer.work())

    async def offer_due(self, now: datetime) -> None:
        """What a tick brings the nodes."""
        await self._writer.offer_due(now)

    def why_stuck(self, tick: float) -> str:
        """An outbox that stays empty is no fault, and a database that is away is waited for."""
        return ""

    async def stop(self, patience_s: float) -> None:
        """Append nothing more: what waits in the outbox is appended by the next writer."""
        self.session.frontier.close()
        self._database.give_up()
        if self._task is not None and not self._task.done():
            self._task.cancel()
            await asyncio.wait([self._task], timeout=max(patience_s, 1.0))
        with suppress(TimeoutError):
            await asyncio.wait_for(self._database.close(), 1.0)
