from __future__ import annotations

from datetime import UTC, datetime

import pytest
from metadata_reading import URL, from_feed, json_ld, metadata_of

from crawler.extract.metadata.stated_dates import url_date
from db.model import iso

H1 = "<h1>A camera in orbit is switched on</h1>"


def article(**properties: str) -> str:
    inner = "".join(f',"{name}":"{value}"' for name, value in properties.items())
    return json_ld('{"@type":"NewsArticle","headline":"A camera in orbit is switched on"' + inner + "}")


def meta(name: str, content: str) -> str:
    return f'<meta property="{name}" content="{content}">'


OG = "article:published_time"
PUBLISHED = [
    pytest.param(article(datePublished="2023-04-20T12:00:00+03:00"), H1, "2023-04-20T09:00:00Z", "second", id="json-ld"),
    pytest.param(meta(OG, "2023-04-20T12:00:00Z"), H1, "2023-04-20T12:00:00Z", "second", id="open graph"),
    pytest.param(meta("og:article:published_time", "2023-04-20T12:00:00Z"), H1, "2023-04-20T12:00:00Z", "second", id="og before article"),
    pytest.param(meta("parsely-pub-date", "2023-04-20T12:00:00Z"), H1, "2023-04-20T12:00:00Z", "second", id="parsely"),
    pytest.param(meta("sailthru.date", "2023-04-20 12:00:00 -0500"), H1, "2023-04-20T17:00:00Z", "second", id="sailthru"),
    pytest.param(meta("DC.date.issued", "2023-04-20"), H1, "2023-04-20T00:00:00Z", "day", id="dublin core day"),
    pytest.param(meta("pdate", "20230420"), H1, "2023-04-20T00:00:00Z", "day", id="digits"),
    pytest.param("", H1 + '<time datetime="2023-04-20T12:00:00Z">x</time>', "2023-04-20T12:00:00Z", "second", id="time element"),
    pytest.param("", H1 + "<div><span>By A B</span> <span>April 20, 2023 8:00 am ET</span></div>", "2023-04-20T12:00:00Z", "minute", id="visible"),
    pytest.param("", "<p>20 апреля 2023, 15:00 МСК</p>" + H1, "2023-04-20T12:00:00Z", "minute", id="above the headline"),
    pytest.param(meta(OG, "2023-04-20T12:00:00"), H1, "2023-04-20T00:00:00Z", "day", id="no zone anywhere"),
    pytest.param(meta(OG, "2023-04-20T12:00:00") + meta("article:modified_time", "2023-04-21T09:00:00+03:00"), H1, "2023-04-20T09:00:00Z", "second", id="zone of the other time"),
    pytest.param(meta(OG, "2023-04-20T12:00:00") + meta("article:modified_time", "2023-04-21T09:00:00Z"), H1, "2023-04-20T00:00:00Z", "day", id="UTC elsewhere says nothing"),
    pytest.param(meta(OG, "2023-04-20T12:00:00") + meta("datePublished", "2023-04-20T12:00:00Z"), H1, "2023-04-20T12:00:00Z", "second", id="same clock with a zone"),
    pytest.param(meta(OG, "2023-04-20T12:00:00") + meta("parsely-pub-date", "2023-04-20T10:00:00Z"), H1, "2023-04-20T10:00:00Z", "second", id="same clock in another zone"),
    pytest.param(article(datePublished="2023-04-20") + meta(OG, "2023-04-20T12:00:00Z"), H1, "2023-04-20T12:00:00Z", "second", id="a day and an instant"),
    pytest.param(article(datePublished="2023-04-20T12:00:00-06:00") + meta(OG, "2023-04-20T12:00:00+00:00"), H1 + "<i>Apr 20, 2023, 6:00 am CST</i>", "2023-04-20T12:00:00Z", "second", id="offset on the clock of UTC"),
    pytest.param(article(datePublished="0001-01-01T00:00:00Z") + meta(OG, "2023-04-20T12:00:00Z"), H1, "2023-04-20T12:00:00Z", "second", id="year one"),
    pytest.param(article(datePublished="1970-01-01T00:00:00Z") + meta(OG, "2023-04-20T12:00:00Z"), H1, "2023-04-20T12:00:00Z", "second", id="epoch"),
    pytest.param(article(datePublished="2099-01-01T00:00:00Z") + meta(OG, "2023-04-20T12:00:00Z"), H1, "2023-04-20T12:00:00Z", "second", id="future"),
    pytest.param(article(datePublished="2023-04-20T12:00:00Z") + meta(OG, "2021-01-01T00:00:00Z"), H1, "2023-04-20T12:00:00Z", "second", id="json-ld first"),
    pytest.param("", H1 + "<p>Updated: Apr 21, 2023 9:00 am ET | Published: Apr 20, 2023 8:00 am ET</p>", "2023-04-20T12:00:00Z", "minute", id="updated before published"),
]  # fmt: skip


@pytest.mark.parametrize(("head", "body", "at", "precision"), PUBLISHED)
def test_the_page_says_when_it_was_published(head: str, body: str, at: str, precision: str) -> None:
    read = metadata_of(head, body)

    assert read.published_at is not None
    assert (iso(read.published_at), read.published_precision) == (at, precision)
    assert read.published_day == "2023-04-20"


def test_the_day_is_the_one_that_is_printed() -> None:
    read = metadata_of(article(datePublished="2023-04-20T23:30:00-05:00"))

    assert read.published_at == datetime(2023, 4, 21, 4, 30, tzinfo=UTC)
    assert (read.published_day, read.published_raw) == ("2023-04-20", "2023-04-20T23:30:00-05:00")


@pytest.mark.parametrize(
    ("url", "day"),
    [
        ("https://a.example/2023/04/20/film", "2023-04-20"), ("https://a.example/news/2023/apr/20/film", "2023-04-20"),
        ("https://a.example/film-2023-04-20/", "2023-04-20"), ("https://a.example/story_20230420.html", "2023-04-20"),
        ("https://a.example/2023/04/film", None), ("https://a.example/id2023042012", None), ("https://a.example/2023/13/41/", None),
    ],
)  # fmt: skip
def test_an_address_may_hold_a_day(url: str, day: str | None) -> None:
    stated = url_date(url)

    assert (stated.moment.day.isoformat() if stated else None) == day
    read = metadata_of("", "<p>x</p>", url=url)
    assert read.published_day == day
    assert read.published_precision == ("day" if day else None)


def test_the_feed_fills_in_and_makes_a_day_an_instant() -> None:
    at = datetime(2023, 4, 20, 9, 30, tzinfo=UTC)

    silent = metadata_of("", H1, candidate=from_feed(published_at=at))
    day_only = metadata_of(meta("date", "2023-04-20"), H1, candidate=from_feed(published_at=at))
    other = metadata_of(meta(OG, "2021-01-01T00:00:00Z"), H1, candidate=from_feed(published_at=at))

    assert silent.published_at == day_only.published_at == at
    assert dict(silent.origins)["published_at"] == "feed"
    assert other.published_at == datetime(2021, 1, 1, tzinfo=UTC)


def test_a_change_is_never_before_the_publication() -> None:
    head = article(datePublished="2023-04-20T12:00:00Z", dateModified="2023-04-19T12:00:00Z")

    assert metadata_of(head).modified_at is None
    assert metadata_of(head + meta("og:updated_time", "2023-04-21T12:00:00Z")).modified_at == datetime(
        2023, 4, 21, 12, tzinfo=UTC
    )


def test_a_change_without_a_clock_is_no_instant() -> None:
    assert (
        metadata_of(article(datePublished="2023-04-20T12:00:00Z", dateModified="2023-04-21")).modified_at
        is None
    )


def test_american_and_british_dates() -> None:
    body = H1 + "<div>03/04/2023</div>"

    assert metadata_of("", body, lang="en-US").published_day == "2023-03-04"
    assert metadata_of("", body, lang="en-GB").published_day == "2023-04-03"
    assert metadata_of("", body, lang="").published_day is None
    assert metadata_of("", body, lang="", url="https://gazette.fr/x").published_day == "2023-04-03"


def test_dates_of_comments_teasers_and_the_footer_are_not_the_articles() -> None:
    body = (
        H1
        + '<aside class="related"><time datetime="2020-01-01T00:00:00Z">x</time></aside><p>'
        + "text " * 60
        + "</p>"
        '<div class="comments"><time itemprop="datePublished" datetime="2021-01-01T00:00:00Z">x</time></div><footer>© 2019</footer>'
    )

    assert metadata_of("", body, url=URL).published_at is None


@pytest.mark.parametrize(
    "heading",
    [
        "3 comments",
        "3 Kommentare",
        "3 комментария",
        "댓글 3개",
        "3条评论",
        "3件のコメント",
        "3 bình luận",
        "3 תגובות",
    ],
)
def test_a_date_below_the_heading_of_the_comments_is_no_date_of_the_article(heading: str) -> None:
    text = f"<p>{'A sentence of the article. ' * 12}</p>"
    comments = f"<h3>{heading}</h3><div><p>Maja K. 20 April 2023</p><p>I was there.</p></div>"

    assert metadata_of("", H1 + text * 3 + comments).published_at is None
    assert metadata_of("", H1 + text + comments).published_at is None
    assert metadata_of("", H1 + text * 3 + f"<p>20 April 2023</p>{comments}").published_day == "2023-04-20"


def test_a_caption_tells_the_date_of_its_picture() -> None:
    caption = "<div><img src='/s.png'><span>Map: a part of the satellite's picture of the bay of 31 May 2021 and its snow</span></div>"

    assert metadata_of("", f"{H1}{caption}<div>14 January 2022, 09:25</div>").published_day == "2022-01-14"


def test_of_several_dates_that_scripts_print_the_one_near_the_headline_counts() -> None:
    shown = "<td><script>show('2023/04/20 01:43')</script> read 7 times</td>"
    reply = "<td><script>show('2023/04/28 11:02')</script> a reply</td>"
    text = f"<td>{'A sentence of the article. ' * 12}</td>"

    body = f"<table><tr><td>{H1}</td></tr><tr>{shown}</tr><tr>{text}</tr><tr>{reply}</tr></table>"

    assert metadata_of("", body).published_day == "2023-04-20"


def test_htmldate_is_asked_when_nothing_else_knows_and_the_page_is_not_huge() -> None:
    body = '<div id="x">A text without a headline</div><div class="date">20 April 2023</div><div>21 April 2023</div>'

    read = metadata_of("", body)

    assert (read.published_day, read.published_precision) == ("2023-04-20", "day")
    assert dict(read.origins)["published_at"] == "htmldate"
    assert metadata_of("", body + "<i></i>" * 80_000).published_at is None


LAST = [
    pytest.param(H1 + "<p>" + "text " * 60 + "</p><p class=postmetadata>This entry was posted on Wednesday, April 19th, 2023 at 11:03 pm and is filed under <a>Letters</a>, <a>Film</a>.</p>", "2023-04-19", "posted line", id="what a blog says below its text"),
    pytest.param(H1 + ("<p>" + "text " * 60 + "</p>") * 3 + "<p>Der Beitrag <a href='/x'>A camera in orbit is switched on</a> wurde am <nobr>19. April 2023</nobr> um <nobr>23:03</nobr> Uhr gepostet und unter Film abgelegt.</p>", "2023-04-19", "posted line", id="in German"),
    pytest.param(H1 + '<div data-date="19. April 2023" class="line"><i></i></div>', "2023-04-19", "data attribute", id="an attribute beside the headline"),
    pytest.param(f'{H1}<ul class="latest"><li><a href="{URL}"><i>19.04.2023</i><b>A camera</b></a></li><li><a href="/other"><i>20.04.2023</i><b>Other</b></a></li></ul>', "2023-04-19", "own teaser", id="the site's list of its latest"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "day", "origin"), LAST)
def test_a_silent_page_is_asked_further(body: str, day: str, origin: str) -> None:
    read = metadata_of("", body, lang="de")

    assert (read.published_day, read.published_precision) == (day, "day")
    assert dict(read.origins)["published_at"] == origin


NOT_DATED = [
    pytest.param(
        '<div class="comments"><p>This comment on the entry was posted on April 19, 2023 by somebody who had nothing else to do.</p></div>',
        id="a comment",
    ),
    pytest.param(
        '<div data-date="19. April 2023"></div><div data-date="20. April 2023"></div>',
        id="attributes that disagree",
    ),
    pytest.param('<a href="/other"><i>20.04.2023</i><b>Other</b></a>', id="another page's teaser"),
]


@pytest.mark.parametrize("body", NOT_DATED)
def test_what_says_nothing_of_this_page_is_no_date(body: str) -> None:
    found = dict(metadata_of("", H1 + body, lang="de").origins).get("published_at")

    assert found not in ("posted line", "data attribute", "own teaser")


IN_OTHER_ERAS = [
    ("令和6年3月5日", "ja"),
    ("平成３６年３月５日 午前9時", "ja"),
    ("民國113年3月5日", "zh"),
    ("二〇二四年三月五日", "zh"),
    ("2024年三月五日", "zh"),
    ("5 มี.ค. 67", "th"),
    ("๕ มีนาคม ๒๕๖๗", "th"),
]


@pytest.mark.parametrize(("line", "lang"), IN_OTHER_ERAS)
def test_a_year_counted_otherwise_is_read(line: str, lang: str) -> None:
    assert metadata_of("", f"{H1}<p>{line}</p>", lang=lang).published_day == "2024-03-05"


@pytest.mark.parametrize("line", ["2 hours ago", "Gestern, 9:15 Uhr", "3 дня назад", "24 شعبان 1445 هـ"])
def test_a_distance_and_an_uncertain_calendar_are_no_date(line: str) -> None:
    """At the next visit the same page would name another day, and that would look like an edit."""
    assert metadata_of("", f"{H1}<p class=date>{line}</p>").published_at is None
