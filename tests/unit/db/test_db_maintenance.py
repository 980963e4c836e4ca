"""Backups that were opened and counted; checks and repairs in words."""

import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest

from db.backups import backup
from db.connection import open_read_only
from db.errors import Corrupt, DiskFull, StoreError
from db.guards import TRIGGERS
from db.maintenance import checks, repair
from db.store import Store
from db.version import SCHEMA_VERSION


def examined(store):
    return {check.name: check for check in checks(store.path, store.path.with_name("archive.db"))}


def wrong(store):
    return {
        name: check.sentence for name, check in examined(store).items() if not check.is_ok and name != "disk"
    }


@pytest.fixture
def meddle(store):
    """`meddle(sql, ...)`: somebody with the `sqlite3` shell."""

    def run(*statements):
        with closing(sqlite3.connect(store.path, isolation_level=None)) as conn:
            for statement in statements:
                conn.execute(statement)

    return run


def test_a_backup_holds_everything_and_opens_as_a_record(store, append, make_article, tmp_path, now):
    append(make_article())

    file = backup(store.path, tmp_path / "backups" / "monday.db", now)

    assert file == tmp_path / "backups" / "monday.db"
    assert [path.name for path in file.parent.iterdir()] == ["monday.db"]
    restored = Store.open(file)
    assert restored.renewed == ()
    with closing(open_read_only(file)) as conn:
        assert conn.execute("SELECT title FROM current_articles").fetchone()[0] == "A film is shot in orbit"
    restored.close()


def test_a_backup_into_a_folder_is_named_after_its_moment(store, tmp_path, now):
    folder = tmp_path / "backups"
    folder.mkdir()

    assert backup(store.path, folder, now).name == "articles-20261123T120000Z.db"
    assert backup(store.path.with_name("archive.db"), folder, now).name == "archive-20261123T120000Z.db"


def test_a_backup_while_the_record_is_written_is_of_one_moment(
    store, append, make_article, tmp_path, now, rows
):
    for number in range(20):
        append(make_article(f"https://news.example/{number}", title=str(number)))
    with closing(sqlite3.connect(store.path, isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("INSERT INTO runs (mode, started_at) VALUES ('once', 'x')")

        file = backup(store.path, tmp_path / "copy.db", now)

        writer.execute("COMMIT")
    with closing(open_read_only(file)) as copy:
        counts = copy.execute(
            "SELECT (SELECT count(*) FROM articles), (SELECT count(*) FROM runs)"
        ).fetchone()
    assert tuple(counts) == (20, 0)
    assert rows("SELECT count(*) FROM runs") == [(1,)]


def test_no_backup_is_made_over_another_file(store, tmp_path, now):
    target = tmp_path / "copy.db"
    target.write_text("precious")

    with pytest.raises(StoreError, match=r"copy\.db exists already; name another file"):
        backup(store.path, target, now)

    assert target.read_text() == "precious"


def test_a_backup_of_nothing_or_of_a_text_is_a_sentence_and_leaves_nothing(tmp_path, now):
    text = tmp_path / "articles.db"
    text.write_text("a shopping list " * 99)

    with pytest.raises(StoreError, match="does not exist"):
        backup(tmp_path / "nowhere.db", tmp_path / "out" / "a.db", now)
    with pytest.raises(Corrupt, match="is not an SQLite database"):
        backup(text, tmp_path / "out" / "b.db", now)

    assert list((tmp_path / "out").iterdir()) == []


def test_everything_is_right_with_a_record_in_use(store, append, make_article, make_page):
    page = make_page()
    store.keep_page(page)
    append(make_article(), page=page)

    assert wrong(store) == {}
    assert list(examined(store)) == [
        "record",
        "schema",
        "tables",
        "values",
        "guards",
        "integrity",
        "references",
        "histories",
        "newest",
        "repairs",
        "identity",
        "archive",
        "search",
        "disk",
    ]


def test_a_missing_guard_is_told_and_mended(store, meddle, now):
    meddle("DROP TRIGGER articles_update_guard")
    assert "articles_update_guard" in wrong(store)["guards"]
    store.close()

    assert repair(store.path, now) == ("made anew: articles_update_guard",)

    assert wrong(store) == {}
    assert "1 times, the last time at 2026-11-23T12:00:00Z" in examined(store)["repairs"].sentence


def test_deleted_versions_are_told_as_what_cannot_be_mended(store, append, make_article, meddle, now):
    append(make_article())
    append(make_article(title="Second"))
    meddle(
        "DROP TRIGGER articles_delete_guard",
        "DELETE FROM articles WHERE id = 1",
        TRIGGERS["articles_delete_guard"],
    )

    assert "1 article lacks versions" in wrong(store)["histories"]
    assert "1 in article_authors, 2 in article_tags, 1 in visits" in wrong(store)["references"]
    assert repair(store.path, now) != ()  # the search index still named the version
    assert set(wrong(store)) == {"histories", "references"}


def test_a_search_index_that_lost_articles_is_told_and_mended(store, append, make_article, meddle, now):
    append(make_article())
    meddle("INSERT INTO articles_fts (articles_fts) VALUES ('delete-all')")
    assert "does not match" in wrong(store)["search"]

    assert repair(store.path, now) == ("derived current_articles and the search index again",)

    assert wrong(store) == {}
    assert repair(store.path, now) == ()


def test_a_current_articles_that_lags_is_told_and_mended(store, append, make_article, meddle, now, rows):
    append(make_article())
    append(make_article(title="Second"))
    meddle("UPDATE newest SET article_id = 1")
    assert "wrong for 1 article;" in wrong(store)["newest"]

    repair(store.path, now)

    assert wrong(store) == {}
    assert rows("SELECT id FROM current_articles") == [(2,)]


def test_missing_indexes_are_told_and_mended(store, meddle, now):
    meddle("DROP INDEX visits_url", "DROP INDEX newest_waiting")
    assert "missing indexes: newest_waiting, visits_url" in wrong(store)["tables"]

    assert repair(store.path, now) == ("made anew: newest_waiting, visits_url",)

    assert wrong(store) == {}


def test_an_altered_table_is_told_by_column(store, meddle):
    meddle("ALTER TABLE visits RENAME COLUMN reason TO why", "ALTER TABLE sources DROP COLUMN follow")

    assert "missing or altered: sources.follow, visits.reason" in wrong(store)["tables"]


def test_a_column_or_table_that_the_user_added_is_the_users(store, meddle):
    meddle("ALTER TABLE sources ADD COLUMN my_note TEXT", "CREATE TABLE notes (a)")

    assert wrong(store) == {}


def test_pages_that_are_not_in_the_archive_are_counted(store, append, make_article):
    append(make_article())
    append(make_article("https://other.example/a"))
    with closing(sqlite3.connect(store.path.with_name("archive.db"), isolation_level=None)) as conn:
        conn.execute("DELETE FROM bodies")

    assert "lacks 2 of the pages of the newest 2 versions" in wrong(store)["archive"]


def test_a_missing_archive_matters_as_soon_as_there_are_articles(store, append, make_article):
    store.close()
    store.path.with_name("archive.db").unlink()
    assert wrong(store) == {}

    again = Store.open(store.path, store.path.with_name("elsewhere.db"))
    with closing(sqlite3.connect(store.path, isolation_level=None)) as conn:
        conn.execute(
            "INSERT INTO articles (title, source, url, canonical_url, revision, fetched_at, word_count, text,"
            " content_sha256, extractor, page_sha256) VALUES ('t', 's', 'u', 'u', 1, 'x', 1, 't', 'c', 'e', 'p')"
        )
    again.close()

    assert "does not exist; pages cannot be read again" in wrong(store)["archive"]


@pytest.mark.parametrize("version", [1, 99])
def test_another_schema_is_told_with_both_versions(store, meddle, version):
    meddle(f"PRAGMA user_version = {version}")

    assert f"version {version}, and this Spacereel knows {SCHEMA_VERSION}" in wrong(store)["schema"]


def test_a_record_that_cannot_be_read_ends_the_list_with_a_sentence(tmp_path):
    text = tmp_path / "articles.db"
    text.write_text("a shopping list " * 99)

    told = checks(text, tmp_path / "archive.db")

    assert [(check.name, check.is_ok) for check in told] == [("record", False), ("disk", True)]
    assert "is not an SQLite database" in told[0].sentence


def test_a_file_without_tables_is_told_look_by_look(tmp_path):
    (tmp_path / "articles.db").touch()

    told = {check.name: check for check in checks(tmp_path / "articles.db", tmp_path / "archive.db")}

    assert not told["schema"].is_ok
    assert told["archive"].sentence == "could not be checked: no such table: articles"


def test_damage_is_told(store, append, make_article, now):
    for number in range(300):
        append(
            make_article(f"https://news.example/{number}", title=str(number)),
            at=now + timedelta(seconds=number),
        )
    store.close()
    content = bytearray(store.path.read_bytes())
    for offset in range(4096 * 30, len(content) - 4096, 4096 * 7):
        content[offset : offset + 600] = b"\xff" * 600
    store.path.write_bytes(content)

    assert wrong(store).keys() & {"integrity", "record"}


def test_a_record_set_back_by_hand_is_told_until_it_is_used_and_then_remembered(
    store, append, make_article, make_page, tmp_path, now
):
    append(make_article())
    store.take_up(now)
    assert "begun 2026-11-23T12:00:00Z, where it always was" in examined(store)["identity"].sentence
    copy = backup(store.path, tmp_path / "copy.db", now)
    append(make_article(title="Second"))
    store.note(now)
    store.close()
    copy.replace(store.path)

    assert "it had 1 visit and 1 version more" in wrong(store)["identity"]
    with closing(Store.open(store.path)) as again:
        again.take_up(now)

    assert wrong(store) == {}
    assert "noticed 2026-11-23T12:00:00Z: it is older than it was" in examined(store)["identity"].sentence


def test_a_backup_into_a_place_that_is_no_folder_is_a_sentence(store, tmp_path, now):
    (tmp_path / "file").write_text("")

    with pytest.raises(DiskFull, match=r"cannot be (written|made)"):
        backup(store.path, tmp_path / "file" / "copy.db", now)
