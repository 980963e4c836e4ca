"""Any bytes may come from a page, a robots.txt, or a file of the user's: they are read, or refused in words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import example, given, settings
from hypothesis import strategies as st

from crawler.commands.opml import outlines
from crawler.config import load_config
from crawler.errors import ConfigError, RobotsDenied
from crawler.ingest.reading import read_page
from crawler.lang.dates import parse_moment
from crawler.middlewares.robots import rules_of
from db.model import Candidate, Page

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
URL = "https://e.org/2026/11/23/film-crew-in-orbit"


def soup(pieces: str, most: int = 30) -> st.SearchStrategy[bytes]:
    """Bytes in the manner of what the parser expects, and any others."""
    words = st.lists(st.sampled_from(pieces.split("|")), max_size=most).map(" ".join)
    return st.one_of(words.map(lambda text: text.encode("utf-8", "surrogatepass")), st.binary(max_size=200))


MARKUP = soup(
    "<html>|<head>|<title>Film|</title>|<meta property='og:title' content='x'>|<meta charset=utf-16>|<body>|<article>|</article>|<p>|</p>"
    "|The crew came back from the station on Friday, and the film was done.|<h1>|</h1>|<div class=share>|<time datetime='2026-11-23'>|</time>"
    '|<figure>|<img src=//[>|<figcaption>Photo: ESA|<script type=application/ld+json>|{"@type": "NewsArticle", "headline": [[]]}|</script>'
    "|<base href='//['>|<a href='javascript:x'>|&#xD800;|\x00|\ud800|<!--|]]>|<table>|<td>|<svg>|映画|By Jane Doe"
)
ROBOTS = soup(
    "User-agent:|*|\n|Spacereel|Disallow:|Allow:|/|/*$|/%zz|Crawl-delay:|-1|nan|99999999999|Sitemap:|http://[|\ufeff|#|\x00"
)
TOML = soup(
    '[store]|path|=|"a.db"|\n|[fetch]|timeout|"1h 30m"|"x"|max_bytes|-1|[|]|allow_private|["10.0.0.0/8"]|"""|nan|1979-05-27|[[beats]]|contact'
)
OPML = soup('<opml version="2.0">|<body>|</body>|</opml>|<outline|xmlUrl="https://e.org/f"|xmlUrl="http://["|text="A"|/>|>|</outline>|<!DOCTYPE x [<!ENTITY a "b">]>|&a;|\x00')  # fmt: skip
DATES = st.one_of(
    st.lists(
        st.sampled_from(["2026", "11", "23", "31", "30", "02", "0", "99", "-", "/", ".", "T", "Z", ":", "+", "24", "60", "59", "ноября", "Feb", "MSK", "am", "年", "月", "日", ",", " ", "19", "1763900000", "１２"]),
        max_size=14,
    ).map("".join),
    st.text(max_size=60),
)  # fmt: skip


@given(MARKUP)
@settings(deadline=None)
@example(b"<p>" * 2000 + b"x")
def test_a_page_is_read_or_refused(body):
    page = Page(url=URL, final_url=URL, status=200, headers=(("content-type", "text/html"),), body=body, fetched_at=NOW)  # fmt: skip

    capture = read_page(page, Candidate(url=URL, source="s", found_on=URL, found_at=NOW))

    assert not (capture.problem or "").startswith("Reading failed"), capture.problem
    assert capture.article is not None or capture.problem
    if capture.article is not None:
        assert capture.article.text.strip() and capture.article.title.strip()
        assert capture.article.canonical_url.startswith(("http://", "https://"))


@given(ROBOTS, st.sampled_from([200, 301, 404, 429, 500]))
@settings(deadline=None)
def test_a_robots_txt_allows_or_denies(body, status):
    rules = rules_of(status, body, 0.0)

    assert rules.crawl_delay_s is None or rules.crawl_delay_s >= 0.0
    try:
        rules.check(URL)
    except RobotsDenied as refusal:
        assert str(refusal)
        assert status not in (301, 404)
    else:
        assert status < 429


@given(TOML)
@settings(deadline=None)
def test_a_configuration_is_read_or_refused_in_one_line(tmp_path_factory, body):
    path = Path(tmp_path_factory.getbasetemp()) / "soup.toml"
    path.write_bytes(body)
    try:
        config = load_config(path)
    except ConfigError as refusal:
        assert str(refusal) and "\n" not in str(refusal)
    else:
        assert config.path == path and config.fetch.timeout_s > 0


def test_a_reference_to_no_character_is_left_out_and_costs_no_feed():
    body = b'<opml><outline xmlUrl="https://e.org/f" text="&#xD800;"/><outline xmlUrl="https://e.org/&#xDC00;"/></opml>'

    assert outlines(body, "x.opml") == (("https://e.org/f", ""), ("https://e.org/", ""))


@given(OPML)
@settings(deadline=None)
@example(b'<opml><outline xmlUrl="https://e.org/f" text="&#xD800;"/></opml>')
def test_an_opml_file_is_read_or_refused(body):
    try:
        found = outlines(body, "subscriptions.opml")
    except ConfigError as refusal:
        assert str(refusal)
    else:
        assert all(isinstance(part, str) for outline in found for part in outline)


@given(DATES, st.sampled_from([None, True, False]))
@settings(deadline=None)
@example("0001-01-01T00:00+14:00", None)
@example("9999-12-31T23:59-12:00", None)
def test_a_date_is_read_or_not(text, day_first):
    moment = parse_moment(text, day_first=day_first)

    if moment is not None and moment.instant is not None:
        assert moment.instant.utcoffset() == timedelta(0)
