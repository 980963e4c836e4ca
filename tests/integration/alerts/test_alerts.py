"""People are told once of what happens in the record, whatever happens to who tells them."""

from __future__ import annotations

import hashlib
import hmac
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network

import pytest
from click.testing import CliRunner

from crawler.cli import main
from crawler.config import Config
from crawler.config.alerts import AlertConfig, DigestTimes
from crawler.daemon.alerting import alerting_of_once
from crawler.errors import ConfigError
from crawler.publish.alerts.sender import AlertSender, check_alerts
from db.store import Store


def test_a_new_article_is_told_once_with_all_that_is_known(sender_of, put, receiver, now):
    sender = sender_of(secret="${TOKEN}", review_url="https://desk.example")

    put("otter", site_name="The Gazette")
    told = [sender.send_due(), sender.send_due()]

    assert [each.sent for each in told] == [1, 0]
    (item,) = receiver.items
    assert item == {
        "id": receiver.keys[0], "kind": "new", "alert": "desk", "beat": "space-films", "title": "Headline otter", "site": "The Gazette",
        "url": "https://news.example/otter", "source": "wire", "language": "en", "published_at": "2026-11-23T12:00:00Z",
        "found_at": "2026-11-23T12:00:00Z", "score": 4.5, "terms": [], "changes": None, "review_url": "https://desk.example/-/article/1",
    }  # fmt: skip
    signature = hmac.new(b"s3cret", receiver.bodies[0], hashlib.sha256).hexdigest()
    assert receiver.heads[0]["X-Spacereel-Signature"] == f"sha256={signature}"


def test_what_was_there_before_the_alert_is_not_told(put, sender_of, receiver):
    put("old")

    sender_of()

    assert receiver.bodies == []


def test_only_what_fits_the_query_is_told(sender_of, put, receiver):
    sender = sender_of(query="lang:ru съёмки")

    put("1", language="en", text="съемки")
    put("2", language="ru", text="Съемки идут")
    put("3", language="ru", text="Съемки идут", judgements=())
    sender.send_due()

    assert [item["title"] for item in receiver.items] == ["Headline 2"]


def test_an_edit_tells_the_words_and_a_correction_is_one(sender_of, put, receiver, store, rows):
    sender = sender_of(when=("edited", "corrected", "removed"))
    put("a", text="They land on Monday.\nAll is well.")
    second = put("a", text="They land on Sunday.\nAll is well.")
    note(store, second, "edited")
    sender.send_due()
    third = put("a", text="They land on Sunday.\nAll is well.\nCorrection: it was Sunday.")
    note(store, third, "added paragraphs", "correction note")
    note(store, third, "removed")
    sender.send_due()

    assert [(item["kind"], item["changes"]) for item in receiver.items] == [
        ("edited", "They land on [-Monday-]{+Sunday+}."),
        ("corrected", "{+Correction: it was Sunday.+}"),
        ("removed", "as it was"),
    ]


def note(store: Store, version, *kinds: str) -> None:
    store._conn.executemany(
        "INSERT INTO article_events (canonical_url, article_id, kind, reason, happened_at) VALUES (?, ?, ?, 'as it was', ?)",
        [(version.canonical_url, version.article_id, kind, "2026-11-23T12:00:00Z") for kind in kinds],
    )


def test_a_story_and_a_source_that_dies_are_told(sender_of, put, receiver, store, clock):
    sender = sender_of(when=("story", "source"))
    first = put("first")
    write = store._conn.execute
    write(
        "INSERT INTO stories (id, title, first_article_id, created_at, updated_at) VALUES (7, 's', ?, '2026', '2026')",
        (first.article_id,),
    )
    write(
        "INSERT INTO story_events (story_id, kind, article_id, happened_at) VALUES (7, 'opened', ?, '2026-11-23T12:00:00Z')",
        (first.article_id,),
    )
    write(
        """INSERT INTO sources (id, title, kind, url, beat, every_s, max_pages, added_at, state, state_since, state_reason)
        VALUES ('wire', 'The Wire', 'feed', 'https://w.example/rss', 'b', 9, 9, '2026', 'dead', ?, '404, for the eleventh time')""",
        ("2026-11-23T12:00:00Z",),
    )
    sender.send_due()
    sender.send_due()

    assert [(item["kind"], item["title"], item["changes"]) for item in receiver.items] == [
        ("story", "Headline first", None),
        ("source", "The Wire is dead", "404, for the eleventh time"),
    ]


def test_backfill_replay_and_the_first_crawl_of_a_source_are_silent_unless_asked(
    sender_of, put, receiver, store, clock
):
    quiet, loud = sender_of(), sender_of(name="all", backlog=True)
    store._conn.execute(
        """INSERT INTO sources (id, title, kind, url, beat, every_s, max_pages, added_at)
        VALUES ('wire', 'W', 'feed', 'https://w.example', 'b', 9, 9, '2026-11-20T00:00:00Z')"""
    )
    runs = {mode: store.start_run(mode, clock.now) for mode in ("backfill", "replay", "daemon")}
    put("from a file", run_id=runs["backfill"])
    put("read again", run_id=runs["replay"])
    put("older than its source", run_id=runs["daemon"], published_at=clock.now - timedelta(days=30))
    put("news", run_id=runs["daemon"])
    quiet.send_due()
    loud.send_due()

    told = Counter(item["alert"] for item in receiver.items)
    assert told == {"desk": 1, "all": 4}


@pytest.mark.parametrize(("days", "stories"), [((30, 30), 0), ((30, 0), 1), ((0, 30), 1)])
def test_a_story_is_told_when_a_report_that_opened_it_is_news(
    sender_of, put, receiver, store, clock, days, stories
):
    quiet, loud = sender_of(when=("story",)), sender_of(name="all", when=("story",), backlog=True)
    write = store._conn.execute
    write(
        """INSERT INTO sources (id, title, kind, url, beat, every_s, max_pages, added_at)
        VALUES ('wire', 'W', 'feed', 'https://w.example', 'b', 9, 9, '2026-11-20T00:00:00Z')"""
    )
    reports = [put(f"{n}", published_at=clock.now - timedelta(days=old)) for n, old in enumerate(days)]
    write(
        "INSERT INTO stories (id, title, first_article_id, created_at, updated_at) VALUES (7, 's', ?, '2026', '2026')",
        (reports[0].article_id,),
    )
    for report in reports:
        write(
            "INSERT INTO story_events (story_id, kind, article_id, happened_at) VALUES (7, 'opened', ?, '2026-11-23T12:00:00Z')",
            (report.article_id,),
        )
    quiet.send_due()
    loud.send_due()

    assert Counter(item["alert"] for item in receiver.items) == Counter({"desk": stories, "all": 1})


def test_ten_thousand_at_once_are_told_in_bundles_and_none_is_left_out(sender_of, store, receiver, clock):
    sender = sender_of()
    store._conn.executescript(
        """BEGIN; WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000)
        INSERT INTO articles (title, source, url, canonical_url, revision, fetched_at, word_count, text, content_sha256, extractor)
        SELECT 'Title ' || i, 'wire', 'https://a.example/' || i, 'https://a.example/' || i, 1, '2026-11-23T12:00:00Z', 1, 't', i, 'x' FROM n;
        UPDATE newest SET band = 'relevant'; COMMIT;"""
    )
    sender.send_due()

    assert [(item["kind"], item["count"]) for item in receiver.items] == [("bundle", 500)] * 20
    assert len({each["url"] for item in receiver.items for each in item["items"]}) == 10_000


def test_so_many_per_hour_and_the_others_together(sender_of, put, receiver, clock):
    sender = sender_of(at_most=(2, 3600))
    for name in ("1", "2", "3"):
        put(name)
        sender.send_due()
        clock.forward(minutes=1)
    put("4")
    sender.send_due()
    assert [item["title"] for item in receiver.items] == ["Headline 1", "Headline 2"]

    clock.forward(minutes=57)
    sender.send_due()

    assert receiver.items[-1]["count"] == 2


def test_nobody_is_disturbed_in_quiet_hours_and_digests_come_at_their_hour(sender_of, put, receiver, clock):
    night = sender_of(name="night", quiet=(12 * 60, 7 * 60), timezone="Europe/Berlin")
    daily = sender_of(name="daily", digest=DigestTimes(hour=7, minute=30), timezone="Europe/Berlin")
    put("1")
    put("2")
    clock.forward(hours=18)  # 06:00 UTC is 07:00 in Berlin
    night.send_due()
    daily.send_due()
    assert [item["alert"] for item in receiver.items] == ["night", "night"]

    clock.forward(minutes=31)
    daily.send_due()

    assert (receiver.items[-1]["alert"], receiver.items[-1]["count"]) == ("daily", 2)


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"query": "langg:ru"}, 'alert "desk": there is no field langg'),
        ({"to": ("https://${NOWHERE}",)}, "the environment has no NOWHERE"),
        ({"secret": "${file:/no/such/file}"}, "the file /no/such/file cannot be read"),
    ],
)
def test_an_alert_that_can_never_be_sent_is_refused(now, fields, why):
    alert = replace(AlertConfig(name="desk", to=("https://a.example",)), **fields)

    with pytest.raises(ConfigError, match=why):
        check_alerts((alert,), {}, now)


def test_each_target_and_alert_fails_for_itself(store, put, receiver, clock, rows):
    plain = AlertConfig(name="plain", to=("https://desk.example/${NOWHERE}", receiver.url()))
    alerts = (
        replace(plain, name="signed", to=(receiver.url(),), secret="${HOOK_SECRET}"),
        replace(plain, name="mistaken", query="langg:ru"),
        plain,
    )
    sender = AlertSender(store.path, alerts, {}, lambda address: None, clock)
    sender.begin()
    put("otter")
    sender.send_due()

    assert [item["alert"] for item in receiver.items] == ["plain"]
    told = rows("SELECT alert, label, state, problem FROM outbox ORDER BY id")
    assert told == [
        (
            "signed",
            "webhook http://127.0.0.1",
            "waiting",
            'alert "signed": the environment has no HOOK_SECRET',
        ),
        ("plain", "webhook https://desk.example", "waiting", 'alert "plain": the environment has no NOWHERE'),
        ("plain", "webhook http://127.0.0.1", "sent", None),
    ]
    clock.forward(minutes=1)
    alerts = (alerts[0], replace(alerts[1], query="lang:en", to=(receiver.url(),)))
    again = AlertSender(store.path, alerts, {"HOOK_SECRET": "s3cret"}, lambda address: None, clock)
    again.begin()
    again.send_due()
    assert [item["alert"] for item in receiver.items] == ["plain", "signed", "mistaken"]


def test_one_round_says_which_alert_fails_and_sends_the_others(store, put, receiver, caplog):
    configured = replace(
        Config(),
        store=replace(Config().store, path=store.path),
        fetch=replace(Config().fetch, allow_private=(ip_network("127.0.0.0/8"),)),
        alerts=(
            AlertConfig(name="signed", to=(receiver.url(),), secret="${NOT_SET_ANYWHERE}"),
            AlertConfig(name="plain", to=(receiver.url(),)),
        ),
    )
    send = alerting_of_once(configured)
    put("otter")
    send()

    assert [item["alert"] for item in receiver.items] == ["plain"]
    assert (
        'alerts.failed because="alert \\"signed\\": the environment has no NOT_SET_ANYWHERE"' in caplog.text
    )


def test_a_service_that_nobody_knows_is_named_before_anything_is_sent(store, tmp_path, monkeypatch):
    pytest.importorskip("apprise")
    settings = tmp_path / "spacereel.toml"
    monkeypatch.setenv("BARE", "s3cret")
    settings.write_text(
        f"""[store]
path = "{store.path}"
[[alert]]
name = "desk"
to = ["ntfyy://x", "ntfy://host/film", "${{BARE}}"]
""",
        encoding="utf-8",
    )

    def run(*words):
        return CliRunner().invoke(main, [*words, "--config", str(settings)])

    told = 'alert "desk": Apprise knows no service that is written ntfyy://… like this'
    bare = 'alert "desk": an address names no service, such as ntfy://'
    assert run("alert", "list").output == f"desk: new\n    to ntfy\n    !! {told}\n    !! {bare}\n"
    assert f"!!  alert         {told}; {bare}; its other targets are told" in run("doctor").output


def test_the_verbs_show_try_and_look_back(store, put, receiver, sender_of, clock, tmp_path, monkeypatch):
    monkeypatch.setenv("TOKEN", "s3cret")
    settings = tmp_path / "spacereel.toml"
    settings.write_text(
        f"""[store]
path = "{store.path}"
[fetch]
allow_private = ["127.0.0.0/8"]
[[alert]]
name = "desk"
to = ["{receiver.url("/${TOKEN}")}"]
""",
        encoding="utf-8",
    )
    clock.now = datetime.now(UTC)
    sender = sender_of()
    put("otter")
    sender.send_due()

    def run(*words):
        return CliRunner().invoke(main, [*words, "--config", str(settings)])

    assert (
        run("alert", "list").output
        == "desk: new\n    to webhook http://127.0.0.1\n    1 thing sent, webhook http://127.0.0.1\n"
    )
    assert run("alert", "test", "desk").output == "ok webhook http://127.0.0.1\n"
    assert receiver.items[-1]["kind"] == "test"
    assert run("alert", "test", "desc").output == 'Error: there is no alert "desc"; did you mean "desk"?\n'
    assert "desk -> webhook http://127.0.0.1: new: Headline otter" in run("alert", "log").output
    assert "Alerts   desk: 1 thing sent" in run("status").output
    assert (
        "new, alert desk to webhook http://127.0.0.1, sent" in run("why", "https://news.example/otter").output
    )
    assert "alert         desk tells webhook http://127.0.0.1" in run("doctor").output
    monkeypatch.delenv("TOKEN")
    assert 'alert "desk": the environment has no TOKEN; nobody is notified by it' in run("doctor").output
    monkeypatch.setenv("TOKEN", "s3cret")
    receiver.statuses = [500]
    failed = run("alert", "test", "desk")
    assert failed.exit_code == 1
    assert "!! webhook http://127.0.0.1: 127.0.0.1 answered 500 Internal Server Error" in failed.output
