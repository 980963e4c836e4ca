"""Words of languages, as data: month names, roles and bylines, prompts and labels. `table` reads one file of them.

`dates.parse_moment` reads a date in any of these languages: one reader for pages, feeds, sitemaps and mails.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def table(name: str) -> dict[str, Any]:
    """The words in `NAME.toml` of this folder; read once."""
    return tomllib.loads(files("crawler.lang").joinpath(f"{name}.toml").read_text("utf-8"))


def alternatives(words: Iterable[str]) -> str:
    r"""Words as one group of a pattern, the longest first; a space stands for any run of blanks.

    >>> alternatives(["am", "a.m", "ante meridiem"])
    '(?:ante\\s+meridiem|a\\.m|am)'
    """
    escaped = (re.escape(word).replace("\\ ", r"\s+") for word in sorted(words, key=len, reverse=True))
    return "(?:" + "|".join(escaped) + ")"


@cache
def patterns(name: str, section: str) -> str:
    """The regular expressions of a section, language after language, as one group of a pattern."""
    return "(?:" + "|".join(each for those in table(name)[section].values() for each in those) + ")"


@cache
def word_set(name: str, section: str, key: str = "words") -> frozenset[str]:
    """One list of a table, for look-ups."""
    return frozenset(table(name)[section][key])
