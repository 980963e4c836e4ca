"""What the writer of a cluster appends: answers of nodes with invented articles, out of PostgreSQL into a record of any size."""

from __future__ import annotations

import asyncio
import resource
import shutil
import sys
import tempfile
from collections.abc import Sequence
from contextlib import closing
from datetime import timedelta
from html import escape
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "newsroom"))
import kit
import psycopg
from machines import clustered
from postgres import Postgres

from crawler.catalogue import configured_beats
from crawler.cluster.bodies import BodyFiles
from crawler.cluster.database import make_tables
from crawler.cluster.form import FORM, Delivery, packed_form
from crawler.cluster.marks import sent_marks
from crawler.cluster.rules import reading_rules
from crawler.config import Config
from crawler.daemon.cluster_watch import ClusterWatch
from crawler.frontier.async_store import AsyncStore
from crawler.relevance.judge import judge_all, judged_fields
from crawler.relevance.topic import Topic
from db.model import Article, Candidate, Capture, FetchRecord, Outcome, Page
from db.store import Store
from db.watched import FrontierEntry


def answer_of(article: Article, topics: tuple[Topic, ...], files: BodyFiles) -> Delivery:
    """The article as a node hands it over, its page in the folder of bodies."""
    assert article.published_at is not None
    at, url = article.published_at + timedelta(minutes=20), article.url
    paragraphs = "".join(f"<p>{escape(each)}</p>" for each in article.text.split("\n"))
    head = f"<html><head><title>{escape(article.title)}</title></head><body><article>"
    furniture = "".join(f'<li><a href="/section-{n}">Section {n}</a></li>' for n in range(300))
    body = f"{head}{paragraphs}</article><ul>{furniture}</ul></body></html>".encode()
    page = Page(
        url=url, final_url=url, status=200, headers=(("content-type", "text/html"),), body=body, fetched_at=at
    )
    candidate = Candidate(url=url, source="wire", found_on=url, found_at=at, key=url)
    bare = Page(url=url, final_url=url, status=200, headers=page.headers, body=b"", fetched_at=at)
    capture = Capture(
        candidate=candidate, page=bare, article=article, judgements=judge_all(judged_fields(article), topics)
    )
    return Delivery(
        record=FetchRecord(
            url=url,
            source="wire",
            purpose="new",
            started_at=at,
            outcome=Outcome.FAILED,
            reason="",
            status=200,
        ),
        page=bare,
        sha256=page.sha256,
        place=files.append(page, 0.0),
        entry=FrontierEntry(candidate=candidate, purpose="new", not_before_at=at),
        capture=capture,
        marks=sent_marks(capture, "all"),
    )


def append_all(record: Path | None, articles: Sequence[Article]) -> str:
    """Append them; returns what it took.

    Args:
        record: copied first, and left as it is; None for an empty one.
    """
    server = Postgres()
    try:
        dsn = server.database()
        make_tables(dsn)
        with tempfile.TemporaryDirectory(dir=record.parent if record else None) as folder:
            config = clustered(Path(folder), [kit.source("http://wire.example/rss", id="wire")], dsn)
            if record is not None:
                shutil.copy(record, config.store.path)
            _put(config, articles)
            return _written(config, len(articles))
    finally:
        server.close()


def _put(config: Config, articles: Sequence[Article]) -> None:
    topics = tuple(beat.topic for beat in configured_beats(config))
    rules, files = reading_rules(config, topics), BodyFiles(config.cluster.bodies, "one")
    sql = "INSERT INTO spacereel.outbox (node, kind, key, form, rules, fields, file) VALUES ('one', 'visit', %s, %s, %s, %s, %s)"
    deliveries = [answer_of(article, topics, files) for article in articles]
    rows = [(each.record.url, FORM, rules, packed_form(each), files.name) for each in deliveries]
    with closing(Store.open(config.store.path, config.store.archive)) as store:
        now = max(each.record.started_at for each in deliveries)
        store.enqueue([each.entry.candidate for each in deliveries if each.entry], now)
    with psycopg.connect(config.cluster.dsn or "") as conn:
        conn.cursor().executemany(sql, rows)
    files.close()


def _written(config: Config, count: int) -> str:
    async def work() -> tuple[float, float]:
        patient = AsyncStore(store)
        watch = ClusterWatch(config, configured_beats(config), patient, mode="run")
        await watch.start()
        begun = _cpu_s()
        try:
            while await watch._writer._batch():
                pass
            return begun, _cpu_s()
        finally:
            await watch.stop(0.0)
            watch.close()
            patient.close()

    with closing(Store.open(config.store.path, config.store.archive)) as store:
        begun, ended = asyncio.run(work())
    stored, spent = kit.count(config, "visits WHERE purpose = 'new'"), ended - begun
    assert stored >= count, (stored, count)
    return f"{count} answers: {1000 * spent / count:.2f} ms of processor time each, {count / spent:.0f} a second on one core"


def _cpu_s() -> float:
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime
