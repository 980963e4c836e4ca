"""The tutorial on beats is run: its files written, its commands called one after the other, their output compared."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from crawler.config import SHIPPED_BEAT

PAGE = Path(__file__).parents[2] / "docs" / "tutorial-beat.md"
#: a file with its name before it, or a command with its output
BLOCK = re.compile(
    r"^(?:`(?P<file>[\w.-]+)`:\n\n```text\n(?P<text>.*?)\n```|```console\n(?P<console>.*?)\n```)$",
    re.MULTILINE | re.DOTALL,
)
#: what a machine takes is its own affair
COST = re.compile(r"\d+\.\d+ ms")


def test_the_tutorial_does_what_it_shows(tmp_path):
    ran = 0
    for block in BLOCK.finditer(PAGE.read_text(encoding="utf-8")):
        if block["file"]:
            (tmp_path / block["file"]).write_text(block["text"] + "\n", encoding="utf-8")
            continue
        command, shown = split_console(block["console"])
        assert COST.sub("N ms", output_of(command, tmp_path)) == COST.sub("N ms", shown), command
        ran += 1

    assert ran >= 6


def split_console(block: str) -> tuple[str, str]:
    """A command, which goes on behind a backslash, and what is shown below it."""
    lines = block.removeprefix("$ ").split("\n")
    end = next(at for at, line in enumerate(lines) if not line.endswith("\\")) + 1
    return "\n".join(lines[:end]), "\n".join(lines[end:])


def output_of(command: str, folder: Path) -> str:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SPACEREEL_")}
    result = subprocess.run(
        command,
        shell=True,
        cwd=folder,
        env={**kept, "PATH": path, "COLUMNS": "110", "HOME": str(folder)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        timeout=120,
    )
    return result.stdout.rstrip("\n")


@pytest.mark.parametrize(
    "path", sorted(SHIPPED_BEAT.parent.glob("*.examples.jsonl")), ids=lambda path: path.name
)
def test_beats_with_examples_are_in_the_tutorial_or_the_first_one(path):
    name = path.name.removesuffix(".examples.jsonl")

    assert name == SHIPPED_BEAT.stem or f"`{name}`" in PAGE.read_text(encoding="utf-8")
