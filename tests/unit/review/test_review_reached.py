"""How a review is reached, and what wrong passwords cost."""

from __future__ import annotations

import re
import socket
from datetime import UTC, datetime, timedelta

import pytest

from crawler.errors import SpacereelError
from crawler.review.access import access_of, knows, page_after_login
from crawler.review.serve import address_elsewhere
from crawler.review.throttle import FREE, LONGEST_THROTTLE_S, Throttle

NOW = datetime(2026, 11, 23, tzinfo=UTC)


@pytest.mark.parametrize(
    ("host", "more", "mode"),
    [
        ("127.0.0.1", {}, "loopback"),
        ("::1", {}, "loopback"),
        ("0.0.0.0", {}, "closed"),
        ("192.0.2.7", {}, "closed"),
        ("192.0.2.7", {"is_public": True}, "public"),
        ("127.0.0.1", {"base_url": "https://news.example"}, "closed"),
        ("127.0.0.1", {"base_url": "http://localhost:9000/desk"}, "closed"),
    ],
)
def test_off_the_loopback_and_behind_a_proxy_a_review_is_closed(host, more, mode):
    assert access_of(host, **more).mode == mode


def test_a_review_that_listens_everywhere_says_where_another_machine_finds_it():
    with socket.create_server(("0.0.0.0", 0)) as listener:
        port = listener.getsockname()[1]
        found = address_elsewhere("0.0.0.0", listener)

        assert re.fullmatch(rf"(http://(?!127\.)[\d.]+:{port}/)?", found), (
            "no address where there is no network"
        )
        assert address_elsewhere("192.0.2.7", listener) == ""


def test_behind_tls_the_cookie_is_one_that_no_other_host_can_set():
    assert access_of("127.0.0.1", base_url="https://news.example/").cookie == "__Host-spacereel"
    assert access_of("127.0.0.1", base_url="http://news.example/").cookie == "spacereel"
    assert access_of("127.0.0.1", base_url="https://news.example/desk/").base == "/desk/"


@pytest.mark.parametrize(
    "url",
    ["news.example", "ftp://news.example/", "https://", "https://a@news.example/", "https://news.example/?x", "https://news.example/a b/",
     "https://news.example/../x/", "https://news.example//x/", "https://news.example/%2e/", "https://news.example:99999/", "javascript:alert(1)"],
)  # fmt: skip
def test_a_base_url_that_cannot_be_is_a_sentence(url):
    with pytest.raises(SpacereelError, match="--base-url"):
        access_of("127.0.0.1", base_url=url)


@pytest.mark.parametrize(
    ("name", "is_known"),
    [
        ("127.0.0.1", True),
        ("192.0.2.7", True),
        ("[2001:db8::7]", True),
        ("evil.example", False),
        ("192.0.2.7.evil.example", False),
    ],
)
def test_a_machine_that_listens_everywhere_answers_to_numbers_and_its_own_names(name, is_known):
    assert knows(access_of("0.0.0.0").hosts, name) is is_known


@pytest.mark.parametrize(
    "asked",
    [
        "//evil.example",
        "/\\evil.example",
        "https://evil.example",
        "\\\\evil.example",
        "/a\nb",
        "/\t/evil.example",
        "",
        None,
        "javascript:x",
    ],
)
def test_signing_in_leads_to_no_other_place(asked):
    assert page_after_login(asked) == "/"


def test_the_first_wrong_passwords_are_free_and_then_each_waits_longer():
    throttle, waits = Throttle(), []
    now = NOW
    for _ in range(16):
        waits.append(throttle.wait_s("anna", "192.0.2.7", now))
        now += timedelta(seconds=waits[-1])
        throttle.wrong("anna", "192.0.2.7", now)

    assert waits[: FREE["account"]] == [0.0] * FREE["account"]
    assert waits[FREE["account"] : FREE["account"] + 3] == [1.0, 2.0, 4.0]
    assert waits[-1] == LONGEST_THROTTLE_S


def test_an_account_waits_wherever_it_is_asked_for_and_an_address_whomever_it_asks_for():
    throttle = Throttle()
    for number in range(FREE["account"] + 1):
        throttle.wrong("anna", f"192.0.2.{number}", NOW)
    for number in range(FREE["address"] + 1):
        throttle.wrong(f"name{number}", "198.51.100.1", NOW)

    assert throttle.wait_s("anna", "203.0.113.1", NOW) > 0
    assert throttle.wait_s("ben", "198.51.100.1", NOW) > 0
    assert throttle.wait_s("ben", "203.0.113.1", NOW) == 0


def test_a_network_of_ipv6_is_one_address():
    """Whoever has one address there has 2**64 of them."""
    throttle = Throttle()
    for number in range(FREE["address"] + 1):
        throttle.wrong(f"name{number}", f"2001:db8:0:7::{number:x}", NOW)

    assert throttle.wait_s("ben", "2001:db8:0:7:ffff::1%eth0", NOW) > 0
    assert throttle.wait_s("ben", "2001:db8:0:8::1", NOW) == 0


def test_who_was_let_in_before_is_not_kept_out_by_who_guesses():
    """One guess every five minutes kept a person out of their account for as long as somebody liked."""
    throttle = Throttle()
    throttle.wrong("anna", "192.0.2.7", NOW)
    throttle.right("anna", "192.0.2.7")
    for number in range(30):
        throttle.wrong("anna", f"198.51.100.{number}", NOW)

    assert throttle.wait_s("anna", "203.0.113.1", NOW) == LONGEST_THROTTLE_S
    assert throttle.wait_s("anna", "192.0.2.7", NOW) == 0

    for _ in range(FREE["account"] + 1):
        throttle.wrong("anna", "192.0.2.7", NOW)
    assert throttle.wait_s("anna", "192.0.2.7", NOW) > 0


def test_the_right_one_forgives_the_account():
    throttle = Throttle()
    for _ in range(FREE["account"]):
        throttle.wrong("anna", "192.0.2.7", NOW)
    throttle.right("anna", "192.0.2.7")

    assert throttle.wait_s("anna", "192.0.2.7", NOW) == 0


def test_what_is_remembered_has_a_bound():
    throttle = Throttle()
    for number in range(12_000):
        throttle.wrong(f"name{number}", "192.0.2.7", NOW)

    assert len(throttle._seen) <= 10_000
