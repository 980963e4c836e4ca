"""A page's blocks as segments: paragraphs that stand side by side in one element and are judged together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from crawler.extract.page.blocks import HEADINGS, Block, Node

#: elements that hold one paragraph each
_SINGLE = frozenset({"p", *HEADINGS})
#: elements that may hold one or many
_ITEMS = frozenset({"li", "dt", "dd"})
#: all that is asked of links outside the container
MENU = {
    "menu": 1.0,
    **dict.fromkeys(
        ("inside", "one_up", "comments", "signed", "in_region", "linked", "under_headline", "described"), 0.0
    ),
}
#: longest text of a table's cell that is no paragraph
_CELL_SIZE = 200

#: depth, name and class of an element, and the class of what it stands in
BoxMake = tuple[int, str, str, str]


@dataclass(slots=True)
class Segment:
    """Blocks that stand side by side in one element."""

    node: Node = field(repr=False)
    blocks: list[Block]
    #: name -> figure
    evidence: dict[str, float] = field(default_factory=dict)
    #: characters of text and of prose
    size: int = 0
    prose: int = 0
    #: what the boxes around it have in common with others beside them; None when they stand alone
    kind: tuple[int, str, str] | None = None

    @property
    def is_menu(self) -> bool:
        """Whether it is nothing but links outside the container: nothing else is asked of it."""
        return "menu" in self.evidence


def segments_of(blocks: Iterable[Block]) -> list[Segment]:
    """The page's blocks, in page order, parted where the element around them changes."""
    segments: list[Segment] = []
    for block in blocks:
        node = _box_of(block)
        if not segments or segments[-1].node is not node:
            segments.append(Segment(node, []))
        segments[-1].blocks.append(block)
    for segment in segments:
        segment.size = sum(block.size for block in segment.blocks)
        segment.prose = sum(block.size for block in segment.blocks if block.is_prose)
    return segments


def _box_of(block: Block) -> Node:
    """The element whose children are the paragraphs around a block: a box that holds nothing else is that paragraph.

    What is marked or all link is no paragraph among others; the short cells of a table belong together.
    """
    node = block.node
    is_single = node.tag in _SINGLE or (node.tag in _ITEMS and node.size == block.size)
    if is_single and node.parent is not None:
        node = node.parent
    if block.linked * 2 < len(block.text) or node.tag in ("td", "th"):
        while node.size == block.size and node.parent is not None and not node.region:
            node = node.parent
    if node.tag == "tr" and block.size <= _CELL_SIZE:
        node = next((above for above in node.ancestors() if above.tag == "table"), node)
    return node


def make_of_box(node: Node) -> BoxMake | None:
    """Depth, name and class of an element and of what it stands in; None where one has no class."""
    above = node.parent
    own, outer = node.element.get("class"), above.element.get("class") if above is not None else None
    return (node.depth, node.tag, own, outer) if own and outer else None
