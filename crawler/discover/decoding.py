"""Bytes of a source as clean text: unpacked within bounds, decoded, without what an XML parser trips over."""

from __future__ import annotations

import contextlib
import html
import re
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from html.entities import html5
from urllib.parse import urljoin, urlsplit

from charset_normalizer import from_bytes
from w3lib.encoding import resolve_encoding

from crawler.markup import is_hostless, without_floods
from crawler.memory import remembers

#: a source of more unpacked bytes is cut there
MAX_UNPACKED_BYTES = 50_000_000
_GZIP = b"\x1f\x8b"
_BOMS = (("utf-8", b"\xef\xbb\xbf"), ("utf-16-le", b"\xff\xfe"), ("utf-16-be", b"\xfe\xff"))
_DECLARED = re.compile(rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._:-]{2,40})""")
_META = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?([A-Za-z0-9._:-]{2,40})""", re.IGNORECASE)
_HEADER = re.compile(r"""charset\s*=\s*["']?([A-Za-z0-9._:-]{2,40})""", re.IGNORECASE)
#: `<?xm` as mainframes write it
_EBCDIC = b"\x4c\x6f\xa7\x94"
#: switches to Japanese, and the one to Korean that stands before all of it (RFC 1557)
_ISO_2022, _KOREAN = b"\x1b$", b"\x1b$)C"
#: Chinese in seven bits (RFC 1843), where it is declared
_HZ = frozenset(("hz-gb-2312", "hz", "hzgb", "hz_gb_2312"))
_UTF_8 = frozenset(("utf-8", "utf8"))
_LATIN = frozenset(
    ("ascii", "us-ascii", "iso-8859-1", "iso-8859-15", "latin-1", "latin1", "windows-1252", "cp1252")
)
_PLAUSIBLE = [
    "cp1251",
    "koi8_r",
    "gb18030",
    "shift_jis",
    "euc_jp",
    "euc_kr",
    "big5",
    "cp1253",
    "cp1255",
    "cp1256",
]
_HIGH = re.compile(rb"[\x80-\xff]+")
#: so many letters beyond ASCII side by side are a word in another script
_LONG_RUN = 3
_UNWANTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ENTITY = re.compile(
    r"&(?:(amp|lt|gt|quot|apos|#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6});|([A-Za-z][A-Za-z0-9]{0,31};))?"
)
_CDATA = "<![CDATA["
_BY_NUMBER = {"amp": "&#38;", "lt": "&#60;", "gt": "&#62;", "quot": "&#34;", "apos": "&#39;"}
_ESCAPES = str.maketrans({"&": "&#38;", "<": "&#60;", ">": "&#62;"})
_DECLARATION = re.compile(r"<\?xml\s[^<>]*>\s*", re.IGNORECASE)
_DOCTYPE = re.compile(r"<!DOCTYPE(?:[^\[<>]|\"[^\"]*\"|'[^']*')*", re.IGNORECASE)
_TAG = re.compile(r"<(?:[a-zA-Z/!][^<>]*)>")
_SCRIPT = re.compile(r"<(script|style)\b[^<>]*>.*?(?:</\1\s*>|$)", re.IGNORECASE | re.DOTALL)
#: markup within a word or a line, which parts nothing
_INLINE_TAG = re.compile(
    r"</?(?:a|b|i|em|strong|u|s|small|sub|sup|span|font|cite|code|q|mark|abbr|wbr)(?:\s[^<>]*)?>",
    re.IGNORECASE,
)
_PLAIN_ADDRESS = re.compile(r"https?://[A-Za-z0-9.-]+(?::[0-9]{1,5})?/\S*$")
_BREAKS = re.compile(r"[\r\n\t]+")
_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)


def unpacked(body: bytes) -> bytes:
    """The body without gzip, recognised by its first bytes, cut at 50 MB; a broken end is left off.

    Some servers pack what is packed already, so that is undone twice.
    """
    for _ in range(2):
        if not body.startswith(_GZIP):
            break
        body = _members(body)
    return body[:MAX_UNPACKED_BYTES]


def _members(body: bytes) -> bytes:
    """All members of a gzip file, one behind the other."""
    whole = b""
    for _ in range(100):  # each costs a copy of what is left
        if not body.startswith(_GZIP) or len(whole) >= MAX_UNPACKED_BYTES:
            break
        unpacker = zlib.decompressobj(wbits=31)
        try:
            whole += unpacker.decompress(body, MAX_UNPACKED_BYTES - len(whole))
        except zlib.error:
            return whole + _what_unpacks(body)
        body = unpacker.unused_data
    return whole


def _what_unpacks(body: bytes) -> bytes:
    """As much as a damaged gzip member gives, 64 bytes at a time."""
    unpacker, parts, size = zlib.decompressobj(wbits=31), [], 0
    for start in range(0, len(body), 64):
        try:
            parts.append(unpacker.decompress(body[start : start + 64], MAX_UNPACKED_BYTES - size))
        except zlib.error:
            break
        size += len(parts[-1])
        if size >= MAX_UNPACKED_BYTES:
            break
    return b"".join(parts)


def decoded(body: bytes, content_type: str | None = None) -> str:
    """The text of a body whose declared character set may be missing or wrong.

    A byte-order mark decides, then the escapes of ISO-2022, then whether it is
    valid UTF-8, then the XML or HTML declaration, then the header. A Latin
    declaration is not believed over words that lie beyond ASCII as a whole; nor
    is UTF-8 where it does not decode. Then the set is detected.
    """
    for name, mark in _BOMS:
        if body.startswith(mark):
            return body[len(mark) :].decode(name, "replace")
    if len(body) > 3 and body[:4].count(0) == 2 and body[0] != body[1] and body[2] != body[3]:
        return body.decode("utf-16-be" if body[0] == 0 else "utf-16-le", "replace")
    if body.startswith(_EBCDIC):
        declared = _DECLARED.search(body[:400].decode("cp037").encode("ascii", "replace"))
        with contextlib.suppress(LookupError):
            return body.decode(declared[1].decode() if declared else "cp037", "replace")
    if _ISO_2022 in body:
        with contextlib.suppress(UnicodeError):
            return body.decode("iso2022_kr" if _KOREAN in body else "iso2022_jp_ext")
    if b"~{" in body and not _HZ.isdisjoint(_declarations(body, content_type)):
        with contextlib.suppress(UnicodeError):
            return body.decode("hz")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as problem:
        if _is_utf8_with_few_faults(body, problem.start):
            return body.decode("utf-8", "replace")
    for name in _declarations(body, content_type):
        if name in _UTF_8 or (name in _LATIN and _has_words_beyond_ascii(body)):
            continue
        with contextlib.suppress(LookupError, UnicodeError):  # unknown, or no character set (`idna`)
            known = resolve_encoding(name) or resolve_encoding(name.removeprefix("x-"))
            return body.decode(known or "no such character set", "replace")
    return _detected(body)


def _declarations(body: bytes, content_type: str | None) -> list[str]:
    head = body[:2048]
    found = [match[1].decode("ascii") for match in (_DECLARED.search(head), _META.search(head)) if match]
    header = _HEADER.search(content_type or "")
    return [name.lower() for name in [*found, *([header[1]] if header else [])]]


def _is_utf8_with_few_faults(body: bytes, first_fault: int) -> bool:
    """Valid multi-byte characters outnumber faults by far: cut or damaged UTF-8, not another character set."""
    sample = body[max(0, first_fault - 20_000) : first_fault + 20_000].decode("utf-8", "replace")
    faults = sample.count("\ufffd")
    return sum(char > "\x7f" for char in sample) - faults > 10 * faults


def _has_words_beyond_ascii(body: bytes) -> bool:
    """Whether most bytes beyond ASCII stand side by side, as they do in no language in Latin script.

    A lone `£` or `’` says nothing: one byte is not a word.
    """
    runs = [len(run) for run in _HIGH.findall(body[:100_000])]
    long = sum(length for length in runs if length >= _LONG_RUN)
    return long > 0.5 * sum(runs) and long > _LONG_RUN


def _detected(body: bytes) -> str:
    if not _has_words_beyond_ascii(body):
        return body.decode("cp1252", "replace")
    sample = b" ".join(re.findall(rb"[\x80-\xff][^<>]*", body[:200_000]))[:20_000]
    best = from_bytes(sample, cp_isolation=_PLAUSIBLE).best()
    return body.decode(best.encoding if best else "cp1252", "replace")


def clean_xml(text: str) -> str:
    """XML that any parser reads alike as UTF-8: no declaration, document type, foreign entities, forbidden characters.

    Entities a document defines are never expanded; a reference to one vanishes.
    CDATA sections become the text that they are. What is not well-formed stays
    so (`mending.mended`).

    >>> clean_xml("<a>&nbsp;x &amp; y & z<![CDATA[<b>]]></a>")
    '<a>\xa0x &#38; y &#38; z&#60;b&#62;</a>'
    """
    text = without_floods(_DECLARATION.sub("", without_doctype(_UNWANTED.sub("", text)), count=1))
    if "&" not in text and _CDATA not in text:
        return text
    return "".join(
        part.translate(_ESCAPES) if is_cdata else _ENTITY.sub(_plain_entity, part)
        for part, is_cdata in _parts(text)
    )


def _parts(text: str) -> Iterator[tuple[str, bool]]:
    """The text between CDATA sections, and what is in them; one that never closes, or only behind the next, is text."""
    at = begin = 0
    while (start := text.find(_CDATA, begin)) >= 0 and (end := text.find("]]>", start)) >= 0:
        begin = start + len(_CDATA)
        if text.find(_CDATA, begin, end) >= 0:
            continue
        yield text[at:start], False
        yield text[begin:end], True
        at = begin = end + 3
    yield text[at:], False


def _plain_entity(found: re.Match[str]) -> str:
    """A reference by number: libxml2 drops those by name once it has met an error."""
    if found[1]:
        return _BY_NUMBER.get(found[1]) or (found[0] if _is_character(found[1][1:]) else "")
    if found[2]:
        return html5.get(found[2], "").translate(_ESCAPES)
    return "&#38;"


def _is_character(number: str) -> bool:
    """Whether a reference names a character that XML allows: `&#xD800;` and `&#0;` do not."""
    code = int(number[1:], 16) if number[0] in "xX" else int(number)
    return (
        code in (9, 10, 13) or 0x20 <= code < 0xD800 or 0xE000 <= code < 0xFFFE or 0x10000 <= code < 0x110000
    )


def without_doctype(text: str) -> str:
    """XML without its document type: what it defines is nobody's, and expands without end."""
    found = _DOCTYPE.search(text, 0, 20_000)
    if found is None:
        return text
    end = found.end()
    if text[end : end + 1] == "[":
        end = text.find("]>", end) + 1
        if end == 0:
            return text[: found.start()]
    return text[: found.start()] + text[end + 1 :]


@remembers(512, letters=200)
def local_name(tag: object) -> str:
    """An element's name in lower case without its namespace or prefix; "" for comments and instructions."""
    return re.split(r"[}:]", tag)[-1].lower() if isinstance(tag, str) else ""


def web_address(text: str | None, base: str) -> str | None:
    """*text* as an absolute http(s) address, from *base* where it is relative; None for anything else."""
    if not text or _PLAIN_ADDRESS.match(text):
        return text or None
    if is_hostless(text):
        return None
    try:
        whole = urljoin(base, _BREAKS.sub("", text.strip()))
        parts = urlsplit(whole)
    except ValueError:
        return None
    return whole if parts.scheme in ("http", "https") and parts.netloc else None


def clean_title(text: str | None) -> str | None:
    """A headline as text: no markup, entities (also doubly escaped ones) resolved, one space between words.

    >>> clean_title(" <b>Tom &amp;amp; co</b>\\n in orbit")
    'Tom & co in orbit'
    """
    if not text:
        return None
    text = text[:20_000]
    for _ in range(2):
        text = html.unescape(text)
    text = _INLINE_TAG.sub("", _SCRIPT.sub(" ", text))
    words = _UNWANTED.sub(" ", _TAG.sub(" ", text)).split()
    return " ".join(words)[:1000] or None


def sound_instant(at: datetime | None, now: datetime) -> datetime | None:
    """*at* in UTC, or None when it lies before 1990 or more than a day ahead of *now*; naive means UTC."""
    if at is None:
        return None
    try:
        at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (OverflowError, ValueError):
        return None
    return at if _EARLIEST <= at <= now + timedelta(days=1) else None


def language_of_tag(text: str | None) -> str | None:
    """ISO 639-1 of a language tag such as `en-US` or `pt_BR`; None for what is none."""
    code = re.split(r"[-_]", (text or "").strip().lower())[0]
    return code if re.fullmatch(r"[a-z]{2}", code) else None
