"""Section pages: articles in, furniture and traps out."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crawler.discover.follow import compiled_follow
from crawler.discover.links import MAX_LINKS, article_links, next_page
from crawler.discover.url_shapes import is_trap, page_number, shape_of
from crawler.errors import DiscoverError

NOW = datetime(2026, 11, 23, 15, 30, tzinfo=UTC)
URL = "https://www.e.org/film/"

HEADLINES = (
    "Crew lands after twelve days of filming",
    "Studio books a second flight to the station",
    "Director says weightlessness changed every scene",
    "Camera operator trains in the centrifuge",
    "First trailer shows the view from orbit",
    "Insurers weigh the risk of a set in space",
    "Actress talks about sleeping on the station",
    "Rocket with film crew rolls to the pad",
)
SLUGS = tuple("-".join(headline.lower().split()) for headline in HEADLINES)

NAVIGATION = """<header class="site"><a href="/"><img src="logo.png" alt="The Example, home"></a>
<nav><ul><li><a href="/news/">News</a><li><a href="/film/">Film</a><li><a href="/film/reviews/">Film reviews</a><li><a href="/science/space">Space</a>
<li><a href="/login?return=/film/">Sign in</a><li><a href="/newsletters/film-weekly-in-your-inbox">Sign up to our film newsletter now</a></ul></nav></header>"""
FURNITURE = """<div class="pagination"><a href="/film/page/2/">2</a><a href="/film/?page=3">3</a><a href="/film/page/2/" class="next">Older posts</a></div>
<div class="tagcloud"><a href="/tag/orbit/">orbit</a><a href="/tags/film-shot-in-orbit-by-the-crew">film shot in orbit by the crew</a></div>
<div class="byline">By <a href="/author/anna-petrova">Anna Petrova</a></div>
<div class="calendar"><a href="/2026/11/22/">22</a><a href="/2026/11/">November 2026</a><a href="/film/?date=2026-11-22">yesterday</a></div>
<form><a href="/film/?sort=new&filter=video">Sort by newest first please</a></form>
<a href="/film/?orderby=views&amp;view=grid">The most viewed films of this week</a><a href="/search?q=orbit">Search for more on this</a>
<footer><a href="/about-us">About us</a><a href="/terms-and-conditions-of-our-service">Terms and conditions of our service</a><a href="/privacy">Privacy</a></footer>
<a href="https://twitter.com/example/status/1234567890123">Follow what we say about films</a><a href="mailto:film@e.org">Write to us about it</a>
<a href="javascript:void(0)">Open the menu of films here</a><a href="/poster-of-the-film-in-orbit.jpg">The poster of the film in orbit</a><a href="#top">Back to the top of this page</a>"""


def page(articles: str, around: str = FURNITURE) -> bytes:
    return f"<!DOCTYPE html><html><head><title>Film</title></head><body>{NAVIGATION}<main>{articles}</main>{around}</body></html>".encode()


def cards(addresses: list[str], headlines: tuple[str, ...] = HEADLINES) -> str:
    return "".join(
        f'<div class="card"><a href="{address}"><img src="x.jpg"></a><h3><a href="{address}#comments">{title}</a></h3><a href="{address}">Read more</a></div>'
        for address, title in zip(addresses, headlines, strict=True)
    )


def plain_list(addresses: list[str], headlines: tuple[str, ...] = HEADLINES) -> str:
    rows = (
        f'<li><a href="{address}">{title}</a> <span>3 min</span></li>'
        for address, title in zip(addresses, headlines, strict=True)
    )
    return f"<ul>{''.join(rows)}</ul>"


def read(body: bytes, url: str = URL, follow: str | None = None) -> list[str]:
    return [candidate.url for candidate in article_links(body, url, "film", NOW, follow)]


KINDS = [
    pytest.param([f"/2026/11/{n + 1:02}/{slug}/" for n, slug in enumerate(SLUGS)], id="date folders"),
    pytest.param([f"/film/2026/nov/{n + 1:02}/{slug}" for n, slug in enumerate(SLUGS)], id="named month"),
    pytest.param([f"/2026/11/{slug}-123{n}/" for n, slug in enumerate(SLUGS)], id="year and month"),
    pytest.param(
        [f"/film-and-tv/{slug}-{123456 + n}-20261123" for n, slug in enumerate(SLUGS)],
        id="number and date at the end",
    ),
    pytest.param([f"/{slug}-{4455660 + n}/" for n, slug in enumerate(SLUGS)], id="number at the end"),
    pytest.param([f"/news/{471000 + n}-{slug}" for n, slug in enumerate(SLUGS)], id="number in front"),
    pytest.param([f"/{slug}" for slug in SLUGS], id="slug alone"),
    pytest.param([f"/{'-'.join(slug.split('-')[:3])}" for slug in SLUGS], id="short slug alone"),
    pytest.param([f"/film/{slug}.html" for slug in SLUGS], id="slug with an ending"),
    pytest.param([f"/doc/{7000000 + n}" for n in range(8)], id="number alone"),
    pytest.param([f"/article/{n + 1}" for n in range(8)], id="small number alone"),
    pytest.param([f"/news/2026/11/23/{slug[:4]}/" for slug in SLUGS], id="date and one word"),
    pytest.param([f"/news.php?id={4711 + n}" for n in range(8)], id="number asked for"),
    pytest.param([f"/story/{slug.replace('-', '_')}" for slug in SLUGS], id="underscores"),
    pytest.param([f"https://film.e.org/{slug}" for slug in SLUGS], id="sub-domain"),
]


@pytest.mark.parametrize("addresses", KINDS)
@pytest.mark.parametrize("shown", [cards, plain_list])
def test_articles_are_told_from_everything_else(addresses, shown):
    absolute = [each if each.startswith("http") else f"https://www.e.org{each}" for each in addresses]

    assert read(page(shown(addresses))) == absolute


def test_the_page_teaches_the_shape_of_short_ones():
    long = [f"/film/{slug}/" for slug in SLUGS]
    teasers = '<div class="card"><a href="/film/crew-back-home/">Back</a></div><div class="card"><a href="/film/set-in-space/">Set</a></div>'
    found = read(page(cards(long) + teasers))

    assert "https://www.e.org/film/crew-back-home/" in found
    assert "https://www.e.org/film/set-in-space/" in found


def test_headlines_without_spaces_count_their_characters():
    titles = tuple(f"宇宙で映画を撮影する計画が発表された{n}" for n in range(8))

    assert len(read(page(plain_list([f"/a/{n}" for n in range(8)], titles)))) == 8


def test_the_title_is_the_longest_text_that_says_something():
    body = page(
        '<div><a href="/crew-lands-after-filming-in-orbit"><img src=x></a><a href="/crew-lands-after-filming-in-orbit">Read more</a><h2><a href="/crew-lands-after-filming-in-orbit">Crew  <b>lands</b></a></h2><a href="/crew-lands-after-filming-in-orbit">12 comments</a></div>'
    )

    (candidate,) = article_links(body, URL, "film", NOW)
    assert candidate.title == "Crew lands"
    assert (candidate.source, candidate.found_on, candidate.found_at) == ("film", URL, NOW)


def test_a_base_address_is_where_links_start():
    body = b'<html><head><base href="https://www.e.org/archive/"></head><body><h2><a href="crew-lands-after-filming-in-orbit">Crew lands after filming</a></h2>'

    assert read(body) == ["https://www.e.org/archive/crew-lands-after-filming-in-orbit"]


def test_links_of_other_sites_are_left():
    body = page(
        "<h2><a href='https://other.example/2026/11/23/crew-lands-after-filming/'>Crew lands after filming there</a></h2>"
    )

    assert read(body) == []
    assert read(body, follow="crew-lands") == []


def test_hosts_of_a_country_are_one_site_only_below_its_public_suffix():
    body = page(
        "<h2><a href='https://film.e.co.uk/2026/11/23/crew-lands/'>Crew lands after filming there</a></h2><h2><a href='https://f.co.uk/2026/11/23/crew-lands/'>Crew lands after filming there</a></h2>"
    )

    assert read(body, "https://news.e.co.uk/") == ["https://film.e.co.uk/2026/11/23/crew-lands/"]


def test_on_the_loopback_a_port_is_a_site():
    body = page(
        "<h2><a href='http://127.0.0.1:8001/2026/11/23/crew-lands/'>Crew lands</a></h2><h2><a href='/2026/11/23/crew-flies/'>Crew flies</a></h2>"
    )

    assert read(body, "http://127.0.0.1:8000/") == ["http://127.0.0.1:8000/2026/11/23/crew-flies/"]


def test_follow_takes_what_it_matches_and_nothing_else():
    body = page(
        '<nav><a href="/a-20261123">A</a></nav>'
        + plain_list([f"/{slug}" for slug in SLUGS])
        + '<a href="/news/b-123456-20261122?x=1">B</a>'
    )

    assert read(body, follow=r"-20[0-9]{6}(?:[?#]|$)") == [
        "https://www.e.org/a-20261123",
        "https://www.e.org/news/b-123456-20261122?x=1",
    ]


@pytest.mark.parametrize(
    ("follow", "sentence"),
    [
        ("(unclosed", "not a regular expression"),
        ("(?=news)", "not a regular expression that can be used"),
        (r"(a)\1", "not a regular expression that can be used"),
        ("a{1000}{1000}", "not a regular expression that can be used"),
    ],
)
def test_a_follow_that_cannot_be_used_is_refused_with_a_sentence(follow, sentence):
    with pytest.raises(ValueError, match=sentence):
        compiled_follow(follow)
    with pytest.raises(DiscoverError, match=f"follow of source film: .*{sentence}"):
        read(page(""), follow=follow)


@pytest.mark.parametrize(
    "follow", [r"(/[a-z]+)+/\d+$", r"(?:a|b)+", r"^https://e\.org/(news|film)/", r"([0-9]{4})/", r"\(a+\)+"]
)
def test_a_follow_may_repeat(follow):
    assert compiled_follow(follow).pattern == follow


@pytest.mark.parametrize(
    "follow", ["(a|a)*$", r"(\w+\s?)*$", "(a+)+$", r"(?:[a-z]*)*!", "^(([a-z])+.)+[A-Z]$"]
)
def test_no_follow_goes_back(follow):
    """Python's own expressions take for ever on each of them."""
    compiled_follow(follow).search("a" * 2000 + "!b?")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"   ",
        b"\x89PNG\r\n\x1a\n\x00\x00",
        b"just words",
        b'{"a": 1}',
        b"<rss><channel></channel></rss>",
    ],
)
def test_what_is_no_web_page_is_refused(body):
    with pytest.raises(DiscoverError, match="is not a web page"):
        read(body)


def test_a_web_page_without_articles_has_none():
    assert read(page("")) == []
    assert read(b"<html><body>Nothing here") == []


def test_a_never_ending_page_is_bounded():
    many = "".join(
        f'<h3><a href="/2026/11/23/crew-lands-again-{n}/">Crew lands again and again</a></h3>'
        for n in range(30_000)
    )

    assert len(read(page(many))) == MAX_LINKS


def test_a_page_of_nothing_but_depth_is_read():
    assert read(
        b"<html><body>" + b"<div>" * 5_000 + b'<a href="/2026/11/23/crew-lands/">Crew lands after filming</a>'
    ) != [""]


@pytest.mark.parametrize(
    ("links", "url", "further"),
    [
        ('<link rel="next" href="/film/page/2/">', URL, "https://www.e.org/film/page/2/"),
        ('<a rel="next nofollow" href="?page=2">more</a>', URL, "https://www.e.org/film/?page=2"),
        (
            '<a href="/film/page/1/">1</a><a href="/film/page/2/">2</a><a href="/film/page/3/">3</a>',
            URL,
            "https://www.e.org/film/page/2/",
        ),
        (
            '<a href="/film/page/2/">2</a><a href="/film/page/4/">4</a>',
            "https://www.e.org/film/page/3/",
            "https://www.e.org/film/page/4/",
        ),
        ('<a href="/film/?offset=20">Следующая</a>', URL, "https://www.e.org/film/?offset=20"),
        ('<a href="/film/?p=20">Older posts »</a>', URL, "https://www.e.org/film/?p=20"),
        ('<a rel="next" href="https://other.example/page/2">next</a>', URL, None),
        ('<a rel="next" href="/film/">next</a>', URL, None),
        ('<a href="/next-man-in-space">Next</a>', URL, None),
        ("", URL, None),
    ],
)
def test_a_section_goes_on(links, url, further):
    assert next_page(page(links, around=""), url) == further


@pytest.mark.parametrize(
    "url",
    [
        "https://e.org/tag/space/",
        "https://e.org/tags/films-shot-in-space",
        "https://e.org/author/anna",
        "https://e.org/category/film/",
        "https://e.org/2026/11/23/",
        "https://e.org/2026/11",
        "https://e.org/film?sort=asc",
        "https://e.org/film?f[0]=x",
        "https://e.org/?month=11&year=2026",
        "https://e.org/film/page/7",
        "https://e.org/crew-lands-after-filming/feed/",
        "https://e.org/crew-lands-after-filming?replytocom=4",
        "https://e.org/wp-login.php?redirect_to=x",
        "https://e.org/crew.pdf",
        "https://e.org/rss.xml",
        "https://e.org/impressum",
    ],
)
def test_traps_are_known_by_their_address(url):
    assert is_trap(url)


@pytest.mark.parametrize(
    "url",
    [
        "https://e.org/crew-lands-after-filming",
        "https://e.org/2026/11/23/crew/",
        "https://e.org/topics/space/crew-lands-after-twelve-days-20261123",
        "https://e.org/series/crew-lands-after-twelve-days-of-filming",
        "https://e.org/news.php?id=4711",
        "https://e.org/film/v2.0-of-the-station-camera",
        "https://e.org/author-of-the-film-speaks.html",
    ],
)
def test_articles_are_no_traps(url):
    assert not is_trap(url)


def test_addresses_of_one_kind_share_a_shape():
    assert (
        shape_of("https://e.org/film/crew-lands-after-filming-123456").pattern
        == shape_of("https://e.org/film/set-in-space-is-built-654321").pattern
    )
    assert shape_of("https://e.org/film/").pattern != shape_of("https://e.org/2026/11/23/crew").pattern
    assert page_number("https://e.org/?page=x") is None


def test_an_expression_that_grows_beyond_its_room_is_refused():
    with pytest.raises(ValueError, match="pattern too large"):
        compiled_follow("a{1,1000}" * 50)
