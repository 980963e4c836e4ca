"""How answers leave a node: errand off the list and answer into the outbox in one transaction, several answers in each."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from crawler.cluster.database import Database
from crawler.cluster.form import FORM

#: answers of one transaction: those that came while the last one was written
_MOST = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """One answer, packed."""

    #: visit, poll, ask; note or host for what ends no errand
    kind: str
    key: str
    #: of the errand; None for what ends none
    number: int | None
    rules: str
    fields: bytes
    body: bytes | None = None
    file: str | None = None


_COLUMNS = "node, kind, key, form, rules, fields, body, file"
_VALUES = "%(node)s, %(kind)s, %(key)s, %(form)s, %(rules)s, %(fields)s, %(body)s, %(file)s"
_NOTE = f"INSERT INTO outbox ({_COLUMNS}) VALUES ({_VALUES})"  # noqa: S608 - columns are ours
#: an errand that is not there any more was answered, by somebody else or by a commit whose answer was lost
_ANSWER = f"""WITH taken AS (
    DELETE FROM errands WHERE kind = %(kind)s AND key = %(key)s AND number = %(number)s RETURNING 1)
INSERT INTO outbox ({_COLUMNS}) SELECT {_VALUES} FROM taken"""  # noqa: S608 - columns are ours


class Outgoing:
    """Hands answers over in the order in which they came, and waits with them while there is no database."""

    def __init__(self, database: Database, node: str) -> None:
        self._database = database
        self._node = node
        self._waiting: list[tuple[Parcel, asyncio.Future[None]]] = []
        self._sending: asyncio.Task[None] | None = None
        self._in_hand: Sequence[Parcel] = ()

    @property
    def files(self) -> set[str]:
        """Files that answers which are not handed over yet refer to."""
        parcels = [*self._in_hand, *(parcel for parcel, _ in self._waiting)]
        return {parcel.file for parcel in parcels if parcel.file}

    @property
    def is_empty(self) -> bool:
        """Whether everything was handed over."""
        return not self._waiting and not self._in_hand

    async def send(self, parcel: Parcel) -> None:
        """Return when it is in the outbox.

        Raises:
            ClusterError: the database was given up.
        """
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((parcel, done))
        if self._sending is None or self._sending.done():
            self._sending = asyncio.ensure_future(self._send_all())
        await done

    async def _send_all(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting[:_MOST], self._waiting[_MOST:]
            self._in_hand = [parcel for parcel, _ in batch]
            try:
                await self._database.run(lambda conn: self._write(conn, self._in_hand))
            except Exception as problem:  # noqa: BLE001  # whoever waits has it
                for _, done in batch:
                    if not done.done():
                        done.set_exception(problem)
            else:
                for _, done in batch:
                    if not done.done():
                        done.set_result(None)
            self._in_hand = ()

    async def _write(self, conn: Any, parcels: Sequence[Parcel]) -> None:
        async with conn.pipeline():
            for each in parcels:
                values = {
                    "node": self._node,
                    "kind": each.kind,
                    "key": each.key,
                    "number": each.number,
                    "form": FORM,
                    "rules": each.rules,
                    "fields": each.fields,
                    "body": each.body,
                    "file": each.file,
                }
                await conn.execute(_NOTE if each.number is None else _ANSWER, values)
