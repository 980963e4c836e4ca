"""Two versions of a text compared word by word, paragraph by paragraph. Pure, bounded in time.

Paragraphs are matched first; only paragraphs that were rewritten are compared
by words, and crumbs of agreement between two changes ("a", a comma) are folded
into the change so that people can read it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby
from typing import Literal

# A word carries the white space after it; ideographs, kana and hangul stand alone, their scripts put no spaces.
_TOKEN = re.compile(r"(?:[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|\w+|[^\w\s])\s*|\s+")
#: steps spent on one comparison of two texts; a passage that would cost more is shown as replaced
_MOST_STEPS = 30_000_000
#: paragraphs less alike than this are shown as one removed and one added
_LEAST_LIKENESS = 0.4

SpanKind = Literal["same", "removed", "added"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A stretch of words."""

    kind: SpanKind
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One paragraph of the comparison, in reading order."""

    kind: Literal["same", "removed", "added", "changed"]
    spans: tuple[Span, ...]


def diff_texts(old: str, new: str) -> tuple[Change, ...]:
    """What became of each paragraph between two versions.

    The paragraphs without their added spans have the words of *old*, without
    their removed spans the words of *new*; white space is that of *new*.

    Args:
        old, new: paragraphs separated by one newline.
    """
    plan = tuple(_planned(old.split("\n"), new.split("\n")))
    rewritten = sum(left is not None and right is not None and left != right for left, right in plan)
    steps = _MOST_STEPS // max(1, rewritten)
    return tuple(_change(left, right, steps) for left, right in plan)


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """Paragraphs that follow one another."""

    #: two or more that are the same in both versions, and whose neighbours are
    is_fold: bool
    changes: tuple[Change, ...]


def passages(changes: Sequence[Change]) -> tuple[Passage, ...]:
    """The comparison in passages; what is more than one paragraph away from a change can be folded away."""
    changed = [index for index, change in enumerate(changes) if change.kind != "same"]
    near = {index + by for index in changed for by in (-1, 0, 1)}
    return tuple(
        Passage(is_fold=is_far and len(passage) > 1, changes=passage)
        for is_far, group in groupby(enumerate(changes), key=lambda each: each[0] not in near)
        for passage in [tuple(change for _, change in group)]
    )


def diff_words(old: str, new: str, steps: int = _MOST_STEPS) -> tuple[Span, ...]:
    """What became of the words of one paragraph, or of a title.

    Args:
        steps: about how much work may be spent; when it would take more, the whole is shown as replaced.
    """
    blocks = tuple(_blocks(_TOKEN.findall(old), _TOKEN.findall(new), steps))
    spans: list[Span] = []
    for removed, added, same in _merged(
        [(kind, "".join(left), "".join(right)) for kind, left, right in blocks]
    ):
        texts: tuple[tuple[SpanKind, str], ...] = (("removed", removed), ("added", added), ("same", same))
        spans += [Span(kind=kind, text=text) for kind, text in texts if text]
    return tuple(spans)


def _change(left: str | None, right: str | None, steps: int) -> Change:
    """One planned paragraph: None on one side means that it is not there."""
    if left is not None and right is not None and left != right:
        return Change(kind="changed", spans=diff_words(left, right, steps))
    kind: SpanKind = "added" if left is None else "removed" if right is None else "same"
    return Change(kind=kind, spans=(Span(kind=kind, text=(right if left is None else left) or ""),))


def _planned(before: Sequence[str], after: Sequence[str]) -> Iterator[tuple[str | None, str | None]]:
    """Which paragraph stands against which."""
    for kind, left, right in _blocks(before, after, _MOST_STEPS):
        if kind == "equal":
            yield from zip(right, right, strict=True)
            continue
        i = j = 0
        for a, b in [*_pairs(left, right), (len(left), len(right))]:
            yield from ((text, None) for text in left[i:a])
            yield from ((None, text) for text in right[j:b])
            if a < len(left):
                yield left[a], right[b]
            i, j = a + 1, b + 1


def _merged(runs: Sequence[tuple[str, str, str]]) -> Iterator[tuple[str, str, str]]:
    """(removed, added, then unchanged) stretches, crumbs of agreement folded into the change around them."""
    removed = added = gap = ""
    for index, (kind, left, right) in enumerate(runs):
        is_crumb = 0 < index < len(runs) - 1 and len(left.strip()) <= 3
        if kind == "equal" and not is_crumb:
            yield _parted(gap, removed), added, right
            removed = added = ""
            gap = "" if right.rstrip() != right else left[len(left.rstrip()) :]
        else:
            removed += left
            added += right
    yield _parted(gap, removed), added, ""


def _parted(gap: str, removed: str) -> str:
    """What was removed, with the white space before it that only the old version has: `launch[- it-], first`."""
    return gap + removed.rstrip() if gap and removed.strip() else removed


def _blocks(
    before: Sequence[str], after: Sequence[str], steps: int
) -> Iterator[tuple[str, Sequence[str], Sequence[str]]]:
    """`difflib`'s opcodes with what they cover; equal ends are taken off first, hopeless middles are not compared."""
    ones, twos = ([item.strip() for item in side] for side in (before, after))
    most = min(len(ones), len(twos))
    head = next((k for k in range(most) if ones[k] != twos[k]), most)
    tail = next((k for k in range(most - head) if ones[-1 - k] != twos[-1 - k]), most - head)
    left, right = ones[head : len(ones) - tail], twos[head : len(twos) - tail]
    if head:
        yield "equal", before[:head], after[:head]
    if _cost(left, right) > steps:
        yield "replace", before[head : len(ones) - tail], after[head : len(twos) - tail]
    else:
        for kind, i, j, k, m in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
            yield kind, before[head + i : head + j], after[head + k : head + m]
    if tail:
        yield "equal", before[len(before) - tail :], after[len(after) - tail :]


def _cost(left: Sequence[str], right: Sequence[str]) -> int:
    """Most steps that `SequenceMatcher` takes: as many searches as items, each over every equal pair."""
    there = Counter(right)
    pairs = sum(count * there[item] for item, count in Counter(left).items())
    return (pairs + len(left) + len(right)) * min(len(left), len(right))


def _pairs(left: Sequence[str], right: Sequence[str]) -> list[tuple[int, int]]:
    """Which paragraph of a replaced passage became which: the pairing, in order, with the highest sum of likeness."""
    if len(left) * len(right) > 2500:
        return []
    ones, twos = ([Counter(_TOKEN.findall(text)) for text in side] for side in (left, right))
    nothing: tuple[float, tuple[tuple[int, int], ...]] = (0.0, ())
    best = [[nothing] * (len(right) + 1) for _ in range(len(left) + 1)]
    for i, one in enumerate(ones, 1):
        for j, two in enumerate(twos, 1):
            choice = max(best[i - 1][j], best[i][j - 1], key=lambda each: each[0])
            likeness = _likeness(one, two)
            total, pairs = best[i - 1][j - 1]
            if likeness >= _LEAST_LIKENESS and total + likeness > choice[0]:
                choice = (total + likeness, (*pairs, (i - 1, j - 1)))
            best[i][j] = choice
    return list(best[-1][-1][1])


def _likeness(one: Counter[str], two: Counter[str]) -> float:
    """Shared words over all words, 0.0 to 1.0."""
    total = one.total() + two.total()
    return 2.0 * (one & two).total() / total if total else 1.0
