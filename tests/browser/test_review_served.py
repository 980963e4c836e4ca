"""The review as a process of its own, and in a real browser."""

from __future__ import annotations

import http.client
import re
import shutil
import socket
import sqlite3
import subprocess
import urllib.error
import urllib.request
from contextlib import closing
from pathlib import Path

import pytest
from review_room import NOW, Served

from crawler.config import Config
from crawler.errors import SchemaTooNew, SpacereelError, StoreError
from crawler.review.serve import serve_review
from db.store import Store

CHROMIUM = "/usr/bin/chromium"
QUIET = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--enable-logging=stderr",
    "--virtual-time-budget=4000",
]

in_chromium = [
    pytest.mark.browser,
    pytest.mark.skipif(not Path(CHROMIUM).exists(), reason=f"{CHROMIUM} is not installed"),
]


def fetched(url, **headers):
    with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=20) as answer:
        return answer.status, answer.read().decode()


def test_it_says_where_it_is_and_how_to_sign_in(served):
    assert re.fullmatch(r"Review of .*articles\.db: http://127\.0\.0\.1:\d+/\n", served.said[0])
    assert re.match(
        r"To mark articles, open this: http://review-[0-9a-f]{16}\.localhost:\d+/-/auth-token\?token=[0-9a-f]{64}\n",
        served.said[1],
    )
    assert fetched(served.url)[0] == 200


def test_it_listens_on_the_loopback_only(served):
    port = int(served.url.rpartition(":")[2])
    elsewhere = {info[4][0] for info in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)} - {
        "127.0.0.1",
        "127.0.1.1",
    }

    for address in elsewhere:
        with pytest.raises(OSError), closing(socket.create_connection((address, port), timeout=2)):
            pass


def test_one_is_signed_in_under_a_name_that_no_other_port_hears(served):
    token = served.entrance.partition("/-/")[2]
    name, port = re.search(r"//(.*):(\d+)/", served.entrance).groups()

    with pytest.raises(urllib.error.HTTPError, match="403") as refused:
        fetched(f"{served.url}/-/{token}")
    refused.value.close()
    with closing(http.client.HTTPConnection("127.0.0.1", int(port), timeout=20)) as conn:
        conn.request("GET", f"/-/{token}", headers={"Host": f"{name}:{port}"})
        cookie = conn.getresponse().headers["set-cookie"]
    assert "; HttpOnly" in cookie
    session = cookie.partition(";")[0]
    assert 'soft">root<' in fetched(served.url, Host=f"{name}:{port}", Cookie=session)[1]
    assert 'soft">root<' not in fetched(served.url, Cookie=session)[1]


def test_the_printed_address_signs_in_as_often_as_it_is_opened(served):
    token = served.entrance.partition("/-/")[2]
    name, port = re.search(r"//(.*):(\d+)/", served.entrance).groups()

    def signed_in():
        with closing(http.client.HTTPConnection("127.0.0.1", int(port), timeout=20)) as conn:
            conn.request("GET", f"/-/{token}", headers={"Host": f"{name}:{port}"})
            answer = conn.getresponse()
            return answer.status, answer.headers["set-cookie"].partition(";")[0]

    (first, one), (second, other) = signed_in(), signed_in()

    assert (first, second) == (303, 303)
    assert one != other


def test_the_page_for_signing_in_stands_under_the_name_that_no_other_port_hears(served):
    port = served.url.rpartition(":")[2]
    with closing(http.client.HTTPConnection("127.0.0.1", int(port), timeout=20)) as conn:
        conn.request("GET", "/-/login?next=/-/queue")
        answer = conn.getresponse()
        place = answer.headers["location"]

    assert answer.status == 303
    assert re.fullmatch(rf"http://review-[0-9a-f]{{16}}\.localhost:{port}/-/login\?next=/-/queue", place)


def test_it_answers_to_the_loopbacks_own_names_only(served):
    with pytest.raises(urllib.error.HTTPError, match="421"):
        fetched(served.url, Host="evil.example")


def test_the_daemon_writes_while_it_is_read_and_it_ends_with_ctrl_c(sample, tmp_path):
    path = tmp_path / "articles.db"
    shutil.copy(sample, path)
    running = Served(path)
    try:
        assert "The cosmonaut" in fetched(running.url)[1]
        with closing(Store.open(path)) as store:
            store.finish_run(store.start_run("once", NOW), NOW)
        assert "Run 2 (once)" in fetched(running.url)[1]
    finally:
        code = running.stop()

    assert code == 0


def config_of(path):
    return Config().with_record(path)


def test_a_missing_record_is_a_sentence_and_no_new_file(tmp_path):
    with pytest.raises(StoreError, match=r"does not exist yet; `spacereel once`"):
        serve_review(config_of(tmp_path / "none.db"), port=0, open_browser=False)

    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_no_record_is_a_sentence(tmp_path):
    path = tmp_path / "notes.db"
    path.write_text("Not a database, but long enough to be mistaken for one. " * 20)

    with pytest.raises(StoreError, match="not an SQLite database"):
        serve_review(config_of(path), port=0, open_browser=False)


def test_a_record_of_a_newer_spacereel_is_a_sentence(sample, tmp_path):
    path = tmp_path / "articles.db"
    shutil.copy(sample, path)
    with closing(sqlite3.connect(path)) as conn:
        conn.execute("PRAGMA user_version = 99")

    with pytest.raises(SchemaTooNew, match="99"):
        serve_review(config_of(path), port=0, open_browser=False)


def test_a_taken_port_is_a_sentence(sample):
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()

        with pytest.raises(
            SpacereelError, match=r"cannot listen on 127\.0\.0\.1, port \d+: Address already in use"
        ):
            serve_review(config_of(sample), port=taken.getsockname()[1], open_browser=False)


def test_a_host_that_is_not_ours_is_a_sentence(sample):
    with pytest.raises(SpacereelError, match=r"cannot listen on 192\.0\.2\.1"):
        serve_review(config_of(sample), port=0, open_browser=False, host="192.0.2.1", is_public=True)


class Browser:
    """Chromium without a window."""

    def __init__(self, profile):
        self._profile = profile

    def see(self, url, *more):
        """The page as the browser made it, and what it wrote to its console."""
        done = subprocess.run(
            [CHROMIUM, *QUIET, f"--user-data-dir={self._profile}", *more, url],
            capture_output=True,
            text=True,
            timeout=90,
        )
        return done.stdout, [line for line in done.stderr.splitlines() if "CONSOLE" in line]


@pytest.fixture
def browser(tmp_path):
    return Browser(tmp_path / "profile")


class TestInChromium:
    """One browser, the pages that matter."""

    pytestmark = in_chromium

    def test_the_sign_in_address_signs_in(self, sample, browser):
        running = Served(sample)
        try:
            page, console = browser.see(running.entrance, "--dump-dom")
        finally:
            running.stop()

        assert '<div class="who small"><a href="/-/me"><span class="soft">root</span></a>' in page
        assert "Newest relevant articles" in page
        assert console == []

    @pytest.mark.parametrize(
        "path",
        [
            "/-/article/27",
            "/-/story/1",
            "/-/story/4",
            "/articles/current_articles",
            "/articles",
        ],
    )
    def test_pages_run_our_scripts_without_breaking_the_policy(self, served, browser, path):
        page, console = browser.see(served.url + path, "--dump-dom")

        assert console == []
        assert "<title>owned" not in page
        assert "dropdown-menu-icon" in page or path != "/articles/current_articles"

    @pytest.mark.parametrize("size", ["1280,900", "500,900"])
    def test_a_page_can_be_painted(self, served, browser, tmp_path, size):
        picture = tmp_path / "page.png"

        browser.see(served.url + "/-/article/1", f"--screenshot={picture}", f"--window-size={size}")

        assert picture.read_bytes().startswith(b"\x89PNG")
        assert picture.stat().st_size > 20_000
