"""Addresses: one spelling to fetch, one key to compare."""

from __future__ import annotations

import pytest

from crawler.dedupe.urls import MAX_URL_CHARS, canonical_url, host_of, site_of, url_key


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        pytest.param(
            "HTTPS://News.Example.COM/Film", "https://news.example.com/Film", id="case of scheme and host"
        ),
        pytest.param("http://e.org:80/a", "http://e.org/a", id="default port"),
        pytest.param("https://e.org:443/a", "https://e.org/a", id="default port of https"),
        pytest.param("http://e.org:8080/a", "http://e.org:8080/a", id="own port stays"),
        pytest.param("https://e.org", "https://e.org/", id="root"),
        pytest.param("https://e.org./a", "https://e.org/a", id="root label of the host"),
        pytest.param(
            "http://фильм.рф/съёмки",
            "http://xn--h1agd3a5b.xn--p1ai/%D1%81%D1%8A%D1%91%D0%BC%D0%BA%D0%B8",
            id="IDNA",
        ),
        pytest.param(
            "https://e.org/%7euser/%e2%82%ac", "https://e.org/~user/%E2%82%AC", id="percent-encoding"
        ),
        pytest.param("https://e.org/a%2Fb", "https://e.org/a%2Fb", id="an encoded slash is not a slash"),
        pytest.param("https://e.org/100%", "https://e.org/100%25", id="lone percent sign"),
        pytest.param("https://e.org/a b", "https://e.org/a%20b", id="space"),
        pytest.param("https://e.org/a/./b/../c", "https://e.org/a/c", id="dot segments"),
        pytest.param("https://e.org//a///b", "https://e.org/a/b", id="doubled slashes"),
        pytest.param(
            "https://archive.example/web/2026/https://e.org/a",
            "https://archive.example/web/2026/https://e.org/a",
            id="an address inside a path",
        ),
        pytest.param("https://e.org/a#top", "https://e.org/a", id="fragment"),
        pytest.param("https://e.org/#!/film", "https://e.org/", id="a hashbang never reaches the server"),
        pytest.param("https://e.org/a/", "https://e.org/a/", id="a closing slash stays"),
        pytest.param("https://e.org/?b=2&a=1", "https://e.org/?a=1&b=2", id="sorted parameters"),
        pytest.param(
            "https://e.org/?12345", "https://e.org/?12345", id="a parameter without a value stays without"
        ),
        pytest.param("https://e.org/?q=a+b", "https://e.org/?q=a+b", id="plus stays plus"),
        pytest.param(
            "https://e.org/?a=1&amp;b=2", "https://e.org/?a=1&b=2", id="ampersand escaped once too often"
        ),
        pytest.param("https://e.org/?a=1&amp;amp;b=2", "https://e.org/?a=1&b=2", id="and twice"),
        pytest.param("https://reader:secret@e.org/a", "https://e.org/a", id="credentials"),
        pytest.param("  https://e.org/a\n", "https://e.org/a", id="white space around"),
        pytest.param("http://[2001:DB8::1]:80/a", "http://[2001:db8::1]/a", id="IPv6"),
        pytest.param("http://127.0.0.1:8000/a", "http://127.0.0.1:8000/a", id="loopback"),
        pytest.param(
            "https://e.org\\@evil.example/a",
            "https://e.org/@evil.example/a",
            id="backslash as browsers read it",
        ),
    ],
)
def test_an_address_has_one_spelling(written, canonical):
    assert canonical_url(written) == canonical


@pytest.mark.parametrize(
    "query",
    [
        "utm_source=rss&utm_medium=feed",
        "fbclid=IwAR0",
        "gclid=1&dclid=2&yclid=3&ysclid=4",
        "mc_cid=1&mc_eid=2",
        "at_medium=RSS&at_campaign=KARANGA",
        "CMP=Share_iOSApp_Other",
        "ICID=ref_fark",
        "ns_mchannel=rss",
        "ref=rss",
        "from=telegram",
        "source=newsletter",
        "share=twitter",
        "_openstat=abc",
        "PHPSESSID=2f3c",
        "ASPSESSIONIDQSDA=X",
        "sid=0123456789abcdef0123",
        "session_id=Zk3v9QpL0aRt7XbW",
        "srsltid=AfmBOoqk3tZ1",
        "__hstc=1.a.17&__hssc=1.1&__hsfp=3&_hsenc=p2A",
        "spm=a2700.8239.0.0",
        "wt_mc=sm.feed&wt.mc_id=x&WT.zmc=1",
        "pk_campaign=rss&pk_kwd=film",
        "ncid=txtlnkusaolp00000618&cmp=oth_b-aplnews_d-1",
        "ref_src=twsrc%5Etfw&soc_src=social-sh&soc_trk=tw",
        "ocid=msedgntp&trk=public_post&icid=most_popular",
        "cmpid=rss&smid=nytcore&hss_channel=tw-1",
        "gad_source=1&ml_subscriber=9&mkt_tok=eyJ",
        "amp=1",
        "outputType=amp",
        "__twitter_impression=true",
    ],
)
def test_parameters_that_only_say_how_a_reader_came_go(query):
    assert canonical_url(f"https://e.org/a?{query}") == "https://e.org/a"
    assert canonical_url(f"https://e.org/a?{query}&id=7") == "https://e.org/a?id=7"


@pytest.mark.parametrize(
    "query",
    [
        "p=4711",
        "id=1",
        "page=2",
        "ref=chapter-2",
        "from=2026-11-01",
        "source=42",
        "sid=7",
        "sid=tom-cruise-space-film",
        "sid=challengecrewlandsinkazakhstan",
        "sid=20260414000000000071",
        "sid=20260414aabbccdd0071",
        "s_id=2026041412345678",
        "sess=opening-of-the-lighthouse",
        "session_id=1204",
        "ncid=77001",
        "cmp=412",
        "cmpid=401",
        "smid=7",
        "sid=article202604140001",
        "cmp=crew-lands-in-steppe",
        "cmp=peru",
        "cmp=EMC-news",
        "ocid=wsnews",
        "ocid=mailsignout",
        "icid=gold",
        "ncid=chile",
        "ocid=harbour_fire",
        "ref_src=library",
        "soc_src=orchard",
        "trk=tom-cruise",
        "at_id=3",
        "ns_id=3",
        "pk_id=3",
        "wt_id=3",
        "mc_id=3",
        "cid=77001",
        "gallery=3",
        "uid=9",
        "keyword=orbit",
        "v=abc",
        "share=10",
    ],
)
def test_parameters_that_select_content_stay(query):
    assert canonical_url(f"https://e.org/a?{query}") == f"https://e.org/a?{query}"


@pytest.mark.parametrize(
    ("wrapped", "target"),
    [
        (
            "https://www.bing.com/news/apiclick.aspx?ref=FexRss&aid=&tid=1&url=https%3a%2f%2fe.org%2ffilm%3futm_source%3dx&c=9",
            "https://e.org/film",
        ),
        ("https://www.google.com/url?rct=j&sa=t&url=https://e.org/film&ct=ga", "https://e.org/film"),
        (
            "https://l.facebook.com/l.php?u=https%3A%2F%2Fe.org%2Ffilm%3Ffbclid%3D1&h=AT0",
            "https://e.org/film",
        ),
        ("https://t.umblr.com/redirect?z=https%3A%2F%2Fe.org%2Ffilm&t=1", "https://e.org/film"),
        ("https://vk.com/away.php?to=https%3A%2F%2Fe.org%2Ffilm&cc_key=", "https://e.org/film"),
        ("https://href.li/?https://e.org/film", "https://e.org/film"),
        (
            "https://r.search.yahoo.com/_ylt=A0/RV=2/RE=1/RO=10/RU=https%3a%2f%2fe.org%2ffilm/RK=2/RS=x-",
            "https://e.org/film",
        ),
        ("https://www.google.com/amp/s/e.org/film.html", "https://e.org/film.html"),
        ("https://www.google.co.uk/amp/e.org/film", "http://e.org/film"),
        (
            "https://e-org.cdn.ampproject.org/v/s/e.org/film.html?usqp=mq331&amp_js_v=0.1",
            "https://e.org/film.html",
        ),
        (
            "https://l.facebook.com/l.php?u=https%3A%2F%2Fvk.com%2Faway.php%3Fto%3Dhttps%253A%252F%252Fe.org%252Ffilm",
            "https://e.org/film",
        ),
    ],
)
def test_redirectors_are_unwrapped_without_a_request(wrapped, target):
    assert canonical_url(wrapped) == target


def test_a_redirector_to_something_else_than_a_page_is_not_unwrapped():
    assert canonical_url("https://l.facebook.com/l.php?u=javascript%3Aalert(1)").startswith(
        "https://l.facebook.com/"
    )


def test_opaque_aggregator_links_stay():
    google = "https://news.google.com/rss/articles/CBMiXkFV?oc=5"

    assert canonical_url(google) == google


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("https://e.org/2026/11/film-crew-in-orbit/amp/", "https://e.org/2026/11/film-crew-in-orbit/"),
        ("https://e.org/film-crew-in-orbit-20261123/amp", "https://e.org/film-crew-in-orbit-20261123"),
        ("https://e.org/film-crew-in-orbit.amp", "https://e.org/film-crew-in-orbit"),
        ("https://e.org/film.amp.html", "https://e.org/film.html"),
        ("https://e.org/guitars/amp/", "https://e.org/guitars/amp/"),
        ("https://e.org/news/amp/world-1234", "https://e.org/news/amp/world-1234"),
        ("https://amp.e.org/film", "https://amp.e.org/film"),
        ("https://m.e.org/film", "https://m.e.org/film"),
    ],
)
def test_amp_endings_go_where_the_article_is_sure_to_answer_without_them(written, canonical):
    assert canonical_url(written) == canonical


@pytest.mark.parametrize(
    "address",
    [
        "",
        "   ",
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        "data:text/html,x",
        "mailto:a@e.org",
        "ftp://e.org/a",
        "file:///etc/passwd",
        "tel:+44123",
        "/relative",
        "//e.org/a",
        "http://",
        "http:///a",
        "http://user@/a",
        "http://e.org:99999/",
        "http://e.org:port/",
        "http://[::1",
        "http://e x.org/",
        "https://e.org/a\nb",
        "https://e.org/\x00",
        "https://e.org/\ud800",
        "https://e.org/" + "a" * MAX_URL_CHARS,
    ],
)
def test_what_must_not_be_fetched_has_no_canonical_address(address):
    assert canonical_url(address) is None


@pytest.mark.parametrize(
    ("link", "base", "canonical"),
    [
        ("/film", "https://e.org/news/x", "https://e.org/film"),
        ("film", "https://e.org/news/x", "https://e.org/news/film"),
        ("../film", "https://e.org/news/x/", "https://e.org/news/film"),
        ("//cdn.e.org/a", "https://e.org/", "https://cdn.e.org/a"),
        ("?id=2", "https://e.org/news?id=1", "https://e.org/news?id=2"),
        ("https://other.example/a", "https://e.org/", "https://other.example/a"),
        ("javascript:void(0)", "https://e.org/", None),
        ("http:///etc/passwd", "https://e.org/", None),
        ("/film", "not an address", None),
    ],
)
def test_a_relative_address_starts_at_its_base(link, base, canonical):
    assert canonical_url(link, base) == canonical


@pytest.mark.parametrize(
    "other",
    [
        "https://example.com/film/",
        "http://www.example.com/film",
        "https://m.example.com/film",
        "https://mobile.example.com/film",
        "https://amp.example.com/film/",
        "https://www.example.com/film/index.html",
        "https://example.com/film?utm_source=x#top",
    ],
)
def test_addresses_of_one_article_share_a_key(other):
    assert url_key(other) == url_key("https://example.com/film")


@pytest.mark.parametrize(
    "other",
    [
        "https://example.com/Film",
        "https://example.com/film?id=2",
        "https://news.example.com/film",
        "https://example.com/film/2",
    ],
)
def test_addresses_of_different_pages_do_not_share_a_key(other):
    assert url_key(other) != url_key("https://example.com/film")


def test_a_host_that_is_only_named_like_a_device_keeps_its_name():
    assert url_key("https://m.org/a") == "m.org/a"
    assert url_key("http://127.0.0.1:8000/a/") == "127.0.0.1:8000/a"


@pytest.mark.parametrize(
    ("url", "host", "site"),
    [
        ("https://News.BBC.co.uk/a", "news.bbc.co.uk", "bbc.co.uk"),
        ("https://e.org:443/", "e.org", "e.org"),
        ("http://e.org:8080/", "e.org:8080", "e.org"),
        ("http://127.0.0.1:8000/a", "127.0.0.1:8000", "127.0.0.1:8000"),
        ("http://localhost:8000/a", "localhost:8000", "localhost:8000"),
        ("http://[::1]:8000/a", "[::1]:8000", "[::1]:8000"),
        ("https://me.github.io/a", "me.github.io", "me.github.io"),
        ("https://новости.рф/а", "xn--b1amnebsh.xn--p1ai", "xn--b1amnebsh.xn--p1ai"),
        ("nonsense", "", ""),
    ],
)
def test_host_and_site_of_an_address(url, host, site):
    assert (host_of(url), site_of(url)) == (host, site)


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        pytest.param("https://e.org/a;jsessionid=1F2E.node3?id=2", "https://e.org/a?id=2", id="Java's session"),
        pytest.param("https://e.org/a;sid=4d1f0a9be2c37765", "https://e.org/a", id="a random session"),
        pytest.param("https://e.org/a;sid=crew-lands-in-steppe", "https://e.org/a;sid=crew-lands-in-steppe", id="words"),
    ],
)  # fmt: skip
def test_a_session_in_the_path_goes_and_words_stay(written, canonical):
    assert canonical_url(written) == canonical


@pytest.mark.parametrize(
    ("written", "host"),
    [
        pytest.param("http://straße.example/", "xn--strae-oqa.example", id="ß is a letter of its own"),
        pytest.param("http://strasse.example/", "strasse.example", id="ss is another name"),
        pytest.param("http://xn--strae-oqa.example/", "xn--strae-oqa.example", id="as the network knows it"),
        pytest.param("http://FAẞ.de/", "xn--fa-hia.de", id="capital ß"),
        pytest.param("http://βόλος.example/", "xn--nxasmm1c.example", id="final sigma"),
        pytest.param("http://i❤.example/", "xn--i-7iq.example", id="a picture, as IDNA 2003 wrote it"),
    ],
)  # fmt: skip
def test_a_host_is_written_as_browsers_write_it(written, host):
    assert host_of(written) == host
