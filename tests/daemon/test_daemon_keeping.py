"""A daemon with an old ledger lets go of what [keep] says, beside its work."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime, timedelta

import kit
import press
from daemons import until

from db.model import FetchRecord, Outcome
from db.store import Store


def test_old_polls_go_while_the_daemon_works(newsroom, start, tmp_path):
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

    daemon = start(config)
    daemon.wait_for("article.appended article=1")
    until(lambda: kit.count(config, "visits WHERE reason = 'r'") == 0, tell=lambda: daemon.log)

    assert daemon.end()[0] == 0
    assert kit.query(config, "SELECT what, visits FROM forgotten") == [{"what": "polls", "visits": 5000}]
    assert "Traceback" not in daemon.log
    kit.assert_sound(config)
