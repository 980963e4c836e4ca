"""Every line of a page with what became of it: text, removed by a rule, or outside; prose is one of the three, always."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from crawler.extract.page.blocks import Block
from crawler.extract.text.arbiter import explained
from crawler.extract.text.lines import Line
from crawler.extract.text.segments import Segment

Fate = Literal["text", "removed", "outside"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One line of a page and why it is where it is."""

    fate: Fate
    text: str
    #: name of the rule that removed it, or where the text was read when not in the markup; else empty
    reason: str = ""
    #: how likely the arbiter finds that it is the article's, 0 to 1; None where it was not asked
    chance: float | None = None
    #: what each piece of evidence contributed to that, strongest first
    evidence: tuple[tuple[str, float], ...] = ()


def account(
    lines: Sequence[Line], blocks: Sequence[Block], judged: Sequence[tuple[Segment, float]], origin: str
) -> tuple[Part, ...]:
    """What became of every line, in page order; lines that no block gave come first.

    Args:
        lines: of the article, with the rules that removed some.
        blocks: of the whole page.
        judged: the segments of the page with the arbiter's chances.
        origin: where the lines were read, see `Article.origins`.
    """
    verdicts = {block.index: (segment, chance) for segment, chance in judged for block in segment.blocks}
    line_of = {index: line for line in lines for index in line.blocks}
    parts = [_part(line, None, origin) for line in lines if not line.blocks]
    accounted: set[int] = set()
    for block in blocks:
        line = line_of.get(block.index)
        verdict = verdicts.get(block.index)
        if line is None:
            parts.append(_outside(block, verdict, origin))
        elif line.position not in accounted:
            accounted.add(line.position)
            parts.append(_part(line, verdict, ""))
    return tuple(parts)


def _part(line: Line, verdict: tuple[Segment, float] | None, origin: str) -> Part:
    chance, evidence = _worth(verdict)
    fate: Fate = "removed" if line.rule else "text"
    return Part(fate=fate, text=line.text, reason=line.rule or origin, chance=chance, evidence=evidence)


def _outside(block: Block, verdict: tuple[Segment, float] | None, origin: str) -> Part:
    chance, evidence = _worth(verdict)
    reason = "" if origin == "markup" else f"text from {origin}"
    return Part(fate="outside", text=block.text, reason=reason, chance=chance, evidence=evidence)


def _worth(verdict: tuple[Segment, float] | None) -> tuple[float | None, tuple[tuple[str, float], ...]]:
    if verdict is None:
        return None, ()
    segment, chance = verdict
    return chance, tuple(explained(segment.evidence))
