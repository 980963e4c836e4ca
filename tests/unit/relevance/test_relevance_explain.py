"""What a judgement does not tell: terms hidden by longer ones, rules that one thing kept from counting."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.relevance.explain import OrderedHits, explain
from crawler.relevance.judge import Fields
from crawler.relevance.matcher import Hit, words_between
from crawler.relevance.topic import parse_topic


def topic(**rule):
    return parse_topic(
        {
            "relevant": 4,
            "mention": 2,
            "concepts": {
                "otter": {"en": ["otter*"]},
                "city": {"en": ["city", "harbour"]},
                "idiom": {"en": ["city council"]},
                "football": {"en": ["league"]},
            },
            "rule": [{"name": "otters in the city", "points": 4, "sentence": ["otter", "city"], **rule}],
        },
        "otters",
    )


def near(title, text="", **rule):
    return [
        (each.because, each.where, each.words)
        for each in explain(Fields(title=title, text=text), topic(**rule)).near
    ]


def test_every_term_that_stands_there_is_told_and_what_hides_it():
    met = explain(Fields(title="City council counts otters"), topic()).met

    assert {(each.words, each.concept, each.hidden_by) for each in met} == {
        ("City council", "idiom", None),
        ("City", "city", "City council"),
        ("otters", "otter", None),
    }


@pytest.mark.parametrize(
    ("title", "rule", "because"),
    [
        pytest.param("Otters return", {}, "lacks a word of city in the sentence", id="a group is missing"),
        pytest.param("Otters in the city league", {"unless": ["football"]}, "is silent beside football", id="something forbids it"),
        pytest.param("Otters in the city", {"fields": ["lead"]}, "counts in lead only", id="the wrong field"),
        pytest.param("Otters of a very old city", {"within": 2}, "has its words more than 2 words apart", id="too far apart"),
        pytest.param("Otters in the city", {"article": ["football"]}, "lacks a word of football in the article", id="the article lacks it"),
    ],
)  # fmt: skip
def test_a_rule_that_lacks_one_thing_is_told_with_it(title, rule, because):
    assert [each[0] for each in near(title, **rule)] == [because]


def test_a_rule_that_counts_somewhere_is_no_near_miss():
    assert near("Otters return", text="Otters swim in the city.") == []


def test_a_rule_that_lacks_two_things_is_none_either():
    assert near("Otters return", article=["football"]) == []


def test_rules_on_the_whole_article_are_told_too():
    assert near("Otters return", sentence=[], article=["otter", "city"]) == [
        ("lacks a word of city in the article", "title", ("otters",))
    ]


def test_nothing_found_is_nothing_told():
    assert explain(Fields(title="Council meets"), topic()) == explain(Fields(), topic())


def test_the_distance_told_is_that_of_the_nearest_words_and_the_longest_term_hides():
    text = "City league city, otters of a city council in a very old harbour where otters sleep."

    assert near(text, within=2) == []
    assert {each.hidden_by for each in explain(Fields(title=text), topic()).met} == {None, "city council"}


@given(
    st.lists(st.tuples(st.integers(0, 40), st.integers(1, 12)), max_size=12),
    st.integers(0, 40),
    st.integers(1, 12),
)
def test_hits_around_and_beside_another_are_those_that_a_look_at_each_finds(spans, start, length):
    text = "a b c d e f g h i j k l m n o p q r s t u v w x y z " * 2
    hits = [Hit(at, at + long, 0, text[at : at + long]) for at, long in spans]
    asked = Hit(start, start + length, 1, "")

    def apart(other):
        return words_between(text, min(asked.end, other.end), max(asked.start, other.start))

    around = [each for each in hits if each.start <= asked.start and asked.end <= each.end]
    longest = OrderedHits(hits).longest_around(asked)

    assert (longest and longest.end - longest.start) == max(
        (hit.end - hit.start for hit in around), default=None
    )
    assert min(map(apart, OrderedHits(hits).nearest(asked)), default=None) == min(
        map(apart, hits), default=None
    )
