"""A receiver, a clock, and senders of one alert."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from receivers import receiving

from crawler.config.alerts import AlertConfig
from crawler.publish.alerts.sender import AlertSender
from db.model import Judgement

JUDGED = (
    Judgement(topic_id="space-films", score=4.5, threshold=3.0, band="relevant"),
)  # fmt: skip


@pytest.fixture
def receiver():
    with receiving() as opened:
        yield opened


class Clock:
    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **how: float) -> None:
        self.now += timedelta(**how)


@pytest.fixture
def clock(now):
    return Clock(now)


@pytest.fixture
def sender_of(store, receiver, clock):
    """`sender_of(when=(…), …)`: a sender of one alert that has seen all there is until now."""

    def make(**fields):
        alert = AlertConfig(**{"name": "desk", "to": (receiver.url(),), **fields})
        sender = AlertSender(store.path, (alert,), {"TOKEN": "s3cret"}, lambda address: None, clock)
        sender.begin()
        sender.send_due()
        return sender

    return make


@pytest.fixture
def put(append, make_article, clock):
    def one(name="1", **fields):
        told = {key: fields.pop(key) for key in ("run_id", "kind", "judgements") if key in fields}
        article = make_article(f"https://news.example/{name}", **{"title": f"Headline {name}", **fields})
        return append(article, judgements=told.pop("judgements", JUDGED), at=clock.now, **told)

    return one
