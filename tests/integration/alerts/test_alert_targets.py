"""What is told arrives: at web addresses, by mail and services, after trouble and through kills."""

from __future__ import annotations

import email
import os
import socket
import subprocess
import sys
from collections import Counter
from email.policy import default
from functools import partial
from pathlib import Path

import pytest

from crawler.config.alerts import AlertConfig
from crawler.frontier.addresses import refusal
from crawler.publish.alerts import webhook
from crawler.publish.alerts.sender import AlertSender

ROOT = Path(__file__).resolve().parents[3]


def test_what_fails_is_tried_again_with_the_same_key_and_given_up_after_a_day(
    sender_of, put, receiver, clock, rows, caplog
):
    sender = sender_of()
    receiver.statuses = [500]
    put("1")
    assert sender.send_due().failed == 1
    assert sender.send_due().failed == 0
    clock.forward(seconds=31)
    assert sender.send_due().sent == 1
    assert len(set(receiver.keys)) == 1

    receiver.statuses = [503] * 100
    put("2")
    put("3")
    for _ in range(60):
        sender.send_due()
        clock.forward(hours=1)

    assert rows("SELECT state, count(*), max(problem) FROM outbox GROUP BY state") == [
        ("failed", 2, "127.0.0.1 answered 503 Service Unavailable"),
        ("sent", 1, None),
    ]
    assert [each.message.split()[0] for each in caplog.records if each.levelname == "ERROR"] == [
        "alert.given_up"
    ]


@pytest.mark.parametrize(
    ("path", "problem"),
    [
        ("/to-private", "redirects (302), which is not followed"),
        ("/hang", "did not answer within 0.2 s"),
    ],
)
def test_a_webhook_that_leads_elsewhere_or_hangs_is_told_in_a_sentence(
    sender_of, put, receiver, rows, monkeypatch, path, problem
):
    monkeypatch.setattr(webhook.post, "__kwdefaults__", {"timeout_s": 0.2})
    sender = sender_of(to=(receiver.url(path + "?token=s3cret"),))
    put("1")
    sender.send_due()

    ((said,),) = rows("SELECT problem FROM outbox")
    assert problem in said
    assert "s3cret" not in said


def test_a_private_address_is_refused_unless_it_is_opened(store, put, receiver, clock, rows):
    import ipaddress

    alert = AlertConfig(name="desk", to=(receiver.url(),))
    closed = AlertSender(store.path, (alert,), {}, refusal, clock)
    closed.begin()
    closed.send_due()
    put("1")
    closed.send_due()
    assert receiver.bodies == []
    assert "is a private or reserved address" in rows("SELECT problem FROM outbox")[0][0]

    clock.forward(minutes=1)
    loopback = (ipaddress.ip_network("127.0.0.0/8"),)
    AlertSender(store.path, (alert,), {}, partial(refusal, allowed=loopback), clock).send_due()

    assert len(receiver.bodies) == 1


def test_a_target_that_is_configured_no_more_is_let_go_of(sender_of, put, receiver, rows):
    receiver.statuses = [500]
    put_first = sender_of()
    put("1")
    put_first.send_due()

    sender_of(to=(receiver.url("/other"),))

    assert rows("SELECT state FROM outbox") == [("dropped",)]


def test_a_mail_arrives(sender_of, put, mailbox):
    pytest.importorskip("apprise")
    port, messages = mailbox
    sender = sender_of(
        to=(f"mailto://127.0.0.1:{port}/?from=watch@desk.example&to=me@desk.example&mode=insecure",)
    )
    put("<b>Otters</b>\u202e film", site_name="The Gazette")

    assert sender.send_due().sent == 1
    (mail,) = messages
    read = email.message_from_bytes(mail, policy=default)
    assert read["Subject"] == "New: Headline <b>Otters</b> film"
    text = read.get_body(("plain",)).get_content() if read.get_body(("plain",)) else read.get_content()
    assert "The Gazette · en · 23 November 2026, 12:00 UTC" in text
    assert "Review: http://127.0.0.1:8001/-/article/1" in text


@pytest.fixture
def mailbox():
    """A mail server on the loopback: its port, and what came."""
    from aiosmtpd.controller import Controller

    messages: list[bytes] = []

    class Keep:
        async def handle_DATA(self, server, session, envelope):  # noqa: N802 - aiosmtpd's name
            messages.append(envelope.content)
            return "250 kept"

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(Keep(), hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield port, messages
    finally:
        controller.stop()


def test_a_service_like_ntfy_is_told(sender_of, put, receiver):
    pytest.importorskip("apprise")
    sender = sender_of(to=(f"ntfy://127.0.0.1:{receiver.port}/film",))
    put("1")

    assert sender.send_due().sent == 1
    assert b"Headline 1" in receiver.bodies[0]


def test_a_secret_stands_in_no_row_and_no_log(sender_of, put, receiver, store, caplog):
    receiver.statuses = [500]
    sender = sender_of(to=(receiver.url("/${TOKEN}"), "nosuch://${TOKEN}@host"), secret="${TOKEN}")
    put("1")
    sender.send_due()

    assert receiver.paths == ["/s3cret"]
    assert "s3cret" not in caplog.text
    assert b"s3cret" not in Path(store.path).read_bytes() + Path(f"{store.path}-wal").read_bytes()


def test_killed_at_fifty_moments_nothing_is_lost_and_a_repeat_has_the_same_key(
    store, put, receiver, sender_of, rows
):
    url = receiver.url("/slow")
    sender_of(to=(url,), when=("new", "edited"))
    for number in range(120):
        put(str(number))
    kit = ROOT / "tests" / "kits" / "alert_killed.py"

    done = subprocess.run(
        [sys.executable, str(kit), str(store.path), url, "50", "1"],
        env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
    assert rows("SELECT state, count(*) FROM outbox GROUP BY state") == [("sent", 120)]
    told = Counter(item["title"] for item in receiver.items for item in item.get("items", [item]))
    assert len(told) == 120
    by_key = {}
    for key, body in zip(receiver.keys, receiver.bodies, strict=True):
        assert by_key.setdefault(key, body) == body
    assert len(receiver.keys) - len(by_key) <= 50
