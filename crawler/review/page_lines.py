"""What became of every line of an archived page, as JSON: `python -m crawler.review.page_lines ARCHIVE SHA256`.

A program of its own, started by `rereading.read_again`: it ends when the page takes more than it may.
"""

from __future__ import annotations

import json
import os
import resource
import sys
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from itertools import groupby
from pathlib import Path
from typing import Any

from crawler.errors import ExtractError
from crawler.extract.accounting import chance_in_words, evidence_in_words, is_prose_beside, page_account
from crawler.extract.text.account import Part
from crawler.memory import limit_growth
from crawler.publish.wording.vocabulary import noted
from crawler.review.rereading import TOO_LONG
from db.archive import Archive
from db.errors import StoreError

#: seconds of CPU, and bytes, that reading one page may take; as in a crawl
MOST_CPU_S, MOST_PAGE_BYTES = 10, 264 * 1024 * 1024
#: lines that are shown, those of one run of short ones, and characters of a line
MOST_PAGE_LINES, MOST_SHORT, MOST_LINE_LETTERS = 1000, 40, 600


def page_lines(parts: Sequence[Part]) -> dict[str, Any]:
    """Lines of a page for people, as JSON has them. Pure.

    Returns:
        `counts` (fate -> lines), `stretches` (lines of one fate that follow each other, each with its text, the
        `reason` and the `chance`; `is_short` where they are menus and links rather than prose; `more` that are not
        shown) and `more` (lines after the last one shown).
    """
    stretches: list[dict[str, Any]] = []
    left = MOST_PAGE_LINES
    for (fate, is_short), run in groupby(parts, key=_kind):
        lines = list(run)
        shown = lines[: min(left, MOST_SHORT) if is_short else left]
        if not shown:
            break
        left -= len(shown)
        more = len(lines) - len(shown) if is_short else 0
        stretches.append(
            {"fate": fate, "is_short": is_short, "lines": [_shown_line(each) for each in shown], "more": more}
        )
    accounted = sum(len(each["lines"]) + each["more"] for each in stretches)
    counts = Counter(part.fate for part in parts)
    return {"counts": counts, "stretches": stretches, "more": len(parts) - accounted}


def _kind(part: Part) -> tuple[str, bool]:
    return part.fate, part.fate == "outside" and not is_prose_beside(part)


def _shown_line(part: Part) -> dict[str, str]:
    why = "; ".join(piece for piece in (part.reason, evidence_in_words(part)) if piece)
    return {"text": part.text[:MOST_LINE_LETTERS], "reason": why, "chance": chance_in_words(part)}


def lines_in_archive(archive: Path, digest: str) -> dict[str, Any]:
    """What `read_again` returns, read here."""
    try:
        with closing(Archive.to_read(archive)) as kept:
            page = kept.page(digest)
        if page is None:
            return {"problem": noted("The archive does not have this page, or not any more.")}
        return page_lines(page_account(page))
    except StoreError:
        return {
            "problem": noted("The page cannot be read again: the archive is not there, or cannot be read.")
        }
    except ExtractError as problem:
        return {"problem": noted("Today no article is read on it:"), "detail": str(problem)}
    except MemoryError:
        return {"problem": TOO_LONG}


def _limit_process() -> None:
    """End this process beyond what a page may take, without leaving its memory behind as a file."""
    limit_growth(MOST_PAGE_BYTES)
    used = resource.getrusage(resource.RUSAGE_SELF)
    most = int(used.ru_utime + used.ru_stime) + 1 + MOST_CPU_S
    resource.setrlimit(resource.RLIMIT_CPU, (most, most + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.nice(5)


if __name__ == "__main__":
    _limit_process()
    sys.stdout.write(json.dumps(lines_in_archive(Path(sys.argv[1]), sys.argv[2])))
