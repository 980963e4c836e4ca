"""A page as it was fetched, made harmless: its own markup and styles, nothing that runs, asks elsewhere or leads away. Pure.

What is left is shown in a sandboxed frame under `_POLICY`; each of the three alone keeps a hostile page from doing
anything. Style sheets and pictures of other addresses are not in the archive, so a page without styles of its own
looks bare.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from lxml.html import Element, HtmlElement, tostring

from crawler.extract.page.document import parse_document
from db.model import Page

#: what the frame may do: nothing but draw itself
_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'; sandbox"
)
HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": _POLICY,
    "X-Frame-Options": "SAMEORIGIN",
    # a browser looks up the names in links otherwise, which no policy forbids
    "X-DNS-Prefetch-Control": "off",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
#: elements, and characters of styles and of markup, that are shown; what is beyond is left out
MOST_ELEMENTS, MOST_STYLE, MOST_MARKUP = 40_000, 400_000, 4_000_000
#: characters of one picture that stands in the page itself
_MOST_PICTURE = 200_000


def _names(words: str) -> frozenset[str]:
    return frozenset(words.split())


_KEPT = _names(
    """html head body title style main article section header footer aside nav div span p h1 h2 h3 h4 h5 h6 hgroup address
    blockquote q cite pre code kbd samp var ol ul li dl dt dd figure figcaption table caption colgroup col thead tbody tfoot
    tr th td a abbr acronym b big center data del dfn em font hr i img ins mark small strike strong sub sup time tt u s br wbr
    ruby rb rp rt rtc bdi bdo details summary label legend fieldset menu"""
)
#: gone with all that is in them
_DROPPED = _names(
    """script noscript iframe frameset noframes object applet audio video canvas svg math select option optgroup textarea
    button datalist output meter progress template link meta base map portal dialog xmp plaintext noembed listing"""
)
#: gone alone: they hold nothing, but the parser, which does not know all of them, puts what follows inside
_EMPTY = _names("embed source track param area input frame keygen isindex slot marquee")
_ATTRIBUTES = _names(
    """class id style dir lang title alt width height colspan rowspan scope align valign bgcolor color size face border
    cellpadding cellspacing start reversed value type datetime hidden open"""
)
_PICTURE = re.compile(r"data:image/(?:png|jpeg|gif|webp|avif);base64,[A-Za-z0-9+/=\s]*", re.IGNORECASE)
#: in styles: letters in other spellings, addresses, other sheets, and what closes the element that they stand in
_ASKS = re.compile(
    r"\\(?:[0-9a-f]{1,6}\s?|.?)|(?:url|src|image|image-set|cross-fade)\s*\([^)]{0,4000}\)?"
    r"|@import[^;]{0,2000};?|@charset[^;]{0,200};?|<",
    re.IGNORECASE | re.DOTALL,
)
#: readable where the page brings no styles of its own
_OURS = (
    ":root{color-scheme:light}body{margin:1rem;font:1rem/1.5 system-ui,sans-serif;overflow-wrap:anywhere;background:#fff;color:#111}"
    ".spacereel-picture{display:inline-block;padding:.2rem .5rem;border:1px solid #999;color:#555;font-size:.85rem}"
)


def snapshot(page: Page) -> str:
    """The page as HTML that asks nothing of anybody.

    Raises:
        NotAnArticle: there is no markup in it.
    """
    root = parse_document(page).tree
    # others share nothing with us: the tree was parsed for this call
    _only_kept(root)
    ours = Element("style")
    ours.text = _OURS
    root.insert(0, ours)
    markup = tostring(root, encoding="unicode", method="html")
    if len(markup) > MOST_MARKUP:
        markup = markup[: markup.rfind(">", 0, MOST_MARKUP) + 1]
    return f"<!DOCTYPE html>\n{markup}"


def _only_kept(root: HtmlElement) -> None:
    """Leave the elements and attributes that only draw."""
    styles = 0
    for number, element in enumerate(list(root.iter())):
        name = element.tag
        if element is not root and (
            not isinstance(name, str) or name.lower() in _DROPPED or number >= MOST_ELEMENTS
        ):
            _drop(element)
            continue
        if name.lower() in _EMPTY and element is not root:
            element.drop_tag()
            continue
        if not isinstance(name, str) or name.lower() not in _KEPT:
            element.tag = "span"
        elif name == "style":
            element.text = harmless_style(element.text or "")[: max(0, MOST_STYLE - styles)]
            styles += len(element.text)
        elif name == "img":
            _still(element)
        _only_drawing(element)


def _drop(element: HtmlElement) -> None:
    """Take an element out, and leave the text behind it."""
    parent = element.getparent()
    if parent is None:
        return
    if element.tail:
        before = element.getprevious()
        if before is None:
            parent.text = (parent.text or "") + element.tail
        else:
            before.tail = (before.tail or "") + element.tail
    parent.remove(element)


def _only_drawing(element: HtmlElement) -> None:
    for name in list(element.attrib):
        is_picture = name == "src" and element.tag == "img"
        if name not in _ATTRIBUTES and not is_picture:
            del element.attrib[name]
        elif name == "style":
            element.attrib[name] = harmless_style(element.attrib[name][:10_000])


def _still(picture: HtmlElement) -> None:
    """A picture that is in the page itself stays; of any other its description."""
    source = picture.get("src") or ""
    if len(source) <= _MOST_PICTURE and _PICTURE.fullmatch(source):
        return
    words = (picture.get("alt") or "").strip()
    picture.attrib.clear()
    picture.tag = "span"
    if words:
        picture.set("class", "spacereel-picture")
        picture.text = words[:500]


def harmless_style(style: str) -> str:
    """Styles that ask for nothing. A blank stands where something was, so that what was parted by it is not joined.

    >>> harmless_style("a{background:url(https://x.example/a)} @import 'b'; p{color:red}</style><script>")
    'a{background:none}   p{color:red} /style> script>'
    """
    return _ASKS.sub(lambda found: "none" if found[0][0] not in "\\@<" else " ", style)
