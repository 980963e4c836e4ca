"""A name means one thing: what a module offers is defined in no other under the same name, and somebody asks for it."""

from __future__ import annotations

import ast
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
#: names that others expect, wherever they stand
EXPECTED = {
    "command": "the verb of a module of crawler.commands",
    "main": "where a program begins",
    "extra_template_vars": "Datasette asks every plugin for it",
    "prepare_jinja2_environment": "Datasette asks every plugin for it",
    "register_routes": "Datasette asks every plugin for it",
    "asgi_wrapper": "Datasette asks every plugin for it",
    "prepare_connection": "Datasette asks every plugin for it",
    "startup": "Datasette asks every plugin for it",
    "VERBS": "the verbs of a group of commands",
}
#: modules whose names are data: a record keeps the names of its migrations
DATA = ("db/migrations.py",)


#: words that mean nothing to somebody who knows Scrapy, feeds and extraction -> what is said instead
JARGON = {"told": "declared, reported, sent, or what the value is"}
#: columns keep their names, and so do what stands for them
COLUMNS = ("told_at", "told_sha256")


def modules() -> list[Path]:
    return [ROOT / "scheduler.py", *(ROOT / "crawler").rglob("*.py"), *(ROOT / "db").rglob("*.py")]


def aliases(path: Path) -> Iterator[str]:
    """Names of types that a module gives at its top, `Row = Mapping[str, Any]`; letters alone stand for any type."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        for name in node.targets if isinstance(node, ast.Assign) else ():
            if (
                isinstance(name, ast.Name)
                and len(name.id) > 1
                and not name.id.isupper()
                and name.id[0].isupper()
            ):
                yield name.id


def constants(path: Path) -> Iterator[str]:
    """Constants at the top of a module that are not its own business; letters alone stand for any type."""

    def named(target: ast.expr) -> Iterator[str]:
        parts = target.elts if isinstance(target, (ast.Tuple, ast.List)) else [target]
        yield from (each.id for each in parts if isinstance(each, ast.Name))

    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        targets = node.targets if isinstance(node, ast.Assign) else ()
        given = (node.target,) if isinstance(node, ast.AnnAssign) and node.value else targets
        for name in (each for target in given for each in named(target)):
            if name.isupper() and name[0] != "_" and len(name) > 1:
                yield name


def offered(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef]:
    """Functions and classes at the top of a module that are not its own business."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)) and node.name[0] != "_":
            yield node


def test_no_name_stands_for_two_things():
    places = defaultdict(list)
    for path in modules():
        name = str(path.relative_to(ROOT))
        if name not in DATA:
            for each in (*(one.name for one in offered(path)), *aliases(path), *constants(path)):
                places[each].append(name)

    assert {name: found for name, found in places.items() if len(found) > 1 and name not in EXPECTED} == {}


def names_in(path: Path) -> Iterator[str]:
    """Whatever a module gives a name: functions, classes, parameters, variables, attributes, arguments by name."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        name = next(
            (found for each in ("name", "id", "attr", "arg") if (found := getattr(node, each, None))), None
        )
        if isinstance(name, str) and name not in COLUMNS:
            yield name


def test_names_are_words_of_the_field():
    found = {
        (str(path.relative_to(ROOT)), name)
        for path in modules()
        for name in names_in(path)
        if JARGON.keys() & set(re.findall(r"[a-z]+", re.sub(r"(?<=[a-z])([A-Z])", r"_\1", name).lower()))
    }

    assert found == set(), f"say instead: {JARGON}"


@cache
def asked_for() -> frozenset[str]:
    """Every name that our program, its benches, documents and templates use; a definition alone is no use."""
    used: set[str] = set()
    for path in (*modules(), *(ROOT / "bench").glob("*.py"), *(ROOT / "docs").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Name):
                used.add(node.id)
            elif isinstance(node, ast.Attribute):
                used.add(node.attr)
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                used.update(re.findall(r"\w+", node.value) if node.value.count(" ") == 0 else ())
    for ending in ("html", "toml", "yaml", "cfg", "md"):
        for path in (
            *ROOT.glob(f"*.{ending}"),
            *(ROOT / "crawler").rglob(f"*.{ending}"),
            *(ROOT / "docs").rglob(f"*.{ending}"),
        ):
            used.update(re.findall(r"\w+", path.read_text(encoding="utf-8")))
    return frozenset(used)


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_what_a_module_offers_is_asked_for(path):
    """What is decorated is handed to somebody: a plugin's hook, a command, a migration."""
    unused = [each.name for each in offered(path) if each.name not in asked_for() and not each.decorator_list]

    assert unused == [], "nobody but a test calls it"


def test_no_two_files_of_tests_have_one_name():
    """Pytest takes a second one for the first, and stops before any test has run."""
    names = Counter(path.name for path in (ROOT / "tests").rglob("test_*.py"))

    assert [name for name, count in names.items() if count > 1] == []
