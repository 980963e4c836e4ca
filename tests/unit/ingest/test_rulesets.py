"""Topics travel to a reader once, and what they take is not charged to the pages."""

from __future__ import annotations

import asyncio
import os

import pytest

from crawler.ingest.pool import Limits, ReadingPool
from crawler.ingest.rulesets import UnknownRuleset, ruleset_of, topics_of, with_blanks, without_blanks
from crawler.relevance.judge import Fields, judge_all
from crawler.relevance.topic import Topic, parse_topic
from db.model import Capture


def topic(word: str) -> Topic:
    table = {
        "relevant": 1.0,
        "mention": 0.5,
        "concepts": {"word": {"any": [word]}},
        "rule": [{"name": "said", "points": 1.0, "article": ["word"]}],
    }
    return parse_topic(table, f"on-{word}")


TOPICS = (topic("orbit"), topic("harbour"), topic("orchestra"))


def seen_by(topics: tuple[Topic, ...], text: str) -> tuple[int, list[float]]:
    return os.getpid(), [each.score for each in judge_all(Fields(title=text), topics)]


def test_a_reader_that_does_not_know_the_topics_says_so():
    with pytest.raises(UnknownRuleset):
        topics_of("nobody's", None)


def test_topics_come_back_as_they_were():
    ruleset = ruleset_of(TOPICS)

    assert topics_of(ruleset.key, ruleset.packed) == TOPICS
    assert topics_of(ruleset.key, None) == TOPICS


def test_readers_judge_by_the_topics_they_are_given_and_by_others_afterwards():
    async def work() -> list[tuple[int, list[float]]]:
        pool = ReadingPool(1, Limits())
        try:
            first = await pool.judge(seen_by, TOPICS, "an orchestra in orbit")
            again = await pool.judge(seen_by, TOPICS, "a harbour")
            other = await pool.judge(seen_by, TOPICS[:1], "an orchestra in orbit")
            return [first, again, other]
        finally:
            pool.close()

    first, again, other = asyncio.run(work())

    assert first[0] == again[0] == other[0] != os.getpid()
    assert [first[1], again[1], other[1]] == [[1.0, 0.0, 1.0], [0.0, 1.0, 0.0], [1.0]]


@pytest.mark.parametrize("text", ["an orchestra in orbit", "nothing of the kind"])
def test_judgements_that_say_nothing_do_not_travel(make_page, make_candidate, text):
    judged = judge_all(Fields(title=text), TOPICS)
    capture = Capture(candidate=make_candidate(), page=make_page(), judgements=judged)

    sent, told = without_blanks(capture, TOPICS)

    assert sent.judgements == ()
    assert told is not None and len(told) == sum(each.score > 0 for each in judged)
    assert with_blanks(sent, told, TOPICS) == capture


def test_a_page_that_was_not_judged_stays_without_judgements(make_page, make_candidate):
    capture = Capture(candidate=make_candidate(), page=make_page(), problem="no text")

    assert with_blanks(*without_blanks(capture, TOPICS), TOPICS) == capture
