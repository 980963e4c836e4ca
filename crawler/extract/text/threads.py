"""What stands beside an article in boxes of its own and is told by who speaks: readers' remarks, the publisher's service."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cache

from crawler.extract.page.blocks import HEADINGS, Block
from crawler.extract.text.segments import Segment
from crawler.extract.text.stems import stems_of
from crawler.lang import patterns
from crawler.lang.required import Suspects

#: fewer remarks are no thread; longest name of who wrote one
_SEVERAL, _NAME_CHARS = 3, 60
#: fewer paragraphs are no box; of so many of them each has a word of service
_PARAGRAPHS, _MOST = 2, 0.5
#: the share of the beginnings of its words that a box may have in common with the article by chance
_STRAY = 0.15


@cache
def _member() -> re.Pattern[str]:
    """The address of a page about somebody who is registered."""
    return re.compile(rf"/{patterns('addresses', 'member')}[/=][^/?#]+/?$", re.IGNORECASE)


@cache
def _service() -> tuple[Suspects, re.Pattern[str]]:
    words = patterns("notices", "service")
    return Suspects({"service": [words]}), re.compile(words, re.IGNORECASE)


def of_members(segments: Sequence[Segment]) -> Iterator[Block]:
    """The remarks that begin, each in a box made like the others, with a link to who wrote it.

    They stand below other prose, and none but them stands below the first.

    Args:
        segments: of the whole page, in order, with their evidence.
    """
    threads: dict[tuple[int, str, str], list[Segment]] = defaultdict(list)
    for segment in segments:
        if segment.kind is not None and segment.prose:
            threads[segment.kind].append(segment)
    for kind, remarks in threads.items():
        if len(remarks) < _SEVERAL or not all(map(_is_by_member, remarks)):
            continue
        first = remarks[0].blocks[0].index
        others = [
            each for each in segments if each.prose and each.kind != kind and not each.evidence["in_region"]
        ]
        if others and all(each.blocks[0].index < first for each in others):
            yield from (block for remark in remarks for block in remark.blocks)


def _is_by_member(segment: Segment) -> bool:
    name = segment.blocks[0]
    is_linked = len(name.text) <= _NAME_CHARS and len(segment.blocks) > 1 and bool(name.links)
    return is_linked and any(map(_member().search, (href for href, _ in name.links)))


def of_service(segments: Sequence[Segment]) -> Iterator[Block]:
    """Boxes below an article, each with a label of its own, in which the publisher speaks of subscriptions, delivery and terms.

    Most of their paragraphs speak of that, and they share hardly a word with what stands above.

    Args:
        segments: of the whole page, in order, with their evidence.
    """
    has_begun = False
    found: set[int] = set()
    for at, segment in enumerate(segments):
        if has_begun and _is_labelled(segment) and not _is_marked(segment) and _speaks_of_service(segment):
            above = [
                each
                for before, each in enumerate(segments[:at])
                if before not in found and not _is_marked(each)
            ]
            if _is_foreign(segment, above):
                found.add(at)
                yield from segment.blocks
        has_begun = has_begun or (segment.prose > 0 and not _is_marked(segment))


def _is_marked(segment: Segment) -> bool:
    """Whether a segment is a menu, stands above the headline or in a marked element."""
    evidence = segment.evidence
    return segment.is_menu or bool(evidence.get("in_region") or evidence.get("above_headline"))


def _is_labelled(segment: Segment) -> bool:
    if len(segment.blocks) <= _PARAGRAPHS:
        return False
    label = segment.blocks[0]
    is_label = label.node.tag in HEADINGS or label.strong * 10 >= 9 * len(label.text.replace(" ", ""))
    return is_label and not label.is_prose


def _speaks_of_service(segment: Segment) -> bool:
    prose = [block for block in segment.blocks if block.is_prose]
    if len(prose) < _PARAGRAPHS or any(block.linked * 2 > len(block.text) for block in prose):
        return False
    suspects, words = _service()
    texts = (block.text for block in segment.blocks)
    said = sum(bool(suspects.in_text(text.casefold())) and words.search(text) is not None for text in texts)
    return said >= max(_PARAGRAPHS, _MOST * len(prose))


def _is_foreign(segment: Segment, above: Sequence[Segment]) -> bool:
    """Whether the paragraphs of a segment share hardly a word with what stands above."""
    own = {stem for block in segment.blocks if block.is_prose for stem in stems_of(block.text)}
    known = {stem for each in above for block in each.blocks for stem in stems_of(block.text)}
    return len(own & known) <= max(1, _STRAY * len(own))
