from __future__ import annotations

import pytest

from crawler.errors import RobotsDenied
from crawler.frontier.hosts import RobotsAway, RobotsClosed
from crawler.middlewares.robots import CLOSED_S, FRESH_S, Rules, rules_of

URL = "https://news.example/film/orbit?page=2"


def is_allowed(rules: Rules, url: str = URL) -> bool:
    try:
        rules.check(url)
    except RobotsDenied:
        return False
    return True


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 418, 301, 302])
def test_without_a_robots_txt_everything_is_allowed(status):
    rules = rules_of(status, b"User-agent: *\nDisallow: /", 0.0)

    assert is_allowed(rules)
    assert rules.expires_at == FRESH_S


@pytest.mark.parametrize("status", [429, 500, 502, 503, 599])
def test_a_robots_txt_that_cannot_be_had_closes_the_host_for_a_while(status):
    rules = rules_of(status, b"", 0.0)

    with pytest.raises(RobotsClosed, match=f"answered {status}"):
        rules.check(URL)
    assert rules.expires_at == CLOSED_S


@pytest.mark.parametrize(
    ("text", "allowed"),
    [
        pytest.param("User-agent: *\nDisallow: /film", False, id="prefix"),
        pytest.param("User-agent: *\nDisallow: /film\nAllow: /film/orbit", True, id="longest match"),
        pytest.param("User-agent: *\nAllow: /film\nDisallow: /film", True, id="allow wins a tie"),
        pytest.param("User-agent: *\nDisallow: /*?page=", False, id="wildcard"),
        pytest.param("User-agent: *\nDisallow: /film/orbit$", True, id="end anchor"),
        pytest.param(
            "User-agent: *\nDisallow: /\n\nUser-agent: spacereel\nDisallow:", True, id="our own group"
        ),
        pytest.param(
            "User-agent: Spacereel\nDisallow: /\n\nUser-agent: *\nDisallow:", False, id="our own refusal"
        ),
        pytest.param("\ufeffUser-agent: *\nDisallow: /film", False, id="byte order mark"),
        pytest.param("user-agent:*\r\ndisallow:/film\r\n", False, id="no spaces, CR LF"),
        pytest.param("<html>Not found</html>", True, id="a web page"),
        pytest.param("", True, id="empty"),
        pytest.param("Disallow: /", True, id="no group"),
    ],
)
def test_robots_txt_is_read_as_rfc_9309_says(text, allowed):
    assert is_allowed(rules_of(200, text.encode(), 0.0)) is allowed


def test_a_host_that_does_not_answer_is_away_and_not_denied():
    rules = Rules(expires_at=0.0, closed="could not be had (the connection was refused)", is_away=True)

    with pytest.raises(RobotsAway, match="the connection was refused"):
        rules.check(URL)


def test_bytes_that_are_no_text_are_read_as_far_as_they_go():
    assert not is_allowed(rules_of(200, b"\xff\xfe junk\nUser-agent: *\nDisallow: /film\n\x00", 0.0))


def test_only_the_first_half_megabyte_counts():
    body = b"User-agent: *\n" + b"# comment\n" * 60_000 + b"Disallow: /film\n"

    assert is_allowed(rules_of(200, body, 0.0))


@pytest.mark.parametrize(
    ("text", "delay"),
    [
        ("User-agent: *\nCrawl-delay: 2.5\n", 2.5),
        ("User-agent: *\nCrawl-delay: soon\n", None),
        ("User-agent: *\nCrawl-delay: -1\n", None),
        ("User-agent: *\nDisallow:\n", None),
    ],
)
def test_crawl_delay_is_read(text, delay):
    assert rules_of(200, text.encode(), 0.0).crawl_delay_s == delay
