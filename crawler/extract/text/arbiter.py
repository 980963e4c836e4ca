"""Which segments of a page are the article: evidence times weights, twice, the second time with what the neighbours got.

The weights are data, fitted by `bench/fit_arbiter.py` on pages with known texts;
each says what its evidence is worth, so that a decision can be explained as a
sum. A first look judges every segment alone; the second adds what the first thought
of the segments before and after. Where that leaves a doubt, and only there,
trafilatura is asked for its precise reading, and a third look weighs all again with
what it holds, and with what both other readings hold or leave out.
"""

from __future__ import annotations

import math
import tomllib
from collections import defaultdict
from collections.abc import Hashable, Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Protocol

from crawler.extract.text.readings import Opinion
from crawler.extract.text.segments import MENU, Segment

#: between these chances a segment is in doubt; and how much of the prose may be before somebody else is asked
_UNSURE = (0.35, 0.65)
_DOUBT_SHARE = 0.3
#: how many segments before and after are company
_NEAR = 3


class WeighedSegment(Protocol):
    """What is asked of a segment."""

    evidence: dict[str, float]

    @property
    def size(self) -> int:
        """Characters."""

    @property
    def kind(self) -> Hashable:
        """What it has in common with others beside it; None for nothing."""


@cache
def weights(look: str) -> Mapping[str, float]:
    """Name of an evidence -> what it is worth; *look* is `first`, `second` or `asked`."""
    return tomllib.loads(files("crawler.extract.text").joinpath("arbiter.toml").read_text("utf-8"))[look]  # type: ignore[no-any-return]  # the file is ours


def chances(segments: Sequence[Segment]) -> list[float]:
    """How likely each segment is to be the article's, 0 to 1; sets the evidence of its company."""
    first = _looked_at(segments, "first")
    for segment, company in zip(segments, companies(segments, first), strict=True):
        segment.evidence |= company
    return _together(segments, _looked_at(segments, "second"))


def _looked_at(segments: Sequence[Segment], look: str) -> list[float]:
    """The chance of each segment at one look; all menus have the same."""
    of_menu = chance(MENU, look)
    return [of_menu if segment.is_menu else chance(segment.evidence, look) for segment in segments]


def _together(segments: Sequence[Segment], found: Sequence[float]) -> list[float]:
    """Boxes with prose that are made alike and stand beside each other are decided together."""
    sums: dict[object, list[float]] = defaultdict(lambda: [0.0, 0.0])
    for segment, each in zip(segments, found, strict=True):
        if segment.kind is not None and segment.prose:
            sums[segment.kind][0] += each * segment.size
            sums[segment.kind][1] += segment.size
    return [
        sums[segment.kind][0] / sums[segment.kind][1] if segment.kind is not None and segment.prose else each
        for segment, each in zip(segments, found, strict=True)
    ]


def chance(evidence: Mapping[str, float], look: str) -> float:
    """The chance that a sum of evidence stands for."""
    worth = weights(look)
    total = 0.0
    for name, figure in evidence.items():
        if figure:
            total += figure * worth.get(name, 0.0)
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))


def companies(segments: Sequence[WeighedSegment], first: Sequence[float]) -> Iterator[dict[str, float]]:
    """What the neighbours of each segment, and those made like it, got at the first look; nothing for a menu."""
    kin: dict[object, list[float]] = defaultdict(lambda: [0.0, 0.0])
    for segment, each in zip(segments, first, strict=True):
        if segment.kind is not None:
            kin[segment.kind][0] += each * segment.size
            kin[segment.kind][1] += segment.size
    above, best = [0.0], 0.0
    for each in first:
        best = max(best, each)
        above.append(best)
    below, best = [0.0] * (len(first) + 1), 0.0
    for index in range(len(first) - 1, -1, -1):
        best = max(best, first[index])
        below[index] = best
    for index, segment in enumerate(segments):
        if "menu" in segment.evidence:
            yield {}
            continue
        yield {
            "before": first[index - 1] if index else 0.0,
            "after": first[index + 1] if index + 1 < len(first) else 0.0,
            "near_before": max(first[max(0, index - _NEAR) : index], default=0.0),
            "near_after": max(first[index + 1 : index + 1 + _NEAR], default=0.0),
            "between": min(above[index], below[index + 1]),
            **_kin(kin[segment.kind] if segment.kind is not None else [0.0, 0.0]),
        }


def _kin(counts: list[float]) -> dict[str, float]:
    """What the boxes beside a segment that are made like its own got, by their size."""
    if not counts[1]:
        return {}
    return {"kin": counts[0] / counts[1], "not_kin": 1 - counts[0] / counts[1]}


def is_doubtful(segments: Sequence[Segment], found: Sequence[float]) -> bool:
    """Whether too much of the page's prose is neither clearly in nor clearly out, or in though it is hidden or the like.

    Also where the cheap reading found nothing: then nobody else was heard yet.
    """
    if not any("cheap" in segment.evidence for segment in segments):
        return True
    low, high = _UNSURE
    unsure = sum(
        segment.prose
        for segment, each in zip(segments, found, strict=True)
        if low < each and (each < high or _is_denied(segment.evidence))
    )
    taken = sum(segment.prose for segment, each in zip(segments, found, strict=True) if each >= high)
    return unsure > _DOUBT_SHARE * max(1, taken)


def _is_denied(evidence: Mapping[str, float]) -> bool:
    """Whether a region says of a segment that it is no text, and not one that designers also give to parts of an article."""
    return bool(evidence.get("in_region") and not evidence.get("in_soft_region"))


def hear(segments: Sequence[Segment], opinion: Opinion) -> list[float]:
    """The chances with another opinion added to the evidence."""
    for segment in segments:
        if not segment.is_menu:
            segment.evidence |= asked(segment, opinion)
    return _together(segments, _looked_at(segments, "asked"))


def asked(segment: Segment, opinion: Opinion) -> dict[str, float]:
    """What another reader holds of a segment, alone and together with the cheap one."""
    held, cheap = opinion.share_of(segment), segment.evidence.get("cheap", 0.0)
    return {
        "precise": held,
        "not_precise": 1.0 - held,
        "both": held * cheap,
        "neither": (1.0 - held) * (1.0 - cheap),
    }


def explained(evidence: Mapping[str, float]) -> list[tuple[str, float]]:
    """What each piece of evidence contributed to the decision, strongest first."""
    look = "asked" if "precise" in evidence else "second"
    parts = ((name, worth * evidence.get(name, 0.0)) for name, worth in weights(look).items())
    return sorted((part for part in parts if abs(part[1]) >= 0.05), key=lambda part: -abs(part[1]))
