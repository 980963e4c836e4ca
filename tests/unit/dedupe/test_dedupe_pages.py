"""What a page changes from visit to visit without its article changing; and copies as the record meets them."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from stories_kit import append as tell
from stories_kit import reports

from crawler.dedupe.fingerprint import fingerprint
from crawler.dedupe.recognise import recognise
from crawler.ingest.reading import read_page
from db.connection import connect
from db.guards import rebuild
from db.model import Candidate, Known, Page

AT = datetime(2026, 11, 20, 9, tzinfo=UTC)
URL = "https://wire.example/2026/film-crew-lands"
PARAGRAPHS = (
    "The actress and the director of “The Quiet Module” came back from orbit on Monday, two days later than planned.",
    "Their capsule came down off Pensacola under four parachutes, the company said, and all on board were well.",
    "“We have forty-one hours of film”, the director said from the ship's deck, “and I have not slept for most of them.”",
    "The picture is to be cut in Oslo over the winter. Its makers hope to show it at a festival in the spring of 2028.",
    "Two members of the crew will stay under observation until Thursday, as is usual after a week without weight.",
)
PAGE = """<!doctype html><html lang="en"><head><title>Film crew lands | Wire</title>
<meta property="og:title" content="Film crew lands"><meta property="article:published_time" content="2026-11-20T08:00:00Z">
<meta property="og:image" content="https://wire.example/i/{width}.jpg"></head><body>
<header><nav><a href="/">Home</a> <a href="/film">Film</a></nav></header><main><article><h1>Film crew lands</h1>
<p class="meta"><span class="views">{views} views</span> <span class="comment-count">{comments} comments</span></p>
<figure><img src="/i/{width}.jpg" srcset="/i/{width}.jpg {width}w" width="{width}" height="400" alt="The capsule"></figure>
{text}
<div class="share-bar"><a href="/share">Share</a> {shares}</div></article>
<aside class="related"><h2>Related</h2><ul>{related}</ul></aside></main>
<footer>{today} © Wire</footer></body></html>"""
PLAIN = {
    "width": 800, "views": "1,204", "comments": 3, "shares": 17, "today": "20 November", "text": "".join(f"<p>{each}</p>\n" for each in PARAGRAPHS),
    "related": "".join(f'<li><a href="/2026/{n}">Related story number {n} about rockets</a></li>' for n in range(3)),
}  # fmt: skip


def read(**other):
    body = PAGE.format(**{**PLAIN, **other}).encode()
    page = Page(url=URL, final_url=URL, status=200, headers=(("content-type", "text/html; charset=utf-8"),), body=body, fetched_at=AT)  # fmt: skip
    return read_page(page, Candidate(url=URL, source="wire", found_on=URL, found_at=AT)).article


def compare(article, before):
    known = Known(
        article_id=1,
        canonical_url=before.canonical_url,
        revision=1,
        content_sha256=fingerprint(before).content_sha256,
        title=before.title,
        text=before.text,
        authors=before.authors,
        published_at=before.published_at,
        fetched_at=AT,
        is_same_address=True,
    )
    return recognise(article, fingerprint(article), [known], AT + timedelta(hours=3))


@pytest.mark.parametrize(
    "other",
    [
        pytest.param({"views": "98,311", "comments": 412, "shares": "3.1k"}, id="counters"),
        pytest.param({"related": '<li><a href="/2026/77">What the rocket company plans next year</a></li>'}, id="related box"),
        pytest.param({"width": 1600}, id="image size"),
        pytest.param({"today": "23 November"}, id="boilerplate"),
        pytest.param({"text": "\n\n".join(f"<p>\t{each.replace(' ', '  ')} </p>" for each in PARAGRAPHS)}, id="white space"),
        pytest.param({"text": PLAIN["text"].translate({0x201C: '"', 0x201D: '"', 0x27: "’"})}, id="quotes"),
    ],
)  # fmt: skip
def test_what_stands_around_an_article_brings_no_version(other):
    likeness = compare(read(**other), read())

    assert (likeness.kind, likeness.changes) == ("unchanged", ())


def test_a_word_of_the_same_page_brings_one():
    likeness = compare(read(text=PLAIN["text"].replace("Thursday", "Friday"), views="9,999"), read())

    assert (likeness.kind, likeness.changes) == ("changed", ("edited",))


@pytest.fixture
def agency(store):
    """An agency's report of ten paragraphs; already in the record."""
    told = reports("fresh")[0]
    lines = [
        f"{told.article.text} Said of paragraph {word}." for word in ("one", "two", "three", "four", "five")
    ]
    more = [f"{each} In {word}: {each[::-1].replace(' ', f' {word} ')}." for word, each in zip(("alpha", "beta", "gamma", "delta", "epsilon"), PARAGRAPHS, strict=True)]  # fmt: skip
    told = replace(told, article=replace(told.article, text="\n".join([*more, *lines])))
    tell(store, told)
    return told


def elsewhere(told, name, text, hours=2.0):
    url = f"https://{name}.example/film"
    article = replace(told.article, url=url, canonical_url=url, site_name=name.title(), text=text)
    return replace(told, article=replace(article, published_at=article.published_at + timedelta(hours=hours)))


@pytest.mark.parametrize("share", [1.0, 0.6, 0.3])
def test_a_copy_that_is_cut_short_is_one(store, rows, agency, share):
    lines = agency.article.text.split("\n")

    tell(store, elsewhere(agency, "daily", "\n".join(lines[: round(len(lines) * share)])))

    assert rows("SELECT original_url FROM newest WHERE site_name = 'Daily'") == [(agency.article.url,)]
    assert rows("SELECT kind FROM copies") == [("copy" if share == 1.0 else "near_copy",)]


def test_a_translation_is_no_copy_but_a_report_of_its_own(store, rows):
    english, german = (
        each for each in reports("fresh") if each.event == "f28" and each.article.language in ("en", "de") and each.article.site_name in ("Harbour Post", "Nordlicht")
    )  # fmt: skip
    tell(store, english)
    tell(store, german)

    assert rows("SELECT count(*) FROM copies") == [(0,)]
    assert rows("SELECT count(*) FROM newest WHERE original_url IS NOT NULL") == [(0,)]


def test_the_agency_that_a_text_credits_is_the_original_though_it_came_later_and_was_seen_later(store, rows):
    told = reports("fresh")[0]
    text = "\n".join(f"{each} {each[::-1]}" for each in PARAGRAPHS)
    paper = elsewhere(told, "daily", f"{text}\n(Reuters Wire)", hours=0)
    wire = elsewhere(told, "reuters-wire", text, hours=5)
    wire = replace(wire, article=replace(wire.article, site_name="Reuters Wire"))

    tell(store, paper)
    tell(store, wire)

    assert rows("SELECT site_name, original_url FROM newest ORDER BY article_id") == [
        ("Daily", wire.article.url),
        ("Reuters Wire", None),
    ]


def test_an_original_that_comes_last_takes_over_the_copies_of_its_copy(store, rows, agency):
    wire = elsewhere(agency, "wire-agency", agency.article.text, hours=-9)
    others = [elsewhere(agency, name, agency.article.text) for name in ("daily", "courant")]
    for each in (*others, wire):
        tell(store, each)
    under = "SELECT canonical_url, original_url FROM newest ORDER BY article_id"
    expected = [
        (agency.article.url, wire.article.url),
        *((each.article.url, wire.article.url) for each in others),
        (wire.article.url, None),
    ]

    assert rows(under) == expected
    with closing(connect(store.path)) as conn:
        rebuild(conn)
    assert rows(under) == expected
    assert rows("SELECT story_id FROM newest GROUP BY story_id") == [(1,)]
