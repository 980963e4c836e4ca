"""The only door to writing the record."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Concatenate, Literal, ParamSpec, TypeVar

from db import (
    backfills,
    clock,
    entries,
    forgetting,
    identity,
    memory,
    neighbours,
    place,
    queue,
    replays,
    runs,
    search,
    sources,
    stories,
    versions,
)
from db.archive import Archive
from db.connection import connect, in_words, make_folder, tidy, transaction
from db.counts import Counts
from db.identity import Event
from db.model import (
    Article,
    Candidate,
    Capture,
    FetchRecord,
    Filing,
    Fingerprint,
    Known,
    Likeness,
    Outcome,
    Page,
    Place,
    Profile,
    Report,
    Revision,
    RunReport,
    Source,
)
from db.schema import bring_up_to_date
from db.watched import FrontierEntry, HostState, SourceState

P = ParamSpec("P")
R = TypeVar("R")


class Store:
    """One record: `articles.db` and the `archive.db` beside it.

    Every method that writes is one transaction: all of it is kept, or nothing;
    `as_one` makes one of several.
    One thread at a time may use a store; other processes may use the files at
    the same time, and a writer waits up to 30 s for another one.

    Raises:
        StoreError: from every method, with one sentence for a person.
    """

    def __init__(
        self, path: Path, conn: sqlite3.Connection, archive: Archive, renewed: tuple[str, ...]
    ) -> None:
        self.path = path
        #: names of guards that were missing or altered when the record was opened, and are back
        self.renewed = renewed
        self._conn = conn
        self._archive = archive
        self._place = place.Place(path)
        self._counts = Counts()
        self._profiles: dict[int, Profile] = {}
        self._last_host = ""
        self._served: dict[str, str] = {}

    @classmethod
    def open(
        cls,
        path: Path,
        archive: Path | None = None,
        *,
        now: datetime | None = None,
        durability: Literal["normal", "full"] = "normal",
    ) -> Store:
        """Open a record, or begin one: folders, schema, guards.

        Args:
            path: the record.
            archive: page bodies; `archive.db` beside the record when not given.
            now: noted as the time of a repair when guards were missing; the clock's when not given.
            durability: `full` lets no power cut take what was acknowledged; see docs/reliability.md.

        Raises:
            SchemaTooNew, Corrupt, Locked, DiskFull: with one sentence.
        """
        make_folder(path)
        is_durable = durability == "full"
        conn = connect(path, is_durable=is_durable)
        try:
            renewed = bring_up_to_date(conn, path, now or datetime.now(UTC))
            opened = Archive.open(archive or path.with_name("archive.db"), is_durable=is_durable)
        except BaseException:
            conn.close()
            raise
        return cls(path, conn, opened, renewed)

    def close(self) -> None:
        """Let SQLite tidy up and close both files. Closing twice does nothing."""
        self._archive.close()
        tidy(self._conn)
        self._conn.close()

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
            self._counts.forget()  # what was counted inside is taken back
            raise

    def _write(
        self, work: Callable[Concatenate[sqlite3.Connection, P], R], *args: P.args, **kwargs: P.kwargs
    ) -> R:
        is_inside = self._conn.in_transaction  # of `as_one`
        if not is_inside:
            self._place.check()
        with in_words(self.path) if is_inside else transaction(self._conn, self.path):
            return work(self._conn, *args, **kwargs)

    def _read(
        self, work: Callable[Concatenate[sqlite3.Connection, P], R], *args: P.args, **kwargs: P.kwargs
    ) -> R:
        with in_words(self.path):
            return work(self._conn, *args, **kwargs)

    # which record it is

    def take_up(self, now: datetime, restored: Path | None = None) -> tuple[Event, ...]:
        """Begin to use the record under its `DaemonLock`; returns what was done to its file, once; see `db.identity`."""
        with in_words(self.path):
            return identity.take_up(self._conn, self.path, now, restored=restored)

    def note(self, now: datetime) -> None:
        """Write beside the record how far it is."""
        self._place.check()
        with in_words(self.path):
            identity.note(self._conn, self.path, now)

    # sources and hosts

    def schedule_sources(self, listed: Sequence[Source], now: datetime) -> None:
        """Bring the sources table into line with the catalogue; see `db.sources`."""
        self._write(sources.schedule_sources, listed, now)

    def source_states(self) -> tuple[SourceState, ...]:
        """Every source that was ever listed, by id."""
        return self._read(sources.source_states)

    def due_sources(self, now: datetime, limit: int = 100) -> tuple[SourceState, ...]:
        """Enabled sources whose time has come, the longest overdue first."""
        return self._read(sources.due_sources, now, limit)

    def schedule_source(self, state: SourceState) -> None:
        """Write what a poll taught."""
        self._write(sources.schedule_source, state)

    def hasten(self, ids: Sequence[str], now: datetime) -> int:
        """Make these sources due now; returns how many were not."""
        return self._write(sources.hasten, ids, now) if ids else 0

    def take_clock_back(self, now: datetime) -> int:
        """Make due what was noted while the clock was ahead; returns how many sources and pages; see `db.clock`."""
        return self._write(clock.take_back, now)

    def host_states(self) -> tuple[HostState, ...]:
        """What every host asked of us."""
        return self._read(sources.host_states)

    def last_asked_at(self) -> datetime | None:
        """An instant after which no earlier crawl asked any host for anything, as far as the record tells."""
        return self._read(runs.last_asked_at)

    def keep_host(self, state: HostState) -> None:
        """Remember what a host asked of us."""
        self._write(sources.keep_host, state)

    # the frontier

    def enqueue(self, candidates: Sequence[Candidate], now: datetime) -> int:
        """Queue those never visited, queued or met under another address; returns how many were new."""
        return self._write(queue.enqueue, candidates, now) if candidates else 0

    def unseen(self, candidates: Sequence[Candidate]) -> tuple[Candidate, ...]:
        """Those that `enqueue` would take, each address of a page once."""
        return self._read(queue.unseen, candidates)

    def recheck_changed(self, candidates: Sequence[Candidate], now: datetime) -> int:
        """Queue stored articles of which a source says that they changed; returns how many."""
        return self._write(queue.recheck_changed, candidates, now)

    def note_entries(self, candidates: Sequence[Candidate], now: datetime) -> tuple[str, ...]:
        """Remember a feed's entries by name; queue stored articles of which it says something new; see `db.entries`.

        Returns:
            Addresses of candidates that are looked at again.
        """
        return self._write(entries.note_entries, candidates, now)

    def suspect(self, source: str, site: str, reason: str | None) -> bool:
        """Say why what a source's pages of a site give is suspect; returns whether that is news; see `db.sources`."""
        return self._write(sources.suspect, source, site, reason)

    def schedule_recheck(self, url: str, at: datetime) -> None:
        """Queue a known page again, not before *at*."""
        self._write(queue.schedule_recheck, url, at)

    def schedule_rechecks_all(self, now: datetime) -> int:
        """Make every stored article due for a recheck; returns how many pages that are."""
        return self._write(queue.schedule_rechecks_all, now)

    def pending(
        self, now: datetime, limit: int = 100, exclude_hosts: Collection[str] = ()
    ) -> tuple[FrontierEntry, ...]:
        """Pages that may be fetched now, hosts in turn, new ones before rechecks, sources of a host in turn.

        Entries stay queued until a visit takes them off; who is under way is
        the caller's to remember. The next call begins behind the last host of
        this one.
        """
        entries = self._read(queue.pending, now, limit, exclude_hosts, self._last_host, self._served)
        if entries:
            self._last_host = queue.last_host(entries)
            self._served = queue.turns_after(self._served, entries)
        return entries

    def next_pending_at(self) -> datetime | None:
        """When the first queued page may be fetched; None when nothing waits."""
        return self._read(queue.next_pending_at)

    def postpone(self, url: str, until: datetime, attempts: int) -> None:
        """Keep a queued page waiting until then."""
        self._write(queue.postpone, url, until, attempts)

    def queue_size(self) -> int:
        """How many pages wait, due or not."""
        return self._read(queue.queue_size)

    # the ledger and the articles

    def append_visit(self, record: FetchRecord, run_id: int | None) -> int:
        """Write one row of the ledger; a page visit that is not deferred leaves the queue.

        Returns:
            visits.id
        """
        return self._write(versions.append_visit, record, run_id)

    def append(
        self,
        capture: Capture,
        likeness: Likeness,
        record: FetchRecord,
        run_id: int | None,
        *,
        keeps: bool,
        fingerprint: Fingerprint,
    ) -> Revision | None:
        """Record what was read on one page, in one transaction.

        A version of the article with its authors and tags (when *keeps* and it
        is new, changed or a copy), its judgements, whose copy it is, its
        signature, what its lines teach about the site, the page's validators
        and addresses, the visit, and the queue entry taken off. Content
        identical to the newest version adds no version; the visit then says so.

        Returns:
            The version that holds this content, or None when none is kept.
        """
        return self._write(versions.append, capture, likeness, record, run_id, keeps, fingerprint)

    def readings(self, site: str) -> tuple[tuple[int, str], ...]:
        """Words and text digest of the last pages of a site, oldest first."""
        return self._read(memory.readings, site)

    def keep_readings(self, site: str, readings: Sequence[tuple[int, str]]) -> None:
        """Replace what is remembered of a site's last pages."""
        self._write(memory.keep_readings, site, readings)

    def article_of(self, url: str) -> Mapping[str, Any] | None:
        """The newest version of the article known under *url*, or None; see `db.search`."""
        return self._read(search.article_of, url)

    def neighbours(
        self, article: Article, fingerprint: Fingerprint, *, asked: str | None = None
    ) -> tuple[Known, ...]:
        """Newest versions that *article* may be a version or a copy of, its own history first.

        Args:
            asked: the address that was asked for, when it led to the article.
        """
        return self._read(neighbours.neighbours, article, fingerprint, asked)

    def site_memory(self, site: str) -> frozenset[int]:
        """Hashes of the lines that are furniture on *site*."""
        return self._read(memory.site_memory, site)

    # stories

    def story_counts(self, terms: Sequence[str]) -> tuple[Mapping[str, int], int]:
        """Term -> how many stories have it; and how many stories there are."""
        return self._read(self._counts.of, terms)

    def reports_near(
        self, finders: Mapping[str, float], reported_at: datetime, window: timedelta
    ) -> tuple[Report, ...]:
        """Reports that share terms, with the other reports of their stories; see `db.stories`."""
        return self._read(stories.reports_near, self._profiles, finders, reported_at, window)

    def is_filed(self, canonical_url: str) -> bool:
        """Whether an article has been compared with the stories."""
        return self._read(stories.is_filed, canonical_url)

    def file_copy(self, canonical_url: str, now: datetime) -> int | None:
        """Put a copy into the story of its original; returns it, or None when there is none."""
        return self._write(stories.file_copy, canonical_url, now)

    def file_report(
        self, canonical_url: str, article_id: int, profile: Profile, filing: Filing, now: datetime
    ) -> int | None:
        """Put an article into its story, open, merge and split stories; returns stories.id or None."""
        story = self._write(stories.file_report, canonical_url, article_id, profile, filing, now)
        self._counts.add(stories.counted(filing))
        return story

    def forget_reports(self, now: datetime) -> int:
        """Forget what the oldest reports are found by, a few at a time; returns how many; see `db.forgetting`."""
        self._counts.forget()
        return self._write(forgetting.forget_reports, now)

    # runs

    def start_run(self, mode: str, now: datetime) -> int:
        """Open a run; returns runs.id."""
        return self._write(runs.start_run, mode, now)

    def finish_run(self, run_id: int, now: datetime) -> RunReport:
        """Close a run, count how its visits ended, and let SQLite tidy up."""
        report = self._write(runs.finish_run, run_id, now)
        tidy(self._conn)
        return report

    def beat_heart(self, now: datetime, pid: int) -> None:
        """Say that the daemon *pid* is alive."""
        self._write(runs.beat_heart, now, pid)

    # page bodies

    def keep_page(self, page: Page) -> None:
        """Keep a page's bytes and headers; the same capture twice is kept once."""
        self._archive.keep_page(page)

    def page(self, sha256: str) -> Page | None:
        """The latest capture with that body, or None."""
        return self._archive.page(sha256)

    def captures(self, after: int, limit: int, since: datetime | None = None) -> tuple[tuple[int, Page], ...]:
        """The latest capture of each archived page, in turn; see `Archive.captures`."""
        return self._archive.captures(after, limit, since)

    def candidate_of(self, url: str) -> Candidate | None:
        """How an archived page was found; None when no visit to it is recorded."""
        return self._read(replays.candidate_of, url)

    def replay_position(self, rules: str) -> int:
        """The last capture that an interrupted replay under *rules* has done, or 0."""
        return self._read(replays.position, rules)

    def keep_replay_position(self, rules: str, done: int | None) -> None:
        """Remember how far a replay is; None when it is complete."""
        self._write(replays.keep_position, rules, done)

    # WARC files

    def warc_place(self, key: str) -> tuple[Place, int]:
        """Where reading a file goes on, and the size at which it was read to its end; see `db.backfills`."""
        return self._read(backfills.place, key)

    def keep_warc_place(self, key: str, at: Place, size_bytes: int = 0) -> None:
        """Remember how far a file was read; with its size when that was to the end."""
        self._write(backfills.keep_place, key, at, size_bytes)

    def count_verdicts(self, run_id: int, counts: Mapping[Outcome, int]) -> None:
        """Add verdicts to those of a run, of pages with and without a row of their own."""
        self._write(backfills.count_verdicts, run_id, counts)

    def close_run(self, run_id: int, now: datetime) -> None:
        """Close a run whose verdicts were counted all along."""
        self._write(backfills.close_run, run_id, now)

    def prune_archive(self, now: datetime, relevant_s: float | None, rejected_s: float | None) -> int:
        """Delete page bodies that were kept long enough; None keeps for ever.

        Args:
            relevant_s: for pages that a version in the record was read from.
            rejected_s: for all others.

        Returns:
            How many bodies went.
        """

        def is_recorded(sha256: str) -> bool:
            return self._read(versions.is_page_of_article, sha256)

        return self._archive.prune(is_recorded, now, relevant_s, rejected_s)
