"""What the pages that explain the house call by name is there under that name."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
PAGES = ["docs/why.md", "docs/architecture.md", "CONTRIBUTING.md"]
#: `a.b` and `a.b.c`; addresses and files are recognised by their ends
DOTTED = re.compile(r"`((?:[A-Za-z_]\w*\.)+[A-Za-z_]\w*)(?:\(.*?\))?`")
ENDS = {"md", "py", "toml", "yaml", "cfg", "json", "html", "sql", "lock", "db", "example", "com", "uk"}


@cache
def places() -> dict[str, set[str]]:
    """Last name of a module, or of a class in one -> what it defines."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for path in (ROOT / "scheduler.py", *(ROOT / "crawler").rglob("*.py"), *(ROOT / "db").rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        module = path.parent.name if path.name == "__init__.py" else path.stem
        if path != ROOT / "scheduler.py":
            (package := path.parent if path.name != "__init__.py" else path.parent.parent)
            found[package.name].add(module)
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                found[node.name] |= {each for part in node.body for each in defined(part)}
        found[module] |= {each for node in tree.body for each in defined(node)}
    return found


def defined(node: ast.stmt) -> set[str]:
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return {node.name}
    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
    return {
        each.id for target in targets if target for each in ast.walk(target) if isinstance(each, ast.Name)
    }


@cache
def bases() -> dict[str, set[str]]:
    """Class -> the classes that it is made of."""
    return {
        node.name: {base.id for base in node.bases if isinstance(base, ast.Name)}
        for path in (*(ROOT / "crawler").rglob("*.py"), *(ROOT / "db").rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef)
    }


@cache
def tables() -> dict[str, set[str]]:
    described = yaml.safe_load((ROOT / "crawler/review/datasette.yaml").read_text(encoding="utf-8"))
    return {
        name: set(table["columns"]) for name, table in described["databases"]["articles"]["tables"].items()
    }


def offered(name: str) -> set[str]:
    """What may stand behind a dot: of a module, a class with its bases, a table."""
    inherited = (offered(base) for base in bases().get(name, ()))
    return places().get(name, set()).union(tables().get(name, ()), *inherited)


def is_there(name: str) -> bool:
    parts = name.split(".")
    return all(later in offered(one) for one, later in pairwise(parts))


@pytest.mark.parametrize("page", PAGES)
def test_every_dotted_name_of_a_page_is_there(page):
    text = re.sub(r"```.*?```", "", (ROOT / page).read_text(encoding="utf-8"), flags=re.DOTALL)
    named = {name for name in DOTTED.findall(text) if name.rpartition(".")[2] not in ENDS}

    assert sorted(name for name in named if not is_there(name)) == []


def test_a_name_that_is_not_there_is_noticed():
    assert is_there("crawler.ingest.reading.read_page") and is_there("Store.pending")
    assert not is_there("crawler.ingest.reading.read_pages") and not is_there("Store.nothing")


def glossary() -> dict[str, list[str]]:
    """Words of the glossary -> what they are in the code."""
    page = (ROOT / "docs" / "why.md").read_text(encoding="utf-8")
    rows = [
        row.strip("|").split("|")
        for row in page.partition("# Glossary")[2].splitlines()
        if row.startswith("| ")
    ]
    return {
        f"{word.strip()}: {what.strip()}": re.findall(r"`([^`]+)`", name) for word, what, name in rows[1:]
    }


def test_every_word_of_the_glossary_is_a_name_in_the_code():
    nameless = {word for word, names in glossary().items() if not any(map(is_there, names))}

    assert nameless == set()


def test_the_glossary_has_every_noun_of_the_record():
    nouns = {
        node.name
        for node in ast.parse((ROOT / "db" / "model.py").read_text(encoding="utf-8")).body
        if isinstance(node, ast.ClassDef)
    }

    assert nouns - {name.partition(".")[2] for names in glossary().values() for name in names} == set()
