"""Notes that an article was corrected or amended: the most telling sentence on a page, which no rule may take out."""

from __future__ import annotations

import re

from crawler.extract.text.bylines import is_date_line
from crawler.lang.lines import speaks_of_correction
from crawler.memory import remembers

#: a longer paragraph is about something else
_MOST_CHARS = 700
#: a shorter one tells nothing, in letters and in signs that are words or syllables
_LEAST_CHARS, _LEAST_SIGNS = 20, 10
_UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


@remembers(1024, letters=_MOST_CHARS)
def is_correction(text: str) -> bool:
    """Whether a line says that the article was corrected, clarified or amended.

    >>> is_correction("Correction, 6 May: the line is forty kilometres long, not four.")
    True
    >>> is_correction("This story was updated after publication to correct the number of trips.")
    True
    >>> is_correction("The crew corrected the course of the capsule twice.")
    False
    """
    if not _LEAST_SIGNS <= len(text) <= _MOST_CHARS:
        return False
    if len(text) < _LEAST_CHARS and not _UNSPACED.search(text):
        return False
    return speaks_of_correction(text) and not is_date_line(text)
