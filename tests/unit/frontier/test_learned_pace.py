"""What a host's 429s teach, on a clock of our own."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from crawler.frontier.hosts import Hosts
from crawler.frontier.pace import ANSWERS_BACK, LONGEST_LEARNED_S, LearnedPace

HOST = "news.example"
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


class LimitedHost:
    """Answers 429 to every request that comes sooner than its limit lets it, by a bucket of *burst* tokens."""

    def __init__(self, per_second: float, burst: int) -> None:
        self.per_second, self.burst, self.tokens, self.at = per_second, burst, float(burst), 0.0

    def status(self, tick: float) -> int:
        self.tokens = min(self.burst, self.tokens + (tick - self.at) * self.per_second)
        self.at = tick
        if self.tokens < 1:
            return 429
        self.tokens -= 1
        return 200


def ask(hosts: Hosts, server: LimitedHost, tick: float, requests: int) -> tuple[float, int]:
    """So many requests, each as soon as the pace allows; returns the tick after them and how many were refused."""
    refused = 0
    for _ in range(requests):
        tick += hosts.wait_s(HOST, tick) + 0.01
        now = NOW + timedelta(seconds=tick)
        if server.status(tick) == 429:
            refused += 1
            hosts.refuse(HOST, 429, 1.0, now, tick)
        else:
            hosts.answered(HOST, now, tick)
        hosts.ended(HOST, tick)
    return tick, refused


@pytest.mark.parametrize(("per_second", "burst"), [(5.0, 1), (5.0, 5), (1.0, 1), (0.2, 3), (50.0, 10)])
def test_after_it_has_learnt_at_most_two_requests_of_a_hundred_are_refused(per_second, burst):
    hosts, server = Hosts(0.0, (), NOW, 0.0), LimitedHost(per_second, burst)
    tick, _ = ask(hosts, server, 0.0, 100)

    begun, (tick, refused) = tick, ask(hosts, server, tick, 2_000)

    assert refused <= 0.02 * 2_000
    assert 2_000 / (tick - begun) > per_second / 4


def test_a_refusal_halves_the_rate_and_answers_give_it_back():
    pace = LearnedPace.after_refusal(gap_s=0.2, since_s=0.25)
    assert pace.gap_s == pytest.approx(0.5)

    for _ in range(ANSWERS_BACK):
        pace = pace.after_answer(base_s=0.0)

    assert pace.gap_s == pytest.approx(0.25)


def test_it_is_forgotten_once_it_asks_for_no_more_than_our_own_delay():
    pace = LearnedPace.after_refusal(gap_s=1.0, since_s=1.0)
    for _ in range(2 * ANSWERS_BACK):
        pace = pace.after_answer(base_s=1.0) if pace else None

    assert pace is None


@pytest.mark.parametrize(("gap_s", "since_s"), [(1e9, 0.0), (0.0, 1e9), (0.0, 0.0), (100.0, 5.0)])
def test_what_is_learned_is_bounded(gap_s, since_s):
    assert 0 < LearnedPace.after_refusal(gap_s, since_s).gap_s <= LONGEST_LEARNED_S


def test_what_a_host_taught_survives_a_restart():
    hosts = Hosts(0.0, (), NOW, 0.0)
    hosts.ended(HOST, 10.0)
    state = hosts.refuse(HOST, 429, 1.0, NOW, 10.25)

    again = Hosts(0.0, (state,), NOW + timedelta(hours=1), 0.0)

    assert (state.learned_gap_s, state.refused_gap_s) == (0.5, 0.25)
    assert again.gap_s(HOST) == 0.5


def test_a_host_that_is_down_teaches_no_pace():
    hosts = Hosts(0.0, (), NOW, 0.0)

    assert hosts.refuse(HOST, 503, 5.0, NOW, 1.0).learned_gap_s is None
