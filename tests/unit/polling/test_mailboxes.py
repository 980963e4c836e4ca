"""Boxes that somebody fills: what is in hand of them, and what looking through them takes."""

from __future__ import annotations

import asyncio
import socket
import threading
import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from ipaddress import ip_network

import pytest

from crawler.errors import DiscoverError, Unreachable
from crawler.polling import imap, mailboxes
from crawler.polling.kinds import mail
from crawler.polling.mailboxes import Mailbox, Maildir, Mbox, mailbox_of

LETTER = (
    b"Message-ID: <%d@x.example>\nSubject: A film\n\nIt was filmed in orbit.\n>From there they came back.\n"
)


def mbox(tmp_path, *bodies):
    path = tmp_path / "news.mbox"
    path.write_bytes(b"".join(b"From me Mon Nov 23\n%b\n" % body for body in bodies))
    return Mbox(path)


def test_mails_of_an_mbox_file_are_found_across_pieces_of_it(tmp_path, monkeypatch):
    monkeypatch.setattr(mailboxes, "_PIECE_BYTES", 1_500)
    box = mbox(tmp_path, *(LETTER % number + b"x" * number * 7 + b"\n" for number in range(200)))

    there = box.mails(None)

    assert list(there) == [f"mid:{number}@x.example" for number in range(200)]
    bodies = list(box.bodies(list(there)))
    assert [body.count(b"x") - 2 for body in bodies] == [number * 7 for number in range(200)]
    assert all(b"\nFrom there they came back.\n" in body for body in bodies)


def test_an_mbox_file_of_lines_that_begin_mails_takes_no_memory(tmp_path):
    path = tmp_path / "flood.mbox"
    path.write_bytes(b"From a\n\n" * 500_000)
    tracemalloc.start()

    try:
        Mbox(path).mails(None)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert peak < 12_000_000


def test_a_file_that_was_written_anew_in_between_gives_no_wrong_mail(tmp_path):
    box = mbox(tmp_path, LETTER % 1, LETTER % 2)
    there = list(box.mails(None))
    mbox(tmp_path, LETTER % 7, LETTER % 1, LETTER % 2)

    assert list(box.bodies(there)) == [None, None]


@pytest.mark.parametrize(
    ("head", "url"),
    [
        pytest.param(b"message-id:\r\n <a@b.example>\r\n\r\nMessage-ID: <c@d.example>", "mid:a@b.example", id="folded"),
        pytest.param(b"X-Message-ID: <c@d.example>\nMessage-Id: (why) <a@b.example>\n\n", "mid:a@b.example", id="another name"),
    ],
)  # fmt: skip
def test_a_mail_is_known_by_its_head_alone(head, url, tmp_path):
    folder = tmp_path / "new"
    folder.mkdir()
    (tmp_path / "cur").mkdir()
    (folder / "1").write_bytes(head)

    assert list(Maildir(tmp_path).mails(None)) == [url]


def test_what_is_no_mbox_file_says_so(tmp_path):
    path = tmp_path / "notes.txt"
    path.write_text("Hello\n")

    with pytest.raises(DiscoverError, match="no mbox"):
        Mbox(path).mails(None)


def test_few_mails_of_a_box_are_in_hand_at_a_time():
    """Two hundred newsletters of 5 MB each were held at once, a gigabyte of the daemon's memory."""
    read = []

    class Box(Mailbox):
        def mails(self, since):
            return {}

        def bodies(self, places):
            for place in places:
                read.append(place)
                yield None if place == "gone" else b"x" * 5_000_000

    places = {f"mid:{number}": "gone" if number == 3 else str(number) for number in range(12)}
    seen, ahead = [], []

    async def read_all():
        async for url, body in mail._bodies(Box(), places):
            seen.append((url, body is None))
            ahead.append(len(read) - len(seen))

    asyncio.run(read_all())

    assert seen == [(f"mid:{number}", number == 3) for number in range(12)]
    assert max(ahead) <= 5


def test_a_server_whose_bytes_drip_is_given_up(monkeypatch):
    monkeypatch.setattr(imap, "_ALL_S", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        over = threading.Event()

        def drip():
            conn, _ = listener.accept()
            with conn:
                conn.sendall(b"* OK")
                while not over.wait(0.05):
                    try:
                        conn.sendall(b" ")
                    except OSError:
                        return

        dripping = threading.Thread(target=drip)
        dripping.start()
        url = f"imap://me@127.0.0.1:{listener.getsockname()[1]}"
        box = mailbox_of(url, "s", (ip_network("127.0.0.0/8"),), {"SPACEREEL_IMAP_PASSWORD": "x"})
        try:
            with pytest.raises(Unreachable):
                box.mails(None)
        finally:
            over.set()
            dripping.join()


def test_a_mail_server_that_speaks_no_tls_is_let_go_at_once():
    before = set(threading.enumerate())
    with socket.create_server(("127.0.0.1", 0)) as server, ThreadPoolExecutor(1) as answering:
        answering.submit(lambda: server.accept()[0].close())
        with pytest.raises(OSError):
            imap.MailServer("127.0.0.1", server.getsockname()[1], "mail.example")

    for waiting in set(threading.enumerate()) - before:
        waiting.join(30)
        assert not waiting.is_alive(), "whoever waits for the end of the poll holds the connection"
