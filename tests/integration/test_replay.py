"""Replay: pages in the archive meet today's rules; nothing is fetched and nothing overwritten."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from crawler.catalogue import Beat, load_beats
from crawler.config import Config, ExtractConfig
from crawler.dedupe.fingerprint import fingerprint
from crawler.dedupe.recognise import recognise
from crawler.ingest.append import Weighed, weigh
from crawler.ingest.reading import read_page
from crawler.ingest.replay import REPLAY_BATCH, Effect, Replay, difference
from crawler.ingest.verdict import decide
from db.model import Candidate, Capture, FetchRecord, Page
from db.store import Store

_BODY = """<html lang="en"><head><title>{title}</title><meta property="article:tag" content="{tagged}"></head><body><article><h1>{title}</h1>
<p>{lead} {told}</p>
</article></body></html>"""
_WORDS = ("Twice", "Slowly", "Later", "Elsewhere", "Again", "Nowhere", "Often", "Seldom", "Soon", "Finally")
_TOPIC = """[beat]
id = "ponds"
title = "Ponds"

[[source]]
id = "wire"
title = "The wire"
kind = "feed"
url = "https://news.example/rss"

[topic]
relevant = 2
mention = 1

[topic.concepts.subject]
any = ["{word}"]

[[topic.rule]]
name = "the subject"
points = 3
sentence = ["subject"]
"""


@pytest.fixture
def watch(tmp_path: Path) -> Callable[[str], tuple[Beat, ...]]:
    """`watch("heron")`: a beat on which a title with that word is relevant."""

    def make(word: str) -> tuple[Beat, ...]:
        path = tmp_path / "beat.toml"
        path.write_text(_TOPIC.format(word=word), encoding="utf-8")
        return load_beats([path])

    return make


@pytest.fixture
def visit(
    store: Store, make_page: Callable[..., Page], make_candidate: Callable[..., Candidate]
) -> Callable[..., None]:
    """`visit(title, beats)`: a page fetched, read, judged and recorded as a crawl does; texts share no run of words."""

    def go(title: str, beats: tuple[Beat, ...], **fields: Any) -> None:
        url = f"https://news.example/{title.lower().replace(' ', '-')}"
        told = " ".join(f"{word} {title.lower()} was told." for word in _WORDS)
        lead, tagged = fields.pop("lead", "It began early in the morning."), fields.pop("tagged", "")
        as_read_then = fields.pop("as_read_then", {})
        body = _BODY.format(title=title, tagged=tagged, lead=lead, told=told)
        candidate = make_candidate(url, title=title, content=fields.pop("content", None))
        page = make_page(url, **{"body": body.encode(), **fields})
        store.keep_page(page)
        capture = read_page(page, candidate, tuple(beat.topic for beat in beats))
        assert capture.article is not None, capture.problem
        capture = replace(capture, article=replace(capture.article, **as_read_then))
        assert capture.article is not None
        print_ = fingerprint(capture.article)
        likeness = recognise(capture.article, print_, store.neighbours(capture.article, print_))
        decision = decide(capture, likeness, "mention")
        record = FetchRecord(
            url=url,
            source="wire",
            purpose="new",
            started_at=page.fetched_at,
            outcome=decision.outcome,
            reason=decision.reason,
        )
        store.append(capture, likeness, record, None, keeps=decision.keeps, fingerprint=print_)

    return go


@pytest.fixture
def replay(store: Store) -> Callable[..., list[Effect]]:
    """`replay(beats)`: the effects of one replay; `is_dry`, `since`, `source` and `stop_after` as told."""

    def run(beats: tuple[Beat, ...], *, stop_after: int | None = None, **told: Any) -> list[Effect]:
        config = Config(extract=ExtractConfig(workers=1))
        one = Replay(config, beats, store, **{"is_dry": False, **told})

        async def effects() -> list[Effect]:
            found = []
            async for effect in one.effects(lambda _: None):
                found.append(effect)
                if stop_after is not None and len(found) > stop_after:
                    break
            return found

        return asyncio.run(effects())

    return run


def test_a_rejected_page_enters_when_the_topic_learns_its_word(store, watch, visit, replay, rows):
    visit("Herons return to the lake", watch("otter*"))
    assert rows("SELECT count(*) FROM articles") == [(0,)]

    effects = replay(watch("heron*"))

    assert [(effect.kind, effect.title) for effect in effects] == [("enters", "Herons return to the lake")]
    assert rows("SELECT title, source, band FROM current_articles") == [
        ("Herons return to the lake", "wire", "relevant")
    ]
    assert rows("SELECT verdict FROM visits WHERE purpose = 'replay'") == [("new",)]


def test_a_dry_run_says_the_same_and_writes_nothing(store, watch, visit, replay, rows):
    visit("Herons return to the lake", watch("otter*"))

    effects = replay(watch("heron*"), is_dry=True)

    assert [effect.kind for effect in effects] == ["enters"]
    assert rows("SELECT count(*) FROM articles") == [(0,)]
    assert rows("SELECT count(*) FROM visits WHERE purpose = 'replay'") == [(0,)]
    assert rows("SELECT count(*) FROM runs") == [(0,)]


def test_an_article_that_leaves_the_topic_stays_in_the_record_with_its_new_judgement(
    store, watch, visit, replay, rows
):
    visit("Herons return to the lake", watch("heron*"))

    effects = replay(watch("otter*"))

    assert [effect.kind for effect in effects] == ["leaves"]
    assert effects[0].reason.endswith("band relevant).")
    assert rows("SELECT count(*), max(band) FROM current_articles") == [(1, "off")]
    assert rows("SELECT band FROM judgements ORDER BY id") == [("relevant",), ("off",)]
    assert rows("SELECT verdict FROM visits WHERE purpose = 'replay'") == [("off_topic",)]


def test_the_same_rules_change_nothing_and_leave_no_row(store, watch, visit, replay, rows):
    visit("Herons return to the lake", watch("heron*"))
    visit("Council meets", watch("heron*"))

    effects = replay(watch("heron*"))

    assert [effect.kind for effect in effects] == ["same", "same"]
    assert rows("SELECT count(*) FROM visits WHERE purpose = 'replay'") == [(0,)]


def test_a_page_read_as_recorded_is_not_weighed_and_has_the_effect_that_weighing_gives(
    store, watch, visit, replay, monkeypatch
):
    beats = watch("heron*")
    visit("Herons return to the lake", beats)
    visit("Council meets at noon", beats)
    visit("Herons leave the lake", beats, tagged="lakes", as_read_then={"tags": ()})
    with monkeypatch.context() as patched:
        patched.setattr("crawler.ingest.replay._unmoved", lambda *_: None)
        expected = replay(beats, is_dry=True)
    weighed = []

    def counting(store: Store, capture: Capture, *args: Any, **told: Any) -> Weighed:
        weighed.append(capture.article.title)
        return weigh(store, capture, *args, **told)

    monkeypatch.setattr("crawler.ingest.replay.weigh", counting)

    effects = replay(beats, is_dry=True)

    assert effects == expected
    assert [effect.kind for effect in effects] == ["same", "same", "changes"]
    assert weighed == ["Council meets at noon", "Herons leave the lake"]


def test_only_the_latest_capture_of_a_page_is_read_again(store, watch, visit, replay, now, rows):
    beats = watch("heron*")
    visit("Herons return to the lake", beats, fetched_at=now - timedelta(days=1))
    visit("Herons return to the lake", beats, lead="It ended late at night.")

    effects = replay(beats)

    assert [effect.kind for effect in effects] == ["same"]
    assert rows("SELECT max(revision) FROM articles") == [(2,)]


def test_a_better_reading_of_any_field_reaches_an_old_article_and_is_no_edit(
    store, watch, visit, replay, rows
):
    beats = watch("heron*")
    visit("Herons return to the lake", beats, tagged="lakes", as_read_then={"tags": (), "section": "Ponds"})
    told = "SELECT revision, tags, section FROM articles ORDER BY revision"
    assert rows(told) == [(1, "[]", "Ponds")]

    effects = replay(beats)
    again = replay(beats)

    assert [effect.kind for effect in effects] == ["changes"]
    assert [effect.kind for effect in again] == ["same"]
    assert rows(told) == [(1, "[]", "Ponds"), (2, '["lakes"]', None)]
    assert rows("SELECT kind FROM article_events") == [("extraction",)]
    assert rows("SELECT verdict FROM visits WHERE purpose = 'replay'") == [("unchanged",)]
    assert rows("SELECT count(*) FROM article_changes") == [(0,)]
    assert rows("SELECT revision FROM current_articles") == [(2,)]
    assert rows("SELECT article_id FROM judgements ORDER BY id DESC LIMIT 1") == [(2,)]


_META = (
    'lakes"><meta property="article:section" content="Nature"><meta name="description" content="What the herons do in spring.">'
    '<meta property="og:image" content="https://news.example/heron.jpg"><meta property="article:modified_time" content="2026-11-22T10:00:00Z'
)  # closed by the template
_FIELDS = {
    "tags": ((), '["lakes"]'),
    "section": (None, "Nature"),
    "description": ("Herons", "What the herons do in spring."),
    "image_url": (None, "https://news.example/heron.jpg"),
    "modified_at": (None, "2026-11-22T10:00:00Z"),
}


@pytest.mark.parametrize("name", _FIELDS)
def test_each_field_reaches_an_old_article_as_a_reading_of_its_own(store, watch, visit, replay, rows, name):
    beats, (then, today) = watch("heron*"), _FIELDS[name]
    visit("Herons return to the lake", beats, tagged=_META, as_read_then={name: then})

    effects = replay(beats)

    assert [effect.kind for effect in effects] == ["changes"]
    assert rows(f"SELECT revision, {name} FROM articles ORDER BY revision DESC LIMIT 1") == [(2, today)]
    assert rows("SELECT kind FROM article_events") == [("extraction",)]
    assert rows("SELECT count(*) FROM article_changes") == [(0,)]
    assert rows("SELECT max(article_id) FROM judgements") == [(2,)]
    assert [effect.kind for effect in replay(beats)] == ["same"]


def test_since_and_source_narrow_it(store, watch, visit, replay, now):
    visit("Herons return to the lake", watch("otter*"), fetched_at=now - timedelta(days=9))
    visit("Herons leave the lake", watch("otter*"))

    recent = replay(watch("heron*"), is_dry=True, since=now - timedelta(days=1))
    others = replay(watch("heron*"), is_dry=True, source="another")

    assert [effect.title for effect in recent] == ["Herons leave the lake"]
    assert others == []


def test_an_interrupted_replay_goes_on_after_its_last_batch(store, watch, visit, replay, rows):
    for number in range(REPLAY_BATCH + 3):
        visit(f"Herons seen at pond {number}", watch("otter*"))

    first = replay(watch("heron*"), stop_after=REPLAY_BATCH)
    second = replay(watch("heron*"))

    assert len(first) == REPLAY_BATCH + 1
    assert [effect.kind for effect in second] == ["same", "enters", "enters"]
    assert rows("SELECT count(*) FROM articles") == [(REPLAY_BATCH + 3,)]
    assert rows("SELECT count(*) FROM replays") == [(0,)]


def test_a_difference_names_what_went_and_what_came():
    assert difference("One.\nTwo.\nThree.", "One.\n2.\nThree.") == ("- Two.", "+ 2.")


def test_a_text_that_only_the_feed_had_is_judged_again_like_any_other(store, watch, visit, replay, rows):
    carried = "".join(f"<p>Herons return: {word} was told of the lake in the morning.</p>" for word in _WORDS)
    wall = b"<html><head><title>Before you continue</title></head><body></body></html>"
    visit("Herons return to the lake", watch("heron*"), body=wall, content=carried)

    same = replay(watch("heron*"))
    effects = replay(watch("otter*"))

    assert [effect.kind for effect in same] == ["same"]
    assert [effect.kind for effect in effects] == ["leaves"]
    assert rows("SELECT title, origins ->> 'text', revision FROM current_articles") == [
        ("Herons return to the lake", "feed", 1)
    ]
