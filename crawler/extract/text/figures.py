"""Tables of figures: what stands in one is the article's, whatever its cells look like one by one."""

from __future__ import annotations

from crawler.extract.text.segments import Segment

#: a table with a smaller share of links, and so many rows and cells a row, holds figures
_LINKED_TABLE, _ROWS, _COLUMNS = 0.8, 2, 2.5
#: ... or so many cells a row where nothing in it is a link
_PLAIN_COLUMNS = 2


def is_data(segment: Segment) -> bool:
    """A table of figures: rows of several short cells; a menu or a list of teasers has one or two, all link."""
    if (
        segment.node.tag != "table"
        or segment.evidence["in_region"]
        or segment.evidence["linked"] > _LINKED_TABLE
    ):
        return False
    rows = {row for block in segment.blocks for row in block.node.ancestors() if row.tag == "tr"}
    columns = _COLUMNS if segment.evidence["linked"] else _PLAIN_COLUMNS
    return len(rows) >= _ROWS and len(segment.blocks) >= columns * len(rows)
