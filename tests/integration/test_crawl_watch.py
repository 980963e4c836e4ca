"""The long-lived crawl: fair, bounded, watched, and probes beside it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import closing
from datetime import UTC, datetime

import kit
import press
import pytest

from crawler import runner
from crawler.catalogue import configured_beats
from crawler.commands.probe import fetch_pages
from crawler.errors import BadStatus, FetchError, ForbiddenAddress, RobotsDenied, TooLarge, Unreachable
from crawler.frontier.async_store import AsyncStore
from crawler.runner import Watch
from db.model import Page
from db.store import Store
from scheduler import Daemon


async def until(is_so: Callable[[], bool], timeout_s: float = 20.0) -> None:
    async with asyncio.timeout(timeout_s):
        while not is_so():
            await asyncio.sleep(0.01)


def with_store(config, work: Callable[[Store], Awaitable[None]]) -> None:
    with closing(Store.open(config.store.path, config.store.archive)) as store:
        store.schedule_sources(
            [source for beat in configured_beats(config) for source in beat.sources], datetime.now(UTC)
        )
        runner.run(work(store))


def test_a_crawl_that_does_not_move_is_noticed_and_started_again(newsroom, tmp_path, monkeypatch, caplog):
    monkeypatch.setattr(runner, "STUCK_LEAST_S", 0.2)
    monkeypatch.setattr(runner, "STUCK_TIMEOUTS", 0)
    feed = newsroom.print_("/feed", press.feed([newsroom.origin(1) + "/slow/30/a"]))
    config = kit.configured(tmp_path, [kit.source(feed)], timeout="30s")

    async def watch(store: Store) -> None:
        daemon, loop = Daemon(config, store), asyncio.get_running_loop()
        await daemon.watchdog.start(daemon.live.config, daemon.live.beats)
        first = daemon.watchdog.watch
        assert first is not None
        first.offer(store.due_sources(datetime.now(UTC)))
        await until(lambda: bool(newsroom.asked("/slow")))
        assert not first.why_stuck(first.session.frontier.progressed_at)
        first.session.frontier.queued()  # as every tick does
        await until(lambda: bool(first.why_stuck(loop.time())))
        await daemon.watchdog.look(daemon.live.config, daemon.live.beats, loop.time())
        await daemon.watchdog.look(daemon.live.config, daemon.live.beats, loop.time())
        assert daemon.watchdog.watch not in (None, first)
        await until(lambda: len(newsroom.asked("/slow")) == 2)
        daemon.store.give_up()
        await daemon.watchdog.stop(0.1)
        daemon.store.close()

    with_store(config, watch)

    assert any(
        message.startswith('crawl.stuck because="nothing has moved for') for message in caplog.messages
    )
    assert kit.count(config, "frontier WHERE purpose = 'new'") == 1


def test_never_more_errands_are_under_way_than_the_crawl_can_hold(newsroom, tmp_path):
    newsroom.delay_s = 0.01
    urls = [newsroom.origin(number % 3) + f"/article/{number}" for number in range(30)]
    config = kit.configured(tmp_path, [kit.source(newsroom.print_("/feed", press.feed(urls)))], concurrency=2)
    most = 0

    async def watch(store: Store) -> None:
        nonlocal most
        patient = AsyncStore(store)
        crawl = Watch(config, configured_beats(config), patient, mode="once")
        await crawl.start()
        crawl.offer(store.due_sources(datetime.now(UTC)))
        crawl.begin()
        while not crawl.is_over:
            most = max(most, crawl.session.frontier.under_way)
            await asyncio.sleep(0.002)
        crawl.close()
        patient.close()

    with_store(config, watch)

    assert kit.count(config, "articles") == 30
    assert 1 <= most <= 2


def test_a_long_queue_of_one_host_does_not_starve_another(newsroom, once, tmp_path):
    many = [newsroom.origin(0) + f"/article/many-{number}" for number in range(40)]
    few = [newsroom.origin(1) + f"/article/few-{number}" for number in range(3)]
    feed = newsroom.print_("/feed", press.feed([*many, *few]))

    once(kit.configured(tmp_path, [kit.source(feed)], per_host_delay="30ms", concurrency=2))

    order = [each.path for each in newsroom.asked("/article")]
    assert max(order.index(f"/article/few-{number}") for number in range(3)) < 12


@pytest.mark.parametrize("delay", ["5ms", "20ms", "50ms"])
def test_a_host_that_becomes_free_while_the_queue_is_looked_at_is_not_forgotten(
    newsroom, once, tmp_path, delay
):
    urls = [newsroom.origin() + f"/article/{number}" for number in range(30)]
    feed = newsroom.print_("/feed", press.feed(urls))

    once(kit.configured(tmp_path, [kit.source(feed)], per_host_delay=delay))

    assert len(newsroom.asked("/article")) == 30
    assert max(newsroom.gaps()) < 4


@pytest.fixture
def answers(newsroom, tmp_path) -> dict[str, Page | FetchError]:
    newsroom.robots[newsroom.host(1)] = "User-agent: *\nDisallow: /private\n"
    origin = newsroom.origin()
    urls = {
        "article": f"{origin}/article/a",
        "gone": f"{origin}/status/404",
        "huge": f"{origin}/huge/1000001",
        "private address": "http://10.0.0.1/",
        "robots": f"{newsroom.origin(1)}/private/a",
        "other scheme": "ftp://example.org/a",
        "no address": "nonsense",
        "loop": f"{origin}/redirect-loop",
        "drop": f"{origin}/drop",
    }
    config = kit.configured(tmp_path, [kit.source(f"{origin}/feed")])
    results = dict(zip(urls, fetch_pages(list(urls.values()), config), strict=True))
    assert not config.store.path.exists()
    return results


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("article", Page),
        ("gone", BadStatus),
        ("huge", TooLarge),
        ("private address", ForbiddenAddress),
        ("robots", RobotsDenied),
        ("other scheme", ForbiddenAddress),
        ("no address", Unreachable),
        ("loop", FetchError),
        ("drop", Unreachable),
    ],
)
def test_a_probe_gives_the_page_or_the_reason_and_stores_nothing(answers, name, kind):
    assert isinstance(answers[name], kind)


def test_probes_may_follow_each_other(newsroom, tmp_path):
    config = kit.configured(tmp_path, [kit.source(newsroom.origin() + "/feed")])
    url = newsroom.origin() + "/article/a"

    results = [fetch_pages([url, url], config) for _ in range(2)]

    assert all(isinstance(page, Page) for pages in results for page in pages)
    assert len(newsroom.asked("/article")) == 2
