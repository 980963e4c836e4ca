"""The review in four languages: who is spoken to in which, and that every page answers in each."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace

import pytest
from review_room import Room
from test_review_pages import PAGES

from crawler.config import Config, ReviewConfig
from crawler.config.languages import LANGUAGES
from crawler.publish.wording.wording import wording_of
from crawler.review.access import access_of, is_open

OTHERS = LANGUAGES[1:]


@pytest.mark.parametrize("code", OTHERS)
@pytest.mark.parametrize("path", [*PAGES, "/-/charts", "/-/searches", "/-/login", "/-/me", "/-/try"])
def test_every_page_answers_in_every_language(room, path, code):
    answer = room.get(path, signed_in=True, headers={"Accept-Language": f"{code},en;q=0.5"})

    assert answer.status_code == (404 if "no-such" in path else 200)
    assert answer.headers["content-language"] == code
    assert "cookie" in answer.headers["vary"].lower() and "accept-language" in answer.headers["vary"].lower()
    direction = "rtl" if code == "ar" else "ltr"
    assert f'<html lang="{code}" dir="{direction}">' in answer.text
    assert wording_of(code).phrase("Review queue") in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert not re.search(r"<style|\sstyle=|\son\w+=\"|%\(\w+\)s", answer.text)


def test_an_error_is_told_in_the_language_of_the_page(room):
    answer = room.get("/-/article/99999", headers={"Accept-Language": "ru"})

    assert answer.status_code == 404
    assert "Статьи 99999 нет." in answer.text and "Ошибка 404" in answer.text


def test_hostile_texts_are_escaped_in_a_sentence_of_every_language(own_room):
    for code in LANGUAGES:
        page = own_room.get(
            "/-/articles?person=<b>x</b>&tag=%25(num)s", headers={"Accept-Language": code}
        ).text
        assert "<b>x" not in page and "&lt;b&gt;x" in page and "%(num)s" in page


def test_a_link_chooses_and_a_cookie_keeps_it(own_room):
    page = own_room.get("/-/queue?order=oldest").text
    assert 'href="/-/language?to=de&amp;next=%2F-%2Fqueue%3Forder%3Doldest"' in page

    answer = own_room.get("/-/language?to=de&next=/-/queue%3Forder%3Doldest")

    assert answer.status_code == 303 and answer.headers["location"] == "/-/queue?order=oldest"
    cookie = answer.headers["set-cookie"]
    assert "spacereel_language=de" in cookie and "HttpOnly" in cookie and "samesite=lax" in cookie.lower()
    kept = own_room.get("/-/queue", headers={"Cookie": "spacereel_language=de", "Accept-Language": "ru"})
    assert '<html lang="de"' in kept.text


@pytest.mark.parametrize("on", ["https://evil.example/", "//evil.example", "/\\evil.example"])
def test_the_link_leads_nowhere_else(room, on):
    answer = room.get("/-/language", params={"to": "ar", "next": on})

    assert answer.status_code == 303 and answer.headers["location"] == "/"


@pytest.mark.parametrize("code", ["", "xx", "../../etc/passwd", "de\r\nX: y"])
def test_a_language_that_is_not_spoken_is_none(room, code):
    answer = room.get("/-/language", params={"to": code})

    assert answer.status_code == 404 and "set-cookie" not in answer.headers
    assert '<html lang="en"' in room.get("/", headers={"Cookie": "spacereel_language=xx"}).text


def test_the_setting_speaks_to_whoever_chose_nothing(sample):
    config = replace(Config().with_record(sample), review=ReviewConfig(language="ar"))
    room = Room(sample, config)
    try:
        assert '<html lang="ar" dir="rtl">' in room.get("/", headers={"Accept-Language": "de"}).text
        chosen = {"Cookie": "spacereel_language=de"}
        assert '<html lang="de" dir="ltr">' in room.get("/", headers=chosen).text
    finally:
        room.close()


def test_the_language_is_chosen_before_signing_in():
    assert is_open("/-/language") and not is_open("/-/languages")


def test_a_closed_review_refuses_in_the_language_of_who_asks(sample):
    closed = Room(sample, access=access_of("192.0.2.1", base_url="http://localhost/"))
    try:
        assert "Войдите" in closed.get("/-/article/1", headers={"Accept-Language": "ru"}).text
        assert "الاسم" in closed.get("/-/login", headers={"Accept-Language": "ar"}).text
    finally:
        closed.close()


def test_what_a_phone_asks_for_speaks_too(room):
    told = {"Accept-Language": "ar"}

    manifest = room.get("/-/manifest.webmanifest", headers=told).json()
    assert (manifest["lang"], manifest["dir"]) == ("ar", "rtl")
    assert '"OFFLINE"' not in room.get("/-/worker.js").text
    assert "OFFLINE" not in room.get("/-/worker.js", headers=told).text


def test_two_who_ask_at_once_are_answered_each_in_their_own(room):
    async def both():
        get = room.review.client.get
        return await asyncio.gather(
            *(get("/-/queue", headers={"Accept-Language": code}) for code in [*LANGUAGES] * 5)
        )

    answers = asyncio.run(both())
    assert [re.search(r'<html lang="(\w+)"', each.text)[1] for each in answers] == [*LANGUAGES] * 5
