from __future__ import annotations

import os
from dataclasses import replace
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path

import pytest

from crawler.commands.doctor import examined
from crawler.commands.once import sentence_of
from crawler.commands.sources_check import check_lines, finding
from crawler.commands.status import Overview, daemon_words, status_lines
from crawler.commands.terminal import width_of
from crawler.config import BeatsConfig, Config, FetchConfig, StoreConfig
from crawler.errors import Unreachable
from db.lock import DaemonLock, holder_of
from db.model import Outcome, Source, iso


@pytest.fixture(autouse=True)
def hundred_columns(monkeypatch):
    monkeypatch.setenv("COLUMNS", "100")


@pytest.fixture
def health(now):
    def row(name, state="ok", reason="12 entries, 0 new.", **fields):
        seen = {"id": name, "state": state, "reason": reason, "succeeded_at": iso(now - timedelta(minutes=3))}
        return {
            **seen,
            "state_since": iso(now - timedelta(days=3)),
            "next_due_at": iso(now + timedelta(minutes=27)),
            "polls": 40,
            "pages": 12,
            "kept": 3,
            **fields,
        }

    return row


@pytest.fixture
def overview(now, health):
    return Overview(
        record=Path("db/articles.db"),
        size_bytes=12_300_000,
        totals={"articles": 9, "versions": 11, "relevant": 7, "mention": 2, "to_review": 4, "copies": 1, "visits": 80},
        sources=(health("wire"), health("gazette", "dead", "It answered 404 (Not Found). " * 9, succeeded_at=None)),
        queue={"waiting": 12, "due": 3, "new": 10, "recheck": 2, "hosts": 5},
        runs=({"id": 4, "mode": "daemon", "started_at": iso(now - timedelta(hours=2)), "finished_at": None, "verdicts": {"new": 7, "gone": 2}},),
        heartbeat={"pid": 123, "started_at": iso(now - timedelta(hours=2)), "beat_at": iso(now - timedelta(seconds=3))},
        holder=123,
    )  # fmt: skip


def test_status_fits_a_hundred_columns(overview, now):
    lines = "\n".join(status_lines(overview, now)).splitlines()

    assert max(map(width_of, lines)) <= 100


def test_what_was_done_to_the_file_is_told_within_the_screen(overview, now):
    event = {
        "kind": "set_back",
        "reason": "it is older than it was " * 9,
        "happened_at": iso(now - timedelta(hours=5)),
    }

    lines = list(status_lines(replace(overview, events=(event,)), now))

    assert "Noticed 5 h ago: it is older" in lines[2]
    assert max(map(width_of, lines[:6])) <= 100


def test_a_source_that_ails_stands_above_one_that_is_well(overview, now):
    text = "\n".join(status_lines(overview, now))

    assert text.index("gazette") < text.index("wire")
    assert "1 of them need a look" in text
    assert "dead 3 d" in text and "ok 3 d" not in text
    assert "3 min ago" in text and "in 27 min" in text and "never" in text


def test_a_run_under_way_shows_what_it_has_done_so_far(overview, now):
    assert [line for line in status_lines(overview, now) if "running" in line]


def test_an_empty_record_says_how_to_begin(overview, now):
    text = "\n".join(status_lines(replace(overview, sources=(), runs=()), now))

    assert "spacereel once" in text


DAEMONS = [
    pytest.param(3, 123, "process 123 has been watching for 2 h", id="alive"),
    pytest.param(3000, 123, "look at its log", id="hangs"),
    pytest.param(3, None, "is not running", id="stopped"),
    pytest.param(3000, 77, "process 77 is doing one round", id="once"),
]


@pytest.mark.parametrize(("silent_s", "holder", "said"), DAEMONS)
def test_the_daemon_is_known_by_its_lock_and_its_heartbeat(now, silent_s, holder, said):
    beat_at = now - timedelta(seconds=silent_s)
    row = {"pid": 123, "started_at": iso(now - timedelta(hours=2)), "beat_at": iso(beat_at)}

    assert said in daemon_words(row, holder, now)


def test_a_record_without_a_daemon_says_how_to_start_one(now):
    assert "spacereel run" in daemon_words(None, None, now)


def test_the_holder_of_a_record_is_the_process_that_has_its_lock(tmp_path):
    record = tmp_path / "articles.db"

    assert holder_of(record) is None
    with DaemonLock(record):
        assert holder_of(record) == os.getpid()
    assert holder_of(record) is None


def test_a_round_is_one_line():
    pages = {Outcome.NEW: 7, Outcome.CHANGED: 2, Outcome.COPY: 9, Outcome.FAILED: 1}

    assert (
        sentence_of(12, pages, 38.2) == "12 sources, 19 pages: 7 new, 2 changed, 9 copies, 1 failed in 38 s"
    )
    assert sentence_of(1, {}, 0.4) == "1 source, 0 pages: nothing new in 0 s"


FEED = b"""<rss version="2.0"><channel><title>Wire</title><item><title>A</title><link>https://wire.example/a</link>
<pubDate>Mon, 23 Nov 2026 09:00:00 +0000</pubDate></item></channel></rss>"""


@pytest.fixture
def source():
    return Source(
        id="wire", title="The Wire", kind="feed", url="https://wire.example/rss", beat="b", every_s=900
    )


def test_a_source_that_works_tells_how_fresh_it_is(source, make_page, now):
    found = finding(source, make_page(source.url, body=FEED), now)

    assert found.is_ok and found.entries == 1
    assert "3 h ago" in "\n".join(check_lines([found], now))


def test_a_source_that_is_a_page_is_not_ok(source, make_page, now):
    assert not finding(source, make_page(source.url, body=b"<html><body>Welcome</body></html>"), now).is_ok


def test_sources_that_work_stand_above_those_that_do_not(source, make_page, now):
    well = finding(source, make_page(source.url, body=FEED), now)
    dead = finding(replace(source, id="dead"), Unreachable("the name is not known", source.url), now)

    lines = "\n".join(check_lines([dead, well], now)).splitlines()
    assert lines[1].startswith("ok  wire") and lines[2].startswith("!!  dead")
    assert lines[-1] == "1 of 2 work"


def known(_host):
    return ["192.0.2.1"]


def unknown(host):
    raise OSError(f"{host} is not known")


@pytest.fixture
def config(tmp_path):
    return replace(
        Config(), store=StoreConfig(path=tmp_path / "articles.db", archive=tmp_path / "archive.db")
    )


def by_name(config, resolve=known):
    return {check.name: check for check in examined(config, resolve)}


def test_a_first_visit_to_the_doctor_is_no_alarm(config):
    checks = by_name(config)

    assert all(check.is_ok for check in checks.values())
    assert "begins it" in checks["record"].sentence


def test_the_doctor_looks_into_the_record(config, store):
    assert {"schema", "integrity", "guards", "disk"} <= set(by_name(config))


def test_the_doctor_says_when_no_name_can_be_looked_up(config):
    check = by_name(config, unknown)["network"]

    assert not check.is_ok and "online" in check.sentence


def test_the_doctor_goes_on_after_a_broken_beat(config, tmp_path):
    (tmp_path / "beat.toml").write_text("[beat]\nid = 3\n", encoding="utf-8")

    checks = by_name(replace(config, beats=BeatsConfig(paths=(tmp_path / "beat.toml",))))
    assert not checks["beats"].is_ok and checks["record"].is_ok


def test_the_doctor_misses_a_contact(config):
    with_contact = replace(
        config, fetch=FetchConfig(contact="desk@example.org", allow_private=(ip_network("10.0.0.0/8"),))
    )

    assert "not set" in by_name(config)["contact"].sentence
    assert "desk@example.org" in by_name(with_contact)["contact"].sentence
