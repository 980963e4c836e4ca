"""A page that goes on with other articles below its own, whole ones, as streams without end do."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from crawler.extract.page.blocks import HEADINGS, Block, Node
from crawler.extract.text.readings import letters_only
from crawler.extract.text.segments import Segment

#: fewer paragraphs below a headline are a teaser
_FEWEST = 2
#: elements around a headline of which one may be its article's box
_BOXES_AROUND = 8


def of_other_articles(segments: Sequence[Segment], headlines: Iterable[str]) -> list[Block]:
    """The blocks of the articles that follow the page's own in boxes made like its own.

    Each has another headline of the same rank, paragraphs below it, and a time or a byline of its
    own. Entries of a live blog stand below the page's headline, not beside it.

    Args:
        segments: of the whole page, in order.
        headlines: every spelling of the page's.
    """
    heads = [block for block in _blocks_of(segments) if block.node.tag in HEADINGS]
    if len(heads) < 2:
        return []
    own_spellings = {letters_only(each) for each in headlines}
    own = next((block for block in heads if letters_only(block.text) in own_spellings), None)
    if own is None:
        return []
    heads = [block for block in heads if block.node.tag == own.node.tag and block is not own]
    boxes = _boxes_beside(own, heads)
    if any(letters_only(head.text) == letters_only(own.text) for head in boxes.values()):
        return []
    found = {box: [block for block in _blocks_of(segments) if block.node.is_within(box)] for box in boxes}
    if not all(_is_whole(box, blocks, boxes[box]) for box, blocks in found.items()):
        return []
    return [block for blocks in found.values() for block in blocks]


def _boxes_beside(own: Block, heads: Sequence[Block]) -> dict[Node, Block]:
    """The boxes beside the headline's own that are made like it, each with its headline; of the nearest such box."""
    for box, _ in zip(own.node.ancestors(), range(_BOXES_AROUND), strict=False):
        if box.tag in HEADINGS or not box.prose:
            continue
        found: dict[Node, Block] = {}
        for head in heads:
            other = next((node for node in head.node.ancestors() if node.depth == box.depth), None)
            if other is not None and other is not box and _is_made_alike(box, other) and other.prose:
                found.setdefault(other, head)
        if found:
            return found
    return {}


def _is_made_alike(one: Node, other: Node) -> bool:
    is_near = one.parent is other.parent or one.tag == "article"
    return is_near and one.tag == other.tag and one.element.get("class") == other.element.get("class")


def _is_whole(box: Node, blocks: Sequence[Block], head: Block) -> bool:
    """Whether a box holds paragraphs, and a time or, right below its headline, a line that says when or by whom they were written."""
    if sum(block.is_prose for block in blocks) < _FEWEST:
        return False
    below = next((block for block in blocks if block.index > head.index), head)
    is_signed = below is not head and below.node.tag not in HEADINGS and not below.is_prose
    return is_signed or next(box.element.iter("time"), None) is not None


def _blocks_of(segments: Iterable[Segment]) -> Iterable[Block]:
    return (block for segment in segments for block in segment.blocks)
