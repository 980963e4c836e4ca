"""Newsletters, in a Maildir, an mbox file and on a small IMAP server on the loopback. The mails are written by us."""

from __future__ import annotations

import contextlib
import mailbox
import re
import socket
import ssl
import threading
from collections.abc import Sequence
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from html import escape
from pathlib import Path

import press
import tls

AT = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


def letter(
    slug: str, *, message_id: str | None = None, links: Sequence[tuple[str, str]] = ()
) -> EmailMessage:
    """A mail whose text is an article, with links below it."""
    paragraphs = "".join(f"<p>{escape(each)}</p>" for each in press.text_of(slug).split("\n"))
    return _mail(
        press.title_of(slug),
        f"<h1>{escape(press.title_of(slug))}</h1>{paragraphs}{_listed(links)}",
        message_id,
    )


def listing(
    links: Sequence[tuple[str, str]], subject: str = "The week in films", **told: str
) -> EmailMessage:
    """A mail that lists (address, headline), with a way to unsubscribe below."""
    below = '<p><a href="https://list.example/u?id=7">Unsubscribe from this list now</a></p>'
    return _mail(subject, _listed(links) + below, told.get("message_id"))


def _listed(links: Sequence[tuple[str, str]]) -> str:
    items = (f'<li><a href="{escape(url)}">{escape(title)}</a></li>' for url, title in links)
    return f"<ul>{''.join(items)}</ul>"


def _mail(subject: str, inside: str, message_id: str | None) -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = "The Test Paper <news@paper.example>"
    mail["To"] = "reader@example.org"
    mail["Subject"] = subject
    mail["Date"] = format_datetime(AT)
    mail["Message-ID"] = message_id or make_msgid(domain="paper.example")
    mail.set_content("This mail is to be read as HTML.")
    mail.add_alternative(f"<!DOCTYPE html><html><body>{inside}</body></html>", subtype="html")
    return mail


def maildir(folder: Path, mails: Sequence[EmailMessage]) -> str:
    """Put mails into a Maildir; returns the source's url."""
    box = mailbox.Maildir(folder, create=True)
    for each in mails:
        box.add(mailbox.MaildirMessage(each))
    return f"maildir:{folder}"


def mbox(path: Path, mails: Sequence[EmailMessage]) -> str:
    """Put mails into an mbox file; returns the source's url."""
    box = mailbox.mbox(path)
    for each in mails:
        box.add(mailbox.mboxMessage(each))
    box.close()
    return f"mbox:{path}"


class ImapServer:
    """As much of IMAP4rev1 (RFC 3501) as reading a folder takes; it notes what it was told.

    Args:
        literal: announced as the size of a mail instead of the true one.
        certificate: with its key, for TLS from the first byte.
    """

    def __init__(
        self,
        mails: Sequence[EmailMessage],
        password: str,
        literal: int | None = None,
        *,
        certificate: Path | None = None,
        host: str = "127.0.0.1",
    ) -> None:
        self.mails = [bytes(each) for each in mails]
        self.password = password
        self.literal = literal
        self.told: list[str] = []
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER) if certificate else None
        if self._context is not None and certificate is not None:
            self._context.load_cert_chain(certificate)
        self._socket = socket.create_server((host, 0))
        self.port: int = self._socket.getsockname()[1]

    def __enter__(self) -> ImapServer:
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(self, *told: object) -> None:
        self._socket.close()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                made, _ = self._socket.accept()
                threading.Thread(target=self._talk, args=(made,), daemon=True).start()

    def _talk(self, made: socket.socket) -> None:
        if self._context is not None:
            try:
                made = tls.talked(self._context, made)
            except OSError:  # who does not trust it goes away
                return
        with made, made.makefile("rwb") as wire, contextlib.suppress(OSError):
            wire.write(b"* OK ready\r\n")
            wire.flush()
            for line in wire:
                tag, _, command = line.decode("ascii", "replace").strip().partition(" ")
                self.told.append(command)
                for part in self._answer(command):
                    wire.write(part + b"\r\n")
                is_in = not command.upper().startswith("LOGIN") or self.password in command
                wire.write(f"{tag} {'OK done' if is_in else 'NO wrong password'}\r\n".encode())
                wire.flush()

    def _answer(self, command: str) -> list[bytes]:
        if command.upper().startswith("CAPABILITY"):
            return [b"* CAPABILITY IMAP4rev1"]
        if command.upper().startswith("UID SEARCH"):
            return [b"* SEARCH " + b" ".join(str(number + 1).encode() for number in range(len(self.mails)))]
        if found := re.match(r"UID FETCH ([0-9,]+) (.*)", command, re.IGNORECASE):
            is_head = "HEADER" in found[2]
            return [self._fetched(int(number), is_head) for number in found[1].split(",")]
        return []

    def _fetched(self, number: int, is_head: bool) -> bytes:
        body = self.mails[number - 1]
        sent = body.partition(b"\n\n")[0] + b"\n\n" if is_head else body
        size = len(sent) if is_head or self.literal is None else self.literal
        return (
            f"* {number} FETCH (UID {number} RFC822.SIZE {len(body)} BODY[] {{{size}}}\r\n".encode()
            + sent
            + b")"
        )
