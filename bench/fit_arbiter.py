"""Fit the weights of the arbiter on pages whose texts are known, and write them as data.

    python bench/fit_arbiter.py TOOLS [--write]

TOOLS is the folder with `score_reading.py`, beside the sets it loads. Only pages of
its half `fit` are looked at; the figures it prints are those of single runs of
text, for both halves. `--write` replaces `crawler/extract/text/arbiter.toml`.

The model is a logistic regression with a ridge, solved by Newton's method: its
weights add up, so that a decision can be explained. A page counts as much as
its segments, a long segment more than a short one.
"""

from __future__ import annotations

import argparse
import math
import re
import sys
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from crawler.errors import ExtractError
from crawler.extract.metadata.fields import read_metadata
from crawler.extract.page.blocks import read_blocks
from crawler.extract.page.document import parse_document
from crawler.extract.text.arbiter import asked, companies
from crawler.extract.text.content import gather
from crawler.extract.text.evidence import Hints
from crawler.extract.text.readings import Opinion, main_content, trafilatura_lines
from crawler.extract.text.segments import Segment
from db.model import Page

SETS = ("aeb", "fundus", "naeb", "traf")
TARGET = Path(__file__).parents[1] / "crawler" / "extract" / "text" / "arbiter.toml"
RIDGE = 1.0
#: characters of a segment that count, and what a segment of a set counts: pieces of text say less than whole ones
MOST = 1500
WORTH = {"aeb": 1.0, "fundus": 1.0, "naeb": 1.0, "traf": 0.7}
#: evidence of the later looks only, and of the third
LATE = ("before", "after", "near_before", "near_after", "between", "kin", "not_kin")
ASKED = ("precise", "not_precise", "both", "neither")
NOW = datetime(2026, 1, 1, tzinfo=UTC)
_SPACE = re.compile(r"\s+")
_WORD = re.compile(r"\w+")

Row = tuple[dict[str, float], float, float]


def squeezed(text: str) -> str:
    return _SPACE.sub(" ", text or "").strip()


def grams(text: str) -> set[tuple[str, ...]]:
    words = _WORD.findall(text.lower())
    return {tuple(words[at : at + 4]) for at in range(max(1, len(words) - 3))}


class Truth:
    """What is known of a page's text: the whole of it, or pieces that must and must not be in it."""

    def __init__(self, row: dict[str, Any]) -> None:
        self._texts = [
            (grams(text), {squeezed(line) for line in text.splitlines()}) for text in row.get("texts") or ()
        ]
        self._with = [squeezed(piece) for piece in row.get("with") or ()]
        self._without = [squeezed(piece) for piece in row.get("without") or ()]

    def of(self, text: str) -> float | None:
        """How much of a block is the article's, 0 to 1; None when nobody says."""
        flat = squeezed(text)
        if not self._texts:
            if any(piece in flat for piece in self._with):
                return 1.0
            return 0.0 if any(piece in flat for piece in self._without) else None
        own = grams(flat)
        if len(_WORD.findall(flat)) < 4:
            return float(any(flat in lines for _, lines in self._texts))
        return max(len(own & known) / len(own) for known, _ in self._texts)

    def of_segment(self, segment: Segment) -> float | None:
        """The same for a segment, by the size of its blocks."""
        told = [(share, block.size) for block in segment.blocks if (share := self.of(block.text)) is not None]
        return sum(share * size for share, size in told) / sum(size for _, size in told) if told else None


@dataclass(slots=True)
class Told:
    """A segment without its page: what the arbiter sees of it, and the truth."""

    evidence: dict[str, float]
    #: what trafilatura holds of it
    asked: dict[str, float]
    size: int
    kind: tuple[int, str, str] | None
    share: float | None


@dataclass(slots=True)
class Pages:
    """The segments of one page."""

    name: str
    half: str
    segments: list[Told]


def told_by(job: tuple[str, dict[str, Any]]) -> Pages:
    """The segments of one page, with their evidence and the truth about them."""
    name, row = job
    url = row["url"] or "https://pages.example/"
    page = Page(url=url, final_url=url, status=200, headers=(), body=row["html"], fetched_at=NOW)
    try:
        document = parse_document(page)
    except ExtractError:
        return Pages(name, row["half"], [])
    metadata = read_metadata(document, None)
    hints = Hints(headlines=metadata.headlines, description=metadata.description)
    _, segments = gather(document, read_blocks(document.tree), hints, main_content(document))
    precise, truth = trafilatura_lines(document, is_precise=True), Truth(row)
    opinion = Opinion(precise)
    told = [
        Told(
            segment.evidence,
            {} if segment.is_menu or not precise else asked(segment, opinion),
            segment.size,
            segment.kind,
            truth.of_segment(segment),
        )
        for segment in segments
    ]
    return Pages(name, row["half"], told)


def fitted(rows: list[Row], names: list[str]) -> dict[str, float]:
    """The weights that explain the rows best."""
    table = np.array([[evidence.get(name, 0.0) for name in names] for evidence, _, _ in rows])
    truth = np.array([share for _, share, _ in rows])
    weight = np.array([counts for _, _, counts in rows])
    found = np.zeros(len(names))
    for _ in range(40):
        chance = 1 / (1 + np.exp(-table @ found))
        slope = table.T @ (weight * (chance - truth)) + RIDGE * found
        bend = (table.T * (weight * chance * (1 - chance))) @ table + RIDGE * np.eye(len(names))
        step = np.linalg.solve(bend, slope)
        found -= step
        if abs(step).max() < 1e-6:
            break
    return {name: round(float(each), 2) for name, each in zip(names, found, strict=True)}


def chance(evidence: dict[str, float], weights: dict[str, float]) -> float:
    total = sum(worth * evidence.get(name, 0.0) for name, worth in weights.items())
    return 1 / (1 + math.exp(-total))


def right(pages: list[Pages], half: str, weights: dict[str, float]) -> float:
    """Share of the known text that is judged rightly, by whatever the weights ask for."""
    good = total = 0.0
    for page in pages:
        for segment in page.segments if page.half == half else ():
            if segment.share is not None:
                total += segment.size
                found = chance(segment.evidence | segment.asked, weights)
                good += segment.size * (segment.share if found >= 0.5 else 1 - segment.share)
    return 100 * good / total


def read_pages(tools: Path) -> list[Pages]:
    """All sets, both halves."""
    sys.path.insert(0, str(tools))
    import score_reading

    jobs = [
        (name, row | {"half": score_reading.half(row["url"], row["id"])})
        for name in SETS
        for row in score_reading.load(name).values()
    ]
    with ProcessPoolExecutor() as pool:
        return list(pool.map(told_by, jobs, chunksize=8))


def rows_of(pages: list[Pages], *, is_heard: bool = False) -> list[Row]:
    """Evidence, truth and weight of the segments that are fitted on; *is_heard*: of pages on which trafilatura found something."""
    return [
        (
            segment.evidence | segment.asked,
            segment.share,
            min(segment.size, MOST) ** 0.5 / 10 * WORTH[page.name],
        )
        for page in pages
        if page.half == "fit" and (not is_heard or any(segment.asked for segment in page.segments))
        for segment in page.segments
        if segment.share is not None
    ]


#: question -> beginnings of the names of its evidence
QUESTIONS = {
    "in the container": ("inside", "one_up", "two_up", "far_up", "beside", "below", "above"),
    "what other readings hold": (
        "cheap",
        "body",
        "not_in_body",
        "precise",
        "not_precise",
        "both",
        "neither",
        "inside_cheap",
    ),
    "place against the headline": ("above_headline", "under_headline", "no_headline"),
    "what description and feed say": ("described",),
    "marks": ("in_region", "inside_region", "apart"),
    "links": ("linked", "all_linked", "menu"),
    "announced or signed comments": ("comments", "signed", "timed"),
    "boxes made alike": ("alike", "outside_alike", "kin", "not_kin"),
    "shape of the text": ("long", "prose", "many", "finished", "list", "heading", "table"),
    "neighbours": ("before", "after", "near_", "between"),
}


def fit(pages: list[Pages], without: tuple[str, ...] = ()) -> dict[str, dict[str, float]]:
    """The weights of the three looks, without some evidence."""
    seen = {name for page in pages for segment in page.segments for name in segment.evidence} - set(LATE)
    names = sorted(name for name in seen if not without or not name.startswith(without))
    late, last = (
        [name for name in some if not without or not name.startswith(without)] for some in (LATE, ASKED)
    )
    first = fitted(rows_of(pages), names)
    for page in pages:
        near = companies(page.segments, [chance(segment.evidence, first) for segment in page.segments])
        for segment, company in zip(page.segments, near, strict=True):
            segment.evidence |= company
    rows = rows_of(pages)
    return {
        "first": first,
        "second": fitted(rows, [*names, *late]),
        "asked": fitted(rows_of(pages, is_heard=True), [*names, *late, *last]),
    }


def main() -> None:
    """Fit, print, write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("tools", type=Path)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--ablate", action="store_true", help="say what each question is worth")
    args = parser.parse_args()
    pages = read_pages(args.tools)
    looks = fit(pages)
    for look, weights in looks.items():
        halves = ", ".join(f"{half} {right(pages, half, weights):.2f}" for half in ("fit", "check"))
        print(f"{look}: {halves} % of the text")
    if args.write:
        write(looks)
    for question, beginnings in QUESTIONS.items() if args.ablate else ():
        weights = fit(pages, beginnings)["asked"]
        halves = ", ".join(f"{half} {right(pages, half, weights):.2f}" for half in ("fit", "check"))
        print(f"without {question}: {halves}")


def write(looks: dict[str, dict[str, float]]) -> None:
    """The weights as the file that the arbiter reads, strongest first."""
    lines = ["# What each piece of evidence is worth; fitted by bench/fit_arbiter.py, not by hand."]
    for look, weights in looks.items():
        lines += ["", f"[{look}]"]
        ordered = sorted(weights.items(), key=lambda pair: -abs(pair[1]))
        lines += [f"{name} = {worth}" for name, worth in ordered if worth]
    TARGET.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
