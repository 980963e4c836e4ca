"""Bytes of a page -> text: byte order mark, header, `<meta>`, and what the bytes themselves say.

The declared encoding is a claim. UTF-8 that decodes is UTF-8 whatever was
claimed, because other encodings form valid multi-byte UTF-8 only by accident;
a claim that yields implausible text (capital Cyrillic with lower-case initials,
Latin capitals with accents in a row) is checked against detection.
"""

from __future__ import annotations

import codecs
import re
from itertools import pairwise

from charset_normalizer import from_bytes
from w3lib.encoding import html_body_declared_encoding, http_content_type_encoding, resolve_encoding

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
#: encodings whose bytes are all below 0x80: plain ASCII does not disprove them
_SEVEN_BIT = frozenset({"iso2022_jp", "iso2022_kr", "hz", "utf-7"})
#: supersets browsers read instead (WHATWG Encoding Standard), as far as Python names them
_SUPERSETS = {
    "iso8859-1": "cp1252", "latin_1": "cp1252", "ascii": "cp1252", "iso8859-9": "cp1254",
    "gb2312": "gb18030", "gbk": "gb18030", "shift_jis": "cp932", "euc_kr": "cp949", "big5": "big5hkscs",
    "tis_620": "cp874", "iso8859-11": "cp874",
}  # fmt: skip
#: what detection chooses between: the encodings news pages still come in
_DETECTABLE = [
    "utf_8", "cp1251", "koi8_r", "cp866", "iso8859_5", "cp1252", "cp1250", "iso8859_2", "cp1254", "cp1253",
    "cp1255", "cp1256", "cp1257", "cp874", "cp932", "euc_jp", "gb18030", "big5", "cp949",
]  # fmt: skip
_DETECTION_BYTES = 20_000
_TAG = re.compile(rb"<[^<>]{0,1000}>")
_CYRILLIC = re.compile(r"[а-яёА-ЯЁ]{3,}")
_MIXED = re.compile(r"[a-zA-Z][а-яёА-ЯЁ]|[а-яёА-ЯЁ][a-zA-Z]")
_HIGH = re.compile(r"[\u0080-\u00ff]+")
#: what Western European text holds beyond ASCII
_WESTERN = frozenset(
    "àâäáãåæçéèêëíìîïñóòôöõøœúùûüýÿßšžÀÂÄÁÃÅÆÇÉÈÊËÍÌÎÏÑÓÒÔÖÕØŒÚÙÛÜÝŠŽ‘’“”„‚«»‹›–—…•·¡¿€£§©®°ªº´`™†\u00a0"
)
_WORD_CHARS = re.compile(r"[^\W\d_]")


def decode_html(body: bytes, content_type: str | None = None) -> tuple[str, str]:
    """Decode a page and say how.

    >>> decode_html("Вызов".encode("windows-1251"), "text/html; charset=windows-1251")
    ('Вызов', 'cp1251')
    >>> decode_html("Съёмки".encode(), "text/html; charset=iso-8859-1")[0]
    'Съёмки'

    Args:
        body: the response's bytes, already decompressed; may be anything.
        content_type: value of the Content-Type header.

    Returns:
        The text and the Python name of the encoding. Never raises: bytes that
        fit no encoding become U+FFFD.
    """
    for bom, name in _BOMS:
        if body.startswith(bom):
            return body[len(bom) :].decode(name, "replace"), name
    declared = _declared(body, content_type)
    if declared in _SEVEN_BIT and (text := _strict(body, declared)) is not None:
        return text, declared
    if (text := _strict(body, "utf-8")) is not None:
        return text, "utf-8"
    if _is_mostly_utf8(body):
        return body.decode("utf-8", "replace"), "utf-8"
    if declared and declared != "utf-8":
        text = body.decode(declared, "replace")
        if _is_plausible(text):
            return text, declared
    return _detect(body, declared)


def _declared(body: bytes, content_type: str | None) -> str | None:
    """The encoding that header or `<meta>` name, as the superset browsers use."""
    name = http_content_type_encoding(content_type) or html_body_declared_encoding(body[:8192])
    if name is None:
        return None
    name = resolve_encoding(name) or name
    name = _SUPERSETS.get(name, name)
    try:
        "".encode(name)
    except (LookupError, UnicodeError):
        return None
    return name


def _strict(body: bytes, encoding: str) -> str | None:
    try:
        return body.decode(encoding)
    except UnicodeError:
        return None


def _is_mostly_utf8(body: bytes) -> bool:
    """UTF-8 with a few broken bytes: cut by a size limit, or one foreign snippet pasted in."""
    sample = body[:500_000]
    text = sample.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    multibyte = len(sample) - sum(len(part) for part in re.findall(rb"[\x00-\x7f]+", sample))
    return broken * 20 <= multibyte


def _is_plausible(text: str) -> bool:
    """Whether a single-byte guess gave words rather than mojibake."""
    sample = text[:200_000]
    if "\ufffd" in sample and sample.count("\ufffd") * 50 > len(_WORD_CHARS.findall(sample)):
        return False
    words = _CYRILLIC.findall(sample)
    if words:
        odd = sum(_is_inverted(word) for word in words) + len(_MIXED.findall(sample))
        return odd * 3 < len(words)
    runs = _HIGH.findall(sample)
    return sum(len(run) for run in runs if len(run) > 2) * 4 <= sum(len(run) for run in runs)


def _is_western(text: str) -> bool:
    """Whether a windows-1252 reading holds only what Western languages use, in ones and twos."""
    runs = _HIGH.findall(text)
    high = {char for char in text if char > "\x7f"}
    return high <= _WESTERN and all(len(run) < 3 for run in runs)


def _is_inverted(word: str) -> bool:
    """KOI8-R read as windows-1251, or the reverse, turns the case around: `бШГНБ`."""
    return any(a.islower() and b.isupper() for a, b in pairwise(word))


def _detect(body: bytes, declared: str | None) -> tuple[str, str]:
    """Ask charset_normalizer about the text between the tags; fall back to what was declared."""
    text = _TAG.sub(b" ", body[: 20 * _DETECTION_BYTES])
    sample = b"\n".join(line.strip() for line in text.splitlines() if any(byte > 0x7F for byte in line))
    if _is_western((sample or body).decode("cp1252", "replace")):
        return body.decode("cp1252", "replace"), "cp1252"
    best = from_bytes(
        (sample or body)[:_DETECTION_BYTES], cp_isolation=_DETECTABLE, enable_fallback=False
    ).best()
    name = best.encoding if best is not None else declared or "cp1252"
    name = _SUPERSETS.get(name, name)
    return body.decode(name, "replace"), name
