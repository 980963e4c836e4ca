"""PostgreSQL is killed, or the line to it is cut, silent, slow or loses what was committed: nothing is lost or there twice, and no host is asked twice at once."""

from __future__ import annotations

import os
import signal

import pytest
from bad_line import BadLine
from daemons import until
from postgres import Postgres
from town import PATIENCE_S, Town, leases_of, through

from crawler.cluster.database import make_tables

HOSTS = 4

pytestmark = pytest.mark.skipif(
    not os.environ.get("SPACEREEL_CLUSTER_FAULTS"),
    reason="takes minutes; SPACEREEL_CLUSTER_FAULTS=1 asks for it",
)


def test_a_database_that_is_killed_costs_nothing(tmp_path):
    postgres = Postgres()
    try:
        dsn = postgres.database()
        make_tables(dsn)
        with Town(tmp_path, dsn, HOSTS) as town:
            machines = [town.start("writer", "run"), town.start("one"), town.start("two")]
            town.until_stored(6)

            postgres.kill()
            for each in machines:
                each.wait_for("cluster.away", PATIENCE_S)
            postgres.start()
            town.until_stored()

            town.assert_whole(again=HOSTS)
            assert [each.end() for each in machines] == [0, 0, 0]
    finally:
        postgres.close()


@pytest.mark.parametrize("fault", ["cut", "silent", "false"])
def test_a_node_whose_line_fails_past_its_leases_loses_its_hosts_and_nothing_else(
    dsn, postgres, tmp_path, fault
):
    with Town(tmp_path, dsn, HOSTS) as town, BadLine(postgres.port) as line:
        town.start("writer", "run")
        far = town.start("one", config=town.configured("one", dsn=through(line, dsn)))
        town.until_stored(6)

        line.become(fault)
        far.wait_for("cluster.away", PATIENCE_S)
        town.start("two")
        until(lambda: leases_of(dsn, "two") > 0, PATIENCE_S, town.tell)
        town.until_stored()
        line.become("good")
        far.wait_for("cluster.back", PATIENCE_S)

        town.assert_whole(again=HOSTS)
        assert far.end() == 0


@pytest.mark.parametrize("fault", ["cut", "silent", "false"])
def test_a_writer_whose_line_fails_appends_nothing_twice(dsn, postgres, tmp_path, fault):
    with Town(tmp_path, dsn, HOSTS) as town, BadLine(postgres.port) as line:
        far = town.start("writer", "run", config=town.configured("writer", dsn=through(line, dsn)))
        town.start("one")
        town.until_stored(6)

        line.become(fault)
        far.wait_for("cluster.away", PATIENCE_S)
        line.become("good")
        town.until_stored()

        town.assert_whole()
        assert far.end() == 0


def test_a_slow_line_makes_a_crawl_slow_and_nothing_else(dsn, postgres, tmp_path):
    with Town(tmp_path, dsn, HOSTS, pages=16) as town, BadLine(postgres.port, slow_s=0.2) as line:
        line.become("slow")
        town.start("writer", "run", config=town.configured("writer", dsn=through(line, dsn)))
        nodes = [
            town.start(name, config=town.configured(name, dsn=through(line, dsn))) for name in ("one", "two")
        ]
        town.until_stored()

        town.assert_whole()
        assert [each.end(signal.SIGTERM) for each in nodes] == [0, 0]
