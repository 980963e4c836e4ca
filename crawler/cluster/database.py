"""The connection to PostgreSQL: one of a process, opened again when it is lost, and patience while there is none."""

from __future__ import annotations

import asyncio
import logging
import os
import re
import socket
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeVar

from crawler.cluster.schema import SCHEMA_FORM, bring_up, too_new, too_old
from crawler.errors import ClusterError
from crawler.logs import redacted, say

if TYPE_CHECKING:
    import psycopg

log = logging.getLogger(__name__)
R = TypeVar("R")
Work = Callable[["psycopg.AsyncConnection[Any]"], Awaitable[R]]

#: an answer of the database is waited for no longer than that; a cut cable tells nobody
ANSWER_S = 15.0
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.5, 10.0
#: who stands still within a transaction, or is cut off in it, keeps rows from everybody: PostgreSQL ends it after that
_SESSION = """SET search_path TO spacereel; SET idle_in_transaction_session_timeout = '10s'; SET statement_timeout = '15s';
SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3; SET tcp_user_timeout = '30s'"""
_OPTIONS = {
    "connect_timeout": 10,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "application_name": "spacereel",
}


def driver() -> Any:
    """psycopg, which `spacereel[cluster]` brings.

    Raises:
        ClusterError: it is not there.
    """
    try:
        import psycopg
    except ImportError as problem:
        raise ClusterError(
            'the cluster needs psycopg, and it is not installed: pip install "spacereel[cluster]"'
        ) from problem
    return psycopg


def in_one_go(dsn: str, work: Callable[[Any], R]) -> R:
    """For a command: a connection, one transaction, *work* with its cursor.

    Raises:
        ClusterError: there is no PostgreSQL, or it refuses.
    """
    psycopg = driver()
    try:
        with psycopg.connect(dsn, **_OPTIONS) as conn, conn.cursor() as cursor:
            cursor.execute("SET search_path TO spacereel")
            return work(cursor)
    except psycopg.errors.UndefinedTable as problem:
        raise ClusterError("the cluster has no tables yet; `spacereel cluster init` makes them") from problem
    except psycopg.Error as problem:
        raise ClusterError(postgres_words(problem)) from problem


def make_tables(dsn: str) -> tuple[int, int]:
    """Make the tables, or bring them up to date; returns the version of before and of now."""
    return in_one_go(dsn, bring_up)


def postgres_words(problem: BaseException) -> str:
    """What PostgreSQL said, in one line, without what a person need not see."""
    lines = [line.strip() for line in str(problem).splitlines() if line.strip()]
    if _is_unread(problem):  # libpq quotes what it did not understand, which may be the password
        lines = [re.sub(r'".*"', '"…"', f"[cluster] dsn cannot be read: {line}") for line in lines]
    return redacted(f"PostgreSQL: {lines[0]}" if lines else f"PostgreSQL: {type(problem).__name__}")


def _is_unread(problem: BaseException) -> bool:
    """Whether libpq could make nothing of the `dsn`: the server, which gives every error a code, was not asked."""
    return isinstance(problem, driver().ProgrammingError) and problem.sqlstate is None


class AwayError(ClusterError):
    """The database does not answer; it may be asked again."""


class Database:
    """Runs transactions, one at a time, and repeats them after a lost connection.

    A transaction whose commit was not answered may have happened: what is run here must bear being run twice.
    """

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn
        self._psycopg = driver()
        self._conn: psycopg.AsyncConnection[Any] | None = None
        self._turn = asyncio.Lock()
        self._giving_up = asyncio.Event()
        self._has_trouble = False
        #: how often it was connected
        self.connections = 0

    @property
    def is_away(self) -> bool:
        """Whether the database does not answer at the moment."""
        return self._has_trouble

    async def run(self, work: Work[R]) -> R:
        """What *work* returns for a connection, as one transaction; repeated until there is an answer.

        Raises:
            ClusterError: the tables are of another version, or `give_up` was called meanwhile.
        """
        pause = _FIRST_PAUSE_S
        while True:
            try:
                return await self.attempt(work)
            except AwayError as problem:
                if self._giving_up.is_set():
                    raise ClusterError(str(problem)) from problem
            try:
                await asyncio.wait_for(self._giving_up.wait(), pause)
            except TimeoutError:
                pause = min(pause * 2, _LONGEST_PAUSE_S)

    async def attempt(self, work: Work[R]) -> R:
        """The same, tried once.

        Raises:
            AwayError: the database is away.
            ClusterError: its tables are of another version.
        """
        errors = self._psycopg.errors
        ended = errors.IdleInTransactionSessionTimeout  # we stood still: the server gave up on us
        lost = (errors.OperationalError, errors.InterfaceError, ended, OSError, TimeoutError)
        again = (errors.DeadlockDetected, errors.SerializationFailure)
        async with self._turn:
            try:
                return await self._in_time(self._transact(work))
            except ClusterError:
                raise
            except (
                again
            ) as problem:  # two transactions stood in each other's way: the connection is as it was
                raise AwayError(postgres_words(problem)) from problem
            except BaseException as problem:
                self._drop()
                if not isinstance(problem, lost):
                    raise
                if not self._has_trouble:
                    say(log, logging.ERROR, "cluster.away", because=postgres_words(problem), work="kept")
                self._has_trouble = True
                raise AwayError(postgres_words(problem)) from problem

    async def _in_time(self, transaction: Coroutine[Any, Any, R]) -> R:
        """Its result. To whoever does not answer in time we hang up: a cancelled query would ask him first, and wait."""
        task = asyncio.ensure_future(transaction)
        try:
            await asyncio.wait([task], timeout=ANSWER_S)
        finally:
            is_late = not task.done()
            if is_late:
                self._hang_up()
                await asyncio.wait([task], timeout=1.0)
                task.cancel()
                await asyncio.wait([task])
                _ = task.cancelled() or task.exception()
        if is_late:
            raise TimeoutError(f"no answer within {ANSWER_S:g} s")
        return task.result()

    async def _transact(self, work: Work[R]) -> R:
        conn = self._conn
        if conn is None or conn.closed:
            conn = await self._connect()
        async with conn.transaction():
            result = await work(conn)
        if self._has_trouble:
            self._has_trouble = False
            say(log, logging.WARNING, "cluster.back")
        return result

    async def _connect(self) -> psycopg.AsyncConnection[Any]:
        try:
            conn: psycopg.AsyncConnection[Any] = await self._psycopg.AsyncConnection.connect(
                self._dsn, autocommit=True, **_OPTIONS
            )
        except self._psycopg.ProgrammingError as problem:
            raise ClusterError(postgres_words(problem)) from None
        self._conn = conn
        try:
            await conn.execute(_SESSION)
            row = await (await conn.execute("SELECT max(form) FROM form")).fetchone()
        except self._psycopg.errors.UndefinedTable as problem:
            await conn.close()
            raise ClusterError(
                "the cluster has no tables yet; `spacereel cluster init` makes them"
            ) from problem
        form = int(row[0]) if row and row[0] else 0
        if form != SCHEMA_FORM:
            await conn.close()
            raise ClusterError(too_new(form) if form > SCHEMA_FORM else too_old(form))
        self.connections += 1
        return conn

    def _hang_up(self) -> None:
        """Whoever waits for an answer learns at once that none comes."""
        if self._conn is not None and not self._conn.closed:
            with suppress(OSError), socket.socket(fileno=os.dup(self._conn.pgconn.socket)) as line:
                line.shutdown(socket.SHUT_RDWR)

    def _drop(self) -> None:
        conn, self._conn = self._conn, None
        if conn is not None:
            conn.pgconn.finish()  # closing in order would ask whoever does not answer

    def give_up(self) -> None:
        """Repeat nothing any more."""
        self._giving_up.set()

    async def close(self) -> None:
        """End the connection."""
        async with self._turn:
            self._drop()
