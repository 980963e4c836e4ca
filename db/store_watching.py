"""The part of the store that a crawl draws on: sources, hosts and the queue."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Sequence
from datetime import datetime
from pathlib import Path

from db import clock, entries, parameters, queue, rechecks, runs, sources, subscriptions
from db.model import Candidate, Source
from db.transactions import Transactions
from db.turns import Turns
from db.watched import FrontierEntry, Habit, HostState, SourceState, Subscription


class Watching(Transactions):
    """What is polled, what waits to be fetched, and how much rest a host asks for."""

    def __init__(self, path: Path, conn: sqlite3.Connection) -> None:
        super().__init__(path, conn)
        self._turns = Turns()

    # sources and hosts

    def schedule_sources(self, listed: Sequence[Source], now: datetime) -> None:
        """Bring the sources table into line with the catalogue; see `db.sources`."""
        with self._writing() as conn:
            sources.schedule_sources(conn, listed, now)

    def source_states(self) -> tuple[SourceState, ...]:
        """Every source that was ever listed, by id."""
        with self._reading() as conn:
            return sources.source_states(conn)

    def source_state(self, source: str) -> SourceState | None:
        """One source, by its id; None when it was never listed."""
        with self._reading() as conn:
            return sources.source_state(conn, source)

    def due_sources(
        self, now: datetime, limit: int = 100, offered: Collection[str] = ()
    ) -> tuple[SourceState, ...]:
        """Enabled sources whose time has come, the longest overdue first, without those that were *offered* already."""
        with self._reading() as conn:
            return sources.due_sources(conn, now, limit, offered)

    def schedule_source(self, state: SourceState) -> None:
        """Write what a poll taught."""
        with self._writing() as conn:
            sources.schedule_source(conn, state)

    def hasten(self, ids: Sequence[str], now: datetime) -> int:
        """Make these sources due now; returns how many were not."""
        if not ids:
            return 0
        with self._writing() as conn:
            return sources.hasten(conn, ids, now)

    def take_clock_back(self, now: datetime) -> int:
        """Make due what was noted while the clock was ahead; returns how many sources and pages; see `db.clock`."""
        with self._writing() as conn:
            return clock.take_back(conn, now)

    def host_states(self) -> tuple[HostState, ...]:
        """What every host asked of us."""
        with self._reading() as conn:
            return sources.host_states(conn)

    def last_asked_at(self) -> datetime | None:
        """An instant after which no earlier crawl asked any host for anything, as far as the record tells."""
        with self._reading() as conn:
            return runs.last_asked_at(conn)

    def keep_host(self, state: HostState) -> None:
        """Remember what a host asked of us."""
        with self._writing() as conn:
            sources.keep_host(conn, state)

    # what hubs push

    def subscription(self, source: str) -> Subscription | None:
        """What a hub was asked to push for a source, or None."""
        with self._reading() as conn:
            return subscriptions.subscription(conn, "source", source)

    def subscription_of(self, token: str) -> Subscription | None:
        """The subscription whose callback ends in *token*, or None."""
        with self._reading() as conn:
            return subscriptions.subscription(conn, "token", token)

    def keep_subscription(self, known: Subscription) -> None:
        """Write what is known of a subscription."""
        with self._writing() as conn:
            subscriptions.keep(conn, known)

    # parameters of addresses

    def habits(self, hosts: Collection[str]) -> dict[str, dict[str, Habit]]:
        """Host -> parameter -> what it has shown, of those that have shown anything."""
        with self._reading() as conn:
            return parameters.habits(conn, hosts)

    def note_parameters(
        self, host: str, names: Sequence[str], page: str, *, is_needed: bool, now: datetime
    ) -> None:
        """Write down what a page has shown of parameters of its host."""
        with self._writing() as conn:
            parameters.note_parameters(conn, host, names, page, is_needed, now)

    def visited_like(self, url: str) -> tuple[str, ...]:
        """Addresses of the same path that were asked for."""
        with self._reading() as conn:
            return parameters.visited_like(conn, url)

    def title_at(self, url: str) -> str | None:
        """The title of the article that is known at an address."""
        with self._reading() as conn:
            return parameters.title_at(conn, url)

    def ask_as_written(self, candidate: Candidate, written: str, now: datetime) -> None:
        """Queue the address that a source wrote in place of ours."""
        with self._writing() as conn:
            parameters.ask_as_written(conn, candidate, written, now)

    def keep_alias(self, url: str, page: str) -> None:
        """Make an address lead to the article that was read at *page*."""
        with self._writing() as conn:
            parameters.keep_alias(conn, url, page)

    # the frontier

    def enqueue(self, candidates: Sequence[Candidate], now: datetime) -> int:
        """Queue those never visited, queued or met under another address; returns how many were new."""
        if not candidates:
            return 0
        with self._writing() as conn:
            return queue.enqueue(conn, candidates, now)

    def unseen(self, candidates: Sequence[Candidate]) -> tuple[Candidate, ...]:
        """Those that `enqueue` would take, each address of a page once."""
        with self._reading() as conn:
            return queue.unseen(conn, candidates)

    def recheck_changed(self, candidates: Sequence[Candidate], now: datetime) -> int:
        """Queue stored articles of which a source says that they changed; returns how many."""
        with self._writing() as conn:
            return queue.recheck_changed(conn, candidates, now)

    def note_entries(self, candidates: Sequence[Candidate], now: datetime) -> tuple[str, ...]:
        """Remember a feed's entries by name; queue stored articles of which it says something new; see `db.entries`.

        Returns:
            Addresses of candidates that are looked at again.
        """
        with self._writing() as conn:
            return entries.note_entries(conn, candidates, now)

    def suspect(self, source: str, site: str, reason: str | None) -> bool:
        """Say why what a source's pages of a site give is suspect; returns whether that is news; see `db.sources`."""
        with self._writing() as conn:
            return sources.suspect(conn, source, site, reason)

    def schedule_recheck(self, url: str, at: datetime) -> None:
        """Queue a known page again, not before *at*."""
        with self._writing() as conn:
            queue.schedule_recheck(conn, url, at)

    def due_of_host(self, host: str, now: datetime, most: int) -> int:
        """How many pages of a host may be fetched now; counted up to *most*."""
        with self._reading() as conn:
            return rechecks.due_of_host(conn, host, now, most)

    def bring_forward(
        self, host: str, like: str, now: datetime, looked: tuple[int, datetime], most: int
    ) -> int:
        """Make rechecks of a host due that a run has not made since an instant, of addresses most like *like*; returns how many."""
        with self._writing() as conn:
            return rechecks.bring_forward(conn, host, like, now, looked, most)

    def schedule_rechecks_all(self, now: datetime) -> int:
        """Make every stored article due for a recheck; returns how many pages that are."""
        with self._writing() as conn:
            return queue.schedule_rechecks_all(conn, now)

    def pending(
        self,
        now: datetime,
        limit: int = 100,
        exclude_hosts: Collection[str] = (),
        under_way: Collection[str] | None = None,
    ) -> tuple[FrontierEntry, ...]:
        """Pages that may be fetched now, hosts in turn, new ones before rechecks, sources of a host in turn.

        Entries stay queued until a visit takes them off; who is under way is the caller's to remember: of each host
        one page comes that is not *under_way*, or all. The next call begins behind the last host of this one.
        """
        with self._reading() as conn:
            entries = queue.pending(conn, now, limit, exclude_hosts, self._turns, under_way)
        self._turns = self._turns.after(entries)
        return entries

    def next_pending_at(self) -> datetime | None:
        """When the first queued page may be fetched; None when nothing waits."""
        with self._reading() as conn:
            return queue.next_pending_at(conn)

    def postpone(self, url: str, until: datetime, attempts: int) -> None:
        """Keep a queued page waiting until then."""
        with self._writing() as conn:
            queue.postpone(conn, url, until, attempts)

    def queue_size(self) -> int:
        """How many pages wait, due or not."""
        with self._reading() as conn:
            return queue.queue_size(conn)
