"""Dates of feeds, sitemaps and mails: an instant and how exactly it was given, or nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from crawler.lang.dates import Moment, parse_moment
from db.model import Precision

_ISO = re.compile(r"\d{4}-\d\d-\d\dT(?:[01]\d|2[0-3]):\d\d:[0-5]\d(?:\.\d{1,6})?(?:Z|[+-]\d\d:\d\d)")
#: in seconds, thousandths or millionths; also as .NET writes it into JSON
_EPOCH = re.compile(r"(?:/Date\()?(1\d{9})(?:\d{3}|\d{6}|\.\d+)?(?:[+-]\d{4})?(?:\)/)?")
#: of ISO 8601 as well: a day by its number in the year, or by its week
_DAY_OF_YEAR = re.compile(r"(\d{4})-([0-3]\d\d)(?=T|$)")
_DAY_OF_WEEK = re.compile(r"(\d{4})-?W([0-5]\d)-?([1-7])(?=T|$)")
_MIDNIGHT_AHEAD = re.compile(r"(?<![\d:])24(?=:00(?::00(?:\.0+)?)?(?![\d:]))")
_NUMERIC = re.compile(r"(?<![\d./-])(\d{1,2})([./-])(\d{1,2})\2(?:\d{4}|\d{2})(?!\d)")


@dataclass(frozen=True, slots=True)
class Instant:
    """A moment as a machine wrote it."""

    #: UTC; a day is the beginning of the day as printed
    at: datetime
    precision: Precision


def read_instant(text: str | None, *, day_first: bool | None = None) -> Instant | None:
    """What a date of a feed, sitemap or mail says; None for what names no day.

    A clock without a zone is UTC, which is what feeds that leave it out mean. One
    whose zone is written and cannot be read tells no more than its day.

    Args:
        day_first: what `03/04/2026` means; None takes such a date for unreadable.

    >>> read_instant("Tue, 14 Apr 2026 12:00:00 +03:00")
    Instant(at=datetime.datetime(2026, 4, 14, 9, 0, tzinfo=datetime.timezone.utc), precision='second')
    >>> read_instant("14 April 2026").precision, read_instant("2026-10")
    ('day', None)
    """
    text = (text or "").strip()
    try:
        if _ISO.fullmatch(text):
            return Instant(datetime.fromisoformat(text).astimezone(UTC).replace(microsecond=0), "second")
        if found := _EPOCH.fullmatch(text):
            return Instant(datetime.fromtimestamp(int(found[1]), UTC), "second")
        text = _by_month(text)
        at_midnight = _MIDNIGHT_AHEAD.search(text)
        moment = parse_moment(_MIDNIGHT_AHEAD.sub("00", text, count=1), day_first=day_first)
        instant = _instant(moment) if moment else None
        return (
            Instant(instant.at + timedelta(days=1), instant.precision) if instant and at_midnight else instant
        )
    except (ValueError, OverflowError):
        return None


def _by_month(text: str) -> str:
    """ISO's days by number and by week as days of a month; anything else as it is.

    >>> _by_month("2026-104"), _by_month("2026-W16-2T12:00Z")
    ('2026-04-14', '2026-04-14T12:00Z')
    """
    if found := _DAY_OF_YEAR.match(text):
        day = date(int(found[1]), 1, 1) + timedelta(days=int(found[2]) - 1)
        return f"{day}{text[found.end() :]}" if day.year == int(found[1]) else text
    if found := _DAY_OF_WEEK.match(text):
        return f"{date.fromisocalendar(*map(int, found.groups()))}{text[found.end() :]}"
    return text


def _instant(moment: Moment) -> Instant:
    if moment.clock is None or moment.unread_zone is not None:
        return Instant(datetime.combine(moment.day, time(0), UTC), "day")
    at = datetime.combine(moment.day, moment.clock, UTC) - timedelta(seconds=moment.offset_s or 0)
    return Instant(at, moment.precision)


def order_of(texts: Iterable[str], language: str | None = None) -> bool | None:
    """What `03/04/2026` means among *texts*, dates of one writer: whether its day stands first; None when nothing tells.

    Any date whose day is above twelve tells; else the language does, unless it is
    English of an unknown country; points between the numbers are put by those who
    begin with the day.

    >>> order_of(["03/04/2026", "03/28/2026"]), order_of(["03/04/2026"]), order_of(["03.04.2026"])
    (False, None, True)
    """
    points = False
    for text in texts:
        if found := _NUMERIC.search(text):
            first, second = int(found[1]), int(found[3])
            if first > 12 >= second or second > 12 >= first:
                return first > 12
            points |= found[2] == "."
    name, _, country = (language or "").replace("_", "-").lower().partition("-")
    if country in ("us", "ph"):
        return False
    return True if points or (name not in ("", "en")) or country else None
