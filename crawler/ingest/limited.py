"""What a person asks for is read in their own process, within the time and the memory that a reader of the crawl has."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import nullcontext
from typing import ParamSpec, TypeVar

from crawler.ingest.pool import (
    CPU_HARD_LIMIT_S,
    CPU_LIMIT_S,
    HARD_LIMIT_S,
    MOST_GROWTH_BYTES,
    ReadingTooLong,
    time_limit,
)
from crawler.ingest.reading import read_page
from crawler.memory import growing_by
from crawler.relevance.topic import Topic
from db.model import Candidate, Capture, Outcome, Page

P = ParamSpec("P")
R = TypeVar("R")


def within_limits(work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """*work*, ended with its process when C code does not come back; signals are the main thread's alone.

    Raises:
        ReadingTooLong: it took more CPU or memory than reading one page may.
    """
    is_main = threading.current_thread() is threading.main_thread()
    limited = time_limit(CPU_LIMIT_S, CPU_HARD_LIMIT_S, HARD_LIMIT_S) if is_main else nullcontext()
    try:
        with limited, growing_by(MOST_GROWTH_BYTES):
            return work(*args, **kwargs)
    except MemoryError as problem:
        raise ReadingTooLong("reading it takes more memory than one page may have") from problem


def read_within_limits(page: Page, candidate: Candidate, topics: tuple[Topic, ...] = ()) -> Capture:
    """`read_page`; a page that takes too long comes back with a problem, as any other that cannot be read."""
    try:
        return within_limits(read_page, page, candidate, topics)
    except ReadingTooLong as problem:
        sentence = f"Reading failed: {problem}."
        return Capture(candidate=candidate, page=page, problem=sentence, problem_outcome=Outcome.FAILED)
