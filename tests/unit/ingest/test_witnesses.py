"""Lines are counted by site and article, and pages wait for looks at others."""

from __future__ import annotations

from crawler.ingest.witnesses import MOST_WITNESSED_BYTES, Witnesses
from db.memory import LEAST_ARTICLES


def test_a_line_is_counted_once_for_each_article_and_no_further_than_it_must():
    witnesses = Witnesses()

    for article in ("a", "a", "b", "b"):
        witnesses.saw("paper.example", article, (7, 8))
    assert (witnesses.articles("paper.example", 7), witnesses.articles("other.example", 7)) == (2, 0)

    for article in "cdefgh":
        witnesses.saw("paper.example", article, (7,))
    assert witnesses.articles("paper.example", 7) == LEAST_ARTICLES


def test_only_so_many_pages_wait_at_a_time():
    witnesses = Witnesses(1)

    with witnesses.waits("paper.example", 1_000):
        assert (witnesses.waiting("paper.example"), witnesses.has_room(1)) == (1, False)
        witnesses.ended("paper.example")
        witnesses.ended("other.example")
        assert (witnesses.looks("paper.example"), witnesses.looks("other.example")) == (1, 0)

    assert (witnesses.waiting("paper.example"), witnesses.has_room(1)) == (0, True)
    assert not witnesses.has_room(MOST_WITNESSED_BYTES + 1)
