"""Files that were moved away or replaced while they are open are not written."""

import shutil

import pytest

from db.errors import StoreError


@pytest.fixture
def writes(store, make_candidate, make_page, now):
    """What is written into each of the two files."""
    return {
        "articles.db": lambda: store.enqueue([make_candidate()], now),
        "archive.db": lambda: store.keep_page(make_page()),
    }


@pytest.mark.parametrize("name", ["articles.db", "archive.db"])
def test_a_file_that_was_moved_away_is_written_when_it_is_back(store, writes, name):
    path = store.path.with_name(name)
    path.rename(path.with_name("away.db"))

    with pytest.raises(
        StoreError, match=rf"{name} was moved away or deleted while it was in use; put it back"
    ):
        writes[name]()

    path.with_name("away.db").rename(path)
    writes[name]()


@pytest.mark.parametrize("name", ["articles.db", "archive.db"])
def test_a_file_that_was_replaced_is_not_written(store, writes, name):
    path = store.path.with_name(name)
    shutil.copy(path, path.with_name("copy.db"))
    path.with_name("copy.db").replace(path)
    before = path.read_bytes()

    with pytest.raises(StoreError, match=f"{name} was replaced while it was in use; put back the file"):
        writes[name]()

    assert path.read_bytes() == before


def test_several_calls_that_are_one_transaction_are_refused_as_one(store, writes):
    store.path.rename(store.path.with_name("away.db"))

    with pytest.raises(StoreError, match="was moved away"), store.as_one():
        raise AssertionError("the block was entered")
