"""A phone that kept pages of the queue, and whose session was ended from elsewhere."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
from datetime import UTC, datetime

import pytest
from chromium import CHROMIUM

from db import people

pytestmark = [pytest.mark.browser, pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")]

START = (
    "import sys; from pathlib import Path; from crawler.config import Config; from crawler.review.serve import serve_review; "
    "serve_review(Config().with_record(Path(sys.argv[1])), port=int(sys.argv[2]), open_browser=False, base_url=sys.argv[3])"
)
SENTENCE = "correct horse battery"
KEPT = "caches.has('spacereel-1')"


@pytest.fixture
def closed(sample, tmp_path):
    """A review that answers nothing without a login: its address, and its record."""
    path = tmp_path / "articles.db"
    shutil.copy(sample, path)
    with people.people_of(path) as conn:
        people.add(conn, "anna", "reviewer", datetime.now(UTC))
        people.set_password(conn, "anna", SENTENCE)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    base = f"http://127.0.0.1:{port}"
    running = subprocess.Popen(
        [sys.executable, "-u", "-c", START, str(path), str(port), base], stdout=subprocess.PIPE, text=True
    )
    assert base in running.stdout.readline()
    yield base, path
    running.kill()
    running.communicate()


def test_a_session_that_was_ended_leaves_no_page_on_the_phone(closed, browser):
    base, path = closed
    browser.open(f"{base}/-/login?next=/-/queue")
    browser.does("document.querySelector('[name=name]').value = 'anna'")
    browser.does(f"document.querySelector('[name=password]').value = '{SENTENCE}'")
    browser.click("form[action$='login'] button, main form button")
    assert browser.does("navigator.serviceWorker.ready.then(() => true)")
    browser.open(f"{base}/-/queue")
    assert "Review queue" in browser.does("document.title")
    assert browser.does(KEPT)

    with people.people_of(path) as conn:
        conn.execute("DELETE FROM sessions")
    browser.open(f"{base}/-/queue")

    assert "Sign in" in browser.does("document.title")
    assert not browser.does(
        f"{KEPT}.then(is => is && caches.open('spacereel-1').then(c => c.match('{base}/-/queue')).then(Boolean))"
    )
