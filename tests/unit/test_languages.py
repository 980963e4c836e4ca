"""Words of languages are data: they stand in crawler/lang, in beats and in the demo, and in no module."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
WORD = re.compile(r"[^\W\d_]{2,}")
#: `[а-я]` is a pattern, not a word
RANGE = re.compile(".-.")
#: modules that still hold some; a module leaves the list when its words have moved
STILL = {
    "crawler/dedupe/fingerprint.py": "quotation marks that are letters to Unicode",
    "crawler/extract/text/datelines.py": "ranges of letters",
    "crawler/query/spellings.py": "ranges of letters",
    "db/terms.py": "beginnings of Arabic words, in a table of the index",
}


def modules() -> list[Path]:
    found = [ROOT / "scheduler.py", *(ROOT / "crawler").rglob("*.py"), *(ROOT / "db").rglob("*.py")]
    return sorted(each for each in found if not {"lang", "beats", "demo"} & set(each.relative_to(ROOT).parts))


def words_in(path: Path) -> list[str]:
    """Words of other scripts than the Latin one, in texts that are no docstrings."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    told = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef))
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    texts = [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told
    ]
    return [
        word
        for text in texts
        for word in WORD.findall(RANGE.sub(" ", text))
        if any(ord(letter) > 0x24F and not 0x1E00 <= ord(letter) < 0x1F00 for letter in word)
    ]


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_no_module_holds_words_of_a_language(path):
    name = str(path.relative_to(ROOT))
    if name not in STILL:
        assert words_in(path) == [], "they belong into crawler/lang, see docs/languages.md"


def test_no_module_stays_on_the_list_for_nothing():
    there = {str(path.relative_to(ROOT)) for path in modules()}

    assert set(STILL) <= there
