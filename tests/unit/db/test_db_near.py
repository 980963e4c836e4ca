"""What is remembered of reports and of stories is what the record says."""

from __future__ import annotations

import itertools
from contextlib import closing
from datetime import timedelta

import pytest
from stories_kit import append as tell
from stories_kit import later, reports

from crawler.dedupe.profile import profile
from crawler.dedupe.stories import WINDOW
from db.store import Store


@pytest.fixture(params=[44, 4_000], ids=["few", "all"], autouse=True)
def most_profiles(request, monkeypatch):
    """Profiles that are remembered: more than one look-up asks for."""
    monkeypatch.setattr("db.near._PROFILES", request.param)


def near(store, report):
    of = profile(report.article, (), report.article.published_at)
    found = store.reports_near(of.terms, of.reported_at, WINDOW)
    return sorted(
        ((each.article_id, each.story_id, each.profile) for each in found), key=lambda each: each[:1]
    )


@pytest.fixture
def told_anew(store):
    """`told_anew(report)`: what a store that remembers nothing says."""

    def told_anew(report):
        with closing(Store.open(store.path)) as other:
            return near(other, report)

    return told_anew


@pytest.mark.parametrize("mixed", [False, True])
def test_reports_and_their_stories_are_those_of_the_record_after_every_report(store, told_anew, mixed):
    told = later(reports("held"), 36, 1) if mixed else reports("held")
    for one, two in itertools.pairwise(told):
        tell(store, one)

        assert near(store, two) == told_anew(two)
        assert near(store, one) == told_anew(one)


def test_what_a_transaction_takes_back_is_not_there(store, told_anew):
    one, two, *_ = reports("dev")
    tell(store, one)
    with pytest.raises(RuntimeError), store.as_one():
        tell(store, two)
        assert len(near(store, two)) == 2
        raise RuntimeError

    assert near(store, two) == told_anew(two)


def test_what_another_connection_writes_is_seen(store, told_anew):
    one, two, *_ = reports("dev")
    tell(store, one)
    near(store, two)
    with closing(Store.open(store.path)) as other:
        tell(other, two)

    assert near(store, two) == told_anew(two)
    assert len(near(store, two)) == 2


def test_the_copies_of_an_original_that_comes_late_leave_the_story_they_were_in(store, rows):
    first, second, *_ = [each for each in reports("dev") if each.event == reports("dev")[0].event]
    tell(store, first)
    tell(store, second)
    ((story,),) = set(rows("SELECT story_id FROM newest"))
    ((url, number),) = rows("SELECT canonical_url, article_id FROM newest ORDER BY article_id LIMIT 1")
    assert [each[1] for each in near(store, second)] == [story, story]
    store._conn.execute("INSERT INTO stories (id, title, first_article_id, created_at, updated_at) SELECT 99, '', first_article_id, created_at, updated_at FROM stories")  # fmt: skip
    store._conn.execute(
        "UPDATE newest SET story_id = 99, original_url = NULL WHERE canonical_url = ?", (url,)
    )
    store._near.forget()
    assert sorted(each[1] for each in near(store, second)) == [story, 99]
    store._conn.execute("UPDATE newest SET original_url = (SELECT canonical_url FROM newest WHERE article_id <> ?) WHERE article_id = ?", (number, number))  # fmt: skip

    assert store.file_copy(url, first.article.published_at + timedelta(days=1)) == story

    assert [each[1] for each in near(store, second)] == [story, story]
