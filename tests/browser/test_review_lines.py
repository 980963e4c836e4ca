"""What became of every line of an article's page stands on its page in the review, when that is asked for."""

from __future__ import annotations

import asyncio
import re

import pytest

PARAGRAPH = "The capsule left the station at dawn, and the crew slept through the first of its two burns. "
HOSTILE = '&lt;script&gt;alert(1)&lt;/script&gt; &lt;b onclick="alert(2)"&gt; {{ 7 * 7 }} &#x202e;gnp.exe'
PAGE = f"""<html><head><title>The crew is back</title></head><body><nav><a href="/a">Home</a> <a href="/b">Sport</a></nav>
<article><h1>The crew is back</h1>{"".join(f"<p>{number}. {PARAGRAPH * 3}</p>" for number in range(8))}
<p>{HOSTILE} {PARAGRAPH}</p><p>Read more: <a href="/c">Another story</a></p></article>
<aside class="related">{"".join(f"<p><a href='/{n}'>{HOSTILE} {n} {PARAGRAPH}</a></p>" for n in range(3))}</aside></body></html>"""


@pytest.fixture
def room(store, make_article, make_page, append, room_on):
    """An article whose page is in the archive, and one whose page is not."""
    page = make_page("https://news.example/crew", body=PAGE.encode())
    store.keep_page(page)
    append(make_article("https://news.example/crew"), page=page)
    return room_on(store.path)


def section_of(answer):
    """The part of the page that is about its lines."""
    found = re.search(r'<section class="lines".*?</section>', answer.text, re.DOTALL)
    assert found, answer.text
    return found[0]


def test_text_removed_and_outside_stand_there_with_reasons(room):
    lines = section_of(room.get("/-/article/1?lines=1"))

    assert "Lines that are text: 8; removed by a rule: 3; outside of the article: 4" in lines
    assert '<div class="is-text">' in lines and "0. The capsule left" in lines
    assert "short line" in lines and "Sport" in lines
    assert re.search(r'why" lang="en" dir="ltr">\d+ %; related.labelled; [a-z ]+ [+-]\d', lines)
    assert len(re.findall(r'why" lang="en" dir="ltr">93 %; inside', lines)) == 1, (
        "one reason stands above all lines of a run"
    )


def test_it_is_read_when_it_is_asked_for_and_from_this_site(room):
    plain = room.get("/-/article/1")
    foreign = room.get(
        "/-/article/1?lines=1",
        headers={"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document"},
    )

    assert 'class="lines"' not in plain.text and 'class="lines"' not in foreign.text
    assert 'href="?lines=1#lines"' in plain.text
    assert "/-/article/1?lines=1#lines" in room.get("/-/why?url=https://news.example/crew").text


def test_what_a_page_says_is_no_markup_of_ours(room):
    lines = section_of(room.get("/-/article/1?lines=1"))

    assert "&lt;script&gt;alert(1)" in lines and "{{ 7 * 7 }}" in lines
    assert not re.search(r"<script|<b |onclick=\"|\u202e", lines)
    assert set(re.findall(r"<(\w+)", lines)) <= {"section", "h2", "p", "div", "details", "summary", "code"}


def test_without_the_archive_it_says_so_and_the_article_is_there(room):
    (room.path.parent / "archive.db").unlink()

    answer = room.get("/-/article/1?lines=1")

    assert answer.status_code == 200 and "<h1" in answer.text
    assert "the archive is not there" in section_of(answer)


def test_one_page_is_read_at_a_time_and_nobody_waits(room):
    asyncio.run(room.review.spacereel_rereadings.acquire())

    assert "Another page is being read again" in section_of(room.get("/-/article/1?lines=1"))
