from __future__ import annotations

import resource
import signal

import pytest

from crawler.ingest.limited import read_within_limits, within_limits
from crawler.ingest.pool import MOST_GROWTH_BYTES, ReadingTooLong


def test_what_a_person_asks_for_has_the_time_of_a_reader():
    left = within_limits(
        lambda: (signal.getitimer(signal.ITIMER_PROF)[0], signal.getitimer(signal.ITIMER_VIRTUAL)[0])
    )

    assert 0 < left[0] <= 10.1
    assert 0 < left[1] <= 14.1
    assert signal.getitimer(signal.ITIMER_PROF) == (0.0, 0.0)


def test_what_takes_longer_is_given_up():
    def too_long() -> None:
        signal.setitimer(signal.ITIMER_PROF, 0.01)
        while True:
            pass

    with pytest.raises(ReadingTooLong, match="more than 10 s of CPU"):
        within_limits(too_long)


def test_a_page_is_read_as_a_reader_reads_it(make_page, make_candidate):
    capture = read_within_limits(make_page(body=b"<p>Hello"), make_candidate())

    assert capture.article is None
    assert capture.problem


def test_what_a_person_asks_for_has_the_memory_of_a_reader():
    before = resource.getrlimit(resource.RLIMIT_DATA)

    with pytest.raises(ReadingTooLong, match="more memory than one page may have"):
        within_limits(lambda: bytes(2 * MOST_GROWTH_BYTES))

    assert resource.getrlimit(resource.RLIMIT_DATA) == before
    assert within_limits(lambda: len(bytes(1_000_000))) == 1_000_000
