"""What an element says, and the short lines of a page."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from lxml.html import document_fromstring

from crawler.extract.page.declared import MAX_LINE_CHARS, ShortLines, text_of

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
