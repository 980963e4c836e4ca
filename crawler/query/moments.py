"""Points in time as people name them in a query: a day, an instant, or how long ago."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from crawler.units import duration_s

_YEAR = re.compile(r"\d{4}-")
_DAY = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")


def moment(text: str, now: datetime) -> datetime:
    """The instant that *text* names; days begin at midnight UTC.

    Raises:
        ValueError: with a sentence that shows the accepted spellings.

    >>> at = datetime(2026, 11, 29, 9, 30, tzinfo=UTC)
    >>> moment("24h", at).isoformat(), moment("yesterday", at).isoformat()
    ('2026-11-28T09:30:00+00:00', '2026-11-28T00:00:00+00:00')
    >>> moment("2000d", at).isoformat()
    '2021-06-08T09:30:00+00:00'
    >>> moment("2026-11", at).isoformat()
    '2026-11-01T00:00:00+00:00'
    """
    midnight = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    days = {"today": 0, "yesterday": 1}
    if text.lower() in days:
        return midnight - timedelta(days=days[text.lower()])
    if found := _DAY.fullmatch(text):
        return _day(text, *(int(each or 1) for each in found.groups()))
    try:
        return _instant(text) if _YEAR.match(text) else now - _duration(text)
    except (ValueError, OverflowError):
        raise ValueError(
            f'"{text}" is no time; write for example 2026-11-01, 2026-11-01T08:00, 24h, 7d, 2w, today or yesterday'
        ) from None


def _day(text: str, year: int, month: int, day: int) -> datetime:
    try:
        return datetime(year, month, day, tzinfo=UTC)
    except ValueError:
        raise ValueError(f'"{text}" is no day of the calendar') from None


def _instant(text: str) -> datetime:
    read = datetime.fromisoformat(text)
    return (read if read.tzinfo else read.replace(tzinfo=UTC)).astimezone(UTC)


def _duration(text: str) -> timedelta:
    weeks = re.fullmatch(r"(\d{1,4})w", text)
    return timedelta(weeks=int(weeks[1])) if weeks else timedelta(seconds=duration_s(text))
