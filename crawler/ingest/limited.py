"""What a person asks for is read in their own process, within the time that a reader of the crawl has."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import nullcontext
from typing import ParamSpec, TypeVar

from crawler.ingest.pool import CPU_HARD_LIMIT_S, CPU_LIMIT_S, HARD_LIMIT_S, ReadingTooLong, time_limit
from crawler.ingest.reading import read_page
from crawler.relevance.topic import Topic
from db.model import Candidate, Capture, Outcome, Page

P = ParamSpec("P")
R = TypeVar("R")


def within_limits(work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """*work*, ended with its process when C code does not come back; signals are the main thread's alone.

    Raises:
        ReadingTooLong: it took more CPU than reading one page may.
    """
    is_main = threading.current_thread() is threading.main_thread()
    with time_limit(CPU_LIMIT_S, CPU_HARD_LIMIT_S, HARD_LIMIT_S) if is_main else nullcontext():
        return work(*args, **kwargs)


def read_within_limits(page: Page, candidate: Candidate, topics: tuple[Topic, ...] = ()) -> Capture:
    """`read_page`; a page that takes too long comes back with a problem, as any other that cannot be read."""
    try:
        return within_limits(read_page, page, candidate, topics)
    except ReadingTooLong as problem:
        sentence = f"Reading failed: {problem}."
        return Capture(candidate=candidate, page=page, problem=sentence, problem_outcome=Outcome.FAILED)
