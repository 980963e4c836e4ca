"""Which element of the page holds the article: two witnesses, trafilatura's text and the density of prose."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from crawler.extract.page.blocks import HEADINGS, PROSE_SIZE, Block, Node, nodes_around
from crawler.extract.text.readings import Opinion

#: an element keeps its region while it holds less than this share of the page's prose
_REGION_LIMIT = {"comments": 0.8, "related": 0.8, "hidden": 0.5, "navigation": 0.6, "gallery": 0.7}
_DEFAULT_LIMIT = 0.4
#: regions a whole article may be divided by, piece by piece
_MAY_DIVIDE = frozenset(
    {"gallery", "ad", "sidebar", "footer", "byline", "newsletter", "share", "popup", "navigation"}
)
_OVERUSED = 0.7
#: what a paragraph alone in its element counts, and one that stands there with a link
_ALONE, _TEASER = 0.5, 0.15
_IN_A_RUN = frozenset({"p", "li", "blockquote", *HEADINGS})
_MOST, _HALF, _LITTLE = 0.8, 0.5, 0.05
#: weight by prose from which an element without a class holds paragraphs side by side, not teasers
_RUNS = 0.8
_PARAGRAPHS = frozenset({"p", "blockquote", "ul", "ol", "pre"})


def weigh_blocks(blocks: list[Block], witness: Opinion | None = None) -> Iterable[Node]:
    """Give every node its size, prose and weight, and take regions off that cannot be; returns the nodes.

    Args:
        blocks: the whole page.
        witness: another extractor's text.
    """
    nodes = nodes_around(block.node for block in blocks)
    for node in nodes:
        node.size = node.prose = 0
        node.weight = 0.0
    segments: Counter[Node] = Counter()
    linked: Counter[Node] = Counter()
    for block in blocks:
        block.node.size += block.size
        if block.is_prose:
            block.node.prose += block.size
            segments[segment_of(block)] += 1
        elif block.linked * 2 > len(block.text):
            linked[segment_of(block)] += 1
    _free_subheadings(blocks)
    order = sorted(nodes, key=lambda node: node.depth, reverse=True)
    for node in order:
        if node.parent is not None:
            node.parent.size += node.size
            node.parent.prose += node.prose
    _judge_marks(order)
    for block in blocks:
        block.node.weight += _weight(block, segments, linked, witness)
    for node in order:
        if node.parent is not None:
            node.parent.weight += node.weight
    return nodes


def _free_subheadings(blocks: list[Block]) -> None:
    """Take the mark of a standfirst off a line between two paragraphs of one element, which heads the second, and off headings of which there are several."""
    marked = [block for block in blocks if block.node.region == "standfirst"]
    headings = [block for block in marked if block.node.tag in HEADINGS and not block.linked]
    names = Counter((block.node.tag, block.node.element.get("class")) for block in headings)
    for block in headings:
        if names[block.node.tag, block.node.element.get("class")] > 1:
            block.node.region = ""
    for block in marked:
        if block.linked or block.size >= PROSE_SIZE or not 0 < block.index < len(blocks) - 1:
            continue
        around = blocks[block.index - 1], blocks[block.index + 1]
        if all(each.node.parent is block.node.parent and each.is_prose for each in around):
            block.node.region = ""


def segment_of(block: Block) -> Node:
    """The element whose children are the paragraphs around *block*."""
    node = block.node
    return node.parent if node.parent is not None and node.tag in _IN_A_RUN else node


def _judge_marks(order: list[Node]) -> None:
    """What holds most of the page's prose is not furniture, whatever its class says.

    Args:
        order: all nodes, deepest first.
    """
    total = order[-1].prose if order else 0
    overused = _overused_marks(order, total)
    for node in reversed(order):
        if node.region in overused or node.prose > _REGION_LIMIT.get(node.region, _DEFAULT_LIMIT) * total:
            node.region = ""
        node.is_furniture = bool(node.region) or (node.parent is not None and node.parent.is_furniture)


def _overused_marks(order: list[Node], total: int) -> set[str]:
    """Marks that cover most of the page's prose together, as `slide` does on a page made of slides."""
    covered: Counter[str] = Counter()
    for node in order:
        if (
            node.prose
            and node.region in _MAY_DIVIDE
            and not any(above.region == node.region for above in node.ancestors() if above is not node)
        ):
            covered[node.region] += node.prose
    return {region for region, prose in covered.items() if prose > _OVERUSED * total}


def _weight(block: Block, segments: Counter[Node], linked: Counter[Node], witness: Opinion | None) -> float:
    """What a block says for the elements around it."""
    weight = 0.0
    if block.is_prose and not block.node.is_furniture:
        weight = min(block.size, 1000) * _company(block, segments, linked)
    if witness is not None and block.size >= 25 and witness.holds(block.text):
        weight += block.size
    return weight


def _company(block: Block, segments: Counter[Node], linked: Counter[Node]) -> float:
    """How much a paragraph counts for the company it keeps.

    Paragraphs of an article stand side by side in one element; a paragraph alone
    counts half, and beside a linked headline, or with one in a list, hardly at all.
    """
    segment = segment_of(block)
    if block.node.tag == "li":
        return _TEASER if block.linked * 6 > len(block.text) else _ALONE
    if segments[segment] > 1:
        return 1.0
    return _TEASER if linked[segment] else _ALONE


def find_container(nodes: Iterable[Node]) -> tuple[Node | None, float]:
    """The smallest element that holds the article, and its share of the page's evidence.

    None and 0.0 when nothing speaks for any element.
    """
    children: dict[Node, list[Node]] = {}
    root = None
    for node in nodes:
        if node.parent is None:
            root = node
        else:
            children.setdefault(node.parent, []).append(node)
    if root is None or not root.weight:
        return None, 0.0
    node = root
    while (
        best := max(children.get(node, ()), key=lambda child: (child.weight, -child.depth), default=None)
    ) is not None:
        if not _goes_on_in(best, node, children):
            break
        node = best
    if node.tag in ("p", *HEADINGS) and node.parent is not None:
        node = node.parent
    node = _around_table(node)
    return node, node.weight / root.weight


def _around_table(node: Node) -> Node:
    """A table among paragraphs is a part of the article: its container is what holds them both."""
    table = next((each for each in node.ancestors() if each.tag == "table"), None)
    is_inner = node.tag in ("table", "tbody")
    if not is_inner or table is None or table.parent is None or table.parent.prose <= table.prose:
        return node
    return table.parent


def _goes_on_in(best: Node, node: Node, children: dict[Node, list[Node]]) -> bool:
    """Whether the article lies in *best* rather than in several children of *node*."""
    if best.weight >= _MOST * node.weight:
        return True
    if best.weight < _HALF * node.weight or best.tag in _PARAGRAPHS:
        return False
    alike = node.weight - sum(child.weight for child in children[node])
    alike += sum(
        child.weight for child in children[node] if child is not best and _is_alike(child, best, children)
    )
    return alike < _LITTLE * node.weight


def _is_alike(child: Node, best: Node, children: dict[Node, list[Node]]) -> bool:
    """A paragraph beside the best child, or a second part of the same make."""
    if child.region:
        return False
    if child.tag in _PARAGRAPHS or not any(below.weight for below in children.get(child, ())):
        return True
    if child.tag != best.tag or child.element.get("class") != best.element.get("class"):
        return False
    return bool(child.element.get("class")) or child.weight > _RUNS * child.prose
