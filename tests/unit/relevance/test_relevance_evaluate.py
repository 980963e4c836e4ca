"""Labelled examples against a topic: what `beat test` counts."""

from __future__ import annotations

import json

import pytest

from crawler.errors import ConfigError
from crawler.relevance.evaluate import Example, evaluate, load_examples
from crawler.relevance.topic import parse_topic

TOPIC = parse_topic(
    {
        "relevant": 4,
        "mention": 2,
        "concepts": {"film": {"en": ["film"]}, "orbit": {"en": ["orbit"]}},
        "rule": [
            {"name": "both", "sentence": ["film", "orbit"], "points": 4},
            {"name": "film", "sentence": ["film"], "points": 1},
        ],
    },
    "test",
)


def example(label, title, **more):
    return Example(id=title, label=label, title=title, language="en", **more)


def test_precision_recall_and_their_mean_leave_mentions_out():
    evaluation = evaluate(
        [
            example("positive", "film in orbit"),
            example("positive", "film"),
            example("negative", "a film, not in orbit"),
            example("negative", "rain"),
            example("mention", "a film for orbit"),
        ],
        TOPIC,
    )

    assert (evaluation.precision, evaluation.recall, evaluation.f1) == (0.5, 0.5, 0.5)
    assert evaluation.count("mention", is_relevant=True) == 1
    assert [each.title for each, _ in evaluation.wrong] == ["film", "a film, not in orbit"]


def test_average_precision_is_one_when_all_positives_come_first():
    ranked = [example("positive", "film in orbit"), example("positive", "film"), example("negative", "rain")]

    assert evaluate(ranked, TOPIC).average_precision == 1


def test_of_equal_scores_the_negative_comes_first():
    ranked = [example("positive", "sun"), example("negative", "rain")]

    assert evaluate(ranked, TOPIC).average_precision == 0.5


def test_nothing_to_find_is_found():
    evaluation = evaluate([], TOPIC)

    assert (evaluation.precision, evaluation.recall, evaluation.f1, evaluation.average_precision) == (
        1,
        1,
        1,
        1,
    )


def test_examples_are_read(tmp_path):
    path = tmp_path / "beat.examples.jsonl"
    row = {"id": "a", "label": "positive", "title": "T", "text": "X", "url": "u", "lang": "ru", "kind": "k"}
    path.write_text(json.dumps(row) + "\n\n" + '{"id": "b", "label": "mention"}\n', encoding="utf-8")

    first, second = load_examples(path)
    assert first == Example(id="a", label="positive", title="T", text="X", url="u", language="ru", kind="k")
    assert (second.label, second.language) == ("mention", None)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        pytest.param("{", ":1 is not a line of JSON", id="no JSON"),
        pytest.param("[]", ':1 must be a JSON object with an "id"', id="a list"),
        pytest.param('{"id": "a"}', ":1: label must be one of positive, mention, negative", id="no label"),
        pytest.param(
            '{"id": "a", "label": "positive", "title": 5}',
            ":1: title must be a text",
            id="a number for a text",
        ),
        pytest.param('{"id": "a", "label": "positive"}\n' * 2, 'example "a" is there twice', id="twice"),
    ],
)
def test_a_wrong_line_is_told_with_its_place(tmp_path, text, sentence):
    path = tmp_path / "beat.examples.jsonl"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(ConfigError) as told:
        load_examples(path)
    assert sentence in str(told.value)


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(ConfigError, match="does not exist"):
        load_examples(tmp_path / "none.jsonl")
