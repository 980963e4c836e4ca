"""The nouns of watching: what is known of a source and of a host, and a page that waits; see `db.model`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from db.model import Candidate, Outcome, Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Rest:
    """How much a feed asks to be left alone."""

    #: `ttl`, or the period of RSS 1.0's syndication module
    ttl_s: float | None = None
    #: of the day, UTC, 0 to 23
    skip_hours: tuple[int, ...] = ()
    #: of the week, Monday is 0
    skip_days: tuple[int, ...] = ()


#: what a feed asks for that asks for nothing
NO_REST = Rest()


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceState:
    """What the record knows about polling a source."""

    source: Source
    etag: str | None = None
    last_modified: str | None = None
    checked_at: datetime | None = None
    #: last time a poll worked
    succeeded_at: datetime | None = None
    next_due_at: datetime | None = None
    #: weighed: temporary 0.25, soft 0.5, hard 1.0; 0 after a success
    failures: float = 0.0
    outcome: Outcome | None = None
    reason: str | None = None
    #: when it was first listed
    added_at: datetime | None = None
    #: waiting | ok | slow | failing | dead | moved | empty | drifting | blocked
    state: str = "waiting"
    state_since: datetime | None = None
    #: one sentence; None when it is ok
    state_reason: str | None = None
    #: last poll that named something new
    brought_at: datetime | None = None
    #: last poll that shared no entry with the one before it
    gap_at: datetime | None = None
    #: where it has moved for good; polled instead of `source.url`
    moved_to: str | None = None
    #: moving mean of how many entries it names
    entries: float | None = None
    #: newest date that any of its entries had
    newest_entry_at: datetime | None = None
    #: moving mean of the time it takes to answer
    answer_ms: float | None = None
    #: digests of the entries of the last poll, newest first
    last_entries: tuple[str, ...] = ()
    #: of a `site`: (kind, url) of where its articles were found to be listed
    surfaces: tuple[tuple[str, str], ...] = ()
    surfaces_at: datetime | None = None
    #: what its feed asked for when it last was read
    rest: Rest = NO_REST
    #: why what its pages give is suspect (template drift); None when it is not
    suspect: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontierEntry:
    """A page that waits to be fetched."""

    candidate: Candidate
    #: new | recheck
    purpose: Literal["new", "recheck"]
    not_before_at: datetime
    attempts: int = 0
    #: validators of the last fetch of this page
    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HostState:
    """What a host asked of us; survives restarts."""

    host: str
    #: nothing is asked of the host before that
    not_before_at: datetime | None = None
    #: seconds between requests that robots.txt asks for
    crawl_delay_s: float | None = None
    #: consecutive 429/503 answers
    refusals: int = 0
    reason: str | None = None
    #: seconds between requests that its 429s have taught, and what they were when it refused; None when it never did
    learned_gap_s: float | None = None
    refused_gap_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """What a hub was asked to push (WebSub)."""

    source: str
    hub: str
    #: the feed, as the hub knows it
    topic: str
    #: last part of the address that the hub calls
    token: str
    #: what pushes are signed with
    secret: str
    #: asked | active | refused
    state: Literal["asked", "active", "refused"] = "asked"
    asked_at: datetime
    lease_until: datetime | None = None
    #: last push that was taken
    pushed_at: datetime | None = None

    def is_live(self, now: datetime) -> bool:
        """Whether the hub has promised to push now."""
        return self.state == "active" and self.lease_until is not None and now < self.lease_until


@dataclass(frozen=True, slots=True, kw_only=True)
class Habit:
    """What a host has shown of one parameter of its addresses."""

    #: digests of pages on which it made no difference, the first few
    pages: tuple[str, ...] = ()
    #: a page is another one with it, or not there without it
    is_needed: bool = False
