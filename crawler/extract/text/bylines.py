"""Who and when above the text, and who below it: names, dates and notes about the author."""

from __future__ import annotations

import re
from functools import cache

from crawler.extract.text.lines import Line, head_of, kept, tail_of
from crawler.extract.text.phrases import straightened, words
from crawler.lang import table
from crawler.lang.dates import parse_moment

#: a word with its vowel signs, or a number
_TOKEN = re.compile(r"[^\W\d_](?:[^\W\d_]|[\u0591-\u05c7\u064b-\u065f\u0900-\u0dff\u0e31-\u0e4e])*|\d+")
_NUMERIC_DATE = re.compile(r"^\W*\d{1,4}[./-]\d{1,2}[./-]\d{1,4}\b")
_CLOCK = re.compile(r"\b\d{1,2}[:.h]\d{2}\b")
#: numbers of a date without the name of a month
_COUNTS = 3
#: longest line that is read as a date; words and letters that none of our lists has before it, and letters behind it
_DATE_CHARS, _WORDS_BEFORE, _LETTERS_BEFORE, _LETTERS_BEHIND = 60, 2, 16, 6
#: letters a byline may hold besides the names of its authors
_BESIDE_NAMES = 30
#: lines at the end among which the article's byline may stand, and the longest of them
_CLOSING_LINES, _BYLINE_CHARS = 3, 120


def drop_bylines(lines: list[Line], authors: tuple[str, ...], section: str | None) -> None:
    """Remove names, dates and the section's name from the head of the text."""
    names = tuple(straightened(author) for author in authors)
    for line in kept(lines)[:2]:
        if _NUMERIC_DATE.match(line.text) and not line.is_finished and len(line.text) <= 160:
            line.remove("byline.time")
    for line in list(head_of(lines)):
        if line.kind == "heading" and line.is_finished:
            continue
        if is_date_line(line.text):
            line.remove("byline.time")
        elif _is_byline(line, names):
            line.remove("byline.name")
        elif section and straightened(line.text) == straightened(section):
            line.remove("byline.section")
        elif _is_date_with_weekday(line):
            line.remove("byline.time")


def _is_byline(line: Line, names: tuple[str, ...]) -> bool:
    """Names of the page's authors and little else, or "By" and what looks like a name."""
    low = straightened(line.text)
    if (beside := _beside_names(low, names)) is not None and beside <= _BESIDE_NAMES:
        return True
    match = _opening().match(low)
    if match is None or line.kind == "heading" or line.is_finished:
        return False
    return line.text[match.start("name")].isupper() and len(low.split()) <= 9


@cache
def _opening() -> re.Pattern[str]:
    return re.compile(rf"^{words('byline')}[:\s]\s*(?P<name>[^\d\s].{{1,80}})$")


def is_date_line(text: str) -> bool:
    """Whether a line says nothing but when.

    >>> is_date_line("Mon 17 Apr 2023 20.40 BST"), is_date_line("Updated: Nov. 20, 2019 1:35 a.m.")
    (True, True)
    >>> is_date_line("In May 2019 the crew began to train")
    False
    """
    if len(text) > 120:
        return False
    tokens = _TOKEN.findall(straightened(text))
    letters = [token for token in tokens if not token.isdigit()]
    words = _date_words()
    if len(letters) == len(tokens) or not all(token in words for token in letters):
        return False
    has_month = any(token in _month_names() for token in letters) or _is_counted(text, tokens)
    return has_month or bool(_NUMERIC_DATE.match(text)) or (bool(_CLOCK.search(text)) and len(tokens) > 2)


def _is_date_with_weekday(line: Line) -> bool:
    """Whether a line is a date with a word or two before it and hardly a letter behind it but in links: a weekday or a section that no list names."""
    if line.kind in ("heading", "cell", "item", "quote") or len(line.text) > _DATE_CHARS:
        return False
    text = straightened(line.text)
    at = next((at for at, char in enumerate(text) if char.isdecimal()), None)
    if at is None or parse_moment(line.text, day_first=True) is None:
        return False
    before, behind = (
        [word for word in _TOKEN.findall(part) if _is_unknown(word)] for part in (text[:at], text[at:])
    )
    linked = line.linked * sum(map(str.isalpha, text))
    few = len(before) <= _WORDS_BEFORE and sum(map(len, before)) <= _LETTERS_BEFORE
    return few and sum(map(len, behind)) - linked <= _LETTERS_BEHIND


def _is_unknown(word: str) -> bool:
    return not word.isdecimal() and word not in _date_words()


def _is_counted(text: str, tokens: list[str]) -> bool:
    """Whether a line of another script than ours counts year, month and day, each with its sign."""
    return not text.isascii() and sum(map(str.isdigit, tokens)) >= _COUNTS


@cache
def _month_names() -> frozenset[str]:
    return frozenset(
        name for months in table("dates")["months"].values() for names in months for name in names
    )


@cache
def _date_words() -> frozenset[str]:
    """Every word a dateline may hold: months, weekdays, zones, and what stands between them."""
    dates = table("dates")
    zones = (zone.lower() for zone in (*dates["zones"], *dates["us_zones"]))
    weekdays = (name for names in dates["weekdays"].values() for name in names)
    said = (*weekdays, *dates["modified"]["words"], *dates["published"]["words"])
    parts = (part for word in said for part in _TOKEN.findall(word))
    return (
        _month_names() | frozenset(zones) | frozenset(parts) | frozenset(table("words")["dateline"]["words"])
    )


def drop_closing_byline(lines: list[Line], authors: tuple[str, ...]) -> None:
    """Remove the line below the text that says who wrote it and when: a name of the page's authors, a date, little else."""
    names = tuple(straightened(author) for author in authors)
    for line in tail_of(lines, _CLOSING_LINES):
        low = straightened(line.text)
        if line.is_finished or len(low) > _BYLINE_CHARS:
            continue
        beside = _beside_names(low, names)
        is_dated = any(map(str.isdigit, low))
        if beside is not None and beside <= (_BESIDE_NAMES if is_dated else 0):
            line.remove("byline.name")


def _beside_names(text: str, names: tuple[str, ...]) -> int | None:
    """Letters that a line has besides names of authors, dates and the words of bylines; None where it names no author."""
    rest = _without(text, names)
    if rest == text:
        return None
    known = _date_words() | _byline_words()
    return sum(len(token) for token in _TOKEN.findall(rest) if not token.isdigit() and token not in known)


@cache
def _byline_words() -> frozenset[str]:
    """Every word that may stand beside the names of a byline."""
    names, dates = table("names"), table("dates")
    lists = (names["before"]["words"], names["between"]["words"], dates["published"]["words"])
    return frozenset(part for words in lists for word in words for part in _TOKEN.findall(straightened(word)))


def _without(text: str, names: tuple[str, ...]) -> str:
    """A straightened text without some names."""
    for name in names:
        text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", "", text)
    return text


@cache
def _biography() -> re.Pattern[str]:
    """What a note about the author goes on with, behind the name."""
    return re.compile(rf"^,?\s*(?:{words('biography')}|—|-)\b")


def drop_bio(lines: list[Line], authors: tuple[str, ...]) -> None:
    """Remove a closing paragraph about the author: begins with the name, goes on with what they do."""
    last = next(tail_of(lines, 1), None)
    if last is None or len(last.text) > 500 or len(kept(lines)) < 4:
        return
    for author in authors:
        if len(author) > 4 and last.text.startswith(author) and _biography().match(last.text[len(author) :]):
            last.remove("byline.bio")
            return
