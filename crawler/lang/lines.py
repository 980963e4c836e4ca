"""Lines that label themselves, in every language there are words for: topics below a text, notes of corrections, labels of advertisements."""

from __future__ import annotations

import re
from functools import cache

from crawler.lang import table
from crawler.lang.required import Suspects

_SEPARATOR = re.compile(r"\s*[,;|/·•、，،]\s*|\s+#")
#: where one of these parts the names, a dot in the middle is part of a name
_LISTED = re.compile(r"\s*[,;|•、，،]\s*|\s+#")
_MOST_TOPICS = 30


@cache
def _label() -> re.Pattern[str]:
    words = [pattern for patterns in table("words")["topics"].values() for pattern in patterns]
    joined = "|".join(sorted(words, key=len, reverse=True))
    return re.compile(rf"^\W*(?:{joined})\s*[:：]\s*(?P<items>.+)$", re.IGNORECASE)


def listed_topics(line: str) -> tuple[str, ...]:
    """What a line of topics names; empty for any other line.

    >>> listed_topics("Labels: ferries, harbour"), listed_topics("Schlagworte: Ehrenamt")
    (('ferries', 'harbour'), ('Ehrenamt',))
    """
    match = _label().match(line) if ":" in line or "：" in line else None
    return split_topics(match["items"]) if match else ()


def split_topics(text: str) -> tuple[str, ...]:
    """Names between separators, repeats dropped.

    >>> split_topics("Tom Cruise, Space, Tom Cruise")
    ('Tom Cruise', 'Space')
    """
    separator = _LISTED if _LISTED.search(text) else _SEPARATOR
    topics = [topic.strip(" #.\u00a0|") for topic in separator.split(text)]
    return tuple(dict.fromkeys(topic for topic in topics if topic))[:_MOST_TOPICS]


@cache
def _comments() -> re.Pattern[str]:
    words = "|".join(sorted(table("words")["comments"]["words"], key=len, reverse=True))
    return re.compile(rf"^\W*(?:\d+\W*)?(?:{words})(?![^\W\d]).{{0,60}}$", re.IGNORECASE)


def announces_comments(line: str) -> bool:
    """Whether a line is the heading of what readers said, or of what one of them said.

    >>> announces_comments("3 comments"), announces_comments("#2 Kommentar von Maja"), announces_comments("She had no comment.")
    (True, True, False)
    """
    return _comments().match(line) is not None


@cache
def _correction() -> re.Pattern[str]:
    words = table("notices")["correction"]
    spaced, unspaced = ("|".join(words[name]) for name in ("words", "unspaced"))
    return re.compile(rf"\W*(?:(?:{spaced})(?!\w)|(?:{unspaced}))", re.IGNORECASE)


@cache
def _earlier_version() -> tuple[Suspects, re.Pattern[str]]:
    """What a sentence about an earlier version cannot do without, and what it says."""
    inside = table("notices")["correction"]["inside"]
    return Suspects({"inside": inside}), re.compile(rf"(?<!\w)(?:{'|'.join(inside)})(?!\w)", re.IGNORECASE)


def speaks_of_correction(line: str) -> bool:
    """Whether a paragraph begins as a note of a correction, clarification or update does, or speaks of an earlier version.

    >>> speaks_of_correction("Correction, 6 May: the line is forty kilometres long, not four.")
    True
    >>> speaks_of_correction("The crew corrected the course of the capsule twice.")
    False
    """
    if _correction().match(line):
        return True
    suspects, inside = _earlier_version()
    return bool(suspects.in_text(line.casefold())) and inside.search(line) is not None


@cache
def _advertisement() -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in table("residue")["ad.label"]["firm"]))


def labels_advertisement(text: str) -> bool:
    """Whether a text is nothing but the label of an advertisement.

    >>> labels_advertisement("ADVERTISEMENT"), labels_advertisement("Anzeige"), labels_advertisement("The advertisement ran twice.")
    (True, True, False)
    """
    return _advertisement().search(text.strip().lower()) is not None
