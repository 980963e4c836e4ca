"""Pages that their scripts draw, in the system's Chromium; what they ask for passes our doors or is not asked for."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace

import kit
import press
import pytest

from crawler.commands.doctor import examined
from crawler.commands.sources_check import finding
from crawler.ingest import render
from db.model import Source

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        render.find_spec("playwright") is None or not any(map(shutil.which, ("chromium", "google-chrome"))),
        reason="needs playwright and chromium",
    ),
]
JS = "text/javascript"


@pytest.fixture(autouse=True)
def as_root(monkeypatch):
    monkeypatch.setenv("SPACEREEL_RENDER_AS_ROOT", "1")


def shell(script: str) -> bytes:
    return f'<!DOCTYPE html><html lang="en"><head><title>Paper</title></head><body><div id="root"></div>{script}</body></html>'.encode()


def drawing(slug: str, then: str = "") -> str:
    """A script that draws an article out of data that it asks for."""
    return f"""fetch("/data/{slug}.json").then(answer => answer.json()).then(told => {{
      document.title = told.title;
      document.getElementById("root").innerHTML =
        "<article><h1>" + told.title + "</h1>" + told.paragraphs.map(each => "<p>" + each + "</p>").join("") + "</article>";
      {then} }});"""


@pytest.fixture
def printed(newsroom):
    """`printed(then)`: an article that `/app.js` draws, which does *then* afterwards; returns its address."""

    def put(then: str = "", body: str = '<script src="/app.js"></script>') -> str:
        told = {"title": press.title_of("drawn"), "paragraphs": press.text_of("drawn").split("\n")}
        newsroom.print_("/data/drawn.json", json.dumps(told).encode(), "application/json")
        newsroom.print_("/app.js", drawing("drawn", then).encode(), JS)
        address = newsroom.print_("/story/drawn", shell(body), "text/html")
        newsroom.print_("/feed", press.feed([address]))
        return address

    return put


def configured(newsroom, tmp_path, **more):
    source = kit.source(newsroom.origin() + "/feed", **{"render": True, **more})
    allowed = [f"{each}/32" for each in newsroom.addresses[:2]]
    return kit.configured(tmp_path, [source], allow_private=allowed)


def test_a_page_that_scripts_draw_is_read(newsroom, once, tmp_path, printed):
    address = printed()
    config = configured(newsroom, tmp_path)

    once(config)

    (article,) = kit.query(config, "SELECT title, text FROM articles")
    assert article == {"title": press.title_of("drawn"), "text": press.text_of("drawn")}
    verdict, reason = kit.verdict_of(config, address)
    assert verdict == "new"
    assert "Drawn by its scripts: 2 requests." in reason


def test_without_the_switch_no_script_is_asked_for(newsroom, once, tmp_path, printed):
    printed()
    config = configured(newsroom, tmp_path, render=False)

    once(config)

    assert newsroom.asked("/app.js") == []
    assert kit.count(config, "articles") == 0


def test_what_a_script_must_not_ask_for_is_not_asked_for(newsroom, once, tmp_path, printed):
    inner, outer = newsroom.origin(2), newsroom.origin(1)
    newsroom.robots[newsroom.host(1)] = "User-agent: *\nDisallow: /closed\n"
    attacks = f"""
      const tell = what => fetch("{outer}/canary?" + what);
      fetch("{inner}/canary-fetch").catch(() => 0);
      fetch("{outer}/to?{inner}/canary-redirect").catch(() => 0);
      fetch("{outer}/closed/robots").catch(() => 0);
      fetch("{outer}/canary-post", {{method: "POST", body: "x"}}).catch(() => 0);
      navigator.sendBeacon("{outer}/canary-beacon", "x");
      new Image().src = "{outer}/canary-image";
      try {{ new WebSocket("{inner.replace("http", "ws")}/canary-socket"); }} catch (e) {{}}
      try {{ new EventSource("{outer}/canary-events"); }} catch (e) {{}}
      for (const rel of ["prefetch", "preconnect", "dns-prefetch", "stylesheet", "prerender"]) {{
        const link = document.createElement("link"); link.rel = rel; link.href = "{inner}/canary-" + rel;
        document.head.append(link);
      }}
      const frame = document.createElement("iframe"); frame.src = "{outer}/canary-frame"; document.body.append(frame);
      const video = document.createElement("video"); video.src = "{outer}/canary-video"; document.body.append(video);
      try {{ open("{outer}/canary-window"); }} catch (e) {{}}
      fetch("file:///etc/passwd").catch(() => 0);
      setTimeout(() => {{ location.href = "{outer}/canary-leaving"; }}, 200);
    """
    printed(attacks)
    config = configured(newsroom, tmp_path)

    once(config)

    assert newsroom.asked(number=2) == []
    assert [each.path for each in newsroom.asked("/c", number=1)] == []
    assert [each.path for each in newsroom.asked("/to", number=1)] == [f"/to?{inner}/canary-redirect"]
    assert kit.count(config, "articles") == 1


@pytest.mark.parametrize(
    ("then", "within_s", "said"),
    [
        pytest.param("while (true) {}", 6.0, "did not end within", id="a script without end"),
        pytest.param(
            'document.body.innerText = "x".repeat(3e6);',
            render.WITHIN_S,
            "more than 1,000,000 characters",
            id="a page without end",
        ),
        pytest.param(
            """Object.defineProperty(Element.prototype, "outerHTML", {get: () => "small"});
            JSON.stringify = () => '"small"'; String.prototype.slice = () => "small";
            document.body.innerText = "x".repeat(3e6);""",
            render.WITHIN_S,
            "more than 1,000,000 characters",
            id="one that says it is small",
        ),
    ],
)
def test_a_page_that_cannot_be_drawn_is_taken_as_it_came(
    newsroom, once, tmp_path, printed, monkeypatch, then, within_s, said
):
    monkeypatch.setattr(render, "WITHIN_S", within_s)
    address = printed(then)
    config = configured(newsroom, tmp_path)

    once(config)

    verdict, reason = kit.verdict_of(config, address)
    assert verdict == "failed"
    assert "It was not drawn by its scripts:" in reason
    assert said in reason


def test_a_script_that_asks_for_ever_is_cut_off(newsroom, once, tmp_path, printed, monkeypatch):
    monkeypatch.setattr(render, "MOST_REQUESTS", 10)
    address = printed('for (let n = 0; n < 500; n++) fetch("/article/n" + n);')
    config = configured(newsroom, tmp_path)

    once(config)

    assert len(newsroom.asked("/article/")) == 8
    assert "10 requests, 492 refused or failed" in kit.verdict_of(config, address)[1]


def test_a_section_that_scripts_draw_is_read_too(newsroom, once, tmp_path):
    links = "".join(
        f'<li><a href="/article/the-crew-lands-in-steppe-{n}">The crew lands in the steppe {n}</a></li>'
        for n in range(4)
    )
    script = f"<script>document.getElementById('root').innerHTML = '<ul>{links}</ul>';</script>"
    section = newsroom.print_("/film", shell(script), "text/html")
    config = kit.configured(tmp_path, [kit.source(section, kind="section", render=True)])

    once(config)

    assert kit.count(config, "articles") == 4
    (poll,) = kit.query(config, "SELECT reason FROM visits WHERE purpose = 'source'")
    assert poll["reason"].endswith("4 new; drawn by its scripts: 0 requests.")


def test_doctor_says_what_is_missing(newsroom, tmp_path, monkeypatch):
    config = configured(newsroom, tmp_path)
    told = {each.name: each for each in examined(config, lambda host: None)}
    assert told["scripts"].is_ok

    monkeypatch.delenv("SPACEREEL_RENDER_AS_ROOT")
    monkeypatch.setattr(render, "_is_root", lambda: True)
    told = {each.name: each for each in examined(config, lambda host: None)}
    assert not told["scripts"].is_ok
    assert "no sandbox" in told["scripts"].sentence

    monkeypatch.setattr(render, "_chromium", lambda: None)
    told = {each.name: each for each in examined(config, lambda host: None)}
    assert "Chromium is missing" in told["scripts"].sentence


def test_check_says_when_a_source_needs_it(newsroom, printed, make_page, now):
    printed()
    page = make_page(url="https://e.org/film", body=shell('<script src="/app.js"></script>'))
    source = Source(id="film", title="Film", kind="section", url=page.url, beat="b", every_s=60)

    assert "drawn by scripts: set render = true" in str(finding(source, page, now).advice)
    assert "drawn by scripts" not in str(finding(replace(source, render=True), page, now).advice)
