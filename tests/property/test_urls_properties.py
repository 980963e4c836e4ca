"""Whatever is written where an address should be."""

from __future__ import annotations

from urllib.parse import urlsplit

from hypothesis import example, given
from hypothesis import strategies as st

from crawler.dedupe.urls import MAX_URL_CHARS, canonical_url, host_of, site_of, url_key

_text = st.text(max_size=60)
_hosts = st.sampled_from(
    [
        "e.org",
        "www.E.org",
        "m.news.co.uk",
        "127.0.0.1:8000",
        "[::1]",
        "фильм.рф",
        "www.google.com",
        "vk.com",
        "l.facebook.com",
        "x.cdn.ampproject.org",
        "r.search.yahoo.com",
        "href.li",
    ]
)
_paths = st.sampled_from(
    [
        "",
        "/",
        "/a/../b",
        "//a",
        "/film-crew-in-orbit/amp/amp",
        "/amp/s/e.org/x",
        "/c/s/",
        "/away.php",
        "/l.php",
        "/url",
        "/RU=http%3A%2F%2Fe.org/",
        "/;sid=1;jsessionid=2",
        "/%2e%2E/%7e",
        "/a.amp.html.amp.html",
        "/%25%32%35",
    ]
)
_addresses = st.builds(
    lambda scheme, host, path, more, query: f"{scheme}://{host}{path}{more}?{query}",
    st.sampled_from(["http", "https", "HTTP", "ftp"]),
    _hosts,
    _paths,
    _text,
    st.one_of(
        _text,
        st.lists(
            st.tuples(st.sampled_from(["u", "to", "url", "q", "amp", "utm_x", "ref", "b", "a"]), _text)
        ).map(lambda pairs: "&".join(f"{name}={value}" for name, value in pairs)),
    ),
)
_anything = st.one_of(st.text(max_size=200), _addresses)


@given(_anything)
@example("http://e.org/film-crew-in-orbit/amp/amp")
@example("http://e.org/a.amp.html.amp.html")
@example("http://e.org/?a=%2525")
@example("http://e.org/%%%34%31")
@example("http://e.org/;sid=1;sid=2")
@example("http://e.org/?&&a")
@example("http://e.org/?a==&=b")
@example("https://href.li/?https://href.li/?https://href.li/?https://href.li/?https://e.org/")
def test_canonical_address_is_idempotent(written):
    once = canonical_url(written)

    assert once is None or canonical_url(once) == once


@given(_anything)
def test_a_canonical_address_can_be_fetched(written):
    once = canonical_url(written)
    if once is not None:
        parts = urlsplit(once)

        assert once.isascii() and once.isprintable() and " " not in once
        assert parts.scheme in ("http", "https") and parts.hostname and parts.path.startswith("/")
        assert not parts.fragment and "@" not in parts.netloc and len(once) <= MAX_URL_CHARS


@given(_anything, st.one_of(st.none(), _anything))
def test_nothing_written_as_an_address_raises(written, base):
    canonical_url(written, base)
    url_key(written)
    host_of(written)
    site_of(written)


@given(_anything)
def test_the_key_of_an_address_is_the_key_of_its_canonical_form(written):
    once = canonical_url(written)

    assert once is None or url_key(once) == url_key(written)


_plain = st.from_regex(r"https?://[a-z0-9.-]{1,12}\.[a-z]{2,3}(/[A-Za-z0-9._~-]{0,8}){0,4}", fullmatch=True)


@given(_plain)
@example("http://r.search.yahoo.com/a")
@example("http://e.org/film-crew-in-orbit/amp")
@example("https://www.google.com/amp/s/e.org/a")
@example("http://e.org/..")
def test_the_short_way_for_plain_addresses_leads_to_the_same_place(written):
    assert canonical_url(written) == canonical_url(written + "#")


@given(_addresses)
def test_the_host_is_that_of_the_one_spelling(url):
    """It is told without looking at what follows it, which may take milliseconds."""
    right = canonical_url(url)

    assert right is None or host_of(url) == host_of(right) == urlsplit(right).netloc
