"""The only door to writing the record."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from db import backfills, identity, keeping, memory, replays, runs, versions
from db.archive import Archive, Damaged
from db.backfills import WarcPlace
from db.connection import connect, in_words, make_folder, tidy
from db.errors import Corrupt
from db.identity import Event
from db.model import Candidate, Outcome, Page
from db.runs import RunReport
from db.schema import bring_up_to_date
from db.store_appending import Appending
from db.store_watching import Watching

#: captures of a host that are looked at for each unread page that is asked for
_LOOKED_AT = 8


class Store(Watching, Appending):
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
        super().__init__(path, conn)
        #: names of guards that were missing or altered when the record was opened, and are back
        self.renewed = renewed
        self._archive = archive

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
        conn = connect(path, can_shrink=True, is_durable=is_durable)
        try:
            renewed = bring_up_to_date(conn, path, now or datetime.now(UTC))
            # what a statement would take back lies in memory, not in a file made and deleted for each
            conn.execute("PRAGMA temp_store = MEMORY")
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

    # runs

    def start_run(self, mode: str, now: datetime) -> int:
        """Open a run; returns runs.id."""
        with self._writing() as conn:
            return runs.start_run(conn, mode, now)

    def finish_run(self, run_id: int, now: datetime) -> RunReport:
        """Close a run, count how its visits ended, and let SQLite tidy up."""
        with self._writing() as conn:
            report = runs.finish_run(conn, run_id, now)
        tidy(self._conn)
        return report

    def forget_visits(self, now: datetime, keep_s: Mapping[str, float | None]) -> int:
        """Let go of a batch of old rows of the ledger; returns how many were looked at; see `db.keeping`."""
        with self._writing() as conn:
            return keeping.forget_visits(conn, now, keep_s)

    def forget_messages(self, now: datetime, keep_s: float | None) -> int:
        """Let go of a batch of what alerts have sent; returns how many rows went; see `db.keeping`."""
        with self._writing() as conn:
            return keeping.forget_messages(conn, now, keep_s)

    def forget_lines(self, site_after: str) -> str | None:
        """Forget what is too old in the memory of the next site; None after the last; see `db.keeping`."""
        with self._writing() as conn:
            return keeping.forget_lines(conn, site_after, memory.KEEP_DAYS)

    def shrink(self, most_pages: int = 2000) -> int:
        """Give free pages back to the disk; returns how many are left to give."""
        self._place.check()
        with in_words(self.path):
            return keeping.shrink(self._conn, most_pages)

    def beat_heart(self, now: datetime, pid: int) -> None:
        """Say that the daemon *pid* is alive."""
        with self._writing() as conn:
            runs.beat_heart(conn, now, pid)

    # page bodies

    def keep_page(self, *pages: Page, is_wanted: bool = True) -> None:
        """Keep the bytes and headers of a page, or of several; the same capture twice is kept once; see `Archive.keep_page`."""
        self._archive.keep_page(*pages, is_wanted=is_wanted)

    def pack_page(self, page: Page) -> None:
        """An article came of a page that nobody had wanted when it was kept; see `Archive.pack_page`."""
        self._archive.pack_page(page)

    def page(self, sha256: str) -> Page | None:
        """The latest capture with that body, or None."""
        return self._archive.page(sha256)

    def unread_pages(self, url: str, limit: int) -> tuple[Page, ...]:
        """The newest archived pages of the URL's host that were off topic by their words alone, *limit* at most."""
        pages: list[Page] = []
        for sha256, name in self._archive.newest_of(url, limit * _LOOKED_AT):
            with self._reading() as conn, suppress(Corrupt):  # one that is damaged teaches nothing
                if replays.is_unread(conn, name) and (page := self._archive.page(sha256)):
                    pages.append(page)
            if len(pages) == limit:
                break
        return tuple(pages)

    def captures(
        self, after: int, limit: int, since: datetime | None = None, share: tuple[int, int] = (0, 1)
    ) -> tuple[tuple[int, Page | Damaged], ...]:
        """The latest capture of each archived page, in turn; see `Archive.captures`."""
        return self._archive.captures(after, limit, since, share)

    def last_capture(self) -> int:
        """captures.id of the last page that the archive has."""
        return self._archive.last_capture()

    def candidate_of(self, url: str) -> Candidate | None:
        """How an archived page was found; None when no visit to it is recorded."""
        with self._reading() as conn:
            return replays.candidate_of(conn, url)

    def replay_position(self, rules: str) -> int:
        """The last capture that an interrupted replay under *rules* has done, or 0."""
        with self._reading() as conn:
            return replays.position(conn, rules)

    def keep_replay_position(self, rules: str, done: int | None) -> None:
        """Remember how far a replay is; None when it is complete."""
        with self._writing() as conn:
            replays.keep_position(conn, rules, done)

    # WARC files

    def warc_place(self, key: str) -> tuple[WarcPlace, int]:
        """Where reading a file goes on, and the size at which it was read to its end; see `db.backfills`."""
        with self._reading() as conn:
            return backfills.place(conn, key)

    def keep_warc_place(self, key: str, at: WarcPlace, size_bytes: int = 0) -> None:
        """Remember how far a file was read; with its size when that was to the end."""
        with self._writing() as conn:
            backfills.keep_place(conn, key, at, size_bytes)

    def count_verdicts(self, run_id: int, counts: Mapping[Outcome, int]) -> None:
        """Add verdicts to those of a run, of pages with and without a row of their own."""
        with self._writing() as conn:
            backfills.count_verdicts(conn, run_id, counts)

    def close_run(self, run_id: int, now: datetime) -> None:
        """Close a run whose verdicts were counted all along."""
        with self._writing() as conn:
            backfills.close_run(conn, run_id, now)

    def prune_archive(self, now: datetime, relevant_s: float | None, rejected_s: float | None) -> int:
        """Delete page bodies that were kept long enough; None keeps for ever.

        Args:
            relevant_s: for pages that a version in the record was read from.
            rejected_s: for all others.

        Returns:
            How many bodies went.
        """

        def is_recorded(sha256: str) -> bool:
            with self._reading() as conn:
                return versions.is_page_of_article(conn, sha256)

        return self._archive.prune(is_recorded, now, relevant_s, rejected_s)
