"""What a power cut may take is a setting."""

from contextlib import closing
from pathlib import Path

import pytest

from crawler.config import load_config
from crawler.errors import ConfigError
from db.store import Store


@pytest.mark.parametrize(("durability", "level"), [("normal", 1), ("full", 2)])
def test_durability_is_the_level_of_both_files(tmp_path, durability, level):
    with closing(Store.open(tmp_path / "articles.db", durability=durability)) as store:
        for conn in (store._conn, store._archive._conn):
            assert conn.execute("PRAGMA synchronous").fetchone()[0] == level
            assert conn.execute("PRAGMA journal_mode").fetchone()[0] == "wal"


def settings(folder: Path, text: str) -> Path:
    file = folder / "spacereel.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_the_setting_is_read_and_kept_with_another_record(tmp_path):
    file = settings(tmp_path, '[store]\ndurability = "full"\n')

    assert load_config(file).store.durability == "full"
    assert load_config(file, tmp_path / "other.db").store.durability == "full"


def test_another_word_is_an_error(tmp_path):
    with pytest.raises(ConfigError, match=r"store\.durability: must be one of normal, full"):
        load_config(settings(tmp_path, '[store]\ndurability = "paranoid"\n'))
