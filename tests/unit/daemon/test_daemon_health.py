"""Whether the daemon does its work, by a clock that the test winds."""

from __future__ import annotations

import asyncio
from contextlib import contextmanager

import pytest

from crawler.daemon.health import TICKLESS_S, Health
from crawler.daemon.notify import Notifier
from crawler.daemon.watchdog import Watchdog
from crawler.frontier.async_store import AsyncStore


class Moving:
    """A crawl that moves, ends or is stuck, as the test says."""

    def __init__(self) -> None:
        self.is_over = False
        self.stuck = ""
        self.session = self
        self.frontier = self
        self.under_way = 3

    def why_over(self) -> str:
        return "the spider ended"

    def why_stuck(self, tick: float) -> str:
        return self.stuck


@contextmanager
def examined(store):
    """Health, the crawl it looks at, and the clock's hand."""
    hand, patient = [100.0], AsyncStore(store)
    watchdog = Watchdog(patient)
    watchdog.watch = Moving()  # type: ignore[assignment]
    yield Health(watchdog, patient, lambda: hand[0]), watchdog, hand
    patient.close()


def test_a_daemon_that_ticks_is_well(store):
    async def look():
        with examined(store) as (health, watchdog, hand):
            for _ in range(5):
                hand[0] += TICKLESS_S - 1
                assert health.why_ill() == ""
                health.ticked()
            assert health.in_words() == "3 errands under way"
            assert watchdog.figures.ticks == 5

    asyncio.run(look())


def test_a_daemon_without_ticks_is_silent(store):
    async def look():
        with examined(store) as (health, _, hand):
            hand[0] += TICKLESS_S + 1
            assert health.why_silent() == health.why_ill() == "no tick for 121 s"

    asyncio.run(look())


@pytest.mark.parametrize(
    ("change", "why"),
    [
        pytest.param(lambda dog: setattr(dog.watch, "is_over", True), "the spider ended", id="ended"),
        pytest.param(
            lambda dog: setattr(dog.watch, "stuck", "nothing has moved"), "nothing has moved", id="stuck"
        ),
        pytest.param(lambda dog: setattr(dog, "watch", None), "the crawl has ended and waits", id="none"),
    ],
)
def test_what_the_watchdog_would_act_on_is_ill_and_no_reason_to_end_the_process(store, change, why):
    async def look():
        with examined(store) as (health, watchdog, _):
            change(watchdog)
            assert health.why_ill().startswith(why)
            assert health.in_words().startswith(why)
            assert health.why_silent() == ""

    asyncio.run(look())


def test_waiting_for_the_disk_is_no_silence(store):
    async def look():
        with examined(store) as (health, _, hand):
            health._store._troubled = 1
            hand[0] += TICKLESS_S * 100
            assert health.why_silent() == health.why_ill() == ""
            assert health.in_words().startswith("The record cannot be written")

    asyncio.run(look())


@pytest.mark.parametrize(
    ("environment", "silence_s"),
    [
        pytest.param({"WATCHDOG_USEC": "3000000"}, 3.0, id="asked for"),
        pytest.param({}, None, id="not asked for"),
        pytest.param({"WATCHDOG_USEC": "3000000", "WATCHDOG_PID": "1"}, None, id="for another process"),
        pytest.param({"WATCHDOG_USEC": "soon"}, None, id="no number"),
        pytest.param({"WATCHDOG_USEC": "0"}, None, id="never"),
    ],
)
def test_signs_of_life_are_as_often_as_the_manager_asks(environment, silence_s):
    told = {"NOTIFY_SOCKET": "/nowhere", "PATH": "/bin", **environment}

    assert Notifier.of(told).silence_s == silence_s
    assert told == {"PATH": "/bin"}
