"""A newsletter: an article that was mailed, or a list of articles that are on the web. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from hashlib import sha256
from html import escape
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from crawler.discover.decoding import clean_title, decoded, sound_instant, web_address
from crawler.discover.mail_links import target_of
from crawler.discover.pages import parsed_page
from crawler.errors import DiscoverError
from crawler.lang import table
from crawler.lang.instants import Instant, read_instant
from db.model import Candidate

if TYPE_CHECKING:
    _Policy = policy.EmailPolicy[EmailMessage]
else:
    _Policy = policy.EmailPolicy

#: bytes of a mail, parts of it, and links in it
MOST_MAIL_BYTES, _MOST_PARTS, MOST_LINKS = 5_000_000, 60, 300
_MOST_CHARS = 2_000_000
#: characters of a header that are taken apart, which costs the square of them; lines of headers
_MOST_HEADER, _MOST_HEAD_LINES = 4_000, 20_000
#: kinds of parts within parts, lines that part them, and lines times kinds: each is looked for in each line
_MOST_BOUNDARIES, _MOST_PARTINGS, _MOST_LOOKS = 60, 5_000, 15_000_000
_END_OF_HEAD = re.compile(rb"\n\r?\n")
#: words from which the text of a link is a headline, and links from which a mail is a list
_HEADLINE_WORDS, _LEAST_LINKS = 4, 3
#: words of its own that a list has for each of its links at most
_WORDS_PER_LINK = 120
_HOUSEKEEPING = re.compile("|".join(table("notices")["mails"]["housekeeping"]), re.IGNORECASE)
_GENERIC = re.compile("|".join(table("notices")["links"]["generic"]), re.IGNORECASE)
_ADDRESS = re.compile(r"https?://[^\s<>\"')\]]{4,2000}")
_ID = re.compile(r"<\s*([^<>\s]{3,900})\s*>")
_PREFIX = re.compile(r"^\s*(?:(?:fwd?|re|aw|wg)\s*:\s*)+", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """What one mail holds."""

    #: `mid:` and its Message-ID (RFC 2392), or a digest of it
    url: str
    #: its text as a web page
    html: str
    #: itself, as if a source had named it
    named: Candidate
    #: what it lists, or the one page that it is itself; none when the text is all there is
    links: tuple[Candidate, ...] = ()


def mail_url(message_id: str | None, body: bytes) -> str:
    """The address under which a mail is known.

    >>> mail_url("<a/b@e.org>", b"")
    'mid:a%2Fb@e.org'
    """
    found = _ID.search(message_id or "")
    name = quote(found[1], safe="@.+-_=~!$") if found else ""
    return f"mid:{name}" if 0 < len(name) <= 400 else f"mid:{sha256(body).hexdigest()}"


def read_mail(body: bytes, source: str, now: datetime) -> Mail:
    """Take a mail apart.

    Raises:
        DiscoverError: it has no text, or is no mail.
    """
    message = _parsed(body[:MOST_MAIL_BYTES])
    url = mail_url(_header(message, "message-id"), body)
    subject = clean_title(_PREFIX.sub("", _header(message, "subject") or ""))
    html = _text_of(message)
    if not html:
        raise DiscoverError(f"{url} has no text", url)
    sent = _sent(message, now)
    links = _links(html)
    post = next(
        (link for link, title in links if subject and _comparable(title) == _comparable(subject)), None
    )
    named = Candidate(
        url=url, source=source, found_on=url, found_at=now, title=subject,
        published_at=sent.at if sent else None, published_precision=sent.precision if sent else None,
    )  # fmt: skip
    if post is not None:
        candidates: tuple[Candidate, ...] = (_at(named, post, subject, html),)
    elif _is_list(html, links):
        candidates = tuple(_at(named, link, title, None) for link, title in links)
    else:
        candidates = ()
    return Mail(url=url, html=html, named=named, links=candidates)


def _at(mail: Candidate, url: str, title: str | None, content: str | None) -> Candidate:
    return Candidate(
        url=url,
        source=mail.source,
        found_on=mail.url,
        found_at=mail.found_at,
        title=title,
        published_at=mail.published_at if content else None,
        published_precision=mail.published_precision if content else None,
        content=content,
    )


class _Bounded(_Policy):
    """Takes the beginning of a header apart: addresses and parameters without end cost minutes."""

    def header_fetch_parse(self, name: str, value: str) -> Any:
        """As the default, of a header's first characters."""
        return super().header_fetch_parse(name, value[:_MOST_HEADER])


def _parsed(body: bytes) -> EmailMessage:
    kinds, head = body.count(b"boundary="), _END_OF_HEAD.search(body)
    if (
        kinds > _MOST_BOUNDARIES
        or body.count(b"\n--") > _MOST_PARTINGS
        or kinds * body.count(b"\n") > _MOST_LOOKS
    ):
        raise DiscoverError("it has more parts than a mail may have", "")
    if body.count(b"\n", 0, head.start() if head else len(body)) > _MOST_HEAD_LINES:
        raise DiscoverError("it has more headers than a mail may have", "")
    try:
        message = BytesParser(policy=_Bounded()).parsebytes(body)
    except Exception as problem:  # the standard library's parser raises what it likes on damaged mails
        raise DiscoverError(f"it is no mail that can be read ({type(problem).__name__})", "") from problem
    if not message.keys():
        raise DiscoverError("it is no mail: it has no headers", "")
    return message


def _header(message: EmailMessage, name: str) -> str | None:
    try:
        value = message.get(name)
    except Exception:  # noqa: BLE001 - headers are parsed when they are asked for, and damaged ones raise anything
        return None
    raw = next((str(value) for key, value in message.raw_items() if key.lower() == name), "")[:4_000]
    if any("\udc80" <= char <= "\udcff" for char in raw):
        return _as_sent(raw, _charset(message))[:2_000]
    return str(value)[:2_000] if value is not None else None


def _as_sent(raw: str, charset: str | None) -> str:
    """A header whose bytes beyond ASCII were sent as they are, in the set of the text or in UTF-8 (RFC 6532)."""
    body = raw.encode("ascii", "surrogateescape")
    return " ".join(decoded(body, f"text/plain; charset={charset}" if charset else None).split())


def _charset(message: EmailMessage) -> str | None:
    """The character set that the mail's first text declares."""
    try:
        return next((name for part in _parts(message) if (name := part.get_content_charset())), None)
    except Exception:  # noqa: BLE001 - as above
        return None


def _sent(message: EmailMessage, now: datetime) -> Instant | None:
    # as it was written: the parser of headers knows no `MSK` and would call it UTC
    written = next((str(value) for name, value in message.raw_items() if name.lower() == "date"), "")
    read = read_instant(" ".join(written.split())[:200])
    return read if read and sound_instant(read.at, now) else None


def _text_of(message: EmailMessage) -> str:
    """The mail's text as a page: its HTML part, or its plain one."""
    plain = ""
    for part in _parts(message):
        kind = part.get_content_type()
        if kind == "text/html" and (text := _decoded(part)).strip():
            return text
        if kind == "text/plain" and not plain:
            plain = _decoded(part)
    paragraphs = (escape(each.strip()) for each in re.split(r"\n\s*\n", plain) if each.strip())
    return "".join(f"<p>{_linked(each)}</p>\n" for each in paragraphs)


def _linked(paragraph: str) -> str:
    return _ADDRESS.sub(lambda found: f'<a href="{found[0]}">{found[0]}</a>', paragraph)


def _parts(message: EmailMessage) -> Iterator[EmailMessage]:
    for count, part in enumerate(message.walk()):
        if count >= _MOST_PARTS:
            return
        if not part.is_multipart() and part.get_content_disposition() != "attachment":
            yield part


def _decoded(part: EmailMessage) -> str:
    """The text of a part whose character set may be missing or wrong."""
    try:
        payload = part.get_payload(decode=True)
        charset = part.get_content_charset()
    except Exception:  # noqa: BLE001 - as above
        return ""
    body = payload if isinstance(payload, bytes) else b""
    return decoded(body[:MOST_MAIL_BYTES], f"text/html; charset={charset}" if charset else None)[:_MOST_CHARS]


def _links(html: str) -> list[tuple[str, str]]:
    """Addresses with the headline that leads there, in the order of the mail; each address once."""
    tree = parsed_page(html, "mid:")
    found: dict[str, str] = {}
    for anchor in [] if tree is None else list(tree.iter("a"))[: MOST_LINKS * 4]:
        title = clean_title(str(anchor.text_content()))
        url = web_address(target_of((anchor.get("href") or "").strip()), "")
        if url is None or title is None or not _is_headline(title):
            continue
        if len(title) > len(found.get(url, "")):
            found[url] = title
    return list(found.items())[:MOST_LINKS]


def _is_headline(title: str) -> bool:
    words = len(title.split()) if " " in title else len(title) // 3 if not title.isascii() else 1
    return words >= _HEADLINE_WORDS and not (_HOUSEKEEPING.fullmatch(title) or _GENERIC.fullmatch(title))


def _is_list(html: str, links: list[tuple[str, str]]) -> bool:
    """Whether the links are the news: several of them, with little text of its own for each."""
    tree = parsed_page(html, "mid:")
    if tree is None or len(links) < _LEAST_LINKS:
        return False
    words = len(str(tree.text_content()).split()) - sum(len(title.split()) for _, title in links)
    return words <= _WORDS_PER_LINK * len(links)


def _comparable(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))
