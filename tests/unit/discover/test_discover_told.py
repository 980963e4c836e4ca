"""What a feed tells of an entry besides its link: its name, its words, and its text."""

from __future__ import annotations

import json

import pytest
from feed_kit import atom, item, read, rss

TEXT = "The crew rehearsed the scene in the orbital module before the launch. " * 8
CONTENT = 'xmlns:content="http://purl.org/rss/1.0/modules/content/"'


def with_content(markup: str) -> str:
    return rss(item(1, f"<description>Short.</description><content:encoded><![CDATA[{markup}]]></content:encoded>")).replace(
        "<rss ", f"<rss {CONTENT} "
    )  # fmt: skip


@pytest.mark.parametrize(
    ("body", "guid"),
    [
        pytest.param(rss(item(1, '<guid isPermaLink="false">post-17</guid>')), "post-17", id="RSS"),
        pytest.param(rss(item(1, "<guid><![CDATA[ a & b ]]></guid>")), "a & b", id="RSS, CDATA"),
        pytest.param(rss(item(1, "<guid>https://e.org/?p=17</guid>")), "https://e.org/?p=17", id="address"),
        pytest.param(
            atom(
                '<entry><id>tag:e.org,2026:1</id><title>A</title><link href="https://e.org/1"/></entry>'
            ),
            "tag:e.org,2026:1",
            id="Atom",
        ),
        pytest.param(
            json.dumps({"version": "1", "items": [{"id": 17, "url": "https://e.org/1"}]}), "17", id="JSON Feed"
        ),
        pytest.param(rss(item(1)), "https://e.org/1", id="its link stands in"),
    ],
)  # fmt: skip
def test_an_entry_keeps_the_name_its_feed_gives_it(body, guid):
    (candidate,) = read(body).candidates

    assert candidate.guid == guid


def test_a_name_given_to_several_pages_names_none():
    same = "<guid>1</guid>"

    feed = read(rss(item(1, same), item(2, same), item(3, "<guid>3</guid>")))

    assert [each.guid for each in feed.candidates] == [None, None, "3"]


def test_a_very_long_name_is_cut_to_its_digest():
    (candidate,) = read(rss(item(1, f'<guid isPermaLink="false">{"x" * 5000}</guid>'))).candidates

    assert candidate.guid is not None
    assert len(candidate.guid) == 64


def told(markup: str) -> str | None:
    return read(with_content(markup)).candidates[0].entry_sha256


def test_words_count_as_news_and_markup_does_not():
    plain = told(f"<p>{TEXT}</p>")

    assert told(f'<div class="b"><p>{TEXT}</p><img src="https://t.example/pixel?n=7"></div>') == plain
    assert told(f"<p>{TEXT} Corrected.</p>") != plain


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(with_content(f"<p>{TEXT}</p>"), id="content:encoded"),
        pytest.param(rss(item(1, f"<description>&lt;p&gt;{TEXT}&lt;/p&gt;</description>")), id="description"),
        pytest.param(
            atom(
                f'<entry><title>A</title><link href="https://e.org/1"/><summary>S.</summary><content type="html">'
                f"&lt;p&gt;{TEXT}&lt;/p&gt;</content></entry>"
            ),
            id="Atom, HTML",
        ),
        pytest.param(
            atom(
                '<entry><title>A</title><link href="https://e.org/1"/><content type="xhtml">'
                f'<div xmlns="http://www.w3.org/1999/xhtml"><p>{TEXT}</p></div></content></entry>'
            ),
            id="Atom, XHTML",
        ),
        pytest.param(
            atom(
                f'<entry xml:base="https://e.org/"><title>A</title><link href="1"/><content type="html">'
                f"&lt;p&gt;{TEXT}&lt;/p&gt;</content></entry>"
            ),
            id="the forgiving parser",
        ),
        pytest.param(
            json.dumps({"version": "1", "items": [{"url": "https://e.org/1", "content_html": f"<p>{TEXT}</p>"}]}),
            id="JSON Feed, HTML",
        ),
        pytest.param(
            json.dumps({"version": "1", "items": [{"url": "https://e.org/1", "content_text": TEXT}]}),
            id="JSON Feed, text",
        ),
    ],
)  # fmt: skip
def test_a_feed_that_carries_the_text_gives_it(body):
    (candidate,) = read(body).candidates

    assert candidate.content is not None
    assert f"<p>{TEXT.strip()}" in candidate.content


@pytest.mark.parametrize("markup", [pytest.param("<p>Two lines.</p>", id="teaser"), "<p>" + "word " * 60_000])
def test_a_teaser_or_a_book_is_left_to_the_page(markup):
    assert read(with_content(markup)).candidates[0].content is None
