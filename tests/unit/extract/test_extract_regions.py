"""What names of classes say, and where the article is found among elements that have none."""

from __future__ import annotations

import pytest
from lxml.html import document_fromstring, fromstring

from crawler.extract.page.blocks import clean_space, read_blocks
from crawler.extract.page.regions import region_of
from crawler.extract.text.container import find_container, weigh_blocks
from crawler.extract.text.readings import Opinion

PROSE = "The crew flew to the station with one camera, two lenses and a script that nobody had rehearsed."


@pytest.mark.parametrize(
    ("markup", "region"),
    [
        ('<div class="ArticleShare__bar">', "share"),
        ('<div id="mostRead">', "related"),
        ('<div class="read-more-box">', "related"),
        ('<div data-testid="newsletter-signup">', "newsletter"),
        ('<div data-component="byline-block">', "byline"),
        ('<div itemprop="author">', "byline"),
        ('<div role="navigation">', "navigation"),
        ('<div aria-hidden="true">', "unspoken"),
        ('<div style="display: none">', "hidden"),
        ("<figcaption>", "caption"),
        ("<aside>", "sidebar"),
        ('<p class="imageCaption">', "caption"),
        ('<div class="entry-content">', ""),
        ('<article class="post tag-space category-film">', ""),
        ('<div class="hidden-xs">', ""),
        ('<div class="hidden md:block">', ""),
        ('<div class="elementor-widget elementor-widget-text-editor">', ""),
        ('<div class="commentary">', ""),
        ('<div class="navigator-of-the-ship">', ""),
        ("<p>", ""),
    ],
)
def test_a_class_name_is_read_word_by_word(markup: str, region: str) -> None:
    assert region_of(fromstring(f"{markup}x")) == region


def container_class(html: str) -> str | None:
    blocks = read_blocks(document_fromstring(html))
    node, _ = find_container(weigh_blocks(blocks))
    return node.element.get("class") if node is not None else None


@pytest.mark.parametrize(
    "html",
    [
        pytest.param(f'<div class="it">{f"<p>{PROSE}</p>" * 4}</div>', id="paragraphs"),
        pytest.param(f'<div class="it">{f"<div><p>{PROSE}</p></div>" * 6}</div>', id="each paragraph in a box"),
        pytest.param(f'<div class="it">{f"{PROSE}<br><br>" * 4}</div>', id="line breaks"),
        pytest.param(f'<form><table><tr><td>menu</td><td class="it">{f"<p>{PROSE}</p>" * 4}</td></tr></table></form>', id="table layout in a form"),
        pytest.param(f'<div class="it">{f"<div class=slide><h2>One</h2><p>{PROSE}</p></div>" * 8}</div>', id="told in slides"),
        pytest.param(f'<div class="it newsletter">{f"<p>{PROSE}</p>" * 6}</div><div>{f"<p>{PROSE}</p>"}</div>', id="a name that lies"),
        pytest.param(f'<div class="it">{f"<p>{PROSE}</p>" * 3}</div><div class="comments">{f"<p>{PROSE}</p>" * 9}</div>', id="many comments"),
        pytest.param(f'<div class="it">{f"<p>{PROSE}</p>" * 3}</div>' + f'<div class="tile"><h3><a href="/1">{PROSE}</a></h3><p>{PROSE}</p></div>' * 9, id="many teasers"),
        pytest.param(f'<div class="it"><div class="part">{f"<p>{PROSE}</p>" * 3}</div><div class="ad"><p>Ad</p></div><div class="part">{f"<p>{PROSE}</p>" * 2}</div></div>', id="in parts"),
    ],
)  # fmt: skip
def test_the_article_is_found_by_where_its_paragraphs_stand(html: str) -> None:
    assert (container_class(f"<html><body><h1>x</h1>{html}</body></html>") or "").split()[:1] == ["it"]


def test_nothing_is_found_where_there_is_no_prose() -> None:
    assert container_class("<html><body><ul><li>One</li><li>Two</li></ul></body></html>") is None


def test_a_witness_knows_a_paragraph_by_its_letters() -> None:
    witness = Opinion(["- The crew, on board"])

    assert witness.holds("the crew on board!")
    assert not witness.holds("Another crew") and not witness.holds("...")


def test_a_few_letters_are_only_held_where_they_are_a_line_of_their_own() -> None:
    witness = Opinion(["The crew has come back to the station", "Landing"])

    assert witness.holds("has come back to the station") and witness.holds("Landing")
    assert not witness.holds("The crew")


def test_a_row_of_cells_line_breaks_and_inline_elements_make_the_lines_one_expects() -> None:
    blocks = read_blocks(
        document_fromstring(
            "<p>One<br>two <b>and</b> <x-note>three</x-note></p><ps-promo><p>four</p></ps-promo>"
        )
    )

    assert [block.text for block in blocks] == ["One", "two and three", "four"]


def test_space_is_folded_and_invisible_characters_go() -> None:
    assert clean_space(" a\u00a0 b\u200bc\u00add \n") == "a bcd"


def test_typed_text_is_divided_at_blank_lines() -> None:
    blocks = read_blocks(document_fromstring("<pre>One\nstill one\n\n  Two <b>bold</b>\n \nThree</pre>"))

    assert [block.text for block in blocks] == ["One still one", "Two bold", "Three"]
