"""What a WARC or ARC file holds: pages, what may have been pages, and the rest."""

from __future__ import annotations

from dataclasses import dataclass

from db.backfills import WarcPlace
from db.model import Outcome, Page


@dataclass(frozen=True, slots=True, kw_only=True)
class WarcResponse:
    """A page."""

    place: WarcPlace
    #: its `url` as the record spells it
    page: Page


@dataclass(frozen=True, slots=True, kw_only=True)
class Faulty:
    """A page, or what may have been one, that cannot be had."""

    place: WarcPlace
    #: None when the record does not say it legibly
    url: str | None = None
    outcome: Outcome = Outcome.FAILED
    #: why, to be made a sentence
    reason: str
    #: no record begins behind it; the rest of it may still come when the file is being written or copied
    is_end: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """A record that is no page."""

    place: WarcPlace
    #: its type (request, metadata, revisit ...), `not HTTP`, `not HTML`, or `status 404`
    kind: str
    url: str | None = None


WarcEntry = WarcResponse | Faulty | Skipped
