"""A hub pushes what a feed has new, and lies, replays, floods and dies."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from html import escape

import hub as hubs
import kit
import press
import pytest
from daemons import until


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as made:
        return int(made.getsockname()[1])


def feed_of(newsroom, hub, *slugs: str) -> bytes:
    topic = newsroom.origin() + "/feed"
    links = f'<link rel="hub" href="{escape(hub.url)}"/><link rel="self" href="{escape(topic)}"/>'
    entries = "".join(
        f'<entry><title>{escape(press.title_of(slug))}</title><id>urn:{slug}</id><link href="{newsroom.origin()}/article/{slug}"/></entry>'
        for slug in slugs
    )
    return f'<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title>{links}{entries}</feed>'.encode()


@pytest.fixture
def hub() -> Iterator[hubs.Hub]:
    with hubs.Hub() as opened:
        yield opened


@pytest.fixture
def config(newsroom, hub, tmp_path):
    newsroom.print_("/feed", feed_of(newsroom, hub, "printed"))
    kit.configured(tmp_path, [kit.source(newsroom.origin() + "/feed", every="1h")])
    port = free_port()
    with (tmp_path / "spacereel.toml").open("a") as file:
        file.write(f'[websub]\ncallback = "http://127.0.0.1:{port}/push/"\nlisten = "127.0.0.1:{port}"\n')
    return kit.load_config(tmp_path / "spacereel.toml")


def subscribed(start, hub, config):
    daemon = start(config)
    hub.wait("verified")
    until(lambda: told(config)["state"] == "active")
    return daemon


def told(config):
    rows = kit.query(config, "SELECT * FROM subscriptions")
    return rows[0] if rows else {"state": None}


def pushes(config):
    return [
        row["reason"]
        for row in kit.query(config, "SELECT reason FROM visits WHERE purpose = 'push' ORDER BY id")
    ]


def test_what_a_hub_pushes_is_fetched_without_a_poll(newsroom, hub, start, config):
    daemon = subscribed(start, hub, config)
    assert hub.verified == [(200, b"as-you-like-it")]
    assert hub.asked[0].topic == newsroom.origin() + "/feed"
    assert "/push/" in hub.asked[0].callback and len(hub.asked[0].secret) > 30

    assert hub.push(feed_of(newsroom, hub, "printed", "pushed")) == 202

    newsroom.wait_for("/article/pushed", timeout_s=60)
    until(lambda: len(pushes(config)) == 1)
    assert pushes(config) == [f"Pushed by {hub.url}: 2 entries, 1 new."]
    assert len(newsroom.asked("/feed")) == 1
    until(lambda: told(config)["pushed_at"] is not None)
    assert daemon.end()[0] == 0


def test_lies_replays_and_floods_change_nothing(newsroom, hub, start, config):
    daemon = subscribed(start, hub, config)
    asked, other = hub.asked[0], feed_of(newsroom, hub, "forged")

    assert hub.push(other, signature="sha256=" + "0" * 64) == 202
    assert hub.push(other, signature="sha1=" + "0" * 40) == 202
    assert hub.push(other, topic="http://elsewhere.example/feed") == 202
    assert hub.push(other, callback=asked.callback + "x") == 410
    assert hub.verify(asked, topic="http://elsewhere.example/feed")[0] == 404
    assert hub.verify(asked, mode="unsubscribe")[0] == 404
    assert hubs.call("GET", asked.callback.rpartition("/")[0] + "/" + "a" * 32)[0] == 404
    assert hubs.call("POST", asked.callback, None, {"Content-Length": "5000001"})[0] == 413
    assert pushes(config) == []

    true = feed_of(newsroom, hub, "true-story")
    answers = [hub.push(true) for _ in range(130)]
    newsroom.wait_for("/article/true-story", timeout_s=60)
    assert answers[:50] == [202] * 50
    assert answers[-1] == 429
    until(lambda: len(pushes(config)) == 1)
    assert newsroom.asked("/article/forged") == []
    assert daemon.log.count("websub.ignored") == 3
    assert daemon.end()[0] == 0
    kit.assert_sound(config)


def test_a_hub_that_does_not_answer_costs_nothing_but_a_sentence(newsroom, hub, start, config):
    hub.die()
    daemon = start(config)
    newsroom.wait_for("/article/printed", timeout_s=60)

    until(lambda: kit.count(config, "visits WHERE purpose = 'source'") == 1)
    (row,) = kit.query(config, "SELECT verdict, reason FROM visits WHERE purpose = 'source'")
    assert row["verdict"] == "unchanged"
    assert f"its hub {hub.url} could not be asked" in row["reason"]
    assert told(config)["state"] == "asked"
    assert daemon.end()[0] == 0


def test_nobody_listens_where_no_callback_is_set(newsroom, hub, start, tmp_path):
    newsroom.print_("/feed", feed_of(newsroom, hub, "printed"))
    config = kit.configured(tmp_path, [kit.source(newsroom.origin() + "/feed")])
    daemon = start(config)
    newsroom.wait_for("/article/printed", timeout_s=60)

    assert daemon.end()[0] == 0
    assert hub.asked == []
    assert "websub" not in daemon.log
