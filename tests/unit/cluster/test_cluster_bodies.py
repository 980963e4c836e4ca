"""Bytes of pages on their way: whole on the disk before anybody is told, and nothing is believed of a name."""

from __future__ import annotations

import resource
from dataclasses import replace

import pytest

from crawler.cluster.bodies import BodyFiles, body_at
from crawler.cluster.form import BodyPlace


@pytest.fixture
def files(tmp_path):
    opened = BodyFiles(tmp_path / "bodies", "one")
    yield opened
    opened.close()


def test_bodies_come_out_as_they_went_in(files, make_page, tmp_path):
    pages = [make_page(body=body) for body in (b"", b"a\r\n\r\nb", bytes(range(256)) * 100)]

    places = [files.append(page, 0.0) for page in pages]

    found = [
        body_at(tmp_path / "bodies", place, page.sha256) for place, page in zip(places, pages, strict=True)
    ]
    assert found == [page.body for page in pages]


def test_any_reader_of_warc_files_reads_them(files, make_page, tmp_path):
    from fastwarc import ArchiveIterator

    place = files.append(make_page(body=b"<p>Hello</p>"), 0.0)

    with (tmp_path / "bodies" / place.file).open("rb") as file:
        kinds = [record.headers["WARC-Type"] for record in ArchiveIterator(file, parse_http=False)]
    assert kinds == ["warcinfo", "response"]


def test_a_body_that_is_gone_or_another_one_is_none(files, make_page, tmp_path):
    page = make_page(body=b"one")
    place = files.append(page, 0.0)
    folder = tmp_path / "bodies"

    assert body_at(folder, place, make_page(body=b"two").sha256) is None
    assert body_at(folder, replace(place, offset=place.offset + 1), page.sha256) is None
    assert body_at(folder, replace(place, length=place.length - 9), page.sha256) is None
    assert body_at(tmp_path / "elsewhere", place, page.sha256) is None


@pytest.mark.parametrize("name", ["../secret.warc.gz", "/etc/passwd", "", "a.txt", "x/../y.warc.gz"])
def test_a_name_leads_nowhere_else(name, tmp_path):
    assert body_at(tmp_path, BodyPlace(file=name, offset=0, length=10), "00") is None


def test_a_full_disk_leaves_no_half_of_a_record(files, make_page, tmp_path):
    first, second = make_page(body=b"first"), make_page(body=bytes(range(256)) * 400)
    place = files.append(first, 0.0)
    size = (tmp_path / "bodies" / place.file).stat().st_size
    before = resource.getrlimit(resource.RLIMIT_FSIZE)

    resource.setrlimit(resource.RLIMIT_FSIZE, (size + 100, before[1]))
    try:
        with pytest.raises(OSError, match="File too large"):
            files.append(second, 0.0)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)

    assert (tmp_path / "bodies" / place.file).stat().st_size == size
    later = files.append(second, 0.0)
    assert body_at(tmp_path / "bodies", later, second.sha256) == second.body
    assert body_at(tmp_path / "bodies", place, first.sha256) == first.body


def test_files_that_nobody_refers_to_any_more_are_removed(files, make_page, tmp_path):
    old = files.append(make_page(), 0.0)
    kept = files.append(make_page(), 10_000.0)
    later = (tmp_path / "bodies" / kept.file).stat().st_mtime + 10_000

    assert files.remove_taken({old.file}, later) == 0
    assert files.remove_taken((), later) == 1

    assert [path.name for path in (tmp_path / "bodies").iterdir()] == [kept.file]


def test_other_users_of_the_machine_read_no_bodies(files, make_page, tmp_path):
    place = files.append(make_page(body=b"one"), 0.0)

    assert (tmp_path / "bodies" / place.file).stat().st_mode & 0o007 == 0


@pytest.mark.parametrize(("offset", "length"), [(-1, 10), (10**30, 10), (0, -1), (0, 10**30), (2**63 - 1, 1)])
def test_a_place_that_is_none_gives_no_body(files, make_page, tmp_path, offset, length):
    place = files.append(make_page(body=b"one"), 0.0)

    assert body_at(tmp_path / "bodies", replace(place, offset=offset, length=length), "00") is None
