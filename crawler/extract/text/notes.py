"""Notes that an article was corrected or amended: the most telling sentence on a page, which no rule may take out."""

from __future__ import annotations

from crawler.extract.text.bylines import is_date_line
from crawler.lang.lines import speaks_of_correction

#: a longer paragraph is about something else
_MOST_CHARS = 700


def is_correction(text: str) -> bool:
    """Whether a line says that the article was corrected, clarified or amended.

    >>> is_correction("Correction, 6 May: the line is forty kilometres long, not four.")
    True
    >>> is_correction("This story was updated after publication to correct the number of trips.")
    True
    >>> is_correction("The crew corrected the course of the capsule twice.")
    False
    """
    if not 20 <= len(text) <= _MOST_CHARS or not speaks_of_correction(text):
        return False
    return not is_date_line(text)
