"""A record of every schema there ever was is brought up to today's, and nothing in it is lost."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlite_utils.cli import cli as sqlite_utils

from crawler.cli import main as spacereel
from db.errors import StoreError
from db.maintenance import checks
from db.store import Store
from db.version import SCHEMA_VERSION

SCHEMAS = Path(__file__).with_name("schemas")
MIGRATIONS = Path(__file__).parents[2] / "db" / "migrations.py"
KEPT = sorted(SCHEMAS.glob("*.sql"))
#: tables that no row of an older record may be compared in: what SQLite and sqlite-utils note for themselves
OWN = ("sqlite_stat1", "sqlite_sequence", "_sqlite_migrations")

each_schema = pytest.mark.parametrize("kept", KEPT, ids=[file.stem for file in KEPT])


def load(kept: Path, path: Path) -> None:
    """A record as the program of its time left it."""
    with closing(sqlite3.connect(path)) as conn:
        conn.execute("PRAGMA synchronous = OFF")
        conn.executescript(f"BEGIN;{kept.read_text(encoding='utf-8')}COMMIT;")
        conn.execute("PRAGMA journal_mode = WAL")


@pytest.fixture
def old(kept: Path, tmp_path: Path) -> Path:
    """A record of that schema."""
    load(kept, tmp_path / "articles.db")
    return tmp_path / "articles.db"


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A record that today's program began."""
    path = tmp_path_factory.mktemp("fresh") / "articles.db"
    Store.open(path).close()
    return path


def contents(path: Path) -> dict[str, list[dict[str, object]]]:
    """Every row of every ordinary table, by column name."""
    with closing(sqlite3.connect(path)) as conn:
        conn.row_factory = sqlite3.Row
        names = [
            row[0]
            for row in conn.execute(
                "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table'"
            )
            if row[0] not in OWN and row[0] != "sqlite_schema"
        ]
        return {name: [dict(row) for row in conn.execute(f"SELECT * FROM {name}")] for name in names}


def lost(before: dict[str, list[dict[str, object]]], path: Path) -> list[tuple[str, dict[str, object]]]:
    """Rows of *before* that are not in the record any more, with every value they had."""
    after = contents(path)
    return [
        (table, row)
        for table, rows in before.items()
        for row in rows
        if not any(row.items() <= now.items() for now in after.get(table, ()))
    ]


def differences(path: Path, fresh: Path) -> set[tuple[str, str, str]]:
    """Tables, indexes, triggers and views that are only in one of two records, or worded differently."""
    found = []
    for file in (path, fresh):
        with closing(sqlite3.connect(file)) as conn:
            found.append(
                set(conn.execute("SELECT type, name, sql FROM sqlite_master WHERE name != 'sqlite_stat1'"))
            )
    return found[0] ^ found[1]


def has_guards(kept: Path) -> bool:
    """Whether a program left the record; those that were made by migrations alone have no triggers."""
    return "CREATE TRIGGER" in kept.read_text(encoding="utf-8")


def test_a_record_of_every_schema_is_kept():
    numbers = [int(file.stem) for file in KEPT]

    assert numbers == list(range(1, SCHEMA_VERSION + 1)), "run tests/integration/schemas/build.py"


@each_schema
def test_every_table_of_the_kept_record_has_rows(old, kept):
    with closing(sqlite3.connect(old)) as conn:
        assert conn.execute("PRAGMA user_version").fetchone()[0] == int(kept.stem)

    assert [table for table, rows in contents(old).items() if not rows] == []


@each_schema
def test_opening_it_brings_it_up_to_date_without_loss(old, kept, fresh, tmp_path):
    before = contents(old)

    store = Store.open(old)

    assert (store.renewed == ()) == has_guards(kept)
    store.close()
    assert lost(before, old) == []
    assert differences(old, fresh) == set()
    wrong = {check.name: check.sentence for check in checks(old, tmp_path / "archive.db") if not check.is_ok}
    assert wrong.keys() - {"disk"} <= {"archive"}, wrong
    with closing(sqlite3.connect(old)) as conn:
        assert conn.execute("PRAGMA user_version").fetchone()[0] == SCHEMA_VERSION
        assert conn.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        found = conn.execute("SELECT rowid FROM articles_fts WHERE articles_fts MATCH 'съёмки'").fetchall()
        assert found == [(3,)]
        found = conn.execute(
            "SELECT rowid FROM articles_words WHERE articles_words MATCH 'съемки'"
        ).fetchall()
        assert found == [(3,)]
        assert conn.execute("SELECT count(*) FROM newest WHERE found_at IS NULL").fetchone() == (0,)
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            conn.execute("DELETE FROM articles")


@each_schema
def test_what_was_read_before_is_read_after(old):
    """The rows that people see, not only those that are stored."""
    Store.open(old).close()

    with closing(sqlite3.connect(old)) as conn:
        titles = dict(conn.execute("SELECT canonical_url, title FROM current_articles"))
        marks = conn.execute(
            "SELECT canonical_url, mark, note FROM reviews WHERE mark IS NOT NULL"
        ).fetchall()
    assert titles["https://a.example/film"] == "A film was shot in orbit"
    assert marks == [("https://b.example/fr", "relevant", "It's the one")]


@each_schema
def test_sqlite_utils_migrate_does_the_same_by_hand(old, fresh):
    before = contents(old)

    told = CliRunner().invoke(sqlite_utils, ["migrate", str(old), str(MIGRATIONS)])

    assert told.exit_code == 0, told.output
    assert lost(before, old) == []
    assert differences(old, fresh) == set()
    store = Store.open(old)
    assert store.renewed == ()
    store.close()


@pytest.mark.parametrize("kept", KEPT[:-1], ids=[file.stem for file in KEPT[:-1]])
def test_doctor_says_of_an_older_record_that_it_is_older_and_finds_no_fault_in_that(old):
    wrong = {each.name for each in checks(old, old.with_name("archive.db")) if not each.is_ok}

    assert wrong - {"archive", "disk"} == {"schema"}


@each_schema
def test_guards_that_somebody_dropped_before_the_upgrade_are_told_and_what_they_missed_is_derived(old):
    with closing(sqlite3.connect(old)) as conn, conn:
        conn.execute("DROP TRIGGER IF EXISTS articles_kept")
        conn.execute("DELETE FROM newest")

    store = Store.open(old)

    assert "articles_kept" in store.renewed
    store.close()
    with closing(sqlite3.connect(old)) as conn:
        assert conn.execute("SELECT count(*) FROM current_articles").fetchone() == (3,)
        assert "articles_kept" in conn.execute("SELECT guards FROM repairs ORDER BY id DESC").fetchone()[0]


def test_a_backup_of_an_older_program_is_up_to_date_when_it_is_restored(tmp_path, fresh, monkeypatch):
    monkeypatch.chdir(tmp_path)
    load(SCHEMAS / "0006.sql", tmp_path / "copy.db")
    Store.open(tmp_path / "articles.db").close()
    before = contents(tmp_path / "copy.db")

    told = CliRunner().invoke(spacereel, ["restore", "copy.db", "--db", "articles.db"])

    assert told.exit_code == 1  # its pages are in no archive
    assert [line.split()[1] for line in told.output.splitlines() if line.startswith("!!")] in (
        ["archive"],
        ["archive", "disk"],
    )
    assert lost(before, tmp_path / "articles.db") == []
    assert differences(tmp_path / "articles.db", fresh) == set()
    assert lost(before, tmp_path / "copy.db") == []


def test_a_migration_that_cannot_be_made_leaves_the_record_as_it_was(tmp_path):
    """A table of the user's own has the name of one of ours."""
    path = tmp_path / "articles.db"
    load(SCHEMAS / "0006.sql", path)
    with closing(sqlite3.connect(path)) as conn:
        conn.execute("CREATE TABLE feed_entries (mine)")
        conn.execute("INSERT INTO feed_entries VALUES ('kept')")
        conn.commit()
        before = contents(path), conn.execute("SELECT * FROM sqlite_master").fetchall()

    with pytest.raises(StoreError, match="table feed_entries already exists"):
        Store.open(path)

    with closing(sqlite3.connect(path)) as conn:
        assert (contents(path), conn.execute("SELECT * FROM sqlite_master").fetchall()) == before
        assert conn.execute("PRAGMA user_version").fetchone() == (6,)


@each_schema
@pytest.mark.parametrize(
    "verb",
    [("status",), ("export", "--search", "band:any"), ("why",), ("diff",), ("story",)],
    ids=lambda verb: verb[0],
)
def test_every_verb_that_reads_answers_from_it(old: Path, verb: tuple[str, ...]) -> None:
    Store.open(old).close()
    with closing(sqlite3.connect(old)) as conn:
        (url,) = conn.execute("SELECT url FROM articles ORDER BY revision DESC, id LIMIT 1").fetchone()
    about = [url] if verb[0] in ("why", "diff") else []

    answered = CliRunner().invoke(spacereel, [*verb, *about, "--db", str(old)])

    assert answered.exit_code == 0, answered.output
