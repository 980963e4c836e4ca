"""Mails in a Maildir, an mbox file or an IMAP folder: which there are, and their bytes. Nothing in them is changed."""

from __future__ import annotations

import imaplib
import os
import re
import socket
import ssl
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from email.parser import BytesHeaderParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

from crawler.config import Network
from crawler.discover.mails import MOST_BYTES, mail_url
from crawler.errors import DiscoverError, FetchError, ForbiddenAddress, Unreachable
from crawler.frontier.addresses import refusal

#: mails looked at in one poll, the newest; bytes of headers, and of the end of an mbox file
MOST_MAILS, _HEADER_BYTES, _MBOX_BYTES = 2_000, 64_000, 100_000_000
#: seconds for one answer of a mail server, and for all of a poll
_ANSWER_S, _ALL_S = 30.0, 120.0
_FROM = re.compile(rb"(?:\A|\n\r?\n)From [^\n]*\n")
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
        FetchError: there is no password.
    """
    scheme, _, path = url.partition(":")
    if scheme == "maildir":
        return Maildir(Path(path).expanduser())
    if scheme == "mbox":
        return Mbox(Path(path).expanduser())
    name = f"SPACEREEL_IMAP_PASSWORD_{source.upper().replace('-', '_')}"
    password = environment.get(name) or environment.get("SPACEREEL_IMAP_PASSWORD")
    if not password:
        raise FetchError(f"it needs a password in the environment variable {name}", url)
    return ImapFolder(url, password, allowed)


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
                    body = file.read(MOST_BYTES + 1)
            except OSError:  # moved from `new` to `cur` in between: the next poll finds it
                body = b""
            yield body if 0 < len(body) <= MOST_BYTES else None


class Mbox(Mailbox):
    """One file with a `From ` line before each mail (RFC 4155); of a large one the end is read."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._mails: dict[str, bytes] = {}

    def mails(self, since: datetime | None) -> dict[str, str]:
        """The last mails of the file; when they were put there it does not say."""
        try:
            with self.path.open("rb") as file:
                file.seek(max(file.seek(0, os.SEEK_END) - _MBOX_BYTES, 0))
                data = file.read(_MBOX_BYTES)
        except OSError as problem:
            raise DiscoverError(f"{self.path} cannot be read: {_words(problem)}", "") from problem
        begins = list(_FROM.finditer(data))
        if data.strip() and not begins:
            raise DiscoverError(f"{self.path} is no mbox file: no line begins with “From ”", "")
        ends = [*(each.start() for each in begins), len(data)][1:]
        bodies = (data[each.end() : end] for each, end in zip(begins, ends, strict=True))
        whole = [_QUOTED_FROM.sub(rb"\1", body) for body in list(bodies)[-MOST_MAILS:]]
        self._mails = {_url_of(body): body for body in whole}
        return {url: url for url in self._mails}

    def bodies(self, places: Sequence[str]) -> Iterator[bytes | None]:
        """What `mails` has read."""
        for place in places:
            body = self._mails.get(place)
            yield body if body and len(body) <= MOST_BYTES else None


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
                is_fit = size is None or int(size[1]) <= MOST_BYTES
                found[_url_of(bytes(each[1]))] = uid[1].decode() if is_fit else ""
        return found

    def bodies(self, places: Sequence[str]) -> Iterator[bytes | None]:
        """Mails, one request each; they stay unread on the server."""
        with self._opened() as server:
            for place in places:
                answers = _data_of(server.uid("FETCH", place, "(BODY.PEEK[])")) if place else []
                yield next((bytes(each[1]) for each in answers if isinstance(each, tuple)), None)

    @contextmanager
    def _opened(self) -> Iterator[_Server]:
        """The folder; whatever goes wrong in the block is raised as one sentence."""
        try:
            server = _Server(self._address(), self._port, None if self._is_plain else self._host)
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


class _Server(imaplib.IMAP4):
    """A connection to an address that was checked, with bounds on time and on bytes.

    Args:
        name: of the server, which its certificate must have; None without TLS.
    """

    def __init__(self, address: str, port: int, name: str | None) -> None:
        self._name = name
        self._until = time.monotonic() + _ALL_S
        self._left = MOST_BYTES * 20
        super().__init__(address, port, timeout=_ANSWER_S)

    def _create_socket(self, timeout: float | None) -> socket.socket:
        made = socket.create_connection((self.host, self.port), timeout)
        if self._name is None:
            return made
        return ssl.create_default_context().wrap_socket(made, server_hostname=self._name)

    def read(self, size: int) -> bytes:
        """Read a literal.

        Raises:
            OSError: it is longer than a mail may be, or the poll takes too long.
        """
        self._spend(size)
        return super().read(size)

    def readline(self) -> bytes:
        """Read a line; raises as `read`."""
        line = super().readline()
        self._spend(len(line))
        return line

    def _spend(self, size: int) -> None:
        self._left -= size
        if size > MOST_BYTES * 2 or self._left < 0:
            raise OSError("it sends more than a mailbox may")
        if time.monotonic() > self._until:
            raise OSError("it takes too long")

    def leave(self) -> None:
        """Log out, if that can still be done, and close the connection."""
        with suppress(OSError, imaplib.IMAP4.error):
            self.logout()
        with suppress(OSError):
            self.shutdown()


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
    try:
        message_id = BytesHeaderParser().parsebytes(body[:_HEADER_BYTES]).get("message-id")
    except Exception:  # noqa: BLE001 - the standard library's parser raises what it likes on damaged headers
        message_id = None
    return mail_url(str(message_id) if message_id else None, body[:_HEADER_BYTES])


def _imap_day(at: datetime) -> str:
    months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()  # noqa: SIM905 - as IMAP spells them
    day = at.astimezone(UTC)
    return f"{day.day:02d}-{months[day.month - 1]}-{day.year}"


def _words(problem: Exception) -> str:
    said = problem.args[0] if isinstance(problem, imaplib.IMAP4.error) and problem.args else None
    if isinstance(said, bytes):
        return said.decode("utf-8", "replace")[:200]
    return str(getattr(problem, "strerror", None) or problem)[:200]
