"""One daemon with ten beats and 3,000 sources is fair to each, also to those that share it with a beat of one slow host.

The record is a real one, the frontier's order is the real one; time is a number that the test counts up.
"""

from __future__ import annotations

import heapq
from collections import Counter, defaultdict
from dataclasses import replace
from datetime import timedelta

import pytest

from crawler.frontier.due_polls import DuePolls
from crawler.frontier.errands import Poll
from crawler.polling.kinds import polls_of
from db.model import Source

BEATS, SOURCES, PLACES = 10, 3000, 64
#: seconds between two ticks of the daemon, that a poll takes, and that lie between two polls of a host
TICK_S, TOOK_S, GAP_S = 5, 1, 1


def sources(hosts_of_first: int, every_s: float, of_first: int = SOURCES // BEATS) -> list[Source]:
    """3,000 in all; those of the first beat are on few hosts, of the others every host has three."""
    made = []
    for number in range(SOURCES):
        rest = number - of_first
        beat, place = (0, number) if rest < 0 else (1 + rest % (BEATS - 1), rest // (BEATS - 1))
        host = f"big{place % hosts_of_first}.example" if beat == 0 else f"h{beat}-{place // 3}.example"
        url, name = f"https://{host}/{place}", f"beat{beat}"
        made.append(
            Source(id=f"b{beat}-{place}", title="t", kind="feed", url=url, beat=name, every_s=every_s)
        )
    return made


class Crawl:
    """A daemon's ticks and draws, an hour of them in a second."""

    def __init__(self, store, now, every_s: float) -> None:
        self.store, self.now, self.every_s = store, now, every_s
        self.polls = DuePolls()
        self.free_at: dict[str, int] = defaultdict(int)
        self.ending: list[tuple[int, int, Poll]] = []
        self.drawn = 0
        #: beat -> how long after their time its sources were polled, in seconds
        self.waits: dict[str, list[float]] = defaultdict(list)

    def run(self, seconds: int) -> None:
        for second in range(seconds):
            while self.ending and self.ending[0][0] <= second:
                self.end(heapq.heappop(self.ending)[2], second)
            if second % TICK_S == 0:
                at = self.now + timedelta(seconds=second)
                for poll in polls_of(self.store.due_sources(at, 1000, self.polls.known), at):
                    self.polls.add(poll)
            for poll in self.polls.draw(PLACES - len(self.ending), lambda host: self.free_at[host] <= second):  # noqa: B023 - called at once
                self.begin(poll, second)

    def begin(self, poll: Poll, second: int) -> None:
        self.drawn += 1
        self.free_at[poll.host] = second + TOOK_S + GAP_S
        heapq.heappush(self.ending, (second + TOOK_S, self.drawn, poll))
        late = self.now + timedelta(seconds=second) - poll.state.next_due_at
        self.waits[poll.state.source.beat].append(late.total_seconds())

    def end(self, poll: Poll, second: int) -> None:
        self.polls.end(poll)
        due = self.now + timedelta(seconds=second + self.every_s)
        self.store.schedule_source(replace(poll.state, next_due_at=due))


@pytest.fixture
def crawl(store, now):
    """`crawl(hosts_of_first, every_s, seconds)`: who was polled when."""

    def run(hosts_of_first: int, every_s: float, seconds: int, **more: int) -> Crawl:
        store.schedule_sources(sources(hosts_of_first, every_s, **more), now)
        watched = Crawl(store, now, every_s)
        with store.as_one():  # nothing is lost here but time
            watched.run(seconds)
        return watched

    return run


def test_every_source_has_its_poll_in_time(crawl):
    """3,000 sources every half hour are 1.7 a second; hosts and places allow for 64."""
    watched = crawl(100, 1800.0, 2400)

    polled = {beat: len(waits) for beat, waits in watched.waits.items()}
    assert len(polled) == BEATS
    assert min(polled.values()) >= SOURCES // BEATS
    assert max(max(waits) for waits in watched.waits.values()) < 120


def test_a_beat_whose_host_cannot_keep_up_delays_nobody_else(crawl):
    """1,200 sources of one host that takes two seconds for each want to be polled every minute, more than one look brings."""
    watched = crawl(1, 60.0, 600, of_first=1200)

    others = [waits for beat, waits in watched.waits.items() if beat != "beat0"]
    assert max(watched.waits["beat0"]) > 400
    means = sorted(sum(waits) / len(waits) for waits in others)
    assert means[-1] < 2 * max(means[0], TICK_S)
    assert max(max(waits) for waits in others) < 200


def test_where_places_are_short_each_beat_has_its_share(crawl):
    """All 3,000 every ten seconds are ten times what the places allow: what is polled is polled of all alike."""
    watched = crawl(100, 10.0, 300)

    polled = Counter({beat: len(waits) for beat, waits in watched.waits.items()})
    assert sum(polled.values()) > 0.8 * 64 * 300 / TOOK_S
    assert min(polled.values()) > 0.7 * max(polled.values())


def test_a_host_with_many_sources_waits_behind_those_that_were_not_asked(now):
    polls = DuePolls()
    state = next(iter(sources(1, 60.0)))

    def poll(host: str, number: int) -> Poll:
        source = replace(state, id=f"{host}-{number}", url=f"https://{host}/{number}")
        return Poll(state=state_of(source, now), url=source.url)

    for number in range(3):
        polls.add(poll("big.example", number))
    for host in ("a.example", "b.example"):
        polls.add(poll(host, 0))

    order = [polls.draw(1, lambda host: True)[0].host for _ in range(5)]

    assert order == ["big.example", "a.example", "b.example", "big.example", "big.example"]


def state_of(source: Source, now):
    """A source that is due."""
    from db.watched import SourceState

    return SourceState(source=source, next_due_at=now)
