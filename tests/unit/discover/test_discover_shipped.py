"""The sources that come with Spacereel, and the ones its documentation shows."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from crawler.catalogue import load_beats
from crawler.config import SHIPPED_BEAT
from crawler.dedupe.urls import canonical_url
from crawler.discover.engines import ENGINES
from crawler.discover.follow import compiled_follow
from db.model import Source

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def sources() -> tuple[Source, ...]:
    (beat,) = load_beats([SHIPPED_BEAT])
    return beat.sources


def test_every_address_is_listed_once_and_in_its_one_spelling(sources):
    urls = [source.url for source in sources if source.kind != "query"]

    assert len(urls) == len(set(urls)) >= 40
    assert [url for url in urls if canonical_url(url) != url] == []


def test_every_source_says_its_kind_language_and_a_polite_interval(sources):
    listed = [source for source in sources if source.kind != "query"]
    assert {source.kind for source in listed} == {"feed", "sitemap", "section"}
    assert {source.language for source in listed} == {"en", "ru"}
    assert all(900 <= source.every_s <= 4 * 3600 for source in sources)
    assert all(source.title != source.id for source in sources)


def test_searches_ask_in_the_beat_s_languages_and_google_is_off(sources):
    searches = {source.id: source for source in sources if source.engine}

    assert {source.engine for source in searches.values()} == set(ENGINES)
    assert [source.id for source in searches.values() if not source.is_enabled] == ["google-news"]
    languages = {query[:3] for query in searches["gdelt"].queries if query[2:3] == ":"}
    assert {"en:", "ru:", "uk:", "es:", "fr:", "de:", "zh:", "ja:", "ar:"} <= languages


@pytest.mark.parametrize(
    ("url", "is_article"),
    [
        ("https://www.unilad.com/film-and-tv/news/tom-cruise-space-film-123456-20261123", True),
        ("https://www.ladbible.com/entertainment/film-shot-in-space-20261123/", True),
        ("https://www.unilad.com/film-and-tv", False),
        ("https://www.unilad.com/topic/space-12345678901", False),
        ("https://www.unilad.com/page/20261123", False),
    ],
)
def test_articles_of_the_ladbible_group_end_in_their_date(sources, url, is_article):
    patterns = {source.follow for source in sources if source.follow}

    assert len(patterns) == 1
    assert bool(compiled_follow(patterns.pop()).search(url)) is is_article


def test_the_documented_examples_are_sources(tmp_path):
    examples = re.findall(
        r"```toml\n(.*?)```", (ROOT / "docs" / "sources.md").read_text(encoding="utf-8"), re.DOTALL
    )
    topic = SHIPPED_BEAT.read_text(encoding="utf-8").partition("\n[topic]")[2]
    path = tmp_path / "beat.toml"
    path.write_text(
        '[beat]\nid = "x"\ntitle = "X"\n' + "".join(examples) + "\n[topic]" + topic, encoding="utf-8"
    )

    assert [source["id"] for source in tomllib.loads(path.read_text(encoding="utf-8"))["source"]] == [
        "guardian-film",
        "unilad-space",
        "gdelt-russia",
        "orbit-letter",
    ]
    assert len(load_beats([path])[0].sources) == 4
