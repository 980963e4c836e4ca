"""Search services: what is asked, and what their answers name."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from crawler.catalogue import load_beats
from crawler.config import SHIPPED_BEAT
from crawler.dedupe.urls import canonical_url
from crawler.discover.engines import ENGINES, halves, question, requests_of
from crawler.discover.queries import parse_answer
from crawler.errors import ConfigError, DiscoverError
from crawler.frontier.hosts import Hosts
from crawler.relevance.service_queries import asks_of
from db.model import Source

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def source(engine: str, *queries: str, **more) -> Source:
    url = ENGINES[engine].url
    told = {"kind": "query", "beat": "films", "every_s": 3600.0, "max_age_s": 30 * 86400.0, **more}
    return Source(id="search", title="Search", url=url, engine=engine, queries=queries, **told)


def asked(url: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


def test_gdelt_is_asked_in_a_language_about_the_time_since_the_last_poll():
    (url,) = requests_of(source("gdelt", 'ru: (съёмки OR "съёмок") космос'), NOW - timedelta(hours=3), NOW)

    assert asked(url) == {
        "query": '(съёмки OR "съёмок") космос sourcelang:russian',
        "mode": "artlist",
        "format": "json",
        "maxrecords": "250",
        "sort": "datedesc",
        "startdatetime": "20261123070000",
        "enddatetime": "20261123120000",
    }


@pytest.mark.parametrize(
    ("since", "start"),
    [
        pytest.param(None, "20261116120000", id="a first poll looks a week back"),
        pytest.param(NOW - timedelta(days=90), "20261024120000", id="never further than max_age"),
    ],
)
def test_the_window_is_bounded(since, start):
    (url,) = requests_of(source("gdelt", "film"), since, NOW)

    assert asked(url)["startdatetime"] == start


def test_each_service_is_asked_as_it_wants_to_be():
    bing, google, flight = (
        asked(requests_of(source(engine, "ru: кино в космосе"), None, NOW)[0])
        for engine in ("bing-news", "google-news", "spaceflight-news")
    )

    assert bing == {"q": "кино в космосе", "format": "rss", "mkt": "ru-RU"}
    assert google == {"q": "кино в космосе when:7d", "hl": "ru", "gl": "RU", "ceid": "RU:ru"}
    assert (flight["search"], flight["ordering"]) == ("кино в космосе", "-published_at")


def test_a_question_that_is_too_long_loses_alternatives_and_no_group():
    words = tuple(f"a rather long alternative {number}" for number in range(8))

    asked_for = question("en", (words, words, ("ISS",)), "gdelt")

    assert len(asked_for) <= 244
    assert asked_for.endswith(" ISS")


def test_halves_cover_the_whole_window_and_end_at_a_quarter_of_an_hour():
    (url,) = requests_of(source("gdelt", "film"), NOW - timedelta(hours=3), NOW)
    later, earlier = (asked(half) for half in halves(url))

    assert (earlier["startdatetime"], later["enddatetime"]) == ("20261123070000", "20261123120000")
    assert earlier["enddatetime"] == later["startdatetime"]
    count, waiting = 0, [url]
    while waiting:
        count += 1
        waiting += halves(waiting.pop())
    assert count == 31
    assert halves("https://www.bing.com/news/search?q=film") == ()


def gdelt(*rows: dict[str, str]) -> bytes:
    return json.dumps({"articles": rows}).encode()


def row(number: int = 1, **more: str) -> dict[str, str]:
    told = {"url": f"https://e.org/{number}", "title": "Film crew lands", "seendate": "20260709T140000Z"}
    return {**told, "language": "Russian", "domain": "e.org", **more}


def test_gdelt_names_pages_with_title_and_language_and_no_date():
    answer = parse_answer(source("gdelt", "film"), gdelt(row(1), row(2), row(1)), "https://g.example/", NOW)

    assert [each.url for each in answer.candidates] == ["https://e.org/1", "https://e.org/2"]
    first = answer.candidates[0]
    assert (first.title, first.language, first.published_at) == ("Film crew lands", "ru", None)
    assert not answer.is_cut


def test_250_results_are_not_all():
    body = gdelt(*(row(number) for number in range(250)))

    assert parse_answer(source("gdelt", "film"), body, "https://g.example/", NOW).is_cut


def test_no_results_are_no_fault():
    assert parse_answer(source("gdelt", "film"), b"{}", "https://g.example/", NOW).candidates == ()


@pytest.mark.parametrize(
    "body", [b"", b"Your query was too short", b"<html><body>Busy</body></html>", b"[1, 2]", b"[" * 99_999]
)
def test_what_is_no_answer_is_a_failure(body):
    with pytest.raises(DiscoverError):
        parse_answer(source("gdelt", "film"), body, "https://g.example/", NOW)


@pytest.mark.parametrize("rows", ["none", [None, 5, {}], [{"url": 7}], [{"url": "javascript:1"}]])
def test_odd_rows_are_passed_over(rows):
    body = json.dumps({"articles": rows}).encode()

    assert parse_answer(source("gdelt", "film"), body, "https://g.example/", NOW).candidates == ()


def test_spaceflight_news_gives_dates():
    told = {"title": "Studio module", "url": "https://e.org/1", "published_at": "2026-11-22T10:00:00Z"}
    body = json.dumps({"count": 1, "next": None, "results": [told]}).encode()

    answer = parse_answer(source("spaceflight-news", "film"), body, "https://s.example/", NOW)

    assert answer.candidates[0].published_at == datetime(2026, 11, 22, 10, tzinfo=UTC)


def test_bing_s_links_are_unwrapped_without_a_request():
    link = "http://www.bing.com/news/apiclick.aspx?ref=FexRss&amp;url=https%3a%2f%2fe.org%2ffilm&amp;c=1"
    body = f"<rss><channel><item><title>Film</title><link>{link}</link></item></channel></rss>".encode()

    (found,) = parse_answer(source("bing-news", "film"), body, "https://www.bing.com/", NOW).candidates

    assert canonical_url(found.url) == "https://e.org/film"


def test_a_host_is_held_to_its_gap():
    hosts = Hosts(1.0, (), NOW, 0.0)
    hosts.hold("api.gdeltproject.org", ENGINES["gdelt"].gap_s)
    hosts.ended("api.gdeltproject.org", 100.0)

    assert hosts.wait_s("api.gdeltproject.org", 100.0) == 5.0


def test_questions_come_from_rules_that_alone_make_an_article_relevant():
    (beat,) = load_beats([SHIPPED_BEAT])

    asks = asks_of(beat.topic, 40)
    english = [groups for language, groups in asks if language == "en"]

    assert any("filming" in group for groups in english for group in groups)
    assert all(1 <= len(groups) <= 3 and all(groups) for _, groups in asks)
    assert {language for language, _ in asks_of(beat.topic, 9, "ru")} == {None, "ru"}


def beat_of(tmp_path, **told):
    table = "".join(f"{key} = {json.dumps(value)}\n" for key, value in told.items())
    topic = SHIPPED_BEAT.read_text(encoding="utf-8").partition("\n[topic]")[2]
    path = tmp_path / "beat.toml"
    path.write_text(
        f'[beat]\nid = "b"\ntitle = "B"\n[[source]]\nid = "s"\n{table}\n[topic]{topic}', encoding="utf-8"
    )
    return path


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"kind": "query", "engine": "gdlt"}, 'no service that is known; did you mean "gdelt"'),
        ({"kind": "feed", "url": "https://e.org/", "engine": "gdelt"}, "engine is for sources of kind query"),
        ({"kind": "query", "engine": "gdelt", "queries": []}, "must be a list of texts"),
        ({"kind": "section", "url": "https://e.org/", "follow": "(?=a)"}, "not a regular expression"),
        ({"kind": "sitemap", "url": "https://e.org/", "max_age": "ages"}, "is not a duration"),
    ],
)
def test_a_mistake_in_a_beat_is_named(tmp_path, told, words):
    with pytest.raises(ConfigError, match=words.replace("(", r"\(")):
        load_beats([beat_of(tmp_path, **told)])


def test_a_query_needs_no_address(tmp_path):
    (beat,) = load_beats([beat_of(tmp_path, kind="query", engine="gdelt", language="ru")])

    assert beat.sources[0].url == ENGINES["gdelt"].url
    assert any(query.startswith("ru: ") for query in beat.sources[0].queries)
