"""What `beat check` says of rules that can be read and do not do what somebody meant."""

from __future__ import annotations

import pytest

from crawler.catalogue import load_beats
from crawler.config import SHIPPED_BEAT
from crawler.drafting.lint import lint
from crawler.relevance.topic import parse_topic

CONCEPTS = {"otter": {"en": ["otter*"]}, "city": {"en": ["city"]}, "stadt": {"de": ["stadt"]}}


def findings(*rules, concepts=CONCEPTS, **more):
    table = {
        "relevant": 4,
        "mention": 2,
        "concepts": concepts,
        "rule": [{"name": f"rule {at}", "points": 4, **rule} for at, rule in enumerate(rules)],
        **more,
    }
    return [(each.is_error, each.sentence) for each in lint(parse_topic(table, "x"))]


ALL = {"article": ["otter | city | stadt"]}


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        pytest.param({"sentence": ["otter", "stadt"]}, "asks for words that no language has all of", id="two languages"),
        pytest.param({"sentence": ["otter"], "unless": ["otter"]}, "asks for otter and is silent beside it", id="forbids itself"),
        pytest.param({"sentence": ["otter"], "fields": ["tags"]}, "counts only where the weight is 0", id="no weight"),
        pytest.param({"sentence": ["otter"], "points": 0}, "has no points", id="no points"),
    ],
)  # fmt: skip
def test_a_rule_that_can_never_count_is_an_error(rule, told):
    found = findings(ALL, rule, weights={"tags": 0})

    assert any(is_error and sentence.endswith(told) for is_error, sentence in found)


def test_concepts_that_take_one_in_twice_each_are_looked_at_once():
    """Followed name by name, forty of them are 2^40 ways."""
    concepts = {"c0": {"en": ["otter"]}} | {f"c{at}": {"includes": [f"c{at - 1}"] * 2} for at in range(1, 40)}

    assert not findings({"sentence": ["c39"], "unless": []}, concepts=concepts)


def test_a_threshold_nobody_reaches_is_an_error():
    assert (True, "no article can be relevant: all rules together give less than 40") in findings(
        ALL, relevant=40
    )


@pytest.mark.parametrize(
    ("concepts", "told"),
    [
        pytest.param(
            {"a": {"en": ["eu", "otter"]}},
            'a has terms so short that they are in many texts: "eu"',
            id="two letters",
        ),
        pytest.param(
            {"a": {"en": ["ott*"]}},
            'a has terms so short that they are in many texts: "ott*"',
            id="a short stem",
        ),
        pytest.param({"a": {"en": ["otter", "otter"]}}, 'a has terms twice: "otter"', id="twice"),
    ],
)
def test_odd_terms_are_told(concepts, told):
    assert (False, told) in findings({"sentence": ["a"]}, concepts=concepts)


@pytest.mark.parametrize("term", ["EU", "獺", "«eu»", "eu summit", "otters"])
def test_names_in_capitals_and_words_of_dense_scripts_are_no_short_terms(term):
    assert findings({"sentence": ["a"]}, concepts={"a": {"any": [term]}}) == []


def test_concepts_without_a_rule_and_languages_that_reach_nothing_are_told():
    found = findings({"sentence": ["otter"]})

    assert (False, "no rule asks for city; it only hides shorter terms inside its own") in found
    assert (False, "no rule with points can be met in de") in found


def test_a_sound_topic_is_left_alone():
    assert (
        findings(
            {"sentence": ["otter", "city"]}, concepts={name: CONCEPTS[name] for name in ("otter", "city")}
        )
        == []
    )


@pytest.mark.parametrize("path", sorted(SHIPPED_BEAT.parent.glob("*.toml")), ids=lambda path: path.stem)
def test_no_shipped_beat_has_a_rule_that_cannot_count(path):
    (beat,) = load_beats([path])

    assert [each.sentence for each in lint(beat.topic) if each.is_error] == []
