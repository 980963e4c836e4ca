"""Removal: said by a status, a redirect or a page without one; confirmed over time; taken back when the page returns."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from crawler.ingest.verdict import absent, next_look_at
from db.model import Article, Candidate, Capture, FetchRecord, Outcome, Page

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
URL = "https://wire.example/film/crew-lands"


def looked(final_url=URL, body="", words=0):
    """What a second look at URL brought."""
    page = Page(url=URL, final_url=final_url, status=200, headers=(), body=body.encode(), fetched_at=NOW)
    found = Candidate(url=URL, source="wire", found_on=URL, found_at=NOW)
    text = " ".join(["word"] * words)
    article = Article(url=final_url, canonical_url=final_url, title=body, text=text) if words else None
    return Capture(candidate=found, page=page, article=article)


@pytest.mark.parametrize(
    ("capture", "said"),
    [
        pytest.param(looked("https://wire.example/"), "front page", id="home"),
        pytest.param(looked("https://wire.example/index.html", words=900), "front page", id="a home that reads as an article"),
        pytest.param(looked("https://wire.example/en/"), "front page", id="home of a language"),
        pytest.param(looked("https://wire.example/errors/404.html"), "what is missing", id="page for 404"),
        pytest.param(looked("https://wire.example/page-not-found"), "what is missing", id="not found"),
        pytest.param(looked("https://wire.example/film/"), "section above", id="section"),
        pytest.param(looked(body="<title>Page not found - Wire</title><p>Sorry.</p>"), "Page not found", id="200"),
        pytest.param(looked(body="<title>Wire</title><h1>Страница не&nbsp;найдена</h1>"), "Страница", id="in Russian"),
        pytest.param(looked(body="<title>404</title>"), "404", id="number alone"),
        pytest.param(looked(body="This article is no longer available", words=40), "no longer", id="a short notice"),
    ],
)  # fmt: skip
def test_a_page_that_is_gone_is_seen_without_a_status(capture, said):
    decision = absent(capture)

    assert decision.outcome is Outcome.GONE
    assert said in decision.reason


@pytest.mark.parametrize(
    "capture",
    [
        pytest.param(looked(words=400, body="Film crew lands"), id="the article"),
        pytest.param(looked("https://wire.example/culture/crew-lands-2", words=400, body="Film crew lands"), id="moved"),
        pytest.param(looked(body="<title>Before you continue</title><p>Cookies</p>"), id="consent wall"),
        pytest.param(looked(body="The page that could not be found: how a script was lost", words=700), id="an article about it"),
        pytest.param(looked("https://wire.example/?p=1234", words=400), id="an address in the query"),
        pytest.param(looked(body="<title>404 days in orbit: the diary of a crew</title>"), id="a number in a title"),
    ],
)  # fmt: skip
def test_nothing_else_is_a_removal(capture):
    assert absent(capture) is None


@pytest.fixture
def look(store, make_article):
    def look(hours, outcome, reason="It answered 404 (Not Found)."):
        at = NOW + timedelta(hours=hours)
        record = FetchRecord(
            url=make_article().url,
            source="wire",
            purpose="recheck",
            started_at=at,
            outcome=outcome,
            reason=reason,
        )
        store.append_visit(record, None)

    return look


def fates(rows):
    return [kind for (kind,) in rows("SELECT kind FROM article_history ORDER BY id")]


def test_three_looks_over_a_day_confirm_a_removal_and_the_article_stays(append, make_article, look, rows):
    append(make_article())

    look(1, Outcome.GONE)
    look(2, Outcome.GONE)
    look(3, Outcome.GONE)
    assert fates(rows) == []
    look(26, Outcome.GONE)
    look(40, Outcome.GONE)

    assert fates(rows) == ["removed"]
    ((at, reason),) = rows("SELECT happened_at, reason FROM article_history")
    assert at == "2026-11-24T14:00:00Z"
    assert "4 looks since 2026-11-23T13:00:00Z" in reason
    assert rows("SELECT removed_at, revision FROM current_articles") == [(at, 1)]


def test_two_looks_are_not_enough_however_long(append, make_article, look, rows):
    append(make_article())

    look(1, Outcome.GONE)
    look(200, Outcome.GONE)

    assert fates(rows) == []


def test_a_page_that_was_there_in_between_begins_anew(append, make_article, look, rows):
    append(make_article())

    look(1, Outcome.GONE)
    look(13, Outcome.GONE)
    look(20, Outcome.NOT_MODIFIED)
    look(26, Outcome.GONE)
    look(38, Outcome.FAILED)

    assert fates(rows) == []


def test_a_page_that_comes_back_is_restored(append, make_article, look, rows):
    append(make_article())
    for hours in (0, 12, 25):
        look(hours, Outcome.GONE)

    look(200, Outcome.UNCHANGED)
    look(210, Outcome.UNCHANGED)

    assert fates(rows) == ["removed", "restored"]
    assert rows("SELECT removed_at FROM current_articles") == [(None,)]


def test_a_page_that_was_never_an_article_has_no_history(look, rows):
    for hours in (0, 12, 25, 60):
        look(hours, Outcome.GONE)

    assert fates(rows) == []


def test_a_page_that_is_gone_is_looked_at_until_that_is_sure_and_then_less_and_less():
    assert next_look_at(None, NOW, NOW + timedelta(days=23)) == NOW + timedelta(hours=12)
    assert next_look_at(None, NOW, None) == NOW + timedelta(hours=12)
    assert next_look_at(None, NOW, NOW + timedelta(hours=1)) == NOW + timedelta(hours=1)
    assert next_look_at(NOW, NOW + timedelta(days=4), None) == NOW + timedelta(days=7)
    assert next_look_at(NOW, NOW + timedelta(days=90), None) is None
