"""Nobody but its owner reads the record, the archive and their backups."""

from __future__ import annotations

import os
from contextlib import closing
from datetime import UTC, datetime

import pytest

from db import identity
from db.backups import backup
from db.store import Store


@pytest.fixture
def open_mask():
    before = os.umask(0)
    yield
    os.umask(before)


def test_what_is_begun_is_its_owners_alone(tmp_path, open_mask, make_page):
    with closing(Store.open(tmp_path / "articles.db", tmp_path / "archive.db")) as store:
        store.keep_page(make_page())
        identity.take_up(store._conn, tmp_path / "articles.db", datetime.now(UTC))
        backup(tmp_path / "articles.db", tmp_path / "copy.db", datetime.now(UTC))
        modes = {
            file.name: file.stat().st_mode & 0o777 for file in tmp_path.iterdir() if ".lock" not in file.name
        }

    assert {"articles.db", "articles.db.seen", "archive.db", "copy.db"} <= set(modes)
    assert set(modes.values()) == {0o600}
