"""Site memory: three distinct articles make a line furniture; what is not seen any more is forgotten."""

from datetime import timedelta

import pytest

from db import memory
from db.model import Outcome

SITE = "news.example"


@pytest.fixture
def read_lines(append, make_article):
    """`read_lines(number, lines)`: an article at a URL of its own that carries those lines."""

    def put(number, lines, **told):
        append(make_article(f"https://news.example/{number}", title=f"title {number}"), lines=lines, **told)

    return put


def test_a_line_on_three_articles_is_furniture(store, read_lines):
    for number in range(3):
        assert store.site_memory(SITE) == frozenset()
        read_lines(number, (7, -8, 100 + number))

    assert store.site_memory(SITE) == {7, -8}
    assert store.site_memory("other.example") == frozenset()


def test_a_line_twice_on_a_page_counts_once(store, read_lines):
    read_lines(1, (7, 7, 7))
    read_lines(2, (7, 7))

    assert store.site_memory(SITE) == frozenset()


def test_the_same_article_read_again_teaches_nothing(store, read_lines):
    for _ in range(3):
        read_lines(1, (7,))

    assert store.site_memory(SITE) == frozenset()


def test_copies_of_one_text_teach_nothing(store, read_lines):
    read_lines(1, (7,))
    for number in range(2, 5):
        read_lines(number, (7,), kind="near_copy" if number % 2 else "copy", original=1)

    assert store.site_memory(SITE) == frozenset()


def test_pages_that_are_not_kept_teach_too(store, read_lines):
    for number in range(3):
        read_lines(number, (7,), keeps=False, outcome=Outcome.OFF_TOPIC)

    assert store.site_memory(SITE) == {7}


def test_a_line_not_seen_for_ninety_days_is_forgotten(store, read_lines, now):
    for number in range(3):
        read_lines(number, (7, 8))

    read_lines(4, (8,), at=now + timedelta(days=90))
    assert store.site_memory(SITE) == {7, 8}
    read_lines(5, (8,), at=now + timedelta(days=91))

    assert store.site_memory(SITE) == {8}


def test_a_forgotten_line_begins_to_count_anew(store, read_lines, now):
    for number in range(3):
        read_lines(number, (7,))

    for number in range(3, 6):
        assert 7 not in store.site_memory(SITE) or number == 3
        read_lines(number, (7,), at=now + timedelta(days=200))

    assert store.site_memory(SITE) == {7}


def test_a_page_without_lines_teaches_nothing(store, read_lines, rows):
    read_lines(1, ())

    assert rows("SELECT count(*) FROM sites") == [(0,)]


def test_the_memory_of_a_site_is_bounded_and_keeps_its_furniture(store, read_lines, rows, now):
    for number in range(3):
        read_lines(number, (7,))
    many = memory.MOST_LINES // 2

    for number in range(3, 7):
        read_lines(number, range(number * many, (number + 1) * many), at=now + timedelta(hours=number))
        (counted, told) = rows("SELECT (SELECT count(*) FROM site_lines), (SELECT sum(lines) FROM sites)")[0]
        assert counted == told <= memory.MOST_LINES

    assert store.site_memory(SITE) == {7}
    assert rows("SELECT max(line_hash) FROM site_lines") == [(7 * many - 1,)]
