"""Instants as the record writes them."""

from __future__ import annotations

from datetime import UTC, datetime


def iso(at: datetime) -> str:
    """An aware datetime as the record writes it: `2026-11-23T14:56:56Z`.

    >>> iso(datetime(2023, 4, 20, 12, 0, tzinfo=UTC))
    '2023-04-20T12:00:00Z'
    """
    try:
        utc = at.astimezone(UTC)
    except OverflowError:  # the first or last hours of the calendar: their zone does not matter
        utc = at.replace(tzinfo=UTC)
    return (
        f"{utc.replace(tzinfo=None).isoformat(timespec='seconds')}Z"  # strftime would write year 999 as 999
    )


def from_iso(text: str) -> datetime:
    """The inverse of `iso`.

    >>> from_iso("2023-04-20T12:00:00Z") == datetime(2023, 4, 20, 12, 0, tzinfo=UTC)
    True
    """
    return datetime.fromisoformat(text)  # a hundredth of what strptime takes; the record's Z makes it UTC
