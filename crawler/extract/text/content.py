"""A document -> the lines of its article, as the markup shows them, with markup furniture already named."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain, takewhile
from urllib.parse import urljoin, urlsplit

from crawler.extract.metadata.sites import registered_name
from crawler.extract.page.blocks import HEADINGS, Block, Node, read_blocks
from crawler.extract.page.document import Document
from crawler.extract.page.overrides import Override, selected
from crawler.extract.text.agreed import is_beginning
from crawler.extract.text.arbiter import chances, hear, is_doubtful
from crawler.extract.text.boxes import is_boxed, judge_boxes
from crawler.extract.text.container import find_container, weigh_blocks
from crawler.extract.text.evidence import Hints, weigh_evidence
from crawler.extract.text.excerpts import excerpts
from crawler.extract.text.lines import Line
from crawler.extract.text.readings import (
    SHORT_CHARS,
    Opinion,
    declared_body,
    main_content,
    trafilatura_lines,
)
from crawler.extract.text.segments import Segment, segments_of
from crawler.extract.text.streams import of_other_articles
from crawler.extract.text.threads import of_members, of_service
from crawler.extract.text.verdicts import OUT, Verdict, apply, verdicts

#: hosts whose links are invitations, not sources
_SOCIAL = frozenset(
    [
        "facebook.com", "fb.com", "twitter.com", "x.com", "t.me", "telegram.me", "instagram.com", "youtube.com", "youtu.be",
        "linkedin.com", "pinterest.com", "reddit.com", "whatsapp.com", "wa.me", "tiktok.com", "vk.com", "ok.ru", "dzen.ru",
        "flipboard.com", "apple.com", "play.google.com", "news.google.com", "threads.net", "bsky.app", "tumblr.com",
    ]
)  # fmt: skip
_KINDS = {
    "li": "item",
    "dt": "item",
    "dd": "item",
    "td": "cell",
    "th": "cell",
    "blockquote": "quote",
    "pre": "code",
    "p": "p",
}
_NO_HINTS = Hints()
#: an address that needs no other to be whole
_WITH_HOST = re.compile(r"https?://[^/?#]")


@dataclass(frozen=True, slots=True, kw_only=True)
class PageText:
    """The lines of an article, and the blocks of the page beside it."""

    lines: list[Line]
    #: all of the page's
    blocks: tuple[Block, ...] = ()
    #: every segment of the page with its evidence and its chance; empty where an override named the text
    judged: tuple[tuple[Segment, float], ...] = ()
    #: lines of the cheap reading, and of trafilatura's precise one where it was asked
    cheap: tuple[str, ...] = ()
    precise: tuple[str, ...] | None = None


def page_text(document: Document, override: Override | None = None, hints: Hints = _NO_HINTS) -> PageText:
    """The article's paragraphs in page order, furniture among them marked.

    Without lines when no article was found.

    Args:
        document: the parsed page.
        override: what is known about pages of this site.
        hints: what else is known about the article.
    """
    blocks = read_blocks(document.tree, selected(override.drop, document.tree) if override else ())
    judged: tuple[tuple[Segment, float], ...] = ()
    inside = _named_blocks(blocks, override, document) if override and override.text else []
    found: dict[int, Verdict] = {}
    cheap: list[str] = []
    precise: list[str] | None = None
    if not inside:
        cheap = main_content(document)
        container, segments = gather(document, blocks, hints, cheap)
        estimates = chances(segments)
        if is_doubtful(segments, estimates) and (precise := trafilatura_lines(document, is_precise=True)):
            estimates = hear(segments, Opinion(precise))  # where it found nothing, that says nothing
        judged = tuple(zip(segments, estimates, strict=True))
        found = verdicts(judged, container)
        others = of_other_articles(segments, hints.headlines), excerpts(judged)
        for block in chain(*others, of_members(segments), of_service(segments)):
            found[block.index] = OUT
        inside = _inside(blocks, container, found)
    site = registered_name(document.url)
    rows = _joined_rows(inside)
    lines = [_line(block, path, index, site, document.url) for index, (block, path) in enumerate(rows)]
    for line, (block, _) in zip(lines, rows, strict=True):
        if block.index in found:
            apply(line, block, found[block.index])
    _drop_repeated_heads(lines, rows)
    judge_boxes(lines, [path for _, path in rows])
    return PageText(
        lines=lines,
        blocks=tuple(blocks),
        judged=judged,
        cheap=tuple(cheap),
        precise=None if precise is None else tuple(precise),
    )


def gather(
    document: Document, blocks: list[Block], hints: Hints, cheap: list[str]
) -> tuple[Node | None, list[Segment]]:
    """The element that holds the prose, and the page's segments with the evidence for each; *cheap* is `readings.main_content`."""
    opinions = {"cheap": Opinion(cheap)}
    container, share = find_container(weigh_blocks(blocks))
    if container is None:  # a short notice: nothing is long enough to be distinguished from a label
        container, share = find_container(weigh_blocks(blocks, opinions["cheap"]))
    longest_first = sorted(blocks, key=lambda block: -block.size)
    if not any(opinions["cheap"].holds(block.text) for block in longest_first):
        del opinions["cheap"]  # it found nothing, which says nothing
    segments = segments_of(blocks)
    body = declared_body(document)
    if sum(map(len, body)) > SHORT_CHARS and not is_beginning(body, container, segments):
        opinions["body"] = Opinion(body)
    weigh_evidence(segments, container, share, opinions, hints)
    return container, segments


def _inside(
    blocks: list[Block], container: Node | None, found: Mapping[int, Verdict]
) -> list[tuple[Block, list[Node]]]:
    """The blocks in the container and those that come to it, each with the nodes between."""
    if container is None:
        return []
    path = set(container.ancestors())
    inside = []
    for block in blocks:
        if found[block.index].comes or block.node.is_within(container):
            between = list(takewhile(lambda node: node not in path, block.node.ancestors()))
            inside.append((block, between))
    return inside


def _named_blocks(
    blocks: list[Block], override: Override, document: Document
) -> list[tuple[Block, list[Node]]]:
    """The blocks of the elements an override names."""
    named = set(selected(override.text, document.tree))
    weigh_blocks(blocks)
    found = []
    for block in blocks:
        path: list[Node] = []
        for node in block.node.ancestors():
            if node.element in named:
                found.append((block, path))
                break
            path.append(node)
    return found


def _joined_rows(inside: list[tuple[Block, list[Node]]]) -> list[tuple[Block, list[Node]]]:
    """Cells of one table row become one block."""
    result: list[tuple[Block, list[Node]]] = []
    last_row: Node | None = None
    for block, path in inside:
        row = _row_of(block)
        if row is not None and row is last_row:
            result[-1][0].join(block)
        else:
            result.append((block, path))
        last_row = row
    return result


def _drop_repeated_heads(lines: list[Line], rows: list[tuple[Block, list[Node]]]) -> None:
    """Remove the foot of a table that says what its head says."""
    heads: set[tuple[Node, str]] = set()
    for line, (_, path) in zip(lines, rows, strict=True):
        part = next((node for node in path if node.tag in ("thead", "tfoot")), None)
        if part is None or part.parent is None:
            continue
        if (part.parent, line.text) in heads:
            line.remove("repeat.table_head")
        heads.add((part.parent, line.text))


def _row_of(block: Block) -> Node | None:
    """The table row of a short cell."""
    node = block.node
    while node.tag not in ("td", "th") and node.size == block.size and node.parent is not None:
        node = node.parent
    if node.tag not in ("td", "th") or node.size != block.size or block.size > 200:
        return None
    return node.parent


def _line(block: Block, path: list[Node], position: int, site: str, url: str) -> Line:
    """A block as a line."""
    hosts = [_host_of_link(url, href) if _is_web(href) else "" for href, _ in block.links]
    names = [registered_name(f"http://{host}") for host in hosts]
    letters = max(1, len(block.text.replace(" ", "")))
    return Line(
        text=block.text,
        position=position,
        kind=_kind_of(path),
        region=_region_of(block, path),
        linked=min(1.0, block.linked / letters),
        is_own_link=bool(hosts)
        and all(not host or name == site for host, name in zip(hosts, names, strict=True)),
        is_social_link=bool(hosts)
        and all(name in _SOCIAL or host in _SOCIAL for host, name in zip(hosts, names, strict=True)),
        has_image=block.has_image,
        is_boxed=is_boxed(path),
        is_strong=block.strong >= 0.9 * letters,
        is_fine=block.fine >= 0.9 * letters,
        blocks=(block.index, *block.joined),
        group=next((id(node) for node in path if node.tag in ("ul", "ol", "dl")), 0),
    )


def _is_web(href: str) -> bool:
    return bool(href) and not href.lower().startswith(("javascript:", "#", "data:", "mailto:", "tel:"))


def _host_of_link(url: str, href: str) -> str:
    """The host that a link leads to, "" for the page's own and for what is no address, such as `http://[`."""
    if href.startswith("/") and not href.startswith(("//", "/\\")):
        return ""
    if _WITH_HOST.match(href):
        return _host(href)
    try:
        return _host(urljoin(url, href))
    except ValueError:
        return ""


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").lower().removeprefix("www.")
    except ValueError:
        return ""


def _kind_of(path: list[Node]) -> str:
    """What sort of paragraph: the innermost element with a name says it."""
    for node in path:
        if node.tag in HEADINGS:
            return "heading"
        if node.tag in _KINDS:
            return _KINDS[node.tag]
    return "other"


def _region_of(block: Block, path: list[Node]) -> str:
    """The outermost region between container and block that counts."""
    for node in reversed(path):
        if node.region and not _is_excused(node, path, block):
            return node.region
    return ""


def _is_excused(node: Node, path: list[Node], block: Block) -> bool:
    """Text the author put in a marked element: a table or quotation in a figure, a pull line in an aside."""
    if node.region == "figure":
        return any(below.tag in ("table", "blockquote", "pre", "ul", "ol") for below in path)
    if node.region in ("sidebar", "hidden"):
        return _is_pull_line(node, block)
    return False


def _is_pull_line(node: Node, block: Block) -> bool:
    """A sentence set beside the text: one short segment, without links, in an aside or an element named so."""
    name = (node.element.get("class") or "").lower().replace("-", "").replace("_", "")
    if node.tag != "aside" and "pullquote" not in name:
        return False
    return not block.links and node.size == block.size and 20 <= block.size <= 400
