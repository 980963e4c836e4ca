"""The review without scripts: whatever can be done with them can be done without, by a mouse and the Enter key."""

from __future__ import annotations

import re
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime

import pytest
from chromium import CHROMIUM
from review_room import Served

from db import people

pytestmark = [pytest.mark.browser, pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")]

SENTENCE = "correct horse battery"


@pytest.fixture
def desk(sample, tmp_path, quick_passwords):
    """A running review that anna may enter."""
    path = tmp_path / "articles.db"
    shutil.copy(sample, path)
    with people.people_of(path) as conn:
        people.add(conn, "anna", "reviewer", datetime.now(UTC))
        people.set_password(conn, "anna", SENTENCE)
    running = Served(path)
    running.path = path
    yield running
    running.stop()


@pytest.fixture
def browser(browser):
    """A browser whose pages run no script at all."""
    browser.say("Emulation.setScriptExecutionDisabled", value=True)
    return browser


def events(path):
    with closing(sqlite3.connect(path)) as conn:
        return conn.execute(
            "SELECT mark, note, kind FROM review_events WHERE reviewer = 'anna' ORDER BY id"
        ).fetchall()


def text(browser):
    return browser.does("document.body.innerText")


def test_sign_in_mark_undo_note_bulk_skip_search_and_sign_out(desk, browser):
    base = re.match(r"http://[^/]+", desk.entrance)[0]
    browser.open(f"{base}/-/login?next=/-/queue")
    assert browser.does("[...document.querySelectorAll('script')].length > 0")
    browser.tap("#name", leads_on=False)
    browser.write("anna")
    browser.tap("#password", leads_on=False)
    browser.write(SENTENCE)
    browser.press("Enter", "Enter", leads_on=True)
    assert browser.address == f"{base}/-/queue"
    assert "anna" in text(browser)

    browser.tap("li.queued input", leads_on=False)
    browser.tap("#bulk button[value=later]")
    assert events(desk.path) == [("later", None, "mark")]
    browser.tap("div.message-info button[value=undo]")
    assert events(desk.path)[1:] == [(None, None, "mark")]

    browser.tap("a.button")
    first = browser.does("document.querySelector('h1').innerText")
    browser.tap("input[name=note]", leads_on=False)
    browser.write("seen by anna")
    browser.press("Enter", "Enter", leads_on=True)
    assert events(desk.path)[2:] == [(None, "seen by anna", "note")]
    assert browser.does("document.querySelector('h1').innerText") == first
    browser.tap("button.relevant")
    assert events(desk.path)[3:] == [("relevant", "seen by anna", "mark")]
    assert browser.does("document.querySelector('h1').innerText") != first
    browser.tap("button[value=skip]")

    browser.open(f"{base}/-/searches?q=station")
    browser.tap("#name", leads_on=False)
    browser.write("Stations")
    browser.tap("form.keep button")
    assert "/-/search/" in browser.address and "Stations" in text(browser)
    browser.tap("summary", leads_on=False)
    browser.tap("button[value=drop]")
    assert browser.address == f"{base}/-/searches" and "Stations" not in text(browser)

    browser.tap("header.top .who button")
    assert "Sign in" in text(browser)
    browser.open(f"{base}/-/me")
    assert "Sign in first" in text(browser)
