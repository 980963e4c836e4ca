"""What is remembered of `story_counts` is what the table says."""

from __future__ import annotations

from contextlib import closing
from datetime import timedelta

import pytest
from stories_kit import append as tell
from stories_kit import reports

import db.counts
from db.connection import connect
from db.forgetting import KEPT, forget_reports
from db.store import Store


@pytest.fixture(params=[2, 1000], ids=["counted often", "counted seldom"], autouse=True)
def most_uncounted(request, monkeypatch):
    """Reports that are noted before they are counted."""
    monkeypatch.setattr("db.counts.MOST_UNCOUNTED", request.param)


def table(rows):
    return dict(
        rows(
            """SELECT term, sum(articles) FROM (SELECT term, articles FROM story_counts
                UNION ALL SELECT value, 1 FROM story_uncounted, json_each(terms)) GROUP BY term"""
        )
    )


def asked(store, terms):
    counts, total = store.story_counts(tuple(term for term in terms if term))
    return {**counts, "": total}


def test_counts_are_those_of_the_table_after_every_report(store, rows):
    for each in reports("dev")[:12]:
        tell(store, each)

        assert asked(store, table(rows)) == table(rows)


def test_a_term_that_no_story_has_counts_nothing(store):
    tell(store, reports("dev")[0])

    assert store.story_counts(("n:nobody", "w:nothin")) == ({"n:nobody": 0, "w:nothin": 0}, 1)


def test_what_a_transaction_takes_back_is_not_counted(store, rows):
    one, two, *_ = reports("dev")
    tell(store, one)
    asked(store, table(rows))
    with pytest.raises(RuntimeError), store.as_one():
        tell(store, two)
        terms = [*table(lambda query: store._conn.execute(query).fetchall())]
        raise RuntimeError

    assert asked(store, terms) == {**dict.fromkeys(terms, 0), **table(rows)}


def test_what_another_process_files_is_counted(store, rows):
    one, two, *_ = reports("dev")
    tell(store, one)
    asked(store, table(rows))
    other = Store.open(store.path)
    try:
        tell(other, two)
    finally:
        other.close()

    assert asked(store, table(rows)) == table(rows)


def test_what_two_processes_file_in_turn_is_counted_once(store, rows):
    other = Store.open(store.path)
    try:
        for number, each in enumerate(reports("dev")[:12]):
            tell((store, other)[number % 3 == 0], each)

            assert asked(store, table(rows)) == asked(other, table(rows)) == table(rows)
    finally:
        other.close()


def test_few_reports_are_noted_and_counted_together(store, rows, most_uncounted):
    for each in reports("dev")[:12]:
        tell(store, each)

    ((noted,),) = rows("SELECT count(*) FROM story_uncounted WHERE terms <> '[]'")
    assert noted == 12 if db.counts.MOST_UNCOUNTED == 1000 else noted <= 2


def test_what_was_forgotten_counts_no_more(store, rows):
    told = reports("dev")[:12]
    for each in told:
        tell(store, each)
    before = asked(store, table(rows))

    with closing(connect(store.path)) as conn:
        assert forget_reports(conn, told[-1].article.published_at + KEPT + timedelta(days=1), last=2)

    assert asked(store, before) == {**dict.fromkeys(before, 0), **table(rows)}
    assert asked(store, before) != before
