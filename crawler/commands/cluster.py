"""`spacereel cluster`: what several machines share; one module per verb below it."""

from __future__ import annotations

import click

from crawler.commands.verbs import Verbs

VERBS = {
    "init": "Make the tables in PostgreSQL, or bring them up to date.",
    "status": "Show nodes, leases, and what waits for whom.",
    "drain": "Ask a node to end when it has handed everything over.",
    "stop": "Ask every node to end when it has handed everything over.",
}


@click.group("cluster", cls=Verbs, verbs=VERBS)
def command() -> None:
    """Prepare, watch and wind down a crawl on several machines.

    Where `[cluster] dsn` names a PostgreSQL, `spacereel node` fetches on as many
    machines as you like and `spacereel run` appends on one. docs/scale.md says when that is worth it.
    """
