"""Notes that an article was corrected or amended: the most telling sentence on a page, which no rule may take out."""

from __future__ import annotations

import re
from functools import cache

from crawler.extract.text.bylines import is_date_line
from crawler.lang import table

#: a longer paragraph is about something else
_MOST_CHARS = 700


@cache
def _opening() -> re.Pattern[str]:
    words, unspaced = table("notices")["correction"]["words"], table("notices")["correction"]["unspaced"]
    spaced = "|".join(words)
    return re.compile(
        rf"^\W*(?:(?:{spaced})\b|(?:{'|'.join(unspaced)}))"
        r"|\b(?:updated|amended|changed|edited|corrected) (?:\w+ ){0,4}to (?:correct|clarify|fix|reflect)\b",
        re.IGNORECASE,
    )


def is_correction(text: str) -> bool:
    """Whether a line says that the article was corrected, clarified or amended.

    >>> is_correction("Correction, 6 May: the line is forty kilometres long, not four.")
    True
    >>> is_correction("This story was updated after publication to correct the number of trips.")
    True
    >>> is_correction("The crew corrected the course of the capsule twice.")
    False
    """
    if not 20 <= len(text) <= _MOST_CHARS or _opening().search(text) is None:
        return False
    return not is_date_line(text)
