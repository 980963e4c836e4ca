"""A time of day as people and machines write it, and the zone beside it."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from crawler.lang import alternatives, table
from db.model import Precision

_BEFORE = r"(?<![\d:.,])"
#: `Z`, `+03:00`, `UTC-5`, `MSK`, `Europe/Moscow`; any other word is none, see `offset_s`
ZONE = (
    r"(?P<zone>[A-Z][A-Za-z_]+/[A-Z][A-Za-z_/+-]*[A-Za-z0-9]+|[zZ](?![^\W\d_])|(?:(?:UTC|GMT)\s?)?(?:[+−-]|\+\s)\d{1,2}(?::?\d{2})?(?![\d:])"
    r"|[^\W\d_]{2,5}(?![^\W\d_]))?"
)
_UNREAD_ZONE = re.compile(r"\s*([+−–-]\s*\w{1,6}(?::\w{1,4})?)")
#: letters before a clock in which a word that announces it stands
_MOST_AHEAD = 12
_MILITARY = re.compile(rf"{_BEFORE}(?P<hour>[01]\d|2[0-3])(?P<minute>[0-5]\d)\s(?P<zone>GMT|UTC)\b")


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    """The notations of a clock, the safest first; their words stand under `[dates]`."""
    signs, words, halves = (table("dates")[name] for name in ("signs", "clock", "halves"))
    half = alternatives((*halves["am"], *halves["pm"]))
    before_hour = alternatives((*halves["am_before"], *halves["pm_before"]))
    hour, minute = (f"[{''.join(signs[name])}]" for name in ("hour", "minute"))
    clock = (
        rf"{_BEFORE}(?P<hour>[01]?\d|2[0-4])(?:\s?(?P<mark>[:.hH])\s?(?P<minute>[0-5]\d|\d(?=:\d{{1,2}}(?!\d))))(?:(?P=mark)(?P<second>[0-5]\d|60|(?<=:)\d(?!\d))(?:[.,]\d+)?)?"
        rf"(?![\d.])\s*(?P<half>{half}(?![^\W\d_])\.?)?\s*(?P<hourword>{alternatives(words['behind'])}(?!\w))?,?\s*[(\[]?{ZONE}"
    )
    return (
        re.compile(
            rf"(?<!\d)(?={before_hour}|\d{{1,2}}\s*{hour})(?P<half>{before_hour})?\s*(?P<hour>[0-2]?\d)\s*(?:{hour}|:)\s*(?P<minute>[0-5]?\d)(?::(?P<second>[0-5]\d))?\s*{minute}?"
        ),
        re.compile(clock, re.IGNORECASE),
        re.compile(rf"{_BEFORE}(?P<hour>1?\d)\s?(?P<half>[ap]\.?m\b\.?),?\s*\(?{ZONE}", re.IGNORECASE),
        _MILITARY,
    )


def find_clock(text: str) -> re.Match[str] | None:
    """The first time of day in a text."""
    for pattern in _patterns():
        for match in pattern.finditer(text):
            if _is_clock(match):
                return match
    return None


def _is_clock(match: re.Match[str]) -> bool:
    """`18.54` is a clock only with seconds, a zone, a half of the day or "Uhr" behind it, or "kl." before it: else it may be a number."""
    parts = match.groupdict()
    if parts.get("mark") != "." or parts.get("second"):
        return True
    return bool(
        parts.get("half")
        or parts.get("hourword")
        or _ahead().search(match.string, max(0, match.start() - _MOST_AHEAD), match.start())
        or offset_s(parts.get("zone"), datetime(2000, 1, 1, tzinfo=UTC)) is not None
    )


@cache
def _ahead() -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){alternatives(table('dates')['clock']['ahead'])}\.?\s*\Z", re.IGNORECASE)


def clock_of(match: re.Match[str]) -> tuple[time, Precision] | None:
    """What a match says, and how exactly; None without an hour, or with one that no day has."""
    parts = match.groupdict()
    if not parts.get("hour"):
        return None
    hour = int(parts["hour"])
    half = (parts.get("half") or "").casefold().rstrip(".")
    if half and _is_afternoon(half):
        hour = hour % 12 + 12
    elif half and hour == 12:
        hour = 0
    if hour > 23:
        return None
    precision: Precision = "second" if parts.get("second") else "minute"
    return time(hour, int(parts.get("minute") or 0), min(int(parts.get("second") or 0), 59)), precision


def _is_afternoon(half: str) -> bool:
    words = table("dates")["halves"]
    return half not in words["am"] and (
        half.startswith("p") or half in words["pm"] or half in words["pm_before"]
    )


def zone_of(match: re.Match[str]) -> str | None:
    """What stands behind a clock in the place of a zone, known or not: letters, or a sign like `+zz:00`."""
    zone = match["zone"] if "zone" in match.re.groupindex else None
    if zone:
        return zone
    found = _UNREAD_ZONE.match(match.string, match.end())
    return found[1] if found else None


def offset_s(zone: str | None, wall: datetime) -> int | None:
    """Seconds east of Greenwich of `Z`, `+03:00`, `GMT-5`, `Europe/Moscow` or a zone's letters; None for a word.

    Args:
        wall: the clock beside it: summer time depends on it.

    >>> offset_s("+03:00", datetime(2026, 1, 1)), offset_s("ET", datetime(2026, 7, 1)), offset_s("hrs", datetime(2026, 1, 1))
    (10800, -14400, None)
    """
    if not zone:
        return None
    digits = re.search(r"([+−-])\s?(\d{1,2}):?(\d{2})?$", zone)
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
