"""What may stand as the callback of `[websub]`."""

from __future__ import annotations

import pytest

from crawler.config.websub import callback_address


@pytest.mark.parametrize(
    "address",
    [
        "https://news.example/push",
        "https://news.example:8443",
        "http://127.0.0.1:8790",
        "http://localhost:1/a",
        "http://[::1]:8790",
    ],
)
def test_what_hubs_reach_safely_is_taken(address):
    assert callback_address(address + "/") == address


@pytest.mark.parametrize(
    ("address", "because"),
    [
        ("http://news.example/push", "https://"),
        ("http://192.168.1.4/push", "https://"),
        ("http://127.evil.example/", "https://"),
        ("https://me:secret@news.example/push", "user name"),
        ("https://news.example:0/push", "port"),
        ("https://news.example:99999/push", "port"),
        ("https://news.example/push?x=1", "question mark"),
        ("ftp://news.example/", "web address"),
        (7, "web address"),
    ],
)
def test_what_is_no_safe_callback_is_refused_with_its_reason(address, because):
    with pytest.raises(ValueError, match=because):
        callback_address(address)
