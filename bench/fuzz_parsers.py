"""The parsers that `bench_fuzz` feeds: what each must hold besides raising nothing unannounced, and samples for it."""

from __future__ import annotations

import io
import re
import sys
import tempfile
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "newsroom"))
import hostile
import post_office
import press
import warcs

from crawler.catalogue import load_beats
from crawler.commands.opml import outlines
from crawler.config import SHIPPED_BEAT, load_config
from crawler.dedupe.urls import canonical_url, host_of, site_of
from crawler.discover.autodiscovery import surfaces
from crawler.discover.feeds import parse_feed
from crawler.discover.follow import compiled_follow
from crawler.discover.links import article_links, next_page
from crawler.discover.mails import read_mail
from crawler.discover.sitemaps import parse_sitemap
from crawler.errors import SpacereelError
from crawler.frontier.pace import retry_after_s
from crawler.ingest.reading import read_page
from crawler.lang.dates import parse_moment
from crawler.middlewares.robots import rules_of
from crawler.polling.push.subscriptions import is_signed, linked, verified
from crawler.query.conditions import condition
from crawler.query.parse import parse_query
from crawler.warc.records import read_records
from crawler.warc.sifted import SIFTED_FORM, read_counts
from db.backfills import WarcPlace
from db.model import Candidate, Page
from db.store import Store
from db.watched import Subscription

ROOT = Path(__file__).parents[1]
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
URL = "https://paper.example/2026/11/story"
UNFIT = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
SPICE = [b"\0", b"\xff\xfe", b"\xed\xa0\x80", b"&#xD800;", b"<!--", b"]]>", b"<![CDATA[", b"\x1b[2J", b"\xe2\x80\xae",
         b"<script>", b"%00", b"99999999999999999999", b"'''", b"[[", b"\r\n", b"<" * 500, b"\xf0\x9f\x9a\x80"]  # fmt: skip


def assert_fit(texts: Iterable[str | None]) -> None:
    """What comes out can be written down as UTF-8, and holds nothing that a terminal or XML chokes on."""
    for text in texts:
        if text is not None:
            text.encode()
            assert not UNFIT.search(text), repr(text[:200])


def assert_candidates(candidates: Iterable[Candidate]) -> None:
    """What a source points at are addresses of the web, or of mails, which are fit once they are canonical; titles are fit."""
    for each in candidates:
        assert re.match(r"https?://|mid:", each.url, re.IGNORECASE), each.url
        assert_fit((canonical_url(each.url), each.title))
        assert each.published_at is None or each.published_at.tzinfo is not None


def page(body: bytes) -> None:
    told = Page(url=URL, final_url=URL, status=200, headers=(("content-type", "text/html"),), body=body, fetched_at=NOW)  # fmt: skip
    capture = read_page(told, Candidate(url=URL, source="s", found_on=URL, found_at=NOW))
    assert not (capture.problem or "").startswith("Reading failed"), capture.problem
    if (article := capture.article) is not None:
        assert_fit(
            [article.url, article.title, article.text, *article.authors, *article.tags, article.description]
        )
        assert article.published_at is None or article.published_at.tzinfo is not None


def robots(body: bytes) -> None:
    rules = rules_of(200, body, 0.0)
    _ = rules.crawl_delay_s
    try:
        rules.check(URL)
    except SpacereelError:
        return


def follow(body: bytes) -> None:
    try:
        compiled = compiled_follow(body[:1000].decode("utf-8", "replace"))
    except ValueError:
        return
    compiled.search("https://e.org/" + "a" * 2000 + "!")


#: an empty record, asked by every query that can be read
RECORD = Store.open(Path(tempfile.mkdtemp()) / "articles.db")


def query(body: bytes) -> None:
    text = body[:4000].decode("utf-8", "replace")
    parse_query(text)
    asked = condition(text, NOW)
    RECORD._conn.execute(
        f"SELECT n.article_id FROM newest n WHERE {asked.sql} LIMIT 1", asked.values
    ).fetchall()


def address(body: bytes) -> None:
    text = body[:3000].decode("utf-8", "replace")
    once = canonical_url(text)
    assert once is None or canonical_url(once) == once
    host_of(text)
    site_of(text)
    retry_after_s(text, NOW)


def warc(body: bytes) -> None:
    for entry in read_records(io.BytesIO(body), "x.warc", 1_000_000, NOW, WarcPlace()):
        assert entry.place.offset <= len(body)


def counts(body: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "x.counts.json"
        file.write_bytes(body)
        read_counts(file)


def mail(body: bytes) -> None:
    told = read_mail(body, "s", NOW)
    assert_candidates((told.named, *told.links))
    told.html.encode()


def hub(body: bytes) -> None:
    text = body.decode("utf-8", "replace")
    known = Subscription(source="s", hub=URL, topic=URL, token="t", secret="k", state="asked", asked_at=NOW)
    verified(known, text, NOW)
    for rel in ("hub", "self"):
        linked(text, rel)
    is_signed(b"a", text, "k")


def config(body: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "x.toml"
        file.write_bytes(body)
        load_config(file)


def beat(body: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "x.toml"
        file.write_bytes(body)
        load_beats((file,), 1800.0)


def opml(body: bytes) -> None:
    outlines(body, "x.opml")


def moment(body: bytes) -> None:
    text = body.decode("utf-8", "replace")
    for day_first in (None, True, False):
        parse_moment(text, day_first=day_first)


RECORDS = [warcs.page(f"{URL}-{number}", press.article(str(number), URL)) for number in range(5)]
ARC = (b"filedesc://a.arc 0.0.0.0 20210101000000 text/plain 76\n1 0 Archive\nURL IP-address Archive-date Content-type Archive-length\n\n"
       b"https://paper.example/a 1.2.3.4 20210102030405 text/html 61\nHTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>A film in orbit</p>\n")  # fmt: skip
#: name -> parser, samples
PARSERS: dict[str, tuple[Callable[[bytes], object], list[bytes]]] = {
    "page": (page, [file.read_bytes() for file in sorted((ROOT / "tests" / "pages").glob("*/page.html"))]),
    "feed": (
        lambda body: assert_candidates(parse_feed(body, URL, "s", NOW).candidates),
        [press.feed([URL, URL + "2"]), *(make(URL)[0] for name, make in hostile.FEEDS.items() if name in ("laughs", "foreign", "schemes", "nul-feed"))],
    ),
    "sitemap": (
        lambda body: assert_candidates(parse_sitemap(body, URL, "s", NOW).candidates),
        [press.sitemap([URL]), press.sitemap_index([URL]), *(hostile.SITEMAPS[name](URL)[0] for name in ("laughs-map", "foreign-map"))],
    ),
    "section": (lambda body: (assert_candidates(article_links(body, URL, "s", NOW)), next_page(body, URL)), [press.section([URL + str(number) for number in range(9)])]),
    "site": (lambda body: surfaces(body, URL), [press.section([URL + str(number) for number in range(9)]), b'<!DOCTYPE html><html><head><link rel="alternate" type="application/rss+xml" href="/feed"></head><body><a href="/rss.xml">RSS</a><a href="/film/">Film</a></body></html>']),
    "mail": (mail, [post_office.letter("a", message_id="<a@e.org>").as_bytes(), post_office.listing([(URL, "A headline of five words")] * 4, message_id="<b@e.org>").as_bytes(),
        b'Subject: =?utf-8?q?A_film?=\r\nDate: Mon, 23 Nov 2026 10:00:00 +0000\r\nContent-Type: text/plain; charset="koi8-r"\r\nContent-Transfer-Encoding: base64\r\n\r\naHR0cHM6Ly9hLmV4YW1wbGUvMQ==\r\n']),
    "hub": (hub, [b"hub.mode=subscribe&hub.topic=https%3A%2F%2Fpaper.example%2F2026%2F11%2Fstory&hub.challenge=abc&hub.lease_seconds=864000", b'<https://hub.e.org/>; rel="hub", <https://e.org/feed>; rel=self', b"sha256=00"]),
    "counts": (counts, [(b'{"form": %d, "file": "a.warc", "key": "k", "records": 3, "kept": 1, "pages": {"off_topic": 2}, "skipped": {"request": 1}, "troubles": [{"url": null, "outcome": "failed", "reason": "r", "offset": 7}]}' % SIFTED_FORM)]),
    "json feed": (
        lambda body: assert_candidates(parse_feed(body, URL, "s", NOW, "application/feed+json").candidates),
        [b'{"version": "https://jsonfeed.org/version/1.1", "title": "F", "items": [{"id": "1", "url": "https://a.example/1", "title": "One", "content_html": "<p>One</p>", "date_published": "2026-11-23T10:00:00Z"}, {"id": 2, "external_url": "/2", "summary": "Two"}]}'],
    ),
    "date": (moment, [each.encode() for each in ("2026-11-23T10:00:00+03:00", "Mon, 23 Nov 2026 12:00:00 GMT", "20 ноября 2019 г., 15:24 МСК", "2026年11月23日 10時", "1763900000")]),
    "opml": (opml, [b'<?xml version="1.0"?><opml version="2.0"><body><outline text="A"><outline xmlUrl="https://a.example/f" title="F"/></outline></body></opml>']),
    "json-ld": (
        lambda body: page(b'<script type="application/ld+json">' + body + b"</script><p>Text of it.</p>"),
        [b'{"@context":"https://schema.org","@type":"NewsArticle","headline":"A","author":[{"@type":"Person","name":"B"}],"datePublished":"2026-11-23T10:00:00Z","image":{"url":"/a.jpg"}}'],
    ),
    "query": (query, [b'"tom cruise" AND (orbit OR \xd0\xbe\xd1\x80\xd0\xb1\xd0\xb8\xd1\x82*) -site:e.org since:2026-01-01 band:relevant']),
    "follow": (follow, [b"-(?:19|20)[0-9]{6}/?(?:[?#]|$)", b"(a|a)*$", b"^https://e\\.org/(news|film)/"]),
    "robots.txt": (robots, [b"User-agent: *\nDisallow: /private\nCrawl-delay: 3\nSitemap: https://a.example/s.xml\nAllow: /*.html$\n"]),
    "address": (address, [b"https://user@www.Paper.example:443/a/../b?utm_source=x&b=1#c", b"http://[::ffff:127.0.0.1]/", b"//\xd0\xbf.\xd1\x80\xd1\x84/", b"Mon, 23 Nov 2026 12:00:00 GMT"]),
    "warc": (warc, [b"".join(RECORDS), warcs.packed(RECORDS), warcs.packed([b"".join(RECORDS)]), ARC]),
    "configuration": (config, [b'[store]\npath = "a.db"\ndurability = "full"\n[fetch]\ntimeout = "1h 30m"\nmax_bytes = "10MB"\nallow_private = ["10.0.0.0/8"]\n']),
    "beat": (beat, [SHIPPED_BEAT.read_bytes()[:6000], (ROOT / "crawler" / "beats" / "lego.toml").read_bytes()[:4000], b'[beat]\nid = "x"\ntitle = "X"\n[[source]]\nid = "s"\ntitle = "S"\nkind = "feed"\nurl = "https://e.org/f"\nevery = "15m"\n[topic]\nrelevant = 4.0\n[topic.concepts.film]\nany = ["film*", "tom cruise"]\n[[topic.rule]]\nname = "film"\npoints = 4.0\nall = ["film"]\n']),
}  # fmt: skip
