"""Links and codes that are the site's are no tags."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crawler.extract.article import read_article
from crawler.extract.page.document import parse_document
from db.model import Page

_TEXT = "The crane was moved to the museum on a barge, and hundreds stood on the quay to see it go past the lighthouse."
_MENU = '<a rel="tag" href="/t/sport">Sport</a> <a rel="tag" href="/t/money">Money</a>'
_OWN = (
    '<p class="tags"><a rel="tag" href="/tag/harbour">Harbour</a> <a rel="tag" href="/tag/quay">Quay</a></p>'
)


@pytest.mark.parametrize(
    ("before", "head", "tags"),
    [
        (f"<nav>{_MENU}</nav>", "", ("Harbour", "Quay")),
        (f"<header>{_MENU}</header>", "", ("Harbour", "Quay")),
        ("", '<meta name="keywords" content="Harbour,Quay,tpl-news,pid_4411,cms:12">', ("Harbour", "Quay")),
    ],
)
def test_a_menu_above_the_headline_has_no_tags_of_the_article(before, head, tags):
    body = f"<html><head><title>The crane</title>{head}</head><body>{before}<article><h1>The crane has moved</h1><p>{_TEXT}</p><p>{_TEXT[::-1]}</p>{_OWN}</article></body></html>"
    page = Page(url="https://paper.example/crane", final_url="https://paper.example/crane", status=200, headers=(("content-type", "text/html"),), body=body.encode(), fetched_at=datetime(2026, 11, 30, tzinfo=UTC))  # fmt: skip

    assert read_article(parse_document(page)).article.tags == tags
