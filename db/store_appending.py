"""The part of the store that a page goes into: the ledger, versions of articles, what a site is known by, stories."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from db import counts, forgetting, identity, memory, neighbours, polls, search, stories, versions
from db.filing import Filing, Profile, Report
from db.model import Article, Capture, FetchRecord, Fingerprint, Known, Likeness, Page, Revision
from db.near import NearReports
from db.transactions import Transactions


class Appending(Transactions):
    """What was read, beside what was read before."""

    def __init__(self, path: Path, conn: sqlite3.Connection) -> None:
        super().__init__(path, conn)
        self._near = NearReports()

    def _take_back(self) -> None:
        super()._take_back()
        self._near.forget()

    def record_id(self) -> str:
        """Which record it is, wherever it lies; empty for one that nobody has used yet."""
        with self._reading() as conn:
            known = identity.identity(conn)
        return known.record if known else ""

    # the ledger and the articles

    def append_visit(self, record: FetchRecord, run_id: int | None) -> int:
        """Write one row of the ledger; a page visit that is not deferred leaves the queue.

        Returns:
            visits.id
        """
        with self._writing() as conn:
            return versions.append_visit(conn, record, run_id)

    def has_visit(self, url: str, started_at: datetime, source: str | None = None) -> bool:
        """Whether a row of the ledger tells of the visit to *url* that began then, or it was the last poll of *source* that was counted."""
        with self._reading() as conn:
            return versions.has_visit(conn, url, started_at) or (
                source is not None and polls.was_counted(conn, source, started_at)
            )

    def is_deferred(self, url: str) -> bool:
        """Whether the newest row of *url* says that it was left for later."""
        with self._reading() as conn:
            return versions.is_deferred(conn, url)

    def count_poll(self, record: FetchRecord, run_id: int | None) -> None:
        """Count a poll that brought nothing, in place of a row; see `db.polls`."""
        with self._writing() as conn:
            polls.count_poll(conn, record, run_id)

    def freshen_validators(self, page: Page) -> None:
        """Remember the validators that a 304 brought."""
        with self._writing() as conn:
            versions.freshen_validators(conn, page)

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
        with self._writing() as conn:
            return versions.append_capture(conn, capture, likeness, record, run_id, keeps, fingerprint)

    def learn(self, site: str, read: Capture) -> None:
        """Count the lines of an article that is not kept for its site, once for each address."""
        with self._writing() as conn:
            versions.learn_from(conn, site, read)

    def learn_lines(self, site: str, lines: Collection[int], seen_at: datetime) -> None:
        """Count lines that came to an article of a site since it was first met."""
        with self._writing() as conn:
            memory.learn_lines(conn, site, lines, seen_at)

    def line_counts(self, site: str, lines: Collection[int]) -> Mapping[int, int]:
        """Line hash -> how many articles of a site had it when they were first met; without lines that none had."""
        with self._reading() as conn:
            return memory.line_counts(conn, site, lines)

    def readings(self, site: str) -> tuple[tuple[int, str], ...]:
        """Words and text digest of the last pages of a site, oldest first."""
        with self._reading() as conn:
            return memory.readings(conn, site)

    def keep_readings(self, site: str, readings: Sequence[tuple[int, str]]) -> None:
        """Replace what is remembered of a site's last pages."""
        with self._writing() as conn:
            memory.keep_readings(conn, site, readings)

    def article_of(self, url: str) -> Mapping[str, Any] | None:
        """The newest version of the article known under *url*, or None; see `db.search`."""
        with self._reading() as conn:
            return search.article_of(conn, url)

    def neighbours(
        self, article: Article, fingerprint: Fingerprint, *, asked: str | None = None
    ) -> tuple[Known, ...]:
        """Newest versions that *article* may be a version or a copy of, its own history first.

        Args:
            asked: the address that was asked for, when it led to the article.
        """
        with self._reading() as conn:
            return neighbours.neighbours(conn, article, fingerprint, asked)

    def is_read_alike(self, article_id: int, article: Article, digest: str) -> bool:
        """Whether a version holds every field as *article* has it, whose `content_sha256` is *digest*."""
        with self._reading() as conn:
            return versions.is_read_alike(conn, article_id, article, digest)

    def site_memory(self, site: str) -> frozenset[int]:
        """Hashes of the lines that are furniture on *site*."""
        with self._reading() as conn:
            return memory.site_memory(conn, site)

    # stories

    def story_counts(self, terms: Sequence[str]) -> tuple[Mapping[str, int], int]:
        """Term -> how many stories have it; and how many stories there are."""
        with self._reading() as conn:
            return self._counts.of(conn, terms)

    def reports_near(
        self, finders: Mapping[str, float], reported_at: datetime, window: timedelta
    ) -> tuple[Report, ...]:
        """Reports that share terms, with the other reports of their stories; see `db.near`."""
        with self._reading() as conn:
            return self._near.of(conn, finders, reported_at, window)

    def is_filed(self, canonical_url: str) -> bool:
        """Whether an article has been compared with the stories."""
        with self._reading() as conn:
            return stories.is_filed(conn, canonical_url)

    def file_copy(self, canonical_url: str, now: datetime) -> int | None:
        """Put a copy into the story of its original; returns it, or None when there is none."""
        touched: set[int] = set()
        with self._writing() as conn:
            story = stories.file_copy(conn, canonical_url, now, touched)
        self._near.moved(touched)
        return story

    def file_report(
        self, canonical_url: str, article_id: int, profile: Profile, filing: Filing, now: datetime
    ) -> int | None:
        """Put an article into its story, open, merge and split stories; returns stories.id or None."""
        touched: set[int] = set()
        with self._writing() as conn:
            story = stories.file_report(conn, canonical_url, article_id, profile, filing, now, touched)
            counted = stories.counted(filing)
            number = counts.note_counts(conn, counted)
            if is_full := counts.is_full(number):
                counts.count_noted(conn)
        self._near.filed(article_id, profile, touched)
        if is_full:
            self._counts.forget()
        else:
            self._counts.add(counted, number)
        return story

    def forget_reports(self, now: datetime) -> int:
        """Forget what the oldest reports are found by, a few at a time; returns how many; see `db.forgetting`."""
        self._counts.forget()
        self._near.forget()
        with self._writing() as conn:
            return forgetting.forget_reports(conn, now)
