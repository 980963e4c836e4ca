"""A source's `follow`: a regular expression of the person who wrote the beat, searched in addresses of strangers.

RE2 never goes back, so no expression takes longer than its length times the
address's: `(a|a)*$`, which takes Python's `re` for ever, does not.
"""

from __future__ import annotations

from typing import Protocol

import re2

_OPTIONS = re2.Options()
_OPTIONS.log_errors = False
_OPTIONS.max_mem = 1 << 20  # bytes of a program; RE2's own 8 MB let `a{1,1000}` fifty times over take 4 s


class Follow(Protocol):
    """What is wanted of an expression."""

    def search(self, text: str, /) -> object | None:
        """Something when *text* has a place that fits."""


def compiled_follow(follow: str) -> Follow:
    """A source's `follow`, ready to search addresses with.

    Raises:
        ValueError: with a sentence, for what is no regular expression, or one that only a search
            which goes back could follow: looking ahead or behind, and groups named again.
    """
    try:
        compiled: Follow = re2.compile(follow, options=_OPTIONS)
    except re2.error as problem:
        reason = problem.args[0]
        why = reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)
        raise ValueError(
            f'"{follow}" is not a regular expression that can be used: {why} (https://github.com/google/re2/wiki/Syntax)'
        ) from problem
    return compiled
