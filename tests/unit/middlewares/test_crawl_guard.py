from __future__ import annotations

import asyncio
import socket
from ipaddress import ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scrapy import Request

from crawler.errors import ForbiddenAddress
from crawler.frontier.addresses import refusal
from crawler.middlewares.guard import Guard, GuardedResolver


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "192.0.0.1",
        "192.0.0.8",
        "192.0.0.192",
        "192.88.99.1",
        "168.63.129.16",
        "100.100.100.200",
        "198.18.0.1",
        "192.0.2.1",
        "224.0.0.1",
        "239.1.1.1",
        "240.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "::127.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::1",
        "2001:0:4136:e378:8000:63bf:3fff:fdd2",
        "fe80::1",
        "fe80::1%eth0",
        "fc00::1",
        "fd12::1",
        "fec0::1",
        "ff02::1",
        "ff0e::1",
        "2001:db8::1",
        "100::1",
        "5f00::1",
        "3fff::1",
        "fd00:ec2::254",
        "64:ff9b:1::808:808",
        "64:ff9b::c000:c0",
        "2002:c000:00c0::1",
        "fe80::5efe:808:808",
        "2a00:1450::5efe:7f00:1",
        "2a00:1450::200:5efe:a9fe:a9fe",
    ],
)
def test_addresses_that_are_not_public_are_refused(address):
    assert refusal(address) == f"{address} is a private or reserved address"


@pytest.mark.parametrize(
    "address",
    [
        "8.8.8.8",
        "93.184.216.34",
        "2606:4700::1111",
        "64:ff9b::808:808",
        "::ffff:8.8.8.8",
        "2a00:1450::5efe:808:808",
    ],
)
def test_public_addresses_pass(address):
    assert refusal(address) is None


def test_allow_private_opens_a_network_and_no_more():
    allowed = (ip_network("127.0.1.0/24"),)

    assert refusal("127.0.1.9", allowed) is None
    assert refusal("::ffff:127.0.1.9", allowed) is None
    assert refusal("127.0.2.9", allowed) is not None


@given(st.ip_addresses(v=4))
def test_an_address_mapped_into_ipv6_is_judged_like_itself(address):
    assert (refusal(str(address)) is None) == (refusal(f"::ffff:{address}") is None)


class Receiver:
    def __init__(self) -> None:
        self.found: list[str] = []
        self.done = asyncio.Event()

    def resolutionBegan(self, resolution) -> None:  # noqa: N802  # the interface's name
        self.resolution = resolution

    def addressResolved(self, address) -> None:  # noqa: N802  # the interface's name
        self.found.append(address.host)

    def resolutionComplete(self) -> None:  # noqa: N802  # the interface's name
        self.done.set()


def resolved(name: str, *allowed: str) -> tuple[list[str], str | None]:
    async def ask() -> tuple[list[str], str | None]:
        resolver = GuardedResolver(None, [ip_network(each) for each in allowed])
        receiver = Receiver()
        resolver.resolveHostName(receiver, name, 80)
        await receiver.done.wait()
        return receiver.found, resolver.why_refused(name)

    return asyncio.run(ask())


@pytest.mark.parametrize(
    "name",
    [
        "127.0.0.1", "0x7f.1", "0x7f000001", "2130706433", "0177.0.0.1", "127.1", "127.0.1", "0", "0.0.0.0", "00000177.1",
        "::ffff:127.0.0.1", "::ffff:7f00:1", "0:0:0:0:0:ffff:7f00:0001", "fe80::1%1", "::", "[", "127.0.0.1.", "LOCALHOST",
        "a..b", "." * 3, "x" * 64 + ".example", "\u2460\u2461\u2466.\u2460",
    ],
)  # fmt: skip
def test_no_spelling_of_a_private_address_is_handed_out(name):
    assert resolved(name)[0] == []


def test_a_name_that_leads_to_a_private_address_is_refused_with_a_reason():
    found, reason = resolved("localhost")

    assert found == []
    assert reason is not None
    assert reason.startswith("localhost leads to ")


def test_an_allowed_network_is_handed_out():
    assert resolved("127.0.0.1", "127.0.0.0/8")[0] == ["127.0.0.1"]


def test_a_name_that_changes_its_address_is_checked_at_every_connection(monkeypatch):
    """DNS rebinding: the first look-up says a public address, the second one a private one."""
    answers = iter([["93.184.216.34"], ["127.0.0.1", "169.254.169.254"]])

    def name_server(name, port, type=0, flags=0):  # the library's name
        if flags & socket.AI_NUMERICHOST:
            raise socket.gaierror("not a number")
        return [(socket.AF_INET, type, 6, "", (each, 0)) for each in next(answers)]

    monkeypatch.setattr(socket, "getaddrinfo", name_server)

    first, second = resolved("rebinding.example"), resolved("rebinding.example")

    assert first == (["93.184.216.34"], None)
    assert second[0] == []
    assert "127.0.0.1" in (second[1] or "")


def test_of_a_name_with_a_thousand_addresses_a_few_are_tried(monkeypatch):
    """A stranger's name would otherwise have us knock at a thousand doors of others."""
    public = [f"93.184.{number // 250}.{number % 250}" for number in range(1_000)]

    def name_server(name, port, type=0, flags=0):  # the library's name
        if flags & socket.AI_NUMERICHOST:
            raise socket.gaierror("not a number")
        return [(socket.AF_INET, type, 6, "", (each, 0)) for each in ["10.1.2.3", *public]]

    monkeypatch.setattr(socket, "getaddrinfo", name_server)

    assert resolved("many.example")[0] == public[:8]


def test_a_zone_makes_no_address_public():
    assert resolved("fe80::1%1")[0] == []


def refused(url: str) -> str | None:
    door = Guard.__new__(Guard)
    try:
        door.process_request(Request(url))
    except ForbiddenAddress as problem:
        return str(problem)
    return None


@pytest.mark.parametrize(
    ("url", "words"),
    [
        pytest.param("ftp://a.example/x", "ftp: is not a web address", id="another scheme"),
        pytest.param("data:text/html,x", "data: is not a web address", id="no host at all"),
        pytest.param("http://user:secret@a.example/", "a user name in it", id="user name"),
        pytest.param(
            "http://a.example@127.0.0.1/", "a user name in it", id="user name that looks like a host"
        ),
        pytest.param("http://a.example:25/", "port 25 belongs to another protocol", id="mail"),
        pytest.param("https://a.example:22/", "port 22 belongs to another protocol", id="shell"),
        pytest.param("http://a.example:6667/", "port 6667 belongs to another protocol", id="chat"),
    ],
)
def test_what_is_no_plain_web_address_is_refused_before_anything_is_looked_up(url, words):
    said = refused(url)

    assert said is not None
    assert words in said
    assert "secret" not in said


@pytest.mark.parametrize("url", ["http://a.example:8080/", "https://a.example/", "http://a.example:8000/x@y"])
def test_web_addresses_pass_with_the_ports_that_the_web_is_served_on(url):
    assert refused(url) is None
