"""Hosts are leased by PostgreSQL's clock: to one node at a time, with the pace that the last one left."""

from __future__ import annotations

import asyncio
from typing import Any

import psycopg
import pytest

from crawler.cluster import leases
from crawler.cluster.database import Database, make_tables
from crawler.cluster.leases import HostLease, HostRest
from crawler.cluster.schema import SCHEMA_FORM
from crawler.errors import ClusterError


def ask(dsn: str, work: Any) -> Any:
    """What *work* returns for a connection of its own."""

    async def run() -> Any:
        database = Database(dsn)
        try:
            return await database.attempt(work)
        finally:
            await database.close()

    return asyncio.run(run())


def offer(dsn: str, *hosts: str, not_before: str = "now()") -> None:
    """Hosts with an errand each."""
    with psycopg.connect(dsn) as conn:
        conn.execute("SET search_path TO spacereel")
        for host in hosts:
            conn.execute(
                f"INSERT INTO hosts (host, next_at, not_before) VALUES (%s, {not_before}, {not_before})",
                (host,),
            )
            conn.execute(
                "INSERT INTO errands (kind, key, host, rank, form, fields) VALUES ('visit', %s, %s, 1, 1, '')",
                (f"http://{host}/a", host),
            )


def claimed(dsn: str, node: str, most: int = 10, lease_s: float = 60.0) -> dict[str, leases.Granted]:
    found = ask(dsn, lambda conn: leases.take_hosts(conn, node, lease_s, most))
    return {each.lease.host: each for each in found}


def rest(lease: HostLease, rest_s: float = 0.0, gap_s: float = 0.0) -> HostRest:
    return HostRest(host=lease.host, fence=lease.fence, rest_s=rest_s, gap_s=gap_s)


def test_a_host_is_leased_to_one_node(dsn):
    offer(dsn, "a", "b", "c")

    first, second = claimed(dsn, "one", most=2), claimed(dsn, "two")

    assert len(first) == 2
    assert set(first) | set(second) == {"a", "b", "c"}
    assert not set(first) & set(second)
    assert claimed(dsn, "three") == {}


def test_many_nodes_that_claim_at_once_share_nothing(dsn):
    offer(dsn, *(f"host-{number}" for number in range(60)))

    async def all_of_them() -> list[list[str]]:
        async def one(number: int) -> list[str]:
            database, mine = Database(dsn), []
            for _ in range(10):
                granted = await database.run(lambda conn: leases.take_hosts(conn, f"node-{number}", 60.0, 3))
                mine += [each.lease.host for each in granted]
            await database.close()
            return mine

        return await asyncio.gather(*(one(number) for number in range(6)))

    found = [host for mine in asyncio.run(all_of_them()) for host in mine]

    assert len(found) == len(set(found)) == 60


def test_a_lease_that_ran_out_is_taken_over_and_cannot_be_renewed(dsn):
    offer(dsn, "a")
    lost = claimed(dsn, "one", lease_s=0.0)["a"].lease

    taken = claimed(dsn, "two")["a"].lease

    assert taken.fence == lost.fence + 1
    assert ask(dsn, lambda conn: leases.renew_hosts(conn, "one", 60.0, [rest(lost)])) == []
    ask(dsn, lambda conn: leases.release_hosts(conn, "one", [rest(lost)]))
    assert claimed(dsn, "three") == {}


def test_a_lease_that_nobody_took_over_can_be_renewed_late(dsn):
    offer(dsn, "a")
    lapsed = claimed(dsn, "one", lease_s=0.0)["a"].lease

    (kept,) = ask(dsn, lambda conn: leases.renew_hosts(conn, "one", 60.0, [rest(lapsed)]))

    assert kept.fence == lapsed.fence
    assert kept.until > lapsed.until
    assert claimed(dsn, "two") == {}


def test_after_a_lease_that_ran_out_the_gap_of_the_host_passes_as_well(dsn):
    offer(dsn, "a")
    lease = claimed(dsn, "one")["a"].lease

    ask(dsn, lambda conn: leases.renew_hosts(conn, "one", 0.0, [rest(lease, gap_s=30.0)]))

    assert claimed(dsn, "two") == {}
    assert ask(dsn, lambda conn: leases.take_host(conn, "two", 60.0, "a")) is None


def test_a_host_travels_with_its_rest(dsn):
    offer(dsn, "a")
    lease = claimed(dsn, "one")["a"].lease

    ask(dsn, lambda conn: leases.release_hosts(conn, "one", [rest(lease, rest_s=100.0, gap_s=2.0)]))

    assert claimed(dsn, "two") == {}
    moved = ask(dsn, lambda conn: leases.take_host(conn, "two", 60.0, "a"))
    assert 95 < moved.rest_s <= 100


def test_a_host_that_a_redirect_leads_to_is_made_and_has_one_owner(dsn):
    found = ask(dsn, lambda conn: leases.take_host(conn, "one", 60.0, "elsewhere"))

    assert found.lease.fence == 1
    assert ask(dsn, lambda conn: leases.take_host(conn, "two", 60.0, "elsewhere")) is None


def test_a_host_without_errands_is_not_claimed_again(dsn):
    offer(dsn, "a")
    lease = claimed(dsn, "one")["a"].lease
    with psycopg.connect(dsn) as conn:
        conn.execute("DELETE FROM spacereel.errands")

    ask(dsn, lambda conn: leases.release_hosts(conn, "one", [rest(lease)]))

    assert claimed(dsn, "two") == {}


def test_tables_are_made_once_and_newer_ones_are_left_alone(postgres):
    dsn = postgres.database()
    with pytest.raises(ClusterError, match="has no tables yet; `spacereel cluster init` makes them"):
        ask(dsn, lambda conn: conn.execute("SELECT 1"))

    assert make_tables(dsn) == (0, SCHEMA_FORM)
    assert make_tables(dsn) == (SCHEMA_FORM, SCHEMA_FORM)

    with psycopg.connect(dsn) as conn:
        conn.execute("UPDATE spacereel.form SET form = 99")
    with pytest.raises(ClusterError, match="of version 99, and this Spacereel knows"):
        make_tables(dsn)
    with pytest.raises(ClusterError, match="of version 99"):
        ask(dsn, lambda conn: conn.execute("SELECT 1"))
