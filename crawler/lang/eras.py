"""Years counted from a reign, or written in signs or two digits of another era -> years that `calendars.day_of` knows."""

from __future__ import annotations

import re
from functools import cache

from crawler.lang import alternatives, table

#: signs that are digits, in order of their value; ten, and what stands for the first year of a reign
_DIGITS = "\u3007\u4e00\u4e8c\u4e09\u56db\u4e94\u516d\u4e03\u516b\u4e5d"
_TEN, _FIRST = "\u5341", "\u5143"
_SIGNS = re.compile(f"[{_DIGITS}{_TEN}]{{1,4}}(?=[\u5e74\u6708\u65e5])")
#: a day, a month in Thai letters and two digits: the century of the Buddhist era is left out
_THAI_SHORT = re.compile("(\\d{1,2}\\s*[\u0e00-\u0e7f.]{3,12}\\s+)(\\d{2})(?![\\d:.])")
_THAI_CENTURY = 25
#: the letter of a reign before two digits of its year, month and day: the year before its first
_SHORT_REIGNS = {"R": 2018, "H": 1988}
_SHORT_REIGN = re.compile(r"(?<![\w.])([RH])(\d{1,2})[./](\d{1,2})[./](\d{1,2})(?![\w./])")


@cache
def _reigns() -> dict[str, int]:
    """The name of a reign -> the year before its first."""
    return {name: int(year) for name, year in table("dates")["reigns"].items()}


@cache
def _year_of_reign() -> re.Pattern[str]:
    return re.compile(rf"({alternatives(_reigns())})\s*(\d{{1,3}}|{_FIRST})\s*(?=\u5e74)")


def in_plain_years(text: str) -> str:
    """A line with its year as four digits.

    >>> in_plain_years("\u4ee4\u548c6\u5e743\u67085\u65e5"), in_plain_years("\u4e8c\u3007\u4e8c\u56db\u5e74\u4e09\u6708\u4e94\u65e5")
    ('2024\u5e743\u67085\u65e5', '2024\u5e743\u67085\u65e5')
    """
    text = _SHORT_REIGN.sub(
        lambda match: f"{_SHORT_REIGNS[match[1]] + int(match[2])}.{match[3]}.{match[4]}", text
    )
    if text.isascii():
        return text
    text = _SIGNS.sub(lambda match: _number(match[0]), text)
    text = _year_of_reign().sub(
        lambda match: str(_reigns()[match[1]] + (1 if match[2] == _FIRST else int(match[2]))), text
    )
    return _THAI_SHORT.sub(rf"\g<1>{_THAI_CENTURY}\2", text)


def _number(signs: str) -> str:
    """Signs digit by digit, or as tens and ones around the sign for ten."""
    if _TEN not in signs:
        return "".join(str(_DIGITS.index(sign)) for sign in signs)
    tens, _, ones = signs.partition(_TEN)
    if len(tens) > 1 or len(ones) > 1 or _TEN in ones:
        return signs
    return str((_DIGITS.index(tens) if tens else 1) * 10 + (_DIGITS.index(ones) if ones else 0))
