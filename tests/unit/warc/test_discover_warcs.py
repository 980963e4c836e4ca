"""WARC files: which records are pages, and what a damaged or hostile file costs."""

from __future__ import annotations

import gc
import gzip
import io
import os
import sys
import weakref
import zlib
from datetime import UTC, datetime
from pathlib import Path

import brotli
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parents[2] / "newsroom"))
from warcs import answer, bomb, lying, packed, page, record, spoilt

from crawler.errors import WarcSyntaxError
from crawler.warc.entries import Faulty, Skipped, WarcResponse
from crawler.warc.records import MOST_DAMAGED, first_date, read_records
from db.backfills import WarcPlace
from db.model import Outcome

NOW = datetime(2026, 1, 1, tzinfo=UTC)
MOST = 100_000
URLS = [f"https://news.example/{number}" for number in range(5)]
RECORDS = [page(url, b"<p>Report %d." % number) for number, url in enumerate(URLS)]


def entries(data, start=None):
    return list(read_records(io.BytesIO(data), "test.warc", MOST, NOW, start or WarcPlace()))


def one(whole):
    """The entry of a file with this record only."""
    (entry,) = entries(packed([whole]))
    return entry


def urls(found):
    return [entry.page.url for entry in found if isinstance(entry, WarcResponse)]


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"".join(RECORDS), id="plain"),
        pytest.param(packed(RECORDS), id="a member per record"),
        pytest.param(gzip.compress(b"".join(RECORDS)), id="one member"),
        pytest.param(packed([RECORDS[0] + RECORDS[1], *RECORDS[2:]]), id="two records in a member"),
        pytest.param(packed(RECORDS[:2]) + bytes(5000) + packed(RECORDS[2:]), id="blocks never written"),
    ],
)
def test_every_page_is_read_once_from_the_beginning_and_from_every_place(data):
    found = entries(data)

    assert urls(found) == URLS
    for number, entry in enumerate(found):
        assert urls(entries(data, entry.place)) == URLS[number:]
    assert entries(data, WarcPlace(offset=len(data))) == []


def test_a_page_has_the_date_headers_and_body_of_its_record():
    found = one(
        record("https://news.example/a", answer(b"<p>a", head=b"ETag: x\r\n"), at="2021-10-05T12:00:00.25Z")
    )

    assert isinstance(found, WarcResponse)
    assert found.page.fetched_at == datetime(2021, 10, 5, 12, 0, tzinfo=UTC)
    assert (found.page.header("etag"), found.page.header("content-type")) == ("x", "text/html")
    assert (found.page.status, found.page.body) == (200, b"<p>a")


def test_a_file_of_the_version_before_the_standard_is_read():
    old = b"".join(RECORDS).replace(b"WARC/1.1", b"WARC/0.18")

    assert urls(entries(old)) == urls(entries(b"".join(RECORDS))) != []


def test_an_address_in_angle_brackets_is_one():
    found = one(page("<https://news.example/a>", b"<p>a"))

    assert urls([found]) == ["https://news.example/a"]


@pytest.mark.parametrize(
    ("whole", "kind"),
    [
        (record("https://a.example/", b"GET / HTTP/1.1\r\n\r\n", kind="request"), "request"),
        (record("https://a.example/", b"a: b\r\n", kind="metadata"), "metadata"),
        (record("https://a.example/", answer(b""), kind="revisit"), "revisit"),
        (record("https://a.example/", b"<p>a", kind="resource", content_type="text/html"), "resource"),
        (record("dns:a.example", b"a.example. 1 IN A 192.0.2.1", content_type="text/dns"), "not HTTP"),
        (record("https://a.example/", answer(b"<p>gone", "404 Not Found")), "status 404"),
        (record("https://a.example/", answer(b"", "301 Moved")), "status 301"),
        (record("https://a.example/", b"no answer at all\r\n\r\n"), "status unknown"),
        (record("https://a.example/", answer(b"\x89PNG", content_type="image/png")), "not HTML"),
        (record("https://a.example/", answer(b"{}", content_type="application/json")), "not HTML"),
    ],
)
def test_what_is_no_page_is_told_by_its_kind(whole, kind):
    found = one(whole)

    assert isinstance(found, Skipped) and found.kind == kind


@pytest.mark.parametrize(
    "content_type", ["text/html; charset=windows-1251", "application/xhtml+xml", "TEXT/PLAIN"]
)
def test_what_the_crawl_would_read_is_a_page(content_type):
    found = one(record("https://a.example/", answer(b"<p>a", content_type=content_type)))

    assert isinstance(found, WarcResponse) and found.page.header("content-type") == content_type


def test_headers_may_end_in_bare_line_feeds():
    found = one(record("https://a.example/", b"HTTP/1.0 200 OK\nContent-Type: text/html\nETag: x\n\n<p>a"))

    assert isinstance(found, WarcResponse)
    assert (found.page.body, found.page.header("etag")) == (b"<p>a", "x")


BODY = b"<p>Report." * 4000


@pytest.mark.parametrize(
    ("sent", "head"),
    [
        (gzip.compress(BODY, mtime=0), b"Content-Encoding: gzip\r\n"),
        (zlib.compress(BODY), b"Content-Encoding: deflate\r\n"),
        (zlib.compress(BODY, wbits=-15), b"Content-Encoding: deflate\r\n"),
        (brotli.compress(BODY), b"Content-Encoding: br\r\n"),
        (zstandard.compress(BODY), b"Content-Encoding: zstd\r\n"),
        (gzip.compress(brotli.compress(BODY), mtime=0), b"Content-Encoding: br, gzip\r\n"),
        (BODY, b"Content-Encoding: gzip\r\n"),
        (BODY, b"Transfer-Encoding: chunked\r\n"),
        (b"%x\r\n%b\r\n%x;a=b\r\n%b\r\n0\r\n\r\n" % (7, BODY[:7], len(BODY) - 7, BODY[7:]), b"Transfer-Encoding: chunked\r\n"),
        (BODY, b"Content-Encoding: something-new\r\n"),
    ],
)  # fmt: skip
def test_a_body_is_unpacked_also_when_only_its_headers_say_that_it_is_packed(sent, head):
    found = one(record("https://a.example/", answer(sent, head=head)))

    assert isinstance(found, WarcResponse) and found.page.body == BODY
    assert found.page.header("content-encoding") is None and found.page.header("transfer-encoding") is None


BOMB = bytes(30_000_000)


@pytest.mark.parametrize(
    ("whole", "outcome", "reason"),
    [
        pytest.param(page("https://a.example/", bytes(MOST + 1)), "too_large", "more than 100,000 bytes", id="large"),
        pytest.param(record("https://a.example/", answer(gzip.compress(BOMB), head=b"Content-Encoding: gzip\r\n")), "too_large", "once it is unpacked", id="gzip bomb"),
        pytest.param(record("https://a.example/", answer(brotli.compress(BOMB, quality=1), head=b"Content-Encoding: br\r\n")), "too_large", "once it is unpacked", id="brotli bomb"),
        pytest.param(record("https://a.example/", answer(zstandard.compress(BOMB), head=b"Content-Encoding: zstd\r\n")), "too_large", "once it is unpacked", id="zstd bomb"),
        pytest.param(record("https://a.example/", answer(b"x", head=b"Content-Encoding: gzip, gzip, gzip, gzip\r\n")), "too_large", "packed in itself 4 times", id="onion"),
        pytest.param(record("https://a.example/", answer(b"x", head=b"X: y\r\n" * 9000)), "too_large", "HTTP headers are longer", id="header flood"),
        pytest.param(record("https://a.example/", answer(b"x", head=b"X: " + b"y" * 99_999 + b"\r\n")), "too_large", "HTTP headers are longer", id="header without end"),
        pytest.param(record("https://a.example/", answer(b"\xff" * 50, head=b"Content-Encoding: br\r\n")), "failed", "damaged", id="not what it says"),
        pytest.param(page("https://a.example/", b"<p>a", at="yesterday"), "failed", "no date", id="no date"),
        pytest.param(page("https://a.example/", b"<p>a", at="2031-01-01T00:00:00Z"), "failed", "cannot be true", id="from the future"),
        pytest.param(page("https://a.example/", b"<p>a", at="9999-12-31T23:59:59-23:00"), "failed", "no date", id="end of time"),
        pytest.param(page("https://a.example/", b"<p>a", at="0001-01-01T00:00:00Z"), "failed", "cannot be true", id="before the web"),
        pytest.param(page("https://a.example/", b"<p>a", WARC_Truncated="length"), "too_large", "cut it off", id="cut off"),
        pytest.param(page("https://a.example/", b"<p>a", WARC_Truncated="time"), "failed", "cut it off", id="cut off by time"),
        pytest.param(page("https://a.example/", b"<p>a", WARC_Segment_Number="1"), "failed", "part of the page", id="segment"),
        pytest.param(page(" ", b"<p>a"), "failed", "which address", id="no address"),
    ],
)  # fmt: skip
def test_a_page_that_cannot_be_had_says_why(whole, outcome, reason):
    found = entries(packed([RECORDS[0], whole, RECORDS[1]]))

    assert urls(found) == URLS[:2]
    assert isinstance(found[1], Faulty) and found[1].outcome is Outcome(outcome)
    assert reason in found[1].reason


NOISE = os.urandom(40_000).replace(b"\x1f", b"").replace(b"WARC", b"")


@pytest.mark.parametrize(
    "pieces",
    [
        pytest.param([RECORDS[0], lying(RECORDS[1], 20), *RECORDS[2:]], id="longer than it says"),
        pytest.param([RECORDS[0], lying(RECORDS[1], 400), *RECORDS[2:]], id="shorter than it says"),
        pytest.param([RECORDS[0], lying(RECORDS[1], 10**15), *RECORDS[2:]], id="swallows the rest of the file"),
        pytest.param([RECORDS[0], lying(RECORDS[1], -7), *RECORDS[2:]], id="a negative length"),
        pytest.param([RECORDS[0], RECORDS[1].replace(b"WARC/1.1", b"WARC/1.1" + b"\r\nX: y" * 9000), *RECORDS[2:]], id="a flood of headers"),
        pytest.param([RECORDS[0], RECORDS[1].replace(b"Content-Length", b"X-Length"), *RECORDS[2:]], id="no length"),
        pytest.param([RECORDS[0], b"WARC/1.1\r\n" + NOISE + b"\r\n\r\n", *RECORDS[2:]], id="noise in a record"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("write", [b"".join, packed], ids=["plain", "packed"])
def test_a_record_with_a_wrong_length_costs_itself(pieces, write):
    found = entries(write(pieces))

    assert [url for url in urls(found) if url != URLS[1]] == [URLS[0], *URLS[2:]]
    assert sum(isinstance(entry, Faulty) for entry in found) == 1


@pytest.mark.parametrize("write", [b"".join, packed], ids=["plain", "packed"])
@pytest.mark.parametrize("cut", [3, 60, 150, 230, 300])
def test_a_file_that_ends_early_goes_on_there_when_it_has_grown(write, cut):
    whole = write(RECORDS)
    size = len(whole) - len(write(RECORDS[4:]))
    cut = min(cut, len(whole) - size - 20)

    found = entries(whole[: size + cut])

    assert urls(found) == URLS[:4]
    assert isinstance(found[-1], Faulty) and found[-1].is_end
    assert urls(entries(whole, found[-1].place)) == URLS[4:]


def test_noise_between_members_is_told_and_passed_over():
    found = entries(packed(RECORDS[:2]) + NOISE + packed(RECORDS[2:]))

    assert urls(found) == URLS
    assert [entry.reason for entry in found if isinstance(entry, Faulty)] == [
        "the record is damaged: there are bytes that are no record"
    ]


def test_a_member_that_unpacks_to_far_more_than_a_page_is_passed_over():
    head = b"WARC/1.1\r\nWARC-Type: response\r\nContent-Type: application/http\r\nContent-Length: 60000000\r\n\r\n"
    data = packed(RECORDS[:2]) + bomb(head + answer(b""), 60) + packed(RECORDS[2:])

    found = entries(data)

    assert urls(found) == URLS
    assert sum(isinstance(entry, Faulty) for entry in found) == 1


def test_a_file_of_nothing_but_damage_is_given_up():
    broken = spoilt(packed([RECORDS[1]]), -6)

    found = entries(packed(RECORDS[:1]) + broken * (MOST_DAMAGED + 50))

    assert len(found) == MOST_DAMAGED + 1
    assert "the rest of the file is left" in found[-1].reason and not found[-1].is_end


def test_nothing_holds_on_to_a_damaged_file_once_it_is_read():
    class File(io.BytesIO):
        """One that is watched."""

    file = File(packed(RECORDS[:1])[:-9] + packed(RECORDS[1:2])[:200])
    watched = weakref.ref(file)

    assert list(read_records(file, "test.warc", MOST, NOW, WarcPlace()))
    del file
    gc.collect()

    assert watched() is None


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "empty"),
        (b"<html>", "something else"),
        (gzip.compress(b"hello", mtime=0), "something else"),
        (b"\x1f\x8b\x08", "something else"),
        (zstandard.compress(RECORDS[0]), "zstd -d"),
    ],
)
def test_a_file_that_is_no_warc_is_refused_with_what_to_do(data, told):
    with pytest.raises(WarcSyntaxError, match=r"test\.warc is not a WARC file") as refused:
        entries(data)

    assert told in str(refused.value)


def test_the_first_date_puts_files_in_order():
    assert first_date(io.BytesIO(packed(RECORDS)), "test.warc") == "2021-10-05T12:00:00Z"
    assert first_date(io.BytesIO(b"WARC/1.1\r\nbroken"), "test.warc") == ""


PACKED = [packed([each]) for each in RECORDS]


@settings(max_examples=150, deadline=None)
@given(st.integers(1, 4), st.integers(0, 10_000), st.integers(1, 255))
def test_a_damaged_member_never_costs_its_neighbours(number, where, flip):
    bad = bytearray(PACKED[number])
    bad[where % len(bad)] ^= flip

    found = urls(entries(b"".join([*PACKED[:number], bytes(bad), *PACKED[number + 1 :]])))

    assert [url for url in found if url != URLS[number]] == [*URLS[:number], *URLS[number + 1 :]]


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 3000), st.binary(max_size=30), st.integers(0, 40)), max_size=8),
    st.booleans(),
)
def test_any_bytes_in_no_crash_out_and_it_comes_to_an_end(edits, is_packed):
    data = packed(RECORDS) if is_packed else b"".join(RECORDS)
    for at, new, gone in edits:
        data = data[:at] + new + data[at + gone :]

    try:
        found = entries(data)
    except WarcSyntaxError:
        return
    assert all(entry.place.offset <= len(data) for entry in found)
