"""A line that tells of a change and of the publication at once: each date with the label before it."""

from __future__ import annotations

import re
from functools import cache
from itertools import pairwise

from crawler.lang import alternatives, table


@cache
def _labels() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Words for a change, and words for the publication."""
    modified, published = (
        re.compile(alternatives(table("dates")[kind]["words"]), re.IGNORECASE)
        for kind in ("modified", "published")
    )
    return modified, published


def dated_parts(text: str) -> list[str]:
    """A line that tells of a change and of the publication, each with its label before it, cut before the labels.

    >>> dated_parts("Updated 5 May 2026 Published 3 May 2026")
    ['Updated 5 May 2026 ', 'Published 3 May 2026']
    """
    modified, publication = _labels()
    changes = [match.start() for match in modified.finditer(text)]
    published = [match.start() for match in publication.finditer(text)] if changes else []
    starts = sorted({*changes, *published})
    digit = next((at for at, char in enumerate(text) if char.isnumeric()), 0)
    if not published or starts[0] > digit:
        return [text]
    return [text[start:end] for start, end in pairwise([0, *starts[1:], len(text)])]
