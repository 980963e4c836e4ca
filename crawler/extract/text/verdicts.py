"""From chances to what becomes of each block of a page: a part of the text, or left where it stands."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice, takewhile

from crawler.extract.page.blocks import Block, Node
from crawler.extract.text.agreed import HEARD, MOSTLY, agreed_on
from crawler.extract.text.akin import ending, freed, listed
from crawler.extract.text.evidence import SOFT
from crawler.extract.text.figures import is_data
from crawler.extract.text.headed import headed, of_something_else, of_the_site
from crawler.extract.text.lines import Line
from crawler.extract.text.notes import is_correction
from crawler.extract.text.segments import BoxMake, Segment, make_of_box

#: every segment of a page with the arbiter's chance for it
SegmentChances = Sequence[tuple[Segment, float]]

#: prose with this chance is the article's: in the container, and beside it
_STAYS, _COMES = 0.45, 0.5
#: prose whose class says that it is none needs that chance to be the article's: a region is a witness too
_FREED = 0.5
#: the same of what is no prose: the rules of residue look at what stays
_LABEL_STAYS, _LABEL_COMES = 0.25, 0.6
#: a part made like the container needs less, and least where it is hidden; boxes made alike below a heading that announces comments more
_POSSIBLE, _LIKELY, _CERTAIN = 0.1, 0.3, 0.8
#: a smaller share of the container's prose is no verdict
_ABSTAINS = 0.3
#: a row of more cells than these is no label with its paragraph
_CELLS = 3
#: so many boxes that end with the same link of at most so many characters are teasers
_SEVERAL, _CLOSING_LINK = 3, 40
#: a larger share of links is a menu or a list of teasers
_UNLINKED = 0.2
#: with no larger share of links a paragraph between others is one of them
_LIGHTLY = 0.35
#: elements around a paragraph of which one may be such a box
_BOXES_AROUND = 3


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of a block."""

    #: it is the article's if it stands in the container
    stays: bool
    #: ... also if its class says that it is a promotion, a teaser or the like
    is_freed: bool
    #: it is the article's though it stands beside the container
    comes: bool
    #: another reading holds it, or it is made like the container
    is_held: bool


#: of what is another article's
OUT = Verdict(stays=False, is_freed=False, comes=False, is_held=False)


def verdicts(judged: SegmentChances, container: Node | None) -> dict[int, Verdict]:
    """Position of a block -> what becomes of it.

    Args:
        judged: all segments of the page.
        container: the element that the density of prose points to.
    """
    abstains = _abstains(judged)
    has_more = any(
        segment.prose and chance >= _COMES and not segment.evidence["comments"] for segment, chance in judged
    )
    teasers = _teasers(judged)
    taken = {segment.node for segment, chance in judged if segment.prose and chance >= _COMES}
    chunks = _chunks(judged)
    found: dict[int, Verdict] = {}
    alike: dict[tuple[bool, ...], Verdict] = {}
    for segment, estimate in judged:
        if segment.is_menu and not _is_like(segment, container):
            menu = Verdict(estimate >= _LABEL_STAYS, estimate >= _FREED, estimate >= _LABEL_COMES, False)
            found |= {block.index: menu for block in segment.blocks}
            continue
        chance = estimate
        if teasers and (segment.kind, segment.blocks[-1].text) in teasers:
            chance = 0.0
        elif (
            _needs_less(segment, chance, container)
            or _is_standfirst(segment)
            or _is_in_part(segment, container)
        ):
            chance = max(chance, _LABEL_COMES)
        if has_more and _is_remark(segment, estimate):
            chance = 0.0
        is_part = _is_like(segment, container)
        held = max(segment.evidence.get(name, 0.0) for name in HEARD)
        is_whole = bool(segment.evidence["inside"]) and (abstains or is_data(segment))
        is_chunk = _is_chunk(segment, estimate, chunks)
        agreed = agreed_on(segment)
        going_on = _going_on(segment, chance) if segment.node in taken else set()
        for block in segment.blocks:
            is_sure = is_whole or block.index in going_on or _is_note(segment, block)
            said = (
                is_sure
                or is_chunk
                or block.index in agreed
                or chance >= (_STAYS if block.is_prose else _LABEL_STAYS),
                is_sure or chance >= _FREED,
                is_sure or is_chunk or chance >= (_COMES if segment.prose else _LABEL_COMES),
                held >= MOSTLY or is_part,
            )
            if said not in alike:
                alike[said] = Verdict(*said)
            found[block.index] = alike[said]
    _keep_row_labels(found, judged)
    _take_beginning(found, judged, container)
    _take_akin(found, judged, container)
    _give_to_headline(found, judged)
    return found


def _take_beginning(found: dict[int, Verdict], judged: SegmentChances, container: Node | None) -> None:
    """Take the paragraphs between the headline and a container that is taken: they are its beginning."""
    path = {*container.ancestors()} if container is not None else set()
    waiting: list[Segment] = []
    for segment, chance in judged:
        if segment.evidence.get("inside"):
            for block in (each for other in waiting for each in other.blocks):
                found[block.index] = replace(found[block.index], stays=True, comes=True)
            return
        if segment.prose and chance >= _LIKELY and _leads_on(segment, path):
            waiting.append(segment)
        else:
            waiting = []


def _take_akin(found: dict[int, Verdict], judged: SegmentChances, container: Node | None) -> None:
    """Take the end of the text that stands below the container, lists beside it, and what is marked or hidden in it, by their words; see `akin`."""
    inside = [block for segment, _ in judged if segment.evidence.get("inside") for block in segment.blocks]
    own = [block for block in inside if block.is_prose and found[block.index].stays]
    segments = [segment for segment, _ in judged]
    for block in (*ending(judged, container, own), *listed(segments)):
        found[block.index] = replace(found[block.index], stays=True, comes=True)
    for block in freed(segments, own):
        found[block.index] = replace(found[block.index], stays=True, is_freed=True, is_held=True)


def _leads_on(segment: Segment, path: set[Node]) -> bool:
    """Whether a segment stands below the headline, right beside what the container lies in, unmarked and without links."""
    evidence = segment.evidence
    if (
        segment.is_menu
        or evidence.get("in_region")
        or evidence.get("comments")
        or evidence.get("linked", 0.0) > _UNLINKED
    ):
        return False
    if not evidence.get("above") or evidence.get("above_headline") or evidence.get("no_headline"):
        return False
    return segment.node in path or segment.node.parent in path


def _keep_row_labels(found: dict[int, Verdict], judged: SegmentChances) -> None:
    """Keep the year or the name beside a paragraph in one row of a table in the container: they are read together."""
    rows: dict[Node, list[Block]] = defaultdict(list)
    for segment, _ in judged:
        for block in segment.blocks if segment.evidence["inside"] else ():
            if block.node.tag in ("td", "th") and block.node.parent is not None:
                rows[block.node.parent].append(block)
    for row in rows.values():
        if 1 < len(row) <= _CELLS and any(cell.is_prose and found[cell.index].stays for cell in row):
            for cell in row:
                if not cell.linked:
                    found[cell.index] = replace(found[cell.index], stays=True)


def _give_to_headline(found: dict[int, Verdict], judged: SegmentChances) -> None:
    """Let the paragraphs below the headline be the article where the container is another box, see `headed`."""
    segments = [segment for segment, _ in judged]
    article = headed(segments)
    for segment in (*of_something_else(segments), *of_the_site(segments)):
        for block in segment.blocks:
            found[block.index] = replace(found[block.index], stays=False, is_freed=False, comes=False)
    for segment, _ in judged if article else ():
        for block in segment.blocks if segment.evidence["inside"] else ():
            found[block.index] = replace(found[block.index], stays=False, is_freed=False)
    for block in article:
        found[block.index] = replace(found[block.index], stays=True, comes=True)


def _needs_less(segment: Segment, chance: float, container: Node | None) -> bool:
    """Whether the markup says more of a segment than the arbiter saw."""
    return _is_like(segment, container) and chance >= (
        _POSSIBLE if segment.node.region == "hidden" else _LIKELY
    )


def _going_on(segment: Segment, chance: float) -> set[int]:
    """Positions of the prose with which a segment begins, before a heading or a link: it stands in the article's own element.

    What came between, a list or a promotion, has parted it from the paragraphs above. Where links come
    after it, the chance is theirs as well, and less is asked.
    """
    evidence = segment.evidence
    least = _POSSIBLE if evidence["linked"] else _LIKELY
    if chance < least or not evidence["inside"] or evidence["in_region"] or evidence["comments"]:
        return set()
    first = takewhile(
        lambda block: block.is_prose and block.linked <= _LIGHTLY * len(block.text), segment.blocks
    )
    return {block.index for block in first}


def apply(line: Line, block: Block, verdict: Verdict) -> None:
    """Lay a verdict on a line: a region on prose that is taken does not count.

    That something is hidden only does not count where another reading holds it.
    """
    if not verdict.stays:
        line.is_apart = True
    elif block.is_prose and (
        (line.region in SOFT and verdict.is_freed) or (line.region == "hidden" and verdict.is_held)
    ):
        line.region = ""


def _is_remark(segment: Segment, chance: float) -> bool:
    """Whether a segment is one of several boxes made alike, below a heading that announces comments."""
    is_announced = segment.evidence["comments"] and segment.kind is not None
    return bool(
        is_announced and (segment.evidence["signed"] or segment.evidence["timed"] or chance < _CERTAIN)
    )


def _teasers(judged: SegmentChances) -> set[tuple[object, str]]:
    """Make and closing words of boxes made alike that all end with the same link, as "read on" does.

    Empty where the arbiter takes no other prose: then they are what the page is about.
    """
    closing: Counter[tuple[object, str]] = Counter(
        (segment.kind, segment.blocks[-1].text)
        for segment, _ in judged
        if segment.kind is not None
        and segment.prose
        and not segment.evidence["inside"]
        and _is_closing_link(segment.blocks[-1])
    )
    found = {each for each, count in closing.items() if count >= _SEVERAL}
    kinds = {kind for kind, _ in found}
    has_more = any(
        segment.prose and chance >= _COMES and segment.kind not in kinds for segment, chance in judged
    )
    return found if has_more else set()


def _is_closing_link(block: Block) -> bool:
    return len(block.text) <= _CLOSING_LINK and block.linked >= 0.9 * len(block.text.replace(" ", ""))


def _is_like(segment: Segment, container: Node | None) -> bool:
    """Whether a segment is a further part of the article: a box beside the container with the same class."""
    if container is None or segment.node is container or segment.node.parent is not container.parent:
        return False
    name = container.element.get("class")
    return bool(name) and segment.node.tag == container.tag and segment.node.element.get("class") == name


def _chunks(judged: SegmentChances) -> set[BoxMake]:
    """How the boxes are made that the article is cut into, by advertisements or pictures."""
    taken = (segment.node for segment, chance in judged if segment.prose and chance >= _COMES)
    return {make for node in taken if (make := make_of_box(node))}


def _is_chunk(segment: Segment, chance: float, chunks: set[BoxMake]) -> bool:
    """Whether a likely segment of prose without links stands in a box made like those that the article is cut into."""
    evidence = segment.evidence
    if (
        not segment.prose
        or chance < _POSSIBLE
        or evidence.get("cheap", 0.0) < MOSTLY
        or evidence["linked"] > _UNLINKED
    ):
        return False
    boxes = islice(segment.blocks[0].node.ancestors(), _BOXES_AROUND)
    return not (evidence["comments"] or evidence["in_region"]) and any(
        make_of_box(node) in chunks for node in boxes
    )


def _is_in_part(segment: Segment, container: Node | None) -> bool:
    """Whether a segment without links stands in a further part of the article, made like the container, and the cheap reading holds it.

    A list and its heading say less of themselves than paragraphs do.
    """
    evidence = segment.evidence
    if container is None or evidence["linked"] or evidence["comments"] or evidence["in_region"]:
        return False
    if evidence.get("cheap", 0.0) < MOSTLY or evidence["inside"] or not container.element.get("class"):
        return False
    part = next((node for node in segment.node.ancestors() if node.parent is container.parent), None)
    return (
        part is not None
        and part.tag == container.tag
        and part.element.get("class") == container.element.get("class")
    )


def _abstains(judged: SegmentChances) -> bool:
    """Whether the arbiter takes hardly anything of the container and nothing beside it: that is no verdict."""
    inside = sum(
        segment.prose
        for segment, _ in judged
        if segment.evidence["inside"] and not (segment.evidence["comments"] and segment.kind)
    )
    taken = [segment for segment, each in judged if segment.prose and each >= _STAYS]
    return (
        all(segment.evidence["inside"] for segment in taken)
        and sum(segment.prose for segment in taken) < _ABSTAINS * inside
    )


def _is_note(segment: Segment, block: Block) -> bool:
    """A note of a correction close by, which is taken whatever the arbiter found."""
    evidence = segment.evidence
    is_below = evidence.get("below") and not evidence.get("comments") and not evidence.get("in_region")
    is_near = evidence.get("one_up") or is_below
    return bool(is_near and not block.linked and is_correction(block.text))


def _is_standfirst(segment: Segment) -> bool:
    """Whether a segment between headline and container says the page's description, and the cheap reading holds it too.

    That a declared body lacks it says nothing then: it is declared as the description.
    """
    evidence = segment.evidence
    if not segment.prose or not evidence["described"] or evidence.get("comments"):
        return False
    is_between = evidence.get("above") and not evidence.get("above_headline")
    is_only_there = evidence.get("not_in_body", 0.0) >= MOSTLY and evidence.get("cheap", 0.0) >= MOSTLY
    return bool(is_between and is_only_there)
