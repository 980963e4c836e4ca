"""What the record knows of an address: one answer under all its spellings."""

from __future__ import annotations

from contextlib import closing

import pytest

from crawler.review.why import known_address, ways_to_write
from db.connection import open_read_only
from db.known import look_up
from db.model import FetchRecord, Outcome
from db.watched import HostState

PLAIN, SECURE = "http://a.example/x", "https://a.example/x/"


@pytest.fixture
def conn(store):
    with closing(open_read_only(store.path)) as opened:
        yield opened


@pytest.fixture
def visit(store, now):
    """`visit(url)`: a visit that gave nothing."""

    def put(url: str) -> None:
        store.append_visit(
            FetchRecord(
                url=url, source="s", purpose="new", started_at=now, outcome=Outcome.OFF_TOPIC, reason="otters"
            ),
            None,
        )

    return put


@pytest.mark.parametrize("asked", [PLAIN, SECURE, "http://a.example/x/", SECURE + "?utm_source=feed#top"])
def test_visits_to_every_spelling_are_one_answer(visit, conn, asked):
    visit(PLAIN)
    visit(SECURE)

    told = known_address(conn, asked)

    assert {row["url"] for row in told.visits} == {PLAIN, SECURE}
    assert set(told.addresses) == {PLAIN, SECURE}


def test_an_article_is_known_by_every_address_it_was_met_under(append, make_article, make_page, conn):
    asked, amp, url = (
        "https://news.example/short",
        "https://amp.news.example/film",
        "https://news.example/film-in-orbit",
    )
    append(make_article(), page=make_page(asked, final_url=amp))

    told = [look_up(conn, [each]) for each in (url, asked, amp)]

    assert [[row["id"] for row in each.articles] for each in told] == [[1]] * 3
    assert {frozenset(each.addresses) for each in told} == {frozenset((url, asked, amp))}


def test_what_waits_is_told_with_its_host(store, make_candidate, conn, now):
    store.enqueue([make_candidate("https://news.example/a")], now)
    store.keep_host(HostState(host="news.example", crawl_delay_s=10.0))

    told = look_up(conn, ["https://news.example/a"])

    assert told.waiting["purpose"] == "new" and told.is_known
    assert "content" not in told.waiting
    assert told.host["crawl_delay_s"] == 10.0
    assert not look_up(conn, ["https://news.example/other"]).is_known


def test_an_address_that_is_none_is_asked_for_as_it_is():
    assert ways_to_write("javascript:alert(1)") == ("javascript:alert(1)",)
