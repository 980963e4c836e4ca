"""A topic is checked when it is read; the sentence names file, line, column and the nearest valid word."""

from __future__ import annotations

import pickle
import tomllib

import pytest

from crawler.errors import TopicSyntaxError
from crawler.relevance.topic import (
    MOST_CONCEPTS,
    MOST_LETTERS,
    MOST_NAMED,
    MOST_RULES,
    MOST_TERMS,
    parse_topic,
)

TOPIC = """\
[topic]
relevant = 6
mention = 2

[topic.weights]
title = 2.0

[topic.concepts.film]
en = ["film*", "movie"]

[topic.concepts.orbit]
includes = ["film"]
any = ["ISS"]

[[topic.rule]]
name = "film in orbit"
sentence = ["film", "orbit | film"]
points = 3
"""


def read(tmp_path, text):
    path = tmp_path / "beat.toml"
    path.write_text(text, encoding="utf-8")
    return parse_topic(tomllib.loads(text)["topic"], "films", str(path))


def test_a_topic_is_read(tmp_path):
    topic = read(tmp_path, TOPIC)

    assert (topic.relevant, topic.mention, topic.lead_words) == (6.0, 2.0, 70)
    assert dict(topic.weights)["title"] == 2.0
    assert [concept.name for concept in topic.concepts] == ["film", "orbit"]
    assert topic.rules[0].sentence == (("film",), ("orbit", "film"))


def test_a_topic_survives_the_way_to_another_process(tmp_path):
    topic = read(tmp_path, TOPIC)
    again = pickle.loads(pickle.dumps(topic))

    assert again == topic
    assert hash(again) == hash(topic)


def test_the_ruleset_changes_with_the_rules_and_not_with_comments(tmp_path):
    same = read(tmp_path, "# a comment\n" + TOPIC)
    other = read(tmp_path, TOPIC.replace("points = 3", "points = 4"))

    assert same.ruleset == read(tmp_path, TOPIC).ruleset
    assert other.ruleset != same.ruleset


@pytest.mark.parametrize(
    ("old", "new", "place", "hint"),
    [
        pytest.param("mention = 2", "mentoin = 2", ":3:1", 'did you mean "mention"?', id="unknown key"),
        pytest.param(
            "mention = 2", "mention = 7", ":3:1", "not above relevant", id="bands in the wrong order"
        ),
        pytest.param("mention = 2", 'mention = "2"', ":3:1", "must be a number", id="text for a number"),
        pytest.param("relevant = 6", "relevant = nan", ":2:1", "must be a number", id="not a number"),
        pytest.param(
            "title = 2.0", "titel = 2.0", ":6:1", 'did you mean "title"?', id="unknown field weight"
        ),
        pytest.param("en = [", "gb = [", ":9:1", 'did you mean "en"?', id="country for a language"),
        pytest.param("en = [", "english = [", ":9:1", "languages are two letters", id="language in full"),
        pytest.param("includes", "include", ":12:1", 'did you mean "includes"?', id="nearly includes"),
        pytest.param(
            'includes = ["film"]',
            'includes = ["flim"]',
            ":12:14",
            'did you mean "film"?',
            id="includes nothing",
        ),
        pytest.param('"movie"', '"mo*vie"', ":9:17", "has a * that is not", id="star inside a word"),
        pytest.param('"movie"', '"(movie"', ":9:17", "has a bracket", id="open bracket"),
        pytest.param(
            '["film", "orbit | film"]',
            '["film", "orbt"]',
            ":17:22",
            'did you mean "orbit"?',
            id="no such concept",
        ),
        pytest.param(
            "points = 3", "point = 3", ":18:1", 'did you mean "points"?', id="unknown key of a rule"
        ),
        pytest.param("points = 3", "", "", "needs points", id="no points"),
        pytest.param("points = 3", "points = -3", "", "positive points", id="nothing can score"),
        pytest.param("points = 3", "points = 3\nwithin = 0", ":19:1", "at least 1", id="within nothing"),
        pytest.param(
            "points = 3", 'points = 3\nfields = ["headline"]', ":19:12", "no field", id="no such field"
        ),
        pytest.param(
            'sentence = ["film", "orbit | film"]\n', "", "", "needs sentence", id="rule without groups"
        ),
        pytest.param('name = "film in orbit"\n', "", "", "needs a name", id="rule without a name"),
        pytest.param('any = ["ISS"]', "any = 5", "", "must be a list", id="number for a list"),
    ],
)
def test_a_mistake_is_told_with_its_place(tmp_path, old, new, place, hint):
    assert old in TOPIC
    with pytest.raises(TopicSyntaxError) as told:
        read(tmp_path, TOPIC.replace(old, new))

    assert f"beat.toml{place}" in str(told.value)
    assert hint in str(told.value)
    assert "\n" not in str(told.value)


def test_a_topic_without_a_file_is_told_by_its_beat():
    with pytest.raises(TopicSyntaxError, match="beat films: "):
        parse_topic({}, "films")


RULE = {"name": "r", "points": 4, "sentence": ["a"]}
#: much of a thing, in a topic of a stranger
GREEDY = {
    "concepts": ({f"a{at}": {"en": ["film"]} for at in range(MOST_CONCEPTS + 1)}, [RULE]),
    "rules": ({"a": {"en": ["film"]}}, [{**RULE, "name": str(at)} for at in range(MOST_RULES + 1)]),
    "names in sentence": ({"a": {"en": ["film"]}}, [{**RULE, "sentence": ["a"] * (MOST_NAMED + 1)}]),
    "names in article": ({"a": {"en": ["film"]}}, [{**RULE, "article": [" | ".join(["a"] * (MOST_NAMED + 1))]}]),
    "terms": ({"a": {"en": ["film"] * (MOST_TERMS + 1)}}, [RULE]),
    "letters in all": ({"a": {"en": ["(a|b)" * 8 + " film" * 60] * (1 + MOST_LETTERS // 70_000)}}, [RULE]),
}  # fmt: skip


@pytest.mark.parametrize("what", GREEDY)
def test_a_topic_takes_no_more_than_there_is(what):
    concepts, rules = GREEDY[what]

    with pytest.raises(TopicSyntaxError, match=f"{what}.* may be in it"):
        parse_topic({"relevant": 4, "mention": 2, "concepts": concepts, "rule": rules}, "films")


@pytest.mark.parametrize("points", [1e308, 10**400, -(10**400), float("inf")])
def test_a_number_that_is_none_is_told(points):
    table = {"relevant": 4, "mention": 2, "concepts": {"a": {"en": ["film"]}}, "rule": [{**RULE, "points": points}]}  # fmt: skip

    with pytest.raises(TopicSyntaxError, match="must be a number below"):
        parse_topic(table, "films")


def test_a_long_term_is_told_in_short():
    table = {"relevant": 4, "mention": 2, "concepts": {"a": {"en": ["(" * 100_000]}}, "rule": [RULE]}

    with pytest.raises(TopicSyntaxError, match="has more than 400 letters") as told:
        parse_topic(table, "films")
    assert len(str(told.value)) < 300


PLACES = """[beat]
id = "elm"
title = "elm"
[topic]
relevant = 4
mention = 2
[topic.concepts.a]
en = ["yew", "elm"]
[topic.concepts.b]
any = ["oak"]
[[topic.rule]]
name = "topic"
points = 5
sentence = ["a", "b"]
"""


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        pytest.param('["a", "b"]', '["a", "topic"]', ":14:19", id="a concept named as a table"),
        pytest.param('["a", "b"]', '["a", "elm"]', ":14:19", id="a concept named as a term"),
        pytest.param('"elm"]', '"e*m"]', ":8:15", id="a term"),
        pytest.param('["oak"]', '["("]', ":10:9", id="a term of the second concept"),
        pytest.param('en = ["yew", "elm"]', 'en = "elm"', ":8:1", id="no list"),
        pytest.param("points = 5", "", ":11:3", id="a rule without points"),
        pytest.param("mention = 2", "", ":4:2", id="a topic without mention"),
        pytest.param(
            'any = ["oak"]', 'any = ["oak"]\n# any = 5\ncn = ["oak"]', ":12:1", id="after a comment"
        ),
    ],
)
def test_a_place_is_where_the_mistake_stands_and_not_where_the_word_does(tmp_path, old, new, place):
    assert old in PLACES
    text = PLACES.replace(old, new)
    with pytest.raises(TopicSyntaxError) as told:
        read(tmp_path, text)

    assert f"beat.toml{place}: " in str(told.value)


@pytest.mark.parametrize("concepts", ['a = { en = ["("] }\nb = { en = ["("] }', 'a.en = ["("]\na.de = ["("]'])
def test_no_place_is_told_where_it_is_not_sure(tmp_path, concepts):
    head, rest = PLACES.split("[topic.concepts.a]")
    text = f"{head}[topic.concepts]\n{concepts}\n[[topic.rule]]{rest.split('[[topic.rule]]')[1]}"
    with pytest.raises(TopicSyntaxError) as told:
        read(tmp_path, text)

    assert "beat.toml: " in str(told.value)
