"""The dateline of a news agency, with which its text begins: what a page shows above it is not the text."""

from __future__ import annotations

import re
from functools import cache

from crawler.extract.text.lines import Line, kept
from crawler.extract.text.phrases import words

#: lines above the dateline that may be something else than the text; more are a text of their own
_MOST_ABOVE = 3
_FIRST_CHARS = 120


@cache
def _opening() -> re.Pattern[str]:
    """The forms of a dateline that nothing but a dateline has; each names the agency or the correspondent.

    Places begin with a capital, so case counts there, and nowhere else.
    """
    wire = rf"(?i:{words('news_agency')})"
    name = r"[A-ZÀ-ÖØ-ÞĀ-ŽА-ЯЁ][\w.'’-]{0,24}"
    small = words("of_places")
    place = rf"{name}(?:[ ,/'’-]{{1,2}}(?:{name}|{small}\b)){{0,7}}?"
    dash = r"(?:[-–—‒―]{1,2})"
    day = r"\.?,? (?:\d{1,2}\.? ?[^\W\d_]{3,9}|[^\W\d_]{3,9}\.? \d{1,2})\.?"
    return re.compile(
        rf"{place} ?\({wire}(?:[ /][^()\n]{{1,30}})?\) ?\.?(?:{dash}|:|\.(?= {dash}))"
        rf"|{place}{day}(?: \d{{4}})?(?: {words('year')})? ?\(?[/ ]*{dash}?[/ ]*{wire}[/)]?\.? ?(?:{dash}|\.|/)"
        rf"|\({wire}\) ?{dash} ?{place}{day} ?{dash}"
        r"|[\[【][^\]】\n]{2,24}[＝=][^\]】\n]{1,16}[\]】]"
    )


def begins_with_dateline(text: str) -> bool:
    """Whether a paragraph is the first one of an agency's text.

    >>> begins_with_dateline("HARBOUR TOWN, Fla. (AP) — The crew returned on Sunday.")
    True
    >>> begins_with_dateline("МОСКВА, 5 окт - РИА Новости. Экипаж вернулся.")
    True
    >>> begins_with_dateline("The agency (AP) said on Sunday that the crew had returned.")
    False
    """
    return _opening().match(text[:_FIRST_CHARS]) is not None


def drop_above_dateline(lines: list[Line]) -> None:
    """Remove the few lines above the first paragraph that bears a dateline: captions, summaries, bylines."""
    above: list[Line] = []
    for line in kept(lines)[: _MOST_ABOVE + 1]:
        if line.kind in ("p", "other") and line.is_prose and begins_with_dateline(line.text):
            for each in above:
                each.remove("dateline.above")
            return
        above.append(line)
