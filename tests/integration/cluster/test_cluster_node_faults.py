"""Nodes die, stall or have no room on their disk: nothing is lost or there twice, and no host is asked twice at once."""

from __future__ import annotations

import os
import resource
import signal

import psycopg
import pytest
from daemons import until
from town import PATIENCE_S, Town, leases_of

#: hosts of a town, and so the pages that may be asked for again when a node goes
HOSTS = 4

pytestmark = pytest.mark.skipif(
    not os.environ.get("SPACEREEL_CLUSTER_FAULTS"),
    reason="takes minutes; SPACEREEL_CLUSTER_FAULTS=1 asks for it",
)


def test_a_node_that_is_killed_loses_and_doubles_nothing(dsn, tmp_path):
    with Town(tmp_path, dsn, HOSTS) as town:
        town.start("writer", "run")
        nodes = [town.start(name) for name in ("one", "two")]
        town.until_stored(6)

        nodes[0].end(signal.SIGKILL)
        town.until_stored()

        town.assert_whole(again=HOSTS)


def test_a_node_that_stalls_past_its_leases_asks_nobody_elses_hosts(dsn, tmp_path):
    with Town(tmp_path, dsn, HOSTS) as town:
        town.start("writer", "run")
        stalled = town.start("one")
        town.until_stored(6)

        stalled.send(signal.SIGSTOP)
        town.start("two")
        town.until_stored()
        stalled.send(signal.SIGCONT)
        until(lambda: "node.leases_lost" in stalled.log or leases_of(dsn, "one") == 0, PATIENCE_S, town.tell)

        town.assert_whole(again=HOSTS)
        assert stalled.end() == 0


def test_a_node_whose_disk_is_full_gives_its_hosts_to_others(dsn, tmp_path):
    with Town(tmp_path, dsn, HOSTS) as town:
        town.start("writer", "run")
        full = town.start("one")
        town.until_stored(6)

        resource.prlimit(full.process.pid, resource.RLIMIT_FSIZE, (10, resource.RLIM_INFINITY))
        until(lambda: notes(dsn), PATIENCE_S, town.tell)
        town.start("two")
        town.until_stored()
        resource.prlimit(
            full.process.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
        )

        town.assert_whole(again=2 * HOSTS)
        assert full.end() == 0


def notes(dsn: str) -> list[str]:
    with psycopg.connect(dsn) as conn:
        rows = conn.execute("SELECT note FROM spacereel.nodes WHERE note <> ''").fetchall()
    assert all("File too large" in row[0] for row in rows)
    return [row[0] for row in rows]
