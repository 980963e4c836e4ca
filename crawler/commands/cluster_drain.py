"""`spacereel cluster drain`: a node ends in order."""

from __future__ import annotations

import click

from crawler.cluster.overview import drain_nodes
from crawler.commands.terminal import safe_line
from crawler.commands.verbs import reads_config
from crawler.config import Config
from crawler.daemon.node import check_cluster
from crawler.errors import ClusterError


@click.command("drain")
@click.argument("node")
@reads_config
def command(config: Config, node: str) -> None:
    """Ask a node to end when it has handed everything over.

    It leases no more hosts, gives back those it has, and its process ends. What
    was waiting there is fetched by the others.

    \b
    Example:
      spacereel cluster drain node-2
    """
    if not drain_nodes(check_cluster(config), [node]):
        raise ClusterError(f"there is no node {safe_line(node)}; `spacereel cluster status` lists them")
    click.echo(f"{safe_line(node)} ends when it has handed over what it has.")
