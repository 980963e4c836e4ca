"""When others are believed: where two readings of a page agree on another text than ours."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from lxml.html import tostring

from crawler.extract.page.document import Document, parse_document
from crawler.extract.text.content import PageText
from crawler.extract.text.lines import lines_of
from crawler.extract.text.readings import trafilatura_lines
from crawler.extract.text.rescue import outvoted
from db.model import Page

ARTICLE = [
    "The capsule left the station shortly after dawn and drifted for two hours before its engines were lit.",
    "Engineers in the control room followed the descent on a wall of monitors and counted the seconds aloud.",
    "A spokeswoman for the agency said that the crew had filmed for eleven days and used four cameras.",
]
SERVICE = [
    "Your subscription includes the printed paper on six days and the archive back to the year of its founding.",
    "Payment is taken on every first working day; students pay half on showing a card that is still valid.",
]


def document(body: list[str] | None = None) -> Document:
    """A page that declares *body*, if any."""
    declared = json.dumps({"@type": "NewsArticle", "articleBody": "\n".join(body)}) if body else "{}"
    html = f'<html><body><script type="application/ld+json">{declared}</script><p>Text</p></body></html>'
    url = "https://news.example/a"
    at = datetime(2026, 1, 1, tzinfo=UTC)
    return parse_document(
        Page(url=url, final_url=url, status=200, headers=(), body=html.encode(), fetched_at=at)
    )


def test_two_readings_that_agree_on_another_text_are_believed() -> None:
    shown = PageText(lines=[], cheap=tuple(ARTICLE), precise=tuple(ARTICLE))

    assert [line.text for line in outvoted(document(), lines_of(SERVICE), shown)] == ARTICLE


@pytest.mark.parametrize(
    ("ours", "cheap", "precise", "body"),
    [
        pytest.param(ARTICLE, ARTICLE, SERVICE, None, id="the cheap one is with us"),
        pytest.param(SERVICE, [], ARTICLE, None, id="the cheap one found nothing"),
        pytest.param(SERVICE, ARTICLE, [], None, id="trafilatura found nothing"),
        pytest.param(SERVICE, ARTICLE, ARTICLE, SERVICE, id="the page declares ours as its body"),
        pytest.param(SERVICE, SERVICE[:1] + ARTICLE[:1] * 3, ARTICLE[1:], None, id="the others agree less"),
        pytest.param(ARTICLE[:1], ARTICLE + SERVICE, ARTICLE + SERVICE, None, id="theirs is ours and more"),
    ],
)
def test_our_text_stands(
    ours: list[str], cheap: list[str], precise: list[str], body: list[str] | None
) -> None:
    shown = PageText(lines=[], cheap=tuple(cheap), precise=tuple(precise))

    assert outvoted(document(body), lines_of(ours), shown) == []


def test_a_page_is_the_same_after_trafilatura_has_read_it() -> None:
    page = document(ARTICLE)
    before = tostring(page.tree)

    trafilatura_lines(page, is_precise=True)

    assert tostring(page.tree) == before
