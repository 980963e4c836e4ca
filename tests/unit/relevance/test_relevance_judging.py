"""`judge --jsonl`: one line out for every line in, in order, whatever the line."""

from __future__ import annotations

import json

import pytest

from crawler.catalogue import load_beats
from crawler.config import SHIPPED_BEAT
from crawler.ingest.judge_jsonl import run_judge_jsonl


@pytest.fixture(scope="module")
def topic():
    (beat,) = load_beats([SHIPPED_BEAT])
    return beat.topic


def answers(lines, topic):
    written: list[str] = []
    failures = run_judge_jsonl(lines, written.append, topic)
    assert all(line.endswith("\n") and line.count("\n") == 1 for line in written)
    return [json.loads(line) for line in written], failures


def test_lines_are_answered_in_order(topic):
    lines = [
        json.dumps(
            {
                "id": 1,
                "url": "https://x.example/a",
                "title": "Film crew shoots movie in orbit",
                "text": "",
                "lang": "en",
            }
        ),
        json.dumps(
            {"id": "two", "title": "Council approves new housing", "text": "The vote was close."}
        ).encode(),
    ]

    (first, second), failures = answers(lines, topic)
    assert failures == 0
    assert (first["id"], first["relevant"], first["band"]) == (1, True, "relevant")
    assert first["score"] == pytest.approx(sum(each["weight"] for each in first["matched"]))
    assert set(first["matched"][0]) == {"term", "concept", "field", "count", "weight", "position"}
    assert second == {"id": "two", "score": 0.0, "relevant": False, "band": "off", "matched": []}


@pytest.mark.parametrize(
    ("line", "answer_id"),
    [
        pytest.param("{", None, id="no JSON"),
        pytest.param(b"\xff\xfe{", None, id="no UTF-8"),
        pytest.param("[1]", None, id="a list"),
        pytest.param('{"id": 7, "title": 5}', 7, id="a number for a text"),
        pytest.param('{"id": 8, "text": ["a"]}', 8, id="a list for a text"),
        pytest.param("[" * 100_000, None, id="too deep"),
    ],
)
def test_a_line_that_cannot_be_judged_costs_only_itself(topic, line, answer_id):
    (first, second), failures = answers([line, '{"id": 9}'], topic)

    assert failures == 1
    assert set(first) == {"id", "error"}
    assert first["id"] == answer_id
    assert second["id"] == 9


def test_blank_lines_are_passed_over(topic):
    assert answers(["\n", b"  \n"], topic) == ([], 0)


def test_unpaired_surrogates_do_not_stop_it(topic):
    (answer,), _ = answers(['{"id": 1, "title": "film \\ud800 in orbit"}'], topic)

    assert answer["id"] == 1
