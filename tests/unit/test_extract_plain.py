"""Text without markup: a file of plain text is read like the page it was saved from."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from html import unescape
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.extract.article import read_article
from crawler.extract.document import parse_document
from crawler.extract.plain import is_plain, marked_up
from db.model import Article, Page

LINES = Path(__file__).parents[1] / "pages" / "plain-lines" / "page.html"
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
    return [unescape(line) for line in re.findall(r"<p>(.*)</p>", markup)]


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
