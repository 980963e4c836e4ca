"""The configuration in force: an edit of its files is taken over, a broken one is logged and left."""

from __future__ import annotations

import logging
from dataclasses import replace
from pathlib import Path

from crawler.catalogue import Beat, configured_beats
from crawler.config import Config, load_config
from crawler.errors import ConfigError
from crawler.ingest.needs import check_memory
from crawler.logs import say

log = logging.getLogger(__name__)
Stamp = tuple[tuple[str, int, int], ...]


class LiveConfig:
    """`spacereel.toml` and the beat files, looked at again and again.

    Args:
        config: the one in force; its record stays in force whatever the file says later.
    """

    def __init__(self, config: Config) -> None:
        self.config = config
        self.beats = _fitting_beats(config)
        self._file_store = self._fresh().store
        self._stamp = self._look()

    def is_edited(self) -> bool:
        """Take a good edit over into `config` and `beats`; returns whether there was one.

        A broken edit is logged once, with its sentence; the last good one stays.
        """
        stamp = self._look()
        if stamp == self._stamp:
            return False
        self._stamp = stamp
        try:
            config = self._fresh()
            beats = _fitting_beats(config)
        except ConfigError as problem:
            say(log, logging.ERROR, "config.rejected", because=problem, keeps="the last good one")
            return False
        if config.store != self._file_store:
            say(log, logging.WARNING, "config.needs_restart", key="store", because="the record is open")
            self._file_store = config.store
        self.config, self.beats = replace(config, store=self.config.store, home=self.config.home), beats
        self._stamp = self._look()
        say(
            log,
            logging.INFO,
            "config.loaded",
            beats=len(beats),
            sources=sum(len(beat.sources) for beat in beats),
        )
        return True

    def _fresh(self) -> Config:
        is_there = self.config.path or self.config.file.exists()
        return load_config(self.config.file) if is_there else self.config

    def _look(self) -> Stamp:
        """When each file was last written, and how large it is; -1 for one that is not there."""
        paths = (self.config.file, *self.config.beats.paths)
        return tuple((str(path), *_written(path)) for path in paths)


def _fitting_beats(config: Config) -> tuple[Beat, ...]:
    """The beats of a configuration, when the machine has memory for them."""
    beats = configured_beats(config)
    say(log, logging.INFO, "memory.counted", needs=check_memory(config, beats))
    return beats


def _written(path: Path) -> tuple[int, int]:
    try:
        status = path.stat()
    except OSError:
        return -1, -1
    return status.st_mtime_ns, status.st_size
