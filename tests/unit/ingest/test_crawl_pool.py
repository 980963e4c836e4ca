from __future__ import annotations

import asyncio
import gc
import hashlib
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from crawler.ingest.pool import MOST_READ_BYTES, Broken, Limits, ReadingPool, ReadingTooLong


def die_when(number: int, culprit: int) -> int:
    """What a page does that crashes the extractor."""
    if number == culprit:
        os.kill(os.getpid(), signal.SIGSEGV)
    time.sleep(0.02)
    return number


def spin() -> None:
    while True:
        pass


def sleep_long() -> None:
    signal.setitimer(signal.ITIMER_PROF, 0)
    time.sleep(60)


def whoever() -> int:
    return os.getpid()


def test_pages_that_come_one_after_the_other_are_read_by_one_reader():
    async def work(pool: ReadingPool) -> set[int]:
        return {await pool.run(whoever) for _ in range(20)}

    assert len(in_pool(work)) == 1


def sweeping() -> tuple[bool, int]:
    return gc.isenabled(), gc.get_freeze_count()


def test_a_reader_looks_for_garbage_but_not_among_what_was_loaded_for_it():
    is_on, kept = in_pool(lambda pool: pool.run(sweeping))

    assert is_on and kept > 10_000


def until_there(mark: str) -> int:
    while not Path(mark).exists():
        time.sleep(0.01)
    return os.getpid()


def mark_it(mark: str) -> int:
    Path(mark).touch()
    return os.getpid()


def test_a_page_that_waits_behind_one_that_does_not_come_back_gets_a_reader_of_its_own(tmp_path):
    mark = str(tmp_path / "read")

    async def work(pool: ReadingPool) -> list[int]:
        await pool.run(whoever)
        return await asyncio.gather(pool.run(until_there, mark), pool.run(mark_it, mark))

    first, second = in_pool(work)

    assert first != second


def program() -> str | None:
    return getattr(sys.modules["__main__"], "__file__", None)


def in_pool(work: Callable[[ReadingPool], object], **limits: float) -> object:
    async def run() -> object:
        pool = ReadingPool(2, Limits(**limits))
        try:
            return await work(pool)
        finally:
            pool.close()

    return asyncio.run(run())


def test_when_a_reader_dies_only_the_call_that_did_it_is_blamed():
    async def work(pool: ReadingPool) -> list[object]:
        calls = (pool.run(die_when, number, 7) for number in range(20))
        return await asyncio.gather(*calls, return_exceptions=True)

    results = in_pool(work)

    assert isinstance(results[7], Broken)
    assert [result for result in results if not isinstance(result, Broken)] == [*range(7), *range(8, 20)]


def test_a_page_that_kills_its_reader_comes_back_as_a_capture(make_page, make_candidate, monkeypatch):
    async def work(pool: ReadingPool) -> object:
        async def broken(*_: object) -> None:
            raise Broken

        monkeypatch.setattr(pool, "judge", broken)
        return await pool.read(make_page(), make_candidate(), (), frozenset())

    capture = in_pool(work)

    assert capture.article is None
    assert capture.problem == "Reading this page ended the reader process twice."


def test_a_page_that_takes_too_much_cpu_is_given_up_and_the_pool_goes_on():
    async def work(pool: ReadingPool) -> object:
        with pytest.raises(ReadingTooLong):
            await pool.run(spin)
        return await pool.run(die_when, 1, 2)

    assert in_pool(work, cpu_s=0.2) == 1


def test_a_reader_that_hangs_is_ended_and_its_page_blamed():
    async def work(pool: ReadingPool) -> object:
        with pytest.raises(Broken):
            await pool.run(sleep_long)
        return await pool.run(die_when, 1, 2)

    assert in_pool(work, hard_s=0.3) == 1


def test_readers_do_not_import_the_program_that_started_them():
    async def work(pool: ReadingPool) -> object:
        return await pool.run(program)

    assert in_pool(work) is None


def spin_in_c() -> bytes:
    """As a parser does that no exception gets through to."""
    return hashlib.pbkdf2_hmac("sha256", b"", b"", 10**9)


def test_a_page_that_hangs_in_c_code_is_ended_by_its_processor_time_and_blamed():
    async def work(pool: ReadingPool) -> object:
        with pytest.raises(Broken):
            await pool.run(spin_in_c)
        return await pool.run(die_when, 1, 2)

    assert in_pool(work, cpu_s=0.1, cpu_hard_s=0.2) == 1


def take(megabytes: int) -> int:
    return len(bytearray(megabytes * 1_000_000))


def test_a_page_gets_no_more_memory_than_it_may_have_and_its_reader_lives_on():
    async def work(pool: ReadingPool) -> object:
        with pytest.raises(MemoryError):
            await pool.run(take, 200)
        return await pool.run(take, 40)

    assert in_pool(work, growth=100_000_000) == 40_000_000


def seen(page: object, folder: str) -> int:
    """How many are read at the same time as this page."""
    mark = Path(folder, str(os.getpid()))
    mark.touch()
    time.sleep(0.05)
    count = len(list(Path(folder).iterdir()))
    mark.unlink()
    return count


def test_large_pages_are_read_one_after_the_other(make_page, tmp_path):
    large = make_page(body=b"x" * (MOST_READ_BYTES + 1))

    async def work(pool: ReadingPool) -> list[object]:
        return await asyncio.gather(*(pool.run(seen, large, str(tmp_path)) for _ in range(4)))

    assert in_pool(work) == [1, 1, 1, 1]
