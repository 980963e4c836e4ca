"""A short article in the headline's own box, and beside it a longer box that is something else: service, a thread of remarks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from crawler.extract.page.blocks import HEADINGS, Block, Node
from crawler.extract.text.segments import Segment
from crawler.extract.text.stems import stems_of

#: fewer paragraphs below the headline are a standfirst, whose article stands elsewhere
_FEWEST = 2
#: the share of the beginnings of its words that two texts may have in common by chance
_STRAY = 0.08
#: the same, where the site's name stands above
_STRAY_OF_SITE = 0.15


def headed(segments: Sequence[Segment]) -> list[Block]:
    """The paragraphs below the headline that are the article though the container is another box; empty where they are not.

    The density of prose points to the longest box. Where that begins with a
    heading of its own, or is nothing but boxes made alike, and the headline's box,
    above it, holds paragraphs, the page's article is what its headline stands over.

    Args:
        segments: of the whole page, in order, with their evidence.
    """
    inside = [segment for segment in segments if segment.evidence["inside"]]
    below = list(_below_headline(segments))
    if len(below) < _FEWEST or not inside or below[-1].index > inside[0].blocks[0].index:
        return []
    has_own_heading = inside[0].blocks[0].node.tag in HEADINGS
    is_all_alike = all(segment.kind is not None for segment in inside if segment.prose)
    return below if has_own_heading or is_all_alike else []


def of_something_else(segments: Sequence[Segment]) -> list[Segment]:
    """Boxes beside the headline's own that speak of something else: terms of service, who publishes the site.

    None of them has a word of the headline, nor more than a stray one of the paragraphs
    below it. Where one of several boxes has, the article stands in several, and all stay.
    A box within the headline's is something else only where it has a label of its own.

    Args:
        segments: of the whole page, in order, with their evidence.
    """
    long = [segment for segment in segments if _is_long(segment)]
    echoing = [segment for segment in long if segment.evidence.get("echoed")]
    own = [segment for segment in echoing or long if _is_headed(segment)]
    around = None if own else _shared_with_headline(echoing, segments)
    own = own or (echoing if around is not None else [])
    if len(own) != 1 or _is_lede(own[0]):
        return []
    boxes = [segment for segment in long if segment is not own[0] and not segment.evidence["in_region"]]
    if any(segment.evidence.get("echoed") or _is_of(own[0], segment) for segment in boxes):
        return []
    if not boxes or (around is not None and any(segment.node.is_within(around) for segment in boxes)):
        return []
    known = _stems(own[0])
    return (
        boxes
        if all(len(_stems(segment) & known) <= _STRAY * len(_stems(segment)) for segment in boxes)
        else []
    )


def _is_headed(segment: Segment) -> bool:
    """Whether the headline stands in a segment, or above it in a box of their own."""
    return bool(segment.evidence.get("titled") or segment.evidence.get("under_headline"))


def _is_lede(own: Segment) -> bool:
    """Whether the headline's own paragraphs stand in the head of an article, whose text comes below."""
    names = [node.tag for node in own.node.ancestors()]
    return "article" in names and "header" in names[: names.index("article")]


def _shared_with_headline(echoing: Sequence[Segment], segments: Sequence[Segment]) -> Node | None:
    """What holds the only box with words of the headline and the heading of the first rank above it, if that is not the whole page."""
    if len(echoing) != 1:
        return None
    first = echoing[0].blocks[0].index
    heads = [
        block
        for segment in segments
        for block in segment.blocks
        if block.node.tag == "h1" and block.index < first
    ]
    around = {*heads[-1].node.ancestors()} if heads else set()
    shared = next((node for node in echoing[0].node.ancestors() if node in around), None)
    return None if shared is None or shared.tag in ("body", "html") else shared


def of_the_site(segments: Sequence[Segment]) -> list[Segment]:
    """Boxes below the article that have the site's name for their heading, and hardly a word of what stands above.

    Args:
        segments: of the whole page, in order, with their evidence.
    """
    if not any(segment.evidence.get("of_site") for segment in segments):
        return []
    found, known, above = [], set[str](), 0
    for segment in segments:
        is_named = segment.evidence.get("of_site") and not segment.evidence["titled"] and _is_long(segment)
        if is_named and above >= _FEWEST and not segment.evidence["above_headline"]:
            own = _stems(segment) - stems_of(segment.blocks[0].text)
            if len(own & known) <= max(1, _STRAY_OF_SITE * len(own)):
                found.append(segment)
                continue
        known |= _stems(segment)
        above += sum(block.is_prose for block in segment.blocks)
    return found


def _is_of(own: Segment, segment: Segment) -> bool:
    """Whether a segment goes on in the headline's box, or stands above it."""
    first = segment.blocks[0]
    is_part = own.node in segment.node.ancestors()
    is_labelled = not first.is_prose and not first.linked and first.index > own.blocks[-1].index
    return (is_part and not is_labelled) or first.index < own.blocks[0].index


def _is_long(segment: Segment) -> bool:
    return sum(block.is_prose for block in segment.blocks) >= _FEWEST


def _stems(segment: Segment) -> set[str]:
    """The beginnings of the longer words of a segment."""
    return {stem for block in segment.blocks for stem in stems_of(block.text)}


def _below_headline(segments: Iterable[Segment]) -> Iterable[Block]:
    """Paragraphs in the headline's box, where the container is somewhere else."""
    for segment in segments:
        evidence = segment.evidence
        if evidence["inside"] or not (evidence["under_headline"] or evidence.get("titled")):
            continue
        if not evidence["comments"] and not evidence["in_region"]:
            yield from (block for block in segment.blocks if block.is_prose)
