"""Every way to a target is documented, and a message and a digest arrive by it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from receivers import Receiver

from crawler.publish.alerts.events import AlertEvent
from crawler.publish.alerts.message import Message
from crawler.publish.alerts.targets import Target
from crawler.publish.alerts.ways import WAYS, DigestPage, Way, way_to

ROOT = Path(__file__).resolve().parents[3]
#: schemes of a way -> an address that goes it and ends at the receiver
RECEIVERS: Mapping[tuple[str, ...], Callable[[Receiver], str]] = {
    ("http", "https"): lambda receiver: receiver.url(),
    (): lambda receiver: f"ntfy://127.0.0.1:{receiver.port}/film",
}


@pytest.fixture
def target(request, receiver):
    way: Way = request.param
    if way is WAYS[-1]:
        pytest.importorskip("apprise")
    address = RECEIVERS[way.schemes](receiver)
    found = Target(id="1", label="receiver", address=address)
    assert way_to(found) is way
    return found


def test_every_way_has_a_receiver():
    assert RECEIVERS.keys() == {way.schemes for way in WAYS}


def test_only_the_last_way_takes_any_address():
    assert [way for way in WAYS if not way.schemes] == [WAYS[-1]]


@pytest.mark.parametrize("target", WAYS, indirect=True, ids=lambda way: "+".join(way.schemes) or "services")
def test_a_message_and_a_digest_arrive(target, receiver):
    event = AlertEvent(
        key="k", kind="new", title="Otters on film", site="The Gazette", found_at="2026-11-23T12:00:00Z"
    )
    message = Message(key="k", alert="desk", events=(event,), count=1)
    page = DigestPage(key="d", title="The week in otters", html="<p>Three otters</p>", text="Three otters")

    way_to(target).send(target, message, lambda address: None)
    way_to(target).send_page(target, page, lambda address: None)

    first, second = receiver.bodies
    assert b"Otters on film" in first
    assert b"Three otters" in second


@pytest.mark.parametrize("scheme", [scheme for way in WAYS for scheme in way.schemes])
def test_a_scheme_is_explained(scheme):
    guide = (ROOT / "docs" / "alerts.md").read_text(encoding="utf-8")

    assert re.search(rf"`{scheme}://`", guide)
