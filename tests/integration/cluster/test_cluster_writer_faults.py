"""The writer dies at the worst moment, the database goes away, or a second writer comes."""

from __future__ import annotations

import os
import signal

import pytest
from postgres import Postgres
from town import PATIENCE_S, Town

from crawler.cluster.database import make_tables

HOSTS = 4

pytestmark = pytest.mark.skipif(
    not os.environ.get("SPACEREEL_CLUSTER_FAULTS"),
    reason="takes minutes; SPACEREEL_CLUSTER_FAULTS=1 asks for it",
)
#: kills its own process where it first would take appended answers off
KILLED = """
import os, signal
from crawler.cluster.writer_lease import WriterLease
async def end(self, done, sites):
    if sites:
        os.kill(os.getpid(), signal.SIGKILL)
    await real(self, done, sites)
real, WriterLease.end = WriterLease.end, end
"""


def test_a_writer_that_is_killed_between_append_and_delete_appends_nothing_twice(dsn, tmp_path):
    with Town(tmp_path, dsn, HOSTS) as town:
        town.start("one")
        killed = town.start("writer", "run", code=KILLED)
        assert killed.process.wait(PATIENCE_S) == -signal.SIGKILL, town.tell()
        assert town.stored > 0

        again = town.start("writer", "run")
        town.until_stored()

        assert "cluster.redelivered" in again.log
        town.assert_whole()


def test_a_database_that_is_restarted_costs_nothing(tmp_path):
    postgres = Postgres()
    try:
        dsn = postgres.database()
        make_tables(dsn)
        with Town(tmp_path, dsn, HOSTS) as town:
            machines = [town.start("writer", "run"), town.start("one"), town.start("two")]
            town.until_stored(6)

            postgres.stop()
            for each in machines:
                each.wait_for("cluster.away", PATIENCE_S)
            postgres.start()
            town.until_stored()

            town.assert_whole(again=HOSTS)
            assert [each.end() for each in machines] == [0, 0, 0]
    finally:
        postgres.close()


def test_a_second_writer_is_refused_in_one_sentence(dsn, tmp_path):
    with Town(tmp_path, dsn, HOSTS, pages=4) as town:
        town.start("writer", "run").wait_for("daemon.started", PATIENCE_S)

        same = town.start("writer", "run")
        other = town.start("other", "run", config=town.configured("other"))

        assert same.process.wait(PATIENCE_S) == 1
        assert "Traceback" not in same.log
        assert other.process.wait(PATIENCE_S) == 1
        assert "cluster works for another record, which writer writes" in other.log
        assert "Traceback" not in other.log
