"""How the writer comes by one more address for a poll: a node asks for it, and its answer comes by the outbox."""

from __future__ import annotations

import asyncio

from crawler.cluster.database import Database
from crawler.cluster.form import Ask, Delivery, ask_key, problem_from
from crawler.cluster.supply import Supply
from crawler.errors import Unreachable
from db.model import Page, SourceKind
from db.watched import SourceState


class FurtherAddresses:
    """Addresses that polls wait for. An answer that came before a restart is used by the poll that is done again."""

    def __init__(self, supply: Supply, database: Database) -> None:
        self._supply = supply
        self._database = database
        #: key -> what came of it: until its poll is over
        self._answers: dict[str, asyncio.Future[tuple[Delivery, bytes]]] = {}

    def came(self, key: str, delivery: Delivery, body: bytes) -> None:
        """An answer is here."""
        answer = self._answer(key)
        if not answer.done():
            answer.set_result((delivery, body))

    def lost(self, key: str) -> None:
        """An answer came that cannot be read."""
        answer = self._answer(key)
        if not answer.done():
            answer.set_exception(Unreachable("what a node sent cannot be read", key.rpartition("\n")[2]))
            answer.exception()  # nobody may wait for it by now

    def _answer(self, key: str) -> asyncio.Future[tuple[Delivery, bytes]]:
        if key not in self._answers:
            self._answers[key] = asyncio.get_running_loop().create_future()
        return self._answers[key]

    async def fetch(
        self,
        state: SourceState,
        url: str,
        validators: tuple[str | None, str | None] = (None, None),
        kind: SourceKind | None = None,
        form: dict[str, str] | None = None,
    ) -> Page:
        """The page at *url*, from whichever node has its host.

        Raises:
            FetchError: it did not come.
        """
        if form is not None:
            raise Unreachable("a cluster asks no hubs", url)
        answer = self._answer(ask_key(state.source.id, url))
        if not answer.done():
            ask = Ask(state=state, url=url, what=kind, asked=validators)
            await self._supply.offer([ask], self._database.run)
        delivery, body = await asyncio.shield(answer)
        if delivery.problem is not None:
            raise problem_from(delivery.problem)
        if delivery.page is None:
            raise Unreachable("a node could not ask for it", url)
        return Page(
            url=delivery.page.url,
            final_url=delivery.page.final_url,
            status=delivery.page.status,
            headers=delivery.page.headers,
            body=body,
            fetched_at=delivery.page.fetched_at,
        )

    def forget(self, source: str) -> None:
        """The poll is over."""
        for key in [key for key in self._answers if key.startswith(ask_key(source, ""))]:
            del self._answers[key]
