from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.frontier.hosts import (
    LONGEST_SLOW_S,
    SLOW_S,
    HostBusy,
    Hosts,
    slowed_s,
    user_agent,
)
from crawler.frontier.pace import pause_s, retry_after_s
from crawler.frontier.turn import turn
from db.watched import HostState

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
HOST = "news.example"


def hosts(*states: HostState, delay_s: float = 1.0) -> Hosts:
    return Hosts(delay_s, states, NOW, 100.0)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        pytest.param("120", 120.0, id="seconds"),
        pytest.param(" 120 ", 120.0, id="white space around"),
        pytest.param("Mon, 23 Nov 2026 12:10:00 GMT", 600.0, id="HTTP date"),
        pytest.param("Mon, 23 Nov 2026 11:00:00 GMT", 0.0, id="a date that has passed"),
        pytest.param("99999999999999999999", 30 * 86400.0, id="a mistake is bounded"),
        pytest.param("-5", None, id="negative"),
        pytest.param("soon", None, id="words"),
        pytest.param("٣", None, id="digits of another script"),
        pytest.param("", None, id="empty"),
        pytest.param(None, None, id="no header"),
    ],
)
def test_retry_after_is_seconds_or_a_date(header, seconds):
    assert retry_after_s(header, NOW) == seconds


def test_a_host_nobody_asked_is_free():
    assert hosts().wait_s(HOST, 100.0) == 0.0


def test_the_gap_counts_from_the_end_of_an_answer():
    pace = hosts(delay_s=2.0)

    pace.ended(HOST, 107.0)

    assert pace.wait_s(HOST, 108.0) == 1.0
    assert pace.wait_s(HOST, 109.0) == 0.0


@pytest.mark.parametrize(("ours", "theirs", "gap"), [(1.0, 5.0, 5.0), (5.0, 1.0, 5.0), (1.0, None, 1.0)])
def test_the_larger_of_our_delay_and_crawl_delay_holds(ours, theirs, gap):
    pace = hosts(delay_s=ours)

    pace.ask_gap(HOST, theirs, NOW, 100.0)
    pace.ended(HOST, 100.0)

    assert pace.wait_s(HOST, 100.0) == gap


def test_what_robots_txt_asks_is_kept_once():
    pace = hosts()

    first = pace.ask_gap(HOST, 7.0, NOW, 100.0)

    assert first is not None
    assert first.crawl_delay_s == 7.0
    assert pace.ask_gap(HOST, 7.0, NOW, 100.0) is None


SECONDS = st.floats(0, 1e6, allow_nan=False)


@given(before=SECONDS, took=SECONDS, is_good=st.booleans())
def test_slowness_makes_a_bounded_gap_and_a_failure_never_a_smaller_one(before, took, is_good):
    gap = slowed_s(min(before, LONGEST_SLOW_S), took, is_good=is_good)

    assert gap == 0.0 or SLOW_S < gap <= LONGEST_SLOW_S
    assert gap >= min(took, LONGEST_SLOW_S) or took <= SLOW_S
    assert is_good or gap >= min(before, LONGEST_SLOW_S) or before <= SLOW_S


@given(took=st.lists(SECONDS, max_size=20), asked=st.one_of(st.none(), st.floats(0.1, 30)))
def test_the_gap_is_never_shorter_than_what_was_asked_for(took, asked):
    pace = hosts(delay_s=2.0)
    pace.ask_gap(HOST, asked, NOW, 100.0)

    for seconds in took:
        pace.took(HOST, seconds, NOW, 100.0, is_good=True)
        assert pace.gap_s(HOST) >= max(2.0, asked or 0.0)


def test_a_slow_host_is_asked_less_often_and_as_before_once_it_is_faster():
    pace, gaps = hosts(delay_s=1.0), []

    for seconds in (0.3, 12.0, 6.0, 0.2, 0.2, 0.2, 0.2, 0.2):
        pace.took(HOST, seconds, NOW, 100.0, is_good=True)
        gaps.append(round(pace.gap_s(HOST), 2))

    assert gaps == [1.0, 12.0, 9.0, 4.6, 2.4, 1.3, 1.0, 1.0]


def test_slowness_is_kept_with_its_reason_when_it_is_news_and_taken_back():
    pace, kept = hosts(), []
    for seconds in (0.3, 12.0, 13.0, 11.0, 0.2, 0.2, 0.2, 0.2, 0.2):
        kept.append(pace.took(HOST, seconds, NOW, 100.0, is_good=True))

    said = [state.reason for state in kept if state]
    assert said[0] == "news.example is slow to answer, so 12 s lie between two requests"
    assert said[-1] is None
    assert len(said) == 3


def test_a_refusal_is_told_rather_than_slowness():
    pace = hosts()
    pace.took(HOST, 12.0, NOW, 100.0, is_good=True)

    assert "503" in str(pace.refuse(HOST, 503, 60.0, NOW, 100.0).reason)
    after = pace.answered(HOST, NOW, 200.0)

    assert after is not None
    assert "slow to answer" in str(after.reason)


def test_a_restart_takes_back_a_slowness_that_is_over():
    slow = hosts().took(HOST, 12.0, NOW, 100.0, is_good=True)
    assert slow is not None

    later = hosts(slow)

    assert later.gap_s(HOST) == 1.0
    assert later.took(HOST, 0.2, NOW, 100.0, is_good=True) == HostState(host=HOST)


def test_refusals_in_a_row_double_the_rest_until_an_answer_ends_them():
    pace = hosts()

    rests = []
    tick = 100.0
    for _ in range(3):
        pace.refuse(HOST, 503, None, NOW, tick)
        rests.append(pace.wait_s(HOST, tick))
        tick += pace.wait_s(HOST, tick)

    assert rests == [5.0, 10.0, 20.0]
    kept = pace.answered(HOST, NOW, tick)
    assert kept == HostState(host=HOST)
    assert pace.answered(HOST, NOW, tick) is None


def test_the_rest_is_bounded():
    assert pause_s(1000) == 6 * 3600.0


def test_retry_after_stands_above_our_own_rest():
    pace = hosts()

    state = pace.refuse(HOST, 429, 3600.0, NOW, 100.0)

    assert pace.wait_s(HOST, 100.0) == 3600.0
    assert state.not_before_at == NOW + timedelta(hours=1)
    assert state.reason == "news.example answered 429 (Retry-After of 3600 s)"


def test_a_restart_remembers_what_a_host_asked():
    asked = hosts().refuse(HOST, 429, 3600.0, NOW, 100.0)

    later = Hosts(1.0, [asked], NOW + timedelta(minutes=10), 5.0)

    assert later.wait_s(HOST, 5.0) == 3000.0
    assert later.resting(5.0) == (HOST,)
    assert later.next_free_s(5.0) == 3000.0


def test_a_crawl_right_after_another_keeps_the_gap_to_its_last_request():
    just_now = NOW - timedelta(seconds=1)
    asked = HostState(host=HOST, crawl_delay_s=30.0)

    pace = Hosts(2.0, [asked], NOW, 100.0, just_now)

    assert pace.wait_s(HOST, 100.0) == 30.0
    assert pace.wait_s("other.example", 100.0) == 2.0
    assert pace.next_free_s(100.0) == 2.0
    assert pace.wait_s("other.example", 102.0) == 0.0
    assert Hosts(2.0, (), NOW, 100.0, NOW - timedelta(days=1)).wait_s(HOST, 100.0) == 0.0
    assert Hosts(0.0, (), NOW, 100.0, just_now).wait_s(HOST, 100.0) == 0.0


def test_two_requests_to_one_host_take_turns():
    order: list[str] = []

    async def ask(pace: Hosts, name: str) -> None:
        async with turn(pace, HOST, "http://news.example/", 5.0):
            order.append(f"{name} begins")
            await asyncio.sleep(0)
            order.append(f"{name} ends")

    async def both() -> float:
        loop = asyncio.get_running_loop()
        pace = Hosts(0.05, (), NOW, loop.time())
        begun = loop.time()
        await asyncio.gather(ask(pace, "a"), ask(pace, "b"))
        return loop.time() - begun

    assert asyncio.run(both()) >= 0.05
    assert order == ["a begins", "a ends", "b begins", "b ends"]


def test_a_far_away_turn_is_not_waited_for():
    async def ask() -> None:
        loop = asyncio.get_running_loop()
        pace = Hosts(1.0, (), NOW, loop.time())
        pace.refuse(HOST, 503, 60.0, NOW, loop.time())
        async with turn(pace, HOST, "http://news.example/", 5.0):
            raise AssertionError("it must not get its turn")

    with pytest.raises(HostBusy, match="Retry-After of 60 s") as busy:
        asyncio.run(ask())

    assert busy.value.wait_s == pytest.approx(60, abs=1)


def test_idle_hosts_are_forgotten_and_refusing_ones_are_not():
    pace = hosts()
    pace.refuse("refusing.example", 503, 999_999.0, NOW, 100.0)

    for number in range(5000):
        pace.ended(f"host{number}.example", 100.0 + number * 10)

    assert len(pace._paces) < 2500
    assert pace.wait_s("refusing.example", 200.0) > 0


@given(
    st.lists(
        st.tuples(
            st.sampled_from("abcd"), st.sampled_from(("ends", "refuses", "answers")), st.floats(0.0, 9.0)
        ),
        max_size=40,
    )
)
def test_who_rests_and_who_is_free_first_is_what_asking_each_host_says(steps):
    pace, tick = hosts(delay_s=2.0), 100.0
    for host, what, later in steps:
        tick += later
        if what == "ends":
            pace.ended(host, tick)
        elif what == "refuses":
            pace.refuse(host, 503, 5.0, NOW, tick)
        else:
            pace.answered(host, NOW, tick)

        waits = {each: pace.wait_s(each, tick) for each in "abcd"}
        resting = {each for each, wait in waits.items() if wait > 0}
        assert set(pace.resting(tick)) == resting
        first = min((waits[each] for each in resting), default=None)
        assert pace.next_free_s(tick) == (pytest.approx(first) if first is not None else None)


def test_the_user_agent_names_the_contact_and_cannot_break_the_header():
    assert user_agent("desk@example.org").endswith("(+desk@example.org)")
    assert user_agent("a\r\nX-Evil: (1)").isprintable()


@pytest.mark.parametrize(
    ("ago_s", "waits_s"),
    [
        pytest.param(0.0, 6.0, id="just now: the record writes whole seconds"),
        pytest.param(4.0, 2.0, id="a while ago"),
        pytest.param(3600.0, 0.0, id="long ago"),
        pytest.param(-3600.0, 6.0, id="in a future from which the clock was set back"),
    ],
)
def test_the_delay_counts_from_the_last_request_of_the_crawl_before(ago_s, waits_s):
    asked = Hosts(5.0, (), NOW, 100.0, NOW - timedelta(seconds=ago_s))

    assert asked.wait_s(HOST, 100.0) == waits_s
    assert (asked.next_free_s(100.0) or 0.0) == waits_s
