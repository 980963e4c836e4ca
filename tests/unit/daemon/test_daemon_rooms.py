"""The daemon's rooms: the clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from crawler.daemon.clock import JUMP_S, WallClock

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize("by_s", [JUMP_S, -JUMP_S, 90_000.0])
def test_a_clock_that_was_set_is_noticed_once(by_s):
    clock = WallClock()
    clock.jump(NOON, 100.0)

    assert clock.jump(NOON + timedelta(seconds=5 + by_s), 105.0) == pytest.approx(by_s)
    assert clock.jump(NOON + timedelta(seconds=10 + by_s), 110.0) is None


def test_a_clock_that_creeps_was_not_set():
    clock = WallClock()
    clock.jump(NOON, 0.0)

    assert [clock.jump(NOON + timedelta(seconds=each * 10), each * 5.0) for each in range(1, 10)] == [
        None
    ] * 9
