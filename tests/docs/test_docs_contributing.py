"""CONTRIBUTING.md names files, modules and tests that are there, and what a recipe says about them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
#: a path of the tree in backquotes, or the target of a link
PATH = re.compile(r"(?:`|\]\()((?:[\w.-]+/)*[\w.-]+(?:\.(?:py|md|toml|yaml|lock)|/)|(?:\.ci/\w+))(?=[`)])")
#: folders in which a short name of a recipe may stand
FOLDERS = (
    "",
    "crawler/",
    "tests/unit/commands/",
    "tests/unit/relevance/",
    "crawler/polling/",
    "crawler/extract/metadata/",
)
#: `NAME` in `file.py`, or the other way round
NAMED = re.compile(
    r"`([\w./]+\.py)`[^`\n]{0,30}\(`([A-Za-z_]\w+)`|`([A-Z_]{4,})` (?:for `articles` )?(?:in|of) `([\w./]+\.py)`"
)


def found(name: str) -> Path | None:
    places = [ROOT / folder / name for folder in FOLDERS]
    places += list(ROOT.glob(f"crawler/**/{name}")) if "/" not in name else []
    places += list(ROOT.glob(f"tests/**/{name}")) if "/" not in name else []
    return next((path for path in places if path.exists()), None)


@pytest.mark.parametrize("name", sorted(set(PATH.findall(TEXT))))
def test_a_file_that_is_named_is_there(name):
    assert found(name) is not None


@pytest.mark.parametrize(
    ("file", "name"), sorted({(one or four, two or three) for one, two, three, four in NAMED.findall(TEXT)})
)
def test_what_a_file_is_said_to_hold_stands_in_it(file, name):
    path = found(file)

    assert path is not None
    assert re.search(rf"\b{name}\b", path.read_text(encoding="utf-8"))


def test_every_recipe_names_the_test_that_fails():
    jobs = TEXT.split("## Everyday jobs")[1].split("\n## ")[0].split("\n### ")[1:]

    assert len(jobs) >= 9
    without = [job.splitlines()[0] for job in jobs if "tests/" not in job and ".ci/run" not in job]
    assert without == []
