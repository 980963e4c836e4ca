"""Clocks an hour apart, and hosts that move between nodes while they rest: each is asked as it asked to be."""

from __future__ import annotations

import os
import shutil
import signal
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import kit
import pytest
from daemons import until
from town import DELAY_S, PATIENCE_S, Town, leases_of
from wrong_clock import WrongClock

HOSTS = 4

pytestmark = pytest.mark.skipif(
    not os.environ.get("SPACEREEL_CLUSTER_FAULTS"),
    reason="takes minutes; SPACEREEL_CLUSTER_FAULTS=1 asks for it",
)


@pytest.mark.skipif(
    not (shutil.which("cc") or shutil.which("gcc")), reason="needs a C compiler to set clocks"
)
@pytest.mark.parametrize("writer_h", [0, -1])
def test_clocks_that_are_hours_apart_decide_nothing(dsn, tmp_path, writer_h):
    begun = datetime.now(UTC).replace(microsecond=0)
    with Town(tmp_path, dsn, HOSTS) as town:
        environments = {}
        for name, hours in (("writer", writer_h), ("one", 1), ("two", -1)):
            (tmp_path / name).mkdir(exist_ok=True)
            clock = WrongClock(tmp_path / name)
            clock.set_ahead(hours * 3600)
            environments[name] = clock.environment
        town.start("writer", "run", environment=environments["writer"])
        nodes = [town.start(name, environment=environments[name]) for name in ("one", "two")]
        town.until_stored(6)
        nodes[0].end(signal.SIGKILL)
        town.until_stored()

        town.assert_whole(again=HOSTS)
        of_the_writer = timedelta(hours=writer_h)
        for row in kit.query(town.writer, "SELECT started_at FROM visits"):
            at = datetime.fromisoformat(row["started_at"]) - of_the_writer
            # it is measured half an answer of the database wide, and rounded to seconds
            assert begun - timedelta(seconds=5) <= at <= datetime.now(UTC) + timedelta(seconds=5)


@pytest.mark.parametrize(("end", "rest_s"), [(signal.SIGTERM, 12), (signal.SIGKILL, 40)])
def test_a_host_that_moves_within_its_retry_after_is_left_alone_for_the_rest(dsn, tmp_path, end, rest_s):
    with Town(tmp_path, dsn, HOSTS) as town:
        refused = []

        def refuse(asked):
            if (
                asked.host != town.newsroom.host(0)
                or asked.path == "/robots.txt"
                or refused
                or not kit.count(town.writer, "articles")
            ):
                return ""
            refused.append(asked)
            return f"/status/503/retry-after/{rest_s}"

        town.newsroom.trouble = refuse
        town.start("writer", "run")
        first = town.start("one")
        until(lambda: refused and is_resting(dsn), PATIENCE_S, town.tell)
        first.end(end)
        town.start("two")
        until(lambda: leases_of(dsn, "two") > 0, PATIENCE_S, town.tell)
        town.until_stored()

        town.assert_whole(again=HOSTS + 1)
        times = [each.at for each in town.newsroom.asked("/", number=0)]
        rested = min(at for at in times if at > refused[0].at) - refused[0].at
        assert rested >= rest_s, (rested, town.tell())


def is_resting(dsn: str) -> bool:
    """Whether the database knows that a host rests: what it says is kept before anything else is asked of it."""
    import psycopg

    with psycopg.connect(dsn) as conn:
        return bool(
            conn.execute(
                "SELECT count(*) FROM spacereel.hosts WHERE not_before > now() + interval '5 s'"
            ).fetchone()[0]
        )


def test_a_host_that_moves_is_asked_at_its_crawl_delay(dsn, tmp_path):
    delay_s = 2
    with Town(tmp_path, dsn, HOSTS) as town:
        town.newsroom.robots[town.newsroom.host(0)] = f"User-agent: *\nCrawl-delay: {delay_s}\n"
        town.start("writer", "run")
        first = town.start("one")
        # a reader that is started while its node ends says so with a traceback of Python's own
        until(lambda: kit.count(town.writer, "articles"), PATIENCE_S, town.tell)
        first.end(signal.SIGTERM)
        town.start("two")
        town.until_stored()

        town.assert_whole(again=HOSTS)
        times = [each.at for each in town.newsroom.log if each.host == town.newsroom.host(0)]
        read_at = next(
            each.at
            for each in town.newsroom.log
            if each.path == "/robots.txt" and each.host == town.newsroom.host(0)
        )
        gaps = [later - earlier for earlier, later in pairwise(at for at in times if at >= read_at)]
        assert min(gaps) > delay_s > DELAY_S
