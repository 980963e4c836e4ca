"""Parts of a subject into the rules of a topic: what must meet, for how many points to begin with."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Any

from crawler.drafting.parts import AGAINST, COMPANY, NAMES, DraftPart

#: bands of a drafted topic; points are fitted to them
RELEVANT, MENTION, _LEAD_WORDS = 4.0, 2.0, 80

#: a topic's table, as `tomllib` reads it
Table = dict[str, Any]


def topic_of(parts: Sequence[DraftPart], alone: float = 0.0) -> Table:
    """A topic in which the parts must meet.

    One part: its words alone are relevant in a headline. Several: all in one sentence are relevant in the lead, a pair of three
    or more in a headline, all of them anywhere add to it.

    Args:
        parts: with terms; those named `company` and `against` only add and take away, and the words of `names` are
            relevant alone, in the lead too.
        alone: points that each of several parts gives by itself; 0 for no such rules.
    """
    main = [part.name for part in parts if part.name not in (COMPANY, AGAINST, NAMES)]
    names = {part.name for part in parts}
    rules = _alone(main[0]) if len(main) == 1 else _meeting(main) if main else []
    if alone and len(main) > 1:
        rules += [_rule(by_itself(name), alone, sentence=[name]) for name in main]
    if NAMES in names:
        rules.append(_rule("by its name", 6.0, sentence=[NAMES]))
    choice = " | ".join(main)
    if COMPANY in names and main:
        rules.append(_rule("in company", 1.0, sentence=[choice, COMPANY]))
    if AGAINST in names:
        rules.append(
            _rule("something else", -2.0, sentence=[AGAINST], fields=["title", "lead", "description"])
        )
    return {
        "relevant": RELEVANT,
        "mention": MENTION,
        "lead_words": _LEAD_WORDS,
        "concepts": {part.name: part.terms() for part in parts},
        "rule": rules,
    }


def by_itself(name: str) -> str:
    """What the rule is called by which a part counts without another."""
    return f"{name}, by its own words"


def _alone(name: str) -> list[Table]:
    return [
        _rule(by_itself(name), 4.0, sentence=[name]),
        _rule(f"{name} in the headline", 1.0, sentence=[name], fields=["title", "slug"]),
    ]


def _meeting(main: Sequence[str]) -> list[Table]:
    """Rules in which several parts meet."""
    rules = [_rule(f"{_and(main)} in one sentence", 6.0, sentence=list(main))]
    if len(main) > 2:
        rules += [
            _rule(f"{_and(pair)} in one sentence", 4.0, sentence=list(pair)) for pair in combinations(main, 2)
        ]
    rules += [
        _rule(f"{_and(main)} in one article", 3.0, article=list(main)),
        *(
            _rule(
                f"{name} in the headline",
                1.5,
                sentence=[name],
                article=[other for other in main if other != name],
                fields=["title", "slug"],
            )
            for name in main
        ),
    ]
    return rules


def _and(names: Sequence[str]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}"


def _rule(name: str, points: float, **more: list[str]) -> Table:
    return {"name": name, "points": points, **more}
