"""Queries as trees, and mistakes with their place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.errors import QuerySyntaxError
from crawler.query.parse import All, AnyOf, Field, Not, Word, fields_of, parse_query


def word(text, position, **how):
    return Word(text=text, position=position, **how)


@pytest.mark.parametrize(
    ("query", "tree"),
    [
        pytest.param("", All(()), id="nothing asks for everything"),
        pytest.param("film", word("film", 1), id="a word"),
        pytest.param('a "b c" d*', All((word("a", 1), word("b c", 3, is_exact=True), word("d", 9, is_open=True))), id="all"),
        pytest.param("a OR b c", AnyOf((word("a", 1), All((word("b", 6), word("c", 8))))), id="OR binds less"),
        pytest.param("a AND b or c", All(tuple(word(*each) for each in (("a", 1), ("AND", 3), ("b", 7), ("or", 9), ("c", 12)))), id="other words are words"),
        pytest.param("-(a OR b)", Not(AnyOf((word("a", 3), word("b", 8)))), id="a denied group"),
        pytest.param("--a", word("a", 3), id="denied twice"),
        pytest.param("co-star -", All((word("co-star", 1), word("-", 9))), id="a hyphen is no minus"),
        pytest.param('lang:ru -tag:"space film"', All((Field(name="lang", sign=":", value="ru", position=1, at=6), Not(Field(name="tag", sign=":", value="space film", position=10, at=14)))), id="fields"),
        pytest.param("score>=3.5", Field(name="score", sign=">=", value="3.5", position=1, at=8), id="a comparison"),
        pytest.param("https://a.example/x?y=1", word("https://a.example/x?y=1", 1), id="an address is no field"),
        pytest.param("Mission: 12:30 a>b", All((word("Mission:", 1), word("12:30", 10), word("a>b", 16))), id="colons inside of texts"),
    ],
)  # fmt: skip
def test_a_query_is_read(query, tree):
    assert parse_query(query) == tree


@pytest.mark.parametrize(
    ("query", "position", "why"),
    [
        ('tom "cruise', 5, "never closed"),
        ("(a OR b", 1, "never closed"),
        ("a) b", 2, "never opened"),
        ("a OR", 3, "nothing is behind"),
        ("OR a", 1, "nothing is before"),
        ("a ()", 3, "nothing between"),
        ("film langg:ru", 6, 'there is no field langg; did you mean "lang"?'),
        ("film lang:", 6, "lang: lacks its value"),
        ("score:3", 1, "score takes a comparison"),
        ("lang>ru", 1, "lang takes a language"),
        ("film score > 30", 11, "score is followed by > >= < <= without a blank"),
        ("score=11.125", 6, "score is followed by > >= < <= without a blank"),
        ("score >=3", 6, "a comparison such as score>3.5"),
        ("Lang = ru", 5, "lang is followed by : without a blank, and takes a language such as ru"),
        ("-(", 2, "never closed"),
        ("a -)", 3, "nothing does"),
        ("(" * 30 + "a" + ")" * 30, 21, "at most 20 deep"),
        ("a " * 51, 101, "at most 50 words"),
        ("a" * 2001, 2000, "at most 2,000 characters"),
    ],
)
def test_a_mistake_is_told_with_its_place(query, position, why):
    with pytest.raises(QuerySyntaxError, match=f"character {position} ") as mistake:
        parse_query(query)

    assert why in str(mistake.value)
    assert mistake.value.position == position


@given(st.text(alphabet='ab"():-*OR >=<langscore\u0000\n宇', max_size=60) | st.text(max_size=40))
def test_any_text_is_a_query_or_a_mistake_inside_of_it(text):
    try:
        tree = parse_query(text)
    except QuerySyntaxError as mistake:
        assert 1 <= mistake.position <= max(len(text), 1)
    else:
        assert all(field.value for field in fields_of(tree))
