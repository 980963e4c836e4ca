"""Bylines in which the name stands first, or between what belongs to it: told by the form of the whole line."""

from __future__ import annotations

import re
from functools import cache

from crawler.lang import table

#: a longer line is none
_MOST_CHARS = 120
_BETWEEN = re.compile("\\s*[·・、，,/]\\s*|(?<=[\u4e00-\u9fff])\\s+(?=[\u4e00-\u9fff])")
_LABEL = "By: "
#: "and" written in one with the name behind it, in Arabic, Persian and Hebrew
_GLUED_AND = re.compile("\\s(?:\u0648|\u05d5)(?=[\u05d0-\u05ea\u0621-\u064a]{3,}\\s)")


@cache
def _forms() -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(form, re.IGNORECASE) for form in table("names")["forms"]["lines"])


@cache
def _any_form() -> re.Pattern[str]:
    """All of them at once: hardly a line has one."""
    forms = (form.replace("(?P<names>", "(?:") for form in table("names")["forms"]["lines"])
    return re.compile("|".join(forms), re.IGNORECASE)


def plain_byline(line: str) -> str:
    """A line of one of these forms as "By: NAME, NAME"; any other as it is.

    >>> plain_byline("\u8a18\u8005\u738b\u5c0f\u660e\uff0f\u53f0\u5317\u5831\u5c0e")
    'By: \u738b\u5c0f\u660e'
    """
    if line.isascii() or len(line) > _MOST_CHARS:
        return line
    stripped = line.strip()
    for form in _forms() if _any_form().match(stripped) else ():
        if match := form.match(stripped):
            return _LABEL + ", ".join(_BETWEEN.split(match["names"].strip()))
    return line


def split_glued(name: str) -> list[str]:
    """Two names of two words or more that are joined by an "and" written in one with the second; else the name alone."""
    found = _GLUED_AND.search(name) if not name.isascii() else None
    halves = [name[: found.start()], name[found.end() :]] if found else [name]
    return halves if all(len(half.split()) > 1 for half in halves) else [name]
