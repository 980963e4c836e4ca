"""How far trying rules on examples left out is, where somebody watches."""

from __future__ import annotations

import sys
from collections.abc import Iterable

from tqdm import tqdm


def watched(turns: list[list[int]]) -> Iterable[list[int]]:
    """The turns, one after the other, with a bar on a terminal that goes away at the end."""
    return tqdm(
        turns,
        desc=f"trying on {sum(map(len, turns)):,} examples",
        unit=" turns",
        file=sys.stderr,
        leave=False,
        disable=not sys.stderr.isatty(),
    )
