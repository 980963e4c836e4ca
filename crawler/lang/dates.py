"""A date as people and machines write it -> the day, the clock and the zone it states, and nothing more.

No `dateparser`: its first use costs two seconds and it guesses what is not
written. A string without a year, or with a day and month that could be
swapped, is no date unless the caller knows the order.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import cache
from zoneinfo import ZoneInfo

from crawler.lang import table
from db.model import Precision

#: characters that are looked at: a date needs no more
MAX_CHARS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A date as it was written; what was not written is None."""

    #: in the zone of the writer
    day: date
    #: the wall clock beside it
    clock: time | None = None
    #: seconds east of Greenwich
    offset_s: int | None = None
    #: what stands behind the clock, where a zone would, and names none that is known
    unread_zone: str | None = None
    #: how much of the clock was written
    precision: Precision = "day"
    #: what was written, trimmed
    raw: str

    @property
    def instant(self) -> datetime | None:
        """The moment in UTC, or None when the clock or the zone is not known.

        >>> parse_moment("2019-11-18T23:04:24-05:00").instant.isoformat()
        '2019-11-19T04:04:24+00:00'
        """
        if self.clock is None or self.offset_s is None:
            return None
        zone = timezone(timedelta(seconds=self.offset_s))
        try:
            return datetime.combine(self.day, self.clock, zone).astimezone(UTC)
        except OverflowError:
            return None


_ZONE = (
    r"(?P<zone>[A-Z][A-Za-z_]+/[A-Z][A-Za-z_/+-]*[A-Za-z0-9]+|[zZ](?![^\W\d_])|(?:(?:UTC|GMT)\s?)?[+−-]\d{1,2}(?::?\d{2})?(?![\d:])"
    r"|[^\W\d_]{2,5}(?![^\W\d_]))?"
)
_CLOCK = re.compile(
    r"(?<![\d:.,])(?P<hour>[01]?\d|2[0-4])(?:\s?(?P<mark>[:.hH])\s?(?P<minute>[0-5]\d))(?:(?P=mark)(?P<second>[0-5]\d|60)(?:[.,]\d+)?)?"
    r"(?![\d.])\s*(?P<half>[ap]\.?\s?m\b\.?)?\s*(?P<hourword>Uhr\b|uur\b|hrs\b|h\b)?,?\s*\(?" + _ZONE,
    re.IGNORECASE,
)
_HOUR_ONLY = re.compile(
    r"(?<![\d:.,])(?P<hour>1?\d)\s?(?P<half>[ap]\.?m\b\.?),?\s*\(?" + _ZONE, re.IGNORECASE
)
_UNREAD_ZONE = re.compile(r"\s*([+−-]\s*\w{1,6}(?::\w{1,4})?)")
_MILITARY = re.compile(r"(?<![\d:.,])(?P<hour>[01]\d|2[0-3])(?P<minute>[0-5]\d)\s(?P<zone>GMT|UTC)\b")
_CJK_CLOCK = re.compile(
    r"(?<!\d)(?=[午上下오]|\d{1,2}\s*[時时點点시])(?P<half>午前|午後|上午|下午|오전|오후)?\s*(?P<hour>[0-2]?\d)\s*[時时点點시:]\s*(?P<minute>[0-5]?\d)\s*[分분]?"
)
_COMPACT = re.compile(
    r"(?<!\d)(?P<year>\d{4})(?P<month>\d{2})(?P<date>\d{2})T?(?:(?P<hour>[01]\d|2[0-3])(?P<minute>[0-5]\d)(?P<second>[0-5]\d)?)?(?:\.\d+)?"
    + _ZONE
    + r"$"
)
_YEAR_FIRST = re.compile(r"(?<!\d)(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?!\d)")
_CJK_DAY = re.compile(r"(?<!\d)(\d{4})\s*[年년]\s*(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日일号號]?")
_NAMED_YEAR_FIRST = re.compile(r"(?<!\d)(\d{4})[\s/,.-]+([^\W\d_]{3,14})\.?[\s/-]+(\d{1,2})(?!\d)")
_DAY_FIRST = re.compile(
    r"(?<!\d)(\d{1,2})(?:\s?(?:st|nd|rd|th|er|ro|o|a|го|-го|-е)\b|°)?\.?[\s/,-]*(?:de\s|of\s|d['’])?\s*"
    r"([^\W\d_]{2,14})\.?[\s/,-]*(?:de[l]?\s)?\s*(\d{4}|['’]\d{2})(?!\d)"
)
_MONTH_FIRST = re.compile(
    r"([^\W\d_]{3,14})\.?[\s/-]*(\d{1,2})(?:st|nd|rd|th)?,?[\s/-]+(\d{4}|['’]\d{2})(?!\d)"
)
_CTIME = re.compile(
    r"([^\W\d_]{3,14})\.?\s+(\d{1,2})\s+(?P<clock>\d{1,2}:\d{2}(?::\d{2})?\s+(?:[A-Z]{2,5}|[+-]\d{4})?)\s*(\d{4})(?!\d)"
)
#: RFC 822 wrote years in two digits; a clock must follow
_SHORT_YEAR = re.compile(r"(?<!\d)(\d{1,2})[\s-]+([^\W\d_]{3,9})\.?[\s-]+(\d{2})(?=,?\s+\d{1,2}:\d{2})")
_NUMERIC = re.compile(r"(?<![\d./-])(\d{1,2})([./-])\s?(\d{1,2})\2\s?(\d{4}|\d{2})(?![\d/-]|\.\d)")


def fold(word: str) -> str:
    """A word without case and accents, for look-ups: `Février` and `FEVRIER` are one.

    >>> fold("Février"), fold("KASIM") == fold("kasım")
    ('fevrier', True)
    """
    plain = unicodedata.normalize("NFKD", word.casefold().replace("ı", "i"))
    return "".join(char for char in plain if not unicodedata.combining(char))


@cache
def _months() -> dict[str, int]:
    return {fold(name): int(number) for number, names in table("dates")["months"].items() for name in names}


@cache
def _modified() -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, table("dates")["modified"]["words"])), re.IGNORECASE)


def month_number(name: str) -> int | None:
    """1 to 12 for a month's name or abbreviation in a known language.

    >>> month_number("ноября"), month_number("Noon")
    (11, None)
    """
    return _months().get(fold(name))


@cache
def _weekdays() -> frozenset[str]:
    return frozenset(map(fold, table("dates")["weekdays"]["words"]))


def is_weekday(name: str) -> bool:
    """Whether a word is a day of the week in a known language."""
    return fold(name) in _weekdays()


def speaks_of_change(text: str) -> bool:
    """Whether a line gives the date of a change: "Updated: 3 May", "Обновлено 3 мая"."""
    return _modified().search(text) is not None


def parse_moment(text: str, *, day_first: bool | None = None) -> Moment | None:
    """Read a date, with its clock and zone when they are there.

    Knows ISO 8601 and its careless relatives, RFC 2822, Unix seconds and
    milliseconds, `Date.toString` of JavaScript and C, month names in the ten
    languages of the residue rules and some neighbours, and the Chinese, Japanese
    and Korean forms.

    Args:
        text: a date and little else; only the first `MAX_CHARS` characters count.
        day_first: what `03/04/2019` means; None takes such a date for unreadable.

    Returns:
        None when there is no full date (day, month and year) in it.

    >>> parse_moment("20 ноября 2019 г., 15:24 МСК").instant.isoformat()
    '2019-11-20T12:24:00+00:00'
    """
    raw = " ".join(text[: MAX_CHARS * 2].split())[:MAX_CHARS]
    plain = unicodedata.normalize("NFKC", raw)
    if not any(char.isdecimal() for char in plain):
        return None
    if plain.isdecimal() and len(plain) in (10, 13) and plain[0] == "1":
        return _epoch(plain, raw)
    compact = _COMPACT.search(plain)
    if compact and (day := _date(compact["year"], compact["month"], compact["date"])):
        return _with_clock(day, compact, raw)
    for day, start, end in _days(plain, day_first):
        return _with_clock(day, _find_clock(plain[end:], plain[start:end], plain[:start]), raw)
    return None


def _epoch(digits: str, raw: str) -> Moment:
    at = datetime.fromtimestamp(int(digits[:10]), UTC)
    return Moment(day=at.date(), clock=at.time(), offset_s=0, precision="second", raw=raw)


def _days(text: str, day_first: bool | None) -> Iterator[tuple[date, int, int]]:
    """Every full date in the text and where it stands, the safest notation first."""
    for pattern in (_YEAR_FIRST, _CJK_DAY):
        for match in pattern.finditer(text):
            if day := _date(match[1], match.groups()[-2], match.groups()[-1]):
                yield day, *match.span()
    for pattern, order in (
        (_CTIME, (4, 1, 2)),
        (_DAY_FIRST, (3, 2, 1)),
        (_MONTH_FIRST, (3, 1, 2)),
        (_NAMED_YEAR_FIRST, (1, 2, 3)),
        (_SHORT_YEAR, (3, 2, 1)),
    ):
        for match in pattern.finditer(text):
            year, month, number = (match[place] for place in order)
            if (known := month_number(month)) and (day := _date(year, str(known), number)):
                yield day, *match.span()
    for match in _NUMERIC.finditer(text):
        if day := _numeric(match[1], match[3], match[4], day_first):
            yield day, *match.span()


def _date(year: str, month: str, day: str) -> date | None:
    digits = year.lstrip("'’")
    try:
        return date(int(digits) + (2000 if len(digits) == 2 else 0), int(month), int(day))
    except ValueError:
        return None


def _numeric(first: str, second: str, year: str, day_first: bool | None) -> date | None:
    """`18.11.2019`, `11/18/2019`; one that can be read both ways needs *day_first*."""
    if int(first) > 12:
        day_first = True
    elif int(second) > 12:
        day_first = False
    elif first == second:
        day_first = True
    if day_first is None:
        return None
    return _date(year, second, first) if day_first else _date(year, first, second)


def _find_clock(after: str, inside: str, before: str) -> re.Match[str] | None:
    """The clock that belongs to a date: behind it, inside it (C's notation), before it."""
    for text in (after.lstrip("Tt_ ,:"), inside, before):
        for pattern in (_CJK_CLOCK, _CLOCK, _HOUR_ONLY, _MILITARY):
            for match in pattern.finditer(text):
                if _is_clock(match):
                    return match
    return None


def _is_clock(match: re.Match[str]) -> bool:
    """`18.54` is a clock only when a zone, a half of the day or "Uhr" follows: else it may be a number."""
    parts = match.groupdict()
    if parts.get("mark") != ".":
        return True
    return bool(
        parts.get("half")
        or parts.get("hourword")
        or _offset(parts.get("zone"), datetime(2000, 1, 1, tzinfo=UTC)) is not None
    )


def _with_clock(day: date, match: re.Match[str] | None, raw: str) -> Moment:
    parts = match.groupdict() if match else {}
    if not parts.get("hour"):
        return Moment(day=day, raw=raw)
    assert match is not None
    hour = int(parts["hour"])
    half = (parts.get("half") or "").lower()
    if half.startswith("p") or half in ("午後", "下午", "오후"):
        hour = hour % 12 + 12
    elif half and hour == 12:
        hour = 0
    if hour > 23:
        return Moment(day=day, raw=raw)
    clock = time(hour, int(parts.get("minute") or 0), min(int(parts.get("second") or 0), 59))
    offset_s = _offset(parts.get("zone"), datetime.combine(day, clock, UTC))
    return Moment(
        day=day,
        clock=clock,
        offset_s=offset_s,
        unread_zone=None if offset_s is not None else parts.get("zone") or _in_place_of_zone(match),
        precision="second" if parts.get("second") else "minute",
        raw=raw,
    )


def _in_place_of_zone(clock: re.Match[str]) -> str | None:
    """A sign, or an equation, behind a clock that was meant for a zone: `+zz:00`."""
    found = _UNREAD_ZONE.match(clock.string, clock.end())
    return found[1] if found else None


def _offset(zone: str | None, wall: datetime) -> int | None:
    """Seconds east of Greenwich of `Z`, `+03:00`, `GMT-5`, `Europe/Moscow` or a zone's letters; None for a word.

    Args:
        wall: the clock in that zone, which may have summer time.
    """
    if not zone:
        return None
    digits = re.search(r"([+−-])(\d{1,2}):?(\d{2})?$", zone)
    if digits and "/" not in zone:
        minutes = int(digits[2]) * 60 + int(digits[3] or 0)
        return (minutes if digits[1] == "+" else -minutes) * 60 if minutes <= 14 * 60 else None
    if "/" in zone:
        try:
            offset = ZoneInfo(zone).utcoffset(wall.replace(tzinfo=ZoneInfo(zone)))
        except (LookupError, ValueError, OSError):  # no such zone, or none that a file could be named after
            return None
        return None if offset is None else int(offset.total_seconds())
    letters = zone.upper()
    if letters in table("dates")["us_zones"]:
        return int(table("dates")["us_zones"][letters] + 60 * _is_us_summer(wall.date())) * 60
    minutes_east = table("dates")["zones"].get(letters)
    return None if minutes_east is None else int(minutes_east) * 60


def _is_us_summer(day: date) -> bool:
    """Summer time in the United States: second Sunday of March to first Sunday of November (since 2007)."""
    begin = date(day.year, 3, 14) - timedelta(days=date(day.year, 3, 14).isoweekday() % 7)
    end = date(day.year, 11, 7) - timedelta(days=date(day.year, 11, 7).isoweekday() % 7)
    return begin <= day < end


def day_as_written(published_raw: str | None, published_at: datetime | None) -> str | None:
    """The day of publication in the zone of the page, `YYYY-MM-DD`.

    `published_at` is UTC, so late evenings in America and early mornings in
    Asia fall on another day there than on the page; the raw string still knows.

    >>> day_as_written("2019-11-18T23:04:24-05:00", datetime(2019, 11, 19, 4, 4, 24, tzinfo=UTC))
    '2019-11-18'
    """
    if published_at is None:
        return None
    moment = parse_moment(published_raw) if published_raw else None
    if moment and abs(moment.day - published_at.date()) <= timedelta(days=1):
        return moment.day.isoformat()
    return published_at.date().isoformat()
