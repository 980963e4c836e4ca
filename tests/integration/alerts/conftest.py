"""A receiver, a clock, and tellers of one alert."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from receivers import receiving

from crawler.config.alerts import AlertConfig
from crawler.publish.alerts.teller import Teller
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
def teller_of(store, receiver, clock):
    """`teller_of(when=(…), …)`: a teller of one alert that has seen all there is until now."""

    def make(**fields):
        alert = AlertConfig(**{"name": "desk", "to": (receiver.url(),), **fields})
        teller = Teller(store.path, (alert,), {"TOKEN": "s3cret"}, lambda address: None, clock)
        teller.begin()
        teller.tell()
        return teller

    return make


@pytest.fixture
def put(append, make_article, clock):
    def one(name="1", **fields):
        told = {key: fields.pop(key) for key in ("run_id", "kind", "judgements") if key in fields}
        article = make_article(f"https://news.example/{name}", **{"title": f"Headline {name}", **fields})
        return append(article, judgements=told.pop("judgements", JUDGED), at=clock.now, **told)

    return one
