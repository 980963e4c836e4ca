"""A node asks only hosts that are leased to it, and stops in time before a lease ends."""

from __future__ import annotations

import asyncio

import pytest

from crawler.cluster.form import packed_form
from crawler.cluster.leases import Granted, HostLease, steady
from crawler.cluster.pace import LeasedHosts
from crawler.cluster.queue import LeasedQueue
from crawler.frontier.errands import Visit
from crawler.frontier.hosts import HostBusy
from db.watched import FrontierEntry, HostState


def hosts(now, take_host=None) -> LeasedHosts:
    async def nobody(host):
        return None

    return LeasedHosts(1.0, 10.0, take_host or nobody, now, 0.0)


def granted(
    host: str = "a", for_s: float = 60.0, state: HostState | None = None, rest_s: float = 0.0
) -> Granted:
    lease = HostLease(host=host, fence=1, until=steady() + for_s)
    return Granted(lease=lease, state=packed_form(state) if state else None, rest_s=rest_s)


def test_a_host_is_asked_while_a_whole_request_fits_into_its_lease(now):
    pace = hosts(now)

    assert not pace.may_begin("a")
    assert not pace.is_admitted("a")
    for left_s, may_begin, may_send in ((60, True, True), (15, False, True), (5, False, False)):
        pace.grant(granted(for_s=left_s), 0.0)
        assert (pace.may_begin("a"), pace.is_admitted("a")) == (may_begin, may_send)


def test_what_a_host_asked_of_another_node_holds_here(now):
    pace = hosts(now)
    state = HostState(
        host="a", crawl_delay_s=7.0, refusals=1, reason="a answered 429", learned_gap_s=3.0, refused_gap_s=1.5
    )

    pace.grant(granted(state=state, rest_s=40.0), 0.0)

    assert pace.gap_s("a") == 7.0
    assert pace.wait_s("a", 0.0) == 40.0
    assert pace.reason("a") == "a answered 429"


def test_a_host_that_a_redirect_leads_to_is_claimed(now):
    async def ours(host):
        return granted(host)

    pace = hosts(now, ours)

    asyncio.run(pace.admit("b", "http://b/"))

    assert pace.may_begin("b")


def test_a_host_that_somebody_else_asks_is_busy(now, monkeypatch):
    monkeypatch.setattr("crawler.cluster.pace._PATIENCE_S", 0.0)
    monkeypatch.setattr("crawler.cluster.pace._AGAIN_S", 0.0)

    with pytest.raises(HostBusy, match="b is asked by another machine now"):
        asyncio.run(hosts(now).admit("b", "http://b/"))


def test_a_host_with_a_request_under_way_is_not_given_back(now):
    pace = hosts(now)
    for name in "ab":
        pace.grant(granted(name), 0.0)

    async def look():
        async with pace.lock("a"):
            return pace.unwanted((), -1.0)

    assert asyncio.run(look()) == ["b"]
    assert pace.unwanted({"b"}, -1.0) == ["a"]


def visit(url, make_candidate, now) -> Visit:
    return Visit(entry=FrontierEntry(candidate=make_candidate(url), purpose="new", not_before_at=now))


def test_a_host_waits_until_its_last_answer_is_handed_over(make_candidate, now):
    queue = LeasedQueue(lambda host: True, lambda: False)
    urls = ("http://a.example/1", "http://a.example/2", "http://b.example/1")
    for number, url in enumerate(urls):
        queue.add(visit(url, make_candidate, now), number)
        queue.add(visit(url, make_candidate, now), number)

    assert asyncio.run(queue.next_s()) == 0.0, "hosts are looked at as soon as they are free"
    first, second = asyncio.run(queue.draw(10, ()))
    assert [first.url, second.url] == [urls[0], urls[2]]
    assert asyncio.run(queue.draw(10, ())) == []

    queue.over(first)
    assert [each.url for each in asyncio.run(queue.draw(10, ()))] == [urls[1]]


def test_what_comes_back_is_first_and_what_is_lost_is_not_ours(make_candidate, now):
    queue = LeasedQueue(lambda host: True, lambda: False)
    one, two = (visit(f"http://a.example/{number}", make_candidate, now) for number in range(2))
    queue.add(one, 7)
    queue.add(two, 8)
    (drawn,) = asyncio.run(queue.draw(1, ()))

    queue.returned(drawn)
    assert asyncio.run(queue.draw(1, ())) == [one]

    queue.drop({"a.example"})
    assert queue.number_of(one) == 7
    assert queue.number_of(two) is None
    assert asyncio.run(queue.draw(1, ())) == []
    queue.over(one)
    assert queue.hosts == set()
