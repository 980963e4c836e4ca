"""`backup` and `restore` as a person calls them: rules, recipients, commands, times."""

from __future__ import annotations

import re
import shutil
import sqlite3
import subprocess
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from crawler.cli import main
from db.backups import backup


@pytest.fixture
def run(store, append, make_article):
    """`run("backup", …)` about a record with one article."""
    append(make_article())

    def call(*words):
        return CliRunner().invoke(main, [*map(str, words), "--db", str(store.path)])

    return call


def files(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir()) if folder.exists() else []


@pytest.fixture
def age(tmp_path):
    """Recipient and key file of age."""
    if not shutil.which("age-keygen"):
        pytest.skip("age is not installed")
    made = subprocess.run(["age-keygen"], capture_output=True, text=True, check=True).stdout
    (tmp_path / "key.txt").write_text(made, encoding="utf-8")
    return re.search(r"age1\w+", made)[0], tmp_path / "key.txt"


@pytest.fixture
def gpg(tmp_path, monkeypatch):
    """The name of a key in a keyring of its own."""
    if not shutil.which("gpg"):
        pytest.skip("gpg is not installed")
    home = tmp_path / "g"
    home.mkdir(mode=0o700)
    monkeypatch.setenv("GNUPGHOME", str(home))
    asked = [
        "gpg",
        "--batch",
        "--quiet",
        "--passphrase",
        "",
        "--quick-generate-key",
        "ops@desk.example",
        "default",
        "default",
    ]
    if subprocess.run([*asked, "never"], capture_output=True, check=False).returncode:
        pytest.skip("gpg cannot make a key here (its socket's path may be too long)")
    yield "ops@desk.example"
    subprocess.run(["gpgconf", "--kill", "all"], check=False)


def articles(path: Path) -> int:
    with closing(sqlite3.connect(path)) as conn:
        return conn.execute("SELECT count(*) FROM articles").fetchone()[0]


def opened_again(sealed: Path, words: list[str], tmp_path: Path) -> int:
    """How many articles an encrypted backup has."""
    plain = tmp_path / "plain.db"
    subprocess.run([*words, "--output", str(plain), str(sealed)], check=True, capture_output=True)
    return articles(plain)


def test_backups_of_one_second_have_names_of_their_own(store, append, make_article, tmp_path):
    append(make_article())
    at = datetime(2026, 11, 23, 12, tzinfo=UTC)
    folder = tmp_path / "kept"
    folder.mkdir()
    (folder / "articles-20261123T120001Z.db.age").write_bytes(b"sealed")

    made = [backup(store.path, folder, at).name for _ in range(2)]

    assert made == ["articles-20261123T120000Z.db", "articles-20261123T120002Z.db"]


def test_a_backup_for_a_recipient_of_age_leaves_nothing_plain(run, age, tmp_path):
    recipient, key = age
    done = run("backup", tmp_path / "copies" / "a.db", "--archive", "--encrypt-to", recipient)

    assert done.exit_code == 0, done.output
    assert files(tmp_path / "copies") == ["a.archive.db.age", "a.db.age"]
    assert (
        opened_again(tmp_path / "copies/a.db.age", ["age", "--decrypt", "--identity", str(key)], tmp_path)
        == 1
    )
    assert (tmp_path / "copies/a.db.age").stat().st_mode & 0o777 == 0o600


def test_a_backup_for_a_key_of_gpg_leaves_nothing_plain(run, gpg, tmp_path):
    done = run("backup", tmp_path / "copies" / "a.db", "--encrypt-to", gpg)

    assert done.exit_code == 0, done.output
    assert files(tmp_path / "copies") == ["a.db.gpg"]
    assert (
        opened_again(tmp_path / "copies/a.db.gpg", ["gpg", "--batch", "--quiet", "--decrypt"], tmp_path) == 1
    )


@pytest.mark.parametrize("recipient", ["age1nobody", "nobody@desk.example"])
def test_a_recipient_that_does_not_exist_is_one_sentence_and_the_backup_stays(run, recipient, tmp_path):
    if not shutil.which("age" if recipient.startswith("age1") else "gpg"):
        pytest.skip("its program is not installed")
    done = run("backup", tmp_path / "copies" / "a.db", "--encrypt-to", recipient, "--keep", "1")

    assert done.exit_code == 1
    assert done.stderr.count("\n") == 1 and "a.db cannot be encrypted" in done.stderr
    assert files(tmp_path / "copies") == ["a.db"]


def test_a_backup_is_handed_to_a_command_which_no_shell_reads(run, tmp_path):
    (tmp_path / "remote").mkdir()
    done = run("backup", tmp_path / "copies" / "a b.db", "--then", f"cp {{}} '{tmp_path}/remote/$(id).db'")

    assert done.exit_code == 0, done.output
    assert files(tmp_path / "remote") == ["$(id).db"]
    assert articles(tmp_path / "remote/$(id).db") == 1


@pytest.mark.parametrize(
    ("command", "said"),
    [
        pytest.param("false", "false ended with 1", id="fails"),
        pytest.param(
            "no-such-program-at-all x", "the program no-such-program-at-all is not installed", id="missing"
        ),
    ],
)
def test_what_was_not_handed_over_deletes_no_older_backup(run, store, now, tmp_path, command, said):
    folder = store.path.parent / "backups"
    folder.mkdir()
    old = backup(store.path, folder, now)

    done = run("backup", "--keep", "1", "--then", command)

    assert done.exit_code == 1 and said in done.stderr
    assert old.exists() and len(files(folder)) == 2


def test_a_rule_keeps_one_of_each_period(run, store, tmp_path):
    folder = store.path.parent / "backups"
    folder.mkdir()
    for day in (1, 2, 3):
        for hour in (3, 15):
            backup(store.path, folder, datetime(2020, 1, day, hour, tzinfo=UTC))

    done = run("backup", "--keep", "3d")

    assert done.exit_code == 0
    assert [name[9:20] for name in files(folder)][:2] == ["20200102T15", "20200103T15"]
    assert len(files(folder)) == 3
    assert done.output.count("deleted: 3d are kept") == 4


def test_what_is_no_rule_is_a_usage_error(run):
    done = run("backup", "--keep", "often")

    assert done.exit_code == 2 and "7d,4w,12m" in done.stderr


def test_the_backup_of_a_time_is_restored(run, store, append, make_article):
    folder = store.path.parent / "backups"
    folder.mkdir()
    backup(store.path, folder, datetime(2026, 11, 1, 3, tzinfo=UTC))
    append(make_article("https://news.example/later", title="Later", text="Another text."))
    backup(store.path, folder, datetime(2026, 11, 2, 3, tzinfo=UTC))
    store.close()

    done = run("restore", "--at", "2026-11-02")

    assert done.exit_code == 0, done.output
    assert "articles-20261101T030000Z.db  is the newest of 2026-11-02T00:00:00Z or before" in done.output
    assert articles(store.path) == 1


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        pytest.param((), 2, "Name a BACKUP, or a time with --at", id="nothing"),
        pytest.param(("--at", "some day"), 2, "is no time", id="no time"),
        pytest.param(("--at", "2020-01-01"), 1, "has no backup of 2020-01-01T00:00:00Z", id="too early"),
        pytest.param(
            ("x.db.age",), 1, "age --decrypt --identity KEYFILE --output x.db x.db.age", id="encrypted"
        ),
    ],
)
def test_what_cannot_be_restored_says_what_to_do(run, store, words, code, said):
    done = run("restore", *words)

    assert done.exit_code == code
    assert said in done.stderr
    assert articles(store.path) == 1
