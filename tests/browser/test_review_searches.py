"""Saved searches: one's own and those for all, what is unread in them, their feeds and their bells."""

from __future__ import annotations

import re
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime

import feedparser
import pytest
from click.testing import CliRunner
from receivers import receiving

from crawler.cli import main
from crawler.config import Config
from crawler.config.alerts import AlertConfig
from crawler.publish.alerts.sender import AlertSender
from crawler.publish.feeds import tag_uri
from crawler.review.access import access_of
from crawler.review.searches import MOST_COUNTED, UnreadCounts
from crawler.review.serve import review_of
from db import people, searches, sessions
from db.connection import open_read_only, to_write
from db.errors import StoreError
from db.model import Judgement

RELEVANT = (Judgement(topic_id="space-films", score=4.5, threshold=3.0, band="relevant"),)


@pytest.fixture
def put(append, make_article, now):
    """A relevant article, a minute after the one before."""
    minutes = iter(range(60))

    def one(name, **fields):
        article = make_article(f"https://news.example/{name}", **{"title": f"Headline {name}", **fields})
        return append(article, judgements=RELEVANT, at=now.replace(minute=next(minutes)))

    return one


@pytest.fixture
def desk(store, put, room_on):
    """A review of a record with one article, that anna and ben review and rita reads."""
    put("otter", text="An otter in orbit.")
    desk = room_on(store.path)
    for name, role in (("anna", "reviewer"), ("ben", "reviewer"), ("rita", "reader")):
        desk.enter(name, role)
    return desk


def keep(desk, query, name="", *, by="anna", whose="me"):
    """Save a search; its address."""
    answer = desk.send(
        "/-/searches", {"q": query, "name": name, "for": whose}, f"/-/searches?q={query}", as_=by
    )
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def unread(desk, path="/", *, as_="anna"):
    """Name -> the number beside it in the navigation."""
    page = desk.get(path, as_=as_).text
    row = re.search(r'<ul class="saved".*?</ul>', page, re.DOTALL)
    found = re.findall(r"<bdi>(.*?)</bdi>(?: <span class=\"count\">([^<]+))?", row[0] if row else "")
    return dict(found)


def test_what_comes_after_a_search_was_saved_is_unread_until_it_is_read(desk, put):
    place = keep(desk, "otter", "Otters")
    assert unread(desk) == {"Otters": ""}

    put("second", text="Another otter.")
    put("heron", text="A heron.")
    assert unread(desk) == {"Otters": "1"}
    page = desk.get(place, as_="anna").text
    assert page.count('<bdi class="chip good">new</bdi>') == 1
    assert page.index("Headline second") < page.index("Headline otter")
    up_to = re.search(r'name="up_to" value="(\d+)"', page)[1]
    put("third", text="A third otter, while the page was read.")
    desk.send(place, {"do": "seen", "up_to": up_to}, place, as_="anna")

    assert unread(desk) == {"Otters": "1"}
    assert unread(desk, "/articles/articles") == {"Otters": "1"}


def test_an_edit_is_unread_again_and_what_was_turned_down_is_not(desk, put):
    keep(desk, "otter", "Otters")
    second = put("second", text="Another otter.")
    put("third", text="A third otter.")
    assert unread(desk) == {"Otters": "2"}

    put("otter", text="An otter in orbit, and back.")
    desk.mark(second.article_id, "irrelevant", as_="ben")

    assert unread(desk) == {"Otters": "2"}


def test_more_than_are_counted_are_told_so(desk, append, make_article, now):
    keep(desk, "otter", "Otters")
    for number in range(MOST_COUNTED + 5):
        append(
            make_article(f"https://news.example/n{number}", text=f"Otter number {number}"),
            judgements=RELEVANT,
            at=now,
        )

    assert unread(desk) == {"Otters": f"{MOST_COUNTED - 1}+"}


def test_a_search_of_ones_own_is_seen_by_nobody_else(desk):
    place = keep(desk, "otter", "Anna's own")

    assert unread(desk, as_="ben") == {}
    for person in ("ben", "rita", "root"):
        assert desk.get(place, as_=person).status_code == 404
    assert desk.get(place).status_code == 404
    assert desk.get("/-/feed.atom?search=1").status_code == 404
    assert desk.get("/articles/searches.json", as_="ben").status_code == 403


def test_a_search_for_all_is_everybodys_and_each_has_read_their_own_part(desk, put):
    place = keep(desk, "otter", "Otters", whose="all")
    put("second", text="Another otter.")
    page = desk.get(place, as_="ben").text
    desk.send(
        place,
        {"do": "seen", "up_to": re.search(r'name="up_to" value="(\d+)"', page)[1]},
        place,
        as_="ben",
    )

    assert unread(desk, as_="ben") == {"Otters": ""}
    assert unread(desk, as_="rita") == {"Otters": "1"}
    assert '<ul class="saved"' in desk.get("/").text
    assert "Otters" in desk.get("/-/searches").text


def test_a_reader_keeps_searches_for_themselves_and_changes_none_for_all(desk):
    shared = keep(desk, "otter", "Otters", whose="all")
    own = keep(desk, "heron", "Herons", by="rita")
    form = {"q": "heron", "name": "x", "for": "all"}

    assert desk.send("/-/searches", form, "/-/searches", as_="rita").status_code == 403
    for do in ("change", "drop", "bell"):
        answer = desk.send(shared, {"do": do, "name": "x", "q": "y"}, "/-/searches", as_="rita")
        assert answer.status_code == 403
    assert desk.send(own, {"do": "bell", "bell": "desk"}, own, as_="rita").status_code == 403
    assert desk.send(own, {"do": "drop"}, own, as_="rita").status_code == 303


@pytest.mark.parametrize(
    ("form", "why"),
    [
        ({"q": "langg:ru", "name": "x"}, "there is no field langg"),
        ({"q": "otter", "name": "x" * 61}, "a saved search has a name of 1 to 60 characters"),
        ({"q": "", "name": ""}, "a saved search has a name of 1 to 60 characters"),
    ],
)
def test_what_cannot_be_saved_is_told_in_a_sentence(desk, form, why):
    answer = desk.send("/-/searches", form, "/-/searches", as_="anna")

    assert answer.status_code == 200
    assert why in answer.text
    assert unread(desk) == {}


def test_nobody_keeps_searches_without_end(store):
    with to_write(store.path) as conn:
        for number in range(searches.MOST_KEPT):
            searches.save_search(conn, f"n{number}", "otter", "anna", "anna", datetime.now(UTC))
        with pytest.raises(StoreError, match="50 is the most"):
            searches.save_search(conn, "one more", "otter", "anna", "anna", datetime.now(UTC))
        assert searches.save_search(conn, "for all", "otter", None, "anna", datetime.now(UTC))


def test_a_search_is_renamed_and_asks_something_else_and_its_feed_stays_the_same_one(desk, put):
    place = keep(desk, "otter", "Otters", whose="all")
    put("heron", text="A heron.")
    before = feedparser.parse(desk.get("/-/feed.atom?search=1").content)

    desk.send(place, {"do": "change", "name": "Birds & <b>", "q": "heron"}, place, as_="ben")
    after = feedparser.parse(desk.get("/-/feed.atom?search=1").content)

    assert not after.bozo
    assert before.feed.id == after.feed.id != tag_uri("feed", "otter")
    assert (before.feed.title, after.feed.title) == ("Spacereel: Otters", "Spacereel: Birds & <b>")
    assert [entry.title for entry in before.entries] == ["Headline otter"]
    assert [entry.title for entry in after.entries] == ["Headline heron"]
    assert desk.get("/-/feed.json?search=1").json()["title"] == "Spacereel: Birds & <b>"
    page = desk.get(place, as_="anna").text
    assert 'type="application/atom+xml" title="Spacereel" href="/-/feed.atom?search=1"' in page


def test_a_number_that_was_dropped_is_given_to_no_other_search(desk):
    place = keep(desk, "otter", whose="all")
    desk.send(place, {"do": "drop"}, place, as_="anna")

    assert keep(desk, "heron", whose="all") != place
    assert desk.get("/-/feed.atom?search=1").status_code == 404


def test_the_feed_of_ones_own_search_takes_the_token_of_its_person(desk):
    keep(desk, "otter", "Otters")
    with people.people_of(desk.path) as conn:
        tokens = {
            name: sessions.make_token(conn, name, "feeds", "phone", datetime.now(UTC))
            for name in ("anna", "ben")
        }
    desk.review.spacereel_access = access_of("127.0.0.1", base_url="http://localhost/")

    feed = desk.get(f"/-/feed.atom?search=1&token={tokens['anna']}")
    assert feed.status_code == 200
    assert tokens["anna"] not in feed.text
    assert desk.get(f"/-/feed.atom?search=1&token={tokens['ben']}").status_code == 404
    assert desk.get("/-/feed.atom?search=1").status_code == 401
    assert "Otters" not in desk.get("/-/login").text


@pytest.mark.parametrize("number", ["0", "9" * 30, "x", "", "-1", "1;drop table searches"])
def test_a_feed_of_no_search_is_none(desk, number):
    assert desk.get("/-/feed.atom", params={"search": number}).status_code == 404


def alarmed(desk, receiver, **fields):
    """The review with an alert in its configuration, and what sends it as the daemon does."""
    alert = AlertConfig(name="desk", to=(receiver.url(),), **{"when": (), **fields})
    desk.review.spacereel_config = replace(Config().with_record(desk.path), alerts=(alert,))
    sender = AlertSender(desk.path, (alert,), {}, lambda address: None, lambda: datetime.now(UTC))
    sender.begin()
    sender.send_due()
    return sender


def test_a_bell_tells_what_the_search_finds_from_then_on(desk, put):
    with receiving() as receiver:
        sender = alarmed(desk, receiver)
        place = keep(desk, "otter", "Otters")
        put("before", text="An otter before the bell.")
        desk.send(place, {"do": "bell", "bell": "desk"}, place, as_="anna")
        put("second", text="Another otter.")
        put("heron", text="A heron.")
        sender.send_due()
        desk.send(place, {"do": "bell", "bell": ""}, place, as_="anna")
        put("third", text="A third otter.")
        sender.send_due()
        desk.send(place, {"do": "bell", "bell": "desk"}, place, as_="anna")
        put("fourth", text="A fourth otter.")
        sender.send_due()

    told = [(item["alert"], item["kind"], item["title"]) for item in receiver.items]
    assert told == [("Otters", "new", "Headline second"), ("Otters", "new", "Headline fourth")]
    assert "told like <bdi>desk</bdi>" in desk.get("/-/searches", as_="anna").text


def test_the_command_names_the_bells_beside_the_alerts(desk, tmp_path):
    with to_write(desk.path) as conn:
        number = searches.save_search(conn, "Otters", "otter", None, "anna", datetime.now(UTC))
        searches.set_bell(conn, searches.search_for(conn, number, None), "phones", datetime.now(UTC))
    (tmp_path / "spacereel.toml").write_text(
        f'[store]\npath = "{desk.path}"\n[[alert]]\nname = "phones"\nwhen = []\nto = ["https://a.example/hook"]\n'
    )

    done = CliRunner().invoke(main, ["alert", "list", "--config", str(tmp_path / "spacereel.toml")])

    assert "phones: nothing of itself, for bells of saved searches" in done.output
    assert f"search {number} (Otters): new, when otter" in done.output


def test_a_bell_goes_when_and_how_the_alert_goes_that_it_names(desk, put):
    with receiving() as receiver:
        sender = alarmed(desk, receiver, when=("edited", "source"), query="nothing")
        place = keep(desk, "otter", "Otters", whose="all")
        desk.send(place, {"do": "bell", "bell": "desk"}, place, as_="anna")
        put("second", text="Another otter.")
        edited = put("otter", text="An otter in orbit, and back.")
        with to_write(desk.path) as conn:
            conn.execute(
                "INSERT INTO article_events (canonical_url, article_id, kind, happened_at) VALUES (?, ?, 'edited', '2026')",
                (edited.canonical_url, edited.article_id),
            )
        sender.send_due()

    assert [(item["kind"], item["title"]) for item in receiver.items] == [("edited", "Headline otter")]


def test_a_bell_whose_alert_is_gone_is_silent_and_says_so(desk, put):
    with receiving() as receiver:
        alarmed(desk, receiver)
        place = keep(desk, "otter", "Otters")
        desk.send(place, {"do": "bell", "bell": "desk"}, place, as_="anna")
        put("second", text="Another otter.")
        AlertSender(desk.path, (), {}, lambda address: None, lambda: datetime.now(UTC)).begin()
    desk.review.spacereel_config = Config().with_record(desk.path)

    page = desk.get(place, as_="anna").text
    assert "The configuration has no alert <bdi>desk</bdi> any more: the bell is silent." in page
    assert receiver.items == []
    assert desk.send(place, {"do": "bell", "bell": "no such"}, place, as_="anna").status_code == 400


def test_the_review_starts_with_the_alerts_of_its_configuration(desk):
    alert = AlertConfig(name="desk", to=("https://desk.example/hook",))
    config = replace(Config().with_record(desk.path), alerts=(alert,))
    place = keep(desk, "otter", "Otters")

    desk.review.spacereel_config = review_of(desk.path, config=config).spacereel_config

    page = desk.get(place, as_="anna").text
    assert "told like the alert desk" in page
    assert "desk.example" not in page


def test_the_counts_of_a_page_walk_no_table_and_ask_again_only_when_something_was_recorded(desk, put):
    counts, now = UnreadCounts(), datetime.now(UTC).replace(second=0)
    keep(desk, "otter", "Otters")
    keep(desk, "lang:en", "English")
    put("second", text="Another otter.")
    with closing(open_read_only(desk.path)) as conn:
        kept = searches.searches_for(conn, "anna")
        statements = []
        conn.set_trace_callback(statements.append)
        found = counts.of(conn, kept, {}, now)
        first = [sql for sql in statements if not sql.startswith("--")]
        statements.clear()
        again = counts.of(conn, kept, {}, now)
        conn.set_trace_callback(None)
        plans = [row["detail"] for sql in first for row in conn.execute(f"EXPLAIN QUERY PLAN {sql}")]

    assert list(found.values()) == list(again.values()) == [1, 1]
    assert [step for step in plans if "article_id>" in step], plans
    assert not [step for step in plans if re.match(r"SCAN (n|newest|articles)\b", step)], plans
    assert not [sql for sql in statements if "newest" in sql]


def test_a_page_that_has_spent_its_share_leaves_the_other_counts_to_the_next(desk, monkeypatch):
    monkeypatch.setattr("crawler.review.searches._SHARE_S", 0.0)
    for number in range(3):
        keep(desk, f"otter{number}", f"n{number}")
    counts, now = UnreadCounts(), datetime.now(UTC).replace(second=0)
    with closing(open_read_only(desk.path)) as conn:
        kept = searches.searches_for(conn, "anna")
        known = [sum(each is not None for each in counts.of(conn, kept, {}, now).values()) for _ in range(4)]

    assert known == [1, 2, 3, 3]
