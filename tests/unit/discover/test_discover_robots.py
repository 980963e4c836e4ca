from __future__ import annotations

import gzip
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.discover.robots import LONGEST_DELAY_S, MOST_ROBOTS_BYTES, matches, robot_rules

URL = "https://news.example/film/orbit?page=2"


def is_allowed(text: str | bytes, url: str = URL) -> bool:
    body = text if isinstance(text, bytes) else text.encode()
    return robot_rules(body, "Spacereel").allows(url)


@pytest.mark.parametrize(
    ("line", "is_ours"),
    [
        ("User-agent: Spacereel", True),
        ("user-agent : SPACEREEL/0.1.0 (+https://e.example)", True),
        ("User-agent Spacereel", True),
        ("User-agent: Space", False),
        ("User-agent: Spacereel-Images", False),
        ("User-agent: notSpacereel", False),
        ("User-agent: *", True),
        ("User-agent: * # everybody", True),
        ("User-agent: *bot", False),
    ],
)
def test_a_group_names_us_by_our_whole_name(line, is_ours):
    assert is_allowed(f"{line}\nDisallow: /film") is not is_ours


@pytest.mark.parametrize(
    ("text", "allowed"),
    [
        pytest.param("User-agent: a\nUser-agent: *\nDisallow: /film", False, id="several names of one group"),
        pytest.param(
            "User-agent: *\nNoindex: /x\nUser-agent: a\nDisallow: /film",
            False,
            id="unknown line divides no group",
        ),
        pytest.param(
            "User-agent: *\nDisallow: /a\nUser-agent: a\nDisallow: /film", True, id="the next group"
        ),
        pytest.param(
            "User-agent: spacereel\nDisallow: /a\nUser-agent: *\nDisallow: /a\nUser-agent: Spacereel\nDisallow: /film",
            False,
            id="our groups count together",
        ),
        pytest.param("User-agent: *\nDisallow: film", False, id="without its slash"),
        pytest.param("User-agent: *\nDisallow: /%66ilm", False, id="escaped letter"),
        pytest.param("User-agent: *\nDisallow: //film", True, id="two slashes are another path"),
        pytest.param("User-agent: *\nDisallow: *page=2$", False, id="wildcard first, anchor last"),
        pytest.param("User-agent: *\nDisallow: /*$bit", True, id="a dollar sign in the middle is one"),
        pytest.param("User-agent: *\nDisallow:", True, id="nothing"),
        pytest.param("User-agent: *\nDisalow: /film", False, id="miswritten"),
        pytest.param("User-agent: *\rDisallow: /film\r", False, id="lines of an old Mac"),
        pytest.param("User-agent: *\nDisallow: /film".encode("utf-16"), False, id="UTF-16"),
    ],
)
def test_a_robots_txt_is_read_as_it_is_meant(text, allowed):
    assert is_allowed(text) is allowed


def test_letters_and_their_escapes_are_the_same():
    text = "User-agent: *\nDisallow: /вызов\nDisallow: /%d0%ba\nDisallow: /a%2Fb"

    assert not is_allowed(text, "https://e.example/%D0%B2%d1%8b%D0%B7%D0%BE%D0%B2/1")
    assert not is_allowed(text, "https://e.example/к")
    assert is_allowed(text, "https://e.example/a/b")


def test_allowing_an_index_page_allows_what_it_is_shown_for():
    text = "User-agent: *\nDisallow: /\nAllow: /index.html"

    assert is_allowed(text, "https://e.example/")
    assert not is_allowed(text, "https://e.example/film")


def test_a_line_that_the_size_limit_cuts_does_not_count():
    begin = b"User-agent: *\nDisallow: /film/orbit/old\n"
    half = b"Disallow: /film"
    body = begin + b"#" * (MOST_ROBOTS_BYTES - len(begin) - len(half) - 1) + b"\n" + half + b"/old\n"

    assert is_allowed(body)


@pytest.mark.parametrize(
    ("line", "delay"),
    [("2.5", 2.5), ("1e18", LONGEST_DELAY_S), ("inf", None), ("nan", None), ("-1", None), ("soon", None), ("9" * 400, LONGEST_DELAY_S)],
)  # fmt: skip
def test_a_delay_is_a_number_of_seconds_within_a_day(line, delay):
    assert robot_rules(f"User-agent: *\nCrawl-delay: {line}\n".encode(), "Spacereel").delay_s == delay


BOMBS = {
    "agents times rules": b"".join(b"User-agent: a%d\n" % n for n in range(9000)) + b"Disallow:/\n" * 9000,
    "everybody times rules": b"User-agent: *\n" * 9000 + b"Disallow:/\n" * 9000,
    "groups": b"User-agent: *\nDisallow: /a\n" * 9000,
    "rules": b"User-agent: *\n" + b"".join(b"Disallow: /%d\n" % n for n in range(9000)),
    "stars": b"User-agent: *\nDisallow: /" + b"*a" * 90_000 + b"b\n",
    "escapes": b"User-agent: *\nDisallow: /" + "é".encode() * 90_000,
}


@pytest.mark.parametrize("name", BOMBS)
def test_what_is_remembered_grows_with_the_length_alone(name):
    assert robot_rules(BOMBS[name], "Spacereel").size < 20 * len(BOMBS[name])


@given(st.binary(), st.text())
def test_any_bytes_are_a_robots_txt(body, path):
    assert robot_rules(b"User-agent: *\n" + body, "Spacereel").allows(f"https://e.example/{path}") in (
        True,
        False,
    )


@given(st.text("ab*", max_size=8), st.text("ab", max_size=12))
def test_stars_stand_for_anything(pattern, path):
    """The same as a regular expression that goes back says."""
    as_expression = re.escape(pattern).replace(r"\*", ".*")

    assert matches(f"/{pattern}", f"/{path}") == bool(re.match(f"/{as_expression}", f"/{path}"))
    assert matches(f"/{pattern}$", f"/{path}") == bool(re.fullmatch(f"/{as_expression}", f"/{path}"))


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("User-agent: *\nDisallow: /closed\n".encode("utf-16-le"), id="UTF-16 without a mark"),
        pytest.param("User-agent: *\nDisallow: /closed\n".encode("utf-16-be"), id="the other way round"),
        pytest.param(b"\xef\xbb\xbf\xef\xbb\xbfUser-agent: *\nDisallow: /closed\n", id="marked twice"),
        pytest.param(gzip.compress(b"User-agent: *\nDisallow: /closed\n"), id="packed without a word of it"),
    ],
)
def test_rules_count_in_whatever_bytes_they_stand(body):
    assert not is_allowed(body, "https://e.org/closed/a")
    assert is_allowed(body, "https://e.org/open/a")
