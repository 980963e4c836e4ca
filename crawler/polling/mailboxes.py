"""Mails in a Maildir, an mbox file or an IMAP folder: which there are, and their bytes. Nothing in them is changed."""

from __future__ import annotations

import imaplib
import os
import re
import socket
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO
from urllib.parse import unquote, urlsplit

from crawler.config.home import without_tilde
from crawler.config.readers import Network
from crawler.discover.mails import MOST_MAIL_BYTES, mail_url
from crawler.errors import ConfigError, DiscoverError, FetchError, ForbiddenAddress, Unreachable
from crawler.frontier.addresses import refusal
from crawler.polling.imap import MailServer

#: mails looked at in one poll, the newest; bytes of headers, of the end of an mbox file, and of a piece of it in hand
MOST_MAILS, _HEADER_BYTES, _MBOX_BYTES, _PIECE_BYTES = 2_000, 64_000, 100_000_000, 1_000_000
#: a line that begins a mail of an mbox file, and how long it may be with the empty line before it
_FROM, _FROM_BYTES = re.compile(rb"\n\r?\nFrom [^\n]{0,900}\n"), 1_000
_MESSAGE_ID = re.compile(rb"^message-id:((?:[^\n]|\n[ \t]){0,2000})", re.IGNORECASE | re.MULTILINE)
_END_OF_HEAD = re.compile(rb"\n\r?\n")
_QUOTED_FROM = re.compile(rb"^>(>*From )", re.MULTILINE)
_SIZE, _UID = re.compile(rb"RFC822\.SIZE (\d+)"), re.compile(rb"UID (\d+)")


class Mailbox(ABC):
    """Where mails lie. Its methods block: call them in a thread.

    Raises:
        FetchError, DiscoverError: from every method, with one sentence.
    """

    @abstractmethod
    def mails(self, since: datetime | None) -> dict[str, str]:
        """Address of each mail (`mails.mail_url`) -> its place, the oldest first.

        Args:
            since: older ones may be left out.
        """

    @abstractmethod
    def bodies(self, places: Sequence[str]) -> Iterator[bytes | None]:
        """The mails at those places; None for one that is not there any more, or too large."""


def mailbox_of(url: str, source: str, allowed: Sequence[Network], environment: Mapping[str, str]) -> Mailbox:
    """The mailbox that a source names: `maildir:/…`, `mbox:/…` or `imaps://user@host/folder`.

    Args:
        allowed: private networks that may be asked.
        environment: has the password in SPACEREEL_IMAP_PASSWORD_<SOURCE>, or in SPACEREEL_IMAP_PASSWORD.

    Raises:
        FetchError: there is no password, or nobody who has that home.
    """
    scheme, _, path = url.partition(":")
    if scheme == "maildir":
        return Maildir(_place(path, url))
    if scheme == "mbox":
        return Mbox(_place(path, url))
    name = f"SPACEREEL_IMAP_PASSWORD_{source.upper().replace('-', '_')}"
    password = environment.get(name) or environment.get("SPACEREEL_IMAP_PASSWORD")
    if not password:
        raise FetchError(f"it needs a password in the environment variable {name}", url)
    return ImapFolder(url, password, allowed)


def _place(path: str, url: str) -> Path:
    try:
        return without_tilde(path)
    except ConfigError as wrong:
        raise FetchError(str(wrong), url) from None


class Maildir(Mailbox):
    """A folder with `cur` and `new` in it (Maildir of qmail and its successors)."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def mails(self, since: datetime | None) -> dict[str, str]:
        """Newest files, read up to their Message-ID; a link is not followed."""
        files: list[tuple[float, str]] = []
        try:
            for folder in ("cur", "new"):
                with os.scandir(self.path / folder) as entries:
                    files += [
                        (each.stat(follow_symlinks=False).st_mtime, each.path)
                        for each in entries
                        if each.is_file(follow_symlinks=False)
                    ]
        except OSError as problem:
            raise DiscoverError(
                f"{self.path} is no Maildir that can be read: {_words(problem)}", ""
            ) from problem
        recent = [each for each in sorted(files) if since is None or each[0] >= since.timestamp()]
        found = {_named(Path(path)): path for _, path in recent[-MOST_MAILS:]}
        return {url: path for url, path in found.items() if url}

    def bodies(self, places: Sequence[str]) -> Iterator[bytes | None]:
        """The files, whole."""
        for place in places:
            try:
                with Path(place).open("rb") as file:
                    body = file.read(MOST_MAIL_BYTES + 1)
            except OSError:  # moved from `new` to `cur` in between: the next poll finds it
                body = b""
            yield body if 0 < len(body) <= MOST_MAIL_BYTES else None


class Mbox(Mailbox):
    """One file with a `From ` line before each mail (RFC 4155); of a large one the end is read."""

    def __init__(self, path: Path) -> None:
        self.path = path
        #: address of a mail -> where it begins and ends in the file
        self._mails: dict[str, tuple[int, int]] = {}

    def mails(self, since: datetime | None) -> dict[str, str]:
        """The last mails of the file; when they were put there it does not say."""
        try:
            with self.path.open("rb") as file:
                size = file.seek(0, os.SEEK_END)
                spans = _spans(file, max(size - _MBOX_BYTES, 0), size)
                self._mails = {
                    _url_of(_read(file, begin, min(end, begin + _HEADER_BYTES))): (begin, end)
                    for begin, end in spans
                }
        except OSError as problem:
            raise DiscoverError(f"{self.path} cannot be read: {_words(problem)}", "") from problem
        return {url: url for url in self._mails}

    def bodies(self, places: Sequence[str]) -> Iterator[bytes | None]:
        """The mails that `mails` has seen, each read when it is asked for; None where another one lies by now."""
        for place in places:
            begin, end = self._mails.get(place, (0, 0))
            body = b""
            if 0 < end - begin <= MOST_MAIL_BYTES:
                with suppress(OSError), self.path.open("rb") as file:
                    body = _read(file, begin, end)
            yield body if body and _url_of(body) == place else None


def _spans(file: BinaryIO, start: int, size: int) -> list[tuple[int, int]]:
    """Where the last mails of an mbox file begin and end.

    Raises:
        DiscoverError: there is something, and it is no mail.
    """
    begins: deque[tuple[int, int]] = deque(maxlen=MOST_MAILS)
    carried, at, is_blank = b"\n\n" if start == 0 else b"", start, True
    file.seek(start)
    while piece := file.read(_PIECE_BYTES):
        data, base = carried + piece, at - len(carried)
        for found in _FROM.finditer(data):
            if not begins or base + found.start() >= begins[-1][1]:
                begins.append((base + found.start(), base + found.end()))
        is_blank = is_blank and not piece.strip()
        carried, at = data[-_FROM_BYTES:], at + len(piece)
    if not begins and not is_blank:
        raise DiscoverError("it is no mbox file: no line begins with “From ”", "")
    ends = [*(each[0] for each in begins), size][1:]
    return [(begin, end) for (_, begin), end in zip(begins, ends, strict=True)]


def _read(file: BinaryIO, begin: int, end: int) -> bytes:
    """A stretch of an mbox file, its quoted lines as they were written."""
    file.seek(begin)
    return _QUOTED_FROM.sub(rb"\1", file.read(end - begin))


class ImapFolder(Mailbox):
    """A folder of an IMAP server, opened read-only over TLS; without TLS in networks that are let through alone."""

    def __init__(self, url: str, password: str, allowed: Sequence[Network]) -> None:
        parts = urlsplit(url)
        self._url = url
        self._host = parts.hostname or ""
        self._is_plain = parts.scheme == "imap"
        self._port = parts.port or (143 if self._is_plain else 993)
        self._user = unquote(parts.username or "")
        self._folder = unquote(parts.path.strip("/")) or "INBOX"
        self._password = password
        self._allowed = allowed

    def mails(self, since: datetime | None) -> dict[str, str]:
        """Message-IDs of the newest mails."""
        criterion = f"SINCE {_imap_day(since)}" if since else "ALL"
        with self._opened() as server:
            uids = next(
                (each for each in _data_of(server.uid("SEARCH", criterion)) if isinstance(each, bytes)), b""
            )
            chosen = uids.split()[-MOST_MAILS:]
            if not chosen:
                return {}
            what = "(UID RFC822.SIZE BODY.PEEK[HEADER.FIELDS (MESSAGE-ID DATE FROM SUBJECT)])"
            answers = _data_of(server.uid("FETCH", b",".join(chosen).decode("ascii"), what))
        found: dict[str, str] = {}
        for each in answers:
            if isinstance(each, tuple) and (uid := _UID.search(each[0])):
                size = _SIZE.search(each[0])
                is_fit = size is None or int(size[1]) <= MOST_MAIL_BYTES
                found[_url_of(bytes(each[1]))] = uid[1].decode() if is_fit else ""
        return found

    def bodies(self, places: Sequence[str]) -> Iterator[bytes | None]:
        """Mails, one request each; they stay unread on the server."""
        with self._opened() as server:
            for place in places:
                answers = _data_of(server.uid("FETCH", place, "(BODY.PEEK[])")) if place else []
                yield next((bytes(each[1]) for each in answers if isinstance(each, tuple)), None)

    @contextmanager
    def _opened(self) -> Iterator[MailServer]:
        """The folder; whatever goes wrong in the block is raised as one sentence."""
        try:
            server = MailServer(self._address(), self._port, None if self._is_plain else self._host)
            try:
                server.login(self._user, self._password)
                _data_of(server.select(f'"{self._folder}"', readonly=True))
                yield server
            finally:
                server.leave()
        except (OSError, imaplib.IMAP4.error, ValueError) as problem:
            raise Unreachable(f"{self._host} gives no mails: {_words(problem)}", self._url) from problem

    def _address(self) -> str:
        """An address of the host that may be asked; the connection is made to this one.

        Raises:
            ForbiddenAddress: none of them may.
        """
        try:
            found = socket.getaddrinfo(self._host, self._port, type=socket.SOCK_STREAM)
        except OSError as problem:
            raise Unreachable(f"{self._host} has no address: {_words(problem)}", self._url) from problem
        addresses = [str(each[4][0]) for each in found]
        reasons = [refusal(each, () if self._is_plain else self._allowed) for each in addresses]
        if self._is_plain:  # a password in the clear
            inside = [each for each in addresses if refusal(each) and refusal(each, self._allowed) is None]
            if inside:
                return inside[0]
            raise ForbiddenAddress("a password is sent over TLS only: write imaps://", self._url)
        public = [each for each, reason in zip(addresses, reasons, strict=True) if reason is None]
        if not public:
            raise ForbiddenAddress(str(reasons[0]), self._url)
        return public[0]


def _data_of(answer: tuple[str, Sequence[object]]) -> Sequence[object]:
    status, data = answer
    if status != "OK":
        said = data[0] if data else b""
        raise imaplib.IMAP4.error(said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said))
    return data


def _named(path: Path) -> str | None:
    try:
        with path.open("rb") as file:
            head = file.read(_HEADER_BYTES)
    except OSError:
        return None
    return _url_of(head)


def _url_of(body: bytes) -> str:
    """Its address, from the head alone: boxes are looked through in the process of the crawl, where no mail is taken apart."""
    head = body[:_HEADER_BYTES]
    end = _END_OF_HEAD.search(head)
    found = _MESSAGE_ID.search(head, 0, end.start() if end else len(head))
    return mail_url(found[1].decode("latin-1") if found else None, head)


def _imap_day(at: datetime) -> str:
    months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()  # noqa: SIM905 - as IMAP spells them
    day = at.astimezone(UTC)
    return f"{day.day:02d}-{months[day.month - 1]}-{day.year}"


def _words(problem: Exception) -> str:
    said = problem.args[0] if isinstance(problem, imaplib.IMAP4.error) and problem.args else None
    if isinstance(said, bytes):
        return said.decode("utf-8", "replace")[:200]
    return str(getattr(problem, "strerror", None) or problem)[:200]
