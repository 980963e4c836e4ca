"""Web pages as seen by discovery: is it one, and which feeds does it advertise."""

from __future__ import annotations

import re
from urllib.parse import urljoin

from lxml import html as lxml_html
from lxml.etree import LxmlError

from crawler.discover.decoding import decoded, web_address
from crawler.discover.packing import unpacked
from crawler.lang import table
from crawler.markup import without_floods

FEED_TYPES = (
    "application/rss+xml",
    "application/atom+xml",
    "application/feed+json",
    "application/rdf+xml",
    "application/rss",
    "application/atom",
    "text/xml",
    "application/xml",
    "application/json",
)
#: from there on a type names other things as well
_LEAST_TELLING = FEED_TYPES.index("text/xml")
_LINKS = "//*[(self::link or self::a) and @href and (@rel or @type)]"
_NO_FEED = 2
#: letters that a page shows at least without its scripts
_SHELL_CHARS = 250
#: what browsers once handed to readers of feeds
_FEED_SCHEME = re.compile(r"^feed:(?=https?:)", re.IGNORECASE)
#: services that publish the feeds of others
_HOSTED = re.compile(
    r"https?://(?:feeds[0-9]*\.feedburner\.com|feeds\.feedblitz\.com|feedpress\.me|feeds\.megaphone\.fm|rss\.app/feeds|(?:www\.)?feedspot\.com)/",
    re.IGNORECASE,
)
#: what links to feeds are called, and letters of such a name
_CALLED_FEED = re.compile("|".join(table("notices")["links"]["feed"]), re.IGNORECASE)
_MOST_NAME_CHARS = 60
#: classes of the pictures that stand for one: `fa fa-rss`, `icon_rss`
_FEED_ICON = re.compile(r"(?<![a-z])rss(?![a-z])", re.IGNORECASE)
#: a few seconds, and where to
_REFRESH = re.compile(r"\s*[0-9](?:\.[0-9]{0,3})?\s*[;,]\s*url\s*=\s*['\"]?([^'\"]{1,2000})", re.IGNORECASE)
_HTML = re.compile(r"\s*<(?:!doctype\s+html|html|head|body|div|script|meta)\b", re.IGNORECASE)
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
#: characters of a page that are parsed; its tree takes up to eighty times that in memory
MAX_PAGE_CHARS = 3_000_000
_PROLOGUE = re.compile(r"\s*<(?:!--.*?--|\?xml[^>]*)>", re.DOTALL)


def is_html(text: str) -> bool:
    """Whether a body begins like a web page."""
    head, at = text[:5000], 0
    while found := _PROLOGUE.match(head, at):
        at = found.end()
    return _HTML.match(head, at) is not None


def advertised_feeds(text: str, url: str, most: int = 10) -> tuple[str, ...]:
    """Absolute URLs of the feeds that a page's links name by their relation or type, the most telling first.

    `rel="alternate"` needs the type of a feed; `rel="feed"` is one by itself,
    and so is an anchor of a type that nothing but a feed has.
    """
    tree = parsed_page(text[:300_000], url)
    if tree is None:
        return ()
    found = ((_promise(link), _FEED_SCHEME.sub("", link.get("href").strip())) for link in tree.xpath(_LINKS))
    links = sorted((each for each in found if each[0] < _NO_FEED), key=lambda each: each[0])
    return tuple(dict.fromkeys(address for _, address in links))[:most]


def _promise(link: lxml_html.HtmlElement) -> int:
    """How surely a link leads to a feed: 0 by its type, 1 maybe, `_NO_FEED` not."""
    relations = (link.get("rel") or "").lower().split()
    kind = (link.get("type") or "").split(";")[0].strip().lower()
    place = FEED_TYPES.index(kind) if kind in FEED_TYPES else len(FEED_TYPES)
    if place < _LEAST_TELLING and ("alternate" in relations or link.tag == "a"):
        return 0
    is_named = "feed" in relations or ("alternate" in relations and place < len(FEED_TYPES))
    return 1 if is_named else _NO_FEED


def is_shell(body: bytes, content_type: str | None = None) -> bool:
    """Whether a page holds next to nothing but scripts that draw it.

    >>> is_shell(b'<html><body><div id="root"></div><script src="/app.js"></script></body></html>')
    True
    """
    text = decoded(unpacked(body), content_type)[:300_000]
    tree = parsed_page(text, "http://page.invalid/") if is_html(text) else None
    if tree is None or not list(tree.iter("script")):
        return False
    for each in list(tree.iter("script", "style", "noscript", "template", "title")):
        each.drop_tree()
    return len(" ".join(str(tree.text_content()).split())) < _SHELL_CHARS


def hosted_feeds(text: str, url: str, most: int = 5) -> tuple[str, ...]:
    """Absolute URLs of feeds at a service for them that a page links to, in page order."""
    tree = parsed_page(text[:300_000], url)
    anchors = tree.iter("a") if tree is not None else ()
    links = ((anchor.get("href") or "").strip() for anchor in anchors)
    return tuple(dict.fromkeys(each for each in links if _HOSTED.match(each)))[:most]


def named_feeds(text: str, url: str, most: int = 10) -> tuple[str, ...]:
    """Absolute URLs of what a page's links call a feed, by their text, title or picture, in page order."""
    tree = parsed_page(text[:300_000], url)
    anchors = tree.iter("a") if tree is not None else ()
    found = (
        _FEED_SCHEME.sub("", (each.get("href") or "").strip()) for each in anchors if _is_called_feed(each)
    )
    return tuple(dict.fromkeys(each for each in found if each.lower().startswith(("http://", "https://"))))[
        :most
    ]


def sent_on(text: str, url: str) -> str | None:
    """Where a page sends its readers by `<meta http-equiv="refresh">`, absolute; None when it keeps them.

    >>> sent_on('<meta http-equiv="Refresh" content="0; url=/en/">', "https://e.org/")
    'https://e.org/en/'
    """
    tree = parsed_page(text[:300_000], url) if "refresh" in text[:300_000].lower() else None
    for meta in tree.iter("meta") if tree is not None else ():
        found = _REFRESH.match(meta.get("content") or "")
        is_refresh = (meta.get("http-equiv") or "").strip().lower() == "refresh"
        if found and is_refresh and next(meta.iterancestors("noscript"), None) is None:
            target = web_address(found[1], url)
            return target if target != url else None
    return None


def _is_called_feed(anchor: lxml_html.HtmlElement) -> bool:
    pictures = (
        each.get(name) for each in anchor.iter("img", "svg") for name in ("alt", "title", "aria-label")
    )
    names = (str(anchor.text_content()), anchor.get("title"), anchor.get("aria-label"), *pictures)
    if any(each and len(each.strip()) <= _MOST_NAME_CHARS and _CALLED_FEED.search(each) for each in names):
        return True
    return any(
        _FEED_ICON.search(each.get("class") or "") for each in (anchor, *anchor.iter("i", "span", "svg"))
    )


def parsed_page(text: str, url: str) -> lxml_html.HtmlElement | None:
    """The page's tree with absolute links (`<base href>` honoured), or None for what gives no tree."""
    # lxml reads control characters, and refuses to write them back into a link
    text = without_floods(_CONTROL.sub("", text[:MAX_PAGE_CHARS]))
    try:
        tree: lxml_html.HtmlElement = lxml_html.document_fromstring(
            text.encode("utf-8", "replace"), parser=lxml_html.HTMLParser(encoding="utf-8")
        )
    except (LxmlError, ValueError):
        return None
    base = tree.find(".//base[@href]")
    try:
        start = urljoin(url, (base.get("href") or "").strip()) if base is not None else url
    except ValueError:  # `<base href="http://[">`
        start = url
    tree.make_links_absolute(start, resolve_base_href=False, handle_failures="discard")
    return tree
