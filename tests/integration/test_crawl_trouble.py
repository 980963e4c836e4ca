"""The disk is full or the record locked: the crawl waits, says so once, and loses nothing."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from contextlib import closing

import kit
import press
import pytest

from crawler.catalogue import configured_beats
from crawler.errors import Corrupt, DiskFull, Locked
from crawler.frontier import async_store
from crawler.frontier.async_store import AsyncStore
from crawler.runner import crawl, run
from db.store import Store


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch):
    monkeypatch.setattr(async_store, "FIRST_PAUSE_S", 0.05)


def paper(newsroom, count: int) -> str:
    urls = [newsroom.origin(number % 3) + f"/article/{number}" for number in range(count)]
    return newsroom.print_("/feed", press.feed(urls))


def test_a_full_disk_pauses_the_crawl_and_loses_nothing(newsroom, tmp_path, caplog):
    caplog.set_level(logging.INFO, logger="crawler")
    config = kit.configured(tmp_path, [kit.source(paper(newsroom, 20))])
    store = Store.open(config.store.path, config.store.archive)
    refused = 0

    def limit(pages: int) -> None:
        store._conn.execute(f"PRAGMA max_page_count = {pages}")

    def progress(done: int, queued: int, counts: dict[str, int]) -> None:
        nonlocal refused
        if done == 5 and not refused:
            refused = 1
            limit(1)  # SQLite then keeps the size it has
            asyncio.get_running_loop().call_later(0.5, limit, 1_000_000)

    with closing(store):
        report = run(crawl(config, configured_beats(config), store, progress=progress))

    assert dict(report.counts)["new"] == 20
    assert kit.query(config, "SELECT count(DISTINCT url) AS n FROM articles") == [{"n": 20}]
    assert [message for message in caplog.messages if message.startswith("record.")] == [
        f'record.paused because="no space is left to write {config.store.path}" queue=kept',
        "record.resumed",
    ]
    kit.assert_sound(config)


def test_a_disk_that_stays_full_ends_once_with_a_sentence(newsroom, tmp_path, monkeypatch):
    monkeypatch.setattr("crawler.runner.ONCE_PATIENCE_S", 0.3)
    config = kit.configured(tmp_path, [kit.source(paper(newsroom, 20))])
    store = Store.open(config.store.path, config.store.archive)

    def progress(done: int, queued: int, counts: dict[str, int]) -> None:
        if done == 5:
            store._conn.execute("PRAGMA max_page_count = 1")

    with closing(store), pytest.raises(DiskFull, match="no space is left"):
        run(crawl(config, configured_beats(config), store, progress=progress))

    with closing(Store.open(config.store.path, config.store.archive)) as again:
        report = run(crawl(config, configured_beats(config), again))

    assert "new" in {outcome.value for outcome, _ in report.counts}
    assert kit.query(config, "SELECT count(DISTINCT url) AS n FROM articles") == [{"n": 20}]
    kit.assert_sound(config)


def refusing(times: int, problem: Exception):
    left = [problem] * times

    def work(value: int) -> int:
        if left:
            raise left.pop()
        return value

    return work


def in_store(work, patience_s: float | None = None, give_up: bool = False) -> int:
    async def call() -> int:
        store = AsyncStore(store=None, patience_s=patience_s)
        if give_up:
            store.give_up()
        try:
            return await store.run(lambda _: work(7))
        finally:
            store.close()

    return asyncio.run(call())


def test_a_call_is_repeated_until_it_works():
    assert in_store(refusing(3, Locked("locked"))) == 7


def test_a_damaged_file_is_not_written_again_and_again():
    with pytest.raises(Corrupt):
        in_store(refusing(1, Corrupt("damaged")))


def test_a_crawl_that_ends_repeats_nothing():
    with pytest.raises(Locked):
        in_store(refusing(1, Locked("locked")), give_up=True)


def test_readers_beside_the_crawl_disturb_nobody(newsroom, once, tmp_path):
    config = kit.configured(tmp_path, [kit.source(paper(newsroom, 12))])
    Store.open(config.store.path, config.store.archive).close()

    with closing(sqlite3.connect(config.store.path, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM articles").fetchone()
        counts = once(config)
        reader.execute("COMMIT")

    assert counts["new"] == 12
