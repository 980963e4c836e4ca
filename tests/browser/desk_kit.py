"""People at browsers who work a queue down together, for a test and a bench."""

from __future__ import annotations

import re
import sqlite3
import threading
from collections import Counter
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from chromium import Chromium
from review_room import NOW, Served
from sample_record import Sample
from sample_texts import TEXTS

from db import people, sessions
from db.model import iso


class Reviewer(threading.Thread):
    """Somebody at a browser who marks what the queue gives, one after the other."""

    def __init__(self, base, key, profile, articles):
        super().__init__()
        self.base, self.key, self.profile, self.articles = base, key, profile, articles
        self.marked, self.problem = [], None

    def run(self):
        browser = Chromium(self.profile)
        try:
            browser.say("Network.setCookie", name="spacereel", value=self.key, url=self.base, httpOnly=True)
            browser.open(self.base + "/-/queue/next")
            for _ in range(self.articles):
                self.marked.append(int(re.search(r"/article/(\d+)", browser.address)[1]))
                browser.press("r", "KeyR", leads_on=True)
        except BaseException as problem:
            self.problem = problem
        finally:
            browser.end()


def queue_of(path, count):
    """A record in which *count* articles wait."""
    sample = Sample(path, NOW)
    sample.source("wire", "Wire")
    for number in range(count):
        at = NOW - timedelta(minutes=number)
        told = replace(
            TEXTS[0],
            slug=f"a{number}",
            title=f"Article {number}",
            text=f"Article {number} of a film in orbit.",
        )
        sample.article(replace(told, published=iso(at)), at=at)
    sample.store.close()


def work_down(path, folder, readers, each):
    """*readers* people mark *each* articles of the queue, all at once.

    Returns:
        What each has marked, in order; after it was seen that nobody was given what somebody else had, and that every mark is
        recorded once.
    """
    with people.people_of(path) as conn:
        keys = {}
        for number in range(readers):
            people.add(conn, f"person{number}", "reviewer", datetime.now(UTC))
            keys[f"person{number}"] = sessions.begin(conn, f"person{number}", datetime.now(UTC))
    running = Served(path)
    base = re.match(r"http://[^/]+", running.entrance)[0]
    reviewers = [Reviewer(base, key, folder / name, each) for name, key in keys.items()]
    try:
        for one in reviewers:
            one.start()
        for one in reviewers:
            one.join()
    finally:
        running.stop()
    problems = [one.problem for one in reviewers if one.problem]
    assert not problems, problems
    given = [article for one in reviewers for article in one.marked]
    assert len(set(given)) == readers * each, "somebody was given what somebody else had"
    with closing(sqlite3.connect(path)) as conn:
        events = conn.execute(
            "SELECT article_id, reviewer FROM review_events WHERE mark = 'relevant'"
        ).fetchall()
    assert Counter(events) == Counter(
        (article, f"person{number}") for number, one in enumerate(reviewers) for article in one.marked
    )
    return [one.marked for one in reviewers]
