"""What every answer of the review carries, and what no request gets past."""

from __future__ import annotations

import asyncio
import csv
import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.review.guard import MOST_FORM_BYTES, defused_rows, guarded, policy


def ask(path="/", method="GET", hosts=(), body=b"hello", headers=(), answer_headers=(), session_host=None):
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

    scope = {"type": "http", "path": path, "method": method, "headers": list(headers)}
    asyncio.run(guarded(app, hosts, session_host)(scope, receive, send))
    return sent[0]["status"], dict(sent[0]["headers"]), sent[1]["body"], bool(asked)


def test_every_answer_forbids_everything_from_elsewhere_and_everything_inline():
    _, headers, _, _ = ask()

    rules = dict(rule.split(" ", 1) for rule in headers[b"content-security-policy"].decode().split("; "))
    assert rules["default-src"] == rules["base-uri"] == rules["frame-ancestors"] == "'none'"
    assert rules["script-src"] == rules["style-src"] == rules["form-action"] == "'self'"
    assert "unsafe" not in policy()
    assert headers[b"x-content-type-options"] == b"nosniff"
    assert headers[b"referrer-policy"] == b"no-referrer"


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

    status, _, _, was_asked = ask(method="POST", headers=headers)

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

    assert headers[b"set-cookie"] == b"ds_actor=x; Path=/; HttpOnly"


@pytest.mark.parametrize(
    ("name", "is_known"), [(b"review-1.localhost:8001", True), (b"127.0.0.1:8001", False)]
)
def test_a_session_counts_under_one_name_only(name, is_known):
    seen = []

    async def app(scope, receive, send):
        seen.extend(scope["headers"])

    scope = {
        "type": "http",
        "path": "/",
        "method": "GET",
        "headers": [(b"host", name), (b"cookie", b"ds_actor=x")],
    }
    asyncio.run(guarded(app, ("127.0.0.1", "review-1.localhost"), "review-1.localhost")(scope, None, None))

    assert ((b"cookie", b"ds_actor=x") in seen) is is_known


@pytest.mark.parametrize("cell", ["a;=cmd|' /C calc'!A0", "a; @x", 'a\n"=1+1', "a\t-2+3", "a;\u00a0b;+1"])
def test_no_cell_of_another_separator_is_a_formula(cell):
    """Where a semicolon separates, quotes in the middle of a line are letters."""
    sheet = io.StringIO()
    csv.writer(sheet).writerow([1, cell])
    written = defused_rows(sheet.getvalue())

    assert not re.search(r"(?:^|[;\t\r\n])[ \"]*[=+@-]", written)
