from __future__ import annotations

import json
import urllib.error
import urllib.request
from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest
from lxml import etree

from crawler.demo.newsroom import answers, publishers
from crawler.demo.server import Newsroom

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
HOSTS = {publisher.host: publisher.host for publisher in publishers()}


def every_answer(edition=1):
    return {
        (publisher.id, path): answer
        for publisher in publishers()
        for path, answer in answers(publisher, edition, HOSTS, NOW).items()
    }


def test_the_newsroom_has_six_publishers_and_thirty_pages():
    assert len(publishers()) == 6
    assert sum(len(publisher.pages) for publisher in publishers()) == 30


def test_every_page_is_dated_and_has_its_own_address():
    heads = [(publisher.id, page) for publisher in publishers() for page in publisher.pages]

    assert all("hours_ago" in page or page["published"].tzinfo is not None for _, page in heads)
    assert len({(name, page["path"]) for name, page in heads}) == len(heads)


def test_every_publisher_has_news_of_the_last_two_days():
    for publisher in publishers():
        assert any(page.get("hours_ago", 99) < 48 for page in publisher.pages), publisher.id


def test_feeds_and_sitemaps_are_well_formed():
    for (_, _), answer in every_answer().items():
        if answer.content_type.endswith("xml"):
            assert len(etree.fromstring(answer.body)) > 0
        if answer.content_type.endswith("json"):
            assert json.loads(answer.body)["items"]


def test_nothing_outside_the_newsroom_is_linked():
    for answer in every_answer().values():
        for word in answer.body.decode("utf-8", "replace").replace('"', " ").replace("<", " ").split():
            host = urlsplit(word).hostname if word.startswith(("http://", "https://")) else None
            assert (
                host is None
                or host.endswith(".example")
                or host in {"schema.org", "jsonfeed.org", "www.w3.org", "www.sitemaps.org", "www.google.com"}
            ), word


def test_the_second_edition_edits_one_page_takes_one_down_and_copies_one():
    first, second = every_answer(1), every_answer(2)

    articles = {
        key for key, answer in first.items() if answer.content_type == "text/html" and key[1].count("/") > 1
    }
    changed = {key for key in articles if title_of(first[key]) != title_of(second[key])}
    assert {key: second[key].status for key in changed} == {
        ("orbitdesk", "/stations/a-film-studio-module-for-the-space-station/"): 200,
        ("reelwire", "/film/space/tom-cruise-space-film-what-we-know-471020-20220814"): 410,
    }
    assert set(second) - set(first) == {("ledger", "/world/film-crew-back-from-space-station")}


def title_of(answer):
    return etree.HTML(answer.body).findtext(".//title")


def fetch(url, **headers):
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=10) as response:
            return response.status, dict(response.headers), response.read(), response.url
    except urllib.error.HTTPError as refusal:
        with refusal:
            return refusal.code, dict(refusal.headers), refusal.read(), url


@pytest.fixture(scope="module")
def newsroom():
    with Newsroom(NOW) as open_newsroom:
        yield open_newsroom


def test_a_page_that_has_not_changed_is_not_sent_again(newsroom):
    url = newsroom.addresses["https://meridian.example"] + "/feed.json"

    status, headers, _, _ = fetch(url)
    assert status == 200
    assert fetch(url, **{"If-None-Match": headers["ETag"]})[0] == 304


def test_links_of_the_german_feed_lead_over_a_redirect(newsroom):
    address = newsroom.addresses["https://www.kinoblick.example"]

    status, _, _, final = fetch(address + "/weiter/1001")
    assert status == 200
    assert final == address + "/kritiken/a-beautiful-planet-imax"


def test_pages_name_the_address_they_are_served_at(newsroom):
    address = newsroom.addresses["https://severny-ekran.example"]

    _, headers, body, _ = fetch(address + "/news/2023/04/vyzov-vyshel-v-prokat.html")
    assert headers["Content-Type"] == "text/html"
    assert "«Вызов» вышел в прокат" in body.decode("windows-1251")
    assert b".example" not in body


def test_what_is_not_there_is_a_404(newsroom):
    assert fetch(newsroom.addresses["https://meridian.example"] + "/nowhere")[0] == 404
