"""What a sift leaves of one WARC file: a smaller WARC file, and a file of counts beside it.

Both are named after the file that was sifted, and stand under their names only
when they are whole. The counts are JSON:

    {"form": 1, "file": "CC-NEWS-1.warc.gz", "key": "3f…", "records": 81004, "kept": 310,
     "pages": {"off_topic": 39871}, "skipped": {"request": 40411},
     "troubles": [{"url": "https://…", "outcome": "too_large", "reason": "…", "offset": 4711}]}
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from crawler.catalogue import Beat
from crawler.config import Config
from crawler.errors import SpacereelError
from crawler.warc.entries import Faulty
from db.backfills import WarcPlace
from db.model import Outcome

#: of the counts; another one is not understood
SIFTED_FORM = 1
#: bytes by which a file is known again under any name
HEAD_BYTES = 64 << 10
#: bytes of counts that are read
_MOST_BYTES = 4 << 20
#: no file has so many records, or bytes
_MOST_COUNTED = 1 << 53


@dataclass(frozen=True, slots=True, kw_only=True)
class Sifted:
    """What was found in one file, and does not stand in what is left of it."""

    #: the file that was sifted
    file: str
    #: file and rules: what makes two siftings the same one
    key: str
    records: int
    kept: int
    #: pages by verdict
    pages: Counter[Outcome]
    #: records that are no page, by kind
    skipped: Counter[str]
    #: pages that could not be had, the first of them
    troubles: tuple[Faulty, ...]

    def is_by(self, rules: str) -> bool:
        """Whether these rules (`rules_key`) decided which pages were left."""
        return self.key.startswith(f"{rules[:32]}-")


def rules_key(config: Config, beats: Sequence[Beat]) -> str:
    """What decides which pages are left."""
    parts = [config.keep.band, str(config.fetch.max_bytes), *sorted(beat.topic.ruleset for beat in beats)]
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


def key_of(file: BinaryIO, size_bytes: int, rules: str) -> str:
    """What makes two siftings of a file the same one: its size, its beginning, and the rules."""
    head = hashlib.sha256(file.read(HEAD_BYTES)).hexdigest()
    file.seek(0)
    return f"{rules[:32]}-{size_bytes}-{head[:32]}"


def kept_path(out: Path, name: str) -> Path:
    """Where what is left of a file stands; it is always packed.

    >>> kept_path(Path("kept"), "news.warc").name
    'news.warc.gz'
    """
    return out / (name if name.endswith(".gz") else f"{name}.gz")


def counts_path(folder: Path, kept: str) -> Path:
    """Where the counts of a file stand.

    >>> counts_path(Path("kept"), "news.warc.gz").name
    'news.warc.gz.counts.json'
    """
    return folder / f"{kept}.counts.json"


def counts_text(sifted: Sifted) -> str:
    """The file of counts."""
    troubles = [
        {
            "url": fault.url,
            "outcome": fault.outcome.value,
            "reason": fault.reason,
            "offset": fault.place.offset,
        }
        for fault in sifted.troubles
    ]
    parts = {
        "form": SIFTED_FORM,
        "file": sifted.file,
        "key": sifted.key,
        "records": sifted.records,
        "kept": sifted.kept,
        "pages": {outcome.value: count for outcome, count in sifted.pages.items()},
        "skipped": dict(sifted.skipped),
        "troubles": troubles,
    }
    return json.dumps(parts, ensure_ascii=False, indent=1) + "\n"


def read_counts(path: Path) -> Sifted:
    """The counts of one file.

    Raises:
        SpacereelError: they are not there, or are no counts.
    """
    try:
        with path.open("rb") as file:
            parts = json.loads(file.read(_MOST_BYTES))
        return _sifted(parts)
    except FileNotFoundError as problem:
        raise SpacereelError(
            f"there are no counts of {path.name.removesuffix('.counts.json')} in {path.parent}"
        ) from problem
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as problem:
        raise SpacereelError(f"{path} holds no counts of a sift") from problem


def _sifted(parts: dict[str, Any]) -> Sifted:
    if parts["form"] != SIFTED_FORM:
        raise ValueError(parts["form"])
    return Sifted(
        file=str(parts["file"]),
        key=str(parts["key"]),
        records=_count(parts["records"]),
        kept=_count(parts["kept"]),
        pages=Counter({Outcome(name): _count(count) for name, count in parts["pages"].items()}),
        skipped=Counter({str(name): _count(count) for name, count in parts["skipped"].items()}),
        troubles=tuple(_fault(each) for each in parts["troubles"]),
    )


def _fault(parts: dict[str, Any]) -> Faulty:
    return Faulty(
        place=WarcPlace(offset=_count(parts["offset"])),
        url=None if parts["url"] is None else str(parts["url"]),
        outcome=Outcome(parts["outcome"]),
        reason=str(parts["reason"]),
    )


def _count(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < _MOST_COUNTED:
        raise ValueError(value)
    return value
