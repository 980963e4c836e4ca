"""A daemon with an old ledger lets go of what [keep] says, beside its work."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta

import kit
import press
from daemons import until

from db.model import FetchRecord, Outcome, iso
from db.store import Store


def test_old_polls_and_messages_go_while_the_daemon_works_and_logs_as_it_is_told(newsroom, start, tmp_path):
    feed = newsroom.print_("/feed", press.feed([newsroom.origin() + "/article/1"]))
    config = kit.configured(tmp_path, [kit.source(feed)])
    old = datetime.now(UTC) - timedelta(days=100)
    with closing(Store.open(config.store.path, config.store.archive)) as store, store.as_one():
        for number in range(5000):
            poll = FetchRecord(
                url=feed, source="paper", purpose="source", started_at=old + timedelta(seconds=number),
                outcome=Outcome.UNCHANGED, reason="r",
            )  # fmt: skip
            store.append_visit(poll, None)

    with closing(sqlite3.connect(config.store.path)) as conn, conn:
        conn.execute(
            """INSERT INTO outbox (key, alert, target, label, kind, article_id, caused_at, due_at, state)
            VALUES ('k', 'desk', 't', 'a mail', 'new', 1, ?1, ?1, 'sent')""",
            (iso(old),),
        )
    settings = config.path.read_text(encoding="utf-8")
    told = settings.replace("[keep]\n", '[logs]\nformat = "json"\n[keep]\nmessages = "31d"\n')
    config.path.write_text(told, encoding="utf-8")

    daemon = start(config)
    daemon.wait_for('"event": "article.appended", "article": 1')
    until(lambda: kit.count(config, "visits WHERE reason = 'r'") == 0, tell=lambda: daemon.log)
    until(lambda: kit.count(config, "outbox") == 0, tell=lambda: daemon.log)

    assert daemon.end()[0] == 0
    assert kit.query(config, "SELECT what, visits FROM forgotten") == [{"what": "polls", "visits": 5000}]
    lines = [json.loads(line) for line in daemon.log.splitlines()]
    assert {"at", "level", "event"} <= set.intersection(*map(set, lines))
    assert not any("traceback" in line for line in lines)
    kit.assert_sound(config)
