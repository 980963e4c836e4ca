"""Receivers that keep us waiting, and texts that would call people."""

from __future__ import annotations

import json
import socket
import sys
import threading
from types import SimpleNamespace

import pytest

from crawler.errors import PublishError
from crawler.publish.alerts import services
from crawler.publish.alerts.services import notify, uncalling
from crawler.publish.alerts.webhook import post

ANSWER = b"HTTP/1.1 200 OK\r\n"


@pytest.fixture
def receiver():
    """Says *begin*, then *again* without end, to whoever connects; returns its port."""
    over, threads = threading.Event(), []
    listeners = []

    def begun(begin, again):
        listener = socket.create_server(("127.0.0.1", 0))
        listeners.append(listener)

        def talk():
            conn, _ = listener.accept()
            with conn:
                conn.recv(65_536)
                conn.sendall(begin)
                while not over.wait(0.02):
                    try:
                        conn.sendall(again)
                    except OSError:
                        return

        threads.append(threading.Thread(target=talk))
        threads[-1].start()
        return listener.getsockname()[1]

    yield begun
    over.set()
    for each in threads:
        each.join()
    for each in listeners:
        each.close()


@pytest.mark.parametrize(
    ("begin", "again"),
    [
        pytest.param(ANSWER + b"X: ", b"a", id="a head that drips"),
        pytest.param(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 100, id="hints without end"),
        pytest.param(ANSWER + b"Content-Length: 100000\r\n\r\n", b"a", id="a body that drips"),
        pytest.param(b"", b"H", id="a status line that drips"),
    ],
)
def test_a_receiver_has_so_long_and_no_longer(receiver, begin, again):
    """Each single wait was short, and all of them together had no end: nothing was told to anybody any more."""
    port = receiver(begin, again)

    with pytest.raises(PublishError, match=r"did not answer within 0\.3 s"):
        post(f"http://127.0.0.1:{port}/", b"{}", (), lambda address: None, timeout_s=0.3)


@pytest.mark.parametrize("status", ["302 Found", "307 Temporary Redirect", "308 Permanent Redirect"])
def test_a_service_leads_us_nowhere_else(receiver, status):
    """Apprise followed redirects by itself, also to addresses that are not public, and sent the message there."""
    with socket.create_server(("127.0.0.1", 0)) as private:
        elsewhere = f"Location: http://127.0.0.1:{private.getsockname()[1]}/".encode()
        port = receiver(f"HTTP/1.1 {status}\r\n".encode() + elsewhere + b"\r\nContent-Length: 0\r\n\r\n", b"")

        with pytest.raises(PublishError, match="could not be reached, or refused the message"):
            notify(f"json://127.0.0.1:{port}", "A film", "in orbit")

        private.settimeout(0)
        with pytest.raises(BlockingIOError):
            private.accept()


def apprise_with(notified):
    class Apprise:
        def __init__(self, asset):
            assert asset == {"http_redirects": False}

        def add(self, address):
            return True

        def notify(self, **said):
            return notified(said)

    return SimpleNamespace(
        Apprise=Apprise, AppriseAsset=dict, NotifyFormat=SimpleNamespace(HTML="html", TEXT="text")
    )


def test_a_service_has_so_long_and_no_longer(monkeypatch):
    over = threading.Event()
    monkeypatch.setitem(sys.modules, "apprise", apprise_with(lambda said: over.wait(20)))
    monkeypatch.setattr(services, "TIMEOUT_S", 0.1)

    try:
        with pytest.raises(PublishError, match=r"did not answer within 0\.1 s"):
            notify("slack://a/b/c", "A film", "in orbit")
    finally:
        over.set()


def test_a_title_calls_nobody_and_hides_no_address(monkeypatch):
    said = {}
    monkeypatch.setitem(sys.modules, "apprise", apprise_with(lambda words: not said.update(words)))
    title = "@everyone <@U123> <@&42> <!here> [your bank](https://evil.example/@all) @Here"

    notify("discord://a/b", title, f"{title}\nhttps://e.example/@film and ada@all-of-us.example")

    for text in (said["title"], said["body"]):
        for call in ("@everyone", "@Here", "<@", "<!", "](", "@all"):
            assert call not in text
    assert "https://e.example/@film" in said["body"]


def test_what_calls_nobody_is_sent_as_it_is():
    text = json.dumps({"a": "Film in orbit (a < b), @crew & co., [1] (2), ada@example.org"})

    assert uncalling(text) == text
