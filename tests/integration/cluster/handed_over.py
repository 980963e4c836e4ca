"""Answers as nodes put them into the outbox, and the writer that takes them."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from datetime import datetime

import press
import psycopg

from crawler.catalogue import configured_beats
from crawler.cluster.bodies import BodyFiles
from crawler.cluster.form import Delivery, packed_form
from crawler.cluster.rules import reading_rules
from crawler.config import Config
from crawler.daemon.cluster_watch import ClusterWatch
from crawler.frontier.async_store import AsyncStore
from crawler.ingest.reading import read_page
from db.model import Candidate, FetchRecord, Outcome, Page
from db.store import Store
from db.watched import FrontierEntry


def own_rules(config: Config) -> str:
    """The digest of what a writer of this configuration reads by."""
    return reading_rules(config, tuple(beat.topic for beat in configured_beats(config)))


def answered(
    config: Config,
    url: str,
    at: datetime,
    body: bytes | None = None,
    purpose: str = "new",
    elapsed_ms: int = 0,
) -> Delivery:
    """A page as a node hands it over, its bytes in the folder."""
    body = press.article("29", url) if body is None else body
    head = (("content-type", "text/html"),)
    page = Page(url=url, final_url=url, status=200, headers=head, body=body, fetched_at=at)
    candidate = Candidate(url=url, source="paper", found_on=url, found_at=at, key=url)
    capture = read_page(page, candidate, tuple(beat.topic for beat in configured_beats(config)))
    files = BodyFiles(config.cluster.bodies, "one")
    place = files.append(page, 0.0)
    files.close()
    bare = replace(page, body=b"")
    return Delivery(
        record=FetchRecord(
            url=url,
            source="paper",
            purpose=purpose,
            started_at=at,
            elapsed_ms=elapsed_ms,
            outcome=Outcome.FAILED,
            reason="",
            status=200,
        ),
        page=bare,
        sha256=page.sha256,
        place=place,
        entry=FrontierEntry(candidate=candidate, purpose=purpose, not_before_at=at),
        capture=replace(capture, page=bare),
    )


def put(config: Config, deliveries: Sequence[Delivery], rules: str = "") -> None:
    """Into the outbox, in their order.

    Args:
        rules: by which they were read; the writer's when not given.
    """
    rules = rules or own_rules(config)
    sql = "INSERT INTO spacereel.outbox (node, kind, key, form, rules, fields) VALUES ('one', 'visit', %s, 1, %s, %s)"
    with psycopg.connect(config.cluster.dsn or "") as conn:
        conn.cursor().executemany(sql, [(each.record.url, rules, packed_form(each)) for each in deliveries])


def written(config: Config) -> None:
    """Let the writer take what waits."""

    async def work() -> None:
        patient = AsyncStore(store)
        watch = ClusterWatch(config, configured_beats(config), patient, mode="run")
        await watch.start()
        try:
            while await watch._writer._batch() or watch._writer.looks:
                await asyncio.sleep(0.01)
        finally:
            await watch.stop(0.0)
            watch.close()
            patient.close()

    with closing(Store.open(config.store.path, config.store.archive)) as store:
        asyncio.run(work())
