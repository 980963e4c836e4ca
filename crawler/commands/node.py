"""`spacereel node`: one machine of a crawl that several share."""

from __future__ import annotations

import click

from crawler.commands.verbs import reads_config
from crawler.config import Config
from crawler.daemon.node import run_node


@click.command("node")
@click.option("--json-logs", is_flag=True, help="Log lines as JSON objects.")
@reads_config
def command(config: Config, json_logs: bool) -> None:
    """Fetch for a crawl that several machines share.

    It asks hosts that are leased to it in the PostgreSQL of [cluster] dsn, and
    hands over what it read to the machine where `spacereel run` appends. It
    needs the same beats and no record. SIGTERM, Ctrl-C and `spacereel cluster
    drain` end it in order.

    \b
    Example:
      spacereel node --config spacereel.toml
    """
    run_node(config, json_logs=json_logs)
