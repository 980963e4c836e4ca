"""People, passwords, sessions, tokens and claims: beside the record, for its owner alone."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest

from db import claims, passwords, people, sessions
from db.errors import StoreError
from db.model import iso

SENTENCE = "correct horse battery"


@pytest.fixture
def conn(store, now, quick_passwords):
    """The people of a record, among them anna."""
    with people.people_of(store.path) as opened:
        people.add(opened, "anna", "reviewer", now)
        people.set_password(opened, "anna", SENTENCE)
        yield opened


def test_they_are_in_a_file_of_their_own_that_its_owner_alone_reads(store, now):
    with people.people_of(store.path) as conn:
        people.add(conn, "anna", "reader", now)

    file = people.people_file(store.path)
    assert file.stat().st_mode & 0o777 == 0o600
    with closing(sqlite3.connect(store.path)) as record:
        tables = {row[0] for row in record.execute("SELECT name FROM sqlite_master")}
    assert not tables & {"people", "sessions", "tokens", "claims", "secrets"}


def test_what_is_kept_of_a_password_fits_it_alone():
    stored = passwords.password_digest(SENTENCE)

    assert SENTENCE not in stored
    assert stored != passwords.password_digest(SENTENCE)
    assert passwords.fits(SENTENCE, stored)
    assert not passwords.fits(SENTENCE + " ", stored)
    assert not passwords.fits("", stored)


def test_one_letter_may_be_written_in_two_ways():
    assert passwords.fits("cafe\u0301 au lait", passwords.password_digest("caf\u00e9 au lait"))


def test_a_name_that_nobody_has_costs_what_any_other_costs():
    """Who is asked for decides nothing about the work: the decoy has the costs of a password."""
    costs = passwords.password_digest(SENTENCE).split("$")[:4]

    assert passwords.DECOY.split("$")[:4] == costs
    assert not passwords.fits("", None)
    assert not passwords.fits(SENTENCE, None)


@pytest.mark.parametrize("password", ["short", "", "x" * 1001])
def test_a_password_that_will_not_do_is_a_sentence(conn, password):
    with pytest.raises(StoreError, match="the password has"):
        people.set_password(conn, "anna", password)


@pytest.mark.parametrize("name", ["root", "Anna", "anna b", "", "a" * 41, "../x", "-x", "\u0430nna"])
def test_a_name_that_will_not_do_is_a_sentence(conn, now, name):
    with pytest.raises(StoreError, match="cannot be a name"):
        people.add(conn, name, "reader", now)


def test_a_name_is_taken_once(conn, now):
    with pytest.raises(StoreError, match="anna is there already"):
        people.add(conn, "anna", "admin", now)


def test_a_session_is_somebodys_until_it_has_been_idle_for_a_week(conn, now):
    key = sessions.begin(conn, "anna", now, "a browser")

    assert sessions.who(conn, key, now).person.name == "anna"
    assert sessions.who(conn, key, now + timedelta(days=6)).person.role == "reviewer"
    assert sessions.who(conn, key, now + timedelta(days=12)) is not None
    assert sessions.who(conn, key, now + timedelta(days=19, hours=1)) is None
    assert sessions.who(conn, "x" * 43, now) is None


def test_who_signs_in_was_seen(conn, now):
    assert people.find(conn, "anna").seen_at is None

    sessions.begin(conn, "anna", now)

    assert people.find(conn, "anna").seen_at == iso(now)


def test_a_session_ends_after_a_month_however_busy(conn, now):
    key = sessions.begin(conn, "anna", now)
    for day in range(0, 30, 5):
        assert sessions.who(conn, key, now + timedelta(days=day))

    assert sessions.who(conn, key, now + timedelta(days=30, minutes=1)) is None


def test_no_key_is_kept(conn, now, store):
    key = sessions.begin(conn, "anna", now)
    token = sessions.make_token(conn, "anna", "feeds", "phone", now)

    kept = "\n".join(conn.iterdump())
    assert key not in kept and token not in kept and SENTENCE not in kept


def test_sessions_end_with_the_password_with_being_shut_out_and_by_hand(conn, now):
    keys = [sessions.begin(conn, "anna", now) for _ in range(3)]
    sessions.end_session(conn, keys[0])
    assert [bool(sessions.who(conn, key, now)) for key in keys] == [False, True, True]
    assert sessions.end_others(conn, "anna", keys[1]) == 1
    people.set_password(conn, "anna", "another sentence")
    assert sessions.who(conn, keys[1], now) is None
    key = sessions.begin(conn, "anna", now)
    people.set_disabled(conn, "anna", True)
    assert sessions.who(conn, key, now) is None
    assert people.password_of(conn, "anna") is None


def test_a_role_holds_from_the_next_request_on(conn, now):
    key = sessions.begin(conn, "anna", now)
    people.set_role(conn, "anna", "reader")

    assert sessions.who(conn, key, now).person.role == "reader"


def test_a_token_has_a_scope_and_is_dropped_by_its_owner_alone(conn, now):
    token = sessions.make_token(conn, "anna", "read", "a script", now)
    people.add(conn, "ben", "admin", now)

    assert sessions.whose_token(conn, token, now).scope == "read"
    (row,) = sessions.tokens_of(conn, "anna")
    assert token not in map(str, tuple(row))
    assert not sessions.drop_token(conn, "ben", row["id"])
    assert sessions.drop_token(conn, "anna", row["id"])
    assert sessions.whose_token(conn, token, now) is None


@pytest.mark.parametrize(
    ("person", "scope", "label"), [("nobody", "feeds", "x"), ("anna", "all", "x"), ("anna", "feeds", " ")]
)
def test_a_token_that_cannot_be_is_a_sentence(conn, now, person, scope, label):
    with pytest.raises(StoreError):
        sessions.make_token(conn, person, scope, label, now)


def test_an_article_is_one_persons_for_a_while(conn, now):
    assert claims.claim_article(conn, "anna", "https://a.example/1", now)
    assert not claims.claim_article(conn, "ben", "https://a.example/1", now)
    assert claims.claims_in_force(conn, "ben", now) == ("https://a.example/1",)
    assert claims.claims_in_force(conn, "anna", now) == ()
    assert claims.claim_article(conn, "ben", "https://a.example/1", now + claims.CLAIM)


def test_who_reads_the_next_lets_go_of_the_last(conn, now):
    claims.claim_article(conn, "anna", "https://a.example/1", now)
    claims.claim_article(conn, "anna", "https://a.example/2", now)

    assert claims.claims_in_force(conn, "ben", now) == ("https://a.example/2",)


def test_what_was_passed_over_comes_back_by_itself_and_when_asked(conn, now):
    claims.skip(conn, "anna", "https://a.example/1", now)

    assert claims.claims_in_force(conn, "anna", now) == ("https://a.example/1",)
    assert claims.claims_in_force(conn, "ben", now) == ()
    assert claims.claims_in_force(conn, "anna", now + claims.SKIP) == ()
    claims.come_back(conn, "anna")
    assert claims.skipped(conn, "anna", now) == 0
