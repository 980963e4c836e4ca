"""The outbox is full, bodies are lost on the way, machines have different rules: it costs time, and nothing else."""

from __future__ import annotations

import os
import signal

import kit
import psycopg
import pytest
from daemons import until
from town import PATIENCE_S, Town, leases_of

HOSTS = 4

pytestmark = pytest.mark.skipif(
    not os.environ.get("SPACEREEL_CLUSTER_FAULTS"),
    reason="takes minutes; SPACEREEL_CLUSTER_FAULTS=1 asks for it",
)
#: another version of the extractor
OLDER = "from crawler.cluster import rules\nrules.EXTRACTOR = 'older'\n"


def waiting(dsn: str) -> tuple[int, int]:
    """Answers in the outbox, and errands."""
    with psycopg.connect(dsn) as conn:
        return tuple(
            conn.execute(f"SELECT count(*) FROM spacereel.{table}").fetchone()[0]
            for table in ("outbox", "errands")
        )


def test_with_a_full_outbox_nodes_take_no_hosts_and_go_on_when_there_is_room(dsn, tmp_path):
    # a lease brings twenty errands of a host: what was leased before is done, and handed over
    bound, leased = 10, 20 * HOSTS
    with Town(tmp_path, dsn, HOSTS, pages=36 * HOSTS) as town:
        writer = town.start("writer", "run")
        nodes = [town.start(name, config=town.configured(name, outbox=bound)) for name in ("one", "two")]
        until(lambda: waiting(dsn)[1] > leased, PATIENCE_S, lambda: (waiting(dsn), town.tell()))
        writer.end(signal.SIGKILL)
        until(lambda: waiting(dsn)[0] >= bound, PATIENCE_S, town.tell)
        until(lambda: not leases_of(dsn, "one") + leases_of(dsn, "two"), PATIENCE_S, town.tell)

        full, left = waiting(dsn)
        assert bound <= full <= bound + leased + HOSTS
        assert left > 0
        town.start("writer", "run")
        town.until_stored()

        town.assert_whole()
        assert [each.end() for each in nodes] == [0, 0]


def test_pages_whose_bodies_are_lost_are_asked_for_again(dsn, tmp_path):
    with Town(tmp_path, dsn, HOSTS) as town:
        writer, node = town.start("writer", "run"), town.start("one")
        until(lambda: waiting(dsn)[1] >= 20, PATIENCE_S, town.tell)
        writer.end(signal.SIGKILL)
        until(lambda: answers(dsn) >= 8, PATIENCE_S, town.tell)
        node.end()
        lost = answers(dsn)
        for path in (tmp_path / "bodies").glob("*.warc.gz"):
            path.unlink()

        again = town.start("writer", "run")
        town.start("two")
        town.until_stored()

        assert again.log.count("cluster.body_missing") == lost > 0
        town.assert_whole(again=lost + HOSTS)  # and what a crowded machine had under way when it was stopped
        rows = kit.query(
            town.writer,
            "SELECT count(*) AS n FROM visits WHERE verdict = 'deferred' AND reason LIKE '%lost on the way%'",
        )
        assert rows == [{"n": lost}]


def answers(dsn: str) -> int:
    with psycopg.connect(dsn) as conn:
        return conn.execute("SELECT count(*) FROM spacereel.outbox WHERE file IS NOT NULL").fetchone()[0]


def test_during_a_rolling_upgrade_the_rules_of_the_writer_hold_for_every_page(dsn, tmp_path):
    with Town(tmp_path, dsn, HOSTS, pages=64) as town:
        blind = town.configured("one")
        beat = tmp_path / "one/beat.toml"
        told = beat.read_text(encoding="utf-8")
        beat.write_text(
            told.replace("relevant = 3.5\nmention = 2.2", "relevant = 93.5\nmention = 92.2"), encoding="utf-8"
        )
        assert beat.read_text(encoding="utf-8") != told
        town.start("writer", "run")
        seen = set()
        for name, told in (("one", {"config": blind}), ("two", {"code": OLDER})):
            before = sum(town.asked.values())
            node = town.start(name, **told)
            # by what is asked: a busy writer may still append what the node before has brought
            until(lambda goal=before + 8: sum(town.asked.values()) >= goal, PATIENCE_S, town.tell)
            seen.add(rules(dsn)[name])
            # 1 where a crowded machine takes longer than a stop may; then what is under way is asked for again
            assert node.end() in (0, 1)
        newer = [town.start(name, config=town.configured(name)) for name in ("one", "two")]
        until(lambda: len(rules(dsn)) == 3, PATIENCE_S, town.tell)
        town.until_stored()

        town.assert_whole(again=2 * HOSTS)
        assert len(seen | set(rules(dsn).values())) == 3
        assert len(set(rules(dsn).values())) == 1
        assert [each.end() for each in newer] == [0, 0]


def rules(dsn: str) -> dict[str, str]:
    with psycopg.connect(dsn) as conn:
        return dict(
            conn.execute(
                "SELECT name, rules FROM spacereel.nodes UNION SELECT name, rules FROM spacereel.writer"
            ).fetchall()
        )
