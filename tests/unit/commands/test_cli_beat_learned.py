"""`spacereel beat learn` proposes a learned part where it does better, and leaves it out until somebody accepts."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

BEAT = """[beat]
id = "ponds"
title = "Ponds"
[topic]
relevant = 2
mention = 1
[topic.concepts.bird]
any = ["heron*"]
[[topic.rule]]
name = "a bird"
points = 1.5
sentence = ["bird"]
"""


@pytest.fixture
def run(run: Callable[..., Result]) -> Callable[..., Result]:
    """`run("beat", "learn")` in a folder with the beat `ponds.toml`."""
    Path("ponds.toml").write_text(BEAT, encoding="utf-8")
    Path("spacereel.toml").write_text("[beats]\npaths = ['ponds.toml']\n", encoding="utf-8")
    return run


def write_soft_signs() -> None:
    """Herons with two of a few words belong; with one of them, and a word of something else, they do not."""
    soft, hard = ("reeds", "shore", "nest", "eggs", "chick", "bank"), ("coach", "squad")
    rows = []
    for at in range(120):
        label = "positive" if at % 2 else "negative"
        first = soft[at // 2 % 6]
        other = soft[(at // 2 + 1 + at // 12 % 5) % 6] if label == "positive" else hard[at // 2 % 2]
        filler = " ".join(
            f"{stem}{chr(97 + at % 26)}{chr(97 + at // 26)}x" for stem in ("ba", "do", "ki", "mu", "pe")
        )
        rows.append(
            {"id": str(at), "label": label, "title": f"Herons {first} {other} {filler}", "lang": "en"}
        )
    Path("ponds.examples.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


def test_a_learned_part_is_proposed_where_it_does_better_and_stays_out_until_accepted(run):
    write_soft_signs()
    shown = run("beat", "learn")
    assert (
        "a learned part of" in shown.output and "does better, on top of the rules as they are" in shown.output
    )
    assert "+[topic.learned" in shown.output
    assert Path("ponds.toml").read_text(encoding="utf-8") == BEAT

    taken = run("beat", "learn", "--accept")
    judged = run("judge", "--beat", "ponds.toml", "Herons on the shore feed a chick")
    assert "1 edit written" in taken.output
    assert "relevant" in judged.output and "learned: shor* (any)" in judged.output
