"""The phrase tables, read once, compiled to one pattern per list."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from itertools import filterfalse

from crawler.lang import table, words_in
from crawler.lang.required import Suspects, is_of_start
from crawler.memory import remembers

_CURLY = (*((mark, '"') for mark in "“”„«»"), *((mark, "'") for mark in "‘’‚´"))


#: the languages of the rules, see `languages_of`
Languages = tuple[str, ...]
ALL_LANGUAGES: Languages = ("en", "ru", "de", "fr", "es", "it", "pt", "pl", "tr", "nl", "other")


@dataclass(frozen=True, slots=True)
class PhraseRule:
    """One entry of residue.toml."""

    name: str
    #: any | edge | tail
    where: str
    longest: int
    has_weak: bool


@remembers(4096, letters=500)
def straightened(text: str) -> str:
    """A line as the patterns want it: lower case, straight quotation marks.

    >>> straightened("Don’t miss “The Challenge”")
    'don\\'t miss "the challenge"'
    """
    if text.isascii():
        return text.lower().replace("`", "'")
    low = text.replace("İ", "i").lower().replace("`", "'")
    for mark, straight in _CURLY:
        low = low.replace(mark, straight)
    return low


def languages_of(*codes: str | None) -> Languages:
    """Whose phrases to look for on a page in the languages *codes*.

    English and the language-free ones always; all of them when nothing is known.
    """
    known = {code for code in codes if code}
    return tuple(each for each in ALL_LANGUAGES if not known or each in known or each in ("en", "other"))


@cache
def phrase_rules() -> tuple[PhraseRule, ...]:
    """The rules of residue.toml, in their order."""
    return tuple(
        PhraseRule(rule["name"], rule["where"], rule["max"], "weak" in rule)
        for rule in table("residue")["rule"]
    )


def finds(rule: PhraseRule, strength: str, text: str, languages: Languages) -> bool:
    """Whether a rule's `firm` or `weak` patterns find something in a line as `straightened` gives it."""
    at_start, anywhere = _patterns(rule.name, strength, languages)
    if at_start is not None and at_start.match(text) is not None:
        return True
    return anywhere is not None and anywhere.search(text) is not None


def suspected(text: str, languages: Languages) -> frozenset[str]:
    """Names of the rules whose patterns may find something in a line as `straightened` gives it; the others find nothing."""
    return _suspects(languages).in_text(text)


@cache
def _suspects(languages: Languages) -> Suspects:
    strengths = ("firm", "weak")
    return Suspects(
        {
            rule.name: [each for strength in strengths for each in _phrases(rule.name, strength, languages)]
            for rule in phrase_rules()
        }
    )


def _phrases(name: str, strength: str, languages: Languages) -> list[str]:
    """The patterns of a rule in some languages."""
    found = (words_in(language, "residue").get(name, {}) for language in languages)
    return [each for rule in found for each in rule.get(strength, ())]


@cache
def _patterns(
    name: str, strength: str, languages: Languages
) -> tuple[re.Pattern[str] | None, re.Pattern[str] | None]:
    """The patterns of a rule that can only match where a text begins, as one, and the others.

    In a choice with the others the first are tried at every letter.
    """
    phrases = _phrases(name, strength, languages)
    return _choice(filter(is_of_start, phrases)), _choice(filterfalse(is_of_start, phrases))


def _choice(patterns: Iterable[str]) -> re.Pattern[str] | None:
    joined = "|".join(f"(?:{pattern})" for pattern in patterns)
    return re.compile(joined) if joined else None


@cache
def words(name: str, language: str | None = None) -> str:
    """The alternatives of one list of `[words]`, longest first, as one group; empty when it has none.

    Args:
        name: of the list.
        language: one list of it; all of them by default.
    """
    groups = table("words")[name]
    patterns = groups.get(language, ()) if language else [each for group in groups.values() for each in group]
    return "(?:" + "|".join(sorted(patterns, key=len, reverse=True)) + ")" if patterns else ""
