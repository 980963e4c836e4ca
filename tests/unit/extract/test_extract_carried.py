"""The text that a feed carries stands in for a page that gives none, and never for one that does."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from crawler.ingest.reading import read_page
from db.model import Candidate, Capture, Outcome, Page

NOW = datetime(2026, 11, 23, tzinfo=UTC)
URL = "https://news.example/film-crew"
TEXT = [
    "The crew flew to the station with one camera, two lenses and a script that nobody had rehearsed in orbit.",
    "They shot in the evenings, when the day's experiments were done and the big module was empty for once.",
    "They came back after twelve days with thirty hours of footage and a bruise or two from the hatches.",
    "The director said on the steppe that half of it is usable, which is more than he had hoped for in spring.",
    "A second unit had filmed in the control room meanwhile, where the real controllers played themselves.",
]
CARRIED = (
    "".join(f"<p>{each}</p>" for each in TEXT)
    + '<p>Subscribe to our newsletter</p><img src="https://t.example/1.gif">'
)
CANDIDATE = Candidate(
    url=URL,
    source="paper",
    found_on="https://news.example/feed",
    found_at=NOW,
    title="Film crew lands",
    published_at=datetime(2026, 11, 20, 8, tzinfo=UTC),
    content=CARRIED,
)  # fmt: skip
HEAD = '<meta property="og:title" content="The film crew has landed"><meta property="og:type" content="article"><meta property="article:published_time" content="2026-11-19T08:00:00Z">'


def page(markup: str, final_url: str = URL) -> Page:
    return Page(
        url=URL,
        final_url=final_url,
        status=200,
        headers=(("content-type", "text/html; charset=utf-8"),),
        body=markup.encode(),
        fetched_at=NOW,
    )


def html(body: str, head: str = HEAD) -> str:
    return f"<!DOCTYPE html><html><head>{head}</head><body>{body}</body></html>"


SCRIPTED = html('<div id="root"></div><script>draw()</script>')
WALL = html(
    "<h1>Before you continue</h1><p>We value your privacy.</p><button>Accept all</button>",
    "<title>Before you continue</title>",
)


def read(markup: str, final_url: str = URL, **told: object) -> Capture:
    return read_page(page(markup, final_url), replace(CANDIDATE, **told))


def origins(capture: Capture) -> dict[str, str]:
    assert capture.article is not None
    return dict(capture.article.origins)


def test_a_page_drawn_by_scripts_keeps_what_it_says_and_gets_the_feed_s_text():
    capture = read(SCRIPTED)

    assert capture.article is not None
    assert capture.article.text.split("\n") == TEXT
    assert capture.article.title == "The film crew has landed"
    assert origins(capture)["text"] == "feed"
    assert origins(capture)["title"] != "feed"
    assert "the feed's own, because the page gives none: the page has no readable text" in str(
        capture.feed_note
    )


def test_the_rules_of_pages_hold_for_the_feed_s_text():
    capture = read(SCRIPTED)

    assert [each.text for each in capture.article.removed] == ["Subscribe to our newsletter"]


@pytest.mark.parametrize(
    "markup",
    [
        pytest.param(WALL, id="consent"),
        pytest.param(html("<h1>Log in</h1><p>Log in to go on.</p>", "<title>Log in</title>"), id="login"),
        pytest.param(html("<h1>Just a moment...</h1>", "<title>Just a moment...</title>"), id="robot check"),
        pytest.param(" \n", id="nothing"),
    ],
)
def test_what_a_wall_says_of_itself_is_not_the_article_s(markup):
    wall = "https://consent.news.example/collect?to=film-crew"

    capture = read(markup, wall)

    assert capture.article is not None
    assert capture.article.text.split("\n") == TEXT
    assert (capture.article.title, capture.article.url) == ("Film crew lands", URL)
    assert capture.article.published_at == CANDIDATE.published_at
    assert (origins(capture)["title"], origins(capture)["text"]) == ("feed", "feed")
    assert capture.page.final_url == URL


@pytest.mark.parametrize(
    "markup",
    [
        pytest.param(html("<h1>Page not found</h1>", "<title>Page not found</title>"), id="error page"),
        pytest.param("%PDF-1.7 ", id="PDF"),
        pytest.param(html('<video src="a.mp4"></video>', '<meta property="og:type" content="video.other">'), id="video"),
    ],
)  # fmt: skip
def test_a_page_that_is_gone_or_something_else_has_no_rescue(markup):
    capture = read(markup)

    assert capture.article is None
    assert capture.problem_outcome is Outcome.NOT_ARTICLE


def test_a_teaser_before_a_paywall_gives_way_to_the_whole_text():
    teaser = html(f"<article><h1>The film crew has landed</h1><p>{TEXT[0]}</p></article>")

    capture = read(teaser)

    assert capture.article is not None
    assert capture.article.text.split("\n") == TEXT
    assert f"of which the page shows {len(TEXT[0])}" in str(capture.feed_note)


@pytest.mark.parametrize("between", ["<br>", "<br/><br/>", "\n\n", "</div><div>"])
def test_a_text_without_paragraphs_is_read_all_the_same(between):
    capture = read(SCRIPTED, content=between.join(TEXT))

    assert capture.article is not None
    assert capture.article.text.split() == " ".join(TEXT).split()


def test_a_page_with_its_text_is_read_whatever_the_feed_carries():
    shown = "".join(f"<p>{each}</p>" for each in TEXT[:3])
    capture = read(html(f"<article><h1>The film crew has landed</h1>{shown}</article>"))

    assert origins(capture)["text"] == "markup"
    assert capture.feed_note is None


def test_a_short_notice_is_no_teaser():
    notice = html(
        "<article><h1>Landing</h1><p>The crew has landed on Sunday.</p><p>All are well.</p></article>"
    )
    same = "<p>The crew has landed on Sunday.</p><p>All are well.</p>" + "<p>Follow us</p>" * 40

    assert origins(read(notice, content=same))["text"] == "markup"


@pytest.mark.parametrize(
    "content", [None, "<p>Teaser.</p>", "<nav>" + '<a href="/">Home</a>' * 90 + "</nav>"]
)
def test_a_feed_without_a_text_rescues_nothing(content):
    capture = read(SCRIPTED, content=content)

    assert capture.article is None
    assert capture.problem_outcome is Outcome.FAILED
