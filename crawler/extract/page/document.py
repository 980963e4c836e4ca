"""One response -> one parsed document, which text and metadata share: a page is parsed once."""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from dataclasses import dataclass, field
from typing import Any

import lxml.html
from lxml import etree
from lxml.html import HtmlElement

from crawler.errors import NotAnArticle
from crawler.extract.page.encoding import decode_html
from crawler.extract.page.jsonld import json_ld_objects
from crawler.extract.page.plain_text import is_plain, marked_up
from crawler.markup import without_floods
from db.model import Page

#: bytes of a body that are looked at; a longer page is cut there, which bounds time and memory
MAX_BODY_BYTES = 12_000_000
#: characters of markup that are parsed, after long scripts were taken out
MAX_HTML_CHARS = 3_000_000
_INVALID = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")
_INVALID_BYTES = bytes([*range(9), 11, 12, *range(14, 32), 127])
_BAD_REFERENCE = re.compile(
    r"&#(?:x0*(?:d[89a-f][0-9a-f]{2}|0|[0-8bcef]|1[0-9a-f])|0*(?:[0-8]|1[124-9]|2\d|3[01]));", re.IGNORECASE
)
_NESTING_TAGS = re.compile(
    r"</?(?:div|span|font|b|i|u|em|strong|small|big|center|section|table|tbody|tr|td|ul|ol|li|dl|dd|blockquote|a)\b[^<>]{0,2000}>",
    re.IGNORECASE,
)
_LONG_TAG = re.compile(r"<([a-zA-Z][a-zA-Z0-9]{0,20})\s[^<>]{5000,}>")
_BLANK_BYTES = b" \t\r\n\x00"
_CONTROL_BYTES = bytes([*range(9), *range(14, 27), *range(28, 32)])
_ELEMENTS = etree.ElementDefaultClassLookup(element=HtmlElement)
_BROKEN_DOCTYPE = re.compile(r"\s*<\s*!\s*doctype[^>]*/[^<>]*>", re.IGNORECASE)
_SELF_CLOSED_HTML = re.compile(r"(<html[^>]*?)\s*/>", re.IGNORECASE)
_MAGIC = (
    (b"%PDF-", "a PDF"), (b"\x89PNG", "a PNG image"), (b"\xff\xd8\xff", "a JPEG image"), (b"GIF8", "a GIF image"),
    (b"RIFF", "a RIFF file"), (b"PK\x03\x04", "a ZIP archive"), (b"\x1f\x8b", "gzip data"),
    (b"ID3", "an MP3 file"), (b"OggS", "an Ogg file"), (b"\x28\xb5\x2f\xfd", "zstd data"), (b"BZh", "bzip2 data"),
    (b"wOF2", "a font"), (b"\x7fELF", "a program"), (b"Rar!", "a RAR archive"), (b"7z\xbc\xaf", "a 7z archive"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Document:
    """A page, decoded and parsed.

    *tree* is shared by everybody who reads the page: whoever changes it copies it first.
    """

    #: after redirects
    url: str
    html: str = field(repr=False)
    #: root of the lxml tree, without comments and processing instructions
    tree: HtmlElement = field(repr=False)
    #: every JSON-LD object of the page, flattened
    json_ld: tuple[dict[str, Any], ...] = field(repr=False)
    page: Page = field(repr=False)
    #: Python name of the encoding the bytes were read in
    encoding: str = "utf-8"


def parse_document(page: Page) -> Document:
    """Decode and parse a page; plain text becomes paragraphs.

    Raises:
        NotAnArticle: nothing there, bytes that are no text, or markup without an element.
    """
    body = page.body[:MAX_BODY_BYTES]
    _refuse_binary(body, page)
    came, encoding = decode_html(body, page.header("content-type"))
    raw = body if _is_written_so(came, body, encoding) else None
    text = _clean_markup(came, raw)
    if is_plain(text):
        text = marked_up(text)
    tree, text = _parse(text, raw if text == came else None)
    if tree is None:
        raise NotAnArticle("The page has no markup that could be read.", page.url)
    return Document(
        url=page.final_url, html=text, tree=tree, json_ld=json_ld_objects(tree), page=page, encoding=encoding
    )


def _refuse_binary(body: bytes, page: Page) -> None:
    """Say what was sent instead of a page."""
    head = body[:8192]
    if not (head.strip(_BLANK_BYTES) or body.strip(_BLANK_BYTES)):
        raise NotAnArticle("The page is empty.", page.url)
    start = head.lstrip()
    for magic, name in _MAGIC:
        if start.startswith(magic):
            raise NotAnArticle(f"The page is {name}, not HTML.", page.url)
    # UTF-16 sets a NUL beside every Latin letter; noise has one by chance in every 256 bytes
    is_wide = head.startswith((b"\xff\xfe", b"\xfe\xff")) or head.count(0) * 5 > len(head)
    controls = len(head) - len(head.translate(None, _CONTROL_BYTES))
    if not is_wide and controls * 20 > len(head) and b"<html" not in body[:200_000].lower():
        raise NotAnArticle("The page is binary data, not HTML.", page.url)
    if start[:1] in (b"{", b"[") and "json" in (page.header("content-type") or ""):
        raise NotAnArticle("The page is JSON, not HTML.", page.url)


def _is_written_so(text: str, body: bytes, encoding: str) -> bool:
    """Whether a page's bytes are its text in UTF-8: nothing in them was a mark of their order, or broken."""
    return encoding == "utf-8" and not body.startswith(BOM_UTF8) and "\ufffd" not in text


def _clean_markup(text: str, raw: bytes | None) -> str:
    """Take out what no parser accepts, and bound what is left; *raw* is the text in UTF-8, if it came so."""
    text = _without_invalid(text, raw)
    text = _BAD_REFERENCE.sub("", text)
    if broken := _BROKEN_DOCTYPE.match(text):
        text = text[broken.end() :]
    if closed := _SELF_CLOSED_HTML.search(text, 0, 4096):
        text = f"{text[: closed.end(1)]}>{text[closed.end() :]}"
    if len(text) > MAX_HTML_CHARS:
        text = _without_scripts(text)[:MAX_HTML_CHARS]
    return without_floods(text)


def _without_invalid(text: str, raw: bytes | None) -> str:
    """The text without characters that XML has no place for; nearly every page has none, which its bytes tell sooner."""
    try:
        encoded = text.encode() if raw is None else raw
    except UnicodeEncodeError:  # half a surrogate pair
        return _INVALID.sub("", text)
    is_clean = len(encoded.translate(None, _INVALID_BYTES)) == len(encoded)
    if is_clean and "\ufffe" not in text and "\uffff" not in text:
        return text
    return _INVALID.sub("", text)


def _without_scripts(text: str) -> str:
    """A page too long to be parsed, without its scripts; JSON-LD stays."""
    low, kept, at = text.lower(), [], 0
    while (start := low.find("<script", at)) >= 0 and (end := low.find("</script", start)) >= 0:
        kept.append(text[at : end if "ld+json" in low[start : start + 200] else start])
        at = end
    return "".join([*kept, text[at:]])


def _parse(text: str, raw: bytes | None) -> tuple[HtmlElement | None, str]:
    """The tree and its markup, *raw* is that in UTF-8, if it came so; a page nested too deeply for the parser, or that it gave up on, is simplified first.

    Other readers of the page get the simple markup as well: the time of some grows with the square of the depth.
    """
    tree, is_whole = _parse_once(text.encode("utf-8", "replace") if raw is None else raw)
    if tree is not None and is_whole and len(text) > 10_000 and not any(map(str.strip, tree.itertext())):
        text, is_whole = _LONG_TAG.sub(r"<\1>", text), False
    if not is_whole:
        simple = _NESTING_TAGS.sub("\n", text)
        flat, _ = _parse_once(simple.encode("utf-8", "replace"))
        tree, text = (flat, simple) if flat is not None else (tree, text)
    return tree, text


def _parse_once(markup: bytes) -> tuple[HtmlElement | None, bool]:
    """The tree, and whether the parser got to the end of the page."""
    parser = lxml.html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, collect_ids=False)
    # without classes of their own for form controls, which nobody asks for, no element is looked up in Python
    parser.set_element_class_lookup(_ELEMENTS)
    try:
        tree = lxml.html.document_fromstring(markup, parser=parser, ensure_head_body=False)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError, AssertionError):
        return None, True
    is_whole = all(
        entry.type not in (etree.ErrorTypes.ERR_RESOURCE_LIMIT, etree.ErrorTypes.ERR_INTERNAL_ERROR)
        for entry in parser.error_log.filter_from_fatals()
    )
    return tree, is_whole
