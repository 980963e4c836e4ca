"""`spacereel run`: the daemon of `scheduler.py`."""

from __future__ import annotations

import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import click

from crawler.commands.verbs import reads_config
from crawler.config import Config

#: ours, beside the package `crawler`
SCHEDULER = Path(__file__).parents[2] / "scheduler.py"


@click.command("run")
@click.option("--json-logs", is_flag=True, help="Log lines as JSON objects.")
@reads_config
def command(config: Config, json_logs: bool) -> None:
    """Watch the beats until SIGTERM or Ctrl-C.

    \b
    Example:
      spacereel run --config spacereel.toml
    """
    sys.exit(own_scheduler().run_daemon(config, json_logs=json_logs))


def own_scheduler() -> ModuleType:
    """Our `scheduler.py`, by its place: other programs and folders are called `scheduler`, too."""
    spec = spec_from_file_location("spacereel_scheduler", SCHEDULER)
    assert spec and spec.loader
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
