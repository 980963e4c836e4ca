"""Searches as people type them."""

import sqlite3
from contextlib import closing

import pytest

from crawler.review.words import search, spellings


@pytest.fixture
def index():
    """Whether a search finds a text in an index like that of the record."""

    def finds(text, query):
        with closing(sqlite3.connect(":memory:")) as conn:
            conn.execute("CREATE VIRTUAL TABLE t USING fts5(text, tokenize='unicode61 remove_diacritics 2')")
            conn.execute("INSERT INTO t VALUES (?)", (text,))
            return (
                conn.execute("SELECT count(*) FROM t WHERE t MATCH ?", (search(query).index,)).fetchone()[0]
                == 1
            )

    return finds


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("Экипаж завершил съёмки.", "съемки"),
        ("Экипаж завершил съемки.", "съёмки"),
        ("Её полёт", "ее полет"),
        ("ЕЁ ПОЛЕТ", "Её полёт"),
        ("все еще ещё идёт съёмка", '"еще ещё идет"'),
        ("우주에서 촬영한 영화가 개봉했다", "영화 촬영"),
        ("Le premier long métrage tourné en orbite", "metrage orbit*"),
        ("превосходительство", "превосходительство"),
    ],
)
def test_a_word_is_found_however_it_is_written(index, text, query):
    assert index(text, query)


@pytest.mark.parametrize(
    ("text", "query"),
    [("Экипаж завершил съёмки", "съёмка"), ("a film in orbit", '"orbit film"'), ("영화가", "화가")],
)
def test_another_word_is_not(index, text, query):
    assert not index(text, query)


def test_scripts_without_spaces_are_looked_for_in_the_text():
    wanted = search("宇宙 ภาพยนตร์ iss")

    assert wanted.index == '"iss"'
    assert wanted.parts == ("宇宙", "ภาพยนตร์")
    assert wanted.languages == ("ja", "zh", "th")


def test_the_index_is_left_out_when_nothing_is_for_it():
    assert search('"宇宙 映画"').index is None
    assert search("* \x00").index == '""'


def test_a_long_phrase_with_many_spellings_is_tried_as_it_is_typed_and_bare():
    phrase = "ещё " * 12 + "ежевечерне"

    assert spellings(phrase) == (phrase, phrase.replace("ё", "е"))
