"""What waits in the outbox, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from crawler.commands.terminal import safe_line
from crawler.units import many


def outbox_in_words(counts: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """What waits, and what was sent or given up in the last day, a line a target and state."""
    for row in counts:
        words = {
            "sent": "sent",
            "failed": "given up",
            "waiting": "waiting",
            "sending": "being sent",
            "dropped": "dropped",
        }
        because = f": {safe_line(row['problem'])}" if row["problem"] else ""
        yield f"{many(row['rows'], 'thing')} {words[row['state']]}, {safe_line(row['label'])}{because}"
