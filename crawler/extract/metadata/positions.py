"""Positions and degrees around a name: "Science Editor Jane Doe, PhD" is Jane Doe."""

from __future__ import annotations

from crawler.extract.metadata.person_names import is_caseless
from crawler.lang import word_set


def without_role(name: str) -> str:
    """`Science Editor Jane Doe`, `Jane Doe Staff Writer` -> `Jane Doe`; a role alone -> empty."""
    words = name.split()
    marked = [is_role(word) for word in words]
    if not any(marked):
        return name
    around = [
        mark or word.strip(".,").casefold() in word_set("names", "roles", "modifiers")
        for word, mark in zip(words, marked, strict=True)
    ]
    first, last = marked.index(True), len(marked) - 1 - marked[::-1].index(True)
    while first > 0 and (
        around[first - 1]
        or words[first - 1].islower()
        or (words[first - 1].isupper() and len(words[first - 1]) < 5 and first > 2)
    ):
        first -= 1
    while last + 1 < len(words) and (around[last + 1] or words[last + 1].islower()):
        last += 1
    head, tail = _without_position(words[:first]), words[last + 1 :]
    return " ".join(
        next((part for part in (head, tail) if len(part) > 1 or (part and is_caseless(part[0]))), [])
    )


def _without_position(words: list[str]) -> list[str]:
    """`Stefan Rees Deputy Content Hub` (Director) -> `Stefan Rees`; `National Recruiting` (Analyst) -> nothing."""
    modifiers = word_set("names", "roles", "modifiers")
    if words and words[0].casefold() in modifiers:
        return []
    place = next(
        (place for place, word in enumerate(words) if place > 1 and word.casefold() in modifiers), None
    )
    return words[:place]


def is_role(word: str) -> bool:
    low = word.strip(".,").casefold()
    return low in word_set("names", "roles") or (low.endswith("s") and low[:-1] in word_set("names", "roles"))


def without_suffix(name: str) -> str:
    """Without degrees behind a name."""
    words = name.split()
    while len(words) > 2 and words[-1].strip(",").casefold() in word_set("names", "suffixes", "dropped"):
        words.pop()
    return " ".join(words).rstrip(",")
