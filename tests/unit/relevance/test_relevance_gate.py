"""The gate lets every page through that could score, whatever its bytes look like."""

from __future__ import annotations

import html
import time
from dataclasses import replace
from pathlib import Path

import pytest

from crawler.catalogue import load_beats
from crawler.config import SHIPPED_BEAT
from crawler.relevance.evaluate import load_examples
from crawler.relevance.gate import may_score
from crawler.relevance.judge import Fields, judge
from crawler.relevance.topic import Topic, parse_topic
from crawler.relevance.visible import visible_text, visible_words

EXAMPLES = load_examples(SHIPPED_BEAT.with_suffix(".examples.jsonl"))
PAGE = (
    "<!DOCTYPE html><html><head><meta charset='{charset}'><title>{title}</title><style>p {{ color: red }}</style></head>"
    "<body><nav><ul><li>Home</li><li>Sport</li></ul></nav><h1>{title}</h1><p>{text}</p><script>var x = '{{}}';</script></body></html>"
)


@pytest.fixture(scope="module")
def topic() -> Topic:
    (beat,) = load_beats([SHIPPED_BEAT])
    return beat.topic


def scoring(topic: Topic):
    """The examples that the judge puts into a band, with that judgement's fields."""
    for example in EXAMPLES:
        fields = Fields(title=example.title, text=example.text, url=example.url, language=example.language)
        if judge(fields, topic).band != "off":
            yield example


def as_page(example, charset="utf-8", **changed) -> str:
    example = replace(example, **changed)
    return PAGE.format(charset=charset, title=html.escape(example.title), text=html.escape(example.text))


def named_in_marks() -> Topic:
    """A topic of one name that counts in quotation marks only."""
    table = {
        "relevant": 4.0,
        "mention": 2.0,
        "concepts": {"name": {"any": ["«the challenge»"]}, "crew": {"any": ["crew"]}},
        "rule": [{"name": "a name", "points": 4.0, "sentence": ["name"], "article": ["crew"]}],
    }
    return parse_topic(table, "named")


def test_there_is_something_to_let_through(topic):
    assert len(list(scoring(topic))) > 150


def test_a_page_in_utf8_passes(topic):
    for example in scoring(topic):
        assert may_score(as_page(example).encode(), topic, url=example.url), example.id


def test_capitals_pass(topic):
    for example in scoring(topic):
        loud = as_page(example, title=example.title.upper(), text=example.text.upper())
        assert may_score(loud.encode(), topic, url=example.url), example.id


def test_numeric_entities_pass(topic):
    for example in scoring(topic):
        escaped = as_page(example).encode("ascii", "xmlcharrefreplace")
        assert may_score(escaped, topic, url=example.url), example.id


def test_tags_inside_words_pass(topic):
    for example in scoring(topic):
        split = " ".join(
            f"{word[:2]}<b class=x>{word[2:]}</b>" if len(word) > 3 else word for word in example.text.split()
        )
        title = " ".join(f"{word[:1]}<span>{word[1:]}</span>" for word in example.title.split())
        page = f"<html><body><h1>{title}</h1><div>{split}</div></body></html>"
        assert may_score(page.encode(), topic, url=example.url), example.id


def test_words_joined_by_tags_only_pass(topic):
    for example in scoring(topic):
        page = f"<h1>{html.escape(example.title)}</h1>" + "".join(
            f"<a>{html.escape(word)}</a>" for word in example.text.split()
        )
        assert may_score(page.encode(), topic, url=example.url), example.id


def test_text_in_json_passes(topic):
    import json

    for example in scoring(topic):
        data = json.dumps(
            {"headline": example.title, "articleBody": "\n" + example.text.replace("&", "&amp;")}
        )
        page = f'<html><script type="application/ld+json">{data}</script><body></body></html>'
        assert may_score(page.encode(), topic, url=example.url), example.id


def test_metadata_passes(topic):
    for example in scoring(topic):
        page = (
            f'<html><head><meta property="og:title" content="{html.escape(html.escape(example.title))}">'
            f'<meta name="description" content="{html.escape(example.text)}"></head><body></body></html>'
        )
        assert may_score(page.encode(), topic, url=example.url), example.id


def test_the_words_of_the_address_and_of_the_source_count(topic):
    url = "https://news.example/russian-film-crew-in-orbit-to-shoot-first-movie-in-space"

    assert may_score(b"<html></html>", topic, url=url)
    assert may_score(b"<html></html>", topic, title="First movie shot in space: film crew lands")
    assert not may_score(b"<html></html>", topic)


def test_pages_about_something_else_are_stopped(topic):
    everyday = [example for example in EXAMPLES if example.kind == "random"]
    stopped = [not may_score(as_page(example).encode(), topic, url=example.url) for example in everyday]

    assert sum(stopped) >= len(stopped) - 1


def test_scripts_styles_and_comments_are_not_text():
    page = b"<style>film</style><script>orbit()</script><!-- space --><svg>x</svg><p>news"
    data = b'<script type="application/json">{"a": "orbit"}</script><script type=application/ld&#43;json>{"b": 1}</script>'

    assert visible_words(visible_text(page) or "").split() == ["|", "news"]
    assert visible_words(visible_text(data) or "").split() == ["|", "b", "1", "|"]


def test_a_script_that_never_ends_is_kept():
    assert "orbit" in (visible_text(b"<p>news</p><script>orbit") or "")


@pytest.mark.parametrize(
    ("shown", "may"),
    [
        pytest.param("“The Challenge”", True, id="marks"),
        pytest.param("“<em>The Challenge</em>”", True, id="a tag inside the marks"),
        pytest.param(
            "<q>“</q><b>T</b>he<i> Chal<u>len</u>ge</i>&quot;", True, id="tags inside words, an entity"
        ),
        pytest.param("‘The Challenge’", True, id="single marks"),
        pytest.param(
            "the “challenge that he sees in all that others call an easy task”", False, id="in a speech"
        ),
        pytest.param("the challenge", False, id="no marks"),
    ],
)
def test_a_name_that_needs_quotation_marks_has_some(shown, may):
    page = f"<p>The crew is at work, and {shown} is what it is about.</p>"

    assert may_score(page.encode(), named_in_marks()) is may


@pytest.mark.parametrize(
    ("shown", "may"),
    [
        pytest.param("A space station.", True, id="side by side"),
        pytest.param("A sp<b>ace sta</b>tion.", True, id="tags inside both words"),
        pytest.param("A space<sup>see note two</sup> station.", True, id="a note between them"),
        pytest.param("A space station has no space for a second station.", True, id="near each other once"),
        pytest.param("Films without end, told in a space.", True, id="words between that the term allows"),
        pytest.param(
            "A space for art, with a café, a hall for two hundred and a garden, opens beside the old station.",
            False,
            id="in one sentence only",
        ),
    ],
)
def test_the_words_of_a_term_stand_near_each_other(shown, may):
    table = {
        "relevant": 4.0,
        "mention": 2.0,
        "concepts": {"place": {"any": ["space station", "film* ... in a space"]}},
        "rule": [{"name": "a place", "points": 4.0, "sentence": ["place"]}],
    }
    page = f"<p>{shown}</p>"

    assert may_score(page.encode(), parse_topic(table, "near")) is may


def of_two_words() -> Topic:
    """A topic of one name of two words, and one with a gap."""
    terms = {"any": ["space station", "film ... orbit", "宇宙 飛行"]}
    table = {
        "relevant": 4.0,
        "mention": 2.0,
        "concepts": {"name": terms},
        "rule": [{"name": "a name", "points": 8.0, "sentence": ["name"]}],
    }
    return parse_topic(table, "named")


@pytest.mark.parametrize(
    ("shown", "may"),
    [
        pytest.param("the space station", True, id="one after the other"),
        pytest.param("the station has no space", False, id="the other way round"),
        pytest.param("space that all who work there need at a station", False, id="far from each other"),
        pytest.param("space (see below) station", True, id="with what reading may take out"),
        pytest.param(
            "space <i>that all who work there need at a</i> station", True, id="marked up by itself"
        ),
        pytest.param("s<b>p</b><i>a</i>ce st<u>a</u><b>t</b><i>i</i>on", True, id="tags inside words"),
        pytest.param("space. A station", False, id="two sentences"),
        pytest.param("space<p>station", False, id="two blocks"),
        pytest.param("a film that five people shot in orbit", True, id="with its gap"),
        pytest.param("in orbit as in a film", False, id="before its gap"),
        pytest.param("宇宙<b>飛行</b>", True, id="a script without spaces"),
        pytest.param("space-station " + "and more " * 1000, True, id="in a very long sentence"),
    ],
)
def test_the_words_of_a_name_stand_together(shown, may):
    assert may_score(f"<p>{shown}</p>".encode(), of_two_words()) is may


def test_quotation_marks_in_json_are_some():
    said = 'The crew is at work on \\"The Challenge\\" again.'
    page = f'<script type="application/ld+json">{{"articleBody": "{said}"}}</script>'

    assert may_score(page.encode(), named_in_marks())


@pytest.mark.parametrize(
    "page",
    [
        pytest.param(b"<style>" * 30_000, id="styles that never end"),
        pytest.param(b"<a<a<a<a" * 30_000, id="tags that never end"),
        pytest.param(b"<!--" * 60_000, id="comments that never end"),
        pytest.param(b"<h1>" * 60_000, id="headings that never end"),
        pytest.param(b"<b>x</b>" * 30_000, id="tags between letters"),
        pytest.param(b"&amp;" * 50_000, id="entities"),
        pytest.param(bytes(range(256)) * 800, id="any bytes"),
        pytest.param(b"\\u0410" * 30_000, id="escapes"),
        pytest.param(b"film orbit " * 10_000, id="words of the topic"),
    ],
)
def test_no_page_makes_it_slow(page, topic):
    started = time.process_time()
    may_score(page, topic)
    assert time.process_time() - started < 8


def test_no_page_of_real_newspapers_that_scores_is_stopped(topic):
    folder = Path(__file__).resolve().parents[3].parent / "shared" / "data" / "extraction-dev" / "html"
    if not folder.is_dir():
        pytest.skip("the real pages are not here")
    import gzip

    from crawler.extract.article import read_article
    from crawler.extract.page.document import parse_document
    from crawler.relevance.judge import judged_fields
    from db.model import Page

    loose = parse_topic(
        {
            "relevant": 4,
            "mention": 0.5,
            "concepts": {
                "space": {"en": ["space", "NASA", "film*", "space agency"]},
                "who": {"en": ["said", "agency"]},
            },
            "rule": [{"name": "x", "sentence": ["space", "who"], "points": 2}],
        },
        "loose",
    )
    from datetime import UTC, datetime

    scored = 0
    for file in sorted(folder.iterdir())[::4]:
        body = file.read_bytes()
        body = gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body
        url = "https://x.example/a"
        page = Page(
            url=url,
            final_url=url,
            status=200,
            headers=(),
            body=body,
            fetched_at=datetime(2026, 1, 1, tzinfo=UTC),
        )
        article = read_article(parse_document(page), None).article
        if judge(judged_fields(article), loose).band != "off":
            scored += 1
            assert may_score(body, loose, url=url), file.name
    assert scored
