"""`spacereel sources`: finding, checking and exchanging sources, against the newsroom."""

from __future__ import annotations

import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import kit
import press
import pytest
from click.testing import CliRunner

from crawler.catalogue import load_beats
from crawler.cli import main
from crawler.commands.beatfile import add_sources
from crawler.commands.opml import import_opml, opml_of, outlines
from crawler.errors import ConfigError

ROOT = Path(__file__).parents[2]


def spacereel(config, *words: str, **more):
    return CliRunner().invoke(main, [*words, "--config", str(config.path)], **more)


@pytest.fixture
def site(newsroom, tmp_path):
    """A paper with a feed, a sitemap, a section and a beat of its own, and its configuration."""
    urls = [newsroom.origin() + f"/article/film-shot-in-space-number-{n}" for n in range(6)]
    gardens = [newsroom.origin() + f"/article/gardening-in-autumn-part-{n}" for n in range(6)]
    newsroom.print_("/rss.xml", press.feed(urls))
    newsroom.print_("/map.xml", press.sitemap(gardens))
    newsroom.robots[newsroom.host()] = (
        f"User-agent: *\nDisallow: /secret\nSitemap: {newsroom.origin()}/map.xml\n"
    )
    newsroom.print_("/garden", press.section(gardens), "text/html")
    newsroom.print_(
        "/",
        b'<html><head><link rel="alternate" type="application/rss+xml" href="/rss.xml"></head><body>'
        b'<nav><a href="/garden">Garden</a></nav><p>Welcome</p></body></html>',
        "text/html",
    )
    known = kit.source("https://known.example/feed", id="known")
    return kit.configured(tmp_path, [known], timeout="5s")


def test_add_ranks_what_fits_the_beat_first_and_writes_it(newsroom, site):
    beat = site.beats.paths[0]
    before = beat.read_text(encoding="utf-8")

    done = spacereel(site, "sources", "add", newsroom.origin() + "/", "--yes")

    assert done.exit_code == 0, done.output
    assert "1  feed" in done.output
    (added,) = [each for each in load_beats([beat])[0].sources if each.id != "known"]
    assert (added.kind, added.url) == ("feed", newsroom.origin() + "/rss.xml")
    assert before.partition("\n[topic]")[2] == beat.read_text(encoding="utf-8").partition("\n[topic]")[2]
    assert not newsroom.asked("/secret")


def test_add_without_an_answer_writes_nothing(newsroom, site):
    before = site.beats.paths[0].read_bytes()

    done = spacereel(site, "sources", "add", newsroom.origin() + "/", input="")

    assert done.exit_code == 0
    assert "choose with --pick N" in done.output
    assert site.beats.paths[0].read_bytes() == before


def test_add_takes_the_number_it_is_told_and_refuses_what_is_listed(newsroom, site):
    done = spacereel(site, "sources", "add", newsroom.origin() + "/map.xml", "--pick", "1")
    again = spacereel(site, "sources", "add", newsroom.origin() + "/map.xml", "--pick", "1")
    other = spacereel(site, "sources", "add", newsroom.origin() + "/map.xml", "--pick", "9")

    assert done.exit_code == 0
    assert again.exit_code == 1 and "listed already" in again.output
    assert other.exit_code == 1 and "no number 9" in other.output


@pytest.mark.parametrize("url", ["/empty", "/status/404", "/binary"])
def test_add_says_when_a_site_offers_nothing(newsroom, site, url):
    done = spacereel(site, "sources", "add", newsroom.origin(1) + url, "--yes")

    assert done.exit_code == 1
    assert done.output.startswith("Error: ")
    assert "Traceback" not in done.output


def test_add_goes_where_a_page_sends_its_readers_and_reads_the_page_about_feeds(newsroom, site):
    urls = [newsroom.origin() + f"/article/film-shot-in-orbit-number-{n}" for n in range(3)]
    start = newsroom.print_(
        "/start", b'<meta http-equiv="refresh" content="0; url=/en/home"><p>Please wait</p>', "text/html"
    )
    newsroom.print_("/en/home", b'<p>Welcome</p><a href="/feeds-of-ours">RSS</a>', "text/html")
    newsroom.print_("/feeds-of-ours", b'<ul><li><a href="/out/7.xml">RSS of all news</a></ul>', "text/html")
    newsroom.print_("/out/7.xml", press.feed(urls))
    newsroom.robots.clear()

    done = spacereel(site, "sources", "add", start, "--yes")

    assert done.exit_code == 0, done.output
    (added,) = [each for each in load_beats([site.beats.paths[0]])[0].sources if each.id != "known"]
    assert added.url == newsroom.origin() + "/out/7.xml"


def test_add_names_the_page_that_cannot_be_had(newsroom, site):
    url = newsroom.origin(1) + "/status/404"

    done = spacereel(site, "sources", "add", url, "--yes")

    assert done.output == f"Error: {url} cannot be had: it answered 404 (Not Found).\n"


@pytest.mark.parametrize(
    ("kind", "path", "words"),
    [
        ("feed", "/status/404", "what took its place"),
        ("feed", "/status/403", "ask its publisher"),
        ("feed", "/garden", "finds its feeds"),
        ("feed", "/secret/feed", "does not want to be polled"),
        ("feed", "/rss.xml", "6 entries"),
    ],
)
def test_check_says_what_a_person_can_do(newsroom, site, kind, path, words):
    kit.write_beat(site.beats.paths[0], [kit.source(newsroom.origin() + path, kind)])

    done = spacereel(site, "sources", "check")

    assert words in done.output
    assert done.exit_code == (0 if path == "/rss.xml" else 1)


@pytest.mark.parametrize(
    ("render", "words", "exit_code"),
    [(False, "set render = true", 1), (True, "polls have drawn by its scripts", 0)],
)
def test_check_knows_a_page_that_scripts_draw(newsroom, site, render, words, exit_code):
    shell = newsroom.print_("/app", b'<html><div id="root"></div><script src="/a.js"></script>', "text/html")
    kit.write_beat(site.beats.paths[0], [kit.source(shell, "section", render=render)])

    done = spacereel(site, "sources", "check")

    assert words in done.output and done.exit_code == exit_code


BEAT = """# my beat
[beat]
id = "b"  # short
title = "B"

# the first
[[source]]
id = "one"
kind = "feed"
url = "https://e.org/one"  # slow

# what follows is the topic
[topic]
relevant = 1.0
mention = 0.5
[topic.concepts.film]
en = ["film"]
[[topic.rule]]
name = "film"
points = 1.0
sentence = ["film"]
"""


def test_a_source_is_added_and_nothing_else_moves(tmp_path):
    path = tmp_path / "beat.toml"
    path.write_text(BEAT, encoding="utf-8")
    title = 'A "quoted" \\ title\nof two lines ✓'

    add_sources(path, [{"id": "two", "title": title, "kind": "feed", "url": "https://e.org/two"}])

    text = path.read_text(encoding="utf-8")
    assert load_beats([path])[0].sources[1].title == title
    head, tail = BEAT.split("\n# what follows")
    assert text.startswith(head)
    assert text.endswith("\n# what follows" + tail)


def test_a_beat_that_would_break_is_left_as_it_was(tmp_path):
    path = tmp_path / "beat.toml"
    path.write_text(BEAT, encoding="utf-8")

    with pytest.raises(ConfigError, match="twice"):
        add_sources(path, [{"id": "one", "kind": "feed", "url": "https://e.org/two"}])

    assert path.read_text(encoding="utf-8") == BEAT
    assert list(tmp_path.iterdir()) == [path]


def test_opml_comes_back_as_it_went(tmp_path, newsroom, site):
    out = tmp_path / "feeds.opml"

    spacereel(site, "sources", "export", str(out))
    kit.write_beat(site.beats.paths[0], [kit.source("https://other.example/feed")])
    done = spacereel(site, "sources", "import", str(out))
    again = spacereel(site, "sources", "import", str(out))

    assert "1 feeds added" in done.output
    assert "0 feeds added" in again.output and "1 known" in again.output
    assert {each.url for each in load_beats(site.beats.paths)[0].sources} == {
        "https://other.example/feed",
        "https://known.example/feed",
    }


def test_opml_titles_are_escaped():
    from db.model import Source

    odd = Source(id="a", title="<\"&'>", kind="feed", url="https://e.org/?a=1&b=2", beat="b", every_s=60)

    (outline,) = ET.fromstring(opml_of([odd], "<b>")).iter("outline")

    assert (outline.get("title"), outline.get("xmlUrl")) == ("<\"&'>", "https://e.org/?a=1&b=2")


def test_a_blank_in_one_address_of_an_opml_file_loses_no_feed(tmp_path):
    file, beat = tmp_path / "feeds.opml", tmp_path / "beat.toml"
    beat.write_text(BEAT, encoding="utf-8")
    file.write_text(
        '<opml><body><outline xmlUrl="https://a.example/all news"/><outline xmlUrl="https://b.example/"/></body></opml>'
    )

    import_opml(file, beat, ())

    added = [each.url for each in load_beats([beat])[0].sources][-2:]
    assert added == ["https://a.example/all%20news", "https://b.example/"]


def test_entities_of_an_opml_file_are_not_expanded(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("password", encoding="utf-8")
    body = f"""<?xml version="1.0"?><!DOCTYPE opml [<!ENTITY a "{"x" * 1000}"><!ENTITY b "{"&a;" * 1000}">
<!ENTITY f SYSTEM "{secret.as_uri()}">]><opml><body>
<outline text="&b;&f;" xmlUrl="https://e.org/feed"/></body></opml>""".encode()

    found = outlines(body, "x.opml")

    assert all("password" not in title and len(title) < 2000 for _, title in found)


@pytest.mark.parametrize("body", [b"", b"<html></html>", b"\x00\xff", b"{}"])
def test_what_is_no_opml_is_said(tmp_path, body):
    file = tmp_path / "feeds.opml"
    file.write_bytes(body)

    with pytest.raises(ConfigError, match="is not an OPML file"):
        import_opml(file, tmp_path / "beat.toml", ())


def test_export_goes_to_the_terminal(site):
    environment_free = [
        sys.executable,
        "-c",
        "from crawler.cli import main; main()",
        "sources",
        "export",
        "--config",
        str(site.path),
    ]
    done = subprocess.run(environment_free, cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 0 and 'xmlUrl="https://known.example/feed"' in done.stdout
