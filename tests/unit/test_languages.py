"""Words of languages are data: they stand in crawler/lang, in beats and in the demo, and in no module."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
WORD = re.compile(r"[^\W\d_]{2,}")
#: a word of the tables, long enough to be one language's; not the end of an escape such as `\\s`
LONG_WORD = re.compile(r"(?<![\\a-z])[a-z]{6,}")
#: `[а-я]` is a pattern, not a word
RANGE = re.compile(".-.")
#: modules that hold some, and why they may
MAY = {
    "crawler/dedupe/fingerprint.py": "quotation marks that are letters to Unicode",
    "crawler/extract/page/encoding.py": "letters that tell one encoding from another",
    "crawler/ingest/warm.py": "sentences of an invented article that a reader begins with",
    "crawler/query/spellings.py": "ranges of letters",
    "db/terms.py": "beginnings of Arabic and Hebrew words: the index of the record knows no room above it",
}


def modules() -> list[Path]:
    found = [ROOT / "scheduler.py", *(ROOT / "crawler").rglob("*.py"), *(ROOT / "db").rglob("*.py")]
    return sorted(each for each in found if not {"lang", "beats", "demo"} & set(each.relative_to(ROOT).parts))


def texts_in(path: Path) -> list[str]:
    """Texts of a module that are no docstrings."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef))
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings
    ]


def words_in(path: Path) -> list[str]:
    """Words with a letter that English has not."""
    return [
        word
        for text in texts_in(path)
        for word in WORD.findall(RANGE.sub(" ", text))
        if not word.isascii() and any(letter.isalpha() for letter in word)
    ]


def listed(table: Any, language: str = "en") -> Iterator[tuple[str, str]]:
    """Every text of a table with the language it is listed under; "en" where that is not said."""
    if isinstance(table, dict):
        for key, value in table.items():
            yield from listed(value, key if len(key) == 2 and key.islower() else language)
    elif isinstance(table, list):
        for each in table:
            yield from listed(each, language)
    elif isinstance(table, str):
        yield language, table.lower()


@cache
def foreign_words() -> frozenset[str]:
    """Words that the tables list under another language and not under English."""
    words: dict[bool, set[str]] = {True: set(), False: set()}
    for path in (ROOT / "crawler" / "lang").glob("*.toml"):
        for language, text in listed(tomllib.loads(path.read_text(encoding="utf-8"))):
            words[language == "en"].update(LONG_WORD.findall(text))
    return frozenset(words[False] - words[True])


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_no_module_holds_words_of_a_language(path):
    name = str(path.relative_to(ROOT))
    if name not in MAY:
        foreign = [
            word for text in texts_in(path) for word in LONG_WORD.findall(text) if word in foreign_words()
        ]
        assert words_in(path) + foreign == [], "they belong into crawler/lang, see docs/languages.md"


def test_no_module_stands_on_the_list_for_nothing():
    there = {str(path.relative_to(ROOT)): path for path in modules()}

    assert [name for name in MAY if name not in there or not words_in(there[name])] == []


def test_the_tables_name_words_of_several_languages():
    assert {"bildunterschrift", "kontakt"} <= foreign_words()
    assert "author" not in foreign_words()
