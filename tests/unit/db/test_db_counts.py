"""What is remembered of `story_counts` is what the table says."""

from __future__ import annotations

from contextlib import closing
from datetime import timedelta

import pytest
from stories_kit import append as tell
from stories_kit import reports

from db.connection import connect
from db.forgetting import KEPT, forget_reports
from db.store import Store


def table(rows):
    return dict(rows("SELECT term, articles FROM story_counts"))


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
        terms = [row[0] for row in store._conn.execute("SELECT term FROM story_counts")]
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


def test_what_was_forgotten_counts_no_more(store, rows):
    told = reports("dev")[:12]
    for each in told:
        tell(store, each)
    before = asked(store, table(rows))

    with closing(connect(store.path)) as conn:
        assert forget_reports(conn, told[-1].article.published_at + KEPT + timedelta(days=1), last=2)

    assert asked(store, before) == {**dict.fromkeys(before, 0), **table(rows)}
    assert asked(store, before) != before
