"""One article, one history: also after a redirect, under a canonical URL, and at a new address of the same site."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from copies_set import Writer, text_of

from crawler.dedupe.fingerprint import fingerprint
from crawler.dedupe.recognise import recognise
from db.model import Capture, FetchRecord, Outcome

OLD, NEW = "https://news.example/2026/crew", "https://news.example/film/crew-lands"
TEXT = text_of(Writer(5).paragraphs(8, 9))
OTHER = text_of(Writer(6).paragraphs(8, 9))


@pytest.fixture
def visit(store, make_article, make_page, make_candidate, now):
    """`visit(url, asked=..., **article)`: one visit the way the crawl makes it; returns how it was recognised."""

    def visit(url, asked=None, hours=0.0, **told):
        asked, at = asked or url, now + timedelta(hours=hours)
        article = make_article(asked, **{"text": TEXT, "canonical_url": url, **told})
        print_ = fingerprint(article)
        page = replace(make_page(asked, fetched_at=at), final_url=url)
        likeness = recognise(article, print_, store.neighbours(article, print_, asked=asked), at)
        capture = Capture(candidate=make_candidate(asked), page=page, article=article)
        outcome = Outcome.COPY if "copy" in likeness.kind else Outcome(likeness.kind)
        record = FetchRecord(
            url=asked,
            final_url=url,
            source="wire",
            purpose="new",
            started_at=at,
            outcome=outcome,
            reason="-",
        )
        store.append(capture, likeness, record, None, keeps=True, fingerprint=print_)
        return likeness

    return visit


def histories(rows):
    return rows("SELECT canonical_url, revision FROM newest ORDER BY canonical_url")


def test_an_address_that_redirects_keeps_its_history(visit, rows):
    visit(OLD)
    assert visit(NEW, asked=OLD, hours=1).kind == "unchanged"
    assert visit(NEW, hours=2, title="Crew lands safely").changes == ("title",)

    assert histories(rows) == [(OLD, 2)]
    assert ("moved", f"It is now at {NEW}.") in rows("SELECT kind, reason FROM article_history")


def test_an_address_that_leads_to_another_article_does_not_take_its_history_along(visit, rows):
    visit(OLD)
    assert visit(NEW, asked=OLD, hours=1, title="Something else", text=OTHER).kind == "new"

    assert histories(rows) == [(OLD, 1), (NEW, 1)]


def test_the_same_text_at_another_address_of_the_site_is_the_same_article(visit, rows):
    visit(OLD)
    assert visit(NEW, hours=1).kind == "unchanged"
    assert visit(NEW, hours=2, text=f"{TEXT}\nThe crew is well.").changes == ("added paragraphs",)

    assert histories(rows) == [(OLD, 2)]


def test_a_new_canonical_url_keeps_the_history(visit, rows):
    visit(OLD)
    assert visit(OLD, canonical_url=NEW, hours=1).kind == "unchanged"

    assert histories(rows) == [(OLD, 1)]


def test_the_same_text_on_another_site_is_a_copy(visit, rows):
    visit(OLD)
    assert visit("https://other.example/crew", hours=1).kind == "copy"

    assert len(histories(rows)) == 2


def test_the_next_report_on_the_same_site_is_another_article(visit, rows):
    """Most of the background is the same; the news on top is not."""
    visit(OLD)
    lead = text_of(Writer(7).paragraphs(3, 3))
    assert visit(NEW, hours=30, title="Crew meets the press", text=f"{lead}\n{TEXT}").kind != "unchanged"
    assert len(histories(rows)) == 2


def test_a_move_is_told_once(visit, rows):
    visit(OLD)
    for hours in range(1, 5):
        visit(NEW, asked=OLD, hours=hours)

    assert rows("SELECT count(*) FROM article_history WHERE kind = 'moved'") == [(1,)]


@pytest.fixture
def renamed(store, make_candidate, now):
    """A feed gives the name of the entry at `OLD` to the one at `NEW`."""
    for url in (OLD, NEW):
        store.note_entries([make_candidate(url, guid="post-1", entry_sha256="same")], now)


def test_a_name_in_a_feed_and_half_of_the_text_make_one_history(visit, rows, renamed, now):
    half = "\n".join([*TEXT.split("\n")[:6], *OTHER.split("\n")[:2]])
    visit(OLD, published_at=now)

    assert visit(NEW, text=half, published_at=now).kind == "changed"
    assert histories(rows) == [(OLD, 2)]


@pytest.mark.parametrize(
    ("text", "days"), [pytest.param(OTHER, 0, id="another text"), pytest.param(TEXT, 7, id="a week later")]
)
def test_a_name_in_a_feed_alone_makes_no_history(visit, rows, renamed, now, text, days):
    visit(OLD, title="Morning briefing", published_at=now)

    visit(NEW, title="Morning briefing", text=text, published_at=now + timedelta(days=days))

    assert [row[0] for row in histories(rows)] == [OLD, NEW]


def test_a_name_in_a_feed_counts_on_one_site_only(visit, store, rows, make_candidate, now):
    other = "https://partner.example/crew"
    for url in (OLD, other):
        store.note_entries([make_candidate(url, guid="post-1", entry_sha256="same")], now)
    visit(OLD)

    assert visit(other).kind == "copy"
