"""The review's pages, asked in this process."""

from __future__ import annotations

import re
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest
from markupsafe import escape
from sample_texts import TEXTS

from crawler.review.serve import ROOM

PAGES = (
    "/",
    "/-/queue",
    "/-/articles",
    "/-/articles?q=station&band=relevant",
    "/-/article/1",
    "/-/article/1?queue=1",
    "/-/changes/25",
    "/-/stories",
    "/-/story/1",
    "/-/story/3",
    "/-/why",
    "/-/why?url=https://gazette.example/recipe",
    "/articles",
    "/articles/current_articles",
    "/articles/current_articles?_search=station",
    "/articles/articles",
    "/articles/articles/1",
    "/articles/visits",
    "/articles/source_health",
    "/articles/health",
    "/articles/search?words=station",
    "/articles?sql=select+1",
    "/-/metadata",
    "/no-such-page",
)


def words_of(page):
    """The page's text, as a reader sees it."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


@pytest.mark.parametrize("path", PAGES)
def test_every_page_answers_under_the_policy_and_loads_nothing_from_elsewhere(room, path):
    answer = room.get(path, signed_in="sql" in path)

    assert answer.status_code == (404 if "no-such" in path else 200)
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    loaded = re.findall(r'<(?:script|link|img|iframe)[^>]*(?:src|href)="([^"]+)"', answer.text)
    assert all(url.startswith(("/", "http://localhost/")) for url in loaded), loaded


@pytest.mark.parametrize("path", PAGES)
def test_no_page_has_anything_inline_that_the_policy_would_block(room, path):
    page = room.get(path).text

    assert not re.search(r"<script(?![^>]*\bsrc=)", page)
    assert not re.search(r"<style|\sstyle=|\son\w+=\"", page)


@pytest.mark.parametrize("path", PAGES)
def test_every_page_says_what_it_is_in_the_house_frame(room, path):
    page = room.get(path).text

    assert re.search(r"<title>[^<]*\S[^<]* · Spacereel</title>", page)
    assert page.count("<h1") == 1 or path == "/-/metadata"
    assert '<html lang="en" dir="ltr">' in page
    assert 'name="viewport"' in page


def test_home_tells_how_the_daemon_the_queue_and_the_sources_are(fresh_room):
    words = words_of(fresh_room.get("/").text)

    assert "The daemon is watching" in words
    assert "Run 1 (daemon) ended 9 minutes ago: 25 new, 2 changed" in words
    assert "21 to review; put aside: 1" in words
    assert "26 articles in all" in words
    assert "Cosmic Reel dead 404 Not Found, for the eleventh time. It last worked 9 days ago." in words
    assert "3 pages to fetch" in words


def test_home_leads_with_relevant_articles_newest_first_without_copies_and_what_was_turned_down(room):
    page = room.get("/").text

    titles = re.findall(r'class="entry"[^>]*>([^<]+)<', page)
    assert titles[0] == "The cosmonaut who became a stunt double"
    assert titles.count(TEXTS[0].title) == 1
    assert not [title for title in titles if title.startswith("Tournage en apesanteur")]


def test_an_article_is_shown_with_all_that_is_known_of_it(room):
    page = room.get("/-/article/1").text
    words = words_of(page)

    text = re.sub(r"</?mark>", "", page)
    for paragraph in TEXTS[0].text.split("\n"):
        assert f'<p dir="auto">{escape(paragraph)}</p>' in text
    assert "20 November 2026, 08:15 UTC" in words
    assert "Mara Lindqvist" in words
    assert "Judgement: relevant, 14.50 of 4.00" in words
    assert "shot aboard film in orbit body ×3 +4.00" in words
    assert "prompt.newsletter Sign up for our Friday letter from orbit" in words
    assert "published_at json-ld datePublished" in words
    assert "Image: Ilse Brandt/Gazette" in words
    assert "1 copy elsewhere" in words
    assert "62 % alike" in words


def test_the_words_of_the_evidence_are_marked_in_the_text(room):
    page = room.get("/-/article/1").text

    assert "<mark>Lena Orlova</mark>, who had never flown" in page
    assert "the <mark>space station</mark>&#39;s laboratory module" in page
    assert "<mark>film</mark>ed" not in page


def test_one_look_at_a_page_that_is_gone_declares_no_removal(own_room):
    missed = "was not there at the last look, and one look declares no removal: It answered 410 (Gone)."
    assert missed in words_of(own_room.get("/-/article/3").text)

    with closing(sqlite3.connect(own_room.path)) as conn, conn:
        conn.execute("UPDATE newest SET removed_at = '2026-11-27T00:00:00Z' WHERE article_id = 3")

    assert "Its page was taken down: It answered 410 (Gone)." in words_of(own_room.get("/-/article/3").text)


def test_what_became_of_a_page_and_where_else_it_was_met_stand_beside_the_text(own_room):
    with closing(sqlite3.connect(own_room.path)) as conn, conn:
        (url,) = conn.execute("SELECT canonical_url FROM articles WHERE id = 3").fetchone()
        told = (url, "moved", "It is now at <b>https://a.example/new</b>.", "2026-11-23T05:00:00Z")
        back = (url, "restored", "It is back: 200.", "2026-11-24T05:00:00Z")
        conn.executemany("INSERT INTO article_events (canonical_url, article_id, kind, reason, happened_at) VALUES (?, 3, ?, ?, ?)", [told, back])  # fmt: skip
        conn.execute("INSERT INTO aliases (url, canonical_url) VALUES ('https://a.example/new', ?)", (url,))
    page = own_room.get("/-/article/3").text

    assert "1 more address https://a.example/new" in words_of(page)
    assert "restored, 24 November 2026, 05:00 UTC It is back: 200. moved, 23 November" in words_of(page)
    assert "<b>https://a.example" not in page


def test_a_day_is_not_told_to_the_minute(room):
    words = words_of(room.get("/-/article/6").text)

    assert "18 November 2026" in words
    assert "18 November 2026, 06:00" not in words


def test_a_copy_names_its_original(room):
    assert "A copy of an article that it credits, or that came first" in words_of(
        room.get("/-/article/26").text
    )


def test_versions_lead_to_what_changed(room):
    newest = room.get("/-/article/25").text
    oldest = room.get("/-/article/2").text

    assert "3 versions" in newest
    assert 'href="/-/changes/25"' in newest
    assert "This is version 1, an older one" in oldest
    assert "09:30 UTC : title, correction note, shortened Version 2" in words_of(newest).replace(
        "UTC:", "UTC :"
    )


def test_changes_are_told_word_by_word(room):
    page = room.get("/-/changes/24").text

    assert re.search(r"sphere is to be <del>six</del> <ins>seven</ins> metres", page)


def test_any_two_versions_can_be_compared(room):
    page = room.get("/-/changes/25?against=2").text

    assert "between version 1" in page
    assert "<ins>named</ins>" in page


@pytest.mark.parametrize(
    "path", ["/-/article/9999", "/-/changes/1", "/-/changes/25?against=1", "/-/article/x"]
)
def test_what_does_not_exist_is_told_in_our_frame(room, path):
    answer = room.get(path)

    assert answer.status_code == 404
    assert "Error 404" in answer.text


def test_the_lead_image_is_loaded_only_when_asked_for_and_from_its_host_alone(room):
    without, with_it = room.get("/-/article/1"), room.get("/-/article/1?image=1")

    assert "<img" not in without.text
    assert "img.gazette.example" not in without.headers["content-security-policy"]
    assert '<img src="https://img.gazette.example/orlova.jpg"' in with_it.text
    assert "img-src 'self' data: https://img.gazette.example;" in with_it.headers["content-security-policy"]


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("https://gazette.example/space-movies-ranked", "score 3.2 is under 4"),
        ("http://gazette.example/space-movies-ranked/#top", "score 3.2 is under 4"),
        ("https://gazette.example/actress-back-from-station", "It is in the record"),
        ("https://harbour.example/waiting-1", "It waits to be fetched for the first time"),
        ("https://harbour.example/private", "robots.txt forbids /private"),
        ("https://nowhere.example/", "It was never visited, and no source has pointed at it"),
        ("javascript:alert(1)", "It was never visited"),
    ],
)
def test_why_answers_for_every_kind_of_address(room, url, told):
    assert told in words_of(room.get("/-/why", params={"url": url}).text)


@pytest.mark.parametrize(
    "spelling",
    [
        "https://gazette.example/actress-back-from-station",
        "http://gazette.example/actress-back-from-station/#top",
    ],
)
def test_why_is_also_answered_to_programs(room, spelling):
    known = room.get("/-/why.json", params={"url": spelling}).json()

    assert [visit["verdict"] for visit in known["visits"]] == ["new"]
    assert [article["band"] for article in known["articles"]] == ["relevant"]


def test_a_program_that_names_no_address_is_told_so(room):
    assert room.get("/-/why.json").status_code == 400


def test_titles_in_tables_lead_to_the_reading_page_and_links_give_nothing_away(room):
    page = room.get("/articles/current_articles").text

    assert '<a href="/-/article/9"><bdi>The cosmonaut who became a stunt double</bdi></a>' in page
    assert 'rel="noopener noreferrer nofollow">https://gazette.example/stunt-double-cosmonaut</a>' in page
    assert re.search(r'facet-info-name">\s*<strong>band', page)


def test_state_tables_are_out_of_sight(room):
    page = room.get("/articles").text

    assert 'href="/articles/visits"' in page
    for name in (
        "frontier",
        "site_lines",
        "hosts",
        "bands",
        "articles_fts",
        "articles_fts_data",
        "_sqlite_migrations",
    ):
        assert f'href="/articles/{name}"' not in page


def test_the_record_is_always_called_articles(own_room):
    assert own_room.get("/articles/current_articles").status_code == 200
    assert own_room.get("/my~20news").status_code == 404


def test_the_signed_in_may_ask_in_sql_and_nobody_may_write(room):
    asked = room.get(
        "/articles.json",
        params={"sql": "select count(*) as n from articles", "_shape": "array"},
        signed_in=True,
    )
    written = room.get("/articles.json", params={"sql": "delete from reviews"}, signed_in=True)
    hidden = room.get(
        "/articles.json", params={"sql": "with x as (select 1) insert into reviews select 1"}, signed_in=True
    )

    assert asked.json() == [{"n": 28}]
    assert written.status_code == 400
    assert hidden.status_code == 400


def test_a_question_that_takes_too_long_is_stopped(room):
    endless = "with recursive c(n) as (select 1 union all select n + 1 from c) select count(*) from c"

    answer = room.get("/articles.json", params={"sql": endless, "_timelimit": "50"}, signed_in=True)

    assert answer.status_code == 400
    assert "SQL Interrupted" in answer.text or "interrupted" in answer.text.lower()


def test_a_page_that_is_not_there_leads_to_those_that_are(room):
    page = room.get("/-/no-such-page").text

    assert "There is no such page." in page
    assert "There is no such page." in room.get("/no-such-database").text
    assert '<a href="/-/queue">Review queue</a>' in page and '<a href="/-/articles">Articles</a>' in page


def test_datasettes_own_command_serves_the_same_pages(sample):
    """The line for people who start Datasette themselves."""
    files = (
        "--metadata",
        "datasette.yaml",
        "--plugins-dir",
        "plugins",
        "--template-dir",
        "templates",
        "--static",
        "spacereel:static",
    )
    done = subprocess.run(
        [sys.executable, "-m", "datasette", "serve", str(sample), *files, "--get", "/-/queue"],
        cwd=ROOM,
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert done.returncode == 0, done.stderr
    assert "The cosmonaut who became a stunt double" in done.stdout


def test_reading_waits_for_no_writer(room, sample):
    with closing(sqlite3.connect(sample, isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        answer = room.get("/")
        writer.execute("ROLLBACK")

    assert answer.status_code == 200
