"""What the verbs that go through WARC files share: which files, and the bar."""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click
from tqdm import tqdm
from tqdm.contrib.logging import logging_redirect_tqdm

from crawler.warc.window import FileTally, OnProgress
from db.model import Outcome

warc_files = click.argument(
    "files",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE...",
)


@contextmanager
def warc_bar(paths: Sequence[Path], what: str, verdicts: Collection[Outcome]) -> Iterator[OnProgress]:
    """A callback that draws megabytes, records, the rate, and how many pages had one of the verdicts, where somebody watches."""
    is_watched = sys.stderr.isatty()
    offsets: dict[str, int] = {}
    with (
        logging_redirect_tqdm(),
        tqdm(
            total=sum(path.stat().st_size for path in paths),
            unit="B",
            unit_scale=True,
            dynamic_ncols=True,
            leave=False,
            file=sys.stderr,
            disable=not is_watched,
        ) as bar,
    ):
        begun, records, counted = time.monotonic(), Counter[str](), Counter[str]()

        def draw(tally: FileTally) -> None:
            offsets[tally.name], records[tally.name] = tally.offset, tally.records
            counted[tally.name] = sum(tally.pages[each] for each in verdicts)
            bar.n = sum(offsets.values())
            rate = records.total() / max(time.monotonic() - begun, 0.001)
            bar.set_postfix_str(f"{records.total():,} records, {rate:,.0f}/s, {counted.total():,} {what}")

        yield draw
