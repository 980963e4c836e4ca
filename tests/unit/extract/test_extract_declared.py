"""What an element says, and the short lines of a page."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from crawler.extract.metadata.stated_dates import time_dates
from crawler.extract.page.declared import MAX_LINE_CHARS, MAX_TEXT_CHARS, ShortLines, text_of

_PAGE = """<body><div><p>By <a href="/jane"><span>Jane <b>Doe</b></span></a> on 3 May<script>x = 1</script></p>
<p>{long}</p></div><p></p><p>Filed under ferries</p></body>"""


def test_a_text_behind_an_element_is_read_behind_all_that_stands_in_it():
    page = document_fromstring(_PAGE)

    assert text_of(page.find(".//p")) == "By Jane Doe on 3 May"


def test_short_lines_are_the_elements_that_say_little_in_page_order():
    page = document_fromstring(_PAGE.format(long="a long day " * 40))

    assert [text for _, text in ShortLines(page).of(("p", "div", "span"), 30)] == [
        "By Jane Doe on 3 May",
        "Jane Doe",
        "Filed under ferries",
    ]


@given(st.recursive(st.text("ab \n", max_size=300), lambda inner: st.lists(inner, max_size=4), max_leaves=12))
def test_a_short_line_says_what_its_element_says(tree):
    page = document_fromstring(f"<body>{_marked_up(tree)}</body>")

    lines = list(ShortLines(page).of(("body", "p", "i"), MAX_LINE_CHARS))

    assert lines == [
        (node, text)
        for node in page.find("body").iter("body", "p", "i")
        if 0 < len(text := text_of(node)) <= MAX_LINE_CHARS
    ]


def _marked_up(tree):
    if isinstance(tree, str):
        return f"<i>{tree}</i> and "
    return f"<p>{''.join(map(_marked_up, tree))}</p> then "


class Uncounted(HtmlElement):
    """An element of which nobody may ask how many children it has: lxml counts them each time."""

    def __len__(self) -> int:
        raise AssertionError("somebody counts the children")


def parsed(markup: str) -> HtmlElement:
    parser = HTMLParser()
    parser.set_element_class_lookup(etree.ElementDefaultClassLookup(element=Uncounted))
    return document_fromstring(markup, parser=parser)


def test_nobody_counts_the_children_of_a_parent_for_each_of_them():
    """Twenty thousand dates in a row took 17 s of CPU, because each counted its neighbours."""
    tree = parsed("<div>Updated " + "<time>20 November 2026</time>, " * 3 + "</div>")

    assert text_of(tree).startswith("Updated 20 November 2026 ,")
    assert [each.kind for each in time_dates(tree.iter("time"), day_first=True)] == ["modified"] * 3


def test_of_empty_children_without_end_a_bounded_number_is_looked_at():
    tree = parsed("<div>begun" + "<i></i>" * (2 * MAX_TEXT_CHARS) + "never read</div>")

    assert text_of(tree) == "begun"
