"""`spacereel cluster status`: nodes, leases, and what waits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import click

from crawler.cluster.overview import SILENT_S, ClusterOverview, NodeRow, cluster_overview
from crawler.commands.terminal import as_json, duration, safe_line, text_table
from crawler.commands.verbs import reads_config
from crawler.config import Config
from crawler.daemon.node import check_cluster
from crawler.units import many
from db.model import iso


@click.command("status")
@click.option("--json", "is_json", is_flag=True, help="The same as JSON.")
@reads_config
def command(config: Config, is_json: bool) -> None:
    """Show nodes, leases, and what waits for whom.

    Rules that differ say that a machine has other beats or another version:
    what it read is read again by the writer.

    \b
    Example:
      spacereel cluster status
    """
    seen = cluster_overview(check_cluster(config))
    click.echo(as_json(_row(seen)) if is_json else "\n".join(_lines(seen)))


def _row(seen: ClusterOverview) -> dict[str, Any]:
    row = asdict(seen)
    row["nodes"] = [{**each, "started_at": iso(each["started_at"])} for each in row["nodes"]]
    writer = seen.writer
    row["writer"] = {"name": writer[0], "rules": writer[1], "holds_s": writer[2]} if writer else None
    return row


def _lines(seen: ClusterOverview) -> Iterator[str]:
    yield f"Writer   {_writer(seen)}"
    yield (
        f"Queue    {many(seen.polls, 'poll')}, {many(seen.visits, 'page')}, {many(seen.asks, 'further address', 'further addresses')};"
        f" {many(seen.due_hosts, 'host')} to be claimed"
    )
    lag = f", the oldest for {duration(seen.lag_s)}" if seen.outbox else ""
    yield f"Outbox   {many(seen.outbox, 'answer')}{lag}, {seen.outbox_bytes / 1e6:.1f} MB"
    if not seen.nodes:
        yield "Nodes    none; `spacereel node` starts one"
        return
    rows = [
        (each.name, each.program, each.rules[:8], _state(each), each.hosts, each.lapsed, safe_line(each.note))
        for each in seen.nodes
    ]
    yield ""
    yield text_table(("node", "version", "rules", "state", "hosts", "lapsed", "trouble"), rows, flexible=6)


def _writer(seen: ClusterOverview) -> str:
    if seen.writer is None:
        return "none yet; `spacereel run` starts it"
    name, rules, holds_s = seen.writer
    since = "writes" if holds_s > 0 else f"has been silent for {duration(-holds_s)} beyond its time"
    return f"{safe_line(name)} {since}; rules {rules[:8]}"


def _state(node: NodeRow) -> str:
    if node.silent_s > SILENT_S:
        return f"silent for {duration(node.silent_s)}"
    return "draining" if node.is_draining else "fetches"
