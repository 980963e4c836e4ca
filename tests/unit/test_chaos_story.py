"""The story of `bench/bench_chaos.py`: one seed, one story, and in every hour everything happens."""

from __future__ import annotations

import sys
from collections import Counter
from itertools import islice
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "bench"))
from chaos_story import AHEAD_S, DEEDS, FLOODS, LIES, NOTES, TROUBLES, story


def test_the_same_seed_tells_the_same_story():
    told = [str(deed) for deed in islice(story(14), 500)]

    assert told == [str(deed) for deed in islice(story(14), 500)]
    assert told != [str(deed) for deed in islice(story(15), 500)]


def test_in_two_thousand_deeds_everything_happens_in_every_way():
    deeds = list(islice(story(14), 2_000))

    names = Counter(deed.name for deed in deeds)
    assert set(names) == set(DEEDS)
    assert sum(DEEDS.values()) == 100
    for name, ways in {"trouble": TROUBLES, "flood": FLOODS, "lie": LIES, "clock": map(str, AHEAD_S), "write": NOTES}.items():  # fmt: skip
        assert {deed.how for deed in deeds if deed.name == name} == set(ways)
