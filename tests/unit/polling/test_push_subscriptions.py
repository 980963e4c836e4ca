"""When a hub is asked, what it is believed, and how much slower polls are for its sake."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import pytest

from crawler.polling.push.subscriptions import LEASE_S, is_due, is_signed, linked, slowed, verified
from db.model import Source
from db.watched import SourceState, Subscription

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
HUB, TOPIC = "https://hub.example/", "https://e.org/feed"
ASKED = Subscription(source="s", hub=HUB, topic=TOPIC, token="t" * 32, secret="k", asked_at=NOW)
ACTIVE = replace(ASKED, state="active", lease_until=NOW + timedelta(days=10))
SOURCE = Source(id="s", title="S", kind="feed", url=TOPIC, beat="b", every_s=1800)


def days(number: float) -> datetime:
    return NOW + timedelta(days=number)


@pytest.mark.parametrize(
    ("known", "at", "is_asked"),
    [
        pytest.param(None, NOW, True, id="never asked"),
        pytest.param(ASKED, days(0.1), False, id="asked just now"),
        pytest.param(ASKED, days(0.3), True, id="it did not verify"),
        pytest.param(ACTIVE, days(7.9), False, id="its lease lasts"),
        pytest.param(ACTIVE, days(8.1), True, id="its lease ends soon"),
        pytest.param(replace(ACTIVE, hub="https://other.example/"), NOW, True, id="another hub"),
        pytest.param(replace(ACTIVE, topic="https://e.org/old"), NOW, True, id="another topic"),
        pytest.param(replace(ASKED, state="refused"), days(6.9), False, id="it has refused"),
        pytest.param(replace(ASKED, state="refused"), days(7.1), True, id="it refused a week ago"),
        pytest.param(
            replace(ACTIVE, lease_until=NOW), NOW + timedelta(minutes=1), True, id="a short lease is over"
        ),
    ],
)
def test_a_hub_is_asked_when_it_is_time(known, at, is_asked):
    assert is_due(known, HUB, TOPIC, at) is is_asked


def query(**told: str) -> str:
    names = {"mode": "subscribe", "topic": TOPIC, "challenge": "c", "lease_seconds": "600", **told}
    return urlencode({f"hub.{name}": value for name, value in names.items()})


def test_a_verification_of_what_was_asked_makes_it_active():
    changed, challenge = verified(ASKED, query(), days(0.01))

    assert challenge == "c"
    assert changed == replace(ASKED, state="active", lease_until=days(0.01) + timedelta(seconds=600))


@pytest.mark.parametrize("lease", ["", "-1", "1e9", "9" * 30])
def test_a_lease_that_is_none_is_what_was_asked_for(lease):
    changed, _ = verified(ASKED, query(lease_seconds=lease), NOW)

    assert changed is not None
    assert changed.lease_until == NOW + timedelta(seconds=LEASE_S)


def test_a_lease_is_believed_for_a_month_at_most():
    changed, _ = verified(ASKED, query(lease_seconds="999999999"), NOW)

    assert changed is not None
    assert changed.lease_until == NOW + timedelta(seconds=3 * LEASE_S)


@pytest.mark.parametrize(
    ("known", "told", "at"),
    [
        pytest.param(ASKED, query(topic="https://e.org/other"), NOW, id="another topic"),
        pytest.param(ASKED, query(mode="unsubscribe"), NOW, id="nobody leaves"),
        pytest.param(ASKED, query(challenge=""), NOW, id="no challenge"),
        pytest.param(ASKED, query(challenge="c" * 5000), NOW, id="a challenge without end"),
        pytest.param(ASKED, query(), days(0.1), id="hours after it was asked"),
        pytest.param(replace(ASKED, state="refused"), query(), NOW, id="after a refusal"),
        pytest.param(ASKED, "", NOW, id="nothing"),
    ],
)
def test_what_was_not_asked_for_is_not_confirmed(known, told, at):
    assert verified(known, told, at) == (None, None)


def test_a_verification_with_more_fields_than_any_hub_has_is_nobodys():
    assert verified(ASKED, query() + "&" * 1_000, NOW) == (None, None)


def test_a_refusal_is_noted():
    changed, challenge = verified(ACTIVE, query(mode="denied"), days(1))

    assert (challenge, changed) == (
        None,
        replace(ACTIVE, state="refused", asked_at=days(1), lease_until=None),
    )


@pytest.mark.parametrize(
    ("method", "is_believed"),
    [("sha256", True), ("sha384", True), ("sha512", True), ("sha1", False), ("md5", False)],
)
def test_a_signature_is_of_the_bytes_and_strong(method, is_believed):
    digest = hmac.new(b"k", b"body", getattr(hashlib, method)).hexdigest()

    assert is_signed(b"body", f"{method}={digest}", "k") is is_believed
    assert not is_signed(b"body.", f"{method}={digest}", "k")
    assert not is_signed(b"body", f"{method}={digest}", "other")


@pytest.mark.parametrize("signature", [None, "", "=", "sha256", "sha256=", "sha256=\u00e9", "x" * 10_000])
def test_what_is_no_signature_is_none(signature):
    assert not is_signed(b"body", signature, "k")


def after(minutes: float, **told: float) -> SourceState:
    return SourceState(source=SOURCE, next_due_at=NOW + timedelta(minutes=minutes), **told)


@pytest.mark.parametrize(
    ("known", "minutes", "new", "failures", "then"),
    [
        pytest.param(replace(ACTIVE, pushed_at=NOW), 30, 0, 0, 120, id="pushes arrive"),
        pytest.param(replace(ACTIVE, pushed_at=NOW), 240, 0, 0, 360, id="six hours at most"),
        pytest.param(replace(ACTIVE, pushed_at=NOW), 600, 0, 0, 600, id="slow anyway"),
        pytest.param(replace(ACTIVE, pushed_at=days(-2)), 30, 0, 0, 30, id="none for two days"),
        pytest.param(ACTIVE, 30, 0, 0, 30, id="none ever"),
        pytest.param(replace(ACTIVE, pushed_at=NOW), 30, 2, 0, 30, id="a poll found what was not pushed"),
        pytest.param(replace(ACTIVE, pushed_at=NOW, lease_until=NOW), 30, 0, 0, 30, id="the lease is over"),
        pytest.param(replace(ACTIVE, pushed_at=NOW), 30, 0, 1.0, 30, id="the feed fails"),
        pytest.param(None, 30, 0, 0, 30, id="no hub"),
    ],
)
def test_polls_are_slower_only_while_pushes_arrive(known, minutes, new, failures, then):
    state = slowed(after(minutes, failures=failures), known, new, NOW)

    assert state.next_due_at == NOW + timedelta(minutes=then)


@pytest.mark.parametrize(
    ("header", "hub"),
    [
        ('<https://h.e/>; rel="hub"', "https://h.e/"),
        ('<https://e.org/f>; rel=self, <https://h.e/>; rel="hub other"', "https://h.e/"),
        ('<https://h.e/?a=1,2>; title="x, y"; rel=HUB', "https://h.e/?a=1,2"),
        ('<https://h.e/>; rel="hubs"', None),
        ("<https://h.e/", None),
        ("", None),
    ],
)
def test_a_hub_is_found_in_a_header(header, hub):
    assert linked(header, "hub") == hub
