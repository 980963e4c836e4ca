"""Symbolic links that somebody else put where we write: nothing behind them is changed."""

from __future__ import annotations

import os

import pytest

from crawler.commands.beatfile import add_sources
from db.errors import DiskFull
from db.lock import DaemonLock

BEAT = """
[beat]
id = "rivers"
title = "Rivers"

[[source]]
id = "none"
title = "None"
kind = "feed"
url = "https://e.org/none"

[topic]
relevant = 2.0
mention = 1.0

[topic.concepts.river]
en = ["river*"]

[[topic.rule]]
name = "river"
points = 2.0
sentence = ["river"]
"""


@pytest.fixture
def precious(tmp_path):
    """A file of somebody's."""
    path = tmp_path / "precious"
    path.write_text("kept")
    return path


def test_a_link_in_place_of_the_lock_is_refused(tmp_path, precious):
    (tmp_path / "articles.db.lock").symlink_to(precious)

    with (
        pytest.raises(DiskFull, match=r"articles\.db\.lock cannot be written"),
        DaemonLock(tmp_path / "articles.db"),
    ):
        pytest.fail("the lock was taken")

    assert precious.read_text() == "kept"


def test_a_link_under_a_name_that_is_easily_guessed_is_not_followed(tmp_path, precious, monkeypatch):
    beat = tmp_path / "rivers.toml"
    beat.write_text(BEAT)
    for name in (".rivers.toml.new", ".rivers.toml.part", f".rivers.toml.{os.getpid()}"):
        (tmp_path / name).symlink_to(precious)
    source = {"id": "one", "kind": "feed", "url": "https://e.org/one", "every": "1h"}

    try:
        add_sources(beat, [source])
    finally:
        assert precious.read_text() == "kept"
    assert "https://e.org/one" in beat.read_text()
