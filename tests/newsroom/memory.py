"""Processor time, and memory of a process and of what it has started, from `/proc` (Linux).

`ru_maxrss` is no measure of a child: it begins with the peak of whoever started it.
"""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

from daemons import children

#: memory is looked at that often
_LOOK_S = 0.05


def family(pid: int) -> list[int]:
    """A process and its descendants."""
    found = [pid]
    with contextlib.suppress(OSError):
        for child in children(pid):
            found += family(child)
    return found


def memory_mb(pids: list[int], field: str) -> float:
    """Sum of a field of smaps_rollup (`Pss` counts shared pages once, `Rss` in each process)."""
    total = 0
    for pid in pids:
        with contextlib.suppress(OSError):
            for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
                if line.startswith(f"{field}:"):
                    total += int(line.split()[1])
    return total / 1024


class Peak:
    """What `watched` saw."""

    mb = 0.0


@contextlib.contextmanager
def watched() -> Iterator[Peak]:
    """The most memory that this process and its children together have had, in MB, beyond what they had before."""
    peak, is_over, before = Peak(), threading.Event(), _own_mb()

    def look() -> None:
        while not is_over.wait(_LOOK_S):
            peak.mb = max(peak.mb, _own_mb() - before)

    looking = threading.Thread(target=look, daemon=True)
    looking.start()
    try:
        yield peak
    finally:
        is_over.set()
        looking.join()


def _own_mb() -> float:
    return memory_mb(family(os.getpid()), "Pss")


@contextlib.contextmanager
def processor_time(seconds: float) -> Iterator[None]:
    """A block that must be done within so much processor time of this process."""

    def over(*_: object) -> None:
        raise TimeoutError(f"not done after {seconds:g} s of processor time")

    before = signal.signal(signal.SIGPROF, over)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
