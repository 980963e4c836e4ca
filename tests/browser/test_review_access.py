"""Pages that everybody can use: headings in order, labels, nothing wider than the screen, no violation of WCAG 2.2 AA.

axe-core is no part of the tests' environment: `pip install axe-playwright-python` brings it, and the test that wants it
finds it there.
"""

from __future__ import annotations

import itertools
import re
import shutil
from importlib.util import find_spec
from pathlib import Path

import pytest
from chromium import CHROMIUM
from review_room import NOW, Served

from crawler.review.spoken import COOKIE
from db.connection import to_write
from db.searches import save_search

PAGES = (
    "/",
    "/-/queue",
    "/-/article/1?queue=1",
    "/-/article/25",
    "/-/login",
    "/-/stories",
    "/-/story/1",
    "/-/charts",
    "/-/why?url=https://gazette.example/recipe",
    "/-/articles?q=station",
    "/-/articles?q=(",
    "/-/article/7?queue=1",
    "/-/article/8",
    "/-/changes/25",
    "/articles",
    "/articles/current_articles",
    "/articles/articles/1",
    "/no-such-page",
)
INSIDE = (
    "/-/me",
    "/articles?sql=select+1",
    "/-/searches?q=film",
    "/-/search/1",
    "/-/try",
    "/-/article/1?original=1",
    "/-/article/1?lines=1",
    "/-/queue?undo=5",
    "/-/article/7?queue=1&undo=5",
)
RULES = "['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']"

in_chromium = [pytest.mark.browser, pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")]


def axe():
    spec = find_spec("axe_playwright_python") or find_spec("axe_core_python")
    return Path(spec.origin).with_name("axe.min.js") if spec and spec.origin else None


@pytest.mark.parametrize("path", (*PAGES, *INSIDE))
@pytest.mark.parametrize("is_inside", [False, True])
def test_headings_are_in_order_and_every_field_has_a_name(room, path, is_inside):
    page = room.get(path, signed_in=is_inside or path in INSIDE).text

    levels = [int(level) for level in re.findall(r"<h([1-6])[ >]", page)]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels)), levels
    labelled = set(re.findall(r'<label[^>]* for="([^"]+)"', page))
    unlabelled = re.sub(r"<label[^>]*>(?:(?!</label>).)*</label>", "", page, flags=re.DOTALL)
    for field in re.findall(r"<(?:input|select|textarea)[^>]*>", unlabelled):
        if not re.search(r'type="(?:hidden|submit)"', field):
            name = re.search(r' id="([^"]+)"', field)
            assert "aria-label=" in field or (name and name[1] in labelled), field


#: searches that whoever opened the printed address keeps, with something unread in each
KEPT = (
    ("Films", "film"),
    ("A name that is as long as sixty characters may possibly be", "lang:en"),
    ("محطة", "محطة"),
)


@pytest.fixture(scope="module")
def sample(sample, tmp_path_factory):
    """The sample record, with saved searches in the bar of every page."""
    path = tmp_path_factory.mktemp("kept") / "articles.db"
    shutil.copy(sample, path)
    with to_write(path) as conn:
        for number in range(9):
            name, query = KEPT[number % 3]
            save_search(conn, name, query, "root" if number else None, "root", NOW)
        conn.execute("UPDATE searches SET since_id = 1")
    return path


class TestInChromium:
    """Every page as it is painted."""

    pytestmark = in_chromium

    @pytest.mark.parametrize("is_inside", [False, True])
    def test_no_page_is_wider_than_the_screen_and_the_bar_leaves_room_on_a_phone(
        self, sample, browser, is_inside
    ):
        running = Served(sample)
        try:
            browser.open(running.entrance if is_inside else running.url)
            base = re.match(r"http://[^/]+", browser.address)[0]
            for path in (*PAGES, *(INSIDE if is_inside else ())):
                browser.open(base + path)
                for width in (320, 390, 1280, 1920):
                    browser.look(width, 844)
                    wide, bar, cut = browser.does(
                        "[document.documentElement.scrollWidth, document.querySelector('header.top').offsetHeight,"
                        " [...document.querySelectorAll('button:not(.unseen)')].filter(b => b.scrollWidth > b.clientWidth + 2 && b.clientWidth > 1).length]"
                    )
                    assert (wide, cut) == (width, 0), (path, width)
                    assert bar <= 844 * 0.12, (path, width)
        finally:
            running.stop()

    @pytest.mark.parametrize("language", ["ar", "de", "ru"])
    def test_the_marks_fit_a_phone_in_every_language(self, sample, browser, language):
        running = Served(sample)
        try:
            browser.open(running.entrance)
            base = re.match(r"http://[^/]+", browser.address)[0]
            browser.say("Network.setCookie", name=COOKIE, value=language, url=base)
            browser.open(base + "/-/article/1?queue=1")
            for width in (320, 390):
                browser.look(width, 844)
                assert browser.does("document.documentElement.scrollWidth") == width
        finally:
            browser.say("Network.clearBrowserCookies")
            running.stop()

    def test_the_newest_days_of_a_chart_are_seen_first_on_a_phone(self, sample, browser):
        running = Served(sample)
        try:
            browser.look(390, 844)
            browser.open(running.url + "/-/charts")
            right_edge = browser.does("document.querySelector('.chart svg').getBoundingClientRect().right")
            hidden = browser.does("document.querySelector('.chart svg').getBoundingClientRect().left")
        finally:
            running.stop()

        assert right_edge <= 390 and hidden < 0

    @pytest.mark.skipif(axe() is None, reason="axe-core is not here: pip install axe-playwright-python")
    @pytest.mark.parametrize("is_inside", [False, True])
    @pytest.mark.parametrize("language", ["en", "ar"])
    def test_axe_finds_no_violation(self, sample, browser, is_inside, language):
        script, found = axe().read_text(encoding="utf-8"), []
        running = Served(sample)
        try:
            browser.open(running.entrance if is_inside else running.url)
            base = re.match(r"http://[^/]+", browser.address)[0]
            browser.say("Network.setCookie", name=COOKIE, value=language, url=base)
            for path in (*PAGES, *(INSIDE if is_inside else ())):
                browser.open(base + path)
                browser.does(script + "; 0")
                for width, is_dark in (
                    (320, False),
                    (390, True),
                    (768, False),
                    (1280, False),
                    (1280, True),
                    (1920, False),
                ):
                    browser.look(width, is_dark=is_dark)
                    ask = f"axe.run(document, {{runOnly: {RULES}}}).then(r => r.violations.map(v => [v.id, v.nodes[0].html.slice(0, 200)]))"
                    found += [(path, width, is_dark, *each) for each in browser.does(ask)]
        finally:
            browser.say("Network.clearBrowserCookies")
            running.stop()

        assert found == []
