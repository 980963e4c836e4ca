"""Memory is counted before readers start; what does not fit is refused with a sentence."""

from __future__ import annotations

from dataclasses import replace

import pytest

from crawler.catalogue import load_beats
from crawler.commands.doctor import examined
from crawler.config import SHIPPED_BEAT, Config
from crawler.errors import ConfigError
from crawler.ingest.needs import check_memory, needs_of
from crawler.memory import available_bytes
from crawler.relevance.topic import parse_topic

(BEAT,) = load_beats([SHIPPED_BEAT])


def named(number: int, word: str):
    table = {
        "relevant": 1.0,
        "mention": 0.5,
        "concepts": {"word": {"any": [word]}},
        "rule": [{"name": "said", "points": 1.0, "article": ["word"]}],
    }
    return replace(BEAT, id=f"beat-{number}", topic=parse_topic(table, f"beat-{number}"))


def test_the_shipped_beat_fits():
    needs = check_memory(Config(), [BEAT])

    assert needs.beats == 1
    assert needs.all_bytes < 1_000_000_000


def test_beats_that_share_terms_need_little_more_than_one():
    one, many = (
        needs_of(Config(), [named(0, "orbit")]),
        needs_of(Config(), [named(n, "orbit") for n in range(50)]),
    )

    assert many.spellings == one.spellings == 1
    assert many.all_bytes - one.all_bytes < 5_000_000


@pytest.mark.skipif(available_bytes() is None, reason="the system does not tell how much memory is free")
def test_what_does_not_fit_is_refused_with_a_sentence():
    config = Config()
    crowded = replace(config, extract=replace(config.extract, workers=1_000_000))

    with pytest.raises(ConfigError) as told:
        check_memory(crowded, [BEAT])

    assert str(told.value).startswith("1 beat with ")
    assert str(told.value).endswith("watch fewer beats, or set [extract] workers lower")


def test_the_doctor_tells_what_the_beats_need(tmp_path):
    config = replace(Config(), store=replace(Config().store, path=tmp_path / "articles.db"))

    (check,) = [each for each in examined(config, lambda host: None) if each.name == "memory"]

    assert check.is_ok
    assert "spellings to look for take" in check.sentence
