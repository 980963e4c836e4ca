"""What one page brings is weighed and appended in one place, whichever way it came."""

from __future__ import annotations

import logging
from datetime import timedelta

import pytest

from crawler.ingest.append import append, weigh
from db.model import Capture, FetchRecord, Outcome


@pytest.fixture
def capture_of(make_article, make_page, make_candidate):
    """`capture_of(at, text=…)`: the page of an article as it was fetched at some time."""

    def make(at, **fields):
        return Capture(
            candidate=make_candidate(), page=make_page(fetched_at=at), article=make_article(**fields)
        )

    return make


@pytest.fixture
def add(store):
    """`add(capture)` weighs it against the record and appends it."""

    def put(capture, **how):
        weighed = weigh(store, capture, "all")
        decision = weighed.decision
        record = FetchRecord(
            url=capture.page.url,
            source="wire",
            purpose="new",
            started_at=capture.page.fetched_at,
            outcome=decision.outcome,
            reason=decision.reason,
        )
        return append(store, weighed, record, None, **how)

    return put


def test_a_version_is_appended_and_announced_once(add, capture_of, now, caplog):
    caplog.set_level(logging.INFO, logger="crawler")

    first, second = add(capture_of(now)), add(capture_of(now + timedelta(hours=1)))

    assert (first.outcome, first.is_new) == (Outcome.NEW, True)
    assert (second.outcome, second.is_new) == (Outcome.UNCHANGED, False)
    assert second.revision == first.revision
    assert sum(message.startswith("article.appended") for message in caplog.messages) == 1


def test_a_replay_tells_nothing_in_the_log(add, capture_of, now, caplog):
    caplog.set_level(logging.INFO, logger="crawler")

    assert add(capture_of(now), is_announced=False).is_new

    assert not caplog.messages


def test_an_article_is_looked_at_again_only_when_that_is_asked_for(add, capture_of, store, now):
    add(capture_of(now))
    assert store.queue_size() == 0

    add(capture_of(now + timedelta(hours=1)), recheck_after=now + timedelta(hours=1))

    assert store.queue_size() == 1


def test_a_page_that_came_late_does_not_take_the_place_of_a_later_one(add, capture_of, store, now):
    add(capture_of(now))

    late = weigh(store, capture_of(now - timedelta(days=1), text="A draft."), "all", is_late=True)

    assert late.newer is not None
    assert not late.decision.keeps
    assert "older than, and different from," in late.decision.reason


def test_a_page_without_an_article_leaves_its_row_alone(add, capture_of, make_page, make_candidate, rows):
    capture = Capture(candidate=make_candidate(), page=make_page(), problem="It holds no text.")

    appended = add(capture)

    assert appended.outcome is Outcome.NOT_ARTICLE
    assert rows("SELECT verdict, article_id FROM visits") == [("not_article", None)]


def test_one_transaction_inside_another_is_a_part_of_it(add, capture_of, store, now, rows):
    def write() -> None:
        with store.as_one():
            add(capture_of(now))
            raise ValueError("taken back")

    with pytest.raises(ValueError, match="taken back"):
        write()

    assert rows("SELECT count(*) FROM articles") == [(0,)]
    assert rows("SELECT count(*) FROM visits") == [(0,)]
