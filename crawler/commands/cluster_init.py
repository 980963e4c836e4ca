"""`spacereel cluster init`: the tables in PostgreSQL."""

from __future__ import annotations

import click

from crawler.cluster.database import make_tables
from crawler.commands.verbs import reads_config
from crawler.config import Config
from crawler.daemon.node import check_cluster


@click.command("init")
@reads_config
def command(config: Config) -> None:
    """Make the tables in PostgreSQL, or bring them up to date.

    They lie in a schema of their own, `spacereel`. Called again it changes nothing.

    \b
    Example:
      spacereel cluster init --config spacereel.toml
    """
    before, now = make_tables(check_cluster(config))
    if before == now:
        click.echo(f"The tables are of version {now} already.")
    else:
        done = "made" if before == 0 else f"brought from version {before} to {now}"
        click.echo(f"The tables were {done}.")
