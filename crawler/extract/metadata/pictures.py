"""The lead image of an article, and whose picture it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from urllib.parse import unquote, urlsplit

from lxml.html import HtmlElement

from crawler.extract.metadata.credits import credit_of, split_caption
from crawler.extract.metadata.names import signatures
from crawler.extract.page.declared import Declared, absolute, class_names, text_of
from crawler.extract.page.head import Head
from crawler.extract.page.schema import first_text, texts_of
from crawler.lang import patterns
from crawler.site import is_inside

#: images that are compared with the lead image
MAX_IMAGES = 100
MAX_CAPTION_CHARS = 600
MAX_CREDIT_CHARS = 160
#: pixels; what is smaller is an icon
MIN_SIDE = 100
_NOT_A_PICTURE = re.compile(
    r"(?:^|[-_./])(?:logos?|logotype|wordmark|placeholder|blank|pixel|spacer|transparent|favicon|avatars?|gravatar|sprite|icons?|apple-touch-icon|"
    r"no-?image|noimage|dummy|1x1|default(?:-?(?:image|share|social|og|thumb\w*|fb|facebook))?|site-?image|share-?image|social-?(?:share|image)|og-?image|facebook-?share)(?:[-_.]|\d*\.|$)",
    re.IGNORECASE,
)
_ADDRESS_KEYS = ("src", "data-src", "data-original", "data-lazy-src", "srcset", "data-srcset")
_INNER = re.compile(r"[?&](?:url|src|image)=([^&]+)")
_ENDING = re.compile(r"\.\w{3,4}$")
_SIZE = re.compile(
    r"[-_@](?:\d{2,4}x\d{2,4}|[wh]?\d{3,4}[wh]?|r\d\.\d+|scaled|[sml]|large|medium|small|thumb(?:nail)?|hero|\dx)(?=[-_.]|$)",
    re.IGNORECASE,
)
_CREDIT_CLASS = re.compile(
    r"credit|photographer|copyright|source|attribution|byline|rights|courtesy", re.IGNORECASE
)
_CREDIT_ITEM = re.compile(r"author|creator|credit|copyright", re.IGNORECASE)
_CAPTION_CLASS = re.compile(patterns("addresses", "caption"), re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """The lead image; what is not known is None."""

    url: str | None = None
    origin: str | None = None
    credits: tuple[str, ...] = ()
    credits_origin: str | None = None


def read_picture(declared: Declared, head: Head) -> Picture:
    """The picture the page leads with; its credit when the page shows or declares one."""
    found = next(((url, origin) for url, origin in _declared(declared) if _is_for_all(url, declared)), None)
    found = found or next(
        ((url, "figure") for url in _shown(declared, head) if _is_for_all(url, declared)), None
    )
    if found is None:
        return Picture()
    url, origin = found
    box = _box_of(url, declared, head)
    credit = _shown_credit(box) if box is not None else None
    credit_origin = "figcaption" if credit else None
    if credit is None and (from_schema := _declared_credit(declared)):
        credit, credit_origin = from_schema, "json-ld image"
    return Picture(
        url=url,
        origin=origin,
        credits=(credit,) if credit else (),
        credits_origin=credit_origin,
    )


def _declared(declared: Declared) -> Iterator[tuple[str, str]]:
    """Addresses of pictures that the page gives to machines."""
    named: list[tuple[str, str]] = []
    for name in ("og:image:secure_url", "og:image", "og:image:url"):
        if not _is_small(declared):
            named += [(text, f"meta {name}") for text in declared.metas.get(name, ())]
    for image in _images(declared):
        named += [(text, "json-ld image") for text in texts_of(image, "url", "contentUrl", "@id")]
    for name in (
        "twitter:image",
        "twitter:image:src",
        "parsely-image-url",
        "sailthru.image.full",
        "thumbnail",
        "image",
    ):
        named += [(text, f"meta {name}") for text in declared.metas.get(name, ())]
    named.sort(key=lambda pair: pair[1] == "meta og:image:secure_url")
    for text, origin in named:
        if url := absolute(text, declared.url):
            yield url, origin


def _is_small(declared: Declared) -> bool:
    """Whether the page says its og:image is no larger than an icon."""
    sides = [declared.meta(name) or "" for name in ("og:image:width", "og:image:height")]
    return all(side.isdecimal() and int(side) < MIN_SIDE for side in sides)


def _is_for_all(url: str, declared: Declared) -> bool:
    """A picture, and none that a page of the public web shows out of its reader's own network."""
    return _is_picture(url) and (not is_inside(url) or is_inside(declared.url))


def _is_picture(url: str) -> bool:
    parts = urlsplit(url)
    name = unquote(parts.path).rstrip("/").rpartition("/")[2]
    return (
        bool(parts.path.strip("/"))
        and not _NOT_A_PICTURE.search(name)
        and not name.lower().endswith((".svg", ".ico"))
    )


def _key(url: str) -> tuple[str, ...]:
    """What two sizes of one picture have in common: its file name without size and ending.

    A name that says little ("image.jpg") comes with the folders it lies in.

    >>> _key("https://a.org/w/crew-at-work-1024x768.jpg?w=1") == _key("https://cdn.a.org/full/crew-at-work.webp")
    True
    """
    inner = _INNER.search(url)
    path = unquote(inner[1] if inner else url.split("?")[0]).lower()
    names = [_ENDING.sub("", name) for name in path.split("/") if name]
    stem = _SIZE.sub("", names[-1]) if names else ""
    is_telling = len(stem) > 10 or (len(stem) > 5 and not stem.isalpha())
    return (stem,) if is_telling else (*names[-3:-1], stem)


def _shown(declared: Declared, head: Head) -> Iterator[str]:
    """Addresses of images in figures near the headline."""
    for node in head.nodes:
        if node.tag == "img" and any(above.tag == "figure" for above in islice(node.iterancestors(), 4)):
            yield from (url for url in _addresses(node, declared.url) if _is_picture(url))


def _box_of(url: str, declared: Declared, head: Head) -> HtmlElement | None:
    """The figure, or the box with a caption, in which the page shows a picture."""
    key = _key(url)
    for image in declared.named["img"][:MAX_IMAGES]:
        written = [value for name in _ADDRESS_KEYS if (value := image.get(name))]
        if not any(
            key[-1] in unquote(value).lower() and _key(value.split(" ")[0]) == key for value in written
        ):
            continue
        box = None if head.is_beside(image) else _box(image)
        if box is not None:
            return box
    return None


def _addresses(image: HtmlElement, base: str) -> Iterator[str]:
    """Where an image may be loaded from: lazy loaders keep the address elsewhere."""
    for key in _ADDRESS_KEYS:
        value = (image.get(key) or "").strip()
        if value and not value.startswith("data:") and (url := absolute(value.split(" ")[0], base)):
            yield url


def _box(image: HtmlElement) -> HtmlElement | None:
    """The figure around an image, or the nearest box with a caption in it."""
    for above in islice(image.iterancestors(), 5):
        if above.tag in ("body", "article", "main"):
            return None
        if above.tag == "figure" or _caption_in(above) is not None:
            return above
    return None


def _caption_in(box: HtmlElement) -> HtmlElement | None:
    for node in islice(box.iterdescendants(), 40):
        if node.tag == "figcaption" or _CAPTION_CLASS.search(class_names(node)):
            return node
    return None


def _shown_credit(box: HtmlElement) -> str | None:
    """The credit of a figure; an element marked as one goes before words of the caption."""
    caption = _caption_in(box)
    printed = _marked_credit(box, caption)
    if printed and (credit := credit_of(printed) or printed.strip("()[] ")):
        return credit
    return (
        split_caption(text_of(caption)[:MAX_CAPTION_CHARS].lstrip("©| "))[1] if caption is not None else None
    )


def _marked_credit(box: HtmlElement, caption: HtmlElement | None) -> str | None:
    """What an element of the figure says that is marked as its credit, as printed."""
    for node in box.iterdescendants():
        is_marked = _CREDIT_CLASS.search(class_names(node)) or _CREDIT_ITEM.search(node.get("itemprop") or "")
        if is_marked and node is not caption and 1 < len(text := text_of(node)) <= MAX_CREDIT_CHARS:
            return text
    return None


def _declared_credit(declared: Declared) -> str | None:
    for image in _images(declared):
        for name in ("creditText", "copyrightHolder", "creator", "author", "copyrightNotice"):
            text = _property(image, name)
            if text and (credit_of(text) or signatures(text, may_be_short=True)):
                return credit_of(text) or text
    return None


def _images(declared: Declared) -> Iterator[object]:
    """JSON-LD images of the article: addresses or objects."""
    for value in declared.schema.values("image", "thumbnailUrl"):
        for image in value[:5] if isinstance(value, list) else [value]:
            yield declared.schema.resolve(image)


def _property(value: object, name: str) -> str | None:
    return first_text(value.get(name), "name") if isinstance(value, dict) else None
