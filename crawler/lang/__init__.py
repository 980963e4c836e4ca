"""Words of languages, as data: month names, roles and bylines, prompts and labels. A language is one file in `words`.

`table` gives the words of all of them that serve one purpose, `words_in` those of one language.

`dates.parse_moment` reads a date in any of these languages: one reader for pages, feeds, sitemaps and mails.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files
from typing import Any, TypeAlias

#: zero-width non-joiner, as in Persian
_JOIN = "\u200c"
#: letter, escaped -> what may follow; "" where a word ends
_Letters: TypeAlias = "dict[str, _Letters]"


@cache
def _read(path: str) -> dict[str, Any]:
    return tomllib.loads(files("crawler.lang").joinpath(path).read_text("utf-8"))


@cache
def languages() -> tuple[str, ...]:
    """Every language that has a file, in the order of languages.toml; "other" holds what belongs to several or to none."""
    there = {each.name.removesuffix(".toml") for each in files("crawler.lang").joinpath("words").iterdir()}
    first = [each for each in _read("languages.toml")["order"] if each in there]
    return (*first, *sorted(there - {*first, "other"}), "other")


def words_in(language: str, name: str) -> dict[str, Any]:
    """What `words/LANGUAGE.toml` has under `[NAME]`."""
    return _read(f"words/{language}.toml").get(name, {})  # type: ignore[no-any-return]  # the file is ours


@cache
def table(name: str) -> dict[str, Any]:
    """The words of one purpose in all languages, and what `NAME.toml` of this folder adds; read once.

    A list that stands in `[NAME]` itself is given by language; lists of a `[NAME.SECTION]` are joined into one each.
    """
    whole = dict(_read(f"{name}.toml")) if files("crawler.lang").joinpath(f"{name}.toml").is_file() else {}
    for language in languages():
        for section, words in words_in(language, name).items():
            into = whole.setdefault(section, {})
            if isinstance(words, dict):
                for key, value in words.items():
                    into[key] = into.get(key, []) + value if isinstance(value, list) else value
            else:
                into[language] = words
    return whole


def alternatives(words: Iterable[str]) -> str:
    r"""Words as one group of a pattern, the longest first; a space stands for any run of blanks.

    Words that begin alike share their beginning, so that a text is compared with each letter once.

    >>> alternatives(["am", "a.m", "ante meridiem"])
    '(?:a(?:nte\\s+meridiem|\\.m|m))'
    """
    tree: _Letters = {}
    for word in sorted(_with_joins(words), key=len, reverse=True):
        branch = tree
        for letter in word:
            branch = branch.setdefault(r"\s+" if letter == " " else re.escape(letter), {})
        branch[""] = {}
    return f"(?:{_branches(tree)})"


def _with_joins(words: Iterable[str]) -> Iterator[str]:
    """Words, and those whose parts a mark without width joins also in one and with a blank, as pages are read and written."""
    for word in words:
        yield word
        if _JOIN in word:
            yield word.replace(_JOIN, "")
            yield word.replace(_JOIN, " ")


def _branches(tree: _Letters) -> str:
    """What may follow, as a pattern; where a word ends and others go on, those go first."""
    if tree == {"": {}}:
        return ""
    found = [letter + _branches(rest) for letter, rest in tree.items() if letter]
    is_end = "" in tree
    if len(found) == 1 and not is_end:
        return found[0]
    return f"(?:{'|'.join(found)}){'?' if is_end else ''}"


@cache
def patterns(name: str, section: str) -> str:
    """The regular expressions of a section, language after language, as one group of a pattern."""
    return "(?:" + "|".join(each for those in table(name)[section].values() for each in those) + ")"


@cache
def word_set(name: str, section: str, key: str = "words") -> frozenset[str]:
    """One list of a table, for look-ups."""
    return frozenset(table(name)[section][key])
