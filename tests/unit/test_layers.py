"""Imports point down: a room knows the rooms below it, not those beside or above it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

#: from the top; what stands together does not know each other, unless it is one room
FLOORS = (
    ("crawler.cli",),
    ("crawler.commands",),
    ("crawler.demo", "scheduler"),
    ("crawler.daemon",),
    ("crawler.probe", "crawler.review"),
    ("crawler.runner", "crawler.warc"),
    ("crawler.spiders", "crawler.pipelines", "crawler.extensions"),
    ("crawler.middlewares", "crawler.polling"),
    ("crawler.ingest", "crawler.settings"),
    ("crawler.frontier",),
    ("crawler.publish", "crawler.catalogue"),
    ("crawler.discover", "crawler.extract", "crawler.relevance", "crawler.dedupe", "crawler.query"),
    ("crawler.config", "crawler.lang"),
    ("crawler.errors", "crawler.logs", "crawler.caches", "crawler.units", "crawler.markup", "crawler.site"),
    ("db",),
)
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


def modules() -> list[Path]:
    return sorted([ROOT / "scheduler.py", *(ROOT / "crawler").rglob("*.py"), *(ROOT / "db").rglob("*.py")])


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def floor_of(module: str) -> tuple[int, str] | None:
    """The floor, from the top, and the room; None for what is not ours or stands on no floor (`crawler` itself)."""
    for number, rooms in enumerate(FLOORS):
        for room in rooms:
            if module == room or module.startswith(f"{room}."):
                return number, room
    return None


def imports_of(path: Path) -> Iterator[str]:
    """Modules that a file imports, wherever in it; `from crawler import runner` names `crawler.runner`."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} has a relative import"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("path", [pytest.param(path, id=name_of(path)) for path in modules()])
def test_imports_point_down(path):
    here = floor_of(name_of(path))
    reaching = []
    for module in imports_of(path):
        there = floor_of(module)
        if here and there and there[1] != here[1] and there[0] <= here[0]:
            reaching.append(f"{path.name} reaches up to {module}")

    assert not reaching


@pytest.mark.parametrize("path", [pytest.param(path, id=name_of(path)) for path in modules()])
def test_every_module_stands_on_a_floor(path):
    assert floor_of(name_of(path)) or name_of(path) == "crawler"


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
