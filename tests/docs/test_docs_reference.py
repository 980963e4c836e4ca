"""Every command, configuration key and column is documented, and nothing else."""

from __future__ import annotations

import importlib.util
import re
import shutil
import subprocess
import sys
import tomllib
from dataclasses import fields
from pathlib import Path

import pytest

from crawler.cli import main
from crawler.config import SHIPPED_BEAT, Config
from crawler.config.keys import KEYS

ROOT = Path(__file__).resolve().parents[2]
CONFIG_ROW = re.compile(r"^\| `(\w+)` \| (.+?) \| (.+?) \| (.+?) \|$", re.MULTILINE)


@pytest.fixture(scope="module")
def generate():
    """docs/generate.py as a module, the modules beside it on the path."""
    sys.path.insert(0, str(ROOT / "docs"))
    spec = importlib.util.spec_from_file_location("docs_generate", ROOT / "docs" / "generate.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    "name",
    [
        "reference/commands.md",
        "reference/columns.md",
        "reference/spacereel.1",
        "reference/licences.md",
        "reference/verdicts.md",
        "architecture.md",
    ],
)
def test_the_generated_pages_are_up_to_date(generate, name):
    written = (ROOT / "docs" / name).read_text(encoding="utf-8")

    assert written == generate.PAGES[name](), "run `make docs`"


@pytest.mark.skipif(not shutil.which("groff"), reason="groff is not installed")
def test_the_manual_page_is_one_that_groff_understands():
    done = subprocess.run(
        ["groff", "-Kutf8", "-man", "-Tutf8", "-ww", ROOT / "docs/reference/spacereel.1"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.stderr == ""
    shown = re.sub(r".\x08", "", done.stdout)  # bold is struck twice
    assert "spacereel backup" in shown and "ENVIRONMENT" in shown


def test_the_readme_names_every_verb(readme):
    table = readme.split("## Commands")[1].split("## ")[0]

    assert [name for name in main.verbs if f"`{name}" not in table] == []


def test_every_column_of_an_empty_record_is_explained(generate, store):
    described = generate.described_tables()
    for _, table, columns in generate.tables_of(store.path):
        about = described.get(table, {})
        assert about.get("description"), f"{table} has no description"
        missing = [column for column in columns if not about.get("columns", {}).get(column)]
        assert not missing, f"{table}: {missing} have no description"


def test_no_column_is_explained_that_does_not_exist(generate, store):
    there = {table: set(columns) for _, table, columns in generate.tables_of(store.path)}
    for table, about in generate.described_tables().items():
        assert table in there, f"{table} does not exist"
        assert set(about.get("columns", {})) <= there[table], table


def settable_keys():
    """Every key as `section.key`, in the order of `Config`."""
    return tuple(
        f"{part.name}.{key}" for part in fields(Config) if part.name in KEYS for key in KEYS[part.name]
    )


def test_every_field_of_a_section_has_its_key():
    """A field without one could not be set, and nobody would notice."""
    for part in fields(Config):
        if part.name in KEYS:
            kept = {each.name for each in fields(getattr(Config(), part.name))}
            assert kept == {attribute for attribute, _ in KEYS[part.name].values()}, part.name


def documented_keys():
    """section.key -> (default as written, unit, sentence)."""
    found = {}
    for part in (ROOT / "docs/reference/config.md").read_text(encoding="utf-8").split("\n## ")[1:]:
        section = re.match(r"`\[(\w+)\]`", part)
        for row in CONFIG_ROW.finditer(part) if section else ():
            found[f"{section[1]}.{row[1]}"] = (row[2], row[3], row[4])
    return found


def test_every_configuration_key_is_documented_in_order():
    assert tuple(documented_keys()) == settable_keys()


@pytest.mark.parametrize("key", settable_keys())
def test_a_documented_default_is_the_true_one(key):
    default, unit, sentence = documented_keys()[key]
    section, name = key.split(".")
    attribute, read = KEYS[section][name]

    true = getattr(getattr(Config(), section), attribute)
    assert unit and sentence.endswith(".")
    if default == "none":
        assert true is None
    elif key == "beats.paths":
        assert [(ROOT / each).resolve() for each in toml_value(default)] == [SHIPPED_BEAT.resolve()]
        assert true == (SHIPPED_BEAT,)
    else:
        assert read(toml_value(default)) == true


def toml_value(written):
    """The value of a default as the table shows it, between backquotes."""
    return tomllib.loads(f"value = {written.strip('`')}")["value"]
