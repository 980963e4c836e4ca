"""The labelled set of stories, its way through a record, and B-cubed; used by tests and by bench/bench_history.py.

stories_set.jsonl is invented: 32 events of 3 to 5 reports by different outlets
in nine languages, and ten pieces that belong to none. All are about the same
few films, people and companies, so every event has others beside it that are
not it. Half of it (`held`) was not looked at while thresholds were chosen.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from crawler.catalogue import load_beats
from crawler.config import SHIPPED_BEAT
from crawler.dedupe.fingerprint import fingerprint
from crawler.dedupe.recognise import recognise
from crawler.filing import file_under_story
from crawler.relevance.judge import fields_of, judge
from db.model import Article, Candidate, Capture, FetchRecord, Judgement, Outcome, Page
from db.store import Store

SET = Path(__file__).parent / "stories_set.jsonl"
BEGIN = datetime(2026, 10, 5, 6, tzinfo=UTC)


@dataclass(frozen=True)
class Told:
    """One report with the event that it tells of."""

    event: str
    article: Article
    judgements: tuple[Judgement, ...]


@cache
def reports(half: str) -> tuple[Told, ...]:
    """The reports of one half, `dev` or `held`, in the order of publication."""
    (beat,) = load_beats([SHIPPED_BEAT], 1800.0)
    lines = [json.loads(line) for line in SET.read_text(encoding="utf-8").splitlines()]
    told = []
    for number, line in enumerate(lines):
        if line["half"] != half:
            continue
        url = f"https://outlet-{len(line['site'])}-{ord(line['site'][0])}.example/{number}"
        article = Article(
            url=url,
            canonical_url=url,
            title=line["title"],
            text=line["text"],
            language=line["lang"],
            site_name=line["site"],
            published_at=BEGIN + timedelta(hours=line["at_h"]),
        )
        told.append(Told(line["story"], article, (judge(fields_of(article), beat.topic),)))
    return tuple(sorted(told, key=lambda each: each.article.published_at))


def later(told: tuple[Told, ...], hours: float, seed: int) -> tuple[Told, ...]:
    """The same reports, each up to so many hours later, so that events overlap."""
    from dataclasses import replace

    dice = random.Random(seed)
    moved = [
        replace(
            each,
            article=replace(
                each.article, published_at=each.article.published_at + timedelta(hours=dice.uniform(0, hours))
            ),
        )
        for each in told
    ]
    return tuple(sorted(moved, key=lambda each: each.article.published_at))


def append(store: Store, told: Told) -> int | None:
    """One report goes the way of every article into *store*; returns its story."""
    article = told.article
    at = article.published_at + timedelta(minutes=20)
    page = Page(url=article.url, final_url=article.url, status=200, headers=(), body=b"", fetched_at=at)
    found = Candidate(url=article.url, source="wire", found_on=article.url, found_at=at)
    capture = Capture(candidate=found, page=page, article=article, judgements=told.judgements)
    print_ = fingerprint(article)
    likeness = recognise(article, print_, store.neighbours(article, print_), at)
    record = FetchRecord(
        url=article.url, source="wire", purpose="new", started_at=at, outcome=Outcome.NEW, reason="-"
    )
    revision = store.append(capture, likeness, record, None, keeps=True, fingerprint=print_)
    return file_under_story(store, capture, likeness, revision, at)


def b_cubed(truth: Mapping[str, str], found: Mapping[str, str]) -> tuple[float, float, float]:
    """Precision, recall and F1 of *found*, item -> group, against *truth*."""
    precision = sum(_agreement(item, found, truth) for item in truth) / len(truth)
    recall = sum(_agreement(item, truth, found) for item in truth) / len(truth)
    return precision, recall, 2 * precision * recall / (precision + recall)


def _agreement(item: str, of: Mapping[str, str], against: Mapping[str, str]) -> float:
    together = [other for other in of if of[other] == of[item]]
    return sum(against[other] == against[item] for other in together) / len(together)


def filed(rows: Iterator[tuple[str, int | None]]) -> dict[str, str]:
    """URL -> group, from (canonical_url, story_id) of `newest`; what stands alone is a group of its own."""
    return {url: f"story {story}" if story is not None else url for url, story in rows}
