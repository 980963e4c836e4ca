"""A document -> the lines of its article, as the markup shows them, with markup furniture already named."""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit

from crawler.extract.metadata.sites import registered_name
from crawler.extract.page.blocks import HEADINGS, Block, Node, read_blocks
from crawler.extract.page.document import Document
from crawler.extract.page.overrides import Override, elements
from crawler.extract.text.captions import credit_line
from crawler.extract.text.container import Witness, find_container, is_prose, weigh
from crawler.extract.text.lines import Line
from crawler.extract.text.rescue import trafilatura_lines

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
    "pre": "quote",
    "p": "p",
}
#: most characters of an image's box that is read as its caption
_BOX_SIZE = 250
#: below this share of the page's evidence, or this much prose, there is a doubt
_SURE_SHARE, _SURE_PROSE = 0.95, 1000
#: marks whose names designers also give to parts of an article; and how much prose they may hold without a doubt
_SOFT = frozenset({"related", "ad", "byline", "tags", "navigation", "sidebar", "footer", "popup", "share"})
_SOFT_SHARE, _EXCUSED_SIZE = 0.15, 120
#: boxes: so many elements around a line, so much text in them
_BOX_DEPTH, _TEASER_SIZE = 5, 800
_BOXES = frozenset({"div", "center", "td", "span", "a", "figure", "dl", "dd"})


def page_lines(document: Document, override: Override | None = None) -> list[Line]:
    """The article's paragraphs in page order, furniture among them marked.

    Empty when no article was found. Where the density of prose leaves a doubt
    about the place of the article, trafilatura is asked for its opinion.

    Args:
        document: the parsed page.
        override: what is known about pages of this site.
    """
    blocks = read_blocks(document.tree, elements(override.drop, document.tree) if override else ())
    inside = _named_blocks(blocks, override, document) if override and override.text else []
    inside = inside or _found_blocks(blocks, document)
    site = registered_name(document.url)
    rows = _joined_rows(inside)
    lines = [_line(block, path, index, site, document.url) for index, (block, path) in enumerate(rows)]
    _judge_boxes(lines, [path for _, path in rows])
    return lines


def _judge_boxes(lines: list[Line], paths: list[list[Node]]) -> None:
    """Small boxes of a few lines are told by what else is in them."""
    boxes: dict[Node, list[Line]] = {}
    for line, path in zip(lines, paths, strict=True):
        for node in path[:_BOX_DEPTH]:
            if node.size <= _TEASER_SIZE and node.tag in _BOXES:
                boxes.setdefault(node, []).append(line)
    for node, box in boxes.items():
        if not 1 < len(box) <= 6 or any(line.kind in ("cell", "item", "quote") for line in box):
            continue
        if node.has_image and _is_teaser(box):
            for line in box:
                line.mark = line.mark or "related"
        elif len(box) <= 3 and any(credit_line(line.text) for line in box):
            for line in box:
                line.is_boxed = True


def _is_teaser(box: list[Line]) -> bool:
    """A headline that links to the site, and one paragraph: another article."""
    heads = [line for line in box if line.is_own_link and line.linked >= 0.9 and len(line.text) >= 20]
    return bool(heads) and sum(line.is_prose for line in box) == 1


def _found_blocks(blocks: list[Block], document: Document) -> list[tuple[Block, list[Node]]]:
    """The blocks of the container the evidence points to."""
    container, share = find_container(weigh(blocks))
    inside = _inside(blocks, container)
    if not inside or share < _SURE_SHARE or _is_doubtful(inside):
        witness = Witness(trafilatura_lines(document, is_precise=True))
        container, _ = find_container(weigh(blocks, witness))
        inside = _inside(blocks, container)
        _excuse(inside, witness)
    return inside


def _inside(blocks: list[Block], container: Node | None) -> list[tuple[Block, list[Node]]]:
    """The blocks below a container, each with the nodes between."""
    if container is None:
        return []
    known: dict[Node, list[Node] | None] = {}
    return [
        (block, path) for block in blocks if (path := _path_below(block.node, container, known)) is not None
    ]


def _is_doubtful(inside: list[tuple[Block, list[Node]]]) -> bool:
    """Little prose, hardly more prose than anything else, or a good part of the prose marked as furniture."""
    prose = [block for block, _ in inside if is_prose(block)]
    size = sum(block.size for block in prose)
    soft = sum(block.size for block in prose if any(node.mark in _SOFT for node in block.node.ancestors()))
    return size < _SURE_PROSE or soft > _SOFT_SHARE * size


def _excuse(inside: list[tuple[Block, list[Node]]], witness: Witness) -> None:
    """Take soft marks off paragraphs that trafilatura reads as the article's."""
    for block, path in inside:
        marked = [node for node in path if node.mark in _SOFT]
        if marked and block.size >= _EXCUSED_SIZE and is_prose(block) and witness.holds(block.text):
            for node in marked:
                node.mark = ""


def _named_blocks(
    blocks: list[Block], override: Override, document: Document
) -> list[tuple[Block, list[Node]]]:
    """The blocks of the elements an override names."""
    named = set(elements(override.text, document.tree))
    weigh(blocks)
    found = []
    for block in blocks:
        path: list[Node] = []
        for node in block.node.ancestors():
            if node.element in named:
                found.append((block, path))
                break
            path.append(node)
    return found


def _path_below(node: Node, container: Node, known: dict[Node, list[Node] | None]) -> list[Node] | None:
    """The nodes from *node* up to below the container, or None when it stands outside."""
    if node is container:
        return []
    if node not in known:
        above = _path_below(node.parent, container, known) if node.parent is not None else None
        known[node] = None if above is None else [node, *above]
    return known[node]


def _joined_rows(inside: list[tuple[Block, list[Node]]]) -> list[tuple[Block, list[Node]]]:
    """Cells of one table row become one block."""
    result: list[tuple[Block, list[Node]]] = []
    last_row: Node | None = None
    for block, path in inside:
        row = _row_of(block)
        if row is not None and row is last_row:
            before = result[-1][0]
            before.text = f"{before.text} | {block.text}"
            before.links += block.links
            before.linked += block.linked
            before.strong += block.strong
            before.fine += block.fine
        else:
            result.append((block, path))
        last_row = row
    return result


def _row_of(block: Block) -> Node | None:
    """The table row of a short cell."""
    node = block.node
    if node.tag not in ("td", "th") or node.size != block.size or block.size > 200:
        return None
    return node.parent


def _line(block: Block, path: list[Node], position: int, site: str, url: str) -> Line:
    """A block as a line."""
    hosts = [_host_of_link(url, href) if _is_web(href) else "" for href, _ in block.links]
    letters = max(1, len(block.text.replace(" ", "")))
    return Line(
        text=block.text,
        position=position,
        kind=_kind_of(path),
        mark=_mark_of(block, path),
        linked=min(1.0, block.linked / letters),
        is_own_link=bool(hosts)
        and all(not host or registered_name(f"http://{host}") == site for host in hosts),
        is_social_link=bool(hosts)
        and all(registered_name(f"http://{host}") in _SOCIAL or host in _SOCIAL for host in hosts),
        has_image=block.has_image,
        is_boxed=_is_boxed(path),
        is_strong=block.strong >= 0.9 * letters,
        is_fine=block.fine >= 0.9 * letters,
        group=next((id(node) for node in path if node.tag in ("ul", "ol", "dl")), 0),
    )


def _is_web(href: str) -> bool:
    return bool(href) and not href.lower().startswith(("javascript:", "#", "data:", "mailto:", "tel:"))


def _host_of_link(url: str, href: str) -> str:
    """The host that a link leads to; "" for what is no address, such as `http://[`."""
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


def _mark_of(block: Block, path: list[Node]) -> str:
    """The outermost mark between container and block that counts."""
    for node in reversed(path):
        if node.mark and not _is_excused(node, path, block):
            return node.mark
    return ""


def _is_excused(node: Node, path: list[Node], block: Block) -> bool:
    """Text the author put in a marked element: a table or quotation in a figure, a pull line in an aside."""
    if node.mark == "figure":
        return any(below.tag in ("table", "blockquote", "pre", "ul", "ol") for below in path)
    if node.mark in ("sidebar", "hidden"):
        return _is_pull_line(node, block)
    return False


def _is_pull_line(node: Node, block: Block) -> bool:
    """A sentence set beside the text: one short run, without links, in an aside or an element named so."""
    name = (node.element.get("class") or "").lower().replace("-", "").replace("_", "")
    if node.tag != "aside" and "pullquote" not in name:
        return False
    return not block.links and node.size == block.size and 20 <= block.size <= 400


def _is_boxed(path: list[Node]) -> bool:
    """Whether the line shares a box with an image and with hardly any other text."""
    for node in path[:3]:
        if node.has_image:
            return node.tag in _BOXES and node.size <= _BOX_SIZE
        if node.tag not in _BOXES:
            return False
    return False
