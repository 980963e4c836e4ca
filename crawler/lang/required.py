"""What a pattern cannot do without: a text that holds none of it is not searched.

Hundreds of patterns are asked of every line, and a line holds what two or three
of them need. The letters are found by one automaton for all of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from re import _constants as constants  # type: ignore[attr-defined]  # how Python reads a pattern stands nowhere else
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

from ahocorasick_rs import AhoCorasick


class Suspects:
    """Names whose patterns may find something in a text, told by the letters that those patterns need."""

    def __init__(self, patterns: Mapping[str, Iterable[str]]) -> None:
        """Arrange the patterns of each name; those that need no letters are suspected always."""
        needed = {name: [required(each) for each in those] for name, those in patterns.items()}
        self._always = frozenset(name for name, those in needed.items() if not all(those))
        named = {
            name: frozenset().union(*those) for name, those in needed.items() if name not in self._always
        }
        self._letters = sorted(frozenset().union(*named.values()))
        self._names = [
            frozenset(name for name, those in named.items() if letters in those) for letters in self._letters
        ]
        self._automaton = AhoCorasick(self._letters)

    def in_text(self, text: str) -> frozenset[str]:
        """The names; a pattern of any other finds nothing in this text."""
        found = self._automaton.find_matches_as_indexes(text, overlapping=True)
        return self._always.union(*[self._names[each] for each, _, _ in found]) if found else self._always


@cache
def required(pattern: str) -> frozenset[str]:
    """Letters of which every text holds one in which the pattern finds something; none when that cannot be told.

    >>> sorted(required("^sign up (?:now|today)?")), sorted(required("(?:follow|like) us")), required("[a-z]+")
    (['sign up '], ['follow', 'like'], frozenset())
    """
    return _required(parser.parse(pattern))


def is_of_start(pattern: str) -> bool:
    """Whether a pattern finds something only where a text begins.

    >>> is_of_start("^more from"), is_of_start("^more from|read more"), is_of_start("more from")
    (True, False, False)
    """
    first = next(iter(parser.parse(pattern)), None)
    return first is not None and bool(first == (constants.AT, constants.AT_BEGINNING))


def _required(tree: Iterable[tuple[Any, Any]]) -> frozenset[str]:
    """The best of what the parts of a sequence need: the longest letters, and few of them."""
    best: frozenset[str] = frozenset()
    run = ""
    for kind, value in tree:
        if kind is constants.LITERAL:
            run += chr(value)
            continue
        best, run = _better(_better(best, _alone(run)), _needed_by(kind, value)), ""
    return _better(best, _alone(run))


def _alone(run: str) -> frozenset[str]:
    return frozenset([run]) if run else frozenset()


def _needed_by(kind: Any, value: Any) -> frozenset[str]:
    """What one part needs: a group, a choice, or what is repeated at least once."""
    if kind is constants.SUBPATTERN:
        return _required(value[3])
    if kind is constants.BRANCH:
        each = [_required(branch) for branch in value[1]]
        return frozenset().union(*each) if all(each) else frozenset()
    if kind in (constants.MAX_REPEAT, constants.MIN_REPEAT) and value[0] > 0:
        return _required(value[2])
    return frozenset()


def _better(one: frozenset[str], other: frozenset[str]) -> frozenset[str]:
    return max(one, other, key=lambda letters: (min(map(len, letters), default=0), -len(letters)))
