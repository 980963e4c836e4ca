"""A backfill as people start it, and what it counted."""

from __future__ import annotations

import json
import subprocess
from collections import Counter
from pathlib import Path

import kit
from click.testing import CliRunner, Result

from crawler.cli import main
from crawler.config import Config


def call(config: Config, *paths: Path) -> Result:
    """`spacereel backfill`, in this process."""
    return CliRunner().invoke(main, ["backfill", "--config", str(config.path), *map(str, paths)])


def start(*command: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [str(each) for each in command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def counted(config: Config) -> Counter[str]:
    """Verdicts of all backfill runs."""
    runs = kit.query(config, "SELECT verdicts FROM runs WHERE mode = 'backfill'")
    return sum((Counter(json.loads(row["verdicts"])) for row in runs), Counter[str]())
