"""Lists that are not well-formed: every entry that can be read is read, before and after the damage, and the damage is told."""

from __future__ import annotations

import pytest
from feed_kit import atom, item, read, rss, urls
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from crawler.discover.decoding import clean_xml
from crawler.discover.markup_tree import tree_of
from crawler.discover.mending import mended

TAIL = "<item><title>R&amp;D &amp; more</title><link>https://e.org/n?a=1&amp;b=2</link></item>"


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(item(1, "</category>"), id="end tag without a beginning"),
        pytest.param(item(1, "<!-- built -- by hand -->"), id="comment with two dashes"),
        pytest.param(item(1, "<media:content url=pic.jpg />"), id="attribute without quotes"),
        pytest.param(item(1, "<x a='1' a='2'/>"), id="attribute given twice"),
        pytest.param(item(1).replace("Film 1", "I <3 films"), id="heart"),
        pytest.param(item(1).replace("Film 1", "a < b"), id="less than"),
        pytest.param(item(1).replace("</title>", "</titel>"), id="end tag misspelt"),
        pytest.param(item(1).replace("Film 1", "<![CDATA[Film 1"), id="CDATA never closed"),
        pytest.param(item(1).replace("</item>", ""), id="item never closed"),
        pytest.param(item(1, "<description><p>one<br>two</description>"), id="HTML that is not escaped"),
        pytest.param(item(1) + "</channel></rss>", id="closed too soon"),
        pytest.param(item(1, "<!-- never closed"), id="comment never closed"),
        pytest.param(item(1, '<x a="1 < 2 > 1"/>'), id="less than in a value"),
    ],
)
def test_what_follows_an_error_is_read_to_the_letter(fault):
    found = read(rss(fault, TAIL)).candidates

    assert [each.url for each in found] == ["https://e.org/1", "https://e.org/n?a=1&b=2"]
    assert found[-1].title == "R&D & more"


def test_damage_is_told_in_bytes():
    feed = read(rss(item(1).replace("Film 1", "I <3 films"), TAIL))

    assert feed.damage == "damaged in 1 place, 1 byte not understood"
    assert read(rss(item(1), TAIL)).damage is None
    assert "breaks off" in read(rss(item(1), TAIL).replace("</channel></rss>", "")).damage


def test_half_an_address_is_none():
    cut = rss(item(1), "<item><title>Cut</title><link>https://e.org/the-first-half-of")[:-16]

    assert urls(read(cut)) == ["https://e.org/1"]


@pytest.mark.parametrize(
    "junk",
    [
        "<script>window.t = 1;</script>\n",
        '<div class="note">cached</div>',
        "<meta charset='utf-8'>",
        "<!DOCTYPE html>\n",
        '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd">\n',
        "<html><body>",
    ],
)
def test_a_feed_behind_the_beginning_of_a_page_is_a_feed(junk):
    assert urls(read(junk + rss(item(1), TAIL))) == ["https://e.org/1", "https://e.org/n?a=1&b=2"]


@pytest.mark.parametrize("rel", ["replies", "license", "enclosure", "related", "next", "self", "edit"])
def test_one_address_under_two_relations_is_the_page(rel):
    page = '<link rel="alternate" type="text/html" href="https://e.org/film"/>'
    other = f'<link rel="{rel}" type="text/html" href="https://e.org/film"/>'

    for links in (page + other, other + page):
        assert urls(read(atom(f"<entry><title>a</title>{links}</entry>"))) == ["https://e.org/film"]


@pytest.mark.parametrize(
    ("tags", "chosen"),
    [
        ('<link>https://e.org/film</link><enclosure url="https://e.org/film" type="image/jpeg"/>', "https://e.org/film"),
        ("<link>https://e.org/a.mp3</link><guid>https://e.org/film</guid>", "https://e.org/film"),
        ('<link/>https://e.org/film', "https://e.org/film"),
        ('<atom:link xmlns:atom="http://www.w3.org/2005/Atom" rel="replies" href="https://e.org/film"/><link>https://e.org/film</link>', "https://e.org/film"),
    ],
)  # fmt: skip
def test_an_item_names_its_page(tags, chosen):
    assert urls(read(rss(f"<item><title>a</title>{tags}</item>"))) == [chosen]


def test_a_guid_that_is_no_permalink_is_no_address():
    assert urls(read(rss('<item><guid isPermaLink="false">https://e.org/film</guid></item>'))) == []


def test_an_entry_that_names_only_itself_is_known_by_its_id_first():
    itself = '<link rel="self" href="https://e.org/film"/>'

    assert urls(read(atom(f"<entry>{itself}<id>https://e.org/film</id></entry>"))) == ["https://e.org/film"]
    assert urls(read(atom(f"<entry>{itself}<id>tag:e.org,2026:1</id></entry>"))) == ["https://e.org/film"]


@pytest.mark.parametrize(
    ("title", "read_as"),
    [
        ("The <i>Challenge</i> lands", "The Challenge lands"),
        ("The <i>Challenge</i>, again", "The Challenge, again"),
        ("Two lines<br/>make a headline", "Two lines make a headline"),
        ("&lt;script&gt;track()&lt;/script&gt;Film", "Film"),
        ("&lt;b&gt;Tom&lt;/b&gt;, again", "Tom, again"),
    ],
)
def test_a_title_is_read_with_the_markup_in_it(title, read_as):
    (found,) = read(rss(f"<item><title>{title}</title><link>https://e.org/1</link></item>")).candidates

    assert found.title == read_as


def test_a_headline_goes_before_the_title_of_a_picture():
    picture = '<media:title xmlns:media="http://search.yahoo.com/mrss/">A boat at dusk</media:title>'
    (found,) = read(rss(f"<item>{picture}<title>Race</title><link>https://e.org/1</link></item>")).candidates

    assert found.title == "Race"


@pytest.mark.parametrize(
    ("text", "charset"),
    [
        ("Crew gets £3m", "iso-8859-1"),
        ("L’été à Cannes", "windows-1252"),
        ("Photo © Roscosmos", "iso-8859-1"),
        ("宇宙で映画を撮影", "iso-2022-jp"),
    ],
)
def test_a_declared_charset_that_decodes_is_believed(text, charset):
    body = rss(f"<item><title>{text}</title><link>https://e.org/1</link></item>").replace(
        '"1.0"', f'"1.0" encoding="{charset}"', 1
    )

    assert read(body.encode(charset)).candidates[0].title == text


def test_dates_that_cannot_be_read_are_counted_and_not_invented():
    feed = read(rss(item(1, "<pubDate>soon</pubDate>"), item(2, "<pubDate>2026-10</pubDate>")))

    assert [each.published_at for each in feed.candidates] == [None, None]
    assert (feed.unread_dates, feed.unread_date) == (2, "soon")


def test_a_day_stays_a_day_and_other_entries_change_nothing():
    day = item(1, "<pubDate>Fri, 20 Nov 2026</pubDate>")
    for other in (
        item(2),
        "<item><title>no link</title></item>",
        '<item xml:base="/x/"><link>a</link></item>',
    ):
        first = read(rss(day, other)).candidates[0]
        assert (first.published_at.isoformat(), first.published_precision) == (
            "2026-11-20T00:00:00+00:00",
            "day",
        )


_PIECES = """<rss> </rss> <channel> </channel> <item> </item> <entry> </entry> <title> </title> <link> </link> <link href=x> <b> </b> <br> <!-- -->
<![CDATA[ ]]> < > & &amp; "a' x='1 </x> <?pi?> <!DOCTYPE> text https://e.org/1 <urlset> <url> </url> <loc> </loc>""".split()  # noqa: SIM905 - markup reads better unquoted


@given(st.lists(st.sampled_from(_PIECES), max_size=60).map(" ".join))
@settings(deadline=None)
def test_whatever_is_mended_is_well_formed(soup):
    sound = mended(clean_xml("<rss>" + soup))
    log = etree.XMLParser(recover=True, resolve_entities=False)
    etree.fromstring(sound.xml, log)

    assert all(entry.domain_name == "NAMESPACE" for entry in log.error_log)
    assert tree_of(sound.xml).damage is None


def test_a_feed_of_a_mainframe_is_read():
    body = rss("<item><title>Crew lands</title><link>https://e.org/1</link></item>").replace(
        '"1.0"', '"1.0" encoding="cp500"', 1
    )

    assert read(body.encode("cp500")).candidates[0].title == "Crew lands"
