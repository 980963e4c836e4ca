"""Bytes of a source as clean text: decoded, without what an XML parser trips over."""

from __future__ import annotations

import contextlib
import html
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from html.entities import html5
from urllib.parse import urljoin, urlsplit

from charset_normalizer import from_bytes
from lxml.html.defs import tags
from w3lib.encoding import resolve_encoding

from crawler.markup import is_hostless, without_floods
from crawler.memory import remembers

#: the longer ones first: UTF-32's begins with UTF-16's
_BOMS = (
    ("utf-8", b"\xef\xbb\xbf"), ("utf-32-le", b"\xff\xfe\x00\x00"), ("utf-32-be", b"\x00\x00\xfe\xff"),
    ("utf-16-le", b"\xff\xfe"), ("utf-16-be", b"\xfe\xff"),
)  # fmt: skip
#: the zeros of a letter of ASCII, which every list begins with
_ZEROS: Mapping[tuple[bool, ...], str] = {
    (False, True, True, True): "utf-32-le", (True, True, True, False): "utf-32-be",
    (False, True, False, True): "utf-16-le", (True, False, True, False): "utf-16-be",
}  # fmt: skip
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
#: those that are easily taken for each other
_ALIKE = frozenset(("gb18030", "euc_jp", "euc_kr", "shift_jis", "big5"))
_HIGH = re.compile(rb"[\x80-\xff]+")
#: so many letters beyond ASCII side by side are a word in another script
_LONG_RUN = 3
_UNWANTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_ENTITY = re.compile(
    r"&(?:(amp|lt|gt|quot|apos|#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6});|([A-Za-z][A-Za-z0-9]{0,31};))?"
)
_CDATA = "<![CDATA["
_CARELESS_CDATA = re.compile(r"<!\[CDATA\[", re.IGNORECASE)
_BY_NUMBER = {"amp": "&#38;", "lt": "&#60;", "gt": "&#62;", "quot": "&#34;", "apos": "&#39;"}
_ESCAPES = str.maketrans({"&": "&#38;", "<": "&#60;", ">": "&#62;"})
#: a declared namespace that no vocabulary has: the parser repeats it with the name of every element
_LONG_NAMESPACE = re.compile(r"""(\bxmlns(?::[\w.-]{1,100})?\s*=\s*)(?:"[^"<]{500,}"|'[^'<]{500,}')""")
_DECLARATION = re.compile(r"<\?xml\s[^<>]*>\s*", re.IGNORECASE)
_DOCTYPE = re.compile(r"<!DOCTYPE(?:[^\[<>]|\"[^\"]*\"|'[^']*')*", re.IGNORECASE)
_TAG = re.compile(r"<(?:[a-zA-Z/!][^<>]*)>")
_CLOSING_TAG = re.compile(r"</([a-zA-Z][\w:-]*)")
#: `<Alien>`: one word, and what HTML knows by such a name
_BARE_TAG = re.compile(r"<([a-zA-Z][a-zA-Z0-9]*)>")
_KNOWN_TAGS = tags | {"svg", "path", "picture", "figure", "nobr", "blink", "marquee"}
_SCRIPT = re.compile(r"<(script|style)\b[^<>]*>.*?(?:</\1\s*>|$)", re.IGNORECASE | re.DOTALL)
#: markup within a word or a line, which parts nothing
_INLINE_TAG = re.compile(
    r"</?(?:a|b|i|em|strong|u|s|small|sub|sup|span|font|cite|code|q|mark|abbr|wbr)(?:\s[^<>]*)?>",
    re.IGNORECASE,
)
_PLAIN_ADDRESS = re.compile(r"https?://[A-Za-z0-9.-]+(?::[0-9]{1,5})?/\S*$")
_BREAKS = re.compile(r"[\r\n\t]+")
_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)


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
    if wide := _ZEROS.get(tuple(byte == 0 for byte in body[:4])):
        return body.decode(wide, "replace")
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
    name = best.encoding if best else "cp1252"
    return body.decode(_in_pairs(body) or name if name in _ALIKE else name, "replace")


def _in_pairs(body: bytes) -> str | None:
    """Which set of two bytes a letter, both of them high, it is; None when it is none of those.

    Japanese has kana, in a row of its own; Korean's syllables fill the first
    rows of the table, in which Chinese goes on behind them.
    """
    runs = _HIGH.findall(body[:100_000])
    leads = Counter(byte for run in runs for byte in run[::2])
    if any(len(run) % 2 for run in runs) or min(leads, default=0) < 0xA1:
        return None
    kana, behind = leads[0xA4] + leads[0xA5], sum(count for lead, count in leads.items() if lead > 0xC8)
    if kana * 10 > leads.total():
        return "euc_jp"
    return "gb18030" if behind * 10 > leads.total() else "euc_kr"


def clean_xml(text: str) -> str:
    """XML that any parser reads alike as UTF-8: no declaration, document type, foreign entities, forbidden characters, endless namespaces.

    Entities a document defines are never expanded; a reference to one vanishes.
    CDATA sections become the text that they are. What is not well-formed stays
    so (`mending.mended`).

    >>> clean_xml("<a>&nbsp;x &amp; y & z<![CDATA[<b>]]></a>")
    '<a>\xa0x &#38; y &#38; z&#60;b&#62;</a>'
    """
    text = without_floods(_DECLARATION.sub("", without_doctype(_UNWANTED.sub("", text)), count=1))
    text = _LONG_NAMESPACE.sub(r'\1"too-long"', text)
    if "<![c" in text or "<![C" in text:
        text = _CARELESS_CDATA.sub(_CDATA, text)
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
    if parts.scheme not in ("http", "https") or not parts.netloc:
        return None
    # the scheme alone is respelt: what follows is the site's own
    return parts.scheme + whole[len(parts.scheme) :]


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
    closed = frozenset(name.lower() for name in _CLOSING_TAG.findall(text))
    words = _UNWANTED.sub(" ", _TAG.sub(lambda tag: _as_text(tag, closed), text)).split()
    return " ".join(words)[:1000] or None


def _as_text(tag: re.Match[str], closed: frozenset[str]) -> str:
    """What a tag in a headline becomes: nothing, unless it is a word between angles that no tag is called by."""
    bare = _BARE_TAG.fullmatch(tag[0])
    is_word = bare is not None and bare[1].lower() not in _KNOWN_TAGS | closed
    return tag[0] if is_word else " "


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
