"""The page archive: the bytes that went in come out, small, and never depend on more than one other page."""

import random
import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest

from db.archive import ARCHIVE_VERSION, Archive
from db.errors import Corrupt, SchemaTooNew

DAY = 86400.0


def site_page(number, template=1):
    """An invented page of a site: 60 kB of its own furniture and a text of its own."""
    chance = random.Random(template)
    furniture = "".join(
        f'<li class="c{chance.random()}"><a href="/{chance.random()}">x</a></li>' for _ in range(900)
    )
    text = " ".join(str(random.Random(number).random()) for _ in range(60))
    return f"<html>{furniture}<p>{number} {text}</p>{furniture[::-1]}</html>".encode()


@pytest.fixture
def archive(store):
    """What another reader of the archive's file sees."""

    def read(sql, *values):
        with closing(sqlite3.connect(store.path.with_name("archive.db"))) as conn:
            return conn.execute(sql, values).fetchall()

    return read


@pytest.mark.parametrize("body", [b"", b"x", b"\0\xff" * 1000, "Вызов".encode("windows-1251"), site_page(1)])
def test_a_page_comes_out_as_it_went_in(store, make_page, body):
    headers = (("content-type", "text/html"), ("set-cookie", "a"), ("set-cookie", "ю"))
    page = make_page(final_url="https://news.example/landed", status=203, headers=headers, body=body)

    store.keep_page(page)

    assert store.page(page.sha256) == page


def test_a_page_never_kept_is_none(store):
    assert store.page("0" * 64) is None


def test_the_same_capture_twice_is_kept_once_and_a_later_one_beside_it(store, make_page, archive, now):
    store.keep_page(make_page())
    store.keep_page(make_page())
    later = make_page("https://news.example/other", fetched_at=now + timedelta(hours=1))
    store.keep_page(later)

    assert archive("SELECT (SELECT count(*) FROM bodies), (SELECT count(*) FROM captures)") == [(1, 2)]
    assert store.page(later.sha256) == later


def test_pages_of_a_site_are_small_and_hang_on_one_other_at_most(store, make_page, archive):
    pages = [make_page(f"https://news.example/{number}", body=site_page(number)) for number in range(20)]
    for page in pages:
        store.keep_page(page)

    kept, raw = archive("SELECT sum(length(zstd)), sum(size_bytes) FROM bodies WHERE prefix_id IS NOT NULL")[
        0
    ]
    assert raw / kept > 30
    assert archive("SELECT count(*) FROM bodies WHERE prefix_id IS NULL") == [(1,)]
    assert archive(
        "SELECT count(*) FROM bodies b JOIN bodies p ON p.id = b.prefix_id WHERE p.prefix_id IS NOT NULL"
    ) == [(0,)]
    assert [store.page(page.sha256) for page in pages] == pages


def test_each_design_of_a_site_has_its_prefix(store, make_page, archive):
    for number in range(12):
        store.keep_page(
            make_page(f"https://news.example/{number}", body=site_page(number, template=number % 3))
        )

    assert archive("SELECT count(*) FROM bodies WHERE prefix_id IS NULL") == [(3,)]


def test_a_page_that_nobody_wants_is_packed_by_itself_until_an_article_comes_of_it(store, make_page, archive):
    pages = [make_page(f"https://news.example/{number}", body=site_page(number)) for number in range(4)]
    for page in pages:
        store.keep_page(page, is_wanted=False)
    assert archive("SELECT count(*) FROM bodies WHERE prefix_id IS NULL") == [(4,)]

    for page in pages[1:3]:
        store.pack_page(page)

    sizes = archive("SELECT prefix_id IS NULL, length(zstd) FROM bodies ORDER BY id")
    assert [bool(alone) for alone, _ in sizes] == [True, False, False, True]
    assert max(sizes[1][1], sizes[2][1]) * 5 < sizes[0][1]
    assert [store.page(page.sha256) for page in pages] == pages


def test_a_page_on_which_others_hang_stays_as_it_is(store, make_page, archive):
    pages = [make_page(f"https://news.example/{number}", body=site_page(number)) for number in range(3)]
    store.keep_page(pages[0], is_wanted=False)
    store.keep_page(pages[1])
    store.keep_page(pages[2], is_wanted=False)

    store.pack_page(pages[0])

    assert [store.page(page.sha256) for page in pages] == pages
    assert archive("SELECT prefix_id FROM bodies ORDER BY id") == [(None,), (1,), (None,)]


def test_of_a_host_whose_pages_are_like_no_other_one_is_tried_until_there_is_a_like(
    store, make_page, archive
):
    chance = random.Random(1)
    odd = [make_page(f"https://news.example/{n}", body=chance.randbytes(2000)) for n in range(12)]
    alike = [make_page(f"https://news.example/alike-{n}", body=site_page(n)) for n in range(4)]
    for page in (*odd, *alike, odd[0]):
        store.keep_page(page)

    assert archive("SELECT count(*) FROM bodies WHERE prefix_id IS NOT NULL") == [(3,)]
    assert [store.page(page.sha256) for page in (*odd, *alike)] == [*odd, *alike]


def test_pages_of_other_hosts_are_no_prefix(store, make_page, archive):
    for host in ("a", "b"):
        store.keep_page(make_page(f"https://{host}.example/", body=site_page(host)))

    assert archive("SELECT count(*) FROM bodies WHERE prefix_id IS NULL") == [(2,)]


def test_old_pages_go_and_the_ones_articles_were_read_from_stay(store, append, make_article, make_page, now):
    kept = make_page(body=b"an article's page")
    rejected = make_page("https://news.example/2", body=b"another page")
    fresh = make_page("https://news.example/3", body=b"a fresh page", fetched_at=now + timedelta(days=20))
    for page in (kept, rejected, fresh):
        store.keep_page(page)
    append(make_article(), page=kept)

    assert store.prune_archive(now + timedelta(days=31), None, 30 * DAY) == 1

    assert [store.page(page.sha256) for page in (kept, rejected, fresh)] == [kept, None, fresh]
    assert store.prune_archive(now + timedelta(days=31), 30 * DAY, None) == 1
    assert store.page(kept.sha256) is None


def test_a_page_seen_again_is_not_old(store, make_page, now):
    store.keep_page(make_page())
    store.keep_page(make_page(fetched_at=now + timedelta(days=29)))

    assert store.prune_archive(now + timedelta(days=31), None, 30 * DAY) == 0


def test_nothing_goes_when_everything_is_kept_for_ever(store, make_page, now):
    store.keep_page(make_page())

    assert store.prune_archive(now + timedelta(days=9999), None, None) == 0


def test_a_prefix_stays_as_long_as_a_page_needs_it(store, make_page, now):
    prefix = make_page("https://news.example/1", body=site_page(1))
    later = make_page("https://news.example/2", body=site_page(2), fetched_at=now + timedelta(days=20))
    store.keep_page(prefix)
    store.keep_page(later)

    assert store.prune_archive(now + timedelta(days=31), None, 30 * DAY) == 0
    assert store.page(later.sha256) == later

    assert store.prune_archive(now + timedelta(days=60), None, 30 * DAY) == 2
    assert store.page(later.sha256) is None


def test_the_file_shrinks_when_pages_go(store, make_page, now):
    for number in range(200):
        body = random.Random(number).randbytes(20_000)
        store.keep_page(make_page(f"https://news.example/{number}", body=body))
    size = "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"
    path = store.path.with_name("archive.db")
    with closing(sqlite3.connect(path)) as conn:
        before = conn.execute(size).fetchone()[0]

        store.prune_archive(now + timedelta(days=31), None, 30 * DAY)

        assert conn.execute(size).fetchone()[0] < before / 10


def test_bytes_that_rotted_are_not_given_out(store, make_page):
    page = make_page(body=site_page(1))
    store.keep_page(page)
    with closing(sqlite3.connect(store.path.with_name("archive.db"), isolation_level=None)) as conn:
        (packed,) = conn.execute("SELECT zstd FROM bodies").fetchone()
        conn.execute("UPDATE bodies SET zstd = ?", (packed[:-9] + b"\0" * 9,))

    with pytest.raises(Corrupt, match=page.sha256):
        store.page(page.sha256)


def test_a_newer_archive_is_refused_with_both_versions(tmp_path):
    path = tmp_path / "archive.db"
    Archive.open(path).close()
    with closing(sqlite3.connect(path, isolation_level=None)) as conn:
        conn.execute("PRAGMA user_version = 99")

    with pytest.raises(SchemaTooNew, match=f"99.*{ARCHIVE_VERSION}"):
        Archive.open(path)


def test_somebody_else_s_database_is_no_archive(tmp_path):
    path = tmp_path / "archive.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as conn:
        conn.execute("CREATE TABLE bookmarks (url)")

    with pytest.raises(Corrupt, match="not an archive of Spacereel"):
        Archive.open(path)
