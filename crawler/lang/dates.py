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
from datetime import UTC, date, datetime, time, timedelta
from functools import cache

from crawler.lang import alternatives, table
from crawler.lang.calendars import day_of
from crawler.lang.clocks import ZONE, clock_of, find_clock, offset_s, zone_of
from crawler.lang.eras import in_plain_years
from db.model import Precision

#: characters that are looked at: a date needs no more
_MAX_CHARS = 200


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
        try:
            return datetime.combine(self.day, self.clock, UTC) - timedelta(seconds=self.offset_s)
        except OverflowError:
            return None


_COMPACT = re.compile(
    r"(?<!\d)(?P<year>\d{4})(?P<month>\d{2})(?P<date>\d{2})T?(?:(?P<hour>[01]\d|2[0-3])(?P<minute>[0-5]\d)(?P<second>[0-5]\d)?)?(?:\.\d+)?"
    + ZONE
    + r"$"
)
_YEAR_FIRST = re.compile(r"(?<!\d)(\d{4})([-/.])\s?(\d{1,2})\2\s?(\d{1,2})(?!\d)")
#: a day in its zone, as XML Schema writes it: no clock
_ZONE_OF_DAY = re.compile(r"[+−-]\d\d:?\d\d")
_MONTH_FIRST = re.compile(
    r"([^\W\d_]{3,14})\.?[\s/-]*(\d{1,2})(?:st|nd|rd|th)?,?[\s/-]+(\d{4}|['’]\d{2})(?!\d)"
)
_CTIME = re.compile(
    r"([^\W\d_]{3,14})\.?\s+(\d{1,2})\s+(?P<clock>\d{1,2}:\d{2}(?::\d{2})?\s+(?:[A-Z]{2,5}|[+-]\d{4})?)\s*(\d{4})(?!\d)"
)
#: RFC 822 wrote years in two digits; a clock must follow
_SHORT_YEAR = re.compile(r"(?<!\d)(\d{1,2})[\s-]+([^\W\d_]{3,9})\.?[\s-]+(\d{2})(?=,?\s+\d{1,2}:\d{2})")
_NUMERIC = re.compile(
    r"(?<![\d./])(?<![\d\s./]-)(?<!^-)(\d{1,2})([./-]|\s\|)\s?(\d{1,2})\2\s?(\d{4}|\d{2})(?![\d/-]|\.\d)"
)
#: what every notation has: four digits, or two behind a sign, or before a clock; and as much in one, or two numbers
_YEAR = re.compile(r"\d{4}|['’]\d\d|[./|-]\s?\d\d|[\s-]\d\d,?\s+\d\d?:\d")
_NUMBERS = re.compile(r"\d{8}|\d\D+\d")
#: letters that are written for one another, and no accents of one another
_SAME = str.maketrans("\u0131\u064a\u0649\u0643", "i\u06cc\u06cc\u06a9")
#: of the direction of writing
_MARKS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_OTHER_DIGIT = re.compile(r"[^\D0-9]")


@cache
def _signed_day() -> re.Pattern[str]:
    """`2019年11月18日`: signs behind the numbers."""
    year, month, day = (f"[{''.join(table('dates')['signs'][name])}]" for name in ("year", "month", "day"))
    return re.compile(rf"(?<!\d)(\d{{4}})\s*{year}\s*(\d{{1,2}})\s*{month}\s*(\d{{1,2}})\s*{day}?")


@cache
def _day_first() -> re.Pattern[str]:
    """`18. November 2019`, `18 de noviembre de 2019`, `15 มีนาคม 2567`: a name's letters, or one of those spelled otherwise."""
    between = table("dates")["between"]
    return re.compile(
        rf"(?<!\d)(\d{{1,2}})(?:\s?{alternatives(between['day_endings'])}(?!\w)|°)?\.?[\s/,-]*{alternatives(between['before_month'])}?\s*"
        rf"({_spelled()}|[^\W\d_]{{2,14}}(?![^\W\d]))\.?(?:/[^\W\d_]{{2,14}}(?=\s))?[\s/,،-]*{alternatives(between['before_year'])}?\s*(\d{{4}}|['’]\d{{2}})(?!\d)",
        re.IGNORECASE,
    )


@cache
def _year_first() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """`2026. április 14.`, `2026 m. balandžio 14 d.`, and with the day before the month `2026. gada 14. aprīlis`."""
    year = rf"(?<!\d)(\d{{4}})[\s/,.-]*(?:{alternatives(table('dates')['between']['after_year'])})?[\s/,.-]+"
    return (
        re.compile(rf"{year}({_spelled()}|[^\W\d_]{{3,14}})\.?[\s/-]+(\d{{1,2}})(?!\d)"),
        re.compile(rf"{year}(\d{{1,2}})\.?\s+([^\W\d_]{{3,14}})(?!\w)"),
    )


@cache
def _spelled() -> str:
    """Names of months that hold more than letters: points, signs, vowels that stand on other letters, numbers."""
    names = (unicodedata.normalize("NFKC", name) for name in _month_names())
    return alternatives(name for name in names if not name.isalpha())


@cache
def _month_names() -> tuple[str, ...]:
    return tuple(name for months in table("dates")["months"].values() for names in months for name in names)


def fold_word(word: str) -> str:
    """A word without case and accents, for look-ups: `Février` and `FEVRIER` are one.

    >>> fold_word("Février"), fold_word("KASIM") == fold_word("kasım")
    ('fevrier', True)
    """
    lower = word.casefold()
    if lower.isascii():
        return lower
    plain = unicodedata.normalize("NFKD", lower.translate(_SAME))
    return "".join(char for char in plain if not unicodedata.combining(char))


@cache
def _months() -> dict[str, int]:
    return {
        fold_word(name): number
        for months in table("dates")["months"].values()
        for number, names in enumerate(months, 1)
        for name in names
    }


@cache
def _modified() -> re.Pattern[str]:
    return re.compile(alternatives(table("dates")["modified"]["words"]), re.IGNORECASE)


def month_number(name: str) -> int | None:
    """1 to 12 for a month's name or abbreviation in a known language.

    >>> month_number("ноября"), month_number("Noon")
    (11, None)
    """
    return _months().get(fold_word(name))


@cache
def _weekdays() -> frozenset[str]:
    return frozenset(fold_word(name) for names in table("dates")["weekdays"].values() for name in names)


def is_weekday(name: str) -> bool:
    """Whether a word is a day of the week in a known language."""
    return fold_word(name) in _weekdays()


@cache
def _calendar_capitals() -> frozenset[str]:
    """Full names, and short ones where there is no other: "Jan" and "Mar" are people's names as well."""
    dates = table("dates")
    months = (names for each in dates["capitals"]["languages"] for names in dates["months"][each])
    days = (name for each in dates["capitals"]["languages"] for name in dates["weekdays"][each])
    full = (name for names in months for name in ([long for long in names if len(long) > 3] or names))
    return frozenset(fold_word(name) for name in (*full, *(day for day in days if len(day) > 3)))


def is_calendar_word(word: str) -> bool:
    """Whether a word with a capital may be a month or a day of the week in a language that writes them so.

    >>> is_calendar_word("Monday"), is_calendar_word("März"), is_calendar_word("Domingo")
    (True, True, False)
    """
    return fold_word(word) in _calendar_capitals()


def speaks_of_change(text: str) -> bool:
    """Whether a line gives the date of a change: "Updated: 3 May", "Обновлено 3 мая"."""
    return _modified().search(text) is not None


@cache
def _published() -> re.Pattern[str]:
    return re.compile(alternatives(table("dates")["published"]["words"]), re.IGNORECASE)


def speaks_of_publication(text: str) -> bool:
    """Whether a line gives the date of publication: "Posted on 3 May", "Mise en ligne : 3 mai"."""
    return _published().search(text) is not None


@cache
def _posted() -> re.Pattern[str]:
    words = table("dates")["posted"]
    return re.compile(
        rf"(?<!\w){alternatives(words['entry'])}(?!\w).{{0,40}}?{alternatives(words['posted'])}(?!\w)",
        re.IGNORECASE,
    )


def posted_at(text: str, day_first: bool | None = None) -> Moment | None:
    """The date of a sentence that says when "this entry was posted"; None for other sentences.

    >>> posted_at("This entry was posted on May 19th, 2010 at 11:03 pm and is filed under Letters.").day.isoformat()
    '2010-05-19'
    """
    match = _posted().search(text)
    return parse_moment(text[match.start() :], day_first=day_first) if match else None


def parse_moment(text: str, *, day_first: bool | None = None) -> Moment | None:
    """Read a date, with its clock and zone when they are there.

    Knows ISO 8601 and its careless relatives, RFC 2822, Unix seconds and
    milliseconds, `Date.toString` of JavaScript and C, the month names of
    `[dates]`, digits of all scripts, the Chinese, Japanese and Korean forms, and
    years of the Buddhist era and of the Iranian calendar.

    Args:
        text: a date and little else; only the first `_MAX_CHARS` characters count.
        day_first: what `03/04/2019` means; None takes such a date for unreadable.

    Returns:
        None when there is no full date (day, month and year) in it.

    >>> parse_moment("20 ноября 2019 г., 15:24 МСК").instant.isoformat()
    '2019-11-20T12:24:00+00:00'
    """
    raw = " ".join(_MARKS.sub("", text[: _MAX_CHARS * 2]).split())[:_MAX_CHARS]
    plain = raw
    if not raw.isascii():
        plain = _OTHER_DIGIT.sub(lambda digit: str(int(digit[0])), unicodedata.normalize("NFKC", raw))
    plain = in_plain_years(plain)
    if not _NUMBERS.search(plain) or not _YEAR.search(plain):
        return None
    if plain.isdecimal() and len(plain) in (10, 13, 16) and plain[0] == "1":
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
    for pattern in (_YEAR_FIRST, _signed_day()):
        for match in pattern.finditer(text):
            if day := _date(match[1], match.groups()[-2], match.groups()[-1]):
                yield day, *match.span()
    name_second, name_last = _year_first()
    named = [
        (_day_first(), (3, 2, 1)),
        (_MONTH_FIRST, (3, 1, 2)),
        (name_second, (1, 2, 3)),
        (name_last, (1, 3, 2)),
    ]
    if ":" in text:
        named = [(_CTIME, (4, 1, 2)), *named, (_SHORT_YEAR, (3, 2, 1))]
    for pattern, order in named:
        for match in pattern.finditer(text):
            year, month, number = (match[place] for place in order)
            if (known := month_number(month)) and (day := _date(year, str(known), number)):
                yield day, *match.span()
    for match in _NUMERIC.finditer(text):
        if day := _numeric(match[1], match[3], match[4], day_first):
            yield day, *match.span()


def _date(year: str, month: str, day: str) -> date | None:
    digits = year.lstrip("'’")
    return day_of(int(digits) + (2000 if len(digits) == 2 else 0), int(month), int(day))


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
    if _ZONE_OF_DAY.fullmatch(after):
        return None
    texts = (after.lstrip("Tt_ ,:"), inside if ":" in inside else "", before)
    return next((match for text in texts if text and (match := find_clock(text))), None)


def _with_clock(day: date, match: re.Match[str] | None, raw: str) -> Moment:
    found = clock_of(match) if match else None
    if match is None or found is None:
        return Moment(day=day, raw=raw)
    clock, precision = found
    zone = zone_of(match)
    offset = offset_s(zone, datetime.combine(day, clock, UTC))
    return Moment(
        day=day,
        clock=clock,
        offset_s=offset,
        unread_zone=None if offset is not None else zone,
        precision=precision,
        raw=raw,
    )


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
