"""A link that opens what stands below it is a heading; one that leads somewhere, or opens a menu, is a link."""

from __future__ import annotations

import pytest
from lxml.html import HtmlElement, fromstring

from crawler.extract.page.regions import region_of
from crawler.extract.page.toggles import is_toggle

ANSWER = "<p>Water may be brown for an hour, but it does no harm to anybody in the town.</p>"


def first_link(markup: str) -> HtmlElement:
    link = next(fromstring(f"<div>{markup}</div>").iter("a"))
    assert isinstance(link, HtmlElement)
    return link


@pytest.mark.parametrize(
    "markup",
    [
        pytest.param(f"<h3><a href='#a'>May I drink it?</a></h3><div id=a>{ANSWER}</div>", id="a heading"),
        pytest.param(f"<div><h3><a href='#a'>May I drink it?</a></h3></div><div id=a>{ANSWER}</div>", id="a heading in a box"),
        pytest.param(f"<ul><li><a href='#'>May I?</a><div>{ANSWER}</div><li><a href='#'>Must I?</a><div>{ANSWER}</div></ul>", id="one of several"),
        pytest.param("<h3><a href='#a'>How much?</a></h3><div id=a><table><tr><td>1<td>2</table></div>", id="a table"),
    ],
)  # fmt: skip
def test_a_link_that_opens_a_text_below_it_is_a_heading(markup: str) -> None:
    assert is_toggle(first_link(markup))


@pytest.mark.parametrize(
    "markup",
    [
        pytest.param(f"<h3><a href='/a'>May I drink it?</a></h3><div id=a>{ANSWER}</div>", id="to another page"),
        pytest.param(f"<h3><a href='#b'>May I drink it?</a></h3><div id=a>{ANSWER}</div>", id="to another part"),
        pytest.param(f"<ul><li><a href='#a'>May I?</a><li><a href='#b'>Must I?</a></ul><div id=a>{ANSWER}</div>", id="contents of a page"),
        pytest.param(f"<a href='#'>Write to us</a><div>{ANSWER}</div>", id="alone"),
        pytest.param("<ul><li><a href='#'>News</a><div><a href='/n'>Town</a> <a href='/m'>Sea</a></div><li><a href='#'>Sport</a></ul>", id="a menu"),
        pytest.param("<a href='#'>Up</a>", id="nothing behind it"),
    ],
)  # fmt: skip
def test_other_links_are_links(markup: str) -> None:
    assert not is_toggle(first_link(markup))


def test_a_list_of_tabs_is_a_menu_unless_it_holds_what_they_open() -> None:
    menu, group = "<ul role=tablist><li role=tab>a</ul>", "<div role=tablist><div role=tabpanel>a</div></div>"

    assert region_of(fromstring(menu)) == "navigation"
    assert region_of(fromstring(group)) == ""
