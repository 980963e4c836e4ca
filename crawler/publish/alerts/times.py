"""When a message may be sent: quiet hours, digests, and pauses between attempts. Pure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from crawler.config.alerts import AlertConfig, DigestTimes

#: after the first failure, and at most, between two attempts; a message is given up after that
FIRST_PAUSE, LONGEST_PAUSE, GIVEN_UP = timedelta(seconds=30), timedelta(hours=2), timedelta(days=1)


def alert_zone(alert: AlertConfig) -> tzinfo:
    """The alert's time zone; UTC needs no list of zones, which a small machine may lack."""
    return UTC if alert.timezone == "UTC" else ZoneInfo(alert.timezone)


def due_at(alert: AlertConfig, now: datetime) -> datetime:
    """When what happens now is sent: at once, after the quiet hours, or with the next digest.

    >>> night = AlertConfig(name="a", to=("https://a.example",), quiet=(22 * 60, 7 * 60))
    >>> due_at(night, datetime(2026, 11, 29, 23, 30, tzinfo=UTC)).isoformat()
    '2026-11-30T07:00:00+00:00'
    """
    zone = alert_zone(alert)
    if alert.digest is not None:
        return _next(alert.digest, now.astimezone(zone)).astimezone(UTC)
    if not is_quiet(alert, now):
        return now
    assert alert.quiet is not None
    hour, minute = divmod(alert.quiet[1], 60)
    return _next(DigestTimes(hour=hour, minute=minute), now.astimezone(zone)).astimezone(UTC)


def is_quiet(alert: AlertConfig, now: datetime) -> bool:
    """Whether nobody is to be disturbed now; a digest is what was asked for at its hour."""
    if alert.quiet is None or alert.digest is not None:
        return False
    local = now.astimezone(alert_zone(alert))
    minute, (begin, end) = local.hour * 60 + local.minute, alert.quiet
    return begin <= minute < end if begin <= end else minute >= begin or minute < end


def _next(digest: DigestTimes, local: datetime) -> datetime:
    """The next time of a digest, strictly after *local*, by the clock on the wall."""
    if digest.hour is None:
        return local.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    at = local.replace(hour=digest.hour, minute=digest.minute, second=0, microsecond=0)
    while at <= local or (digest.weekday is not None and at.weekday() != digest.weekday):
        at += timedelta(days=1)
    return at


def next_try(attempts: int, first_tried_at: datetime, now: datetime) -> datetime | None:
    """When a message that failed so often is tried again; None when it is given up.

    >>> at = datetime(2026, 11, 29, tzinfo=UTC)
    >>> (next_try(3, at, at) - at).total_seconds()
    120.0
    """
    if now - first_tried_at >= GIVEN_UP:
        return None
    pause: timedelta = FIRST_PAUSE * (1 << min(attempts - 1, 20))
    return now + min(pause, LONGEST_PAUSE)
