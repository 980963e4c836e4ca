"""One connection to the record, and its transactions: all of a block is kept, or nothing."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from db import open_file
from db.connection import in_words, transaction
from db.counts import Counts


class Transactions:
    """What the parts of a `Store` share.

    Raises:
        StoreError: from every block, with one sentence for a person.
    """

    def __init__(self, path: Path, conn: sqlite3.Connection) -> None:
        self.path = path
        self._conn = conn
        self._place = open_file.OpenFile(path)
        self._counts = Counts()

    @contextmanager
    def as_one(self) -> Iterator[None]:
        """Everything written inside the block is one transaction: all of it is kept, or nothing.

        Reads inside it see what was written. An error of any call must leave the block.
        Inside another one it is a part of that.
        """
        if self._conn.in_transaction:
            yield
            return
        self._place.check()
        try:
            with transaction(self._conn, self.path):
                yield
        except BaseException:
            self._take_back()
            raise

    def _take_back(self) -> None:
        """What was written inside is not there: forget what is remembered of it."""
        self._counts.forget()

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction of its own, or a part of `as_one`."""
        is_inside = self._conn.in_transaction
        if not is_inside:
            self._place.check()
        with in_words(self.path) if is_inside else transaction(self._conn, self.path):
            yield self._conn

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with in_words(self.path):
            yield self._conn
