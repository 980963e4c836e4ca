"""When to come back: pure functions of what happened and the clock."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from db.model import Outcome
from db.watched import Rest, SourceState

#: a page that failed is tried again after these pauses, then given up
RETRIES_S = (5.0, 5 * 60.0, 3600.0, 6 * 3600.0, 24 * 3600.0)
#: a stored article is looked at again that long after its newest version was fetched
RECHECKS_S = (3600.0, 6 * 3600.0, 86400.0, 3 * 86400.0, 7 * 86400.0, 30 * 86400.0)
#: polls are spread by that share of their interval, so that sources do not fall due together
JITTER = 0.1
#: a failing source is asked less and less often, but at least that often
SLOWEST_S = 86400.0
#: a source that has named nothing new for that long is asked at least that often
_SILENT_S, SLOWEST_SILENT_S = 14 * 86400.0, 6 * 3600.0
#: outcomes of a poll that say the source is well
WELL = frozenset({Outcome.NEW, Outcome.CHANGED, Outcome.UNCHANGED, Outcome.NOT_MODIFIED, Outcome.COPY})


def seeded_chance(*seed: object) -> float:
    """A number from 0 to 1, always the same for the same seed."""
    digest = hashlib.blake2b(repr(seed).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") / 2**64


def poll_after_s(every_s: float, failures: float, seed: object) -> float:
    """Seconds until a source is polled again.

    Its interval, doubled for each weighed failure in a row, up to a day (or the
    interval itself when that is longer), spread by a tenth either way.

    >>> 27 * 60 <= poll_after_s(1800, 0, "guardian") <= 33 * 60
    True
    """
    slowed = every_s * 2 ** min(failures, 20.0)
    return min(slowed, max(SLOWEST_S, every_s)) * (1 - JITTER + 2 * JITTER * seeded_chance(seed))


def interval_s(state: SourceState, now: datetime) -> float:
    """How long a source is left alone when all is well: longer the longer it has named nothing new.

    Its `every`, or an eighth of its silence when that is longer, up to four
    times `every`; after two weeks of silence up to six hours. Half of `every`
    for an hour after a gap, when something came and went between two polls.
    """
    every = state.source.every_s
    if _is_after_gap(state, now):
        return every / 2
    silence = (now - state.brought_at).total_seconds() if state.brought_at else 0.0
    most = 4 * every if silence < _SILENT_S else max(4 * every, SLOWEST_SILENT_S)
    return min(max(every, silence / 8), most)


def _is_after_gap(state: SourceState, now: datetime) -> bool:
    return state.gap_at is not None and now - state.gap_at < timedelta(hours=1)


def skipped_to(at: datetime, rest: Rest) -> datetime:
    """The first moment from *at* on that lies in none of the hours and days that a feed wants skipped; a day later at most.

    >>> skipped_to(datetime(2026, 11, 23, 12, 30), Rest(skip_hours=(12, 13)))
    datetime.datetime(2026, 11, 23, 14, 0)
    """
    moved = at
    for _ in range(24):
        if moved.hour not in rest.skip_hours and moved.weekday() not in rest.skip_days:
            break
        moved = moved.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    return moved


def cached_s(cache_control: str, age: str | None, every_s: float) -> float:
    """For how many seconds more a server calls its answer fresh (RFC 9111, 4.2.1); no longer than four times *every_s*.

    >>> cached_s("public, max-age=3600", "600", 1800), cached_s("no-cache, max-age=3600", None, 1800)
    (3000.0, 0.0)
    """
    directives = dict(part.strip().lower().partition("=")[::2] for part in cache_control.split(","))
    fresh = directives.get("max-age", "").strip('"')
    if "no-cache" in directives or "no-store" in directives or not re.fullmatch(r"[0-9]{1,9}", fresh):
        return 0.0
    spent = float(age) if age and re.fullmatch(r"[0-9]{1,9}", age) else 0.0
    return min(max(float(fresh) - spent, 0.0), 4 * every_s, SLOWEST_SILENT_S)


def next_state(
    state: SourceState,
    outcome: Outcome,
    reason: str,
    now: datetime,
    *,
    weight: float = 0.0,
    etag: str | None = None,
    last_modified: str | None = None,
    not_before_at: datetime | None = None,
    cached_s: float = 0.0,
) -> SourceState:
    """What is known of a source after a poll, and when the next one is due.

    Args:
        outcome: how the poll ended; `DEFERRED` counts as a failure of that *weight*.
        weight: of the failure: temporary 0.25, soft 0.5, hard 1.0; 0 for a success.
        etag, last_modified: validators of the answer, of a 304 with what it replaces; without any, and on failures, the old ones stay.
        not_before_at: the host asked not to be asked before.
        cached_s: the server calls its answer fresh for that long.

    What the feed asks for (`state.rest`) is heeded up to a day. For an hour
    after a gap neither its `ttl` nor *cached_s* holds the next poll back:
    they have been longer than its entries stay.
    """
    is_well = outcome in WELL
    failures = 0.0 if is_well else state.failures + weight
    after = poll_after_s(interval_s(state, now), failures, (state.source.id, now.isoformat()))
    is_held = is_well and not _is_after_gap(state, now)
    held_s = min(max(state.rest.ttl_s or 0.0, cached_s), SLOWEST_S) if is_held else 0.0
    due = skipped_to(now + timedelta(seconds=max(after, held_s)), state.rest)
    keeps = not is_well or (outcome is Outcome.NOT_MODIFIED and not (etag or last_modified))
    return replace(
        state,
        etag=state.etag if keeps else etag,
        last_modified=state.last_modified if keeps else last_modified,
        checked_at=now,
        succeeded_at=now if is_well else state.succeeded_at,
        next_due_at=max(due, not_before_at) if not_before_at else due,
        failures=failures,
        outcome=outcome,
        reason=reason,
    )


def retry_at(attempts: int, now: datetime, not_before_at: datetime | None = None) -> datetime | None:
    """When a page that failed *attempts* times, this one included, is tried again; None when it is given up."""
    if attempts > len(RETRIES_S):
        return None
    at = now + timedelta(seconds=RETRIES_S[attempts - 1])
    return max(at, not_before_at) if not_before_at else at


def next_recheck_at(
    stored_at: datetime, now: datetime, rechecks_s: Sequence[float] = RECHECKS_S
) -> datetime | None:
    """When an article whose newest version was fetched at *stored_at* is looked at again; None after the last time."""
    times = (stored_at + timedelta(seconds=after) for after in rechecks_s)
    return next((at for at in times if at > now), None)
