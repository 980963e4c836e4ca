"""Switch off each rule that takes lines out of a text, one at a time, and say what it is worth on pages with known texts.

    python bench/ablate_residue.py TOOLS

TOOLS is the folder with `score_reading.py`, beside the sets it loads. Every page is
read once; for each rule that took something out of it, its lines are stripped again
without that rule. A line that another rule takes then is not counted twice: the rule is
worth what only it does. Figures are hundredths of a page's figure, summed over the pages
of a half; of `check` only these sums are printed.
"""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from copy import deepcopy
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from unittest.mock import patch

from crawler.errors import ExtractError
from crawler.extract.article import stripped
from crawler.extract.metadata.fields import read_metadata
from crawler.extract.page.document import parse_document
from crawler.extract.text.content import page_text
from crawler.extract.text.evidence import Hints
from crawler.extract.text.lines import Line
from db.model import Page

SETS = ("aeb", "fundus", "naeb", "traf")
NOW = datetime(2026, 1, 1, tzinfo=UTC)
#: a smaller change of a page's figure is none
LEAST = 0.0005


@contextmanager
def without(rule: str) -> Iterator[None]:
    """Lines that only this rule would take out stay."""
    remove = Line.remove

    def others_only(line: Line, name: str) -> None:
        if name != rule:
            remove(line, name)

    with patch.object(Line, "remove", others_only):
        yield


def worth(job: tuple[str, dict[str, Any]]) -> tuple[str, str, dict[str, float]]:
    """Set and half of a page, and what its figure loses without each rule that took part."""
    from score_reading import page_figure

    name, row = job
    url = row["url"] or "https://pages.example/"
    page = Page(url=url, final_url=url, status=200, headers=(), body=row["html"], fetched_at=NOW)
    try:
        document = parse_document(page)
    except ExtractError:
        return name, row["half"], {}
    metadata = read_metadata(document, None)
    hints = Hints(
        headlines=metadata.headlines, description=metadata.description, site_name=metadata.site_name
    )
    lines = page_text(document, None, hints).lines

    def figure(rule: str) -> tuple[float, set[str]]:
        with without(rule):
            clean = stripped(metadata, deepcopy(lines))
        found = page_figure(row, "\n".join(line.text for line in clean.lines))
        return found or 0.0, {each.rule for each in clean.removed}

    whole, rules = figure("")
    return name, row["half"], {rule: whole - figure(rule)[0] for rule in sorted(rules)}


def main() -> None:
    """Read, strip again, print the rules, those that harm first."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("tools", type=Path)
    parser.add_argument("--workers", type=int, default=1)
    args = parser.parse_args()
    sys.path.insert(0, str(args.tools))
    import score_reading

    jobs = [
        (name, row | {"half": score_reading.half(row["url"], row["id"])})
        for name in SETS
        for row in score_reading.load(name).values()
    ]
    columns = [f"{name} {half}" for half in ("fit", "check") for name in SETS]
    sums: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    pages: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    with ProcessPoolExecutor(args.workers) as pool:
        for name, half, lost in pool.map(worth, jobs, chunksize=8):
            for rule, each in lost.items():
                sums[rule][f"{name} {half}"] += 100 * each
                pages[rule][0] += 1
                pages[rule][1] += each > LEAST
                pages[rule][2] += each < -LEAST
    print(f"{'rule':28} {'pages':>6} {'helps':>6} {'harms':>6}", *(f"{each:>12}" for each in columns))
    for rule, found in sorted(sums.items(), key=lambda pair: sum(pair[1].values())):
        print(
            f"{rule:28} {pages[rule][0]:6} {pages[rule][1]:6} {pages[rule][2]:6}",
            *(f"{found[each]:12.1f}" for each in columns),
        )


if __name__ == "__main__":
    main()
