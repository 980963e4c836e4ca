"""What the other readings agree on, and a reading that is no witness: a declared body that only begins."""

from __future__ import annotations

from collections.abc import Sequence

from crawler.extract.page.blocks import Node
from crawler.extract.text.readings import Opinion
from crawler.extract.text.segments import Segment

#: names of the evidence of other readings; how much of a segment they hold that hold it
HEARD, MOSTLY = ("cheap", "body", "precise"), 0.8
#: so many times as long is the container's prose as a declared body that is but its beginning
_BEGINNING = 2
#: how a text ends that was cut
_CUT = ("…", "...", "[…]", "[...]")


def agreed_on(segment: Segment) -> set[int]:
    """Positions of the blocks, links excepted, of a segment in the container that all that were asked hold, two at least.

    Three witnesses need no more evidence: labels that link among the paragraphs
    made the arbiter doubt whole beginnings.
    """
    evidence = segment.evidence
    if segment.kind is not None or not evidence["inside"] or evidence["in_region"] or evidence["comments"]:
        return set()
    heard = [evidence[name] for name in HEARD if name in evidence]
    if len(heard) < 2 or min(heard) < MOSTLY:
        return set()
    return {block.index for block in segment.blocks if block.linked * 2 < len(block.text)}


def is_beginning(body: Sequence[str], container: Node | None, segments: Sequence[Segment]) -> bool:
    """Whether a declared body is how a much longer text begins: it is cut, or paragraphs go on beside those that it holds.

    It says nothing of what follows.

    Args:
        body: what the page declares as its text.
        container: the element that the density of prose points to.
        segments: of the whole page, in order.
    """
    size = sum(map(len, body))
    if container is None or container.prose < _BEGINNING * size:
        return False
    if body[-1].endswith(_CUT):
        return True
    opinion = Opinion(body)
    first = next((segment for segment in segments if segment.prose and opinion.share_of(segment)), None)
    if first is None:
        return False
    beside = [block for segment in segments if segment.node is first.node for block in segment.blocks]
    held = [opinion.holds(block.text) for block in beside if block.is_prose]
    return bool(held) and not held[-1] and True in held
