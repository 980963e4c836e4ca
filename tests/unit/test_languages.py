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
#: lists that one file has, and why no other does
ALONE = {
    "letters.attached": "what Arabic writes onto the front of a word",
    "letters.case_endings": "names in Russian cases",
    "words.year": "Russian has a letter behind the year",
    "names.address": "English has what stands before a name",
    "names.end": "what websites write in English everywhere",
    "names.suffixes": "titles that are English wherever they stand",
    "credits.before_label": "only English labels were seen with something before",
    "credits.joined": "only English words were seen between two names",
    "credits.stock": "stock pictures are credited in English",
    "credits.stock_beside": "stock pictures are credited in English",
    "credits.of_the_lead": "only English was seen",
    "credits.of_names": "particles, in any language",
    "names.places": "places, in any language",
    "names.agencies": "names of agencies",
    "names.particles": "particles, in any language",
    "words.picture_agency": "names of agencies",
    "words.news_agency": "names of agencies",
    "residue.code.shortcode": "code, not words",
}
WORD = re.compile(r"[^\W\d_]{2,}")
#: a word of the tables, long enough to be one language's; not the end of an escape such as `\\s`
LONG_WORD = re.compile(r"(?<![\\a-z])[a-z]{6,}")
#: words of another language's list that are English as well, and stand in no English list
SHARED = {"identifier", "tracking"}
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


FOLDER = ROOT / "crawler" / "lang" / "words"


def texts_of(table: Any) -> Iterator[str]:
    """Every text of a table, in lower case."""
    if isinstance(table, dict):
        for value in table.values():
            yield from texts_of(value)
    elif isinstance(table, list):
        for each in table:
            yield from texts_of(each)
    elif isinstance(table, str):
        yield table.lower()


@cache
def foreign_words() -> frozenset[str]:
    """Words that the tables list under another language and not under English."""
    words: dict[bool, set[str]] = {True: set(), False: set()}
    for path in FOLDER.glob("*.toml"):
        for text in texts_of(tomllib.loads(path.read_text(encoding="utf-8"))):
            is_english = path.stem in ("en", "other")
            words[is_english].update(LONG_WORD.findall(text))
            if is_english:  # `corrections?` is "correction" as well
                words[True].update(LONG_WORD.findall(re.sub(r".\?", "", text)))
    return frozenset(words[False] - words[True] - SHARED)


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


def sections() -> dict[str, set[str]]:
    """Every table that a language's file may have -> languages that have it."""
    found: dict[str, set[str]] = {}
    for path in FOLDER.glob("*.toml"):
        for name, lists in tomllib.loads(path.read_text(encoding="utf-8")).items():
            for section in lists:
                found.setdefault(f"{name}.{section}", set()).add(path.stem)
    return found


def test_a_language_is_one_file_and_no_other_place_lists_words_by_language():
    elsewhere = [
        f"{path.name}: {name}"
        for path in (ROOT / "crawler" / "lang").glob("*.toml")
        for name, lists in tomllib.loads(path.read_text(encoding="utf-8")).items()
        if isinstance(lists, dict) and lists.keys() & {path.stem for path in FOLDER.glob("*.toml")}
    ]

    assert elsewhere == []


def test_a_section_is_asked_for_in_the_same_way_in_every_language():
    """One language's list stands in the table itself, another's below a key of its own: then neither is found whole."""
    shapes: dict[str, set[str]] = {}
    for path in FOLDER.glob("*.toml"):
        for name, lists in tomllib.loads(path.read_text(encoding="utf-8")).items():
            for section, value in lists.items():
                shapes.setdefault(f"{name}.{section}", set()).add(
                    type(value).__name__ if isinstance(value, dict) else "list"
                )

    assert {section for section, shape in shapes.items() if len(shape) > 1} == set()


def test_the_guide_has_a_line_for_every_table_and_names_no_other():
    guide = (ROOT / "docs" / "languages.md").read_text(encoding="utf-8")

    assert set(re.findall(r"^\| `\[(\w+)\]`", guide, re.MULTILINE)) == {
        each.partition(".")[0] for each in sections()
    }


def test_no_section_is_only_one_languages_but_where_a_reason_stands():
    """A key that is misspelt in one file would be a section of its own that nobody asks for."""
    alone = {section: languages for section, languages in sections().items() if len(languages) == 1}

    assert {section for section in alone if section not in ALONE} == set()
    assert {section for section in ALONE if section not in alone} == set()
