"""What every answer of the review carries, and what no request gets past."""

from __future__ import annotations

import asyncio
import csv
import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.review.access import Access
from crawler.review.forms import MOST_FORM_BYTES
from crawler.review.guard import defused_rows, guarded, policy
from db.people import Person
from db.sessions import Asking

ANNA = Person(name="anna", role="reviewer")


async def who(key, token):
    """Whose the keys of these tests are."""
    if key == "of-anna":
        return Asking(person=ANNA)
    return (
        Asking(person=ANNA, scope=token.removeprefix("for-")) if token in ("for-feeds", "for-read") else None
    )


def ask(path="/", method="GET", body=b"hello", headers=(), answer_headers=(), query=b"", **access):
    """The status, headers and body that come out of a guarded application, and whether it was asked at all."""
    sent, asked = [], []

    async def app(scope, receive, send):
        asked.append(scope)
        await send({"type": "http.response.start", "status": 200, "headers": list(answer_headers)})
        await send({"type": "http.response.body", "body": body})

    async def send(message):
        sent.append(message)

    async def receive():
        return {"type": "http.request", "body": b""}

    scope = {"type": "http", "path": path, "method": method, "headers": list(headers), "query_string": query}
    asyncio.run(guarded(app, Access(**access), who)(scope, receive, send))
    ask.scope = asked[0] if asked else None
    return sent[0]["status"], dict(sent[0]["headers"]), sent[1]["body"], bool(asked)


def test_every_answer_forbids_everything_from_elsewhere_and_everything_inline():
    _, headers, _, _ = ask()

    rules = dict(rule.split(" ", 1) for rule in headers[b"content-security-policy"].decode().split("; "))
    assert rules["default-src"] == rules["base-uri"] == rules["frame-ancestors"] == "'none'"
    assert rules["script-src"] == rules["style-src"] == rules["form-action"] == "'self'"
    assert "unsafe" not in policy()
    assert headers[b"x-content-type-options"] == b"nosniff"
    assert headers[b"referrer-policy"] == b"same-origin"


def test_a_page_may_ask_for_one_picture():
    _, headers, _, _ = ask(
        answer_headers=[(b"content-security-policy", policy("https://img.example").encode())]
    )

    assert b"img-src 'self' data: https://img.example;" in headers[b"content-security-policy"]


@pytest.mark.parametrize(
    "host", [b"localhost", b"LOCALHOST:8001", b"127.0.0.1:8001", b"[::1]:8001", b"[::1]"]
)
def test_the_loopback_answers_to_its_own_names(host):
    status, _, _, _ = ask(hosts=("localhost", "127.0.0.1", "[::1]"), headers=[(b"host", host)])

    assert status == 200


@pytest.mark.parametrize(
    "host", [b"evil.example", b"evil.example:8001", b"127.0.0.1.evil.example", b"", b"localhost:x"]
)
def test_a_page_that_points_its_own_name_at_the_loopback_learns_nothing(host):
    status, headers, _, was_asked = ask(hosts=("localhost", "127.0.0.1"), headers=[(b"host", host)])

    assert status == 421
    assert not was_asked
    assert headers[b"x-content-type-options"] == b"nosniff"


@pytest.mark.parametrize("length", [str(MOST_FORM_BYTES + 1).encode(), b"-1", b"many", None])
def test_a_form_without_a_small_length_is_refused_unread(length):
    headers = [] if length is None else [(b"content-length", length)]

    status, _, _, was_asked = ask("/-/mark", method="POST", headers=headers)

    assert (status, was_asked) == (413, False)


def test_cells_of_csv_are_defused_on_their_way_out():
    _, _, body, _ = ask(path="/articles/articles.csv", body=b'1,=HYPERLINK(A1),"@x, y"\r\n')

    assert body == b"1,'=HYPERLINK(A1),\"'@x, y\"\r\n"


def test_what_is_not_csv_stays_as_it_is():
    _, _, page, _ = ask(path="/articles/articles", body=b"1,=A1")
    _, _, traced, _ = ask(path="/a.csv", body=b"1,=A1", answer_headers=[(b"content-type", b"text/html")])

    assert page == traced == b"1,=A1"


@given(
    st.lists(st.lists(st.text(alphabet='ab=+-@,"\n\r\t 1.', max_size=8), min_size=1, max_size=4), max_size=4)
)
def test_no_cell_that_comes_out_begins_like_a_formula_and_nothing_else_changes(rows):
    out = io.StringIO()
    csv.writer(out).writerows(rows)

    read = list(csv.reader(io.StringIO(defused_rows(out.getvalue()), newline="")))

    assert [[cell.replace("'", "") for cell in row] for row in read] == rows
    for row in read:
        for cell in row:
            assert not cell.startswith(("=", "@", "\t", "\r")), cell
            assert not cell.startswith(("+", "-")) or cell.lstrip("+-").replace(".", "").isdigit(), cell


def fetch_metadata(site, mode="no-cors", dest="image"):
    told = {"site": site, "mode": mode, "dest": dest}
    return [(f"sec-fetch-{name}".encode(), value.encode()) for name, value in told.items()]


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
@pytest.mark.parametrize(
    ("mode", "dest"),
    [
        ("no-cors", "image"),
        ("no-cors", "script"),
        ("cors", "empty"),
        ("navigate", "iframe"),
        ("navigate", "object"),
    ],
)
def test_other_pages_ask_nothing_of_it(site, mode, dest):
    status, _, _, was_asked = ask("/articles.json", headers=fetch_metadata(site, mode, dest))

    assert status == 403
    assert not was_asked


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param((), id="a program"),
        pytest.param(fetch_metadata("none", "navigate", "document"), id="a person"),
        pytest.param(fetch_metadata("same-origin"), id="its own page"),
        pytest.param(fetch_metadata("cross-site", "navigate", "document"), id="a link"),
        pytest.param(fetch_metadata("cross-site", "navigate", "empty"), id="a link that our worker hands on"),
    ],
)
def test_people_programs_its_own_pages_and_links_are_answered(headers):
    assert ask(headers=headers)[0] == 200


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        (b"http://127.0.0.1:8001", 200),
        (b"http://127.0.0.1:9999", 403),
        (b"https://evil.example", 403),
        (b"null", 403),
    ],
)
def test_a_form_comes_from_the_page_s_own_port(origin, status):
    headers = [(b"host", b"127.0.0.1:8001"), (b"origin", origin), (b"content-length", b"3")]

    assert ask("/-/mark", "POST", headers=headers)[0] == status


def test_cookies_are_for_no_script():
    _, headers, _, _ = ask(answer_headers=[(b"set-cookie", b"ds_actor=x; Path=/")])

    assert headers[b"set-cookie"] == b"ds_actor=x; Path=/; HttpOnly; SameSite=Lax"


def test_below_a_path_no_cookie_is_for_the_whole_host():
    _, headers, _, _ = ask(
        answer_headers=[(b"set-cookie", b"ds_csrftoken=x; Path=/; SameSite=lax")], base="/desk/"
    )

    assert headers[b"set-cookie"] == b"ds_csrftoken=x; Path=/desk/; SameSite=lax; HttpOnly"


def test_behind_tls_no_cookie_crosses_an_open_line():
    _, headers, _, _ = ask(answer_headers=[(b"set-cookie", b"a=x; Path=/; SameSite=lax")], is_tls=True)

    assert headers[b"set-cookie"] == b"a=x; Path=/; SameSite=lax; HttpOnly; Secure"


@pytest.mark.parametrize(
    ("name", "is_known"), [(b"review-1.localhost:8001", True), (b"127.0.0.1:8001", False)]
)
def test_a_session_counts_under_one_name_only(name, is_known):
    ask(
        headers=[(b"host", name), (b"cookie", b"spacereel=of-anna; other=1; ds_actor=forged")],
        hosts=("127.0.0.1", "review-1.localhost"),
        session_host="review-1.localhost",
    )

    assert (ask.scope.get("actor") == {"id": "anna", "role": "reviewer"}) is is_known
    assert [value for key, value in ask.scope["headers"] if key == b"cookie"] == [b"other=1"]


@pytest.mark.parametrize(
    "cookies",
    [
        pytest.param(b'a="' + b"\\" * 60_000 + b'"', id="quoted backslashes"),
        pytest.param(b"; ".join([b'a="' + b"\\" * 3_000 + b'"'] * 20), id="many of them"),
        pytest.param(b'b="\\163"; c=x ds_actor=forged; ds_actor=forged', id="hidden in another"),
        pytest.param(b"x" * 60_000, id="no end"),
    ],
)
def test_cookies_that_python_would_take_apart_for_seconds_go_no_further(cookies):
    """60 kB of backslashes in quotes held the whole review up for 4 s, whoever sent them."""
    ask(headers=[(b"cookie", b"spacereel=of-anna; other=1; " + cookies)])

    assert ask.scope["actor"] == {"id": "anna", "role": "reviewer"}
    assert [value for key, value in ask.scope["headers"] if key == b"cookie"] == [b"other=1"]


HTML = [(b"host", b"desk"), (b"accept", b"text/html")]


@pytest.mark.parametrize(
    "path",
    ["/", "/-/queue", "/articles/articles.json", "/-/me", "/-/static/app.css", "/favicon.ico", "/-/feed.atom", "/-/login/", "/-/login/../queue",
     "//-/login", "/spacereel/../-/queue", "/-/auth-token", "/spacereel/x.css/../../-/queue", "/-/versions.json"],
)  # fmt: skip
def test_where_a_review_is_closed_nothing_is_answered_without_a_login(path):
    status, headers, _body, was_asked = ask(path, headers=HTML, mode="closed")

    assert not was_asked
    assert status in (303, 401, 403)
    assert status != 303 or headers[b"location"].startswith(b"/-/login?next=")


@pytest.mark.parametrize("path", ["/-/login", "/spacereel/spacereel.css", "/-/manifest.webmanifest"])
def test_what_the_page_for_signing_in_needs_is_answered(path):
    assert ask(path, headers=HTML, mode="closed")[3]


def test_a_session_opens_a_closed_review():
    status, _, _, _ = ask(headers=[*HTML, (b"cookie", b"spacereel=of-anna")], mode="closed")

    assert status == 200
    assert ask.scope["actor"]["id"] == "anna"


@pytest.mark.parametrize(
    ("token", "method", "path", "is_reached"),
    [
        ("for-feeds", "GET", "/-/feed.atom", True),
        ("for-feeds", "GET", "/articles/articles.json", False),
        ("for-feeds", "GET", "/-/queue", False),
        ("for-read", "GET", "/articles/articles.json", True),
        ("for-read", "GET", "/-/feed.json", True),
        ("for-read", "GET", "/-/me", False),
        ("for-read", "POST", "/-/mark", False),
        ("of-nobody", "GET", "/-/feed.atom", False),
    ],
)
def test_a_token_reaches_no_further_than_its_scope(token, method, path, is_reached):
    header = (b"authorization", f"Bearer {token}".encode())
    status, _, _, was_asked = ask(path, method, headers=[header, (b"content-length", b"3")], mode="closed")

    assert was_asked is is_reached
    assert is_reached or status in (401, 403)
    assert not is_reached or ask.scope["actor"] == {
        "id": "anna", "role": "reader", "scope": token.removeprefix("for-"),
    }  # fmt: skip


def test_a_token_in_the_address_of_a_feed_goes_no_further():
    status, _, _, _ = ask("/-/feed.atom", query=b"q=station&token=for-feeds", mode="closed")

    assert status == 200
    assert ask.scope["query_string"] == b"q=station"


def test_a_token_in_the_address_of_a_page_is_none():
    assert ask("/-/queue", query=b"token=for-read", mode="closed")[0] == 401


def test_a_public_review_takes_no_form_and_knows_nobody():
    refused = ask("/-/mark", "POST", headers=[(b"content-length", b"3")], mode="public")
    ask(headers=[(b"cookie", b"spacereel=of-anna")], mode="public")

    assert refused[0] == 403
    assert "actor" not in ask.scope


@pytest.mark.parametrize(
    ("origin", "is_taken"),
    [(b"https://news.example", True), (b"http://news.example", False), (b"https://evil.example", False), (b"null", False)],
)  # fmt: skip
def test_behind_a_proxy_forms_come_from_the_address_people_know(origin, is_taken):
    headers = [
        (b"host", b"news.example"),
        (b"origin", origin),
        (b"content-length", b"3"),
        (b"cookie", b"__Host-spacereel=of-anna"),
    ]

    _, _, _, was_asked = ask(
        "/-/mark",
        "POST",
        headers=headers,
        mode="closed",
        hosts=("news.example",),
        origin="https://news.example",
        is_tls=True,
    )

    assert was_asked is is_taken


@pytest.mark.parametrize(
    "path", ["/desk//evil.example", "/desk/-/login/%2e%2e/queue", "/desk/desk/-/login", "/-/queue", "/desk/..%2f-/queue", "/desk/%2f/-/login"]
)  # fmt: skip
def test_no_path_below_a_base_gets_past_the_login(path):
    status, headers, _, was_asked = ask(path, headers=HTML, mode="closed", base="/desk/")

    assert (status, was_asked) == (303, False)
    assert headers[b"location"].startswith(b"/desk/-/login?next=%2F")


@pytest.mark.parametrize("cell", ["a;=cmd|' /C calc'!A0", "a; @x", 'a\n"=1+1', "a\t-2+3", "a;\u00a0b;+1"])
def test_no_cell_of_another_separator_is_a_formula(cell):
    """Where a semicolon separates, quotes in the middle of a line are letters."""
    sheet = io.StringIO()
    csv.writer(sheet).writerow([1, cell])
    written = defused_rows(sheet.getvalue())

    assert not re.search(r"(?:^|[;\t\r\n])[ \"]*[=+@-]", written)
