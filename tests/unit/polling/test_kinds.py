"""One object per kind of source says all that is particular about it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import get_args

import pytest

from crawler.errors import DiscoverError
from crawler.polling.kinds import KINDS, kind_of, polls_of
from db.model import Source, SourceKind
from db.watched import SourceState

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
WIRE = Source(id="wire", title="", kind="feed", url="https://news.example/rss", beat="b", every_s=900)
FEED = (
    b"<rss version='2.0'><channel><title>Wire</title>"
    b"<item><title>Lift-off</title><link>https://news.example/lift-off</link></item></channel></rss>"
)
MAP = (
    b"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>"
    b"<url><loc>https://news.example/lift-off</loc></url></urlset>"
)
LINKS = (
    b"<html><body><main><a href='/2026/11/23/a-film-crew-lifts-off-for-the-station'>"
    b"A film crew lifts off for the space station</a></main></body></html>"
)


def test_every_kind_that_a_beat_file_may_name_has_its_object():
    assert set(KINDS) == set(get_args(SourceKind))
    assert all(kind.name == name for name, kind in KINDS.items())


@pytest.mark.parametrize(
    ("kind", "body", "url"),
    [
        pytest.param("feed", FEED, "https://news.example/lift-off", id="feed"),
        pytest.param("query", FEED, "https://news.example/lift-off", id="query"),
        pytest.param("sitemap", MAP, "https://news.example/lift-off", id="sitemap"),
        pytest.param(
            "section",
            LINKS,
            "https://news.example/2026/11/23/a-film-crew-lifts-off-for-the-station",
            id="section",
        ),
        pytest.param(
            "site", LINKS, "https://news.example/2026/11/23/a-film-crew-lifts-off-for-the-station", id="site"
        ),
        pytest.param("page", LINKS, "https://news.example/rss", id="page"),
    ],
)
def test_a_kind_reads_its_own_answers(make_page, kind, body, url):
    source = replace(WIRE, kind=kind)

    parsed = kind_of(source).parse(source, make_page(source.url, body=body), NOW)

    assert [each.url for each in parsed.candidates] == [url]
    assert {each.source for each in parsed.candidates} == {"wire"}


@pytest.mark.parametrize("kind", ["feed", "query", "sitemap"])
def test_a_kind_refuses_what_is_none_of_it(make_page, kind):
    source = replace(WIRE, kind=kind)

    with pytest.raises(DiscoverError):
        kind_of(source).parse(source, make_page(source.url, body=LINKS), NOW)


def test_a_source_is_asked_where_it_has_moved_to():
    moved = SourceState(source=WIRE, moved_to="https://new.example/rss")

    assert [poll.url for poll in polls_of([moved, SourceState(source=WIRE)], NOW)] == [
        "https://new.example/rss",
        "https://news.example/rss",
    ]


def test_a_query_is_asked_at_the_pace_of_its_service():
    query = replace(
        WIRE, kind="query", engine="gdelt", queries=("film in orbit",), url="https://gdelt.example/"
    )

    (poll,) = polls_of([SourceState(source=query)], NOW)

    assert poll.gap_s == 5.0
    assert "film" in poll.url
