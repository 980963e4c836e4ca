"""The pages of stories: the list, the timeline of one, and the ways to them."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing

import pytest
from test_review_pages import words_of

from crawler.review.stories import latest
from db.connection import open_read_only


def test_the_latest_stories_stand_with_reports_copies_outlets_and_languages(room):
    page = room.get("/-/stories").text
    words = words_of(page)

    assert re.findall(r'class="entry" href="/-/story/(\d+)"', page) == ["1", "3", "4"]
    assert "6 reports 1 copy folded 7 outlets ar, de, en, es, ja, ru" in words
    assert "First report: Вестник орбиты , 20 November 2026, 07:05 UTC" in words


def test_a_list_of_stories_walked_to_its_end_has_every_story_that_stands_once(sample):
    seen, after = [], None
    with closing(open_read_only(sample)) as conn:
        while True:
            page = latest(conn, after, limit=1)
            seen += [card.row["id"] for card in page.stories]
            after = page.after
            if after is None:
                break

    assert seen == [1, 3, 4]


def test_a_timeline_has_its_reports_in_order_the_first_marked_and_copies_under_their_original(room):
    page = room.get("/-/story/1").text
    steps = [words_of(step) for step in re.split(r'<li class="step', page)[1:]]

    assert [re.search(r'href="/-/article/(\d+)"', step)[1] for step in re.split(r'<li class="step', page)[1:7]] == [
        "3", "1", "4", "5", "8", "7"
    ]  # fmt: skip
    assert "first report" in steps[0]
    assert page.count("first report") == 1
    assert re.search(r"Actress returns .* 1 copy .* The Harbour Post", steps[1])
    assert "likeness 0.44" in steps[5]


def test_merges_and_splits_are_told_and_an_old_address_leads_to_where_a_story_went(room):
    merged, split, old = room.get("/-/story/1").text, room.get("/-/story/3").text, room.get("/-/story/2")

    assert "Another story was merged into this one. A report was like both: 0.44" in words_of(merged)
    assert "Reports of another event were split off" in words_of(merged)
    assert 'href="/-/story/3"' in merged
    assert "This story was split off" in words_of(split)
    assert 'href="/-/story/1"' in split
    assert (old.status_code, old.headers["location"]) == (303, "/-/story/1")


@pytest.mark.parametrize("path", ["/-/story/999", "/-/story/x", "/-/story/0"])
def test_a_story_that_is_not_there_is_told_in_our_frame(room, path):
    assert room.get(path).status_code == 404


def test_the_home_page_the_navigation_and_an_article_lead_to_stories(room):
    home, article, alone = (room.get(path).text for path in ("/", "/-/article/1", "/-/article/9"))

    assert 'href="/-/stories">Stories</a>' in home
    assert "Latest stories" in home
    assert 'href="/-/story/1"' in home
    assert 'href="/-/story/1">Timeline of its story' in article
    assert "/-/story/" not in alone


def test_a_story_is_rows_to_sqlite_too(sample):
    with closing(sqlite3.connect(f"{sample.as_uri()}?mode=ro", uri=True)) as conn:
        rows = conn.execute(
            "SELECT id, is_first, copy_of, similarity FROM story_reports WHERE story_id = 1 ORDER BY reported_at, id"
        ).fetchall()

    assert rows == [(3, 1, None, None), (1, 0, None, None), (26, 0, 1, 0.62), (4, 0, None, None), (5, 0, None, None),
        (8, 0, None, None), (7, 0, None, None)]  # fmt: skip


def test_titles_of_stories_in_tables_lead_to_their_timeline(room):
    table, events = room.get("/articles/stories").text, room.get("/articles/story_events").text

    assert '<a href="/-/story/1"><bdi>Actress returns' in table
    assert '<a href="/-/story/1"><bdi>Actress returns' in events
