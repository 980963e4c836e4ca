"""The lead image of an article, what its caption tells and whose picture it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from lxml.html import HtmlElement

from crawler.extract.credits import credit_of, split_caption
from crawler.extract.facts import Facts, absolute, marks_of, text_of
from crawler.extract.head import Head
from crawler.extract.names import signatures
from crawler.extract.schema import first_text, texts_of

#: figures and images that are compared with the lead image
MAX_FIGURES = 40
MAX_CAPTION_CHARS = 600
MAX_CREDIT_CHARS = 160
#: pixels; what is smaller is an icon
MIN_SIDE = 100
_NOT_A_PICTURE = re.compile(
    r"(?:^|[-_./])(?:logos?|logotype|wordmark|placeholder|blank|pixel|spacer|transparent|favicon|avatars?|gravatar|sprite|icons?|apple-touch-icon|"
    r"no-?image|noimage|dummy|1x1|default(?:-?(?:image|share|social|og|thumb\w*|fb|facebook))?|site-?image|share-?image|social-?(?:share|image)|og-?image|facebook-?share)(?:[-_.]|\d*\.|$)",
    re.IGNORECASE,
)
_SIZE = re.compile(
    r"[-_@](?:\d{2,4}x\d{2,4}|\d{3,4}w?|scaled|[sml]|large|medium|small|thumb(?:nail)?|hero|\dx)(?=[-_.]|$)",
    re.IGNORECASE,
)
_CREDIT_MARK = re.compile(
    r"credit|photographer|copyright|source|attribution|byline|rights|courtesy", re.IGNORECASE
)
_LABEL_LEFT = re.compile(
    r"[\s(|–—-]*(?:image|photo|picture)?\s*(?:credit|source|copyright)?s?\s*[::]?[\s)]*$", re.IGNORECASE
)
_CAPTION_MARK = re.compile(r"caption|bildunterschrift|legend", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """The lead image; what is not known is None."""

    url: str | None = None
    origin: str | None = None
    caption: str | None = None
    credits: tuple[str, ...] = ()
    credits_origin: str | None = None


def read_picture(facts: Facts, head: Head) -> Picture:
    """The picture the page leads with; its caption and credit when the page shows or declares them."""
    found = next(((url, origin) for url, origin in _declared(facts) if _is_picture(url)), None)
    figures = list(_figures(facts, head))
    if found is None:
        shown = next(((url, box) for url, box in figures if box is not None and box in head.nodes), None)
        if shown is None:
            return Picture()
        found = shown[0], "figure"
    url, origin = found
    key = _key(url)
    box = next((box for other, box in figures if box is not None and _key(other) == key), None)
    caption, credit = _read_box(box) if box is not None else (None, None)
    credit_origin = "figcaption" if credit else None
    if credit is None and (declared := _declared_credit(facts)):
        credit, credit_origin = declared, "json-ld image"
    if caption is None:
        caption = next(
            (
                text
                for value in facts.schema.values("image")
                for text in [_property(value, "caption")]
                if text
            ),
            None,
        )
    return Picture(
        url=url,
        origin=origin,
        caption=caption,
        credits=(credit,) if credit else (),
        credits_origin=credit_origin,
    )


def _declared(facts: Facts) -> Iterator[tuple[str, str]]:
    """Addresses of pictures that the page gives to machines."""
    named: list[tuple[str, str]] = []
    for name in ("og:image:secure_url", "og:image", "og:image:url"):
        if not _is_small(facts):
            named += [(text, f"meta {name}") for text in facts.metas.get(name, ())]
    for value in facts.schema.values("image", "thumbnailUrl"):
        resolved = facts.schema.resolve(value[0] if isinstance(value, list) and value else value)
        named += [(text, "json-ld image") for text in texts_of(resolved, "url", "contentUrl", "@id")]
    for name in (
        "twitter:image",
        "twitter:image:src",
        "parsely-image-url",
        "sailthru.image.full",
        "thumbnail",
        "image",
    ):
        named += [(text, f"meta {name}") for text in facts.metas.get(name, ())]
    named.sort(key=lambda pair: pair[1] == "meta og:image:secure_url")
    for text, origin in named:
        if url := absolute(text, facts.url):
            yield url, origin


def _is_small(facts: Facts) -> bool:
    """Whether the page says its og:image is no larger than an icon."""
    sides = [facts.meta(name) or "" for name in ("og:image:width", "og:image:height")]
    return all(side.isdigit() and int(side) < MIN_SIDE for side in sides)


def _is_picture(url: str) -> bool:
    parts = urlsplit(url)
    name = unquote(parts.path).rstrip("/").rpartition("/")[2]
    return (
        bool(parts.path.strip("/"))
        and not _NOT_A_PICTURE.search(name)
        and not name.lower().endswith((".svg", ".ico"))
    )


def _key(url: str) -> str:
    """What two sizes of one picture have in common: its file name without size and ending.

    >>> _key("https://a.org/w/crew-1024x768.jpg?w=1") == _key("https://cdn.a.org/full/crew.webp")
    True
    """
    parts = urlsplit(url)
    inner = re.search(r"(?:^|&)(?:url|src|image)=([^&]+)", parts.query)
    path = urlsplit(unquote(inner[1])).path if inner else unquote(parts.path)
    names = [re.sub(r"\.\w{3,4}$", "", name) for name in path.lower().split("/") if name]
    stem = _SIZE.sub("", names[-1]) if names else ""
    return (
        stem if (len(stem) > 5 and not stem.isalpha()) or len(stem) > 10 else "/".join([*names[-3:-1], stem])
    )


def _figures(facts: Facts, head: Head) -> Iterator[tuple[str, HtmlElement | None]]:
    """Addresses of images on the page, each with the box that holds its caption."""
    count = 0
    for image in facts.tree.iter("img"):
        if count >= MAX_FIGURES:
            return
        box = _box(image)
        if box is None or head.is_beside(image):
            continue
        count += 1
        for key in ("src", "data-src", "data-original", "data-lazy-src", "content"):
            url = absolute(image.get(key), facts.url)
            if url and _is_picture(url):
                yield url, box
        if url := absolute((image.get("srcset") or image.get("data-srcset") or "").split(" ")[0], facts.url):
            yield url, box


def _box(image: HtmlElement) -> HtmlElement | None:
    """The figure around an image, or the nearest box with a caption in it."""
    here = image.getparent()
    for _ in range(5):
        if here is None or here.tag in ("body", "article", "main"):
            return None
        if here.tag == "figure" or _caption_in(here) is not None:
            return here
        here = here.getparent()
    return None


def _caption_in(box: HtmlElement) -> HtmlElement | None:
    for node in list(box.iterdescendants())[:40]:
        if node.tag == "figcaption" or _CAPTION_MARK.search(marks_of(node)):
            return node
    return None


def _read_box(box: HtmlElement) -> tuple[str | None, str | None]:
    """Caption and credit of a figure; an element marked as the credit goes before words of the caption."""
    caption = _caption_in(box)
    credit = _marked_credit(box, caption)
    told = text_of(caption)[:MAX_CAPTION_CHARS] if caption is not None else ""
    if credit:
        told = _LABEL_LEFT.sub("", told.replace(f"({credit})", "").replace(credit, ""))
    text, inner = split_caption(told)
    return text, credit or inner


def _marked_credit(box: HtmlElement, caption: HtmlElement | None) -> str | None:
    for node in box.iterdescendants():
        if node is caption or not _CREDIT_MARK.search(f"{marks_of(node)} {node.get('itemprop') or ''}"):
            continue
        text = text_of(node)
        if text and len(text) <= MAX_CREDIT_CHARS:
            return credit_of(text) or text.strip("()[] ")
    return None


def _declared_credit(facts: Facts) -> str | None:
    for value in facts.schema.values("image"):
        image = facts.schema.resolve(value[0] if isinstance(value, list) and value else value)
        for name in ("creditText", "copyrightHolder", "creator", "author", "copyrightNotice"):
            text = _property(image, name)
            if text and (credit_of(text) or signatures(text, may_be_short=True)):
                return credit_of(text) or text
    return None


def _property(value: object, name: str) -> str | None:
    return first_text(value.get(name), "name") if isinstance(value, dict) else None
