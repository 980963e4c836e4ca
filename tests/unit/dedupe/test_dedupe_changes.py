"""Which kind of change lies between two versions, and which differences are none."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from copies_set import EDITS, NON_EDITS, PUBLISHED, known, stories

from crawler.dedupe.changes import CHANGE_KINDS, change_kinds, why_no_version
from crawler.dedupe.fingerprint import fingerprint
from crawler.dedupe.recognise import recognise
from crawler.ingest.reading import read_page
from db.model import Article, Candidate, Page

LINES = (
    "The crew of the orbital drama came home on Sunday after twelve days above the Earth.",
    "Their capsule landed on the steppe at noon, the agency that runs the flights said in a note.",
    "The director told reporters that he has thirty hours of footage and a half of it is usable.",
    "A second unit had filmed in the control room while the actors were away, said the studio.",
    "The picture is to open in cinemas in spring, on two thousand screens in eleven countries.",
    "No word was given on what the flight cost, or on who has paid for the seats in the end.",
)


@pytest.fixture
def article():
    """`article()`: six paragraphs; whatever is named is another."""

    def make(**told):
        text = "\n".join(told.pop("lines", LINES))
        url = "https://wire.example/crew"
        fields = {
            "title": "Film crew lands",
            "authors": ("Ann Lee",),
            "published_at": PUBLISHED,
            "text": text,
        }
        return Article(url=url, canonical_url=url, **{**fields, **told})

    return make


CASES = [
    pytest.param({"title": "Film crew is back"}, ("title",), id="title"),
    pytest.param({"authors": ("Ann Lee", "Bo Tran")}, ("authors",), id="authors"),
    pytest.param({"published_at": PUBLISHED + timedelta(hours=2)}, ("dates",), id="date"),
    pytest.param({"lines": (*LINES, "The agency added that all are well and asleep.")}, ("added paragraphs",), id="a paragraph at the end"),
    pytest.param({"lines": (LINES[0], "They were carried to a tent.", *LINES[1:])}, ("added paragraphs",), id="a paragraph in between"),
    pytest.param({"lines": (*LINES, "Correction: an earlier version gave another landing place.")}, ("correction note",), id="a note of correction"),
    pytest.param({"lines": (*LINES, "Исправлено: в предыдущей версии было указано другое место посадки.")}, ("correction note",), id="in Russian"),
    pytest.param({"lines": (*LINES[:2], LINES[2].replace("thirty", "forty"), *LINES[3:], "This article was amended on Monday; the footage is forty hours long.")}, ("correction note", "edited"), id="a corrected figure with its note"),
    pytest.param({"lines": LINES[:3]}, ("shortened",), id="second half cut"),
    pytest.param({"lines": LINES[:2], "is_free": False}, ("paywalled",), id="behind a paywall"),
    pytest.param({"lines": (*LINES[:4], LINES[4].replace("spring", "autumn"), LINES[5])}, ("edited",), id="one word"),
    pytest.param({"lines": tuple(" ".join(reversed(line.split())) for line in LINES)}, ("rewritten",), id="rewritten"),
    pytest.param({"title": "Back", "lines": LINES[:3]}, ("title", "shortened"), id="title and text"),
]  # fmt: skip


@pytest.mark.parametrize(("told", "kinds"), CASES)
def test_a_change_has_the_kind_that_people_would_give_it(article, told, kinds):
    assert change_kinds(article(), article(**told)) == kinds


@pytest.mark.parametrize("edit", EDITS)
def test_every_edit_of_the_labelled_set_has_a_kind(edit):
    unnamed = [
        story.article.title for story in stories(20) if not change_kinds(story.article, EDITS[edit](story))
    ]

    assert unnamed == []


@pytest.mark.parametrize("non_edit", NON_EDITS)
def test_no_difference_that_is_none_has_a_kind(non_edit):
    alarms = [change_kinds(story.article, NON_EDITS[non_edit](story)) for story in stories(20)]

    assert [each for each in alarms if each] == []


def test_kinds_are_told_in_one_order(article):
    found = change_kinds(
        article(), article(title="x", authors=(), lines=LINES[:2], published_at=PUBLISHED - timedelta(1))
    )

    assert list(found) == [kind for kind in CHANGE_KINDS if kind in found]


def seen(article, *, recent=(), hours=0.0):
    digest = fingerprint(article).content_sha256
    at = PUBLISHED + timedelta(hours=hours)
    return replace(known(article, 1, digest, at), recent=recent, is_same_address=True)


def test_a_headline_that_flips_back_brings_no_version(article):
    now = PUBLISHED + timedelta(hours=5)
    titles = ((now - timedelta(hours=1), "Headline B"), (now - timedelta(hours=3), "Headline A"))
    before = seen(article(title="Headline B"), recent=titles, hours=4)

    back = recognise(article(title="Headline A"), fingerprint(article(title="Headline A")), [before], now)
    third = recognise(article(title="Headline C"), fingerprint(article(title="Headline C")), [before], now)

    assert (back.kind, third.kind, third.changes) == ("unchanged", "changed", ("title",))
    assert "headline" in back.note


def test_a_headline_that_flips_back_is_recorded_when_it_still_stands_after_a_week_or_the_text_changed(
    article,
):
    now = PUBLISHED + timedelta(days=9)
    titles = ((now - timedelta(days=7.5), "Headline B"), (now - timedelta(days=8), "Headline A"))
    before = seen(article(title="Headline B"), recent=titles)

    assert why_no_version(before, article(title="Headline A"), now) is None
    soon = PUBLISHED + timedelta(hours=3)
    near = replace(before, recent=((PUBLISHED, "Headline B"), (PUBLISHED - timedelta(hours=1), "Headline A")))
    assert why_no_version(near, article(title="Headline A"), soon) is not None
    assert why_no_version(near, article(title="Headline A", lines=LINES[:5]), soon) is None


STAMPED = tuple(f"1{number}:05 GMT {line}" for number, line in enumerate(LINES))


@pytest.mark.parametrize(
    "live",
    [
        pytest.param({"is_live": True, "lines": (*LINES, "One more update came in.")}, id="the page says so"),
        pytest.param({"lines": (*STAMPED, "16:20 GMT One more update came in.")}, id="many times of day"),
    ],
)
def test_a_live_blog_brings_one_version_an_hour(article, live):
    before = seen(article(lines=live["lines"][:-1]))

    assert "live blog" in why_no_version(before, article(**live), PUBLISHED + timedelta(minutes=20))
    assert why_no_version(before, article(**live), PUBLISHED + timedelta(minutes=61)) is None


def test_an_article_that_grows_all_the_time_is_treated_as_a_live_blog(article):
    grown = tuple((PUBLISHED - timedelta(minutes=30 * number), "Film crew lands") for number in range(4))
    longer = article(lines=(*LINES, "One more thing came in."))

    assert (
        why_no_version(seen(article(), recent=grown), longer, PUBLISHED + timedelta(minutes=20)) is not None
    )
    assert (
        why_no_version(seen(article(), recent=grown[:2]), longer, PUBLISHED + timedelta(minutes=20)) is None
    )


@pytest.mark.parametrize(("name", "is_live"), [("liveblog-kicker", True), ("monde-avec-afp", False)])
def test_a_page_says_that_it_is_a_live_blog(name, is_live):
    body = (Path(__file__).parents[2] / "pages" / name / "page.html").read_bytes()
    url = f"https://news.example/{name}"
    page = Page(
        url=url,
        final_url=url,
        status=200,
        headers=(("content-type", "text/html; charset=utf-8"),),
        body=body,
        fetched_at=PUBLISHED,
    )
    found = Candidate(url=url, source="wire", found_on=url, found_at=PUBLISHED)

    assert read_page(page, found).article.is_live is is_live


FED, SHOWN = {"origins": (("text", "feed"),)}, {"origins": (("text", "markup"),)}


def test_the_page_s_text_in_place_of_its_feed_s_is_no_edit(article):
    before = replace(seen(article(lines=LINES[:4])), text_origin="feed")

    assert change_kinds(before, article(**SHOWN)) == ("text from the page",)
    assert why_no_version(before, article(**SHOWN), PUBLISHED + timedelta(days=1)) is None
    assert change_kinds(before, article(**FED)) == ("added paragraphs",)


def test_what_a_feed_carries_brings_no_version_beside_what_the_page_gave(article):
    before = replace(seen(article()), text_origin="markup")
    now = PUBLISHED + timedelta(days=1)

    assert "gives no text now" in str(why_no_version(before, article(lines=LINES[:4], **FED), now))
    assert why_no_version(replace(before, text_origin="feed"), article(lines=LINES[:4], **FED), now) is None
