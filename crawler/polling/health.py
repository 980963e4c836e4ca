"""How a source is doing: pure functions of what a poll showed, what is known and the clock."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from crawler.errors import BadStatus, DiscoverError, ForbiddenAddress, RobotsDenied
from crawler.frontier.hosts import RobotsClosed
from crawler.ingest.drift import entry_digest
from crawler.polling.kinds import kind_of
from crawler.units import many
from db.model import Candidate, Outcome
from db.watched import SourceState

#: entries of a poll that are remembered
_MOST_REMEMBERED = 100
#: answers slower than that on average
SLOW_MS = 10_000.0
#: a week of failures that weigh that much, or as many at once, make a source dead
DEAD_AFTER, DEAD_WEIGHT, DEAD_AT_ONCE = timedelta(days=7), 3.0, 10.0
#: a section that names less than this share of what it used to, and at least so much before
DRIFTED_SHARE, DRIFTED_LEAST = 0.25, 8.0
_FIGURES = re.compile(r"\d[\d,]*")
#: what the newest one says in a moving mean
_WEIGHT = 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """What the answers to a poll named."""

    candidates: tuple[Candidate, ...] = ()
    #: pages that were not known
    new: int = 0


def learned(state: SourceState, named: Named, now: datetime) -> SourceState:
    """The state with what the entries of a poll say of the source."""
    dates = [each.published_at or each.modified_at for each in named.candidates]
    newest = max((each for each in (*dates, state.newest_entry_at) if each), default=None)
    keys = tuple(entry_digest(each.url) for each in named.candidates[:_MOST_REMEMBERED])
    return replace(
        state,
        brought_at=now if named.new or state.brought_at is None else state.brought_at,
        gap_at=now if kind_of(state.source).is_gap(state, named.candidates) else state.gap_at,
        entries=state.entries if _has_drifted(state, named) else _mean(state.entries, len(named.candidates)),
        newest_entry_at=newest,
        last_entries=keys or state.last_entries,
    )


def diagnosed(
    before: SourceState,
    after: SourceState,
    now: datetime,
    *,
    elapsed_ms: int | None = None,
    named: Named | None = None,
    problem: Exception | None = None,
) -> SourceState:
    """*after* with its state in one word, why, and since when.

    Args:
        before: what was known before the poll.
        elapsed_ms: how long the answer took; None when there was none.
        named: what the answer named; None for a 304 or no answer.
        problem: why the poll failed; None when it worked.
    """
    if elapsed_ms is not None and problem is None:
        after = replace(after, answer_ms=_mean(before.answer_ms, elapsed_ms))
    state, why = _ailing(after, now, problem) if problem is not None else _well(before, after, now, named)
    since = before.state_since if state == before.state and before.state_since else now
    return replace(after, state=state, state_reason=why, state_since=since)


def is_as_before(before: SourceState, after: SourceState) -> bool:
    """Whether a poll says of its source what the one before it said; other figures say nothing else.

    A failure never does: each has its row.
    """
    return (
        after.outcome in (Outcome.NOT_MODIFIED, Outcome.UNCHANGED)
        and after.outcome is before.outcome
        and (after.state, after.moved_to) == (before.state, before.moved_to)
        and _FIGURES.sub("", after.reason or "") == _FIGURES.sub("", before.reason or "")
    )


def _ailing(state: SourceState, now: datetime, problem: Exception) -> tuple[str, str]:
    said = state.reason or str(problem)
    last = state.succeeded_at or state.added_at or now
    is_gone = isinstance(problem, BadStatus) and problem.status == 410
    if (
        is_gone
        or state.failures >= DEAD_AT_ONCE
        or (state.failures >= DEAD_WEIGHT and now - last > DEAD_AFTER)
    ):
        return "dead", f"{said} It last worked {_day(state.succeeded_at)}."
    refused = isinstance(problem, BadStatus) and problem.status in (401, 403, 451)
    denied = isinstance(problem, RobotsDenied) and not isinstance(problem, RobotsClosed)
    if refused or denied or isinstance(problem, ForbiddenAddress):
        return "blocked", said
    if isinstance(problem, DiscoverError) and state.succeeded_at:
        return "failing", f"{said} It was read without trouble until {_day(state.succeeded_at)}."
    return "failing", said


def _well(
    before: SourceState, after: SourceState, now: datetime, named: Named | None
) -> tuple[str, str | None]:
    if after.moved_to:
        return "moved", f"It has moved for good to {after.moved_to}, which is polled instead."
    if named is not None and _has_drifted(before, named):
        return "drifting", (
            f"It named {many(round(before.entries or 0), 'entry', 'entries')} and now names {len(named.candidates)}:"
            " its links have changed shape."
        )
    if after.suspect:
        return "drifting", after.suspect
    if named is None and before.state in ("drifting", "empty"):
        return before.state, before.state_reason  # a 304 says that nothing has changed
    if stopped := _stopped(after, now):
        return "empty", stopped
    if named is not None and not named.candidates and _is_silent(after, now):
        return "empty", "It answers, and names nothing."
    if after.answer_ms is not None and after.answer_ms > SLOW_MS:
        return "slow", f"It takes {after.answer_ms / 1000:.0f} s to answer."
    return "ok", None


def _has_drifted(state: SourceState, named: Named) -> bool:
    usual = state.entries or 0.0
    return (
        kind_of(state.source).has_usual_number
        and usual >= DRIFTED_LEAST
        and len(named.candidates) < usual * DRIFTED_SHARE
    )


def _stopped(state: SourceState, now: datetime) -> str | None:
    limit, newest = kind_of(state.source).stopped_after, state.newest_entry_at
    if limit is None or newest is None or now - newest <= limit:
        return None
    return f"It has stopped moving: its newest entry is of {_day(newest)}."


def _is_silent(state: SourceState, now: datetime) -> bool:
    since = state.added_at if not state.entries else state.brought_at
    return not kind_of(state.source).may_be_empty and since is not None and now - since > timedelta(days=1)


def _mean(before: float | None, value: float) -> float:
    return float(value) if before is None else round((1 - _WEIGHT) * before + _WEIGHT * value, 3)


def _day(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d}" if at else "never"
