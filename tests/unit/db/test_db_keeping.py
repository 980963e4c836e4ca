"""What was kept long enough goes, in steps; what the record promised stays; the file gives its room back."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest

from db.connection import connect, transaction
from db.keeping import LASTING, forget_lines, forget_messages, forget_visits, let_go_before, shrink
from db.memory import KEEP_DAYS, learn
from db.model import FetchRecord, Outcome, iso

DAY_S = 86400.0
PURPOSES = ("source", "robots", "new", "recheck", "replay", "backfill")


@pytest.fixture
def conn(store):
    """A second connection that writes, as `Store` does."""
    with closing(connect(store.path)) as opened:
        yield opened


@pytest.fixture
def visited(store, now):
    """`visited(days_ago, purpose, outcome)`: one more row of the ledger; returns its address."""
    count = 0

    def visit(days_ago: float, purpose: str = "new", outcome: Outcome = Outcome.OFF_TOPIC) -> str:
        nonlocal count
        count += 1
        url = f"https://news.example/{count}"
        started = now - timedelta(days=days_ago)
        store.append_visit(
            FetchRecord(url=url, source="wire", purpose=purpose, started_at=started, outcome=outcome, reason="r"), None
        )  # fmt: skip
        return url

    return visit


@pytest.fixture
def forget(conn, store, now):
    """`forget(polls=…, visits=…)`: everything older than so many days, in steps; returns how many steps it took."""

    def run(polls: float | None = None, visits: float | None = None, most: int = 7) -> int:
        keep_s = {"polls": polls and polls * DAY_S, "visits": visits and visits * DAY_S}
        steps = 0
        while True:
            with transaction(conn, store.path):
                if not forget_visits(conn, now, keep_s, most):
                    return steps
            steps += 1
            assert steps < 1000, "it never ends"

    return run


def rows(conn) -> list[tuple[str, str]]:
    return [tuple(row) for row in conn.execute("SELECT purpose, verdict FROM visits ORDER BY id")]


def test_polls_and_visits_go_by_limits_of_their_own(conn, visited, forget):
    for purpose in PURPOSES:
        visited(100, purpose)
        visited(10, purpose)

    forget(polls=90)
    assert [purpose for purpose, _ in rows(conn)].count("source") == 1
    assert [purpose for purpose, _ in rows(conn)].count("new") == 2

    forget(polls=90, visits=90)
    left = [purpose for purpose, _ in rows(conn)]
    assert {name: left.count(name) for name in PURPOSES} == {
        "source": 1, "robots": 1, "new": 1, "recheck": 1, "replay": 2, "backfill": 2,
    }  # fmt: skip


def test_what_brought_or_took_an_article_stays_for_ever(conn, visited, forget):
    for outcome in Outcome:
        visited(1000, "new", outcome)

    forget(polls=31, visits=31)

    assert sorted(verdict for _, verdict in rows(conn)) == sorted(LASTING)


def test_without_limits_nothing_goes(conn, visited, forget):
    visited(5000, "source")

    assert forget() == 0
    assert len(rows(conn)) == 1


@pytest.mark.parametrize("same", [True, False], ids=["all in one second", "seconds apart"])
def test_many_rows_go_in_steps(conn, visited, forget, same):
    for number in range(40):
        visited(100 + (0 if same else number / DAY_S), "source", Outcome.UNCHANGED)
        visited(100 + (0 if same else number / DAY_S), "new", Outcome.NEW)

    steps = forget(polls=90, most=50)

    assert rows(conn) == [("new", "new")] * 40
    assert 1 < steps < 10
    assert conn.execute("SELECT what, visits FROM forgotten").fetchall()[0][1] == 40
    assert forget(polls=90) <= 1


def test_a_year_of_nights_looks_at_each_row_once(conn, store, visited, now):
    """The second night begins where the first one ended, past the rows that stay."""
    for day in range(200):
        visited(200 - day, "new", Outcome.NEW)
    seen = 0
    for night in range(100):
        with transaction(conn, store.path):
            at = now - timedelta(days=100 - night)
            while step := forget_visits(conn, at, {"polls": 31 * DAY_S}, 1000):
                seen += step

    assert seen <= 200


def test_nobody_else_may_delete_a_row(conn, visited, forget):
    visited(100, "source")
    visited(100, "new", Outcome.NEW)
    visited(1, "source")
    forget(visits=90)

    with pytest.raises(sqlite3.IntegrityError, match="rows are never deleted"):
        conn.execute("DELETE FROM visits")
    assert len(rows(conn)) == 3


def test_an_address_whose_rows_went_is_still_known(conn, store, visited, forget, make_candidate, now):
    gone, there = visited(100), visited(1)

    forget(visits=90)

    assert let_go_before(conn, gone) == iso(now - timedelta(days=90))
    assert let_go_before(conn, there) is None
    assert let_go_before(conn, "https://news.example/never") is None
    assert store.unseen([make_candidate(gone)]) == ()


def test_lines_that_no_reading_uses_go_site_by_site(conn, store, now):
    with transaction(conn, store.path):
        for site in ("a.example", "b.example"):
            learn(conn, site, [1, 2, 3], now - timedelta(days=KEEP_DAYS + 1))
            learn(conn, site, [3, 4], now)

    sites, site = [], ""
    while site is not None:
        with transaction(conn, store.path):
            site = forget_lines(conn, site, KEEP_DAYS)
        sites.append(site)

    assert sites == ["a.example", "b.example", None]
    assert conn.execute("SELECT site, line_hash FROM site_lines WHERE line_hash < 3").fetchall() == []
    assert [row["lines"] for row in conn.execute("SELECT lines FROM sites")] == [2, 2]


def test_room_is_given_back_while_somebody_reads(conn, store, visited, forget):
    for _ in range(400):
        visited(100, "source", Outcome.UNCHANGED)
    forget(polls=90, most=2000)
    conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    before = store.path.stat().st_size

    with closing(sqlite3.connect(store.path)) as reader:
        assert reader.execute("SELECT count(*) FROM visits").fetchone()[0] == 0
        steps = 0
        while shrink(conn, 5):
            steps += 1
    conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    assert steps > 3
    assert store.path.stat().st_size < before
    assert conn.execute("PRAGMA integrity_check").fetchone()[0] == "ok"


def test_a_record_that_cannot_shrink_is_left_alone(tmp_path):
    with closing(sqlite3.connect(tmp_path / "old.db")) as conn:
        conn.execute("CREATE TABLE t (x)")
        conn.executemany("INSERT INTO t VALUES (?)", [("x" * 1000,)] * 1000)
        conn.execute("DELETE FROM t")
        conn.commit()

        assert shrink(conn, 5) == 0


def outbox_row(conn, number, state, due_at, *, article=1, source=None):
    conn.execute(
        """INSERT INTO outbox (key, alert, target, label, kind, article_id, source, caused_at, due_at, state)
        VALUES (?, 'desk', 't', 'a mail', 'new', ?, ?, ?, ?, ?)""",
        (f"k{number}", article, source, due_at, due_at, state),
    )


def test_messages_that_were_sent_long_ago_go_and_no_others(conn, now):
    old, fresh = iso(now - timedelta(days=40)), iso(now - timedelta(days=2))
    conn.execute("PRAGMA foreign_keys = OFF")  # the articles do not matter here
    for number, state in enumerate(("sent", "failed", "dropped", "waiting", "sending")):
        outbox_row(conn, number, state, old)
    outbox_row(conn, 5, "sent", fresh)
    outbox_row(conn, 6, "sent", old, article=None, source="feed")
    conn.commit()

    assert forget_messages(conn, now, None) == 0
    assert forget_messages(conn, now, 31 * DAY_S, 2) == 2
    assert forget_messages(conn, now, 31 * DAY_S) == 1
    assert forget_messages(conn, now, 31 * DAY_S) == 0
    left = conn.execute("SELECT key FROM outbox ORDER BY key").fetchall()
    assert [row[0] for row in left] == ["k3", "k4", "k5", "k6"]
