"""The daemon's rooms: the clock, and who may ask for figures."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from crawler.daemon.clock import JUMP_S, WallClock
from crawler.daemon.listening import host_name, is_ours

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


@pytest.mark.parametrize(
    ("host", "is_answered"),
    [
        ("127.0.0.1:9107", True),
        ("[::1]:9107", True),
        ("spacereel:9107", True),
        ("Desk.local", True),
        ("0.0.0.0", True),
        ("metrics.corp.example", True),
        ("evil.example:9107", False),
        ("127.0.0.1.evil.example", False),
        ("evil.example.", False),
        ("1.2.3.4.5", False),
    ],
)
def test_no_page_points_its_name_at_the_figures(host, is_answered):
    name = host_name(f"GET /metrics HTTP/1.1\r\nX-Host: 127.0.0.1\r\nhOsT:  {host}\r\n\r\n".encode())

    assert name is not None
    assert is_ours(name, "metrics.corp.example") is is_answered


def test_who_names_no_host_is_no_browser():
    assert host_name(b"GET /healthz HTTP/1.0\r\n\r\n") is None
