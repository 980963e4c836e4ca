"""Which of several clocks on a page is believed, and how the day is printed."""

from __future__ import annotations

import pytest
from metadata_reading import json_ld, metadata_of

from db.model import iso

H1 = "<h1>A camera in orbit is switched on</h1>"


def article(**properties: str) -> str:
    inner = "".join(f',"{name}":"{value}"' for name, value in properties.items())
    return json_ld('{"@type":"NewsArticle","headline":"A camera in orbit is switched on"' + inner + "}")


def og(content: str) -> str:
    return f'<meta property="article:published_time" content="{content}">'


def shown(written: str, text: str) -> str:
    return f'{H1}<time datetime="{written}">{text}</time>'


SAME_CLOCK = [
    pytest.param(og("2024-04-28T08:52:55+02:00"), shown("2024-04-28T08:52:55Z", "28.04.2024 um 08:52 Uhr"), "06:52:55", id="people see the site's clock"),
    pytest.param(og("2024-04-28T08:52:55+02:00"), shown("2024-04-28T08:52:55Z", "28.04.2024 um 10:52 Uhr"), "08:52:55", id="people see another clock: Z was right"),
    pytest.param(og("2024-04-28T08:52:55Z") + article(datePublished="2024-04-28T08:52:55+02:00"), H1, "06:52:55", id="nobody else says anything"),
    pytest.param(og("2024-04-28T08:52:55Z") + article(datePublished="2024-04-28T08:52:55+0200"), shown("2024-04-28T08:52:55+02:00", "28/04/2024 08:52"), "06:52:55", id="two against one"),
]  # fmt: skip


@pytest.mark.parametrize(("head", "body", "clock"), SAME_CLOCK)
def test_z_beside_the_same_clock_with_an_offset_needs_a_third_witness(
    head: str, body: str, clock: str
) -> None:
    read = metadata_of(head, body, lang="de")

    assert read.published_at is not None
    assert iso(read.published_at) == f"2024-04-28T{clock}Z"


def test_a_visible_date_that_is_the_last_change_is_not_the_publication() -> None:
    head = article(datePublished="2025-11-06T04:05:23+01:00", dateModified="2025-11-06T20:15:00+01:00")

    read = metadata_of(head, shown("2025-11-06T20:15:00.000+01:00", "06.11.2025 | 20:15"), lang="de")

    assert read.published_at is not None and read.modified_at is not None
    assert (iso(read.published_at), iso(read.modified_at)) == ("2025-11-06T03:05:23Z", "2025-11-06T19:15:00Z")


def test_full_hours_that_lie_one_offset_apart_are_two_times() -> None:
    body = shown("2024-03-05T10:00:00+01:00", "5 March 2024, 10:00")

    read = metadata_of(article(datePublished="2024-03-05T09:00:00+01:00"), body)

    assert read.published_at is not None and iso(read.published_at) == "2024-03-05T08:00:00Z"


@pytest.mark.parametrize(
    "body",
    [
        shown("2023-11-08T21:11:03-05:00", "November 8, 2023"),
        shown("2023-11-08 21:11:03", "November 8, 2023 at 9:11 p.m."),
        H1 + '<div class="date">November 8, 2023</div>',
    ],
)
def test_the_day_is_the_one_that_readers_of_the_page_see(body: str) -> None:
    read = metadata_of(article(datePublished="2023-11-09T02:11:03Z"), body, lang="en-US")

    assert read.published_at is not None and iso(read.published_at) == "2023-11-09T02:11:03Z"
    assert read.published_day == "2023-11-08"


def test_a_day_in_the_address_long_before_the_declared_one_is_that_of_a_site_that_moved() -> None:
    head = article(datePublished="2019-06-17T18:28:00+0200")

    moved = metadata_of(head, H1, url="https://a.example/home/2017/7/12/montauk")
    late = metadata_of(head, H1, url="https://a.example/2019/6/1/montauk")

    assert (moved.published_day, late.published_day) == ("2017-07-12", "2019-06-17")


@pytest.mark.parametrize(
    ("body", "day"),
    [
        pytest.param(H1 + '<abbr class="published" itemprop="datePublished" title="2017-09-09T10:52:00+02:00">10:52</abbr>', "2017-09-09", id="title of an abbr"),
        pytest.param(H1 + "<div>Price: 12,99</div><p>Release of the book: 14.08.2017</p><span class=date>9.9.2017</span>", "2017-09-09", id="marked as the date"),
        pytest.param(H1 + "<table><tr><td>26 | 01 | 2022</td><td>Lakes | Video</td></tr></table>", "2022-01-26", id="bars between the numbers"),
        pytest.param(H1 + "<p>" + "text " * 60 + '</p><div><script>showDate("2020/04/17 01:43:09")</script></div>', "2020-04-17", id="printed by a script"),
        pytest.param(H1 + '<script>var page = {"section":"wine","publishDate":"2022-01-28"};</script>', "2022-01-28", id="a variable"),
        pytest.param(H1 + '<script>var banner = {"expires":"2021-01-31"};</script>', None, id="some other variable"),
        pytest.param(H1 + '<div class="sidebar"><p><time datetime="2022-01-28">28. Januar 2022</time></p></div>', "2022-01-28", id="the only date stands beside the article"),
        pytest.param(H1 + '<div class="sidebar"><time>28. Januar 2022</time><time>29. Januar 2022</time></div>', None, id="several dates beside the article"),
        pytest.param(H1 + '<p>text</p><ol class="commentlist"><li class="comment"><time datetime="2022-01-28">28. Januar 2022</time></li></ol>', None, id="a comment's"),
        pytest.param(H1 + "<div>The races of 2020/7/11-12: a camera in orbit is switched on</div><div>2020年07月12日</div>", "2020-07-12", id="the date in the headline"),
        pytest.param(H1 + '<span class="date">٣ يوليو ٢٠٢٤</span>', "2024-07-03", id="arabic"),
        pytest.param(H1 + '<span class="date">15 มีนาคม 2567 เวลา 09:30 น.</span>', "2024-03-15", id="buddhist era"),
        pytest.param(H1 + '<span class="date">2 تير 1399 - 12:09:08 ب.ظ</span>', "2020-06-22", id="iranian year"),
    ],
)  # fmt: skip
def test_a_date_may_stand_in_many_places_and_scripts(body: str, day: str | None) -> None:
    assert metadata_of("", body, lang="de").published_day == day
