"""The guide to a new language is walked: its example, put where it says, does what it says."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
#: what the example's tables bring, and what is known without them
ASKS = """
from crawler.extract.metadata.byline_words import name_words
from crawler.extract.metadata.title_parts import without_label
from crawler.lang.dates import parse_moment, speaks_of_publication

moment = parse_moment("3 aŭgusto 2024")
print(moment and moment.day)
print(speaks_of_publication("Aperigita: 3 aŭgusto 2024"))
print("verkita de" in name_words("before"))
print(without_label("La nova ponto | Ĉefartikolo"))
"""


def example() -> str:
    guide = (ROOT / "docs" / "languages.md").read_text(encoding="utf-8")
    found = re.search(r"`eo\.toml`.*?```toml\n(.*?)```", guide, re.DOTALL)
    assert found
    return found[1]


@pytest.fixture(scope="module")
def ask(tmp_path_factory):
    """The answers of a copy of the program, with the example's file or without."""
    copy = tmp_path_factory.mktemp("program")
    for room in ("crawler", "db"):
        shutil.copytree(
            ROOT / room, copy / room, ignore=shutil.ignore_patterns("__pycache__", "*.db*", "static")
        )

    def answers(words: str | None) -> list[str]:
        path = copy / "crawler" / "lang" / "words" / "eo.toml"
        path.unlink(missing_ok=True)
        if words is not None:
            path.write_text(words, encoding="utf-8")
        done = subprocess.run(
            [sys.executable, "-X", "utf8", "-c", ASKS],
            cwd=copy,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=True,
        )
        return done.stdout.splitlines()

    return answers


def test_the_example_is_read_as_the_guide_says(ask):
    assert ask(example()) == ["2024-08-03", "True", "True", "La nova ponto"]


def test_without_the_file_the_language_is_not_known(ask):
    assert ask(None) == ["None", "False", "False", "La nova ponto | Ĉefartikolo"]
