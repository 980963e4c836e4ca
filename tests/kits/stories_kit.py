"""The labelled sets of stories, their way through a record, and B-cubed; used by tests and by bench/bench_stories.py.

stories_set.jsonl is invented, in nine languages. `dev` and `held`: 32 events of
3 to 5 reports by different outlets, and ten pieces that belong to none; all are
about the same few films, people and companies. `held` was not looked at while
the first thresholds were chosen. `fresh`: 34 events of 3 to 8 reports about
other films, and ten pieces more; what it scored at first look is in
bench/README.md, and the thresholds were changed after that. `last`: 14 events of
3 and 4 reports and five pieces, scored once after that change.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from crawler.catalogue import load_beats
from crawler.config import SHIPPED_BEAT
from crawler.dedupe.fingerprint import fingerprint
from crawler.dedupe.recognise import recognise
from crawler.ingest.stories import file_under_story
from crawler.relevance.judge import judge, judged_fields
from db.model import Article, Candidate, Capture, FetchRecord, Judgement, Outcome, Page
from db.store import Store

SET = Path(__file__).parent / "stories_set.jsonl"
BEGIN = datetime(2026, 10, 5, 6, tzinfo=UTC)
#: what outlets say of the subject in every report, whatever the event; by language
BACKGROUND = {
    'en': 'Several countries now want to film in orbit. Russia flew actress Darya Melnikova and director Igor Saltykov for The Long Orbit, the first feature made partly on the International Space Station. The American project with Brent Halloway, sold by Axion Space, has been announced since 2020. China plans Silent Sky with Lin Yue on Tiangong. Critics call the race a stunt; the agencies hope for publicity, and studios for pictures that nobody has seen before.',
    'ru': 'Снимать кино на орбите хотят уже несколько стран. Россия отправила на МКС актрису Дарью Мельникову и режиссёра Игоря Салтыкова для фильма «Долгий виток». Американский проект с Брентом Хэллоуэем компания Axion Space объявила в 2020 году. Китай готовит картину с Линь Юэ на станции «Тяньгун». Критики называют гонку трюком.',
    'de': 'Mehrere Länder wollen inzwischen im All drehen. Russland schickte Schauspielerin Darja Melnikowa und Regisseur Igor Saltykow für The Long Orbit zur Internationalen Raumstation. Das amerikanische Projekt mit Brent Halloway, verkauft von Axion Space, ist seit 2020 angekündigt. China plant Silent Sky mit Lin Yue auf der Tiangong. Kritiker sprechen von einem Werbegag.',
    'fr': "Plusieurs pays veulent désormais tourner en orbite. La Russie a envoyé l'actrice Daria Melnikova et le réalisateur Igor Saltykov à bord de l'ISS pour The Long Orbit. Le projet américain avec Brent Halloway, vendu par Axion Space, est annoncé depuis 2020. La Chine prépare Silent Sky avec Lin Yue sur Tiangong. Les critiques parlent d'un coup de publicité.",
    'es': 'Varios países quieren rodar en órbita. Rusia envió a la actriz Daria Melnikova y al director Igor Saltykov a la Estación Espacial para The Long Orbit. El proyecto estadounidense con Brent Halloway, vendido por Axion Space, se anunció en 2020. China prepara Silent Sky con Lin Yue en la Tiangong.',
    'it': "Diversi paesi vogliono girare in orbita. La Russia ha mandato l'attrice Daria Melnikova e il regista Igor Saltykov per The Long Orbit. Il progetto americano con Brent Halloway di Axion Space risale al 2020. La Cina prepara Silent Sky con Lin Yue.",
    'zh': '多国希望在轨道上拍电影。俄罗斯曾将女演员梅尔尼科娃和导演萨尔特科夫送往国际空间站拍摄《长轨道》。美国的哈洛韦项目2020年宣布。中国计划由林月在天宫拍摄《静空》。',
}  # fmt: skip


@dataclass(frozen=True)
class Told:
    """One report with the event that it tells of."""

    event: str
    article: Article
    judgements: tuple[Judgement, ...]


@cache
def reports(half: str) -> tuple[Told, ...]:
    """The reports of one part, `dev`, `held`, `fresh` or `last`, in the order of publication."""
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
        told.append(Told(line["story"], article, (judge(judged_fields(article), beat.topic),)))
    return tuple(sorted(told, key=lambda each: each.article.published_at))


def later(told: tuple[Told, ...], hours: float, seed: int) -> tuple[Told, ...]:
    """The same reports, each up to so many hours later, so that events overlap."""
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


def with_background(told: tuple[Told, ...]) -> tuple[Told, ...]:
    """The same reports, each followed by what is said of the subject every time, in another order of words."""
    return tuple(replace(each, article=_followed(each.article, number)) for number, each in enumerate(told))


def _followed(article: Article, seed: int) -> Article:
    text = BACKGROUND.get(article.language, "")
    words, space = (text.split(), " ") if " " in text else (list(text), "")
    random.Random(seed).shuffle(words)
    return replace(article, text=f"{article.text}\n{space.join(words)}")


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
