"""kill -9 between the transaction that appends and the message: every article is told, and none under two keys."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
KILLS = 50


def test_killed_at_fifty_moments_while_it_appends_every_article_is_told_and_has_one_key(
    store, receiver, sender_of, rows
):
    url = receiver.url("/slow")
    sender_of(to=(url,))
    kit = ROOT / "tests" / "kits" / "append_killed.py"

    done = subprocess.run(
        [sys.executable, str(kit), str(store.path), url, str(KILLS), "1"],
        env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
    kept = {row[0] for row in rows("SELECT title FROM articles")}
    assert len(kept) > KILLS
    # a slow machine lets more than twenty wait, which come as one message
    told = {(item["title"], item["id"]) for sent in receiver.items for item in sent.get("items", [sent])}
    assert {title for title, _ in told} == kept
    assert len(told) == len(kept), "an article was told under two keys"
    assert len(receiver.keys) - len(set(receiver.keys)) <= KILLS, "more was repeated than was in flight"
    assert rows("SELECT state, count(*) FROM outbox GROUP BY state") == [("sent", len(kept))]
