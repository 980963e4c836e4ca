"""A record, files for it, and calls that read them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

import kit
import pytest
from warcs import packed

from crawler.catalogue import load_beats
from crawler.config import Config
from crawler.warc.backfill import backfill, in_order
from crawler.warc.window import FileTally
from db.store import Store


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return kit.configured(tmp_path, [kit.source("https://wire.example/rss")], band="mention")


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """`write(records, name)`: a .warc.gz."""

    def put(records: Sequence[bytes], name: str = "news.warc.gz") -> Path:
        path = tmp_path / name
        path.write_bytes(packed(records))
        return path

    return put


@pytest.fixture
def fill(config: Config) -> Callable[..., tuple[FileTally, ...]]:
    """`fill(path, ...)`: what one call reads."""

    def run(*paths: Path) -> tuple[FileTally, ...]:
        beats = load_beats(config.beats.paths, 1800)
        with closing(Store.open(config.store.path, config.store.archive)) as store:
            return asyncio.run(backfill(config, beats, store, in_order(paths), lambda _: None))

    return run
