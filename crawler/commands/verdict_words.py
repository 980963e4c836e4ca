"""Verdicts of pages, in words."""

from __future__ import annotations

from collections.abc import Mapping

from db.model import Outcome

#: verdicts in the order of their listing, with their words for one and for several
_WORDS = {
    Outcome.NEW: ("new", "new"),
    Outcome.CHANGED: ("changed", "changed"),
    Outcome.COPY: ("copy", "copies"),
    Outcome.UNCHANGED: ("unchanged", "unchanged"),
    Outcome.NOT_MODIFIED: ("not modified", "not modified"),
    Outcome.OFF_TOPIC: ("off topic", "off topic"),
    Outcome.NOT_ARTICLE: ("without an article", "without an article"),
    Outcome.ROBOTS_DENIED: ("denied by robots.txt", "denied by robots.txt"),
    Outcome.BLOCKED: ("blocked", "blocked"),
    Outcome.TOO_LARGE: ("too large", "too large"),
    Outcome.GONE: ("gone", "gone"),
    Outcome.DEFERRED: ("put off", "put off"),
    Outcome.FAILED: ("failed", "failed"),
}


def verdicts_in_words(pages: Mapping[Outcome, int]) -> str:
    """How many pages had which verdict; "" when none had any.

    >>> verdicts_in_words({Outcome.NEW: 7, Outcome.COPY: 1})
    '7 new, 1 copy'
    """
    return ", ".join(
        f"{pages[each]:,} {words[pages[each] != 1]}" for each, words in _WORDS.items() if pages.get(each)
    )
