"""What is known of each segment of a page's text before anybody decides: named figures, each between 0 and about 1."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

from crawler.extract.page.blocks import HEADINGS, Block, Node, nodes_around
from crawler.extract.text.lines import SENTENCE_END
from crawler.extract.text.readings import Opinion, letters_only
from crawler.extract.text.segments import MENU, Segment
from crawler.extract.text.stems import stems_of
from crawler.lang.lines import announces_comments
from crawler.lang.tokens import word_tokens

#: regions whose names designers also give to parts of an article
SOFT = frozenset(
    {"related", "ad", "byline", "tags", "navigation", "sidebar", "footer", "popup", "share", "unspoken"}
)
_APART = frozenset({"aside", "nav", "footer", "form", "header", "dialog"})
_PARAGRAPHS = frozenset({"p", "h2", "h3", "h4", "li", "blockquote"})
_LABEL_CHARS = 60
#: a segment with a larger share of links is all link
_ALL_LINKED = 0.8
#: longest line that is read as the name above what somebody wrote
_NAME_CHARS = 40
_CLOCK = re.compile(r"\b\d{1,2}[:.]\d{2}\b")
#: characters of a line that is pulled out of the text
_PULLED = (20, 400)
#: so many elements around a block are its box
_CLOSE = 3
#: so many boxes beside each other that are made alike tell about each other
_SEVERAL = 3
#: a headline of fewer words is none, unless it is so long in a script without blanks: Thai, Lao, Khmer, Kana, Han
_FEW_WORDS, _UNSPACED = 3, re.compile("[\u0e00-\u0eff\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]{8}")
_CLOSING = "\"”»')"


#: parent, name and class of an element
_Make = tuple[int, str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hints:
    """What the head of the page and its source say about the article."""

    #: every spelling of the headline
    headlines: tuple[str, ...] = ()
    description: str | None = None
    #: paragraphs that a feed carries
    feed_paragraphs: tuple[str, ...] = ()
    #: what the site calls itself
    site_name: str | None = None


class _Place(NamedTuple):
    """Where an element stands, seen from the container: judged by its own markup and that of what it lies in."""

    #: steps from the container up to where the branch of this element begins; 0 inside
    steps: int
    #: something on that branch is set apart
    is_apart: bool
    regions: tuple[str, ...]
    #: position of the heading that announces comments, if one stands above in an element around
    comments_at: int


def weigh_evidence(
    segments: Sequence[Segment],
    container: Node | None,
    share: float,
    opinions: Mapping[str, Opinion],
    hints: Hints,
) -> None:
    """Set the evidence of every segment.

    Args:
        segments: of the whole page, in order; regions and prose of their nodes are set, see `container.weigh_blocks`.
        container: the element that the density of prose points to.
        share: how much of the page's prose it holds, by weight.
        opinions: other readings of the same page by name; what is not there gives no evidence.
        hints: what else is known.
    """
    page = _Page(segments, container, hints)
    for segment in segments:
        letters = max(1, sum(len(block.text) for block in segment.blocks))
        linked = sum(block.linked for block in segment.blocks) / letters
        if not segment.prose and linked > _ALL_LINKED and page.place_of(segment.node).steps:
            segment.evidence = dict(MENU)
            continue
        segment.kind = page.kind_of(segment)
        segment.evidence = {
            **page.place(segment, share),
            **_shape(segment, linked),
            **{name: opinion.share_of(segment) for name, opinion in opinions.items()},
            "described": page.described(segment),
            "echoed": page.echoed(segment),
            "of_site": page.of_site(segment),
            **_entry(segment),
        }
        if "body" in opinions:
            segment.evidence["not_in_body"] = 1.0 - segment.evidence["body"]
        _cross(segment.evidence)


def _cross(e: dict[str, float]) -> None:
    """Figures that only say something together."""
    inside = e["inside"]
    e["inside_share"] = inside * e.pop("share")
    e["inside_list"] = inside * e["list"]
    e["inside_region"] = inside * e["in_region"]
    e["inside_cheap"] = inside * e.get("cheap", 0.0)
    e["outside_alike"] = (1 - inside) * e["alike"]
    e["linked_alike"] = e["alike"] * (e["linked"] > 0.05)
    e["linked_label"] = e["linked"] * (1 - e["prose"])


def _shape(segment: Segment, linked: float) -> dict[str, float]:
    """What the text itself looks like; *linked* is how much of it stands in links."""
    first, last = segment.blocks[0], segment.blocks[-1]
    return {
        "always": 1.0,
        "long": math.log10(segment.size + 1) - 2,
        "prose": segment.prose / segment.size,
        "linked": linked,
        "all_linked": float(linked > _ALL_LINKED),
        "many": math.log2(1 + sum(block.is_prose for block in segment.blocks)),
        "finished": float(last.text.rstrip(_CLOSING).endswith(SENTENCE_END)),
        "list": float(first.node.tag in ("li", "dt", "dd")),
        "table": float(segment.node.tag in ("table", "tr")),
        "heading": float(first.node.tag in HEADINGS and len(segment.blocks) == 1),
        "paragraphs": float(all(block.node.tag in _PARAGRAPHS for block in segment.blocks)),
    }


def _entry(segment: Segment) -> dict[str, float]:
    """Whether a segment is one of several boxes made alike that each begin with a name, or with a time of day."""
    first = segment.blocks[0]
    is_one = (
        segment.kind is not None
        and segment.prose > 0
        and len(segment.blocks) > 1
        and len(first.text) <= _NAME_CHARS
        and first.node.tag not in HEADINGS
        and not first.text.endswith(SENTENCE_END)
    )
    is_timed = is_one and _CLOCK.search(first.text) is not None
    return {"signed": float(is_one and not is_timed), "timed": float(is_timed)}


class _Page:
    """The whole page, as far as a segment is judged by it."""

    def __init__(self, segments: Sequence[Segment], container: Node | None, hints: Hints) -> None:
        self._path = (
            {node: step for step, node in enumerate(container.ancestors())} if container is not None else {}
        )
        self._headlines = [spelling for each in hints.headlines if (spelling := _words(each))]
        self._spellings = {letters_only(each) for each in hints.headlines}
        described = (hints.description or "", *hints.feed_paragraphs)
        self._site = letters_only(hints.site_name or "")
        self._stems = {stem for each in hints.headlines for stem in stems_of(each)}
        #: the words of each, the longest first: those miss first
        self._described = [
            sorted(spelling, key=len, reverse=True) for each in described if len(spelling := _words(each)) > 5
        ]
        #: a shorter paragraph has no room for seven words of ten of any
        self._least_described = 1.4 * min(map(len, self._described), default=0) - 1
        self._places: dict[Node, _Place] = {}
        self._comments = _announced_comments(segments)
        inside = [segment for segment in segments if self.place_of(segment.node).steps == 0]
        self._first = inside[0].blocks[0].index if inside else 0
        self._last = inside[-1].blocks[-1].index if inside else 0
        self._prose = sum(segment.prose for segment in inside) or 1
        headline = self._find_headline(segments)
        self._headline_at = headline.index if headline is not None else None
        self._headline_boxes = self._boxes_of(headline) if headline is not None else frozenset()
        self._makes: dict[Node, _Make] = {}
        self._alike = Counter(
            self._make_of(node) for node in nodes_around(segment.node for segment in segments) if node.prose
        )

    def _boxes_of(self, headline: Block) -> frozenset[Node]:
        """The elements closely around the headline that do not hold the container."""
        near = islice(headline.node.ancestors(), _CLOSE)
        return frozenset(node for node in near if node not in self._path)

    def _is_under_headline(self, segment: Segment) -> bool:
        """Whether a segment stands below the headline, in its box, and the container somewhere else."""
        if self._headline_at is None or segment.blocks[0].index <= self._headline_at:
            return False
        return not self._headline_boxes.isdisjoint(islice(segment.blocks[0].node.ancestors(), _CLOSE))

    def _find_headline(self, segments: Sequence[Segment]) -> Block | None:
        """The first heading that says the headline."""
        for segment in segments:
            for block in segment.blocks:
                if block.node.tag in HEADINGS and self._is_headline(block.text):
                    return block
        return None

    def _is_headline(self, text: str) -> bool:
        """Whether a heading has most words of a headline; where none are set apart by blanks, whether it is one."""
        words = _words(text)
        if len(words) < _FEW_WORDS:
            return _UNSPACED.search(text) is not None and letters_only(text) in self._spellings
        return any(len(words & each) >= 0.8 * max(len(words), len(each)) for each in self._headlines)

    def _make_of(self, node: Node) -> _Make:
        """What elements have in common that stand side by side and are made alike."""
        make = self._makes.get(node)
        if make is None:
            make = self._makes[node] = id(node.parent), node.tag, node.element.get("class") or ""
        return make

    def place_of(self, node: Node) -> _Place:
        """Where an element stands."""
        known = self._places.get(node)
        if known is None:
            known = self._places[node] = self._placed(node)
        return known

    def _placed(self, node: Node) -> _Place:
        above = self.place_of(node.parent) if node.parent is not None else None
        announced = self._comments.get(node, _NEVER)
        above = above or _Place(len(self._path), False, (), _NEVER)
        step = self._path.get(node)
        is_apart = step is None and (above.is_apart or node.tag in _APART)
        if step is None and not node.region and is_apart == above.is_apart and announced >= above.comments_at:
            return above
        return _Place(
            steps=above.steps if step is None else step,
            is_apart=is_apart,
            regions=(node.region, *above.regions) if node.region else above.regions,
            comments_at=min(announced, above.comments_at),
        )

    def place(self, segment: Segment, share: float) -> dict[str, float]:
        """Where a segment stands."""
        place = self.place_of(segment.node)
        first, last = segment.blocks[0].index, segment.blocks[-1].index
        is_inside = place.steps == 0 and bool(self._path)
        is_after, is_before = first > self._last, last < self._first
        regions = place.regions[1:] if _is_pull_line(segment) else place.regions
        alike = max(self._alike[self._make_of(node)] for node in islice(segment.node.ancestors(), 4))
        return {
            "share": share,
            "inside": float(is_inside),
            "one_up": float(place.steps == 1),
            "two_up": float(place.steps == 2),
            "far_up": float(place.steps >= 3 or not self._path),
            "above": float(is_before),
            "below": float(is_after),
            "above_headline": float(self._headline_at is not None and last < self._headline_at),
            "under_headline": float(self._is_under_headline(segment)),
            "no_headline": float(self._headline_at is None),
            "titled": float(
                self._headline_at is not None and segment.prose > 0 and first <= self._headline_at <= last
            ),
            "in_region": float(bool(regions)),
            "in_soft_region": float(bool(regions) and SOFT.issuperset(regions)),
            "apart": float(place.is_apart),
            "alike": min(1.0, math.log2(max(1, alike)) / 4),
            "beside": min(1.0, segment.prose / self._prose),
            "comments": float(place.comments_at < first),
        }

    def kind_of(self, segment: Segment) -> _Make | None:
        """The make of the smallest box around a segment that has others like it beside it, and holds little else."""
        for node in islice(segment.node.ancestors(), 4):
            if node.region or node.size > 2 * segment.size:
                return None
            if self._alike[make := self._make_of(node)] >= _SEVERAL:
                return make
        return None

    def echoed(self, segment: Segment) -> float:
        """Whether a segment has a longer word of the headline, in some form."""
        text = "\n".join(block.text for block in segment.blocks).lower()
        return float(any(stem in text for stem in self._stems))

    def of_site(self, segment: Segment) -> float:
        """Whether a segment has the site's name for its heading."""
        first = segment.blocks[0]
        is_headed = len(segment.blocks) > 1 and first.node.tag in HEADINGS
        return float(is_headed and bool(self._site) and letters_only(first.text) == self._site)

    def described(self, segment: Segment) -> float:
        """Whether a paragraph says what the page or its source says the article is about."""
        if not self._described:
            return 0.0
        texts = [block.text.lower() for block in segment.blocks if len(block.text) > self._least_described]
        return float(any(_says(text, each) for each in self._described for text in texts))


_NEVER = 1_000_000


def _is_pull_line(segment: Segment) -> bool:
    """A sentence set beside the text: one segment without links in an aside or an element named so."""
    block = segment.blocks[0]
    if len(segment.blocks) > 1 or block.links or not _PULLED[0] <= block.size <= _PULLED[1]:
        return False
    for node in block.node.ancestors():
        if node.size != block.size:
            return False
        name = (node.element.get("class") or "").lower().replace("-", "").replace("_", "")
        if node.region:
            return node.tag == "aside" or "pullquote" in name
    return False


def _says(text: str, words: Sequence[str]) -> bool:
    """Whether a text in small letters has more than seven words of ten; where that cannot be, its own are not told apart."""
    missing = 0
    for word in words:
        missing += word not in text
        if len(words) - missing <= 0.7 * len(words):
            return False
    return len(_words(text).intersection(words)) > 0.7 * len(words)


def _words(text: str) -> frozenset[str]:
    return frozenset(word_tokens(text.lower()))


def _announced_comments(segments: Sequence[Segment]) -> dict[Node, int]:
    """Elements in which a heading announces comments -> where it stands."""
    found: dict[Node, int] = {}
    for segment in segments:
        for block in segment.blocks:
            if len(block.text) > _LABEL_CHARS or not (block.node.tag in HEADINGS or not block.linked):
                continue
            if announces_comments(block.text):
                parent = block.node.parent
                for node in (parent, parent.parent if parent is not None else None):
                    if node is not None:
                        found.setdefault(node, block.index)
    return found
