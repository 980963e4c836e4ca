"""ARC files: the pages in them, plain and packed, and what a damaged one costs."""

from __future__ import annotations

import gzip
import io
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parents[2] / "newsroom"))
from warcs import answer

from crawler.warc.entries import Faulty, Skipped, WarcResponse
from crawler.warc.records import first_date, read_records
from db.backfills import WarcPlace

NOW = datetime(2026, 1, 1, tzinfo=UTC)
MOST = 100_000
URLS = [f"http://news.example/{number}" for number in range(4)]
#: versions 1 and 2 of the format's own first record
FIRST = b"filedesc://x.arc 0.0.0.0 20050401120000 text/plain 76\n1 0 InternetArchive\nURL IP-address Archive-date Content-type Archive-length\n\n\n"
SECOND = b"filedesc://x.arc 0.0.0.0 20050401120000 text/plain 200 - - 0 x.arc 20\n2 0 InternetArchive\n\n"


def arc(url: str, content: bytes, date: str = "20050401120305", kind: str = "text/html") -> bytes:
    return f"{url} 192.0.2.1 {date} {kind} {len(content)}\n".encode() + content + b"\n"


RECORDS = [FIRST, *(arc(url, answer(b"<p>Report %d." % number)) for number, url in enumerate(URLS))]
PACKED = b"".join(gzip.compress(each, mtime=0) for each in RECORDS)


def entries(data, start=None):
    return list(read_records(io.BytesIO(data), "x.arc", MOST, NOW, start or WarcPlace()))


def urls(found):
    return [entry.page.url for entry in found if isinstance(entry, WarcResponse)]


@pytest.mark.parametrize("data", [b"".join(RECORDS), PACKED, SECOND + b"".join(RECORDS[1:])])
def test_every_page_is_read_once_from_the_beginning_and_from_every_place(data):
    found = entries(data)

    assert urls(found) == URLS
    assert isinstance(found[0], Skipped)
    for place, entry in enumerate(found):
        assert urls(entries(data, entry.place)) == urls(found[place:])
    page = found[1].page
    assert (page.body, page.fetched_at) == (b"<p>Report 0.", datetime(2005, 4, 1, 12, 3, 5, tzinfo=UTC))
    assert page.header("content-type") == "text/html"


def test_the_first_date_puts_files_in_order():
    assert first_date(io.BytesIO(PACKED), "x.arc.gz") == "2005-04-01T12:00:00Z"


@pytest.mark.parametrize(
    ("record", "kind"),
    [
        (arc("dns:news.example", b"x"), "not HTTP"),
        (arc(URLS[0], b"no answer"), "not HTTP"),
        (arc(URLS[0], answer(b"", "404 Not Found")), "status 404"),
        (arc(URLS[0], answer(b"x", content_type="image/png")), "not HTML"),
    ],
)
def test_what_is_no_page_is_named(record, kind):
    found = entries(FIRST + record + RECORDS[1])

    assert [each.kind for each in found if isinstance(each, Skipped)][-1] == kind
    assert urls(found) == URLS[:1]


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        (arc(URLS[0], answer(b"x" * (MOST + 1))), "more than 100,000 bytes"),
        (arc(URLS[0], answer(b"x"), date="20990101000000"), "cannot be true"),
        (arc(URLS[0], answer(b"x"), date="20051399000000"), "its date is none"),
    ],
)
def test_a_page_that_cannot_be_had_says_why(record, reason):
    found = entries(FIRST + record + RECORDS[2])

    (fault,) = (each for each in found if isinstance(each, Faulty))
    assert reason in fault.reason
    assert urls(found) == URLS[1:2]


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"".join(RECORDS)[:-30], id="plain, cut off"),
        pytest.param(PACKED[:-30], id="packed, cut off"),
        pytest.param(b"".join(RECORDS[:4]) + b"garbage without end\n", id="garbage"),
        pytest.param(b"".join(RECORDS[:4]) + b"x" * 100_000, id="a line without end"),
    ],
)
def test_damage_ends_a_file_and_is_told(data):
    found = entries(data)

    assert urls(found) == URLS[:3]
    assert isinstance(found[-1], Faulty) and found[-1].is_end


BEGIN = len(gzip.compress(FIRST, mtime=0))


@settings(max_examples=100, deadline=None)
@given(st.integers(BEGIN, len(PACKED) - 1), st.integers(1, 255))
def test_no_damage_behind_its_beginning_ends_in_an_error(at, change):
    data = bytearray(PACKED)
    data[at] ^= change

    found = entries(bytes(data))

    assert len(found) <= len(RECORDS)
    assert isinstance(found[0], Skipped)
