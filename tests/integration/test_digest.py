"""A digest tells what happened in a time, as a page and as a text that can be forwarded."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from html.parser import HTMLParser

import pytest
from click.testing import CliRunner
from receivers import receiving

from crawler.cli import main
from crawler.publish.digest.gather import MOST_SINGLES, gather_digest
from crawler.publish.digest.html import digest_page
from crawler.publish.digest.markdown import text
from db.model import Judgement

RELEVANT = (Judgement(topic_id="space-films", score=4.5, threshold=3.0, band="relevant"),)
HOSTILE = "<script>alert(1)</script>\u202e [x](javascript:1) \x1b[31m"


@pytest.fixture
def put(append, make_article, now):
    def one(name, at=None, **fields):
        told = {key: fields.pop(key) for key in ("kind", "original", "judgements") if key in fields}
        article = make_article(f"https://news.example/{name}", **{"title": f"Headline {name}", **fields})
        return append(article, judgements=told.pop("judgements", RELEVANT), at=at or now, **told)

    return one


@pytest.fixture
def week(put, store, now):
    """A story of two reports and a copy, an article alone, an old one that was corrected, one taken down, a dead source."""
    yesterday = now - timedelta(hours=20)
    first = put("first", yesterday, title="Otters fly", site_name="The Gazette")
    second = put("second", yesterday, title="Otters flew", site_name="Courier")
    put("copied", yesterday, kind="copy", original=first.article_id)
    put("alone", yesterday, title=HOSTILE, text=HOSTILE, site_name=HOSTILE)
    put(
        "in passing",
        yesterday,
        judgements=(Judgement(topic_id="space-films", score=1.0, threshold=3.0, band="mention"),),
    )
    long_ago = now - timedelta(days=20)
    put("old", long_ago, text="They land on Monday.")
    edited = put("old", yesterday, text="They land on Sunday.")
    gone = put("gone", long_ago)
    turned = put("turned down", yesterday)
    write = store._conn.execute
    write(
        "INSERT INTO stories (id, title, first_article_id, created_at, updated_at) VALUES (1, 'Otters fly', ?, '2026', '2026')",
        (first.article_id,),
    )
    write(
        "UPDATE newest SET story_id = 1 WHERE article_id IN (?, ?) OR original_url IS NOT NULL",
        (first.article_id, second.article_id),
    )
    event = "INSERT INTO article_events (canonical_url, article_id, kind, reason, happened_at) VALUES (?, ?, ?, 'gone', ?)"
    for version, kind in ((edited, "edited"), (edited, "correction note"), (gone, "removed")):
        write(event, (version.canonical_url, version.article_id, kind, f"{yesterday:%Y-%m-%dT%H:%M:%SZ}"))
    write(
        "INSERT INTO review_events (article_id, mark, reviewed_at) VALUES (?, 'irrelevant', '2026')",
        (turned.article_id,),
    )
    write(
        """INSERT INTO sources (id, title, kind, url, beat, every_s, max_pages, added_at, checked_at, state, state_since, state_reason)
        VALUES ('wire', 'The Wire', 'feed', 'https://w.example/rss', 'space-films', 9, 9, '2026', '2026', 'dead', '2026', '404 Not Found')"""
    )
    return store


def headings(html):
    return re.findall(r"<h2>([^<]*)</h2>", html)


def test_a_page_tells_stories_articles_edits_removals_and_sources(week, now):
    digest = gather_digest(week._conn, now - timedelta(hours=24), now, None, "https://desk.example")
    html = digest_page(digest)

    assert headings(html) == [
        "Stories",
        "Articles",
        "Edited after publication",
        "Taken down",
        "The week",
        "Sources that ail",
    ]
    assert "1 story, 1 single article, 1 edit, 1 article taken down." in html
    assert (
        "2 reports, 1 copy folded. First report: <bdi>The Gazette</bdi>, 23 November 2026, 12:00 UTC" in html
    )
    assert '<a href="https://desk.example/-/story/1">Otters fly</a>' in html
    assert '<span class="tag">correction</span>' in html
    assert "They land on <del>Monday</del><ins>Sunday</ins>." in html
    assert "<bdi>The Wire</bdi>: dead. 404 Not Found" in html
    assert "turned down" not in html
    assert '<th scope="row">Sun 22 Nov</th>' in html
    assert 'class="number">3 + 1<' in html


def test_the_page_asks_for_nothing_and_believes_nothing(week, now):
    html = digest_page(gather_digest(week._conn, now - timedelta(hours=24), now))

    found = set()

    class Tags(HTMLParser):
        def handle_starttag(self, tag, attrs):
            found.add(tag)
            assert not [name for name, _ in attrs if name.startswith("on") or name == "src"]

    Tags().feed(html)
    assert found.isdisjoint({"script", "link", "img", "iframe", "object", "form"})
    assert "url(" not in html
    assert "\u202e" not in html
    assert "\x1b" not in html


def test_the_text_tells_the_same(week, now):
    told = text(gather_digest(week._conn, now - timedelta(hours=24), now))

    assert re.findall("^## (.*)$", told, re.MULTILINE) == [
        "Stories",
        "Articles",
        "Edited after publication",
        "Taken down",
        "The week",
        "Sources that ail",
    ]
    assert r"> They land on \[-Monday-\]\{+Sunday+\}." in told
    assert "| Sun 22 Nov | 3 | 1 |" in told
    assert told.startswith("# Spacereel: what was found since 22 November 2026, 12:00 UTC\n")
    assert (
        "- [Otters fly](<https://news.example/first>) (The Gazette, en, 23 November 2026, 12:00 UTC, 1 copy folded)"
        in told
    )
    assert (
        "(correction, news.example, en, 23 November 2026, 12:00 UTC, seen 22 November 2026, 16:00 UTC)"
        in told
    )
    assert "<script" not in told.replace("\\<", "")


def test_of_a_beat_only_its_own(week, now):
    digest = gather_digest(week._conn, now - timedelta(hours=24), now, "otters")

    assert (*digest.stories, *digest.singles, *digest.edits, *digest.removals) == ()
    assert not digest.ailing
    assert "Nothing was found, edited or taken down" in text(digest)


def test_what_is_too_much_is_counted(put, store, now):
    for number in range(MOST_SINGLES + 3):
        put(str(number))

    digest = gather_digest(store._conn, now - timedelta(hours=24), now)

    assert (len(digest.singles), digest.left) == (MOST_SINGLES, {"singles": 3})
    assert f"{MOST_SINGLES + 3} single articles" in digest_page(digest)
    assert "… and 3 more in the record." in text(digest)


def test_it_goes_into_a_file_or_to_the_targets_of_an_alert(week, tmp_path):
    with receiving() as receiver:
        settings = tmp_path / "spacereel.toml"
        settings.write_text(
            f'[store]\npath = "{week.path}"\n[fetch]\nallow_private = ["127.0.0.0/8"]\n[[alert]]\nname = "desk"\nto = ["{receiver.url()}"]\n',
            encoding="utf-8",
        )

        def run(*words):
            return CliRunner().invoke(
                main, ["digest", "--config", str(settings), "--found", "2026-11-01", *words]
            )

        assert run("--to", str(tmp_path / "d.html")).output == ""
        assert run("--to", str(tmp_path / "d.md")).output == ""
        assert run("--to", "desk").output == "ok webhook http://127.0.0.1\n"
        assert run().output.startswith("# Spacereel")
        assert "neither a .html or .md file nor the name of an alert" in run("--to", "d.pdf").output
        assert "is no time" in run("--found", "soon").output
    assert (tmp_path / "d.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert (tmp_path / "d.md").read_text(encoding="utf-8").startswith("# Spacereel")
    told = json.loads(receiver.bodies[0])
    assert told["kind"] == "digest"
    assert told["html"].startswith("<!DOCTYPE html>")
