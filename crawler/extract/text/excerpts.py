"""Beginnings of other pages or remarks, in boxes made alike or in one list, each cut off in the middle of a sentence."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from crawler.extract.page.blocks import Block
from crawler.extract.text.segments import Segment

#: fewer boxes made alike are none, and of those that is the share that must be cut off
_SEVERAL, _MOSTLY = 3, 0.75
#: prose with this chance is the article's, and so many characters of it are more than a standfirst
_LIKELY, _LEAST_PROSE = 0.5, 250
_CUT_OFF = re.compile(r"(?:…|\.\.\.)[\]\)»\"”]?$")


def excerpts(judged: Sequence[tuple[Segment, float]]) -> list[Block]:
    """The blocks of what is mostly cut off: boxes made alike by their last paragraphs, a list by its items.

    Empty where there is hardly any other prose: then the list is what the page is about.

    Args:
        judged: all segments of the page, each with its chance.
    """
    boxes: dict[object, list[Segment]] = {}
    for segment, _ in judged:
        if segment.prose and (key := segment.kind or (segment.node if _is_list(segment) else None)):
            boxes.setdefault(key, []).append(segment)
    found = [segment for alike in boxes.values() if _is_cut_off(_last_paragraphs(alike)) for segment in alike]
    if not found:
        return []
    taken = {id(segment) for segment in found}
    others = (segment.prose for segment, chance in judged if chance >= _LIKELY and id(segment) not in taken)
    return [block for segment in found for block in segment.blocks] if sum(others) >= _LEAST_PROSE else []


def _is_list(segment: Segment) -> bool:
    return all(block.node.tag == "li" for block in segment.blocks)


def _last_paragraphs(alike: Iterable[Segment]) -> list[Block]:
    """The last paragraph of each box; all of a list."""
    found: list[Block] = []
    for segment in alike:
        prose = [block for block in segment.blocks if block.is_prose]
        found += prose if _is_list(segment) else prose[-1:]
    return found


def _is_cut_off(paragraphs: Sequence[Block]) -> bool:
    cut = sum(_CUT_OFF.search(block.text) is not None for block in paragraphs)
    return cut >= max(_SEVERAL, _MOSTLY * len(paragraphs))
