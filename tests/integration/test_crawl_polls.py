"""Polls of a crawl that goes on: the same bytes again are not taken apart, whatever came between is."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime

import kit
import press

from crawler import runner
from crawler.catalogue import configured_beats
from crawler.frontier.async_store import AsyncStore
from crawler.runner import Watch
from db.store import Store


def polled(config, *between) -> None:
    """Poll all sources of one crawl, call the next of *between*, and so on, and once more at the end."""

    async def watch(store: Store) -> None:
        patient = AsyncStore(store)
        crawl = Watch(config, configured_beats(config), patient, mode="daemon")
        await crawl.start()
        crawl.begin()
        for number, then in enumerate((*between, lambda: None), start=1):
            crawl.offer(await patient.run(Store.source_states))
            async with asyncio.timeout(20):
                while crawl.session.tally.sources < number:
                    await asyncio.sleep(0.01)
            then()
        await crawl.stop(10.0)
        await crawl.finish()
        crawl.close()
        patient.close()

    with closing(Store.open(config.store.path, config.store.archive)) as store:
        sources = [source for beat in configured_beats(config) for source in beat.sources]
        store.schedule_sources(sources, datetime.now(UTC))
        runner.run(watch(store))


def reasons(config, url: str) -> Sequence[str]:
    return [
        row["reason"] for row in kit.query(config, "SELECT reason FROM visits WHERE url = ? ORDER BY id", url)
    ]


def test_the_same_bytes_without_a_validator_are_not_taken_apart_again(newsroom, tmp_path):
    origin = newsroom.origin()
    feed = newsroom.print_("/feed", press.feed([f"{origin}/article/a"]), etag="")
    more = press.feed([f"{origin}/article/a", f"{origin}/article/b"])
    config = kit.configured(tmp_path, [kit.source(feed)])

    polled(config, print, print, lambda: newsroom.print_("/feed", more, etag=""))

    assert not any(each.is_conditional for each in newsroom.asked("/feed"))
    assert reasons(config, feed) == [
        "1 entry, 1 new.",
        "The same bytes as at the last poll.",
        "2 entries, 1 new.",
    ]
    assert kit.query(config, "SELECT polls FROM quiet_polls") == [{"polls": 1}]


def test_a_poll_on_which_our_own_code_fails_has_its_row_and_the_crawl_goes_on(
    newsroom, tmp_path, monkeypatch
):
    feed = newsroom.print_("/feed", press.feed([newsroom.origin() + "/article/a"]))
    config = kit.configured(tmp_path, [kit.source(feed)])
    monkeypatch.setattr("crawler.polling.poll._cached_s", lambda _: 1 / 0)

    polled(config, monkeypatch.undo)

    assert [each.partition(":")[0] for each in reasons(config, feed)] == [
        "Spacereel failed on it",
        "1 entry, 0 new.",
    ]
