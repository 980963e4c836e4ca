"""A configuration, a beat and a record for a test against the newsroom, and questions to the record."""

from __future__ import annotations

import json
import sqlite3
import sys
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))
import newsroom as press_room

from crawler.config import SHIPPED_BEAT, Config, load_config

#: the rules of the shipped beat, so that a test judges by something real
TOPIC = "\n[topic]" + SHIPPED_BEAT.read_text(encoding="utf-8").partition("\n[topic]")[2]


def source(url: str, kind: str = "feed", id: str = "paper", **more: Any) -> dict[str, Any]:
    """A `[[source]]` table."""
    return {"id": id, "title": id.title(), "kind": kind, "url": url, **more}


def write_beat(path: Path, sources: Sequence[Mapping[str, Any]], beat: str = "test") -> None:
    """A beat file with those sources and the shipped topic."""
    tables = [f'[beat]\nid = "{beat}"\ntitle = "Test"\n']
    for table in sources:
        tables.append(
            "[[source]]\n" + "".join(f"{key} = {json.dumps(value)}\n" for key, value in table.items())
        )
    path.write_text("\n".join(tables) + TOPIC, encoding="utf-8")


def configured(folder: Path, sources: Sequence[Mapping[str, Any]], band: str = "all", **fetch: Any) -> Config:
    """`spacereel.toml`, `beat.toml` and the path of a record in *folder*; the loopback is let through."""
    write_beat(folder / "beat.toml", sources)
    told = {
        "per_host_delay": "0s",
        "timeout": "10s",
        "max_bytes": "1MB",
        "contact": "test@example.org",
        "allow_private": ["127.0.0.0/8"],
        **fetch,
    }
    lines = "".join(f"{key} = {json.dumps(value)}\n" for key, value in told.items())
    (folder / "spacereel.toml").write_text(
        f'[store]\npath = "articles.db"\narchive = "archive.db"\n[beats]\npaths = ["beat.toml"]\n'
        f'[schedule]\ntick = "200ms"\n[keep]\nband = "{band}"\n[extract]\nworkers = 1\n[fetch]\n{lines}',
        encoding="utf-8",
    )
    return load_config(folder / "spacereel.toml")


def query(config: Config, sql: str, *values: Any) -> list[dict[str, Any]]:
    """Rows of the record."""
    with closing(
        sqlite3.connect(f"{config.store.path.resolve().as_uri()}?mode=ro", uri=True, timeout=30)
    ) as conn:
        conn.row_factory = sqlite3.Row
        return [dict(row) for row in conn.execute(sql, values)]


def count(config: Config, what: str) -> int:
    """How many rows `what` (a table, with a WHERE) has; 0 while there is no such table yet."""
    try:
        return int(query(config, f"SELECT count(*) AS n FROM {what}")[0]["n"])
    except sqlite3.OperationalError:
        return 0


def verdict_of(config: Config, url: str) -> tuple[str, str]:
    """The last verdict on a URL, with its reason."""
    rows = query(config, "SELECT verdict, reason FROM visits WHERE url = ? ORDER BY id DESC LIMIT 1", url)
    assert rows, f"{url} has no row in the ledger"
    return rows[0]["verdict"], rows[0]["reason"]


def assert_sound(config: Config) -> None:
    """The record is whole, and full-text search finds what is in it."""
    assert query(config, "PRAGMA integrity_check")[0]["integrity_check"] == "ok"
    assert not query(config, "PRAGMA foreign_key_check")
    doubled = query(
        config,
        "SELECT canonical_url FROM articles GROUP BY canonical_url, content_sha256 HAVING count(*) > 1",
    )
    assert not doubled
    with closing(sqlite3.connect(config.store.path, timeout=30)) as conn:
        conn.execute("INSERT INTO articles_fts (articles_fts, rank) VALUES ('integrity-check', 1)")


Newsroom = press_room.Newsroom
