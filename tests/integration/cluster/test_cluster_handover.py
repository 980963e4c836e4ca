"""What the writer makes of an answer whose bytes are lost or that others read by other rules, and what a node does when nobody takes them off."""

from __future__ import annotations

import asyncio
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime

import kit
import press
import psycopg
import pytest
from handed_over import answered, put, written
from machines import clustered

from crawler.catalogue import configured_beats
from crawler.cluster import leasing
from crawler.cluster.database import Database
from crawler.cluster.form import Delivery, errand_fields
from crawler.cluster.leasing import HostLeasing
from crawler.cluster.node import NodeCrawl
from crawler.errors import ClusterError
from crawler.frontier.errands import Visit
from crawler.ingest.pool import ReadingPool
from db.model import Candidate
from db.store import Store
from db.watched import FrontierEntry

NOW = datetime(2026, 11, 30, tzinfo=UTC)
URL = "http://wire.example/film"


def read_otherwise(config) -> Delivery:
    """A page of a node, its title as the node read it."""
    delivery = answered(config, URL, NOW)
    article = replace(delivery.capture.article, title="As a node read it")
    return replace(delivery, capture=replace(delivery.capture, article=article))


def test_what_a_node_read_by_our_rules_is_believed_and_what_was_read_by_others_is_read_again(dsn, tmp_path):
    titles = {}
    for name in ("ours", "others"):
        config = clustered(tmp_path, [kit.source("http://wire.example/rss")], dsn, name)
        with psycopg.connect(dsn) as conn:
            conn.execute("DELETE FROM spacereel.writer")
        put(config, [read_otherwise(config)], "" if name == "ours" else "older")
        written(config)
        titles[name] = [row["title"] for row in kit.query(config, "SELECT title FROM articles")]

    assert titles == {"ours": ["As a node read it"], "others": [press.title_of("29")]}


def test_a_page_whose_bytes_are_lost_is_to_be_asked_for_again(dsn, tmp_path):
    config = clustered(tmp_path, [kit.source("http://wire.example/rss")], dsn)
    delivery = answered(config, URL, NOW)
    put(config, [delivery])
    with closing(Store.open(config.store.path, config.store.archive)) as store:
        store.enqueue([delivery.entry.candidate], NOW)
    (config.cluster.bodies / delivery.place.file).unlink()

    written(config)

    verdict, reason = kit.verdict_of(config, URL)
    assert verdict == "deferred" and "Its bytes were lost on the way" in reason
    assert kit.count(config, "articles") == 0
    assert [row["url"] for row in kit.query(config, "SELECT url FROM frontier")] == [URL]


def rounds(dsn, config, *between) -> list[list[str]]:
    """The hosts that a node has after one look for work, and after another one behind each step of *between*."""

    async def work() -> list[list[str]]:
        database, pool = Database(dsn), ReadingPool(1)
        crawl = NodeCrawl(config, configured_beats(config), pool, database, asyncio.get_running_loop().time())
        ours, held = HostLeasing(crawl, database), []
        try:
            await ours.join()
            for number, step in enumerate((None, *between)):
                if step is not None:
                    step(crawl)
                await ours._round(100.0 * number)
                held.append(list(crawl.hosts.leases))
        finally:
            await database.close()
            pool.close()
        return held

    return asyncio.run(work())


def executed(dsn, sql: str, *rows: tuple) -> None:
    with psycopg.connect(dsn) as conn:
        conn.execute("SET search_path TO spacereel")
        conn.cursor().executemany(sql, rows)


def test_with_a_full_outbox_a_node_takes_no_host_and_with_room_it_does(dsn, tmp_path):
    config = clustered(tmp_path, [kit.source("http://wire.example/rss")], dsn, "one", outbox=2)
    executed(dsn, "INSERT INTO hosts (host, next_at) VALUES ('wire.example', now())", ())
    full = "INSERT INTO outbox (node, kind, key, form, rules, fields) VALUES ('two', 'note', %s, 1, 'r', '')"
    executed(dsn, full, ("a",), ("b",))

    held = rounds(dsn, config, lambda crawl: executed(dsn, "DELETE FROM outbox WHERE key = %s", ("a",)))

    assert held == [[], ["wire.example"]]


def test_a_host_that_rests_for_long_is_given_back_with_its_rest(dsn, tmp_path):
    config = clustered(tmp_path, [kit.source("http://wire.example/rss")], dsn, "one")
    candidate = Candidate(url=URL, source="paper", found_on=URL, found_at=NOW, key=URL)
    visit = Visit(entry=FrontierEntry(candidate=candidate, purpose="new", not_before_at=NOW))
    executed(dsn, "INSERT INTO hosts (host, next_at) VALUES ('wire.example', now())", ())
    offered = "INSERT INTO errands (kind, key, host, rank, form, fields) VALUES ('visit', %s, 'wire.example', 1, 1, %s)"
    executed(dsn, offered, (URL, errand_fields(visit)))

    def refuse(crawl) -> None:
        tick = asyncio.get_running_loop().time()
        crawl.hosts.refuse("wire.example", 503, 3600.0, NOW, tick)
        crawl.hosts._wanted_at["wire.example"] -= 60

    held = rounds(dsn, config, lambda crawl: None, refuse)

    assert held == [["wire.example"], ["wire.example"], []]
    with psycopg.connect(dsn) as conn:
        sql = "SELECT node, next_at > now() + interval '59 minutes' FROM spacereel.hosts"
        assert conn.execute(sql).fetchall() == [(None, True)]


def test_two_nodes_have_two_names_and_one_that_died_makes_room(dsn, tmp_path, monkeypatch):
    config = clustered(tmp_path, [kit.source("http://wire.example/rss")], dsn, "one")
    monkeypatch.setattr(leasing, "BEAT_S", 0.01)
    monkeypatch.setattr(leasing, "_SILENT_S", 0.1)
    executed(
        dsn,
        "INSERT INTO nodes (name, program, rules, seen_at) VALUES ('one', '', '', now() + interval '1 h')",
        (),
    )

    with pytest.raises(ClusterError, match="a node one is at work already; give this one a name"):
        rounds(dsn, config)

    executed(dsn, "UPDATE nodes SET seen_at = now()", ())
    assert rounds(dsn, config) == [[]]
