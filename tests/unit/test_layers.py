"""Imports point down: a room knows the rooms below it, not those beside or above it."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "docs"))

from rooms import FLOORS, ROOT, imports_of, modules, name_of, place_of, reaches_up

#: what a person can hold in mind
MOST_FLOORS, MOST_FILES, MOST_LINES, MOST_CLASS_LINES = 11, 14, 350, 200
#: modules that a pure room must not import
IMPURE = (
    "scrapy",
    "twisted",
    "sqlite3",
    "sqlite_utils",
    "socket",
    "urllib.request",
    "requests",
    "asyncio",
    "time",
)


@pytest.mark.parametrize("path", [pytest.param(path, id=name_of(path)) for path in modules()])
def test_imports_point_down(path):
    assert reaches_up(path) == []


@pytest.mark.parametrize("path", [pytest.param(path, id=name_of(path)) for path in modules()])
def test_every_module_stands_on_a_floor(path):
    assert place_of(name_of(path)) or name_of(path) == "crawler"


@pytest.mark.parametrize("room", ["discover", "extract", "relevance", "dedupe", "query"])
def test_pure_rooms_touch_no_network_clock_or_database(room):
    impure = [
        f"{path.name} imports {module}"
        for path in (ROOT / "crawler" / room).rglob("*.py")
        for module in imports_of(path)
        if module.startswith(IMPURE) and not module.startswith(("time.struct_time",))
    ]

    assert not impure


def test_the_crawl_starts_scrapy_in_one_place():
    starting = [
        name_of(path)
        for path in modules()
        if any(each == "scrapy.crawler.AsyncCrawlerRunner" for each in imports_of(path))
    ]

    assert starting == ["crawler.probe", "crawler.runner"]


def test_the_house_can_be_held_in_mind():
    assert len(FLOORS) <= MOST_FLOORS
    assert len([path for path in (ROOT / "crawler").glob("*.py") if path.name != "__init__.py"]) <= MOST_FILES


def test_files_and_classes_stay_short():
    long_files, long_classes = set(), set()
    for path in modules():
        text = path.read_text(encoding="utf-8")
        if text.count("\n") > MOST_LINES:
            long_files.add(name_of(path))
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.ClassDef) and (node.end_lineno or 0) - node.lineno >= MOST_CLASS_LINES:
                long_classes.add(f"{name_of(path)}.{node.name}")

    assert long_files == set()
    assert long_classes == set()


def test_every_room_says_what_it_promises():
    silent = [
        path
        for path in modules()
        if path.name == "__init__.py" and not ast.get_docstring(ast.parse(path.read_text()))
    ]

    assert silent == []


def test_tests_and_benches_fit_in_mind_too():
    long = {
        str(path.relative_to(ROOT))
        for folder in ("tests", "bench", "docs")
        for path in (ROOT / folder).rglob("*.py")
        if path.read_text(encoding="utf-8").count("\n") > MOST_LINES
    }

    assert long == set()
