"""Text without markup: a file of plain text is read like the page it was saved from."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from html import unescape
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from crawler.extract.article import read_article
from crawler.extract.page.document import parse_document
from crawler.extract.page.plain_text import is_plain, marked_up
from db.model import Article, Page

LINES = Path(__file__).parents[2] / "pages" / "plain-lines" / "page.html"
URL = "https://plain.example/first-film-in-orbit"
HEADLINE = "A film crew is back from orbit with the first feature shot in space and shows a trailer"


def read(body: str, content_type: str = "text/html") -> Article:
    page = Page(
        url=URL,
        final_url=URL,
        status=200,
        headers=(("content-type", content_type),),
        body=body.encode(),
        fetched_at=datetime(2026, 1, 1, tzinfo=UTC),
    )
    return read_article(parse_document(page)).article


def paragraphs_of(markup: str) -> list[str]:
    return [
        unescape(re.sub(r"</?time>", "", line))
        for line in re.findall(r"<p(?: class=\"byline\")?>(.*)</p>", markup)
    ]


@pytest.mark.parametrize("gap", ["\n", "\n\n", "\r\n", "\n \n\n"])
def test_a_page_saved_as_text_gives_the_article_that_the_page_gives(gap: str) -> None:
    markup = LINES.read_text("utf-8")

    saved, page = read(gap.join(paragraphs_of(markup)), "text/plain"), read(markup)

    assert (saved.title, saved.text, saved.tags) == (page.title, page.text, page.tags)
    assert saved.image_credits == page.image_credits
    assert saved.removed == page.removed


def test_lines_broken_to_fit_a_page_are_put_together_again() -> None:
    text = (
        "The camera that went up to the station weighed four\nkilograms, and the lenses another nine of them,\n"
        "which the crew carried by hand.\n\nNobody had counted the batteries that a day in orbit\nwould take."
    )

    assert marked_up(text).count("<p>") == 2


def test_a_text_with_a_tag_is_no_plain_text() -> None:
    assert not is_plain("Lift-off.<br>It went well.")
    assert is_plain("Three < four, and a << b.")


@given(st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=400))
@example("OD")
@example("By 1 May 2020")
def test_no_word_of_a_plain_text_is_lost(text: str) -> None:
    assert " ".join(paragraphs_of(marked_up(text))).split() == text.split()


def test_a_title_that_stands_on_the_page_as_a_line_ends_where_the_line_does() -> None:
    page = LINES.read_text("utf-8").replace(
        "<html>", f"<html><head><title>{HEADLINE} - Orbiter</title></head>"
    )

    assert read(page).title == HEADLINE


def test_a_title_with_a_dash_of_its_own_stays_whole() -> None:
    title = "Back from orbit after twelve days - and the film is done"
    page = f"<html><head><title>{title}</title></head><p>Back from orbit</p>" + LINES.read_text("utf-8")

    assert read(page).title == title


SAVED = """
News Film Space Live
Get our app
Ten days, one hatch: how the first feature film was shot in orbit
The director slept under the camera, and the camera under a fan
By Mara Lindqvist and Pavel Orlov
20 November 2025, 10:15
The station, seen from the capsule. Photo: Roscosmos
The crew of the film went up on a Tuesday, and on Wednesday it was filming, because every hour cost as much as a street of houses.
Two cosmonauts played themselves. They asked for fewer rehearsals than the actress did, and got none at all.
A hatch that was a hospital
Nobody had told the director that sweat stays where it is, so the doctor's forehead had to be dried between takes.
1. The hatch was filmed from both sides
2. The table was filmed from above, if there is one
The film is to be shown in spring. What it will earn nobody says.
Share
Film Orbit Roscosmos
More from this section
"""


def test_a_saved_page_without_markup_has_headline_authors_and_day() -> None:
    article = read(SAVED, "text/plain")

    assert article.title == "Ten days, one hatch: how the first feature film was shot in orbit"
    assert article.authors == ("Mara Lindqvist", "Pavel Orlov")
    assert article.published_at is not None and f"{article.published_at:%Y-%m-%d}" == "2025-11-20"
    assert article.image_credits == ("Roscosmos",)
    assert article.description == "The director slept under the camera, and the camera under a fan"


def test_a_saved_page_without_markup_loses_its_menu_and_its_foot_and_keeps_what_is_the_authors() -> None:
    article = read(SAVED, "text/plain")

    assert [line[:20] for line in article.text.split("\n")] == [
        "The crew of the film",
        "Two cosmonauts playe",
        "A hatch that was a h",
        "Nobody had told the ",
        "1. The hatch was fil",
        "2. The table was fil",
        "The film is to be sh",
    ]
    taken = {each.text for each in article.removed}
    assert {"News Film Space Live", "Film Orbit Roscosmos", "More from this section"} <= taken


def test_a_text_without_a_headline_keeps_every_paragraph() -> None:
    text = "\n".join(line for line in SAVED.split("\n") if line.endswith((".", "said.")))

    assert read(text, "text/plain").text.count("\n") == text.count("\n")
