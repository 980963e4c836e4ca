"""Signing in: forms, sessions, tokens, and what each role reaches."""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime

import pytest

from crawler.review.access import access_of
from crawler.review.throttle import FREE
from db import people, sessions

SENTENCE = "correct horse battery"


@pytest.fixture
def priced_desk(own_room):
    """A review with anna, who has a password that costs what passwords cost."""
    with people.people_of(own_room.path) as conn:
        people.add(conn, "anna", "reviewer", datetime.now(UTC))
        people.set_password(conn, "anna", SENTENCE)
    return own_room


@pytest.fixture
def desk(quick_passwords, priced_desk):
    """The same, with one that costs nothing."""
    return priced_desk


@pytest.fixture
def closed(desk):
    """The same, reached from other machines."""
    desk.review.spacereel_access = access_of("127.0.0.1", base_url="http://localhost/")
    return desk


def sign_in(room, name="anna", password=SENTENCE, next="/", **cookies):
    page = room.get("/-/login", headers={"accept": "text/html"}).text
    token = re.search(r'name="csrftoken" value="([^"]+)"', page)[1]
    room.cookies.update(cookies)
    form = {"csrftoken": token, "name": name, "password": password, "next": next}
    return room.post("/-/login", form, signed_in=False)


def key_in(answer):
    return re.search(r"spacereel=([^;]+)", answer.headers["set-cookie"])[1]


def test_a_name_and_a_password_sign_in_and_lead_on(desk):
    answer = sign_in(desk, next="/-/queue?order=score")

    assert (answer.status_code, answer.headers["location"]) == (303, "/-/queue?order=score")
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie and "samesite=lax" in cookie.lower() and "Path=/" in cookie
    desk.keys["anna"] = key_in(answer)
    assert '<span class="soft">anna</span>' in desk.get("/", as_="anna").text


@pytest.mark.parametrize(
    ("name", "password"),
    [
        ("anna", SENTENCE),
        ("anna", "wrong password"),
        ("anna", ""),
        ("nobody", SENTENCE),
        ("nobody", ""),
        ("bert", SENTENCE),
        ("carl", SENTENCE),
        ("root", SENTENCE),
        ("", ""),
    ],
)
def test_every_login_costs_one_hash_of_the_same_price(priced_desk, monkeypatch, name, password):
    """Whoever exists, is disabled, has no password: how long an answer takes tells nothing of it."""
    prices, scrypt = [], hashlib.scrypt
    with people.people_of(priced_desk.path) as conn:
        people.add(conn, "bert", "reader", datetime.now(UTC))
        people.set_password(conn, "bert", SENTENCE)
        people.set_disabled(conn, "bert", True)
        people.add(conn, "carl", "reader", datetime.now(UTC))

    def counted(text, **how):
        prices.append({**how, "salt": len(how["salt"])})
        return scrypt(text, **how)

    monkeypatch.setattr(hashlib, "scrypt", counted)
    sign_in(priced_desk, name, password)

    assert prices == [{"salt": 16, "n": 2**15, "r": 8, "p": 3, "maxmem": 2**26, "dklen": 32}]


@pytest.mark.parametrize(
    ("name", "password"), [("anna", "wrong password"), ("nobody", SENTENCE), ("root", SENTENCE), ("", "")]
)
def test_what_is_wrong_is_not_told(desk, name, password):
    answer = sign_in(desk, name, password)

    assert answer.status_code == 403
    assert "Name or password is wrong." in answer.text
    assert "set-cookie" not in answer.headers or "spacereel=" not in answer.headers["set-cookie"]


def test_wrong_passwords_are_slowed_down_and_the_right_one_waits_too(desk):
    assert sign_in(desk, password="wrong password").status_code == 403
    for _ in range(FREE["account"] + 8):
        desk.review.spacereel_throttle.wrong("anna", "127.0.0.1", datetime.now(UTC))

    answer = sign_in(desk)

    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) >= 1


def test_a_session_that_was_put_into_a_browser_beforehand_is_nobodys(desk):
    """Session fixation: the key is a new one whatever the browser brought, and the old one is worth nothing."""
    answer = sign_in(desk, spacereel="chosen-by-somebody-else")

    assert key_in(answer) != "chosen-by-somebody-else"
    desk.cookies.pop("spacereel")
    desk.keys["thief"] = "chosen-by-somebody-else"
    assert '<span class="soft">anna</span>' not in desk.get("/", as_="thief").text


def test_signing_out_ends_the_session_and_what_a_phone_kept(desk):
    desk.keys["anna"] = key_in(sign_in(desk))

    answer = desk.send("/-/logout", {}, "/-/me", as_="anna")

    assert answer.status_code == 303
    assert answer.headers["clear-site-data"] == '"cache", "storage"'
    assert '<span class="soft">anna</span>' not in desk.get("/", as_="anna").text


def test_a_form_of_another_site_signs_nobody_in(desk):
    """Login CSRF: somebody would work under another one's name without knowing."""
    import asyncio

    form = {"name": "anna", "password": SENTENCE}
    answer = asyncio.run(
        desk.review.client.post("/-/login", data=form, headers={"origin": "https://evil.example"})
    )

    assert answer.status_code == 403


@pytest.mark.parametrize(
    "path",
    ["/", "/-/queue", "/-/article/1", "/articles/articles.json", "/-/feed.atom", "/-/metadata", "/-/me"],
)
def test_nothing_of_a_closed_review_is_answered_before_signing_in(closed, path):
    answer = closed.get(path, headers={"accept": "text/html"})

    assert answer.status_code in (303, 401)
    assert "cosmonaut" not in answer.text
    assert closed.get("/-/login").status_code == 200
    assert closed.get(path, as_="root").status_code == 200


def test_a_session_signs_in_to_a_closed_review(closed):
    closed.keys["anna"] = key_in(sign_in(closed))

    assert closed.get("/-/queue", as_="anna").status_code == 200


def test_sql_is_for_admins(desk):
    desk.enter("adam", "admin")
    desk.enter("rita", "reader")

    assert desk.get("/articles.json?sql=select+1", as_="adam").status_code == 200
    for name in ("rita", None):
        assert desk.get("/articles.json?sql=select+1", as_=name).status_code == 403
        assert "SQL is for admins; sign in as one." in desk.get("/articles?sql=select+1", as_=name).text
    desk.keys["anna"] = key_in(sign_in(desk))
    assert desk.get("/articles.json?sql=select+1", as_="anna").status_code == 403
    assert desk.get("/articles/articles.json?_where=1=1", as_="anna").status_code in (400, 403)


def test_a_token_is_shown_once_and_reads_feeds_alone(closed):
    closed.keys["anna"] = key_in(sign_in(closed))
    page = closed.send(
        "/-/me", {"do": "token", "label": "my phone", "scope": "feeds"}, "/-/me", as_="anna"
    ).text
    token = re.search(r"spacereel_[\w-]{43}", page)[0]

    assert token not in closed.get("/-/me", as_="anna").text
    feed = closed.get(f"/-/feed.atom?token={token}&q=station")
    assert feed.status_code == 200
    assert token not in feed.text and token not in str(feed.headers)
    assert (
        closed.get("/articles/articles.json", headers={"authorization": f"Bearer {token}"}).status_code == 403
    )
    assert closed.get("/-/queue", headers={"authorization": f"Bearer {token}"}).status_code == 403


def test_nobody_sees_the_token_or_session_of_another(closed):
    closed.enter("adam", "admin")
    with people.people_of(closed.path) as conn:
        sessions.make_token(conn, "anna", "read", "label of anna", datetime.now(UTC))

    for path in (
        "/-/me",
        "/articles",
        "/articles.json",
        "/-/databases.json",
        "/-/metadata.json",
        "/articles.json?sql=select+*+from+sqlite_master",
    ):
        text = closed.get(path, as_="adam").text
        assert "label of anna" not in text and "key_sha256" not in text


def test_a_person_changes_their_password_and_stays_signed_in(desk):
    desk.keys["anna"] = key_in(sign_in(desk))
    desk.keys["phone"] = key_in(sign_in(desk))
    form = {"do": "password", "old": SENTENCE, "new": "another sentence"}

    wrong = desk.send("/-/me", {**form, "old": "no"}, "/-/me", as_="anna").text
    done = desk.send("/-/me", form, "/-/me", as_="anna").text

    assert "the present password is another one" in wrong
    assert "The password is changed" in done
    assert desk.get("/-/me", as_="anna").status_code == 200
    assert desk.get("/-/me", as_="phone").status_code == 403
    assert sign_in(desk, password="another sentence").status_code == 303


def test_signing_in_leads_to_no_other_place(desk):
    assert sign_in(desk, next="//evil.example/").headers["location"] == "/"


def test_a_public_review_has_no_way_in(desk):
    desk.review.spacereel_access = access_of("127.0.0.1", is_public=True)

    assert desk.get("/-/login").status_code == 404
    page = desk.get("/-/queue", as_="root").text
    assert "Sign in" not in page and "/-/mark" not in page and "cosmonaut" in page


MACHINE = ("databases.json", "plugins", "versions.json", "threads", "settings.json", "metadata", "messages", "allow-debug", "patterns")  # fmt: skip


@pytest.mark.parametrize("page", MACHINE)
def test_a_public_review_does_not_tell_what_serves_it(desk, page):
    """Everybody read the path of the record and the versions of all that serves it."""
    assert desk.get(f"/-/{page}").status_code == 200
    desk.review.spacereel_access = access_of("127.0.0.1", is_public=True)

    assert desk.get(f"/-/{page}").status_code == 403


def test_what_serves_a_closed_review_is_told_to_admins(closed):
    closed.enter("adam", "admin")
    closed.enter("rita", "reviewer")

    assert closed.get("/-/databases.json").status_code == 401
    assert closed.get("/-/databases.json", as_="rita").status_code == 403
    assert closed.get("/-/databases.json", as_="adam").status_code == 200


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/-/stories?q=station", "q"),
        ("/-/articles?since=2026", "since"),
        ("/-/queue?beats=x", "beats"),
        ("/?x=1", "x"),
    ],
)
def test_what_an_address_asks_in_vain_is_told(desk, path, name):
    page = desk.get(path).text
    assert (
        "The address asks for something that says nothing on this page" in page
        and f"<code>{name}</code>" in page
    )
    assert "says nothing on this page" not in desk.get("/-/queue?order=score&days=7").text


@pytest.mark.parametrize("asked", ["queue?score=abc", "queue?days=abc", "queue/next?order=best"])
def test_a_queue_that_cannot_be_asked_for_is_a_sentence(desk, asked):
    answer = desk.get(f"/-/{asked}")

    assert answer.status_code == 400
    assert f"The address says {asked.partition('?')[2]}, which cannot be read." in answer.text
