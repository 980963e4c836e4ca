"""What leads into somebody's own network, as far as an address tells."""

from __future__ import annotations

import pytest

from crawler.publish.display import picture_of
from crawler.site import is_inside

INSIDE = (
    "127.0.0.1", "127.1", "0x7f.1", "0x7f000001", "2130706433", "017700000001", "192.168.1.1", "10.0.0.138", "172.16.0.1",
    "169.254.169.254", "100.64.0.1", "0", "0.0.0.0", "[::1]", "[::ffff:127.0.0.1]", "[fe80::1]", "[fd00::1]", "224.0.0.1",
    "localhost", "a.localhost", "LOCALHOST.", "printer", "nas.local", "fritz.box.lan", "router.home.arpa", "x.internal",
    "127\u30020\u30020\u30021", "%31%32%37.0.0.1", "999.999.999.999", "[2002:7f00:1::]",
)  # fmt: skip
OUTSIDE = (
    "93.184.216.34",
    "e.org",
    "local.example",
    "[2606:4700::1111]",
    "10.example",
    "1e100.net",
    "0x.example",
)


@pytest.mark.parametrize("host", INSIDE)
def test_this_machine_and_networks_that_are_not_public_are_inside(host):
    assert is_inside(f"http://{host}/picture.png")
    assert is_inside(f"https://user@{host}:8443/")
    assert picture_of(f"http://{host}/picture.png") is None


@pytest.mark.parametrize("host", OUTSIDE)
def test_everything_else_is_outside(host):
    assert not is_inside(f"http://{host}/picture.png")


def test_what_is_no_address_is_not_asked():
    assert is_inside("http://[")
    assert is_inside("nothing")
