"""A short article in the headline's own box, and beside it a longer box that is something else: service, a thread of remarks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from crawler.extract.page.blocks import HEADINGS, Block
from crawler.extract.text.container import is_prose
from crawler.extract.text.runs import Run

#: fewer paragraphs below the headline are a standfirst, whose article stands elsewhere
_FEWEST = 2


def headed(runs: Sequence[Run]) -> list[Block]:
    """The paragraphs below the headline that are the article though the container is another box; empty where they are not.

    The density of prose points to the longest box. Where that begins with a
    heading of its own, or is nothing but boxes made alike, and the headline's box,
    above it, holds paragraphs, the page's article is what its headline stands over.

    Args:
        runs: of the whole page, in order, with their evidence.
    """
    inside = [run for run in runs if run.evidence["inside"]]
    below = list(_below_headline(runs))
    if len(below) < _FEWEST or not inside or below[-1].index > inside[0].blocks[0].index:
        return []
    has_own_heading = inside[0].blocks[0].node.tag in HEADINGS
    is_all_alike = all(run.kind is not None for run in inside if run.prose)
    return below if has_own_heading or is_all_alike else []


def _below_headline(runs: Iterable[Run]) -> Iterable[Block]:
    """Paragraphs in the headline's box, where the container is somewhere else."""
    for run in runs:
        evidence = run.evidence
        if evidence["inside"] or not (evidence["under_headline"] or evidence.get("titled")):
            continue
        if not evidence["comments"] and not evidence["marked"]:
            yield from (block for block in run.blocks if is_prose(block))
