"""What the beats of a configuration take of the machine's memory, counted before a reader is started."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass

from crawler.catalogue import Beat
from crawler.config import Config
from crawler.errors import ConfigError
from crawler.memory import available_bytes
from crawler.relevance.matcher import shared_terms

#: what a spelling takes in a process, in its automata and beside them, and what a beat takes beside its terms; measured
#: with 80,000 spellings in 20 beats that share none, and with 500 beats of four (bench/README.md)
_SPELLING_BYTES, _BEAT_BYTES = 1_500, 12_000
#: what the main process and the one that readers are forked from take without beats, and a reader that reads
_BASE_BYTES, _READER_BYTES = 220_000_000, 60_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs:
    """How much memory a crawl takes with its beats."""

    beats: int
    #: different spellings of all terms; beats that share terms share them
    spellings: int
    readers: int

    @property
    def each_bytes(self) -> int:
        """What the beats take in each process."""
        return self.spellings * _SPELLING_BYTES + self.beats * _BEAT_BYTES

    @property
    def all_bytes(self) -> int:
        """All processes together: readers, and the one that fetches."""
        return _BASE_BYTES + self.readers * (_READER_BYTES + self.each_bytes) + self.each_bytes

    def __str__(self) -> str:
        beats = "1 beat" if self.beats == 1 else f"{self.beats} beats"
        return (
            f"{beats} with {self.spellings} spellings to look for take {_mb(self.each_bytes)} in each of "
            f"{self.readers + 1} processes; a crawl takes about {_mb(self.all_bytes)} in all"
        )


def needs_of(config: Config, beats: Sequence[Beat]) -> Needs:
    """What a crawl with these beats takes."""
    lists, _ = shared_terms(beat.topic for beat in beats)
    return Needs(
        beats=len(beats),
        spellings=sum(len(term.spellings) for terms in lists for _, term in terms),
        readers=config.extract.workers or os.cpu_count() or 1,
    )


def check_memory(config: Config, beats: Sequence[Beat]) -> Needs:
    """What a crawl with these beats takes, when the machine has it.

    Raises:
        ConfigError: it does not fit. Readers without memory would fail on every page, and blame the pages.
    """
    needs, free = needs_of(config, beats), available_bytes()
    if free is not None and needs.all_bytes > free:
        raise ConfigError(
            f"{needs}, and this machine has {_mb(free)} to spare; watch fewer beats, or set [extract] workers lower",
            str(config.path or ""),
            "workers",
        )
    return needs


def _mb(size: int) -> str:
    return f"{size / 1_000_000:,.0f} MB".replace(",", " ")
