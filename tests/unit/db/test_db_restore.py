"""Going back to a backup: it is put in place of the record, which is kept, and everything is as it was."""

import os
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from db.backups import Restored, backup, pages_of, restore
from db.connection import open_read_only
from db.errors import Corrupt, Locked, SchemaTooNew, StoreError
from db.maintenance import checks
from db.rotation import Keep, rotate
from db.store import Store


@pytest.fixture
def archive(store):
    return store.path.with_name("archive.db")


@pytest.fixture
def copy(store, append, make_article, archive, tmp_path, now):
    """A backup with its archive, after which one more article came; the record is closed."""
    append(make_article())
    made = backup(store.path, tmp_path / "backups" / "monday.db", now, archive)
    append(make_article("https://b.example/later", title="Later", text="Later."))
    store.close()
    return made


def titles(path):
    with closing(open_read_only(path)) as conn:
        return [row[0] for row in conn.execute("SELECT title FROM articles ORDER BY id")]


def urls(path):
    with closing(open_read_only(path)) as conn:
        return [row[0] for row in conn.execute("SELECT url FROM captures ORDER BY id")]


def files(folder):
    return sorted(file.name for file in folder.iterdir())


def test_a_restored_backup_is_the_record_of_its_moment(store, copy, archive, now):
    (done,) = restore(copy, store.path, now)

    assert done == Restored(store.path, store.path.with_name("articles-before-restore-20261123T120000Z.db"))
    assert titles(done.aside) == ["A film is shot in orbit", "Later"]
    assert urls(archive) == ["https://news.example/film-in-orbit", "https://b.example/later"]
    with closing(Store.open(store.path)) as again:
        assert again.renewed == ()
        assert titles(store.path) == ["A film is shot in orbit"]
    assert [check.sentence for check in checks(store.path, archive) if not check.is_ok] == []


def test_the_archive_goes_back_with_it_when_it_is_named(store, copy, archive, now):
    record, pages = restore(copy, store.path, now, archive)

    assert urls(archive) == ["https://news.example/film-in-orbit"]
    assert urls(pages.aside) == ["https://news.example/film-in-orbit", "https://b.example/later"]
    assert titles(record.file) == ["A film is shot in orbit"]


def test_a_backup_may_be_restored_again_and_again(store, copy, now):
    for hour in range(2):
        restore(copy, store.path, now + timedelta(hours=hour))

    assert titles(store.path) == ["A film is shot in orbit"]
    assert files(store.path.parent).count("articles.db") == 1
    assert len([name for name in files(store.path.parent) if "before-restore" in name]) == 2
    assert titles(copy) == ["A film is shot in orbit"]


def test_a_record_that_is_gone_is_put_back(store, copy, archive, now):
    store.path.unlink()
    archive.unlink()

    assert restore(copy, store.path, now, archive) == (Restored(store.path, None), Restored(archive, None))

    assert titles(store.path) == ["A film is shot in orbit"]


def test_a_damaged_record_is_kept_with_its_log(store, copy, now):
    store.path.write_bytes(b"SQLite format 3\0" + b"\xff" * 8000)
    log = store.path.with_name("articles.db-wal")
    log.write_bytes(b"what was not in the file yet")

    (done,) = restore(copy, store.path, now)

    assert titles(store.path) == ["A film is shot in orbit"]
    assert done.aside.read_bytes().endswith(b"\xff" * 8000)
    assert done.aside.with_name(f"{done.aside.name}-wal").read_bytes() == b"what was not in the file yet"


def test_a_record_behind_a_link_is_replaced_where_it_lies(store, copy, tmp_path, now):
    link = tmp_path / "elsewhere" / "articles.db"
    link.parent.mkdir()
    link.symlink_to(store.path)

    restore(copy, link, now)

    assert link.is_symlink()
    assert titles(store.path) == ["A film is shot in orbit"]


def refused(store, told, *, by, path, now, archive=None):
    """Nothing is changed, and nothing is left behind."""
    before = {file: file.read_bytes() for file in store.path.parent.iterdir() if file.is_file()}
    with pytest.raises(told, match=by):
        restore(path, store.path, now, archive)
    after = {file: file.read_bytes() for file in store.path.parent.iterdir() if file.is_file()}
    assert {file: data for file, data in after.items() if not file.name.endswith(("-shm", "-wal"))} == before


def test_what_is_no_whole_record_is_refused(store, copy, archive, tmp_path, now):
    text, other, torn = (tmp_path / "backups" / name for name in ("text.db", "other.db", "torn.db"))
    text.write_text("a shopping list " * 99)
    with closing(sqlite3.connect(other)) as conn, conn:
        conn.execute("CREATE TABLE bookmarks (url)")
    content = bytearray(copy.read_bytes())
    content[4096 * 20 : 4096 * 60] = b"\xff" * 4096 * 40
    torn.write_bytes(content)

    refused(store, StoreError, by="nowhere.db does not exist", path=tmp_path / "nowhere.db", now=now)
    refused(store, Corrupt, by="not an SQLite database", path=text, now=now)
    refused(store, Corrupt, by="not a record of Spacereel", path=other, now=now)
    refused(store, Corrupt, by="not a record of Spacereel", path=pages_of(copy), now=now)
    refused(store, StoreError, by="not whole|damaged", path=torn, now=now)
    refused(store, StoreError, by="in place already", path=store.path, now=now)
    pages_of(copy).unlink()
    refused(store, StoreError, by=r"monday\.archive\.db does not exist", path=copy, now=now, archive=archive)


def test_a_backup_of_a_newer_program_is_refused_with_a_sentence(store, copy, now):
    with closing(sqlite3.connect(copy)) as conn:
        conn.execute("PRAGMA user_version = 9999")

    refused(store, SchemaTooNew, by="has version 9999.* install a newer Spacereel", path=copy, now=now)


def test_a_record_that_somebody_reads_is_not_replaced(store, copy, now):
    with closing(sqlite3.connect(store.path)) as reader:
        reader.execute("SELECT count(*) FROM articles").fetchone()

        with pytest.raises(Locked, match=r"articles\.db is open in another program"):
            restore(copy, store.path, now)

        assert reader.execute("SELECT count(*) FROM articles").fetchone() == (2,)
    restore(copy, store.path, now)
    assert titles(store.path) == ["A film is shot in orbit"]


def test_nothing_is_left_of_a_backup_whose_archive_cannot_be_read(store, tmp_path, now):
    target = tmp_path / "out" / "copy.db"

    with pytest.raises(StoreError, match=r"nowhere\.db does not exist"):
        backup(store.path, target, now, tmp_path / "nowhere.db")

    assert files(target.parent) == []


def test_a_backup_with_its_archive_names_no_page_that_is_not_there(store, copy):
    assert [each.sentence for each in checks(copy, pages_of(copy)) if not each.is_ok] == []
    assert files(copy.parent) == ["monday.archive.db", "monday.db"]


def test_only_the_newest_backups_are_kept_and_nothing_else_is_touched(store, archive, tmp_path, now):
    folder = tmp_path / "backups"
    folder.mkdir()
    others = [
        folder / name for name in ("articles-monday.db", "other-20261123T120000Z.db", "x.archive.db", "notes")
    ]
    for file in others:
        file.write_text("mine")
    made = [
        backup(store.path, folder, now + timedelta(hours=hour), archive if hour % 2 else None)
        for hour in range(4)
    ]

    gone = rotate(store.path, folder, Keep(newest=2))

    assert list(gone) == [made[0], made[1], pages_of(made[1])]
    assert sorted(folder.iterdir()) == sorted([*others, made[2], made[3], pages_of(made[3])])
    assert rotate(store.path, folder, Keep(newest=2)) == ()


def test_a_file_system_without_links_still_keeps_what_was_there(store, copy, now, monkeypatch):
    def refuse(self, target):
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(Path, "hardlink_to", refuse)

    (done,) = restore(copy, store.path, now)

    assert titles(store.path) == ["A film is shot in orbit"]
    assert titles(done.aside)[-1] == "Later"
    assert os.stat(done.aside).st_nlink == 1
