"""`spacereel cluster stop`: every node ends in order."""

from __future__ import annotations

import click

from crawler.cluster.overview import drain_nodes
from crawler.commands.verbs import reads_config
from crawler.config import Config
from crawler.daemon.node import check_cluster
from crawler.units import many


@click.command("stop")
@reads_config
def command(config: Config) -> None:
    """Ask every node to end when it has handed everything over.

    `spacereel run` goes on, appends what they handed over, and is stopped as ever.

    \b
    Example:
      spacereel cluster stop
    """
    asked = drain_nodes(check_cluster(config), None)
    click.echo(f"{many(len(asked), 'node')} end{'s' if len(asked) == 1 else ''} when all is handed over.")
