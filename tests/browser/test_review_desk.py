"""The review desk in real browsers: keys of every keyboard, Enter in a note, a phone without a network, five people at once."""

from __future__ import annotations

import re
import shutil
import sqlite3
import threading
from contextlib import closing, contextmanager

import pytest
from chromium import CHROMIUM
from desk_kit import queue_of, work_down
from review_room import NOW, Served

from db.store import Store

pytestmark = [pytest.mark.browser, pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")]

READERS = 5
EACH = 8


@contextmanager
def serving(sample, path):
    """A running review of a copy of the sample record."""
    shutil.copy(sample, path)
    running = Served(path)
    running.path = path
    yield running
    running.stop()


@pytest.fixture
def desk(sample, tmp_path):
    with serving(sample, tmp_path / "articles.db") as running:
        yield running


@pytest.fixture(scope="module")
def same_desk(sample, tmp_path_factory):
    """One for tests that mark whatever comes next."""
    with serving(sample, tmp_path_factory.mktemp("desk") / "articles.db") as running:
        yield running


def marks_of(path):
    with closing(sqlite3.connect(path)) as conn:
        return conn.execute("SELECT article_id, mark, note, kind FROM review_events ORDER BY id").fetchall()


def enter(browser, desk, path="/-/queue/next"):
    browser.open(desk.entrance)
    base = re.match(r"http://[^/]+", browser.address)[0]
    browser.open(base + path)
    return base


@pytest.mark.parametrize(
    ("key", "code", "modifiers"),
    [
        pytest.param("r", "KeyR", 0, id="latin"),
        pytest.param("R", "KeyR", 0, id="caps lock"),
        pytest.param("r", "KeyO", 0, id="dvorak"),
        pytest.param("\u043a", "KeyR", 0, id="russian"),
        pytest.param("\u0642", "KeyR", 0, id="arabic"),
        pytest.param("\u03c1", "KeyR", 0, id="greek"),
        pytest.param("\u05e8", "KeyR", 0, id="hebrew"),
    ],
)
def test_keys_mark_on_every_keyboard(same_desk, browser, key, code, modifiers):
    enter(browser, same_desk)
    article = int(re.search(r"/article/(\d+)", browser.address)[1])
    before = len(marks_of(same_desk.path))

    browser.press(key, code, leads_on=True, modifiers=modifiers)

    assert marks_of(same_desk.path)[before:] == [(article, "relevant", None, "mark")]


def test_enter_in_a_note_saves_it_and_marks_nothing(desk, browser):
    enter(browser, desk)
    article = int(re.search(r"/article/(\d+)", browser.address)[1])
    browser.press("i", "KeyI", leads_on=True)
    browser.open(re.match(r"http://[^/]+", browser.address)[0] + f"/-/article/{article}")

    browser.press("n", "KeyN")
    browser.write("an essay")
    browser.press("Enter", "Enter", leads_on=True)

    assert marks_of(desk.path)[-1] == (article, "irrelevant", "an essay", "note")
    assert "marked irrelevant" in browser.does("document.body.innerText")

    browser.press("n", "KeyN")
    browser.write(", and long")
    browser.press("Enter", "Enter", leads_on=True)

    assert marks_of(desk.path)[-1] == (article, "irrelevant", "an essay, and long", "note")


def test_u_undoes_from_an_article_and_from_the_queue(desk, browser):
    base = enter(browser, desk)
    before = len(marks_of(desk.path))
    browser.press("i", "KeyI", leads_on=True)
    browser.press("u", "KeyU", leads_on=True)
    assert [row[1] for row in marks_of(desk.path)[before:]] == ["irrelevant", None]

    browser.open(base + "/-/queue/next")
    browser.press("l", "KeyL", leads_on=True)
    browser.open(base + "/-/queue")
    browser.press("u", "KeyU", leads_on=True)

    assert [row[1] for row in marks_of(desk.path)[before:]] == ["irrelevant", None, "later", None]
    assert browser.address.startswith(base + "/-/queue")


def test_articles_are_selected_and_marked_with_keys_alone(desk, browser):
    enter(browser, desk, "/-/queue")
    before = len(marks_of(desk.path))
    for _ in range(2):
        browser.press("j", "KeyJ")
        browser.press("x", "KeyX")
    browser.press("i", "KeyI", leads_on=True)

    assert [row[1] for row in marks_of(desk.path)[before:]] == ["irrelevant"] * 2
    assert "2 articles;" in browser.does("document.querySelector('.message-info').innerText")
    browser.press("u", "KeyU", leads_on=True)
    assert [row[1] for row in marks_of(desk.path)[before:]] == ["irrelevant"] * 2 + [None] * 2


def test_a_question_mark_shows_the_keys(desk, browser):
    enter(browser, desk, "/-/queue")

    browser.press("?", "Slash")

    assert browser.does("document.getElementById('keys').open") is True
    assert "undo" in browser.does("document.getElementById('keys').innerText")


def test_the_queue_works_without_scripts(desk, browser):
    browser.say("Emulation.setScriptExecutionDisabled", value=True)
    base = enter(browser, desk, "/-/queue")
    before = len(marks_of(desk.path))
    # clicks come from outside the page here, as a mouse makes them
    browser.say("Emulation.setScriptExecutionDisabled", value=False)
    browser.does("document.querySelector('li.queued input').checked = true")
    browser.click("#bulk button[value=later]")

    assert [row[1] for row in marks_of(desk.path)[before:]] == ["later"]
    assert browser.address.startswith(base + "/-/queue?undo=")


def test_a_link_from_elsewhere_leads_in_where_the_app_is_kept(desk, browser):
    """The app's worker hands a link on; what a browser says of that is not what it says of the link."""
    base = enter(browser, desk, "/-/queue")
    assert browser.does("navigator.serviceWorker.ready.then(() => true)")
    browser.open(base + "/-/queue")
    elsewhere = base.replace(re.match(r"http://([^:]+)", base)[1], "127.0.0.1")

    browser.open(f"{elsewhere}/-/login?next=/-/article/3")
    assert browser.address.startswith(base)
    assert "Sign in" in browser.does("document.title")
    browser.open(f"{elsewhere}/-/articles")
    browser.does(f"document.querySelector('a.entry').href = '{base}/-/article/3'")
    browser.click("a.entry")
    assert "and ask nothing else of it" not in browser.does("document.body.innerText")
    assert browser.does("document.querySelectorAll('h1').length") == 1


def test_a_phone_without_a_network_has_the_queue_that_was_opened(desk, browser):
    base = enter(browser, desk, "/-/queue")
    assert browser.does("navigator.serviceWorker.ready.then(() => true)")
    manifest = browser.say("Page.getAppManifest")
    assert manifest["errors"] == []
    browser.open(base + "/-/queue")
    browser.click("a.button")
    title = browser.does("document.querySelector('h1').innerText")
    read = browser.address
    desk.stop()

    browser.open(base + "/-/queue")
    assert "Review queue" in browser.does("document.title")
    browser.open(read)
    assert browser.does("document.querySelector('h1').innerText") == title
    browser.open(base + "/-/article/2")  # was not opened: the queue stands in for it
    assert "Review queue" in browser.does("document.title")


def test_five_browsers_mark_at_once_while_the_daemon_writes_and_every_mark_is_there_once(tmp_path):
    path = tmp_path / "articles.db"
    queue_of(path, READERS * EACH + 20)
    is_over = threading.Event()
    writer = threading.Thread(target=write_on, args=(path, is_over))
    writer.start()
    try:
        marked = work_down(path, tmp_path, READERS, EACH)
    finally:
        is_over.set()
        writer.join()

    assert [len(each) for each in marked] == [EACH] * READERS


def write_on(path, is_over):
    """What a daemon does to the record: short transactions, one after the other."""
    with closing(Store.open(path)) as store:
        while not is_over.is_set():
            store.finish_run(store.start_run("once", NOW), NOW)
