"""Imports point down: a room knows the rooms below it, not those beside or above it."""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "docs"))

from rooms import FLOORS, ROOT, imports_of, modules, name_of, place_of, reaches_up

#: what a person can hold in mind
MOST_FLOORS, MOST_FILES, MOST_LINES, MOST_CLASS_LINES = 11, 14, 350, 200
#: folders of modules that Datasette finds by themselves, and the top
FOLDERS = ("crawler", "plugins")
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

    assert starting == ["crawler.commands.probe", "crawler.runner"]


def test_only_the_doors_know_that_several_machines_may_fetch():
    """Spider, middlewares, pipelines and readers draw and answer alike, whichever queue and pace they have."""
    knowing = {
        name_of(path)
        for path in modules()
        if not name_of(path).startswith("crawler.cluster")
        and any(each.startswith("crawler.cluster") for each in imports_of(path))
    }

    assert knowing == {
        "crawler.daemon.cluster_watch",
        "crawler.daemon.node",
        *(f"crawler.commands.cluster_{verb}" for verb in ("drain", "init", "status", "stop")),
    }


def test_the_house_can_be_held_in_mind():
    assert len(FLOORS) <= MOST_FLOORS
    assert len(list((ROOT / "crawler").glob("*.py"))) <= MOST_FILES


def rooms() -> list[Path]:
    return sorted(path.parent for path in (*(ROOT / "crawler").rglob("__init__.py"), ROOT / "db/__init__.py"))


@pytest.mark.parametrize("room", [pytest.param(room, id=str(room.relative_to(ROOT))) for room in rooms()])
def test_a_room_promises_what_it_has(room):
    """Three sentences or more, and what they name is there: `module.function` of the room, or another module of ours."""
    promise = ast.get_docstring(ast.parse((room / "__init__.py").read_text(encoding="utf-8"))) or ""
    named = re.findall(r"`([a-z_]+(?:\.[A-Za-z_]+)+)`", promise)

    assert promise.count("\n") >= 2 or room.name in FOLDERS, (
        "what it promises, and which of its functions others call"
    )
    assert [name for name in named if not is_there(room, name)] == []


def is_there(room: Path, name: str) -> bool:
    """Whether a dotted name leads to a module, or to what one defines, from a room or from the top."""
    if name.endswith((".py", ".toml")):
        return any((folder / name).exists() for folder in (room, ROOT)) or name == "spacereel.toml"
    for start in (room, ROOT):
        parts = name.split(".")
        if start.joinpath(*parts).with_suffix(".py").exists() or start.joinpath(*parts).is_dir():
            return True
        for cut in range(len(parts) - 1, 0, -1):
            module, words = start.joinpath(*parts[:cut]), parts[cut:]
            for file in (module.with_suffix(".py"), module / "__init__.py"):
                if file.exists() and all(
                    re.search(
                        rf"(?m)^ *(?:class |(?:async )?def )?{word}\b", file.read_text(encoding="utf-8")
                    )
                    for word in words
                ):
                    return True
    return False


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
