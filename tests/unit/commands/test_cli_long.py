"""Texts of 100,000 characters, twenty times an article's: every command and page is done with them within a bound of processor time."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from crawler.cli import main
from crawler.publish.alerts.events import alert_event
from crawler.publish.alerts.message import Message, message_text
from crawler.review.serve import review_of
from db.model import Evidence, Judgement, Removed

sys.path.insert(0, str(Path(__file__).parents[2] / "newsroom"))
from memory import processor_time

URL = "https://news.example/film-in-orbit"
#: far beyond what any of them takes; what is quadratic takes hours
CPU_S = 30.0
BEAT = """[beat]
id = 'b'
title = 'B'
[topic]
relevant = 6
mention = 2
[topic.concepts.line]
any = ['word', 'line of it', 'ww*', '宇宙']
[topic.concepts.more]
any = ['one more', 'word']
[[topic.rule]]
name = 'lines'
points = 4
sentence = ['line', 'more']
[[topic.rule]]
name = 'all'
points = 3
article = ['line']
"""
EVIDENCE = (Evidence(term="w" * 5000, field="title", count=1, weight=4.0, concept="line"),)
TEXTS = {
    "one line": "word " * 20_000,
    "one word": "w" * 100_000,
    "marks": "e" + "\u0301" * 100_000,
    "lines": "Line of it.\n" * 8_000,
    "escapes": "\x1b[" * 50_000,
    "wide": "宇宙" * 50_000,
}


@pytest.fixture(scope="module", params=TEXTS)
def text(request):
    return TEXTS[request.param]


@pytest.fixture
def record(text, store, append, make_article, tmp_path, monkeypatch):
    """Two versions of an article whose every text is as long, and a copy of it."""
    fields = {"title": text[:20_000], "authors": (text[:5000],), "tags": (text[:5000],), "description": text}
    judged = (Judgement(topic_id="b", score=9.0, threshold=6.0, band="relevant", evidence=EVIDENCE),)
    removed = (Removed(rule="prompt", text=text, position=0),)
    append(make_article(text=text, removed=removed, **fields), judgements=judged)
    append(make_article(text=f"{text[:-20]} and one more.", **fields), judgements=judged)
    append(
        make_article("https://other.example/b", text=text, **fields),
        kind="copy",
        original=1,
        judgements=judged,
    )
    store.close()
    monkeypatch.chdir(tmp_path)
    Path("beat.toml").write_text(BEAT)
    Path("draft.toml").write_text(BEAT.replace("points = 4", "points = 5"))
    examples = [
        {
            "id": str(number),
            "url": f"{URL}-{number}",
            "lang": "en",
            "title": text[: 20_000 if number < 2 else 60],
            "text": f"{text if number < 2 else text[:300]} {number}",
            "label": label,
        }
        for number, label in enumerate(["positive", "negative"] * 10)
    ]
    Path("beat.examples.jsonl").write_text("".join(f"{json.dumps(each)}\n" for each in examples))
    Path("spacereel.toml").write_text(
        f"[store]\npath = '{store.path}'\n[beats]\npaths = ['beat.toml']\n"
        "[[alert]]\nname = 'desk'\nto = ['http://127.0.0.1:9/']\nwhen = ['new', 'edited', 'corrected', 'story']\nbacklog = true\n"
    )
    return store.path


def test_every_command_is_done_with_the_longest_text(record):
    for call in (
        ["why", URL],
        ["why", URL, "--json"],
        ["diff", URL],
        ["diff", URL, "--json"],
        ["story"],
        ["status"],
        ["doctor"],
        ["alert", "list"],
        ["alert", "log"],
        ["digest", "--found", "2000-01-01", "--to", "digest.html"],
        ["digest", "--found", "2000-01-01"],
        ["report", "--since", "2000-01-01", "--out", "report.html"],
        *(
            ["chart", name, "--since", "2000-01-01"]
            for name in ("days", "outlets", "languages", "edits", "lag", "sources")
        ),
        ["chart", "story", "1"],
        ["judge", "--jsonl"],
        ["beat", "test"],
        ["beat", "examples"],
        ["beat", "try", "draft.toml"],
        ["beat", "learn", "--accept"],
        ["sources", "list"],
        *(
            ["export", "--format", form, "--out", f"out.{form}"]
            for form in ("csv", "jsonl", "atom", "markdown")
        ),
    ):
        with processor_time(CPU_S):
            done = CliRunner(env={"COLUMNS": "80"}).invoke(main, [*call, "--config", "spacereel.toml"])
        assert done.exit_code in (0, 1), (call, done.output[-300:])
        assert not isinstance(done.exception, TimeoutError), call


def test_every_page_is_done_with_the_longest_text(record):
    async def ask() -> None:
        review = review_of(record)
        await review.invoke_startup()
        for path in (
            "/-/queue", "/-/articles", "/-/articles?q=film", "/-/article/1", "/-/changes/2", "/-/stories",
            f"/-/why?url={URL}", "/articles/articles", "/articles/articles/1", "/articles/current_articles.csv", "/-/charts", "/-/feed.atom", "/-/feed.json", "/-/searches", "/-/article/2?lines=1",
        ):  # fmt: skip
            answer = await review.client.get(path)
            assert answer.status_code in (200, 404), (path, answer.text[:200])

    with processor_time(CPU_S):
        asyncio.run(ask())


def test_every_message_is_written_with_the_longest_text(record):
    rows = [
        {"key": "k", "kind": kind, "article_id": 2, "story_id": None, "source": None}
        for kind in ("new", "edited")
    ]

    with processor_time(CPU_S), closing(sqlite3.connect(record)) as conn:
        events = tuple(alert_event(conn, row, "") for row in rows)
        said = message_text(Message(key="k", alert="desk", events=events, count=2))

    assert "Edited" in said
    assert len(said) < 5_000
