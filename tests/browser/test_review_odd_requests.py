"""Headers and addresses that nobody's browser makes: they cost nothing, and are answered with a sentence."""

from __future__ import annotations

import asyncio
import gc
from http.cookies import BaseCookie

import pytest

from crawler.review.cookies import MOST_COOKIE_LETTERS, plain_cookies

HOSTILE_COOKIES = (
    pytest.param('a="' + "\\" * 60_000 + '"', id="quoted backslashes"),
    pytest.param("; ".join(f"a{number}={'x' * 4000}" for number in range(15)), id="as large as may be"),
)


@pytest.mark.parametrize("more", [{}, {"Host": "evil.example"}, {"Sec-Fetch-Site": "cross-site"}])
@pytest.mark.parametrize("cookies", HOSTILE_COOKIES)
def test_no_cookie_that_costs_is_taken_apart_by_python(room, monkeypatch, cookies, more):
    """Nor where the request is refused: the language of the refusal was asked of `http.cookies`, for 8 s."""
    taken_apart, load = [], BaseCookie.load

    def told(jar, text):
        taken_apart.append(text)
        if "\\" not in text:  # where it fails, it fails at once
            load(jar, text)

    monkeypatch.setattr(BaseCookie, "load", told)

    answer = room.get("/", headers={"Cookie": f"spacereel_language=de; {cookies}", **more})

    assert answer.status_code == (200 if not more else 421 if "Host" in more else 403)
    assert max(map(len, taken_apart), default=0) <= MOST_COOKIE_LETTERS
    assert not any(letter in text for text in taken_apart for letter in '"\\')


def test_cookies_are_read_as_far_as_any_of_ours_reach():
    header = "a=1; b=2; " + "c=3; " * MOST_COOKIE_LETTERS

    assert plain_cookies(header) == {"a": "1", "b": "2", "c": "3"}
    assert plain_cookies("a=1; b=" + "x" * MOST_COOKIE_LETTERS) == {"a": "1"}


_FORM = {"Content-Type": "application/x-www-form-urlencoded"}
_DIGITS = "9" * 5000  # Python makes numbers of 4,300 at most
_TABLE = "/articles/current_articles"
MISREAD = (
    f"{_TABLE}?_sort=nope",
    f"{_TABLE}?_sort_desc=%00",
    f"{_TABLE}?_sort=title&_sort_desc=title",
    f"{_TABLE}?_facet=%00",
    f'{_TABLE}?_facet={{"type":"x"}}',
    f'{_TABLE}?_facet_array={{"column":["x"]}}',
    f"{_TABLE}?_next=a,b,c&_sort=title",
    f"{_TABLE}?id__in=[[[",
    f"{_TABLE}?id__in=[1,{{}}]",
    f"{_TABLE}?id__lt={_DIGITS}",
    f"{_TABLE}?_through=[",
    f"{_TABLE}?_through={{}}",
    f"{_TABLE}?_timelimit=x",
    f"{_TABLE}?_ttl={_DIGITS}",
    f"{_TABLE}?_next={_DIGITS}",
    f"{_TABLE}?_facet_size={_DIGITS}",
    "/articles/articles.json?_sort=nope",
    "/articles/articles.csv?_stream=1&_sort=nope",
    "/articles/articles/1.blob?_blob_column=title&_blob_hash=x",
)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # facets Datasette had begun
@pytest.mark.parametrize("address", MISREAD, ids=lambda address: address[:60])
def test_a_parameter_that_cannot_be_read_is_a_sentence_and_no_traceback(room, capsys, caplog, address):
    answer = room.get(address)
    gc.collect()  # what was begun is told of here, and in no test after this one

    assert answer.status_code == 400
    assert "This address has a parameter that cannot be read." in answer.text
    assert "Traceback" not in capsys.readouterr().err
    (line,) = caplog.messages
    assert line.startswith("/articles/") and "\n" not in line and len(line) < 200


def test_a_fault_of_ours_is_none_of_the_parameters(room, monkeypatch, capsys):
    monkeypatch.setattr("crawler.review.cells.showable", lambda text: {}["no such thing"])

    answer = room.get("/articles/articles?_size=1")

    assert answer.status_code == 500 and "KeyError" in capsys.readouterr().err


@pytest.mark.parametrize("path", ["/-/login", "/-/searches", "/-/try", "/-/me", "/-/mark"])
@pytest.mark.parametrize(
    ("sent", "more"),
    [
        pytest.param(b"name=\xff\xfe&password=\xff", {}, id="bytes"),
        pytest.param(b"\xff" * 90_000, {}, id="many bytes"),
        pytest.param(b"csrftoken=%C3%A9", {}, id="a token of other letters"),
        pytest.param(b"a=1", {"X-CSRFToken": "\xe9"}, id="and in a header"),
        pytest.param(b"a=1", {"Content-Type": "multipart/form-data"}, id="parts without a boundary"),
        pytest.param(b"a=1", {"Content-Type": "Multipart/Form-Data; boundary="}, id="an empty one"),
        pytest.param(b"--b\r\nA", {"Content-Type": "multipart/form-data; boundary=b"}, id="half a part"),
    ],
)
def test_a_form_that_none_of_our_pages_sends_is_no_fault(room, path, sent, more):
    for cookies in ({}, {"spacereel": room.keys["root"]}, {"ds_csrftoken": "x"}):
        headers = [(name.encode(), value.encode("latin-1")) for name, value in {**_FORM, **more}.items()]
        asked = room.review.client.post(path, content=sent, headers=headers, cookies=cookies)

        assert asyncio.run(asked).status_code in (200, 303, 400, 403, 415, 429)
