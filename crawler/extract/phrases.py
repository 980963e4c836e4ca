"""The phrase tables, read once, compiled to one pattern per list."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

_CURLY = str.maketrans(dict.fromkeys("“”„«»", '"') | dict.fromkeys("‘’‚`´", "'"))


@dataclass(frozen=True, slots=True)
class PhraseRule:
    """One entry of residue.toml."""

    name: str
    #: any | edge | tail
    where: str
    longest: int
    firm: re.Pattern[str] | None
    weak: re.Pattern[str] | None


@lru_cache(maxsize=4096)
def folded(text: str) -> str:
    """A line as the patterns want it: lower case, straight quotation marks.

    >>> folded("Don’t miss “The Challenge”")
    'don\\'t miss "the challenge"'
    """
    return text.lower().translate(_CURLY)


def _load(name: str) -> dict[str, Any]:
    return tomllib.loads(files("crawler.extract").joinpath(name).read_text("utf-8"))


def _any_of(table: dict[str, list[str]] | None) -> re.Pattern[str] | None:
    patterns = [pattern for group in (table or {}).values() for pattern in group]
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns)) if patterns else None


@cache
def phrase_rules() -> tuple[PhraseRule, ...]:
    """The rules of residue.toml, in their order."""
    return tuple(
        PhraseRule(
            rule["name"], rule["where"], rule["max"], _any_of(rule.get("firm")), _any_of(rule.get("weak"))
        )
        for rule in _load("residue.toml")["rule"]
    )


@cache
def words(name: str) -> str:
    """The alternatives of one table of words.toml, all languages, longest first, as one group."""
    table = _load("words.toml")[name]
    return "(?:" + "|".join(sorted(_flat(table.values()), key=len, reverse=True)) + ")"


def _flat(groups: Iterable[list[str]]) -> list[str]:
    return [pattern for group in groups for pattern in group]
