"""The page as it was fetched, beside its article: it looks like itself, and whatever it tries, no request leaves."""

from __future__ import annotations

import re
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from chromium import CHROMIUM
from review_room import Served

from crawler.review import snapshot as snapshots
from crawler.review.snapshot import HEADERS, harmless_style, snapshot

#: what a page can try; CANARY stands for an address elsewhere
TRIES = """<html lang="en" class="page" onload="fetch('CANARY/onload')"><head><title>t</title>
<base href="CANARY/base/"><meta http-equiv="refresh" content="0;url=CANARY/refresh">
<link rel="stylesheet" href="CANARY/sheet.css"><link rel="icon" href="CANARY/icon"><link rel="manifest" href="CANARY/manifest">
<link rel="preload" as="image" href="CANARY/preload"><link rel="prefetch" href="CANARY/prefetch">
<script src="CANARY/script.js"></script><script>new Image().src = "CANARY/inline"; location = "CANARY/location";</script>
<style>@import "CANARY/import.css"; @import url(CANARY/import2.css); @\\69mport "CANARY/import3.css";
@font-face { font-family: x; src: url(CANARY/font) } p { font-family: x; background: u\\72l(CANARY/escaped) }
h1 { color: rgb(1, 2, 3); background: url("CANARY/background") }
td { background: image-set("CANARY/set" 1x) } table { background: u<rl(CANARY/parted); content: u@charset 'x';rl(CANARY/joined) }
@imp<ort "CANARY/import4.css";
h1::before { content: url(CANARY/content) } li { list-style: url('CANARY/list
') }</style></head>
<body background="CANARY/body" style="cursor: url(CANARY/cursor), auto"><h1 style="background: url( 'CANARY/style' )">The headline of the page</h1>
<p>The first paragraph. <a href="CANARY/link" ping="CANARY/ping">A link</a> <a href="javascript:fetch('CANARY/js')">another</a></p>
<img src="CANARY/img" srcset="CANARY/srcset 2x" alt="An otter" onerror="fetch('CANARY/onerror')"><img src="x" onerror="fetch('CANARY/x')">
<img src="data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7" alt="dot" id="dot">
<img src="data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg'><image href='CANARY/svgdata'/></svg>" alt="drawn">
<picture><source srcset="CANARY/source"><img src="relative.png"></picture>
<iframe src="CANARY/iframe"></iframe><iframe srcdoc="<img src='CANARY/srcdoc'>"></iframe><object data="CANARY/object"></object>
<embed src="CANARY/embed"><video poster="CANARY/poster" src="CANARY/video" autoplay></video><audio src="CANARY/audio" autoplay></audio>
<form action="CANARY/form" id="f"><input type="image" src="CANARY/input"><input autofocus onfocus="f.submit()"></form>
<svg><image href="CANARY/svg"/><use href="CANARY/use#a"/><style>@import "CANARY/svgstyle";</style><script>fetch("CANARY/svgscript")</script></svg>
<noscript><p title="</noscript><img src='CANARY/noscript'>"></noscript>
<svg></p><style><a id="</style><img src='CANARY/mutated' onerror='fetch(1)'>"></style></svg>
<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src='CANARY/math'&gt;"></style></mglyph></table></mtext></math>
<table background="CANARY/table"><tr><td background="CANARY/cell">A cell</td></tr></table>
<frameset><frame src="CANARY/frame"></frameset><custom-element>In an element of its own</custom-element>
<div style="-moz-binding: url(CANARY/binding); behavior: url(CANARY/htc); width: expression(fetch('CANARY/expression'))">x</div>
<style>p { color: red }</style/><img src="CANARY/style-end"><textarea></textarea/><img src="CANARY/textarea"></textarea>
<p>The last paragraph.</p></body></html>"""
#: in the head of a page that nobody cleaned; no policy forbids a browser to connect
CONNECTS = '<link rel="preconnect" href="CANARY"><link rel="dns-prefetch" href="CANARY">'


@contextmanager
def listening(answers=None):
    """A server elsewhere: (its address, paths it was asked for, connections)."""
    asked, came = [], []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            content, headers = (answers or {}).get(self.path, (b"", {}))
            self.send_response(200)
            for name, value in {"Content-Length": str(len(content)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        do_POST = do_HEAD = do_GET  # noqa: N815 - as http.server calls them

        def log_message(self, *_):
            pass

    class Server(ThreadingHTTPServer):
        def get_request(self):
            found = super().get_request()
            came.append(found[1])
            return found

    server = Server(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked, came
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def keep(store, make_article, make_page, append):
    """`keep(html)`: a record whose article 1 was read from that page; its path."""

    def one(html):
        page = make_page("https://news.example/otter", body=html.encode())
        store.keep_page(page)
        append(make_article("https://news.example/otter"), page=page)
        return store.path

    return one


def test_what_draws_stays_and_all_else_goes(make_page):
    html = snapshot(make_page("https://news.example/otter", body=TRIES.encode()))

    for kept in (
        "The headline of the page",
        "The first paragraph.",
        "A link",
        "A cell",
        "The last paragraph.",
        "An otter",
    ):
        assert kept in html
    assert "color: rgb(1, 2, 3)" in html and 'class="page"' in html
    assert 'id="dot"' in html and html.count("<img") == 1
    assert "In an element of its own" in html
    assert not re.search(
        r"<(?:script|iframe|object|embed|video|audio|form|input|svg|math|link|meta|base|frame)\b", html
    )
    assert not re.search(r"\s(?:on\w+|href|srcset|action|ping|background|poster)=", html)


@pytest.mark.parametrize(
    "style",
    [
        "a{b:url(x)}",
        "a{b:URL ( 'x' )}",
        "@import 'x';",
        "@IMPORT url(x)",
        "</style><script>",
        "a{b:url(x",
        "<!--",
        pytest.param("a{b:u<rl(x)}", id="parted by what is taken out"),
        pytest.param("a{b:u@charset 'x';rl(x)}", id="parted by a rule"),
        pytest.param("@imp<ort 'x';", id="a parted rule"),
        pytest.param(r"a{b:u\72l(x)}", id="a letter by its number"),
        pytest.param(r"@\69 mport 'x';", id="a rule with one"),
        pytest.param(r"a{b:u\rl(x)}", id="a letter that needs no backslash"),
        pytest.param("a{b:-webkit-image-set('x' 1x)}", id="a set of pictures"),
        pytest.param("a{b:src('x')}", id="an address in quotes"),
    ],
)
def test_no_style_asks_for_anything_or_ends_its_element(style):
    left = harmless_style(style)

    assert not re.search(r"url|image-set|src|@import|<|\\", left, re.IGNORECASE)


def test_a_page_without_end_is_cut(make_page, monkeypatch):
    monkeypatch.setattr(snapshots, "MOST_ELEMENTS", 1000)
    monkeypatch.setattr(snapshots, "MOST_MARKUP", 20_000)
    page = make_page("https://news.example/x", body=b"<html><body>" + b"<p class='a'>word</p>" * 5000)

    html = snapshot(page)

    assert html.count("<p") <= 1000
    assert len(html) <= 20_000 + 20


def test_an_article_without_a_kept_page_says_so(keep, room_on):
    room = room_on(keep("<html><body><p>Otters.</p></body></html>"))
    (room.path.parent / "archive.db").unlink()

    answer = room.get("/-/original/1")

    assert "The page cannot be shown: the archive is not there" in answer.text
    assert room.get("/-/original/99").status_code == 404


def test_the_frame_is_there_when_it_is_asked_for_and_from_this_site(keep, room_on):
    room = room_on(keep("<html><body><p>Otters.</p></body></html>"))

    plain, asked = room.get("/-/article/1"), room.get("/-/article/1?original=1")
    foreign = room.get(
        "/-/article/1?original=1",
        headers={"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document"},
    )

    assert "<iframe" not in plain.text and "See the page as it was fetched" in plain.text
    assert 'src="/-/original/1" sandbox=""' in asked.text
    assert "frame-src 'self'" in asked.headers["content-security-policy"]
    assert "<iframe" not in foreign.text and "frame-src" not in foreign.headers["content-security-policy"]
    headers = room.get("/-/original/1").headers
    assert headers["content-security-policy"].endswith("; sandbox")
    assert headers["x-frame-options"] == "SAMEORIGIN"
    assert room.get("/-/article/1").headers["x-frame-options"] == "DENY"


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")
class TestInChromium:
    """A hostile page, drawn."""

    def test_no_request_leaves_whatever_a_page_tries(self, keep, browser):
        with listening() as (canary, asked, came):
            running = Served(keep((TRIES.replace("<title>", CONNECTS + "<title>")).replace("CANARY", canary)))
            try:
                browser.open(f"{running.url}/-/article/1?original=1")
                browser.open(f"{running.url}/-/original/1")
                text = browser.does("document.body.innerText")
                found = browser.does(
                    "[self.origin, document.links.length, document.scripts.length, document.images.length,"
                    " getComputedStyle(document.querySelector('h1')).color]"
                )
            finally:
                running.stop()

        assert (asked, came) == ([], [])
        assert "The headline of the page" in text and "The last paragraph." in text
        assert found == ["null", 0, 0, 1, "rgb(1, 2, 3)"]

    def test_what_is_taken_out_alone_keeps_a_page_from_asking(self, browser, make_page):
        """As if no policy were sent, and no frame stood around it."""
        with listening() as (canary, asked, came):
            html = snapshot(
                make_page("https://news.example/otter", body=TRIES.replace("CANARY", canary).encode())
            )
            served = {"/": (html.encode(), {"Content-Type": "text/html; charset=utf-8"})}
            with listening(served) as (here, _, _):
                browser.open(f"{here}/")
                assert "The headline of the page" in browser.does("document.body.innerText")

        assert (asked, came) == ([], [])

    def test_the_policy_alone_keeps_a_page_from_asking(self, browser):
        """As if nothing had been taken out of it."""
        with listening() as (canary, asked, _):
            page = TRIES.replace("CANARY", canary).encode()
            served = {"/": (page, {"Content-Type": "text/html; charset=utf-8", **HEADERS})}
            with listening(served) as (here, _, _):
                browser.open(f"{here}/")
                assert "The headline of the page" in browser.does("document.body.innerText")

        assert asked == []
