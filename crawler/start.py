"""Where `spacereel` begins as a process of its own."""

from __future__ import annotations

import gc


def main() -> None:
    """Open the door.

    What is imported stays to the end: to look for garbage among it takes a tenth of the time of a small command,
    most of that when the process ends. So Python looks for none until a verb begins.
    """
    gc.disable()
    from crawler.cli import main as door

    door()
