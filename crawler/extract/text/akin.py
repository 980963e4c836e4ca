"""Prose that speaks of what the text speaks of: it belongs to it though it stands below it, or is marked or hidden in it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import dropwhile, pairwise, takewhile

from crawler.extract.page.blocks import Block, Node
from crawler.extract.text.lines import ends_sentence
from crawler.extract.text.segments import Segment
from crawler.extract.text.stems import stems_of

#: least chance of what stands below a text and goes on with it; most of the text that may
_ENDS, _ENDING = 0.1, 0.5
#: stems that a text shares with what belongs to it: at least so many, and so much of what that has
_SHARED_STEMS, _SHARED = 2, 0.15
#: the same for signs of Chinese, of which every two are a word
_SHARED_SIGNS = 0.1
#: evidence that something sets a segment apart; longest line above a list
_MARKS, _LABEL_CHARS = ("in_region", "comments", "apart"), 80
#: how much of a segment the cheap reading holds that holds it; fewest marked paragraphs that free each other
_HELD, _SEVERAL = 0.8, 2


def ending(
    judged: Iterable[tuple[Segment, float]], container: Node | None, own: Sequence[Block]
) -> list[Block]:
    """The paragraphs right below a container that speak of what it speaks of: its end, outside the element.

    A list of links or an advertisement may stand between. The cheap reading holds them, and they have
    words in common with the text: what a site says below its articles has few.

    Args:
        judged: every segment of the page with the arbiter's chance for it.
        container: the element that the density of prose points to.
        own: the paragraphs taken from it.
    """
    path = {*container.ancestors()} if container is not None else set()
    known: frozenset[str] | None = None
    found: list[Block] = []
    for segment, chance in judged if own else ():
        if not segment.evidence.get("below") or not segment.prose:
            continue
        closing = _closing(segment, path) if chance >= _ENDS else []
        if not closing:
            break
        known = known or _stems(own)
        is_next = closing[0].index == own[-1].index + 1
        least = 1 if is_next else _SHARED_STEMS
        while closing and not _is_akin(closing[-1:], known, least=least):
            closing.pop()
        if not closing:
            break
        found += closing
    return found if _size(found) <= _ENDING * _size(own) else []


def freed(segments: Iterable[Segment], own: Sequence[Block]) -> Iterator[Block]:
    """Paragraphs in the container that are the text's whatever their mark says.

    Several in one element whose name designers also give to parts of an article, where the cheap
    reading holds them; and those collapsed one by one beside paragraphs that are shown: hidden
    notices have boxes of their own.
    """
    inside = [segment for segment in segments if segment.evidence.get("inside")]
    groups = [group for segment in inside if len(group := _marked(segment)) >= _SEVERAL]
    groups += [[block for segment in inside for block in segment.blocks if _is_collapsed(block)]]
    at = {block.index for group in groups for block in group}
    shown = [block for block in own if block.index not in at]
    known = _stems(shown) if at else frozenset()
    boxes = {block.node.parent for block in shown}
    *several, collapsed = groups
    for group in several:
        if _is_akin(group, known):
            yield from group
    yield from _between(inside, shown)
    beside = [block for block in collapsed if block.node.parent in boxes]
    if beside and _is_akin(beside, known, least=1):
        yield from beside


def _between(inside: Iterable[Segment], shown: Iterable[Block]) -> Iterator[Block]:
    """Marked paragraphs, each alone in its box, that stand right between two shown ones of one element.

    A whole sentence without a link, a picture or a label, which the cheap reading holds.
    """
    places = {block.index: block for block in shown}
    for segment in inside:
        block = segment.blocks[0]
        above, below = places.get(block.index - 1), places.get(block.index + 1)
        if above is None or below is None or len(segment.blocks) > 1 or not _marked(segment):
            continue
        row = _row_of(above, below)
        is_plain = not (block.has_image or below.has_image) and ends_sentence(block.text)
        if row is not None and is_plain and any(node.parent is row for node in block.node.ancestors()):
            yield block


def _row_of(above: Block, below: Block) -> Node | None:
    """The element in which two paragraphs stand side by side, each by itself or in a box of its own."""
    one, other = above.node.parent, below.node.parent
    if one is other:
        return one
    is_boxed = one is not None and other is not None and one.size == above.size and other.size == below.size
    return (
        one.parent
        if is_boxed and one is not None and other is not None and one.parent is other.parent
        else None
    )


def listed(segments: Sequence[Segment]) -> Iterator[Block]:
    """Lists below the container in which, or above which, a word of the headline stands, with what stands above: facts of the article in figures.

    They hold no link and nothing marks them; a list of other articles has links.
    """
    for label, items in pairwise(segments):
        if not _is_list(items):
            continue
        is_labelled = not label.is_menu and len(label.blocks) == 1 and _is_label(label)
        if items.evidence.get("echoed") or (is_labelled and label.evidence.get("echoed")):
            yield from (*(label.blocks if is_labelled else ()), *items.blocks)


def _is_list(segment: Segment) -> bool:
    evidence = segment.evidence
    is_near = evidence.get("below") and (evidence.get("one_up") or evidence.get("two_up"))
    is_marked = any(evidence.get(name) for name in (*_MARKS, "linked", "above_headline", "no_headline"))
    return bool(
        segment.node.tag in ("ul", "ol") and len(segment.blocks) >= _SEVERAL and is_near and not is_marked
    )


def _is_label(segment: Segment) -> bool:
    """Whether a segment is a short line without a link beside the container, unmarked, and no headline."""
    evidence = segment.evidence
    is_marked = any(evidence.get(name) for name in (*_MARKS, "linked", "above_headline", "titled", "inside"))
    return not segment.prose and segment.size <= _LABEL_CHARS and not is_marked


def _marked(segment: Segment) -> list[Block]:
    """The paragraphs of a marked segment of which the cheap reading holds most, without those with links."""
    evidence = segment.evidence
    if not evidence.get("in_soft_region") or evidence.get("cheap", 0.0) < _HELD:
        return []
    return [block for block in segment.blocks if block.is_prose and not block.linked]


def _is_collapsed(block: Block) -> bool:
    """Whether a paragraph is hidden by itself."""
    return block.node.tag == "p" and block.node.region == "hidden" and block.is_prose and not block.linked


def _closing(segment: Segment, path: Collection[Node]) -> list[Block]:
    """The whole paragraphs without a link with which a segment begins, unmarked, beside what the container lies in; links before them do not count."""
    evidence = segment.evidence
    is_marked = any(evidence.get(name) for name in _MARKS)
    is_beside = segment.node in path or segment.node.parent in path
    if is_marked or not is_beside or segment.kind is not None or evidence.get("cheap", 0.0) < _HELD:
        return []
    blocks = dropwhile(lambda block: block.linked and not block.is_prose, segment.blocks)
    return list(
        takewhile(lambda block: block.is_prose and not block.linked and ends_sentence(block.text), blocks)
    )


def _is_akin(blocks: Iterable[Block], known: Collection[str], *, least: int = _SHARED_STEMS) -> bool:
    """Whether blocks have words in common with a text, more than by chance."""
    stems = _stems(blocks)
    share = _SHARED_SIGNS if any(len(stem) == 2 for stem in stems) else _SHARED
    shared = sum(stem in known for stem in stems)
    return shared >= (least if least < _SHARED_STEMS else max(least, share * len(stems)))


def _stems(blocks: Iterable[Block]) -> frozenset[str]:
    return frozenset(stem for block in blocks for stem in stems_of(block.text))


def _size(blocks: Iterable[Block]) -> int:
    return sum(block.size for block in blocks)
