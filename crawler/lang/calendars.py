"""Days of other calendars -> days of ours: the Buddhist era of Thailand and the solar year of Iran."""

from __future__ import annotations

from datetime import date, timedelta

#: years that only the Buddhist era has, and those of the Iranian calendar since 1991
BUDDHIST_YEARS = range(2450, 2700)
IRANIAN_YEARS = range(1370, 1430)
_BUDDHIST_AHEAD = 543
_IRANIAN_ZERO = date(622, 3, 21)
#: years of an Iranian cycle of 33 that have 366 days
_LEAP = (1, 5, 9, 13, 17, 22, 26, 30)


def day_of(year: int, month: int, day: int) -> date | None:
    """The day that a year, a month and a day name, in the calendar to which the year can belong.

    Years of the Iranian and of the Buddhist calendar lie so far from ours that
    a number alone tells which is meant. None when there is no such day.

    >>> day_of(2567, 3, 15), day_of(1399, 4, 2), day_of(2026, 2, 30)
    (datetime.date(2024, 3, 15), datetime.date(2020, 6, 22), None)
    """
    if year in IRANIAN_YEARS:
        return _iranian(year, month, day)
    if year in BUDDHIST_YEARS:
        year -= _BUDDHIST_AHEAD
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _iranian(year: int, month: int, day: int) -> date | None:
    """Six months of 31 days, five of 30, one of 29 or 30; leap years by the rule of 33 years."""
    is_leap = year % 33 in _LEAP
    longest = 31 if month <= 6 else 30 if month < 12 or is_leap else 29
    if not (1 <= month <= 12 and 1 <= day <= longest):
        return None
    whole, rest = divmod(year - 1, 33)
    leaps = whole * len(_LEAP) + sum(1 for leap in _LEAP if leap <= rest)
    months = 31 * (month - 1) if month <= 7 else 186 + 30 * (month - 7)
    return _IRANIAN_ZERO + timedelta(days=365 * (year - 1) + leaps + months + day - 1)
