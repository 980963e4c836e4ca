"""The floors of the house, the drawing of its rooms in docs/architecture.md, and what imports what.

`tests/unit/test_layers.py` holds the code to `FLOORS`; `python docs/generate.py` draws them.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Floor:
    """Rooms that stand side by side."""

    name: str
    rooms: tuple[str, ...]
    #: a room may know those to its right; else the rooms of a floor do not know each other
    is_ordered: bool = True


#: from the top; a room knows the floors below its own
FLOORS = (
    Floor("the door", ("crawler.start", "crawler.cli", "crawler.commands")),
    Floor("when", ("scheduler", "crawler.daemon")),
    Floor("a crawl", ("crawler.runner", "crawler.warc")),
    Floor(
        "Scrapy",
        (
            "crawler.spiders",
            "crawler.pipelines",
            "crawler.extensions",
            "crawler.middlewares",
            "crawler.settings",
        ),
    ),
    Floor("on the way in", ("crawler.cluster", "crawler.polling", "crawler.ingest", "crawler.frontier")),
    Floor("for people", ("crawler.review", "crawler.publish", "crawler.drafting", "crawler.catalogue")),
    Floor(
        "pure",
        ("crawler.discover", "crawler.extract", "crawler.relevance", "crawler.dedupe", "crawler.query"),
        is_ordered=False,
    ),
    Floor("settings and words", ("crawler.config", "crawler.lang"), is_ordered=False),
    Floor(
        "the ground",
        (
            "crawler.errors",
            "crawler.logs",
            "crawler.units",
            "crawler.markup",
            "crawler.site",
            "crawler.demo",
            "crawler.memory",
        ),
    ),
    Floor("what we keep", ("db",)),
)


def modules() -> list[Path]:
    """Every file of ours that is installed."""
    return sorted([ROOT / "scheduler.py", *(ROOT / "crawler").rglob("*.py"), *(ROOT / "db").rglob("*.py")])


def name_of(path: Path) -> str:
    """The dotted name of a module."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def place_of(module: str) -> tuple[int, int, str] | None:
    """Floor from the top, place on it, and room; None for what is not ours or stands on no floor (`crawler` itself)."""
    for number, floor in enumerate(FLOORS):
        for place, room in enumerate(floor.rooms):
            if module == room or module.startswith(f"{room}."):
                return number, place, room
    return None


def imports_of(path: Path) -> Iterator[str]:
    """Modules that a file imports, wherever in it; `from crawler import runner` names `crawler.runner`."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} has a relative import"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def reaches_up(path: Path) -> list[str]:
    """What a file imports although its place does not allow it, in sentences."""
    here = place_of(name_of(path))
    told = []
    for module in imports_of(path):
        there = place_of(module)
        if here is None or there is None or there[2] == here[2] or there[0] > here[0]:
            continue
        if there[0] < here[0] or not FLOORS[here[0]].is_ordered or there[1] < here[1]:
            told.append(f"{path.name} reaches up to {module}")
    return told


def drawing() -> str:
    """The rooms and their arrows as Mermaid; an arrow that two others make is left out."""
    arrows = _arrows()
    lines = ["```mermaid", "flowchart TD"]
    for number, floor in enumerate(FLOORS):
        lines.append(f'  subgraph f{number}["{floor.name}"]')
        lines += [f'    {_id(room)}["{_short(room)}"]' for room in floor.rooms]
        lines.append("  end")
    lines += [
        f"  {_id(room)} --> {_id(below)}"
        for room in sorted(arrows)
        for below in sorted(_direct(room, arrows))
    ]
    return "\n".join([*lines, "```"])


def promises() -> str:
    """A table of the floors: each room with the first sentence of its docstring."""
    lines = ["| floor | room | |", "|---|---|---|"]
    for floor in FLOORS:
        lines += [f"| {floor.name} | `{room}` | {_promise(room)} |" for room in floor.rooms]
    return "\n".join(lines)


def _arrows() -> dict[str, set[str]]:
    arrows: dict[str, set[str]] = {room: set() for floor in FLOORS for room in floor.rooms}
    for path in modules():
        here = place_of(name_of(path))
        for module in imports_of(path) if here else ():
            there = place_of(module)
            if here and there and there[2] != here[2]:
                arrows[here[2]].add(there[2])
    return arrows


def _direct(room: str, arrows: dict[str, set[str]]) -> set[str]:
    """What a room imports and reaches in no other way."""

    @cache
    def below(one: str) -> frozenset[str]:
        return frozenset(arrows[one]).union(*(below(each) for each in arrows[one]))

    return {one for one in arrows[room] if not any(one in below(other) for other in arrows[room] - {one})}


def _short(room: str) -> str:
    return room.removeprefix("crawler.")


def _id(room: str) -> str:
    return _short(room).replace(".", "_")


def _promise(room: str) -> str:
    path = ROOT.joinpath(*room.split("."))
    file = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    told = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or ""
    return told.split("\n", maxsplit=1)[0]
