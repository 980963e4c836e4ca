"""The daemon, and `once`, tell of what they find; an alert that is written while the daemon runs tells from then on."""

from __future__ import annotations

from datetime import UTC, datetime

import kit
import press
import pytest
from daemons import until
from receivers import receiving

from crawler.config import load_config
from crawler.daemon.once import run_once
from db import searches
from db.connection import to_write


@pytest.fixture
def receiver():
    with receiving() as opened:
        yield opened


def paper(newsroom, name: str) -> str:
    addresses = [newsroom.origin(number) + f"/article/{name}-{number}" for number in range(2)]
    return newsroom.print_(f"/{name}", press.feed(addresses))


def alert(receiver, name: str = "desk") -> str:
    return f'\n[[alert]]\nname = "{name}"\nto = ["{receiver.url()}"]\nquery = "band:any"\nbacklog = true\n'


def told(receiver) -> list[str]:
    return sorted(
        item["url"].rpartition("/")[2] for each in receiver.items for item in each.get("items", [each])
    )


def test_the_daemon_tells_of_what_it_finds_and_of_new_alerts_from_then_on(
    newsroom, start, tmp_path, receiver
):
    first = kit.source(paper(newsroom, "first"), id="first")
    config = kit.configured(tmp_path, [first])
    settings = tmp_path / "spacereel.toml"
    bare = settings.read_text(encoding="utf-8")
    settings.write_text(bare + alert(receiver), encoding="utf-8")
    daemon = start(load_config(settings))
    until(lambda: told(receiver) == ["first-0", "first-1"], tell=lambda: daemon.log)

    settings.write_text(bare + alert(receiver, "other"), encoding="utf-8")
    daemon.wait_for("config.loaded")
    until(lambda: kit.count(config, "alert_cursors") == 2, tell=lambda: daemon.log)
    kit.write_beat(tmp_path / "beat.toml", [first, kit.source(paper(newsroom, "second"), id="second")])
    until(lambda: len(told(receiver)) == 4, tell=lambda: daemon.log)

    assert [each["alert"] for each in receiver.items][2:] == ["other", "other"]
    assert "alert.sent" in daemon.log
    assert "Traceback" not in daemon.log
    assert daemon.end()[0] == 0


def test_a_bell_that_is_switched_on_while_the_daemon_runs_is_heard(newsroom, start, tmp_path, receiver):
    config = kit.configured(tmp_path, [kit.source(paper(newsroom, "first"), id="first")])
    settings = tmp_path / "spacereel.toml"
    lent = f'\n[[alert]]\nname = "phones"\nwhen = []\nbacklog = true\nto = ["{receiver.url()}"]\n'
    settings.write_text(settings.read_text(encoding="utf-8") + lent, encoding="utf-8")
    daemon = start(load_config(settings))
    until(lambda: kit.count(config, "articles") == 2, 120, lambda: daemon.log)

    with to_write(config.store.path) as conn:
        number = searches.save_search(conn, "All of it", "band:any", None, "anna", datetime.now(UTC))
        searches.set_bell(conn, searches.search_for(conn, number, None), "phones", datetime.now(UTC))
    kit.write_beat(
        tmp_path / "beat.toml",
        [kit.source(paper(newsroom, name), id=name) for name in ("first", "second")],
    )
    until(lambda: len(told(receiver)) == 2, 120, lambda: daemon.log)

    assert told(receiver) == ["second-0", "second-1"]
    assert {each["alert"] for each in receiver.items} == {"All of it"}
    assert "Traceback" not in daemon.log


def test_a_receiver_that_hangs_does_not_keep_the_daemon_from_ending(newsroom, start, tmp_path, receiver):
    kit.configured(tmp_path, [kit.source(paper(newsroom, "first"))])
    settings = tmp_path / "spacereel.toml"
    written = settings.read_text(encoding="utf-8") + alert(receiver).replace("/hook", "/hang")
    settings.write_text(written, encoding="utf-8")
    daemon = start(load_config(settings))
    until(lambda: bool(receiver.paths), tell=lambda: daemon.log)

    code, _ = daemon.end()

    assert code == 0, daemon.log
    assert "did not answer" not in daemon.log


def test_once_tells_at_its_end(newsroom, tmp_path, receiver):
    kit.configured(tmp_path, [kit.source(paper(newsroom, "first"))])
    settings = tmp_path / "spacereel.toml"
    settings.write_text(settings.read_text(encoding="utf-8") + alert(receiver), encoding="utf-8")

    run_once(load_config(settings))

    assert told(receiver) == ["first-0", "first-1"]
