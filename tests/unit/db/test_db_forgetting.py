"""What stories are found by is forgotten in time, and nothing else is."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
from stories_kit import append as tell
from stories_kit import reports

from db.connection import connect, transaction
from db.forgetting import KEPT, forget_reports


def of_event(event):
    return [each for each in reports("dev") if each.event == event]


@pytest.fixture
def told(store):
    """Every report of the development half, in the record; the instant of the last one."""
    for each in reports("dev"):
        tell(store, each)
    return reports("dev")[-1].article.published_at


@pytest.fixture
def forget(store):
    """`forget(now, last=…, most=…)`: one batch through a connection of its own."""

    def forget(now, **limits):
        conn = connect(store.path)
        try:
            with transaction(conn, store.path):
                return forget_reports(conn, now, **limits)
        finally:
            conn.close()

    return forget


def test_the_last_reports_are_remembered_whatever_their_age(store, told, rows):
    assert store.forget_reports(told + timedelta(days=3650)) == 0
    assert rows("SELECT count(*) > 0 FROM story_profiles") == [(1,)]


def test_reports_that_something_new_may_be_compared_with_are_remembered(forget, told):
    assert forget(told + KEPT - timedelta(days=8), last=0) == 0


def test_old_reports_are_forgotten_in_batches_until_nothing_of_them_is_left(forget, told, rows):
    ((all_of_them,),) = rows("SELECT count(*) FROM story_profiles")
    later = told + KEPT + timedelta(days=1)

    batches = []
    while gone := forget(later, last=10, most=20):
        batches.append(gone)

    assert (sum(batches), max(batches)) == (all_of_them - 10, 20)
    assert rows("SELECT count(*) FROM story_profiles") == [(10,)]
    assert rows("SELECT count(*) FROM story_terms WHERE article_id NOT IN (SELECT article_id FROM story_profiles)") == [(0,)]  # fmt: skip


def test_stories_their_events_and_articles_stay_when_their_reports_are_forgotten(forget, told, rows):
    kept = [
        "SELECT * FROM stories",
        "SELECT * FROM story_events",
        "SELECT canonical_url, story_id FROM newest",
    ]
    before = [rows(query) for query in kept]

    forget(told + KEPT + timedelta(days=1), last=0, most=1000)

    assert rows("SELECT count(*) FROM story_profiles") == [(0,)]
    assert [rows(query) for query in kept] == before


def test_counts_say_how_many_of_the_remembered_stories_have_a_term(forget, told, rows):
    forget(told + KEPT + timedelta(days=1), last=10, most=1000)

    expected: Counter[str] = Counter()
    of_stories: dict[object, set[str]] = {}
    for url, story, terms in rows(
        "SELECT canonical_url, n.story_id, p.terms FROM story_profiles p JOIN newest n USING (canonical_url)"
    ):
        of_stories.setdefault(story or url, set()).update(json.loads(terms))
    for terms in of_stories.values():
        expected.update(terms)
    counted = dict(rows("SELECT term, articles FROM story_counts WHERE term <> ''"))
    assert {term: counted.get(term) for term in expected} == expected
    assert sum(counted.values()) <= sum(expected.values()) * 1.02  # merged stories count a term twice
    assert rows("SELECT articles FROM story_counts WHERE term = ''") == [(len(of_stories),)]


def test_a_new_version_of_a_forgotten_article_is_not_compared_again(store, forget, rows):
    one, two, *_ = of_event("d03")
    tell(store, one)
    story = tell(store, two)
    for each in of_event("d08"):
        tell(store, each)
    forget(two.article.published_at + KEPT + timedelta(days=9), last=3, most=1000)

    changed = replace(two.article, title="Studio walks away")

    assert tell(store, replace(two, article=changed)) == story
    assert rows("SELECT count(*) FROM story_profiles") == [(3,)]


def test_a_report_still_finds_its_story_after_older_ones_were_forgotten(store, forget):
    *earlier, last = of_event("d08")
    old = [replace(each, article=replace(each.article, published_at=each.article.published_at - timedelta(days=90))) for each in of_event("d03")]  # fmt: skip
    for each in old:
        tell(store, each)
    stories = {tell(store, each) for each in earlier[:2]} - {None}

    forgotten = forget(last.article.published_at, last=2, most=1000)

    assert forgotten == len(old)
    assert {tell(store, last)} == stories
