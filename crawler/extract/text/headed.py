"""A short article in the headline's own box, and beside it a longer box that is something else: service, a thread of remarks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from crawler.extract.page.blocks import HEADINGS, Block, Node
from crawler.extract.text.container import is_prose
from crawler.extract.text.runs import Run

#: fewer paragraphs below the headline are a standfirst, whose article stands elsewhere
_FEWEST = 2
#: letters that two forms of a word share; the share of such beginnings that two texts may have in common by chance
_STEM, _STRAY = 5, 0.08
#: the same, where the site's name stands above
_STRAY_OF_SITE = 0.15
_LONG_WORD = re.compile(r"[^\W\d_]{5,}")


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


def of_something_else(runs: Sequence[Run]) -> list[Run]:
    """Boxes beside the headline's own that speak of something else: terms of service, who publishes the site.

    None of them has a word of the headline, nor more than a stray one of the paragraphs
    below it. Where one of several boxes has, the article stands in several, and all stay.

    Args:
        runs: of the whole page, in order, with their evidence.
    """
    echoing = [run for run in runs if _is_long(run) and run.evidence.get("echoed")]
    own = [run for run in echoing if run.evidence.get("titled")]
    around = None if own else _shared_with_headline(echoing, runs)
    own = own or (echoing if around is not None else [])
    if len(own) != 1:
        return []
    boxes = [run for run in runs if _is_long(run) and run is not own[0] and not run.evidence["in_region"]]
    if any(run.evidence.get("echoed") or _is_of(own[0], run) for run in boxes):
        return []
    if around is not None and any(run.node.is_within(around) for run in boxes):
        return []
    known = _stems(own[0])
    return boxes if all(len(_stems(run) & known) <= _STRAY * len(_stems(run)) for run in boxes) else []


def _shared_with_headline(echoing: Sequence[Run], runs: Sequence[Run]) -> Node | None:
    """What holds the only box with words of the headline and the heading of the first rank above it, if that is not the whole page."""
    if len(echoing) != 1:
        return None
    first = echoing[0].blocks[0].index
    heads = [block for run in runs for block in run.blocks if block.node.tag == "h1" and block.index < first]
    around = {*heads[-1].node.ancestors()} if heads else set()
    shared = next((node for node in echoing[0].node.ancestors() if node in around), None)
    return None if shared is None or shared.tag in ("body", "html") else shared


def of_the_site(runs: Sequence[Run]) -> list[Run]:
    """Boxes below the article that have the site's name for their heading, and hardly a word of what stands above.

    Args:
        runs: of the whole page, in order, with their evidence.
    """
    if not any(run.evidence.get("of_site") for run in runs):
        return []
    found, known, above = [], set[str](), 0
    for run in runs:
        is_named = run.evidence.get("of_site") and not run.evidence["titled"] and _is_long(run)
        if is_named and above >= _FEWEST and not run.evidence["above_headline"]:
            own = _stems(run) - _stems_of(run.blocks[0])
            if len(own & known) <= max(1, _STRAY_OF_SITE * len(own)):
                found.append(run)
                continue
        known |= _stems(run)
        above += sum(map(is_prose, run.blocks))
    return found


def _is_of(own: Run, run: Run) -> bool:
    """Whether a run goes on in the headline's box, or stands above it."""
    return own.node in run.node.ancestors() or run.blocks[0].index < own.blocks[0].index


def _is_long(run: Run) -> bool:
    return sum(map(is_prose, run.blocks)) >= _FEWEST


def _stems(run: Run) -> set[str]:
    """The beginnings of the longer words of a run."""
    return {stem for block in run.blocks for stem in _stems_of(block)}


def _stems_of(block: Block) -> set[str]:
    return {word[:_STEM] for word in _LONG_WORD.findall(block.text.lower())}


def _below_headline(runs: Iterable[Run]) -> Iterable[Block]:
    """Paragraphs in the headline's box, where the container is somewhere else."""
    for run in runs:
        evidence = run.evidence
        if evidence["inside"] or not (evidence["under_headline"] or evidence.get("titled")):
            continue
        if not evidence["comments"] and not evidence["in_region"]:
            yield from (block for block in run.blocks if is_prose(block))
