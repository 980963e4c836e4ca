"""Texts as long as anybody can store: every command and page is done with them within a bound of processor time."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner

from crawler.cli import main
from crawler.review.serve import review_of
from db.model import Removed

URL = "https://news.example/film-in-orbit"
#: far beyond what any of them takes; what is quadratic takes hours
CPU_S = 30.0
TEXTS = {
    "one line": "word " * 60_000,
    "one word": "w" * 300_000,
    "marks": "e" + "\u0301" * 300_000,
    "lines": "Line of it.\n" * 25_000,
    "escapes": "\x1b[" * 150_000,
    "wide": "宇宙" * 150_000,
}


@contextmanager
def processor_time(seconds: float) -> Iterator[None]:
    def over(*_: object) -> None:
        raise TimeoutError(f"not done after {seconds:g} s of processor time")

    before = signal.signal(signal.SIGPROF, over)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


@pytest.fixture(scope="module", params=TEXTS)
def text(request):
    return TEXTS[request.param]


@pytest.fixture
def record(text, store, append, make_article, tmp_path, monkeypatch):
    """Two versions of an article whose every text is as long, and a copy of it."""
    fields = {"title": text[:20_000], "authors": (text[:5000],), "tags": (text[:5000],), "description": text}
    append(make_article(text=text, removed=(Removed(rule="prompt", text=text, position=0),), **fields))
    append(make_article(text=f"{text[:-20]} and one more.", **fields))
    append(make_article("https://other.example/b", text=text, **fields), kind="copy", original=1)
    store.close()
    monkeypatch.chdir(tmp_path)
    Path("beat.toml").write_text("[beat]\nid = 'b'\ntitle = 'B'\n[topic]\nthreshold = 1.0\n")
    Path("spacereel.toml").write_text(f"[store]\npath = '{store.path}'\n[beats]\npaths = ['beat.toml']\n")
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
            f"/-/why?url={URL}", "/articles/articles", "/articles/articles/1", "/articles/current_articles.csv",
        ):  # fmt: skip
            answer = await review.client.get(path)
            assert answer.status_code in (200, 404), (path, answer.text[:200])

    with processor_time(CPU_S):
        asyncio.run(ask())
