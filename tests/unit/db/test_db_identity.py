"""Which record this is: what was done to its file is told once, and what only looks like it is not told at all."""

import json
import shutil
import socket
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from db import identity
from db.backups import backup
from db.identity import Extent, Identity, Seen, file_events
from db.lock import DaemonLock
from db.marks import append_review
from db.model import FetchRecord, Outcome
from db.store import Store


@pytest.fixture
def record(tmp_path):
    """Where the record lies; its folder may be moved."""
    return tmp_path / "here" / "articles.db"


@pytest.fixture
def use(now, make_article):
    """`use(path, visits=2)`: a daemon takes the record up, fetches in vain and ends; what it told of the file."""

    def run(path, visits=0, is_killed=False, **told):
        with DaemonLock(path), closing(Store.open(path)) as store:
            events = identity.take_up(store._conn, path, now, **told)
            for number in range(visits):
                store.append_visit(
                    FetchRecord(
                        url=f"https://a.example/{number}",
                        source="s",
                        purpose="new",
                        started_at=now,
                        outcome=Outcome.GONE,
                        reason="r",
                    ),
                    None,
                )
            if not is_killed:
                store.note(now)
        return [(each.kind, each.reason) for each in events]

    return run


def name_of(path):
    with closing(sqlite3.connect(path)) as conn:
        return conn.execute("SELECT record FROM identity").fetchone()[0]


def events_in(path):
    with closing(sqlite3.connect(path)) as conn:
        return [row[0] for row in conn.execute("SELECT kind FROM record_events ORDER BY id")]


def put(source, path):
    """What docs/reliability.md tells of restoring by hand."""
    for end in ("", "-wal", "-shm"):
        path.with_name(path.name + end).unlink(missing_ok=True)
    shutil.copy(source, path)


def test_a_record_gets_a_name_and_keeps_it(record, use):
    assert use(record) == []
    name = name_of(record)

    assert use(record, visits=2) == []

    assert name_of(record) == name
    assert len(name) == 32
    seen = json.loads(record.with_name("articles.db.seen").read_text())
    assert seen["record"] == name
    assert seen["extent"] == {"visits": 2, "versions": 0, "reviews": 0}


def test_a_copy_that_is_used_beside_its_original_is_told_once_and_gets_a_name_of_its_own(
    record, use, tmp_path, now
):
    use(record)
    copy = backup(record, tmp_path / "copy.db", now)

    ((kind, reason),) = use(copy)

    assert kind == "copied"
    assert f"it is a copy of {record}, which is still there" in reason
    assert name_of(copy) != name_of(record)
    assert use(copy) == []
    assert use(record) == []
    assert (events_in(copy), events_in(record)) == (["copied"], [])


def test_a_record_that_was_moved_is_told_once(record, use):
    use(record, visits=3)
    name = name_of(record)
    there = record.parent.rename(record.parents[1] / "there") / "articles.db"

    assert use(there) == [("moved", f"it was used at {record} before")]

    assert use(there) == []
    assert name_of(there) == name


def test_a_record_that_was_set_back_by_hand_is_told_once_with_what_it_lacks(
    record, use, append, make_article, tmp_path, now
):
    use(record, visits=2)
    copy = backup(record, tmp_path / "copy.db", now)
    use(record, visits=1893)

    put(copy, record)
    ((kind, reason),) = use(record, visits=1)

    assert kind == "set_back"
    assert "at 2026-11-23T12:00:00Z it had 1,893 visits more" in reason
    assert use(record) == []
    assert events_in(record) == ["set_back"]


def test_marks_that_a_set_back_took_are_told(store, append, make_article, use, tmp_path, now):
    append(make_article())
    use(store.path)
    copy = backup(store.path, tmp_path / "copy.db", now)
    for mark in ("relevant", "irrelevant"):
        append_review(store.path, article_id=1, mark=mark, note=None, reviewer="ann", now=now)
    use(store.path)
    store.close()

    put(copy, store.path)

    assert "it had 2 reviews more" in use(store.path)[0][1]


def test_another_record_in_its_place_is_told_once(record, use):
    use(record, visits=40)
    record.unlink()

    ((kind, reason),) = use(record)

    assert kind == "replaced"
    assert "another record, with 40 visits, was used here until 2026-11-23T12:00:00Z" in reason
    assert use(record) == []


def test_a_newer_spacereel_that_used_it_is_told_once(record, use):
    use(record, used_by="0.10.0")

    assert [kind for kind, _ in use(record, used_by="0.9.3")] == ["older_program"]

    assert use(record, used_by="0.9.3") == []
    assert use(record, used_by="0.10.0") == []


def test_a_backup_put_back_on_purpose_is_written_down_as_that(record, use, tmp_path, now):
    use(record, visits=2)
    copy = backup(record, tmp_path / "copy.db", now)
    use(record, visits=5)
    put(copy, record)

    assert use(record, restored=copy) == [("restored", f"{copy} was put in its place")]

    assert use(record) == []


# what only looks like it


def test_a_record_that_grew_after_it_was_noted_last_is_well(record, use):
    use(record, visits=3, is_killed=True)

    assert use(record, visits=1, is_killed=True) == use(record) == []


def test_a_container_that_starts_again_has_another_host_name_and_the_same_volume(record, use, monkeypatch):
    for host in ("3f2a90", "b81c7e", "3f2a90"):
        monkeypatch.setattr(socket, "gethostname", lambda host=host: host)

        assert use(record, visits=1) == []


def test_a_volume_used_from_a_container_and_from_its_host_in_turn(record, use, monkeypatch, tmp_path):
    """Neither sees the path of the other: `/data` here, `/srv/data` there."""
    inside = tmp_path / "data" / "articles.db"
    for _ in range(2):
        monkeypatch.setattr(socket, "gethostname", lambda: "server")
        assert use(record, visits=1) == []
        record.parent.rename(inside.parent)
        monkeypatch.setattr(socket, "gethostname", lambda: "3f2a90")
        assert use(inside, visits=1) == []
        inside.parent.rename(record.parent)


@pytest.mark.parametrize("link", ["symlink_to", "hardlink_to"])
def test_the_same_file_under_another_name(record, use, tmp_path, link):
    use(record)
    other = tmp_path / "other.db"
    getattr(other, link)(record)

    assert use(other) == use(record) == []


def test_the_same_folder_where_the_file_system_numbers_its_files_anew(record, use, tmp_path, monkeypatch):
    use(record)
    (tmp_path / "mount").symlink_to(record.parent)
    monkeypatch.setattr(Path, "samefile", lambda self, other: False)
    monkeypatch.setattr(Path, "resolve", lambda self, strict=False: self)

    assert [kind for kind, _ in use(tmp_path / "mount" / "articles.db")] == []


def test_vacuum_and_a_file_with_another_inode(record, use, tmp_path):
    use(record, visits=3)
    with closing(sqlite3.connect(record)) as conn:
        conn.execute("VACUUM")
    assert use(record) == []
    with closing(sqlite3.connect(record)) as conn:
        conn.execute("VACUUM INTO ?", (str(tmp_path / "small.db"),))
    (tmp_path / "small.db").replace(record)
    record.with_name("articles.db-wal").unlink(missing_ok=True)

    assert use(record) == []


@pytest.mark.parametrize(
    "text", [None, "", "{", "[]", '{"record": 1}', '{"record": "x", "noted_at": "", "extent": {}}']
)
def test_a_file_beside_it_that_is_gone_or_torn(record, use, text):
    use(record, visits=1)
    beside = record.with_name("articles.db.seen")
    beside.unlink() if text is None else beside.write_text(text)

    assert use(record) == []


def test_a_folder_copied_whole_is_a_copy_and_nothing_else(record, use, tmp_path):
    use(record, visits=5)
    shutil.copytree(record.parent, tmp_path / "there")

    assert [kind for kind, _ in use(tmp_path / "there" / "articles.db")] == ["copied"]


def test_looking_tells_the_same_and_changes_nothing(record, use, tmp_path, now):
    use(record)
    copy = backup(record, tmp_path / "copy.db", now)
    for _ in range(2):
        with closing(sqlite3.connect(copy)) as conn:
            assert [each.kind for each in identity.pending_events(conn, copy)] == ["copied"]

    assert [kind for kind, _ in use(copy)] == ["copied"]


def test_programs_that_have_no_version_are_not_compared():
    known = Identity(record="a", begun_at="", place="/a", host="h", program="1.0", noted_at="")
    extent = Extent(visits=1, versions=1, reviews=0)
    seen = Seen(record="a", noted_at="", extent=extent)

    for was, now in (("1.0", ""), ("", "1.0"), ("0.9", "0.10")):
        before = Identity(record="a", begun_at="", place="/a", host="h", program=was, noted_at="")
        here = Identity(record="b", begun_at="", place="/a", host="h", program=now, noted_at="")
        assert file_events(before, seen, here, extent, "this") == ()
    assert file_events(known, None, known, extent, "this") == ()
