"""Headers and addresses that nobody's browser makes: they cost nothing, and are answered with a sentence."""

from __future__ import annotations

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
