"""Pages stay fast on a large record: no query of ours walks a large table from end to end."""

from __future__ import annotations

import re
import shutil
import sqlite3
from contextlib import closing

import pytest
from review_room import NOW

from crawler.review import lists, stories, waiting
from crawler.review.reading import comparison, reading
from crawler.review.why import known_address
from db.connection import open_read_only

#: walks that touch every article or visit; a scan of a covering or partial index is short and may stand
WHOLE = re.compile(
    r"SCAN (articles|a|newest|n|visits|judgements|review_events|article_tags|article_authors)( USING INDEX \S*autoindex\S*)?$"
)

WHOLE_QUEUE = waiting.asked_of({})
ASKED = {
    "the dashboard": lambda conn: lists.dashboard(conn, NOW),
    "the queue": lambda conn: waiting.head(conn, WHOLE_QUEUE, (), NOW),
    "the size of the queue": lambda conn: waiting.count_of(conn, WHOLE_QUEUE, (), NOW),
    "the next in the queue": lambda conn: waiting.next_of(conn, WHOLE_QUEUE, (), NOW, 9),
    "the queue of a story": lambda conn: waiting.head(conn, waiting.asked_of({"story": "1"}), (), NOW),
    "what a filter of the queue offers": waiting.choices,
    "what waits of the story of an article": lambda conn: waiting.alike(conn, 3, "story"),
    "how fast one is": lambda conn: waiting.pace_of(conn, "root", NOW),
    "what was put aside": lists.put_aside,
    "articles": lambda conn: lists.articles_with(conn, {}, NOW),
    "older articles": lambda conn: lists.articles_with(conn, {}, NOW, after=9),
    "articles of a source": lambda conn: lists.articles_with(conn, {"source": "orbit-feed"}, NOW),
    "articles with words": lambda conn: lists.articles_with(conn, {"q": "station"}, NOW),
    "articles with a tag": lambda conn: lists.articles_with(conn, {"tag": "Film"}, NOW),
    "an article": lambda conn: reading(conn, 1),
    "a comparison": lambda conn: comparison(conn, 25),
    "stories": stories.latest,
    "older stories": lambda conn: stories.latest(conn, after=1),
    "a story": lambda conn: stories.timeline(conn, 1),
    "why": lambda conn: known_address(conn, "https://gazette.example/recipe"),
}


@pytest.fixture(scope="module")
def large(sample, tmp_path_factory):
    """The sample without SQLite's statistics, which say that a table of 26 rows is quickly walked."""
    path = tmp_path_factory.mktemp("large") / "articles.db"
    shutil.copy(sample, path)
    with closing(sqlite3.connect(path, isolation_level=None)) as conn:
        conn.execute("ANALYZE")
        conn.execute("DELETE FROM sqlite_stat1")
    return path


def plans_of(record, ask):
    """What SQLite does for each statement, as steps."""
    with closing(open_read_only(record)) as conn:
        statements = []
        conn.set_trace_callback(statements.append)
        ask(conn)
        conn.set_trace_callback(None)
        return [
            [row["detail"] for row in conn.execute(f"EXPLAIN QUERY PLAN {sql}")]
            for sql in statements
            if not sql.startswith("--")
        ]


@pytest.mark.parametrize("ask", ASKED.values(), ids=ASKED)
def test_no_page_walks_a_large_table(large, ask):
    plans = plans_of(large, ask)

    assert plans
    walks = [step for plan in plans for step in plan if WHOLE.match(step)]
    assert walks == []


@pytest.mark.parametrize(
    "name", ["the queue", "the queue of a story", "what waits of the story of an article"]
)
def test_what_waits_of_a_story_is_looked_up_by_the_story(large, name):
    """Of 100,000 articles 40,000 wait; walking them for every card took 1.6 s a page."""
    steps = [step for plan in plans_of(large, ASKED[name]) for step in plan]

    assert [step for step in steps if re.match("SEARCH [cn] USING INDEX newest_waiting_score", step)] == []
    assert any("newest_story (story_id=?)" in step for step in steps)
