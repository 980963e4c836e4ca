from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.markup import MOST_ATTRIBUTES, without_floods


def attributes(pattern: str, count: int = 3000) -> str:
    return "".join(pattern.format(number) for number in range(count))


@pytest.mark.parametrize(
    ("before", "pattern", "after"),
    [
        pytest.param("<p", " a{}", ">x</p>", id="bare names"),
        pytest.param("<p", " a{}=b", ">x</p>", id="values"),
        pytest.param("<p ", 'a{}="1"', ">x</p>", id="nothing between them"),
        pytest.param("<p", "/a{}", ">x</p>", id="slashes between them"),
        pytest.param("<p", " a{}='>'", ">x</p>", id="an end in every value"),
        pytest.param("<p", " a<{}='</p>'", ">x</p>", id="a tag in every name and value"),
        pytest.param("<p", ' "{}', ">x</p>", id="quotes for names"),
        pytest.param("<ns:item", "\n a{} = 'b'", ">x</ns:item>", id="XML"),
    ],
)
def test_a_flood_of_attributes_is_taken_out_of_its_tag(before, pattern, after):
    tag = before.rstrip()

    assert without_floods(before + attributes(pattern) + after).replace(" ", "") == tag + after


def test_a_flood_is_found_behind_a_quote_that_never_closes():
    cleaned = without_floods('<!-- <a b=" --><p' + attributes(" a{}") + ' ">text</p>')

    assert cleaned == '<!-- <a b=" --><p>text</p>'


def test_long_values_and_long_texts_stay():
    page = f'<img src="data:{"x/y " * 5000}" alt="a"><p>{"a <b and c " * 20}</p>{"<p>word</p>" * 5000}'

    assert without_floods(page) == page


@given(st.integers(0, MOST_ATTRIBUTES - 2))
def test_a_tag_may_have_as_many_attributes_as_anybody_needs(count):
    tag = "<p" + attributes(" a{}=b", count) + ">" + "text " * 1000

    assert without_floods(tag) == tag
