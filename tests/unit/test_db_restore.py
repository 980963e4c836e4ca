"""Going back to a backup: the file is copied over the record, and everything is as it was."""

import shutil
from contextlib import closing
from datetime import timedelta

import pytest

from db.errors import SchemaTooNew
from db.maintenance import backup, checks, rotate
from db.store import Store


def restored(backup_file, path):
    """What docs/reliability.md tells: the log beside the record goes with it."""
    for file in (path, path.with_name(path.name + "-wal"), path.with_name(path.name + "-shm")):
        file.unlink(missing_ok=True)
    shutil.copy(backup_file, path)


def test_a_restored_backup_is_the_record_of_its_moment(store, append, make_article, tmp_path, now, rows):
    append(make_article())
    copy = backup(store.path, tmp_path / "copy.db", now)
    append(make_article("https://b.example/later", title="Later", text="Later."))
    store.close()

    restored(copy, store.path)

    with closing(Store.open(store.path)) as again:
        assert again.renewed == ()
        assert rows("SELECT title FROM articles") == [("A film is shot in orbit",)]
        assert [each.sentence for each in checks(again.path, tmp_path / "archive.db")
                if not each.is_ok and each.name not in ("archive", "disk")] == []  # fmt: skip


def test_a_record_of_a_newer_program_is_refused_with_a_sentence(store, tmp_path, now):
    copy = backup(store.path, tmp_path / "copy.db", now)
    store.close()

    restored(copy, store.path)
    with closing(Store.open(store.path)) as again:
        again._conn.execute("PRAGMA user_version = 9999")

    with pytest.raises(SchemaTooNew, match="newer Spacereel"):
        Store.open(store.path)


def test_only_the_newest_backups_are_kept_and_nothing_else_is_touched(store, tmp_path, now):
    folder = tmp_path / "backups"
    folder.mkdir()
    others = [folder / name for name in ("articles-monday.db", "other-20261123T120000Z.db", "notes.txt")]
    for file in others:
        file.write_text("mine")
    made = [backup(store.path, folder, now + timedelta(hours=hour)) for hour in range(4)]

    gone = rotate(store.path, folder, 2)

    assert list(gone) == made[:2]
    assert sorted(folder.iterdir()) == sorted([*others, *made[2:]])
    assert rotate(store.path, folder, 2) == ()
