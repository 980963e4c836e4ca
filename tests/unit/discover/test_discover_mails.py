"""What a mail holds, and where the links of newsletters lead."""

from __future__ import annotations

import base64
import json
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.discover.mail_links import target_of
from crawler.discover.mails import mail_url, read_mail
from crawler.errors import DiscoverError

sys.path.insert(0, str(Path(__file__).parents[2] / "newsroom"))
import hostile_files
import post_office
from memory import processor_time

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
PAGE = "https://paper.example/film/crew-lands"


def packed(told: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(told).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "link",
    [
        "https://l.example/click?u=1&url=https%3A%2F%2Fpaper.example%2Ffilm%2Fcrew-lands",
        "https://l.example/ls/click?target=https://paper.example/film/crew-lands",
        "https://x.r.eu-west-1.awstrack.example/L0/https:%2F%2Fpaper.example%2Ffilm%2Fcrew-lands/1/0102",
        f"https://letters.example/redirect/2/{packed({'e': PAGE})}.sig?r=1",
        f"https://m.example/track/click/30/paper.example?p={packed({'s': 'x', 'p': json.dumps({'u': 30, 'url': PAGE})})}",
        f"https://c.example/e/c/{packed({'email_id': '7', 'href': PAGE})}/abc",
        "https://urldefense.proofpoint.com/v2/url?u=https-3A__paper.example_film_crew-2Dlands&d=DwMF",
        "https://urldefense.com/v3/__https://paper.example/film/crew-lands__;!!Ab-cd!xyz$",
        "https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fl.example%2Fclick%3Furl%3Dhttps%253A%252F%252Fpaper.example%252Ffilm%252Fcrew-lands&data=05",
    ],
)
def test_a_link_that_carries_its_target_leads_there(link):
    assert target_of(link) == PAGE


@pytest.mark.parametrize(
    "link",
    [
        PAGE,
        "https://list.example/track/click?u=17ab&id=9&e=4",
        "https://paper.example/search?q=orbit&page=2",
        "https://paper.example/eyJhbGciOiJIUzI1NiJ9-and-other-tokens",
        "https://web.archive.example/web/2026/https://paper.example/film",
        "https://[broken/",
    ],
)
def test_any_other_link_stays(link):
    assert target_of(link) == link


def test_a_mail_is_known_by_its_message_id_or_else_by_a_digest():
    assert mail_url(" <17@paper.example> ", b"x") == "mid:17@paper.example"
    assert mail_url("no id", b"x") == mail_url(None, b"x") != mail_url(None, b"y")


def test_ways_out_of_a_list_are_no_news():
    links = [
        (f"https://paper.example/film/{number}", f"A headline about number {number}") for number in range(3)
    ]
    ways_out = [
        ("https://list.example/1", "Click here to unsubscribe from it"),
        ("https://list.example/2", "View this email in your browser"),
        ("https://list.example/3", "Чтобы отписаться, нажмите сюда скорее"),
        ("mailto:news@paper.example", "Write to us about films"),
    ]
    mail = read_mail(bytes(post_office.listing([*links, *ways_out])), "s", NOW)

    assert [(each.url, each.title) for each in mail.links] == links
    assert all(each.published_at is None for each in mail.links)


def test_plain_text_is_read_too():
    body = b"Subject: =?utf-8?b?0KTQuNC70YzQvNGL?=\r\nMessage-ID: <p@e.example>\r\n\r\nThe crew <has> landed.\r\n\r\nSee https://paper.example/a\r\n"
    mail = read_mail(body, "s", NOW)

    assert mail.named.title == "Фильмы"
    assert "<p>The crew &lt;has&gt; landed.</p>" in mail.html
    assert mail.links == ()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\x00\xff",
        b"Subject: x\r\n\r\n",
        b"Content-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\n" * 200,
    ],
)
def test_what_has_no_text_is_refused_with_a_sentence(body):
    with pytest.raises(DiscoverError):
        read_mail(body, "s", NOW)


@given(st.binary(max_size=400), st.binary(max_size=400))
def test_no_bytes_break_the_reading_of_mails(head, text):
    body = b"Subject: x\r\nContent-Type: text/html; charset=" + head + b"\r\n\r\n<p>" + text
    try:
        read_mail(body, "s", NOW)
    except DiscoverError as problem:
        assert str(problem)


@given(st.text(max_size=300))
def test_no_text_breaks_the_unwrapping_of_links(text):
    target_of(text)
    target_of(f"https://l.example/{text}?url={text}")


@pytest.mark.parametrize(
    ("charset", "subject"),
    [
        ("utf-8", "Паром снова ходит"),
        ("koi8-r", "Паром снова ходит"),
        ("windows-1251", "Паром снова ходит"),
        ("iso-8859-1", "Fähre fährt über den Fluß"),
    ],
)
def test_a_subject_whose_bytes_were_sent_as_they_are_is_read(charset, subject):
    head = f"From: a@e.org\r\nMessage-ID: <1@e.org>\r\nSubject: {subject}\r\nContent-Type: text/plain; charset={charset}\r\n\r\n"
    mail = read_mail((head + subject).encode(charset), "s", datetime(2026, 4, 15, tzinfo=UTC))

    assert mail.named.title == subject


@pytest.mark.parametrize("name", hostile_files.MAILS)
def test_a_mail_without_end_is_read_at_its_beginning_or_refused(name):
    """Taken apart as a whole one header took minutes and a gigabyte: the cost is the square of its length."""
    body = hostile_files.MAILS[name]()

    with processor_time(10.0):
        try:
            assert read_mail(body, "s", NOW).url.startswith("mid:")
        except DiscoverError as problem:
            assert len(str(problem)) < 500


def test_a_subject_has_no_control_characters():
    """DEL is one of them: it stood in titles, found by `bench_fuzz.py --guided`."""
    mail = read_mail(
        b"Message-ID: <a@b.example>\nSubject: A \x7f film\x08 in\x1b[31m orbit\n\n"
        + b"<p>It was filmed.</p>",
        "s",
        NOW,
    )

    assert mail.named.title == "A film in [31m orbit"
