"""Nothing vanishes: every line of a page is text, removed by a named rule, or outside."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.commands.page_account import explained_line
from crawler.errors import ExtractError
from crawler.extract.article import Reading, read_article
from crawler.extract.page.blocks import read_blocks
from crawler.extract.page.document import Document, parse_document
from crawler.extract.text.account import Part
from crawler.extract.text.furniture import line_hash
from db.model import Page

PAGES = sorted((Path(__file__).parents[2] / "pages").glob("*/page.html"))
SENTENCES = (
    "The capsule left the station at dawn, and the crew slept through the first of its two burns.",
    "Nobody had told the gaffer that light has no weight and yet needs to be carried up there.",
    "Read more",
    "Photo: Jane Roe/Getty Images",
    "By Anna Holm",
    "12 comments",
    "Correction: the burn lasted nine minutes, not ninety.",
)
TAGS = ("div", "p", "section", "aside", "ul", "li", "h2", "article", "figure", "td", "span", "blockquote")
CLASSES = ("", "related", "comments", "share", "body", "hidden", "ad")


def read(html: str, memory: frozenset[int] = frozenset()) -> tuple[Document, Reading]:
    page = Page(
        url="https://news.example/a",
        final_url="https://news.example/a",
        status=200,
        headers=(("content-type", "text/html; charset=utf-8"),),
        body=html.encode(),
        fetched_at=datetime(2026, 1, 1, tzinfo=UTC),
    )
    document = parse_document(page)
    return document, read_article(document, memory=memory)


def letters(text: str) -> str:
    return "".join(sorted(text.replace(" ", "").replace("|", "")))


def assert_accounted(document: Document, reading: Reading) -> None:
    """All blocks of the page stand in the parts, and the parts agree with the article."""
    parts = reading.parts()
    assert "\n".join(part.text for part in parts if part.fate == "text") == reading.article.text
    assert [each.text for each in reading.article.removed] == [
        part.text for part in parts if part.fate == "removed"
    ]
    assert all(part.reason for part in parts if part.fate == "removed")
    if dict(reading.article.origins)["text"] == "markup":
        blocks = read_blocks(document.tree)
        assert letters("".join(part.text for part in parts)) == letters("".join(b.text for b in blocks))


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.parent.name)
def test_a_sample_page_is_accounted_for(path: Path) -> None:
    if path.parent.name == "example-override":
        pytest.skip("parts of the page are dropped by its override")
    try:
        document, reading = read(path.read_text("utf-8"))
    except ExtractError:
        pytest.skip("no article at this address")
    assert_accounted(document, reading)


nodes = st.recursive(
    st.sampled_from(SENTENCES),
    lambda inner: st.builds(
        lambda tag, name, parts: f'<{tag} class="{name}">{"".join(parts)}</{tag}>',
        st.sampled_from(TAGS),
        st.sampled_from(CLASSES),
        st.lists(inner, min_size=1, max_size=4),
    ),
    max_leaves=25,
)


@settings(max_examples=60)
@given(nodes)
def test_any_page_is_accounted_for(markup: str) -> None:
    try:
        document, reading = read(f"<html><body><h1>The crew is back</h1>{markup}</body></html>")
    except ExtractError:
        return
    assert_accounted(document, reading)


TEASERS = "".join(
    f"<div><h3>{title}</h3><p>The market in the mill quarter moves to the depot, as the roof of its hall has to be…</p></div>"
    for title in ("One", "Two", "Three")
)
HEADS = (
    "",
    "<meta property='og:title' content='The crew is back'><meta name='description' content='The crew slept through the first burn.'>",
    '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "The crew is back", "articleBody": "'
    + " ".join(SENTENCES) * 3
    + '"}</script>',
)


@settings(max_examples=60)
@given(
    nodes, st.frozensets(st.sampled_from(SENTENCES)), st.sampled_from(HEADS), st.sampled_from(("", TEASERS))
)
def test_any_page_is_accounted_for_whatever_is_known_of_it(
    markup: str, known: frozenset[str], head: str, below: str
) -> None:
    """With lines known as the site's, with what the page declares, and beside other pages' beginnings."""
    try:
        document, reading = read(
            f"<html><head>{head}</head><body><h1>The crew is back</h1>{markup}{below}</body></html>",
            frozenset(map(line_hash, known)),
        )
    except ExtractError:
        return
    assert_accounted(document, reading)


def test_an_explained_line_says_fate_rule_chance_and_evidence() -> None:
    part = Part(
        fate="removed",
        text="Read\x1b[31m more",
        reason="related.label",
        chance=0.2,
        evidence=(("all_linked", 1.4),),
    )

    assert explained_line(part) == "removed Read more  [related.label; 20 %; all linked +1.4]"
