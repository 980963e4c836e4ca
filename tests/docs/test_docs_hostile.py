"""docs/hostile.md: every test that it names is there, and every attack of the newsroom is named."""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "newsroom"))
import hostile
from newsroom import Newsroom

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "hostile.md").read_text(encoding="utf-8")
TESTS = {
    node.name
    for path in (ROOT / "tests").rglob("test_*.py")
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    if isinstance(node, ast.FunctionDef)
}
#: paths of the newsroom that attack nobody
HARMLESS = {"article", "plain", "robots_txt", "hostile", "to", "moved"}
PATHS = {name.removeprefix("_do_") for name in dir(Newsroom) if name.startswith("_do_")} - HARMLESS


@pytest.mark.parametrize("name", sorted(set(re.findall(r"`(test_\w+)`", PAGE))))
def test_a_test_that_is_named_is_there(name):
    assert name in TESTS


@pytest.mark.parametrize("name", sorted({*hostile.PAGES, *hostile.FEEDS, *hostile.SITEMAPS}))
def test_every_hostile_page_is_named(name):
    assert f"`{name}`" in PAGE


@pytest.mark.parametrize("path", sorted(PATHS))
def test_every_path_that_misbehaves_is_named(path):
    assert f"`/{path.replace('_', '-')}" in PAGE


def test_every_attack_row_names_a_test():
    rows = [line for line in PAGE.splitlines() if line.startswith("| ") and not line.startswith("| attack")]

    assert len(rows) > 30
    assert [row for row in rows if "`test_" not in row] == []
