"""JSON Feeds with a fault: every item that can be read is read, and the damage is told."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.discover.feeds import Feed, parse_feed
from crawler.errors import FeedSyntaxError

NOW = datetime(2026, 4, 15, tzinfo=UTC)
ITEMS = [
    {
        "id": str(number),
        "author": {"name": "Mara", "url": "https://e.org/mara"},
        "url": f"https://e.org/a/{number}",
        "title": f"Title, {number}",
        "content_html": '<p class="x">one, {two}</p>',
        "tags": ["a", "b"],
    }
    for number in range(5)
]
FEED = json.dumps(
    {"version": "https://jsonfeed.org/version/1.1", "title": "Courier", "items": ITEMS}, indent=1
)
COMPACT = json.dumps(json.loads(FEED))


def read(text: str) -> Feed:
    return parse_feed(text.encode(), "https://e.org/feed.json", "s", NOW)


@pytest.mark.parametrize("feed", [FEED, COMPACT], ids=["on many lines", "on one line"])
@pytest.mark.parametrize(
    ("sound", "broken"),
    [
        pytest.param("Title, 2", 'The "third" title', id="bare quotes in a title"),
        pytest.param('/a/3",', '/a/3"', id="no comma between members"),
        pytest.param('"id": "3"', "'id': '3'", id="single quotes"),
        pytest.param('"id": "3"', '"id": undefined', id="no value of JSON"),
        pytest.param("Title, 4", r"Title \x 4", id="an escape that is none"),
        pytest.param("Title, 4", r"Title \u12 4", id="an escape cut short"),
        pytest.param('"items": [', '"items": [ /* today */', id="a comment"),
        pytest.param(r"class=\"x\"", 'class="x"', id="bare quotes in every text"),
        pytest.param('"https://e.org/mara"', '"https://e.org/mara" "x"', id="a fault inside an inner object"),
    ],
)
def test_one_damage_costs_no_entry_and_is_told(feed, sound, broken):
    assert sound in feed
    found = read(feed.replace(sound, broken))

    assert [each.url for each in found.candidates] == [f"https://e.org/a/{number}" for number in range(5)]
    assert found.title == "Courier"
    assert "not understood" in (found.damage or "")
    assert found.damage and found.damage.startswith("damaged in ")


def test_a_bare_quote_leaves_the_title_whole():
    found = read(FEED.replace("Title, 2", 'The "third" title'))

    assert found.candidates[2].title == 'The "third" title'


@pytest.mark.parametrize("at", [0.4, 0.6, 0.9])
def test_a_feed_that_breaks_off_gives_what_was_whole(at):
    cut = FEED[: int(len(FEED) * at)]
    found = read(cut)

    assert len(found.candidates) >= cut.count('"tags"') >= 1
    assert "it breaks off" in (found.damage or "")
    assert {each.url for each in found.candidates} <= {each["url"] for each in ITEMS}


def test_names_without_quotes_are_read():
    found = read(FEED.replace('"id":', "id:").replace('"url": "https://e.org/a', 'url: "https://e.org/a'))

    assert len(found.candidates) == 5


def test_what_has_no_list_of_items_stays_refused():
    with pytest.raises(FeedSyntaxError, match="broken"):
        read('{"error": "no such feed", ')


@pytest.mark.parametrize(
    "text",
    [
        '{"items":[' + '{"a":' * 20_000,
        '{"items":[' + '{"a":"b" x' * 20_000,
        '{"items":[{"a":"' + '"x ' * 30_000,
    ],
    ids=["nested", "broken items", "quotes"],
)
def test_much_damage_ends_the_reading_and_no_address_is_made_up(text):
    assert read(text).candidates == ()


@pytest.mark.parametrize("blanks", [" " * 300_000, "\n" * 300_000], ids=["blanks", "lines"])
def test_blanks_without_end_in_a_damaged_item_are_gone_through_once(blanks):
    """A pattern took the square or the cube of them: minutes for a tenth of these."""
    broken = FEED.replace('"title": "Title', f'"title" "x",{blanks}"y": "Title', 1)

    assert len(read(broken).candidates) >= 4


@given(st.integers(0, len(COMPACT)), st.text(alphabet='{}[]",:\\x 1', max_size=3), st.integers(0, 3))
def test_no_damage_makes_up_an_address(at, put, gone):
    try:
        found = read(COMPACT[:at] + put + COMPACT[at + gone :])
    except FeedSyntaxError:
        return
    assert len(found.candidates) <= 6


@pytest.mark.parametrize("wrapped", ["cb({});", ")]}',\n{}", "/* a feed */ {}", "window.feed.load( {} )\n"])
def test_a_feed_wrapped_for_a_script_is_read(wrapped):
    sound = read(FEED)

    assert [each.url for each in read(wrapped.replace("{}", FEED)).candidates] == [
        each.url for each in sound.candidates
    ]


def test_seconds_with_a_fraction_are_a_date():
    text = '{"items": [{"id": "1", "url": "https://e.org/a", "date_published": 1776168000.5}]}'

    assert read(text).candidates[0].published_at == datetime(2026, 4, 14, 12, tzinfo=UTC)
