"""Appends articles and sends alerts of them beside it, as the daemon does, killed at random moments: `append_killed.py RECORD URL KILLS SEED`.

The last life appends nothing and sends what is left.
"""

from __future__ import annotations

import hashlib
import os
import random
import signal
import sys
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

from crawler.config.alerts import AlertConfig
from crawler.publish.alerts import sender as sending
from crawler.publish.alerts.sender import AlertSender
from db.model import (
    Article,
    Candidate,
    Capture,
    FetchRecord,
    Fingerprint,
    Judgement,
    Likeness,
    Outcome,
    Page,
)
from db.store import Store

RELEVANT = (Judgement(topic_id="space-films", score=4.5, threshold=3.0, band="relevant"),)


def record(store: Store, url: str) -> None:
    """Append one article."""
    now, body = datetime.now(UTC), f"A film in orbit, {url}".encode()
    page = Page(url=url, final_url=url, status=200, headers=(), body=body, fetched_at=now)
    capture = Capture(
        candidate=Candidate(url=url, source="wire", found_on=url, found_at=now),
        page=page,
        article=Article(url=url, canonical_url=url, title=f"Title {url}", text=body.decode()),
        judgements=RELEVANT,
    )
    fingerprint = Fingerprint(
        content_sha256=hashlib.sha256(body).hexdigest(), simhash=1, bands=tuple(range(16)), site="a.example"
    )
    visit = FetchRecord(
        url=url, source="wire", purpose="new", started_at=now, outcome=Outcome.NEW, elapsed_ms=1, reason="new"
    )
    store.append(capture, Likeness(kind="new"), visit, None, keeps=True, fingerprint=fingerprint)


def live(path: Path, sender: AlertSender, life: int, out: int, *, is_last: bool) -> None:
    """One life of the process; it says on *out* that it has appended something."""
    sender.begin()
    if is_last:
        while sender.send_due().sent:
            pass
        return

    def tell() -> None:
        while True:
            sender.send_due()

    threading.Thread(target=tell, daemon=True).start()
    store = Store.open(path)
    for number in range(100_000):
        record(store, f"https://news.example/{life}/{number}")
        if not number:
            os.write(out, b".")


def main() -> None:
    path, url, kills, seed = sys.argv[1:]
    sending.MOST_SINGLE = 1000  # one by one, so that there are many moments to be killed in
    dice = random.Random(int(seed))
    alert = AlertConfig(name="desk", to=(url,))
    sender = AlertSender(Path(path), (alert,), {}, lambda address: None, lambda: datetime.now(UTC))
    for left in range(int(kills), -1, -1):
        heard, out = os.pipe()
        child = os.fork()
        if child == 0:
            live(Path(path), sender, left, out, is_last=not left)
            os._exit(0)
        os.close(out)
        if left:
            os.read(heard, 1)
            time.sleep(dice.random() * 0.05)  # the moment of the kill
            os.kill(child, signal.SIGKILL)
        os.close(heard)
        os.waitpid(child, 0)


if __name__ == "__main__":
    main()
