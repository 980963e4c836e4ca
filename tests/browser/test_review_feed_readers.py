"""Feeds of the review in a feed reader that people use: newsboat, asking a server on the loopback."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
from contextlib import closing

import pytest
from review_room import Served

from db.model import Judgement

RELEVANT = (Judgement(topic_id="space-films", score=4.5, threshold=3.0, band="relevant"),)

pytestmark = pytest.mark.skipif(shutil.which("newsboat") is None, reason="newsboat is not installed")


@pytest.fixture
def put(append, make_article, now):
    def one(name, minutes, **fields):
        article = make_article(f"https://news.example/{name}", **{"title": f"Headline {name}", **fields})
        return append(article, judgements=RELEVANT, at=now.replace(minute=minutes))

    return one


@pytest.fixture
def reader(tmp_path):
    """`reader(url)`: what newsboat has of a feed after it has asked once more, as (guid, title, content, unread)."""
    (tmp_path / "config").write_text("reload-threads 1\nprepopulate-query-feeds no\n")

    def reload(url):
        (tmp_path / "urls").write_text(f"{url}\n")
        done = subprocess.run(
            [
                "newsboat",
                "-u",
                "urls",
                "-C",
                "config",
                "-c",
                "cache.db",
                "-l",
                "2",
                "-d",
                "log",
                "-x",
                "reload",
            ],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=60,
            env={"HOME": str(tmp_path), "LANG": "C.UTF-8", "PATH": "/usr/bin:/bin"},
            check=False,
        )
        assert done.returncode == 0, done.stderr
        with closing(sqlite3.connect(tmp_path / "cache.db")) as conn:
            return conn.execute("SELECT guid, title, content, unread FROM rss_item ORDER BY guid").fetchall()

    return reload


def test_newsboat_shows_an_edit_in_the_entry_that_it_has(put, store, reader):
    put("otter", 1, text="They land on Monday.")
    put("heron", 2, text="They fly.")
    room = Served(store.path)
    try:
        before = reader(f"{room.url}/-/feed.atom")
        put("otter", 30, text="They land on Sunday.", title="Headline otter, mended")
        after = reader(f"{room.url}/-/feed.atom")
    finally:
        room.stop()

    assert [guid for guid, *_ in before] == [guid for guid, *_ in after] and len(before) == 2
    ((guid, old, text, _),) = [entry for entry in before if "otter" in entry[1]]
    ((same, new, mended, _),) = [entry for entry in after if "otter" in entry[1]]
    assert guid == same
    assert (old, new) == ("Headline otter", "Headline otter, mended")
    assert "Monday" in text and "[-Monday-]{+Sunday+}" in mended
