"""Somebody who can write to the tables of a cluster: it costs what was written, and neither code is run nor the writer ended."""

from __future__ import annotations

import asyncio
import json
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime

import kit
import psycopg
import zstandard
from machines import clustered
from memory import watched

from crawler.catalogue import configured_beats
from crawler.cluster import outbox
from crawler.cluster.database import Database
from crawler.cluster.form import Delivery, packed_form
from crawler.cluster.outbox import oldest_answers
from crawler.daemon.cluster_watch import ClusterWatch
from crawler.frontier.async_store import AsyncStore
from db.model import Candidate, FetchRecord, Outcome
from db.store import Store
from db.watched import FrontierEntry

NOW = datetime(2026, 11, 30, tzinfo=UTC)
URL = "http://wire.example/film"


def put(dsn, *rows):
    """Rows (kind, key, fields, body) into the outbox."""
    with psycopg.connect(dsn) as conn:
        conn.cursor().executemany(
            "INSERT INTO spacereel.outbox (node, kind, key, form, rules, fields, body) VALUES ('evil', %s, %s, 1, 'r', %s, %s)",
            rows,
        )


def answer(**changed):
    """An answer for the page, as it travels, changed before it is packed."""
    record = FetchRecord(
        url=URL, source="paper", purpose="new", started_at=NOW, outcome=Outcome.FAILED, reason=""
    )
    entry = FrontierEntry(
        candidate=Candidate(url=URL, source="paper", found_on=URL, found_at=NOW),
        purpose="new",
        not_before_at=NOW,
    )
    honest = json.loads(zstandard.decompress(packed_form(Delivery(record=record, entry=entry, fault="E"))))
    record_too = changed.pop("record", {})
    told = {**honest, **changed, "record": {**honest["record"], **record_too}}
    return zstandard.compress(json.dumps(told).encode())


def test_whatever_stands_in_the_outbox_costs_itself_only(dsn, tmp_path):
    config = clustered(tmp_path, [kit.source("http://wire.example/rss")], dsn)
    put(
        dsn,
        ("visit", URL, answer(record={"status": 10**30}), None),
        ("visit", URL, answer(record={"elapsed_ms": -(2**63), "received_bytes": 2**63 - 1, "score": 1e308}), None),
        ("visit", URL, answer(record={"url": "\ud800", "reason": "\x00\ud800", "source": "\udfff"}), None),
        ("visit", URL, answer(record={"started_at": "0001-01-01T00:00:00+00:00"}), None),
        ("visit", URL, answer(record={"started_at": "9999-12-31T23:59:59"}), None),
        ("visit", URL, answer(fault=None, problem={"kind": "BadStatus", "message": "\ud800", "url": "", "status": 9**19, "wait_s": 1e300}, wait_s=1e300), None),
        ("visit", "elsewhere", answer(memory=[1] * 5_000_000), None),
        ("visit", URL, zstandard.compress(b" " * 400_000_000), None),
        ("visit", URL, b"\x80\x04cos\nsystem\n", None),
        ("host", "wire.example", answer(), None),
        ("note", URL, answer(), zstandard.compress(bytes(400_000_000))),
        ("poll", "paper", answer(), zstandard.compress(bytes(400_000_000))),
        ("poll", "paper", answer(record={"started_at": "0001-01-01T00:00:00+00:00"}, fault=None), b"noise"),
        ("ask", "paper\nhttp://wire.example/map", b"noise", None),
        ("odd", "odd", answer(), None),
    )  # fmt: skip

    async def work() -> int:
        patient = AsyncStore(store)
        watch = ClusterWatch(config, configured_beats(config), patient, mode="run")
        await watch.start()
        try:
            for _ in range(200):
                rows = await watch._writer._batch()
                if not rows:
                    return 0
                await asyncio.sleep(0.01)
            return rows
        finally:
            await watch.stop(0.0)
            watch.close()
            patient.close()

    with watched() as peak, closing(Store.open(config.store.path, config.store.archive)) as store:
        assert asyncio.run(work()) == 0

    assert peak.mb < 600


def test_a_batch_is_bounded_in_bytes_and_what_is_too_large_is_named_only(dsn, monkeypatch):
    monkeypatch.setattr(outbox, "_MOST_PACKED_BYTES", 1_000)
    monkeypatch.setattr(outbox, "_A_BATCH_BYTES", 2_500)
    put(
        dsn,
        *(("note", str(number), bytes(900), None) for number in range(4)),
        ("note", "large", bytes(900), bytes(900)),
    )

    async def looked(held):
        database = Database(dsn)
        rows = await database.run(lambda conn: oldest_answers(conn, held, with_polls=True))
        await database.close()
        return rows

    rows = asyncio.run(looked([]))
    assert [row.key for row in rows] == ["0", "1", "2"]
    rows = asyncio.run(looked([row.id for row in rows]))
    assert [(row.key, len(row.fields), row.body) for row in rows] == [("3", 900, None), ("large", 0, None)]
    assert replace(rows[0], body=b"").unpacked_body() == b""
